"""A plan and a month's figures on a sheet (title, headers, cells, sections, total, signature), and their truth."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from benchmarks.messy import truth
from benchmarks.messy.figures import Cell, Row, Value, decoy
from benchmarks.messy.plan import Plan, Planned, Style

_TOTALS = ("TỔNG CỘNG", "Tổng cộng", "Cộng", "Tổng số", "TỔNG", "Cộng toàn đảng bộ", "Toàn đảng bộ")
_ROMAN = ("I", "II", "III", "IV", "V")
# What is known of every cell stands everywhere; the rest is now and then left blank.
_NEVER_BLANK = {"admitted", "candidates", "opening", "closing", "class_type", "started_on", "participants"}
_NOT_SUMMED = {"attainment_pct", "mean_age", "head_is_member", "class_type", "started_on", "days"}

Place = tuple[int, int]


@dataclass(frozen=True)
class Office:
    """Whose report it is."""

    code: str
    name: str
    unit: str

    @property
    def full_name(self) -> str:
        return f"{self.unit} {self.name}"


@dataclass
class Sheet:
    """What stands where (rows and columns from 1), what is merged, and which cells are percentages or dates."""

    name: str
    cells: dict[Place, Value] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    percentages: set[Place] = field(default_factory=set)


def letter(column: int) -> str:
    """A for 1, AA for 27."""
    before, last = divmod(column - 1, 26)
    return (letter(before) if before else "") + chr(ord("A") + last)


def render(
    rng: Random, plan: Plan, office: Office, month: date, cells: list[Cell], rows: list[Row], only_total: bool = False
) -> tuple[Sheet, truth.Form]:
    """The sheet of one form and what is true of it."""
    sheet = Sheet(plan.sheet)
    rows = [_with_blanks(rng, line, plan.style.blanks) for line in rows]
    top = _title(rng, sheet, plan, office, month)
    row = _headers(sheet, plan, top)
    lines: list[truth.Line] = []
    total = rng.choice(_TOTALS)
    wanted = plan.style.total
    if wanted == "above" or only_total:
        _sums(sheet, plan, row, total, rows, None)
        row += 1
    if not only_total:
        row = _body(rng, sheet, plan, row, cells, rows, lines)
        if wanted == "below":
            _sums(sheet, plan, row, total, rows, None)
            row += 1
    if plan.style.signature:
        width = len(plan.columns)
        sheet.cells[row + 1, 2] = "Người lập biểu"
        sheet.cells[row + 1, max(3, width - 3)] = "T/M ĐẢNG ỦY"
        sheet.cells[row + 2, max(3, width - 3)] = "BÍ THƯ"
    columns = tuple(
        truth.Column(letter(place), " / ".join(" ".join(text.split()) for text in column.path), *_whose(column))
        for place, column in enumerate(plan.columns, 1)
    )
    return sheet, truth.Form(plan.form, plan.sheet, columns, tuple(lines))


def _with_blanks(rng: Random, row: Row, share: float) -> Row:
    """Now and then a figure that its cell did not report; the sums are of what stands on the sheet."""
    return {name: None if name not in _NEVER_BLANK and rng.random() < share else value for name, value in row.items()}


def _whose(column: Planned) -> tuple[str | None, bool]:
    return column.field, column.ambiguous


def _title(rng: Random, sheet: Sheet, plan: Plan, office: Office, month: date) -> int:
    """The title block; the row in which the headers begin."""
    when = rng.choice(("Tháng {0.month} năm {0.year}", "Tháng {0:%m}/{0:%Y}", "Kỳ báo cáo: tháng {0:%m} năm {0.year}"))
    if plan.style.title == "none":
        return 1
    if plan.style.title == "line":
        sheet.cells[1, 1] = f"{office.full_name} - {plan.title.lower()} - {when.format(month)}"
        return 2
    if plan.style.title == "lines":
        sheet.cells[1, 1] = f"Đảng ủy {office.unit.lower()} {office.name}"
        sheet.cells[2, 1] = f"{plan.title} {when.format(month).lower()}"
        return 3
    width = len(plan.columns)
    sheet.cells[1, 1] = "ĐẢNG BỘ THÀNH PHỐ LAI CHÂU"
    sheet.cells[2, 1] = f"ĐẢNG ỦY {office.full_name}".upper()
    sheet.cells[1, max(4, width - 3)] = "ĐẢNG CỘNG SẢN VIỆT NAM"
    if rng.random() < 0.3:
        later = date(month.year + month.month // 12, month.month % 12 + 1, rng.randint(1, 5))
        sheet.cells[2, max(4, width - 3)] = f"{office.name}, ngày {later.day} tháng {later.month} năm {later.year}"
    sheet.cells[4, 1] = plan.title.upper()
    sheet.merges.append((4, 1, 4, width))
    sheet.cells[5, 1] = when.format(month)
    sheet.merges.append((5, 1, 5, width))
    return rng.choice((7, 7, 6, 8))


def _headers(sheet: Sheet, plan: Plan, top: int) -> int:
    """The header rows and the row of column numbers; the first row below."""
    columns, style = plan.columns, plan.style
    height = max(len(column.path) for column in columns) + style.split_rows
    for level in range(height):
        place = 1
        while place <= len(columns):
            path = columns[place - 1].path
            end = place
            if level < len(path) - 1:
                while end < len(columns) and _is_under(columns[end], path[: level + 1]):
                    end += 1
            if level < len(path):
                _header(sheet, style, path, level, (top, place, end), height)
            place = end + 1
    bottom = top + height
    if style.number_row is not None:
        for place in range(1, len(columns) + 1):
            sheet.cells[bottom, place] = _number(style.number_row, place)
        bottom += 1
    return bottom


def _is_under(column: Planned, above: tuple[str, ...]) -> bool:
    return len(column.path) > len(above) and column.path[: len(above)] == above


def _header(
    sheet: Sheet, style: Style, path: tuple[str, ...], level: int, place: tuple[int, int, int], height: int
) -> None:
    top, left, right = place
    row, text = top + level, path[level]
    is_leaf = level == len(path) - 1
    if style.split_rows and is_leaf and " " in text and row < top + height - 1:
        parts = text.replace("\n", " ").split(" ")
        half = (len(parts) + 1) // 2
        sheet.cells[row, left], sheet.cells[row + 1, left] = " ".join(parts[:half]), " ".join(parts[half:])
        return
    sheet.cells[row, left] = text
    below = top + height - 1 if is_leaf else row
    if style.merged and (below, right) != (row, left):
        sheet.merges.append((row, left, below, right))


def _number(way: str, place: int) -> Value:
    if way == "(1)":
        return f"({place})"
    return "AB"[place - 1] if place < 3 else place - 2


def _body(
    rng: Random, sheet: Sheet, plan: Plan, row: int, cells: list[Cell], rows: list[Row], lines: list[truth.Line]
) -> int:
    with_sections = plan.style.sections if plan.form != "BD-1" else None
    section: str | None = None
    sections = 0
    for number, figures in enumerate(rows, 1):
        cell = cells[number - 1] if plan.form != "BD-1" else None
        if with_sections and cell and cell.section != section:
            section = cell.section
            members = [line for owner, line in zip(cells, rows, strict=True) if owner.section == section]
            of_section = members if with_sections == "sums" else []
            _sums(sheet, plan, row, cell.section_label, of_section, _ROMAN[sections])
            sections += 1
            row += 1
        lines.append(_line(rng, sheet, plan, row, number, cell, figures))
        row += 1
    return row


def _line(rng: Random, sheet: Sheet, plan: Plan, row: int, number: int, cell: Cell | None, figures: Row) -> truth.Line:
    values: dict[str, truth.Item] = {}
    for place, column in enumerate(plan.columns, 1):
        at = (row, place)
        if column.source == "field" and column.field is not None:
            value = _put(sheet, plan.style, at, column.field, figures[column.field])
            values[column.field] = truth.Item(value, f"{letter(place)}{row}")
        elif column.source == "stt":
            sheet.cells[at] = str(number) if plan.style.text_numbers else number
        elif column.source == "name" and cell:
            sheet.cells[at] = cell.name
        elif column.source == "type" and cell:
            sheet.cells[at] = cell.cell_type
        elif column.source == "unclear" and column.near is not None:
            _put(sheet, plan.style, at, column.near, figures[column.near])
        elif column.near is not None:
            real = figures[column.near]
            sheet.cells[at] = decoy(rng, column.source, real if isinstance(real, int) else 0)
        elif column.source == "note" and rng.random() < 0.1:
            sheet.cells[at] = rng.choice(("đã báo cáo", "chi bộ mới chia tách", "chưa đủ HS", "mới sáp nhập"))
    return truth.Line(row, cell.name if cell else None, values)


def _put(sheet: Sheet, style: Style, at: Place, name: str, value: Value) -> Value:
    """A figure as this office writes it; what is true of the cell."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        yes, no = style.yes_no.split("/")
        sheet.cells[at] = yes if value else no
        return value if yes != "x" or value else None
    if name == "attainment_pct" and isinstance(value, int | float):
        return _put_percentage(sheet, style, at, float(value))
    if value == 0 and not isinstance(value, str):
        sheet.cells[at] = "-" if style.zero == "-" else "0" if style.text_numbers else 0
    elif style.text_numbers and isinstance(value, int | float):
        sheet.cells[at] = str(value).replace(".", ",")
    elif style.text_numbers and isinstance(value, date):
        sheet.cells[at] = f"{value:%d/%m/%Y}"
    else:
        sheet.cells[at] = value
    return value


def _put_percentage(sheet: Sheet, style: Style, at: Place, value: float) -> Value:
    if style.percent == "ratio" and not style.text_numbers:
        sheet.cells[at] = round(value / 100, 4)
        sheet.percentages.add(at)
    elif style.percent == "text":
        sheet.cells[at] = f"{value:g}".replace(".", ",") + "%"
    elif style.percent == "comma" or style.text_numbers:
        sheet.cells[at] = f"{value:g}".replace(".", ",")
    else:
        sheet.cells[at] = value
    return value


def _sums(sheet: Sheet, plan: Plan, row: int, label: str, rows: list[Row], roman: str | None) -> None:
    """A total's row, or a section's (with a Roman numeral; its sums when there are rows to add)."""
    numbered = any(column.source == "stt" for column in plan.columns)
    named = next((place for place, column in enumerate(plan.columns, 1) if column.source == "name"), 1)
    first = next(place for place, column in enumerate(plan.columns, 1) if column.source == "stt") if numbered else 0
    if roman and numbered:
        sheet.cells[row, first] = roman
        sheet.cells[row, named] = label
    elif roman:
        sheet.cells[row, named] = f"{roman}. {label}"
    else:
        sheet.cells[row, named if plan.form != "BD-1" else 1] = label
    for place, column in enumerate(plan.columns, 1):
        if column.source != "field" or column.field is None or column.field in _NOT_SUMMED or not rows:
            continue
        given = [value for line in rows if isinstance(value := line[column.field], int)]
        _put(sheet, plan.style, (row, place), column.field, sum(given))
