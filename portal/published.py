"""The published file, open once for each version: readers hold the version that they began with.

A page asks for its charts a moment after it was answered; so the version before the present one stays open for a while.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from warehouse.connections import NothingPublished, open_published, reading_one_version
from warehouse.settings import Settings

_TRIES = 5
#: Pages are many and small: one core for each, and what one page needs at most.
_LIMITS = "SET threads = 2; SET allocator_flush_threshold = '4MB'; SET memory_limit = '160MB'"
#: Seconds that a version stays open after another one has taken its place, and what it may use then.
FORMER_STAYS = 30.0
_LIMITS_OF_FORMER = "SET memory_limit = '64MB'"


@dataclass(frozen=True)
class Version:
    """A published file: a name that no other version has, and when it was published (UTC)."""

    name: str
    published_at: datetime


class PublishedFile:
    """Whoever reads inside `held()` sees one version, also when another one is published meanwhile. A version is closed
    when nobody has it any more, and some seconds after its time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._open: tuple[Version, duckdb.DuckDBPyConnection] | None = None
        self._former: tuple[Version, duckdb.DuckDBPyConnection] | None = None
        self._closes_former = 0.0

    @contextmanager
    def held(self, wanted: str | None = None) -> Iterator[Version | None]:
        """The present version, or the one before it where its name is `wanted`; None where nothing is published yet.
        Raises StoreDamaged."""
        try:
            version, connection = self._present(wanted)
        except NothingPublished:
            yield None
            return
        with reading_one_version(self._settings, connection):
            yield version

    def version(self) -> Version | None:
        """The present version by its file alone."""
        try:
            return self._version()
        except FileNotFoundError:
            return None

    def _present(self, wanted: str | None) -> tuple[Version, duckdb.DuckDBPyConnection]:
        with self._lock:
            if self._former and time.monotonic() > self._closes_former:
                self._former = None
            for _ in range(_TRIES):
                version = self.version()
                if version is None:
                    raise NothingPublished(str(self._settings.published))
                if self._open and self._open[0] == version:
                    break
                # Whoever still reads the former one keeps it open.
                connection = open_published(self._settings)
                connection.execute(_LIMITS)
                self._retire()
                self._open = version, connection
                # Between the look at the file and its opening another one may have taken its place.
                if self.version() == version:
                    break
            assert self._open is not None
            is_former = self._former is not None and self._former[0].name == wanted
            return self._former if self._former and is_former else self._open

    def _retire(self) -> None:
        if self._open:
            with suppress(duckdb.Error):
                # Whoever reads it just now may need more.
                self._open[1].execute(_LIMITS_OF_FORMER)
            self._former, self._closes_former = self._open, time.monotonic() + FORMER_STAYS

    def _version(self) -> Version:
        state = self._settings.published.stat()
        name = f"{state.st_ino:x}-{state.st_mtime_ns:x}-{state.st_size:x}"
        return Version(name, datetime.fromtimestamp(state.st_mtime, UTC))
