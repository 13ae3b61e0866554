"""SQL: what the published file says of a month's reports, and of those that stewards have returned."""

from dataclasses import dataclass
from datetime import date, datetime

from warehouse.connections import reading_published
from warehouse.decisions import JOURNAL, decision_of
from warehouse.journal import entries_of
from warehouse.last_decision import LAST_DECISIONS
from warehouse.settings import Settings


@dataclass(frozen=True)
class Month:
    """Which communes (by key) have reported for a month, and whose only files were refused; the first month of which
    anything is known, None before the first report."""

    reported: frozenset[str]
    refused: frozenset[str]
    first: date | None


@dataclass(frozen=True)
class Returned:
    """A case that a steward has returned to the commune, in the version that counts as its newest: by which decision
    last, and when (naive UTC)."""

    commune_key: str
    commune_code: str
    commune_name: str
    month: date
    submission_id: str
    decision_id: str
    decided_at: datetime


def month_of(settings: Settings, month: date) -> Month:
    """Raises NothingPublished, StoreDamaged."""
    with reading_published(settings) as connection:
        rows = connection.execute(
            "SELECT commune_key, status FROM warehouse.marts.mart_reporting_rates WHERE month = ?", [month]
        ).fetchall()
        first = connection.execute("SELECT min(month) FROM warehouse.marts.mart_reporting_rates").fetchone()
    reported = frozenset(key for key, status in rows if status in ("accepted", "held_back"))
    refused = frozenset(key for key, status in rows if status == "refused")
    return Month(reported, refused, first[0] if first else None)


def returned(settings: Settings, month: date | None = None) -> list[Returned]:
    """The returned cases of a month, or of all of them. What was decided since the last publishing counts: a failure
    that was taken up again or settled is returned no longer. Raises NothingPublished, StoreDamaged, JournalDamaged."""
    with reading_published(settings) as connection:
        rows = connection.execute(
            f"""
            SELECT
                failures.failure_id, failures.commune_key, failures.commune_code, communes.commune_name,
                failures.month, failures.submission_id, decisions.decision_id, decisions.decided_at
            FROM warehouse.quality.failures AS failures
            JOIN warehouse.marts.dim_commune AS communes USING (commune_key)
            JOIN {LAST_DECISIONS} AS decisions ON decisions.failure_id = failures.failure_id
            WHERE failures.state = 'returned' AND ($month IS NULL OR failures.month = $month)
            """,
            {"month": month},
        ).fetchall()
    withdrawn = _decided_otherwise(settings, {row[0] for row in rows}) if rows else set()
    newest: dict[tuple[str, date], Returned] = {}
    for failure_id, *values in rows:
        case = Returned(*values)
        place = (case.commune_key, case.month)
        before = newest.get(place)
        if failure_id not in withdrawn and (before is None or _order(case) > _order(before)):
            newest[place] = case
    return sorted(newest.values(), key=lambda case: (case.month, case.commune_code, case.commune_key))


def _order(case: Returned) -> tuple[datetime, str]:
    return case.decided_at, case.decision_id


def _decided_otherwise(settings: Settings, failures: set[str]) -> set[str]:
    """Those of the failures whose last decision in the journal is another one."""
    last: dict[str, tuple[datetime, str, str]] = {}
    for entry in entries_of(settings.archive / JOURNAL):
        if entry["failure_id"] in failures:
            each = decision_of(entry)
            moment = (each.decided_at, each.decision_id, each.decision)
            last[entry["failure_id"]] = max(last.get(entry["failure_id"], moment), moment)
    return {failure for failure, (_, _, decision) in last.items() if decision != "return"}
