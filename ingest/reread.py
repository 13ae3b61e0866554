"""Reading archived files again, after something was learnt about their layout."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

import duckdb

from ingest.archive import content_path, read_provenance
from ingest.guard import NOT_NOW, FileToRead, GuardedReaders
from ingest.monthly.learnt_columns import (
    ALL,
    NO_FIELD,
    LearntColumn,
    column_changes,
    read_layouts,
    remember,
    wording,
)
from ingest.reader import Context
from ingest.rows import merged
from ingest.store.columns_read import Reach, Touched, columns_of, headers_of, not_read_as, reports_with
from ingest.store.intake import Batch, prepare, replace_submissions
from ingest.store.misfits import enter_looked_for, misfits, was_looked_for
from ingest.storing import Incoming, store_each
from ingest.values.numbers import LARGEST
from reference.communes import communes_in_scope
from reference.naming import NoCommuneMeant, SeveralCommunesMeant, listed, meant
from reference.terms import first_month
from reference.trouble import Trouble
from warehouse.archived import record_of
from warehouse.connections import writing
from warehouse.ledger import forget_months_of
from warehouse.settings import Settings

#: Files that are read again and written in one transaction.
_BATCH = 256
#: Headers that are listed where the one that was meant is not there.
_MOST_LISTED = 20

#: Called with (files done, files in all).
Progress = Callable[[int, int], None]


class NoSuchColumn(Trouble, ValueError):
    """No accepted report has that header, not understood or only inferred, from that month on; the text lists what
    is."""

    text = "error_no_such_column"


@dataclass(frozen=True)
class MapReport:
    """What a learnt column did: the reports read again, in how many of them the column is not read as was said, and
    (of one commune) how the first one's columns now differ from those of the report before it: (field, letter before,
    letter now)."""

    is_of_all: bool
    reports: tuple[Touched, ...]
    not_as_said: int
    changes: Sequence[tuple[str, str, str]] = ()

    @property
    def communes(self) -> int:
        return len({each.commune_code for each in self.reports})


def learn_column(settings: Settings, learnt: LearntColumn, progress: Progress = lambda done, total: None) -> MapReport:
    """Remember what a column is, of a commune or of ALL, and read the files it touches again from the archive.

    The commune may be given by its name. Raises NoCommuneMeant, SeveralCommunesMeant, NoSuchColumn when nothing would
    change, StoreBusy while another process writes. Said once more after it was interrupted, it goes on.
    """
    if learnt.commune_code != ALL:
        learnt = replace(learnt, commune_code=_code_of(settings.scope, learnt.commune_code, learnt.from_month))
    reach = Reach(None if learnt.commune_code == ALL else learnt.commune_code, learnt.form, learnt.from_month)
    with writing(settings) as connection:
        prepare(connection)
        touched = _touched(settings, connection, learnt, reach)
        remember(settings.archive, learnt)
        # What was accepted stays accepted: a word about a column is no reason to refuse a file.
        read_again(settings, connection, [each.submission_id for each in touched], progress)
        said = None if learnt.field == NO_FIELD else learnt.field
        headers = _same_words(learnt, headers_of(connection, reach))
        left = not_read_as(connection, learnt.form, headers, said, [each.submission_id for each in touched])
        if reach.commune_code is None:
            return MapReport(True, touched, left)
        first = touched[0]
        before, after = columns_of(connection, reach.commune_code, learnt.form, first.month, first.submission_id)
    return MapReport(False, touched, left, column_changes(before, after))


def _touched(
    settings: Settings, connection: duckdb.DuckDBPyConnection, learnt: LearntColumn, reach: Reach
) -> tuple[Touched, ...]:
    """The reports that are to be read again, those of the first month first."""
    before = [
        each.field
        for each in read_layouts(settings.archive)
        if each.form == learnt.form
        and each.commune_code in (ALL, learnt.commune_code)
        and wording(each.header) == wording(learnt.header)
    ]
    if NO_FIELD in before:
        # Nothing is kept of a column that is nobody's: it may stand on every sheet.
        return reports_with(connection, reach)
    # What was said before is taken back by what is said now.
    among = headers_of(connection, reach, unlisted=not before)
    touched = reports_with(connection, reach, _same_words(learnt, among), unlisted=not before)
    if not touched:
        unlisted = headers_of(connection, reach, unlisted=True)
        raise NoSuchColumn("; ".join(unlisted[:_MOST_LISTED]) + (" …" if len(unlisted) > _MOST_LISTED else "") or "–")
    return touched


def _same_words(learnt: LearntColumn, headers: Sequence[str]) -> list[str]:
    return [each for each in headers if wording(each) == wording(learnt.header)]


def _code_of(scope: str, wanted: str, month: date) -> str:
    """The code of the one commune in scope that `wanted`, a code or a name, means from `month` on."""
    communes = [commune for commune in communes_in_scope(scope) if commune.valid_to > month]
    found = meant(wanted, communes, lambda commune: (commune.code, commune.name))
    if not found:
        raise NoCommuneMeant(wanted)
    if len({commune.code for commune in found}) > 1:
        raise SeveralCommunesMeant(listed((commune.code, commune.name) for commune in found))
    return found[0].code


def read_misfits_again(settings: Settings, connection: duckdb.DuckDBPyConnection) -> int:
    """Once a store: read again what an earlier version took in and this one would not have.

    Returns how many submissions that were. One whose archived file is not there stays as it is.
    """
    looked_for = f"figures within {LARGEST}, months from {first_month()}"
    if was_looked_for(connection, looked_for):
        return 0
    archived = [
        each for each in misfits(connection, LARGEST, first_month()) if record_of(settings.archive, each).exists()
    ]
    if archived:
        _read_again(settings, connection, archived)
    enter_looked_for(connection, looked_for)
    return len(archived)


def read_again(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    submissions: Sequence[str],
    progress: Progress = lambda done, total: None,
) -> None:
    """A new reading of these accepted submissions by today's reader and lists, and their months to be built again; one
    that cannot be read at the moment (too slow, too large, the process died) keeps the reading it has."""
    _read_again(settings, connection, submissions, progress, keep_if=NOT_NOW)


def _read_again(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    submissions: Sequence[str],
    progress: Progress = lambda done, total: None,
    keep_if: Collection[str] = (),
) -> None:
    """A new reading of these submissions in the place of the old one, and their months to be built again; the old
    reading stays where the new one is refused for one of the reasons `keep_if`."""
    done = 0
    readings = _readings(settings, submissions)
    while batch := list(islice(readings, _BATCH)):
        good = [each for each in batch if each.reading.reason not in keep_if]
        if good:
            store_each(connection, good, settings.home, lambda them: _replace(settings, connection, them))
            forget_months_of(connection, [each.provenance.submission_id for each in good])
        done += len(batch)
        progress(done, len(submissions))


def _replace(settings: Settings, connection: duckdb.DuckDBPyConnection, incoming: Sequence[Incoming]) -> None:
    ids = [each.provenance.submission_id for each in incoming]
    replace_submissions(connection, ids, Batch(merged(each.rows() for each in incoming)), settings.home)


def _readings(settings: Settings, submissions: Sequence[str]) -> Iterator[Incoming]:
    context = Context(settings.scope, settings.current_day(), read_layouts(settings.archive))
    records = [read_provenance(record_of(settings.archive, each)) for each in submissions]
    files = [FileToRead(content_path(settings.archive, record), record.path) for record in records]
    workers = min(settings.workers, len(files))
    with GuardedReaders(workers, context, settings.read_seconds, settings.read_memory_mb) as readers:
        for record, reading in zip(records, readers.read_all(files), strict=True):
            if isinstance(reading, OSError):
                raise reading
            yield Incoming(reading, record)
