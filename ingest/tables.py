"""Where the forms' tables lie on a sheet: header block, rows, end; and what kind each row is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.headers import HeaderMap, column_headers, header_vocabulary, map_headers, name_keys
from ingest.numbers import Raw, is_blank, looks_like_figure
from ingest.text import clean, key
from ingest.workbook import Sheet

#: A header block has at most this many rows.
_TALLEST_HEADER = 4
_NUMBER_ROW_CELL = re.compile(r"\(?\s*(\d{1,2}|[A-Za-z])\s*\)?(\s*=.*)?")
_ROMAN = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})\.?")
_ROMAN_START = re.compile(r"((?=[IVX])X{0,3}(?:IX|IV|V?I{0,3}))\s*[.\-–/)]\s*\S")
_TOTAL_WORDS = frozenset(
    {
        "tong cong",
        "tong so",
        "cong",
        "tong",
        "tong cong toan dang bo",
        "toan dang bo",
        "cong toan dang bo",
        "tong toan dang bo",
    }
)
_END_WORDS = (
    "nguoi lap bieu",
    "nguoi lap",
    "t m dang uy",
    "t m ban chap hanh",
    "tm dang uy",
    "bi thu",
    "pho bi thu",
    "noi nhan",
    "thu truong",
)
_NOTE_WORDS = ("ghi chu", "luu y", "chu thich")
_SIGNING_DAY = re.compile(r"ngay \d{1,2} thang \d{1,2} nam \d{4}|ngay thang nam")


@dataclass(frozen=True)
class TableRow:
    """A row of a table: zero-based `row`; kind `cell`, `section`, `total` or `nameless` (figures, no name)."""

    row: int
    kind: str
    label: str


@dataclass(frozen=True)
class Table:
    """A form's table on a sheet; rows zero-based, `header_last` inclusive."""

    header_first: int
    header_last: int
    mapped: HeaderMap
    header_texts: dict[int, str]
    rows: tuple[TableRow, ...]


def find_tables(sheet: Sheet) -> list[Table]:
    """Every table of `sheet` whose header is a monthly form's, from top to bottom."""
    blocks = list(_header_blocks(sheet))
    tables = []
    for position, (first, last, name_column) in enumerate(blocks):
        headers = column_headers(sheet.rows, sheet.merges, first, last)
        mapped = map_headers(headers)
        if mapped is None:
            continue
        end = blocks[position + 1][0] if position + 1 < len(blocks) else len(sheet.rows)
        rows = tuple(_table_rows(sheet.rows, last + 1, end, mapped, name_column))
        texts = {header.index: header.shown for header in headers}
        tables.append(Table(first, last, mapped, texts, rows))
    return tables


def _header_blocks(sheet: Sheet) -> Iterator[tuple[int, int, int]]:
    """First and last row of each header block, and the column that names the cells."""
    row = 0
    while row < len(sheet.rows):
        name_column = _name_column(sheet.rows[row])
        if name_column is None:
            row += 1
            continue
        first, last = _block_around(sheet.rows, row, name_column)
        if _hits(sheet.rows[first : last + 1]) >= _LEAST_HITS:
            yield first, last, name_column
            row = last + 1
        else:
            row += 1


#: Header words that must stand together for a header block (the name column among them).
_LEAST_HITS = 4


def _name_column(row: Sequence[Raw]) -> int | None:
    names = name_keys()
    for column, value in enumerate(row):
        if type(value) is str and value and key(value) in names:
            return column
    return None


def _hits(rows: Sequence[Sequence[Raw]]) -> int:
    words = header_vocabulary()
    return sum(1 for row in rows for value in row if type(value) is str and value and key(value) in words)


def _block_around(rows: Sequence[Sequence[Raw]], anchor: int, name_column: int) -> tuple[int, int]:
    first = anchor
    while first > 0 and anchor - first < _TALLEST_HEADER - 1 and _hits(rows[first - 1 : first]) >= 2:
        first -= 1
    last = anchor
    while (
        last + 1 < len(rows) and last - first < _TALLEST_HEADER - 1 and _continues_header(rows[last + 1], name_column)
    ):
        last += 1
    return first, last


def _continues_header(row: Sequence[Raw], name_column: int) -> bool:
    """A further header row has words, none of them in the name column, and no column numbers."""
    if name_column < len(row) and not is_blank(row[name_column]):
        return False
    if is_number_row(row, name_column):
        return False
    return any(type(value) is str and not is_blank(value) for value in row[name_column + 1 :]) and all(
        is_blank(value) for value in row[:name_column]
    )


def is_number_row(row: Sequence[Raw], name_column: int) -> bool:
    """`(1) (2) (3)` or `A B 1 2 3` under the header; unlike a row of figures it numbers the name column, too."""
    if name_column >= len(row) or is_blank(row[name_column]):
        return False
    filled = [value for value in row if not is_blank(value)]
    if len(filled) < 3:
        return False
    figures = [_NUMBER_ROW_CELL.fullmatch(_plain(value)) for value in filled]
    if not all(figures):
        return False
    numbers = [int(match[1]) for match in figures if match is not None and match[1].isdigit()]
    return len(numbers) >= 2 and all(after > before for before, after in pairwise(numbers))


def _plain(value: Raw) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value))


def _table_rows(
    rows: Sequence[Sequence[Raw]], start: int, end: int, mapped: HeaderMap, name_column: int
) -> Iterator[TableRow]:
    ordinal_column = mapped.columns.get("ordinal", -1)
    text_columns = {
        name_column,
        ordinal_column,
        mapped.columns.get("cell_type", -1),
        mapped.columns.get("note", -1),
    }
    figure_columns = [column for column in mapped.columns.values() if column not in text_columns]
    first_figure = min(figure_columns)
    beginning = True
    for index in range(start, end):
        row = rows[index]
        if beginning and is_number_row(row, name_column):
            continue
        label = _label(row, name_column, ordinal_column, first_figure)
        has_figures = any(column < len(row) and looks_like_figure(row[column]) for column in figure_columns)
        if not has_figures and _ends_table(row, label):
            return
        if not has_figures and not label:
            continue
        beginning = False
        ordinal = _plain(row[ordinal_column]) if 0 <= ordinal_column < len(row) else ""
        kind = _kind(label, ordinal, has_figures)
        if kind == "note":
            continue
        yield TableRow(index, kind, label)


def _label(row: Sequence[Raw], name_column: int, ordinal_column: int, first_figure: int) -> str:
    """The row's name: its name cell, else the words left of the figures (a total's label is often merged there)."""
    if name_column < len(row) and isinstance(row[name_column], str) and (text := clean(str(row[name_column]))):
        return text
    for column in range(min(first_figure, len(row))):
        value = row[column]
        if isinstance(value, str) and (text := clean(value)):
            if column == ordinal_column and (_ROMAN.fullmatch(text) or text.rstrip(".").isdigit()):
                continue
            return text
    return ""


def _kind(label: str, ordinal: str, has_figures: bool) -> str:
    if key(label) in _TOTAL_WORDS:
        return "total"
    if ordinal and _ROMAN.fullmatch(ordinal):
        return "section" if label else "nameless"
    if _ROMAN_START.match(label):
        return "section"
    if not label:
        return "nameless"
    if not has_figures and key(label).startswith(_NOTE_WORDS):
        return "note"
    return "cell"


def _ends_table(row: Sequence[Raw], label: str) -> bool:
    """The signature block, or the place and day of signing. A row that is named otherwise does not end a table,
    whatever its notes say."""
    texts = [label] if label else [value for value in row if type(value) is str and value]
    for text in texts:
        words = key(text)
        if words.startswith(_END_WORDS) or _SIGNING_DAY.search(words):
            return True
    return False
