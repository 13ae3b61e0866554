"""A backup put back onto an empty home.

Everything is copied beside its place first and compared with its checksum. When all of it is there and right, a note
says so, and each file is moved to its place. A machine that stops before the note has changed nothing; one that stops
after it finds the rest when restoring is started again, and until then nobody else writes.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reference.trouble import Trouble
from warehouse.backup import contents
from warehouse.backup.folder import BackupFolder
from warehouse.backup.manifest import Entry, Manifest, from_bytes, to_bytes
from warehouse.checksums import checksum_file, line_of
from warehouse.connections import has_store
from warehouse.digests import chunks, opened, sha256_of, side_by_side
from warehouse.files import flush, make_private, naming, write_private
from warehouse.folders import make_folder
from warehouse.run_lock import RESTORE, holding
from warehouse.settings import Settings

#: Called with (files done, files in all).
Progress = Callable[[int, int], None]

_STAGE = ".restoring"
#: Where lists and settings of the backup lie that are not those in force.
RESTORED = "restored"
_MOST_NAMED = 20
#: Readers open the published file alone; what an earlier version left to everybody is closed to them.
_READABLE, _PRIVATE = 0o644, 0o600
#: Settings on which the figures depend.
_OF_THE_FIGURES = ("ADMISSIONS_SCOPE", "ADMISSIONS_DUE_DAY")


class HomeInUse(Trouble):
    """There is something in the home that would be lost; the text names it."""

    text = "error_restore_in_use"


class BackupNotWhole(Trouble):
    """Files of the backup are missing or are not what they were; the text names each."""

    text = "error_restore_not_whole"


@dataclass(frozen=True)
class Restored:
    """What was put back: files and bytes, the day of the backup, whether the store is among it. `lists`: lists and
    rules of the backup that differ from those in force; `settings`: settings that do."""

    files: int
    bytes: int
    day: str
    has_store: bool
    lists: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def restore_backup(settings: Settings, folder: Path, progress: Progress = lambda done, total: None) -> Restored:
    """Put the backup in `folder` back onto the empty home of `settings`.

    Raises HomeInUse, what `BackupFolder.reading` raises, BackupNotWhole, StoreBusy, OSError: nothing is changed then.
    """
    with holding(settings, RESTORE):
        if settings.restoring.exists():
            manifest = from_bytes(settings.restoring.read_bytes())
        else:
            manifest = _staged(settings, BackupFolder(folder.expanduser().resolve()), progress)
        _put_in_place(settings)
        if settings.landing.is_relative_to(settings.home):
            # No share that is not connected: nothing has come here yet.
            settings.landing.mkdir(parents=True, exist_ok=True)
        settings.restoring.unlink()
        flush(settings.home)
        return _told(settings, manifest)


def _staged(settings: Settings, backup: BackupFolder, progress: Progress) -> Manifest:
    """All of the backup waits beside its place, and the note says so."""
    with backup.reading() as manifest:
        if found := _in_use(settings):
            raise HomeInUse(str(found))
        _stage(settings, backup, manifest, progress)
    write_private(settings.restoring, to_bytes(manifest))
    flush(settings.home)
    return manifest


def _in_use(settings: Settings) -> Path | str | None:
    """Something that a restored home would take the place of."""
    if has_store(settings):
        return settings.store_name
    for path in (settings.published, settings.accounts, settings.contacts):
        if path.exists():
            return path
    for path in sorted(settings.archive.rglob("*")):
        if not path.is_dir() and path.relative_to(settings.archive).parts[0] != _STAGE:
            return path
    return None


# ----------------------------------------------------------------------------------------------------- beside its place


def _stages(settings: Settings) -> dict[Path, Path]:
    """Folder -> where its files wait: on the same disk, so that moving them is one rename each."""
    return {folder: folder / _STAGE for folder in (settings.archive, settings.published.parent, settings.home)}


def _stage(settings: Settings, backup: BackupFolder, manifest: Manifest, progress: Progress) -> None:
    stages = _stages(settings)
    try:
        for folder, stage in stages.items():
            make_folder(settings, folder)
            shutil.rmtree(stage, ignore_errors=True)
            stage.mkdir(mode=0o700)
        places = _places(settings, manifest.files)

        def copy(each: tuple[str, Path]) -> str | None:
            path, place = each
            allowed = _READABLE if path == contents.PUBLISHED else _PRIVATE
            return None if _copied(backup, manifest.files[path], place, allowed) else path

        wrong = []
        for done, path in enumerate(side_by_side(copy, places.items(), settings.workers), start=1):
            wrong += [] if path is None else [path]
            progress(done, len(places))
        if wrong:
            named = [f"{path} ({manifest.files[path].sha256})" for path in wrong[:_MOST_NAMED]]
            more = [f"… + {len(wrong) - _MOST_NAMED}"] if len(wrong) > _MOST_NAMED else []
            raise BackupNotWhole("\n  ".join(["", *named, *more]))
        _add_checksum(settings, manifest)
        for stage in stages.values():
            _flush_folders(stage)
    except BaseException:
        for stage in stages.values():
            shutil.rmtree(stage, ignore_errors=True)
        raise


def _places(settings: Settings, files: Mapping[str, Entry]) -> dict[str, Path]:
    """Path in the backup -> where the file waits. Lists that are those in force wait nowhere."""
    stages = _stages(settings)
    home = stages[settings.home]
    fixed = {
        contents.STORE: home / settings.store.relative_to(settings.home),
        contents.PUBLISHED: stages[settings.published.parent] / settings.published.name,
        contents.ACCOUNTS: home / settings.accounts.relative_to(settings.home),
        contents.CONTACTS: home / settings.contacts.relative_to(settings.home),
        contents.SETTINGS: home / RESTORED / contents.SETTINGS,
    }
    places = {}
    for path, entry in files.items():
        if path in fixed:
            places[path] = fixed[path]
        elif path.startswith("archive/"):
            places[path] = stages[settings.archive] / path.removeprefix("archive/")
        elif not _is_in_force(path, entry):
            places[path] = home / RESTORED / path
    return places


def _is_in_force(path: str, entry: Entry) -> bool:
    with suppress(OSError):
        return sha256_of(contents.ROOT / path.removeprefix(f"{contents.OFFICE}/")) == entry.sha256
    return False


def _copied(backup: BackupFolder, entry: Entry, place: Path, allowed: int) -> bool:
    """Whether the content is what it should be; it is on disk then, with as many of the rights that it had as are
    `allowed`."""
    make_private(place.parent)
    digest = hashlib.sha256()
    try:
        source = opened(backup.place_of(entry.sha256))
    except OSError:
        return False
    with source, naming(place), place.open("xb") as copy:
        try:
            for chunk in _read(source):
                digest.update(chunk)
                copy.write(chunk)
        except _Unreadable:
            return False
        copy.flush()
        os.fchmod(copy.fileno(), (entry.mode & allowed) | 0o400)
        os.fsync(copy.fileno())
    return digest.hexdigest() == entry.sha256


class _Unreadable(Exception):
    """The disk of the backup does not give a file back."""


def _read(source: BinaryIO) -> Iterator[bytes]:
    try:
        yield from chunks(source)
    except OSError as error:
        raise _Unreadable from error


def _add_checksum(settings: Settings, manifest: Manifest) -> None:
    if entry := manifest.files.get(contents.PUBLISHED):
        stage = _stages(settings)[settings.published.parent]
        beside = checksum_file(stage / settings.published.name)
        beside.write_bytes(line_of(entry.sha256, settings.published.name))
        flush(beside)


def _flush_folders(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            flush(path)


# ------------------------------------------------------------------------------------------------------- in its place


def _put_in_place(settings: Settings) -> None:
    settings.store.with_name(f"{settings.store.name}.wal").unlink(missing_ok=True)
    for folder, stage in _stages(settings).items():
        if stage.is_dir():
            _move(stage, folder)
            flush(folder)


def _move(source: Path, target: Path) -> None:
    """Everything of the folder into the other one, which may be there already; it is gone then."""
    for each in sorted(source.iterdir()):
        place = target / each.name
        if each.is_dir() and place.is_dir():
            _move(each, place)
            flush(place)
        else:
            each.replace(place)
    source.rmdir()


def _told(settings: Settings, manifest: Manifest) -> Restored:
    restored = settings.home / RESTORED
    lists = (path for path in manifest.files if path.startswith(f"{contents.OFFICE}/") and (restored / path).exists())
    return Restored(
        len(manifest.files),
        sum(entry.bytes for entry in manifest.files.values()),
        manifest.day,
        contents.STORE in manifest.files,
        tuple(str(restored / path) for path in sorted(lists)),
        _other_settings(settings, restored / contents.SETTINGS),
    )


def _other_settings(settings: Settings, then: Path) -> tuple[str, ...]:
    """`NAME=value` of settings that the figures depend on and that were others then."""
    with suppress(OSError, ValueError):
        values = json.loads(then.read_bytes())
        now = settings.as_environment()
        return tuple(f"{name}={values[name]}" for name in _OF_THE_FIGURES if values.get(name) not in (None, now[name]))
    return ()
