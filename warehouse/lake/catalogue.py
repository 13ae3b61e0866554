"""The catalogue of a DuckLake asked directly, without DuckDB: which snapshot it is at, which were published, and who
writes.

The lock of runs is an advisory lock of PostgreSQL, which ends with its session, so that a host that is gone leaves none
behind. The session's socket is handed on to the processes that write for the holder: while one of them goes on alone,
it is held. What the holder is stands in a table beside the DuckLake's own.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from warehouse.lake.address import CatalogueUnreachable, Lake

#: The two numbers of the advisory lock; PostgreSQL has them for each database by itself.
_LOCK = (0x41444D49, 1)
_PREPARE = """
    CREATE SCHEMA IF NOT EXISTS admissions;
    CREATE TABLE IF NOT EXISTS admissions.run_lock (holder text);
    CREATE TABLE IF NOT EXISTS admissions.published (snapshot_id bigint, published_at timestamp);
"""
#: When a host that has vanished (no power, no network) is given up, and with it its lock: after a minute.
_KEEPALIVE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
_CONNECT_SECONDS = 10


class Session:
    """A session of PostgreSQL, until it is closed. Everything it is asked raises CatalogueUnreachable."""

    def __init__(self, lake: Lake) -> None:
        """Raises NoSecret, too."""
        self._lake = lake
        told = {"connect_timeout": _CONNECT_SECONDS, "application_name": "admissions", **parse_dsn(lake.catalogue)}
        told["options"] = f"{_KEEPALIVE} {told.get('options', '')}"
        if password := lake.password:
            told["password"] = password
        with self._in_words():
            self._opened = psycopg2.connect(make_dsn(**told))
            self._opened.autocommit = True

    @property
    def socket(self) -> int:
        """What keeps the session open in a process that it is handed on to."""
        with self._in_words():
            return int(self._opened.fileno())

    def close(self) -> None:
        self._opened.close()

    def is_there(self) -> bool:
        """Whether PostgreSQL still has the session, and with it what it has locked."""
        try:
            return bool(self._value("SELECT 1") == 1)
        except CatalogueUnreachable:
            return False

    def snapshot(self) -> int | None:
        """The newest one's number: another one after whatever was written. None where there is no DuckLake."""
        if not self._value("SELECT to_regclass('public.ducklake_snapshot') IS NOT NULL"):
            return None
        newest = self._value("SELECT max(snapshot_id) FROM public.ducklake_snapshot")
        return None if newest is None else int(newest)

    def try_lock(self) -> bool:
        """Hold the lock until the session ends; False where another one has it."""
        return bool(self._value("SELECT pg_try_advisory_lock(%s, %s)", *_LOCK))

    def unlock(self) -> None:
        """Let go of the lock at once: PostgreSQL notices a moment later that a session has ended."""
        self._value("SELECT pg_advisory_unlock(%s, %s)", *_LOCK)

    def is_locked(self) -> bool:
        """Whether any session holds the lock, which is not touched."""
        asked = """
            SELECT EXISTS (
                SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
                WHERE locktype = 'advisory' AND datname = current_database() AND objsubid = 2
                    AND classid::bigint = %s AND objid::bigint = %s
            )
        """
        return bool(self._value(asked, *_LOCK))

    def holder(self) -> str:
        """What the last holder has said of itself; empty where there is nothing."""
        if not self._value("SELECT to_regclass('admissions.run_lock') IS NOT NULL"):
            return ""
        return str(self._value("SELECT holder FROM admissions.run_lock LIMIT 1") or "")

    def say_holder(self, holder: str) -> None:
        """Say who holds the lock; empty: nobody."""
        said = f"{_PREPARE} DELETE FROM admissions.run_lock; INSERT INTO admissions.run_lock VALUES (%s) RETURNING 1"
        self._value(said, holder)

    def note_published(self, published_at: datetime) -> None:
        """What is published at this moment (naive UTC) is the newest snapshot."""
        noted = f"""
            {_PREPARE}
            INSERT INTO admissions.published
            SELECT max(snapshot_id), %s FROM public.ducklake_snapshot
            RETURNING snapshot_id
        """
        self._value(noted, published_at)

    def published_before(self, moment: datetime) -> int | None:
        """The snapshot that was published last before this moment (naive UTC); None where there is none."""
        if not self._value("SELECT to_regclass('admissions.published') IS NOT NULL"):
            return None
        found = self._value(
            "SELECT snapshot_id FROM admissions.published WHERE published_at < %s"
            " ORDER BY published_at DESC, snapshot_id DESC LIMIT 1",
            moment,
        )
        return None if found is None else int(found)

    def _value(self, asked: str, *values: object) -> Any:
        """The first value of the first row; None where there is no row."""
        with self._in_words(), self._opened.cursor() as cursor:
            cursor.execute(asked, values)
            row = cursor.fetchone()
        return row[0] if row else None

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except psycopg2.Error as error:
            raise CatalogueUnreachable(f"{self._lake.address}: {' '.join(str(error).split())}") from error


def snapshot(lake: Lake) -> int | None:
    """The number of the newest snapshot; None where there is no DuckLake yet. Raises CatalogueUnreachable, NoSecret."""
    with closing(Session(lake)) as session:
        return session.snapshot()


def note_published(lake: Lake, published_at: datetime) -> None:
    """What is published at this moment (naive UTC) is the newest snapshot: it can be read for as long as it is kept.

    Raises CatalogueUnreachable, NoSecret.
    """
    with closing(Session(lake)) as session:
        session.note_published(published_at)


def published_before(lake: Lake, moment: datetime) -> int | None:
    """The number of the snapshot that was published last before this moment (naive UTC); None where there is none.

    Raises CatalogueUnreachable, NoSecret.
    """
    with closing(Session(lake)) as session:
        return session.published_before(moment)
