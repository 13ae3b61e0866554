"""Where the forms' tables lie on a sheet: header block, rows, end; and what kind each row is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise

from ingest.container.workbook import Sheet
from ingest.meaning.concepts import parses_as_written
from ingest.meaning.evidence import evidence
from ingest.meaning.header_text import header_key
from ingest.monthly.headers import (
    LEAST_FIGURE_COLUMNS,
    ColumnHeader,
    HeaderMap,
    column_headers,
    header_vocabulary,
    is_header_word,
    is_listed_word,
    map_headers,
    name_keys,
)
from ingest.values.numbers import DASHES, Raw, is_blank, looks_like_figure, shown
from ingest.values.similar import near
from ingest.values.text import clean, key

#: Says of a cell's text whether it is such a word.
_Judge = Callable[[str], bool]

#: Remarks may stand beside a row; this share of it must be what the row is taken for.
_MOSTLY = 0.8
#: A header block has at most this many rows.
_TALLEST_HEADER = 4
_NUMBER_ROW_CELL = re.compile(r"\(?\s*(\d{1,2}|[A-Za-z])\s*\)?(\s*=.*)?")
_ROMAN = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})\.?")
_ROMAN_START = re.compile(r"((?=[IVX])X{0,3}(?:IX|IV|V?I{0,3}))\s*[.\-–/)]\s*\S")
#: Sections may have letters: `A`, `B. Khối trường học`.
_LETTER = re.compile(r"[A-HĐ][.)]?")
_LETTER_START = re.compile(r"[A-HĐ][.)]\s*\S")
#: `C.A phường`, `V.P Đảng ủy`: letters with points are a word cut short.
_ABBREVIATED = re.compile(r"[A-ZĐ]\.[A-ZĐ](?=[\s.]|\Z)")
#: `TỔNG CỘNG`, `Tổng số`, `Cộng`, `T. cộng`, `Tổng cộng (I+II)`, `Cộng toàn đảng bộ`; not `Cộng khối I`.
_TOTAL = re.compile(r"(?:(?:tong|t) )?(?:cong|so)|tong|tc")
_TOTAL_OF = re.compile(r" (?:chung|trong thang|chi bo|dang vien|toan .*|dang bo.*|cac chi bo.*|(?:[ivx]+ ){1,}[ivx]+)")
#: `Toàn đảng bộ`, `Cả phường`, `Chung`: totals that are called by what they are the total of.
_TOTAL_BY_WHOLE = re.compile(
    r"(?:tinh |cong |tong )?(?:chung )?(?:toan|ca|cua ca) (?:bo )?"
    r"(?:dang bo|dang uy|xa|phuong|thi tran|don vi|co so)(?: .*)?"
    r"|chung(?: ca .*)?|cong chung|tong chung|tong hop|tong hop chung|tong ket"
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
_NAMES_A_MONTH = re.compile(r"\bthang \d{1,2}\b|\bnam (?:19|20)\d\d\b")
_REMARKS = (
    "so chi bo",
    "so dang vien",
    "so voi",
    "tong so ",
    "trong do",
    "ghi chu",
    "luu y",
    "ty le",
    "ti le",
    "binh quan",
    "chenh lech",
    "kiem tra",
    "du kien",
    "cong trang",
    "cong khoi",
    "cong muc",
    "cong chuyen",
    "mang sang",
    "chuyen sang",
    "trang truoc",
    "cung ky",
    "thang truoc",
    "nam truoc",
    "luy ke",
)
_SIGNING_DAY = re.compile(r"ngay \d{1,2} thang \d{1,2} nam \d{4}|ngay thang nam")


@dataclass(frozen=True)
class TableRow:
    """A row of a table: zero-based `row`; kind `cell`, `section`, `total`, `nameless` (figures, no name) or `remark`
    (figures beside a text that names no cell)."""

    row: int
    kind: str
    label: str


@dataclass(frozen=True)
class Table:
    """A form's table on a sheet; rows zero-based, `header_last` inclusive. `rows` go on below a repeated header."""

    header_first: int
    header_last: int
    mapped: HeaderMap
    headers: tuple[ColumnHeader, ...]
    rows: tuple[TableRow, ...]
    #: Rows that are known as a total or a section row by their sums alone.
    summed: tuple[TableRow, ...] = ()

    @cached_property
    def header_texts(self) -> dict[int, str]:
        """The header of each column as it is shown."""
        return {header.index: header.shown for header in self.headers}


@dataclass(frozen=True)
class _Block:
    """A header block with its columns; rows zero-based and inclusive."""

    first: int
    last: int
    name_column: int
    headers: tuple[ColumnHeader, ...]
    mapped: HeaderMap


def find_tables(sheet: Sheet) -> list[Table]:
    """Every table of `sheet` whose header is a monthly form's, from top to bottom.

    A header that is repeated with the same columns (after a page break) goes on with the table above.
    """
    blocks = list(_header_blocks(sheet))
    tables: list[Table] = []
    for position, block in enumerate(blocks):
        end = blocks[position + 1].first if position + 1 < len(blocks) else len(sheet.rows)
        rows = tuple(_table_rows(sheet.rows, block.last + 1, end, block.mapped, block.name_column))
        if tables and continues(tables[-1], block.mapped, block.first, sheet):
            tables[-1] = replace(tables[-1], rows=tables[-1].rows + rows)
        else:
            tables.append(Table(block.first, block.last, block.mapped, block.headers, rows))
    return tables


def rows_left_out(sheet: Sheet, tables: Sequence[Table]) -> list[int]:
    """Rows (zero-based) that name a cell and have figures, but belong to no table: the reader has missed them."""
    if not tables:
        return []
    covered = {row.row for table in tables for row in table.rows}
    named = {index for index, _, text in sheet.texts if index not in covered and is_cell_name(text)}
    return [
        index
        for index in sorted(named)
        if sum(1 for value in sheet.rows[index] if value != "" and looks_like_figure(value)) >= _LEAST_HITS
    ]


def continues(table: Table, mapped: HeaderMap, first: int, sheet: Sheet) -> bool:
    """The same columns again in a header from row `first` on, and no title between: what stands there names no
    month."""
    if table.mapped.form != mapped.form or table.mapped.columns != mapped.columns:
        return False
    last_row = table.rows[-1].row if table.rows else table.header_last
    between = sheet.rows[last_row + 1 : first]
    return not any(type(value) is str and _NAMES_A_MONTH.search(key(value)) for row in between for value in row)


def _header_blocks(sheet: Sheet) -> Iterator[_Block]:
    """The header blocks of a sheet from top to bottom: by their words as they stand, or by words nearly right."""
    found = list(_blocks_by_words(sheet))
    yield from found or _blocks_above_figures(sheet)


def _blocks_above_figures(sheet: Sheet) -> Iterator[_Block]:
    """The blocks of words that stand above rows of figures, where no row has header words enough: every header may be
    broken over several rows, and the names' header be in no list."""
    floor = 0
    for row in range(1, len(sheet.rows)):
        if row < floor or not _has_figures_below_words(sheet, row):
            continue
        if (block := _block_above(sheet, row, floor)) is not None:
            yield block
            floor = _end_of_figures(sheet, row)


def _has_figures_below_words(sheet: Sheet, row: int) -> bool:
    return _figures_in(sheet.rows[row]) >= LEAST_FIGURE_COLUMNS and _figures_in(sheet.rows[row - 1]) <= 1


def _end_of_figures(sheet: Sheet, row: int) -> int:
    while row < len(sheet.rows) and _figures_in(sheet.rows[row]):
        row += 1
    return row


def _figures_in(row: Sequence[Raw]) -> int:
    return sum(1 for value in row if value != "" and value is not None and looks_like_figure(value))


def _block_above(sheet: Sheet, row: int, floor: int) -> _Block | None:
    """The header block whose last row stands above `row`, or above the row of column numbers or of a section there.
    It is as tall as it can be: a group that is left out (`Năm trước`) would give its columns to somebody else."""
    name_column = _column_of_names(sheet, row)
    if name_column is None:
        return None
    last = row - 1
    while last > floor and (
        is_number_row(sheet.rows[last], name_column) or not _may_stand_above(sheet.rows[last], name_column)
    ):
        last -= 1
    first = last
    while first > floor and last - first < _TALLEST_HEADER - 1 and _may_stand_above(sheet.rows[first - 1], name_column):
        first -= 1
    headers = column_headers(sheet.rows, sheet.merges, first, last)
    if (mapped := map_headers(headers)) is None:
        return None
    mapped = _with_names(_with_true_names(sheet, row, mapped, headers), name_column)
    return _Block(first, last, name_column, headers, mapped)


def _with_true_names(sheet: Sheet, row: int, mapped: HeaderMap, headers: Sequence[ColumnHeader]) -> HeaderMap:
    """`mapped` with the names' column where words stand from `row` on, when figures stand under what was taken for
    their header (a misspelt word of something else), or when it is called by no listed word and words stand further
    left (`Bí thư chi bộ` is no name)."""
    column = mapped.columns.get("cell_name")
    shown_texts = {header.index: header.shown for header in headers}
    if column is None:
        return mapped
    holds_words = _holds_words(sheet, row, column)
    if holds_words and header_key(shown_texts[column]) in name_keys():
        return mapped
    names = _column_of_names(sheet, row)
    if names is None or names == column or (holds_words and (names > column or names not in mapped.unmapped)):
        return mapped
    columns = {name: index for name, index in mapped.columns.items() if name != "cell_name"}
    unmapped = dict(sorted((mapped.unmapped | {column: shown_texts[column]}).items()))
    return _with_names(replace(mapped, columns=columns, unmapped=unmapped), names)


def _holds_words(sheet: Sheet, row: int, column: int) -> bool:
    below = sheet.rows[row : row + _ROWS_TO_JUDGE_BY]
    return any(column < len(each) and _is_words(each[column]) for each in below)


def _may_stand_above(row: Sequence[Raw], name_column: int) -> bool:
    """A header's further row: it says something to the right of the names, and hardly any figures; a title and a
    section's name stand further left."""
    filled = [column for column, value in enumerate(row) if not is_blank(value)]
    figures = _figures_in(row)
    values = [row[column] for column in filled]
    return any(column > name_column for column in filled) and (
        figures * 2 <= len(filled) or _ends_broken_ages(values, len(filled) - figures)
    )


def _column_of_names(sheet: Sheet, row: int) -> int | None:
    """The leftmost column in which words stand beside most rows of figures from `row` on."""
    below = [each for each in sheet.rows[row : row + _ROWS_TO_JUDGE_BY] if _figures_in(each) >= LEAST_FIGURE_COLUMNS]
    for column in range(max((len(each) for each in below), default=0)):
        words = sum(1 for each in below if column < len(each) and _is_name_like(each[column]))
        if words * 2 > len(below):
            return column
    return None


def _is_name_like(value: Raw) -> bool:
    return _is_words(value) and not _ROMAN.fullmatch(clean(str(value)))


def _with_names(mapped: HeaderMap, column: int) -> HeaderMap:
    """`mapped` with the column of names, known by what stands in it."""
    if "cell_name" in mapped.columns or column in mapped.columns.values() or column not in mapped.unmapped:
        return mapped
    return mapped.with_inferred(column, evidence("cell_name", "evidence_names"))


def _blocks_by_words(sheet: Sheet) -> Iterator[_Block]:
    texts = Counter(index for index, _, _ in sheet.texts)
    floor = 0
    for row in sorted(index for index, number in texts.items() if number >= _LEAST_WORDS):
        if row < floor or not _is_wordy(sheet.rows[row]):
            continue
        block = next(_blocks_at(sheet, row, floor, _is_name_word, _is_known_word), None)
        block = block or next(_blocks_at(sheet, row, floor, _may_be_name, is_header_word), None)
        block = block or _nameless_block(sheet, row, floor)
        if block is not None:
            yield block
            floor = block.last + 1


#: A header row has at least this many texts that begin with a letter, and more of them than of anything else.
_LEAST_WORDS = 3


def _is_wordy(row: Sequence[Raw]) -> bool:
    words = others = 0
    for value in row:
        if value == "" or value is None:
            continue
        if type(value) is str and any(map(str.isalpha, value[:4])):
            words += 1
        else:
            others += 1
    return words >= _LEAST_WORDS and words > others


def _blocks_at(sheet: Sheet, row: int, floor: int, is_name: _Judge, is_word: _Judge) -> Iterator[_Block]:
    for column, value in enumerate(sheet.rows[row]):
        if type(value) is str and value and is_name(value) and _names_below(sheet, row, column):
            first, last = block_around(sheet, row, floor, column, is_word)
            if _has_hits(sheet.rows[first : last + 1], is_word, _LEAST_HITS):
                headers = column_headers(sheet.rows, sheet.merges, first, last)
                mapped = map_headers(headers)
                if mapped is not None:
                    mapped = _with_true_names(sheet, last + 1, mapped, headers)
                    yield _Block(first, last, mapped.columns.get("cell_name", column), headers, mapped)


def _names_below(sheet: Sheet, row: int, column: int) -> bool:
    """False where rows of figures stand below and hardly any has words, or a number, in that column."""
    below = sheet.rows[row + 1 : row + 1 + _ROWS_TO_JUDGE_BY]
    nameless = [
        each for each in below if column >= len(each) or is_blank(each[column]) or shown(each[column]) in DASHES
    ]
    if len(nameless) * 2 <= len(below):
        return True
    return sum(1 for each in nameless if _figures_in(each) >= LEAST_FIGURE_COLUMNS) * 2 <= sum(
        1 for each in below if _figures_in(each) >= LEAST_FIGURE_COLUMNS
    )


def _nameless_block(sheet: Sheet, row: int, floor: int) -> _Block | None:
    """A header whose name column is called by no word we know: so many figure columns are known that it is a form's,
    and the names are the leftmost column of words below. The unknown header is reported with the columns."""
    rows = sheet.rows[row : row + 2]
    # However much is misspelt or abbreviated, some words of a header stand as they should: that is quickly seen.
    if not _has_hits(rows, _is_known_word, _LEAST_HITS_AS_WRITTEN):
        return None
    if not _has_hits(rows, is_header_word, _LEAST_HITS_WITHOUT_NAME):
        return None
    below = sheet.rows[row + 1 : row + 1 + _ROWS_TO_JUDGE_BY]
    for column, value in enumerate(sheet.rows[row]):
        worded = sum(1 for other in below if column < len(other) and _is_words(other[column]))
        if (
            _is_words(value)
            and worded >= 2
            and worded * 2 >= sum(1 for other in below if not all(map(is_blank, other)))
        ):
            first, last = block_around(sheet, row, floor, column, is_header_word)
            headers = column_headers(sheet.rows, sheet.merges, first, last)
            mapped = map_headers(headers)
            if mapped is not None and "cell_name" not in mapped.columns:
                return _Block(first, last, column, headers, _with_names(mapped, column))
            return None
    return None


def _is_words(value: Raw) -> bool:
    return type(value) is str and any(letter.isalpha() for letter in value)


#: Without a known name column it takes this many header words, and this many rows below to find the names.
_LEAST_HITS_WITHOUT_NAME = 8
_LEAST_HITS_AS_WRITTEN = 2
_ROWS_TO_JUDGE_BY = 8
#: Header words that must stand together for a header block (the name column among them).
_LEAST_HITS = 4


def _is_name_word(text: str) -> bool:
    return header_key(text) in name_keys()


@lru_cache(maxsize=8192)
def _may_be_name(text: str) -> bool:
    """A name column's header with a letter wrong, or with more words (`Tên chi bộ / đơn vị`)."""
    if any(parse.concepts == {"cell"} for parse in parses_as_written(text)):
        return True
    words = header_key(text).removesuffix(" nguoi")
    if words.startswith(("chi bo", "ten chi bo", "ten cb", "ten don vi")):
        return True
    return bool(near(words, name_keys()))


def _is_known_word(text: str) -> bool:
    return header_key(text) in header_vocabulary()


def _hits(rows: Sequence[Sequence[Raw]], is_word: _Judge) -> int:
    return sum(1 for row in rows for value in row if type(value) is str and value and is_word(value))


def _has_hits(rows: Sequence[Sequence[Raw]], is_word: _Judge, least: int) -> bool:
    """True when so many texts are such words; stops as soon as it is clear either way."""
    texts = [value for row in rows for value in row if type(value) is str and value]
    missing = least
    for position, text in enumerate(texts):
        if missing > len(texts) - position:
            return False
        missing -= is_word(text)
        if missing <= 0:
            return True
    return False


def block_around(sheet: Sheet, anchor: int, floor: int, name_column: int, is_word: _Judge) -> tuple[int, int]:
    """The first and last row of the header block that `anchor` belongs to; not above `floor`."""
    first = anchor
    while first > floor and anchor - first < _TALLEST_HEADER - 1 and _belongs_above(sheet, first, name_column, is_word):
        first -= 1
    last = anchor
    while (
        last + 1 < len(sheet.rows)
        and last - first < _TALLEST_HEADER - 1
        and _continues_header(sheet.rows[last + 1], name_column)
    ):
        last += 1
    return first, last


def _belongs_above(sheet: Sheet, first: int, name_column: int, is_word: _Judge) -> bool:
    """The row above `first` has group words: two of them, or one to the right of the name column alone."""
    above = sheet.rows[first - 1]
    if _figures_in(above) * 2 > sum(1 for value in above if not is_blank(value)):
        return False
    # A group that no list knows (`Năm trước`) is part of the header all the same; one text alone may be a title.
    if _hits([above], lambda text: is_word(text) or is_header_word(text)) >= 2:
        return True
    hits = _hits([above], is_listed_word)
    left_is_blank = all(is_blank(value) for value in above[: name_column + 1])
    return hits == 1 and left_is_blank and not any(_NAMES_A_MONTH.search(key(str(value))) for value in above)


def _ends_broken_ages(filled: Sequence[Raw], words: int) -> bool:
    """Whether the figures of a row can be the ends of ranges of ages (`Từ 31 đến` above `40`) beside other words."""
    figures = [shown(value) for value in filled if looks_like_figure(value)]
    return words >= 2 and all(figure.isdecimal() and 14 <= int(figure) <= 99 for figure in figures)


#: A row of the rest of headers has so many header words.
_LEAST_RESTS = 4


def _continues_header(row: Sequence[Raw], name_column: int) -> bool:
    """A further header row has words and no figures, and nothing in the name column; or in every column the rest of a
    header (`Chi bộ` above `trực thuộc`)."""
    if name_column < len(row) and not is_blank(row[name_column]):
        figures = _figures_in(row)
        return figures < _LEAST_RESTS <= _hits([row], is_header_word) and not figures * 2 > _hits([row], is_header_word)
    filled = [value for value in row if not is_blank(value)]
    words = sum(1 for value in filled if not looks_like_figure(value))
    if not words or (words < _MOSTLY * len(filled) and not _ends_broken_ages(filled, words)):
        return False
    if all(is_blank(value) for value in row[name_column:]):
        # A section's name, merged over the whole table perhaps.
        return False
    left = [str(value) for value in row[:name_column] if not is_blank(value)]
    return not any(is_total(text) or _ROMAN.fullmatch(clean(text)) for text in left)


#: So many columns numbered one after the other are a row of numbers, whatever stands beside them.
_LEAST_COUNTED = 8


def is_number_row(row: Sequence[Raw], name_column: int) -> bool:
    """`(1) (2) (3)` or `A B 1 2 3` under the header; unlike a row of figures it numbers the name column, too. A
    figure of somebody's check may stand beside them."""
    if name_column >= len(row) or is_blank(row[name_column]):
        return False
    filled = [value for value in row if not is_blank(value)]
    figures = [match for value in filled if (match := _NUMBER_ROW_CELL.fullmatch(_plain(value)))]
    if not _NUMBER_ROW_CELL.fullmatch(_plain(row[name_column])) or len(figures) < max(3, _MOSTLY * len(filled)):
        return False
    numbers = [int(match[1]) for match in figures if match[1].isdecimal()]
    steps = [after - before for before, after in pairwise(numbers)]
    counted = sum(step == 1 for step in steps)
    return bool(steps) and (all(step > 0 for step in steps) or counted >= max(_LEAST_COUNTED, _MOSTLY * len(steps)))


def _plain(value: Raw) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value))


def _table_rows(
    rows: Sequence[Sequence[Raw]], start: int, end: int, mapped: HeaderMap, name_column: int
) -> list[TableRow]:
    ordinal_column = mapped.columns.get("ordinal", -1)
    type_column = mapped.columns.get("cell_type", -1)
    words = {name_column, ordinal_column, type_column, mapped.columns.get("note", -1)}
    figure_columns = [column for column in mapped.columns.values() if column not in words]
    first_figure = min(figure_columns)
    found: list[TableRow] = []
    # Names without figures where there are no ordinals: cells that reported nothing, if cells follow.
    silent: list[TableRow] = []
    numbered = _has_numbered_rows(rows[start:end], ordinal_column, name_column)
    closed = False
    last_number = 0
    sections = _Sections()
    for index in range(start, end):
        row = rows[index]
        if not found and is_number_row(row, name_column):
            continue
        label = row_label(row, name_column, ordinal_column, first_figure, type_column)
        ordinal = _plain(row[ordinal_column]) if 0 <= ordinal_column < len(row) else ""
        has_figures = any(column < len(row) and looks_like_figure(row[column]) for column in figure_columns)
        if not has_figures and not is_numbered(ordinal) and ends_table(row, label):
            break
        if not has_figures and not label:
            continue
        kind = _kind(label, ordinal, has_figures, sections, has_ordinals=ordinal_column >= 0)
        if kind == "cell" and not is_numbered(ordinal) and _is_remark(label, closed=closed, numbered=numbered):
            # Comparisons, carried-over pages and remarks, with figures of their own.
            kind = "remark"
        if kind == "cell" and closed and row_number(ordinal) != last_number + 1:
            # Below the total another table begins, or something else that counts anew.
            kind = "remark" if has_figures else "caption"
        if kind == "caption":
            if found and _continues_name(found[-1], index, label, ordinal, numbered=numbered):
                found[-1] = replace(found[-1], label=f"{found[-1].label} {label}")
            elif ordinal_column < 0 and found and not closed:
                silent.append(TableRow(index, "cell", label))
            continue
        if kind == "cell":
            found += silent
            last_number = row_number(ordinal) or last_number
        silent = []
        closed = (closed or (kind == "total" and any(each.kind == "cell" for each in found))) and kind != "section"
        found.append(TableRow(index, kind, label))
    return found


def _has_numbered_rows(rows: Sequence[Sequence[Raw]], ordinal_column: int, name_column: int) -> bool:
    """True when any row but that of the columns' numbers has a number."""
    return ordinal_column >= 0 and any(
        ordinal_column < len(row) and is_numbered(_plain(row[ordinal_column])) and not is_number_row(row, name_column)
        for row in rows
    )


def _is_remark(label: str, *, closed: bool, numbered: bool) -> bool:
    return is_remark(label) or ((closed or numbered) and not is_cell_name(label))


#: A broken name's second row is short; a remark is a sentence.
_LONGEST_REST_OF_NAME = 4


def _continues_name(before: TableRow, index: int, label: str, ordinal: str, *, numbered: bool) -> bool:
    """A cell's name broken over two rows: the second has nothing but the rest of the name."""
    return (
        numbered
        and before.kind == "cell"
        and before.row == index - 1
        and not ordinal
        and not is_cell_name(label)
        and not label.isupper()
        and not label.startswith(("(", "*", "-"))
        and len(label.split()) <= _LONGEST_REST_OF_NAME
        and not is_remark(label)
    )


def row_label(
    row: Sequence[Raw], name_column: int, ordinal_column: int, first_figure: int, type_column: int = -1
) -> str:
    """The row's name: its name cell, else the words left of the figures (a total's label is often merged there).

    A numbered row may have a number or a day for its name (neighbourhood 20); what stands in the column of the cells'
    types is no name."""
    name = row[name_column] if name_column < len(row) else None
    if isinstance(name, str) and (text := clean(name)):
        return text
    for column in range(min(first_figure, len(row))):
        value = row[column]
        if isinstance(value, str) and (text := clean(value)):
            if column == ordinal_column and (_ROMAN.fullmatch(text) or is_numbered(text)):
                continue
            if column == type_column and not (is_total(text) or is_section(text, "")):
                continue
            return text
    if isinstance(name, (int, float, date)) and (
        ordinal_column < 0 or (ordinal_column < len(row) and is_numbered(_plain(row[ordinal_column])))
    ):
        return shown(name)
    return ""


class _Sections:
    """The letters and Roman numerals that the sections of a table have had so far. They come in their order: `B. Tả Làn
    Than` where no section A was is somebody's name, and so is `X. Nậm Loỏng`."""

    def __init__(self) -> None:
        self._letter = self._numeral = False

    def goes_on(self, label: str, *, is_sure: bool) -> bool:
        """True when the label's marker may begin, or follows another; `is_sure`: it is one in any case."""
        if match := _ROMAN_START.match(label):
            self._numeral = self._numeral or is_sure or match[1] in _FIRST_ROMANS
            return self._numeral
        self._letter = self._letter or is_sure or label.startswith("A")
        return self._letter


#: A sheet may go on with the sections of the one before.
_FIRST_ROMANS = ("I", "II", "III", "IV")


def _kind(label: str, ordinal: str, has_figures: bool, sections: _Sections, *, has_ordinals: bool) -> str:
    if is_total(label):
        return "total"
    if ordinal and (_ROMAN.fullmatch(ordinal) or _LETTER.fullmatch(ordinal)):
        sections.goes_on(f"{ordinal.rstrip('.)')}. –", is_sure=True)
        if label:
            return "cell" if is_cell_name(label) else "section"
        return "nameless"
    if not is_numbered(ordinal) and is_section(label, "") and sections.goes_on(label, is_sure=not has_figures):
        return "section"
    if key(label).startswith("khoi ") and not is_numbered(ordinal):
        return "section"
    if not label:
        return "nameless"
    if not has_figures and not is_cell_name(label) and not (has_ordinals and is_numbered(ordinal)):
        return "caption"
    return "cell"


def is_section(label: str, ordinal: str) -> bool:
    """True for a Roman numeral or a letter, as its own ordinal or before the words. A row with a number is none, nor
    are abbreviations (`C.A phường`, `V.P Đảng ủy`)."""
    if _ROMAN.fullmatch(ordinal) or _LETTER.fullmatch(ordinal):
        return True
    if is_numbered(ordinal) or not (_ROMAN_START.match(label) or _LETTER_START.match(label)):
        return False
    return not _ABBREVIATED.match(label)


def is_remark(label: str) -> bool:
    """True for words that begin a remark or a comparison below a table."""
    return key(label).startswith(_REMARKS)


def is_total(label: str) -> bool:
    """True for the label of the row that adds up all cells."""
    words = key(label)
    if _TOTAL.fullmatch(words):
        return words != "so"
    if _TOTAL_BY_WHOLE.fullmatch(words):
        return True
    match = _TOTAL.match(words)
    return match is not None and _TOTAL_OF.fullmatch(words[match.end() :]) is not None


def is_numbered(ordinal: str) -> bool:
    """True for a row's number: `7`, `7.`."""
    return row_number(ordinal) is not None


#: A row's number, with a mark of a note behind it perhaps: `7`, `7.`, `7²`, `7*`.
_ROW_NUMBER = re.compile(r"(\d{1,5})[.)]{0,2} ?(?:[⁰¹²³⁴-⁹]{1,2}|\*{1,3})?")


@lru_cache(maxsize=4096)
def row_number(ordinal: str) -> int | None:
    """The number of a row; None for anything else (`-`, `1.1`, `IV`)."""
    match = _ROW_NUMBER.fullmatch(ordinal)
    return int(match[1]) if match else None


def is_cell_name(label: str) -> bool:
    """True for a label that begins as the names of cells do."""
    return key(label).startswith(("chi bo", "cb ", "dang bo bo phan"))


def ends_table(row: Sequence[Raw], label: str) -> bool:
    """The signature block, or the place and day of signing. A row that is named otherwise does not end a table,
    whatever its notes say."""
    texts = [label] if label else [value for value in row if type(value) is str and value]
    for text in texts:
        words = key(text)
        if words.startswith(_END_WORDS) or _SIGNING_DAY.search(words):
            return True
    return False
