"""The workbook of a commune's official forms: indicators down the sheet, periods across, a sheet for each form."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

import xlsxwriter

from reference.fields import FOLDER
from reference.sheet_layout import Pen, formats_of, pen_for, workbook_bytes
from samples.model import Value
from samples.official import OfficialReport

_TITLES = {"1-BTCTW": "TĂNG, GIẢM ĐẢNG VIÊN", "2-BTCTW": "ĐẢNG VIÊN MỚI KẾT NẠP"}
_HEADERS = ("Tiêu chí", "Kỳ này", "Cùng kỳ năm trước", "(%) kỳ này so với cùng kỳ năm trước")
_NUMBERS = ("1", "2", "3", "4(=2*100/3)")
_WIDTHS = (68.0, 12.0, 12.0, 16.0)
#: From 0.
_HEADER_ROW = 7


@dataclass(frozen=True)
class _Row:
    """A row of a form: its label, its field ('' for a heading), whether it is one of the form's main rows."""

    label: str
    field: str

    @property
    def is_main(self) -> bool:
        return not self.field or self.label[:2] in ("A ", "B ", "C ", "D ", "I.", "II")


@cache
def _rows_of(form: str) -> tuple[_Row, ...]:
    with (FOLDER / "official_forms.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_Row(row["label"], row["field"]) for row in csv.DictReader(lines) if row["form"] == form)


def official_address(form: str, field: str) -> str:
    """`B11`: where the field's figure of the period stands."""
    return f"B{_HEADER_ROW + 3 + [row.field for row in _rows_of(form)].index(field)}"


def official_bytes(report: OfficialReport, signed_on: date) -> bytes:
    """The commune's workbook of both forms."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        formats = formats_of(workbook)
        for form in _TITLES:
            _write_form(pen_for(workbook, form, formats), form, report, signed_on)

    title = f"Biểu thống kê 1-BTCTW, 2-BTCTW {report.period}"
    return workbook_bytes(title, f"Đảng ủy {report.commune.name}", signed_on, write)


def _write_form(pen: Pen, form: str, report: OfficialReport, signed_on: date) -> None:
    period = f"{'6 THÁNG ĐẦU ' if report.is_half_year else ''}NĂM {report.year}"
    pen.write(0, 0, report.commune.superior, "office")
    pen.across(0, 2, 3, f"Biểu số {form}", "commune")
    pen.write(1, 0, f"ĐẢNG ỦY {report.commune.name.upper()}", "commune")
    for above, text in enumerate(("THỐNG KÊ", _TITLES[form], period), start=3):
        pen.across(above, 0, 3, text, "title")
    for column, (header, number, width) in enumerate(zip(_HEADERS, _NUMBERS, _WIDTHS, strict=True)):
        pen.write(_HEADER_ROW, column, header, "header")
        pen.write(_HEADER_ROW + 1, column, number, "column_number")
        pen.sheet.set_column(column, column, width)
    for at, row in enumerate(_rows_of(form), start=_HEADER_ROW + 2):
        _write_row(pen, at, row, report)
    end = _HEADER_ROW + 2 + len(_rows_of(form))
    place = report.commune.short_name
    signed = f"{place}, ngày {signed_on.day:02d} tháng {signed_on.month:02d} năm {signed_on.year}"
    pen.across(end + 1, 1, 3, signed, "signed on")
    pen.write(end + 2, 0, "NGƯỜI LẬP BIỂU", "signature")
    pen.across(end + 2, 1, 3, "T/M ĐẢNG ỦY", "signature")
    pen.across(end + 3, 1, 3, "BÍ THƯ", "signature")
    pen.sheet.freeze_panes(_HEADER_ROW + 2, 1)
    pen.sheet.fit_to_pages(1, 0)
    pen.sheet.hide_gridlines(2)


def _write_row(pen: Pen, at: int, row: _Row, report: OfficialReport) -> None:
    bold = "bold " if row.is_main else ""
    pen.write(at, 0, row.label, f"{bold}text")
    if not row.field:
        for column in (1, 2, 3):
            pen.write(at, column, None, "count")
        return
    this = report.this_period[row.field]
    before = report.last_year[row.field] if report.last_year else None
    style = bold + ("decimal" if row.field == "mean_age" else "count")
    pen.write(at, 1, this, style)
    pen.write(at, 2, before, style)
    if before and this is not None:
        pen.formula(at, 3, f"=ROUND(B{at + 1}*100/C{at + 1},1)", _percent(this, before), f"{bold}decimal")
    else:
        pen.write(at, 3, None, f"{bold}decimal")


def _percent(this: Value, before: Value) -> float:
    """Tenths of a percent, the half rounded up as the spreadsheet's ROUND does."""
    return int(1000 * (this or 0) / (before or 1) + 0.5) / 10
