"""A workbook of another format as .xlsx: the values that the reader sees, and what can be had of the look."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

import xlsxwriter

from outbox.marked.looks import At, CellLook, SheetLook
from outbox.marked.looks_ods import looks_of_ods
from outbox.marked.looks_xls import looks_of_xls
from reference.sheet_layout import workbook_bytes

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Old fonts show letters of Unicode as others.
_FONT = "Times New Roman"
_FORBIDDEN = str.maketrans("[]:*?/\\", "_______")
_LONGEST_NAME = 31
_DAY, _TIME = "dd/mm/yyyy", "hh:mm"
#: Workbooks are made with one day's date, so that the same content gives the same bytes.
_MADE_ON = date(2020, 1, 1)
#: Widest and tallest that is carried over.
_WIDEST, _TALLEST = 255.0, 409.0


class SheetAsRead(Protocol):
    """A sheet as the reader sees it: `rows[r][c]` from 0, merges as (top, left, bottom, right), and the cells that are
    shown as percentages."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[Any]]: ...
    @property
    def merges(self) -> Sequence[tuple[int, int, int, int]]: ...
    @property
    def percents(self) -> frozenset[At]: ...


def as_xlsx(content: bytes, sheets: Sequence[SheetAsRead]) -> bytes:
    """The workbook whose bytes are `content` and whose worksheets read as `sheets`, as .xlsx, in the same order."""
    looks = _looks(content)
    if len(looks) != len(sheets):
        looks = [SheetLook()] * len(sheets)

    def write(workbook: xlsxwriter.Workbook) -> None:
        taken: set[str] = set()
        formats = _Formats(workbook)
        for sheet, look in zip(sheets, looks, strict=True):
            _write_sheet(workbook, _free_name(sheet.name, taken), sheet, look, formats)

    return workbook_bytes("", "", _MADE_ON, write)


def _looks(content: bytes) -> list[SheetLook]:
    """The sheets' looks; none for a format whose look is not known."""
    try:
        return looks_of_xls(content) if content.startswith(_OLE) else looks_of_ods(content)
    except Exception:
        # Whatever is the matter with the look, the figures were read: they go back without it.
        return []


class _Formats:
    """The workbook's formats, one for each look."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[CellLook, str | None], Any] = {}

    def of(self, look: CellLook, number_format: str | None) -> Any:
        if (look, number_format) not in self._made:
            self._made[look, number_format] = self._workbook.add_format(_properties(look, number_format))
        return self._made[look, number_format]


def _properties(look: CellLook, number_format: str | None) -> dict[str, object]:
    properties: dict[str, object] = {
        "font_name": _FONT,
        "font_size": look.size or 11,
        "bold": look.bold,
        "italic": look.italic,
        "underline": int(look.underline),
        "text_wrap": look.wraps,
        **dict.fromkeys(look.borders, 1),
    }
    optional = {
        "font_color": look.ink,
        "bg_color": look.fill,
        "align": look.align,
        "valign": look.valign,
        "rotation": look.rotation,
        "num_format": number_format or look.number_format,
    }
    return properties | {name: value for name, value in optional.items() if value}


def _write_sheet(
    workbook: xlsxwriter.Workbook, name: str, sheet: SheetAsRead, look: SheetLook, formats: _Formats
) -> None:
    written = workbook.add_worksheet(name)
    rows = len(sheet.rows)
    for column, width in look.widths.items():
        hidden = {"hidden": True} if column in look.hidden_columns else {}
        written.set_column(column, column, min(width, _WIDEST), None, hidden)
    for row, height in look.heights.items():
        if row < rows:
            written.set_row(row, min(height, _TALLEST), None, {"hidden": True} if row in look.hidden_rows else {})
    for top, left, bottom, right in _apart(look.merges or sheet.merges):
        written.merge_range(top, left, bottom, right, "", formats.of(look.cells.get((top, left), CellLook()), None))
    columns = max(map(len, sheet.rows), default=0)
    for row in range(rows):
        for column in range(columns):
            value = sheet.rows[row][column] if column < len(sheet.rows[row]) else ""
            _write(written, row, column, value, look.cells.get((row, column)), (row, column) in sheet.percents, formats)
    for (row, column), text in look.notes.items():
        written.write_comment(row, column, text)
    written.set_landscape()
    written.set_paper(9)
    written.fit_to_pages(1, 0)
    if look.is_hidden:
        written.hide()


def _write(
    sheet: Any, row: int, column: int, value: Any, look: CellLook | None, is_percent: bool, formats: _Formats
) -> None:
    if value in ("", None) and look is None:
        return
    known = look or CellLook()
    match value:
        case None | "":
            sheet.write_blank(row, column, None, formats.of(known, None))
        case bool():
            sheet.write_boolean(row, column, value, formats.of(known, None))
        case str():
            sheet.write_string(row, column, value, formats.of(known, None))
        case int() | float():
            shown = ("0%" if round(100 * value, 6) % 1 == 0 else "0.0%") if is_percent else None
            sheet.write_number(row, column, value, formats.of(known, known.number_format or shown))
        case time() | timedelta():
            sheet.write_datetime(row, column, value, formats.of(known, _TIME))
        case datetime() | date():
            sheet.write_datetime(row, column, value, formats.of(known, _DAY))


def _apart(merges: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Merged cells that do not lie over one another; single cells are none."""
    kept: list[tuple[int, int, int, int]] = []
    for top, left, bottom, right in merges:
        overlaps = any(
            top <= last_row and first_row <= bottom and left <= last_column and first_column <= right
            for first_row, first_column, last_row, last_column in kept
        )
        if not overlaps and (top, left) != (bottom, right):
            kept.append((top, left, bottom, right))
    return kept


def _free_name(name: str, taken: set[str]) -> str:
    """A name that programs take for a sheet: short, without their signs, told apart without case."""
    plain = name.translate(_FORBIDDEN).strip("'")[:_LONGEST_NAME] or "_"
    candidates = (
        plain if not number else f"{plain[: _LONGEST_NAME - 4]} ({number})" for number in range(len(taken) + 1)
    )
    free = next(each for each in candidates if each.casefold() not in taken)
    taken.add(free.casefold())
    return free
