"""The folder of a backup: every content once, under its SHA-256, and the list of what they are.

What was written cannot be taken for whole before it is: contents come first, each on disk under its name or not there
at all, then the list in one rename. Until then the list before, and all that it names, stays as it was.
"""

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reference.trouble import Trouble
from warehouse.backup.manifest import NAME, Entry, Manifest, from_bytes, is_sha256, to_bytes
from warehouse.digests import chunks, opened, sha256_of
from warehouse.files import FULL, flush, naming, write_private

_MARK = "ADMISSIONS-BACKUP"
_SAYS = b"A backup of the admissions warehouse; \xe2\x80\x9cadmissions restore FOLDER\xe2\x80\x9d puts it back.\n"
_FILES = "files"
_LOCK = "lock"
_UNFINISHED = ".incoming-"
#: What a disk of its own has.
_NOT_OURS = frozenset({"lost+found"})


class NoBackup(Trouble):
    """There is no whole backup in the folder."""

    text = "error_backup_none"


class BackupFolderTaken(Trouble):
    """The folder holds something else."""

    text = "error_backup_taken"


class BackupFolderInside(Trouble):
    """The folder lies among what is to be kept, and would be lost with it."""

    text = "error_backup_inside"


class BackupFolderUnwritable(Trouble):
    """The folder cannot be made or written; the text names it."""

    text = "error_backup_unwritable"


class BackupBusy(Trouble):
    """Another process is at work in the folder."""

    text = "error_backup_busy"


class BackupFolder:
    """A folder with a backup, or for one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: set[str] = set()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The folder for one process that writes a backup; made where there is none.

        Raises BackupFolderTaken, BackupFolderUnwritable, BackupBusy.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._claim()
            handle = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise BackupFolderUnwritable(f"{error.filename or self.path}: {error.strerror}") from error
        try:
            self._lock(handle, fcntl.LOCK_EX)
            for left in (*self._files().glob(f"{_UNFINISHED}*"), *self.path.glob(".*.part")):
                left.unlink()
            yield
        except OSError as error:
            named = Path(str(error.filename or self.path))
            if error.errno in FULL or not named.is_relative_to(self.path):
                raise
            raise BackupFolderUnwritable(f"{named}: {error.strerror}") from error
        finally:
            os.close(handle)

    @contextmanager
    def reading(self) -> Iterator[Manifest]:
        """The list of what is there, which nobody exchanges meanwhile.

        Raises NoBackup, BackupBusy, BackupDamaged, BackupNewer.
        """
        manifest = self.manifest()
        try:
            handle = os.open(self.path / _LOCK, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:  # A copy on a disk that cannot be written may have none, and nobody writes there.
            yield self._wanted(manifest)
            return
        try:
            self._lock(handle, fcntl.LOCK_SH)
            yield self._wanted(self.manifest())
        finally:
            os.close(handle)

    def manifest(self) -> Manifest | None:
        """The list of the last whole backup; None where there is none. Raises BackupDamaged, BackupNewer."""
        try:
            with opened(self.path / NAME) as file:
                return from_bytes(file.read())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def place_of(self, sha256: str) -> Path:
        """Where the content lies."""
        return self._files() / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the content is there, and is what its name says."""
        if sha256 not in self._known:
            try:
                if sha256_of(self.place_of(sha256)) != sha256:
                    return False
            except OSError:
                return False
            self._known.add(sha256)
        return True

    def take_in(self, file: Path, length: int | None = None) -> tuple[Entry, bool]:
        """The file, or its first bytes, and whether it had to be copied. On disk when this returns.

        Raises OSError, naming the file that cannot be read or the one that cannot be written.
        """
        with opened(file) as source:
            mode = stat.S_IMODE(os.fstat(source.fileno()).st_mode)
            digest, size = hashlib.sha256(), 0
            with naming(file):
                for chunk in chunks(source, length):
                    digest.update(chunk)
                    size += len(chunk)
            if self.has(digest.hexdigest()):
                return Entry(digest.hexdigest(), size, mode), False
            source.seek(0)
            return self._copied(chunks(source, length), mode), True

    def take_in_text(self, content: bytes) -> tuple[Entry, bool]:
        """The same for what is in no file."""
        sha256 = hashlib.sha256(content).hexdigest()
        if self.has(sha256):
            return Entry(sha256, len(content), 0o600), False
        return self._copied([content], 0o600), True

    def finish(self, manifest: Manifest) -> None:
        """The list takes the place of the one before; then what it does not name is removed."""
        flush(self._files())
        write_private(self.path / NAME, to_bytes(manifest))
        flush(self.path)
        self._remove_all_but({entry.sha256 for entry in manifest.files.values()})

    def _copied(self, content: Iterable[bytes], mode: int) -> Entry:
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._files(), prefix=_UNFINISHED)
        unfinished = Path(name)
        try:
            with naming(self.path, unfinished), os.fdopen(handle, "wb") as copy:
                for chunk in content:
                    digest.update(chunk)
                    size += len(chunk)
                    copy.write(chunk)
                copy.flush()
                os.fsync(copy.fileno())
            place = self.place_of(digest.hexdigest())
            if not place.parent.is_dir():
                place.parent.mkdir(mode=0o700, exist_ok=True)
                flush(self._files())
            unfinished.replace(place)
            flush(place.parent)
        except BaseException:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise
        self._known.add(digest.hexdigest())
        return Entry(digest.hexdigest(), size, mode)

    def _remove_all_but(self, wanted: Collection[str]) -> None:
        for path in self._files().glob("??/*"):
            if is_sha256(path.name) and path.name not in wanted:
                path.unlink()

    def _claim(self) -> None:
        """Ours from now on, where nothing else is in it."""
        mark = self.path / _MARK
        if not mark.exists():
            # A mark that was being written when the machine stopped is ours, too.
            ours = {*_NOT_OURS, *(left.name for left in self.path.glob(f".{_MARK}.*.part"))}
            if any(each.name not in ours for each in self.path.iterdir()):
                raise BackupFolderTaken(str(self.path))
            write_private(mark, _SAYS)
        if self._files().is_symlink():
            raise BackupFolderTaken(str(self._files()))
        self._files().mkdir(mode=0o700, exist_ok=True)

    def _lock(self, handle: int, how: int) -> None:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupBusy(str(self.path)) from error

    def _wanted(self, manifest: Manifest | None) -> Manifest:
        if manifest is None:
            raise NoBackup(str(self.path))
        return manifest

    def _files(self) -> Path:
        return self.path / _FILES
