"""Finding the forms' tables on a sheet and the kind of each row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from ingest.container.workbook import Sheet
from ingest.model import FormReading, Problem
from ingest.monthly.lines import read_table
from ingest.monthly.row_kinds import is_number_row, is_remark, is_total, row_number
from ingest.monthly.sums import with_sums
from ingest.monthly.tables import Table, find_tables, table_rows
from ingest.values.numbers import Raw
from ingest.values.text import column_letter
from reference.fields import MONTHLY_FORMS, fields_of, number_fields_of
from tests.ingest.sheets import cell_row, header_grid, plain_rows, sheet


def read_only_table(given: Sheet) -> tuple[FormReading, list[Problem]]:
    (table,) = find_tables(given)
    return read_table(given, table)


@pytest.mark.parametrize("form", MONTHLY_FORMS)
@pytest.mark.parametrize("merged", [True, False])
def test_every_column_of_the_template_is_mapped(form: str, merged: bool) -> None:
    reading, problems = read_only_table(sheet(form, plain_rows(form), merged=merged))
    assert reading.form == form
    assert set(reading.columns) >= {field.name for field in number_fields_of(form)}
    assert not reading.unmapped
    assert problems == []


def test_a_column_that_only_ends_like_the_names_does_not_end_the_header() -> None:
    header: list[list[Raw]] = [
        ["Stt", "Tên chi", "KN trong tháng", "Trong số đó", "", "Độ tuổi", "", "", "", "Bí thư", "KN từ"],
        ["", "bộ", "Tổng số", "Số nữ", "Có", "18-30", "Trên 30", "41 đến", "Trên", "chi bộ", "tháng"],
        ["", "", "ĐV", "", "đạo", "", "đến 40", "50", "50", "", "01"],
    ]
    cells: list[list[Raw]] = [
        [float(number), f"Chi bộ bản {number}", 2.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, "đ/c Lan", 2.0]
        for number in range(1, 6)
    ]
    (table,) = find_tables(Sheet("KN", header + cells, ()))
    assert (table.header_first, table.header_last) == (0, 2)
    read = {"cell_name": 1, "admitted": 2, "women": 3, "religious": 4, "age_31_40": 6, "age_over_50": 8}
    assert read.items() <= table.mapped.columns.items()


def test_a_header_broken_over_rows_goes_on_below_the_ends_of_its_ages() -> None:
    header: list[list[Raw]] = [
        ["Thứ", "Chi bộ", "Đầu tháng", "Tăng", "", "Đảng viên", "Tuổi", "", "", "", ""],
        ["tự", "ở đâu", "có", "Kết nạp", "Được cho", "cuối tháng", "30 trở", "31 đến", "41 đến", "Từ", "Quá"],
        ["", "", "", "thêm", "vào lại", "", "xuống", "40", "50", "51-60", "60"],
    ]
    rows: list[list[Raw]] = [
        [float(n), f"Chi bộ bản {n}", 9.0, 1.0, 0.0, 10.0, 2.0, 2.0, 2.0, 2.0, 2.0] for n in (1, 2, 3)
    ]
    (table,) = find_tables(Sheet("ĐV", [*header, *rows], ()))
    assert (table.header_first, table.header_last, len(table.rows)) == (0, 2, 3)
    assert table.mapped.columns["increase_reinstated"] == 4
    assert table.mapped.columns["age_51_60"] == 9
    # A cell whose figures could all be ages is a cell: its name stands where the others have theirs.
    old: list[Raw] = [1.0, "Chi bộ bản 1", 42.0, 40.0, 50.0, 60.0, 18.0, 31.0, 41.0, 51.0, 61.0]
    (table,) = find_tables(Sheet("ĐV", [*header, old, *rows[1:]], ()))
    assert [row.label for row in table.rows] == ["Chi bộ bản 1", "Chi bộ bản 2", "Chi bộ bản 3"]


def test_a_row_of_nothing_but_the_ends_of_ages_begun_above_is_the_header_s_last() -> None:
    header: list[list[Raw]] = [
        ["STT", "Chi bộ", "Đầu", "Cuối", "Độ tuổi", "", "", ""],
        ["", "", "tháng", "tháng", "18-30", "31-40", "41 đến", "51 -"],
        ["", "", "", "", "", "", "50", 60.0],
    ]
    rows: list[list[Raw]] = [[float(n), f"Chi bộ bản {n}", 9.0, 9.0, 2.0, 2.0, 3.0, 2.0] for n in (1, 2, 3)]
    (table,) = find_tables(Sheet("ĐV", [*header, *rows], ()))
    assert (table.header_last, [row.label for row in table.rows]) == (
        2,
        ["Chi bộ bản 1", "Chi bộ bản 2", "Chi bộ bản 3"],
    )
    assert table.mapped.columns["age_41_50"] == 6
    assert table.mapped.columns["age_51_60"] == 7
    # Figures below whole ranges are a row that lost its name.
    header[1][6:] = ["41 đến 50", "51 - 60"]
    (table,) = find_tables(Sheet("ĐV", [*header, *rows], ()))
    assert table.header_last == 1


def test_rows_carry_the_number_that_the_spreadsheet_program_shows() -> None:
    reading, _ = read_only_table(sheet("KN-1", plain_rows("KN-1")))
    assert reading.header_rows == (6, 7)
    assert [line.row for line in reading.lines] == [9, 10, 11, 12]


def test_section_rows_are_told_from_cells_and_cells_know_their_section() -> None:
    rows = [
        cell_row("KN-1", "I", "Khối dân cư", admitted=2.0),
        cell_row("KN-1", 1, "Chi bộ Tổ dân phố số 1", admitted=2.0),
        cell_row("KN-1", "II", "Khối trường học"),
        cell_row("KN-1", 1, "Chi bộ Trường Mầm non"),
        cell_row("KN-1", "", "TỔNG CỘNG", admitted=2.0),
    ]
    reading, _ = read_only_table(sheet("KN-1", rows))
    assert [line.kind for line in reading.lines] == ["section", "cell", "section", "cell", "total"]
    assert [line.section_line for line in reading.lines] == [None, 1, None, 3, None]


@pytest.mark.parametrize("name", ["I. Khối dân cư", "Khối dân cư"])
def test_a_section_below_the_header_whose_name_stands_left_of_the_names_is_none_of_its_rows(name: str) -> None:
    width = len(fields_of("KN-1"))
    rows: list[list[Raw]] = [[name, *[""] * (width - 1)], *plain_rows("KN-1", 3)]
    reading, problems = read_only_table(sheet("KN-1", rows, number_row=False))
    assert [line.kind for line in reading.lines if line.cell_name] == ["section", "cell", "cell", "cell", "total"]
    assert problems == []


def test_a_row_of_numbers_is_one_also_beside_somebodys_check() -> None:
    rows = plain_rows("KN-1", 3)
    numbers: list[Raw] = [float(each) for each in range(1, len(rows[0]) + 1)]
    given = sheet("KN-1", [[*numbers, "", 5.0], *rows], number_row=False)
    reading, _ = read_only_table(given)
    assert [line.kind for line in reading.lines] == ["cell", "cell", "cell", "total"]


@pytest.mark.parametrize("header", ["Tháng", "Xã/phường", "Đảng bộ"])
def test_a_column_that_says_the_same_in_every_row_names_no_cell(header: str) -> None:
    fields = [field for field in fields_of("KN-1") if field.name not in ("ordinal", "cell_type")]
    headers: list[Raw] = [header, *(f"{field.group_vi} {field.header_vi}".strip() for field in fields)]
    headers[1] = "Danh sách nơi báo cáo"
    cells: list[list[Raw]] = [["Phường Quyết Tiến", f"Tổ {n}", *[1.0] * (len(fields) - 2), ""] for n in range(1, 6)]
    reading, _ = read_only_table(Sheet(name="Kết nạp", rows=[headers, *cells], merges=()))
    assert [line.cell_name for line in reading.lines] == [f"Tổ {n}" for n in range(1, 6)]


def test_total_row_above_the_rows_is_recognised() -> None:
    rows = [cell_row("KN-1", "", "Tổng số"), cell_row("KN-1", 1, "Chi bộ A"), cell_row("KN-1", 2, "Chi bộ B")]
    reading, _ = read_only_table(sheet("KN-1", rows))
    assert [line.kind for line in reading.lines] == ["total", "cell", "cell"]


def test_total_label_in_the_ordinal_column_is_recognised() -> None:
    rows = [cell_row("KN-1", 1, "Chi bộ A"), cell_row("KN-1", "TỔNG CỘNG", "", admitted=0.0)]
    reading, _ = read_only_table(sheet("KN-1", rows))
    assert [line.kind for line in reading.lines] == ["cell", "total"]


def test_the_signature_block_ends_the_table_even_with_words_under_figure_columns() -> None:
    signature: list[list[Raw]] = [
        ["", "", "", "Lai Châu, ngày 01 tháng 7 năm 2020"],
        ["", "NGƯỜI LẬP BIỂU", "", "BÍ THƯ"],
    ]
    reading, problems = read_only_table(sheet("KN-1", plain_rows("KN-1"), signature=signature))
    assert len(reading.lines) == 4
    assert problems == []


def test_a_note_about_the_secretary_does_not_end_the_table() -> None:
    rows = [
        cell_row("KN-1", 1, "Chi bộ A", admitted="1", note="Bí thư mới"),
        cell_row("KN-1", 2, "Chi bộ B", admitted="2"),
    ]
    texts = [["" if value == 0.0 else value for value in row] for row in rows]
    reading, _ = read_only_table(sheet("KN-1", texts))
    assert [line.values["admitted"] for line in reading.lines] == [1, 2]


def test_blank_rows_between_cells_do_not_end_the_table() -> None:
    rows = [cell_row("KN-1", 1, "Chi bộ A"), [], cell_row("KN-1", 2, "Chi bộ B")]
    reading, _ = read_only_table(sheet("KN-1", rows))
    assert [line.row for line in reading.lines] == [9, 11]


def test_figures_without_a_name_are_a_problem_and_no_line() -> None:
    rows = [cell_row("KN-1", 1, "Chi bộ A"), cell_row("KN-1", "", "", admitted=3.0)]
    reading, problems = read_only_table(sheet("KN-1", rows))
    assert len(reading.lines) == 1
    assert [(problem.code, problem.cell) for problem in problems] == [("row_without_name", "B10")]


@pytest.mark.parametrize(("typed", "cell"), [("hai", "D9"), ("12,5", "D9")])
def test_an_unreadable_figure_is_null_and_named_with_its_cell(typed: str, cell: str) -> None:
    reading, problems = read_only_table(sheet("KN-1", [cell_row("KN-1", 1, "Chi bộ A", admitted=typed)]))
    assert reading.lines[0].values["admitted"] is None
    assert [(problem.code, problem.cell, problem.found) for problem in problems] == [("value_unread", cell, typed)]
    assert typed in problems[0].message_vi
    assert cell in problems[0].message_en


def test_a_negative_figure_is_kept_and_said_aloud() -> None:
    reading, problems = read_only_table(sheet("KN-1", [cell_row("KN-1", 1, "Chi bộ A", women=-1.0)]))
    assert reading.lines[0].values["women"] == -1
    assert [problem.code for problem in problems] == ["value_negative"]


def test_an_unknown_column_is_listed_and_not_guessed() -> None:
    given = sheet("KN-1", plain_rows("KN-1"))
    given.rows[5].append("Xếp loại")
    reading, problems = read_only_table(given)
    assert list(reading.unmapped.values()) == ["Xếp loại"]
    assert [problem.code for problem in problems] == ["column_unknown"]


def test_a_column_claimed_twice_is_read_from_neither() -> None:
    given = sheet("KN-2", plain_rows("KN-2"))
    given.rows[5].append("Tổ chức giới thiệu")
    given.rows[6].append("Công đoàn")
    reading, problems = read_only_table(given)
    assert "introduced_trade_union" not in reading.columns
    assert reading.lines[0].values["introduced_trade_union"] is None
    assert [problem.code for problem in problems] == ["column_repeated"]


def test_a_missing_column_is_listed() -> None:
    given = sheet("KN-1", plain_rows("KN-1"), merged=False)
    for row in given.rows[5:]:
        row[6] = ""
    reading, problems = read_only_table(given)
    assert "religious" not in reading.columns
    assert [(problem.code, problem.field) for problem in problems] == [("column_missing", "religious")]


def test_the_same_word_under_two_groups_goes_to_two_fields() -> None:
    reading, _ = read_only_table(sheet("KN-3", plain_rows("KN-3")))
    assert reading.columns["increase_admitted"] == "E"
    reading, _ = read_only_table(sheet("KN-1", plain_rows("KN-1")))
    assert (reading.columns["women"], reading.columns["occupation_other"]) == ("E", "R")


def test_figures_under_no_header_are_said_and_not_read() -> None:
    given = sheet("KN-2", plain_rows("KN-2"))
    given.rows[8].append(7.0)
    _, problems = read_only_table(given)
    assert [(problem.code, problem.cell, problem.found) for problem in problems] == [
        ("column_without_header", f"{column_letter(len(fields_of('KN-2')))}9", "7")
    ]


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("T.số", "admitted"),
        ("D.tộc TS", "ethnic_minority"),
        ("DTTS", "ethnic_minority"),
        ("Đoàn viên TNSC", "youth_union"),
        ("DÂN TỘC\nTHIỂU SỐ", "ethnic_minority"),
        ("Cán bộ, công chưc, viên chứcc", "occupation_official"),
        ("HS, SV", "occupation_student"),
    ],
)
def test_headers_that_are_nearly_right_are_understood(written: str, field: str) -> None:
    given = sheet("KN-1", plain_rows("KN-1"))
    column = [known.name for known in fields_of("KN-1")].index(field)
    given.rows[6][column] = written
    reading, problems = read_only_table(given)
    assert reading.columns[field] == column_letter(column)
    assert problems == []


@pytest.mark.parametrize("written", ["Nam", "Dự kiến tháng sau", "Nữ tháng trước", "Số khác"])
def test_headers_of_other_things_are_not_bent_into_a_field(written: str) -> None:
    given = sheet("KN-1", plain_rows("KN-1"))
    given.rows[6][4] = written
    reading, problems = read_only_table(given)
    assert "women" not in reading.columns
    assert "E" in reading.unmapped
    assert {problem.code for problem in problems} == {"column_unknown", "column_missing"}


def test_the_group_may_stand_in_the_same_text() -> None:
    given = sheet("KN-3", plain_rows("KN-3"), merged=False)
    for column, known in enumerate(fields_of("KN-3")):
        if known.group_vi in ("Tăng", "Giảm"):
            given.rows[5][column] = f"{known.group_vi}: {known.header_vi}"
            given.rows[6][column] = ""
    reading, problems = read_only_table(given)
    assert (reading.columns["increase_admitted"], reading.columns["decrease_deceased"]) == ("E", "I")
    assert problems == []


def test_a_header_repeated_after_a_page_break_goes_on_with_the_table() -> None:
    header, _ = header_grid("KN-1")
    rows = [cell_row("KN-1", 1, "Chi bộ A"), *header, cell_row("KN-1", 2, "Chi bộ B"), cell_row("KN-1", "", "Cộng")]
    reading, problems = read_only_table(sheet("KN-1", rows, merged=False))
    assert [(line.row, line.kind) for line in reading.lines] == [(9, "cell"), (12, "cell"), (13, "total")]
    assert problems == []


def test_remarks_with_figures_below_the_total_are_no_cells() -> None:
    rows = [*plain_rows("KN-1"), cell_row("KN-1", "", "So với tháng trước", admitted=5.0)]
    reading, problems = read_only_table(sheet("KN-1", rows))
    assert [line.kind for line in reading.lines] == ["cell", "cell", "cell", "total"]
    assert [(problem.code, problem.found) for problem in problems] == [("row_passed_over", "So với tháng trước")]


def test_two_forms_one_under_another_are_both_read() -> None:
    first, second = sheet("KN-1", plain_rows("KN-1")), sheet("KN-2", plain_rows("KN-2"))
    down = len(first.rows)
    merges = first.merges + tuple((a + down, b, c + down, d) for a, b, c, d in second.merges)
    tables = find_tables(Sheet("Biểu", first.rows + second.rows, merges))
    assert [table.mapped.form for table in tables] == ["KN-1", "KN-2"]
    assert [len(table.rows) for table in tables] == [4, 4]


def test_lettered_sections_and_blocks_are_sections() -> None:
    rows = [
        cell_row("KN-1", "A", "Khối dân cư", admitted=2.0),
        cell_row("KN-1", 1, "Tổ dân phố 1", admitted=2.0),
        cell_row("KN-1", "", "Khối trường học", admitted=0.0),
        cell_row("KN-1", 2, "Trường Mầm non"),
        cell_row("KN-1", "", "TỔNG CỘNG", admitted=2.0),
    ]
    reading, _ = read_only_table(sheet("KN-1", rows))
    assert [line.kind for line in reading.lines] == ["section", "cell", "section", "cell", "total"]


def test_what_is_carried_from_page_to_page_is_no_cell() -> None:
    rows = [cell_row("KN-1", 1, "Bản A"), cell_row("KN-1", "", "Cộng trang 1"), cell_row("KN-1", "", "Mang sang")]
    reading, problems = read_only_table(sheet("KN-1", [*rows, cell_row("KN-1", 2, "Bản B")]))
    assert [line.cell_name for line in reading.lines] == ["Bản A", "Bản B"]
    assert [problem.code for problem in problems] == ["row_passed_over", "row_passed_over"]


def test_another_table_below_the_total_is_not_read_into_this_one() -> None:
    rows = [*plain_rows("KN-1"), cell_row("KN-1", 1, "Bản A", admitted=5.0), cell_row("KN-1", 2, "Bản B", admitted=4.0)]
    reading, problems = read_only_table(sheet("KN-1", rows))
    assert len(reading.lines) == 4
    assert [problem.code for problem in problems] == ["row_passed_over", "row_passed_over"]


def test_a_name_broken_over_two_rows_is_one_name() -> None:
    rows = [cell_row("KN-1", 1, "Chi bộ Tổ dân phố"), ["", "số 22"], cell_row("KN-1", 2, "Chi bộ Bản"), ["", "Mới"]]
    reading, _ = read_only_table(sheet("KN-1", rows))
    assert [line.cell_name for line in reading.lines] == ["Chi bộ Tổ dân phố số 22", "Chi bộ Bản Mới"]


def test_headers_with_their_column_s_number_are_understood() -> None:
    given = sheet("KN-2", plain_rows("KN-2"), merged=False)
    for row in (5, 6):
        given.rows[row] = [f"{column + 1}. {text}" if text else "" for column, text in enumerate(given.rows[row])]
    reading, problems = read_only_table(given)
    assert len(reading.columns) == len(fields_of("KN-2"))
    assert problems == []


def test_tables_side_by_side_are_not_read_into_one_another() -> None:
    left, right = sheet("KN-1", plain_rows("KN-1"), merged=False), sheet("KN-2", plain_rows("KN-2"), merged=False)
    both = [[*a, "", *b] for a, b in zip(left.rows, right.rows, strict=True)]
    (table,) = find_tables(Sheet("Biểu", both, ()))
    reading, problems = read_table(Sheet("Biểu", both, ()), table)
    assert reading.lines == ()
    assert "column_repeated" in [problem.code for problem in problems]


@pytest.mark.parametrize("number", ["-", "1.1", "1²", "²", "9" * 5000, "½", "٣", "1e5", "IV.", "–", "*", "3*", "(4)"])
@pytest.mark.parametrize("below_the_total", [False, True])
def test_whatever_stands_as_a_row_s_number_the_table_is_found(number: str, below_the_total: bool) -> None:
    odd = [*cell_row("KN-1", number, "Chi bộ Bản Mới")]
    rows = plain_rows("KN-1")
    rows.insert(len(rows) if below_the_total else 2, odd)
    (table,) = find_tables(sheet("KN-1", rows))
    assert [row.label for row in table.rows if row.kind == "cell"][:1] == ["Chi bộ Tổ dân phố số 1"]
    assert [row.kind for row in table.rows].count("total") == 1
    assert "Chi bộ Bản Mới" in [row.label for row in table.rows]


@pytest.mark.parametrize(("ordinal", "number"), [("7", 7), ("07.", 7), ("1²", 1), ("3*", 3), ("12)", 12)])
def test_a_row_s_number_is_read_with_the_marks_around_it(ordinal: str, number: int) -> None:
    assert row_number(ordinal) == number


@pytest.mark.parametrize("ordinal", ["", "-", "1.1", "IV", "²", "½", "9" * 6, "1 2", "A1", "(3)"])
def test_what_is_no_row_number_is_none(ordinal: str) -> None:
    assert row_number(ordinal) is None


def kinds_of(rows: list[list[Raw]]) -> dict[str, str]:
    (table,) = find_tables(sheet("KN-1", rows))
    return {row.label: row.kind for row in table.rows}


@pytest.mark.parametrize(
    "name", ["B. Tả Làn Than", "C.A phường", "V.P Đảng ủy", "I. Bản Mới", "A. Páo", "X. Nậm Loỏng"]
)
def test_a_numbered_row_with_figures_is_a_cell_whatever_letters_its_name_begins_with(name: str) -> None:
    assert kinds_of([*plain_rows("KN-1", 2), cell_row("KN-1", 3, name)])[name] == "cell"


@pytest.mark.parametrize("name", ["B. Tả Làn Than", "C.A phường", "V.P Đảng ủy", "T.T Y tế", "X. Nậm Loỏng"])
def test_without_row_numbers_sections_are_told_from_names_by_their_order(name: str) -> None:
    cells = [cell_row("KN-1", "", each) for each in ("Trường Tiểu học", name, "Trạm Y tế")]
    assert kinds_of(cells)[name] == "cell"
    sections = [cell_row("KN-1", "", each) for each in ("A. Khối dân cư", "Bản Mới", "B. Khối trường học", "Bản Cũ")]
    assert list(kinds_of(sections).values()) == ["section", "cell", "section", "cell"]


def test_sections_with_figures_of_their_own_stay_sections() -> None:
    rows = [
        cell_row("KN-1", "A", "Khối dân cư"),
        cell_row("KN-1", 1, "Chi bộ Bản Mới"),
        cell_row("KN-1", "", "B. Khối trường học"),
        cell_row("KN-1", 2, "Chi bộ Trường Mầm non"),
        cell_row("KN-1", "", "II. Khối cơ quan"),
        cell_row("KN-1", 3, "Chi bộ Trạm Y tế"),
    ]
    assert list(kinds_of(rows).values()) == ["section", "cell"] * 3


@pytest.mark.parametrize(("name", "label"), [(20.0, "20"), (date(2020, 5, 1), "01/05/2020"), (5.5, "5.5")])
def test_a_name_that_is_a_number_or_a_day_is_the_name(name: Raw, label: str) -> None:
    row = cell_row("KN-1", 3, "", cell_type="Tổ dân phố")
    row[1] = name
    assert kinds_of([*plain_rows("KN-1", 2), row])[label] == "cell"


def test_the_type_of_a_cell_without_a_name_is_not_its_name() -> None:
    row = cell_row("KN-1", 3, "", cell_type="Tổ dân phố")
    assert list(kinds_of([*plain_rows("KN-1", 2)[:2], row]).values())[2:] == ["nameless"]


def test_a_total_whose_name_column_counts_the_cells_stays_the_total() -> None:
    row = cell_row("KN-1", "TỔNG CỘNG", "")
    row[1] = 2.0
    assert kinds_of([*plain_rows("KN-1", 2)[:2], row])["TỔNG CỘNG"] == "total"


HEADER: list[Raw] = ["STT", "Chi bộ", "Đầu tháng", "Kết nạp", "Từ trần", "Xóa tên", "Cuối tháng"]


def of_members(*rows: list[Raw], header: Sequence[Raw] = HEADER) -> Sheet:
    return Sheet("ĐV", [list(header), *rows], ())


def members(number: object, name: str, opening: float = 10.0) -> list[Raw]:
    return [float(number) if isinstance(number, int) else str(number), name, opening, 1.0, 0.0, 0.0, opening + 1]


def test_the_columns_may_be_numbered_in_words() -> None:
    """A sheet whose columns are `cột 1`, `cột 2` … was no form at all."""
    for mark in ("cột {}", "(cột {})", "[{}]", "{}."):
        numbers: list[Raw] = [mark.format(number) for number in range(1, 8)]
        (table,) = find_tables(of_members(numbers, *(members(n, f"Bản {n}") for n in (1, 2, 3))))
        assert [row.label for row in table.rows] == ["Bản 1", "Bản 2", "Bản 3"], mark


def with_its_sums(made: Sheet) -> Table:
    (table,) = find_tables(made)
    return with_sums(made, table)


def test_a_section_may_be_called_like_its_cells() -> None:
    """`I. Chi bộ tổ dân phố, bản` with the sum of its cells was one more cell."""
    total = ["I", "Chi bộ tổ dân phố, bản", 20.0, 2.0, 0.0, 0.0, 22.0]
    rows: list[list[Raw]] = [[*total], members(1, "Bản Màng"), members(2, "Bản Đông")]
    rows += [members("II", "Chi bộ Quân sự"), members("III", "Khối trường học"), members(3, "Trường Tiểu học")]
    kinds = [row.kind for row in with_its_sums(of_members(*rows)).rows]
    assert kinds == ["section", "cell", "cell", "cell", "section", "cell"]
    # So is one without figures, as the rest of its rows says.
    rows[3] = ["II", "Chi bộ cơ quan", *[""] * 5]
    rows[4] = members(1, "Trạm y tế")
    assert with_its_sums(of_members(*rows)).rows[3].kind == "section"
    # Where it is no sum it is a cell, though numbered ones follow.
    rows = [members("I", "Chi bộ Công an", 7.0), members("II", "Chi bộ Quân sự", 8.0), members(1, "Chi bộ Bản Màng")]
    rows += [members(2, "Chi bộ Bản Đông"), members(3, "Chi bộ Bản Chin")]
    assert [row.kind for row in with_its_sums(of_members(*rows)).rows] == ["cell"] * 5
    # Where every cell has a Roman numeral, they are cells.
    numerals = with_its_sums(of_members(*(members(numeral, f"Chi bộ {numeral}") for numeral in ("I", "II", "III"))))
    assert [row.kind for row in numerals.rows] == ["cell"] * 3


def test_cells_that_are_alike_are_no_sections_of_one_another() -> None:
    """Nobody, nobody, two, two, nobody …: each pair looked like a section and its cell."""
    header: list[Raw] = ["Đơn vị", *HEADER[2:]]
    nobody, some = [0.0] * 5, [2.0, 2.0, 2.0, 2.0, 4.0]
    rows = [[f"Bản {n}", *(some if each else nobody)] for n, each in enumerate((0, 0, 1, 1, 0, 1, 1, 0), 1)]
    assert {row.kind for row in with_its_sums(Sheet("ĐV", [header, *rows], ())).rows} == {"cell"}


def test_a_section_of_one_cell_is_known_by_its_sum_where_others_are() -> None:
    rows = [["Chi bộ", *HEADER[2:]], ["Khối dân cư", 20.0, 2.0, 2.0, 1.0, 21.0]]
    rows += [[f"Chi bộ Bản {n}", 10.0, 1.0, 1.0, n - 1.0, 11.5 - n] for n in (1, 2)]
    rows += [[name, 12.0, 1.0, 1.0, 1.0, 11.0] for name in ("Cơ quan, y tế", "Chi bộ Ban quản lý chợ")]
    made = Sheet("ĐV", rows, ())
    (table,) = find_tables(made)
    kinds = [row.kind for row in with_sums(made, table).rows]
    assert kinds == ["section", "cell", "cell", "section", "cell"]


def test_rows_that_add_up_those_below_them_throughout_are_sections_whatever_they_are_called() -> None:
    def of(name: str, *figures: float) -> list[Raw]:
        return [name, *figures, 0.0, sum(figures)]

    cells = [of("TDP 1", 18.0, 1.0, 1.0), of("TDP 2", 50.0, 2.0, 2.0), of("Trường A", 58.0, 4.0, 1.0)]
    cells += [of("Trường B", 16.0, 2.0, 1.0), of("Công an", 15.0, 1.0, 1.0)]
    sums = [
        of("Chi bộ tổ dân phố, bản", 68.0, 3.0, 3.0),
        of("Giáo dục", 74.0, 6.0, 2.0),
        of("Vũ trang", 15.0, 1.0, 1.0),
    ]
    rows = [["Tên đơn vị", *HEADER[2:]], sums[0], *cells[:2], sums[1], *cells[2:4], sums[2], cells[4]]
    made = Sheet("ĐV", rows, ())
    (table,) = find_tables(made)
    found = with_sums(made, table).rows
    assert [row.label for row in found if row.kind == "section"] == ["Chi bộ tổ dân phố, bản", "Giáo dục", "Vũ trang"]
    # One of them may be known by its name.
    made = Sheet("ĐV", [rows[0], of("Khối dân cư", 68.0, 3.0, 3.0), *rows[2:]], ())
    (table,) = find_tables(made)
    found = with_sums(made, table).rows
    assert [row.label for row in found if row.kind == "section"] == ["Khối dân cư", "Giáo dục", "Vũ trang"]
    # One row that is none of them, and those that are not called by a kind of cells are cells like it.
    rows[1], rows[4] = of("Chi bộ Hoa Ban", 68.0, 3.0, 3.0), of("Chi bộ Lan", 74.0, 6.0, 2.0)
    made = Sheet("ĐV", [*rows, of("Chi bộ Chợ", 9.0, 1.0, 0.0)], ())
    (table,) = find_tables(made)
    assert {"Chi bộ Hoa Ban", "Chi bộ Lan"} <= {row.label for row in with_sums(made, table).rows if row.kind == "cell"}


def test_a_section_of_hardly_anybody_ends_at_the_next_section_without_a_number() -> None:
    """Rows without a number are passed over; those called by a kind of cells end the section above all the same."""
    header: list[Raw] = ["Mã", "Chi bộ", *HEADER[2:]]
    rows: list[list[Raw]] = [
        ["", "Khối CQ, đơn vị", 30.0, 3.0, 2.0, 1.0, 34.0],
        ["01", "UBND", 10.0, 1.0, 1.0, 0.0, 12.0],
        ["02", "Văn phòng", 20.0, 2.0, 1.0, 1.0, 22.0],
        ["", "Chi bộ DN", 4.0, 0.0, 0.0, 0.0, 4.0],
        ["03", "HTX Hợp Nhất", 1.0, 0.0, 0.0, 0.0, 1.0],
        ["04", "HTX Vận tải", 3.0, 0.0, 0.0, 0.0, 3.0],
        ["", "Địa bàn dân cư", 27.0, 2.0, 1.0, 1.0, 29.0],
        ["05", "Tổ 1", 12.0, 1.0, 1.0, 0.0, 14.0],
        ["06", "Tổ 2", 15.0, 1.0, 0.0, 1.0, 15.0],
    ]
    found = with_its_sums(Sheet("ĐV", [header, *rows], ())).rows
    assert [row.label for row in found if row.kind == "cell"] == [str(row[1]) for row in rows if row[0]]


def test_rows_called_by_a_kind_of_cells_are_sections_where_they_add_up_what_is_told_below_them() -> None:
    """Sums of what a cell had left blank in its own row made one more cell of the section."""

    def of(name: str, *figures: float | str) -> list[Raw]:
        return [name, *figures]

    rows: list[list[Raw]] = [
        ["Chi bộ", *HEADER[2:]],
        of("Chi bộ nông thôn", 25.0, 3.0, 2.0, 1.0, 29.0),
        of("Bản Màng", 10.0, 1.0, "", 0.0, 12.0),
        of("Bản Đông", 15.0, 2.0, 1.0, 1.0, 17.0),
        of("Cơ quan, y tế", 15.0, 1.0, 0.0, 0.0, 16.0),
        of("Trạm xá Đông", 15.0, 1.0, 0.0, 0.0, 16.0),
        of("Chi bộ Quân sự", 9.0, 1.0, 0.0, 1.0, 9.0),
    ]
    found = with_its_sums(Sheet("ĐV", rows, ())).rows
    assert [row.kind for row in found] == ["section", "cell", "cell", "section", "cell", "cell"]
    rows[1] = of("Chi bộ nông thôn", 24.0, 3.0, 2.0, 1.0, 29.0)
    assert {row.kind for row in with_its_sums(Sheet("ĐV", rows, ())).rows} == {"cell"}


def test_where_most_names_have_a_mark_those_without_above_them_are_sections() -> None:
    rows: list[list[Raw]] = [["Chi bộ", *HEADER[2:]]]
    for section, names in (("Chi bộ Bản", ("1. Bản A", "2. Bản B")), ("Chi bộ Chợ", ("3. Tổ 1",))):
        rows += [[name, 1.0, 0.0, 0.0, 0.0, 1.0] for name in (section, *names)]
    made = Sheet("ĐV", rows, ())
    assert [row.kind for row in find_tables(made)[0].rows] == ["section", "cell", "cell", "section", "cell"]
    made = Sheet("ĐV", [[str(row[0]).partition(". ")[2] or row[0], *row[1:]] for row in rows], ())
    assert {row.kind for row in find_tables(made)[0].rows} == {"cell"}


def test_codes_are_no_names_of_cells() -> None:
    rows: list[list[Raw]] = [["STT", "Mã CB", "Loại", "Chi bộ gửi số liệu", *HEADER[2:]]]
    rows += [[float(n), f"CB0{n}", "Dân cư", f"Bản số {n}", *members(n, "")[2:]] for n in range(1, 6)]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    assert [row.label for row in table.rows] == [f"Bản số {n}" for n in range(1, 6)]
    # Where nothing else names the cells, their codes do.
    (table,) = find_tables(of_members(*(members(n, f"CB0{n}") for n in range(1, 6))))
    assert [row.label for row in table.rows] == [f"CB0{n}" for n in range(1, 6)]


def test_what_is_the_same_in_every_row_names_no_cell() -> None:
    rows: list[list[Raw]] = [["Đơn vị báo cáo", "STT", "Chi bộ gửi số liệu", *HEADER[2:]]]
    rows += [["Phường Quyết Tiến", float(n), f"Bản số {n}", *members(n, "")[2:]] for n in range(1, 6)]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    assert [row.label for row in table.rows] == [f"Bản số {n}" for n in range(1, 6)]


def test_kinds_of_cells_left_of_their_names_are_none() -> None:
    rows: list[list[Raw]] = [["STT", "Lĩnh vực", "Danh mục các nơi", *HEADER[2:]]]
    kinds = ("Dân cư", "Dân cư", "Trường học", "Cơ quan", "Dân cư")
    rows += [[float(n), kind, f"Bản số {n}", *members(n, "")[2:]] for n, kind in enumerate(kinds, 1)]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    assert [row.label for row in table.rows] == [f"Bản số {n}" for n in range(1, 6)]


def test_what_follows_another_header_is_not_of_the_table_above_though_it_is_not_understood() -> None:
    """Classes below the members were taken for cells, and so were the members below the candidates."""
    other: list[list[Raw]] = [
        ["IV. Việc khác"],
        ["STT", "Việc", "Số thửa", "Số hộ vay", "Số gốc cây", "Ai trồng", "Ở đâu"],
    ]
    other += [members(n, f"Việc {n}") for n in (1, 2, 3)]
    for total in ([], [["", "Tổng cộng", *members(0, "")[2:]]]):
        (table,) = find_tables(of_members(members(1, "Bản Màng"), members(2, "Bản Đông"), *total, *other))
        assert [row.label for row in table.rows if row.kind == "cell"] == ["Bản Màng", "Bản Đông"]


def test_the_header_at_the_top_of_the_next_page_ends_nothing() -> None:
    first, second = members(1, "Bản Màng"), members(2, "Bản Đông")
    (table,) = find_tables(of_members(first))
    grid = [HEADER, first, HEADER, second, ["STT", "Việc", "Số thửa", "Số hộ", "Gốc cây", "Ai", "Ở đâu"], first]
    rows = table_rows(grid, 1, len(grid), table.mapped, 1)
    assert [row.label for row in rows] == ["Bản Màng", "Bản Đông"]


def test_the_names_header_may_be_broken_over_two_rows() -> None:
    upper: list[Raw] = ["Stt", "Ten chi", "Dau thang", "Tang", "", "Giam", "", "Cuoi", "Tuoi binh"]
    lower: list[Raw] = ["", "bo truc thuoc", "", "Ket nap", "Chuyen den", "Tu tran", "Xoa ten", "thang", "quan"]
    rows: list[list[Raw]] = [[float(n), f"Ban {n}", 10.0, 1.0, 0.0, 0.0, 0.0, 11.0, 50.5] for n in (1, 2, 3)]
    (table,) = find_tables(Sheet("DV", [upper, lower, *rows], ()))
    assert [row.label for row in table.rows] == ["Ban 1", "Ban 2", "Ban 3"]
    assert {"opening": 2, "decrease_struck_off": 6, "closing": 7}.items() <= table.mapped.columns.items()


def test_a_title_in_two_cells_is_none_of_the_header_below_it() -> None:
    """`Kỳ báo cáo:`, `Tháng 10 năm 2022` stood over the numbers of days."""
    title: list[Raw] = ["Kỳ báo cáo:", "Tháng 10 năm 2022", "", "", "", "", ""]
    (table,) = find_tables(Sheet("ĐV", [title, list(HEADER), *(members(n, f"Bản {n}") for n in (1, 2, 3))], ()))
    assert table.header_first == 1


def test_a_column_beside_a_group_that_only_seems_to_reach_over_it_says_what_it_says() -> None:
    upper: list[Raw] = ["", "", "Quần chúng ưu tú", "Chia theo tổ chức giới thiệu", "", "", "", ""]
    lower: list[Raw] = ["STT", "Chi bộ", "Tổng số", "Đoàn TNCS", "Hội Nông dân", "Công đoàn"]
    lower += ["Đã hoàn thiện hồ sơ kết nạp", "Nữ"]
    rows: list[list[Raw]] = [[float(n), f"Bản {n}", 5.0, 1.0, 3.0, 1.0, 2.0, 1.0] for n in (1, 2, 3)]
    (table,) = find_tables(Sheet("Nguồn", [upper, lower, *rows], ()))
    assert table.mapped.columns["files_complete"] == 6
    # A word alone may be the women's union.
    assert "candidates_women" not in table.mapped.columns
    # What is merged does reach over it.
    (table,) = find_tables(Sheet("Nguồn", [upper, lower, *rows], ((0, 3, 0, 7),)))
    assert "files_complete" not in table.mapped.columns


def test_below_what_was_achieved_stands_what_was_achieved_since() -> None:
    upper: list[Raw] = ["", "", "", "Chỉ tiêu và thực hiện", "", ""]
    lower: list[Raw] = ["STT", "Chi bộ", "Kết nạp trong tháng", "Chỉ tiêu năm", "Tổng kết nạp từ đầu năm", "Tỷ lệ %"]
    rows: list[list[Raw]] = [[float(n), f"Bản {n}", 1.0, 4.0, 2.0, 50.0] for n in (1, 2, 3)]
    (table,) = find_tables(Sheet("Kết nạp", [upper, lower, *rows], ((0, 3, 0, 5),)))
    assert {"year_target": 3, "admitted_ytd": 4, "attainment_pct": 5}.items() <= table.mapped.columns.items()


def test_a_header_that_is_merged_down_over_a_blank_row_goes_on_below_it() -> None:
    upper: list[Raw] = ["STT", "Chi bộ", "Đầu tháng", "Tăng", "", "Từ trần", "Xóa tên", "Khai trừ", "Cuối tháng"]
    lower: list[Raw] = ["", "", "", "Kết nạp", "Chuyển đến", "", "", "", ""]
    merges = ((0, 3, 1, 4), *((0, column, 2, column) for column in (0, 1, 2, 5, 6, 7, 8)))
    rows: list[list[Raw]] = [[float(n), f"Bản {n}", 10.0, 1.0, 0.0, 0.0, 0.0, 0.0, 11.0] for n in (1, 2, 3)]
    (table,) = find_tables(Sheet("ĐV", [upper, [""] * 9, lower, *rows], merges))
    read = {"increase_admitted": 3, "increase_transferred_in": 4, "decrease_deceased": 5, "closing": 8}
    assert read.items() <= table.mapped.columns.items()


def test_units_in_a_row_of_their_own_are_no_header() -> None:
    """They had carried the last text of a group over every column to its right."""
    upper: list[Raw] = ["STT", "Chi bộ", "Tăng", "", "Từ trần", "Xóa tên", "Cuối tháng"]
    lower: list[Raw] = ["", "", "Kết nạp", "Chuyển đến", "", "", ""]
    units: list[Raw] = ["", "", *["(đ/c)"] * 5]
    rows: list[list[Raw]] = [[float(n), f"Bản {n}", 1.0, 0.0, 0.0, 0.0, 11.0] for n in (1, 2, 3)]
    (table,) = find_tables(Sheet("ĐV", [upper, lower, units, *rows], ()))
    read = {"increase_transferred_in": 3, "decrease_deceased": 4, "decrease_struck_off": 5, "closing": 6}
    assert read.items() <= table.mapped.columns.items()


def test_how_many_heads_are_members_is_no_unread_yes_or_no() -> None:
    rows: list[list[Raw]] = [[*HEADER, "Trưởng bản là đảng viên (C/K)"]]
    rows += [[*members(n, f"Bản {n}"), "CK"[n % 2]] for n in range(1, 5)]
    rows.append(["", "Tổng cộng", 40.0, 4.0, 0.0, 0.0, 44.0, 2.0])
    reading, problems = read_only_table(Sheet("ĐV", rows, ()))
    assert [line.values["head_is_member"] for line in reading.lines] == [False, True, False, True, None]
    assert "flag_unread" not in {found.code for found in problems}


def test_what_adds_up_a_section_below_it_is_no_cell() -> None:
    """`Cong co quan, y te`, the sum of one cell, was another."""
    for label in ("Cộng III", "Cộng khối trường học", "Cong co quan, y te", "CỘNG CÁC TRƯỜNG"):
        total = ["", label, 20.0, 2.0, 0.0, 0.0, 22.0]
        rows = [
            members("", "Bản Màng"),
            members("", "Bản Đông"),
            total,
            members("", "Bản Chin"),
            members("", "Bản Phan"),
        ]
        found = with_its_sums(of_members(*rows)).rows
        names = [row.label for row in found if row.kind == "cell"]
        assert names == ["Bản Màng", "Bản Đông", "Bản Chin", "Bản Phan"], label
    for label in ("Công an xã", "Cong an xa", "Công ty Cao su", "Cộng Hòa", "Cong hoa", "Cộng đồng dân cư"):
        rows = [members("", name, 7.0 + n) for n, name in enumerate(("Bản Màng", label, "Bản Đông"))]
        assert [row.label for row in with_its_sums(of_members(*rows)).rows if row.kind == "cell"][1] == label


@pytest.mark.parametrize(
    "words",
    [("chưa họp", "chưa có", "chờ số liệu"), ("#REF!", "#N/A", "#DIV/0!"), ("=X!A1", "=X!A2", "=X!A3")],
)
def test_words_in_the_place_of_a_cell_s_figures_end_no_table(words: tuple[str, ...]) -> None:
    """The row and all below it were gone, and nobody was told."""
    strange: list[Raw] = [2.0, "Bản Đông", *words]
    reading, problems = read_only_table(of_members(members(1, "Bản Màng"), strange, members(3, "Bản Chin")))
    assert [line.cell_name for line in reading.lines] == ["Bản Màng", "Bản Đông", "Bản Chin"]
    assert {"C3", "D3", "E3"} <= {found.cell for found in problems}


def test_a_cell_whose_figures_go_up_is_no_row_of_column_numbers() -> None:
    rows = [members(1, "Bản Màng"), [2.0, 11.0, 12.0, "", "", 14.0, ""], members(3, "Bản Chin")]
    reading, _ = read_only_table(of_members(*rows))
    assert len(reading.lines) == 3


def test_a_share_in_the_row_of_units_is_a_share() -> None:
    """`Chỉ tiêu năm` above `(%)` was the target."""
    upper: list[Raw] = ["STT", "Chi bộ", "Kết nạp trong tháng", "Nữ", "Dân tộc thiểu số", "Từ đầu năm", "Chỉ tiêu năm"]
    units: list[Raw] = ["", "", *["(người)"] * 4, "(%)"]
    rows: list[list[Raw]] = [[float(n), f"Bản {n}", 1.0, 1.0, 0.0, 4.0, 80.0] for n in (1, 2, 3)]
    (table,) = find_tables(Sheet("Kết nạp", [upper, units, *rows], ()))
    assert "year_target" not in table.mapped.columns


@pytest.mark.parametrize("beside", ["Bí thư", "Ghi chú"])
def test_numbered_neighbourhoods_keep_their_names(beside: str) -> None:
    """`TDP 1` looked like a code, and the secretaries were the cells."""
    people = ("Nguyễn Văn An", "Lò Thị Bình", "Giàng A Sùng")
    rows: list[list[Raw]] = [["STT", "Chi bộ", beside, *HEADER[2:]]]
    rows += [[float(n), f"TDP {n}", person, *members(n, "")[2:]] for n, person in enumerate(people, 1)]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    assert [row.label for row in table.rows] == ["TDP 1", "TDP 2", "TDP 3"]
    assert table.mapped.columns["cell_name"] == 1


def test_a_header_goes_on_below_a_blank_row() -> None:
    rows: list[list[Raw]] = [
        ["Chi bộ", "Đầu tháng", "Tăng", "", "Giảm", "", "Cuối tháng"],
        [""] * 7,
        ["", "", "Kết nạp", "Chuyển đến", "Chuyển đi", "Từ trần", ""],
        *([f"Chi bộ Bản {n}", 20.0, 1.0, 0.0, 0.0, 1.0, 20.0] for n in range(1, 5)),
    ]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    assert table.mapped.columns["decrease_deceased"] == 5
    assert [row.row for row in table.rows] == [3, 4, 5, 6]


def test_a_header_repeated_further_down_goes_on_with_its_table_whatever_stands_below() -> None:
    header: list[Raw] = ["Chi bộ", "Loại", *HEADER[2:]]
    cells: list[list[Raw]] = [[f"Bản {n}", kind, 9.0, 1.0, 0.0, 0.0, 10.0] for n, kind in enumerate("abcdef", 1)]
    cells[4][0] = cells[5][0] = "Bản"
    (table,) = find_tables(Sheet("ĐV", [header, *cells[:3], list(header), *cells[3:]], ()))
    assert [row.label for row in table.rows] == [row[0] for row in cells]


def test_a_row_of_nothing_but_words_ends_a_table() -> None:
    """A questionnaire's header said nothing that any list has: the rows below it were read as the cells above."""
    header: list[Raw] = ["Chi bộ", *HEADER[2:]]
    questions: list[Raw] = [f"Câu hỏi {word} của đơn vị?" for word in ("một", "hai", "ba", "bốn", "năm", "sáu")]
    rows: list[list[Raw]] = [header, *([f"Bản {n}", 9.0, 1.0, 0.0, 0.0, 10.0] for n in range(1, 5))]
    rows += [questions, *([f"Bản {n}", 7.0, 7.0, 7.0, 7.0, 7.0] for n in range(1, 5))]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    assert [row.row for row in table.rows] == [1, 2, 3, 4]


def test_the_police_s_cell_is_no_total() -> None:
    assert not any(map(is_total, ("CA xã", "CA phường", "CA PHƯỜNG")))
    assert all(map(is_total, ("Cả xã", "CẢ PHƯỜNG", "ca xa", "TS")))


def test_neighbourhoods_called_by_their_number_are_names_and_no_codes() -> None:
    rows: list[list[Raw]] = [["Mã", "Nơi nào", "Xếp loại", *HEADER[2:]]]
    rows += [[f"CB{n:02}", f"TDP {n}", grade, 9.0, 1.0, 0.0, 0.0, 10.0] for n, grade in enumerate("ABCDE", 1)]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    assert [row.label for row in table.rows] == [f"TDP {n}" for n in range(1, 6)]


def test_the_commune_in_every_row_of_an_export_is_no_cell_s_name() -> None:
    """Both columns were heard as the cells' names, and nothing was read."""
    header: list[Raw] = ["don_vi", "TEN_CHI_BO", "SO_KN_THANG", "KN_NU", "KN_tuổi_18_30", "KN_tuổi_31_40"]
    cells: list[list[Raw]] = [["Xã Sùng Phài", f"Chi bộ Bản {n}", 2.0, 1.0, 1.0, 1.0] for n in range(1, 4)]
    (table,) = find_tables(Sheet("KN", [header, *cells], ()))
    assert table.mapped.columns == {
        "cell_name": 1,
        "admitted": 2,
        "women": 3,
        "age_18_30": 4,
        "age_31_40": 5,
    }
    assert [row.label for row in table.rows] == ["Chi bộ Bản 1", "Chi bộ Bản 2", "Chi bộ Bản 3"]
    one = [[*cells[0][:1], "Xã Sùng Phài", *cells[0][2:]] for _ in range(3)]
    (table,) = find_tables(Sheet("KN", [header, *one], ()))
    assert table.mapped.repeated == {"cell_name": (0, 1)}


def test_a_page_s_number_between_two_pages_is_no_part_of_a_cell_s_name() -> None:
    header: list[Raw] = ["STT", "Chi bộ", "Kết nạp trong tháng", "Nữ", "Từ đầu năm"]
    cells: list[list[Raw]] = [[float(n), f"Tổ dân phố {n}", 2.0, 1.0, 3.0] for n in range(1, 5)]
    (table,) = find_tables(Sheet("KN", [header, *cells[:2], ["", "Trang 2", "", "", ""], header, *cells[2:]], ()))
    assert [row.label for row in table.rows if row.kind == "cell"] == [f"Tổ dân phố {n}" for n in range(1, 5)]


def test_numbers_of_the_columns_stand_beside_another_table_s_first_row() -> None:
    header: list[Raw] = ["Chi bộ", "Kết nạp trong tháng", "Nữ", "Đoàn viên", "18-30", "31-40", "41-50", "Từ đầu năm"]
    numbers: list[Raw] = [f"cột {n}" for n in range(1, 9)]
    cells: list[list[Raw]] = [[f"Chi bộ Bản {n}", 2.0, 1.0, 1.0, 1.0, 1.0, 0.0, 3.0, "", "Bản Lự", 4.0] for n in (1, 2)]
    others: list[Raw] = ["", "Bản Màng", 3.0, 2.0, 1.0, 0.0, 2.0, 1.0, 1.0, 0.0, 3.0]
    (table,) = find_tables(Sheet("KN", [header, [*numbers, *others], *cells], ()))
    assert [row.label for row in table.rows] == ["Chi bộ Bản 1", "Chi bộ Bản 2"]


def test_kinds_of_cells_are_no_names_though_the_names_header_begins_a_row_below() -> None:
    """Nine cells were called `Đường phố`, `Khu dân cư`, since no word of a list stands over their names."""
    group: list[Raw] = ["", "LOẠI CHI BỘ (BẢN, TDP, CƠ QUAN...)", *["TUỔI ĐỜI KHI KẾT NẠP"] * 4, "LŨY KẾ NĂM"]
    words: list[Raw] = ["NƠI SH (CHI BỘ)", "", "≤30", "31-40", "41-50", "51+", ""]
    kinds = ("Đường phố", "Đường phố", "Đường phố", "Khu dân cư", "Khu dân cư", "Khu dân cư")
    cells: list[list[Raw]] = [[f"Tổ {n}", kind, 1.0, 0.0, 1.0, 0.0, 3.0] for n, kind in enumerate(kinds, 1)]
    (table,) = find_tables(Sheet("KN", [group, words, *cells], ()))
    assert [row.label for row in table.rows] == [f"Tổ {n}" for n in range(1, 7)]


def test_a_row_of_rests_belongs_to_the_header_above_it() -> None:
    """`nghiệp` below `Nghề` is no header word: the rows above went unread, and women of the term were those of
    the month."""
    header: list[list[Raw]] = [
        ["", "Kết quả kết nạp trong tháng", "", "", "Lũy kế nhiệm kỳ", "", "Chỉ tiêu năm", "Nghề"],
        ["", "", "", "", "", "", 2024.0, "nghiệp"],
        ["Chi bộ", "TS", "Nữ", "DTTS", "TS", "Nữ", "Giao", "Nông dân"],
    ]
    cells: list[list[Raw]] = [[f"Chi bộ bản {number}", 2.0, 1.0, 1.0, 9.0, 4.0, 5.0, 2.0] for number in range(1, 5)]
    (table,) = find_tables(Sheet("KN", header + cells, ()))
    assert (table.header_first, table.header_last) == (0, 2)
    read = {"admitted": 1, "women": 2, "ethnic_minority": 3, "admitted_ttd": 4, "occupation_farmer": 7}
    assert read.items() <= table.mapped.columns.items()
    assert 5 not in table.mapped.columns.values()


@pytest.mark.parametrize(
    ("row", "is_one"),
    [
        (["A", "B", "c", "d", "e", "f"], True),
        (["A", "b", "c", "d", "đ", "e", "g"], True),
        (["x", "y", "z", "aa", "ab"], True),
        (["d", "c", "b", "a"], False),
        (["A", "B", "C"], False),
        (["C", "K", "C", "K"], False),
    ],
)
def test_columns_may_have_letters_for_numbers(row: list[Raw], is_one: bool) -> None:
    assert is_number_row(row, 0) is is_one


def test_a_header_that_nobody_understands_ends_the_table_above_it() -> None:
    header: list[Raw] = ["Chi bộ", "Đầu tháng", "Kết nạp", "Từ trần", "Cuối tháng", "31–40", "41–50"]
    made = Sheet("ĐV", [header, *([f"Bản {n}", 9.0, 1.0, 0.0, 10.0, 4.0, 6.0] for n in range(1, 5))], ())
    (table,) = find_tables(made)
    end = len(made.rows)
    classes: list[list[Raw]] = [
        [""] * 7,
        ["Nội dnug bồi dưưỡng", "", "", "Số bổui", "Thành phâfn tham dự", "", ""],
        ["", "Ngày khai giảgn", "Mấy ngày", "", "Cộng", "Phụ nữ", ""],
        ["Lớp BDNT khóa 6", "04/11/2018", 3.0, 2.0, 74.0, 29.0, ""],
    ]
    (again,) = find_tables(replace(made, rows=[*made.rows, *classes]))
    assert [row.row for row in again.rows] == [row.row for row in table.rows]
    assert all(row.row < end for row in again.rows)


def test_sums_of_sections_and_totals_are_known_by_other_words_too() -> None:
    assert is_total("Tongr cong")
    assert is_total("Σ")
    assert not is_total("Tổng khối IV")
    assert is_remark("Tổng khối IV")
    assert is_remark("Tổng cộng khối trường học")
    assert not is_remark("Tổng đài")


def test_the_names_next_to_the_figures_are_theirs() -> None:
    """Beside another table, whose rows begin one higher, each cell's figures were given to the one above it."""
    fields = ["Đầu tháng", "Kết nạp", "Từ trần", "Cuối tháng", "31–40", "41–50"]
    rows: list[list[Raw]] = [["Đơn vị", "Xếp loại", "Đơn vị", *fields], ["Bản 1", "Tốt", "", "", "", "", "", "", ""]]
    rows += [[f"Bản {n + 1}" if n < 5 else "", "Tốt", f"Bản {n}", 9.0, 1.0, 0.0, 10.0, 4.0, 6.0] for n in range(1, 6)]
    (table,) = find_tables(Sheet("ĐV", rows, ()))
    cells = [(row.row, row.label) for row in table.rows if row.row > 1]
    assert cells == [(n + 1, f"Bản {n}") for n in range(1, 6)]


def test_columns_of_a_table_beside_it_whose_rows_begin_higher_are_not_a_table_s_own() -> None:
    rows: list[list[Raw]] = [["Chi bộ", "Kết nạp trong tháng", "Đoàn viên", "Theo đạo", "Tên các chi bộ", "Nữ", "DTTS"]]
    rows += [
        [f"Bản {n - 1}" if n > 1 else "", *([2.0, 1.0, 0.0] if n > 1 else [""] * 3), f"Bản {n}", 5.0, 4.0]
        for n in range(1, 8)
    ]
    (table,) = find_tables(Sheet("KN", rows, ()))
    assert table.mapped.columns.keys() >= {"admitted", "youth_union", "religious"}
    assert not {"women", "ethnic_minority"} & table.mapped.columns.keys()


def test_figures_with_units_are_no_names() -> None:
    """Where the names' header stands a row below the others', the number admitted (`2 đồng chí`) was every cell's
    name."""
    rows: list[list[Raw]] = [
        ["", "Số ĐV được kết nạp trong tháng", "", "", "Nghề khi vào Đảng", "", "Lũy kế năm 2023", "Chỉ tiêu năm"],
        ["CB", "Số người", "Nữ", "DTTS", "Nông dân", "Công nhân", "TS", "Giao"],
    ]
    rows += [[f"Bản {n}", f"{n % 3} đồng chí", 0.0, 0.0, 0.0, 0.0, f"{n} đồng chí", 9.0] for n in range(1, 9)]
    (table,) = find_tables(Sheet("KN", rows, ()))
    assert [row.label for row in table.rows] == [f"Bản {n}" for n in range(1, 9)]
