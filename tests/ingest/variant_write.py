"""A page of cells -> bytes of a real workbook, by the libraries with which old and new office programs' files are
made."""

import io
import re
from dataclasses import dataclass, field

import openpyxl
import xlsxwriter
import xlwt
from odf import opendocument, style, table, text


@dataclass(frozen=True)
class Formula:
    """A formula and what it comes to; `cached` False when the file does not keep that."""

    text: str
    value: int | float
    cached: bool


Typed = str | int | float | Formula


@dataclass
class Page:
    """A sheet while it is being laid out: values by zero-based (row, column), cells shown as percentages, merges."""

    name: str
    cells: dict[tuple[int, int], Typed] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    state: str = "visible"
    keeps_formulas: bool = False

    def put(self, row: int, column: int, value: Typed) -> None:
        """Write a value; nothing may be overwritten, else the truth would be wrong."""
        if value == "":
            return
        if (row, column) in self.cells:
            raise ValueError(f"{self.name}: {row}, {column} taken")
        self.cells[row, column] = value

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))

    @property
    def height(self) -> int:
        return max((row for row, _ in self.cells), default=-1) + 1

    @property
    def width(self) -> int:
        ends = [column for _, column in self.cells] + [merge[3] for merge in self.merges]
        return max(ends, default=-1) + 1


def write(pages: list[Page], suffix: str, library: str) -> bytes:
    """The pages as a workbook in the format `suffix`, made by `library`."""
    if suffix == "xls":
        return _xls(pages)
    if suffix == "ods":
        return _ods(pages)
    return _openpyxl(pages) if library == "openpyxl" else _xlsxwriter(pages)


def _xlsxwriter(pages: list[Page]) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    percent = book.add_format({"num_format": "0.00%"})
    wrap = book.add_format({"text_wrap": True})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        for top, left, bottom, right in page.merges:
            sheet.merge_range(top, left, bottom, right, "", wrap)
        for (row, column), value in page.cells.items():
            if isinstance(value, str):
                sheet.write_string(row, column, value, wrap)
            elif isinstance(value, Formula):
                sheet.write_formula(row, column, value.text, None, value.value if value.cached else "")
            elif (row, column) in page.percents:
                sheet.write_number(row, column, value, percent)
            else:
                sheet.write_number(row, column, value)
        for column in page.hidden_columns:
            sheet.set_column(column, column, None, None, {"hidden": True})
        match page.state:
            case "hidden":
                sheet.hide()
            case "veryHidden":
                sheet.very_hidden()
            case _:
                sheet.activate()
    book.close()
    return written.getvalue()


def _openpyxl(pages: list[Page]) -> bytes:
    written = io.BytesIO()
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        sheet = book.create_sheet(page.name)
        for (row, column), value in page.cells.items():
            cell = sheet.cell(row + 1, column + 1, value.text if isinstance(value, Formula) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            if (row, column) in page.percents:
                cell.number_format = "0.00%"
        for top, left, bottom, right in page.merges:
            sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
        sheet.sheet_state = page.state
    book.save(written)
    return written.getvalue()


def _xls(pages: list[Page]) -> bytes:
    written = io.BytesIO()
    book = xlwt.Workbook(encoding="utf-8")
    percent = xlwt.easyxf(num_format_str="0.00%")
    for page in pages:
        sheet = book.add_sheet(page.name)
        sheet.visibility = ("visible", "hidden", "veryHidden").index(page.state)
        anchors = {(merge[0], merge[1]): merge for merge in page.merges}
        for (row, column), typed in page.cells.items():
            value = typed.value if isinstance(typed, Formula) else typed
            if merge := anchors.get((row, column)):
                # Not by `write_merge`, which blanks the cells beneath: what they hold is part of the truth.
                top, left, bottom, right = merge
                sheet.write(row, column, value)
                sheet.merged_ranges.append((top, bottom, left, right))
            elif (row, column) in page.percents:
                sheet.write(row, column, value, percent)
            else:
                sheet.write(row, column, value)
    book.save(written)
    return written.getvalue()


def _ods(pages: list[Page]) -> bytes:
    document = opendocument.OpenDocumentSpreadsheet()
    document.automaticstyles.addElement(style.Style(name="ta1", family="table"))
    unseen = style.Style(name="ta2", family="table")
    unseen.addElement(style.TableProperties(display="false"))
    document.automaticstyles.addElement(unseen)
    for page in pages:
        sheet = table.Table(name=page.name, stylename="ta1" if page.state == "visible" else "ta2")
        sheet.addElement(table.TableColumn(numbercolumnsrepeated=max(page.width, 1)))
        anchors = {(merge[0], merge[1]): merge for merge in page.merges}
        covered = {
            (row, column)
            for top, left, bottom, right in page.merges
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (row, column) != (top, left)
        }
        for row in range(page.height):
            line = table.TableRow()
            for column in range(page.width):
                line.addElement(_ods_cell(page, row, column, anchors, covered))
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _ods_cell(
    page: Page,
    row: int,
    column: int,
    anchors: dict[tuple[int, int], tuple[int, int, int, int]],
    covered: set[tuple[int, int]],
) -> object:
    kind_of_cell = table.CoveredTableCell if (row, column) in covered else table.TableCell
    span: dict[str, int | str] = {}
    if merge := anchors.get((row, column)):
        span = {"numberrowsspanned": merge[2] - merge[0] + 1, "numbercolumnsspanned": merge[3] - merge[1] + 1}
    value = page.cells.get((row, column))
    if isinstance(value, Formula):
        if page.keeps_formulas:
            references = re.sub(r"([A-Z]+\d+)", r"[.\1]", value.text)
            span["formula"] = "of:" + re.sub(r"\](:)\[", r"\1", references)
        value = value.value
    if value is None:
        return kind_of_cell(**span)
    if isinstance(value, str):
        cell = kind_of_cell(valuetype="string", **span)
        for paragraph in value.split("\n"):
            cell.addElement(text.P(text=paragraph))
        return cell
    kind = "percentage" if (row, column) in page.percents else "float"
    cell = kind_of_cell(valuetype=kind, value=str(value), **span)
    cell.addElement(text.P(text=f"{value:.2%}" if kind == "percentage" else str(value)))
    return cell
