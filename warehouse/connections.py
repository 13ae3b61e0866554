"""Opening DuckDB. Every statement in the project names what is attached here as `warehouse`."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


#: What DuckDB may use in a writing process; beyond it spills to the home folder.
_MEMORY = "1600MB"

#: DuckDB's own headers. A file shorter than this was cut short while it was made and holds nothing yet.
_HEADERS = 3 * 4096


def _named(error: duckdb.Error, path: Path) -> Exception:
    """The store's error as something a caller can act on."""
    text = str(error)
    if "lock on file" in text.lower():
        return StoreBusy(str(path))
    if os.strerror(errno.ENOSPC) in text or os.strerror(errno.EFBIG) in text:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    return StoreDamaged(f"{path}: {text}")


def _attached(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    mode = " (READ_ONLY)" if read_only else ""
    quoted = str(path).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted}' AS warehouse{mode}")
    except duckdb.Error as error:
        connection.close()
        raise _named(error, path) from error
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def writing(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store, for the one process that writes.

    Raises StoreBusy when another one has it, OSError (ENOSPC) when the disk is full, StoreDamaged when the file cannot
    be read or written.
    """
    settings.store.parent.mkdir(parents=True, exist_ok=True)
    if settings.store.exists() and settings.store.stat().st_size < _HEADERS:
        settings.store.unlink()
    connection = _attached(settings.store, read_only=False)
    spill = str(settings.home / "spill").replace("'", "''")
    connection.execute(f"SET memory_limit = '{_MEMORY}'; SET temp_directory = '{spill}'")
    try:
        yield connection
    except (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException) as error:
        raise _named(error, settings.store) from error
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


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the statements inside, or none of them."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        # A commit that failed has ended the transaction itself.
        with suppress(duckdb.TransactionException):
            connection.rollback()
        raise
