"""A statement that somebody typed, answered from the published file and from nothing else; or from what was published
on an earlier day, where the store is a DuckLake, which keeps that.

In: one statement that reads. Out: its answer, drawn or as rows. The statement cannot write, and reaches no other file:
what it may do is settled by DuckDB's own locks, so that no list of words has to be complete.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import duckdb
import pyarrow as pa

from warehouse.connections import QueryFailed, reading_published
from warehouse.settings import OFFICE_TIME, Settings

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


class NotKept(QueryFailed):
    """What was published on that day is not kept; the text is the day."""

    text = "error_query_not_kept"


class OutsideThePublishedFile(QueryFailed):
    """The statement reaches for a file or an extension; the text is the store's own."""

    text = "error_query_outside"


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, a batch at a time; they can be taken once, while the published file is open."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def drawn(settings: Settings, sql: str, width: int, day: date | None = None) -> str:
    """The answer as a table at most `width` characters wide, the first hundred rows of it; from what was published on
    `day`, at its end, where one is given.

    Raises QueryFailed (what is wrong with the statement), NothingPublished; with a day NotKept, and what a DuckLake
    that cannot be reached raises.
    """
    with _asked(settings, sql, day) as answer:
        table = io.StringIO()
        with redirect_stdout(table):
            answer.show(max_width=width, max_rows=100)
        return table.getvalue().rstrip()


@contextmanager
def answered(settings: Settings, sql: str, day: date | None = None) -> Iterator[Answer]:
    """The answer as rows. Raises as `drawn` does."""
    with _asked(settings, sql, day) as answer:
        reader = answer.to_arrow_reader(_ROWS)
        yield Answer(reader.schema, iter(reader))


@contextmanager
def _asked(settings: Settings, sql: str, day: date | None) -> Iterator[duckdb.DuckDBPyRelation]:
    with reading_published(settings, alone=True) if day is None else _reading_as_published(settings, day) as connection:
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


@contextmanager
def _reading_as_published(settings: Settings, day: date) -> Iterator[duckdb.DuckDBPyConnection]:
    if settings.lake is None:
        raise NotKept(day.isoformat())
    # Of use here alone.
    from warehouse.lake.attached import open_snapshot
    from warehouse.lake.catalogue import published_before

    end = datetime.combine(day, time(), OFFICE_TIME) + timedelta(days=1)
    snapshot = published_before(settings.lake, end.astimezone(UTC).replace(tzinfo=None))
    if snapshot is None:
        raise NotKept(day.isoformat())
    with open_snapshot(settings.lake, snapshot) as connection:
        yield connection


def _check(sql: str) -> None:
    statements = duckdb.extract_statements(sql)
    # To DuckDB a PIVOT whose columns are found in the data is two statements, neither of which stands in the text.
    if len(statements) == 2 and not any(statement.query for statement in statements):
        statements = statements[1:]
    if len(statements) != 1:
        raise NotOneStatement(str(len(statements)))
    if statements[0].type not in _READING:
        raise NotReading(statements[0].type.name)
