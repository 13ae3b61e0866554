"""Landing folder -> archive and `raw.*`. What was accounted for once is not touched again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

import duckdb

from ingest.archive import ContentChanged, Provenance, archive_file
from ingest.guard import FileToRead, GuardedReaders
from ingest.landing import Entry, is_being_written, scan
from ingest.model import Reading
from ingest.monthly.learnt_columns import read_layouts
from ingest.other_hosts import KnownContents
from ingest.reader import Context
from ingest.reread import read_misfits_again
from ingest.rows import Arrival, merged, refusal
from ingest.store.intake import Batch, known_entries, known_submissions, prepare, write_batch
from ingest.store.received import CameAgain, Received, received_reports, reports_that_came_again
from ingest.storing import Incoming, store_each
from reference.communes import communes_in_scope
from warehouse.connections import writing
from warehouse.files import flush_all, make_private
from warehouse.folders import LandingGone, make_landing
from warehouse.journal import append
from warehouse.run_lock import lending
from warehouse.settings import Settings
from warehouse.written_by import enter_in_archive

#: Submissions that are written in one transaction.
_BATCH = 256

#: Called with (files done, files in all).
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Refusal:
    """A file that was not accepted, with the sentences for its sender."""

    path: str
    reason: str
    message_vi: str
    message_en: str
    submission_id: str


@dataclass(frozen=True)
class LoadReport:
    """What a load did: entries by outcome, each refusal, and what became of each report."""

    found: int
    new: int
    refused: int
    seen_before: int
    ignored: int
    left_for_next_run: int
    refusals: tuple[Refusal, ...]
    #: What each new report became, in the order of arrival.
    received: tuple[Received, ...] = ()
    #: Files whose content came before, and was replaced by a newer version since.
    came_again: tuple[CameAgain, ...] = ()


@dataclass(frozen=True)
class _Taken:
    """An entry that was dealt with: its arrival, and what was read from it (nothing when seen before)."""

    arrival: Arrival
    incoming: Incoming | None = None


def load(settings: Settings, progress: Progress = lambda done, total: None) -> LoadReport:
    """Take in every new entry of the landing folder.

    Each batch is archived, then entered in the journal of arrivals, then committed: a run that is killed
    anywhere finds the rest when it is started again. Raises StoreBusy while another run is writing, OSError when
    a folder cannot be written, UnknownScope for a scope that names nothing, LandingGone when the landing folder goes:
    what was read of it by then is taken in.
    """
    communes_in_scope(settings.scope)
    make_landing(settings)
    make_private(settings.archive)
    context = Context(settings.scope, settings.current_day(), read_layouts(settings.archive))
    with writing(settings) as connection:
        prepare(connection)
        enter_in_archive(settings.archive)
        read_misfits_again(settings, connection)
        entries = _new_entries(settings, connection)
        intake = _Intake(settings, known_submissions(connection))
        with GuardedReaders(
            min(settings.workers, max(1, len(entries))),
            context,
            settings.read_seconds,
            settings.read_memory_mb,
        ) as readers:
            done = 0
            if entries:
                progress(done, len(entries))
            batches = _batches(intake.take(entries, readers), _BATCH)
            while batch := _next(settings, batches):
                taken = intake.still_new(connection, batch) if settings.lake else batch
                intake.set_aside(_commit(settings, connection, [each for each in taken if each is not None]))
                done += len(batch)
                progress(done, len(entries))
        if not settings.landing.is_dir():
            # What was read before it went is taken in; that the rest could not be is no quiet run.
            raise LandingGone(str(settings.landing))
        return intake.report(len(entries), connection)


class _Intake:
    """Decides what becomes of each entry, one after the other."""

    def __init__(self, settings: Settings, known: dict[str, str | None]) -> None:
        self._settings = settings
        self._known = known
        self._outcomes: Counter[str] = Counter()
        self._refusals: list[Refusal] = []
        self._new: dict[str, str] = {}
        self._again: dict[str, str] = {}

    def take(self, entries: list[Entry], readers: GuardedReaders) -> Iterator[_Taken | None]:
        """The entries in order; None for one that is left for the next run (it is still being written)."""
        readings = readers.read_all(
            FileToRead(entry.path, entry.path_name) for entry in entries if entry.ignored is None
        )
        for entry in entries:
            taken = self._ignore(entry) if entry.ignored else self._receive(entry, next(readings))
            self._outcomes[taken.arrival.outcome if taken else "left"] += 1
            yield taken

    def report(self, found: int, connection: duckdb.DuckDBPyConnection) -> LoadReport:
        return LoadReport(
            found=found,
            new=self._outcomes["new"],
            refused=self._outcomes["refused"],
            seen_before=self._outcomes["seen_before"],
            ignored=self._outcomes["ignored"],
            left_for_next_run=self._outcomes["left"],
            refusals=tuple(self._refusals),
            received=received_reports(connection, self._new),
            came_again=reports_that_came_again(connection, self._again),
        )

    def _arrival(
        self, entry: Entry, received_at: datetime, outcome: str, submission_id: str | None, reason: str | None
    ) -> Arrival:
        return Arrival(entry.path_name, received_at, outcome, submission_id, reason, entry.bytes, entry.modified_ns)

    def _ignore(self, entry: Entry) -> _Taken:
        received_at = self._settings.arrived_at(entry.modified_at)
        return _Taken(self._arrival(entry, received_at, "ignored", None, entry.ignored))

    def _receive(self, entry: Entry, reading: Reading | OSError) -> _Taken | None:
        if isinstance(reading, OSError) or _has_changed(entry):
            return None
        received_at = self._settings.arrived_at(entry.modified_at)
        submission_id = reading.sha256
        if submission_id in self._known:
            reason = self._known[submission_id]
            self._again[entry.path_name] = submission_id
            return _Taken(self._arrival(entry, received_at, "seen_before", submission_id, reason))
        try:
            provenance = self._archive(entry, reading, received_at)
        except ContentChanged:
            return None
        except OSError as error:
            if error.filename != str(entry.path):
                raise
            # The file itself can no longer be opened, which is no reason to stop the others.
            return None
        self._known[submission_id] = reading.reason
        self._refuse(entry.path_name, reading)
        outcome = "refused" if reading.reason else "new"
        if not reading.reason:
            self._new[entry.path_name] = submission_id
        arrival = self._arrival(entry, provenance.received_at, outcome, submission_id, reading.reason)
        return _Taken(arrival, Incoming(reading, provenance))

    def still_new(
        self, connection: duckdb.DuckDBPyConnection, batch: Sequence["_Taken | None"]
    ) -> list["_Taken | None"]:
        """The batch without what another host has taken in while this one read: entries that it has accounted for, and
        the content of others."""
        accounted = KnownContents(self._settings.home, connection)
        known = known_submissions(connection)
        found: list[_Taken | None] = []
        for taken in batch:
            arrival = taken.arrival if taken else None
            if taken is None or arrival is None:
                continue
            if accounted.has_taken_in((arrival.path, arrival.bytes, arrival.modified_ns), arrival.submission_id):
                self._outcomes[arrival.outcome] -= 1
                self._new.pop(arrival.path, None)
            elif taken.incoming is not None and taken.incoming.reading.sha256 in known:
                self._outcomes[arrival.outcome] -= 1
                self._outcomes["seen_before"] += 1
                self._new.pop(arrival.path, None)
                self._again[arrival.path] = taken.incoming.reading.sha256
                reason = known[taken.incoming.reading.sha256]
                found.append(_Taken(replace(arrival, outcome="seen_before", reason=reason)))
            else:
                found.append(taken)
        self._known |= known
        return found

    def set_aside(self, refused: Sequence[_Taken]) -> None:
        """These were taken for new, and could not be stored."""
        for taken in refused:
            self._outcomes["new"] -= 1
            self._outcomes["refused"] += 1
            if taken.incoming is not None:
                self._known[taken.incoming.reading.sha256] = taken.arrival.reason
                self._refuse(taken.arrival.path, taken.incoming.reading)

    def _refuse(self, path_name: str, reading: Reading) -> None:
        if refused := refusal(reading):
            self._refusals.append(
                Refusal(path_name, refused.code, refused.message_vi, refused.message_en, reading.sha256)
            )

    def _archive(self, entry: Entry, reading: Reading, received_at: datetime) -> Provenance:
        if reading.reason == "list_of_people":
            # Nothing is kept of a list of people but hash, name and reason.
            return Provenance(
                reading.sha256,
                entry.path_name,
                entry.path_name.rsplit("/", 1)[-1],
                reading.size,
                entry.modified_at,
                received_at,
                archived_as="",
            )
        return archive_file(
            self._settings.archive,
            entry.path,
            submission_id=reading.sha256,
            path_name=entry.path_name,
            modified_at=entry.modified_at,
            received_at=received_at,
        )


def _new_entries(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[Entry]:
    if settings.lake is None:
        known = known_entries(connection)
        return [entry for entry in scan(settings.landing) if entry.key not in known]
    accounted = KnownContents(settings.home, connection)
    entries = [entry for entry in scan(settings.landing) if not accounted.has(entry)]
    accounted.remember()
    return entries


def _has_changed(entry: Entry) -> bool:
    """True for a file that is not, or not yet, what was found: gone, other, or still being written."""
    try:
        status = entry.path.lstat()
    except OSError:
        return True
    if is_being_written(entry.path):
        return True
    return (status.st_size, status.st_mtime_ns) != (entry.bytes, entry.modified_ns)


def _next(settings: Settings, batches: Iterator[list[_Taken | None]]) -> list[_Taken | None]:
    """The next batch, empty at the end. It is read while other hosts may write."""
    with lending(settings):
        return next(batches, [])


def _batches(taken: Iterable[_Taken | None], size: int) -> Iterator[list[_Taken | None]]:
    remaining = iter(taken)
    while batch := list(islice(remaining, size)):
        yield batch


def _commit(settings: Settings, connection: duckdb.DuckDBPyConnection, batch: list[_Taken]) -> list[_Taken]:
    """Write a batch. Returns those that were taken for new and had to be refused, as they could not be stored."""
    if not batch:
        return []

    def write(incoming: Sequence[Incoming]) -> None:
        rows = merged([each.rows() for each in incoming])
        arrivals = [taken.arrival for taken in _with_refusals(batch, incoming)]
        rows["arrivals"] = [arrival.row() for arrival in arrivals]
        # On disk before the store is: a rebuild knows whatever the store knows.
        write_batch(
            connection, Batch(rows), settings.home, lambda: _journal(settings.archive / "arrivals.jsonl", arrivals)
        )

    incoming = [taken.incoming for taken in batch if taken.incoming is not None]
    stored = store_each(connection, incoming, settings.home, write)
    after = _with_refusals(batch, stored)
    return [now for before, now in zip(batch, after, strict=True) if now.arrival.outcome != before.arrival.outcome]


def _with_refusals(batch: Sequence[_Taken], incoming: Sequence[Incoming]) -> list[_Taken]:
    """The batch with what was read as it is stored; an arrival that was new is refused where its reading is."""
    readings = {each.reading.sha256: each for each in incoming}
    found = []
    for taken in batch:
        stored = readings.get(taken.arrival.submission_id or "")
        reason = stored.reading.reason if stored else None
        arrival = taken.arrival
        if reason is not None and arrival.reason != reason:
            outcome = "refused" if arrival.outcome == "new" else arrival.outcome
            arrival = replace(arrival, outcome=outcome, reason=reason)
        found.append(replace(taken, arrival=arrival, incoming=stored if taken.incoming else None))
    return found


def _journal(path: Path, arrivals: list[Arrival]) -> None:
    """Arrivals beside the archived files, so that a rebuild knows them too; both on disk before the store is."""
    flush_all()
    append(path, [asdict(arrival) | {"arrived_at": arrival.arrived_at.isoformat()} for arrival in arrivals])
