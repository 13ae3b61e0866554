"""The tables of the published file: those that are as they were are taken from the former one, the others are copied,
of large ones what has changed.

In: the store, and the former published file. Out: an unfinished file with all tables. What is taken over is byte for
byte what was published, or has been read from end to end before, so that nothing is carried on that cannot be read.
"""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.connections import transaction
from warehouse.files import which_file
from warehouse.literals import quoted, quoted_list
from warehouse.part_by_part import bring_up_to_date, can_be_brought_up_to_date
from warehouse.published_parts import parts_remembered
from warehouse.relations import REPORT, SCHEMAS, Relation, relations_in

#: What every database has.
OF_DUCKDB = ("main", "information_schema", "pg_catalog")


@dataclass(frozen=True)
class Former:
    """A published file of which it is known what is in it: which one it was, and the relations that can stay as they
    are."""

    file: tuple[int, ...]
    relations: frozenset[Relation]


def read_former(path: Path, note: Path) -> Former:
    """Read a published file: its bytes, where the note is of just these, or all its rows. There are no relations where
    it is none, cannot be read, or is half empty by now."""
    file = which_file(path)
    if not file:
        return Former(file, frozenset())
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {quoted(path)} AS former (READ_ONLY)")
            if not _can_be_gone_on_from(connection):
                return Former(file, frozenset())
            relations = parts_remembered(note, path)
            return Former(file, frozenset(relations_in(connection, "former") if relations is None else relations))
    except (duckdb.Error, OSError):
        return Former(file, frozenset())


def write_tables(
    connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation], former: Former, unfinished: Path
) -> None:
    """Write the store's relations into the unfinished file, which is a copy of the former one, or is not there yet."""
    kept = set(relations) & former.relations
    there = {relation.full_name: relation for relation in former.relations}
    parted = [
        relation
        for relation in relations
        if relation not in kept
        and relation.full_name in there
        and can_be_brought_up_to_date(there[relation.full_name], relation)
    ]
    # Which month a report of the former file is of is asked of that file's reports, as long as it has them.
    parted.sort(key=lambda relation: relation.told_by != REPORT)
    connection.execute(f"ATTACH {quoted(unfinished)} AS published")
    try:
        with transaction(connection):
            done = {each for each in parted if bring_up_to_date(connection, there[each.full_name], each)} | kept
            _drop_all_but(connection, done)
            for relation in relations:
                if relation not in done:
                    connection.execute(f"CREATE SCHEMA IF NOT EXISTS published.{relation.schema}")
                    connection.execute(
                        f"CREATE TABLE published.{relation.full_name} AS FROM warehouse.{relation.full_name}"
                    )
    finally:
        connection.execute("DETACH published")


def copy_former(path: Path, note: Path, unfinished: Path, known: Former | None = None) -> Former:
    """Begin the unfinished file with a copy of the former one, where anything of it can stay, and say what is in it.
    What is known of it need not be read again."""
    if known is None or known.file != which_file(path):
        known = read_former(path, note)
    if known.relations:
        shutil.copyfile(path, unfinished)
    return known


def _can_be_gone_on_from(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the former file has nothing but tables for readers, and is not half empty by now."""
    row = connection.execute(
        f"""
        SELECT free_blocks <= total_blocks / 2
            AND NOT EXISTS (FROM duckdb_views() WHERE database_name = 'former' AND NOT internal)
            AND NOT EXISTS (
                FROM duckdb_schemas() WHERE database_name = 'former'
                    AND schema_name NOT IN ({quoted_list((*SCHEMAS, *OF_DUCKDB))})
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
