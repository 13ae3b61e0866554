"""Builds monthly sheets for the reader's tests: in memory as grids, or as real workbooks."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import xlsxwriter

from ingest.container.workbook import Sheet
from ingest.values.numbers import Raw
from reference.fields import MONTHLY_FORMS, Field, fields_of, forms

TITLE = ("ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "BIỂU BÁO CÁO", "Tháng 5 năm 2020")
SIGNATURE = (
    ("", "Lai Châu, ngày 03 tháng 6 năm 2020"),
    ("", "NGƯỜI LẬP BIỂU", "", "T/M ĐẢNG ỦY"),
    ("", "", "", "BÍ THƯ"),
)


def header_grid(form: str) -> tuple[list[list[Raw]], list[tuple[int, int, int, int]]]:
    """The two header rows of `form` (as rows 0 and 1) and their merges."""
    fields = fields_of(form)
    upper: list[Raw] = [field.group_vi or field.header_vi for field in fields]
    lower: list[Raw] = [field.header_vi if field.group_vi else "" for field in fields]
    merges = []
    column = 0
    while column < len(fields):
        group, last = fields[column].group_vi, column
        while group and last + 1 < len(fields) and fields[last + 1].group_vi == group:
            last += 1
            upper[last] = ""
        if not group:
            merges.append((0, column, 1, column))
        elif last > column:
            merges.append((0, column, 0, last))
        column = last + 1
    return [upper, lower], merges


def cell_row(form: str, number: object, name: str, **values: Raw) -> list[Raw]:
    """A row of the table: 0 for every figure that is not given."""
    return [_value(field, number, name, values) for field in fields_of(form)]


def _value(field: Field, number: object, name: str, values: Mapping[str, Raw]) -> Raw:
    match field.name:
        case "ordinal":
            return float(number) if isinstance(number, int) else str(number)
        case "cell_name":
            return name
        case other if other in values:
            return values[other]
        case _:
            return 0.0 if field.type in ("count", "years", "percent") else ""


def sheet(
    form: str,
    rows: Sequence[Sequence[Raw]],
    title: Sequence[str] = TITLE,
    signature: Sequence[Sequence[Raw]] = SIGNATURE,
    *,
    merged: bool = True,
    number_row: bool = True,
) -> Sheet:
    """A whole sheet as the reader gets it: title, header, rows, signature block."""
    header, merges = header_grid(form)
    grid: list[list[Raw]] = [[text] for text in title]
    grid.append([])
    top = len(grid)
    grid += header
    if number_row:
        grid.append([f"({number})" for number in range(1, len(header[0]) + 1)])
    grid += [list(row) for row in rows]
    grid.append([])
    grid += [list(row) for row in signature]
    width = max(len(row) for row in grid)
    return Sheet(
        name=next(known.sheet_vi for known in forms() if known.form == form),
        rows=[row + [""] * (width - len(row)) for row in grid],
        merges=tuple((a + top, b, c + top, d) for a, b, c, d in merges) if merged else (),
    )


def plain_rows(form: str, cells: int = 3) -> list[list[Raw]]:
    """`cells` cells without anything to report, and the total row."""
    rows = [cell_row(form, number, f"Chi bộ Tổ dân phố số {number}") for number in range(1, cells + 1)]
    return [*rows, cell_row(form, "", "TỔNG CỘNG")]


def workbook(sheets: Sequence[Sheet] | None = None) -> bytes:
    """Real .xlsx bytes; all three forms of Đông Phong, May 2020, when no sheets are given."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    # The same sheets are the same file, whatever the second.
    book.set_properties({"created": datetime(2020, 6, 1)})
    for given in sheets if sheets is not None else [sheet(form, plain_rows(form)) for form in MONTHLY_FORMS]:
        page = book.add_worksheet(given.name)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for top, left, bottom, right in given.merges:
            page.merge_range(top, left, bottom, right, given.rows[top][left])
        covered = {
            (row, column)
            for top, left, bottom, right in given.merges
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }
        for row, values in enumerate(given.rows):
            for column, value in enumerate(values):
                if (row, column) in covered or value in ("", None):
                    continue
                if isinstance(value, date):
                    page.write_datetime(row, column, value, day)
                else:
                    page.write(row, column, value)
    book.close()
    return written.getvalue()


def with_headers(headers: Mapping[int, str], month: int = 5, ward: str = "ĐÔNG PHONG", **figures: Raw) -> bytes:
    """A workbook with KN-1 of a ward of Lai Châu for that month of 2020 whose columns (from 0) are called otherwise:
    one cell that has admitted four, three of them women, unless `figures` say otherwise."""
    title = ("ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", f"ĐẢNG ỦY PHƯỜNG {ward}", "", f"Tháng {month} năm 2020")
    row = cell_row("KN-1", 1, "Chi bộ A", **{"admitted": 4.0, "women": 3.0} | figures)
    given = sheet("KN-1", [row], title=title)
    for column, text in headers.items():
        given.rows[6 if given.rows[6][column] else 5][column] = text
    return workbook([given])
