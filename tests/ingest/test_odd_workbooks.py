"""Workbooks with one odd thing in them, after faults that people reported to spreadsheet libraries and data portals.

The files are those of `tests/fixtures/odd_workbooks`: a sample workbook each, with one thing changed.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from ingest.inspect import inspect_files
from ingest.model import Line, Problem, Reading
from ingest.reader import Context, read_workbook
from warehouse.settings import Settings

FOLDER = Path(__file__).parent.parent / "fixtures" / "odd_workbooks"
CONTEXT = Context("district:105", date(2026, 1, 6))


def read(name: str) -> Reading:
    return read_workbook((FOLDER / name).read_bytes(), name, CONTEXT)


def line(reading: Reading, form: str, row: int) -> Line:
    (found,) = (line for read in reading.forms if read.form == form for line in read.lines if line.row == row)
    return found


def said(reading: Reading, code: str) -> list[Problem]:
    return [found for found in reading.problems if found.code == code]


@pytest.mark.parametrize(
    "name", ["date cell as title KN_DongPhong_2020-06.xlsx", "typo in the month XaSanThang_KN_06.2020.xlsx"]
)
def test_the_month_is_the_title_s_and_not_the_file_name_s(name: str) -> None:
    reading = read(name)
    assert (reading.status, reading.month) == ("read", date(2020, 5, 1))
    (found,) = said(reading, "file_name_other_month")
    assert (found.found, found.expected) == ("06/2020", "05/2020")


@pytest.mark.parametrize(
    ("name", "form", "cell", "field", "code"),
    [
        ("24 digits in G11.xlsx", "KN-1", "G11", "religious", "value_unread"),
        ("NaN in S11.xlsx", "KN-3", "S11", "mean_age", "number_unread"),
        ("percentage with a thousands point.xlsx", "KN-1", "Z13", "attainment_pct", "percent_unread"),
    ],
)
def test_what_is_no_figure_is_unread_and_everything_else_is_read(
    name: str, form: str, cell: str, field: str, code: str, settings: Settings
) -> None:
    reading = read(name)
    assert reading.status == "read"
    assert cell in [found.cell for found in said(reading, code)]
    odd = line(reading, form, int(cell[1:]))
    assert (odd.values[field], field in odd.typed) == (None, True)
    assert [len(read.lines) > 10 for read in reading.forms] == [True, True, True]
    (told,) = inspect_files([FOLDER / name], settings)
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("name", ["dash as number below the total.xlsx", "superscript in the number column.xlsx"])
def test_a_row_number_that_is_none_does_not_keep_the_workbook_from_being_read(name: str) -> None:
    reading = read(name)
    assert reading.status == "read"
    assert [len(form.lines) for form in reading.forms] == [16, 16, 16]
    assert not [found for found in reading.problems if found.severity == "critical"]


def test_names_that_are_numbers_are_names_and_not_the_words_beside_them() -> None:
    reading = read("cell names that are numbers.xlsx")
    for form in reading.forms:
        assert [each.cell_name for each in form.lines if 11 <= each.row <= 15] == ["20", "21", "22", "23", "24"]
    assert not said(reading, "cell_repeated")


def test_names_that_begin_with_a_letter_and_a_dot_are_cells_and_no_sections() -> None:
    reading = read("cell names that begin with a letter and a dot.xlsx")
    for form in reading.forms:
        kinds = {each.row: (each.kind, each.cell_name) for each in form.lines}
        assert kinds[16] == ("cell", "B. Tả Làn Than")
        assert kinds[23] == ("cell", "C.A phường Đông Phong")
        assert kinds[24] == ("cell", "V.P Đảng ủy phường")
        assert [each.cell_name.split()[0] for each in form.lines if each.kind == "section"] == ["Khối"] * 3


def test_a_hidden_copy_of_another_month_is_not_read_and_is_named() -> None:
    reading = read("hidden sheet of the month before.xlsx")
    assert (reading.status, reading.month) == ("read", date(2020, 5, 1))
    assert [form.sheet for form in reading.forms] == ["Kết nạp", "Nguồn", "Đảng viên"]
    assert [(found.code, found.sheet, found.form) for found in reading.problems] == [
        ("hidden_sheet", "KN thang 4", "KN-1")
    ]


@pytest.mark.parametrize(
    ("name", "cell", "field"),
    [
        ("value hidden under a merge.xlsx", "D12", "admitted"),
        ("value in a covered cell.ods", "E12", "women"),
    ],
)
def test_a_value_that_nobody_sees_is_unread(name: str, cell: str, field: str) -> None:
    reading = read(name)
    assert reading.status == "read"
    (found,) = said(reading, "value_unread")
    assert (found.sheet, found.cell, found.field) == ("Kết nạp", cell, field)
    assert line(reading, "KN-1", int(cell[1:])).values[field] is None


def test_the_text_of_a_shape_is_no_part_of_a_name() -> None:
    reading = read("text of a shape in the name.ods")
    assert (reading.status, reading.month) == ("read", date(2020, 5, 1))
    assert line(reading, "KN-1", 11).cell_name == "Chi bộ Tổ dân phố số 20"


def test_formulas_that_all_saved_a_zero_are_worked_out() -> None:
    reading = read("formulas all saved as zero.xlsx")
    assert reading.status == "read"
    form = reading.forms[0]
    cells = [each.values["admitted"] for each in form.lines if each.kind == "cell"]
    (total,) = (each.values["admitted"] for each in form.lines if each.kind == "total")
    assert total == sum(int(value) for value in cells if value is not None) > 0
    assert said(reading, "formulas_computed")[0].cell == "D10"


def test_each_class_outside_the_month_is_a_warning_at_its_cell() -> None:
    reading = read("class dates outside the month.xlsx")
    assert reading.status == "read"
    outside = said(reading, "class_outside_month")
    assert [(found.severity, found.cell, found.found, found.expected) for found in outside] == [
        ("warning", "C6", "05/12/2020", "5/2020"),
        ("warning", "C7", "14/05/2019", "5/2020"),
    ]
    # Of several days the first is read (C9).
    assert [found.cell for found in said(reading, "date_unread")] == ["C8", "C10"]


def test_a_web_page_named_xls_is_refused_with_the_request_to_save_it_as_xlsx() -> None:
    reading = read("web page.xls")
    (found,) = reading.problems
    assert (reading.reason, found.code, found.found) == (
        "not_a_workbook",
        "not_a_workbook",
        "trang web HTML / an HTML web page",
    )
    assert "lưu lại (Save As) thành .xlsx" in found.message_vi
    assert "save it as .xlsx" in found.message_en


def test_an_ods_without_mimetype_is_read_as_the_office_programs_read_it() -> None:
    reading = read("ods without mimetype.ods")
    assert (reading.status, reading.month) == ("read", date(2020, 5, 1))
    assert [len(form.lines) for form in reading.forms] == [16, 16, 16]
    assert not [found for found in reading.problems if found.severity != "info"]


def test_a_workbook_that_opens_without_asking_is_read() -> None:
    reading = read("opens without asking for its password.xlsx")
    assert (reading.status, reading.month) == ("read", date(2020, 5, 1))
    assert [len(form.lines) for form in reading.forms] == [16, 16, 16]


def test_a_workbook_with_a_password_of_somebody_s_own_stays_closed() -> None:
    content = (FOLDER / "opens without asking for its password.xlsx").read_bytes()
    at = content.index(b"encryptedVerifierHashInput=") + 30
    other = bytes([content[at] ^ 1]) if content[at : at + 1].isalnum() else b"A"
    (found,) = read_workbook(content[:at] + other + content[at + 1 :], "x.xlsx", CONTEXT).problems
    assert found.code == "encrypted_workbook"
    assert "or the program has encrypted it by itself" in found.message_en
