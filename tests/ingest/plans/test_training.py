"""The sheet of training (BD-1): its classes in many layouts, and what is said of cells that cannot be read."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.container.workbook import Sheet
from ingest.inspect import _object
from ingest.model import FormReading, Problem, Reading
from ingest.monthly.sums import with_sums
from ingest.plans.class_types import AWARENESS, COMMITTEE_WORK, NEW_MEMBERS, class_type, class_type_but_for_a_slip
from ingest.plans.training import find_training, read_training
from ingest.reader import Context, read_workbook
from ingest.values.numbers import Raw
from reference.fields import MONTHLY_FORMS, fields_of
from tests.ingest.sheets import header_grid, plain_rows, sheet, workbook

FORM = "BD-1"
AWARE = "Lớp bồi dưỡng nhận thức về Đảng"
NEW = "Bồi dưỡng lý luận chính trị cho đảng viên mới"
WORK = "Nghiệp vụ công tác đảng cho cấp ủy, bí thư, phó bí thư chi bộ"


def class_row(
    number: object, kind: str, started_on: Raw, days: Raw, people: Raw, women: Raw, minority: Raw
) -> list[Raw]:
    ordinal: Raw = float(number) if isinstance(number, int) else str(number)
    return [ordinal, kind, started_on, days, people, women, minority, ""]


ROWS = [
    class_row(1, AWARE, "05/05/2020", 5.0, 42.0, 20.0, 7.0),
    class_row(2, NEW, "18/5/2020", 3.0, 12.0, 5.0, 0.0),
    class_row("", "Tổng cộng", "", 8.0, 54.0, 25.0, 7.0),
]


def read_only_table(given: Sheet) -> tuple[FormReading, list[Problem]]:
    (table,) = find_training(given)
    return read_training(given, table)


def codes(problems: list[Problem]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.cell) for problem in problems]


def read(*sheets: Sheet) -> Reading:
    return read_workbook(workbook(sheets), "x.xlsx", Context("district:105", date(2020, 9, 6)))


def report(*sheets: Sheet) -> Reading:
    return read(*(sheet(form, plain_rows(form)) for form in MONTHLY_FORMS), *sheets)


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("number_row", [True, False])
def test_every_column_of_the_template_is_mapped(merged: bool, number_row: bool) -> None:
    reading, problems = read_only_table(sheet(FORM, ROWS, merged=merged, number_row=number_row))
    assert list(reading.columns) == [field.name for field in fields_of(FORM)]
    assert problems == []
    assert [line.kind for line in reading.lines] == ["class", "class", "total"]
    assert reading.lines[0].texts == {"class_type": AWARENESS, "started_on": "2020-05-05"}
    assert reading.lines[1].values == {
        "days": 3,
        "participants": 12,
        "participants_women": 5,
        "participants_ethnic_minority": 0,
    }


def test_a_workbook_with_training_shows_it_as_one_more_form() -> None:
    shown = _object_of(report(sheet(FORM, ROWS)))
    assert [form["form"] for form in shown["forms"]] == ["KN-1", "KN-2", "KN-3", "BD-1"]
    assert shown["forms"][-1]["columns"] == {
        "class_type": "B",
        "started_on": "C",
        "days": "D",
        "participants": "E",
        "participants_women": "F",
        "participants_ethnic_minority": "G",
    }
    assert shown["forms"][-1]["lines"][1] == {
        "row": 10,
        "kind": "class",
        "cell_name": NEW,
        "values": {
            "class_type": NEW_MEMBERS,
            "started_on": "2020-05-18",
            "days": 3,
            "participants": 12,
            "participants_women": 5,
            "participants_ethnic_minority": 0,
        },
    }
    assert shown["problems"] == []


def _object_of(reading: Reading) -> dict[str, Any]:
    return _object(Path("x.xlsx"), reading)


def test_a_workbook_without_training_is_complete() -> None:
    assert report().problems == ()
    assert [form.form for form in report().forms] == list(MONTHLY_FORMS)


def test_training_on_a_sheet_of_another_form_is_read_and_that_form_is_read_as_before() -> None:
    above = sheet("KN-2", plain_rows("KN-2"))
    below = sheet(FORM, ROWS, title=("BỒI DƯỠNG TRONG THÁNG",))
    width = max(len(above.rows[0]), len(below.rows[0]))
    rows = [row + [""] * (width - len(row)) for row in (*above.rows, *below.rows)]
    top = len(above.rows)
    merges = (*above.merges, *((a + top, b, c + top, d) for a, b, c, d in below.merges))
    both = Sheet("Nguồn", rows, merges)
    reading = read(sheet("KN-1", plain_rows("KN-1")), both, sheet("KN-3", plain_rows("KN-3")))
    assert reading.problems == ()
    assert [(form.form, len(form.lines)) for form in reading.forms] == [
        ("KN-1", 4),
        ("KN-2", 4),
        ("KN-3", 4),
        ("BD-1", 3),
    ]


def test_what_classes_are_called_never_names_the_month_or_the_commune() -> None:
    kind = "Bồi dưỡng nhận thức về Đảng tháng 3 năm 2020 tại phường Tân Phong"
    reading = report(sheet(FORM, [class_row(1, kind, "05/05/2020", 5.0, 42.0, 20.0, 7.0)]))
    assert reading.problems == ()
    assert (reading.commune_name, reading.month) == ("Phường Đông Phong", date(2020, 5, 1))


@pytest.mark.parametrize(("header", "is_read"), [("Số người học", True), ("Số người", False)])
def test_who_learns_is_asked_for_in_a_table_of_classes_alone(header: str, is_read: bool) -> None:
    rows: list[list[Raw]] = [["Stt", header, "Phụ nữ", "T.đó DTTS"], [1.0, 20.0, 8.0, 4.0], [2.0, 9.0, 3.0, 1.0]]
    tables = find_training(Sheet("Mở lớp", rows, ()))
    assert [sorted(table.mapped.columns.values()) for table in tables] == ([[0, 1, 2, 3]] if is_read else [])


def test_who_learns_is_known_by_the_heading_and_the_row_below_it() -> None:
    rows: list[list[Raw]] = [
        ["Lớp bồi dưỡng", "Số học viên", "", ""],
        ["", "T/số", "Tr/đó: nữ", "HV DTTS"],
        ["Nhận thức về Đảng", 40.0, 20.0, 7.0],
        ["Đảng viên mới", 18.0, 6.0, 3.0],
    ]
    (table,) = find_training(Sheet("BD", rows, ((0, 0, 1, 0), (0, 1, 0, 3))))
    assert {name: table.mapped.columns[name] for name in ("class_type", "participants", "participants_women")} == {
        **{"class_type": 0, "participants": 1},
        "participants_women": 2,
    }


def test_classes_alone_are_no_report() -> None:
    reading = read(sheet(FORM, ROWS))
    assert reading.reason == "training_alone"
    assert [form.form for form in reading.forms] == ["BD-1"]


def test_a_sheet_of_training_that_nobody_can_read_is_named() -> None:
    strange = Sheet("Bồi dưỡng", [["Việc", "Một", "Hai", "Ba"], ["Lớp A", 1.0, 2.0, 3.0]], ())
    assert [(problem.code, problem.sheet) for problem in report(strange).problems] == [
        ("training_not_read", "Bồi dưỡng")
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Nhận thức về Đảng", AWARENESS),
        ("Lớp cảm tình Đảng", AWARENESS),
        ("BD NTVĐ khóa I", AWARENESS),
        ("Bồi dưỡng đối tượng kết nạp Đảng", AWARENESS),
        ("BD nhận thức cho quần chúng ưu tú", AWARENESS),
        ("Đảng viên mới", NEW_MEMBERS),
        ("LLCT cho ĐV mới", NEW_MEMBERS),
        ("Lớp ĐVM", NEW_MEMBERS),
        ("Nghiệp vụ công tác Đảng", COMMITTEE_WORK),
        ("NV công tác đảng", COMMITTEE_WORK),
        ("Tập huấn bí thư, phó bí thư chi bộ", COMMITTEE_WORK),
        ("Bồi dưỡng cấp uỷ viên", COMMITTEE_WORK),
        ("Lớp tin học văn phòng", None),
        ("Lớp BD n.thức về Đảng", AWARENESS),
        ("Lopnhan thuc ve Dang", AWARENESS),
        ("Bồi dưỡng k.nạp Đảng", AWARENESS),
        ("LyLuanChinhTriDanhChoDangVienMoi", NEW_MEMBERS),
        ("Tập huấn kiến thức quốc phòng", None),
        ("Nhận thức về Đảng và đảng viên mới", None),
        ("", None),
    ],
)
def test_the_type_of_a_class_is_known_by_its_words(text: str, meant: str | None) -> None:
    assert class_type(text) == meant


def test_a_class_of_no_known_type_is_kept_as_another_one_with_a_warning() -> None:
    reading, problems = read_only_table(sheet(FORM, [class_row(1, "Tin học", "05/05/2020", 2.0, 9.0, 1.0, 0.0)]))
    assert (reading.lines[0].texts["class_type"], reading.lines[0].values["participants"]) == ("other", 9)
    assert codes(problems) == [("class_type_unknown", "B9")]
    assert "Tin học" in problems[0].message_vi


@pytest.mark.parametrize("mark", ["-nt-", "nt", '"', "//", "Như trên"])
def test_what_stands_above_goes_for_a_row_that_says_so(mark: str) -> None:
    rows = [class_row(1, NEW, "05/05/2020", 5.0, 42.0, 20.0, 7.0), class_row(2, mark, "6/5/2020", 3.0, 9.0, 5.0, 0.0)]
    reading, problems = read_only_table(sheet(FORM, rows))
    assert [line.texts["class_type"] for line in reading.lines] == ["new_members", "new_members"]
    assert problems == []
    alone, _ = read_only_table(sheet(FORM, [class_row(1, mark, "05/05/2020", 5.0, 42.0, 20.0, 7.0), rows[0]]))
    assert [line.texts["class_type"] for line in alone.lines] == ["other", "new_members"]


def test_a_day_without_its_year_is_in_the_month_of_the_report() -> None:
    rows = [class_row(1, AWARE, "ngày 5/5", 5.0, 42.0, 20.0, 7.0), class_row(2, NEW, "18-20/5/20", 3.0, 12.0, 5.0, 0.0)]
    given = sheet(FORM, rows)
    (table,) = find_training(given)
    reading, problems = read_training(given, table, date(2020, 5, 1))
    assert [line.texts["started_on"] for line in reading.lines] == ["2020-05-05", "2020-05-18"]
    assert problems == []
    assert codes(read_training(given, table)[1]) == [("date_unread", "C9"), ("date_unread", "C10")]


def test_what_cannot_be_read_is_null_and_said_with_its_cell() -> None:
    reading, problems = read_only_table(sheet(FORM, [class_row(1, AWARE, "5-5-20", "1,5", "bốn", -2.0, "-")]))
    assert codes(problems) == [("date_unread", "C9"), ("value_unread", "E9"), ("value_negative", "F9")]
    assert reading.lines[0].texts["started_on"] is None
    assert reading.lines[0].values == {
        "days": 1.5,
        "participants": None,
        "participants_women": -2,
        "participants_ethnic_minority": 0,
    }


def test_more_women_than_participants_are_said_aloud() -> None:
    _, problems = read_only_table(sheet(FORM, [class_row(1, AWARE, "05/05/2020", 5.0, 4.0, 5.0, 4.0)]))
    assert [(problem.code, problem.cell, problem.expected) for problem in problems] == [
        ("part_of_class_too_large", "F9", "≤ 4")
    ]


def test_a_total_that_is_not_the_sum_is_said_aloud() -> None:
    rows = [*ROWS[:2], class_row("", "Tổng cộng", "2 lớp", 8.0, 55.0, 25.0, 7.0)]
    _, problems = read_only_table(sheet(FORM, rows))
    assert [(problem.code, problem.cell, problem.found, problem.expected) for problem in problems] == [
        ("class_total_differs", "E11", "55", "54")
    ]


def test_moved_and_added_columns_are_found_by_their_headers() -> None:
    rows: list[list[Raw]] = [
        ["TT", "Số HV", "Nữ", "Người DTTS", "Nội dung bồi dưỡng", "Địa điểm", "Ngày mở lớp", "Thời lượng (ngày)"],
        [1.0, 30.0, 10.0, 3.0, "Cảm tình Đảng", "Nhà văn hóa", date(2020, 5, 6), "2 ngày"],
    ]
    reading, problems = read_only_table(Sheet("BD", rows, ()))
    assert reading.columns | {"ordinal": "A"} == {
        "ordinal": "A",
        "class_type": "E",
        "started_on": "G",
        "days": "H",
        "participants": "B",
        "participants_women": "C",
        "participants_ethnic_minority": "D",
    }
    assert reading.unmapped == {"F": "Địa điểm"}
    assert codes(problems) == [("column_unknown", "F1")]
    assert reading.lines[0].values["days"] == 2


def test_participants_may_be_a_group_with_its_total() -> None:
    rows: list[list[Raw]] = [
        ["STT", "Tên lớp", "Khai giảng", "Số ngày", "Học viên", "", ""],
        ["", "", "", "", "Tổng số", "Nữ", "DTTS"],
        [1.0, "ĐV mới", "05/05/2020", 1.0, 8.0, 4.0, 2.0],
    ]
    reading, problems = read_only_table(Sheet("BD", rows, ((0, 4, 0, 6),)))
    assert problems == []
    assert list(reading.lines[0].values.values()) == [1, 8, 4, 2]


def test_a_column_for_the_type_and_one_for_the_name_are_told_apart() -> None:
    rows: list[list[Raw]] = [
        ["STT", "Tên lớp", "Loại lớp", "Ngày khai giảng", "Số ngày", "Số học viên"],
        [1.0, "Khóa I", "Nhận thức về Đảng", "05/05/2020", 1.0, 8.0],
    ]
    reading, _ = read_only_table(Sheet("BD", rows, ()))
    assert (reading.columns["class_type"], reading.unmapped) == ("C", {"B": "Tên lớp"})
    assert reading.lines[0].texts["class_type"] == AWARENESS


@pytest.mark.parametrize("moved", [False, True])
def test_what_stands_in_a_column_tells_its_day_from_its_number_of_days_and_its_kind(moved: bool) -> None:
    given = sheet(FORM, ROWS, merged=False)
    (table,) = find_training(given)
    opened, days, kind = (table.mapped.columns[field] for field in ("started_on", "days", "class_type"))
    header: list[Any] = given.rows[table.header_first]  # type: ignore[assignment]
    header[opened], header[days], header[kind] = "Ngày mở", "Ngày học", "Mở lớp"
    if moved:
        for row in given.rows[table.header_last + 2 :]:
            row[opened], row[days] = row[days], row[opened]  # type: ignore[index]
    (found,) = find_training(given)
    columns = {"started_on": days} if moved else {"started_on": opened, "days": days}
    assert {name: index for name, index in found.mapped.columns.items() if name in ("started_on", "days")} == columns
    assert [row.label for row in found.rows if row.kind == "class"] == [AWARE, NEW]


@pytest.mark.parametrize(("header", "is_read"), [("Loại lớp BD", True), ("Việc đã làm", False)])
def test_a_column_called_like_the_classes_that_names_none_gives_way_to_one_that_does(
    header: str, is_read: bool
) -> None:
    rows: list[list[Raw]] = [
        ["STT", "Nội dung", header, "Ngày khai giảng", "Số ngày", "Số học viên"],
        [1.0, "đã báo cáo", "Cảm tình Đảng", "05/05/2020", 1.0, 8.0],
        [2.0, "", "Đảng viên mới", "07/05/2020", 1.0, 9.0],
    ]
    reading, _ = read_only_table(Sheet("BD", rows, ()))
    assert reading.columns.get("class_type") == ("C" if is_read else None)
    assert [line.texts["class_type"] for line in reading.lines] == [AWARENESS, NEW_MEMBERS]
    assert "B" in reading.unmapped


def test_a_header_s_last_row_may_hold_the_rest_of_two() -> None:
    rows: list[list[Raw]] = [
        ["Ngày KG", "Số", "Học viên", "", ""],
        ["", "ngày", "TS", "DT thiểu", "Phụ"],
        ["", "", "", "số", "nữ"],
        ["17/06/2023", 5.0, 76.0, 29.0, 31.0],
        ["14/06/2023", 7.0, 23.0, 9.0, 7.0],
    ]
    (table,) = find_training(Sheet("BD", rows, ((0, 2, 0, 4),)))
    assert table.header_last == 2
    assert table.mapped.columns["participants_ethnic_minority"] == 3
    assert table.mapped.columns["participants_women"] == 4


@pytest.mark.parametrize(("header", "is_read"), [("Mở zíc", True), ("Lớp cùng kỳ năm trước", False)])
def test_the_one_column_that_names_classes_is_read_whatever_is_misspelt(header: str, is_read: bool) -> None:
    rows: list[list[Raw]] = [
        ["TT", header, "Khai giảng", "Số ngày", "Học viên"],
        [1.0, "Nhận thức về Đảng", "05/05/2020", 3.0, 42.0],
        [2.0, "Đảng viên mới", "12/05/2020", 2.0, 18.0],
    ]
    (table,) = find_training(Sheet("BD", rows, ()))
    assert (table.mapped.columns.get("class_type") == 1) is is_read
    assert (1 in table.mapped.inferred) is is_read


def test_who_signs_below_the_classes_names_none() -> None:
    rows: list[list[Raw]] = [
        ["TT", "Lớp bồi", "Mở lớp", "Nội dung", "Số", "Số"],
        ["", "dưỡng", "ngày", "", "ngày", "học viên"],
        [1.0, "Nhận thức về Đảng", "05/05/2020", "Tốt", 3.0, 42.0],
        [2.0, "Đảng viên mới", "12/05/2020", "Khá", 2.0, 18.0],
        ["", "", "", "", "", ""],
        ["", "Người lập biểu", "", "BÍ THƯ", "", ""],
    ]
    (table,) = find_training(Sheet("BD", rows, ()))
    assert table.mapped.columns["class_type"] == 1


def test_of_two_columns_for_the_name_the_first_counts() -> None:
    rows: list[list[Raw]] = [
        ["STT", "Tên lớp", "Nội dung bồi dưỡng", "Ngày khai giảng", "Số ngày", "Số học viên"],
        [1.0, "Cảm tình Đảng", "Đảng viên mới", "05/05/2020", 1.0, 8.0],
    ]
    reading, _ = read_only_table(Sheet("BD", rows, ()))
    assert (reading.columns["class_type"], reading.unmapped) == ("B", {"C": "Nội dung bồi dưỡng"})
    assert reading.lines[0].texts["class_type"] == AWARENESS


def test_where_the_header_of_the_classes_is_in_unknown_words_they_are_the_first_column_of_words() -> None:
    rows: list[list[Raw]] = [
        ["STT", "Mã", "Việc đã làm", "Ngày khai giảng", "Số ngày", "Số học viên", "Địa điểm"],
        [1.0, 12.0, "Cảm tình Đảng", "05/05/2020", 1.0, 8.0, "Nhà văn hóa"],
        ["", "", "", "", "", "", ""],
    ]
    reading, problems = read_only_table(Sheet("BD", rows, ()))
    assert [(line.cell_name, line.texts["class_type"]) for line in reading.lines] == [("Cảm tình Đảng", AWARENESS)]
    assert ("column_inferred", "C1") in codes(problems)


def test_classes_under_the_headings_of_their_types_are_of_that_type() -> None:
    rows = [
        class_row("I", "Nhận thức về Đảng", "", 6.0, 50.0, "", ""),
        class_row(1, "Khóa thứ nhất", "05/05/2020", 3.0, 20.0, "", ""),
        class_row(2, "Khóa thứ hai", "15/05/2020", 3.0, 30.0, "", ""),
        class_row("II", "Đảng viên mới", "", "", "", "", ""),
        class_row(1, "Khóa thứ nhất", "20/05/2020", 2.0, 10.0, "", ""),
    ]
    reading, problems = read_only_table(sheet(FORM, rows))
    assert [line.texts["class_type"] for line in reading.lines] == [AWARENESS, AWARENESS, NEW_MEMBERS]
    assert problems == []


def test_roman_numerals_may_number_the_classes_themselves() -> None:
    rows = [class_row(each, AWARE, "05/05/2020", 1.0, 2.0, 1.0, 0.0) for each in ("I", "II")]
    reading, _ = read_only_table(sheet(FORM, rows))
    assert [line.kind for line in reading.lines] == ["class", "class"]


def test_a_type_written_once_over_several_rows_counts_for_each() -> None:
    rows = [ROWS[0], class_row(2, "", "15/05/2020", 3.0, 30.0, 9.0, 1.0)]
    given = sheet(FORM, rows)
    merged = Sheet(given.name, given.rows, (*given.merges, (8, 1, 9, 1)))
    reading, problems = read_only_table(merged)
    assert [line.cell_name for line in reading.lines] == [AWARE, AWARE]
    assert problems == []


def test_a_line_of_the_template_that_was_left_blank_is_no_class() -> None:
    reading, problems = read_only_table(sheet(FORM, [ROWS[0], class_row(2, NEW, "", "", "", "", "")]))
    assert len(reading.lines) == 1
    assert problems == []


def test_figures_without_a_class_and_below_the_total_are_no_classes_but_said() -> None:
    rows = [ROWS[0], class_row("", "", "", 3.0, 9.0, 1.0, 0.0), ["", "Cộng", *ROWS[0][2:]]]
    rows.append(class_row("", "So với tháng trước", "", 1.0, 2.0, 3.0, 4.0))
    reading, problems = read_only_table(sheet(FORM, rows))
    assert [line.kind for line in reading.lines] == ["class", "total"]
    assert codes(problems) == [("row_without_class", "B10"), ("class_row_passed_over", "B12")]
    assert [(problem.found, problem.message_en.split(" (")[0][:7]) for problem in problems] == [
        (None, "Row 10 "),
        ("So với tháng trước", "Row 12"),
    ]


def test_below_numbered_classes_a_row_without_number_day_and_kind_is_no_class_but_said() -> None:
    rows = [ROWS[0], ROWS[1], class_row("", "Chung cho các lớp", "", 3.0, 9.0, 1.0, 0.0)]
    reading, problems = read_only_table(sheet(FORM, rows))
    assert [line.kind for line in reading.lines] == ["class", "class"]
    assert ("class_row_passed_over", "B11") in codes(problems)


def test_a_header_broken_over_rows_is_read_whole() -> None:
    headers: list[list[Raw]] = [
        ["Chương trình bồi", "Người phụ", "Thời gian", "Học viên", "Học viên"],
        ["dưỡng đã mở", "trách lớp", "học (ngày)", "tham dự", "nữ"],
    ]
    rows: list[list[Raw]] = [
        ["Đảng viên mới", "đ/c Lan", 5.0, 43.0, 25.0],
        ["Đảng viên mới", "đ/c Hùng", 2.0, 79.0, 37.0],
    ]
    reading, _ = read_only_table(Sheet(name="BD", rows=[*headers, *rows], merges=()))
    assert reading.columns["participants_women"] == "E"
    assert reading.columns["participants"] == "D"


@pytest.mark.parametrize("label", ["Tất cả các lớp", "Tất cả"])
def test_all_of_them_is_a_total(label: str) -> None:
    reading, _ = read_only_table(sheet(FORM, [ROWS[0], ["", label, *ROWS[0][2:]]]))
    assert [line.kind for line in reading.lines] == ["class", "total"]


def test_below_the_total_only_a_numbered_row_is_a_class_whatever_its_words() -> None:
    total = ["", "Tổng cộng", *ROWS[0][2:]]
    below = class_row("", NEW, "18/05/2020", 1.0, 2.0, 1.0, 0.0)
    reading, problems = read_only_table(sheet(FORM, [ROWS[0], total, below]))
    assert [line.kind for line in reading.lines] == ["class", "total"]
    assert codes(problems) == [("class_row_passed_over", "B11")]
    above, _ = read_only_table(sheet(FORM, [ROWS[0], below]))
    assert [line.kind for line in above.lines] == ["class", "class"]
    numbered, _ = read_only_table(sheet(FORM, [ROWS[0], total, [2.0, *below[1:]]]))
    assert [line.kind for line in numbered.lines] == ["class", "total", "class"]


def test_a_header_repeated_after_a_page_break_goes_on_with_the_table() -> None:
    first = sheet(FORM, ROWS[:1], signature=())
    header, merges = header_grid(FORM)
    rows = [*first.rows, *(list(row) for row in header), ROWS[1]]
    top = len(first.rows)
    both = Sheet(first.name, rows, (*first.merges, *((a + top, b, c + top, d) for a, b, c, d in merges)))
    reading, problems = read_only_table(both)
    assert [line.texts["class_type"] for line in reading.lines] == [AWARENESS, NEW_MEMBERS]
    assert problems == []


def test_a_second_table_of_classes_is_a_problem() -> None:
    other = sheet(FORM, ROWS)
    reading = report(sheet(FORM, ROWS), Sheet("BD tháng 4", other.rows, other.merges))
    assert [(problem.code, problem.form, problem.sheet) for problem in reading.problems] == [
        ("form_repeated", "BD-1", "BD tháng 4")
    ]


@pytest.mark.parametrize("form", MONTHLY_FORMS)
def test_no_monthly_form_is_taken_for_training(form: str) -> None:
    assert find_training(sheet(form, plain_rows(form))) == []


@pytest.mark.parametrize(
    ("started_on", "days", "outside"),
    [
        ("01/05/2020", 1.0, False),
        ("31/05/2020", 5.0, False),
        ("30/04/2020", 3.0, False),
        ("30/04/2020", 1.0, True),
        ("30/04/2020", "", True),
        ("01/06/2020", 2.0, True),
        ("05/05/2019", 90000.0, True),
        ("", 2.0, False),
    ],
)
def test_a_class_that_neither_began_in_the_month_nor_went_on_into_it_is_a_warning(
    started_on: str, days: Raw, outside: bool
) -> None:
    reading = report(sheet(FORM, [class_row(1, AWARE, started_on, days, 42.0, 20.0, 7.0)]))
    found = [problem for problem in reading.problems if problem.code == "class_outside_month"]
    assert [(problem.cell, problem.severity) for problem in found] == ([("C9", "warning")] if outside else [])
    assert all((problem.found, problem.expected) == (started_on, "5/2020") for problem in found)
    assert reading.status == "read"


def test_a_sheet_of_two_classes_and_their_sum_has_two_classes() -> None:
    rows: list[list[Raw]] = [
        ["BIỂU SỐ 04: BỒI DƯỠNG"],
        ["Học viên (người)", "", "", "Tỷ lệ chuyên cần (%)", "Ghi chú (nếu có)"],
        ["Cộng", "Số nữ", "Là người dân tộc", "", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [52.0, 12.0, 21.0, 100.0, "chưa đủ hồ sơ"],
        [29.0, 16.0, 8.0, 77.0, ""],
        [81.0, 28.0, 29.0, "", ""],
    ]
    given = Sheet("Mở lớp", rows, ((1, 0, 1, 2),))
    (table,) = find_training(given)
    assert [row.kind for row in with_sums(given, table, "class").rows] == ["class", "class", "total"]
    rows[-1][2] = 30.0
    assert [row.kind for row in with_sums(given, table, "class").rows] == ["class"] * 3


@pytest.mark.parametrize(("name", "is_read"), [("đ/c Lan", True), ("42 người", False)])
def test_names_are_no_number_of_learners_whatever_stands_over_them(name: str, is_read: bool) -> None:
    """A column for who called the roll (`Người điểm danh`) beside one for who was there, both called after learners."""
    rows = [[*row[:4], name, *row[4:]] for row in ROWS]
    header = ["STT", "Loại lớp", "Ngày khai giảng", "Số ngày", "Số HV đi học", "Số HV dự học", "Nữ", "DTTS", ""]
    form, _ = read_only_table(Sheet("BD", [header, *rows], ()))
    assert form.columns.get("participants") == ("F" if is_read else None)


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (("Khi giảng ngày", "Số ngày học"), ("C", "D")),
        (("Ngày khai giảng", "So nay hoc"), ("C", "D")),
        (("Ngày khai giảng", "Thi gian (ngày)"), ("C", "D")),
        # Beside a column that asks for them rightly it is something else.
        (("Ngày khai giảng", "Số ngày", "Số này học"), ("C", "D")),
    ],
)
def test_a_slip_in_the_words_for_days_is_mended_by_what_stands_below(
    headers: tuple[str, ...], columns: tuple[str | None, ...]
) -> None:
    rows = [[*row[:4], *([row[4]] if len(headers) > 2 else []), *row[4:]] for row in ROWS]
    header = ["STT", "Loại lớp", *headers, "Số học viên", "Nữ", "DTTS", ""]
    form, _ = read_only_table(Sheet("BD", [header, *rows], ()))
    assert (form.columns.get("started_on"), form.columns.get("days")) == columns


def test_a_slip_is_not_mended_where_more_stands_below_than_a_class_has_days() -> None:
    rows = [[*row[:3], 42.0, *row[4:]] for row in ROWS]
    header = ["STT", "Loại lớp", "Ngày khai giảng", "Thi gian (ngày)", "Số học viên", "Nữ", "DTTS", ""]
    form, _ = read_only_table(Sheet("BD", [header, *rows], ()))
    assert "days" not in form.columns


def test_the_numbers_of_the_columns_say_nothing_of_what_stands_below() -> None:
    """Of one class the day of opening was no day, as a number stood above it as well."""
    upper: list[Raw] = ["Thời gian tổ chức", "", "Loại lớp bồi dưỡng", "Học viên (người)", "Trong đó: DTTS"]
    lower: list[Raw] = ["Ngày mở lớp", "Bao nhiêu ngày", "", "", ""]
    row: list[Raw] = [date(2018, 11, 22), 2.0, "Nghiệp vụ cho bí thư chi bộ", 63.0, 24.0]
    merges = ((0, 0, 0, 1), (0, 2, 1, 2), (0, 3, 1, 3), (0, 4, 1, 4))
    for numbers in (["cột 1", "cột 2", "cột 3", "cột 4", "cột 5"], [1.0, 2.0, 3.0, 4.0, 5.0]):
        reading, _ = read_only_table(Sheet("BD", [upper, lower, list(numbers), row], merges))
        (line,) = reading.lines
        assert line.values == {
            "days": 2,
            "participants": 63,
            "participants_women": None,
            "participants_ethnic_minority": 24,
        }
        assert line.texts["started_on"] == "2018-11-22"


def test_another_table_below_the_classes_holds_none() -> None:
    """`Số chi bộ được kiểm tra | 1 | 1` below `Nội dung | Năm 2015 | Năm 2016` was a class without a name."""
    header: list[Raw] = ["Lớp bồi dưỡng", "Khai giảng ngày", "Số ngày", "Số học viên", "Nữ"]
    rows: list[list[Raw]] = [["Nhận thức về Đảng", date(2016, 1, 9), 4.0, 21.0, 15.0], []]
    rows += [["", "So sánh với năm trước"], ["", "Nội dung", "Năm 2015", "Năm 2016"]]
    rows += [["", "Số chi bộ được kiểm tra", 1.0, 1.0], ["", "Số chi bộ sinh hoạt chuyên đề", 7.0, 4.0]]
    reading, _ = read_only_table(Sheet("BD", [header, *rows], ()))
    assert [line.row for line in reading.lines] == [2]


def test_words_in_the_place_of_a_class_s_figures_end_no_table() -> None:
    header: list[Raw] = ["STT", "Loại lớp", "Ngày khai giảng", "Số ngày", "Số học viên"]
    rows: list[list[Raw]] = [[1.0, AWARE, date(2020, 5, 5), 2.0, 21.0], ["", "", "chưa mở", "chưa có", ""]]
    rows.append([3.0, NEW, date(2020, 5, 9), 3.0, 12.0])
    reading, problems = read_only_table(Sheet("BD", [header, *rows], ()))
    assert [line.row for line in reading.lines] == [2, 4]
    assert problems


def test_numbers_of_the_columns_that_begin_further_right_are_no_header() -> None:
    header: list[Raw] = ["", "Số TT", "Lớp mở trong tháng", "Từ ngày", "Số học viên", "Nữ", "DTTS"]
    numbers: list[Raw] = ["", *(f"({n})" for n in range(1, 7))]
    rows: list[list[Raw]] = [header, numbers, ["", 1.0, NEW, "5/5/2020", 40.0, 20.0, 7.0]]
    (table,) = find_training(Sheet("Mở lớp", rows, ()))
    assert (table.header_last, table.mapped.columns["participants"]) == (0, 4)


def test_classes_for_admission_are_for_candidates() -> None:
    assert {class_type(text) for text in ("BD kết nạp Đảng", "Lớp KN Đảng", "Bồi dưỡng trước khi kết nạp")} == {
        AWARENESS
    }
    assert class_type("Bồi dưỡng đảng viên mới kết nạp") == NEW_MEMBERS


def test_a_slip_makes_no_other_kind_of_class() -> None:
    assert class_type("BD đối tượgn kết nạp Đảng") is None
    assert class_type_but_for_a_slip("BD đối tượgn kết nạp Đảng") == AWARENESS
    assert class_type_but_for_a_slip("Tập huấn chuyên đề") is None


def test_the_day_on_which_a_class_ends_is_not_the_one_on_which_it_begins() -> None:
    rows: list[list[Raw]] = [
        ["Ten lop boi duong", "Thoi gian to chuc", "", "So hoc vien"],
        ["", "Khai", "Den", ""],
        ["", "giang", "ngay", ""],
        ["Lop nhan thuc ve Dang", "17/9/2021", "25/9/2021", 110.0],
        ["Lop dang vien moi", "18/9/2021", "26/9/2021", 40.0],
    ]
    (table,) = find_training(Sheet("BD", rows, ((0, 0, 2, 0), (0, 1, 0, 2), (0, 3, 2, 3))))
    assert table.mapped.columns.get("started_on") in (None, 1)
    rows[1][1:3], rows[2][1:3] = ["Từ ngày", "Đến ngày"], ["", ""]
    (table,) = find_training(Sheet("BD", rows, ((0, 0, 2, 0), (0, 1, 0, 2), (0, 3, 2, 3))))
    assert table.mapped.columns["started_on"] == 1


def test_numbers_of_columns_that_begin_further_right_are_no_class() -> None:
    rows: list[list[Raw]] = [
        ["Số TT", "Lớp bồi dưỡng", "Ngày khai giảng", "Số ngày", "Số học viên", "Nữ"],
        ["", "", 1.0, 2.0, 3.0, 4.0],
        [1.0, "Nhận thức về Đảng", "02/07/2016", 3.0, 82.0, 45.0],
        [2.0, "Đảng viên mới", "13/07/2016", 2.0, 45.0, 12.0],
    ]
    (table,) = find_training(Sheet("BD", rows, ()))
    assert [row.row for row in table.rows if row.kind == "class"] == [2, 3]
