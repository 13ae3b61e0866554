"""Two published files, table by table: are they the same, row for row?"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.literals import quoted
from warehouse.marks import mark_of

#: What rightly differs: every run leaves its results and the version that made it, and a rebuild is one run in the
#: place of many.
RUNS_OF_THEIR_OWN = ("quality.results", "raw.written_by")


@dataclass(frozen=True)
class TableDifference:
    """A table that is not the same in both files: its rows in each, and how many stand in one file only."""

    table: str
    rows_before: int | None
    rows_after: int | None
    only_before: int
    only_after: int


def differing_tables(before: Path, after: Path) -> tuple[TableDifference, ...]:
    """The tables that differ in columns or rows, whatever the rows' order; none when the files hold the same."""
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"ATTACH {quoted(path)} AS {name} (READ_ONLY)")
        tables = connection.execute(
            """
            SELECT schema_name || '.' || table_name FROM duckdb_tables()
            WHERE database_name IN ('before', 'after') GROUP BY ALL ORDER BY ALL
            """
        ).fetchall()
        found = (_difference(connection, table) for (table,) in tables if table not in RUNS_OF_THEIR_OWN)
        return tuple(each for each in found if each is not None)


def _difference(connection: duckdb.DuckDBPyConnection, table: str) -> TableDifference | None:
    marks = [_mark(connection, f"{name}.{table}") for name in ("before", "after")]
    if marks[0] == marks[1]:
        return None
    rows = [mark[0] if mark else None for mark in marks]
    if None in rows or marks[0][2:] != marks[1][2:]:  # type: ignore[index]
        return TableDifference(table, rows[0], rows[1], rows[0] or 0, rows[1] or 0)
    only = [
        _number(connection, f"SELECT count(*) FROM (FROM {one}.{table} EXCEPT ALL FROM {other}.{table})")
        for one, other in (("before", "after"), ("after", "before"))
    ]
    return TableDifference(table, rows[0], rows[1], only[0], only[1])


def _mark(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int, tuple[str, ...]] | None:
    """Number of rows, sum of their hashes, columns; None where there is no such table."""
    try:
        columns = tuple(row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall())
    except duckdb.CatalogException:
        return None
    mark = mark_of(connection, table)
    return mark.rows, mark.hashes, columns


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
