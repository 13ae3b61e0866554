"""The communes of a month, and one commune: its history, candidates, ages, cells."""

from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from answers.standing import AsOf
from portal.addresses import chart_address
from portal.as_of import address, as_of, month_asked, month_of, switched, traced
from portal.asking import Asking
from portal.communes_meant import commune_meant, relatives
from portal.standing_columns import history_columns, reporting_columns, signed, standings_table, tenth
from portal.tables import Column, Row, TableOf
from portal.view import View

router = APIRouter()

_FORMER = """
    SELECT commune_code, commune_name, valid_to, max(months.month) AS month
    FROM marts.dim_commune JOIN marts.mart_target_attainment AS months USING (commune_key, commune_code, commune_name)
    WHERE NOT is_current AND is_in_scope AND ($own IS NULL OR commune_code = $own)
    GROUP BY ALL ORDER BY valid_to DESC, commune_name LIMIT 60
"""
#: The month that is asked for, or the newest one with figures.
_STANDING = """
    SELECT * FROM ({history}) WHERE $asked IS NULL OR month = $asked
    ORDER BY admitted IS NULL, month DESC LIMIT 1
"""
_FUNNEL = """
    SELECT * FROM marts.mart_candidate_funnel WHERE level = 'commune' AND commune_key = $key AND month = $month
"""
_HEADS = """
    SELECT * FROM marts.mart_neighbourhood_heads WHERE level = 'commune' AND commune_key = $key AND month = $month
"""
_AGES = "SELECT * FROM marts.mart_ageing_cells WHERE level = 'commune' AND commune_key = $key"
_CELLS = """
    SELECT
        cells.cell_key, cells.cell_name, cells.cell_type, cells.commune_code,
        coalesce(dormant.members, ages.closing) AS members,
        dormant.last_admission_month, dormant.last_admission_cell_key, dormant.months_without_admission,
        dormant.years_without_admission, ages.mean_age, ages.age_to_30_share, ages.age_over_60_share, ages.trend
    FROM marts.dim_cell AS cells
    LEFT JOIN marts.mart_dormant_cells AS dormant USING (cell_key)
    LEFT JOIN marts.mart_ageing_cells AS ages ON ages.level = 'cell' AND ages.cell_key = cells.cell_key
    WHERE cells.commune_key = $key
"""
#: The steps of a candidate, in their order.
STEPS = ("candidates", "class_attended", "under_verification", "files_complete", "admitted_last_12_months")
AGES = ("age_to_30", "age_31_40", "age_41_50", "age_51_60", "age_over_60")


@router.get("/communes")
def communes(view: Asking) -> Response:
    view.require("see_figures", view.own_commune)
    chosen = as_of(view)
    month = month_of(view, chosen)
    table = standings_table(view, chosen, month, "communes")
    former = view.rows(_FORMER, own=view.own_commune)
    return view.page("communes.html", table, month=month, chosen=chosen, former=former, address=address)


@router.get("/communes/{commune_code}")
def commune(view: Asking, commune_code: str) -> Response:
    view.require("see_figures", commune_code)
    chosen = as_of(view)
    found = commune_meant(view, commune_code, chosen)
    key = found["commune_key"]
    values = {**chosen.values, "commune": key}
    table = TableOf(
        name=f"{commune_code}-history",
        sql=chosen.history,
        columns=[*history_columns(view, chosen), *(reporting_columns(view) if chosen.is_published else ())],
        order="month DESC",
        values=values,
        rows_a_page=24,
    )
    if view.form:
        return view.file(table)
    standing = view.rows(_STANDING.format(history=chosen.history), asked=month_asked(view), **values)
    month = standing[0]["month"] if standing else month_of(view, chosen)
    return view.page(
        "commune.html",
        table,
        chosen=chosen,
        commune=found,
        month=month,
        standing=standing[0] if standing else None,
        relatives=[each for each in relatives(view, key) if view.may("see_figures", each["commune_code"])],
        **(_parts(view, key, month) if chosen.is_published else {"cells": []}),
        steps=STEPS,
        ages_of=AGES,
        address=address,
        chart=partial(chart_address, view),
        traced=traced,
        signed=partial(signed, view),
        tenth=partial(tenth, view),
        kept=switched(view),
    )


@router.get("/communes/{commune_code}/cells")
def cells(view: Asking, commune_code: str) -> Response:
    """The cells of the commune, sorted and filtered; and as a file."""
    view.require("see_figures", commune_code)
    found = commune_meant(view, commune_code, AsOf())
    table = TableOf(
        name=f"{commune_code}-cells",
        sql=_CELLS,
        columns=cell_columns(view),
        order="months_without_admission DESC NULLS LAST, cell_name, cell_key",
        values={"key": found["commune_key"]},
        rows_a_page=100,
    )
    return view.page("commune_cells.html", table, commune=found, address=address)


def cell_columns(view: View) -> list[Column]:
    """A cell with its members, its last admission, its ages."""

    def last(row: Row) -> str | None:
        month = row["last_admission_month"]
        key = f"{row['last_admission_cell_key']}|{month}"
        return traced("fct_admissions", key, "admitted") if month and row["last_admission_cell_key"] else None

    return [
        Column("cell_name", "cell_name", link=lambda row: f"/cells/{row['cell_key']}", is_searched=True),
        Column("cell_type", "cell_type", is_searched=True),
        Column("members", "cell_members", "count", link=_ages_of),
        Column("last_admission_month", "cell_last_admission", "month", link=last),
        Column("months_without_admission", "cell_months_without", "count", style=_dormant),
        Column("mean_age", "cell_mean_age", "figure", shown=lambda row: tenth(view, row["mean_age"]), link=_ages_of),
        Column("age_to_30_share", "cell_to_30", "share"),
        Column("age_over_60_share", "cell_over_60", "share"),
        Column("trend", "cell_trend", shown=lambda row: view.say(f"cell_trend_{row['trend'] or 'unknown'}")),
    ]


def _ages_of(row: Row) -> str | None:
    return traced("mart_ageing_cells", row["cell_key"]) if row["mean_age"] is not None else None


def _dormant(row: Row) -> str:
    return "behind" if (row["years_without_admission"] or 0) >= 1 else ""


def _parts(view: View, key: str, month: date) -> dict[str, Any]:
    """What else is known of it; what the marts tell of the published figures alone."""

    def one(sql: str, **values: object) -> dict[str, Any] | None:
        return next(iter(view.rows(sql, key=key, **values)), None)

    order = " ORDER BY dormant.months_without_admission DESC NULLS LAST, cells.cell_name, cells.cell_key"
    return {
        "funnel": one(_FUNNEL, month=month),
        "heads": one(_HEADS, month=month),
        "ages": one(_AGES),
        "cells": view.rows(_CELLS + order, key=key),
    }
