"""What stands in each cell of a blank sheet: a known value, a formula with its present value, or room for an entry."""

from dataclasses import dataclass

from reference.fields import Field, fields_of
from reference.sheet_layout import CellValue, column_of, row_of, sheet_name
from templates.plan import Blank, Line

#: Figures of a section or the total that are not sums of the rows below.
_NO_SUMS = frozenset({"attainment_pct", "mean_age", "head_is_member"})
#: The sheet on which empty rows get their name; the others follow it.
_FIRST_FORM = "KN-1"


@dataclass(frozen=True)
class Content:
    """A cell: what it shows now, the formula behind it if any, and whether the commune types into it."""

    value: CellValue = None
    formula: str | None = None
    is_entry: bool = False


ENTRY = Content(is_entry=True)
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
        row["closing"] = _closing(line, row["opening"])
    return row


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
            return Content(cell.year_target if cell and blank.keeps_targets else None, is_entry=True)
        case "opening":
            carried = cell.closing if cell and blank.goes_on else None
            return ENTRY if carried is None else Content(carried)
        case "increase_admitted":
            return _same_as(_FIRST_FORM, "admitted", line)
        case _:
            return ENTRY


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
    total = f"{last}+N({_at('KN-1', 'admitted', line)})"
    if line.kind == "empty":
        return Content("", f'=IF({_at("KN-1", "cell_name", line)}="","",{total})')
    return Content(last, f"={total}")


def _attainment(line: Line, row: Row) -> Content:
    admitted, target = (_at("KN-1", field, line) for field in ("admitted_ytd", "year_target"))
    formula = f'=IF(OR(N({target})=0,{admitted}=""),"",ROUND(100*N({admitted})/{target},1))'
    target_now = _number(row["year_target"])
    if not target_now or row["admitted_ytd"].value in (None, ""):
        return Content("", formula)
    # Tenths of a percent, the half rounded up as the spreadsheet's ROUND does.
    return Content(int(1000 * _number(row["admitted_ytd"]) / target_now + 0.5) / 10, formula)


def _closing(line: Line, opening: Content) -> Content:
    start = _at("KN-3", "opening", line)
    more, less = (
        f"SUM({_at('KN-3', first, line)}:{_at('KN-3', last, line)})"
        for first, last in (
            ("increase_admitted", "increase_reinstated"),
            ("decrease_transferred_out", "decrease_resigned"),
        )
    )
    value: CellValue = "" if opening.value is None else opening.value
    return Content(value, f'=IF({start}="","",{start}+{more}-{less})')


# ------------------------------------------------------------------------------------------ sections and total


def _sum_row(blank: Blank, form: str, line: Line, cells: dict[int, Row]) -> Row:
    below = [cells[number] for first, last in line.adds for number in range(first, last + 1)]
    row: Row = {"ordinal": Content(line.ordinal or None), "cell_name": Content(line.name)}
    for field in fields_of(form):
        if field.name == "note":
            row[field.name] = ENTRY
        elif field.is_number and field.name not in _NO_SUMS:
            total = int(sum(_number(cell[field.name]) for cell in below))
            row[field.name] = Content(total, f"=SUM({_ranges(form, field.name, line)})")
        else:
            row.setdefault(field.name, _NOTHING)
    if form == "KN-1":
        if line.kind == "total" and blank.year_target is not None:
            row["year_target"] = _target_of_all(blank.year_target, below, _ranges(form, "year_target", line))
        row["attainment_pct"] = _attainment(line, row)
    if form == "KN-3":
        row["mean_age"] = Content("", _mean_age(line))
    return row


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
