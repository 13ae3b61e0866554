"""Opening DuckDB. Every statement in the project names what is attached here as `warehouse`."""

import errno
import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from pathlib import Path

import duckdb

from reference.texts import say
from reference.trouble import Trouble
from warehouse import written_by
from warehouse.files import FULL, keeping_private
from warehouse.lake.address import CatalogueUnreachable, Lake, unreachable
from warehouse.literals import quoted
from warehouse.run_lock import StoreBusy, holding, still_held
from warehouse.settings import Settings
from warehouse.software import software_version
from warehouse.stored.raw import WrittenByRow

_log = logging.getLogger(__name__)

__all__ = [
    "NothingPublished",
    "QueryFailed",
    "StoreBusy",
    "StoreDamaged",
    "StoreNewer",
    "has_store",
    "is_hardly_begun",
    "keeping_open",
    "let_go",
    "one_commit",
    "open_published",
    "reading_one_version",
    "reading_published",
    "transaction",
    "trouble_of_store",
    "writing",
]


class StoreDamaged(Trouble):
    """The store's file cannot be opened, or an operation on it failed; the text says what DuckDB found."""

    text = "error_store"


class StoreNewer(StoreDamaged):
    """A newer version of this software has written what is to be opened; the text is its place and that version."""

    text = "error_store_newer"


class QueryFailed(Trouble):
    """A statement that somebody typed cannot be answered; the text is the store's own."""

    text = "error_query"


class NothingPublished(Trouble, FileNotFoundError):
    """There is no published file yet."""

    text = "error_nothing_published"


#: Store and thread -> the connection that is open: whoever writes inside shares it.
_open: dict[tuple[Path, int], duckdb.DuckDBPyConnection] = {}
#: The same between those who write, where it is kept open; None while it is not.
_kept: dict[tuple[Path, int], duckdb.DuckDBPyConnection | None] = {}

#: The connections (their ids) that are inside a transaction.
_in_transaction: set[int] = set()

#: The published file that is read inside `reading_one_version`.
_held: ContextVar[tuple[Path, duckdb.DuckDBPyConnection] | None] = ContextVar("held", default=None)

#: What DuckDB may use in a writing process; beyond it spills to the home folder.
_MEMORY = "1600MB"

#: How DuckDB, and whoever writes beside it, say that the disk is full. The last: there is no room to spill to.
_FULL = (
    *(os.strerror(number) for number in sorted(FULL)),
    "failed to offload data block",
    "max_temp_directory_size",
)

#: Errors that are no statement's.
_OF_THE_STORE = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)

#: DuckDB's own headers. A file shorter than this was cut short while it was made and holds nothing yet.
_HEADERS = 3 * 4096


def known_trouble(text: str, path: Path) -> Exception | None:
    """What DuckDB's error (about the store at `path`) means to a caller when the trouble lies outside DuckDB: that
    another process has the file, or that the disk is full (where it spills to, too)."""
    if "lock on file" in text.lower():
        return StoreBusy(str(path))
    if any(words in text for words in _FULL):
        quoted = re.search(r"file \"([^\"]+)\"", text)
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), quoted[1] if quoted else str(path))
    return None


def trouble_of_store(text: str, settings: Settings) -> Exception | None:
    """The same of the store of these settings; of a DuckLake also that catalogue or data cannot be reached."""
    trouble = known_trouble(text, settings.store)
    if trouble is None and settings.lake:
        trouble = unreachable(text, settings.lake) or _gone(settings, settings.lake)
    return trouble


def _gone(settings: Settings, lake: Lake) -> CatalogueUnreachable | None:
    """What is said of a catalogue that has gone away may be anything, in any language: it is asked itself."""
    from warehouse.lake.catalogue import snapshot

    try:
        still_held(settings)
        snapshot(lake)
    except CatalogueUnreachable as error:
        return error
    return None


def _named(error: duckdb.Error, path: Path) -> Exception:
    """The published file's error, or the store's where it is a file, as something a caller can act on."""
    return known_trouble(str(error), path) or StoreDamaged(f"{path}: {error}")


def beside(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to what is attached to this one, which can work at the same time; the caller closes it."""
    another = connection.cursor()
    another.execute("SET TimeZone = 'UTC'")
    return another


def _attached(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    mode = " (READ_ONLY)" if read_only else ""
    try:
        connection.execute(f"ATTACH {quoted(path)} AS warehouse{mode}")
    except duckdb.Error as error:
        connection.close()
        raise _named(error, path) from error
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _attached_lake(settings: Settings, lake: Lake) -> duckdb.DuckDBPyConnection:
    # Loading it takes a while, and most stores are files.
    from warehouse.lake.attached import attach

    connection = duckdb.connect(":memory:")
    try:
        attach(connection, lake)
    except duckdb.Error as error:
        connection.close()
        raise trouble_of_store(str(error), settings) or StoreDamaged(f"{lake.address}: {error}") from error
    except BaseException:
        connection.close()
        raise
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def writing(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store, for the one process that writes; it holds the lock of runs meanwhile, if it does not already. Inside
    another of the same thread it is the same connection: opening and closing cost more than most statements. What is
    created meanwhile is for the owner alone; what is for readers is opened to them by name (warehouse/publish.py).

    Raises StoreBusy when another one goes on having it, OSError (ENOSPC) when the disk is full, StoreDamaged when the
    file cannot be read or written, StoreNewer when a newer version of this software has written store or archive; of a
    DuckLake CatalogueUnreachable, DataUnreachable, NoSecret.
    """
    key = _key(settings)
    if key in _open:
        yield _open[key]
        return
    with holding(settings, "admissions"), keeping_private():
        still_held(settings)
        connection = _kept.get(key) or _opened(settings)
        _open[key] = connection
        is_kept = False
        try:
            yield connection
            is_kept = key in _kept
        except duckdb.Error as error:
            trouble = trouble_of_store(str(error), settings)
            if trouble is None and isinstance(error, _OF_THE_STORE):
                trouble = StoreDamaged(f"{settings.store_name}: {error}")
            if trouble is None:
                raise
            raise trouble from error
        finally:
            del _open[key]
            if key in _kept:
                _kept[key] = connection if is_kept else None
            if not is_kept:
                connection.close()


@contextmanager
def keeping_open(settings: Settings) -> Iterator[None]:
    """Whoever writes inside, one after the other, has the same connection: the file is opened once, and what was
    written goes into it once, at the end or where it is let go."""
    key = _key(settings)
    if key in _kept:
        yield
        return
    _kept[key] = None
    try:
        yield
    finally:
        try:
            let_go(settings)
        finally:
            del _kept[key]


def let_go(settings: Settings) -> None:
    """Close what is kept open: another process is to have the file now, or somebody looks at the file itself."""
    key = _key(settings)
    connection = _kept.get(key)
    if connection is not None and key not in _open:
        _kept[key] = None
        connection.close()


def _key(settings: Settings) -> tuple[Path, int]:
    return settings.store, threading.get_ident()


def _opened(settings: Settings) -> duckdb.DuckDBPyConnection:
    settings.store.parent.mkdir(parents=True, exist_ok=True)
    archive = written_by.mark_of_archive(settings.archive)
    if archive is not None and archive.format > written_by.FORMAT:
        raise StoreNewer(f"{settings.archive} ({archive.software})")
    if settings.lake:
        connection = _attached_lake(settings, settings.lake)
        # An older version's needs no copy: each of its snapshots is there.
        _refuse_newer(settings, connection)
    else:
        if settings.store.exists() and settings.store.stat().st_size < _HEADERS:
            settings.store.unlink()
        connection = _attached_by_this_version(settings)
    spill = quoted(settings.home / "spill")
    connection.execute(f"SET memory_limit = '{_MEMORY}'; SET temp_directory = {spill}")
    return connection


def has_store(settings: Settings) -> bool:
    """Whether there is a store into which something was written. Raises CatalogueUnreachable, NoSecret."""
    if settings.lake:
        from warehouse.lake.catalogue import snapshot

        return bool(snapshot(settings.lake))
    return settings.store.exists() and not is_hardly_begun(settings.store)


def _refuse_newer(settings: Settings, connection: duckdb.DuckDBPyConnection) -> WrittenByRow | None:
    """Who has written the store that is open; where that is a newer version it is closed, and StoreNewer raised."""
    mark = written_by.mark_in(connection)
    if mark is not None and written_by.is_by_newer(mark):
        connection.close()
        raise StoreNewer(f"{settings.store_name} ({mark.software})")
    return mark


def _attached_by_this_version(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The store for writing. One that an older version has written is kept aside as it is before anything else."""
    store = settings.store
    connection = _attached(store, read_only=False)
    mark = _refuse_newer(settings, connection)
    try:
        if mark == written_by.ours() or not written_by.has_something(connection):
            return connection
        connection.close()
        kept = written_by.keep_aside(store)
        _log.warning(say("store_kept_aside", settings.language, path=kept, version=software_version()))
        connection = _attached(store, read_only=False)
        written_by.enter(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def is_hardly_begun(store: Path) -> bool:
    """Whether nothing was ever written into the store's file."""
    return store.stat().st_size <= _HEADERS and not store.with_name(f"{store.name}.wal").exists()


@contextmanager
def reading_published(settings: Settings, *, alone: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only. Inside `reading_one_version` it is the version that is held there, unless what is
    done with the connection would reach the others (`alone`).

    Raises NothingPublished before the first publishing, StoreDamaged when the file cannot be read.
    """
    held = None if alone else _held.get()
    connection = beside(held[1]) if held is not None and held[0] == settings.published else open_published(settings)
    try:
        yield connection
    finally:
        connection.close()


def open_published(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The same, open until the caller closes it."""
    if not settings.published.exists():
        raise NothingPublished(str(settings.published))
    return _attached(settings.published, read_only=True)


@contextmanager
def reading_one_version(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Whatever is read inside comes from this open file, also when another one is published meanwhile."""
    token = _held.set((settings.published, connection))
    try:
        yield
    finally:
        _held.reset(token)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the statements inside, or none of them. Inside another one it is part of that."""
    if id(connection) in _in_transaction:
        yield
        return
    connection.begin()
    _in_transaction.add(id(connection))
    try:
        yield
        connection.commit()
    except BaseException:
        # A commit that failed has ended the transaction itself.
        with suppress(duckdb.TransactionException):
            connection.rollback()
        raise
    finally:
        _in_transaction.discard(id(connection))


@contextmanager
def one_commit(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Where the store is a DuckLake, everything inside is one transaction: each commit there is a talk with PostgreSQL,
    after which all tables are looked up anew. A file has each as it comes."""
    with transaction(connection) if settings.lake else nullcontext():
        yield
