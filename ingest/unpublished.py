"""Which reports have come that the published file does not know of yet: they lie in the landing folder, or were loaded
and wait to be judged. Nothing is stored; a workbook is read as the load reads it, and only once."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.guard import NOT_NOW, FileToRead, GuardedReaders
from ingest.landing import is_being_written, scan
from ingest.model import Reading
from ingest.monthly.learnt_columns import read_layouts
from ingest.reader import Context
from ingest.store.intake import known_entries, known_submissions
from reference.trouble import Trouble
from warehouse.archived import NotArchived, archived_as, folder_of
from warehouse.connections import NothingPublished, reading_published
from warehouse.files import which_file
from warehouse.folders import is_landing_gone
from warehouse.journal import entries_of
from warehouse.settings import Settings

#: What the names of the workbooks that we issue say (`KN_DongPhong_03408_2020-09.xlsx`): for a file that cannot be read
#: now, because it is still being written.
_ISSUED = re.compile(r"_(\d{5})_(\d{4})-(\d{2})\b")
_WAITING = ("new", "seen_before")
#: A file that was written so many seconds ago, and cannot be read, may yet be somebody's report; an older one is for
#: whoever operates it.
_FRESH = 3600


class NotReadYet(Trouble):
    """A file that has just come cannot be read at the moment, and its name does not say whose it is."""

    text = "error_not_read_yet"


@dataclass(frozen=True)
class Came:
    """A report that has come: whose, by the code of that month, and of which month."""

    commune_code: str
    month: date


@dataclass(frozen=True)
class _File:
    path: Path
    path_name: str
    bytes: int
    modified_ns: int


class Unpublished:
    """The reports that have come since the last publishing, as of each time that it is asked."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: dict[_File, tuple[str, Came | None]] = {}
        self._published: tuple[int, ...] | None = None
        self._entries: set[tuple[str, int, int]] = set()
        self._submissions: dict[str, str | None] = {}
        self._seen: list[_File] = []
        self._look_again_at = 0.0

    def reports(self) -> frozenset[Came]:
        """What lies there now. Raises StoreDamaged, JournalDamaged, NotReadYet, and OSError where the landing folder
        cannot be read: whoever asks would otherwise take a report for missing."""
        files = self._files()
        unread = [file for file in files if file not in self._read]
        if unread:
            self._read |= dict(self._readings(unread))
        known = (self._read.get(file) for file in files)
        read = {came for sha256, came in filter(None, known) if came and sha256 not in self._submissions}
        told = (self._told_by_its_name(file) for file in files if file not in self._read)
        return frozenset(read) | frozenset(filter(None, told))

    def _told_by_its_name(self, file: _File) -> Came | None:
        came = _by_name(file)
        if came is None and time.time() - file.modified_ns / 1e9 < _FRESH:
            raise NotReadYet(file.path_name)
        return came

    def _files(self) -> list[_File]:
        """What there is to read. Where looking takes long (a country's files of ten years), what was seen a moment ago
        is not looked for once more: four fifths of the time are the caller's."""
        begun = time.monotonic()
        if begun >= self._look_again_at:
            self._look_at_published()
            self._seen = [*self._landed(), *self._loaded()]
            now = time.monotonic()
            self._look_again_at = now + 4 * (now - begun)
        return self._seen

    def _look_at_published(self) -> None:
        stamp = which_file(self._settings.published)
        if stamp and stamp == self._published:
            return
        try:
            with reading_published(self._settings) as connection:
                self._entries = known_entries(connection)
                self._submissions = known_submissions(connection)
            self._published = stamp
        except NothingPublished:
            self._published, self._entries, self._submissions = None, set(), {}

    def _landed(self) -> Iterator[_File]:
        is_new = self._published is None and not is_landing_gone(self._settings)
        if is_new and not self._settings.landing.exists():
            return
        for entry in scan(self._settings.landing):
            if entry.ignored is None and (entry.path_name, entry.bytes, entry.modified_ns) not in self._entries:
                yield _File(entry.path, entry.path_name, entry.bytes, entry.modified_ns)

    def _loaded(self) -> Iterator[_File]:
        archive = self._settings.archive
        for arrival in entries_of(archive / "arrivals.jsonl"):
            submission_id = arrival.get("submission_id")
            if not submission_id or submission_id in self._submissions or arrival.get("outcome") not in _WAITING:
                continue
            try:
                path = folder_of(archive, submission_id) / archived_as(archive, submission_id)
                if path.is_file():
                    yield _File(path, str(arrival["path"]), int(arrival["bytes"]), int(arrival["modified_ns"]))
            except (NotArchived, OSError, ValueError, KeyError, TypeError):
                # What is wrong with the archive is for the doctor to say.
                continue

    def _readings(self, files: list[_File]) -> Iterator[tuple[_File, tuple[str, Came | None]]]:
        """What was read; nothing of a file that cannot be read now."""
        settings = self._settings
        context = Context(settings.scope, settings.current_day(), read_layouts(settings.archive))
        workers = min(settings.workers, len(files))
        with GuardedReaders(workers, context, settings.read_seconds, settings.read_memory_mb) as readers:
            readings = readers.read_all(FileToRead(file.path, file.path_name) for file in files)
            for file, reading in zip(files, readings, strict=True):
                if isinstance(reading, OSError) or reading.reason in NOT_NOW or is_being_written(file.path):
                    continue
                yield file, (reading.sha256, _came(reading))


def _came(reading: Reading) -> Came | None:
    is_report = reading.reason is None and reading.kind == "report"
    if not is_report or reading.commune_code is None or reading.month is None:
        return None
    return Came(reading.commune_code, reading.month)


def _by_name(file: _File) -> Came | None:
    named = _ISSUED.search(file.path_name)
    if named is None or not 1 <= int(named[3]) <= 12 or int(named[2]) == 0:
        return None
    return Came(named[1], date(int(named[2]), int(named[3]), 1))
