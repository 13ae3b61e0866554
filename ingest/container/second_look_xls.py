"""The second look at an .xls file, with xlrd, which keeps the kinds, the errors and the formats of the cells."""

import io
import struct
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import pairwise

import xlrd  # type: ignore[import-untyped]
from xlrd import formula as xlrd_formula

from ingest.container.file_kind import Place, SheetLook, above_the_line, shows_month, shows_percent

_SUPERSCRIPT = 1
#: The result of a formula record that is the number 0.
_ZERO = bytes(8)
#: Kinds of BIFF8 records.
_FORMULA, _STRING, _BOF, _EOF, _SHARED, _ARRAY = 0x0006, 0x0207, 0x0809, 0x000A, 0x04BC, 0x0221
#: What begins and ends sheets, and their formulas; and how each record begins.
_TOLD_BY, _HEAD = frozenset({_FORMULA, _BOF, _EOF}), struct.Struct("<HH")
#: The kind of a formula's result that is an empty text.
_EMPTY_TEXT = 3


def look_at_xls(content: bytes) -> dict[str, SheetLook]:
    """The looks by sheet name. Raises what xlrd raises on a broken file."""
    with redirect_stdout(io.StringIO()):
        # On demand: otherwise the bytes, which are walked again below, are given up at once.
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, on_demand=True, logfile=io.StringIO())
        formats = [
            book.format_map[use.format_key].format_str if use.format_key in book.format_map else ""
            for use in book.xf_list
        ]
        percents = {index for index, shown in enumerate(formats) if shows_percent(shown)}
        months = {index for index, shown in enumerate(formats) if shows_month(shown)}
        sheets = [book.sheet_by_index(index) for index in range(book.nsheets)]
        return {sheet.name: _look(book, sheet, percents, months) for sheet in sheets}


def _look(book: xlrd.Book, sheet: xlrd.sheet.Sheet, percents: set[int], months: set[int]) -> SheetLook:
    errors: dict[Place, str] = {}
    shares: set[Place] = set()
    days: set[Place] = set()
    last_row, last_column = -1, -1
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            last_row, last_column = row, max(last_column, column)
            if kind == xlrd.XL_CELL_ERROR:
                errors[row, column] = xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#ERROR!")
            elif percents and kind == xlrd.XL_CELL_NUMBER and sheet.cell_xf_index(row, column) in percents:
                shares.add((row, column))
            elif months and kind == xlrd.XL_CELL_DATE and sheet.cell_xf_index(row, column) in months:
                days.add((row, column))
    formulas = _doubtful(book, sheet)
    return SheetLook(
        uncached=formulas.uncached,
        zeros=formulas.zeros,
        unsure=formulas.unsure,
        errors=errors,
        percents=frozenset(shares),
        months=frozenset(days),
        texts=dict(_raised(book, sheet)),
        hidden_rows=frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_columns=frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden),
        is_hidden=sheet.visibility != 0,
        grid=(last_row + 1) * (last_column + 1),
    )


def _raised(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[tuple[Place, str]]:
    """The texts in which something is written above the line."""
    for (row, column), runs in sheet.rich_text_runlist_map.items():
        text = sheet.cell_value(row, column)
        starts = [(0, None), *runs, (len(text), None)]
        is_raised = [
            font is not None and font < len(book.font_list) and book.font_list[font].escapement == _SUPERSCRIPT
            for _, font in starts
        ]
        if any(is_raised):
            parts = [text[start:end] for (start, _), (end, _) in pairwise(starts)]
            yield (
                (row, column),
                "".join(above_the_line(each) if up else each for each, up in zip(parts, is_raised, strict=False)),
            )


@dataclass(frozen=True)
class _Formulas:
    """Formulas that promise a text as their result, with no text behind them: saved without being calculated, or
    (where no formula of the sheet has any result, and they may give an empty text) perhaps so (`unsure`); and those
    with a 0 where all have one (`zeros`)."""

    uncached: dict[Place, str]
    zeros: dict[Place, str]
    unsure: dict[Place, str]


def _doubtful(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> _Formulas:
    uncached: dict[Place, str] = {}
    unsure: dict[Place, str] = {}
    zeros: list[tuple[Place, bytes]] = []
    some_calculated = False
    for place, body, has_result in _formulas(book, sheet):
        if not has_result:
            text = _decompiled(book, place, body)
            (unsure if '""' in text else uncached)[place] = text
        elif body[6:14] == _ZERO:
            zeros.append((place, body))
        else:
            some_calculated = True
    if some_calculated:
        return _Formulas(uncached, {}, {})
    return _Formulas(uncached, {place: _decompiled(book, place, body) for place, body in zeros}, unsure)


def _formulas(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[tuple[Place, bytes, bool]]:
    """The sheet's formula records: place, body, whether a result was saved (an empty text is none)."""
    memory, position = book.mem, book._sh_abs_posn[sheet.number]
    waiting: tuple[Place, bytes] | None = None
    depth = 0
    while position + 4 <= len(memory):
        kind, size = _HEAD.unpack_from(memory, position)
        start, position = position + 4, position + 4 + size
        if waiting is None and kind not in _TOLD_BY:
            # Most records are cells that hold no formula.
            continue
        body = bytes(memory[start:position])
        if waiting is not None and kind not in (_SHARED, _ARRAY):
            yield *waiting, kind == _STRING and int.from_bytes(body[:2], "little") > 0
            waiting = None
        if kind == _FORMULA and depth == 1:
            place = int.from_bytes(body[0:2], "little"), int.from_bytes(body[2:4], "little")
            if body[12:14] == b"\xff\xff" and body[6] == 0:
                # A text: it follows in a record of its own.
                waiting = place, body
            else:
                yield place, body, not (body[12:14] == b"\xff\xff" and body[6] == _EMPTY_TEXT)
        depth += (kind == _BOF) - (kind == _EOF)
        if kind == _EOF and depth == 0:
            return


def _decompiled(book: xlrd.Book, place: Place, body: bytes) -> str:
    """The formula as text; empty where xlrd cannot say it (a shared formula)."""
    size = int.from_bytes(body[20:22], "little")
    try:
        text = xlrd_formula.decompile_formula(
            book, body[22 : 22 + size], size, xlrd_formula.FMLA_TYPE_CELL, browx=place[0], bcolx=place[1]
        )
    except Exception:
        return ""
    return text if isinstance(text, str) else ""
