"""The archive read again from the first file to the last, into an empty store: `raw.*` as if it had just arrived."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from ingest.archive import Provenance, content_path, records
from ingest.guard import FileToRead, GuardedReaders
from ingest.model import Reading
from ingest.monthly.learnt_columns import read_layouts
from ingest.problems import problem
from ingest.reader import Context
from ingest.rows import Arrival, merged, rows_of
from ingest.store.intake import Batch, prepare, write_batch
from ingest.storing import Incoming, store_each
from reference.trouble import Trouble
from warehouse.connections import writing
from warehouse.decisions import read_journal
from warehouse.journal import entries_of
from warehouse.settings import Settings

_BATCH = 256

#: Called with (files done, files in all).
Progress = Callable[[int, int], None]


class ArchiveDamaged(Trouble):
    """An archived file is missing or is not what was archived; the text names it."""

    text = "error_archive"


def read_archive(settings: Settings, progress: Progress = lambda done, total: None) -> int:
    """Fill the empty store of `settings` from its archive: workbooks, arrivals, what was learnt, decisions.

    Returns the number of workbooks. Raises ArchiveDamaged when one is missing or has changed.
    """
    arrivals = list(_journal(settings.archive))
    known = sorted(records(settings.archive), key=lambda each: (each.received_at, each.modified_at, each.path))
    for record in known:
        _verify(settings.archive, record)
    context = Context(settings.scope, settings.current_day(), read_layouts(settings.archive))
    settings.home.mkdir(parents=True, exist_ok=True)
    with writing(settings) as connection:
        prepare(connection)
        done = 0
        with GuardedReaders(settings.workers, context, settings.read_seconds, settings.read_memory_mb) as readers:
            files = (FileToRead(content_path(settings.archive, record), record.path) for record in known)
            for batch in _batches(zip(known, readers.read_all(files), strict=True)):
                incoming = [Incoming(_whole(reading, record), record) for record, reading in batch]
                store_each(
                    connection,
                    incoming,
                    settings.home,
                    lambda each: write_batch(connection, Batch(merged(one.rows() for one in each)), settings.home),
                )
                done += len(batch)
                progress(done, len(known))
        unarchived = _never_archived(arrivals, {record.submission_id for record in known})
        rows = merged(rows_of(reading, record) for record, reading in unarchived)
        rows["arrivals"] = [arrival.row() for arrival in arrivals]
        write_batch(connection, Batch(rows), settings.home)
        read_journal(connection, settings.archive)
    return len(known)


def _journal(archive: Path) -> Iterator[Arrival]:
    seen: set[tuple[str, int, int]] = set()
    for values in entries_of(archive / "arrivals.jsonl"):
        values["arrived_at"] = datetime.fromisoformat(values["arrived_at"])
        arrival = Arrival(**values)
        entry = (arrival.path, arrival.bytes, arrival.modified_ns)
        # A run that was killed between journal and store has entered the same arrivals once more.
        if entry not in seen:
            seen.add(entry)
            yield arrival


def _verify(archive: Path, record: Provenance) -> None:
    path = content_path(archive, record)
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ArchiveDamaged(f"{path}: {error.strerror} ({record.path})") from error
    if found != record.submission_id:
        raise ArchiveDamaged(f"{path}: stored={found}, expected={record.submission_id} ({record.path})")


def _whole(reading: Reading | OSError, record: Provenance) -> Reading:
    if isinstance(reading, OSError):
        raise ArchiveDamaged(f"{record.archived_as}: {reading} ({record.path})") from reading
    return reading


def _never_archived(arrivals: list[Arrival], known: set[str]) -> Iterator[tuple[Provenance, Reading]]:
    """Lists of people: the journal has their hash, name and reason, and nothing else was ever kept."""
    for arrival in arrivals:
        if arrival.submission_id is None or arrival.submission_id in known or arrival.reason is None:
            continue
        known.add(arrival.submission_id)
        record = Provenance(
            arrival.submission_id,
            arrival.path,
            arrival.path.rsplit("/", 1)[-1],
            arrival.bytes,
            datetime.fromtimestamp(arrival.modified_ns / 1e9, UTC).replace(tzinfo=None),
            arrival.arrived_at,
            archived_as="",
        )
        refused = problem(arrival.reason)
        yield record, Reading(arrival.submission_id, arrival.bytes, reason=arrival.reason, problems=(refused,))


def _batches(
    read: Iterator[tuple[Provenance, Reading | OSError]],
) -> Iterator[tuple[tuple[Provenance, Reading | OSError], ...]]:
    while batch := tuple(islice(read, _BATCH)):
        yield batch
