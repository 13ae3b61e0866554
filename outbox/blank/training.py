"""The sheet `Bồi dưỡng` (BD-1) of a blank workbook: rows for the classes of the month. Left empty it says nothing."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from outbox.blank.checks import refusal
from reference.fields import TRAINING_FORM, Field, fields_of
from reference.sheet_layout import (
    FIRST_LINE_ROW,
    HEADER_ROW,
    LINE_HEIGHT,
    TOTAL_NAME,
    Pen,
    column_of,
    set_up,
    write_column_numbers,
    write_headers,
)

#: More classes than a commune holds in a month.
CLASS_ROWS = 8
#: What may be chosen, each of another type of class. Programs part the list at commas.
CLASS_TYPES = (
    "Bồi dưỡng nhận thức về Đảng",
    "Bồi dưỡng đảng viên mới",
    "Nghiệp vụ công tác đảng cho cấp ủy và bí thư chi bộ",
)
_WIDTHS = {"class_type": 50.0, "started_on": 14.0, "note": 20.0}
_TOTAL_ROW = FIRST_LINE_ROW + CLASS_ROWS
_PARTS = ("participants_women", "participants_ethnic_minority")


def write_training(pen: Pen, month: date) -> None:
    """The table below a heading that is there already."""
    fields = fields_of(TRAINING_FORM)
    write_headers(pen, HEADER_ROW - 1, fields)
    write_column_numbers(pen, HEADER_ROW + 1, fields)
    for number in range(1, CLASS_ROWS + 1):
        pen.sheet.set_row(FIRST_LINE_ROW + number - 2, LINE_HEIGHT)
        for column, field in enumerate(fields):
            value = number if field.name == "ordinal" else None
            pen.write(FIRST_LINE_ROW + number - 2, column, value, _style(field))
    _write_total(pen)
    for column, field in enumerate(fields):
        if options := _validation(field, month):
            pen.sheet.data_validation(FIRST_LINE_ROW - 1, column, _TOTAL_ROW - 2, column, options)
    set_up(pen, fields, frozen=(FIRST_LINE_ROW - 1, 2))
    for column, field in enumerate(fields):
        if field.name in _WIDTHS:
            pen.sheet.set_column(column, column, _WIDTHS[field.name])


def _style(field: Field) -> str:
    match field.type:
        case "ordinal":
            return "centred"
        case "date":
            return "day free"
        case "count" | "decimal":
            return "count free" if field.type == "count" else "days free"
        case _:
            return "text free"


def _write_total(pen: Pen) -> None:
    for column, field in enumerate(fields_of(TRAINING_FORM)):
        if field.is_number:
            letter = column_of(TRAINING_FORM, field.name)
            ranges = f"{letter}{FIRST_LINE_ROW}:{letter}{_TOTAL_ROW - 1}"
            pen.formula(_TOTAL_ROW - 1, column, f'=IF(COUNT({ranges})=0,"",SUM({ranges}))', "", "bold count")
        else:
            pen.write(_TOTAL_ROW - 1, column, TOTAL_NAME if field.name == "class_type" else None, "bold text")


def _validation(field: Field, month: date) -> dict[str, Any] | None:
    match field.name:
        case "class_type":
            return {"validate": "list", "source": list(CLASS_TYPES), **refusal("Chọn loại lớp trong danh sách.")}
        case "started_on":
            last = month + relativedelta(day=31)
            message = f"Nhập ngày từ {month:%d/%m/%Y} đến {last:%d/%m/%Y}; lớp mở từ tháng trước thì ghi ngày mở lớp."
            # A class may have begun in the month before and have gone on into this one: asked, not refused.
            asked = {**refusal(message), "error_type": "warning"}
            return {"validate": "date", "criteria": "between", "minimum": month, "maximum": last, **asked}
        case "days":
            return {"validate": "decimal", "criteria": ">", "value": 0, **refusal("Nhập số ngày, ví dụ 1,5.")}
        case "participants":
            return {"validate": "integer", "criteria": ">=", "value": 0, **refusal("Nhập số nguyên từ 0 trở lên.")}
        case name if name in _PARTS:
            own, whole = (f"${column_of(TRAINING_FORM, each)}{FIRST_LINE_ROW}" for each in (name, "participants"))
            condition = f"=AND(ISNUMBER({own}),{own}>=0,{own}=INT({own}),{own}<=N({whole}))"
            message = "Nhập số nguyên từ 0 trở lên, không lớn hơn số học viên của lớp (điền cột ấy trước)."
            return {"validate": "custom", "value": condition, **refusal(message)}
        case _:
            return None
