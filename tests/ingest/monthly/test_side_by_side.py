"""Tables that stand side by side are read one by one."""

from dataclasses import replace

from ingest.container.workbook import Sheet
from ingest.monthly import side_by_side as module
from ingest.monthly.tables import find_tables
from ingest.plans.training import find_training
from ingest.values.numbers import Raw

_MEMBERS: list[Raw] = ["STT", "Chi bộ", "Đầu tháng", "Kết nạp", "Từ trần", "Cuối tháng", "31–40", "41–50"]
_CANDIDATES: list[Raw] = ["TT", "Tên chi bộ", "Quần chúng ưu tú", "Nữ", "Dân tộc thiểu số", "Đã học lớp nhận thức"]


def side_by_side(sheet: Sheet) -> list[Sheet]:
    return module.side_by_side(sheet, lambda part: bool(find_tables(part)))


def two_tables(gap: Raw = "") -> Sheet:
    rows: list[list[Raw]] = [["ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG"], ["Tháng 5 năm 2020"], [*_MEMBERS, gap, *_CANDIDATES]]
    rows += [
        [float(n), f"Bản {n}", 9.0, 1.0, 0.0, 10.0, 4.0, 6.0, gap, float(n), f"Bản {n}", 5.0, 2.0, 1.0, 3.0]
        for n in range(1, 5)
    ]
    return Sheet("Số liệu", rows, ())


def test_each_table_has_its_own_columns_where_they_stand() -> None:
    """The ages of the members stood beside the admitted, and were read as theirs."""
    parts = side_by_side(two_tables())
    (members,), (candidates,) = map(find_tables, parts)
    assert (members.mapped.form, candidates.mapped.form) == ("KN-3", "KN-2")
    assert members.mapped.columns["closing"] == 5
    assert candidates.mapped.columns["candidates"] == 11
    assert max(members.mapped.columns.values()) < 8 < min(candidates.mapped.columns.values())


def test_a_sheet_of_one_table_stays_as_it_is() -> None:
    one = Sheet("ĐV", [list(_MEMBERS), [1.0, "Bản 1", 9.0, 1.0, 0.0, 10.0, 4.0, 6.0]], ())
    assert side_by_side(one) == [one]
    # Columns that nothing parts are one table's, however they are called.
    beside = two_tables("ghi chú")
    assert side_by_side(beside) == [beside]


def test_headers_broken_over_rows_hide_no_second_table() -> None:
    sheet = two_tables()
    header = sheet.rows[2]
    broken: list[Raw] = [""] * len(header)
    for column, (upper, lower) in {
        0: ("Số thứ", "tự"),
        1: ("Tên đơn", "vị"),
        9: ("Số thứ", "tự"),
        10: ("Tên", "cb"),
    }.items():
        header[column], broken[column] = upper, lower
    parts = side_by_side(replace(sheet, rows=[*sheet.rows[:3], broken, *sheet.rows[3:]]))
    assert len(parts) == 2
    # Notes that are alike are no names of a second table without a blank column before it.
    one = Sheet(
        "ĐV",
        [[*_MEMBERS, "Ghi chú", "Ý kiến"], *([n, f"Bản {n}", *[1.0] * 6, "Đã nộp", "Đã nộp"] for n in (1, 2, 3))],
        (),
    )
    assert side_by_side(one) == [one]


def test_words_that_stand_twice_in_a_row_are_no_names_of_a_second_table() -> None:
    header: list[Raw] = ["STT", "Chi bộ", "Loại hình", "Đầu tháng", "Kết nạp", "Từ trần", "", "Cuối tháng", "Địa bàn"]
    rows = [[float(n), f"Bản {n}", "Nông thôn", 9.0, 1.0, 0.0, "", 10.0, "Nông thôn"] for n in range(1, 5)]
    one = Sheet("ĐV", [header, *rows], ())
    assert side_by_side(one) == [one]


def test_a_table_above_that_reaches_over_the_gap_stays_whole() -> None:
    above: list[list[Raw]] = [list(_MEMBERS), *([float(n), f"Bản {n}", 9.0, 1.0, 0.0, 10.0, 4.0, 6.0] for n in (1, 2))]
    narrow: list[list[Raw]] = [
        ["STT", "Chi bộ", "Quần chúng ưu tú", "Nữ", "", "TT", "Tên chi bộ", "Kết nạp trong tháng"]
    ]
    narrow += [[float(n), f"Bản {n}", 5.0, 2.0, "", float(n), f"Bản {n}", 1.0] for n in (1, 2, 3)]
    one = Sheet("Số liệu", [*above, *narrow], ())
    assert side_by_side(one) == [one]


def test_classes_beside_a_table_are_parted_at_the_blank_column() -> None:
    """Neither a row number nor a cell's name heads them."""
    header: list[Raw] = [*_MEMBERS, "", "Tên lớp", "Ngày mở lớp", "Số ngày", "Số học viên"]
    rows: list[list[Raw]] = [
        [float(n), f"Bản {n}", 9.0, 1.0, 0.0, 10.0, 4.0, 6.0, "", "Lớp đảng viên mới", f"{n}/5/2020", 2.0, 40.0]
        for n in range(1, 5)
    ]
    sheet = Sheet("Số liệu", [header, *rows], ())
    left, right = module.side_by_side(sheet, lambda part: bool(find_tables(part) or find_training(part)))
    assert [table.mapped.form for table in find_tables(left)] == ["KN-3"]
    assert find_training(right)[0].mapped.columns["participants"] == 12
    assert find_training(left) == find_tables(right) == []


def test_a_blank_column_inside_a_table_parts_nothing() -> None:
    rows = [[*row[:4], "", *row[4:]] for row in two_tables().rows[2:]]
    one = Sheet("ĐV", [row[:9] for row in rows], ())
    assert side_by_side(one) == [one]


def test_tables_are_parted_by_their_names_where_one_alone_has_a_header_that_says_so() -> None:
    """Of three tables the last was taken for the only other one: the candidates had the names of the members, whose
    rows begin one lower."""
    admitted: list[Raw] = ["Tên chi bộ", "Kết nạp trong tháng", "Nữ", "Dân tộc thiểu số", "Đoàn viên"]
    top: list[Raw] = ["Tên", *_MEMBERS[2:], "", "Tên", *_CANDIDATES[2:], "", *admitted]
    rows: list[list[Raw]] = [top]
    for n in range(1, 7):
        left: list[Raw] = [f"Bản {n - 1}", 9.0, 1.0, 0.0, 10.0, 4.0, 6.0] if n > 1 else [f"({i})" for i in range(1, 8)]
        middle: list[Raw] = [f"Bản {n}", 5.0, 2.0, 1.0, 3.0] if n < 6 else [""] * 5
        right: list[Raw] = [f"Bản {n}", 1.0, 1.0, 0.0, 1.0] if n < 6 else [""] * 5
        rows.append([*left, "", *middle, "", *right])
    parts = side_by_side(Sheet("Số liệu", rows, ()))
    (_,), (candidates,), (admissions,) = map(find_tables, parts)
    assert (candidates.mapped.form, admissions.mapped.form) == ("KN-2", "KN-1")
    assert [row.label for row in candidates.rows] == [f"Bản {n}" for n in range(1, 6)]
