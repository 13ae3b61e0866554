"""How a form looks on a sheet of the commission's: heading, header rows, column widths, signature block.

What fills the rows in between (the samples, the blank workbooks) writes them with the same pen and the same styles.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reference.fields import Field, Form, fields_of, forms

#: What stands in a sheet's cell: a number, yes/no, text, or nothing.
CellValue = int | float | bool | str | None

#: Rows of the spreadsheet program (from 1).
TITLE_ROW = 4
HEADER_ROW = 7
FIRST_LINE_ROW = 10

#: Name of the row that adds the others up.
TOTAL_NAME = "TỔNG CỘNG"

_TEXT_WIDTHS = {"ordinal": 5.0, "cell_name": 50.0, "cell_type": 13.0, "note": 24.0, "commune_name": 30.0}
_NUMBER_WIDTH = 8.5
_A4, _A3 = 9, 8
#: A table with more columns than this is printed on A3.
_WIDEST_ON_A4 = 23
#: Heights in points.
GROUP_HEIGHT, HEADER_HEIGHT, LINE_HEIGHT = 46, 66, 19

_FONT: Mapping[str, object] = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_CENTRE = {"align": "center", "text_wrap": True}
STYLES: Mapping[str, Mapping[str, object]] = {
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


def column_of(form: str, field: str) -> str:
    """`H`: the column in which the form has the field."""
    position = next(known.position for known in fields_of(form) if known.name == field)
    return str(xl_col_to_name(position - 1))


def address(form: str, field: str, line_number: int) -> str:
    """`H12`: where the field of a line stands."""
    return f"{column_of(form, field)}{row_of(line_number)}"


def form_called(form: str) -> Form:
    """The form with its sheet's name and title."""
    return next(known for known in forms() if known.form == form)


def sheet_name(form: str) -> str:
    """The name that the form's sheet has when it is issued."""
    return form_called(form).sheet_vi


@dataclass(frozen=True)
class Pen:
    """A worksheet with its workbook's formats by name; rows and columns count from 0, as in xlsxwriter."""

    sheet: Worksheet
    formats: Mapping[str, Any]

    def write(self, row: int, column: int, value: CellValue, style: str) -> None:
        """Text is written as text, whatever it begins with; only `formula` makes formulas."""
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, self.formats[style])
        elif isinstance(value, str):
            self.sheet.write_string(row, column, value, self.formats[style])
        else:
            self.sheet.write_number(row, column, value, self.formats[style])

    def formula(self, row: int, column: int, formula: str, cached: CellValue, style: str) -> None:
        """`cached` is what programs that do not calculate show."""
        self.sheet.write_formula(row, column, formula, self.formats[style], cached)

    def across(self, row: int, first: int, last: int, text: str, style: str, rows: int = 1) -> None:
        """Text over columns `first` to `last` and `rows` rows, merged when that is more than one cell."""
        if first == last and rows == 1:
            self.write(row, first, text, style)
        else:
            self.sheet.merge_range(row, first, row + rows - 1, last, "", self.formats[style])
            self.write(row, first, text, style)


def workbook_bytes(title: str, author: str, created: date, write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """The bytes of the workbook that `write` fills; the same bytes for the same content."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        # Every formula is written with its right result: nothing has to be calculated when the file is opened.
        workbook.calc_on_load = False
        noon = datetime(created.year, created.month, created.day, 12)
        workbook.set_properties({"title": title, "author": author, "created": noon})
        write(workbook)
    return content.getvalue()


def formats_of(workbook: xlsxwriter.Workbook, styles: Mapping[str, Mapping[str, object]] = STYLES) -> Mapping[str, Any]:
    """The workbook's formats by the names of `styles`."""
    return {name: workbook.add_format({**_FONT, **style}) for name, style in styles.items()}


def pen_for(workbook: xlsxwriter.Workbook, name: str, formats: Mapping[str, Any]) -> Pen:
    """A pen for a new sheet."""
    return Pen(workbook.add_worksheet(name), formats)


def write_heading(pen: Pen, form: Form, superior: str, committee: str, month: date) -> None:
    """Whose form it is (left), its title and month in the middle."""
    last = len(fields_of(form.form)) - 1
    left, right = 2, right_half(last)
    pen.across(0, 0, left, superior, "office")
    pen.across(0, right, last, "ĐẢNG CỘNG SẢN VIỆT NAM", "commune")
    pen.across(1, 0, left, committee, "commune")
    pen.across(TITLE_ROW - 1, 0, last, f"BIỂU {form.form}: {form.title_vi.upper()}", "title")
    pen.across(TITLE_ROW, 0, last, f"Tháng {month.month} năm {month.year}", "month")
    pen.across(TITLE_ROW + 1, right, last, "Đơn vị tính: người", "unit")


def right_half(last: int) -> int:
    """The column where what stands on the right begins, on a sheet whose last column is `last`."""
    return max(last - 7, 3)


def write_headers(pen: Pen, row: int, fields: Sequence[Field]) -> None:
    """Groups above, columns below; a column without a group takes both rows."""
    pen.sheet.set_row(row, GROUP_HEIGHT)
    pen.sheet.set_row(row + 1, HEADER_HEIGHT)
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


def write_column_numbers(pen: Pen, row: int, fields: Sequence[Field], *, bracketed: bool = False) -> None:
    """`A B C 1 2 3`, or `(1) (2) (3)`."""
    letters, numbers = iter("ABCDEF"), iter(range(1, len(fields) + 1))
    plain = [str(next(numbers)) if field.is_number else next(letters) for field in fields]
    brackets = [f"({number})" for number in range(1, len(fields) + 1)]
    for column, text in enumerate(brackets if bracketed else plain):
        pen.write(row, column, text, "column_number")


def write_signatures(pen: Pen, row: int, last: int, signed: str) -> None:
    """The signature block from `row` (from 0) on; `signed` is place and day."""
    right = right_half(last)
    pen.across(row, right, last, signed, "signed on")
    pen.across(row + 1, 0, 1, "NGƯỜI LẬP BIỂU", "signature")
    pen.across(row + 1, right, last, "T/M ĐẢNG ỦY", "signature")
    pen.across(row + 2, right, last, "BÍ THƯ", "signature")


def set_up(pen: Pen, fields: Sequence[Field], frozen: tuple[int, int]) -> None:
    """Column widths, what stays in view (rows and columns above and left of `frozen`), and the printed page."""
    for column, field in enumerate(fields):
        pen.sheet.set_column(column, column, _TEXT_WIDTHS.get(field.name, _NUMBER_WIDTH))
    pen.sheet.set_row(TITLE_ROW - 1, 24)
    pen.sheet.freeze_panes(*frozen)
    pen.sheet.set_landscape()
    pen.sheet.set_paper(_A3 if len(fields) > _WIDEST_ON_A4 else _A4)
    pen.sheet.fit_to_pages(1, 0)
    pen.sheet.repeat_rows(frozen[0] - 3, frozen[0] - 1)
    pen.sheet.set_margins(left=0.4, right=0.3, top=0.5, bottom=0.5)
    pen.sheet.hide_gridlines(2)
