"""The figures of every form, cell and month, counted from people; sub-totals and totals; the targets.

`report_of(commune, month)` is what the commune's workbook should say. `samples.faults` changes what some say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from reference.fields import MONTHLY_FORMS, number_fields_of
from reference.sheet_layout import TOTAL_NAME
from samples import city, people
from samples.city import Cell, Commune
from samples.months import (
    NEXT_TERM_START,
    TERM_START,
    all_months,
    month_number,
    term_start,
    year_of,
)

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


@cache
def cell_targets(commune_code: str, year: int, is_next_term: bool) -> Mapping[str, int]:
    """Cell -> target of the calendar year, as the commune's sheets show it in the given term.

    In the second half of 2020 a cell's target is what it was asked in the first half (under whichever
    commune) plus its share of what the new term asks of the second half.
    """
    commune = next(c for c in city.COMMUNES if c.code == commune_code)
    if not is_next_term:
        part = city.TARGETS_2015[commune_code].parts[year - 2015]
        first = TERM_START if year == 2015 else month_number(year, 1)
        return _shares_of_cells(commune, first, part)
    shares = _shares_of_cells(commune, NEXT_TERM_START, city.TARGETS_2020[commune_code].parts[0])
    before = _first_half_of_2020()
    return {name: share + before[name] for name, share in shares.items()}


@cache
def _first_half_of_2020() -> Mapping[str, int]:
    asked: dict[str, int] = {}
    for code in city.TARGETS_2015:
        asked |= cell_targets(code, 2020, False)
    return asked | _shares_of_cells(city.SUNG_PHAI, month_number(2020, 1), city.SUNG_PHAI_TARGET_BEFORE)


def targets_2015() -> Targets:
    """The CT-1 of term 2015-2020."""
    lines = (
        TargetsLine(commune, city.TARGETS_2015[commune.code].term, city.TARGETS_2015[commune.code].parts)
        for commune in city.communes_reporting(TERM_START)
    )
    return Targets(2015, TERM_START, tuple(lines))


def targets_2020() -> Targets:
    """The CT-1 of term 2020-2025; its 2020 is the whole calendar year, first half (old term) included."""
    lines = []
    for commune in city.communes_reporting(NEXT_TERM_START):
        plan = city.TARGETS_2020[commune.code]
        whole_2020 = sum(cell_targets(commune.code, 2020, True).values())
        lines.append(TargetsLine(commune, plan.term, (whole_2020, *plan.parts[1:])))
    note = (
        "Ghi chú: Chỉ tiêu năm 2020 tính cho cả năm dương lịch, gồm 6 tháng đầu năm (nhiệm kỳ 2015–2020) và "
        "6 tháng cuối năm; chỉ tiêu năm 2025 tính cho 6 tháng đầu năm. "
        "Vì vậy tổng các năm lớn hơn chỉ tiêu cả nhiệm kỳ."
    )
    return Targets(2020, NEXT_TERM_START, tuple(lines), note)


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


def _admissions(cell: Cell, month: int) -> Values:
    """KN-1 of one cell, without cumulative figures."""
    admitted = [p for p in people.population().candidates[cell.name] if p.is_admitted and p.until == month]
    occupations = [person.occupation for person in admitted]
    return {
        "admitted": len(admitted),
        **{field: sum(getattr(person, flag) for person in admitted) for field, flag in _FLAGS.items()},
        **_in_bands((person.age_in(month) for person in admitted), ADMITTED_AGES),
        **{f"occupation_{name}": occupations.count(name) for name in _OCCUPATIONS},
    }


def admitted_between(cell: Cell, first: int, last: int) -> int:
    return sum(p.is_admitted and first <= p.until <= last for p in people.population().candidates[cell.name])


def attainment(admitted: Value, target: Value) -> float | None:
    """Percent of the target with one decimal; nothing where nothing was asked."""
    if not target:
        return None
    # Tenths of a percent, the half rounded up as the spreadsheet's ROUND does.
    return int(1000 * (admitted or 0) / target + 0.5) / 10


def _kn1(commune: Commune, cell: Cell, month: int) -> Values:
    year, start = year_of(month), term_start(month)
    targets = cell_targets(commune.code, year, month >= NEXT_TERM_START)
    # The samples know nothing before July 2015, so the first "year to date" begins there, too.
    ytd = admitted_between(cell, max(month_number(year, 1), TERM_START), month)
    return {
        **_admissions(cell, month),
        "admitted_ytd": ytd,
        "admitted_ttd": admitted_between(cell, start, month),
        "year_target": targets[cell.name],
        "attainment_pct": attainment(ytd, targets[cell.name]),
    }


def _kn2(commune: Commune, cell: Cell, month: int) -> Values:
    known = people.population().candidates[cell.name]
    candidates = [person for person in known if person.introduced <= month < person.until]
    introducers = [person.introduced_by for person in candidates]

    def reached(stage: str) -> int:
        months = (getattr(person, stage) for person in candidates)
        return sum(since is not None and since <= month for since in months)

    return {
        "candidates": len(candidates),
        "candidates_women": sum(person.woman for person in candidates),
        "candidates_ethnic_minority": sum(person.ethnic_minority for person in candidates),
        **{f"introduced_{name}": introducers.count(name) for name in _INTRODUCERS},
        "class_attended": reached("attended"),
        "under_verification": reached("verified"),
        "files_complete": reached("complete"),
    }


def _kn3(commune: Commune, cell: Cell, month: int) -> Values:
    members = people.memberships(cell)[month]
    event, ages = members.event, members.ages
    head_since = people.population().head_since.get(cell.name)
    return {
        "opening": members.opening,
        "increase_admitted": members.admitted,
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
        "head_is_member": None if head_since is None else head_since <= month,
    }


_FORMS: Mapping[str, Callable[[Commune, Cell, int], Values]] = {"KN-1": _kn1, "KN-2": _kn2, "KN-3": _kn3}


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
    for section, kinds in city.SECTIONS:
        below = [line for line in cells if line.cell_type in kinds]
        if below:
            ordinal = ROMAN[sum(line.kind == "section" for line in lines)]
            lines += [Line("section", ordinal, section, "", added_up(form, below)), *below]
    lines.append(Line("total", "", TOTAL_NAME, "", added_up(form, cells)))
    return Sheet(form, tuple(lines))


def _note(commune: Commune, cell: Cell, form: str, month: int) -> str:
    if month == NEXT_TERM_START and cell not in commune.cells:
        return "Chuyển từ xã Nậm Loỏng"
    if form == "KN-3" and people.memberships(cell)[month].event.reinstated:
        return "Phục hồi theo quyết định của Thành ủy"
    return ""


@cache
def report_of(commune_code: str, month: int) -> Report:
    """What the commune's workbook of `month` should say."""
    commune = next(c for c in city.COMMUNES if c.code == commune_code)
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
                figures(commune, cell, month),
                _note(commune, cell, form, month),
            )
            for number, cell in enumerate(cells, start=1)
        )
        sheets.append(sheet_of(form, lines))
    return Report(commune, month, tuple(sheets))


def all_reports() -> tuple[Report, ...]:
    """Every commune and month as it should be reported, the one that has not arrived included."""
    return tuple(report_of(commune.code, month) for month in all_months() for commune in city.communes_reporting(month))
