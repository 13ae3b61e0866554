"""A large table brought up to date by what has changed in it: all rows of a month, a period or a report go together.

Both tables are read, and only the parts whose rows are others are taken out and put in again, at the end: the rows are
those of a table written as a whole, their order need not be.
"""

import duckdb

from warehouse.marks import SUM_OF_HASHES

#: What tells the rows of a part, in this order of preference: to tell a country's reports apart takes longer than to
#: write a month again.
_PARTS = ("month", "submission_id")
#: With fewer rows a table is sooner written as a whole.
LARGE = 500_000
#: So is one of which more rows than this share are others.
_MOST = 0.5


def part_column(columns: tuple[tuple[str, str], ...]) -> str | None:
    """The column that tells the parts of a table with these columns (names and types)."""
    names = {name for name, _ in columns}
    # An official form's figures are made period by period, and most of them are of no report.
    if "period" in names and "month" not in names:
        return "period"
    return next((name for name in _PARTS if name in names), None)


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, table: str, given: str, part: str) -> bool:
    """Make the rows of `table` those of `given`, which has the same columns; both by their full names. False, with
    nothing done, where too much of it is another."""
    # A part that is not told is one, too.
    told = f"coalesce(CAST({part} AS VARCHAR), '')"
    for name, of in (("parts_there", table), ("parts_wanted", given)):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS"
            f" SELECT {told} AS part, count(*) AS rows, {SUM_OF_HASHES} AS hashes"
            f" FROM {of} AS each_row GROUP BY ALL"
        )
    gone, come = "(FROM parts_there EXCEPT FROM parts_wanted)", "(FROM parts_wanted EXCEPT FROM parts_there)"
    row = connection.execute(
        f"SELECT coalesce((SELECT sum(rows) FROM {gone}), 0), coalesce((SELECT sum(rows) FROM {come}), 0),"
        " coalesce(sum(rows), 0) FROM parts_wanted"
    ).fetchone()
    gone_rows, come_rows, wanted = row or (0, 0, 0)
    is_little = bool(max(gone_rows, come_rows) <= _MOST * wanted)
    if is_little:
        _exchange(connection, table, given, told, gone, come)
    connection.execute("DROP TABLE parts_there")
    connection.execute("DROP TABLE parts_wanted")
    return is_little


def _exchange(connection: duckdb.DuckDBPyConnection, table: str, given: str, told: str, gone: str, come: str) -> None:
    connection.execute(f"DELETE FROM {table} WHERE {told} IN (SELECT part FROM {gone})")
    connection.execute(f"INSERT INTO {table} FROM {given} WHERE {told} IN (SELECT part FROM {come})")
