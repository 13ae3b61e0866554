"""Making a backup beside whatever else is going on.

The order makes it consistent: journals are as long as they are at one moment, then the archive is listed, which has
every file that a journal names, as both are only ever added to. Store and published file are copied while nobody
writes. Where somebody goes on writing, or the store cannot be read, they are left out: a rebuild makes them.

What the last backup has of the archive is never given up: a file that is missing here, or is no longer what was
received, stays in the backup as it was, and is named.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from reference.trouble import Trouble
from warehouse.backup import contents, last
from warehouse.backup.contents import Source
from warehouse.backup.folder import BackupFolder, BackupFolderInside
from warehouse.backup.manifest import Entry, Manifest
from warehouse.connections import StoreBusy, StoreDamaged, StoreNewer, let_go, writing
from warehouse.digests import sha256_of, side_by_side
from warehouse.run_lock import holding
from warehouse.settings import Settings
from warehouse.software import software_version, store_version

#: Called with (files done, files in all).
Progress = Callable[[int, int], None]


class NothingToBackUp(Trouble):
    """The home has no archive yet; the text names it."""

    text = "error_backup_nothing"


class JournalCut(Trouble):
    """A journal is no longer what the backup has, and more; the text names it."""

    text = "error_backup_journal"


@dataclass
class Made:
    """What a backup has, and how much of it had to be copied. `store` is why there is no copy of the store in it
    (`busy`, `damaged`), or empty. `damaged`: files of the archive that are missing or changed here and are kept as the
    last backup had them; `lost`: those that no backup has either."""

    folder: Path
    made_at: datetime
    files: dict[str, Entry] = field(default_factory=dict)
    copied: int = 0
    copied_bytes: int = 0
    store: str = ""
    damaged: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in self.files.values())

    def enter(self, path: str, entry: Entry, was_copied: bool) -> None:
        self.files[path] = entry
        if was_copied:
            self.copied += 1
            self.copied_bytes += entry.bytes


def make_backup(settings: Settings, folder: Path, progress: Progress = lambda done, total: None) -> Made:
    """Back the home up into `folder`, which may have the backup before.

    Raises NothingToBackUp, BackupFolderInside, what `BackupFolder.writing` raises, BackupDamaged and BackupNewer for
    the backup before, JournalCut, OSError.
    """
    folder = folder.expanduser().resolve()
    for kept in (settings.home, settings.archive, settings.landing, settings.published.parent):
        if folder.is_relative_to(kept) or kept.is_relative_to(folder):
            raise BackupFolderInside(str(folder))
    if not contents.journals(settings.archive) and next(contents.archived(settings.archive), None) is None:
        raise NothingToBackUp(str(settings.home))
    backup = BackupFolder(folder)
    made = Made(folder, datetime.now(UTC))
    with backup.writing():
        former = backup.manifest()
        archived, journals = _at_one_moment(settings, backup, made)
        for journal in journals:
            made.enter(journal.path, *backup.take_in(journal.file, journal.length))
        _check_journals(former, journals)
        _take_in_archive(backup, made, former, archived, settings.workers, progress)
        lists = (*contents.accounts(settings), *contents.addresses(settings), *contents.of_the_office())
        for source in lists:
            made.enter(source.path, *backup.take_in(source.file))
        made.enter(contents.SETTINGS, *backup.take_in_text(contents.settings_as_text(settings)))
        backup.finish(
            Manifest(
                software_version(),
                store_version(),
                made.made_at.isoformat(),
                settings.current_day().isoformat(),
                made.files,
            )
        )
    last.remember(settings, folder, made.made_at)
    return made


def _at_one_moment(settings: Settings, backup: BackupFolder, made: Made) -> tuple[list[Source], tuple[Source, ...]]:
    """The archive's files and the journals; store and published file are copied in the same moment of the store."""
    try:
        with holding(settings, "admissions backup"):
            journals = contents.journals(settings.archive)
            archived = list(contents.archived(settings.archive))
            made.store = _take_in_store(settings, backup, made)
            return archived, journals
    except StoreBusy:
        made.store = "busy"
        journals = contents.journals(settings.archive)
        return list(contents.archived(settings.archive)), journals


def _take_in_store(settings: Settings, backup: BackupFolder, made: Made) -> str:
    if settings.lake:
        # What a lake has is on other machines, which have backups of their own; a rebuild makes it again.
        with suppress(FileNotFoundError):
            made.enter(contents.PUBLISHED, *backup.take_in(settings.published))
        return ""
    if not settings.store.exists():
        return ""
    try:
        # What a writer that was killed has left beside the file goes into it.
        with writing(settings):
            pass
        let_go(settings)
    except StoreNewer:
        raise
    except StoreDamaged:
        return "damaged"
    if settings.store.with_name(f"{settings.store.name}.wal").exists():
        return "busy"
    made.enter(contents.STORE, *backup.take_in(settings.store))
    with suppress(FileNotFoundError):
        made.enter(contents.PUBLISHED, *backup.take_in(settings.published))
    return ""


def _check_journals(former: Manifest | None, journals: tuple[Source, ...]) -> None:
    """Each begins with what the backup has of it: nothing that was kept for ever is given up for what lacks it."""
    present = {journal.path: journal for journal in journals}
    for path, entry in former.journals.items() if former else ():
        journal = present.get(path)
        if (
            journal is None
            or (journal.length or 0) < entry.bytes
            or sha256_of(journal.file, entry.bytes) != entry.sha256
        ):
            raise JournalCut(path)


def _take_in_archive(
    backup: BackupFolder, made: Made, former: Manifest | None, archived: list[Source], workers: int, progress: Progress
) -> None:
    known = former.archived if former else {}

    def take(source: Source) -> tuple[Source, Entry | None, bool]:
        return source, *_taken(backup, source, known.get(source.path))

    for done, (source, entry, was_copied) in enumerate(side_by_side(take, archived, workers), start=1):
        if entry is not None:
            made.enter(source.path, entry, was_copied)
        elif source.path not in known:
            made.lost.append(source.path)
        progress(done, len(archived))
    for path, entry in known.items():
        if path in made.files:
            continue
        if backup.has(entry.sha256):
            made.damaged.append(path)
            made.files[path] = entry
        else:
            made.lost.append(path)


def _taken(backup: BackupFolder, source: Source, known: Entry | None) -> tuple[Entry | None, bool]:
    """The file as it was received; None where it no longer is. Neither a content nor its record ever changes."""
    expected = source.sha256 or (known.sha256 if known else None)
    if source.sha256 and known and backup.has(source.sha256):
        return known, False
    try:
        entry, was_copied = backup.take_in(source.file)
    except OSError as error:
        if str(error.filename) != str(source.file):
            raise
        return None, False
    return (entry, was_copied) if expected in (None, entry.sha256) else (None, False)
