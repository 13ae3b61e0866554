"""What lies in the landing folder: files to read, and entries that are passed over, with the reason."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.folders import LandingGone

_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class Entry:
    """One entry of the landing folder. `path_name` is printable and relative; `ignored` is the code of the reason
    for passing it over, None for a file to read."""

    path: Path
    path_name: str
    bytes: int
    modified_ns: int
    ignored: str | None

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from others of its landing folder."""
        return self.path_name, self.bytes, self.modified_ns

    @property
    def modified_at(self) -> datetime:
        """When the file was last written, as naive UTC (microseconds)."""
        seconds, rest = divmod(self.modified_ns, 1_000_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None, microsecond=rest // 1000)


def scan(landing: Path) -> list[Entry]:
    """Every entry below `landing`, those that came first at the front (by time of writing, then by path). What goes
    meanwhile is none. Raises LandingGone where the folder cannot be looked at, or is gone in the end."""
    try:
        found = sorted(_entries(landing, landing), key=lambda entry: (entry.modified_ns, entry.path_name))
    except OSError as error:
        raise LandingGone(f"{error.filename or landing} ({error.strerror})") from error
    if not landing.is_dir():
        raise LandingGone(str(landing))
    return found


def _entries(folder: Path, landing: Path) -> Iterator[Entry]:
    try:
        listing = os.scandir(folder)
    except FileNotFoundError:
        if folder == landing:
            raise
        return
    with listing:
        for item in listing:
            path = Path(item.path)
            try:
                status = item.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISDIR(status.st_mode):
                if item.name.lower().endswith(_WORKBOOK_SUFFIXES):
                    yield _entry(path, landing, status, "folder_named_as_workbook")
                yield from _entries(path, landing)
            else:
                yield _entry(path, landing, status, _reason_to_ignore(item.name, status))


def _entry(path: Path, landing: Path, status: os.stat_result, ignored: str | None) -> Entry:
    return Entry(
        path=path,
        path_name=printable(os.fspath(path.relative_to(landing))),
        bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        ignored=ignored,
    )


def printable(name: str) -> str:
    """A path as text that can be stored and shown: bytes that are no UTF-8 and control characters are escaped."""
    decoded = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in decoded)


def is_being_written(path: Path) -> bool:
    """True while some process has the file open for writing (Linux tells by refusing a read lease)."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        # Other errors say that this file system, or this user, has no leases.
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)
    return False


def _reason_to_ignore(name: str, status: os.stat_result) -> str | None:
    if stat.S_ISLNK(status.st_mode):
        return "link"
    if not stat.S_ISREG(status.st_mode):
        return "special_file"
    if name.startswith(("~$", ".~lock.")):
        return "lock_file"
    if name.lower() in _SYSTEM_FILES or name.startswith("."):
        return "hidden_file"
    return None
