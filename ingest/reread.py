"""Reading archived files again, after something was learnt about their layout."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from ingest.archive import content_path, read_provenance
from ingest.guard import FileToRead, GuardedReaders
from ingest.model import Reading
from ingest.monthly.learnt_columns import LearntColumn, column_changes, read_layouts, remember
from ingest.reader import Context
from ingest.rows import merged, rows_of
from ingest.store.columns_read import columns_of, unmapped_headers
from ingest.store.intake import Batch, prepare, replace_submissions
from ingest.store.misfits import enter_looked_for, misfits, was_looked_for
from ingest.storing import Incoming, store_each
from ingest.values.numbers import LARGEST
from ingest.values.text import key
from reference.communes import communes_in_scope
from reference.naming import NoCommuneMeant, SeveralCommunesMeant, listed, meant
from reference.terms import first_month
from reference.trouble import Trouble
from warehouse.archived import record_of
from warehouse.connections import writing
from warehouse.ledger import forget_months_of
from warehouse.settings import Settings


class NoSuchColumn(Trouble, ValueError):
    """No accepted report of the commune has that header, not understood, from that month on; the text lists what is."""

    text = "error_no_such_column"


@dataclass(frozen=True)
class MapReport:
    """What a learnt column did: the submissions read again, and how the first one's columns now differ from those
    of the report before it: (field, letter before, letter now)."""

    submissions: tuple[str, ...]
    month: date
    changes: Sequence[tuple[str, str, str]]


def learn_column(settings: Settings, learnt: LearntColumn) -> MapReport:
    """Remember what a column is and read the files it touches again from the archive.

    The commune may be given by its name. Raises NoCommuneMeant, SeveralCommunesMeant, NoSuchColumn when nothing would
    change, StoreBusy while another process writes.
    """
    learnt = replace(learnt, commune_code=_code_of(settings.scope, learnt.commune_code, learnt.from_month))
    with writing(settings) as connection:
        prepare(connection)
        unmapped = unmapped_headers(connection, learnt.commune_code, learnt.form, learnt.from_month)
        touched = [(each, month) for each, month, header in unmapped if key(header) == key(learnt.header)]
        if not touched:
            raise NoSuchColumn("; ".join(sorted({header for _, _, header in unmapped})) or "–")
        remember(settings.archive, learnt)
        submissions = tuple(each for each, _ in touched)
        readings = _read_again(settings, submissions)
        batch = merged(
            rows_of(reading, read_provenance(record_of(settings.archive, each)))
            for each, reading in zip(submissions, readings, strict=True)
        )
        replace_submissions(connection, submissions, Batch(batch), settings.home)
        forget_months_of(connection, list(submissions))
        first, month = min(touched, key=lambda each: each[1])
        before, after = columns_of(connection, learnt.commune_code, learnt.form, month, first)
    return MapReport(submissions, month, column_changes(before, after))


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
        readings = _read_again(settings, archived)
        incoming = [
            Incoming(reading, read_provenance(record_of(settings.archive, each)))
            for each, reading in zip(archived, readings, strict=True)
        ]
        store_each(
            connection,
            incoming,
            settings.home,
            lambda them: replace_submissions(
                connection, archived, Batch(merged(each.rows() for each in them)), settings.home
            ),
        )
        forget_months_of(connection, archived)
    enter_looked_for(connection, looked_for)
    return len(archived)


def _read_again(settings: Settings, submissions: Sequence[str]) -> list[Reading]:
    context = Context(settings.scope, settings.current_day(), read_layouts(settings.archive))
    records = [read_provenance(record_of(settings.archive, each)) for each in submissions]
    files = [FileToRead(content_path(settings.archive, record), record.path) for record in records]
    with GuardedReaders(1, context, settings.read_seconds, settings.read_memory_mb) as readers:
        found = []
        for reading in readers.read_all(files):
            if isinstance(reading, OSError):
                raise reading
            found.append(reading)
        return found
