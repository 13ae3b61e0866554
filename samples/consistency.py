"""Which rules a report breaks, worked out from the figures in memory.

This is the samples' own arithmetic, apart from the warehouse's: it says what the warehouse has to find.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reference.fields import fields_of
from samples.model import NOT_ADDED, Line, Report, Sheet, Targets, Value
from samples.months import is_first_of_a_term, month_of_year, year_of

#: The tolerance of a percentage, in percent points.
_PERCENT_TOLERANCE = 0.5


@dataclass(frozen=True)
class Break:
    """A rule broken: by which line (from 1) and field, what stands there and what the rule expects."""

    rule_id: str
    form: str
    line_number: int
    name: str
    field: str
    reported: Value
    expected: Value


@dataclass(frozen=True)
class _Place:
    form: str
    line_number: int
    line: Line

    def differs(self, rule_id: str, field: str, expected: Value) -> Iterator[Break]:
        if self.line.values[field] != expected:
            yield self._break(rule_id, field, expected)

    def exceeds(self, rule_id: str, field: str, whole: str) -> Iterator[Break]:
        if _number(self.line, field) > _number(self.line, whole):
            yield self._break(rule_id, field, self.line.values[whole])

    def is_far_from(self, rule_id: str, field: str, expected: float) -> Iterator[Break]:
        if abs(_number(self.line, field) - expected) > _PERCENT_TOLERANCE:
            yield self._break(rule_id, field, expected)

    def _break(self, rule_id: str, field: str, expected: Value) -> Break:
        return Break(rule_id, self.form, self.line_number, self.line.name, field, self.line.values[field], expected)


def breaks_of(report: Report, month_before: Report | None, targets: Targets) -> tuple[Break, ...]:
    """Every rule that `report` breaks, given the same commune's month before and the targets in force."""
    found: list[Break] = []
    for sheet in report.sheets:
        found += _sums(sheet)
        before = _by_name(month_before, sheet.form)
        for place in _cell_places(sheet):
            found += _PER_CELL[sheet.form](place, before.get(place.line.name), report)
    found += _target(report, targets)
    return tuple(found)


def _number(line: Line, field: str) -> int | float:
    return line.values[field] or 0


def _cell_places(sheet: Sheet) -> Iterator[_Place]:
    for number, line in enumerate(sheet.lines, start=1):
        if line.kind == "cell":
            yield _Place(sheet.form, number, line)


def _by_name(report: Report | None, form: str) -> Mapping[str, Line]:
    if report is None:
        return {}
    return {place.line.name: place.line for place in _cell_places(report.sheet(form))}


def _sums(sheet: Sheet) -> Iterator[Break]:
    """Sections and total against the cells below or above them."""
    prefix = sheet.form.replace("-", "").lower()
    for number, line in enumerate(sheet.lines, start=1):
        if line.kind == "cell":
            continue
        level, below = (
            ("column_total", sheet.lines)
            if line.kind == "total"
            else (
                "section_total",
                tuple(_until_next_heading(sheet.lines[number:])),
            )
        )
        for field in fields_of(sheet.form):
            if field.is_number and field.name not in NOT_ADDED:
                expected = sum(_number(other, field.name) for other in below if other.kind == "cell")
                yield from _Place(sheet.form, number, line).differs(f"{prefix}_{level}", field.name, expected)


def _until_next_heading(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        if line.kind != "cell":
            return
        yield line


def _partition(form: str, name: str) -> list[str]:
    return [field.name for field in fields_of(form) if field.partition == name]


def _kn1(place: _Place, before: Line | None, report: Report) -> Iterator[Break]:
    line = place.line
    for name, rule_id in (("age", "kn1_ages"), ("occupation", "kn1_occupations")):
        whole = sum(_number(line, field) for field in _partition("KN-1", name))
        yield from place.differs(rule_id, "admitted", whole)
    for field in fields_of("KN-1"):
        if field.subset_of:
            yield from place.exceeds(f"kn1_{field.name}_within_admitted", field.name, field.subset_of)
    resets = {
        "admitted_ytd": ("kn1_ytd_carried", month_of_year(report.month) == 1),
        "admitted_ttd": ("kn1_ttd_carried", is_first_of_a_term(report.month)),
    }
    for name, (rule_id, is_reset) in resets.items():
        if is_reset or before is not None:
            carried = 0 if is_reset or before is None else _number(before, name)
            yield from place.differs(rule_id, name, carried + _number(line, "admitted"))
    if target := line.values["year_target"]:
        expected = 100 * _number(line, "admitted_ytd") / target
        yield from place.is_far_from("kn1_attainment_recomputed", "attainment_pct", expected)


_KN2_SUBSETS = {
    "candidates_women": "kn2_women_within_candidates",
    "candidates_ethnic_minority": "kn2_ethnic_minority_within_candidates",
    "class_attended": "kn2_class_within_candidates",
    "under_verification": "kn2_verification_within_candidates",
    "files_complete": "kn2_complete_within_candidates",
}


def _kn2(place: _Place, before: Line | None, report: Report) -> Iterator[Break]:
    introduced = sum(_number(place.line, field) for field in _partition("KN-2", "introduced"))
    yield from place.differs("kn2_introduced", "candidates", introduced)
    for field in fields_of("KN-2"):
        if field.subset_of:
            yield from place.exceeds(_KN2_SUBSETS[field.name], field.name, field.subset_of)
    yield from place.exceeds("kn2_verification_within_class", "under_verification", "class_attended")
    yield from place.exceeds("kn2_complete_within_verification", "files_complete", "under_verification")


def _kn3(place: _Place, before: Line | None, report: Report) -> Iterator[Break]:
    line = place.line
    fields = [field.name for field in fields_of("KN-3")]
    increases = sum(_number(line, name) for name in fields if name.startswith("increase_"))
    decreases = sum(_number(line, name) for name in fields if name.startswith("decrease_"))
    yield from place.differs("kn3_balance", "closing", _number(line, "opening") + increases - decreases)
    ages = sum(_number(line, field) for field in _partition("KN-3", "age"))
    yield from place.differs("kn3_ages", "closing", ages)
    if before is not None:
        yield from place.differs("kn3_opening_carried", "opening", before.values["closing"])
    if admitted := _by_name(report, "KN-1").get(line.name):
        yield from place.differs("kn3_admitted_as_kn1", "increase_admitted", admitted.values["admitted"])


_PER_CELL = {"KN-1": _kn1, "KN-2": _kn2, "KN-3": _kn3}


def _target(report: Report, targets: Targets) -> Iterator[Break]:
    lines = report.sheet("KN-1").lines
    asked = next(line for line in targets.lines if line.commune is report.commune)
    expected = asked.years[targets.years.index(year_of(report.month))]
    yield from _Place("KN-1", len(lines), lines[-1]).differs("kn1_year_target_on_file", "year_target", expected)
