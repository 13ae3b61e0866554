"""What nobody sees on a sheet is not read as a figure, a word or a blank; what is seen is read as it is seen."""

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf.draw import CustomShape
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TextProperties
from odf.table import Table, TableCell, TableRow
from odf.text import P, Span
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from ingest.container.prepare import as_seen, sheets_as_read
from ingest.container.workbook import Sheet
from ingest.model import Reading
from ingest.reader import Context, read_workbook
from reference.fields import MONTHLY_FORMS
from tests.ingest.sheets import cell_row, plain_rows, sheet
from tests.ingest.variant_write import Page, write

CONTEXT = Context("district:105", date(2026, 1, 6))
FORMATS = [("xlsx", "xlsxwriter"), ("xls", "xlwt"), ("ods", "odfpy")]


def page(given: Sheet, name: str | None = None, state: str = "visible") -> Page:
    """A sheet as a page to be written, its merges left out."""
    cells = {
        (row, column): value
        for row, values in enumerate(given.rows)
        for column, value in enumerate(values)
        if isinstance(value, (str, float)) and value != ""
    }
    return Page(name or given.name, cells, state=state)


def pages(**states: str) -> list[Page]:
    return [page(sheet(form, plain_rows(form)), state=states.get(form, "visible")) for form in MONTHLY_FORMS]


def read(content: bytes) -> Reading:
    return read_workbook(content, "x", CONTEXT)


def told(reading: Reading) -> list[tuple[str, str | None, str | None]]:
    return [(found.code, found.sheet, found.cell) for found in reading.problems]


@pytest.mark.parametrize(("ending", "library"), [*FORMATS, ("xlsx", "openpyxl")])
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_of_another_month_is_named_and_not_read(ending: str, library: str, state: str) -> None:
    title = ["ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "", "Tháng 4 năm 2020"]
    before = page(sheet("KN-1", [cell_row("KN-1", 1, "Chi bộ A", admitted=9.0)], title), "Cũ", state)
    reading = read(write([before, *pages()], ending, library))
    assert (reading.reason, reading.month) == (None, date(2020, 5, 1))
    assert [form.sheet for form in reading.forms] == ["Kết nạp", "Nguồn", "Đảng viên"]
    assert told(reading) == [("hidden_sheet", "Cũ", None)]


def test_a_form_that_is_only_there_hidden_is_missing_and_named() -> None:
    reading = read(write(pages(**{"KN-2": "hidden"}), "xlsx", "xlsxwriter"))
    assert [form.form for form in reading.forms] == ["KN-1", "KN-3"]
    assert told(reading) == [("sheet_missing", None, None), ("hidden_sheet", "Nguồn", None)]


def test_a_hidden_sheet_without_a_form_is_not_worth_a_word() -> None:
    notes = Page("_ghi chú", {(0, 0): "Tháng 4 năm 2020", (1, 0): "x"}, state="veryHidden")
    assert told(read(write([*pages(), notes], "xlsx", "xlsxwriter"))) == []


def test_a_list_of_people_is_refused_though_it_is_hidden_or_lies_under_merged_cells() -> None:
    people = {(0, 0): "Họ và tên", (0, 1): "Số CCCD", (1, 0): "Lò Thị B", (1, 1): "012345678901"}
    hidden = Page("DS", dict(people), state="hidden")
    assert read(write([*pages(), hidden], "xlsx", "xlsxwriter")).reason == "list_of_people"
    covered = Page("DS", {(row + 1, column): text for (row, column), text in people.items()})
    covered.cells[0, 0] = "Ghi chú"
    covered.merge(0, 0, 5, 5)
    assert read(write([*pages(), covered], "xls", "xlwt")).reason == "list_of_people"


@pytest.mark.parametrize(("ending", "library"), FORMATS)
@pytest.mark.parametrize(("held", "shown"), [(5.0, "5"), ("7", "7"), (0.0, "0")])
def test_a_figure_under_a_merged_cell_is_unread(ending: str, library: str, held: float | str, shown: str) -> None:
    given = pages()
    given[0].cells[8, 3], given[0].cells[9, 3] = 3.0, held
    given[0].merge(8, 3, 9, 3)
    reading = read(write(given, ending, library))
    lines = reading.forms[0].lines
    assert (lines[0].values["admitted"], lines[1].values["admitted"], lines[2].values["admitted"]) == (3, None, 0)
    (found,) = reading.problems
    assert (found.code, found.cell, found.field) == ("value_unread", "D10", "admitted")
    assert str(found.found).startswith(f"{shown} (")
    assert lines[1].typed["admitted"].startswith(f"{shown} (")


@pytest.mark.parametrize(("ending", "library"), FORMATS)
def test_words_under_a_merged_cell_are_no_title_no_header_and_no_name(ending: str, library: str) -> None:
    given = pages()
    given[0].cells[3, 4] = "Tháng 4 năm 2020"
    given[0].merge(3, 0, 3, 9)
    given[0].cells[8, 2] = "Bản"
    given[0].merge(8, 1, 8, 2)
    reading = read(write(given, ending, library))
    assert (reading.reason, reading.month) == (None, date(2020, 5, 1))
    assert reading.forms[0].lines[0].cell_type is None
    assert told(reading) == []


def test_merged_cells_with_nothing_beneath_leave_a_sheet_as_it_is() -> None:
    given = sheet("KN-1", plain_rows("KN-1"))
    assert given.merges
    assert as_seen(given) is given


def superscript_by_xlsxwriter(number: str, mark: str) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    page = book.add_worksheet("A")
    page.write_rich_string(0, 0, number, book.add_format({"font_script": 1}), mark)
    page.write_rich_string(1, 0, number, book.add_format({"bold": True}), mark)
    page.write(2, 0, number)
    book.close()
    return written.getvalue()


def superscript_by_openpyxl(number: str, mark: str) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = CellRichText(number, TextBlock(InlineFont(vertAlign="superscript"), mark))
    book.active["A2"] = CellRichText(number, TextBlock(InlineFont(b=True), mark))
    book.active["A3"] = number
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def superscript_by_xlwt(number: str, mark: str) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("A")
    raised, bold = xlwt.Font(), xlwt.Font()
    raised.escapement, bold.bold = xlwt.Font.ESCAPEMENT_SUPERSCRIPT, True
    page.write_rich_text(0, 0, [number, (mark, raised)])
    page.write_rich_text(1, 0, [number, (mark, bold)])
    page.write(2, 0, number)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def superscript_by_odfpy(number: str, mark: str) -> bytes:
    book = OpenDocumentSpreadsheet()
    for name, properties in (("T1", {"textposition": "super 58%"}), ("T2", {"fontweight": "bold"})):
        style = Style(name=name, family="text")
        style.addElement(TextProperties(**properties))
        book.automaticstyles.addElement(style)
    page = Table(name="A")
    for style_name in ("T1", "T2", None):
        cell, paragraph = TableCell(valuetype="string"), P(text=number)
        if style_name:
            paragraph.addElement(Span(stylename=style_name, text=mark))
        cell.addElement(paragraph)
        row = TableRow()
        row.addElement(cell)
        page.addElement(row)
    book.spreadsheet.addElement(page)
    written = io.BytesIO()
    book.write(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "write_it", [superscript_by_xlsxwriter, superscript_by_openpyxl, superscript_by_xlwt, superscript_by_odfpy]
)
def test_a_note_s_mark_above_the_line_is_no_digit_of_the_figure(write_it: Callable[[str, str], bytes]) -> None:
    (given,) = sheets_as_read(write_it("1", "2"))
    assert [row[0] for row in given.rows] == ["1²", "12", "1"]


def test_a_figure_with_a_note_s_mark_is_unread_and_a_row_s_number_is_read() -> None:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    for form in MONTHLY_FORMS:
        given = sheet(form, plain_rows(form))
        target = book.add_worksheet(given.name)
        for row, values in enumerate(given.rows):
            for column, value in enumerate(values):
                if value == "":
                    continue
                if form == "KN-1" and (row, column) in ((8, 0), (9, 3)):
                    target.write_rich_string(row, column, "1", book.add_format({"font_script": 1}), "2")
                else:
                    target.write(row, column, value)
    book.close()
    reading = read(written.getvalue())
    assert [line.kind for line in reading.forms[0].lines] == ["cell", "cell", "cell", "total"]
    assert [(found.code, found.cell, found.found) for found in reading.problems] == [("value_unread", "D10", "1²")]


def test_what_a_drawn_shape_or_a_note_says_is_no_part_of_its_cell() -> None:
    book = OpenDocumentSpreadsheet()
    page = Table(name="A")
    cells = []
    for _ in range(3):
        cell = TableCell(valuetype="string")
        cell.addElement(P(text="Chi bộ  Bản"))
        cell.addElement(P(text="Mới"))
        cells.append(cell)
    shape = CustomShape()
    shape.addElement(P(text="Tháng 6 năm 2020"))
    cells[0].addElement(shape)
    note = Annotation()
    note.addElement(P(text="xem lại"))
    cells[1].addElement(note)
    empty = TableCell()
    lonely = CustomShape()
    lonely.addElement(P(text="12"))
    empty.addElement(lonely)
    formula = TableCell(formula="of:=SUM([.A1:.A2])")
    formula_note = Annotation()
    formula_note.addElement(P(text="tổng"))
    formula.addElement(formula_note)
    for cell in (*cells, empty, formula):
        row = TableRow()
        row.addElement(cell)
        page.addElement(row)
    book.spreadsheet.addElement(page)
    written = io.BytesIO()
    book.write(written)
    (given,) = sheets_as_read(written.getvalue())
    texts = [" ".join(str(row[0]).split()) for row in given.rows]
    assert texts == ["Chi bộ Bản Mới", "Chi bộ Bản Mới", "Chi bộ Bản Mới", "", "0.0"]
