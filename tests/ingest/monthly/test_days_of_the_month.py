"""Members on a day that a header names by its date."""

from datetime import date

import pytest

from ingest.container.workbook import Sheet
from ingest.monthly.days_of_the_month import with_days_of_the_month
from ingest.monthly.tables import find_tables
from ingest.values.numbers import Raw

_MONTH = date(2018, 9, 1)


def columns(*headers: str, month: date | None = _MONTH) -> dict[str, int]:
    rows: list[list[Raw]] = [["STT", "Chi bộ", "Kết nạp", "Chuyển đến", "Từ trần", "Xóa tên", *headers]]
    rows += [[float(n), f"Bản {n}", 1.0, 0.0, 0.0, 0.0, *[10.0 + n] * len(headers)] for n in range(1, 5)]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    return with_days_of_the_month(table, month).mapped.columns


@pytest.mark.parametrize(
    "text",
    ["Tổng số ĐV đến 31/8/2018", "Đảng viên có đến ngày 01/09", "Tổng số đảng viên tính đến 31/8", "Đến 31/08/18"],
)
def test_the_day_before_the_month_and_its_first_are_its_beginning(text: str) -> None:
    found = columns(text)
    assert (found.get("opening"), found.get("closing")) == (6, None)


def test_the_last_day_is_the_month_s_end_and_two_days_are_told_apart() -> None:
    found = columns("Tổng số ĐV đến 31/8/2018", "Tổng số ĐV đến 30/9/2018")
    assert (found["opening"], found["closing"]) == (6, 7)


@pytest.mark.parametrize("text", ["Tổng số ĐV đến 31/8/2017", "Số ĐV nữ đến 31/8/2018", "Tổng số ĐV đến 15/9/2018"])
def test_another_day_or_other_people_are_neither(text: str) -> None:
    assert not {"opening", "closing"} & columns(text).keys()


def test_without_the_month_a_date_says_nothing() -> None:
    assert not {"opening", "closing"} & columns("Tổng số ĐV đến 31/8/2018", month=None).keys()


def test_what_was_as_good_as_a_column_with_its_day_is_alone_then() -> None:
    found = columns("Đảng viên có đến 01/9/2018", "Tổng số đảng viên hiện có cuối tháng")
    assert (found["opening"], found["closing"]) == (6, 7)
