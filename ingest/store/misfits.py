"""What an earlier version stored and this one would not have: figures without bounds, months before all terms."""

from collections.abc import Sequence
from datetime import date

import duckdb

from warehouse.literals import quoted


def was_looked_for(connection: duckdb.DuckDBPyConnection, what: str) -> bool:
    """Whether the store was looked through for that already."""
    return (what,) in connection.execute("SELECT looked_for FROM warehouse.ledger.looked_through").fetchall()


def enter_looked_for(connection: duckdb.DuckDBPyConnection, what: str) -> None:
    connection.execute("DELETE FROM warehouse.ledger.looked_through")
    connection.execute(f"INSERT INTO warehouse.ledger.looked_through VALUES ({quoted(what)})")


def misfits(connection: duckdb.DuckDBPyConnection, largest: float, first_month: date) -> Sequence[str]:
    """The accepted submissions that hold a figure beyond `largest` either way (or none that is a number), or that are
    of a month before `first_month`."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(
        """
        SELECT table_name, column_name FROM duckdb_columns()
        WHERE database_name = 'warehouse' AND schema_name = 'raw' AND data_type IN ('BIGINT', 'DOUBLE')
            AND table_name NOT IN ('submissions', 'arrivals')
        ORDER BY ALL
        """
    ).fetchall():
        columns.setdefault(table, []).append(column)
    # To the store, what is not a number is greater than every number.
    found = [
        f"SELECT submission_id FROM warehouse.raw.{table} WHERE "
        + " OR ".join(f"{column} NOT BETWEEN {-largest} AND {largest}" for column in names)
        for table, names in columns.items()
    ]
    found.append(f"SELECT submission_id FROM warehouse.raw.submissions WHERE month < DATE '{first_month}'")
    rows = connection.execute(
        "SELECT submission_id FROM warehouse.raw.submissions WHERE status = 'accepted' AND submission_id IN ("
        + " UNION ".join(found)
        + ") ORDER BY ALL"
    ).fetchall()
    return [row[0] for row in rows]
