"""Which month a title, a file's name or a folder speaks of."""

from datetime import date

import pytest

from ingest.values.months import Hint, hints_in, month_of, months_in, months_in_name

MAY = date(2020, 5, 1)


@pytest.mark.parametrize(
    "title",
    [
        "BÁO CÁO THÁNG 5 NĂM 2020",
        "Báo cáo tháng 05/2020",
        "T5-2020",
        "Tháng 5năm 2020",
        "Thág 5/2020",
        "Thanh 5 năm 2020",
        "Tháng 5 nam 2020",
        "Tháng 5 nămm 2020",
        "Năm 2020, tháng 5",
        "Tháng năm năm 2020",
        "Tháng V năm 2020",
        "tháng v/2020",
        "Kỳ báo cáo: 05/2020",
        "Kỳ 5/2020",
    ],
)
def test_a_title_names_its_month_in_many_ways(title: str) -> None:
    assert months_in([title]) == {MAY}


@pytest.mark.parametrize(
    ("title", "month"),
    [
        ("Tháng giêng năm 2020", 1),
        ("Tháng một năm 2020", 1),
        ("Tháng tư 2020", 4),
        ("Tháng mười năm 2020", 10),
        ("Tháng mười một năm 2020", 11),
        ("Tháng mười hai 2020", 12),
        ("Tháng chạp năm 2020", 12),
        ("Tháng IX năm 2020", 9),
        ("Tháng XII năm 2020", 12),
        ("Tháng 1 năm 2020", 1),
        ("Tháng 12 năm 2020", 12),
    ],
)
def test_every_month_of_the_year_can_be_named(title: str, month: int) -> None:
    assert months_in([title]) == {date(2020, month, 1)}


def test_a_month_of_the_last_century_is_one() -> None:
    assert months_in(["Tháng 5 năm 1999"]) == {date(1999, 5, 1)}


@pytest.mark.parametrize(
    "title",
    [
        "Đông Phong, ngày 3 tháng 5 năm 2020",
        "Lai Châu, 03 tháng 5 năm 2020",
        "Theo công văn 12 tháng 5 năm 2020",
        "Ban hành kèm theo hướng dẫn tháng 5 năm 2020",
        "Tháng 0 năm 2020",
        "Tháng 13 năm 2020",
        "Tháng 5",
        "Năm 2020",
        "Hàng 5/2020",
        "Thành 5/2020",
        "Tháng 5 của 2020",
        "Kỳ báo cáo: 13/2020",
    ],
)
def test_what_is_no_month_of_a_report_names_none(title: str) -> None:
    assert months_in([title]) == set()


def test_titles_that_name_two_months_name_both() -> None:
    assert months_in(["Ngày in", "Tháng 5 năm 2020", "Lai Châu, 03 tháng 6 năm 2020", "Tháng 6/2020"]) == {
        MAY,
        date(2020, 6, 1),
    }
    assert months_in(["Năm 2020, tháng 5; kỳ 6/2020; tháng bảy 2020"]) == {MAY, date(2020, 6, 1), date(2020, 7, 1)}


@pytest.mark.parametrize(
    "name",
    [
        "KN_DongPhong_2020-05.xlsx",
        "KN_DongPhong_05.2020.xlsx",
        "KN_DongPhong_202005.xlsx",
        "KN 5-2020.xlsx",
        "Thang 5 nam 2020.xlsx",
        "2020/04/KN_DongPhong_2020-05.xlsx",
        "2020-04\\KN_DongPhong_2020-05.xlsx",
        "2020-05/KN_DongPhong.xlsx",
        "2020\\05\\KN_DongPhong.xlsx",
        "2020/05/KN_DongPhong.xlsx",
    ],
)
def test_a_name_of_a_file_mentions_its_month_and_its_folders_do_where_it_does_not(name: str) -> None:
    assert months_in_name(name) == {MAY}


@pytest.mark.parametrize("name", ["KN_DongPhong.xlsx", "KN_12345.xlsx", "KN_2020.xlsx", "KN_2020-13.xlsx"])
def test_a_name_without_a_month_mentions_none(name: str) -> None:
    assert months_in_name(name) == set()


@pytest.mark.parametrize(
    ("title", "month", "year"),
    [
        ("Tháng 5", 5, None),
        ("T5", 5, None),
        ("Thág 5", 5, None),
        ("Tháng 13 năm 2020", 13, 2020),
        ("Tháng 5 năm 220", 5, None),
        ("Tháng O5/2020", 0, 2020),
        ("Tháng IIX năm 2020", 0, 2020),
        ("Năm 2020", None, 2020),
        ("Báo cáo năm 2020", None, 2020),
        ("Tháng … năm 2020", None, 2020),
        ("05/2020", 5, 2020),
        ("2020-05", 5, 2020),
    ],
)
def test_a_title_that_does_not_name_its_month_clearly_gives_a_hint(
    title: str, month: int | None, year: int | None
) -> None:
    assert hints_in([f" {title}\n"], []) == [Hint(title, month, year)]


def test_a_month_that_is_named_clearly_is_a_hint_too() -> None:
    assert hints_in(["Tháng 5 năm 2020"], []) == [Hint("Tháng 5 năm 2020", 5, 2020)]


def test_may_in_words_or_a_month_left_blank_speaks_against_any_other_month() -> None:
    assert hints_in(["Tháng năm 2020"], []) == [Hint("Tháng năm 2020", 5, 2020)]


@pytest.mark.parametrize(
    "title",
    [
        "Lai Châu, 03 tháng 6 năm 2020",
        "trước mùng 5 tháng 6",
        "ngày 03 tháng 6",
        "Kèm theo công văn tháng 6",
        "Thành 5",
        "Danh sách kết nạp",
    ],
)
def test_a_day_of_signing_or_what_is_referred_to_gives_no_hint(title: str) -> None:
    assert hints_in([title], [title]) == []


def test_a_date_in_a_row_gives_a_hint_as_a_day() -> None:
    assert hints_in([], ["Tính đến 31/05/2020"]) == [Hint("31/05/2020", 5, 2020, is_day=True)]


def test_a_date_behind_the_word_month_is_meant_as_a_month() -> None:
    assert Hint("31/05/2020", 5, 2020, is_day=False) in hints_in([], ["Tháng 31/05/2020"])


def test_what_titles_say_and_dates_in_rows_are_all_hints() -> None:
    assert hints_in(["Tháng 5"], ["Tính đến 30/06/2020"]) == [
        Hint("Tháng 5", 5, None),
        Hint("30/06/2020", 6, 2020, is_day=True),
    ]


@pytest.mark.parametrize("row", ["Ngày in 31/05/2020", "Hạn gửi: 31/05/2020", "Số 12/QĐ 31/05/2020"])
def test_a_date_of_printing_or_sending_gives_none(row: str) -> None:
    assert hints_in([], [row]) == []


def test_hints_name_a_month_where_one_is_whole_and_none_speaks_against_it() -> None:
    whole = Hint("05/2020", 5, 2020)
    assert month_of([whole]) == MAY
    assert month_of([Hint("Tháng 5", 5, None), whole, Hint("Năm 2020", None, 2020)]) == MAY
    assert month_of([Hint("31/05/2020", 5, 2020, is_day=True), whole]) == MAY


@pytest.mark.parametrize(
    "other",
    [
        Hint("06/2020", 6, 2020),
        Hint("05/2019", 5, 2019),
        Hint("Tháng 6", 6, None),
        Hint("Năm 2019", None, 2019),
        Hint("30/06/2020", 6, 2020, is_day=True),
    ],
)
def test_hints_that_speak_against_each_other_name_none(other: Hint) -> None:
    assert month_of([Hint("05/2020", 5, 2020), other]) is None


@pytest.mark.parametrize(
    "hint",
    [
        Hint("Tháng 5", 5, None),
        Hint("Năm 2020", None, 2020),
        Hint("13/2020", 13, 2020),
        Hint("31/05/2020", 5, 2020, is_day=True),
    ],
)
def test_a_hint_that_names_no_whole_month_is_not_enough(hint: Hint) -> None:
    assert month_of([hint]) is None


def test_december_and_january_are_months() -> None:
    assert month_of([Hint("12/2020", 12, 2020)]) == date(2020, 12, 1)
    assert month_of([Hint("1/2020", 1, 2020)]) == date(2020, 1, 1)


def test_a_month_is_named_by_its_first_day_and_its_last() -> None:
    assert months_in(["(Từ ngày 01/9/2017 đến ngày 30/9/2017)"]) == {date(2017, 9, 1)}
    assert months_in(["Tu 1/2 den het ngay 28/2/2023"]) == {date(2023, 2, 1)}
    assert months_in(["Từ ngày 01/01/2020 đến ngày 30/6/2020", "Từ 10/5/2020 đến 31/5/2020"]) == set()
    assert months_in(["Từ ngày 01/5/2019 đến ngày 31/5/2020"]) == set()


def test_a_label_and_the_figure_in_the_next_cell_name_no_month() -> None:
    """`Kết nạp trong tháng | 16` on a sheet of its own contradicted every file's name."""
    assert hints_in([], ["Kết nạp trong tháng 16", "Đến cuối tháng 8"]) == []
    assert [hint.month for hint in hints_in(["Kết nạp trong tháng 5"], ["Tháng 16"])] == [5, 16]


def test_what_goes_with_the_report_names_its_month_and_another_document_does_not() -> None:
    assert months_in(["(Kèm theo báo cáo tháng 8/2018 của Đảng ủy phường Đoàn Kết)"]) == {date(2018, 8, 1)}
    assert months_in(["(Kèm theo Báo cáo số 12-BC/ĐU tháng 8/2018)", "(Kèm theo Công văn tháng 8/2018)"]) == set()
