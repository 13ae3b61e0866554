"""Whose report, and for which month."""

from datetime import date

import pytest

from ingest.identity.identify import Identity, identify

CITY = "ĐẢNG BỘ THÀNH PHỐ LAI CHÂU"
TODAY = date(2026, 11, 24)


def of(*texts: str, path: str = "x.xlsx", scope: str = "district:105", today: date = TODAY) -> Identity:
    return identify([texts], path, scope, today)


def codes(identity: Identity) -> list[str]:
    return [problem.code for problem in identity.problems]


def test_commune_and_month_come_from_the_title() -> None:
    identity = of(CITY, "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "Tháng 5 năm 2020")
    assert identity.commune is not None
    assert (identity.commune.code, identity.month) == ("03408", date(2020, 5, 1))
    assert identity.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "Tháng 05/2020",
        "BÁO CÁO THÁNG 5-2020",
        "tháng 5 năm 2020",
        "(T5/2020)",
        "Kỳ báo cáo: 05/2020",
        "Tháng năm năm 2020",
        "Tháng 5năm 2020",
        "Tháng5/2020",
        "Tháng5năm2020",
        "Tháng 05 - 2020",
        "Tháng 52020",
        "Thág 5 năm 2020",
        "Thán 5 năm 2020",
        "Tháng 5 nâm 2020",
        "Tháng V năm 2020",
        "Năm 2020, tháng 5",
    ],
)
def test_the_month_is_read_in_several_spellings(text: str) -> None:
    assert of("Phường Đông Phong", text).month == date(2020, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Tháng 5",
        "Tháng 5 năm 220",
        "Tháng 5 năm 20200",
        "Tháng 5/20",
        "Tháng 5 năm 2O20",
        "T5",
        "05/2020",
        "2020-05",
        "Tháng năm 2020",
        "Tháng O5/2020",
        "Tháng 13 năm 2020",
        "Tháng … năm 2019",
        "Năm 2019",
        "01/05/2020",
        "Số liệu tháng 5",
    ],
)
def test_a_file_name_does_not_decide_against_a_title_that_says_something(text: str) -> None:
    identity = identify([["Phường Đông Phong", text]], "KN_DongPhong_2020-06.xlsx", "district:105", TODAY, [text])
    assert identity.month is None
    (found,) = identity.problems
    assert (found.code, found.expected) == ("month_unclear", "06/2020")
    assert text.split("/")[0] in str(found.found)


@pytest.mark.parametrize(
    "text", ["Tháng 5", "Tháng 5 năm 220", "05/2020", "Tháng năm 2020", "Tháng     năm 2020", "Năm 2020", "15/05/2020"]
)
def test_a_file_name_helps_where_it_agrees_with_what_the_title_says(text: str) -> None:
    identity = identify([["Phường Đông Phong", text]], "KN_DongPhong_2020-05.xlsx", "district:105", TODAY, [text])
    assert (identity.month, codes(identity)) == (date(2020, 5, 1), ["identified_by_file_name"])


@pytest.mark.parametrize(
    "text",
    [
        "Tháng …… năm 2020",
        "Tháng     năm 2020",
        "Ngày lập: 03/07/2020",
        "Hạn gửi: 05/07/2020",
        "Lai Châu, ngày      tháng 7 năm 2020",
        "6 tháng đầu nhiệm kỳ",
        "Mẫu số 2 ban hành tháng 1 năm 2018",
        "Kế hoạch 5 năm 2020-2025",
        "Thành phố 105",
    ],
)
def test_a_title_that_leaves_the_month_blank_leaves_it_to_the_file_name(text: str) -> None:
    identity = identify([["Phường Đông Phong", text]], "KN_DongPhong_2020-06.xlsx", "district:105", TODAY, [text])
    assert (identity.month, codes(identity)) == (date(2020, 6, 1), ["identified_by_file_name"])


def test_a_bare_month_in_the_title_is_enough_without_a_file_name() -> None:
    assert of("Phường Đông Phong", "05/2020").month == date(2020, 5, 1)
    assert of("Phường Đông Phong", "15/05/2020").month is None
    assert of("Phường Đông Phong", "05/2020", "Tháng 6").month is None


def test_a_file_name_does_not_decide_whose_report_it_is_against_the_title() -> None:
    identity = of("ĐẢNG ỦY PHƯỜNG ĐÔNG PHOG", "Tháng 5 năm 2020", path="KN_TanPhong.xlsx")
    assert identity.commune is None
    (found,) = identity.problems
    assert (found.code, found.found, found.expected) == (
        "commune_unclear",
        "ĐẢNG ỦY PHƯỜNG ĐÔNG PHOG",
        "Phường Tân Phong",
    )


def test_a_mistyped_commune_is_the_one_that_the_file_names() -> None:
    identity = of("ĐẢNG ỦY PHƯỜNG ĐÔNG PHOG", "Tháng 5 năm 2020", path="KN_DongPhong.xlsx")
    assert identity.commune is not None
    assert (identity.commune.name, codes(identity)) == ("Phường Đông Phong", ["identified_by_file_name"])


def test_the_day_of_signing_is_not_the_month() -> None:
    identity = of("Phường Đông Phong", "Tháng 5 năm 2020", "Lai Châu, ngày 03 tháng 6 năm 2020")
    assert identity.month == date(2020, 5, 1)


def test_only_a_day_of_signing_leaves_the_month_unknown() -> None:
    identity = of("Phường Đông Phong", "Lai Châu, ngày 03 tháng 6 năm 2020")
    assert identity.month is None
    assert codes(identity) == ["month_unknown"]


def test_a_reused_code_is_told_apart_by_the_month() -> None:
    before = of("Phường Tân Phong", "Tháng 6 năm 2025")
    after = of("Phường Tân Phong", "Tháng 7 năm 2025")
    assert before.commune is not None
    assert after.commune is not None
    assert (before.commune.code, after.commune.code) == ("03387", "03408")


def test_a_commune_of_another_district_is_outside_the_scope() -> None:
    identity = of("Huyện Tam Đường", "Xã Hồ Thầu", "Tháng 5 năm 2020")
    assert identity.commune is None
    assert codes(identity) == ["commune_outside_scope"]


def test_a_namesake_in_another_province_is_outside_the_scope() -> None:
    identity = of("ĐẢNG BỘ TỈNH ĐỒNG NAI", "Phường Tân Phong", "Tháng 5 năm 2020")
    assert codes(identity) == ["commune_outside_scope"]


@pytest.mark.parametrize(
    ("committee", "code"),
    [
        ("HUYỆN ỦY PHÙ YÊN", "03970"),
        ("Tỉnh ủy Bến Tre", "29194"),
        ("THỊ ỦY GIÁ RAI", "31957"),
        ("HUYỆN ỦY SA PA", None),
    ],
)
def test_of_namesakes_the_one_under_the_committee_that_the_title_names(committee: str, code: str | None) -> None:
    identity = of(committee, "ĐẢNG ỦY XÃ TÂN PHONG", "Tháng 5 năm 2020", scope="country")
    assert (identity.commune.code if identity.commune else None) == code


def test_two_communes_in_the_title_are_not_guessed_between() -> None:
    identity = of("Phường Tân Phong", "Phường Đông Phong", "Tháng 5 năm 2020")
    assert identity.commune is None
    assert codes(identity) == ["commune_ambiguous"]


def test_sheets_of_two_months_are_a_contradiction() -> None:
    identity = identify([["Phường Đông Phong", "Tháng 5 năm 2020"], ["Tháng 6 năm 2020"]], "x", "district:105", TODAY)
    assert identity.month is None
    assert codes(identity) == ["month_contradiction"]


def test_the_file_name_helps_when_the_title_is_silent_and_says_so() -> None:
    identity = of("BIỂU TỔNG HỢP", path="2020-05/KN_DongPhong.xlsx")
    assert identity.commune is not None
    assert (identity.commune.code, identity.month) == ("03408", date(2020, 5, 1))
    assert codes(identity) == ["identified_by_file_name", "identified_by_file_name"]


def test_the_title_wins_over_the_file_name_and_the_contradiction_is_said() -> None:
    identity = of("Phường Đông Phong", "Tháng 5 năm 2020", path="KN_TanPhong_2020-06.xlsx")
    assert identity.month == date(2020, 5, 1)
    assert codes(identity) == ["file_name_other_month", "file_name_other_commune"]


def test_a_month_that_has_not_come_is_refused() -> None:
    assert codes(of("Phường Đông Phong", "Tháng 12 năm 2020", today=date(2020, 9, 6))) == ["month_in_future"]


@pytest.mark.parametrize(("title", "found"), [("Tháng 12 năm 2014", ["month_before_terms"]), ("Tháng 1 năm 2015", [])])
def test_a_month_before_the_first_term_is_refused(title: str, found: list[str]) -> None:
    assert codes(of("Phường Đông Phong", title)) == found


def test_a_dissolved_commune_cannot_report_later_months() -> None:
    assert codes(of("Xã Nậm Loỏng", "Tháng 8 năm 2020")) == ["commune_not_in_month"]


def test_the_two_communes_that_share_a_code_are_two() -> None:
    one = of("Xã Nậm Loỏng", "Tháng 5 năm 2019", scope="province:12").commune
    other = of("Xã Hồ Thầu", "Tháng 5 năm 2019", scope="province:12").commune
    assert one is not None
    assert other is not None
    assert one.code == other.code == "03406"
    assert one.key != other.key


def test_a_bare_name_after_the_committee_is_enough() -> None:
    identity = of("ĐẢNG ỦY SAN THÀNG", "Tháng 5 năm 2020")
    assert identity.commune is not None
    assert identity.commune.name == "Xã San Thàng"


def test_a_title_without_a_commune_names_nobody() -> None:
    assert codes(of(CITY, "Tháng 5 năm 2020")) == ["commune_unknown"]


@pytest.mark.parametrize(
    "text", ["Từ tháng 1 đến tháng 5 năm 2020", "Quý II năm 2020", "Tháng 4+5 năm 2020", "6 tháng đầu năm 2020"]
)
def test_a_title_of_several_months_is_not_one_month(text: str) -> None:
    assert codes(of("Phường Đông Phong", text, path="DongPhong_2020-05.xlsx")) == ["not_one_month"]


@pytest.mark.parametrize(
    "decoy",
    ["Lai Châu, 03 tháng 6 năm 2020", "Theo Công văn số 12 tháng 3 năm 2019", "Mẫu ban hành tháng 01/2018"],
)
def test_months_of_signing_and_of_documents_are_decoys(decoy: str) -> None:
    assert of("Phường Đông Phong", "Tháng 5 năm 2020", decoy).month == date(2020, 5, 1)


def test_whom_the_report_goes_to_is_not_whose_it_is() -> None:
    identity = of("Đảng ủy phường Đông Phong", "Kính gửi: Đảng ủy phường Tân Phong", "Tháng 5 năm 2020")
    assert identity.commune is not None
    assert identity.commune.code == "03408"
