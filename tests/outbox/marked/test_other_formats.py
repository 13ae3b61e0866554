"""Old and other formats come back as .xlsx: the same figures, text in Unicode, and what can be had of the look."""

import io
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from random import Random

import openpyxl
import pytest
import xlwt
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side

from ingest.container.prepare import sheets_as_read
from ingest.container.workbook import Sheet
from ingest.reader import Context, read_workbook
from outbox.marked.as_xlsx import as_xlsx
from outbox.marked.cells import Place
from outbox.marked.looks_ods import looks_of_ods
from outbox.marked.mark import mark_workbook
from outbox.marked.notes import OURS, Paragraph
from outbox.marked.plan import ALL_TONES, TONES, Cell, Mark, Plan
from reference.marked_copy import LIST_SHEET
from tests.ingest.container.test_encodings import tcvn
from tests.ingest.sheets import plain_rows, sheet, workbook
from tests.ingest.variants import Variant, variant
from tests.outbox.blank.office import recalculated
from tests.outbox.marked.marking import AUTHOR, HEADING, KN1, marked, opened, plan, point, reading


def old_workbook() -> bytes:
    """A sheet of KN-1 as an old machine wrote it: TCVN3 in .VnTime, bold, framed, merged, with a note."""
    given = sheet("KN-1", plain_rows("KN-1"))
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(tcvn(given.name))
    plain = xlwt.easyxf("font: name .VnTime, height 240; align: wrap on, horiz center")
    framed = xlwt.easyxf("font: name .VnTimeH, bold on; borders: left thin, right thin, top thin, bottom thin")
    for row, values in enumerate(given.rows):
        for column, value in enumerate(values):
            if value not in ("", None):
                is_table = row >= len(given.rows) - 8
                page.write(row, column, tcvn(value) if isinstance(value, str) else value, framed if is_table else plain)
    page.col(1).width = 40 * 256
    page.row(2).height_mismatch = True
    page.row(2).height = 30 * 20
    page.merge(2, 2, 0, 4)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def by_libreoffice(content: bytes, ending: str, folder: Path) -> bytes:
    """The workbook as LibreOffice saves it in another format."""
    path = folder / "sent.xlsx"
    path.write_bytes(content)
    if ending == "xlsx":
        (folder / "saved").mkdir(exist_ok=True)
        return recalculated(path, folder / "saved").read_bytes()
    profile = f"-env:UserInstallation=file://{folder.resolve()}/office-profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", str(folder), str(path)],
        capture_output=True,
        timeout=120,
        check=True,
    )
    return (folder / f"sent.{ending}").read_bytes()


def test_an_old_workbook_comes_back_in_unicode_with_its_look() -> None:
    content = old_workbook()
    book = opened(marked(content, [point("D9")]))
    assert book.sheetnames == [LIST_SHEET, KN1]
    page = book[KN1]
    assert page["A2"].value == "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG"
    assert page["B9"].value == "Chi bộ Tổ dân phố số 1"
    assert {str(merged) for merged in page.merged_cells.ranges} == {"A3:E3"}
    assert page.column_dimensions["B"].width == pytest.approx(40, abs=1)
    assert page.row_dimensions[3].height == 30
    assert (page["A1"].font.sz, page["A1"].alignment.horizontal, page["A1"].alignment.wrap_text) == (12, "center", True)
    assert (page["B9"].font.b, page["B9"].border.left.style, page["B9"].border.bottom.style) == (True, "thin", "thin")
    assert {cell.font.name for row in page.iter_rows() for cell in row if cell.value is not None} == {"Times New Roman"}
    assert page["D9"].fill.fgColor.rgb[2:] == TONES["critical"]


def test_an_old_workbook_reads_the_same_when_it_comes_back() -> None:
    before, after = reading(old_workbook()), reading(marked(old_workbook(), [point("D9")]))
    assert before.forms
    assert (after.forms, after.month, after.commune_key) == (before.forms, before.month, before.commune_key)


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_look_and_notes_of_an_office_program_s_file_are_carried_over(ending: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    page = book[KN1]
    page["D9"].font = Font(bold=True, italic=True, size=15)
    page["D9"].border = Border(left=Side("thin"), top=Side("thin"))
    page["E9"].fill = PatternFill("solid", "FFFFF9DB")
    page["E9"].comment = Comment("Của xã.", "Thủ")
    page.column_dimensions["B"].width = 44
    page.row_dimensions[9].height = 36
    book["Đảng viên"].sheet_state = "hidden"
    written = io.BytesIO()
    book.save(written)
    content = by_libreoffice(written.getvalue(), ending, tmp_path)
    after = opened(marked(content, [point("F9"), point("E9", number=2)]))
    shown = after[KN1]
    assert after["Đảng viên"].sheet_state == "hidden"
    cell = shown["D9"]
    assert (cell.font.b, cell.font.i, cell.font.sz) == (True, True, 15)
    assert (cell.border.left.style, cell.border.top.style, cell.border.right.style) == ("thin", "thin", None)
    # How wide a letter is, programs find in the fonts of their machine.
    assert 40 < shown.column_dimensions["B"].width < 65
    assert shown.row_dimensions[9].height == pytest.approx(36, abs=1)
    assert shown["E9"].comment.text.startswith(f"Của xã.\n\n{OURS}")
    assert reading(marked(content, [point("F9")])).forms == reading(content).forms


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_marks_are_known_again_after_an_office_program_has_saved_them(ending: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book[KN1]["D9"].fill = PatternFill("solid", "FFFFF9DB")
    written = io.BytesIO()
    book.save(written)
    sent = marked(written.getvalue(), [point("D9", "I9"), point("E9", number=2)])
    again = opened(marked(by_libreoffice(sent, ending, tmp_path), [point("E9")]))
    assert again.sheetnames == [LIST_SHEET, *book.sheetnames]
    shown = again[KN1]
    assert shown["D9"].fill.fgColor.rgb == "FFFFF9DB"
    assert shown["I9"].fill.patternType is None
    assert (shown["D9"].comment, shown["E9"].comment.text.count(OURS)) == (None, 1)
    assert [again[LIST_SHEET][cell].value for cell in ("D7", "D8")] == ["E9", None]


def test_measures_repeats_and_inherited_styles_of_an_ods_are_understood() -> None:
    names = ["office", "style", "table", "fo", "text"]
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    spaces = spaces.replace("xmlns:fo:1.0", "xmlns:xsl-fo-compatible:1.0")
    content = f"""<office:document-content {spaces}>
        <style:style style:name="wide" style:family="table-column">
            <style:table-column-properties style:column-width="2.5in"/></style:style>
        <style:style style:name="tall" style:family="table-row">
            <style:table-row-properties style:row-height="1cm"/></style:style>
        <style:style style:name="framed" style:family="table-cell">
            <style:table-cell-properties fo:border="0.06pt solid #000000" fo:border-top="none"/>
            <style:text-properties fo:font-weight="bold"/></style:style>
        <style:style style:name="child" style:family="table-cell" style:parent-style-name="framed">
            <style:text-properties fo:font-style="italic"/></style:style>
        <table:table table:name="Một">
            <table:table-column table:style-name="wide" table:number-columns-repeated="2"
                table:default-cell-style-name="framed"/>
            <table:table-row table:style-name="tall">
                <table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="3"/>
                <table:covered-table-cell/>
                <table:table-cell table:style-name="child" table:number-columns-repeated="2"/>
            </table:table-row>
            <table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>
        </table:table></office:document-content>"""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("content.xml", content)
    (look,) = looks_of_ods(written.getvalue())
    assert dict(look.widths) == {0: pytest.approx(180 / 5.25), 1: pytest.approx(180 / 5.25)}
    assert look.heights[0] == pytest.approx(28.35, abs=0.01)
    assert look.merges == ((0, 0, 2, 1),)
    assert (look.cells[0, 0].bold, look.cells[0, 0].borders) == (True, {"left", "right", "bottom"})
    assert [(look.cells[0, column].bold, look.cells[0, column].italic) for column in (2, 3)] == [(True, True)] * 2
    assert set(look.cells) == {(0, 0), (0, 1), (0, 2), (0, 3)}


def test_a_format_without_a_known_look_comes_back_with_its_values() -> None:
    sheets = [
        Sheet(
            "[Tháng] 5/2020 " + "x" * 40,
            [["Chữ", 1.5, True, date(2020, 5, 4), "=SUM(A1)"], ["", 0.85, 0.125, 1]],
            ((0, 0, 0, 1), (0, 1, 1, 1)),
            frozenset({(1, 1), (1, 2), (1, 3)}),
        ),
        Sheet("[Tháng] 5/2020 " + "x" * 40, [["Hai"]], ()),
    ]
    book = opened(as_xlsx(b"PK no workbook of a known format", sheets))
    first, second = book.worksheets
    assert (first.title, second.title) == ("_Tháng_ 5_2020 " + "x" * 16, "_Tháng_ 5_2020 " + "x" * 12 + " (1)")
    assert [cell.value for cell in first[1]][0::2] == ["Chữ", True, "=SUM(A1)"]
    assert (first["E1"].data_type, first["D1"].value.date(), first["D1"].number_format) == (
        "s",
        date(2020, 5, 4),
        "dd/mm/yyyy",
    )
    assert [(cell.value, cell.number_format) for cell in first[2][1:4]] == [(0.85, "0%"), (0.125, "0.0%"), (1, "0%")]
    assert [str(merged) for merged in first.merged_cells.ranges] == ["A1:B1"]


def test_a_package_that_cannot_be_added_to_comes_back_with_its_values() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    written = io.BytesIO()
    book.save(written)
    broken = written.getvalue().replace(b"xl/styles.xml", b"xl/stylez.xml")
    assert broken != written.getvalue()
    assert reading(marked(broken, [point("D9")])).forms == reading(broken).forms


# ------------------------------------------------------------------------------------- layouts of many clerks


def _marks(given: Variant) -> Plan:
    rng = Random(given.seed)
    marks = [
        Mark(
            Cell(page.name, str(Place(rng.randint(0, 30), rng.randint(0, 30)))),
            rng.choice(sorted(ALL_TONES)),
            (Paragraph("Điểm 1 (nghiêm trọng)", "Báo cáo tháng 4/2019 của Phường Tân Phong ghi 3."),),
        )
        for page in sheets_as_read(given.content)
        for _ in range(6)
    ]
    lines = plan([point("D9", message="Báo cáo tháng 4/2019 của Phường Tân Phong: Tổng số, Nữ, Chi bộ Bản 5.")]).lines
    return Plan(lines, tuple(marks))


@pytest.mark.parametrize("hardness", ["plain", "usual", "hard"])
def test_whatever_the_layout_a_marked_workbook_reads_the_same(hardness: str) -> None:
    context = Context("country", date(2030, 1, 1))
    for seed in range(12):
        given = variant(seed, hardness)
        copy = mark_workbook(given.content, sheets_as_read(given.content), _marks(given), HEADING, AUTHOR)
        before, after = (read_workbook(each, given.file_name, context) for each in (given.content, copy.content))
        assert before.forms, given.deviations
        assert (after.forms, after.problems) == (before.forms, before.problems), given.deviations
        assert (after.commune_key, after.month, after.reason) == (before.commune_key, before.month, before.reason)
