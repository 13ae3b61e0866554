"""A statement that somebody typed, answered from the published file and from nothing else.

In: one statement that reads. Out: its answer, drawn or as rows. The statement cannot write, and reaches no other file:
what it may do is settled by DuckDB's own locks, so that no list of words has to be complete.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from warehouse.connections import QueryFailed, reading_published
from warehouse.settings import Settings

#: Statements that only read. DESCRIBE, SHOW, SUMMARIZE, VALUES and FROM are SELECT to DuckDB.
_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
#: Rows that are taken from the answer at a time.
_ROWS = 10_000


class NotOneStatement(QueryFailed):
    """There is no statement, or there are several."""

    text = "error_query_one"


class NotReading(QueryFailed):
    """The statement is none that reads; the text says what it is."""

    text = "error_query_reading"


class OutsideThePublishedFile(QueryFailed):
    """The statement reaches for a file or an extension; the text is the store's own."""

    text = "error_query_outside"


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, a batch at a time; they can be taken once, while the published file is open."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def drawn(settings: Settings, sql: str, width: int) -> str:
    """The answer as a table at most `width` characters wide, the first hundred rows of it.

    Raises QueryFailed (what is wrong with the statement), NothingPublished.
    """
    with _asked(settings, sql) as answer:
        table = io.StringIO()
        with redirect_stdout(table):
            answer.show(max_width=width, max_rows=100)
        return table.getvalue().rstrip()


@contextmanager
def answered(settings: Settings, sql: str) -> Iterator[Answer]:
    """The answer as rows. Raises QueryFailed (what is wrong with the statement), NothingPublished."""
    with _asked(settings, sql) as answer:
        reader = answer.to_arrow_reader(_ROWS)
        yield Answer(reader.schema, iter(reader))


@contextmanager
def _asked(settings: Settings, sql: str) -> Iterator[duckdb.DuckDBPyRelation]:
    with reading_published(settings, alone=True) as connection:
        connection.execute("USE warehouse")
        # Names of Python's variables are no tables; the locks come last, as they lock themselves.
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        try:
            _check(sql)
            answer = connection.sql(sql)
            if answer is None:
                raise NotReading("–")
            yield answer
        except duckdb.PermissionException as error:
            raise OutsideThePublishedFile(str(error)) from error
        except (duckdb.Error, pa.ArrowException) as error:
            raise QueryFailed(str(error)) from error


def _check(sql: str) -> None:
    statements = duckdb.extract_statements(sql)
    # To DuckDB a PIVOT whose columns are found in the data is two statements, neither of which stands in the text.
    if len(statements) == 2 and not any(statement.query for statement in statements):
        statements = statements[1:]
    if len(statements) != 1:
        raise NotOneStatement(str(len(statements)))
    if statements[0].type not in _READING:
        raise NotReading(statements[0].type.name)
