"""Which field a column's header texts mean."""

import string
from dataclasses import replace

import pytest

from ingest.container.workbook import Sheet
from ingest.meaning.parts import meant_by
from ingest.monthly.header_texts import ColumnHeader, column_headers
from ingest.monthly.headers import field_matches, map_headers, map_to
from ingest.monthly.tables import find_tables
from ingest.values.numbers import Raw
from reference.fields import MONTHLY_FORMS


@pytest.mark.parametrize(
    "texts",
    [
        ("Tổ trưởng, trưởng bản là đảng viên",),
        ("Tổ trưởng / trưởng bản", "Là đảng viên"),
        ("Trưởng bản, tổ trưởng", "Là ĐV"),
    ],
)
def test_whether_the_head_is_a_member_may_stand_under_a_group_of_its_own(texts: tuple[str, ...]) -> None:
    (match,) = field_matches("KN-3", texts)
    assert match.field.name == "head_is_member"
    assert not match.doubt


def test_a_listed_word_broken_over_rows_is_that_word() -> None:
    (match,) = field_matches("KN-1", ("Tỷ lệ", "%"))
    assert (match.field.name, match.doubt) == ("attainment_pct", False)


def test_a_group_that_no_form_knows_leaves_a_doubt() -> None:
    matches = field_matches("KN-3", ("Trưởng thôn", "Là đảng viên"))
    assert [(match.field.name, match.doubt) for match in matches] == [("head_is_member", True)]


@pytest.mark.parametrize("form", [*MONTHLY_FORMS, "BD-1"])
def test_single_letters_are_no_evidence_of_any_column(form: str) -> None:
    for letters in (*string.ascii_lowercase, "đ", "N.", "t s", "k n", "(a)"):
        assert field_matches(form, (letters,)) == ()
        assert field_matches(form, ("Trong đó", letters)) == ()
    headers = tuple(ColumnHeader(place, (letter,)) for place, letter in enumerate(string.ascii_letters))
    assert map_headers(headers) is None


def test_a_group_known_by_its_columns_is_known_for_their_group_only() -> None:
    texts = [("Nhóm X", "Hội Cựu chiến binh"), ("Nhóm X", "Hội Nông dân"), ("Nhóm X", "Cộng"), ("Nhóm X", "Khác")]
    mapped = map_to("KN-2", [ColumnHeader(place, each) for place, each in enumerate(texts)])
    assert mapped.columns == {"introduced_veterans": 0, "introduced_farmers": 1, "introduced_other": 3}


def test_what_may_be_two_fields_is_the_one_whose_group_stands_beside_it() -> None:
    texts = [("Cảm tình Đảng", "Tổng số"), ("Cảm tình Đảng", "Nữ"), ("Đã qua lớp cảm tình Đảng",)]
    headers = [ColumnHeader(place, each) for place, each in enumerate(texts)]
    assert map_to("KN-2", headers).columns == {"candidates": 0, "candidates_women": 1, "class_attended": 2}
    # So is the one that no other column is; alone it may be either.
    assert map_to("KN-2", [headers[0], headers[2]]).columns == {"candidates": 0, "class_attended": 2}
    assert "candidates" not in map_to("KN-2", headers[:1]).columns


def test_what_two_columns_claim_is_not_given_to_a_third_by_its_group() -> None:
    texts = [("Quần chúng ưu tú", "Tổng số")] * 2 + [("Cảm tình Đảng", "Tổng số"), ("Cảm tình Đảng", "Nữ")]
    mapped = map_to("KN-2", [ColumnHeader(place, each) for place, each in enumerate(texts)])
    assert mapped.repeated == {"candidates": (0, 1)}
    assert mapped.columns == {"candidates_women": 3}


def test_a_header_broken_over_rows_is_not_taken_for_what_its_last_row_says() -> None:
    texts = ("Đoàn thể gới thiệu", "Công", "đoàn")
    broken = ColumnHeader(0, texts, ("Đoàn thể gới thiệu", "Công đoàn"))
    assert map_to("KN-2", [broken]).columns == {"introduced_trade_union": 0}


def test_a_letter_beside_a_word_still_abbreviates() -> None:
    assert [match.field.name for match in field_matches("KN-1", ("Kết nạp trong tháng", "T. số"))] == ["admitted"]


@pytest.mark.parametrize("name", ["a", "name", "Chi bộ", "STT"])
def test_a_foreign_table_with_letters_over_its_columns_is_no_form(name: str) -> None:
    rows: list[list[Raw]] = [[name, *string.ascii_lowercase[1:20]]]
    rows += [[f"Chi {place}", *[float(place)] * 19] for place in range(9)]
    assert find_tables(Sheet("Sheet1", rows, ())) == []


def headed(*texts: tuple[str, ...]) -> tuple[ColumnHeader, ...]:
    return tuple(ColumnHeader(index, text) for index, text in enumerate(texts))


def test_a_group_in_no_list_is_known_by_the_columns_that_only_one_group_has() -> None:
    group = "Những trường hợp cần lưu tâm"
    mapped = map_to("KN-1", headed(("Chi bộ",), (group, "Đội tự vệ"), (group, "Bộ đội phục viên")))
    assert (mapped.columns["militia"], mapped.columns["demobilised"]) == (1, 2)
    women = map_to("KN-1", headed(("Chi bộ",), (group, "Phái nữ"), (group, "Đồng bào thiểu số")))
    assert not {"women", "ethnic_minority"} & women.columns.keys()


def test_a_group_stands_over_several_columns_and_a_broken_header_over_one() -> None:
    rows = [["Chi bộ", "Trong đó", "", "Tỉ lệ thực hiện"], ["", "Nữ", "Dân tộc", "chỉ tiêu"]]
    sentences = [header.sentence for header in column_headers(rows, (), 0, 1)]
    assert sentences == [("Chi bộ",), ("Trong đó", "Nữ"), ("Trong đó", "Dân tộc"), ("Tỉ lệ thực hiện chỉ tiêu",)]


def test_a_header_that_only_resembles_a_listed_word_is_what_its_parts_say() -> None:
    mapped = map_to("KN-1", headed(("Chi bộ",), ("Tính lũy kế", "NK")))
    assert mapped.columns.get("occupation_other") is None
    assert mapped.columns["admitted_ttd"] == 1


def test_parts_of_many_below_an_unknown_group_are_known_by_one_another() -> None:
    names = ("Là các chị em", "Người Khmer", "Người vùng đạo", "Bạn đoàn viên")
    for texts, are_read in ((names, True), (names[:2], False), (("Tổng số", *names[:2]), False)):
        headers = tuple(ColumnHeader(place, ("Bậc hai", text)) for place, text in enumerate(texts))
        assert ("women" in map_to("KN-1", headers).columns) is are_read


def test_the_last_row_of_a_header_broken_over_rows_is_no_header_of_its_own() -> None:
    header = ColumnHeader(0, ("Bậc hai", "Qvx", "TN"), ("Bậc hai", "Qvx TN"))
    assert "admitted_ytd" not in map_to("KN-1", (header,)).columns


def test_a_word_that_is_not_quite_listed_decides_nothing_beside_a_column_that_says_the_field_by_its_parts() -> None:
    members, admitted = ("Tổng ĐV",), ("ĐV mới KN", "Số ĐV")
    alone, beside = map_to("KN-1", headed(("Chi bộ",), members)), map_to("KN-1", headed(("Chi bộ",), members, admitted))
    assert alone.columns.get("admitted") == 1
    assert "admitted" not in beside.columns
    assert {index: why.field for index, why in beside.suspected.items()} == {1: "admitted", 2: "admitted"}


@pytest.mark.parametrize("text", ["Cảm tình Đảng", "Số cảm tình Đảng", "Số người cảm tình Đảng"])
def test_who_sympathises_is_a_candidate_or_has_been_to_the_class_of_that_name(text: str) -> None:
    alone = map_to("KN-2", headed(("Chi bộ",), (text,), ("Nguồn nữ",)))
    assert "class_attended" not in alone.columns
    assert map_to(
        "KN-2",
        headed(
            ("Tiến độ", "Cảm tình Đảng"),
        ),
    ).columns == {"class_attended": 0}


def test_what_is_given_up_is_no_longer_in_doubt() -> None:
    header = ColumnHeader(1, ("Cột nhóm lạ", "Đội dân quân"))
    mapped = replace(map_to("KN-1", [header]), columns={"militia": 1}, doubtful={"militia": header.shown})
    assert mapped.without(1, header.shown).doubtful == {}


def test_a_column_that_is_spelt_right_is_taken_before_one_that_may_be_misspelt() -> None:
    mapped = map_to("BD-1", headed(("STT",), ("Loại lớp",), ("Số HV ở trọ",), ("Số HV dự học",)))
    assert mapped.columns["participants"] == 3
    # Two that are spelt right are neither.
    mapped = map_to("BD-1", headed(("STT",), ("Loại lớp",), ("Số HV đi học",), ("Số HV dự học",)))
    assert "participants" not in mapped.columns


def test_members_that_are_cut_short_are_those_that_no_other_column_is() -> None:
    short, union, party = ("K/nạp Đ.viên",), ("Trong đó", "Đoàn viên TNCS"), ("Kết nạp trong tháng", "Tổng số")
    cells = ("Chi bộ",)
    assert map_to("KN-1", headed(cells, short, union)).columns["admitted"] == 1
    assert map_to("KN-1", headed(cells, party, short)).columns["youth_union"] == 2
    assert not {"admitted", "youth_union"} & map_to("KN-1", headed(cells, short)).columns.keys()
    assert map_to("KN-1", headed(cells, short, union, party)).columns == {
        "cell_name": 0,
        "youth_union": 2,
        "admitted": 3,
    }


def test_a_total_below_members_that_are_cut_short_is_no_part_of_those_beside_it() -> None:
    group = "K/nap D/vien trong thang"
    mapped = map_to("KN-1", headed(("Chi bo",), (group, "T/cog"), (group, "Nu k/nap"), (group, "D/toc TS")))
    assert "youth_union" not in mapped.columns
    assert (mapped.columns["women"], mapped.columns["ethnic_minority"]) == (2, 3)


def test_women_below_a_heading_whose_total_is_another_s_are_not_the_month_s() -> None:
    """`Lũy kế từ đầu năm / Nữ` was read as the women admitted in the month."""
    month = [("Kết nạp trong tháng", "Tổng số"), ("Lũy kế từ đầu năm", "Tổng số"), ("Lũy kế từ đầu năm", "Tr.đó nữ")]
    headers = [ColumnHeader(place, each) for place, each in enumerate(month)]
    assert map_to("KN-1", headers).columns == {"admitted": 0, "admitted_ytd": 1}
    both = [*headers, ColumnHeader(3, ("Kết nạp trong tháng", "Đ/c nữ"))]
    assert map_to("KN-1", both).columns == {"admitted": 0, "admitted_ytd": 1, "women": 3}
    # Below the month's own heading they are, whatever else stands there.
    own = [("Kết nạp", "Trong tháng"), ("Kết nạp", "Nữ"), ("Kết nạp", "Từ đầu năm")]
    assert map_to("KN-1", [ColumnHeader(place, each) for place, each in enumerate(own)]).columns["women"] == 1


def test_names_from_a_database_are_read_as_words_and_shown_as_they_are() -> None:
    names: list[object] = ["TenChiBo", "SoKetNapThang", "KN_TUOI_18_30", "ket_nap_nu", "ChiTieuNam"]
    headers = column_headers([names], (), 0, 0)
    assert [header.shown for header in headers] == names
    columns = {"cell_name": 0, "admitted": 1, "age_18_30": 2, "women": 3, "year_target": 4}
    assert map_to("KN-1", headers).columns == columns
    # A word or two with a capital inside are none.
    assert column_headers([["McDo", "Chi bộ", "KN_1"]], (), 0, 0)[0].texts == ("McDo",)


def test_a_header_of_six_rows_is_read_to_its_last() -> None:
    """Cut off after the fifth, `Lao động` above `khác` was read as the workers."""
    rows: list[list[Raw]] = [
        ["ĐVT: đồng chí", *[""] * 9],
        ["Chi bộ", "Kết nạp trong tháng", *[""] * 7, "Từ đầu năm"],
        ["", "Tổng số", "Nữ", "Nghề nghiệp", *[""] * 5, ""],
        ["", "", "", "Nông", "Công", "Cán", "LLVT", "Học", "Lao", ""],
        ["", "", "", "dân", "nhân", "bộ", "", "sinh", "động", ""],
        ["", "", "", "", "", "", "", "", "khác", ""],
        *([f"Chi bộ Bản {n}", 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 4.0] for n in range(1, 5)),
    ]
    (table,) = find_tables(Sheet("KN", rows, ((1, 1, 1, 8), (2, 3, 2, 8))))
    assert (table.header_first, table.header_last) == (1, 5)
    assert table.mapped.columns.get("occupation_other") == 8
    assert table.mapped.columns.get("occupation_worker") == 4


def test_a_heading_between_the_group_and_the_column_is_heard() -> None:
    """`Quần chúng ưu tú / Được tổ chức nào giới thiệu / Phụ nữ` was read as the women among the candidates."""
    group = "Quần chúng ưu tú"
    texts = [
        (group, "Tổng số"),
        (group, "Cơ cấu quần chúng", "Là nữ"),
        (group, "Được tổ chức nào giới thiệu", "Phụ nữ"),
    ]
    columns = map_to("KN-2", [ColumnHeader(place, each) for place, each in enumerate(texts)]).columns
    assert (columns["candidates"], columns["candidates_women"]) == (0, 1)
    assert columns.get("introduced_womens_union", 2) == 2
    assert meant_by("KN-2", texts[2]).fields == ("introduced_womens_union",)


@pytest.mark.parametrize(
    ("form", "texts", "field"),
    [
        ("KN-3", ("Lũy kế từ đầu năm", "Chuyển đến"), "increase_transferred_in"),
        ("KN-3", ("Từ đầu năm", "Chuyển đi"), "decrease_transferred_out"),
        ("KN-1", ("Cộng dồn từ đầu năm", "Nữ"), "women"),
        ("KN-1", ("Chỉ tiêu", "Nhiệm kỳ 2015-2020"), "year_target"),
    ],
)
def test_listed_words_below_another_time_are_not_the_month_s(form: str, texts: tuple[str, ...], field: str) -> None:
    """Half the offices of one maker had such columns beside the month's own, which were called by words in no list."""
    assert field not in map_to(form, [ColumnHeader(0, texts)]).columns


def test_of_two_columns_below_one_heading_that_say_the_same_neither_is_taken() -> None:
    """The heading may only seem to reach over one of them."""
    texts = [("Tổng số QC",), ("Trong đó", "QC nữ"), ("Trong đó", "Phụ nữ"), ("Đủ hồ sơ",)]
    assert "candidates_women" not in map_to("KN-2", [ColumnHeader(n, each) for n, each in enumerate(texts)]).columns


def test_a_header_whose_last_line_alone_says_a_number_is_no_total() -> None:
    """`D.tộc thiểu / số`, `Nữ / (người)`: all columns of such a group went unread, as the parts of another total."""
    group = "Trong số ĐV mới KN"
    texts = [("Kết nạp mới", "Tổng", "cộng"), (group, "Đảng viên", "nữ"), (group, "D.tộc thiểu", "số")]
    columns = map_to("KN-1", [ColumnHeader(place, each) for place, each in enumerate(texts)]).columns
    assert columns == {"admitted": 0, "women": 1, "ethnic_minority": 2}


@pytest.mark.parametrize(
    ("form", "field", "texts"),
    [
        ("BD-1", "participants", [("Lớp",), ("Số lượng tham gia", "Tổng số"), ("Số lượng",)]),
        ("KN-1", "attainment_pct", [("Chi bộ",), ("Tỷ lệ % so với chỉ tiêu",), ("Tỷ lệ",)]),
        (
            "KN-1",
            "admitted",
            [
                ("Chi bộ",),
                ("Kết nạp ĐV trong tháng", "ĐV mới KN trong tháng", "Tổng số"),
                ("Kết nạp ĐV trong tháng", "Số lượng"),
            ],
        ),
    ],
)
def test_a_bare_word_is_not_taken_before_the_words_that_say_the_field(
    form: str, field: str, texts: list[tuple[str, ...]]
) -> None:
    """Offices count other things at the end of a table, too (`Số lượng`: of what, nobody says)."""
    assert map_to(form, headed(*texts)).columns.get(field) in (None, 1)


def test_the_unit_above_a_table_in_brackets_is_no_group() -> None:
    rows: list[list[Raw]] = [
        ["", "", "", "(Đơn vị: đ/c)", *[""] * 4],
        ["Chi bộ", "Kết nạp trong tháng", "", "", "", "Tỷ lệ", "Từ đầu năm", "Chỉ tiêu năm"],
        ["", "Tổng số", "Nữ", "Dân tộc", "Đoàn viên", "", "", ""],
        *([f"Chi bộ Bản {n}", 2.0, 1.0, 1.0, 0.0, 75.0, 3.0, 4.0] for n in range(1, 5)),
    ]
    (table,) = find_tables(Sheet("KN", rows, ((0, 3, 0, 7), (1, 1, 1, 4))))
    assert table.header_first == 1
    assert table.mapped.columns["year_target"] == 7


def test_who_is_counted_beside_a_total_is_some_of_them() -> None:
    """`DT` may be those whom a class is for, too."""
    group = "Số học viên"
    columns = map_to("BD-1", headed(("Lớp",), (group, "TS"), (group, "Số nữ"), (group, "DT"))).columns
    assert (columns["participants"], columns["participants_ethnic_minority"]) == (1, 3)


def test_a_total_of_occupations_is_none_of_them() -> None:
    group = ("Chi tiết số kết nạp trong tháng", "Lĩnh vực lao động")
    texts = [("Chi bộ",), (*group, "Làm nương, làm ruộng"), (*group, "Cán bộ nhà nước"), (*group, "Cộng")]
    columns = map_to("KN-1", headed(*texts)).columns
    assert columns == {"cell_name": 0, "occupation_farmer": 1, "occupation_official": 2}


def test_of_two_columns_as_near_the_one_that_says_what_it_counts_is_the_field_s() -> None:
    headers = [ColumnHeader(place, (text,)) for place, text in enumerate(("Tên lớp", "TS HV", "Số ngày", "SL"))]
    mapped = map_to("BD-1", headers)
    assert (mapped.columns["participants"], mapped.unmapped) == (1, {3: "SL"})


def test_the_month_that_a_form_is_about_is_no_unknown_group() -> None:
    texts = [("Trong tháng", "TS"), ("Trong tháng", "Nữ"), ("Lũy kế từ đầu năm", "TS"), ("Tháng trước", "TS")]
    headers = [ColumnHeader(place, each) for place, each in enumerate(texts)]
    assert map_to("KN-1", headers).columns == {"admitted": 0, "women": 1, "admitted_ytd": 2}


def test_a_sum_to_date_that_does_not_say_since_when_is_the_year_s_beside_the_term_s() -> None:
    texts = [("Kết nạp trong tháng",), ("Lũy kế đến hết tháng 8",), ("Lũy kế nhiệm kỳ",)]
    headers = [ColumnHeader(place, each) for place, each in enumerate(texts)]
    assert map_to("KN-1", headers).columns == {"admitted": 0, "admitted_ytd": 1, "admitted_ttd": 2}
    # Alone it may be either; of two neither is taken; a quarter's is none.
    assert map_to("KN-1", headers[:2]).columns == {"admitted": 0}
    assert 1 not in map_to("KN-1", [*headers, ColumnHeader(3, ("Cộng dồn",))]).columns.values()
    assert 3 not in map_to("KN-1", [headers[0], headers[2], ColumnHeader(3, ("Lũy kế quý",))]).columns.values()
