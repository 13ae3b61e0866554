"""A disk that forgets what was not flushed, for tests of what a power failure leaves.

While `watched(folder)` is entered, each `fsync` and `sync` of this process is noted. `left_by_a_power_failure` makes
the folder anew as the worst disk would have it: every name that was given is there, and of its content only what was
flushed. A disk may keep more than that; whoever gets on with this gets on with it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from unittest.mock import patch


class Disk:
    """What of the files below a folder has reached the disk, by inode. `when_named` is called after each renaming."""

    def __init__(self, folder: Path, elsewhere: Path) -> None:
        self._folder, self._elsewhere = folder, elsewhere
        self._kept: dict[int, bytes] = {}
        self._number = count()
        self.when_named: Callable[[], None] = lambda: None
        self.flush_all()

    def flush(self, handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path.is_file() and path.is_relative_to(self._folder):
            self._kept[path.stat().st_ino] = path.read_bytes()

    def flush_all(self) -> None:
        for path in self._files():
            # Another thread may remove a file that has just been listed.
            with suppress(FileNotFoundError):
                self._kept[path.stat().st_ino] = path.read_bytes()

    def left_by_a_power_failure(self) -> Path:
        """The folder as it would be found now, in a folder of its own."""
        found = self._elsewhere / str(next(self._number))
        found.mkdir(parents=True)
        for path in list(self._folder.rglob("*")):
            place = found / path.relative_to(self._folder)
            with suppress(FileNotFoundError):
                status = path.stat()
                if S_ISDIR(status.st_mode):
                    place.mkdir(parents=True, exist_ok=True)
                elif S_ISREG(status.st_mode):
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(self._kept.get(status.st_ino, b""))
        return found

    def _files(self) -> Iterator[Path]:
        return (path for path in list(self._folder.rglob("*")) if path.is_file())


@contextmanager
def watched(folder: Path, elsewhere: Path) -> Iterator[Disk]:
    """Note what reaches the disk; what lies in `folder` already has. Copies go to the folder `elsewhere`."""
    disk = Disk(folder, elsewhere)
    fsync, sync, replace = os.fsync, os.sync, os.replace

    def fsync_noted(handle: int) -> None:
        fsync(handle)
        disk.flush(handle)

    def sync_noted() -> None:
        sync()
        disk.flush_all()

    def replace_noted(source: Path, target: Path) -> None:
        replace(source, target)
        disk.when_named()

    with patch.multiple(os, fsync=fsync_noted, sync=sync_noted, replace=replace_noted):
        yield disk
