"""What is to be said about a report that goes back, and where on its sheets. Nothing of files is decided here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from outbox.marked.cells import Place
from outbox.marked.notes import Note, Paragraph
from outbox.marked.to_return import Change, Point, ToReturn
from outbox.words import words
from reference.cell_address import on_sheet, split
from reference.fields import OFFICIAL_FORMS, Field, field_of
from reference.figures import decimal
from reference.texts import say

#: Soft fills, `RRGGBB`: where a failure of each severity is seen, the cells that have to do with it, and cells that
#: are proposed to be changed.
TONES = {"critical": "FFC7CE", "warning": "FFEB9C", "info": "DDEBF7"}
FAINT = {"critical": "FDECEE", "warning": "FFF8E1", "info": "F3F8FC"}
PROPOSED = "D8EFD3"
ALL_TONES = frozenset({*TONES.values(), *FAINT.values(), PROPOSED})
SEVERITIES = tuple(TONES)
#: In a sum over more cells than this, none of them is coloured: nobody would see the one that matters.
_MOST_COLOURED = 12


@dataclass(frozen=True)
class Cell:
    """A cell of a sheet of the sender's, by the sheet's name."""

    sheet: str
    address: str


@dataclass(frozen=True)
class Line:
    """A row of the list: a point, in the words and figures of the sheet. `cell` is None where it has no place."""

    number: int
    severity: str
    sheet: str | None
    cell: Cell | None
    row: str
    column: str
    found: str
    expected: str
    proposed: str
    message: str
    others: str
    #: The proposal as a sentence, for notes and letters.
    advice: str


@dataclass(frozen=True)
class Mark:
    """A cell that is coloured, and what is noted at it."""

    cell: Cell
    tone: str
    note: Note


@dataclass(frozen=True)
class Plan:
    """Everything that is said of a report: the list, and the marks on its sheets."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]


def plan_of(returned: ToReturn) -> Plan:
    """The list in the order of the points, and one mark for each cell that any of them, or a proposal, is about."""
    numbered = tuple(enumerate(returned.points, start=1))
    numbers = {failure_id: number for number, point in numbered for failure_id in point.failures}
    lines = tuple(_line(number, point, returned.changes) for number, point in numbered)
    return Plan(lines, tuple(_marks(returned, lines, numbers)))


def cells_of(point: Point) -> tuple[Cell, ...]:
    """The point's cells; those of another sheet are written `Sheet!B14`."""
    cells = []
    for text in point.cells:
        sheet, address = split(text)
        if (sheet or point.sheet) and Place.is_address(address):
            cells.append(Cell(sheet or point.sheet or "", address))
    return tuple(cells)


def severities_in_words(severities: Iterable[str]) -> str:
    """`2 nghiêm trọng, 1 cảnh báo`."""
    counted = list(severities)
    return ", ".join(
        words("severity_count", number=counted.count(each), severity=severity_in_words(each))
        for each in SEVERITIES
        if each in counted
    )


def severity_in_words(severity: str) -> str:
    return say(f"severity_{severity}", "vi")


# --------------------------------------------------------------------------------------------------------- the list


def _line(number: int, point: Point, changes: Sequence[Change]) -> Line:
    first, *others = cells_of(point) or (None,)
    field = field_of(point.form, point.field)
    is_official = point.form in OFFICIAL_FORMS
    name = field.name_vi if field else ""
    period = words("in_period", period=point.cell_name) if point.cell_name else ""
    return Line(
        number=number,
        severity=point.severity,
        sheet=point.sheet,
        cell=first,
        row=name if is_official else point.cell_name or "",
        column=period if is_official else name,
        found=point.found or _figure(point.reported, field),
        expected=point.wanted or _figure(point.expected, field),
        proposed=_proposed(point, first, field, changes),
        message=words("slip_to_do", message=point.message) if point.is_slip else point.message,
        others=ranges_of([each for each in others if each is not None], point.sheet),
        advice=_advice(point, first, changes),
    )


def _figure(value: float | None, field: Field | None) -> str:
    if value is None:
        return ""
    match field.type if field else "":
        case "flag":
            return words("yes" if value else "no")
        case "percent":
            return f"{decimal(value, 2, 'vi')} %"
        case _:
            return decimal(value, 2, "vi")


def _proposed(point: Point, first: Cell | None, field: Field | None, changes: Sequence[Change]) -> str:
    """`3`, or where other cells are to be changed, too, `I12: 0; J12: 1`; both, where two repairs are about as likely.

    Totals that follow are left to their own cells: nobody has to look for what is wrong there.
    """
    likeliest, or_else = (
        _of_repair(point, first, field, [each for each in changes if not each.follows and each.or_else == is_second])
        for is_second in (False, True)
    )
    return words("proposed_or_else", first=likeliest, second=or_else) if likeliest and or_else else likeliest


def _of_repair(point: Point, first: Cell | None, field: Field | None, changes: Sequence[Change]) -> str:
    its_own = _changes_of(point, first, changes)
    if [Cell(each.sheet, each.cell) for each in its_own] == [first]:
        return _changed_to(its_own[0], field)
    return "; ".join(
        words(
            "proposed_elsewhere",
            cell=_named(Cell(each.sheet, each.cell), point.sheet),
            value=_changed_to(each, _field_of(each)),
        )
        for each in its_own
    )


def _changes_of(point: Point, first: Cell | None, changes: Sequence[Change]) -> list[Change]:
    """The changes that go with a point, that of its own cell first."""
    settled = frozenset(point.failures)
    at_it = [each for each in changes if Cell(each.sheet, each.cell) == first]
    return at_it + [each for each in changes if each not in at_it and not settled.isdisjoint(each.settles)]


def _advice(point: Point, first: Cell | None, changes: Sequence[Change]) -> str:
    """`Đề xuất: sửa ô E13 từ 1 thành 0 và ô F13 từ 0 thành 1.`; empty where nothing is proposed."""
    likeliest, or_else = (
        words("advice_and").join(
            _change_in_words(each, point.sheet)
            for each in _changes_of(point, first, [each for each in changes if each.or_else == is_second])
            if not each.follows
        )
        for is_second in (False, True)
    )
    if likeliest and or_else:
        return words("advice_or_else", first=likeliest, second=or_else)
    return words("advice", changes=likeliest) if likeliest else ""


def _change_in_words(change: Change, sheet: str | None) -> str:
    place = words("advice_cell", cell=change.cell)
    if change.sheet != sheet:
        place = words("advice_elsewhere", cell=place, sheet=change.sheet)
    after = _changed_to(change, _field_of(change))
    if change.value_before is None:
        return words("advice_fill", cell=place, after=after)
    return words("advice_change", cell=place, before=_figure(change.value_before, _field_of(change)), after=after)


def _field_of(change: Change) -> Field | None:
    return field_of(change.form, change.field) if change.form else None


def _changed_to(change: Change, field: Field | None) -> str:
    return words("blank") if change.value_after is None else _figure(change.value_after, field)


def _named(cell: Cell, sheet: str | None) -> str:
    return cell.address if cell.sheet == sheet else on_sheet(cell.sheet, cell.address)


def ranges_of(cells: Sequence[Cell], sheet: str | None) -> str:
    """`I12:L12, Kết nạp!D13`: neighbours in a row or column as one range; cells of `sheet` without its name."""
    runs: list[list[Cell]] = []
    for cell in cells:
        if runs and _goes_on(runs[-1], cell):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    named = []
    for run in runs:
        first = _named(run[0], sheet)
        named.append(first if len(run) == 1 else f"{first}:{run[-1].address}")
    return ", ".join(named)


def _goes_on(run: Sequence[Cell], cell: Cell) -> bool:
    places = [Place.of(each.address) for each in (*run, cell)]
    steps = {(after.row - before.row, after.column - before.column) for before, after in pairwise(places)}
    return run[-1].sheet == cell.sheet and steps in ({(0, 1)}, {(1, 0)})


# -------------------------------------------------------------------------------------------------------- the marks


def _marks(returned: ToReturn, lines: Sequence[Line], numbers: dict[str, int]) -> Iterable[Mark]:
    notes: defaultdict[Cell, list[Paragraph]] = defaultdict(list)
    tones: dict[Cell, str] = {}
    faint: dict[Cell, str] = {}
    # The points come the most severe first: what is first said of a cell is what it is coloured by.
    for point, line in zip(returned.points, lines, strict=True):
        first, *others = cells_of(point) or (None,)
        if first is None:
            continue
        notes[first].append(_paragraph(line, is_summed=len(others) > _MOST_COLOURED))
        tones.setdefault(first, TONES[point.severity])
        if len(others) <= _MOST_COLOURED:
            for other in others:
                if other is not None:
                    faint.setdefault(other, FAINT[point.severity])
    pointed_at = frozenset(notes)
    for change in returned.changes:
        cell = Cell(change.sheet, change.cell)
        if cell not in pointed_at:
            notes[cell].append(_of_change(change, numbers))
            tones[cell] = PROPOSED
    for cell, tone in (faint | tones).items():
        yield Mark(cell, tone, tuple(notes[cell]) if cell in notes else ())


def _paragraph(line: Line, *, is_summed: bool) -> Paragraph:
    said = [line.message]
    if line.advice:
        said.append(line.advice)
    if is_summed:
        said.append(words("note_summed", cells=line.others))
    heading = words("note_point", number=line.number, severity=severity_in_words(line.severity))
    return Paragraph(heading, "\n".join(said))


def _of_change(change: Change, numbers: dict[str, int]) -> Paragraph:
    kind = "follows" if change.follows else "or_else" if change.or_else else "text"
    before = words("blank") if change.value_before is None else _figure(change.value_before, None)
    said = [words(f"note_change_{kind}", before=before, after=_changed_to(change, None))]
    settled = sorted({numbers[each] for each in change.settles if each in numbers})
    if settled:
        said.append(words("note_change_settles", numbers=", ".join(map(str, settled))))
    return Paragraph(words("note_follows" if change.follows else "note_change"), "\n".join(said))
