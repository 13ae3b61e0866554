"""The sheet of candidates with hardly a column: too few for any form to be known by, were its words not its own.

Candidates are asked for on no other monthly form. Where the others are there and this one is not, a sheet without a
table is taken for it if a column says so in so many words, the cells are named, and other columns or the sheet's name
bear it out.
"""

from collections.abc import Iterator, Sequence

from ingest.container.workbook import Sheet
from ingest.meaning.concepts import parses
from ingest.meaning.parts import meant_by
from ingest.monthly.blocks import Block, block_around, may_be_name, names_below, with_true_names
from ingest.monthly.header_texts import ColumnHeader, column_headers
from ingest.monthly.headers import HeaderMap, figure_columns, is_header_word, map_to
from ingest.monthly.tables import Table, table_rows
from reference.fields import MONTHLY_FORMS

_FORM, _WHOLE, _IDEA = "KN-2", "candidates", "candidate"
#: So many columns of figures bear one another out; of one alone the sheet's name or its title must say the same.
_ENOUGH = 2
#: Fewer rows are no table of cells.
_LEAST_ROWS = 3


def with_few_columns(tables: Sequence[tuple[Sheet, list[Table]]]) -> list[tuple[Sheet, list[Table]]]:
    """`tables` of each sheet with that of the candidates, where a report has every other sign of being one and only one
    sheet without a table can be theirs."""
    forms = {table.mapped.form for _, found in tables for table in found}
    if not forms or _FORM in forms:
        return list(tables)
    found = [(place, table) for place, (sheet, none) in enumerate(tables) if not none and (table := _table_on(sheet))]
    if len(found) != 1:
        return list(tables)
    ((taken, table),) = found
    return [(sheet, [table] if place == taken else own) for place, (sheet, own) in enumerate(tables)]


def _table_on(sheet: Sheet) -> Table | None:
    for block in _blocks(sheet):
        rows = tuple(table_rows(sheet.rows, block.last + 1, len(sheet.rows), block.mapped, block.name_column))
        if sum(row.kind == "cell" for row in rows) >= _LEAST_ROWS:
            return Table(block.first, block.last, block.mapped, block.headers, rows)
    return None


def _blocks(sheet: Sheet) -> Iterator[Block]:
    for row, column, text in sheet.texts:
        if not may_be_name(text) or not names_below(sheet, row, column):
            continue
        first, last = block_around(sheet, row, 0, column, is_header_word)
        headers = column_headers(sheet.rows, sheet.merges, first, last)
        mapped = with_true_names(sheet, last + 1, map_to(_FORM, headers), headers)
        if "cell_name" in mapped.columns and _are_theirs(headers, mapped) and _is_borne_out(sheet, first, mapped):
            yield Block(first, last, mapped.columns["cell_name"], headers, mapped)


def _are_theirs(headers: Sequence[ColumnHeader], mapped: HeaderMap) -> bool:
    """Whether a column says candidates in words that are nothing else's, and no other form knows as many columns."""
    if _WHOLE not in mapped.columns:
        return False
    meant = meant_by(_FORM, next(header.said for header in headers if header.index == mapped.columns[_WHOLE]))
    if _IDEA not in meant.concepts or meant.unknown or meant.is_foreign or not meant.is_exact:
        return False
    others = [form for form in MONTHLY_FORMS if form != _FORM]
    return all(figure_columns(map_to(form, headers)) < figure_columns(mapped) for form in others)


def _is_borne_out(sheet: Sheet, first: int, mapped: HeaderMap) -> bool:
    if figure_columns(mapped) >= _ENOUGH:
        return True
    titles = [sheet.name, *(text for row, _, text in sheet.texts if row < first)]
    return any(_IDEA in parse.concepts for title in titles for parse in parses(title))
