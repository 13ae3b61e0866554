"""A build without dbt: the statements that dbt ran for the same project, for what is no longer as it was built.

Each node has a key, the hash of its parents' marks, and a mark, what came of it: a table's is that of its rows, a
view's its key. A table is made again when its key is another; where it comes out as it was, nothing that is made of it
has changed. Both are entered in the ledger when all stands, and taken out before a table is touched. A data test has a
key, too: it is asked again when anything that it looks at is another, be it built here or not.

Of a store that is a file, two tables are made, or tests asked, at a time.
"""

import hashlib
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import duckdb

from dbt_project.recording import SEED, SOURCE, TABLE, TEST, Recording, Step
from dbt_project.side_by_side import do_side_by_side, waits_for
from warehouse.connections import beside, transaction
from warehouse.ledger import Built, built_nodes, enter_nodes, forget_nodes
from warehouse.marks import mark_of

#: Rows of which it takes longer to say whether they have changed than what is made of them.
_TOO_MANY = 500_000


class DiffersFromRecording(Exception):
    """A statement failed or a data test found something: dbt is to do it, and to say what is the matter."""


@dataclass(frozen=True)
class Replayed:
    """How many tables were made and tests asked, and the seconds it took."""

    tables: int
    tests: int
    seconds: float


def replay(connection: duckdb.DuckDBPyConnection, recording: Recording, at_a_time: int = 1) -> Replayed:
    """Build what has changed since it was built, `at_a_time` tables or tests at once: one where all of it is one
    transaction, which is the connection's. Raises DiffersFromRecording."""
    began = time.monotonic()
    known = built_nodes(connection)
    marks = _Marks(connection, recording, known)
    steps = {step.node: step for step in recording.steps if recording.graph[step.node].kind in (TABLE, TEST)}
    places = {node: place for place, node in enumerate(steps)}

    def is_test(node: str) -> bool:
        return recording.graph[node].kind == TEST

    def do(node: str, hand: duckdb.DuckDBPyConnection) -> None:
        if is_test(node):
            _ask(hand, steps[node])
        else:
            _make(hand, steps[node])
            marks.take_anew(node, hand)

    waiting = {node: tables for node, tables in waits_for(recording).items() if node in steps}
    try:
        with _in_any_order(connection), _hands(connection, at_a_time) as hands:
            # Others wait for tables, and nothing for a test.
            done = do_side_by_side(
                waiting, lambda node: (is_test(node), places[node]), hands, marks.has_another_key, do
            )
    except duckdb.Error as error:
        raise DiffersFromRecording(str(error)) from error
    enter_nodes(connection, {node: built for node, built in marks.found.items() if known.get(node) != built})
    asked = sum(map(is_test, done))
    return Replayed(len(done) - asked, asked, time.monotonic() - began)


@contextmanager
def _hands(connection: duckdb.DuckDBPyConnection, number: int) -> Iterator[Sequence[duckdb.DuckDBPyConnection]]:
    """So many connections to what is attached to this one, which work at the same time; itself where one will do."""
    with ExitStack() as stack:
        if number == 1:
            stack.callback(_drop_temporary, connection)
            yield [connection]
        else:
            yield [stack.enter_context(beside(connection)) for _ in range(number)]


def _drop_temporary(connection: duckdb.DuckDBPyConnection) -> None:
    """What dbt leaves to the end of its connection: this one may build again, under the same names."""
    for (name,) in connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND contains(table_name, '__dbt_tmp')"
    ).fetchall():
        connection.execute(f'DROP TABLE temp."{name}"')


def standing(connection: duckdb.DuckDBPyConnection, recording: Recording) -> dict[str, Built]:
    """The nodes of the recording as they stand when all of it was built and tested just now."""
    marks = _Marks(connection, recording, built_nodes(connection))
    for step in recording.steps:
        if recording.graph[step.node].kind == TABLE:
            marks.take_anew(step.node, connection)
    return marks.found


class _Marks:
    """Keys and marks of the nodes while a build goes on: of its tables those of the last build, until they are taken
    anew."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, recording: Recording, known: Mapping[str, Built]) -> None:
        self._connection = connection
        self._recording = recording
        self._known = dict(known)
        #: What does not change during a build: sources and seeds.
        self._given: dict[str, str] = {}

    def has_another_key(self, name: str) -> bool:
        """Whether a table has to be made, or a test asked again."""
        key = self._key(name)
        return name not in self._known or self._known[name].key != key

    def take_anew(self, table: str, connection: duckdb.DuckDBPyConnection) -> None:
        """The table was made just now, with `connection`. `has_another_key` was asked before."""
        key = self._key(table)
        self._known[table] = Built(key, _rows(connection, self._recording.graph[table].table, key))

    @property
    def found(self) -> dict[str, Built]:
        """What the nodes of the recording are made of now, and what came of it."""
        graph = self._recording.graph
        return {
            name: self._known[name] if graph[name].kind == TABLE else Built(self._key(name), self._key(name))
            for name in self._recording.nodes
        }

    def _key(self, name: str) -> str:
        return _hash(name, *(self._mark(parent) for parent in self._recording.graph[name].parents))

    def _mark(self, name: str) -> str:
        node = self._recording.graph[name]
        if node.kind == TABLE:
            return self._known[name].mark if name in self._known else ""
        if node.kind not in (SOURCE, SEED):
            return self._key(name)
        if name not in self._given:
            otherwise = uuid.uuid4().hex
            self._given[name] = _rows(self._connection, node.table, otherwise) if node.kind == SOURCE else _hash(name)
        return self._given[name]


def _rows(connection: duckdb.DuckDBPyConnection, table: str, otherwise: str) -> str:
    """The mark of the rows of `schema.table`; `otherwise` where they are too many."""
    row = connection.execute(f"SELECT count(*) FROM warehouse.{table}").fetchone()
    if row and row[0] >= _TOO_MANY:
        return otherwise
    found = mark_of(connection, f"warehouse.{table}")
    return _hash(table, str(found.rows), str(found.hashes))


def _make(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    # Each by itself: of a table that is not committed DuckDB does not know how large it is, and joins badly.
    with transaction(connection):
        forget_nodes(connection, [step.node])
        for statement in step.statements:
            connection.execute(statement)


@contextmanager
def _in_any_order(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """As the profile has it: with more than fits into memory, order costs too much."""
    connection.execute("SET preserve_insertion_order = false")
    try:
        yield
    finally:
        connection.execute("RESET preserve_insertion_order")


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _ask(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    """A data test; what is worth a warning is no failure."""
    answer: Sequence[object] = connection.execute(step.statements[-1]).fetchone() or ()
    if not answer or answer[-1]:
        raise DiffersFromRecording(f"{step.node}: {answer}")
