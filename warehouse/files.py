"""Writing files: there as a whole or not at all, and a full disk is said with the file that it stopped."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: No room on the disk, none left of what this user may have, or the file may not grow so far.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_HARDLY_ANYTHING = 1 << 20


@contextmanager
def naming(path: Path, unfinished: Path | None = None) -> Iterator[None]:
    """Errors of the operating system raised inside name `path`: writing to an open file names none by itself, and
    nobody knows the file that is `unfinished` in its place."""
    try:
        yield
    except OSError as error:
        names_another = error.filename and str(error.filename) != str(unfinished)
        if error.errno is None or (names_another and error.errno not in FULL):
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file and the folders that it lies in; one of the same name is replaced. Raises OSError, naming it.

    When the machine stops, the one before is there, or this one: never an empty file of that name.
    """
    unfinished = path.with_name(f".{path.name}.part")
    with naming(path, unfinished):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_bytes(content)
            flush(unfinished)
            unfinished.replace(path)
        except BaseException:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise


def write_private(path: Path, content: bytes) -> None:
    """The same for what its owner alone may read; on disk when this returns. The folder is there already."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    with naming(path, unfinished):
        try:
            unfinished.unlink(missing_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise


def flush(path: Path) -> None:
    """What was written to the file, or done in the folder, is on disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_all() -> None:
    """Everything that was written, by whomever, is on disk when this returns: for many files at once, where one after
    the other takes fifty times as long."""
    os.sync()


def is_full(folder: Path) -> bool:
    """Whether nothing more can be written there: what another program did not say when it failed."""
    return shutil.disk_usage(folder).free < _HARDLY_ANYTHING
