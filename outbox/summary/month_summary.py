"""A month as the commission reports it upwards: attainment, who has reported, what is held back and its effect."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from reference.trouble import Trouble
from warehouse.connections import reading_published
from warehouse.failure_states import is_unsettled
from warehouse.settings import Settings


class MonthNotCovered(Trouble, ValueError):
    """The published file has nothing of the month; the text names it and the months that there are."""

    text = "error_month_not_covered"


@dataclass(frozen=True)
class Attainment:
    """A commune's, or (code None) the whole's, admissions against targets at the end of the month.

    Attainments are ratios; `expected_by_now` is the straight line to the term's target, `gap` what lies above it.
    What is not known is None. `admitted_before` are those admitted in the year by the communes that it was made of,
    where the year's target covers them, too.
    """

    code: str | None
    name: str
    term: str | None
    admitted: int | None
    admitted_ytd: int | None
    year_target: int | None
    year_attainment: float | None
    admitted_ttd: int | None
    term_target: int | None
    term_attainment: float | None
    expected_by_now: float | None
    gap: float | None
    admitted_before: int | None


@dataclass(frozen=True)
class Reported:
    """A commune's report of the month: accepted, held_back, refused or not_reported. Instants are naive UTC."""

    name: str
    due_on: date
    received_at: datetime | None
    on_time: bool | None
    version: int | None
    status: str


@dataclass(frozen=True)
class HeldBack:
    """A commune whose month does not count: what it would have added, and what is critical in it."""

    name: str
    admitted: int | None
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """How many of the year's admissions belong to a group; `base` are those about whom it is known."""

    number: int | None
    base: int | None
    share: float | None


@dataclass(frozen=True)
class MonthSummary:
    """Everything that is reported of a month. `known` of the `expected` communes have figures in it."""

    month: date
    as_of: date
    whole: Attainment
    expected: int
    known: int
    communes: tuple[Attainment, ...]
    reported: tuple[Reported, ...]
    held_back: tuple[HeldBack, ...]
    held_back_in_year: int
    women: Part
    ethnic_minority: Part


def month_summary(settings: Settings, month: date) -> MonthSummary:
    """The summary of `month` (its first day), communes in the order of their attainment of the term's target.

    Raises NothingPublished before the first publishing, MonthNotCovered.
    """
    with reading_published(settings) as connection:
        city = _rows(connection, _CITY, month)
        if not city:
            covered = connection.execute("SELECT min(month), max(month) FROM warehouse.marts.mart_city_attainment")
            first, last = covered.fetchone() or (None, None)
            raise MonthNotCovered(f"{month:%Y-%m} ({f'{first:%Y-%m} – {last:%Y-%m}' if first else '–'})")
        as_of, expected, known, held_back_in_year, *whole = city[0]
        women, ethnic_minority = _composition(connection, month)
        return MonthSummary(
            month=month,
            as_of=as_of,
            whole=Attainment(None, *whole),
            expected=expected,
            known=known,
            communes=tuple(Attainment(*row) for row in _rows(connection, _COMMUNES, month)),
            reported=tuple(Reported(*row) for row in _rows(connection, _REPORTED, month)),
            held_back=tuple(
                HeldBack(name, admitted, tuple(messages))
                for name, admitted, messages in _rows(connection, _HELD_BACK, month)
            ),
            held_back_in_year=held_back_in_year,
            women=women,
            ethnic_minority=ethnic_minority,
        )


_CITY = """
    SELECT
        settings.today, city.communes_expected, city.communes_known, city.months_held_back_year,
        city.scope_name, city.term, city.admitted, city.admitted_ytd, city.year_target, city.year_attainment,
        city.admitted_ttd, city.term_target, city.term_attainment, city.expected_by_now, city.gap, NULL
    FROM warehouse.marts.mart_city_attainment AS city
    CROSS JOIN warehouse.raw.run_settings AS settings
    WHERE city.month = $month
"""
_COMMUNES = """
    SELECT
        commune_code, commune_name, term, admitted, admitted_ytd, year_target, year_attainment_with_predecessors,
        admitted_ttd, term_target, term_attainment, expected_by_now, gap,
        CASE WHEN year_attainment_with_predecessors > year_attainment THEN admitted_before END
    FROM warehouse.marts.mart_target_attainment
    WHERE month = $month
    ORDER BY term_attainment DESC NULLS LAST, commune_name, commune_code
"""
_REPORTED = """
    SELECT commune_name, due_on, received_at, on_time, version, status
    FROM warehouse.marts.mart_reporting_rates
    WHERE month = $month
    ORDER BY received_at NULLS LAST, commune_name
"""
_HELD_BACK = f"""
    SELECT waiting.commune_name, waiting.admitted_as_sent, failures.messages
    FROM warehouse.marts.mart_steward_queue AS waiting
    JOIN (
        SELECT commune_key, list(message_vi ORDER BY form, line_number NULLS FIRST, rule_id, failure_id) AS messages
        FROM warehouse.quality.failures
        WHERE month = $month AND {is_unsettled("state")} AND severity = 'critical' AND form LIKE 'KN-%'
        GROUP BY commune_key
    ) AS failures USING (commune_key)
    WHERE waiting.month = $month AND waiting.is_held_back
    ORDER BY waiting.queue_position
"""
_COMPOSITION = """
    SELECT women, women_base, women_share, ethnic_minority, ethnic_minority_base, ethnic_minority_share
    FROM warehouse.marts.mart_composition
    WHERE month = $month AND level = 'city' AND period_kind = 'year'
"""


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, month: date) -> list[tuple[Any, ...]]:
    return connection.execute(sql, {"month": month}).fetchall()


def _composition(connection: duckdb.DuckDBPyConnection, month: date) -> tuple[Part, Part]:
    row = next(iter(_rows(connection, _COMPOSITION, month)), (None,) * 6)
    return Part(*row[:3]), Part(*row[3:])
