"""The switch of every page with figures: on the boundaries of a day (`?on=`), or as known on a day (`?known=`); and the
month of a page (`?month=`)."""

import re
from datetime import date
from urllib.parse import quote, urlencode

from dateutil.relativedelta import relativedelta

from answers.standing import AsOf
from portal.view import BadRequest, NotFound, View
from warehouse.connections import NothingPublished

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_NEWEST = """
    SELECT
        coalesce(max(month) FILTER (status <> 'not_reported'), max(month)) AS newest, min(month) AS first,
        max(month) AS last
    FROM marts.mart_reporting_rates
    WHERE ($own IS NULL OR commune_code = $own)
"""


def as_of(view: View) -> AsOf:
    """Raises BadRequest for a day that is none, and where both are asked for."""
    chosen = AsOf(day_asked(view, "on"), day_asked(view, "known"))
    if chosen.on and chosen.known:
        raise BadRequest("figures_one_of_both")
    return chosen


def day_asked(view: View, name: str) -> date | None:
    """The day of a part of the address; None where it has none. Raises BadRequest for what is no day."""
    given = view.query.get(name, "").strip()
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise BadRequest("figures_bad_day") from None
    if len(given) != len("2020-01-31") or day.year < 1901 or day.year > 9998:
        raise BadRequest("figures_bad_day")
    return day


def month_asked(view: View) -> date | None:
    """The month of the address. Raises BadRequest for what is no month."""
    given = view.query.get("month", "").strip()
    return month_written(given) if given else None


def month_written(given: str) -> date:
    """`2020-08` -> its first day. Raises BadRequest."""
    if not _MONTH.fullmatch(given) or given < "1901":
        raise BadRequest("figures_bad_month")
    return date(int(given[:4]), int(given[5:]), 1)


def months_covered(view: View) -> tuple[date, date, date]:
    """The newest month with a report, the first and the last one that there are. Raises NothingPublished where
    none is."""
    (row,) = view.rows(_NEWEST, own=view.own_commune)
    if row["newest"] is None:
        raise NothingPublished(str(view.settings.published))
    return row["newest"], row["first"], row["last"]


def month_of(view: View, chosen: AsOf, covered: tuple[date, date, date] | None = None) -> date:
    """The month of the address, or the newest one with a report (that was over on a day of before). Raises NotFound for
    a month that the published file has not."""
    newest, first, last = covered or months_covered(view)
    month = month_asked(view)
    if month is None:
        then = chosen.known
        before = then.replace(day=1) - relativedelta(months=1) if then else newest
        return max(first, min(newest, before))
    if not first <= month <= last:
        raise NotFound(f"{month:%Y-%m}")
    return month


def switched(view: View) -> dict[str, str]:
    """The switch as it stands in the address, for links that keep it."""
    return {name: view.query[name] for name in ("on", "known") if view.query.get(name, "").strip()}


def address(path: str, **parts: object) -> str:
    """An address of the portal; parts that are None are left out."""
    kept = {name: value for name, value in parts.items() if value is not None}
    return f"{quote(path)}?{urlencode(kept)}" if kept else quote(path)


def traced(relation: str, key: str, figure: str | None = None) -> str:
    """Where the cells behind a figure are."""
    return address("/trace", relation=relation, key=key, figure=figure)
