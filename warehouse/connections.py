"""Opening DuckDB. Every statement in the project names what is attached here as `warehouse`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.settings import Settings


class StoreBusy(RuntimeError):
    """Another process is writing to the store."""


class StoreDamaged(RuntimeError):
    """The store's file cannot be opened, or an operation on it failed; the text says what DuckDB found."""


class QueryFailed(RuntimeError):
    """A statement that somebody typed cannot be answered; the text is the store's own."""


class NothingPublished(FileNotFoundError):
    """There is no published file yet."""


def _attached(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    mode = " (READ_ONLY)" if read_only else ""
    quoted = str(path).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted}' AS warehouse{mode}")
    except duckdb.Error as error:
        connection.close()
        if "lock on file" in str(error).lower():
            raise StoreBusy(str(path)) from error
        raise StoreDamaged(f"{path}: {error}") from error
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def writing(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store, for the one process that writes. Raises StoreBusy when another one has it."""
    settings.store.parent.mkdir(parents=True, exist_ok=True)
    connection = _attached(settings.store, read_only=False)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def reading_published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only. Raises NothingPublished before the first publishing."""
    if not settings.published.exists():
        raise NothingPublished(str(settings.published))
    connection = _attached(settings.published, read_only=True)
    try:
        yield connection
    finally:
        connection.close()
