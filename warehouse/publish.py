"""The finished copy for readers: built beside the published file, then put in its place in one rename.

A reader that has the old file open keeps it until it closes it; nobody ever sees half a file, and readers and
the pipeline never lock each other out.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.connections import StoreDamaged, let_go, transaction, writing
from warehouse.literals import quoted
from warehouse.settings import Settings

#: What readers get. The pipeline's own staging, intermediate and reference schemas stay at home.
SCHEMAS = ("raw", "quality", "marts")


@dataclass(frozen=True)
class PublishReport:
    """The published file with its number of tables and rows."""

    path: Path
    tables: int
    rows: int


def publish(
    settings: Settings, macros: Sequence[str] = (), comments: Sequence[tuple[str, str, str, str]] = ()
) -> PublishReport:
    """Publish the store's present state.

    `macros` are statements that create table macros on the published tables; `comments` describe relations and
    their columns: (schema, relation, column or empty, text).

    Raises StoreBusy while another process writes, OSError when the folder cannot be written or is full: the
    published file is then still the one before.
    """
    folder = settings.published.parent
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f".{settings.published.name}.*"):
        leftover.unlink()
    unfinished = folder / f".{settings.published.name}.{os.getpid()}"
    try:
        with writing(settings) as connection:
            tables, rows = _copy(connection, unfinished)
            _write_parquet(connection, settings.parquet)
        _finish(unfinished, macros, comments)
        _flush(unfinished)
        unfinished.replace(settings.published)
        _flush(folder)
    finally:
        for leftover in folder.glob(f"{unfinished.name}*"):
            leftover.unlink()
        shutil.rmtree(settings.parquet.with_name(f".{settings.parquet.name}.{os.getpid()}"), ignore_errors=True)
    return PublishReport(settings.published, tables, rows)


def take_the_place(settings: Settings, fresh: Settings) -> None:
    """Put the store and the published file of `fresh` in the place of those of `settings`.

    Raises StoreBusy while another process writes.
    """
    with suppress(StoreDamaged), writing(settings):
        pass
    let_go(settings)
    let_go(fresh)
    settings.published.parent.mkdir(parents=True, exist_ok=True)
    for new, old in ((fresh.store, settings.store), (fresh.published, settings.published)):
        # The published file may lie on another disk.
        beside = old.with_name(f".{old.name}.{os.getpid()}")
        shutil.move(new, beside)
        old.with_name(f"{old.name}.wal").unlink(missing_ok=True)
        beside.replace(old)


def unpublished_reports(connection: duckdb.DuckDBPyConnection, published: Path) -> int:
    """How many accepted files the store has that the published file lacks."""
    connection.execute(f"ATTACH {quoted(published)} AS published (READ_ONLY)")
    try:
        row = connection.execute(
            """
            SELECT count(*) FROM warehouse.raw.submissions AS stored
            WHERE status = 'accepted' AND NOT EXISTS (
                FROM published.raw.submissions WHERE submission_id = stored.submission_id
            )
            """
        ).fetchone()
    finally:
        connection.execute("DETACH published")
    return int(row[0]) if row else 0


def _copy(connection: duckdb.DuckDBPyConnection, target: Path) -> tuple[int, int]:
    connection.execute(f"ATTACH {quoted(target)} AS published")
    relations: list[tuple[str, str, str | None]] = connection.execute(
        """
        SELECT schema_name, table_name, comment FROM duckdb_tables()
        WHERE database_name = 'warehouse' AND schema_name IN (SELECT unnest(?))
        UNION ALL
        SELECT schema_name, view_name, comment FROM duckdb_views()
        WHERE database_name = 'warehouse' AND schema_name IN (SELECT unnest(?))
        ORDER BY ALL
        """,
        [list(SCHEMAS), list(SCHEMAS)],
    ).fetchall()
    rows = 0
    for schema, table, comment in relations:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS published.{schema}")
        copied = connection.execute(
            f'CREATE TABLE published.{schema}."{table}" AS FROM warehouse.{schema}."{table}"'
        ).fetchone()
        rows += int(copied[0]) if copied else 0
        _comment(connection, "TABLE", f'published.{schema}."{table}"', comment)
    _comment_columns(connection)
    connection.execute("DETACH published")
    return len(relations), rows


def _write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Marts and quality as Parquet, one file per table and one folder per schema, for whoever has no DuckDB."""
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
    for schema, table in connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables()"
        " WHERE database_name = 'warehouse' AND schema_name IN ('marts', 'quality') ORDER BY ALL"
    ).fetchall():
        (unfinished / schema).mkdir(parents=True, exist_ok=True)
        target = quoted(unfinished / schema / f"{table}.parquet")
        connection.execute(f'COPY warehouse.{schema}."{table}" TO {target} (FORMAT parquet, COMPRESSION zstd)')
    former = folder.with_name(f".{folder.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if folder.exists():
        folder.replace(former)
    unfinished.replace(folder)
    shutil.rmtree(former, ignore_errors=True)


def _finish(published: Path, macros: Sequence[str], comments: Sequence[tuple[str, str, str, str]]) -> None:
    """In a connection of its own: what a macro names without a database is looked for in the file that is opened."""
    with duckdb.connect(str(published)) as connection:
        for macro in macros:
            connection.execute(macro)
        there = set(
            connection.execute(
                "SELECT schema_name, table_name, column_name FROM duckdb_columns()"
                " UNION SELECT schema_name, table_name, '' FROM duckdb_tables()"
            ).fetchall()
        )
        # More than a thousand: one by one each would be written to disk by itself.
        with transaction(connection):
            for schema, relation, column, text in comments:
                if (schema, relation, column) in there:
                    kind, name = ("COLUMN", f'"{relation}"."{column}"') if column else ("TABLE", f'"{relation}"')
                    _comment(connection, kind, f"{schema}.{name}", text)


def _comment(connection: duckdb.DuckDBPyConnection, kind: str, name: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"COMMENT ON {kind} {name} IS {quoted(comment)}")


def _comment_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """The models' descriptions travel with the columns, so that any client shows them."""
    described = connection.execute(
        """
        SELECT schema_name, table_name, column_name, comment FROM duckdb_columns()
        WHERE database_name = 'warehouse' AND schema_name IN (SELECT unnest(?)) AND comment IS NOT NULL
        """,
        [list(SCHEMAS)],
    ).fetchall()
    for schema, table, column, comment in described:
        _comment(connection, "COLUMN", f'published.{schema}."{table}"."{column}"', comment)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
