"""Writing files: there as a whole or not at all, and a full disk is said with the file that it stopped."""

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: No room on the disk, none left of what this user may have, or the file may not grow so far.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_HARDLY_ANYTHING = 1 << 20

_masks = threading.Lock()
#: How many are inside `keeping_private`, and the mask that was in force before the first.
_inside, _mask_before = 0, 0


def make_private(folder: Path) -> None:
    """The folder, for its owner alone where it is made now; one that is there keeps the rights that it was given."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def make_readable(folder: Path) -> None:
    """The folder, for everybody to look into where it is made now, whatever this process leaves to others elsewhere."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)


def private(path: str, flags: int) -> int:
    """For `open(…, opener=private)`: a file that is made now is for its owner alone."""
    return os.open(path, flags, 0o600)


@contextmanager
def keeping_private() -> Iterator[None]:
    """Whatever this process creates inside is for its owner alone: what DuckDB writes beside its file, too."""
    global _inside, _mask_before
    with _masks:
        # The mask is the whole process's: two threads that are inside at once have one of it.
        if not _inside:
            _mask_before = os.umask(0o077)
        _inside += 1
    try:
        yield
    finally:
        with _masks:
            _inside -= 1
            if not _inside:
                os.umask(_mask_before)


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


def which_file(path: Path) -> tuple[int, ...]:
    """Another answer where another file lies there, or it was written again; empty where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def is_full(folder: Path) -> bool:
    """Whether nothing more can be written there: what another program did not say when it failed."""
    return shutil.disk_usage(folder).free < _HARDLY_ANYTHING
