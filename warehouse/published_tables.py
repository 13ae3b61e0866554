"""The tables of the published file: those that are as they were are taken from the former one, the others are copied,
of large ones what has changed.

In: the store, and the former published file. Out: an unfinished file with all tables, and Parquet files. What is taken
over has been read from end to end before, so that nothing is carried on that cannot be read.
"""

import hashlib
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.checksums import write_sums
from warehouse.connections import transaction
from warehouse.files import flush_all, which_file
from warehouse.literals import quoted
from warehouse.marks import Mark, mark_of
from warehouse.part_by_part import LARGE, bring_up_to_date, part_column

#: What readers get. The pipeline's own staging, intermediate and reference schemas stay at home.
SCHEMAS = ("raw", "quality", "marts")
#: What every database has.
OF_DUCKDB = ("main", "information_schema", "pg_catalog")
#: What there is as Parquet, too.
_AS_PARQUET = ("quality", "marts")


@dataclass(frozen=True)
class Relation:
    """A table (or view) with its columns' names and types, and the mark of its rows."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]
    mark: Mark

    @property
    def full_name(self) -> str:
        return f'{self.schema}."{self.name}"'

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
        WHERE database_name = {quoted(database)} AND schema_name IN ({", ".join(map(quoted, SCHEMAS))})
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    return tuple(
        Relation(
            schema,
            name,
            tuple(zip(columns, types, strict=True)),
            mark_of(connection, f'{database}.{schema}."{name}"'),
        )
        for schema, name, columns, types in found
    )


@dataclass(frozen=True)
class Former:
    """A published file that was read from end to end: which one it was, and the relations that can stay as they are."""

    file: tuple[int, ...]
    relations: frozenset[Relation]


def read_former(path: Path) -> Former:
    """Read a published file. There are no relations where it is none, cannot be read, or is half empty by now."""
    file = which_file(path)
    if not file:
        return Former(file, frozenset())
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {quoted(path)} AS former (READ_ONLY)")
            can_be_gone_on_from = _can_be_gone_on_from(connection)
            return Former(file, frozenset(relations_in(connection, "former") if can_be_gone_on_from else ()))
    except duckdb.Error:
        return Former(file, frozenset())


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    relations: Sequence[Relation],
    former: Path,
    unfinished: Path,
    known: Former | None = None,
) -> None:
    """Write the store's relations into a new file. What is known of the former one need not be read again."""
    if known is None or known.file != which_file(former):
        known = read_former(former)
    kept = set(relations) & known.relations
    parted = {relation: part for relation in set(relations) - kept if (part := _part_of(relation, known))}
    if kept or parted:
        shutil.copyfile(former, unfinished)
    connection.execute(f"ATTACH {quoted(unfinished)} AS published")
    try:
        with transaction(connection):
            _drop_all_but(connection, {*kept, *parted})
            for relation in relations:
                table, given = f"published.{relation.full_name}", f"warehouse.{relation.full_name}"
                if relation in kept or (
                    relation in parted and bring_up_to_date(connection, table, given, parted[relation])
                ):
                    continue
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS published.{relation.schema}")
                connection.execute(f"CREATE OR REPLACE TABLE {table} AS FROM {given}")
    finally:
        connection.execute("DETACH published")


def _part_of(relation: Relation, known: Former) -> str | None:
    """The column by whose values the table is brought up to date in the former file; none where it is made whole."""
    there = any((each.full_name, each.columns) == (relation.full_name, relation.columns) for each in known.relations)
    return part_column(relation.columns) if there and relation.mark.rows >= LARGE else None


def write_parquet(
    connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation], folder: Path, unfinished: Path
) -> None:
    """Marts and quality as Parquet, one file per table and one folder per schema, for whoever has no DuckDB, into a new
    folder. Each says in its footer what it was made of; those that `folder` has already are taken over."""
    known = _digests_of_files(connection, folder)
    for relation in relations:
        if relation.schema not in _AS_PARQUET:
            continue
        place = Path(relation.schema, f"{relation.name}.parquet")
        (unfinished / place).parent.mkdir(parents=True, exist_ok=True)
        if known.get(str(folder / place)) == relation.digest:
            _take_over(folder / place, unfinished / place)
        else:
            connection.execute(
                f"COPY warehouse.{relation.full_name} TO {quoted(unfinished / place)}"
                f" (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{digest: {quoted(relation.digest)}}})"
            )
    write_sums(unfinished)
    _open_to_readers(unfinished)


def exchange_parquet(folder: Path, unfinished: Path) -> None:
    """Put the new folder in the place of the former one."""
    flush_all()
    former = folder.with_name(f".{folder.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if folder.exists():
        folder.replace(former)
    unfinished.replace(folder)
    shutil.rmtree(former, ignore_errors=True)


def _open_to_readers(folder: Path) -> None:
    """Made as the store is, for its owner alone."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _can_be_gone_on_from(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the former file has nothing but tables for readers, and is not half empty by now."""
    row = connection.execute(
        f"""
        SELECT free_blocks <= total_blocks / 2
            AND NOT EXISTS (FROM duckdb_views() WHERE database_name = 'former' AND NOT internal)
            AND NOT EXISTS (
                FROM duckdb_schemas() WHERE database_name = 'former'
                    AND schema_name NOT IN ({", ".join(map(quoted, (*SCHEMAS, *OF_DUCKDB)))})
            )
        FROM pragma_database_size() WHERE database_name = 'former'
        """
    ).fetchone()
    return bool(row and row[0])


def _drop_all_but(connection: duckdb.DuckDBPyConnection, kept: Collection[Relation]) -> None:
    names = {(relation.schema, relation.name) for relation in kept}
    for schema, name in connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'published'"
    ).fetchall():
        if (schema, name) not in names:
            connection.execute(f'DROP TABLE published.{schema}."{name}"')


def _digests_of_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """Path -> what the Parquet file was made of; none where one of them cannot be read."""
    try:
        return dict(
            connection.execute(
                "SELECT file_name, decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'digest'",
                [str(folder / "*" / "*.parquet")],
            ).fetchall()
        )
    except duckdb.Error:
        return {}


def _take_over(file: Path, place: Path) -> None:
    try:
        place.hardlink_to(file)
    except OSError:  # not every disk has links
        shutil.copyfile(file, place)
