"""One slip over several cells: cells, rows or columns swapped, a column or row that slid by one place,
a column or a total row that was not worked out again. Each is a way to change the case; whether it explains anything is
seen then."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from expectations.repairs.case import Case, Changes
from expectations.repairs.repair import within_reach

#: What each pattern costs, on the scale of a single slip.
COSTS = {
    "swapped": 2.0,
    "rows_swapped": 3.0,
    "columns_swapped": 3.0,
    "column_shifted": 3.0,
    "row_shifted": 3.0,
    "column_not_updated": 2.5,
    "total_not_updated": 1.5,
}
#: Fewer broken rows than these are no sign of a whole column.
_A_COLUMN = 3
#: Kinds of rules by which a column is worked out from something else.
_WORKED_OUT = ("carry_forward", "unchanged", "cross_sheet", "percentage")

Pattern = tuple[str, Changes]
Key = TypeVar("Key")


class Grid:
    """The counts of the cells' rows as a table of each form: by column from the top, by row from the left."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def columns(self) -> Mapping[tuple[str, str], list[int]]:
        """(form, field) -> the figures of the cells' rows."""
        return self._lines(lambda number: (self._case.figures[number].form, self._case.figures[number].field))

    @cached_property
    def rows(self) -> Mapping[tuple[str, int], list[int]]:
        """(form, line) -> its figures; they stand in the case as they do on the sheet."""
        return self._lines(lambda number: (self._case.figures[number].form, self._case.figures[number].line_number))

    @cached_property
    def whole_columns(self) -> Mapping[tuple[str, str], list[int]]:
        """The same as `columns` with sections and totals."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, figure in enumerate(self._case.figures):
            if figure.type == "count":
                found[figure.form, figure.field].append(number)
        return found

    def beside(self, number: int) -> Iterator[int]:
        """The cells left, right, above and below."""
        figure = self._case.figures[number]
        for line in (
            self.rows.get((figure.form, figure.line_number), []),
            self.columns.get((figure.form, figure.field), []),
        ):
            if number in line:
                at = line.index(number)
                yield from line[max(0, at - 1) : at]
                yield from line[at + 1 : at + 2]

    def _lines(self, key: Callable[[int], Key]) -> dict[Key, list[int]]:
        found: dict[Key, list[int]] = defaultdict(list)
        for number, figure in enumerate(self._case.figures):
            if figure.line_kind == "cell" and figure.type == "count":
                found[key(number)].append(number)
        return found


def patterns(case: Case, parts: Sequence[frozenset[int]]) -> Iterator[Pattern]:
    """Every way in which one slip may have touched the figures of broken identities: its name and what it changes. What
    cannot settle any of the `parts` is left out."""
    grid = Grid(case)
    broken = frozenset[int]().union(*parts)
    suspects = sorted({figure for number in broken for figure in case.identities[number].figures})
    for name, changes in (
        *_swapped(case, grid, suspects),
        *_rows_swapped(case, grid, broken),
        *_columns_swapped(case, grid, broken),
        *_slid(case, grid, suspects, parts),
        *_not_updated(case, broken),
        *_total_not_updated(case, broken),
    ):
        different = {figure: value for figure, value in changes.items() if value != case.figures[figure].number}
        if len(different) > 1:
            yield name, different


def _swapped(case: Case, grid: Grid, suspects: Iterable[int]) -> Iterator[Pattern]:
    """Two cells side by side, or one above the other, each with what belongs in the other."""
    pairs = {(min(one, other), max(one, other)) for one in suspects for other in grid.beside(one)}
    for one, other in sorted(pairs):
        yield "swapped", _exchanged(case, [(one, other)])


def _rows_swapped(case: Case, grid: Grid, broken: Iterable[int]) -> Iterator[Pattern]:
    """All figures of two rows of a form, each in the other's place."""
    for form, lines in _lines_of(case, broken).items():
        ordered = sorted(lines)
        if len(ordered) > 6:
            continue
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                pairs = zip(grid.rows.get((form, one), []), grid.rows.get((form, other), []), strict=False)
                yield "rows_swapped", _exchanged(case, pairs)


def _columns_swapped(case: Case, grid: Grid, broken: Iterable[int]) -> Iterator[Pattern]:
    """All figures of two columns of a form, each in the other's place, totals and all."""
    broken = list(broken)
    for form, lines in _lines_of(case, broken).items():
        if len(lines) < _A_COLUMN:
            continue
        fields = sorted(
            {
                case.figures[each].field
                for number in broken
                if case.identities[number].kind != "column_total"
                for each in case.identities[number].figures
                if case.figures[each].form == form and case.figures[each].type == "count"
            }
        )
        for columns in (grid.columns, grid.whole_columns):
            for at, one in enumerate(fields):
                for other in fields[at + 1 :]:
                    pairs = zip(columns.get((form, one), []), columns.get((form, other), []), strict=False)
                    yield "columns_swapped", _exchanged(case, pairs)


def _slid(
    case: Case, grid: Grid, suspects: Sequence[int], parts: Sequence[frozenset[int]]
) -> Iterator[Pattern]:  # fmt: skip
    """From some cell on, each figure stands one place too far, or one too early. What had no place any more stands at
    the other end, or is gone, and what the rest of its row tells takes its place."""
    places = [case.figures[number] for number in suspects]
    columns = {(place.form, place.field) for place in places}
    rows = {(place.form, place.line_number) for place in places}
    lines = [("column_shifted", grid.columns[key]) for key in sorted(columns) if key in grid.columns]
    lines += [("row_shifted", grid.rows[key]) for key in sorted(rows) if key in grid.rows]
    wanted = set(suspects)
    for name, line in lines:
        reach = within_reach(case, line)
        if not any(part <= reach for part in parts):
            continue
        values = [case.figures[number].number for number in line]
        for start, first in enumerate(line[:-1]):
            if first not in wanted:
                continue
            for end in range(start + _A_COLUMN, len(line) + 1):
                span, shown = line[start:end], values[start:end]
                if span[-1] not in wanted:
                    continue
                near = dict(zip(span, [*shown[1:], shown[0]], strict=True))
                far = dict(zip(span, [shown[-1], *shown[:-1]], strict=True))
                for changes, lost in ((near, span[-1]), (far, span[0])):
                    yield name, changes
                    for value in _told(case, lost, changes):
                        yield name, {**changes, lost: value}


def _not_updated(case: Case, broken: Iterable[int]) -> Iterator[Pattern]:
    """A column in which rows are wrong by one rule that works the column out: each is given what the rule expects."""
    by_rule: dict[str, dict[int, float]] = defaultdict(dict)
    for number in sorted(broken):
        identity = case.identities[number]
        difference = case.difference(number, {})
        first = identity.figures[0]
        if identity.kind in _WORKED_OUT and difference is not None and case.figures[first].line_kind == "cell":
            by_rule[identity.rule_id][first] = case.figures[first].number - difference
    for changes in by_rule.values():
        if len(changes) >= _A_COLUMN:
            yield "column_not_updated", changes


def _told(case: Case, figure: int, changes: Changes) -> set[float]:
    """What the other cells of its row make of a figure, after `changes`."""
    found = set()
    for number in case.of_figure.get(figure, ()):
        identity = case.identities[number]
        difference = case.difference(number, changes)
        if identity.shape == "sum" and not identity.upper and identity.kind != "column_total" and difference:
            sign = identity.signs[identity.figures.index(figure)]
            value = (case.value(figure, changes) or 0.0) - difference / sign
            if value >= 0:
                found.add(value)
    return found


def _total_not_updated(case: Case, broken: Iterable[int]) -> Iterator[Pattern]:
    """A total row that says throughout what it said last month: its wrong figures are added up again."""
    wrong: dict[tuple[str, int], dict[int, float]] = defaultdict(dict)
    for number in broken:
        identity = case.identities[number]
        first = case.figures[identity.figures[0]]
        if identity.kind == "column_total":
            difference = case.difference(number, {}) or 0.0
            wrong[first.form, first.line_number][identity.figures[0]] = first.number - difference
    for line, changes in wrong.items():
        row = [each for each in case.figures if (each.form, each.line_number) == line and each.type == "count"]
        if all(each.before is not None and each.number == each.before for each in row):
            yield "total_not_updated", changes


def _lines_of(case: Case, broken: Iterable[int]) -> dict[str, set[int]]:
    """form -> the cells' rows that contradict something."""
    lines: dict[str, set[int]] = defaultdict(set)
    for number in broken:
        first = case.figures[case.identities[number].figures[0]]
        if first.line_kind == "cell":
            lines[first.form].add(first.line_number)
    return lines


def _exchanged(case: Case, pairs: Iterable[tuple[int, int]]) -> dict[int, float]:
    changes: dict[int, float] = {}
    for one, other in pairs:
        changes |= {one: case.figures[other].number, other: case.figures[one].number}
    return changes
