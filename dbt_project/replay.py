"""A build without dbt: the statements that dbt ran for the same project, for what is no longer as it was built.

A table is made again when what it is made of has changed, down to the tables that Python writes: each node has a key,
the hash of its parents' keys. A source's key is that of its rows; a table's is entered in the ledger when it stands,
and taken out before it is touched. A data test has a key, too: it is asked again when anything that it looks at is
another, be it built here or not.
"""

import hashlib
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from dbt_project.recording import SOURCE, TABLE, TEST, Recording, Step
from warehouse.connections import transaction
from warehouse.ledger import built_keys, enter_keys, forget_keys

#: Rows of which it takes longer to say whether they have changed than what is made of them.
_TOO_MANY = 500_000
#: As the profile has it: with more than fits into memory, order costs too much.
_OPTIONS = "SET preserve_insertion_order = false"


class DiffersFromRecording(Exception):
    """A statement failed or a data test found something: dbt is to do it, and to say what is the matter."""


@dataclass(frozen=True)
class Replayed:
    """How many tables were made and tests asked, and the seconds it took."""

    tables: int
    tests: int
    seconds: float


def replay(connection: duckdb.DuckDBPyConnection, recording: Recording) -> Replayed:
    """Build what has changed since it was built. Raises DiffersFromRecording."""
    began = time.monotonic()
    connection.execute(_OPTIONS)
    keys, known = keys_of(connection, recording), built_keys(connection)
    changed = {node for node, key in keys.items() if known.get(node) != key}
    forget_keys(connection, changed)
    steps = [(recording.graph[step.node].kind, step) for step in recording.steps if step.node in changed]
    tables = [step for kind, step in steps if kind == TABLE]
    tests = [step for kind, step in steps if kind == TEST]
    try:
        for step in tables:
            # Each by itself: of a table that is not committed DuckDB does not know how large it is, and joins badly.
            with transaction(connection):
                for statement in step.statements:
                    connection.execute(statement)
        _drop_temporary(connection)
        for step in tests:
            _ask(connection, step)
    except duckdb.Error as error:
        raise DiffersFromRecording(str(error)) from error
    enter_keys(connection, {node: keys[node] for node in changed})
    return Replayed(len(tables), len(tests), time.monotonic() - began)


def _drop_temporary(connection: duckdb.DuckDBPyConnection) -> None:
    """What dbt leaves to the end of its connection: this one may build again, under the same names."""
    for (name,) in connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND contains(table_name, '__dbt_tmp')"
    ).fetchall():
        connection.execute(f'DROP TABLE temp."{name}"')


def keys_of(connection: duckdb.DuckDBPyConnection, recording: Recording) -> dict[str, str]:
    """The keys that the nodes of the recording have when they are built now, and its tests when they are asked now."""
    graph, known = recording.graph, built_keys(connection)
    found: dict[str, str] = {}
    sizes = {
        f"{schema}.{table}": int(rows)
        for schema, table, rows in connection.execute(
            "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'warehouse'"
        ).fetchall()
    }

    def key(name: str) -> str:
        if name not in found:
            node = graph[name]
            if node.kind == SOURCE:
                found[name] = _key_of_rows(connection, node.table, sizes.get(node.table, _TOO_MANY))
            elif node.kind == TABLE and name not in recording.nodes:
                found[name] = known.get(name, "")
            else:
                found[name] = _hash(name, *(key(parent) for parent in node.parents))
        return found[name]

    return {name: key(name) for name in recording.nodes}


def _key_of_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: int) -> str:
    if rows >= _TOO_MANY:
        return uuid.uuid4().hex
    row = connection.execute(
        f"SELECT count(*), coalesce(sum(CAST(hash(t) AS HUGEINT)), 0) FROM warehouse.{table} AS t"
    ).fetchone()
    return _hash(table, *map(str, row or ()))


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _ask(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    """A data test; what is worth a warning is no failure."""
    answer: Sequence[object] = connection.execute(step.statements[-1]).fetchone() or ()
    if not answer or answer[-1]:
        raise DiffersFromRecording(f"{step.node}: {answer}")
