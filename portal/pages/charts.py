"""The charts of the pages, each at its address as SVG; their figures stand on the page beside them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from answers.standing import AsOf
from portal.as_of import month_of
from portal.asking import Asking
from portal.composition import composition
from portal.drawing import NotDrawn
from portal.standing_columns import tenth
from portal.view import NotFound, View
from reference.communes import coordinates

router = APIRouter()

_Chart = tuple[list[dict[str, Any]], dict[str, str]]
#: Months of the chart of months.
_MONTHS = 24
_TERM = """
    SELECT month, term, admitted_ttd, expected_by_now, term_target
    FROM {attainment} AS standing
    WHERE term = (SELECT term FROM {attainment} AS chosen WHERE month = $month AND {whose})
        AND month <= $month AND {whose}
    ORDER BY month
"""
_LATEST = """
    SELECT month, admitted FROM {attainment} WHERE month <= $month AND {whose}
    ORDER BY month DESC LIMIT {months}
"""
_CITY, _COMMUNES = "marts.mart_city_attainment", "marts.mart_target_attainment"
#: The commune that has the code in the month.
_WHOSE = """
    commune_key = (
        SELECT commune_key FROM marts.mart_target_attainment WHERE commune_code = $commune AND month = $month
    )
"""


@router.get("/charts/{name}.svg")
def chart(view: Asking, name: str) -> Response:
    """404 for a chart that there is not, or is of a version that is gone; 503 where it cannot be drawn now. Its page
    stands without it."""
    if name not in _CHARTS or view.version is None or view.query.get("version", view.version.name) != view.version.name:
        raise NotFound(name)
    commune = view.query.get("commune", "").strip() or None
    view.require("see_figures", commune)
    month = month_of(view, AsOf())
    rows, words = _CHARTS[name](view, month, commune)
    if not rows:
        raise NotFound(name)
    asked = {"kind": name, "rows": rows, "words": words, "language": view.language}
    try:
        svg = view.portal.drawing.drawn(view.version.name, asked)
    except NotDrawn:
        return Response(status_code=503, headers={"retry-after": "5"})
    return Response(svg, media_type="image/svg+xml")


def _asked(view: View, sql: str, month: date, commune: str | None) -> list[dict[str, Any]]:
    attainment, whose = (_COMMUNES, _WHOSE) if commune else (_CITY, "true")
    values = {"month": month, "commune": commune} if commune else {"month": month}
    return view.rows(sql.format(attainment=attainment, whose=whose, months=_MONTHS), **values)


def _term(view: View, month: date, commune: str | None) -> _Chart:
    words = {
        "so_far": view.say("chart_so_far"),
        "expected": view.say("figures_expected"),
        "month_format": view.say("chart_month_format"),
    }
    found = _asked(view, _TERM, month, commune)
    if not found:
        return [], words
    last = found[-1]
    rows = [_point(words, "so_far", row["month"], row["admitted_ttd"]) for row in found]
    rows[-1] |= {"label": view.count(last["admitted_ttd"]), "is_above": True}
    if last["term_target"] is not None:
        (term,) = view.rows("SELECT ends_on FROM marts.dim_term WHERE term = $term", term=last["term"])
        rows += [_point(words, "expected", row["month"], row["expected_by_now"]) for row in found]
        rows[-1] |= {"label": tenth(view, last["expected_by_now"])}
        end = _point(words, "expected", term["ends_on"].replace(day=1), last["term_target"])
        rows.append(end | {"label": view.say("chart_target", target=view.count(last["term_target"])), "is_above": True})
    return [row for row in rows if row["value"] is not None], words


def _point(words: dict[str, str], series: str, month: date, value: float | None) -> dict[str, Any]:
    point = {"series": words[series], "is_so_far": series == "so_far", "month": f"{month}T00:00", "value": value}
    return point | {"label": None, "is_above": False}


def _months(view: View, month: date, commune: str | None) -> _Chart:
    return [
        {
            "name": view.month(row["month"]),
            "admitted": row["admitted"],
            "label": view.count(row["admitted"]),
            "is_chosen": row["month"] == month,
        }
        for row in reversed(_asked(view, _LATEST, month, commune))
    ], {}


def _composition(view: View, month: date, commune: str | None) -> _Chart:
    rows = [
        {"name": group.name, "share": group.year.share, "label": view.share(group.year.share)}
        for group in composition(view, month, commune)
        if group.year and group.year.share is not None
    ]
    return rows, {"share": view.say("chart_share", year=month.year)}


def _map(view: View, month: date, commune: str | None) -> _Chart:
    """Of communes whose place is known."""
    words = {name: view.say(f"chart_{name}") for name in ("above", "below", "unknown")}
    places = coordinates()
    rows = []
    for row in view.rows(AsOf().standings, month=month, own=commune):
        if not row["is_current"] or row["commune_code"] not in places:
            continue
        latitude, longitude = places[row["commune_code"]]
        state = "unknown" if row["gap"] is None else "above" if row["gap"] >= 0 else "below"
        label = f"{row['commune_name']} ({view.share(row['term_attainment'])})"
        rows.append(
            {
                "latitude": latitude,
                "longitude": longitude,
                "state": words[state],
                "target": row["term_target"] or 0,
                "label": label,
            }
        )
    return rows, words


_CHARTS: dict[str, Callable[[View, date, str | None], _Chart]] = {
    "term": _term,
    "months": _months,
    "composition": _composition,
    "map": _map,
}
