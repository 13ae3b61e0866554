"""Lists of people, also in disguise, are refused; forms of counts are not."""

from datetime import date

import pytest

from ingest.container.workbook import Sheet
from ingest.monthly.people import is_list_of_people
from ingest.values.numbers import Raw
from reference.fields import MONTHLY_FORMS
from tests.ingest.sheets import plain_rows, sheet


@pytest.mark.parametrize(
    "header",
    [
        ["STT", "Họ và tên", "Ngày sinh"],
        ["STT", "Họ tên đảng viên mới", "Số CCCD"],
        ["STT", "Đồng chí", "Năm sinh", "Chi bộ"],
        ["STT", "Tên đảng viên", "Năm sinh", "Chi bộ"],
        ["STT", "Họ và đệm", "Tên", "Sinh năm"],
        ["STT", "Họ và tên", "Số CMTND"],
        ["STT", "Họ và tên", "Giới tính", "Ngày vào Đảng"],
    ],
)
def test_a_header_that_asks_for_people_is_known(header: list[Raw]) -> None:
    assert is_list_of_people(Sheet("DS", [["DANH SÁCH"], header, [1.0, "…", "…"]], ()))


@pytest.mark.parametrize(
    "about",
    ["03/02/1990", 1990.0, "1990", date(1990, 2, 3), "012090001234", 12090001234.0],
)
def test_names_with_births_or_identity_numbers_are_known_without_a_header(about: Raw) -> None:
    rows: list[list[Raw]] = [[1.0, "Nguyễn Văn An", about], [2.0, "Lò Thị Hoa", about]]
    assert is_list_of_people(Sheet("Sheet2", rows, ()))


def test_a_person_in_a_note_is_known() -> None:
    rows: list[list[Raw]] = [["Chi bộ A", 2.0, "Nguyễn Văn An, sinh 12/3/1990, CCCD 012090001234"]]
    assert is_list_of_people(Sheet("KN", rows, ()))


def test_a_list_below_a_monthly_table_is_known() -> None:
    given = sheet(
        "KN-1", plain_rows("KN-1"), signature=[["", "Đồng chí mới kết nạp", "Năm sinh"], [1.0, "Lò Thị B", 1991.0]]
    )
    assert is_list_of_people(given)


@pytest.mark.parametrize("form", MONTHLY_FORMS)
def test_forms_of_counts_are_no_lists_of_people(form: str) -> None:
    assert not is_list_of_people(sheet(form, plain_rows(form)))


def test_ages_whose_headers_are_broken_over_rows_beside_whoever_is_in_charge_are_no_list_of_people() -> None:
    rows: list[list[Raw]] = [
        ["Chi bộ", "Từ 31", "Trên", "Phụ trách"],
        ["", "đến 40", "60", "(họ tên)"],
        ["", "tuổi", "tuổi", ""],
        ["Chi bộ Bản 1", 3.0, 2.0, "đ/c Páo"],
    ]
    assert not is_list_of_people(Sheet("KN", rows, ()))
    rows[2][2] = "Giới tính"
    assert is_list_of_people(Sheet("KN", rows, ()))


def test_women_whose_header_is_broken_over_rows_are_no_sex_of_anybody() -> None:
    rows: list[list[Raw]] = [
        ["Chi bộ", "Giới tính", "Trên 50", "Họ tên người"],
        ["", "nữ", "tuổi", "theo dõi"],
        *([f"Chi bộ Bản {number}", 3.0, 2.0, "đ/c Páo"] for number in range(3)),
    ]
    assert not is_list_of_people(Sheet("KN", rows, ()))
    for row, sex in zip(rows[1:], ("", "Nam", "Nữ", "Nữ"), strict=True):
        row[1:3] = [sex, 40.0]
    rows[0][2] = "Tuổi"
    assert is_list_of_people(Sheet("KN", rows, ()))


def test_who_signed_and_when_is_no_list_of_people() -> None:
    rows: list[list[Raw]] = [
        ["Đoàn Kết, ngày 03/12/2019", "", "Tân Phong, ngày 5/1/2020"],
        ["NGƯỜI LẬP BIỂU", "", "BÍ THƯ"],
        ["Nguyễn Văn An", "", "Lò Thị Hoa"],
    ]
    assert not is_list_of_people(Sheet("KN", rows, ()))


@pytest.mark.parametrize("beside", ["²⁰", "9" * 5000, "١٩٩٠" * 2, "½"])
def test_odd_digits_beside_a_name_are_no_year_and_stop_nobody(beside: str) -> None:
    rows: list[list[Raw]] = [["Lò Thị Hoa", beside], ["Vàng A Páo", beside]]
    assert not is_list_of_people(Sheet("DS", rows, ()))


def test_whoever_writes_of_the_full_name_of_a_cell_lists_no_people() -> None:
    header: list[Raw] = ["Stt", "Họ tên chi bộ", "Số thẻ đảng đã phát"]
    assert not is_list_of_people(Sheet("KN", [header, [1.0, "Chi bộ Bản Mới", 2.0], [2.0, "Chi bộ Tổ 3", 0.0]], ()))
