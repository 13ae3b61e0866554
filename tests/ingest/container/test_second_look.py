"""What calamine hides: formulas without results, errors, percentages, what is hidden."""

import io
import pickle
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableColumn, TableRow
from odf.text import P

from ingest.container.file_kind import SheetLook
from ingest.container.second_look import second_look
from tests.ingest.sheets import workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Kết nạp"
    page["A1"] = 5
    page["B2"] = "=SUM(A1:A1)"
    page["B4"] = "#DIV/0!"
    page["B5"], page["B5"].number_format = 1.85, "0%"
    page["B6"], page["B6"].number_format = 85, '0" %"'
    page["B11"] = "='Nguồn & x'!A1+1"
    page.column_dimensions["D"].hidden = True
    page.row_dimensions[10].hidden = True
    other = book.create_sheet("Nguồn & x")
    other["A1"], other.sheet_state = 3, "hidden"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def by_xlsxwriter() -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    page, other = book.add_worksheet("Kết nạp"), book.add_worksheet("Nguồn & x")
    page.write(0, 0, 5)
    page.write_formula(1, 1, "=SUM(A1:A1)", None, "")
    page.write_formula(3, 1, "=1/0", None, "#DIV/0!")
    page.write(4, 1, 1.85, book.add_format({"num_format": "0.00%"}))
    page.write(5, 1, 85, book.add_format({"num_format": '0" %"'}))
    page.write_formula(7, 1, "=SUM(A1)", None, 7)
    page.write_formula(10, 1, "='Nguồn & x'!A1+1", None, "")
    page.set_column(3, 3, None, None, {"hidden": True})
    page.set_row(9, None, None, {"hidden": True})
    other.write(0, 0, 3)
    other.hide()
    book.close()
    return written.getvalue()


def by_odfpy() -> bytes:
    book = OpenDocumentSpreadsheet()
    unseen = Style(name="unseen", family="table")
    unseen.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(unseen)
    page, other = Table(name="Kết nạp"), Table(name="Nguồn & x", stylename=unseen)
    page.addElement(TableColumn(numbercolumnsrepeated=3))
    page.addElement(TableColumn(visibility="collapse"))
    error = TableCell(formula="of:=1/0", valuetype="float", value="0")
    error.addElement(P(text="#DIV/0!"))
    rows: list[list[TableCell]] = [
        [TableCell(valuetype="float", value="5")],
        [TableCell(), TableCell(formula="of:=SUM([.A1:.A1])")],
        [CoveredTableCell()],
        [TableCell(numbercolumnsrepeated=1), error],
        [TableCell(), TableCell(valuetype="percentage", value="1.85")],
    ]
    for cells in rows:
        row = TableRow()
        for cell in cells:
            row.addElement(cell)
        page.addElement(row)
    page.addElement(TableRow(numberrowsrepeated=4))
    page.addElement(TableRow(visibility="collapse"))
    last = TableRow()
    last.addElement(TableCell())
    last.addElement(TableCell(formula="of:=[$'Nguồn & x'.A1]+1"))
    page.addElement(last)
    book.spreadsheet.addElement(page)
    book.spreadsheet.addElement(other)
    written = io.BytesIO()
    book.write(written)
    return written.getvalue()


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_odfpy])
def test_the_hidden_things_of_a_workbook_whoever_wrote_it(write: Callable[[], bytes]) -> None:
    look = second_look(write())
    page, other = look.of("Kết nạp"), look.of("Nguồn & x")
    assert look.complete
    assert page.uncached == {(1, 1): "SUM(A1:A1)", (10, 1): "'Nguồn & x'!A1+1"}
    assert page.errors == {(3, 1): "#DIV/0!"}
    assert page.percents == {(4, 1)}
    assert (page.hidden_rows, page.hidden_columns) == ({9}, {3})
    assert (page.is_hidden, other.is_hidden) == (False, True)
    assert (other.uncached, other.errors, other.percents) == ({}, {}, set())


def test_an_xls_file_is_looked_at_too() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Kết nạp")
    page.write(0, 0, 5)
    page.write(1, 1, xlwt.Formula("SUM(A1:A1)"))
    page.row(3).set_cell_error(1, "#DIV/0!")
    page.write(4, 1, 1.85, xlwt.easyxf(num_format_str="0%"))
    page.write(5, 1, 85, xlwt.easyxf(num_format_str='0" %"'))
    page.row(9).hidden = True
    page.col(3).hidden = True
    book.add_sheet("Nguồn").visibility = 1
    written = io.BytesIO()
    book.save(written)
    look = second_look(written.getvalue())
    assert look.of("Kết nạp") == SheetLook(
        uncached={(1, 1): "SUM(A1:A1)"},
        errors={(3, 1): "#DIV/0!"},
        percents=frozenset({(4, 1)}),
        hidden_rows=frozenset({9}),
        hidden_columns=frozenset({3}),
        grid=12,
    )
    assert look.of("Nguồn").is_hidden


DATE_FORMATS = ("mm/yyyy", '"Tháng "m" năm "yyyy', "dd/mm/yyyy", "[$-42A]mmmm yyyy", "[h]:mm")


def dates_by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "A"
    for row, number_format in enumerate(
        ("mm/yyyy", '"Tháng "m" năm "yyyy', "dd/mm/yyyy", "[$-42A]mmmm yyyy", "[h]:mm")
    ):
        page.cell(row + 1, 1, date(2020, 5, 1)).number_format = number_format
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def dates_by_xlwt() -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("A")
    for row, number_format in enumerate(
        ("mm/yyyy", '"Thang "m" nam "yyyy', "dd/mm/yyyy", "[$-42A]mmmm yyyy", "[h]:mm")
    ):
        page.write(row, 0, date(2020, 5, 1), xlwt.easyxf(num_format_str=number_format))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def dates_by_odfpy() -> bytes:
    book = OpenDocumentSpreadsheet()
    page = Table(name="A")
    for shown in ("05/2020", "Tháng 5 năm 2020", "01/05/2020", "tháng 5 2020", "01.05.20"):
        row = TableRow()
        cell = TableCell(valuetype="date", datevalue="2020-05-01")
        cell.addElement(P(text=shown))
        row.addElement(cell)
        page.addElement(row)
    book.spreadsheet.addElement(page)
    written = io.BytesIO()
    book.write(written)
    return written.getvalue()


@pytest.mark.parametrize("write", [dates_by_openpyxl, dates_by_xlwt, dates_by_odfpy])
def test_a_date_that_is_shown_as_a_month_whoever_wrote_it(write: Callable[[], bytes]) -> None:
    assert second_look(write()).of("A").months == {(0, 0), (1, 0), (3, 0)}


def package(sheet: str, styles: str = "", attributes: str = "", rels: str = "worksheets/sheet1.xml") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<x:workbook xmlns:x="{MAIN}" xmlns:rel="r"><x:sheets><x:sheet rel:id=\'R1\' state="visible" '
            f'sheetId="1" name="T&#7893;"/></x:sheets><x:calcPr {attributes}/></x:workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<p:Relationships xmlns:p="r"><p:Relationship Target="{rels}" Id="R1" Type="http://x/worksheet"/>'
            f'<p:Relationship Target="styles.xml" Type="http://x/styles" Id="R2"/></p:Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr("xl/styles.xml", styles or f'<styleSheet xmlns="{MAIN}"/>')
    return written.getvalue()


def look_at(cells: str, prefix: str = "", **more: str) -> SheetLook:
    """The look at one sheet with these rows."""
    p = f"{prefix}:" if prefix else ""
    name = f":{prefix}" if prefix else ""
    return second_look(
        package(f'<{p}worksheet xmlns{name}="{MAIN}"><{p}sheetData>{cells}</{p}sheetData></{p}worksheet>', **more)
    ).of("Tổ")


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>SUM(A1)</f></c>',
        '<c r="B2"><f>SUM(A1)</f><v/></c>',
        '<c r="B2"><f>SUM(A1)</f><v /></c>',
        '<c r="B2"><f>SUM(A1)</f><v></v></c>',
        '<c s="3" t="str" r="B2"><f aca="false">SUM(A1)</f>\n <v> </v></c>',
        "<c r='B2' t='n'><f>SUM(A1)</f></c>",
        '<c  r = "B2" ><f t="array" ref="B2:B2">SUM(A1)</f><v/></c>',
    ],
)
def test_a_formula_without_result_however_it_is_written(cell: str) -> None:
    assert look_at(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2">{cell}</row>').uncached == {(1, 1): "SUM(A1)"}


def test_namespace_prefixes_and_packages_with_absolute_targets() -> None:
    rows = '<x:row r="2"><x:c r="B2"><x:f>A1&amp;"x"</x:f><x:v/></x:c><x:c r="C2" t="e"><x:v>#N/A</x:v></x:c></x:row>'
    look = look_at(rows, "x", rels="/xl/worksheets/sheet1.xml")
    assert look.uncached == {(1, 1): 'A1&"x"'}
    assert look.errors == {(1, 2): "#N/A"}


def test_cells_that_do_not_say_where_they_stand_are_counted() -> None:
    rows = '<row><c><v>1</v></c></row><row r="5"><c r="C5"/><c t="e"><v>#REF!</v></c><c><f>A1</f></c></row>'
    look = look_at(rows)
    assert look.errors == {(4, 3): "#REF!"}
    assert look.uncached == {(4, 4): "A1"}


def test_shared_formulas_are_said_in_full() -> None:
    rows = (
        '<row r="9"><c r="D9"><f t="shared" ref="D9:F9" si="0">SUM(D$1:D8)</f><v>4</v></c>'
        '<c r="E9"><f t="shared" si="0"/></c><c r="F9"><f t="shared" si="0"/><v></v></c></row>'
    )
    assert look_at(rows).uncached == {(8, 4): "SUM(E$1:E8)", (8, 5): "SUM(F$1:F8)"}


def test_an_empty_text_is_a_result_where_the_formula_can_give_one() -> None:
    assert look_at('<row r="1"><c r="A1" t="str"><f>IF(B1=0,"",1)</f><v></v></c></row>').uncached == {}
    assert look_at('<row r="1"><c r="A1" t="str"><f>SUM(B1)</f><v></v></c></row>').uncached == {(0, 0): "SUM(B1)"}


def test_empty_texts_only_may_be_results_or_nothing_calculated_at_all() -> None:
    empty = '<c r="A1" t="str"><f>IF(B1=0,"",1)</f><v></v></c>'
    assert look_at(f'<row r="1">{empty}</row>').unsure == {(0, 0): 'IF(B1=0,"",1)'}
    assert look_at(f'<row r="1">{empty}<c r="B1"><f>2+2</f><v>4</v></c></row>').unsure == {}


def test_zeros_that_stand_for_not_calculated_are_told_apart() -> None:
    rows = '<row r="1"><c r="A1"><f>SUM(B1)</f><v>0</v></c><c r="B1"><f>2+2</f><v>4</v></c></row>'
    assert look_at(rows, attributes='fullCalcOnLoad="1"').stale == {(0, 0): "SUM(B1)"}
    assert look_at(rows).stale == {}


@pytest.mark.parametrize(
    ("code", "is_percent"), [("0%", True), ("#,##0.0\\ %", True), ('0"%"', False), ("0\\%", False), ("[Red]0%", True)]
)
def test_a_percentage_is_one_that_multiplies(code: str, is_percent: bool) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt formatCode="{code.replace(chr(34), "&quot;")}" numFmtId="170"/>'
        '</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf fontId="1" numFmtId="170"><alignment/></xf></cellXfs></styleSheet>'
    )
    rows = '<row r="1" s="1"><c r="A1" s="1"><v>1</v></c><c s="0" r="B1"/><c r="C1" s=\'1\'/></row>'
    assert look_at(rows, styles=styles).percents == ({(0, 0), (0, 2)} if is_percent else set())


def test_the_grid_up_to_the_last_cell_is_known_whatever_the_dimension_says() -> None:
    far = look_at('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert far.grid == 1048576 * 16384
    assert second_look(workbook()).of("Kết nạp").grid < 1_000_000


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", by_openpyxl()[:3000], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 90]
)
def test_what_is_broken_gives_an_empty_look(content: bytes) -> None:
    look = second_look(content)
    assert (look.sheets, look.complete) == ({}, False)
    assert look.of("Kết nạp") == SheetLook()


@settings(max_examples=50)
@given(st.text(alphabet="<>/crvfseth=\"' 12AB:&;!?[]-%", max_size=200))
def test_no_sheet_whatever_raises(cells: str) -> None:
    look_at(cells)


@settings(max_examples=30)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=4))
def test_no_damage_to_a_file_raises(position: int, damage: bytes) -> None:
    content = by_odfpy() if position % 2 else workbook()
    second_look(content[:position] + damage + content[position + len(damage) :])


def test_a_look_travels_between_processes() -> None:
    look = second_look(by_xlsxwriter())
    assert pickle.loads(pickle.dumps(look)) == look


def test_a_workbook_without_its_styles_is_still_looked_at() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(by_openpyxl())) as whole, zipfile.ZipFile(written, "w") as archive:
        for name in whole.namelist():
            if name != "xl/styles.xml":
                archive.writestr(name, whole.read(name))
    look = second_look(written.getvalue())
    assert (look.complete, look.of("Kết nạp").percents) == (True, set())
    assert look.of("Kết nạp").errors == {(3, 1): "#DIV/0!"}


def xlsb(records: list[tuple[int, bytes]]) -> bytes:
    """An .xlsb package with one sheet of these records."""

    def text(value: str) -> bytes:
        return len(value).to_bytes(4, "little") + value.encode("utf-16-le")

    def stream(parts: list[tuple[int, bytes]]) -> bytes:
        heads = ((bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7]), body) for kind, body in parts)
        return b"".join(head + bytes([len(body)]) + body for head, body in heads)

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("xl/workbook.bin", stream([(156, b"\0" * 8 + text("rId1") + text("Tổ"))]))
        archive.writestr("xl/_rels/workbook.bin.rels", '<Relationship Id="rId1" Target="worksheets/sheet1.bin"/>')
        archive.writestr("xl/worksheets/sheet1.bin", stream(records))
    return written.getvalue()


def test_errors_in_an_xlsb_file_are_seen() -> None:
    number = (5, (1).to_bytes(4, "little") + b"\0" * 12)
    error = (3, (2).to_bytes(4, "little") + b"\0" * 4 + b"\x07")
    look = second_look(xlsb([(0, (8).to_bytes(4, "little") + b"\0" * 13), number, error])).of("Tổ")
    assert look.errors == {(8, 2): "#DIV/0!"}
    assert look.grid == 27
