"""Sheets as a file: .xlsx, or .xls as old offices still send it. The same sheets make the same bytes."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
import xlwt

from benchmarks.messy.sheets import Sheet

_WRITTEN = datetime(2025, 1, 1)


def write(sheets: Sequence[Sheet], path: Path) -> None:
    _write_old(sheets, path) if path.suffix == ".xls" else _write_new(sheets, path)


def _write_new(sheets: Sequence[Sheet], path: Path) -> None:
    with xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _WRITTEN})
        percentage = book.add_format({"num_format": "0.0%"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        plain = book.add_format({"text_wrap": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for top, left, bottom, right in sheet.merges:
                page.merge_range(top - 1, left - 1, bottom - 1, right - 1, "", plain)
            for (row, column), value in sorted(sheet.cells.items()):
                at = (row - 1, column - 1)
                if isinstance(value, date):
                    page.write_datetime(*at, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, int | float):
                    page.write_number(*at, value, percentage if (row, column) in sheet.percentages else None)
                elif value:
                    page.write_string(*at, str(value), plain if "\n" in str(value) else None)


def _write_old(sheets: Sequence[Sheet], path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    percentage, day = xlwt.easyxf(num_format_str="0.0%"), xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        merged = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
        for (row, column), value in sorted(sheet.cells.items()):
            if (row, column) in merged:
                bottom, right = merged[row, column]
                page.write_merge(row - 1, bottom - 1, column - 1, right - 1, value)
            elif isinstance(value, date):
                page.write(row - 1, column - 1, datetime(value.year, value.month, value.day), day)
            elif (row, column) in sheet.percentages:
                page.write(row - 1, column - 1, value, percentage)
            elif value is not None and value != "":
                page.write(row - 1, column - 1, value)
    book.save(str(path))
