"""What stands in each cell of a blank sheet: a known value, a formula with its present value, or room for an entry.

Nothing is reported of a cell before its admissions are entered, be it 0: until then whatever follows from them, and
whatever is proposed, stays blank. A workbook that comes back as it was issued reports nothing, and no zeros.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from outbox.blank.checks import partitions
from outbox.blank.known_cells import Figure, KnownCell
from outbox.blank.plan import Blank, Line
from reference.fields import Field, fields_of
from reference.sheet_layout import CellValue, column_of, row_of, sheet_name

#: Figures of a section or the total that are not sums of the rows below.
_NO_SUMS = frozenset({"attainment_pct", "mean_age", "head_is_member"})
#: The sheet on which empty rows get their name; the others follow it.
_FIRST_FORM = "KN-1"
#: What becomes of a cell: `settled` is not typed into; `entry` must be; `usual` is mostly right as it is once the
#: admissions are entered (a nought), and `carried` too, yet wants a look (last month's figure); `free` may be left.
Look = Literal["settled", "entry", "usual", "carried", "free"]
#: Types of cells whose place has a head, who may be a member.
_HAVE_A_HEAD = frozenset({"tổ dân phố", "bản", "thôn", "ấp", "khu phố", "tiểu khu"})
#: The fields of KN-3 that are mostly zero in a month.
_MOVEMENTS = ("increase_transferred_in", "increase_reinstated")


@dataclass(frozen=True)
class Content:
    """A cell: what it shows now, the formula behind it if any, and what the commune does with it."""

    value: CellValue = None
    formula: str | None = None
    look: Look = "settled"

    @property
    def is_entry(self) -> bool:
        """Whether the commune may type into it."""
        return self.look != "settled"


ENTRY = Content(look="entry")
FREE = Content(look="free")
_NOTHING = Content()

#: A line's contents by field.
Row = dict[str, Content]


def sheet_contents(blank: Blank, form: str) -> dict[int, Row]:
    """Line number -> contents of the form's sheet."""
    rows = {line.number: _cell_row(blank, form, line) for line in blank.lines if not line.is_sum}
    cells = dict(rows)
    for line in blank.lines:
        if line.is_sum:
            rows[line.number] = _sum_row(blank, form, line, cells)
    return rows


def _at(form: str, field: str, line: Line) -> str:
    return f"{column_of(form, field)}{row_of(line.number)}"


def _number(content: Content) -> float:
    return content.value if isinstance(content.value, (int, float)) else 0


# ------------------------------------------------------------------------------------------ rows of the cells


def _cell_row(blank: Blank, form: str, line: Line) -> Row:
    row: Row = {}
    for field in fields_of(form):
        row[field.name] = _cell_content(blank, form, line, field)
    if form == "KN-1":
        row["attainment_pct"] = _attainment(line, row)
    if form == "KN-3":
        row["closing"] = _closing(line)
    # An empty row asks for nothing until it is used (then what is missing shows: see checks).
    return {name: _in_empty_row(name, content) if line.kind == "empty" else content for name, content in row.items()}


def _in_empty_row(name: str, content: Content) -> Content:
    return replace(content, look="free") if content == ENTRY and name not in ("cell_name", "cell_type") else content


def _cell_content(blank: Blank, form: str, line: Line, field: Field) -> Content:
    cell = line.cell
    match field.name:
        case "ordinal":
            return Content(line.ordinal) if line.ordinal else _name_on(form, field.name, line)
        case "cell_name" | "cell_type":
            known = line.name if field.name == "cell_name" else cell and cell.cell_type
            return Content(known) if known else _name_on(form, field.name, line)
        case "admitted_ytd":
            return _cumulative(line, blank.year_begins, cell.admitted_ytd if cell and blank.goes_on else None)
        case "admitted_ttd":
            return _cumulative(line, blank.term_begins, cell.admitted_ttd if cell and blank.goes_on else None)
        case "year_target":
            kept = cell.year_target if cell and blank.keeps_targets else None
            return ENTRY if kept is None else Content(kept, look="carried")
        case "opening":
            carried = cell.closing if cell and blank.goes_on else None
            return ENTRY if carried is None else Content(carried)
        case "increase_admitted":
            return _same_as(_FIRST_FORM, "admitted", line)
        case "note":
            return FREE
        case "admitted":
            return ENTRY
        case _ if form == _FIRST_FORM:
            return _nought(_at(form, "admitted", line), unless_more=True)
        case name if name in _MOVEMENTS or name.startswith("decrease_"):
            return _nought(_at(form, "increase_admitted", line), unless_more=False)
        case _ if cell:
            return _as_last_time(blank, field, cell, line)
        case _:
            return ENTRY


def _nought(admitted: str, *, unless_more: bool) -> Content:
    """0 as soon as the cell's admissions are entered; with `unless_more` only where they are none, else to be typed."""
    nought = f'IF(N({admitted})=0,0,"")' if unless_more else "0"
    return Content("", f'=IF({admitted}="","",{nought})', "usual")


def _as_last_time(blank: Blank, field: Field, cell: KnownCell, line: Line) -> Content:
    """The last report's figure as long as nothing happened that changes it: nobody was admitted, came or went.

    After a gap this is known of the members, by their number, but not of the candidates.
    """
    form, last = field.form, cell.stays.get(field.name)
    if field.type == "flag":
        if last is None:
            return ENTRY if (cell.cell_type or "").casefold() in _HAVE_A_HEAD else FREE
        return _when_entered(line, f'"{"có" if last else "không"}"')
    if last is None or not _adds_up(form, field, cell):
        return ENTRY
    if form == "KN-2":
        return _when_entered(line, f'IF(N({_admitted(line)})=0,{last},"")') if blank.goes_on else ENTRY
    if cell.closing is None:
        return ENTRY
    opening, first, final = (_at(form, name, line) for name in ("opening", "increase_admitted", "decrease_resigned"))
    return _when_entered(line, f'IF(AND({opening}={cell.closing},SUM({first}:{final})=0),{last},"")')


def _when_entered(line: Line, proposed: str) -> Content:
    return Content("", f'=IF({_admitted(line)}="","",{proposed})', "carried")


def _admitted(line: Line) -> str:
    return f"'{sheet_name(_FIRST_FORM)}'!{_at(_FIRST_FORM, 'admitted', line)}"


def _adds_up(form: str, field: Field, cell: KnownCell) -> bool:
    """False for a part of a whole that last month's parts do not add up to: there is nothing to go on from."""
    known: dict[str, Figure] = {**cell.stays, "closing": cell.closing}
    for group in partitions(form):
        if field in group.parts:
            parts = [known.get(part.name) for part in group.parts]
            return None not in parts and sum(part or 0 for part in parts) == known.get(group.whole.name)
    return True


def _name_on(form: str, field: str, line: Line) -> Content:
    return ENTRY if form == _FIRST_FORM else _same_as(_FIRST_FORM, field, line)


def _same_as(form: str, field: str, line: Line) -> Content:
    """The cell of another sheet; blank stays blank."""
    other = f"'{sheet_name(form)}'!{_at(form, field, line)}"
    return Content("", f'=IF({other}="","",{other})')


def _cumulative(line: Line, begins_again: bool, last: int | None) -> Content:
    """Last month's cumulative figure and this month's admissions; nothing known of last month: to be typed."""
    if begins_again:
        last = 0
    if last is None:
        return ENTRY
    admitted = _at("KN-1", "admitted", line)
    return Content("", f'=IF({admitted}="","",{last}+N({admitted}))')


def _attainment(line: Line, row: Row) -> Content:
    admitted, target = (_at("KN-1", field, line) for field in ("admitted_ytd", "year_target"))
    formula = f'=IF(OR(N({target})=0,{admitted}=""),"",ROUND(100*N({admitted})/{target},1))'
    target_now = _number(row["year_target"])
    if not target_now or row["admitted_ytd"].value in (None, ""):
        return Content("", formula)
    # Tenths of a percent, the half rounded up as the spreadsheet's ROUND does.
    return Content(int(1000 * _number(row["admitted_ytd"]) / target_now + 0.5) / 10, formula)


def _closing(line: Line) -> Content:
    start, admitted = (_at("KN-3", field, line) for field in ("opening", "increase_admitted"))
    more, less = (
        f"SUM({_at('KN-3', first, line)}:{_at('KN-3', last, line)})"
        for first, last in (
            ("increase_admitted", "increase_reinstated"),
            ("decrease_transferred_out", "decrease_resigned"),
        )
    )
    return Content("", f'=IF(OR({start}="",{admitted}=""),"",{start}+{more}-{less})')


# ------------------------------------------------------------------------------------------ sections and total


def _sum_row(blank: Blank, form: str, line: Line, cells: dict[int, Row]) -> Row:
    below = [cells[number] for first, last in line.adds for number in range(first, last + 1)]
    row: Row = {"ordinal": Content(line.ordinal or None), "cell_name": Content(line.name)}
    for field in fields_of(form):
        if field.name == "note":
            row[field.name] = FREE
        elif field.is_number and field.name not in _NO_SUMS:
            row[field.name] = sum_of([cell[field.name] for cell in below], _ranges(form, field.name, line))
        else:
            row.setdefault(field.name, _NOTHING)
    if form == "KN-1":
        if line.kind == "total" and blank.year_target is not None:
            row["year_target"] = _target_of_all(blank.year_target, below, _ranges(form, "year_target", line))
        row["attainment_pct"] = _attainment(line, row)
    if form == "KN-3":
        row["mean_age"] = Content("", _mean_age(line))
    return row


def sum_of(contents: Sequence[Content], ranges: str) -> Content:
    """The sum of the cells in `ranges`, which hold `contents`; the sum of nothing but blanks is a blank, not 0."""
    figures = [content.value for content in contents if isinstance(content.value, (int, float))]
    return Content(int(sum(figures)) if figures else "", f'=IF(COUNT({ranges})=0,"",SUM({ranges}))')


def _ranges(form: str, field: str, line: Line) -> str:
    column = column_of(form, field)
    return ",".join(f"{column}{row_of(first)}:{column}{row_of(last)}" for first, last in line.adds)


def _target_of_all(year_target: int, below: list[Row], ranges: str) -> Content:
    """What form CT-1 sets, as long as it is not divided between the cells; then their sum."""
    divided = [row["year_target"] for row in below if row["year_target"].value is not None]
    value = int(sum(map(_number, divided))) if divided else year_target
    return Content(value, f"=IF(COUNT({ranges})=0,{year_target},SUM({ranges}))")


def _mean_age(line: Line) -> str:
    """The cells' mean ages, weighted by their members; cells without one are left out."""
    ages, members = [], []
    for first, last in line.adds:
        mean, closing = (
            f"{column_of('KN-3', field)}{row_of(first)}:{column_of('KN-3', field)}{row_of(last)}"
            for field in ("mean_age", "closing")
        )
        ages.append(f"SUMPRODUCT({closing},{mean})")
        members.append(f'SUMIF({mean},">0",{closing})')
    among = "+".join(members)
    return f'=IF({among}=0,"",ROUND(({"+".join(ages)})/({among}),1))'
