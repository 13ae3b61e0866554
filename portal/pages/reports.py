"""Who has reported when: a calendar of communes by months, a year at a time, and the reports of one kind as a list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from portal.addresses import report_address
from portal.asking import Asking
from portal.tables import PLAIN, Column, TableOf, folded
from portal.view import BadRequest, NotFound, View

router = APIRouter()

#: What a report is, and what it can be besides: each has a letter, a shape and a colour.
STATES = ("on_time", "late", "held_back", "refused", "missing", "not_due")
BESIDES = ("corrected", "waiting")
_COMMUNES_A_PAGE = 50

#: A row a commune and month that is expected, with its state.
_REPORTS = """
    SELECT
        *,
        CASE
            WHEN status = 'accepted' THEN CASE WHEN on_time THEN 'on_time' ELSE 'late' END
            WHEN status IN ('held_back', 'refused') THEN status
            WHEN due_on < CAST($today AS DATE) THEN 'missing'
            ELSE 'not_due'
        END AS state
    FROM marts.mart_reporting_rates
    WHERE year(month) = $year AND ($own IS NULL OR commune_code = $own)
"""
_IN_WORDS = "CASE state " + " ".join(f"WHEN '{state}' THEN $word_{state}" for state in STATES) + " END"
_IS_ASKED = """(
    $state = '' OR state = $state OR ($state = 'corrected' AND is_corrected)
    OR ($state = 'waiting' AND pending_version IS NOT NULL)
)"""
_LIST = f"""
    SELECT
        commune_code, commune_name, month, {_IN_WORDS} AS state, due_on, received_at, version, pending_version,
        open_critical_failures, open_failures, is_corrected
    FROM ({_REPORTS}) AS reports WHERE {_IS_ASKED}
"""


@dataclass(frozen=True)
class Mark:
    """A commune's month in the calendar."""

    address: str
    state: str
    is_corrected: bool
    waiting: int | None
    label: str


@dataclass(frozen=True)
class CommuneRow:
    """A commune with a mark a month; None where nothing was expected."""

    code: str
    name: str
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True)
class Calendar:
    """The months, the communes of this page, and for each state how many reports a month."""

    months: tuple[date, ...]
    rows: tuple[CommuneRow, ...]
    totals: Mapping[str, tuple[int | None, ...]]
    counts: Mapping[str, int]
    communes: int
    page: int
    pages: int


@router.get("/reports")
def calendar(view: Asking) -> Response:
    """`?year=2025`, `?state=late` for the list of these, `?q=` for some communes."""
    view.require("see_reports", view.own_commune)
    years = _years(view)
    year = _year(view, years)
    state = view.query.get("state", "")
    if state not in ("", *STATES, *BESIDES):
        raise BadRequest("reports_bad_state")
    values = {"year": year, "own": view.own_commune, "today": view.settings.current_day()}
    words = {f"word_{each}": view.say(f"reports_{each}") for each in STATES}
    table = TableOf(f"reports-{year}", _LIST, _COLUMNS, "month DESC, commune_name", {**values, **words, "state": state})
    if view.form:
        return view.file(table)
    return view.page(
        "reports.html",
        table if state else None,
        calendar=_calendar(view, values),
        year=year,
        years=years,
        state=state,
        states=STATES,
        besides=BESIDES,
    )


def _link(row: Mapping[str, Any]) -> str:
    return report_address(row["commune_code"], row["month"])


_COLUMNS = (
    Column("commune_code", "column_code"),
    Column("commune_name", "column_commune", link=_link, is_searched=True),
    Column("month", "column_month", "month", link=_link),
    Column("state", "reports_state"),
    Column("due_on", "reports_due", "day"),
    Column("received_at", "column_received", "instant"),
    Column("version", "column_version", "count"),
    Column("pending_version", "reports_waiting", "count"),
    Column("open_critical_failures", "reports_open_critical", "count"),
    Column("open_failures", "reports_open", "count"),
    Column("is_corrected", "reports_corrected", "yes_no"),
)


def _years(view: View) -> list[int]:
    """Those in which somebody was to report, the newest first."""
    rows = view.rows(
        "SELECT DISTINCT year(month) AS year FROM marts.mart_reporting_rates"
        " WHERE $own IS NULL OR commune_code = $own ORDER BY year DESC",
        own=view.own_commune,
    )
    return [row["year"] for row in rows]


def _year(view: View, years: Sequence[int]) -> int:
    written = view.query.get("year", "")
    if not written:
        return years[0] if years else view.settings.current_day().year
    if not re.fullmatch("[0-9]{4}", written):
        raise BadRequest("reports_bad_year")
    if int(written) not in years:
        raise NotFound(written)
    return int(written)


def _calendar(view: View, values: Mapping[str, object]) -> Calendar:
    asked = view.asked
    found = view.rows(
        f"""
        WITH reports AS ({_REPORTS}),
        shown AS (
            SELECT commune_key, row_number() OVER (ORDER BY max(month) DESC, any_value(commune_name)) AS place
            FROM reports WHERE $q = '' OR contains({PLAIN.format("commune_name")}, $q) OR commune_code = $q
            GROUP BY commune_key
        )
        SELECT
            reports.commune_code, reports.commune_name, month, state, is_corrected, pending_version, commune_key,
            (SELECT count(*) FROM shown) AS communes
        FROM reports JOIN shown USING (commune_key)
        WHERE place > {_COMMUNES_A_PAGE} * ($page - 1) AND place <= {_COMMUNES_A_PAGE} * $page
        ORDER BY place, month
        """,
        **values,
        q=folded(asked.search),
        page=asked.page,
    )
    totals = view.rows(
        f"""
        SELECT month, state, count(*) AS number, count(*) FILTER (is_corrected) AS corrected,
            count(pending_version) AS waiting
        FROM ({_REPORTS}) GROUP BY month, state
        """,
        **values,
    )
    months = tuple(date(int(str(values["year"])), month, 1) for month in range(1, 13))
    by_commune: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        by_commune.setdefault(row["commune_key"], []).append(row)
    communes = found[0]["communes"] if found else 0
    return Calendar(
        months=months,
        rows=tuple(_row(view, months, of_commune) for of_commune in by_commune.values()),
        totals=_totals(months, totals),
        counts=_counts(totals),
        communes=communes,
        page=asked.page,
        pages=max(1, -(-communes // _COMMUNES_A_PAGE)),
    )


def _row(view: View, months: Sequence[date], reports: Sequence[Mapping[str, Any]]) -> CommuneRow:
    marks = {row["month"]: _mark(view, row) for row in reports}
    return CommuneRow(
        reports[-1]["commune_code"], reports[-1]["commune_name"], tuple(marks.get(month) for month in months)
    )


def _mark(view: View, row: Mapping[str, Any]) -> Mark:
    said = [view.say(f"reports_{row['state']}")]
    if row["is_corrected"]:
        said.append(view.say("reports_corrected"))
    if row["pending_version"]:
        said.append(view.say("reports_waits", version=row["pending_version"]))
    label = f"{row['commune_name']}, {view.month(row['month'])}: {', '.join(said)}"
    return Mark(_link(row), row["state"], row["is_corrected"], row["pending_version"], label)


def _totals(months: Sequence[date], rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int | None, ...]]:
    """State -> how many reports a month are so (`expected`: all of them); None for a month in which none was."""
    number = {(row["month"], row["state"]): row["number"] for row in rows}
    expected = {month: sum(each["number"] for each in rows if each["month"] == month) for month in months}

    def line(*states: str) -> tuple[int | None, ...]:
        return tuple(
            sum(number.get((month, state), 0) for state in states) if expected[month] else None for month in months
        )

    return {
        "expected": tuple(expected[month] or None for month in months),
        "received": line("on_time", "late", "held_back"),
        **{state: line(state) for state in STATES},
    }


def _counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counts = {state: sum(row["number"] for row in rows if row["state"] == state) for state in STATES}
    return counts | {name: sum(row[name] for row in rows) for name in BESIDES}
