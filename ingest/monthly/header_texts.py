"""The texts over each column of a table, as a person reads them from the header's rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ingest.meaning.concepts import parses_as_written, parses_whole
from ingest.meaning.telex import without_keys
from ingest.values.text import clean

#: `(đ/c)`, `(người)` in a row of their own: what is counted, and nothing of which. `(%)` makes another thing of it.
_UNIT = re.compile(r"\( *(?:đ/?c|đ\.c\.?|đồng chí|người|ng|ngày|tuổi|lớp|bộ|cái) *\)|đ/c|đồng chí", re.IGNORECASE)
#: Where words begin that are written in one: before a capital letter or a number, and at underscores.
_RUN_TOGETHER = re.compile(r"_+|(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)_(?=\d)")
#: So many such names in a row are no accident.
_LEAST_NAMES = 3
#: So many words stand behind a word that is cut short to its first letter.
_MOST_AFTER_A_LETTER = 4
#: A dot behind a letter or two cuts a word short.
_STRAY = re.compile(r"^[.…*]+ ?|(?: ?[*…]| ?\.{2,})+$|(?<=[^\W\d_]{3})[.:]$")
#: `Trừ: bị khai trừ`, among what goes off.
_TAKEN_OFF = re.compile(r"(?:trừ|tru) ?: ?", re.IGNORECASE)
_LETTERED = re.compile(r"([A-E])[.)] ?(?=[^\W\d]{2})")
#: What heads the rows' numbers, `#` in full.
_ORDINAL = "STT"
#: So many of them are a row of units; `So sánh` above `(%)` is a header broken over rows.
_LEAST_UNITS = 3


@dataclass(frozen=True)
class ColumnHeader:
    """The header texts over one column, from top to bottom, as a person reads them."""

    index: int
    texts: tuple[str, ...]
    #: The same with what stands over this column alone as one text: a header broken over several rows.
    sentence: tuple[str, ...] = ()
    #: The texts that stand in the column itself, where others may only seem to reach over it: nothing is merged.
    own: tuple[str, ...] = ()
    #: The texts as they are written, where they are read otherwise (`KetNapNu`, `A. Kết nạp`, `Trừ: chuyển đi`).
    written: tuple[str, ...] = ()

    def __hash__(self) -> int:
        # Headers are looked up often, and these tell nearly all of them apart.
        return hash((self.index, self.texts))

    @property
    def shown(self) -> str:
        return " / ".join(self.written or self.texts)

    @property
    def said(self) -> tuple[str, ...]:
        """The texts by which it is understood part by part."""
        return self.sentence or self.texts


def column_headers(
    rows: Sequence[Sequence[object]], merges: Sequence[tuple[int, int, int, int]], first: int, last: int
) -> tuple[ColumnHeader, ...]:
    """The texts over each column in the header rows `first`..`last` (zero-based, inclusive).

    A group's text counts for every column it is merged over; without merges, for the columns to its right that
    have a text of their own below it.
    """
    width = max((len(row) for row in rows[first : last + 1]), default=0)
    grid = tuple(tuple(_text(row, column) for column in range(width)) for row in rows[first : last + 1])
    over = tuple(
        (top - first, left, bottom - first, right)
        for top, left, bottom, right in merges
        if top <= last and bottom >= first and left < width
    )
    return _headers_of(grid, over)


@lru_cache(maxsize=512)
def _headers_of(
    texts_of_rows: tuple[tuple[str, ...], ...], merges: tuple[tuple[int, int, int, int], ...]
) -> tuple[ColumnHeader, ...]:
    """The texts over each column in a header's rows; rows of merges are counted from the header's first one.

    Kept for the headers seen last: a commune's sheets look alike from month to month.
    """
    grid = [list(line) for line in texts_of_rows]
    width = len(grid[0]) if grid else 0
    covered = [[False] * width for _ in grid]
    for top, left, bottom, right in merges:
        text = grid[top][left] if top >= 0 else ""
        for row in range(max(top, 0), min(bottom, len(grid) - 1) + 1):
            for column in range(left, min(right, width - 1) + 1):
                covered[row][column] = True
                if row == max(top, 0):
                    grid[row][column] = text
    written: dict[str, str] = {}
    for line in grid:
        units = {column for column, text in enumerate(line) if _UNIT.fullmatch(text)}
        if len(units) >= _LEAST_UNITS:
            line[:] = ["" if column in units else text for column, text in enumerate(line)]
        read = [_plain(text) for text in without_letters(_in_words(line))]
        written |= {new: text for new, text in zip(read, line, strict=True) if new != text}
        line[:] = read
    unspread = [list(line) for line in grid]
    _spread_groups(grid, covered)
    headers: list[tuple[int, tuple[str, ...]]] = []
    own: dict[int, tuple[str, ...]] = {}
    for column in range(width):
        if any(line[column] != before[column] for line, before in zip(grid, unspread, strict=True)):
            own[column] = tuple(line[column] for line in unspread if line[column])
        texts: list[str] = []
        for line in grid:
            if line[column] and (not texts or texts[-1] != line[column]):
                texts.append(line[column])
        if texts:
            headers.append((column, tuple(texts)))
    shared = [0, *(_shared(one, other) for (_, one), (_, other) in pairwise(headers)), 0]
    return tuple(
        ColumnHeader(
            column,
            texts,
            _sentence(texts, max(shared[place : place + 2])),
            own.get(column, ()),
            tuple(written.get(text, text) for text in texts) if written else (),
        )
        for place, (column, texts) in enumerate(headers)
    )


def _in_words(line: list[str]) -> list[str]:
    """A row of names as a database has them (`SoKetNapThang`, `KN_TUOI_18_30`), with blanks between the words; `#`
    at its beginning, which heads the rows' numbers, in full."""
    first = next((column for column, text in enumerate(line) if text), 0)
    line = [_ORDINAL if text == "#" and column == first else text for column, text in enumerate(line)]
    names = [text for text in line if text]
    if sum("_" in name for name in names) * 2 > len(names) >= _LEAST_NAMES:
        # `KN_nghề_nông dân`, `KN_tuổi_18_30`
        line = [_BETWEEN_NUMBERS.sub("-", text).replace("_", " ").strip() for text in line]
    if any(" " in name for name in names) or sum(map(bool, map(_RUN_TOGETHER.search, names))) < _LEAST_NAMES:
        return line
    return [words_run_together(text) for text in line]


def words_run_together(text: str) -> str:
    """A text without blanks (`SoKetNapThang`, `KN_TUOI_18_30`) with blanks between its words."""
    return text if " " in text else _RUN_TOGETHER.sub(" ", _BETWEEN_NUMBERS.sub("-", text)).strip()


def _plain(text: str) -> str:
    """A header without stray dots and stars (`..Từ 31-40 tuổi`, `Từ 61*`), words of keys as they are without accents,
    minus in words."""
    text = without_keys(_STRAY.sub("", text) or text)
    return _TAKEN_OFF.sub("Giảm: ", text) if _TAKEN_OFF.match(text) else text


def without_letters(line: list[str]) -> list[str]:
    """A row whose groups are lettered one after the other (`A. Kết nạp`, `B. Nguồn`), without the letters; one alone,
    before a word or two, may be a word cut short (`C. đoàn cơ sở`)."""
    letters = {match[1] for text in line if (match := _LETTERED.match(text))}
    if len(letters) > 1 and letters == set("ABCDE"[: len(letters)]):
        return [_LETTERED.sub("", text) for text in line]
    return [_LETTERED.sub("", text) if len(text.split()) > _MOST_AFTER_A_LETTER else text for text in line]


def _shared(texts: Sequence[str], others: Sequence[str]) -> int:
    """How many texts from the top two columns share."""
    level = 0
    for text, other in zip(texts, others, strict=False):
        if text != other:
            break
        level += 1
    return level


def _sentence(texts: tuple[str, ...], shared: int) -> tuple[str, ...]:
    """The texts that a neighbour shares, as groups, and the others as one text: a group stands over several columns."""
    groups = min(shared, len(texts) - 1)
    return (*texts[:groups], " ".join(texts[groups:]))


def _text(row: Sequence[object], column: int) -> str:
    value = row[column] if column < len(row) else ""
    text = clean(value) if isinstance(value, str) else _number_text(value)
    return text


def _number_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _typed_further_right(grid: list[list[str]], covered: list[list[bool]], level: int, column: int) -> str:
    """The group right of a column that says `Tổng số` and nothing else, below no group: it is typed over the middle of
    its columns, and the total is its own. Where the group only divides (`Trong đó`) it is not."""
    words = [line[column] for line in grid if line[column]]
    right = column + 1
    if len(words) != 1 or right >= len(grid[level]) or covered[level][right] or not grid[level][right]:
        return ""
    group = grid[level][right]
    has_columns = any(below[right] for below in grid[level + 1 :])
    names_something = any(parse.concepts or parse.unknown for parse in parses_whole(group))
    return group if has_columns and names_something and _says_nothing_of_whom(words[0]) else ""


@lru_cache(maxsize=8192)
def _says_nothing_of_whom(text: str) -> bool:
    found = parses_whole(text)
    return bool(found) and not any(parse.concepts or parse.unknown for parse in found)


def _goes_on_below(text: str, below: list[list[str]], column: int) -> bool:
    """Whether a text is the beginning of its column's own header, broken over two rows (`DN ngoài` above `nhà nước`),
    and no group: they say something only together."""
    rests = [line[column] for line in below if line[column]]
    if len(rests) != 1 or parses_as_written(text) or parses_as_written(rests[0]):
        return False
    return bool(parses_as_written(f"{text} {rests[0]}"))


def _begins_group(above: list[list[str]], column: int) -> bool:
    """Whether another group than the column before has begins here in one of the rows above."""
    return column > 0 and any(line[column] and line[column] != line[column - 1] for line in above)


def _spread_groups(grid: list[list[str]], covered: list[list[bool]]) -> None:
    """Without merges, a group stands over its first column only: carry it to the right as far as columns have a
    lower header of their own, no text in its row, and no group of their own above it."""
    for level, line in enumerate(grid[:-1]):
        group, above, below = "", grid[:level], grid[level + 1 :]
        for column, text in enumerate(line):
            has_below = any(lower[column] for lower in below)
            if _begins_group(above, column):
                group = ""
            if covered[level][column]:
                group = ""
            elif text:
                group = text if has_below and not _goes_on_below(text, below, column) else ""
            elif has_below:
                line[column] = group or _typed_further_right(grid, covered, level, column)
            else:
                group = ""
