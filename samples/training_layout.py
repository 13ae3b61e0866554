"""The sheet `Bồi dưỡng` (BD-1) of a workbook: a row for each class, a total row."""

from datetime import date

from xlsxwriter.utility import xl_col_to_name

from reference.fields import fields_of
from reference.sheet_layout import (
    FIRST_LINE_ROW,
    HEADER_ROW,
    TOTAL_NAME,
    Pen,
    form_called,
    set_up,
    write_column_numbers,
    write_headers,
    write_heading,
)
from samples.cells import Commune
from samples.training import TrainingClass

FORM = "BD-1"
_FIGURES = ("days", "participants", "participants_women", "participants_ethnic_minority")
_WIDTHS = {"class_type": 50.0, "started_on": 14.0, "note": 20.0}


def write_training(pen: Pen, commune: Commune, month: date, classes: tuple[TrainingClass, ...]) -> None:
    """Heading, table and nothing below it: the signatures stand on the sheets before."""
    fields = fields_of(FORM)
    write_heading(pen, form_called(FORM), commune.superior, f"ĐẢNG ỦY {commune.name.upper()}", month)
    write_headers(pen, HEADER_ROW - 1, fields)
    write_column_numbers(pen, HEADER_ROW + 1, fields, bracketed=commune.brackets)
    for number, held in enumerate(classes, start=1):
        texts = {"ordinal": str(number), "class_type": held.class_type, "started_on": f"{held.started_on:%d/%m/%Y}"}
        for column, field in enumerate(fields):
            if field.name in _FIGURES:
                pen.write(FIRST_LINE_ROW + number - 2, column, getattr(held, field.name), "count")
            else:
                style = "centred" if field.name in ("ordinal", "started_on") else "text"
                pen.write(FIRST_LINE_ROW + number - 2, column, texts.get(field.name), style)
    _write_total(pen, classes)
    set_up(pen, fields, frozen=(FIRST_LINE_ROW - 1, 2))
    for column, field in enumerate(fields):
        if field.name in _WIDTHS:
            pen.sheet.set_column(column, column, _WIDTHS[field.name])


def _write_total(pen: Pen, classes: tuple[TrainingClass, ...]) -> None:
    row = FIRST_LINE_ROW + len(classes) - 1
    for column, field in enumerate(fields_of(FORM)):
        if field.name in _FIGURES:
            letter = xl_col_to_name(column)
            cached = sum(getattr(held, field.name) for held in classes)
            pen.formula(row, column, f"=SUM({letter}{FIRST_LINE_ROW}:{letter}{row})", cached, "bold count")
        else:
            pen.write(row, column, TOTAL_NAME if field.name == "class_type" else None, "bold text")
