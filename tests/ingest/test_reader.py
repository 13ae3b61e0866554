"""A whole workbook, and files that are none."""

import io
import zipfile
from datetime import date

import pytest

from ingest.container.workbook import Sheet
from ingest.problems import catalogue
from ingest.reader import Context, read_workbook
from tests.ingest.sheets import cell_row, plain_rows, sheet, workbook

CONTEXT = Context("district:105", date(2026, 11, 24))


def test_the_issued_template_is_read_without_a_problem() -> None:
    reading = read_workbook(workbook(), "x.xlsx", CONTEXT)
    assert (reading.status, reading.commune_code, reading.month) == ("read", "03408", date(2020, 5, 1))
    assert [form.form for form in reading.forms] == ["KN-1", "KN-2", "KN-3"]
    assert reading.problems == ()


def test_a_figure_in_a_real_workbook_keeps_its_cell() -> None:
    rows = [cell_row("KN-1", 1, "Chi bộ A", admitted=2.0, women="-")]
    reading = read_workbook(workbook([sheet("KN-1", rows)]), "x.xlsx", CONTEXT)
    (form,) = reading.forms
    assert (form.columns["admitted"], form.lines[0].row) == ("D", 9)
    assert (form.lines[0].values["admitted"], form.lines[0].values["women"]) == (2, 0)


def test_a_missing_sheet_is_a_problem_and_the_others_are_read() -> None:
    reading = read_workbook(workbook([sheet("KN-1", plain_rows("KN-1"))]), "x.xlsx", CONTEXT)
    assert reading.status == "read"
    assert [(found.code, found.form) for found in reading.problems] == [
        ("sheet_missing", "KN-2"),
        ("sheet_missing", "KN-3"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        (b"STT,Chi b\xe1\xbb\x99\n1,A\n", "not_a_workbook"),
        (b"<html><table></table></html>", "not_a_workbook"),
        (workbook()[:2000], "unreadable_workbook"),
        (b"PK\x03\x04", "unreadable_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "unreadable_workbook"),
    ],
)
def test_what_is_no_whole_workbook_is_refused_with_a_sentence(content: bytes, reason: str) -> None:
    reading = read_workbook(content, "x.xlsx", CONTEXT)
    assert (reading.status, reading.reason) == ("refused", reason)
    assert reading.problems[0].message_vi
    assert reading.problems[0].message_en


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("photo.txt", "not a sheet")
    assert read_workbook(written.getvalue(), "x.xlsx", CONTEXT).reason == "unreadable_workbook"


def test_a_list_of_people_is_refused_and_nothing_of_it_is_repeated() -> None:
    people = Sheet(
        "Danh sách",
        [
            ["ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG"],
            ["Tháng 5 năm 2020"],
            ["STT", "Họ và tên", "Ngày sinh", "Chi bộ"],
            [1.0, "Nguyễn Văn A", "01/02/1990", "Chi bộ A"],
        ],
        (),
    )
    reading = read_workbook(workbook([sheet("KN-1", plain_rows("KN-1")), people]), "x.xlsx", CONTEXT)
    assert reading.reason == "list_of_people"
    assert reading.forms == ()
    assert reading.commune_code is None
    assert "Nguyễn" not in repr(reading)


def test_a_workbook_without_any_form_is_refused() -> None:
    reading = read_workbook(workbook([Sheet("Sheet1", [["Kính gửi", "Ban Tổ chức"]], ())]), "x.xlsx", CONTEXT)
    assert reading.reason == "no_form_found"


def test_a_form_that_stands_twice_is_read_once_and_said_aloud() -> None:
    first = sheet("KN-1", plain_rows("KN-1"))
    again = Sheet("Bản sao", first.rows, first.merges)
    reading = read_workbook(workbook([first, again]), "x.xlsx", CONTEXT)
    assert [form.sheet for form in reading.forms] == ["Kết nạp"]
    assert "form_repeated" in [found.code for found in reading.problems]


def test_a_month_in_the_future_is_refused() -> None:
    reading = read_workbook(workbook(), "x.xlsx", Context("district:105", date(2020, 4, 30)))
    assert reading.reason == "month_in_future"
    assert "05/2020" in reading.problems[0].message_en


def test_targets_are_read_with_commune_year_and_effective_day() -> None:
    targets = Sheet(
        "Chỉ tiêu",
        [
            ["CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN"],
            ["Nhiệm kỳ 2015–2020"],
            ["Có hiệu lực từ ngày 01/07/2015"],
            ["STT", "Xã, phường", "Cả nhiệm kỳ", "Năm 2015", "Năm 2016"],
            [1.0, "Phường Đông Phong", 20.0, 2.0, 4.0],
            [2.0, "Xã Không Có", 9.0, 1.0, 2.0],
            ["", "TỔNG CỘNG", 29.0, 3.0, 6.0],
        ],
        (),
    )
    reading = read_workbook(workbook([targets]), "x.xlsx", CONTEXT)
    assert (reading.status, reading.kind) == ("read", "targets")
    assert [(t.commune_code, t.year, t.target, t.cell) for t in reading.targets] == [
        ("03408", None, 20, "C5"),
        ("03408", 2015, 2, "D5"),
        ("03408", 2016, 4, "E5"),
    ]
    assert {target.effective_on for target in reading.targets} == {date(2015, 7, 1)}
    assert [(found.code, found.cell) for found in reading.problems] == [("target_commune_unknown", "B6")]


@pytest.mark.parametrize(
    ("title", "headers", "fields"),
    [
        (
            ("CHỈ TIÊU KẾT NẠP", "Nhiệm kỳ 2020 - 2025, áp dụng từ tháng 7/2020"),
            ("TT", "Đơn vị", "Chỉ tiêu nhiệm kỳ 2020-2025", "2021"),
            {None: 20, 2021: 4},
        ),
        (
            ("KẾ HOẠCH KẾT NẠP ĐẢNG VIÊN", "Có hiệu lực từ ngày 01/07/2020"),
            ("STT", "Đảng bộ", "Nhiệm kỳ 2020–2025", "Chỉ tiêu năm 2021"),
            {None: 20, 2021: 4},
        ),
        (
            ("CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN NHIỆM KỲ 2020-2025", "(thực hiện từ 01/07/2020)"),
            ("STT", "Xã, phường, thị trấn", "Tổng số chỉ tiêu"),
            None,
        ),
    ],
)
def test_tables_of_targets_are_read_in_other_words_too(
    title: tuple[str, ...], headers: tuple[str, ...], fields: dict[int | None, int] | None
) -> None:
    row = [1.0, "Phường Đông Phong", 20.0, 4.0][: len(headers)]
    grid = [*([text] for text in title), list(headers), row]
    reading = read_workbook(workbook([Sheet("Chỉ tiêu", grid, ())]), "x.xlsx", CONTEXT)
    if fields is None:
        # Whose total it is, the year's or the term's, is not said: nothing is guessed.
        assert reading.reason == "no_form_found"
        return
    assert {target.year: target.target for target in reading.targets} == fields
    assert {(target.term, target.effective_on) for target in reading.targets} == {("2020-2025", date(2020, 7, 1))}


def test_a_day_that_is_none_is_not_the_day_from_which_targets_hold() -> None:
    grid = [
        ["CHỈ TIÊU KẾT NẠP", "Nhiệm kỳ 2015–2020"],
        ["Có hiệu lực từ ngày 31/02/2016"],
        ["STT", "Xã, phường", "Cả nhiệm kỳ"],
        [1.0, "Phường Đông Phong", 20.0],
    ]
    reading = read_workbook(workbook([Sheet("Chỉ tiêu", grid, ())]), "x.xlsx", CONTEXT)
    assert [target.effective_on for target in reading.targets] == [date(2015, 7, 1)]
    assert [found.code for found in reading.problems] == ["effective_day_assumed"]


def test_every_problem_has_its_sentences_in_both_languages() -> None:
    assert len(catalogue()) > 20
    for text in catalogue().values():
        assert text.vi
        assert text.en
        assert text.severity in ("critical", "warning", "info")
