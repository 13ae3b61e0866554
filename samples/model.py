"""The figures of every form, cell and month, counted from people; sub-totals and totals; the targets.

`report_of(commune, month)` is what the commune's workbook should say. `samples.faults` changes what some say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from reference.fields import MONTHLY_FORMS, number_fields_of
from reference.sheet_layout import TOTAL_NAME
from samples import city, people, plan, wards
from samples.cells import SECTIONS, Cell, Commune
from samples.months import (
    AMENDMENT,
    MERGER,
    NEXT_TERM_START,
    TERM_START,
    all_months,
    is_first_of_a_term,
    month_number,
    term_start,
    year_of,
)
from samples.people import Person

#: What stands in a sheet's cell: a number, yes/no, or nothing.
Value = int | float | bool | None
Values = Mapping[str, Value]

#: Fields of total rows that are worked out otherwise than by adding.
NOT_ADDED = frozenset({"attainment_pct", "mean_age", "head_is_member"})
#: Which members' ages belong to which column of KN-3.
MEMBER_AGES = (
    ("age_to_30", 0, 30),
    ("age_31_40", 31, 40),
    ("age_41_50", 41, 50),
    ("age_51_60", 51, 60),
    ("age_over_60", 61, 200),
)
#: The same for those admitted and KN-1.
ADMITTED_AGES = (("age_18_30", 0, 30), ("age_31_40", 31, 40), ("age_41_50", 41, 50), ("age_over_50", 51, 200))


@dataclass(frozen=True)
class Line:
    """A row of a sheet: kind is `cell`, `section` or `total`; `ordinal` as it stands under STT."""

    kind: str
    ordinal: str
    name: str
    cell_type: str
    values: Values
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """The lines of one form, top to bottom."""

    form: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Report:
    """One commune's figures for one month."""

    commune: Commune
    month: int
    sheets: tuple[Sheet, ...]

    def sheet(self, form: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.form == form)


@dataclass(frozen=True)
class TargetsLine:
    """A commune's line of a CT-1; `years` in the order of the sheet's columns."""

    commune: Commune
    term: int
    years: tuple[int, ...]


@dataclass(frozen=True)
class Targets:
    """A CT-1 as the commission issued it, in force from `effective` (a month) on."""

    first_year: int
    effective: int
    lines: tuple[TargetsLine, ...]
    note: str = ""

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.first_year, self.first_year + 6))

    @property
    def is_amended(self) -> bool:
        """True for one that came out after the term had begun."""
        return self.effective > month_number(self.first_year, 7)


# ---------------------------------------------------------------------------------------------------- targets


def apportion(number: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`number` divided in proportion to `weights` by the largest remainder; equals go to the first named."""
    whole = sum(weights.values())
    exact = {name: number * weight / whole for name, weight in weights.items()}
    shares = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: shares[name] - exact[name])
    for name in by_remainder[: number - sum(shares.values())]:
        shares[name] += 1
    return shares


def _shares_of_cells(commune: Commune, month: int, number: int) -> dict[str, int]:
    """A commune's target divided between its cells; which cells are asked first differs from year to year."""
    chance = people.rng("targets", commune.code, month)
    weights = {cell.name: cell.weight + chance.random() for cell in city.cells_reporting(commune, month)}
    return apportion(number, weights)


def cell_targets(commune: Commune, month: int) -> Mapping[str, int]:
    """Cell -> target of the calendar year, as the commune's sheet of `month` shows it.

    In the first half-year of a term a cell's target is what it was asked in the half-year before (under
    whichever commune) plus its share of what the new term asks.
    """
    return _cell_targets(commune, max(month_number(year_of(month), 1), term_start(month)))


@cache
def _cell_targets(commune: Commune, first: int) -> Mapping[str, int]:
    """The same for the year, or the term's part of it, that begins in `first`."""
    parts = plan.asked_of(commune, first).parts
    shares = _shares_of_cells(commune, first, parts[year_of(first) - year_of(term_start(first))])
    if first in (NEXT_TERM_START, MERGER):
        before = _half_year_before(first)
        return {name: share + before[name] for name, share in shares.items()}
    return shares


@cache
def _half_year_before(start: int) -> Mapping[str, int]:
    """What the cells of a term that begins in `start` were asked from January to June."""
    january = month_number(year_of(start), 1)
    asked: dict[str, int] = {}
    for commune in city.communes_reporting(january):
        asked |= cell_targets(commune, january)
    if start == NEXT_TERM_START:
        return asked | _shares_of_cells(city.SUNG_PHAI, january, plan.SUNG_PHAI_TARGET_BEFORE)
    for commune in wards.OUTSIDE:
        asked |= _shares_of_cells(commune, january, plan.OUTSIDE_TARGETS_BEFORE[commune.code])
    for cell in city.every_cell():
        if cell.was:
            asked[cell.name] = asked[cell.was] if cell.half is None else (asked[cell.was] + 1 - cell.half) // 2
    return asked


def _targets_of(first_year: int, effective: int, note: str = "") -> Targets:
    """The CT-1 of a term in force from `effective` on; its first year is the whole calendar year, but for 2015."""
    start = month_number(first_year, 7)
    lines = []
    for commune in city.communes_reporting(start):
        asked = plan.asked_of(commune, effective)
        whole_year = sum(cell_targets(commune, start).values())
        lines.append(TargetsLine(commune, asked.term, (whole_year, *asked.parts[1:])))
    return Targets(first_year, effective, tuple(lines), note)


def targets_2015() -> Targets:
    """The CT-1 of term 2015-2020."""
    return _targets_of(2015, TERM_START)


def targets_2020() -> Targets:
    """The CT-1 of term 2020-2025; its 2020 is the whole calendar year, first half (old term) included."""
    return _targets_of(2020, NEXT_TERM_START, _note_on_years(2020, "") + ".")


def targets_2023() -> Targets:
    """The same amended in mid-term: Tân Phong is asked for more from 2023 on."""
    note = _note_on_years(2020, "") + ". Điều chỉnh: Phường Tân Phong, năm 2023, 2024 và cả nhiệm kỳ."
    return _targets_of(2020, AMENDMENT, note)


def targets_2025() -> Targets:
    """The CT-1 of term 2025-2030, of the two wards."""
    merged = ", gồm cả phần của các xã, phường đã sáp nhập"
    return _targets_of(2025, MERGER, _note_on_years(2025, merged) + ".")


def all_targets() -> tuple[Targets, ...]:
    """Every CT-1 in the order in which they took effect."""
    return (targets_2015(), targets_2020(), targets_2023(), targets_2025())


def targets_in_force(month: int) -> Targets:
    return [targets for targets in all_targets() if targets.effective <= month][-1]


def _note_on_years(first: int, merged: str) -> str:
    return (
        f"Ghi chú: Chỉ tiêu năm {first} tính cho cả năm dương lịch, gồm 6 tháng đầu năm (nhiệm kỳ "
        f"{first - 5}–{first}{merged}) và 6 tháng cuối năm; chỉ tiêu năm {first + 5} tính cho 6 tháng đầu năm. "
        "Vì vậy tổng các năm lớn hơn chỉ tiêu cả nhiệm kỳ"
    )


# ------------------------------------------------------------------------------------------------------ cells


#: KN-1 field -> what must be true of a person to count there.
_FLAGS = {
    "women": "woman",
    "ethnic_minority": "ethnic_minority",
    "religious": "religious",
    "youth_union": "youth_union",
    "private_enterprise": "private_enterprise",
    "demobilised": "demobilised",
    "militia": "militia",
    "neighbourhood_head": "neighbourhood_head",
}
_OCCUPATIONS = ("farmer", "worker", "official", "armed_forces", "student", "other")
_INTRODUCERS = ("youth_union", "womens_union", "farmers", "veterans", "trade_union", "other")


def _in_bands(ages: Iterable[int], bands: tuple[tuple[str, int, int], ...]) -> Values:
    known = list(ages)
    return {name: sum(low <= age <= high for age in known) for name, low, high in bands}


@dataclass(frozen=True)
class _View:
    """Whose figures: a cell of a commune in a month. `unknown` has been admitted, but the clerk does not know yet."""

    commune: Commune
    cell: Cell
    month: int
    unknown: Person | None

    @property
    def known(self) -> tuple[Person, ...]:
        return people.population().candidates[self.cell.name]

    def admitted(self, first: int) -> list[Person]:
        """Those admitted from the month `first` on."""
        return [
            person
            for person in self.known
            if person.is_admitted and first <= person.until <= self.month and person is not self.unknown
        ]

    @property
    def waiting(self) -> list[Person]:
        return [
            person
            for person in self.known
            if person.introduced <= self.month and (self.month < person.until or person is self.unknown)
        ]


def _admissions(view: _View) -> Values:
    """KN-1 of one cell, without cumulative figures."""
    admitted = view.admitted(view.month)
    occupations = [person.occupation for person in admitted]
    return {
        "admitted": len(admitted),
        **{field: sum(getattr(person, flag) for person in admitted) for field, flag in _FLAGS.items()},
        **_in_bands((person.age_in(view.month) for person in admitted), ADMITTED_AGES),
        **{f"occupation_{name}": occupations.count(name) for name in _OCCUPATIONS},
    }


def attainment(admitted: Value, target: Value) -> float | None:
    """Percent of the target with one decimal; nothing where nothing was asked."""
    if not target:
        return None
    # Tenths of a percent, the half rounded up as the spreadsheet's ROUND does.
    return int(1000 * (admitted or 0) / target + 0.5) / 10


def _kn1(view: _View) -> Values:
    target = cell_targets(view.commune, view.month)[view.cell.name]
    # The samples know nothing before July 2015, so the first "year to date" begins there, too.
    ytd = len(view.admitted(max(month_number(year_of(view.month), 1), TERM_START)))
    return {
        **_admissions(view),
        "admitted_ytd": ytd,
        "admitted_ttd": len(view.admitted(term_start(view.month))),
        "year_target": target,
        "attainment_pct": attainment(ytd, target),
    }


def _kn2(view: _View) -> Values:
    candidates = view.waiting
    introducers = [person.introduced_by for person in candidates]

    def reached(stage: str) -> int:
        months = (getattr(person, stage) for person in candidates)
        return sum(since is not None and since <= view.month for since in months)

    return {
        "candidates": len(candidates),
        "candidates_women": sum(person.woman for person in candidates),
        "candidates_ethnic_minority": sum(person.ethnic_minority for person in candidates),
        **{f"introduced_{name}": introducers.count(name) for name in _INTRODUCERS},
        "class_attended": reached("attended"),
        "under_verification": reached("verified"),
        "files_complete": reached("complete"),
    }


def _kn3(view: _View) -> Values:
    members = people.memberships(view.cell)[view.month]
    event, births = members.event, list(members.births)
    if view.unknown is not None and view.unknown in view.known:
        births.remove(view.unknown.born)
    ages = [(view.month - born) // 12 for born in births]
    head_since = people.population().head_since.get(view.cell.name)
    return {
        "opening": members.opening,
        "increase_admitted": len(view.admitted(view.month)),
        "increase_transferred_in": event.transferred_in,
        "increase_reinstated": event.reinstated,
        "decrease_transferred_out": event.transferred_out,
        "decrease_deceased": event.deceased,
        "decrease_expelled": event.expelled,
        "decrease_struck_off": event.struck_off,
        "decrease_resigned": event.resigned,
        "closing": len(ages),
        **_in_bands(ages, MEMBER_AGES),
        "mean_age": round(sum(ages) / len(ages), 1),
        "head_is_member": None if head_since is None else head_since <= view.month,
    }


_FORMS: Mapping[str, Callable[[_View], Values]] = {"KN-1": _kn1, "KN-2": _kn2, "KN-3": _kn3}


# ----------------------------------------------------------------------------------------------------- sheets

ROMAN = ("I", "II", "III", "IV")


def added_up(form: str, lines: Iterable[Line]) -> Values:
    """The figures of a total over `lines`: sums, and the two that are no sums."""
    below = list(lines)
    values: dict[str, Value] = {}
    for field in number_fields_of(form):
        if field.name not in NOT_ADDED:
            values[field.name] = sum(line.values[field.name] or 0 for line in below)
    if form == "KN-1":
        values["attainment_pct"] = attainment(values["admitted_ytd"], values["year_target"])
    if form == "KN-3":
        weighted = sum((line.values["mean_age"] or 0) * (line.values["closing"] or 0) for line in below)
        values["mean_age"] = round(weighted / (values["closing"] or 1), 1)
        values["head_is_member"] = None
    return values


def sheet_of(form: str, cell_lines: Iterable[Line]) -> Sheet:
    """Section rows, cell rows and the total row from the cells' lines alone."""
    cells = list(cell_lines)
    lines: list[Line] = []
    for section, kinds in SECTIONS:
        below = [line for line in cells if line.cell_type in kinds]
        if below:
            ordinal = ROMAN[sum(line.kind == "section" for line in lines)]
            lines += [Line("section", ordinal, section, "", added_up(form, below)), *below]
    lines.append(Line("total", "", TOTAL_NAME, "", added_up(form, cells)))
    return Sheet(form, tuple(lines))


def _note(commune: Commune, cell: Cell, form: str, month: int) -> str:
    if month == NEXT_TERM_START and cell not in commune.cells:
        return "Chuyển từ xã Nậm Loỏng"
    if month == MERGER:
        return _note_on_merger(cell)
    if form == "KN-3" and people.memberships(cell)[month].event.reinstated:
        return "Phục hồi theo quyết định của Thành ủy"
    return ""


def _note_on_merger(cell: Cell) -> str:
    """Where a cell comes from, when that is not plain to see."""
    if cell.half is not None:
        return f"Chia tách từ {cell.was}"
    outside = next((commune for commune in wards.OUTSIDE if cell in commune.cells), None)
    return f"Chuyển từ {outside.name[0].lower()}{outside.name[1:]}" if outside else ""


@cache
def report_of(commune_code: str, month: int, unknown: Person | None = None) -> Report:
    """What the commune's workbook of `month` should say; or says while somebody's admission is `unknown`."""
    commune = city.commune_of(commune_code, month)
    cells = city.cells_reporting(commune, month)
    sheets = []
    for form in MONTHLY_FORMS:
        figures = _FORMS[form]
        lines = (
            Line(
                "cell",
                str(number),
                cell.name,
                cell.type.value,
                figures(_View(commune, cell, month, unknown)),
                _note(commune, cell, form, month),
            )
            for number, cell in enumerate(cells, start=1)
        )
        sheets.append(sheet_of(form, lines))
    return Report(commune, month, tuple(sheets))


def all_reports() -> tuple[Report, ...]:
    """Every commune and month as it should be reported, the one that has not arrived included."""
    return tuple(report_of(commune.code, month) for month in all_months() for commune in city.communes_reporting(month))


def month_before_of(report: Report) -> Report | None:
    """The right figures of the report's cells a month earlier, under whichever commune they stood then.

    A cell that nobody reported then, or that was split off since, is left out. None before the first month.
    """
    month = report.month - 1
    if month < TERM_START:
        return None
    if report.commune in city.communes_reporting(month) and not is_first_of_a_term(report.month):
        return report_of(report.commune.code, month)
    before = [report_of(commune.code, month) for commune in city.communes_reporting(month)]
    sheets = []
    for form in MONTHLY_FORMS:
        lines = {line.name: line for one in before for line in one.sheet(form).lines if line.kind == "cell"}
        found = (
            replace(lines[cell.was or cell.name], name=cell.name)
            for cell in city.cells_reporting(report.commune, report.month)
            if cell.half is None and (cell.was or cell.name) in lines
        )
        sheets.append(Sheet(form, tuple(found)))
    return Report(report.commune, month, tuple(sheets))
