"""An official form as a sheet: heading left, title in the middle, form number right, the rows, the signatures."""

from collections.abc import Mapping, Sequence
from datetime import date

import xlsxwriter

from outbox.filled_forms.heading import heading_of, period_in_words
from outbox.filled_forms.published_forms import FormLine, Office, last_month_of
from reference.offices import place_of
from reference.sheet_layout import STYLES, Pen, form_called, formats_of, pen_for, workbook_bytes

NOTES_SHEET = "Ghi chú"

#: Rows and columns from 0, as in xlsxwriter.
_TITLE_ROW, _HEADER_ROW = 3, 7
_FIRST_ROW = _HEADER_ROW + 2
_LABEL, _THIS, _LAST, _PCT = range(4)
_HEADER = ("Tiêu chí", "Kỳ này", "Cùng kỳ năm trước", "(%) kỳ này so với cùng kỳ năm trước")
_NUMBERS = ("1", "2", "3", "4(=2*100/3)")
_WIDTHS = (74.0, 12.0, 14.0, 18.0)
_STYLES: Mapping[str, Mapping[str, object]] = {
    **STYLES,
    "percent": {"align": "center", "border": 1, "num_format": "0.00"},
}


def official_bytes(period: str, office: Office, forms: Mapping[str, Sequence[FormLine]], scope: str) -> bytes:
    """The workbook with a sheet for each of `forms` and one that names what is blank, and why."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        formats = formats_of(workbook, _STYLES)
        for form, lines in forms.items():
            _write_form(pen_for(workbook, form, formats), form, period, office, lines, scope)
        _write_notes(pen_for(workbook, NOTES_SHEET, formats), forms)

    end = last_month_of(period)
    title = f"{' và '.join(forms)} {period_in_words(period).lower()}"
    return workbook_bytes(title, "Ban Tổ chức", date(end.year, end.month, 28), write)


def _write_form(pen: Pen, form: str, period: str, office: Office, lines: Sequence[FormLine], scope: str) -> None:
    superior, committee = heading_of(office, scope)
    pen.write(0, _LABEL, superior, "office")
    pen.across(0, _LAST, _PCT, f"Biểu số {form}", "office")
    pen.write(1, _LABEL, committee, "commune")
    for row, text in enumerate(("THỐNG KÊ", form_called(form).title_vi.upper()), start=_TITLE_ROW):
        pen.across(row, _LABEL, _PCT, text, "title")
    pen.across(_TITLE_ROW + 2, _LABEL, _PCT, period_in_words(period), "month")
    for column, (text, number) in enumerate(zip(_HEADER, _NUMBERS, strict=True)):
        pen.write(_HEADER_ROW, column, text, "header")
        pen.write(_HEADER_ROW + 1, column, number, "column_number")
        pen.sheet.set_column(column, column, _WIDTHS[column])
    for row, line in enumerate(lines, start=_FIRST_ROW):
        _write_line(pen, row, line)
    below = _FIRST_ROW + len(lines) + 1
    pen.across(below, _THIS, _PCT, f"{place_of(office.name)}, ngày …… tháng …… năm ………", "signed on")
    pen.write(below + 1, _LABEL, "NGƯỜI LẬP BIỂU", "signature")
    pen.across(below + 1, _THIS, _PCT, "TRƯỞNG BAN", "signature")
    pen.sheet.freeze_panes(_FIRST_ROW, 1)
    pen.sheet.set_paper(9)
    pen.sheet.fit_to_pages(1, 0)
    pen.sheet.repeat_rows(_HEADER_ROW, _HEADER_ROW + 1)
    pen.sheet.hide_gridlines(2)


def _write_line(pen: Pen, row: int, line: FormLine) -> None:
    pen.write(row, _LABEL, line.label, "text" if line.field else "bold text")
    style = "decimal" if line.field == "mean_age" else "count"
    pen.write(row, _THIS, line.this_period, style)
    pen.write(row, _LAST, line.same_period_last_year, style)
    if line.field is None:
        pen.write(row, _PCT, None, "percent")
        return
    this, last = f"B{row + 1}", f"C{row + 1}"
    # A quotient of what is not known, or by nothing, stays blank; so does the result saved with the formula.
    formula = f'=IF(OR({this}="",N({last})=0),"",{this}*100/{last})'
    pen.formula(row, _PCT, formula, "" if line.pct is None else line.pct, "percent")


def _write_notes(pen: Pen, forms: Mapping[str, Sequence[FormLine]]) -> None:
    """Which cells are blank, and what is to be known of others.

    The columns are named by their numbers: in the words of the header the sheet would read as a form itself.
    """
    pen.across(0, 0, 3, "NHỮNG Ô ĐỂ TRỐNG VÀ ĐIỀU CẦN LƯU Ý", "title")
    for column, (text, width) in enumerate((("Biểu", 12.0), ("Dòng", 70.0), ("Cột", 8.0), ("Lý do", 80.0))):
        pen.write(2, column, text, "header")
        pen.sheet.set_column(column, column, width)
    row = 3
    for form, lines in forms.items():
        for line in lines:
            for columns, message in _notes_of(line):
                for column, text in enumerate((form, line.label, columns, message)):
                    pen.write(row, column, text, "centred" if column in (0, 2) else "text")
                row += 1
    if row == 3:
        pen.across(row, 0, 3, "Không có ô nào để trống.", "remark")
    pen.sheet.freeze_panes(3, 0)


def _notes_of(line: FormLine) -> list[tuple[str, str]]:
    if line.field is None:
        return []
    if line.message and line.message == line.message_last_year:
        return [("2, 3", line.message)]
    both = (("2", line.message), ("3", line.message_last_year))
    return [(column, message) for column, message in both if message]
