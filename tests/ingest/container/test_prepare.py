"""A workbook's sheets as a person sees them."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol

from ingest.model import Reading
from ingest.reader import Context, read_workbook
from tests.ingest.sheets import cell_row, plain_rows, sheet, workbook
from tests.ingest.variant_write import Formula, Page, Typed, write

CONTEXT = Context("district:105", date(2026, 11, 24))


def kn1(**changes: object) -> bytes:
    """KN-1 with two cells (2 and 3 admitted) in rows 9 and 10, the total in row 11; `changes` are cells by address."""
    rows = [
        cell_row("KN-1", 1, "Chi bộ A", admitted=2.0, admitted_ytd=2.0, year_target=4.0),
        cell_row("KN-1", 2, "Chi bộ B", admitted=3.0, admitted_ytd=3.0, year_target=4.0),
        cell_row("KN-1", "", "TỔNG CỘNG"),
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook([sheet("KN-1", rows)])))
    page = book["Kết nạp"]
    for address, value in changes.items():
        page[address] = value
        if isinstance(value, float):
            page[address].number_format = "0%"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def repacked(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with something in one of its parts replaced."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(written, "w") as changed:
        for part in archive.namelist():
            xml = archive.read(part)
            if part == name:
                assert old in xml
                xml = xml.replace(old, new)
            changed.writestr(part, xml)
    return written.getvalue()


def read(content: bytes) -> Reading:
    return read_workbook(content, "x.xlsx", CONTEXT)


def codes(reading: Reading) -> list[tuple[str, str | None]]:
    return [(found.code, found.cell) for found in reading.problems if found.code != "sheet_missing"]


def test_a_total_without_a_saved_result_is_worked_out_and_said() -> None:
    reading = read(kn1(D11="=SUM(D9:D10)"))
    assert reading.forms[0].lines[2].values["admitted"] == 5
    assert codes(reading) == [("formulas_computed", "D11")]


def test_a_formula_that_is_not_understood_is_never_a_blank() -> None:
    reading = read(kn1(D11='=VLOOKUP("x",Z1:Z9,1)'))
    assert reading.forms[0].lines[2].values["admitted"] is None
    assert codes(reading) == [("value_unread", "D11")]


def test_what_is_said_of_such_a_formula_is_to_save_the_file_not_to_write_digits() -> None:
    (said,) = (found for found in read(kn1(D11='=VLOOKUP("x",Z1:Z9,1)')).problems if found.code == "value_unread")
    assert said.cell == "D11"
    assert "VLOOKUP" in (said.found or "")
    assert "lưu lại" in said.message_vi
    assert "save it" in said.message_en
    assert "digits" not in said.message_en


def test_a_name_that_is_not_worked_out_is_no_cell_s_name() -> None:
    reading = read(kn1(B10='=VLOOKUP("x",Z1:Z9,1)'))
    assert [line.cell_name for line in reading.forms[0].lines] == ["Chi bộ A", "TỔNG CỘNG"]
    assert codes(reading) == [("name_unsolved", "B10")]


def test_a_type_that_is_not_worked_out_is_not_the_formula() -> None:
    reading = read(kn1(C10='=VLOOKUP("x",Z1:Z9,1)'))
    assert reading.forms[0].lines[1].cell_type is None
    assert codes(reading) == [("text_unsolved", "C10")]


def test_a_title_that_is_not_worked_out_names_no_month() -> None:
    reading = read(kn1(A4='=CONCATENATE("Tháng 5 năm ",2020)'))
    assert reading.month is None
    assert reading.reason == "month_unknown"


def test_a_zero_that_stands_for_a_blank_becomes_one() -> None:
    """Saved by a program that writes 0 for every result; what the formula gives is an empty text."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        page = book.add_worksheet("Kết nạp")
        for row, values in enumerate(sheet("KN-1", plain_rows("KN-1")).rows):
            for column, value in enumerate(values):
                if value != "":
                    page.write(row, column, value)
        page.write_formula(8, 4, '=IF(Z200="","",1)')
    line = read(written.getvalue()).forms[0].lines[0]
    assert line.values["women"] is None


@pytest.mark.parametrize(("shown", "points"), [(0.5, 50.0), (1.85, 185.0), (0.8571, 85.71), (15.0, 1500.0)])
def test_a_share_shown_as_a_percentage_is_read_in_points(shown: float, points: float) -> None:
    assert read(kn1(Z9=shown)).forms[0].lines[0].values["attainment_pct"] == points


def test_a_number_of_people_formatted_as_a_percentage_stays_that_number() -> None:
    assert read(kn1(D9=2.0)).forms[0].lines[0].values["admitted"] == 2


def test_an_error_in_a_cell_is_said_and_not_a_blank() -> None:
    reading = read(kn1(D9="#REF!"))
    assert reading.forms[0].lines[0].values["admitted"] is None
    assert codes(reading) == [("value_unread", "D9")]


def test_a_sheet_in_an_old_code_page_is_read_in_unicode() -> None:
    given = sheet("KN-1", [cell_row("KN-1", 1, "Chi bé §«ng Phong 1", admitted=2.0)], merged=False)
    given.rows[0][0], given.rows[1][0] = "§¶ng bé thµnh phè Lai Ch©u", "§¶ng ñy ph­êng §«ng Phong"
    given.rows[3][0] = "Th¸ng 5 n¨m 2020"
    reading = read(workbook([given]))
    assert (reading.commune_name, reading.month) == ("Phường Đông Phong", date(2020, 5, 1))
    assert reading.forms[0].lines[0].cell_name == "Chi bộ Đông Phong 1"


def test_a_visible_form_is_read_and_a_hidden_copy_of_it_is_named() -> None:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    for name, number, hidden in (("Cũ", 1.0, True), ("Kết nạp", 2.0, False)):
        page = book.add_worksheet(name)
        for row, values in enumerate(sheet("KN-1", plain_rows("KN-1")).rows):
            for column, value in enumerate(values):
                if value != "":
                    page.write(row, column, number if (row, column) == (8, 3) else value)
        if hidden:
            page.hide()
    book.get_worksheet_by_name("Kết nạp").activate()
    book.close()
    reading = read(written.getvalue())
    assert (reading.forms[0].sheet, reading.forms[0].lines[0].values["admitted"]) == ("Kết nạp", 2)
    assert [(found.code, found.sheet) for found in reading.problems if found.severity == "warning"] == [
        ("hidden_sheet", "Cũ")
    ]


def all_zero(formulas: dict[str, str], admitted: float, ending: str) -> bytes:
    """KN-1 with the formulas given, each saved with the result 0, as some programs write them."""
    given = sheet("KN-1", [cell_row("KN-1", 1, "Chi bộ A", admitted=admitted), cell_row("KN-1", "", "TỔNG CỘNG")])
    cells: dict[tuple[int, int], Typed] = {
        (row, column): value
        for row, values in enumerate(given.rows)
        for column, value in enumerate(values)
        if isinstance(value, (str, float)) and value != ""
    }
    for place, text in formulas.items():
        cells[xl_cell_to_rowcol(place)] = Formula(text, 0, cached=True)
    content = write([Page(given.name, cells, keeps_formulas=True)], ending, "xlsxwriter")
    return repacked(content, "xl/workbook.xml", b' fullCalcOnLoad="1"', b"") if ending == "xlsx" else content


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_formulas_that_have_all_saved_a_zero_are_worked_out(ending: str) -> None:
    reading = read(all_zero({"D10": "=SUM(D9:D9)", "E10": "=SUM(E9:E9)", "F10": "=VLOOKUP(1,A1:B2,2)"}, 2.0, ending))
    total = reading.forms[0].lines[1]
    # What is not understood is not taken for the zero that none of the others was.
    assert (total.values["admitted"], total.values["women"], total.values["ethnic_minority"]) == (2, 0, None)
    assert codes(reading) == [("value_unread", "F10"), ("formulas_computed", "D10")]


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_zeros_that_are_right_are_zeros_and_no_word_is_lost_on_them(ending: str) -> None:
    reading = read(all_zero({"D10": "=SUM(D9:D9)", "F10": "=VLOOKUP(1,A1:B2,2)"}, 0.0, ending))
    total = reading.forms[0].lines[1]
    assert (total.values["admitted"], total.values["ethnic_minority"]) == (0, 0)
    assert codes(reading) == []


def test_one_formula_with_a_result_of_its_own_says_that_the_others_were_calculated() -> None:
    given = all_zero({"D10": "=SUM(D9:D9)", "E10": "=1+1"}, 2.0, "xlsx")
    calculated = repacked(given, "xl/worksheets/sheet1.xml", b"<f>1+1</f><v>0</v>", b"<f>1+1</f><v>2</v>")
    assert read(calculated).forms[0].lines[1].values["admitted"] == 0
