"""The look of an .xls workbook, by xlrd."""

import io
from contextlib import redirect_stdout

import xlrd  # type: ignore[import-untyped]

from outbox.marked.looks import At, CellLook, SheetLook

_ALIGN = {1: "left", 2: "center", 3: "right", 5: "justify", 6: "center_across"}
_VALIGN = {0: "top", 1: "vcenter"}
_SOLID = 1
_BOLD = 700
#: xlrd counts angles beyond 90 downwards; 255 is letters below one another.
_UPWARDS, _STACKED, _STACKED_HERE = 90, 255, 270


def looks_of_xls(content: bytes) -> list[SheetLook]:
    """The looks of the worksheets, in their order. Raises what xlrd raises on a broken file."""
    with redirect_stdout(io.StringIO()):
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    looks = [_cell_look(book, form) for form in book.xf_list]
    return [_sheet_look(sheet, looks) for sheet in book.sheets()]


def _sheet_look(sheet: xlrd.sheet.Sheet, looks: list[CellLook]) -> SheetLook:
    cells: dict[At, CellLook] = {}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cells[row, column] = looks[sheet.cell_xf_index(row, column)]
    return SheetLook(
        widths={column: info.width / 256 for column, info in sheet.colinfo_map.items()},
        heights={row: info.height / 20 for row, info in sheet.rowinfo_map.items() if info.height_mismatch},
        hidden_columns=frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden),
        hidden_rows=frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        merges=tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        cells=cells,
        notes={at: note.text for at, note in sheet.cell_note_map.items() if note.text},
        is_hidden=sheet.visibility != 0,
    )


def _cell_look(book: xlrd.Book, form: xlrd.formatting.XF) -> CellLook:
    font = book.font_list[form.font_index]
    lines = {side: getattr(form.border, f"{side}_line_style") for side in ("left", "right", "top", "bottom")}
    known = book.format_map.get(form.format_key)
    return CellLook(
        bold=font.weight >= _BOLD,
        italic=bool(font.italic),
        underline=bool(font.underline_type),
        size=font.height / 20,
        ink=_colour(book, font.colour_index),
        fill=_colour(book, form.background.pattern_colour_index) if form.background.fill_pattern == _SOLID else None,
        align=_ALIGN.get(form.alignment.hor_align),
        valign=_VALIGN.get(form.alignment.vert_align),
        wraps=bool(form.alignment.text_wrapped),
        rotation=_rotation(form.alignment.rotation),
        borders=frozenset(side for side, line in lines.items() if line),
        number_format=known.format_str if known else None,
    )


def _rotation(angle: int) -> int:
    if angle == _STACKED:
        return _STACKED_HERE
    return angle if angle <= _UPWARDS else _UPWARDS - angle


def _colour(book: xlrd.Book, index: int) -> str | None:
    rgb = book.colour_map.get(index)
    return "#{:02X}{:02X}{:02X}".format(*rgb) if rgb else None
