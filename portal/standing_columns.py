"""The columns of a table of communes: how they stand, and where each figure leads."""

from collections.abc import Callable
from datetime import date
from functools import partial

from answers.standing import AsOf
from portal.addresses import report_address
from portal.as_of import address, switched, traced
from portal.tables import Column, Row, TableOf
from portal.view import View
from reference.figures import fixed

_Link = Callable[[Row], str | None]


def standings_table(view: View, chosen: AsOf, month: date, name: str) -> TableOf:
    """The communes in the order in which they stand in the month; of a commune's account itself alone."""
    return TableOf(
        name=f"{name}-{month:%Y-%m}",
        sql=chosen.standings,
        columns=[*attainment_columns(view, chosen), *(reporting_columns(view) if chosen.is_published else ())],
        order="place NULLS LAST, commune_name, commune_code",
        values={**chosen.values, "month": month, "own": view.own_commune},
    )


def attainment_columns(view: View, chosen: AsOf) -> list[Column]:
    """Place, commune, month, year and term against their targets, the straight line and what lies above it."""
    # On another day only a month's figure is traced: sums of it are of no relation.
    so_far = _period if chosen.is_published else _nowhere
    return [
        Column("place", "figures_place", "count"),
        Column("commune_name", "figures_commune", link=_commune(view), style=lambda row: "name", is_searched=True),
        Column("commune_code", "figures_code", is_searched=True),
        Column("admitted", "figures_month_admitted", "count", link=_month),
        Column("admitted_ytd", "figures_year_so_far", "count", link=so_far("year")),
        Column("year_target", "figures_year_target", "count", link=_target("year_target_key")),
        Column("year_attainment", "figures_year_share", "share", shown=partial(_with_former, view)),
        Column("admitted_ttd", "figures_term_so_far", "count", link=so_far("term")),
        Column("term_target", "figures_term_target", "count", link=_target("term_target_key")),
        Column("term_attainment", "figures_term_share", "share"),
        Column("expected_by_now", "figures_expected", "figure", shown=lambda row: tenth(view, row["expected_by_now"])),
        Column("gap", "figures_gap", "figure", shown=lambda row: signed(view, row["gap"]), style=_behind),
    ]


def reporting_columns(view: View) -> list[Column]:
    """What has come of the month, and what is open in it."""

    def report(row: Row) -> str:
        return report_address(row["commune_code"], row["month"])

    def status(row: Row) -> str:
        if row["status"] is None:
            return "–"
        late = row["received_at"] is not None and not row["on_time"]
        return view.say(f"status_{row['status']}") + (f" ({view.say('figures_late')})" if late else "")

    def needs(row: Row) -> str:
        return "name needs" if row["status"] in ("held_back", "refused") else "name"

    def queue(row: Row) -> str | None:
        return address("/queue", commune=row["commune_code"]) if row["open_failures"] else None

    return [
        Column("status", "figures_status", link=report, shown=status, style=needs),
        Column("open_failures", "figures_open", "count", link=queue),
    ]


def _with_former(view: View, row: Row) -> str:
    """A star where what the communes that it was made of admitted in the year is in it."""
    return view.share(row["year_attainment"]) + (" *" if row["admitted_before"] else "")


def tenth(view: View, value: float | None) -> str:
    """With one decimal: `44,8`."""
    return "–" if value is None else fixed(value, 1, view.language)


def signed(view: View, value: float | None) -> str:
    """What lies above (`+2,7`) or below (`−0,2`)."""
    if value is None:
        return "–"
    number = round(float(value), 1)
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{tenth(view, abs(number))}"


def _commune(view: View) -> _Link:
    kept = switched(view)

    def link(row: Row) -> str:
        # Codes were given anew: another one may have the code now.
        is_plain = row["is_current"] and "month" not in view.query
        return address(f"/communes/{row['commune_code']}", month=None if is_plain else f"{row['month']:%Y-%m}", **kept)

    return link


def _month(row: Row) -> str | None:
    return traced(row["relation"], row["key"], "admitted") if row["key"] and row["admitted"] is not None else None


def _period(kind: str) -> _Link:
    def link(row: Row) -> str:
        period = f"{row['month']:%Y}" if kind == "year" else row["term"]
        return traced("mart_composition", f"{row['commune_key']}|{kind}|{period}|{row['month']}", "admitted")

    return link


def _nowhere(kind: str) -> _Link | None:
    return None


def _target(name: str) -> _Link:
    return lambda row: traced("fct_targets", row[name]) if row[name] else None


def _behind(row: Row) -> str:
    return "behind" if row["gap"] is not None and round(float(row["gap"]), 1) < 0 else ""


def history_columns(view: View, chosen: AsOf) -> list[Column]:
    """A month's figures, what they add up to against the targets, the straight line."""
    so_far = _period if chosen.is_published else _nowhere
    return [
        Column("month", "figures_month", "month"),
        Column("admitted", "figures_admitted", "count", link=_measure("admitted"), shown=_estimated(view, "admitted")),
        Column("women", "figures_women", "count", link=_measure("women")),
        Column("ethnic_minority", "figures_ethnic_minority", "count", link=_measure("ethnic_minority")),
        Column("admitted_ytd", "figures_year_so_far", "count", link=so_far("year")),
        Column("year_target", "figures_year_target", "count", link=_target("year_target_key")),
        Column("year_attainment", "figures_year_share", "share", shown=partial(_with_former, view)),
        Column("admitted_ttd", "figures_term_so_far", "count", link=so_far("term")),
        Column("term_target", "figures_term_target", "count", link=_target("term_target_key")),
        Column("term_attainment", "figures_term_share", "share"),
        Column("gap", "figures_gap", "figure", shown=lambda row: signed(view, row["gap"]), style=_behind),
    ]


def _measure(name: str) -> _Link:
    return lambda row: traced(row["relation"], row["key"], name) if row["key"] and row[name] is not None else None


def _estimated(view: View, name: str) -> Callable[[Row], str]:
    """Where a commune was divided, its part is an estimate and says so."""

    def shown(row: Row) -> str:
        sign = "≈ " if row["is_estimate"] and row[name] is not None else ""
        return f"{sign}{view.count(row[name])}"

    return shown
