"""The store, the published file, and what waits between them."""

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb

from reference.trouble import Trouble
from warehouse.connections import (
    NothingPublished,
    StoreBusy,
    StoreDamaged,
    StoreNewer,
    has_store,
    reading_published,
    writing,
)
from warehouse.doctor.finding import Finding, bad, good, note
from warehouse.lake.address import CatalogueUnreachable, DataUnreachable, NoSecret
from warehouse.last_failure import last_failure
from warehouse.publish import unpublished_reports
from warehouse.run_lock import holder_of
from warehouse.settings import OFFICE_TIME, Settings
from warehouse.tables import stored_tables
from warehouse.written_by import kept_before

#: What is published by a schedule does not wait for so long.
_NOT_PUBLISHED = timedelta(days=2)
#: A report that is held back for longer is worth a word.
_HELD_BACK = timedelta(days=31)
_SOME = 5
#: Between the machine that wrote a file and this one.
_CLOCKS_DIFFER = timedelta(hours=1)


def store(settings: Settings) -> Finding:
    """Whether it can be opened, and is what this version of the software writes."""
    language = settings.language
    if holder_of(settings) is not None:
        # Opening it now might stop whoever writes.
        return good("doctor_store_busy", language, path=settings.store_name)
    try:
        is_new = not has_store(settings)
        with writing(settings) as connection:
            known = {
                (f"{schema}.{table}", column)
                for schema, table, column in connection.execute(
                    "SELECT schema_name, table_name, column_name FROM duckdb_columns()"
                    " WHERE database_name = 'warehouse' AND schema_name IN ('raw', 'quality', 'ledger')"
                ).fetchall()
            }
    except StoreNewer as error:
        return bad(error.text, language, detail=error)
    except StoreDamaged as error:
        text = "doctor_store_duckdb" if "newer version of DuckDB" in str(error) else "verify_store"
        return bad(text, language, detail=error)
    except (CatalogueUnreachable, DataUnreachable, NoSecret) as error:
        return Finding(error.sentence(language), is_good=False)
    except (OSError, StoreBusy, duckdb.Error) as error:
        return bad("doctor_store_bad", language, path=settings.store_name, detail=error)
    wanted = {(table, column) for table, columns in stored_tables().items() for column in columns}
    if unknown := sorted(f"{table}.{column}" for table, column in known - wanted):
        return bad("doctor_store_newer", language, names=_some(unknown))
    if known and not is_new and (lacking := sorted(f"{table}.{column}" for table, column in wanted - known)):
        return note("doctor_store_older", language, path=settings.store_name, names=_some(lacking))
    return good("doctor_store", language, path=settings.store_name)


def before_update(settings: Settings) -> Iterator[Finding]:
    """That the store as it was before the last update is kept: how to go back, and that it may go."""
    kept = kept_before(settings.store)
    if kept is not None:
        command = shlex.join(["mv", str(kept), str(settings.store)])
        yield note("doctor_before_update", settings.language, path=kept, command=command)


def published(settings: Settings) -> Finding:
    language = settings.language
    if not settings.published.exists():
        return good("doctor_not_published", language)
    try:
        with reading_published(settings) as connection:
            connection.execute("SELECT count(*) FROM warehouse.raw.submissions")
    except (OSError, StoreDamaged, duckdb.Error) as error:
        return bad("verify_published", language, detail=f"{settings.published}: {error}")
    return good("doctor_published", language, path=settings.published)


def since_publishing(settings: Settings) -> Iterator[Finding]:
    """That the published file is older than the store: because a step has failed, or nobody has published since."""
    language = settings.language
    if failed := last_failure(settings):
        yield bad("doctor_failed", language, step=failed.step, at=failed.at, sentence=failed.sentence)
        return
    if not settings.published.exists() or holder_of(settings) is not None:
        return
    try:
        if not has_store(settings):
            return
        with writing(settings) as connection:
            waiting, since = unpublished_reports(connection, settings.published)
    except (OSError, Trouble, duckdb.Error):
        # That the store cannot be opened is a finding of its own.
        return
    if waiting and since is not None and settings.current_instant() - since > _NOT_PUBLISHED:
        yield bad("doctor_never_published", language, number=waiting, day=_day(since))
    elif waiting:
        yield note("doctor_unpublished", language, number=waiting)


def clock(settings: Settings) -> Iterator[Finding]:
    """That something is stamped later than now: the machine's clock goes wrong, or did when it came."""
    if settings.today is not None:
        return
    try:
        with reading_published(settings) as connection:
            row = connection.execute(
                """
                SELECT greatest(
                    (SELECT max(received_at) FROM warehouse.raw.submissions),
                    (SELECT max(decided_at) FROM warehouse.quality.decisions)
                )
                """
            ).fetchone()
    except (NothingPublished, OSError, StoreDamaged, duckdb.Error):
        return
    now = settings.current_instant()
    if row and row[0] and row[0] > now + _CLOCKS_DIFFER:
        yield bad("doctor_clock", settings.language, stamped=_day(row[0]), day=_day(now))


def held_back(settings: Settings) -> Iterator[Finding]:
    """Months of which no version may be published, for a long time: how many, since when, and what they wait for."""
    try:
        with reading_published(settings) as connection:
            row = connection.execute(
                """
                SELECT count(*), min(since), arg_min(case_id, since)
                FROM (
                    SELECT
                        held.commune_code || '-' || strftime(held.month, '%Y-%m') AS case_id,
                        min(submissions.received_at) AS since
                    FROM warehouse.quality.held_back AS held
                    JOIN warehouse.raw.submissions AS submissions USING (commune_key, month)
                    WHERE submissions.status = 'accepted'
                    GROUP BY held.commune_code, held.month
                )
                WHERE since < ?
                """,
                [settings.current_instant() - _HELD_BACK],
            ).fetchone()
    except (NothingPublished, OSError, StoreDamaged, duckdb.Error):
        return
    if row and row[0]:
        number, since, case_id = row
        yield note("doctor_held_back", settings.language, number=number, day=_day(since), case=case_id)


def _day(moment: datetime) -> str:
    """The day of the moment (naive UTC) at the office."""
    return f"{moment.replace(tzinfo=UTC).astimezone(OFFICE_TIME):%d/%m/%Y}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:_SOME]) + (", …" if len(names) > _SOME else "")
