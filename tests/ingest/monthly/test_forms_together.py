"""Several forms in one table, the cells named once."""

from datetime import date

from ingest.container.workbook import Sheet
from ingest.monthly.forms_together import forms_together
from ingest.monthly.tables import find_tables
from ingest.reader import Context, read_workbook
from ingest.values.numbers import Raw
from tests.ingest.sheets import workbook

GROUPS: list[Raw] = [
    "STT",
    "Chi bộ",
    "A. Kết nạp",
    *[""] * 5,
    "B. Quần chúng ưu tú",
    *[""] * 4,
    "C. Đảng viên",
    *[""] * 6,
]
COLUMNS: list[Raw] = [
    *("", "", "Tổng số", "Nữ", "Dân quân", "Bộ đội xuất ngũ", "Từ đầu năm", "Chỉ tiêu năm"),
    *("Tổng số", "Nữ", "Đã học lớp nhận thức về Đảng", "Đang thẩm tra lý lịch", "Đủ hồ sơ"),
    *("Đầu tháng", "Kết nạp", "Chuyển đến", "Chuyển đi", "Từ trần", "Cuối tháng", "Tuổi bình quân"),
]
CELLS: list[list[Raw]] = [
    [
        1.0,
        "Chi bộ Bản Màng",
        1.0,
        1.0,
        0.0,
        0.0,
        3.0,
        4.0,
        7.0,
        3.0,
        5.0,
        4.0,
        2.0,
        20.0,
        1.0,
        0.0,
        0.0,
        1.0,
        20.0,
        41.5,
    ],
    [
        2.0,
        "Chi bộ Bản Đông",
        2.0,
        0.0,
        1.0,
        0.0,
        2.0,
        3.0,
        9.0,
        4.0,
        6.0,
        3.0,
        1.0,
        30.0,
        2.0,
        1.0,
        1.0,
        0.0,
        32.0,
        38.0,
    ],
    [3.0, "Chi bộ Tổ 3", 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 4.0, 1.0, 2.0, 2.0, 0.0, 25.0, 0.0, 0.0, 0.0, 0.0, 25.0, 45.0],
]
MERGES = ((0, 2, 0, 7), (0, 8, 0, 12), (0, 13, 0, 19))
TABLE = Sheet("Tổng hợp", [GROUPS, COLUMNS, *CELLS], MERGES)


def columns_of(sheet: Sheet) -> dict[str, dict[str, int]]:
    return {
        table.mapped.form: table.mapped.columns
        for _, found in forms_together(sheet, find_tables(sheet))
        for table in found
    }


def test_each_form_has_the_columns_of_its_own_and_the_names() -> None:
    found = columns_of(TABLE)
    assert list(found) == ["KN-1", "KN-2", "KN-3"]
    assert {columns["cell_name"] for columns in found.values()} == {1}
    assert (found["KN-1"]["admitted"], found["KN-1"]["women"], found["KN-1"]["year_target"]) == (2, 3, 7)
    assert (found["KN-2"]["candidates"], found["KN-2"]["candidates_women"], found["KN-2"]["files_complete"]) == (
        8,
        9,
        12,
    )
    assert (found["KN-3"]["opening"], found["KN-3"]["increase_admitted"], found["KN-3"]["closing"]) == (13, 14, 18)


def test_a_report_of_one_table_is_read_form_by_form() -> None:
    titles: list[list[Raw]] = [["ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG"], ["Tháng 5 năm 2020"], [""]]
    merges = tuple((top + 3, left, bottom + 3, right) for top, left, bottom, right in MERGES)
    content = workbook([Sheet("Tổng hợp", [*titles, *TABLE.rows], merges)])
    reading = read_workbook(content, "x.xlsx", Context("district:105", date(2020, 6, 6)))
    assert (reading.commune_code, reading.month, reading.reason) == ("03408", date(2020, 5, 1), None)
    values = {form.form: form.lines[1].values for form in reading.forms}
    assert (values["KN-1"]["admitted"], values["KN-2"]["candidates"], values["KN-3"]["closing"]) == (2, 9, 32)
    assert [line.cell_name for line in reading.forms[2].lines] == ["Chi bộ Bản Màng", "Chi bộ Bản Đông", "Chi bộ Tổ 3"]


def test_a_column_or_two_of_another_form_make_none() -> None:
    rows = [[*row[:8], *row[8:10]] for row in TABLE.rows]
    given = Sheet("Kết nạp", rows, ((0, 2, 0, 7), (0, 8, 0, 9)))
    tables = find_tables(given)
    assert forms_together(given, tables) == [(given, tables)]


def test_where_the_forms_are_mixed_nothing_is_parted() -> None:
    """Whose `Nữ` it is between columns of both, nobody can say."""
    order = [0, 1, 2, 13, 4, 14, 5, 15, 6, 16, 7, 17, 18]
    flat: list[Raw] = [COLUMNS[place] for place in order]
    flat[:3] = ["STT", "Chi bộ", "Kết nạp trong tháng"]
    given = Sheet("Tổng hợp", [flat, *([row[place] for place in order] for row in CELLS)], ())
    tables = find_tables(given)
    assert forms_together(given, tables) == [(given, tables)]


def test_another_table_below_is_read_once() -> None:
    below: list[list[Raw]] = [[""], ["STT", "Chi bộ", *COLUMNS[8:13]], *([*row[:2], *row[8:13]] for row in CELLS)]
    alone = [[*row[:8], *row[13:]] for row in TABLE.rows]
    given = Sheet("Tổng hợp", [*alone, *below], ((0, 2, 0, 7), (0, 8, 0, 14)))
    forms = [table.mapped.form for _, found in forms_together(given, find_tables(given)) for table in found]
    assert sorted(forms) == ["KN-1", "KN-2", "KN-3"]


def test_members_at_the_month_s_end_their_women_and_minorities_are_no_candidates() -> None:
    """`Tổng số đảng viên cuối tháng / Tổng, Nữ, Dân tộc, Chính thức` behind the members' own columns became a report of
    candidates."""
    group: list[Raw] = ["STT", "Chi bộ", *["Biến động"] * 6, "Tổng số đảng viên cuối tháng", "", "", ""]
    words: list[Raw] = ["", "", "Đầu tháng", *COLUMNS[14:18], "Khai trừ", "Tổng", "ĐV chính thức", "Nữ", "DTTS"]
    rows: list[list[Raw]] = [group, words, *([*row[:2], *row[13:18], 0.0, row[18], 1.0, 2.0, 3.0] for row in CELLS)]
    given = Sheet("Đảng viên", rows, ((0, 2, 0, 7), (0, 8, 0, 11)))
    tables = find_tables(given)
    assert [(table.mapped.form) for _, found in forms_together(given, tables) for table in found] == ["KN-3"]
