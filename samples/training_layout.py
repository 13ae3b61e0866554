"""The sheet `Bồi dưỡng` (BD-1) of a workbook: a row for each class, a total row."""

from datetime import date

from xlsxwriter.utility import xl_col_to_name

from reference.fields import Form
from reference.sheet_layout import (
    FIRST_LINE_ROW,
    HEADER_ROW,
    TITLE_ROW,
    TOTAL_NAME,
    Pen,
)
from samples.cells import Commune
from samples.training import TrainingClass

FORM = Form("BD-1", "2024", "Bồi dưỡng", "Bồi dưỡng đảng viên và quần chúng", "Training given", "2024-01-01", "")
_HEADERS = ("STT", "Loại lớp", "Ngày khai giảng", "Số ngày", "Số học viên", "Nữ", "Dân tộc thiểu số")
_WIDTHS = (5.0, 50.0, 14.0, 9.0, 11.0, 9.0, 12.0)
_FIRST_FIGURE = 3


def write_training(pen: Pen, commune: Commune, month: date, classes: tuple[TrainingClass, ...]) -> None:
    """Heading, table and nothing below it: the signatures stand on the sheets before."""
    last = len(_HEADERS) - 1
    pen.across(0, 0, 1, commune.superior, "office")
    pen.across(1, 0, 1, f"ĐẢNG ỦY {commune.name.upper()}", "commune")
    pen.across(TITLE_ROW - 1, 0, last, f"BIỂU {FORM.form}: {FORM.title_vi.upper()}", "title")
    pen.across(TITLE_ROW, 0, last, f"Tháng {month.month} năm {month.year}", "month")
    for column, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True)):
        pen.across(HEADER_ROW - 1, column, column, header, "header", rows=2)
        pen.write(HEADER_ROW + 1, column, f"({column + 1})", "column_number")
        pen.sheet.set_column(column, column, width)
    for number, held in enumerate(classes, start=1):
        row = FIRST_LINE_ROW + number - 2
        pen.write(row, 0, str(number), "centred")
        pen.write(row, 1, held.class_type, "text")
        pen.write(row, 2, f"{held.started_on:%d/%m/%Y}", "centred")
        for column, figure in enumerate(held.figures, start=_FIRST_FIGURE):
            pen.write(row, column, figure, "count")
    _write_total(pen, classes)


def _write_total(pen: Pen, classes: tuple[TrainingClass, ...]) -> None:
    row = FIRST_LINE_ROW + len(classes) - 1
    for column, text in enumerate(("", TOTAL_NAME, "")):
        pen.write(row, column, text, "bold text")
    for column in range(_FIRST_FIGURE, len(_HEADERS)):
        letter = xl_col_to_name(column)
        cached = sum(held.figures[column - _FIRST_FIGURE] for held in classes)
        pen.formula(row, column, f"=SUM({letter}{FIRST_LINE_ROW}:{letter}{row})", cached, "bold count")
