"""The finished copy for readers: built beside the published file, then put in its place in one rename.

A reader that has the old file open keeps it until it closes it; nobody ever sees half a file, and readers and
the pipeline never lock each other out.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.checksums import announce, confirm
from warehouse.connections import StoreDamaged, beside, let_go, transaction, writing
from warehouse.files import flush, make_readable
from warehouse.literals import quoted
from warehouse.parquet_copies import exchange_parquet, write_parquet
from warehouse.published_parts import note_of, remember_parts
from warehouse.published_tables import Former, copy_former, write_tables
from warehouse.relations import relations_in
from warehouse.settings import Settings


@dataclass(frozen=True)
class PublishReport:
    """The published file with its number of tables and rows."""

    path: Path
    tables: int
    rows: int


def publish(
    settings: Settings,
    macros: Sequence[str] = (),
    comments: Sequence[tuple[str, str, str, str]] = (),
    former: Former | None = None,
) -> PublishReport:
    """Publish the store's present state.

    `macros` are statements that create table macros on the published tables; `comments` describe relations and
    their columns: (schema, relation, column or empty, text). `former` is what is known of the file published before.

    Raises StoreBusy while another process writes, OSError when the folder cannot be written or is full: the
    published file is then still the one before.
    """
    folder = settings.published.parent
    make_readable(folder)
    for leftover in folder.glob(f".{settings.published.name}.*"):
        leftover.unlink()
    unfinished = folder / f".{settings.published.name}.{os.getpid()}"
    unfinished_copies = settings.parquet.with_name(f".{settings.parquet.name}.{os.getpid()}")
    # Of a killed process with this one's number.
    shutil.rmtree(unfinished_copies, ignore_errors=True)
    try:
        with writing(settings) as connection:
            # One table at a time keeps one processor busy: the other writes the same ones as Parquet.
            with beside(connection) as another, ThreadPoolExecutor(1) as thread:
                # Copying waits for the disk, and reading the store does not.
                copied = thread.submit(copy_former, settings.published, note_of(settings), unfinished, former)
                relations = relations_in(connection, "warehouse")
                written = thread.submit(write_parquet, another, relations, settings.parquet, unfinished_copies)
                write_tables(connection, relations, copied.result(), unfinished)
                written.result()
            exchange_parquet(settings.parquet, unfinished_copies)
            described = _comments_in(connection, "warehouse")
        described |= {(schema, relation, column): text for schema, relation, column, text in comments if text}
        _finish(unfinished, macros, described)
        # Made as the store is, for its owner alone.
        unfinished.chmod(0o644)
        flush(unfinished)
        checksum = announce(settings.published, unfinished)
        unfinished.replace(settings.published)
        confirm(settings.published)
        flush(folder)
        remember_parts(settings, checksum, relations)
    finally:
        for leftover in folder.glob(f"{unfinished.name}*"):
            leftover.unlink()
        shutil.rmtree(unfinished_copies, ignore_errors=True)
    if settings.lake:
        # As with what carries over a store: of no use to others.
        from warehouse.lake.catalogue import note_published

        note_published(settings.lake, settings.current_instant())
    return PublishReport(settings.published, len(relations), sum(relation.rows for relation in relations))


def take_the_place(settings: Settings, fresh: Settings) -> None:
    """Put the store and the published file of `fresh` in the place of those of `settings`.

    Raises StoreBusy while another process writes.
    """
    with suppress(StoreDamaged), writing(settings):
        pass
    let_go(settings)
    let_go(fresh)
    make_readable(settings.published.parent)
    places = [(fresh.published, settings.published)]
    if settings.lake:
        # Nothing else of a lake is a file, and loading what carries it over is of no use to others.
        from warehouse.lake.carry import carry_over

        carry_over(settings, fresh.store)
        let_go(settings)
    else:
        places.insert(0, (fresh.store, settings.store))
    for new, old in places:
        # The published file may lie on another disk.
        beside = old.with_name(f".{old.name}.{os.getpid()}")
        shutil.move(new, beside)
        flush(beside)
        old.with_name(f"{old.name}.wal").unlink(missing_ok=True)
        if old == settings.published:
            announce(old, beside)
        beside.replace(old)
        flush(old.parent)
    confirm(settings.published)


def unpublished_reports(connection: duckdb.DuckDBPyConnection, published: Path) -> tuple[int, datetime | None]:
    """How many accepted files the store has that the published file lacks, and when the first of them came."""
    connection.execute(f"ATTACH {quoted(published)} AS published (READ_ONLY)")
    try:
        row = connection.execute(
            """
            SELECT count(*), min(received_at) FROM warehouse.raw.submissions AS stored
            WHERE status = 'accepted' AND NOT EXISTS (
                FROM published.raw.submissions WHERE submission_id = stored.submission_id
            )
            """
        ).fetchone()
    finally:
        connection.execute("DETACH published")
    return (int(row[0]), row[1]) if row else (0, None)


def _finish(published: Path, macros: Sequence[str], described: Mapping[tuple[str, str, str], str]) -> None:
    """In a connection of its own: what a macro names without a database is looked for in the file that is opened."""
    # More than a thousand comments: one by one each would be written to disk by itself.
    with duckdb.connect(str(published)) as connection, transaction(connection):
        for (former,) in connection.execute(
            "SELECT schema_name || '.' || function_name FROM duckdb_functions()"
            " WHERE NOT internal AND function_type = 'table_macro'"
        ).fetchall():
            connection.execute(f"DROP MACRO TABLE {former}")
        for macro in macros:
            connection.execute(macro)
        for (schema, relation, column), known in _comments_in(connection, _name_of(connection)).items():
            wanted = described.get((schema, relation, column), "")
            if wanted != known:
                kind, name = ("COLUMN", f'"{relation}"."{column}"') if column else ("TABLE", f'"{relation}"')
                said = quoted(wanted) if wanted else "NULL"
                connection.execute(f"COMMENT ON {kind} {schema}.{name} IS {said}")


def _name_of(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("SELECT current_database()").fetchone()
    return str(row[0]) if row else ""


def _comments_in(connection: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str, str], str]:
    """(schema, relation, column or empty) -> what it is described as, empty where it is not. The models' descriptions
    travel with the tables and columns, so that any client shows them."""
    rows = connection.execute(
        """
        SELECT schema_name, table_name, '', comment FROM duckdb_tables() WHERE database_name = $database
        UNION ALL
        SELECT schema_name, view_name, '', comment FROM duckdb_views() WHERE database_name = $database
        UNION ALL
        SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE database_name = $database
        """,
        {"database": database},
    ).fetchall()
    return {(schema, relation, column): comment or "" for schema, relation, column, comment in rows}
