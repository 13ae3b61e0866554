"""Where the headers of the forms' tables stand on a sheet."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.container.workbook import Sheet
from ingest.meaning.concepts import parses, parses_as_written
from ingest.meaning.evidence import evidence
from ingest.meaning.header_text import header_key
from ingest.monthly.header_texts import ColumnHeader, column_headers
from ingest.monthly.headers import (
    LEAST_FIGURE_COLUMNS,
    HeaderMap,
    header_vocabulary,
    is_header_word,
    is_listed_word,
    map_headers,
    name_keys,
)
from ingest.monthly.row_kinds import is_number_row, is_roman, is_total, numbers_the_columns
from ingest.values.numbers import DASHES, Raw, Unreadable, count, is_blank, looks_like_figure, shown
from ingest.values.phrases import near
from ingest.values.text import clean, key

#: Says of a cell's text whether it is such a word.
_Judge = Callable[[str], bool]

_NAMES_A_MONTH = re.compile(r"\bthang \d{1,2}\b|\bnam (?:19|20)\d\d\b")
_IS_A_MONTH = re.compile(r"(?:ky bao cao |so lieu )?thang \d{1,2} (?:nam )?(?:19|20)\d\d")
_LABELS_A_TITLE = re.compile(
    r"(?:ten )?(?:don vi|dang bo|dang uy|xa|phuong|xa phuong|ky|thang|nam)(?: bao cao)?|(?:thang|nam) bao cao"
)
#: `ĐVT: đồng chí`, `Đơn vị tính: người`, `(Đơn vị: đ/c)`, above a table.
_UNIT_OF_ALL = re.compile(r"(?:dvt|don vi tinh)\b.*|don vi (?:d c|dc|dong chi|nguoi)")
#: The end of a broken range of ages, or of `Từ tháng` above `01`.
_ENDS_A_HEADER = re.compile(r"1[4-9]|[2-9]\d|0[1-9]")
#: What asks for the end of a range below (`Từ 41 đến`, `51 -`).
_ASKS_FOR_AN_END = re.compile(
    r"(?:\b(?:đến|den|tới|toi|từ|tu|trên|tren|dưới|duoi|quá|qua)|[-–—~÷<>≤≥]) *\Z", re.IGNORECASE
)
#: Whoever is responsible, and remarks.
_OF_PEOPLE = re.compile(
    r"\b(?:bi thu|ho (?:va )?ten(?! (?:chi bo|cb|don vi|to chuc))|nguoi|cap uy"
    r"|phu trach|dong chi|ghi chu|ly do|y kien|giai trinh|xep loai|thuoc khoi)\b"
)
#: `CB01`: what an office numbers its cells with; `TDP 1`, `KP 3` are neighbourhoods.
_CODE = re.compile(r"(?!(?:TDP|KP|KDC|TK|TO|BAN|BẢN|XOM|XÓM|AP|ẤP)\b)[A-ZĐ]{1,6}[-._/ ]?\d{1,6}")
#: Remarks may stand beside a row; this share of it must be what the row is taken for.
_MOSTLY = 0.8
#: A header block has at most this many rows.
_TALLEST_HEADER = 6
#: A header row has at least this many texts that begin with a letter, and more of them than of anything else.
_LEAST_WORDS = 3
#: Without a known name column it takes this many header words, and this many rows below to find the names.
_LEAST_HITS_WITHOUT_NAME = 8
_LEAST_HITS_AS_WRITTEN = 2
_ROWS_TO_JUDGE_BY = 8
#: Header words that must stand together for a header block (the name column among them).
_LEAST_HITS = 4
#: Left of the names so many header words stand below a group.
_LEAST_GROUPED = 2
#: A row of the rest of headers has so many header words.
_LEAST_RESTS = 4


@dataclass(frozen=True)
class Block:
    """A header block with its columns; rows zero-based and inclusive."""

    first: int
    last: int
    name_column: int
    headers: tuple[ColumnHeader, ...]
    mapped: HeaderMap


def header_blocks(sheet: Sheet) -> Iterator[Block]:
    """The header blocks of a sheet from top to bottom: by their words as they stand, or by words nearly right."""
    found = list(_blocks_by_words(sheet))
    yield from found or _blocks_above_figures(sheet)


def _blocks_above_figures(sheet: Sheet) -> Iterator[Block]:
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
    above = sheet.rows[row - 1]
    return (
        figures_in(sheet.rows[row]) >= LEAST_FIGURE_COLUMNS
        and (figures_in(above) <= 1 or _is_rest_of_ages(sheet, row - 1))
        and not _is_rest_of_ages(sheet, row)
    )


def _is_rest_of_ages(sheet: Sheet, row: int) -> bool:
    """Whether the row's figures are the ends of broken ranges of ages beside the rest of other headers: nobody's name
    stands in it where the rows below have theirs."""
    filled = [value for value in sheet.rows[row] if not is_blank(value)]
    if _ends_ages_begun_above(sheet, row):
        return True
    if not _ends_broken_ages(filled, words_without_figure(filled)):
        return False
    names = _column_of_names(sheet, row + 1)
    return names is not None and (names >= len(sheet.rows[row]) or is_blank(sheet.rows[row][names]))


def _end_of_figures(sheet: Sheet, row: int) -> int:
    while row < len(sheet.rows) and figures_in(sheet.rows[row]):
        row += 1
    return row


def figures_in(row: Sequence[Raw]) -> int:
    """How many of a row's cells look like figures."""
    return sum(1 for value in row if value != "" and value is not None and looks_like_figure(value))


def _block_above(sheet: Sheet, row: int, floor: int) -> Block | None:
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
    mapped = _with_names(with_true_names(sheet, row, mapped, headers), name_column)
    return Block(first, last, name_column, headers, mapped)


def with_true_names(sheet: Sheet, row: int, mapped: HeaderMap, headers: Sequence[ColumnHeader]) -> HeaderMap:
    """`mapped` with the names' column where words stand from `row` on, when figures stand under what was taken for
    their header (a misspelt word of something else), or when it is called by no listed word and words stand further
    left (`Bí thư chi bộ` is no name)."""
    column = mapped.columns.get("cell_name")
    shown_texts = {header.index: header.shown for header in headers}
    if column is None:
        names = _column_of_names(sheet, row)
        return mapped if names is None else _with_names(mapped, names)
    holds_words = _holds_words(sheet, row, column) and not _holds_no_names(sheet, row, column)
    if holds_words and header_key(shown_texts[column]) in name_keys():
        return mapped
    names = _column_of_names(sheet, row)
    if names is None or names == column or (holds_words and (names > column or names not in mapped.unmapped)):
        return mapped
    if names not in mapped.unmapped or (
        header_key(shown_texts[column]) in name_keys() and not may_be_name(shown_texts[names])
    ):
        # A listed word for names gives way to another one only.
        return mapped
    columns = {name: index for name, index in mapped.columns.items() if name != "cell_name"}
    unmapped = dict(sorted((mapped.unmapped | {column: shown_texts[column]}).items()))
    return _with_names(replace(mapped, columns=columns, unmapped=unmapped), names)


def _holds_words(sheet: Sheet, row: int, column: int) -> bool:
    below = sheet.rows[row : row + _ROWS_TO_JUDGE_BY]
    return any(column < len(each) and _is_words(each[column]) for each in below)


def _holds_no_names(sheet: Sheet, row: int, column: int) -> bool:
    """Whether codes stand in the column from `row` on, or the same (the commune's name) in every row."""
    below = [each[column] for each in sheet.rows[row : row + _ROWS_TO_JUDGE_BY] if column < len(each)]
    words = [value for value in below if _is_words(value)]
    return sum(map(_is_code, words)) * 2 > len(words) or _are_all_the_same(words)


def _may_stand_above(row: Sequence[Raw], name_column: int) -> bool:
    """A header's further row: it says something to the right of the names, and hardly any figures; a title and a
    section's name stand further left."""
    filled = [column for column, value in enumerate(row) if not is_blank(value)]
    figures = figures_in(row)
    values = [row[column] for column in filled]
    return any(column > name_column and not _says_what_is_counted(row[column]) for column in filled) and (
        figures * 2 <= len(filled) or _ends_broken_ages(values, len(filled) - figures)
    )


def _column_of_names(sheet: Sheet, row: int) -> int | None:
    """The leftmost column in which words stand beside most rows of figures from `row` on, not the same in all (the
    commune's name); rather one whose words all differ and are no codes (`CB01`) than kinds of cells."""
    below = [each for each in sheet.rows[row : row + _ROWS_TO_JUDGE_BY] if figures_in(each) >= LEAST_FIGURE_COLUMNS]
    found: list[tuple[bool, int]] = []
    for column in range(max((len(each) for each in below), default=0)):
        words = [each[column] for each in below if column < len(each) and _is_name_like(each[column])]
        words = [word for word in words if not is_total(str(word))]
        if len(words) * 2 > len(below) and not _are_all_the_same(words) and not _is_about_people(sheet, row, column):
            found.append((_are_hardly_names(words), column))
    return min(found, default=(False, None))[1]


def _is_about_people(sheet: Sheet, row: int, column: int) -> bool:
    """Whether what stands over the column, above the row, names a person or a remark: no cell is called so."""
    above = (each[column] for each in sheet.rows[max(0, row - _TALLEST_HEADER) : row] if column < len(each))
    return any(type(value) is str and _OF_PEOPLE.search(key(value)) and not may_be_name(value) for value in above)


def _is_code(text: Raw) -> bool:
    return _CODE.fullmatch(clean(str(text))) is not None


def _are_all_the_same(words: Sequence[Raw]) -> bool:
    """Whether several rows have one text: the commune's name or the month, and no names of cells."""
    return len(words) > 1 and len(set(words)) == 1


def _is_name_like(value: Raw) -> bool:
    return _is_words(value) and not is_roman(clean(str(value))) and not looks_like_figure(value)


def _with_names(mapped: HeaderMap, column: int) -> HeaderMap:
    """`mapped` with the column of names, known by what stands in it."""
    if "cell_name" in mapped.columns or column in mapped.columns.values() or column not in mapped.unmapped:
        return mapped
    return mapped.with_inferred(column, evidence("cell_name", "evidence_names"))


def _blocks_by_words(sheet: Sheet) -> Iterator[Block]:
    floor = 0
    for row in sorted(index for index, number in sheet.texts_by_row.items() if number >= _LEAST_WORDS):
        if row < floor or not _is_wordy(sheet.rows[row]):
            continue
        block = next(_blocks_at(sheet, row, floor, _is_name_word, _is_known_word), None)
        block = block or next(_blocks_at(sheet, row, floor, may_be_name, is_header_word), None)
        block = block or _nameless_block(sheet, row, floor)
        if block is not None:
            yield block
            floor = block.last + 1


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


def _blocks_at(sheet: Sheet, row: int, floor: int, is_name: _Judge, is_word: _Judge) -> Iterator[Block]:
    for column, value in enumerate(sheet.rows[row]):
        if type(value) is str and value and is_name(value) and names_below(sheet, row, column):
            block = _block_with_names(sheet, row, floor, column, is_word)
            if block is not None and block.name_column != column:
                # `Bí thư / chi bộ` is no name: what goes on below it says nothing of the rest of the header.
                block = _block_with_names(sheet, row, floor, block.name_column, is_word) or block
            if block is not None:
                yield block


def _block_with_names(sheet: Sheet, row: int, floor: int, column: int, is_word: _Judge) -> Block | None:
    """The header block around `row` where the names stand in `column`, or in the column that is known for theirs."""
    first, last = block_around(sheet, row, floor, column, is_word)
    if not has_hits(sheet.rows[first : last + 1], is_word, _LEAST_HITS):
        return None
    headers = column_headers(sheet.rows, sheet.merges, first, last)
    if (mapped := map_headers(headers)) is None:
        return None
    mapped = with_true_names(sheet, last + 1, mapped, headers)
    return Block(first, last, mapped.columns.get("cell_name", column), headers, mapped)


def names_below(sheet: Sheet, row: int, column: int) -> bool:
    """False where rows of figures stand below and hardly any has words, or a number, in that column; or where all have
    figures there, and words further left (`Đơn vị` above `khác` is no name)."""
    below = sheet.rows[row + 1 : row + 1 + _ROWS_TO_JUDGE_BY]
    nameless = [
        each for each in below if column >= len(each) or is_blank(each[column]) or shown(each[column]) in DASHES
    ]
    if len(nameless) * 2 <= len(below):
        names = None if _holds_words_beside_figures(below, column) else _column_of_names(sheet, row + 1)
        return names is None or names >= column
    return sum(1 for each in nameless if _has_figures(each)) * 2 <= sum(1 for each in below if _has_figures(each))


def _holds_words_beside_figures(rows: Sequence[Sequence[Raw]], column: int) -> bool:
    return any(column < len(row) and _is_words(row[column]) and _has_figures(row) for row in rows)


def _has_figures(row: Sequence[Raw]) -> bool:
    return figures_in(row) >= LEAST_FIGURE_COLUMNS


def _nameless_block(sheet: Sheet, row: int, floor: int) -> Block | None:
    """A header whose name column is called by no word we know: so many figure columns are known that it is a form's,
    and the names are the leftmost column of words below. The unknown header is reported with the columns."""
    rows = sheet.rows[row : row + 2]
    # However much is misspelt or abbreviated, some words of a header stand as they should: that is quickly seen.
    if not has_hits(rows, _is_written_so, _LEAST_HITS_AS_WRITTEN):
        return None
    if not has_hits(rows, is_header_word, _LEAST_HITS_WITHOUT_NAME):
        return None
    below = sheet.rows[row + 1 : row + 1 + _ROWS_TO_JUDGE_BY]
    filled = sum(1 for other in below if not all(map(is_blank, other)))
    found: list[tuple[bool, int]] = []
    for column, value in enumerate(sheet.rows[row]):
        words = [other[column] for other in below if column < len(other) and _is_name_like(other[column])]
        if _is_words(value) and len(words) >= 2 and not _are_all_the_same(words) and len(words) * 2 >= filled:
            found.append((_are_hardly_names(words), column))
    if not found:
        return None
    _, column = min(found)
    first, last = block_around(sheet, row, floor, column, is_header_word)
    headers = column_headers(sheet.rows, sheet.merges, first, last)
    mapped = map_headers(headers)
    if mapped is None or mapped.columns.get("cell_name", column) != column:
        return None
    if column == mapped.columns.get("cell_type"):
        # The header of the names begins in its next row.
        names = _column_of_names(sheet, last + 1)
        if names is None or names == column:
            return None
        column = names
    return Block(first, last, column, headers, _with_names(mapped, column))


def _are_hardly_names(words: Sequence[Raw]) -> bool:
    """Whether most of the words are codes, or many alike, as kinds of cells are."""
    return sum(map(_is_code, words)) * 2 > len(words) or len(set(words)) * 4 < len(words) * 3


def _is_words(value: Raw) -> bool:
    return type(value) is str and any(letter.isalpha() for letter in value)


def _is_name_word(text: str) -> bool:
    return header_key(text) in name_keys()


@lru_cache(maxsize=8192)
def may_be_name(text: str) -> bool:
    """A name column's header with a letter wrong, or with more words (`Tên chi bộ / đơn vị`)."""
    if any(parse.concepts == {"cell"} for parse in parses_as_written(text)):
        return True
    words = header_key(text).removesuffix(" nguoi")
    if words.startswith(("chi bo", "ten chi bo", "ten cb", "ten don vi")):
        # `Chi bộ tự giới thiệu` is about something else.
        return not any(parse.concepts - {"cell", "kind"} for parse in parses(text))
    return bool(near(words, name_keys()))


def _is_known_word(text: str) -> bool:
    return header_key(text) in header_vocabulary()


def _is_written_so(text: str) -> bool:
    return _is_known_word(text) or any(parse.concepts for parse in parses_as_written(text))


def _hits(rows: Sequence[Sequence[Raw]], is_word: _Judge) -> int:
    return sum(1 for row in rows for value in row if type(value) is str and value and is_word(value))


def has_hits(rows: Sequence[Sequence[Raw]], is_word: _Judge, least: int) -> bool:
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
    while first > floor and anchor - first < _TALLEST_HEADER - 1:
        if _belongs_above(sheet, first, name_column, is_word):
            first -= 1
        elif _is_rest_of_groups(sheet, first - 1, floor, name_column) and _belongs_above(
            sheet, first - 1, name_column, is_word
        ):
            first -= 2
        else:
            break
    last, blank = anchor, 0
    while (
        last + 1 < len(sheet.rows)
        and last - first - blank < _TALLEST_HEADER - 1
        and (
            (is_blank_row := _lies_under_merges(sheet, last + 1, first) or _is_left_blank(sheet, last + 1, name_column))
            or _continues_header(sheet.rows[last + 1], name_column)
            or _ends_ages_begun_above(sheet, last + 1)
        )
    ):
        last += 1
        blank += is_blank_row
    return first, last


def _lies_under_merges(sheet: Sheet, row: int, first: int) -> bool:
    """Whether nothing stands in the row since the header above it, from row `first` on, is merged down over it."""
    return all(map(is_blank, sheet.rows[row])) and any(
        first <= top < row <= bottom for top, _, bottom, _ in sheet.merges
    )


def _is_left_blank(sheet: Sheet, row: int, name_column: int) -> bool:
    """Whether nothing stands in the row, and below it the rest of a header that has begun above: words and no figures,
    nothing in the column of names."""
    if row + 1 >= len(sheet.rows) or not all(map(is_blank, sheet.rows[row])):
        return False
    below = sheet.rows[row + 1]
    has_no_name = name_column >= len(below) or is_blank(below[name_column])
    return has_no_name and not figures_in(below) and has_hits([below], is_header_word, _LEAST_HITS)


def _belongs_above(sheet: Sheet, first: int, name_column: int, is_word: _Judge) -> bool:
    """The row above `first` has group words: two of them, or one to the right of the name column alone."""
    above = sheet.rows[first - 1]
    if figures_in(above) * 2 > sum(1 for value in above if not is_blank(value)):
        return False
    if any(type(value) is str and value and _is_of_a_title(value) for value in above):
        return False
    # A group that no list knows (`Năm trước`) is part of the header all the same; one text alone may be a title.
    if has_hits([above], lambda text: is_word(text) or is_header_word(text), 2):
        return True
    left_is_blank = all(is_blank(value) for value in above[: name_column + 1])
    return (
        left_is_blank
        and not any(names_a_month(str(value)) for value in above)
        and _hits([above], lambda text: is_word(text) or is_listed_word(text)) == 1
    )


def _is_rest_of_groups(sheet: Sheet, row: int, floor: int, name_column: int) -> bool:
    """Whether whatever stands in the row goes on with a text right above it, right of the names (`Nguồn phát triển`
    above `đảng`, `Chỉ tiêu năm` above `2024`), or only divides (`Trong đó`)."""
    filled = [column for column, value in enumerate(sheet.rows[row]) if not is_blank(value)]
    above = sheet.rows[row - 1] if row > floor else []
    rests = [column for column in filled if column < len(above) and _is_words(above[column])]
    return bool(rests) and all(
        column > name_column and (column in rests or parses_as_written(str(sheet.rows[row][column])))
        for column in filled
    )


def _is_of_a_title(text: str) -> bool:
    """Whether a text is a title's over two columns: `Kỳ báo cáo:`, `Tháng 10 năm 2022`, `Đơn vị:`, `ĐVT: đồng chí`."""
    words = key(text)
    return (
        _IS_A_MONTH.fullmatch(words) is not None
        or _says_what_is_counted(text)
        or (text.rstrip().endswith(":") and _LABELS_A_TITLE.fullmatch(words) is not None)
    )


def _says_what_is_counted(value: Raw) -> bool:
    return type(value) is str and _UNIT_OF_ALL.fullmatch(key(value)) is not None


def words_without_figure(row: Sequence[Raw]) -> int:
    """How many cells have words that are no figure either (`không` is one): no row of a table has many."""
    return sum(1 for value in row if _is_words(value) and isinstance(count(value), Unreadable))


def names_a_month(text: str) -> bool:
    """Whether a text names a month or a year, as titles do."""
    return _NAMES_A_MONTH.search(key(text)) is not None


def _ends_broken_ages(filled: Sequence[Raw], words: int) -> bool:
    """Whether the figures of a row can be the ends of ranges of ages (`Từ 31 đến` above `40`), or a month's with its
    nought, beside other words."""
    figures = [shown(value) for value in filled if looks_like_figure(value)]
    return words >= 2 and all(map(_ENDS_A_HEADER.fullmatch, figures))


def _ends_ages_begun_above(sheet: Sheet, row: int) -> bool:
    """Whether nothing stands in the row but figures that end the ranges right above them (`41 đến` above `50`)."""
    above = sheet.rows[row - 1] if row else []
    filled = [(column, value) for column, value in enumerate(sheet.rows[row]) if not is_blank(value)]
    return bool(filled) and all(
        _ENDS_A_HEADER.fullmatch(shown(value))
        and column < len(above)
        and _ASKS_FOR_AN_END.search(clean(str(above[column])))
        for column, value in filled
    )


def _continues_header(row: Sequence[Raw], name_column: int) -> bool:
    """A further header row has words and no figures, and nothing in the name column; or in every column the rest of a
    header (`Chi bộ` above `trực thuộc`). The numbers of the columns are no words (`cột 1`)."""
    if numbers_the_columns(row, name_column):
        return False
    if name_column < len(row) and not is_blank(row[name_column]):
        figures = figures_in(row)
        if not figures and words_without_figure(row[name_column + 1 :]) >= _LEAST_RESTS:
            return True
        return figures < _LEAST_RESTS and has_hits([row], is_header_word, max(_LEAST_RESTS, figures * 2))
    filled = [value for value in row if not is_blank(value)]
    # A plus sign heads a total, and is no figure there.
    words = sum(1 for value in filled if value == "+" or not looks_like_figure(value))
    if not words or (words < _MOSTLY * len(filled) and not _ends_broken_ages(filled, words)):
        return False
    if all(is_blank(value) for value in row[name_column:]) and not has_hits([row], is_header_word, _LEAST_GROUPED):
        # A section's name, merged over the whole table perhaps.
        return False
    left = [str(value) for value in row[:name_column] if not is_blank(value)]
    return not any(is_total(text) or is_roman(clean(text)) for text in left)
