"""How we stand: term and year against their targets, the month, who has reported, what is held back, what waits."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta
from fastapi import APIRouter
from fastapi.responses import Response

from answers.standing import AsOf
from portal.addresses import chart_address
from portal.as_of import address, as_of, month_of, months_covered, switched, traced
from portal.asking import Asking
from portal.composition import Group, composition
from portal.standing_columns import signed, standings_table, tenth
from portal.view import View
from reference.communes import REFORM

router = APIRouter()

_REPORTING = """
    SELECT
        count(*) AS expected, count(*) FILTER (status <> 'not_reported') AS received,
        count(*) FILTER (on_time) AS on_time, count(*) FILTER (received_at IS NOT NULL AND NOT on_time) AS late,
        count(*) FILTER (status = 'not_reported') AS missing, count(*) FILTER (status = 'held_back') AS held_back,
        count(*) FILTER (status = 'refused') AS refused, max(due_on) AS due_on,
        list(commune_name ORDER BY commune_name) FILTER (status = 'not_reported') AS missing_names
    FROM marts.mart_reporting_rates WHERE month = $month AND ($own IS NULL OR commune_code = $own)
"""
_HELD_BACK = """
    SELECT
        case_id, commune_code, commune_name, month, admitted_as_sent, city_admitted, city_admitted_with,
        city_admitted_ytd, city_admitted_ytd_with, version_key
    FROM marts.mart_steward_queue
    WHERE is_held_back AND ($own IS NULL OR commune_code = $own)
    ORDER BY month <> $month, queue_position LIMIT 8
"""
_WAITING = """
    SELECT
        count(*) FILTER (open_critical + open_warning > 0) AS cases, count(*) FILTER (is_held_back) AS held_back,
        coalesce(sum(open_critical), 0) AS critical,
        coalesce(sum(open_warning), 0) AS warning, coalesce(sum(open_info), 0) AS info
    FROM marts.mart_steward_queue WHERE ($own IS NULL OR commune_code = $own)
"""
_TERMS = """
    SELECT
        level, commune_key, commune_code, commune_name, term, admitted, women, ethnic_minority, mean_per_year,
        term_target, attainment, months_held_back, held_back_admitted, term_target_key
    FROM marts.mart_term_review
    WHERE admitted IS NOT NULL AND (CASE WHEN $own IS NULL THEN level = 'city' ELSE commune_code = $own END)
    ORDER BY term DESC
"""
_OWN = "SELECT * FROM ({standings}) ORDER BY is_current DESC LIMIT 1"


@router.get("/")
@router.get("/overview")
def overview(view: Asking) -> Response:
    view.require("see_figures", view.own_commune)
    chosen = as_of(view)
    newest, first, last = covered = months_covered(view)
    month = month_of(view, chosen, covered)
    table = standings_table(view, chosen, month, "attainment")
    if view.form:
        return view.file(table)
    own = view.own_commune
    return view.page(
        "overview.html",
        table if own is None else None,
        month=month,
        newest=newest,
        months=_beside(month, first, last),
        chosen=chosen,
        whole=_whole(view, chosen, month),
        groups=_groups(view, chosen, month),
        reporting=_one(view.rows(_REPORTING, month=month, own=own)),
        held_back=view.rows(_HELD_BACK, month=month, own=own) if chosen.is_published else [],
        waiting=_one(view.rows(_WAITING, own=own)),
        terms=view.rows(_TERMS, own=own),
        traced=traced,
        signed=partial(signed, view),
        tenth=partial(tenth, view),
        has_map=chosen.is_published and own is None and month >= REFORM,
        address=address,
        chart=partial(chart_address, view),
        kept=switched(view),
    )


def _whole(view: View, chosen: AsOf, month: date) -> dict[str, Any]:
    """The city's figures, or those of the own commune, with where each is traced to."""
    own = view.own_commune
    if own is None:
        found = _one(view.rows(chosen.whole, **({"day": chosen.day} if chosen.known else {}), month=month))
        return {"admitted_before": None, **found, **_traces(found, "city")} if found else {}
    sql = _OWN.format(standings=chosen.standings)
    found = _one(view.rows(sql, **chosen.values, month=month, own=own))
    return {**found, "scope_name": found["commune_name"], **_traces(found, found["commune_key"])} if found else {}


def _traces(row: Mapping[str, Any], whose: str) -> dict[str, str]:
    month = row["month"]
    ways = {
        "month_trace": ("month", f"{month:%Y-%m}"),
        "year_trace": ("year", f"{month:%Y}"),
        "term_trace": ("term", row["term"]),
    }
    return {
        name: traced("mart_composition", f"{whose}|{kind}|{period}|{month}", "admitted")
        for name, (kind, period) in ways.items()
    }


def _groups(view: View, chosen: AsOf, month: date) -> list[Group]:
    """The composition of the new members; nothing as of another day, of which the marts do not tell it."""
    return composition(view, month, view.own_commune) if chosen.is_published else []


def _beside(month: date, first: date, last: date) -> tuple[date | None, date | None]:
    before, after = month - relativedelta(months=1), month + relativedelta(months=1)
    return before if before >= first else None, after if after <= last else None


def _one(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return rows[0] if rows else {}
