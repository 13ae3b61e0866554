"""The tables that readers get, each with the marks of its parts: all rows of a month, of a period, or of the reports of
a month go together. Two tables whose parts have the same marks have the same rows.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from warehouse.literals import quoted, quoted_list
from warehouse.marks import SUM_OF_HASHES, Mark

#: What readers get. The pipeline's own staging, intermediate and reference schemas stay at home.
SCHEMAS = ("raw", "quality", "marts")
#: The columns that tell the part of a row.
MONTH, PERIOD, REPORT = "month", "period", "submission_id"
_REPORTS = "raw.submissions"
#: The part of the rows of which it is not told: a table without such a column has no other.
UNTOLD = ""

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """Rows of a table that go together: the month or period (as text), and their mark."""

    name: str
    mark: Mark


@dataclass(frozen=True)
class Relation:
    """A table (or view) with its columns' names and types, which of them tells the parts, and the parts by name."""

    schema: str
    name: str
    columns: Columns
    told_by: str | None
    parts: tuple[Part, ...]

    @property
    def full_name(self) -> str:
        return f'{self.schema}."{self.name}"'

    @property
    def rows(self) -> int:
        return sum(part.mark.rows for part in self.parts)

    @property
    def digest(self) -> str:
        """The same where nothing of it is another."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def relations_in(connection: duckdb.DuckDBPyConnection, database: str) -> tuple[Relation, ...]:
    """What an attached database has for readers, by name. Reads all of it."""
    found = connection.execute(
        f"""
        SELECT schema_name, table_name, list(column_name ORDER BY column_index), list(data_type ORDER BY column_index)
        FROM duckdb_columns()
        WHERE database_name = {quoted(database)} AND schema_name IN ({quoted_list(SCHEMAS)})
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    has_reports = any(f"{schema}.{name}" == _REPORTS for schema, name, _, _ in found)
    return tuple(_relations(connection, database, found, has_reports))


def _relations(
    connection: duckdb.DuckDBPyConnection,
    database: str,
    found: Sequence[tuple[str, str, Sequence[str], Sequence[str]]],
    has_reports: bool,
) -> Iterator[Relation]:
    for schema, name, names, types in found:
        told_by = told_by_of(names)
        told_by = None if told_by == REPORT and not has_reports else told_by
        parts = _parts_of(connection, database, f'{schema}."{name}"', told_by)
        yield Relation(schema, name, tuple(zip(names, types, strict=True)), told_by, parts)


def told_by_of(names: Collection[str]) -> str | None:
    """The column that tells the parts of a table with these columns."""
    # An official form's figures are made period by period, and most of them are of no report.
    return next((each for each in (MONTH, PERIOD, REPORT) if each in names), None)


def _parts_of(
    connection: duckdb.DuckDBPyConnection, database: str, table: str, told_by: str | None
) -> tuple[Part, ...]:
    part, beside = "told", ""
    if told_by == REPORT:
        part, beside = "reports.month", f"LEFT JOIN {_reports_of(database)} AS reports ON told = reports.{REPORT}"
    rows = connection.execute(
        f"""
        SELECT coalesce(CAST({part} AS VARCHAR), '{UNTOLD}') AS part, sum(rows), sum(hashes)
        FROM (
            SELECT {f"each_row.{told_by}" if told_by else "NULL"} AS told, count(*) AS rows, {SUM_OF_HASHES} AS hashes
            FROM {database}.{table} AS each_row GROUP BY told
        ) {beside}
        GROUP BY part ORDER BY part
        """
    ).fetchall()
    return tuple(Part(name, Mark(number, hashes)) for name, number, hashes in rows)


def rows_of(database: str, relation: Relation, parts: Collection[str]) -> str:
    """The condition, in SQL, that a row of the relation in this database is of one of these parts."""
    names = quoted_list(part for part in sorted(parts) if part != UNTOLD)
    if relation.told_by is None:
        return str(UNTOLD in parts)
    if relation.told_by == REPORT:
        # Of a row's own column, so that only those blocks of the table are read that may have it.
        given = (
            [f"{REPORT} IN (SELECT {REPORT} FROM {_reports_of(database)} WHERE month IN ({names}))"] if names else []
        )
        untold = f"{REPORT} IS NULL OR {REPORT} NOT IN (SELECT {REPORT} FROM {_reports_of(database)})"
    else:
        given = [f"{relation.told_by} IN ({names})"] if names else []
        untold = f"{relation.told_by} IS NULL OR CAST({relation.told_by} AS VARCHAR) = '{UNTOLD}'"
    return " OR ".join([*given, *([untold] if UNTOLD in parts else [])]) or "false"


def _reports_of(database: str) -> str:
    """The months of the reports that have one."""
    return (
        f"(SELECT {REPORT}, min(month) AS month FROM {database}.{_REPORTS}"
        f" WHERE {REPORT} IS NOT NULL AND month IS NOT NULL GROUP BY {REPORT})"
    )
