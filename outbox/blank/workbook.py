"""A blank workbook as the bytes of an .xlsx file; the same bytes for the same knowledge."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from outbox.blank.checks import marks, validation
from outbox.blank.contents import Content, Row, sheet_contents
from outbox.blank.plan import Blank, Line
from outbox.blank.training import write_training
from reference.communes import Commune, all_communes
from reference.fields import MONTHLY_FORMS, TRAINING_FORM, Field, fields_of, forms
from reference.figures import month_name
from reference.issued_sheet import COMMUNE_KEY, ISSUED_SHEET, MONTH
from reference.sheet_layout import (
    FIRST_LINE_ROW,
    HEADER_ROW,
    LINE_HEIGHT,
    STYLES,
    TITLE_ROW,
    Pen,
    form_called,
    formats_of,
    pen_for,
    right_half,
    row_of,
    set_up,
    sheet_name,
    workbook_bytes,
    write_column_numbers,
    write_headers,
    write_heading,
    write_signatures,
)

#: Counts up when the blank workbooks change in a way that somebody who reads them should know.
VERSION = 2

_YELLOW, _BLUE = "#FFF9DB", "#EAF3FB"
#: How a cell looks by what becomes of it (`Content.look`).
_LOOKS: Mapping[str, Mapping[str, object]] = {
    "entry": {"locked": False, "bg_color": _YELLOW},
    "usual": {"locked": False, "bg_color": _BLUE},
    "carried": {"locked": False, "bg_color": _BLUE, "font_color": "#1F4E9E", "italic": True},
    "free": {"locked": False},
}
_STYLES: Mapping[str, Mapping[str, object]] = {
    **STYLES,
    **{
        f"{name} {look}": {**STYLES[name], **style}
        for name in ("text", "centred", "count", "decimal", "bold text")
        for look, style in _LOOKS.items()
    },
    "day free": {**STYLES["centred"], "locked": False, "num_format": "dd/mm/yyyy"},
    "days free": {**STYLES["count"], "locked": False, "num_format": "0.#"},
    "to fill": {"bg_color": _YELLOW},
    "signed on": {**STYLES["signed on"], "locked": False},
    "signature name": {**STYLES["signature"], "locked": False},
    "hint": {"italic": True, "font_size": 10, "text_wrap": True, "align": "left"},
    "disagrees": {"bg_color": "#F8C4C0", "font_color": "#9C0006"},
    "unusual": {"bg_color": "#FFE0A3"},
}
_MAY_STILL = {"format_columns": True, "format_rows": True, "select_locked_cells": True}


def blank_bytes(blank: Blank) -> bytes:
    """The workbook to issue."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        formats = formats_of(workbook, _STYLES)
        for form in MONTHLY_FORMS:
            _write_sheet(pen_for(workbook, sheet_name(form), formats), blank, form)
        _write_training(pen_for(workbook, sheet_name(TRAINING_FORM), formats), blank)
        _write_hidden(workbook, blank)

    title = f"Biểu kết nạp đảng viên tháng {month_name(blank.month, 'vi')}"
    return workbook_bytes(title, "Ban Tổ chức", blank.month, write)


def superior_of(commune: Commune) -> str:
    """The committee above the commune's: the district's, since July 2025 the province's.

    The province is added where another one has a district of that name with a commune of that name in it: a workbook's
    title must say whose it is.
    """
    above = commune.district_name or commune.province_name
    if (commune.name.casefold(), commune.district_name) in _namesakes():
        above = f"{above}, {commune.province_name}"
    return f"ĐẢNG BỘ {above}".upper()


@cache
def _namesakes() -> frozenset[tuple[str, str]]:
    """Names of communes and of their districts that occur in several provinces."""
    provinces = defaultdict(set)
    for each in all_communes():
        if each.district_name:
            provinces[each.name.casefold(), each.district_name].add(each.province_code)
    return frozenset(names for names, codes in provinces.items() if len(codes) > 1)


def _write_sheet(pen: Pen, blank: Blank, form: str) -> None:
    fields = fields_of(form)
    last = len(fields) - 1
    _write_heading(pen, blank, form, _hint(blank))
    write_headers(pen, HEADER_ROW - 1, fields)
    write_column_numbers(pen, HEADER_ROW + 1, fields)
    contents = sheet_contents(blank, form)
    for line in blank.lines:
        pen.sheet.set_row(row_of(line.number) - 1, LINE_HEIGHT)
        for column, field in enumerate(fields):
            _write_cell(pen, line, column, field, contents[line.number][field.name])
    _write_checks(pen, blank, form, contents)
    below = row_of(len(blank.lines)) + 1
    place = blank.commune.name.split(" ", 1)[-1]
    write_signatures(pen, below, last, f"{place}, ngày …… tháng …… năm ………")
    pen.across(below + 6, 0, 1, "", "signature name")
    pen.across(below + 6, right_half(last), last, "", "signature name")
    set_up(pen, fields, frozen=(FIRST_LINE_ROW - 1, 2))
    pen.sheet.protect("", _MAY_STILL)


def _write_heading(pen: Pen, blank: Blank, form: str, hint: str) -> None:
    committee = f"ĐẢNG ỦY {blank.commune.name.upper()}"
    write_heading(pen, form_called(form), superior_of(blank.commune), committee, blank.month)
    pen.across(TITLE_ROW + 1, 0, right_half(len(fields_of(form)) - 1) - 1, hint, "hint")
    pen.sheet.set_row(TITLE_ROW + 1, 42)


def _write_training(pen: Pen, blank: Blank) -> None:
    hint = "Mỗi lớp bồi dưỡng mở trong tháng ghi một dòng. Không mở lớp nào thì để trống cả trang này."
    _write_heading(pen, blank, TRAINING_FORM, hint)
    write_training(pen, blank.month)
    pen.sheet.protect("", _MAY_STILL)


def _hint(blank: Blank) -> str:
    entry = (
        "Ô vàng: phải nhập (không có thì ghi 0, chưa có số liệu thì để trống); trước hết nhập số kết nạp của từng chi"
        " bộ, không kết nạp thì ghi 0. Ô xanh: tự điền khi đã nhập số kết nạp, khác thì nhập đè; chữ xanh nghiêng là số"
        " của kỳ trước, cần xem lại. Ô trắng: đã có sẵn hoặc tự tính."
    )
    if blank.report is None:
        return f"{entry} Chi bộ mới ghi tên ở trang “{sheet_name('KN-1')}”."
    if not blank.goes_on:
        return f"{entry} Chưa có báo cáo kỳ liền trước: đề nghị nhập số đầu tháng và lũy kế."
    return f"{entry} Số đầu tháng và lũy kế lấy theo báo cáo kỳ trước."


def _write_cell(pen: Pen, line: Line, column: int, field: Field, content: Content) -> None:
    row = row_of(line.number) - 1
    style = _style(line, field, content)
    if content.formula is None:
        pen.write(row, column, content.value, style)
    else:
        pen.formula(row, column, content.formula, content.value, style)


def _style(line: Line, field: Field, content: Content) -> str:
    match field.type:
        case "percent" | "years":
            style = "decimal"
        case "count":
            style = "count"
        case _:
            style = "text" if field.name in ("cell_name", "note") else "centred"
    if line.is_sum:
        style = f"bold {style}"
    return f"{style} {content.look}" if content.is_entry else style


# ------------------------------------------------------------------------------------------------------ checks


def _write_checks(pen: Pen, blank: Blank, form: str, contents: Mapping[int, Row]) -> None:
    fields = fields_of(form)
    total = blank.lines[-1]
    target_column = next((column for column, field in enumerate(fields) if field.name == "year_target"), 0)
    letter = xl_col_to_name(target_column)
    targets = ",".join(f"{letter}{row_of(first)}:{letter}{row_of(last)}" for first, last in total.adds)
    for column, field in enumerate(fields):
        for first, last in _runs_of_entries(total, contents, field):
            if options := validation(blank, field, row_of(first), targets):
                pen.sheet.data_validation(row_of(first) - 1, column, row_of(last) - 1, column, options)
    for first, last in total.adds:
        for mark in marks(form, row_of(first)):
            for column, field in enumerate(fields):
                if field.name in mark.fields:
                    pen.sheet.conditional_format(
                        row_of(first) - 1,
                        column,
                        row_of(last) - 1,
                        column,
                        {"type": "formula", "criteria": mark.formula, "format": pen.formats[mark.style]},
                    )
    if form == "KN-1" and blank.year_target is not None:
        row = row_of(total.number) - 1
        differs = {"type": "cell", "criteria": "!=", "value": blank.year_target, "format": pen.formats["disagrees"]}
        pen.sheet.conditional_format(row, target_column, row, target_column, differs)


def _runs_of_entries(total: Line, contents: Mapping[int, Row], field: Field) -> Iterator[tuple[int, int]]:
    """First and last line of each run of cells' rows into which `field` is typed."""
    for first, last in total.adds:
        start: int | None = None
        for number in range(first, last + 2):
            is_entry = number <= last and contents[number][field.name].is_entry
            if is_entry and start is None:
                start = number
            elif not is_entry and start is not None:
                yield start, number - 1
                start = None


# ------------------------------------------------------------------------------------------------ hidden sheet


def _write_hidden(workbook: xlsxwriter.Workbook, blank: Blank) -> None:
    """Keys and values as plain text: what the workbook is, whose, and from what it goes on."""
    sheet = workbook.add_worksheet(ISSUED_SHEET)
    for row, (name, value) in enumerate(_identity(blank)):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.protect("")
    sheet.very_hidden()


def _identity(blank: Blank) -> Iterator[tuple[str, str]]:
    yield "template_version", str(VERSION)
    yield "commune_code", blank.commune.code
    yield COMMUNE_KEY, blank.commune.key
    yield "commune_name", blank.commune.name
    yield MONTH, f"{blank.month:%Y-%m}"
    for form in (*MONTHLY_FORMS, TRAINING_FORM):
        yield f"edition {form}", _edition(form, blank.month.isoformat())
    if blank.report and blank.goes_on:
        yield "carried_from", f"{blank.report.month:%Y-%m}"
        yield "carried_submission", blank.report.submission_id


def _edition(form: str, month: str) -> str:
    """The edition of the form that is used in `month`."""
    known = [edition for edition in forms() if edition.form == form and edition.valid_from <= month]
    current = [edition for edition in known if not edition.valid_to or month < edition.valid_to]
    return (current or [form_called(form)])[-1].edition
