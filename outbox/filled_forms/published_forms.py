"""The official forms as they are published: every row of a period's forms, for one office at a time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from warehouse.connections import NothingPublished, reading_published
from warehouse.settings import Settings


@dataclass(frozen=True)
class Office:
    """Whose form it is: a commune as it was in the period, or (key, code None) the commission for all of them.

    `ends_within`: the commune ended before the period did.
    """

    key: str | None
    code: str | None
    name: str
    ends_within: bool


@dataclass(frozen=True)
class FormLine:
    """A row of an official form; figures are None where they are not known, and in a heading.

    The messages say, in Vietnamese, why a figure is not known, or what is to be known of one that is.
    """

    position: int
    field: str | None
    label: str
    this_period: float | None
    same_period_last_year: float | None
    pct: float | None
    message: str | None
    message_last_year: str | None


def official_periods(settings: Settings) -> list[str]:
    """The half-years and years that the published file has, in the order of time.

    Raises NothingPublished before the first publishing.
    """
    return [
        period
        for (period,) in _rows(settings, "SELECT DISTINCT period FROM warehouse.marts.mart_official_report ORDER BY 1")
    ]


def offices_of(settings: Settings, period: str) -> list[Office]:
    """The commission and the communes that have forms for the period, the commission first."""
    rows = _rows(
        settings,
        """
        SELECT DISTINCT report.commune_key, report.commune_code, report.commune_name,
            coalesce(NOT periods.covers_end, false)
        FROM warehouse.marts.mart_official_report AS report
        LEFT JOIN warehouse.marts.fct_commune_periods AS periods
            ON periods.commune_key = report.commune_key AND periods.period = report.period
        WHERE report.period = $period
        ORDER BY report.commune_key IS NOT NULL, report.commune_code, report.commune_name
        """,
        {"period": period},
    )
    return [Office(*row) for row in rows]


def form_lines(settings: Settings, period: str, office: Office) -> dict[str, list[FormLine]]:
    """Form -> its rows in their order, as `office` has them for the period."""
    forms: dict[str, list[FormLine]] = {}
    for form, *line in _rows(
        settings,
        """
        SELECT form, position, field, label, this_period, same_period_last_year, pct, message_vi, message_last_year_vi
        FROM warehouse.marts.mart_official_report
        WHERE period = $period AND commune_key IS NOT DISTINCT FROM $key
        ORDER BY form, position
        """,
        {"period": period, "key": office.key},
    ):
        forms.setdefault(form, []).append(FormLine(*line))
    return forms


def last_month_of(period: str) -> date:
    """`2024-H1` -> 1 June 2024; `2024` and `2024-H2` -> 1 December 2024."""
    return date(int(period[:4]), 6 if period.endswith("H1") else 12, 1)


def _rows(settings: Settings, sql: str, values: dict[str, object] | None = None) -> list[tuple[Any, ...]]:
    with reading_published(settings) as connection:
        try:
            return connection.execute(sql, values or {}).fetchall()
        except duckdb.CatalogException as error:
            # Published by a version that had no official forms.
            raise NothingPublished(str(settings.published)) from error
