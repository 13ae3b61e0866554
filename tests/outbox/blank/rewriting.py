"""Issued workbooks written again by programs that calculate nothing: each formula is there, its result is not."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Rewriter = Callable[[Workbook], bytes]


def _cells(sheet: Worksheet) -> Iterator[tuple[int, int, Any]]:
    """(row, column, value) of each filled cell, zero-based; a formula begins with `=`, a text of that kind does not
    count as one."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and (cell.data_type == "f" or not str(cell.value).startswith("=")):
                yield cell.row - 1, cell.column - 1, cell.value


def _is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def by_openpyxl(book: Workbook) -> bytes:
    """A formula without a value."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _by_xlsxwriter(book: Workbook, result: str | int) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as copy:
        for sheet in book:
            page = copy.add_worksheet(sheet.title)
            for row, column, value in _cells(sheet):
                if _is_formula(value):
                    page.write_formula(row, column, value, None, result)
                else:
                    page.write(row, column, value)
            if sheet.sheet_state != "visible":
                page.hide()
    return written.getvalue()


def by_xlsxwriter(book: Workbook) -> bytes:
    """Every result a zero, in a workbook that asks to be calculated when it is opened."""
    return _by_xlsxwriter(book, 0)


def with_empty_results(book: Workbook) -> bytes:
    """Every result an empty text, as of a formula that shows nothing."""
    return _by_xlsxwriter(book, "")


def without_values(book: Workbook) -> bytes:
    """As openpyxl saves it, but without an element for the value."""
    return _with_xml_changed(by_openpyxl(book), (b"<v/>", b""), (b"<v></v>", b""), (b"<v />", b""))


def _with_xml_changed(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(written, "w") as archive:
        for name in whole.namelist():
            part = whole.read(name)
            if name.startswith("xl/worksheets/"):
                for before, after in changes:
                    part = part.replace(before, after)
            archive.writestr(name, part)
    return written.getvalue()


def by_xlwt(book: Workbook) -> bytes:
    """The old format."""
    copy = xlwt.Workbook()
    for sheet in book:
        page = copy.add_sheet(sheet.title)
        page.visibility = 0 if sheet.sheet_state == "visible" else 1
        for row, column, value in _cells(sheet):
            page.write(row, column, xlwt.Formula(value.removeprefix("=")) if _is_formula(value) else value)
    written = io.BytesIO()
    copy.save(written)
    return written.getvalue()


def by_odfpy(book: Workbook) -> bytes:
    """OpenDocument."""
    copy = OpenDocumentSpreadsheet()
    for sheet in book:
        if sheet.sheet_state != "visible":
            continue
        table = Table(name=sheet.title)
        for cells in sheet.iter_rows():
            row = TableRow()
            for cell in cells:
                row.addElement(_odf_cell(cell.value, is_formula=cell.data_type == "f"))
            table.addElement(row)
        copy.spreadsheet.addElement(table)
    written = io.BytesIO()
    copy.write(written)
    return written.getvalue()


def _odf_cell(value: Any, *, is_formula: bool) -> TableCell:
    if value is None:
        return TableCell()
    if is_formula:
        return TableCell(formula=odf_formula(value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        cell = TableCell(valuetype="string")
        cell.addElement(P(text=str(value)))
        return cell
    cell = TableCell(valuetype="float", value=str(value))
    cell.addElement(P(text=str(value)))
    return cell


def odf_formula(formula: str) -> str:
    """`=IF('Kết nạp'!B3="",1,SUM(A1:A2))` -> `of:=IF([$'Kết nạp'.B3]="";1;SUM([.A1:.A2]))`."""
    parts = ["of:="]
    for token in Tokenizer(formula).items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            sheet, _, cells = token.value.rpartition("!")
            corners = cells.split(":")
            named = f"${sheet}." if sheet else "."
            parts.append(f"[{named}{corners[0]}{''.join(f':.{corner}' for corner in corners[1:])}]")
        else:
            parts.append(";" if token.type == Token.SEP else token.value)
    return "".join(parts)


REWRITERS: tuple[Rewriter, ...] = (by_openpyxl, without_values, by_xlsxwriter, with_empty_results, by_xlwt, by_odfpy)


def filled(content: bytes, folder: Path, fill: Callable[[Path], object]) -> Workbook:
    """The workbook after `fill` has typed into it; with its formulas."""
    path = folder / "issued.xlsx"
    path.write_bytes(content)
    fill(path)
    return openpyxl.load_workbook(path)
