"""The tables of the published file: those that are as they were are taken from the former one, the others are copied,
of large ones what has changed.

In: the store, and the former published file. Out: an unfinished file with all tables. What is taken over has been read
from end to end before, so that nothing is carried on that cannot be read.
"""

import hashlib
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.connections import transaction
from warehouse.files import which_file
from warehouse.literals import quoted
from warehouse.marks import Mark, mark_of
from warehouse.part_by_part import LARGE, bring_up_to_date, part_column

#: What readers get. The pipeline's own staging, intermediate and reference schemas stay at home.
SCHEMAS = ("raw", "quality", "marts")
#: What every database has.
OF_DUCKDB = ("main", "information_schema", "pg_catalog")


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
