"""Columns whose words are in no list are understood by the figures below them, or left unread with their candidates."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ingest.container.workbook import Sheet
from ingest.monthly.inference import with_figures
from ingest.monthly.lines import read_table
from ingest.monthly.sums import with_sums
from ingest.monthly.tables import Table, find_tables
from ingest.values.numbers import Raw
from reference.fields import fields_of
from tests.ingest.sheets import cell_row, sheet

AGES = ("age_18_30", "age_31_40", "age_41_50", "age_over_50")
#: Four cells with one to four admitted, of different ages.
ROWS = [
    {"admitted": 1.0, "women": 1.0, "age_18_30": 1.0},
    {"admitted": 2.0, "women": 0.0, "age_18_30": 1.0, "age_31_40": 1.0},
    {"admitted": 3.0, "women": 2.0, "age_18_30": 1.0, "age_31_40": 2.0},
    {"admitted": 4.0, "women": 1.0, "age_31_40": 2.0, "age_41_50": 1.0, "age_over_50": 1.0},
]
ZEROS = dict.fromkeys(AGES, 0.0) | {"admitted_ytd": 9.0, "admitted_ttd": 20.0}


def column_of(field: str) -> int:
    return [each.name for each in fields_of("KN-1")].index(field)


def given(headers: dict[str, str], rows: Sequence[dict[str, Raw]] = ROWS) -> Sheet:
    """KN-1 whose columns of these fields are headed otherwise."""
    cells = [cell_row("KN-1", number, f"Chi bộ {number}", **(ZEROS | row)) for number, row in enumerate(rows, 1)]
    made = sheet("KN-1", cells)
    for field, text in headers.items():
        made.rows[6][column_of(field)] = text  # type: ignore[index]
    return made


def understood(made: Sheet) -> Table:
    (table,) = find_tables(made)
    return with_figures(made, table)


def test_a_part_whose_word_is_unknown_is_known_by_its_sum() -> None:
    table = understood(given({"age_31_40": "Lứa giữa"}))
    assert table.mapped.columns["age_31_40"] == column_of("age_31_40")
    assert "3 rows that have figures" in table.mapped.inferred[column_of("age_31_40")].en


def test_two_parts_whose_words_are_unknown_stay_unread() -> None:
    table = understood(given({"age_31_40": "Lứa giữa", "age_41_50": "Lứa sau"}))
    assert not {"age_31_40", "age_41_50"} & table.mapped.columns.keys()


def test_a_whole_that_two_columns_could_be_stays_unread_with_its_parts_whatever_else_adds_up_to_it() -> None:
    rows = [row | {"occupation_farmer": row["admitted"], "religious": row["admitted"]} for row in ROWS]
    strange = {"admitted": "Cột lạ", "religious": "Cột lạ nữa", "ethnic_minority": "Hàng lạ"}
    strange |= {"age_18_30": "Tốp 18-30", "age_31_40": "Tốp 31-40"}
    made = given(strange, rows)
    made.rows[5][column_of("admitted")] = made.rows[5][column_of("women")] = "Nhóm"  # type: ignore[index]
    table = understood(made)
    assert not {"admitted", "religious", "ethnic_minority"} & table.mapped.columns.keys()


def test_of_two_columns_that_both_complete_a_sum_neither_is_taken() -> None:
    rows = [row | {"religious": row.get("age_31_40", 0.0)} for row in ROWS]
    table = understood(given({"age_31_40": "Lứa giữa", "religious": "Cột lạ"}, rows))
    assert "age_31_40" not in table.mapped.columns


def test_a_sum_that_is_broken_once_does_not_speak_for_a_column() -> None:
    rows = [*ROWS[:3], ROWS[3] | {"age_31_40": 3.0}]
    assert "age_31_40" not in understood(given({"age_31_40": "Lứa giữa"}, rows)).mapped.columns


def test_what_is_left_over_of_a_sum_is_known_among_its_group_though_it_is_nothing() -> None:
    rows: list[dict[str, Raw]] = [{"admitted": 1.0, "age_18_30": 1.0}] * 4
    table = understood(given({"age_31_40": "Lứa giữa"}, rows))
    assert "left over in 4 rows" in table.mapped.inferred[column_of("age_31_40")].en


@pytest.mark.parametrize("total", ["Tổng số", "Tổgn số"])
def test_a_group_s_total_is_no_part_that_is_left_over_misspelt_as_it_may_be(total: str) -> None:
    """Where all others are nothing, the total of a group is just what is left over of the sum."""
    rows: list[dict[str, Raw]] = [{"admitted": 1.0, "age_31_40": 1.0}] * 4
    assert "age_31_40" not in understood(given({"age_31_40": total}, rows)).mapped.columns


def test_figures_of_zero_say_nothing_elsewhere_beside_others_of_zero_or_where_there_is_no_whole() -> None:
    rows: list[dict[str, Raw]] = [{"admitted": 1.0, "age_18_30": 1.0}] * 4
    elsewhere = given({"age_31_40": "Lứa giữa"}, rows)
    for row in elsewhere.rows:
        row.append(row.pop(column_of("age_31_40")))  # type: ignore[attr-defined]
    assert "age_31_40" not in understood(elsewhere).mapped.columns
    beside = given({"age_31_40": "Lứa giữa", "religious": "Cột lạ"}, [row | {"religious": 0.0} for row in rows])
    assert "age_31_40" not in understood(beside).mapped.columns
    nobody: list[dict[str, Raw]] = [{"admitted": 0.0, "age_18_30": 0.0}] * 4
    assert "age_31_40" not in understood(given({"age_31_40": "Lứa giữa"}, nobody)).mapped.columns
    few: list[dict[str, Raw]] = [*rows[:3], {"admitted": 0.0, "age_18_30": 0.0}]
    assert "age_31_40" not in understood(given({"age_31_40": "Lứa giữa"}, few)).mapped.columns


def test_a_column_of_a_forecast_is_never_taken_whatever_its_figures() -> None:
    table = understood(given({"age_31_40": "Dự kiến tháng sau"}))
    assert "age_31_40" not in table.mapped.columns


def test_what_words_say_is_given_up_where_figures_contradict_it() -> None:
    rows = [row | {"women": 9.0} for row in ROWS]
    made = given({"women": "Chị em phụ nữ"}, rows)
    table = understood(made)
    assert "women" not in table.mapped.columns
    _, problems = read_table(made, table)
    (said,) = [found for found in problems if found.cell == "E7" and found.code == "column_unknown"]
    assert "the figures of 4 rows speak against it" in said.message_en


def test_a_word_in_no_list_beside_one_that_names_the_field_is_enough_with_figures() -> None:
    assert "women" in understood(given({"women": "Nữ tính bậc hai"})).mapped.columns


def test_a_column_among_those_of_its_group_that_nearly_says_its_field_is_taken_unless_a_figure_speaks_against_it() -> (
    None
):
    zeros = [row | {"women": 0.0} for row in ROWS]
    table = understood(given({"women": "Nữ tính bậc hai"}, zeros))
    assert "among the columns of its group" in table.mapped.inferred[column_of("women")].en
    too_many = [*zeros[:3], zeros[3] | {"women": 5.0}]
    table = understood(given({"women": "Nữ tính bậc hai"}, too_many))
    assert "women" not in table.mapped.columns
    assert table.mapped.suspected[column_of("women")].field == "women"
    elsewhere = given({"women": "Nữ tính bậc hai"}, zeros)
    for row in elsewhere.rows:
        row.append(row.pop(column_of("women")))  # type: ignore[attr-defined]
    assert "women" not in understood(elsewhere).mapped.columns


def test_a_slip_that_makes_another_word_is_mended_among_the_columns_of_its_group_alone() -> None:
    zeros = [row | {"religious": 0.0} for row in ROWS]
    assert "religious" in understood(given({"religious": "Tho đạo"}, zeros)).mapped.columns
    elsewhere = given({"religious": "Tho đạo"}, zeros)
    for row in elsewhere.rows:
        row.append(row.pop(column_of("religious")))  # type: ignore[attr-defined]
    assert "religious" not in understood(elsewhere).mapped.columns


def test_figures_that_count_the_rows_are_no_field_whatever_stands_over_them() -> None:
    rows = [row | {"women": float(number)} for number, row in enumerate([*ROWS, ROWS[3]], 1)]
    assert "women" not in understood(given({}, rows)).mapped.columns


def without_groups(headers: dict[str, str], rows: Sequence[dict[str, Raw]] = ROWS) -> Sheet:
    """KN-1 whose columns have no headers but their own."""
    made = given(headers, rows)
    for column in range(3, len(made.rows[5])):  # type: ignore[arg-type]
        made.rows[5][column] = ""  # type: ignore[index]
    return made


def test_a_bare_word_for_some_people_is_no_part_where_the_whole_is_not_read() -> None:
    for whole, is_read in (("Kết nạp trong tháng", True), ("Cột lạ", False)):
        made = without_groups({"admitted": whole, "militia": "", "note": "Anh em dân quân", "age_31_40": "Lứa giữa"})
        for row in made.rows[7:]:
            row[column_of("note")] = 0.0  # type: ignore[index]
        mapped = understood(made).mapped
        assert ("admitted" in mapped.columns, "militia" in mapped.columns) == (is_read, is_read)


def test_words_for_some_people_are_no_occupation_where_the_sheet_asks_for_no_other() -> None:
    others = [field.name for field in fields_of("KN-1") if field.name.startswith("occupation_")]
    rows = [row | {"occupation_farmer": row["admitted"]} for row in ROWS]
    for headers, is_read in (({}, True), (dict.fromkeys(others, ""), False)):
        made = without_groups(headers | {"occupation_armed_forces": "Người mặc quân phục"}, rows)
        assert ("occupation_armed_forces" in understood(made).mapped.columns) is is_read


def test_a_column_among_those_of_another_group_is_not_taken_by_its_words() -> None:
    mapped = understood(without_groups({"age_31_40": "Anh em dân quân", "militia": ""})).mapped
    assert "militia" not in mapped.columns
    assert mapped.suspected[column_of("age_31_40")].en == "it stands among the columns of another group"


def test_a_column_that_is_not_quite_called_so_is_given_up_where_another_keeps_the_sum_it_breaks() -> None:
    for rows, is_displaced in ((ROWS, True), (ROWS[:3], False)):
        cells = [row | {"religious": 30.0} for row in rows]
        made = given({"admitted": "Cột lạ", "religious": "Tổng ĐV"}, cells)
        for column in range(3, len(made.rows[5])):  # type: ignore[arg-type]
            made.rows[5][column] = ""  # type: ignore[index]
        mapped = understood(made).mapped
        assert ("admitted" in mapped.columns, column_of("religious") in mapped.suspected) == (
            not is_displaced,
            is_displaced,
        )


def test_a_column_that_speaks_of_something_else_in_the_fields_own_group_takes_nothing_from_it() -> None:
    strange = {"age_31_40": "Lứa lạ lùng 31-40", "admitted": "Số người đứng vào hàng ngũ Đảng tháng này"}
    made = given(strange, [row | {"occupation_farmer": row["admitted"]} for row in ROWS])
    made.rows[5][column_of("admitted")] = None  # type: ignore[index]
    # The ages' group names the admission, too.
    made.rows[5][column_of("age_18_30")] = "Tuổi đời lúc kết nạp"  # type: ignore[index]
    assert understood(made).mapped.columns["admitted"] == column_of("admitted")


def test_what_is_no_less_than_the_month_is_not_the_sum_of_the_year_for_that() -> None:
    rows = [row | {"year_target": 8.0} for row in ROWS]
    made = given({"year_target": "Kết nạp cả năm theo ý trên", "admitted_ytd": "Dự kiến năm sau"}, rows)
    made.rows[5][column_of("year_target")] = None  # type: ignore[index]
    assert "admitted_ytd" not in understood(made).mapped.columns


def of_members(headers: dict[str, str], **values: Raw) -> Sheet:
    """KN-3 of five cells of ten members each, whose columns of these fields are headed otherwise."""
    row: dict[str, Raw] = {"opening": 10.0, "increase_admitted": 1.0, "decrease_deceased": 1.0, "closing": 10.0}
    nothing = dict.fromkeys(("decrease_struck_off", "decrease_resigned"), 0.0)
    cells = [cell_row("KN-3", number, f"Chi bộ {number}", **(nothing | row | values)) for number in range(1, 6)]
    made = sheet("KN-3", cells)
    for place, field in enumerate(fields_of("KN-3")):
        if field.name in headers:
            made.rows[6][place] = headers[field.name]  # type: ignore[index]
        if field.name in headers and not field.group_vi:
            made.rows[5][place] = None  # type: ignore[index]
    return made


def test_who_is_there_is_there_at_the_end_where_the_opening_is_read_or_the_ages_add_up() -> None:
    bands = ("age_to_30", "age_31_40", "age_41_50", "age_51_60", "age_over_60")
    no_ages: dict[str, Raw] = dict.fromkeys(bands)
    ages: dict[str, Raw] = dict.fromkeys(bands, 0.0) | {"age_to_30": 4.0, "age_31_40": 6.0}
    there = {"closing": "Số đảng viên thực có"}
    assert "closing" in understood(of_members(there, **no_ages)).mapped.columns
    # With its other columns the balance would tell the opening.
    strange = there | dict.fromkeys(("opening", "increase_admitted", "decrease_deceased"), "Dự kiến")
    assert "closing" not in understood(of_members(strange, **no_ages)).mapped.columns
    assert "closing" in understood(of_members(strange, **ages)).mapped.columns


@pytest.mark.parametrize(
    ("header", "is_known"),
    [
        ("Bớt zíc do kỷ luật, ra", False),
        ("Bớt zíc do KL, ra", False),
        # Who resigns, or is expelled, goes out, too.
        ("Ra theo zíc", False),
        ("Chuyển ra theo zíc", True),
    ],
)
def test_a_column_whose_words_name_what_may_be_another_field_s_of_its_group_is_not_taken(
    header: str, is_known: bool
) -> None:
    rows: list[list[Raw]] = [
        ["STT", "Chi bộ", "Đầu tháng", "Từ trần", header, "Xin ra khỏi Đảng", "Cuối tháng"],
        *([float(n), f"Chi bộ bản {n}", 10.0 + n, 0.0, float(n % 3), 0.0, 10.0 + n - n % 3] for n in range(1, 9)),
    ]
    columns = understood(Sheet("ĐV", rows, ())).mapped.columns
    assert columns.items() >= {"opening": 2, "closing": 6, "decrease_deceased": 3}.items()
    assert (4 in columns.values()) is is_known


def test_of_columns_that_are_called_alike_the_one_below_which_figures_stand_is_taken() -> None:
    rows = [row | {"neighbourhood_head": 0.0, "cell_type": "Ấp"} for row in ROWS]
    alike = {"cell_type": "Là trưởng ấp, khóm (ghi rõ)", "neighbourhood_head": "Là trưởng ấp, khóm"}
    made = given(alike, rows)
    for field in alike:
        made.rows[5][column_of(field)] = None  # type: ignore[index]
    assert understood(made).mapped.columns["neighbourhood_head"] == column_of("neighbourhood_head")


def test_words_that_may_be_two_fields_are_neither_while_the_other_is_not_read() -> None:
    table = understood(of_members({"decrease_struck_off": "XTĐV", "decrease_resigned": "Ngã ngũ"}))
    assert not {"decrease_struck_off", "decrease_resigned"} & table.mapped.columns.keys()


def test_ones_and_noughts_below_words_that_are_not_all_known_are_no_yes_and_no() -> None:
    heading = {"head_is_member": "Trưởng bản là đảng viên ngã ngũ"}
    assert "head_is_member" in understood(of_members(heading, head_is_member="có")).mapped.columns
    assert "head_is_member" not in understood(of_members(heading, head_is_member=1.0)).mapped.columns


def test_what_is_called_the_sum_of_the_year_is_not_taken_where_the_month_is_not_read() -> None:
    for month, is_read in (("Kết nạp trong tháng", True), ("Cột lạ", False)):
        made = without_groups(
            {"admitted": month, "admitted_ytd": "Cộng từ tháng Giêng tới giờ", "age_31_40": "Lứa giữa"}
        )
        assert ("admitted_ytd" in understood(made).mapped.columns) is is_read


def test_headers_that_the_figures_contradict_in_every_row_are_said() -> None:
    rows = [row | {"admitted": row["women"], "women": row["admitted"]} for row in ROWS]
    for made, said in ((given({}, rows), True), (given({}), False)):
        _, problems = read_table(made, understood(made))
        assert ("words_against_figures" in {found.code for found in problems}) is said


def test_a_total_that_no_word_calls_one_is_known_by_its_sums() -> None:
    rows = [cell_row("KN-1", number, f"Chi bộ {number}", **(ZEROS | row)) for number, row in enumerate(ROWS, 1)]
    sums = {name: sum(float(row.get(name, 0.0) or 0.0) for row in ROWS) for name in ("admitted", "women", *AGES)}
    sums |= {"admitted_ytd": 36.0, "admitted_ttd": 80.0}
    made = sheet("KN-1", [*rows, cell_row("KN-1", "", "Tất thảy", **sums)])
    (table,) = find_tables(made)
    assert [row.kind for row in with_sums(made, table).rows] == ["cell"] * 4 + ["total"]
    wrong = sheet("KN-1", [*rows, cell_row("KN-1", "", "Tất thảy", **sums | {"women": 5.0})])
    (table,) = find_tables(wrong)
    assert [row.kind for row in with_sums(wrong, table).rows] == ["cell"] * 4 + ["remark"]


def test_a_numbered_row_is_a_cell_though_it_is_the_sum_of_the_others() -> None:
    rows = [cell_row("KN-1", number, f"Bản {number}", **(ZEROS | row)) for number, row in enumerate(ROWS, 1)]
    sums = {name: sum(float(row.get(name, 0.0) or 0.0) for row in ROWS) for name in ("admitted", "women", *AGES)}
    sums |= {"admitted_ytd": 36.0, "admitted_ttd": 80.0}
    made = sheet("KN-1", [*rows, cell_row("KN-1", 5, "Bản Lớn", **sums)])
    (table,) = find_tables(made)
    assert [row.kind for row in with_sums(made, table).rows] == ["cell"] * 5


def test_a_group_of_last_year_keeps_its_columns_out_though_its_words_are_those_of_the_form() -> None:
    made = given({"religious": "Nữ"})
    made.rows[5][column_of("religious")] = "Năm trước"  # type: ignore[index]
    merges = [merge for merge in made.merges if not merge[1] <= column_of("religious") <= merge[3]]
    table = understood(replace(made, merges=tuple(merges)))
    assert table.mapped.columns["women"] != column_of("religious")
    assert column_of("religious") in table.mapped.unmapped


OCCUPATIONS = tuple(field.name for field in fields_of("KN-1") if field.partition and field.name.startswith("occup"))


def test_words_that_name_another_summand_too_are_told_by_the_sum_where_that_one_is_read() -> None:
    """`Cán bộ, chiến sĩ LLVT` beside `Cán bộ, công chức, viên chức`."""
    rows = [
        dict.fromkeys(OCCUPATIONS, 0.0)
        | row
        | {"occupation_official": 1.0, "occupation_armed_forces": row["admitted"] - 1}
        for row in ROWS
    ]
    said = {"occupation_armed_forces": "Công chức, bộ đội"}
    assert understood(given(said, rows)).mapped.columns["occupation_armed_forces"] == column_of(
        "occupation_armed_forces"
    )
    assert "occupation_armed_forces" not in understood(given(said)).mapped.columns
    # As long as nobody else is the official, it may be both.
    said["occupation_official"] = "Hạng lạ"
    assert "occupation_armed_forces" not in understood(given(said, rows)).mapped.columns


def test_who_is_woman_and_minority_is_neither_though_the_other_is_read() -> None:
    assert "women" not in understood(given({"women": "Nữ dân tộc thiểu số"})).mapped.columns


def test_whom_brackets_count_keeps_out_no_part_that_the_sum_lacks() -> None:
    rows = [dict.fromkeys(OCCUPATIONS, 0.0) | row | {"occupation_farmer": row["admitted"]} for row in ROWS]
    for text in ("Nông dân (hộ)", "Nông dân (không kể công nhân nông trường)"):
        assert understood(given({"occupation_farmer": text}, rows)).mapped.columns["occupation_farmer"]
    # What is expected is none, whatever its figures; nor is what no sum speaks for.
    assert (
        "occupation_farmer" not in understood(given({"occupation_farmer": "Nông dân (dự kiến)"}, rows)).mapped.columns
    )
    for text in ("Nông dân (hộ)", "Nông dân (không kể công nhân nông trường)"):
        assert "occupation_farmer" not in understood(given({"occupation_farmer": text})).mapped.columns
    assert "women" not in understood(given({"women": "Nữ (hộ)"}, rows)).mapped.columns


def test_whom_brackets_leave_out_is_no_part_that_is_left_over_of_a_sum() -> None:
    """Nobody has another occupation, so that nothing but what is left over speaks for the column."""
    rows = [dict.fromkeys(OCCUPATIONS, 0.0) | row | {"occupation_farmer": row["admitted"]} for row in ROWS]
    left_out = given({"occupation_other": "Khác (không thuộc cột nào)"}, rows)
    assert understood(left_out).mapped.columns["occupation_other"] == column_of("occupation_other")
    expected = given({"occupation_other": "Khác (chưa, dự kiến)"}, rows)
    assert "occupation_other" not in understood(expected).mapped.columns


NO_AGES: list[dict[str, Raw]] = [{"admitted": 0.0} for _ in ROWS]


@pytest.mark.parametrize("rows", [ROWS, NO_AGES])
@pytest.mark.parametrize("headers", [{"age_31_40": "Đến 40"}, {"age_31_40": "Từ 31"}, {"age_41_50": "Từ 41"}])
def test_an_age_of_which_one_end_is_said_is_the_band_between_those_beside_it(
    headers: dict[str, str], rows: list[dict[str, Raw]]
) -> None:
    assert (
        understood(given(headers, rows)).mapped.columns.items() >= {name: column_of(name) for name in headers}.items()
    )


def test_two_ages_of_which_one_end_is_said_are_told_by_their_sum() -> None:
    headers = {"age_31_40": "Đến 40", "age_41_50": "Từ 41"}
    assert understood(given(headers)).mapped.columns.items() >= {name: column_of(name) for name in headers}.items()
    assert not headers.keys() & understood(given(headers, NO_AGES)).mapped.columns.keys()


def test_ages_that_are_counted_up_to_a_year_are_no_bands() -> None:
    """`Đến 30`, `Đến 40`, `Đến 50`: the second counts the first as well."""
    headers = {"age_18_30": "Đến 30", "age_31_40": "Đến 40", "age_41_50": "Đến 50"}
    rows: list[dict[str, Raw]] = [
        {"admitted": 2.0, "age_18_30": 1.0, "age_31_40": 2.0, "age_41_50": 2.0} for _ in range(5)
    ]
    for given_rows in (rows, NO_AGES):
        columns = understood(given(headers, given_rows)).mapped.columns
        assert not {"age_31_40", "age_41_50"} & columns.keys()
    # One of them alone, where the bands beside it are said, still has to fit.
    assert "age_31_40" not in understood(given({"age_31_40": "Đến 40"}, rows)).mapped.columns
    # And so does one that stands elsewhere.
    elsewhere = understood(given({"age_31_40": "Trên 50", "age_over_50": "Từ 31"}, NO_AGES))
    assert "age_31_40" not in elsewhere.mapped.columns


@pytest.mark.parametrize("answers", [("Có", "Không"), ("Đã vào", "Chưa"), ("Phải", "Không")])
def test_of_the_answers_below_one_heading_the_one_that_says_yes_is_meant(answers: tuple[str, str]) -> None:
    """`Không` below `Tổ trưởng, trưởng bản là ĐV` ended a question, and was as good as `Có`."""
    rows: list[list[Raw]] = [
        [*[None] * 6, "Tổ trưởng, trưởng bản là ĐV", None],
        ["STT", "Chi bộ", "Đầu tháng", "Kết nạp", "Từ trần", "Cuối tháng", *answers],
        *(
            [float(n), f"Chi bộ bản {n}", 10.0 + n, 1.0, 0.0, 11.0 + n, *(("x", None) if n % 2 else (None, "x"))]
            for n in range(1, 9)
        ),
    ]
    assert understood(Sheet("ĐV", rows, ((0, 6, 0, 7),))).mapped.columns.get("head_is_member") in (None, 6)


def test_a_heading_that_asks_is_answered_by_the_columns_below_it() -> None:
    said = {"year_target": "Chỉ tiêu năm nay (người)", "attainment_pct": "Tỷ lệ thực hiện (%)"}
    made = given(said)
    made.rows[5][column_of("year_target")] = "Có đạt chỉ tiêu năm không?"  # type: ignore[index]
    columns = understood(made).mapped.columns
    assert {name: columns.get(name) for name in said} == {name: column_of(name) for name in said}


@pytest.mark.parametrize("total", ["TS", "Tổng số"])
def test_a_total_below_words_that_say_a_field_is_that_field(total: str) -> None:
    """`31 - 40 tuổi / TS` beside `31 - 40 tuổi / Nữ`."""
    bands = ("Đến 30 tuổi", "31 - 40 tuổi", "41 - 50 tuổi", "51 - 60 tuổi", "Trên 60 tuổi")
    rows: list[list[Raw]] = [
        ["Chi bộ", "Đảng viên đầu tháng", "Đảng viên cuối tháng", "Lứa tuổi", *[""] * 9],
        ["", "", "", *(text for band in bands for text in (band, ""))],
        ["", "", "", *[total, "Nữ"] * 5],
        *([f"Chi bộ Bản {n}", 15.0, 15.0, 5.0, 1.0, 4.0, 1.0, 3.0, 1.0, 2.0, 1.0, 1.0, 0.0] for n in range(1, 6)),
    ]
    merges = ((0, 3, 0, 12), *((1, column, 1, column + 1) for column in range(3, 13, 2)))
    columns = understood(Sheet("ĐV", rows, merges)).mapped.columns
    assert [columns.get(name) for name in ("age_to_30", "age_31_40", "age_41_50", "age_51_60", "age_over_60")] == [
        *range(3, 13, 2)
    ]


def test_what_is_reckoned_from_its_neighbours_stands_between_them() -> None:
    header: list[Raw] = ["Chi bộ", "Kết nạp trong tháng", "Nữ", "Chỉ tiêu phát triển đảng viên năm"]
    header += ["Thực hiện từ đầu năm", "Tỷ lệ hoàn thành kế hoạch năm"]
    rows: list[list[Raw]] = [header, *([f"Chi bộ {n}", 2.0, 1.0, 4.0, n + 2.0, 25.0 * (n + 2)] for n in range(1, 6))]
    table = understood(Sheet("KN", rows, ()))
    assert {"year_target": 3, "admitted_ytd": 4, "attainment_pct": 5}.items() <= table.mapped.columns.items()


def test_other_than_what_nobody_says_is_no_part() -> None:
    """`Khác` alone, far from any occupation, was read as people of other occupations."""
    rows: list[list[Raw]] = [["Chi bộ", "Kết nạp trong tháng", "Nữ", "Dân tộc thiểu số", "Lý do chưa đạt", "Khác"]]
    rows += [[f"Chi bộ {n}", 2.0, 1.0, 1.0, "", 0.0] for n in range(1, 6)]
    table = understood(Sheet("KN", rows, ()))
    assert table.mapped.columns.keys() >= {"admitted", "women", "ethnic_minority"}
    assert "occupation_other" not in table.mapped.columns
