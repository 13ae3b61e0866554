"""The workbook as the commission issues it: title block, two header rows, sections, total row, signatures.

In: a Report or Targets. Out: the bytes of an .xlsx file, the same for the same figures.
"""

from dataclasses import dataclass
from datetime import date

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from reference.fields import Field, fields_of
from reference.sheet_layout import (
    FIRST_LINE_ROW,
    GROUP_HEIGHT,
    HEADER_ROW,
    LINE_HEIGHT,
    TITLE_ROW,
    TOTAL_NAME,
    Pen,
    address,
    form_called,
    formats_of,
    pen_for,
    row_of,
    set_up,
    sheet_name,
    workbook_bytes,
    write_column_numbers,
    write_headers,
    write_heading,
    write_signatures,
)
from samples import training_layout
from samples.model import NOT_ADDED, Line, Report, Sheet, Targets, Value
from samples.months import MERGER, first_day, month_of_year, year_of
from samples.training import classes_of

__all__ = ["Signing", "address", "report_bytes", "sheet_name", "targets_bytes"]

#: Where the table of a CT-1 begins: it has one title row more and no column numbers.
TARGETS_HEADER_ROW = 8


# -------------------------------------------------------------------------------------------- monthly reports


@dataclass(frozen=True)
class Signing:
    """The signature block: when (a day of the month after, as in life) the report was signed."""

    day: date


def report_bytes(report: Report, signing: Signing, kept_totals: frozenset[tuple[str, str]] = frozenset()) -> bytes:
    """The commune's workbook. `kept_totals`: (form, field) whose total is a typed number, not a formula."""
    month = f"{month_of_year(report.month):02d}/{year_of(report.month)}"

    def write(workbook: xlsxwriter.Workbook) -> None:
        formats = formats_of(workbook)
        for sheet in report.sheets:
            typed = frozenset(field for form, field in kept_totals if form == sheet.form)
            pen = pen_for(workbook, sheet_name(sheet.form), formats)
            _write_sheet(pen, report, sheet, signing, typed)
        if classes := classes_of(report.commune, report.month):
            pen = pen_for(workbook, sheet_name(training_layout.FORM), formats)
            training_layout.write_training(pen, report.commune, first_day(report.month), classes)

    title = f"Biểu kết nạp đảng viên tháng {month}"
    return workbook_bytes(title, f"Đảng ủy {report.commune.name}", signing.day, write)


def _write_sheet(pen: Pen, report: Report, sheet: Sheet, signing: Signing, typed: frozenset[str]) -> None:
    fields = fields_of(sheet.form)
    committee = f"ĐẢNG ỦY {report.commune.name.upper()}"
    write_heading(pen, form_called(sheet.form), report.commune.superior, committee, first_day(report.month))
    write_headers(pen, HEADER_ROW - 1, fields)
    write_column_numbers(pen, HEADER_ROW + 1, fields, bracketed=report.commune.brackets)
    for number, line in enumerate(sheet.lines, start=1):
        _write_line(pen, row_of(number), sheet, line, report.commune.zero, typed)
    day = signing.day
    signed = f"{report.commune.short_name}, ngày {day.day:02d} tháng {day.month} năm {day.year}"
    write_signatures(pen, row_of(len(sheet.lines)) + 1, len(fields) - 1, signed)
    set_up(pen, fields, frozen=(FIRST_LINE_ROW - 1, 2))


def _write_line(pen: Pen, row: int, sheet: Sheet, line: Line, zero: str, typed: frozenset[str]) -> None:
    pen.sheet.set_row(row - 1, LINE_HEIGHT)
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


# ---------------------------------------------------------------------------------------------------- targets


def targets_bytes(targets: Targets) -> bytes:
    """The CT-1 workbook of the commission."""
    effective = first_day(targets.effective)
    term = f"Nhiệm kỳ {targets.years[0]}–{targets.years[-1]}"

    def write(workbook: xlsxwriter.Workbook) -> None:
        _write_targets(pen_for(workbook, sheet_name("CT-1"), formats_of(workbook)), targets, term, effective)

    author = f"Ban Tổ chức {_office(targets).capitalize()} Lai Châu"
    return workbook_bytes(f"Chỉ tiêu kết nạp đảng viên {term}", author, effective, write)


def _office(targets: Targets) -> str:
    """The commission's committee: there are no cities under a province since July 2025."""
    return "TỈNH ỦY" if targets.effective >= MERGER else "THÀNH ỦY"


def _target_columns(targets: Targets) -> tuple[tuple[Field, str], ...]:
    """The CT-1's fields with their header; the year's field once for each year of the term."""
    columns: list[tuple[Field, str]] = []
    for field in fields_of("CT-1"):
        if field.name == "year_target":
            columns += [(field, field.header_vi.format(year=year)) for year in targets.years]
        else:
            columns.append((field, field.header_vi))
    return tuple(columns)


def _write_targets(pen: Pen, targets: Targets, term: str, effective: date) -> None:
    columns = _target_columns(targets)
    last = len(columns) - 1
    form = form_called("CT-1")
    amended = " (ĐIỀU CHỈNH)" if targets.is_amended else ""
    pen.across(0, 0, 2, f"{_office(targets)} LAI CHÂU", "office")
    pen.across(0, 4, last, "ĐẢNG CỘNG SẢN VIỆT NAM", "commune")
    pen.across(1, 0, 2, "BAN TỔ CHỨC", "commune")
    pen.across(TITLE_ROW - 1, 0, last, f"BIỂU {form.form}: {form.title_vi.upper()}{amended}", "title")
    pen.across(TITLE_ROW, 0, last, term, "month")
    pen.across(TITLE_ROW + 1, 0, last, f"Có hiệu lực từ ngày {effective:%d/%m/%Y}", "month")
    header = TARGETS_HEADER_ROW - 1
    pen.sheet.set_row(header + 1, GROUP_HEIGHT)
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
    set_up(pen, tuple(field for field, _ in columns), frozen=(first, 2))
