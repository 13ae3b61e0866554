"""Figures and reports as JSON."""

from typing import Any

from fastapi import APIRouter

from portal.api import models
from portal.api.cases import MonthAsked
from portal.asking import Asking
from portal.case_list import month_of
from portal.view import View

router = APIRouter()


@router.get("/attainment")
def attainment(view: Asking, month: MonthAsked = None) -> models.Attainment:
    """The communes against their targets in a month; in the newest one where none is asked for."""
    view.require("see_figures", view.own_commune)
    rows = _of_month(view, "marts.mart_target_attainment", month)
    lines = [models.AttainmentLine(**_kept(row, models.AttainmentLine)) for row in rows]
    return models.Attainment(month=month or (lines[0].month if lines else None), communes=lines)


@router.get("/reports")
def reports(view: Asking, month: MonthAsked = None) -> models.Reports:
    """Who has reported for a month; for the newest one where none is asked for."""
    view.require("see_reports", view.own_commune)
    rows = _of_month(view, "marts.mart_reporting_rates", month)
    lines = [models.ReportLine(**_kept(row, models.ReportLine)) for row in rows]
    return models.Reports(month=month or (lines[0].month if lines else None), reports=lines)


@router.get("/communes")
def communes(view: Asking) -> models.Communes:
    """The communes whose reports are received, each for as long as it was one."""
    view.require("see_figures", view.own_commune)
    rows = view.rows(
        "SELECT commune_code, commune_name, unit_type, valid_from, valid_to, is_current FROM marts.dim_commune"
        " WHERE is_in_scope AND ($own IS NULL OR commune_code = $own) ORDER BY commune_code, valid_from",
        own=view.own_commune,
    )
    return models.Communes(communes=[models.CommuneLine(**row) for row in rows])


def _of_month(view: View, mart: str, month: str | None) -> list[dict[str, Any]]:
    """The mart's rows of the month, of the own commune alone where the account is one's."""
    return view.rows(
        f"SELECT * FROM {mart} WHERE month = coalesce($month, (SELECT max(month) FROM {mart}))"
        " AND ($own IS NULL OR commune_code = $own) ORDER BY commune_code",
        month=month_of(month or ""),
        own=view.own_commune,
    )


def _kept(row: dict[str, Any], model: type[models.AttainmentLine] | type[models.ReportLine]) -> dict[str, Any]:
    return {**{name: row[name] for name in model.model_fields}, "month": f"{row['month']:%Y-%m}"}
