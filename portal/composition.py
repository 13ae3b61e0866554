"""The groups of the new members, of the city or a commune: in a month, in its year and term so far."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.view import View

_INDICATORS = """
    SELECT field, name_vi, name_en, partition FROM marts.dim_indicator
    WHERE form = 'KN-1' AND (subset_of = 'admitted' OR part_of = 'admitted') ORDER BY position
"""
_PERIODS = """
    SELECT * FROM marts.mart_composition
    WHERE month = $month
        AND (CASE WHEN $own IS NULL THEN level = 'city' ELSE level = 'commune' AND commune_code = $own END)
"""


@dataclass(frozen=True)
class Part:
    """How many of a period belong to a group, of those of whom it is known; `key` traces it."""

    number: int | None
    base: int | None
    share: float | None
    key: str


@dataclass(frozen=True)
class Group:
    """A group of the new members: its field, its name, what it divides (`age`, `occupation`), and its part of each."""

    field: str
    name: str
    partition: str | None
    month: Part | None
    year: Part | None
    term: Part | None


def composition(view: View, month: date, commune_code: str | None = None) -> list[Group]:
    """The groups in the order of the form; none where the month has no figures."""
    periods = {row["period_kind"]: row for row in view.rows(_PERIODS, month=month, own=commune_code)}
    if not periods:
        return []
    return [
        Group(
            each["field"],
            _short(view.told(each["name_vi"], each["name_en"])),
            each["partition"],
            *(_part(periods.get(kind), each["field"]) for kind in ("month", "year", "term")),
        )
        for each in view.rows(_INDICATORS)
    ]


def _part(row: dict[str, Any] | None, field: str) -> Part | None:
    if row is None:
        return None
    whose = row["commune_key"] or "city"
    key = f"{whose}|{row['period_kind']}|{row['period']}|{row['month']}"
    return Part(row[field], row[f"{field}_base"], row[f"{field}_share"], key)


def _short(name: str) -> str:
    """`Kết nạp: nữ` -> `Nữ`: everybody on the page was admitted."""
    _, colon, group = name.partition(": ")
    return f"{group[:1].upper()}{group[1:]}" if colon else name
