"""The forms' tables on a sheet: their header, and their rows down to the end."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from ingest.container.workbook import Sheet
from ingest.meaning.header_text import header_key
from ingest.monthly.blocks import Block, figures_in, has_hits, header_blocks, may_be_name, names_a_month
from ingest.monthly.header_texts import ColumnHeader
from ingest.monthly.headers import HeaderMap, is_header_word
from ingest.monthly.row_kinds import (
    ORDINAL_HEADER,
    Sections,
    ends_table,
    is_cell_name,
    is_number_row,
    is_numbered,
    is_remark,
    is_total,
    kind_of,
    plain,
    row_label,
    row_number,
)
from ingest.values.numbers import Raw, is_blank, looks_like_figure
from ingest.values.text import clean
from reference.fields import number_fields_of

#: So many different words where a table has figures are a header.
_LEAST_WORDS = 3
#: So many, and nothing else in the row, are one whatever they say.
_ALL_WORDS = 6
#: A header is looked for in so many rows above the table's first.
_TALLEST_HEADER = 5
#: `1.`, `2)`, `-` before a cell's name; a number alone may be a part of it.
_MARK = re.compile(r"\s*(?:\d{1,3}[.)]|[-–+•*])\s*[^\W\d]")
#: So many rows below a header tell its columns, and so many of them are numbered one after the other.
_ROWS_TO_JUDGE_BY, _LEAST_NUMBERED = 8, 3
#: So many names that are marked alike are no accident.
_LEAST_MARKED = 3
#: So many names that stand in two columns are those of two tables.
_LEAST_SHARED = 3
#: A row that was left out has so many figures.
_LEAST_FIGURES = 4
#: A broken name's second row is short; a remark is a sentence.
_LONGEST_REST_OF_NAME = 4


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


def find_tables(sheet: Sheet) -> list[Table]:
    """Every table of `sheet` whose header is a monthly form's, from top to bottom.

    A header that is repeated with the same columns (after a page break) goes on with the table above.
    """
    blocks = list(header_blocks(sheet))
    tables: list[Table] = []
    for position, block in enumerate(blocks):
        end = blocks[position + 1].first if position + 1 < len(blocks) else len(sheet.rows)
        below = sheet.rows[block.last + 1 : end]
        mapped = _without_the_commune(below, block, _with_row_numbers(sheet, block))
        name_column = mapped.columns.get("cell_name", block.name_column)
        if tables and _is_same_header(tables[-1], block):
            # What stands below may have made something else of a column.
            mapped = tables[-1].mapped
            name_column = mapped.columns.get("cell_name", name_column)
        if (nearest := _nearest_names(below, mapped, name_column)) != name_column:
            mapped, name_column = _with_names_in(mapped, nearest, block), nearest
        mapped = _without_a_table_beside(below, block, mapped, name_column)
        rows = tuple(table_rows(sheet.rows, block.last + 1, end, mapped, name_column))
        if tables and continues(tables[-1], mapped, block.first, sheet):
            tables[-1] = replace(tables[-1], rows=tables[-1].rows + rows)
        else:
            tables.append(Table(block.first, block.last, mapped, block.headers, rows))
    return tables


def _with_row_numbers(sheet: Sheet, block: Block) -> HeaderMap:
    """The block's columns with that of the rows' numbers, which is known by them where its header says nothing that any
    list has."""
    mapped = block.mapped
    if "ordinal" in mapped.columns:
        return mapped
    below = sheet.rows[block.last + 1 : block.last + 1 + _ROWS_TO_JUDGE_BY]
    for column in range(block.name_column):
        values = [plain(row[column]) for row in below if column < len(row) and not is_blank(row[column])]
        numbers = [number for value in values if (number := row_number(value)) is not None]
        in_order = all(after in (before + 1, 1) for before, after in pairwise(numbers))
        if column in mapped.columns.values() or len(numbers) < _LEAST_NUMBERED or not in_order or numbers[0] != 1:
            continue
        unmapped = {index: text for index, text in mapped.unmapped.items() if index != column}
        return replace(mapped, columns=mapped.columns | {"ordinal": column}, unmapped=unmapped)
    return mapped


def _without_the_commune(below: Sequence[Sequence[Raw]], block: Block, mapped: HeaderMap) -> HeaderMap:
    """The columns without one that is headed like the cells' names (`Đơn vị`) and has the same text in every row: whose
    report it is, as exports say it."""
    places = mapped.repeated.get("cell_name", ())
    if not places:
        return mapped
    named = [[row[place] for place in places] for row in below if len(row) > max(places)]
    named = [texts for texts in named if not any(map(is_blank, texts))]
    same = [place for place, texts in zip(places, zip(*named, strict=True), strict=False) if len(set(texts)) == 1]
    if len(named) < 2 or len(same) != len(places) - 1:
        return mapped
    for header in block.headers:
        if header.index in same:
            mapped = mapped.without(header.index, header.shown)
    return mapped


def _nearest_names(below: Sequence[Sequence[Raw]], mapped: HeaderMap, name_column: int) -> int:
    """Of columns with the same names the one next to the figures: those further left are another table's, whose rows
    need not be these."""
    figures = [mapped.columns[field.name] for field in number_fields_of(mapped.form) if field.name in mapped.columns]
    between = range(min(figures, default=0) - 1, name_column, -1)
    return next((column for column, _ in _with_the_same_names(below, name_column, between)), name_column)


def _without_a_table_beside(
    below: Sequence[Sequence[Raw]], block: Block, mapped: HeaderMap, name_column: int
) -> HeaderMap:
    """`mapped` without the columns from where the same names stand once more, in other rows: they are another table's,
    whose rows are not these."""
    further = [header.index for header in block.headers if header.index > name_column]
    for column, names in _with_the_same_names(below, name_column, further):
        both = [row for row in below if column < len(row) and row[name_column] in names and row[column] in names]
        if sum(row[name_column] == row[column] for row in both) * 2 < len(both):
            for header in block.headers:
                if header.index >= column and header.index in mapped.columns.values():
                    mapped = mapped.without(header.index, header.shown)
            break
    return mapped


def _with_the_same_names(
    below: Sequence[Sequence[Raw]], name_column: int, columns: Iterable[int]
) -> Iterator[tuple[int, set[str]]]:
    """Those of the columns in which most of the names stand, too, each with the names that do."""
    names = _names_in(below, name_column)
    for column in columns if len(names) >= _LEAST_SHARED else ():
        shared = names & _names_in(below, column)
        if len(shared) >= _LEAST_SHARED and len(shared) * 2 >= len(names):
            yield column, shared


def _names_in(below: Sequence[Sequence[Raw]], column: int) -> set[str]:
    values = (row[column] for row in below if column < len(row))
    return {value for value in values if type(value) is str and not is_blank(value)}


def _with_names_in(mapped: HeaderMap, column: int, block: Block) -> HeaderMap:
    shown = {header.index: header.shown for header in block.headers}
    former = mapped.columns.get("cell_name", -1)
    unmapped = {index: text for index, text in mapped.unmapped.items() if index != column}
    if former in shown:
        unmapped[former] = shown[former]
    return replace(mapped, columns=mapped.columns | {"cell_name": column}, unmapped=dict(sorted(unmapped.items())))


def _is_same_header(table: Table, block: Block) -> bool:
    """Whether the block's header is the table's once more, word for word or by what it means."""
    if [(each.index, each.texts) for each in table.headers] == [(each.index, each.texts) for each in block.headers]:
        return True
    figures, again = ({**mapped.columns, "ordinal": -1} for mapped in (table.mapped, block.mapped))
    return table.mapped.form == block.mapped.form and figures == again


def rows_left_out(sheet: Sheet, tables: Sequence[Table]) -> list[int]:
    """Rows (zero-based) that name a cell and have figures, but belong to no table: the reader has missed them."""
    if not tables:
        return []
    covered = {row.row for table in tables for row in table.rows}
    named = {index for index, _, text in sheet.texts if index not in covered and is_cell_name(text)}
    return [
        index
        for index in sorted(named)
        if sum(1 for value in sheet.rows[index] if value != "" and looks_like_figure(value)) >= _LEAST_FIGURES
    ]


def continues(table: Table, mapped: HeaderMap, first: int, sheet: Sheet) -> bool:
    """The same columns again in a header from row `first` on, and no title between: what stands there names no
    month."""
    if table.mapped.form != mapped.form or table.mapped.columns != mapped.columns:
        return False
    last_row = table.rows[-1].row if table.rows else table.header_last
    between = sheet.rows[last_row + 1 : first]
    return not any(type(value) is str and names_a_month(value) for row in between for value in row)


def table_rows(
    rows: Sequence[Sequence[Raw]], start: int, end: int, mapped: HeaderMap, name_column: int
) -> list[TableRow]:
    ordinal_column = mapped.columns.get("ordinal", -1)
    type_column = mapped.columns.get("cell_type", -1)
    words = {name_column, ordinal_column, type_column, mapped.columns.get("note", -1)}
    figure_columns = [column for column in mapped.columns.values() if column not in words]
    first_figure, last_figure = min(figure_columns), max(figure_columns)
    found: list[TableRow] = []
    # Names without figures where there are no ordinals: cells that reported nothing, if cells follow.
    silent: list[TableRow] = []
    ordinals = [plain(row[ordinal_column]) if 0 <= ordinal_column < len(row) else "" for row in rows[start:end]]
    numbered = any(
        is_numbered(ordinal) and not is_number_row(row, name_column)
        for ordinal, row in zip(ordinals, rows[start:end], strict=True)
    )
    above_numbered = set(_above_numbered(rows, start, ordinals, ordinal_column)) if numbered else frozenset[int]()
    marked = frozenset[int]() if numbered else _marked(rows, start, end, name_column)
    closed = False
    last_number = 0
    sections = Sections()
    for index in range(start, end):
        row = rows[index]
        if is_number_row(row, name_column) and (not found or _repeats(row, rows[start : found[0].row])):
            continue
        label = row_label(row, name_column, ordinal_column, first_figure, type_column)
        ordinal = ordinals[index - start]
        has_number = is_numbered(ordinal)
        if found and not has_number and _is_header(row, rows[index - 1], label, ordinal, figure_columns):
            if _repeats(row, rows[max(0, start - _TALLEST_HEADER) : start]):
                continue
            break
        has_figures = _has_figures(row, figure_columns, last_figure)
        if not has_figures and not has_number and ends_table(row, label):
            break
        if not has_figures and not label:
            continue
        kind = kind_of(
            label,
            ordinal,
            has_figures,
            sections,
            has_ordinals=ordinal_column >= 0,
            is_above_numbered=index in above_numbered,
        )
        if kind == "cell" and not has_number and _is_remark(label, closed=closed, numbered=numbered):
            # Comparisons, carried-over pages and remarks, with figures of their own.
            kind = "remark"
        if kind == "cell" and closed and row_number(ordinal) != last_number + 1:
            # Below the total another table begins, or something else that counts anew.
            kind = "remark" if has_figures else "caption"
        if kind == "cell" and marked and index not in marked and _stands_above(index, marked, rows):
            kind = "section"
        if kind == "caption":
            if found and _continues_name(found[-1], index, label, ordinal, numbered=numbered):
                found[-1] = replace(found[-1], label=f"{found[-1].label} {label}")
            elif ordinal_column < 0 and not closed and (found or figures_in(row)):
                silent.append(TableRow(index, "cell", label))
            continue
        if kind == "cell":
            found += silent
            last_number = row_number(ordinal) or last_number
        silent = []
        closed = (closed or (kind == "total" and any(each.kind == "cell" for each in found))) and kind != "section"
        found.append(TableRow(index, kind, label))
    return found


def _marked(rows: Sequence[Sequence[Raw]], start: int, end: int, name_column: int) -> frozenset[int]:
    """The rows whose names begin with a dash or a number (`- Chi bộ Tổ 1`, `1. Bản Mới`), where most do."""
    names = {index: row[name_column] for index, row in enumerate(rows[start:end], start) if name_column < len(row)}
    words = [index for index, name in names.items() if type(name) is str and any(map(str.isalpha, name))]
    marked = [index for index in words if _MARK.match(str(names[index]))]
    return frozenset(marked) if len(marked) >= _LEAST_MARKED and len(marked) * 2 > len(words) else frozenset()


def _stands_above(index: int, marked: frozenset[int], rows: Sequence[Sequence[Raw]]) -> bool:
    """Whether the next row that has anything is a marked one."""
    below = next((row for row in range(index + 1, len(rows)) if not all(map(is_blank, rows[row]))), -1)
    return below in marked


def _above_numbered(
    rows: Sequence[Sequence[Raw]], start: int, ordinals: Sequence[str], ordinal_column: int
) -> Iterator[int]:
    """The rows below which the next ordinal (of those from row `start` on) is a number."""
    is_numbered_below = False
    for place in range(len(ordinals) - 1, -1, -1):
        index = start + place
        if is_numbered_below:
            yield index
        row = rows[index]
        if ordinal_column < len(row) and not is_blank(row[ordinal_column]):
            is_numbered_below = is_numbered(ordinals[place])


def _is_header(row: Sequence[Raw], above: Sequence[Raw], label: str, ordinal: str, columns: Sequence[int]) -> bool:
    """Words and no figures where the table has figures: a header, whether it is understood or not, if some of them, or
    what stands over names and numbers, are a header's, or a blank row parts it from the table. A cell may have words
    (`chưa họp`) and formulas, too."""
    if is_cell_name(label) or is_total(label):
        return may_be_name(label) and _has_words(row, columns)
    if label and all(map(is_blank, above)) and _has_words(row, range(len(row))):
        return True
    is_headed = may_be_name(label) or ORDINAL_HEADER.fullmatch(header_key(ordinal)) is not None
    return _has_words(row, columns) and (
        is_headed or _is_all_words(row) or has_hits([row], is_header_word, _LEAST_WORDS)
    )


def _has_words(row: Sequence[Raw], columns: Sequence[int]) -> bool:
    values = [row[column] for column in columns if column < len(row) and row[column] not in ("", None)]
    words = {clean(value) for value in values if type(value) is str and value[:1].isalpha()}
    return len(words) >= _LEAST_WORDS and not any(map(looks_like_figure, values))


def _is_all_words(row: Sequence[Raw]) -> bool:
    """Whether so many different words stand in the row, and nothing else, that it can be no cell's."""
    filled = [value for value in row if not is_blank(value)]
    words = {clean(value) for value in filled if type(value) is str and value[:1].isalpha()}
    return len(words) >= _ALL_WORDS and len(words) == len(filled)


def _repeats(row: Sequence[Raw], header: Sequence[Sequence[Raw]]) -> bool:
    """Whether a header's row stands there once more, as at the top of a printed page."""
    filled = [(column, value) for column, value in enumerate(row) if not is_blank(value)]
    return any(
        sum(column < len(above) and above[column] == value for column, value in filled) > len(filled) / 2
        for above in header
    )


def _has_figures(row: Sequence[Raw], columns: Sequence[int], last: int) -> bool:
    if len(row) <= last:
        columns = [column for column in columns if column < len(row)]
    return any(map(looks_like_figure, map(row.__getitem__, columns)))


def _is_remark(label: str, *, closed: bool, numbered: bool) -> bool:
    return is_remark(label) or ((closed or numbered) and not is_cell_name(label))


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
