"""The workbook as the commission issues it: title block, two header rows, sections, total row, signatures.

In: a Report or Targets. Out: the bytes of an .xlsx file, the same for the same figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reference.fields import Field, Form, fields_of, forms
from samples.city import Commune
from samples.model import NOT_ADDED, TOTAL_NAME, Line, Report, Sheet, Targets, Value
from samples.months import first_day, month_of_year, year_of

#: Rows of the spreadsheet program (from 1).
TITLE_ROW = 4
HEADER_ROW = 7
FIRST_LINE_ROW = 10
#: Where the table of a CT-1 begins: it has one title row more and no column numbers.
TARGETS_HEADER_ROW = 8

_TEXT_FIELDS = {"ordinal": 5.0, "cell_name": 50.0, "cell_type": 13.0, "note": 24.0, "commune_name": 30.0}
_NUMBER_WIDTH = 8.5
_A4, _A3 = 9, 8
#: Heights in points.
_GROUP_HEIGHT, _HEADER_HEIGHT, _LINE_HEIGHT = 46, 66, 19

_FONT: Mapping[str, object] = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_CENTRE = {"align": "center", "text_wrap": True}
_STYLES: Mapping[str, Mapping[str, object]] = {
    "office": {**_CENTRE, "font_size": 12},
    "commune": {**_CENTRE, "font_size": 12, "bold": True, "underline": 1},
    "title": {**_CENTRE, "font_size": 14, "bold": True},
    "month": {**_CENTRE, "font_size": 12, "italic": True},
    "unit": {"align": "right", "italic": True, "font_size": 10},
    "header": {**_CENTRE, "bold": True, "border": 1, "bg_color": "#E7EDF4"},
    "column_number": {**_CENTRE, "italic": True, "font_size": 9, "border": 1},
    "text": {"border": 1, "text_wrap": True},
    "centred": {**_CENTRE, "border": 1},
    "count": {"align": "center", "border": 1, "num_format": "0"},
    "decimal": {"align": "center", "border": 1, "num_format": "0.0"},
    "bold text": {"border": 1, "bold": True, "text_wrap": True},
    "bold centred": {**_CENTRE, "border": 1, "bold": True},
    "bold count": {"align": "center", "border": 1, "bold": True, "num_format": "0"},
    "bold decimal": {"align": "center", "border": 1, "bold": True, "num_format": "0.0"},
    "signature": {**_CENTRE, "bold": True, "font_size": 12},
    "signed on": {**_CENTRE, "italic": True, "font_size": 12},
    "remark": {"italic": True, "text_wrap": True, "valign": "top"},
}


def row_of(line_number: int) -> int:
    """The spreadsheet row of a sheet's line (both from 1)."""
    return FIRST_LINE_ROW + line_number - 1


def address(form: str, field: str, line_number: int) -> str:
    """`H12`: where the field of a line stands."""
    position = next(f.position for f in fields_of(form) if f.name == field)
    return f"{xl_col_to_name(position - 1)}{row_of(line_number)}"


def sheet_name(form: str) -> str:
    return _form(form).sheet_vi


def _form(form: str) -> Form:
    return next(known for known in forms() if known.form == form)


@dataclass(frozen=True)
class _Pen:
    """A worksheet with its workbook's formats by name; rows and columns count from 0, as in xlsxwriter."""

    sheet: Worksheet
    formats: Mapping[str, Any]

    def write(self, row: int, column: int, value: Value | str, style: str) -> None:
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, self.formats[style])
        elif isinstance(value, str):
            self.sheet.write_string(row, column, value, self.formats[style])
        else:
            self.sheet.write_number(row, column, value, self.formats[style])

    def formula(self, row: int, column: int, formula: str, cached: Value, style: str) -> None:
        self.sheet.write_formula(row, column, formula, self.formats[style], cached)

    def across(self, row: int, first: int, last: int, text: str, style: str, rows: int = 1) -> None:
        """Text over columns `first` to `last` and `rows` rows, merged when that is more than one cell."""
        if first == last and rows == 1:
            self.write(row, first, text, style)
        else:
            self.sheet.merge_range(row, first, row + rows - 1, last, text, self.formats[style])


def _workbook_bytes(title: str, author: str, created: date, write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        noon = datetime(created.year, created.month, created.day, 12)
        workbook.set_properties({"title": title, "author": author, "created": noon})
        write(workbook)
    return content.getvalue()


def _pen(workbook: xlsxwriter.Workbook, name: str, formats: Mapping[str, Any]) -> _Pen:
    return _Pen(workbook.add_worksheet(name), formats)


def _formats(workbook: xlsxwriter.Workbook) -> Mapping[str, Any]:
    return {name: workbook.add_format({**_FONT, **style}) for name, style in _STYLES.items()}


# -------------------------------------------------------------------------------------------- monthly reports


@dataclass(frozen=True)
class Signing:
    """The signature block: when (a day of the month after, as in life) the report was signed."""

    day: date


def report_bytes(report: Report, signing: Signing, kept_totals: frozenset[tuple[str, str]] = frozenset()) -> bytes:
    """The commune's workbook. `kept_totals`: (form, field) whose total is a typed number, not a formula."""
    month = f"{month_of_year(report.month):02d}/{year_of(report.month)}"

    def write(workbook: xlsxwriter.Workbook) -> None:
        formats = _formats(workbook)
        for sheet in report.sheets:
            typed = frozenset(field for form, field in kept_totals if form == sheet.form)
            pen = _pen(workbook, sheet_name(sheet.form), formats)
            _write_sheet(pen, report, sheet, signing, typed)

    title = f"Biểu kết nạp đảng viên tháng {month}"
    return _workbook_bytes(title, f"Đảng ủy {report.commune.name}", signing.day, write)


def _write_sheet(pen: _Pen, report: Report, sheet: Sheet, signing: Signing, typed: frozenset[str]) -> None:
    fields = fields_of(sheet.form)
    last = len(fields) - 1
    form = _form(sheet.form)
    left, right = 2, max(last - 7, 3)
    pen.across(0, 0, left, "ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "office")
    pen.across(0, right, last, "ĐẢNG CỘNG SẢN VIỆT NAM", "commune")
    pen.across(1, 0, left, f"ĐẢNG ỦY {report.commune.name.upper()}", "commune")
    pen.across(TITLE_ROW - 1, 0, last, f"BIỂU {form.form}: {form.title_vi.upper()}", "title")
    month = f"Tháng {month_of_year(report.month)} năm {year_of(report.month)}"
    pen.across(TITLE_ROW, 0, last, month, "month")
    pen.across(TITLE_ROW + 1, right, last, "Đơn vị tính: người", "unit")
    _write_headers(pen, HEADER_ROW - 1, fields)
    _write_column_numbers(pen, HEADER_ROW + 1, fields, report.commune)
    for number, line in enumerate(sheet.lines, start=1):
        _write_line(pen, row_of(number), sheet, line, report.commune.zero, typed)
    _write_signatures(pen, row_of(len(sheet.lines)) + 1, last, report.commune.short_name, signing.day)
    _set_up(pen, fields, frozen=(FIRST_LINE_ROW - 1, 2), paper=_A3 if last > 22 else _A4)


def _set_up(pen: _Pen, fields: tuple[Field, ...], frozen: tuple[int, int], paper: int) -> None:
    for column, field in enumerate(fields):
        pen.sheet.set_column(column, column, _TEXT_FIELDS.get(field.name, _NUMBER_WIDTH))
    pen.sheet.set_row(TITLE_ROW - 1, 24)
    pen.sheet.freeze_panes(*frozen)
    pen.sheet.set_landscape()
    pen.sheet.set_paper(paper)
    pen.sheet.fit_to_pages(1, 0)
    pen.sheet.repeat_rows(frozen[0] - 3, frozen[0] - 1)
    pen.sheet.set_margins(left=0.4, right=0.3, top=0.5, bottom=0.5)
    pen.sheet.hide_gridlines(2)


def _write_headers(pen: _Pen, row: int, fields: tuple[Field, ...]) -> None:
    """Groups above, columns below; a column without a group takes both rows."""
    pen.sheet.set_row(row, _GROUP_HEIGHT)
    pen.sheet.set_row(row + 1, _HEADER_HEIGHT)
    column = 0
    while column < len(fields):
        group = fields[column].group_vi
        if not group:
            pen.across(row, column, column, fields[column].header_vi, "header", rows=2)
            column += 1
            continue
        end = column
        while end + 1 < len(fields) and fields[end + 1].group_vi == group:
            end += 1
        pen.across(row, column, end, group, "header")
        for below in range(column, end + 1):
            pen.write(row + 1, below, fields[below].header_vi, "header")
        column = end + 1


def _write_column_numbers(pen: _Pen, row: int, fields: tuple[Field, ...], commune: Commune) -> None:
    """`A B C 1 2 3`, or `(1) (2) (3)` where the clerk likes it so."""
    letters, numbers = iter("ABCDEF"), iter(range(1, len(fields) + 1))
    plain = [str(next(numbers)) if field.is_number else next(letters) for field in fields]
    bracketed = [f"({number})" for number in range(1, len(fields) + 1)]
    for column, text in enumerate(bracketed if commune.brackets else plain):
        pen.write(row, column, text, "column_number")


def _write_line(pen: _Pen, row: int, sheet: Sheet, line: Line, zero: str, typed: frozenset[str]) -> None:
    pen.sheet.set_row(row - 1, _LINE_HEIGHT)
    bold = "" if line.kind == "cell" else "bold "
    texts = {"ordinal": line.ordinal, "cell_name": line.name, "cell_type": line.cell_type, "note": line.note}
    for column, field in enumerate(fields_of(sheet.form)):
        if field.name in texts:
            style = "text" if field.name in ("cell_name", "note") else "centred"
            pen.write(row - 1, column, texts[field.name], bold + style)
            continue
        value = line.values[field.name]
        style = bold + ("decimal" if field.type in ("percent", "years") else "count")
        if field.type == "flag":
            pen.write(row - 1, column, _yes_or_no(value), bold + "centred")
        elif line.kind == "cell" and value == 0 and zero != "0" and field.type == "count":
            pen.write(row - 1, column, zero, style)
        elif line.kind == "cell" or field.name in NOT_ADDED or (line.kind == "total" and field.name in typed):
            pen.write(row - 1, column, value, style)
        else:
            pen.formula(row - 1, column, _sum_formula(sheet, line, xl_col_to_name(column)), value, style)


def _yes_or_no(value: Value) -> str:
    return "" if value is None else "có" if value else "không"


def _sum_formula(sheet: Sheet, line: Line, column: str) -> str:
    """A section adds the rows below it; the total adds the sections."""
    sections = [n for n, known in enumerate(sheet.lines, start=1) if known.kind == "section"]
    if line.kind == "total":
        return "=" + "+".join(f"{column}{row_of(number)}" for number in sections)
    start = sheet.lines.index(line) + 1
    end = next((n for n in sections if n > start), len(sheet.lines)) - 1
    return f"=SUM({column}{row_of(start + 1)}:{column}{row_of(end)})"


def _write_signatures(pen: _Pen, row: int, last: int, place: str, day: date) -> None:
    right = max(last - 7, 3)
    signed = f"{place}, ngày {day.day:02d} tháng {day.month} năm {day.year}"
    pen.across(row, right, last, signed, "signed on")
    pen.across(row + 1, 0, 1, "NGƯỜI LẬP BIỂU", "signature")
    pen.across(row + 1, right, last, "T/M ĐẢNG ỦY", "signature")
    pen.across(row + 2, right, last, "BÍ THƯ", "signature")


# ---------------------------------------------------------------------------------------------------- targets


def targets_bytes(targets: Targets) -> bytes:
    """The CT-1 workbook of the commission."""
    effective = first_day(targets.effective)
    term = f"Nhiệm kỳ {targets.years[0]}–{targets.years[-1]}"

    def write(workbook: xlsxwriter.Workbook) -> None:
        _write_targets(_pen(workbook, sheet_name("CT-1"), _formats(workbook)), targets, term, effective)

    return _workbook_bytes(f"Chỉ tiêu kết nạp đảng viên {term}", "Ban Tổ chức Thành ủy Lai Châu", effective, write)


def _target_columns(targets: Targets) -> tuple[tuple[Field, str], ...]:
    """The CT-1's fields with their header; the year's field once for each year of the term."""
    columns: list[tuple[Field, str]] = []
    for field in fields_of("CT-1"):
        if field.name == "year_target":
            columns += [(field, field.header_vi.format(year=year)) for year in targets.years]
        else:
            columns.append((field, field.header_vi))
    return tuple(columns)


def _write_targets(pen: _Pen, targets: Targets, term: str, effective: date) -> None:
    columns = _target_columns(targets)
    last = len(columns) - 1
    form = _form("CT-1")
    pen.across(0, 0, 2, "THÀNH ỦY LAI CHÂU", "office")
    pen.across(0, 4, last, "ĐẢNG CỘNG SẢN VIỆT NAM", "commune")
    pen.across(1, 0, 2, "BAN TỔ CHỨC", "commune")
    pen.across(TITLE_ROW - 1, 0, last, f"BIỂU {form.form}: {form.title_vi.upper()}", "title")
    pen.across(TITLE_ROW, 0, last, term, "month")
    pen.across(TITLE_ROW + 1, 0, last, f"Có hiệu lực từ ngày {effective:%d/%m/%Y}", "month")
    header = TARGETS_HEADER_ROW - 1
    pen.sheet.set_row(header + 1, _GROUP_HEIGHT)
    numbers = [column for column, (field, _) in enumerate(columns) if field.is_number]
    pen.across(header, numbers[0], numbers[-1], form.sheet_vi, "header")
    for column, (field, text) in enumerate(columns):
        if field.is_number:
            pen.write(header + 1, column, text, "header")
        else:
            pen.across(header, column, column, text, "header", rows=2)
    first = header + 2
    for number, line in enumerate(targets.lines, start=1):
        figures = (line.term, *line.years)
        pen.write(first + number - 1, 0, str(number), "centred")
        pen.write(first + number - 1, 1, line.commune.name, "text")
        for column, figure in zip(numbers, figures, strict=True):
            pen.write(first + number - 1, column, figure, "count")
        pen.write(first + number - 1, last, "", "text")
    total = first + len(targets.lines)
    pen.write(total, 0, "", "bold centred")
    pen.write(total, 1, TOTAL_NAME, "bold text")
    for position, column in enumerate(numbers):
        letter = xl_col_to_name(column)
        cached = sum((line.term, *line.years)[position] for line in targets.lines)
        pen.formula(total, column, f"=SUM({letter}{first + 1}:{letter}{total})", cached, "bold count")
    pen.write(total, last, "", "bold text")
    if targets.note:
        pen.across(total + 1, 0, last, targets.note, "remark", rows=2)
    signed = f"Lai Châu, ngày {effective.day:02d} tháng {effective.month} năm {effective.year}"
    pen.across(total + 4, 4, last, signed, "signed on")
    pen.across(total + 5, 0, 1, "NGƯỜI LẬP BIỂU", "signature")
    pen.across(total + 5, 4, last, "TRƯỞNG BAN", "signature")
    _set_up(pen, tuple(field for field, _ in columns), frozen=(first, 2), paper=_A4)
