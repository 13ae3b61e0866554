"""Tables that stand side by side on one sheet with a blank column between them, each with its own row numbers, names or
classes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from ingest.container.workbook import Sheet
from ingest.meaning.header_text import header_key
from ingest.monthly.blocks import figures_in, may_be_name, names_below
from ingest.monthly.row_kinds import ORDINAL_HEADER
from ingest.values.flags import flag
from ingest.values.numbers import Raw, Unreadable, is_blank, looks_like_figure

#: Two tables are known by so many names of cells, of so many letters, that stand in both.
_LEAST_NAMES, _SHORTEST_NAME = 3, 4
#: A header has so many texts.
_LEAST_TEXTS = 4
#: No table begins so far from the edge, unless another one stands there.
_FURTHER_RIGHT = 5
#: A table's row has so many figures.
_LEAST_FIGURES = 3


def side_by_side(sheet: Sheet, has_table: Callable[[Sheet], bool]) -> list[Sheet]:
    """The tables of a sheet as a sheet each, which holds nothing outside the table's columns; places stay what they
    are. A sheet is given back as it is unless several of its parts have a table."""
    starts = _starts(sheet) or _starts_after_gaps(sheet)
    if not starts:
        return [sheet]
    ends = [0, *starts, max(map(len, sheet.rows))]
    parts = [_columns_of(sheet, first, end) for first, end in pairwise(ends)]
    return parts if sum(map(has_table, parts)) > 1 else [sheet]


def _starts(sheet: Sheet) -> list[int]:
    """The first column of each table but the first."""
    by_row: dict[int, list[int]] = {}
    for row, column, text in sheet.texts:
        # Most texts stand beside another one: that is soon seen.
        if column and is_blank(sheet.rows[row][column - 1]) and _begins_a_table(sheet, row, column, text):
            by_row.setdefault(row, []).append(column)
    for row, columns in by_row.items():
        found = [column for column in columns if _is_blank_from(sheet, row, column - 1)]
        first = next((column for column in found if _has_a_table_before(sheet, row, column)), None)
        if first is not None:
            return sorted({*(column for column in found if column >= first), *_starts_by_their_names(sheet)})
    return _starts_by_their_names(sheet)


def _starts_by_their_names(sheet: Sheet) -> list[int]:
    """Where most names of two columns are the same and a blank column stands between, whatever stands above them: in
    the same rows, or lower where one header is taller."""
    may_be_names = frozenset(filter(_may_name_a_cell, sheet.different_texts))
    columns: dict[int, dict[str, int]] = defaultdict(dict)
    for row, column, text in sheet.texts:
        if text in may_be_names:
            columns[column].setdefault(text, row)
    named = {column: rows for column, rows in columns.items() if len(rows) >= _LEAST_NAMES}
    first = min(named, default=-1)
    starts: set[int] = set()
    for right in named.keys() - {first}:
        both = named[first].keys() & named[right].keys()
        if len(both) < max(_LEAST_NAMES, max(len(named[first]), len(named[right])) / 2):
            continue
        row = min(min(named[first][name], named[right][name]) for name in both)
        gaps = [column for column in range(first + 1, right) if _is_blank_from(sheet, row, column)]
        starts |= {gaps[-1] + 1} if gaps else set()
    return sorted(starts)


def _starts_after_gaps(sheet: Sheet) -> list[int]:
    """Where columns begin behind one in which nothing stands from the first header on, nor is merged over it."""
    texts = sheet.texts_by_row
    first = next((row for row in sorted(texts) if texts[row] >= _LEAST_TEXTS), None)
    if first is None:
        return []
    merged = {column for _, left, bottom, right in sheet.merges if bottom >= first for column in range(left, right + 1)}
    header, rows = sheet.rows[first], sheet.rows[first:]
    begins = next((column for column, value in enumerate(header) if not is_blank(value)), 0)
    if begins >= _FURTHER_RIGHT:
        # It is the header of a table further right, which begins higher than the one before it.
        begins = 0
    gaps = [
        column for column, value in enumerate(header) if column > begins and is_blank(value) and column not in merged
    ]
    empty = {column for column in gaps if all(column >= len(row) or is_blank(row[column]) for row in rows)}
    return [column + 1 for column in sorted(empty) if column + 1 < len(header) and column + 1 not in empty]


@lru_cache(maxsize=16384)
def _may_name_a_cell(text: str) -> bool:
    return len(text) >= _SHORTEST_NAME and not looks_like_figure(text) and isinstance(flag(text), Unreadable)


def _has_a_table_before(sheet: Sheet, row: int, end: int) -> bool:
    return any(
        isinstance(value, str) and value and _begins_a_table(sheet, row, column, value)
        for column, value in enumerate(sheet.rows[row][:end])
    )


@lru_cache(maxsize=8192)
def _is_ordinal(text: str) -> bool:
    return ORDINAL_HEADER.fullmatch(header_key(text)) is not None


def _begins_a_table(sheet: Sheet, row: int, column: int, text: str) -> bool:
    return _is_ordinal(text) or (may_be_name(text) and names_below(sheet, row, column))


def _is_blank_from(sheet: Sheet, row: int, column: int) -> bool:
    """Whether nothing stands in the column from the row on, nor in a row of figures above."""
    return all(
        column >= len(each) or is_blank(each[column]) or (index < row and figures_in(each) < _LEAST_FIGURES)
        for index, each in enumerate(sheet.rows)
    )


def _columns_of(sheet: Sheet, first: int, end: int) -> Sheet:
    merges = tuple(merge for merge in sheet.merges if first <= merge[1] < end)
    return replace(sheet, rows=list(_only(sheet.rows, first, end)), merges=merges)


def _only(rows: Sequence[list[Raw]], first: int, end: int) -> Iterator[list[Raw]]:
    for row in rows:
        yield [*[""] * min(first, len(row)), *row[first:end]]
