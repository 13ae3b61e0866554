"""What a workbook tells of itself before it is received: the rules that hold within one workbook (its totals, its rows,
one sheet against another), judged on figures in memory, and which cell is most likely wrong.

So is what goes on from the month before, where that is published. What needs the targets on file, longer histories or
other communes is not judged here: the gate does that.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from expectations.beyond import allowed
from expectations.catalogue import Rule, Text, kinds, rules
from expectations.messages import message
from expectations.repairs.case import Case, Figure, Identity
from expectations.repairs.propose import propose
from expectations.repairs.stories import stories_of
from expectations.store.judging import FailingLine
from expectations.workbook_told import Inconsistency, Judged, Suspicion, Workbook, WorkbookForm, WorkbookLine
from reference.cell_address import on_sheet
from reference.fields import field_of, number_fields_of

_SECONDS = 3.0
_Thing = TypeVar("_Thing")
#: A failure that is not in the store was never seen before.
_NEVER = datetime.min
_GRAVITY = {"critical": 0, "warning": 1, "info": 2}


def judged(workbook: Workbook) -> Judged:
    """Every comparison within the workbook."""
    figures = _Figures(workbook)
    compared = [each for rule in rules() if (make := _KINDS.get(rule.kind)) for each in make(rule, figures)]
    identities = [_identity(number, each) for number, each in enumerate(compared)]
    case = Case(figures.all, identities)
    failing = sorted(
        ((number, compared[number]) for number in case.broken),
        key=lambda each: (_GRAVITY[each[1].rule.severity], each[0]),
    )
    found = tuple(_inconsistency(workbook.month, figures, each) for _, each in failing)
    return Judged(len(compared), found, tuple(_suspicions(case)) if failing else ())


@dataclass(frozen=True)
class _Compared:
    """One comparison: the figures with their signs (the first is the one that is judged), what is expected of it."""

    rule: Rule
    line: WorkbookLine
    figures: tuple[int, ...]
    signs: tuple[float, ...]
    expected: float
    shape: str = "sum"
    #: What is taken off besides: it stands in no cell of this workbook.
    carried: float = 0.0


class _Figures:
    """All figures of the workbook, numbered as a case numbers them."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.forms = {form.form: form for form in workbook.forms}
        self.all: list[Figure] = []
        self._numbers: dict[tuple[str, int, str], int] = {}
        for form in self.forms.values():
            for place, line in enumerate(form.lines, start=1):
                for field in number_fields_of(form.form):
                    letter = form.columns.get(field.name)
                    if letter is None or field.type == "flag" or f"{letter}{line.row}" in form.unread:
                        continue
                    self._numbers[form.form, line.row, field.name] = len(self.all)
                    self.all.append(_figure(form, line, place, field.name, f"{letter}{line.row}"))

    def number(self, form: str, line: WorkbookLine, field: str) -> int | None:
        """None for a cell that was not read, or a column that is not there."""
        return self._numbers.get((form, line.row, field))

    def numbers(self, form: str, line: WorkbookLine, names: Sequence[str]) -> tuple[int, ...] | None:
        """None where one of them is not there."""
        found = [self.number(form, line, name) for name in names]
        return tuple(each for each in found if each is not None) if None not in found else None

    def value(self, number: int) -> float | None:
        return self.all[number].value


def _figure(form: WorkbookForm, line: WorkbookLine, place: int, field: str, cell: str) -> Figure:
    described = field_of(form.form, field)
    value = line.values.get(field)
    return Figure(
        sheet=form.sheet,
        cell=cell,
        form=form.form,
        field=field,
        type=described.type if described else "count",
        line_kind=line.kind,
        line_number=place,
        cell_name=line.name,
        value=None if value is None else float(value),
    )


# ------------------------------------------------------------------------------------ what the kinds of rules compare


def _column_totals(rule: Rule, figures: _Figures) -> Iterator[_Compared]:
    form = figures.forms.get(rule.form)
    if form is None or form.has_unread_rows:
        return
    for line in form.lines:
        if line.kind != rule.line_kind:
            continue
        below = _summed(form, line)
        for name in rule.plus_fields:
            own = figures.number(rule.form, line, name)
            summed = [figures.number(rule.form, each, name) for each in below]
            known = tuple(each for each in summed if each is not None)
            values = [value for each in known if (value := figures.value(each)) is not None]
            if own is None or figures.value(own) is None or len(known) < len(summed) or not values:
                continue
            yield _Compared(rule, line, (own, *known), (1.0, *(-1.0 for _ in known)), sum(values))


def _summed(form: WorkbookForm, line: WorkbookLine) -> list[WorkbookLine]:
    """The cells' rows that a total, or a section row, adds up."""
    if line.kind == "total":
        return [each for each in form.lines if each.kind == "cell"]
    found = []
    for each in form.lines[list(form.lines).index(line) + 1 :]:
        if each.kind != "cell":
            break
        found.append(each)
    return found


def _along_lines(rule: Rule, figures: _Figures) -> Iterator[_Compared]:
    """Identities and subsets: one figure against others of its row."""
    for line, own in _judged_lines(rule, figures):
        terms = figures.numbers(rule.form, line, (*rule.plus_fields, *rule.minus_fields))
        if terms is None or all(figures.value(each) is None for each in terms):
            continue
        signs = (*(1.0 for _ in rule.plus_fields), *(-1.0 for _ in rule.minus_fields))
        expected = sum(sign * (figures.value(each) or 0.0) for sign, each in zip(signs, terms, strict=True))
        yield _Compared(rule, line, (own, *terms), (1.0, *(-sign for sign in signs)), expected)


def _percentages(rule: Rule, figures: _Figures) -> Iterator[_Compared]:
    for line, own in _judged_lines(rule, figures):
        terms = figures.numbers(rule.form, line, (*rule.plus_fields, rule.other_field))
        if terms is None or len(terms) != 2 or figures.value(terms[0]) is None or not figures.value(terms[1]):
            continue
        expected = 100 * (figures.value(terms[0]) or 0.0) / (figures.value(terms[1]) or 1.0)
        yield _Compared(rule, line, (own, *terms), (), expected, "percentage")


def _ranges(rule: Rule, figures: _Figures) -> Iterator[_Compared]:
    for line, own in _judged_lines(rule, figures):
        value = figures.value(own) or 0.0
        low, high = rule.low if rule.low is not None else value, rule.high if rule.high is not None else value
        yield _Compared(rule, line, (own,), (), min(max(value, low), high), "between")


def _cross_sheets(rule: Rule, figures: _Figures) -> Iterator[_Compared]:
    """A figure against that of the same cell's row on another sheet."""
    other = figures.forms.get(rule.other_form)
    rows = _by_name(other.lines, rule.line_kind) if other else {}
    form = figures.forms.get(rule.form)
    names = {line.row: name for name, line in _by_name(form.lines, rule.line_kind).items()} if form else {}
    for line, own in _judged_lines(rule, figures):
        there = rows.get(names.get(line.row, ("", 0)))
        number = figures.number(rule.other_form, there, rule.other_field) if there else None
        if number is not None and (expected := figures.value(number)) is not None:
            yield _Compared(rule, line, (own, number), (1.0, -1.0), expected)


def _carried_forward(rule: Rule, figures: _Figures) -> Iterator[_Compared]:
    """Openings and running sums against the month before."""
    workbook = figures.workbook
    form = figures.forms.get(rule.form)
    names = {line.row: name for name, line in _by_name(form.lines, rule.line_kind).items()} if form else {}
    before = _named((cell.name, cell) for cell in workbook.carried)
    begins = (rule.reset_at == "year" and workbook.month.month == 1) or (
        rule.reset_at == "term" and workbook.begins_term
    )
    for line, own in _judged_lines(rule, figures):
        terms = figures.numbers(rule.form, line, rule.plus_fields)
        cell = before.get(names[line.row])
        carried = 0.0 if begins else cell.values.get(rule.other_field) if cell else None
        if terms is None or carried is None:
            continue
        expected = carried + sum(figures.value(each) or 0.0 for each in terms)
        yield _Compared(rule, line, (own, *terms), (1.0, *(-1.0 for _ in terms)), expected, carried=carried)


def _by_name(lines: Sequence[WorkbookLine], kind: str) -> dict[tuple[str, int], WorkbookLine]:
    return _named((line.name, line) for line in lines if line.kind == kind)


def _named(things: Iterable[tuple[str, _Thing]]) -> dict[tuple[str, int], _Thing]:
    """(name, how many of that name came before) -> the thing."""
    seen: dict[str, int] = defaultdict(int)
    found = {}
    for name, thing in things:
        plain = " ".join(name.casefold().split())
        found[plain, seen[plain]] = thing
        seen[plain] += 1
    return found


def _judged_lines(rule: Rule, figures: _Figures) -> Iterator[tuple[WorkbookLine, int]]:
    """The rows that the rule looks at, and their figure that is judged; what is blank is not."""
    form = figures.forms.get(rule.form)
    for line in form.lines if form else ():
        own = figures.number(rule.form, line, rule.field) if line.kind == rule.line_kind else None
        if own is not None and figures.value(own) is not None:
            yield line, own


_KINDS: Mapping[str, Callable[[Rule, _Figures], Iterator[_Compared]]] = {
    "column_total": _column_totals,
    "row_identity": _along_lines,
    "subset": _along_lines,
    "percentage": _percentages,
    "range": _ranges,
    "cross_sheet": _cross_sheets,
    "carry_forward": _carried_forward,
}


# ------------------------------------------------------------------------------------------- what does not hold, told


def _identity(number: int, compared: _Compared) -> Identity:
    rule = compared.rule
    return Identity(
        failure_id=str(number),
        rule_id=rule.rule_id,
        kind=rule.kind,
        severity=rule.severity,
        shape=compared.shape,
        figures=compared.figures,
        signs=compared.signs,
        constant=-compared.carried,
        allowed=allowed(compared.expected, rule.tolerance, rule.relative_tolerance),
        upper=kinds()[rule.kind].judge == "upper",
        low=rule.low or 0.0,
        high=rule.high or 0.0,
    )


def _inconsistency(month: date, figures: _Figures, compared: _Compared) -> Inconsistency:
    rule, judged_figure = compared.rule, figures.all[compared.figures[0]]
    sheet = judged_figure.sheet
    places = [figures.all[number] for number in compared.figures]
    cells = tuple(each.cell if each.sheet == sheet else on_sheet(each.sheet, each.cell) for each in places)
    reported = judged_figure.value or 0.0
    said: Text = message(
        rule,
        FailingLine(
            failure_id="",
            case_id="",
            rule_id=rule.rule_id,
            severity=rule.severity,
            form=rule.form,
            commune_key="",
            commune_code="",
            month=month,
            submission_id="",
            version=1,
            sheet=sheet,
            cells=cells,
            cell_name=compared.line.name,
            line_number=judged_figure.line_number,
            line_kind=compared.line.kind,
            field=judged_figure.field,
            reported=reported,
            expected=compared.expected,
            difference=reported - compared.expected,
            state="open",
            first_seen_at=_NEVER,
        ),
    )
    return Inconsistency(rule.severity, sheet, judged_figure.cell, cells, said.vi, said.en)


def _suspicions(case: Case) -> Iterator[Suspicion]:
    for story in stories_of(case, propose(case, _SECONDS)):
        if story.kind != "unexplained":
            yield Suspicion(story.cells, story.said.vi, story.said.en)
