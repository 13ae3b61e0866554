"""The communes' own official forms of a half-year or year: 1-BTCTW and 2-BTCTW.

Counted from the same people as the monthly forms, so that both agree in what both know; what only the official
forms ask (five-year ages, education, where a transfer came from) is made up person by person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from samples import city, wards
from samples.cells import Cell, CellType, Commune
from samples.model import Value, report_of
from samples.months import MERGER, month_number, year_of
from samples.people import Person, population, rng

#: Field of either form -> its figure.
Figures = Mapping[str, Value]

#: The one form that says something else than the months: San Thàng's of 2024 counts an admission of January 2025.
ONE_TOO_MANY = (city.SAN_THANG.code, "2024")


@dataclass(frozen=True)
class OfficialReport:
    """A commune's two forms of one period (`2024-H1` or `2024`); `last_year` None where it did not report then."""

    commune: Commune
    period: str
    first_month: int
    last_month: int
    this_period: Figures
    last_year: Figures | None

    @property
    def year(self) -> int:
        return year_of(self.last_month)

    @property
    def is_half_year(self) -> bool:
        return self.period.endswith("-H1")


def official_reports() -> tuple[OfficialReport, ...]:
    """The seven communes' forms of the first half of 2024 and of 2024; the two wards' of 2025, since they began."""
    january, last = month_number(2024, 1), month_number(2024, 12)
    of_2024 = (
        _official_report(commune, period, january, end)
        for period, end in (("2024-H1", month_number(2024, 6)), ("2024", last))
        for commune in city.communes_reporting(january)
    )
    of_2025 = (_official_report(ward, "2025", MERGER, month_number(2025, 12)) for ward in wards.WARDS)
    return (*of_2024, *of_2025)


def _official_report(commune: Commune, period: str, first: int, last: int) -> OfficialReport:
    before = None if commune in wards.WARDS else official_figures(commune, first - 12, last - 12)
    this = official_figures(commune, first, last)
    if (commune.code, period) == ONE_TOO_MANY:
        this = official_figures(commune, first, last, _admitted(commune, last + 1, last + 1)[:1])
    return OfficialReport(commune, period, first, last, this, before)


def official_figures(commune: Commune, first: int, last: int, too_early: Sequence[tuple[Cell, Person]] = ()) -> Figures:
    """Every figure of both forms for the months `first` to `last`; those `too_early` are counted as admitted, too."""
    admitted = [*_admitted(commune, first, last), *too_early]
    return {**_rise_and_fall(commune, first, last, len(too_early)), **_newly_admitted(admitted)}


def _admitted(commune: Commune, first: int, last: int) -> list[tuple[Cell, Person]]:
    return [
        (cell, person)
        for cell in city.cells_reporting(commune, first)
        for person in population().candidates[cell.name]
        if person.is_admitted and first <= person.until <= last
    ]


# ------------------------------------------------------------------------------------------------------ 1-BTCTW


def _rise_and_fall(commune: Commune, first: int, last: int, too_early: int) -> Figures:
    """1-BTCTW: what the months' KN-3 add up to, its transfers by where they came from and went."""
    totals = [report_of(commune.code, month).sheet("KN-3").lines[-1].values for month in range(first, last + 1)]
    moved = [name for name in totals[0] if name.startswith(("increase_", "decrease_"))]
    sums: dict[str, int] = {name: sum(int(total[name] or 0) for total in totals) for name in moved}
    sums["increase_admitted"] += too_early
    elsewhere = {
        name: sum(
            _far_away(commune, name, first + at, int(total[f"{kind}crease_{name}"] or 0))
            for at, total in enumerate(totals)
        )
        for kind, name in (("in", "transferred_in"), ("de", "transferred_out"))
    }
    increase = sum(number for name, number in sums.items() if name.startswith("increase_"))
    decrease = sum(number for name, number in sums.items() if name.startswith("decrease_"))
    opening = int(totals[0]["opening"] or 0)
    return {
        "opening": opening,
        "increase": increase,
        **sums,
        "transferred_in_other_province": elsewhere["transferred_in"],
        "transferred_in_same_province": sums["increase_transferred_in"] - elsewhere["transferred_in"],
        "decrease": decrease,
        "struck_off_probationary": 0,
        "transferred_out_other_province": elsewhere["transferred_out"],
        "transferred_out_same_province": sums["decrease_transferred_out"] - elsewhere["transferred_out"],
        "closing": opening + increase - decrease,
    }


def _far_away(commune: Commune, way: str, month: int, number: int) -> int:
    """How many of a month's transfers crossed the province's border."""
    chance = rng("other province", commune.code, way, month)
    return sum(chance.random() < 0.15 for _ in range(number))


# ------------------------------------------------------------------------------------------------------ 2-BTCTW

_AGES = (
    ("age_18_30", 18, 30),
    ("age_31_35", 31, 35),
    ("age_36_40", 36, 40),
    ("age_41_45", 41, 45),
    ("age_46_50", 46, 50),
    ("age_51_55", 51, 55),
    ("age_56_60", 56, 60),
    ("age_over_60", 61, 200),
)
_SAME_OCCUPATION = {
    "farmer": "occupation_farmer",
    "armed_forces": "occupation_armed_forces",
    "other": "occupation_other",
}
_OCCUPATIONS = (
    "occupation_state_official",
    "occupation_party_official",
    "occupation_commune_official",
    "occupation_neighbourhood_worker",
    "occupation_public_employee",
    "occupation_non_public_employee",
    "occupation_enterprise",
    "occupation_farmer",
    "occupation_armed_forces",
    "occupation_university_student",
    "occupation_pupil",
    "occupation_other",
)
_ENTERPRISE = ("enterprise_manager", "enterprise_indirect_worker", "enterprise_direct_worker")
_EDUCATION = ("education_literate", "education_primary", "education_lower_secondary", "education_upper_secondary")
_TRAINING = (
    "training_elementary",
    "training_intermediate",
    "training_college",
    "training_university",
    "training_master",
    "training_doctor",
)
#: Nobody in the city is any of these.
_NONE = (
    "private_enterprise_owner",
    "family_planning_violation",
    "foreign_spouse",
    "readmitted",
    "associate_professor",
    "professor",
)
_OLDEST_PUPIL = 18


def _newly_admitted(admitted: Sequence[tuple[Cell, Person]]) -> Figures:
    persons = [person for _, person in admitted]
    ages = [person.age_in(person.until) for person in persons]
    occupations = [_occupation(cell, person) for cell, person in admitted]
    schooling = [_schooling(cell, person) for cell, person in admitted]
    admits = int(bool(persons))
    return {
        "admitted": len(persons),
        "women": sum(person.woman for person in persons),
        "ethnic_minority": sum(person.ethnic_minority for person in persons),
        "religious": sum(person.religious for person in persons),
        "youth_union": sum(person.youth_union for person in persons),
        **dict.fromkeys(_NONE, 0),
        **_counted(_OCCUPATIONS, (occupation for occupation, _ in occupations)),
        **_counted(_ENTERPRISE, (rank for _, rank in occupations)),
        **{name: sum(low <= age <= high for age in ages) for name, low, high in _AGES},
        "mean_age": round(sum(ages) / len(ages), 1) if ages else None,
        **_counted(_EDUCATION, (education for education, _ in schooling)),
        **_counted(_TRAINING, (training for _, training in schooling)),
        # A commune's committee is one base organisation; its cells are none of their own.
        "base_organisations": 1,
        "base_committees": 1,
        "base_committees_admitting": admits,
        "base_committees_no_candidates": 0,
        "base_cells": 0,
        "base_cells_admitting": 0,
        "base_cells_no_candidates": 0,
    }


def _counted(names: Iterable[str], found: Iterable[str]) -> Figures:
    listed = list(found)
    return {name: listed.count(name) for name in names}


def _occupation(cell: Cell, person: Person) -> tuple[str, str]:
    """The row of 2-BTCTW, and for people of enterprises their row within it."""
    if same := _SAME_OCCUPATION.get(person.occupation):
        return same, ""
    if person.occupation == "student":
        is_pupil = person.age_in(person.until) <= _OLDEST_PUPIL
        return "occupation_pupil" if is_pupil else "occupation_university_student", ""
    if cell.type is CellType.ENTERPRISE or person.private_enterprise:
        is_manager = person.occupation == "official"
        return "occupation_enterprise", "enterprise_manager" if is_manager else "enterprise_direct_worker"
    if person.neighbourhood_head:
        return "occupation_neighbourhood_worker", ""
    if person.occupation == "worker":
        return "occupation_non_public_employee", ""
    is_public = cell.type in (CellType.SCHOOL, CellType.HEALTH_STATION)
    return "occupation_public_employee" if is_public else "occupation_commune_official", ""


def _schooling(cell: Cell, person: Person) -> tuple[str, str]:
    """General education and vocational training ('' for none)."""
    chance = rng("schooling", cell.was or cell.name, person.born, person.until)
    if person.occupation == "official":
        return _EDUCATION[3], chance.choices(_TRAINING[1:5], (2, 4, 12, 1))[0]
    education = chance.choices(_EDUCATION[1:], (1, 4, 15))[0]
    is_trained = education == _EDUCATION[3] and chance.random() < 0.4
    return education, chance.choice(_TRAINING[:3]) if is_trained else ""
