"""Fills in a blank workbook as a commune would: only where there is room for an entry, with figures that agree."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from reference.fields import MONTHLY_FORMS, fields_of
from reference.sheet_layout import FIRST_LINE_ROW, column_of, sheet_name

#: Figures of one month by form and field, for a cell that admitted one person and for one that admitted nobody.
_ADMITTED = {"admitted": 1, "women": 1, "youth_union": 1, "age_18_30": 1, "occupation_official": 1, "militia": 1}
_CANDIDATES = {
    **{"candidates": 5, "candidates_women": 2, "candidates_ethnic_minority": 1, "introduced_youth_union": 3},
    **{"introduced_other": 2, "class_attended": 3, "under_verification": 2, "files_complete": 1},
}
_MOVED = {"increase_transferred_in": 2, "decrease_transferred_out": 1, "mean_age": 41.5, "head_is_member": "có"}
#: Members at the opening, where the workbook does not know them.
_OPENING = 12


@dataclass(frozen=True)
class Filled:
    """What was typed in: how many rows, how many of them in rows that were empty, how many figures."""

    rows: int
    new_rows: int
    figures: int


def table_rows(sheet: Worksheet) -> list[int]:
    """The spreadsheet rows of cells, known and empty: neither sections nor the total."""
    rows = []
    for row in range(FIRST_LINE_ROW, sheet.max_row + 1):
        if sheet.cell(row, 2).value == "TỔNG CỘNG":
            return rows
        if not sheet.cell(row, 2).font.bold:
            rows.append(row)
    raise AssertionError(f"no total row on {sheet.title}")


def fill_in(path: Path, new_names: dict[int, str]) -> Filled:
    """Fill in the workbook at `path`; `new_names`: how-maniest empty row -> name of the cell entered there.

    Every other cell of a commune has admitted one person. Saved without the values of the formulas.
    """
    book = openpyxl.load_workbook(path)
    first = book[sheet_name("KN-1")]
    empty = [row for row in table_rows(first) if first.cell(row, 2).value is None]
    for number, name in new_names.items():
        first.cell(empty[number], 2).value = name
        first.cell(empty[number], 3).value = "Bản"
    named = [row for row in table_rows(first) if first.cell(row, 2).value is not None]
    figures = 0
    for form in MONTHLY_FORMS:
        sheet = book[sheet_name(form)]
        for position, row in enumerate(named):
            for field, value in _figures_of(form, sheet, row, position).items():
                cell = sheet[f"{column_of(form, field)}{row}"]
                if not cell.protection.locked and (cell.value is None or cell.data_type == "f"):
                    cell.value = value
                    figures += 1
    book.save(path)
    return Filled(len(named), len(new_names), figures)


def _figures_of(form: str, sheet: Worksheet, row: int, position: int) -> dict[str, Any]:
    """Every figure of the row; those that the workbook knows already are not typed."""
    admits = position % 2 == 0
    zeros = {field.name: 0 for field in fields_of(form) if field.type == "count"}
    if form == "KN-1":
        del zeros["year_target"]
        cumulative = {"admitted_ytd": 3, "admitted_ttd": 2}
        return zeros | cumulative | (_ADMITTED if admits else {})
    if form == "KN-2":
        return zeros | _CANDIDATES
    opening = sheet[f"{column_of(form, 'opening')}{row}"].value
    opening = _OPENING if opening is None else opening
    closing = opening + admits + _MOVED["increase_transferred_in"] - _MOVED["decrease_transferred_out"]
    return zeros | _MOVED | {"opening": _OPENING, "age_to_30": 2, "age_31_40": closing - 3, "age_over_60": 1}
