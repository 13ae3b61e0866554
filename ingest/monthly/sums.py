"""Rows that add up others though their label does not say so: totals and section rows known by their sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.container.workbook import Sheet
from ingest.monthly.row_kinds import is_cell_name, is_numbered, is_roman, may_add_up, names_a_kind
from ingest.monthly.tables import Table, TableRow
from ingest.values.numbers import Raw, Unreadable, count, shown
from reference.fields import number_fields_of

#: A row is taken for a sum only where so many columns say so, none says otherwise, and so many people stand in it.
_LEAST_COLUMNS = 3
_LEAST_PEOPLE = 10
#: Of the rows that are added up, so many must hold figures; a month has few classes.
_LEAST_ROWS = {"cell": 3, "class": 2}

_Sums = tuple[int | None, ...]


def with_sums(sheet: Sheet, table: Table, kind: str = "cell") -> Table:
    """`table` with rows of `kind` that are sums of the others (the first or the last of them) as its total, and those
    that are sums of the rows below them as section rows.

    A row with a number is never taken for a sum; one whose name is a cell's only where all rows are told by adding up,
    or where it stands without a number above numbered ones.
    """
    columns = [
        table.mapped.columns[field.name]
        for field in number_fields_of(table.mapped.form)
        if field.type == "count" and field.name in table.mapped.columns
    ]
    places = [place for place, row in enumerate(table.rows) if row.kind == kind]
    if len(columns) < _LEAST_COLUMNS or len(places) < _LEAST_ROWS[kind]:
        return table
    # Below numbered rows a row without a number is passed over; it may be their total.
    ends = {place for place, row in enumerate(table.rows) if row.kind == "remark"} | {places[0], places[-1]}
    has_numbers = _has_numbers(sheet, table, places)
    known = [] if has_numbers else [place for place, row in enumerate(table.rows) if row.kind == "section"]
    may_be_sums = (
        _may_be_sum(sheet, table, table.rows[place])
        or names_a_kind(table.rows[place].label)
        or (has_numbers and _ordinal(sheet, table, place) is None)
        for place in {*places, *ends}
    )
    if not known and not any(may_be_sums):
        return table
    figures = {place: _figures(sheet.rows[table.rows[place].row], columns) for place in {*places, *ends}}
    rows = list(table.rows)
    if not any(row.kind == "total" for row in rows):
        for place in sorted(ends):
            others = [figures[each] for each in places if each != place]
            if _may_be_sum(sheet, table, rows[place]) and _adds_up(figures[place], others, _LEAST_ROWS[kind]):
                rows[place] = replace(rows[place], kind="total")
                break
    for place in places:
        if rows[place].kind == kind and _adds_up_those_above(place, rows, figures, kind):
            rows[place] = replace(rows[place], kind="remark")
    if has_numbers:
        starts = _sums_of_numbered(sheet, table, places, rows, figures)
    else:
        figures |= {place: _figures(sheet.rows[rows[place].row], columns) for place in known}
        those = [place for place, row in enumerate(rows) if row.kind in (kind, "section")]
        starts = _sections_throughout(those, figures, frozenset(known))
        for place in starts:
            rows[place] = replace(rows[place], kind="section")
        starts = _sections_of_kinds(those, rows, figures)
    for place in starts:
        rows[place] = replace(rows[place], kind="section")
    for place in places:
        if (
            rows[place].kind == kind
            and _may_be_sum(sheet, table, rows[place])
            and _adds_up(figures[place], _below(place, rows, figures, sheet, table, kind), _least_below(rows, kind))
        ):
            rows[place] = replace(rows[place], kind="section")
    return table if rows == list(table.rows) else replace(table, rows=tuple(rows), summed=_changed(table.rows, rows))


def _has_numbers(sheet: Sheet, table: Table, places: Sequence[int]) -> bool:
    return any(_ordinal(sheet, table, place) is not None for place in places)


def _ordinal(sheet: Sheet, table: Table, place: int) -> str | None:
    """The number of a row, if it has one."""
    number = _ordinal_text(sheet, table, place)
    return number if is_numbered(number) else None


def _ordinal_text(sheet: Sheet, table: Table, place: int) -> str:
    column, row = table.mapped.columns.get("ordinal", -1), sheet.rows[table.rows[place].row]
    return shown(row[column]) if 0 <= column < len(row) else ""


def _sums_of_numbered(
    sheet: Sheet, table: Table, places: Sequence[int], rows: Sequence[TableRow], figures: Mapping[int, _Sums]
) -> list[int]:
    """The rows without a number that are the sums of the numbered rows right below them, however they are called (`I.
    Chi bộ tổ dân phố, bản`); where one has a numeral, all that have one are sections, whether they add up or not."""
    below = {
        place: [figures[other] for other in _numbered_below(sheet, table, place, rows, figures)]
        for place in places
        if _ordinal(sheet, table, place) is None
    }
    found = [place for place, parts in below.items() if parts and _adds_up_what_is_told(figures[place], parts)]
    numerals = {place for place in below if is_roman(_ordinal_text(sheet, table, place))}
    known = (place for place, row in enumerate(rows) if row.kind == "section")
    if numerals.intersection(found) or any(is_roman(_ordinal_text(sheet, table, place)) for place in known):
        found += [place for place in numerals.difference(found) if below[place]]
    if found or any(row.kind == "section" for row in rows):
        # So are those of hardly anybody that are called by a kind of cells.
        of_kinds = (place for place in below if place not in found and names_a_kind(rows[place].label))
        found += [place for place in of_kinds if below[place] and _may_be_their_sum(figures[place], below[place])]
    return sorted(found)


def _numbered_below(
    sheet: Sheet, table: Table, place: int, rows: Sequence[TableRow], figures: Mapping[int, _Sums]
) -> Iterator[int]:
    for other in range(place + 1, len(rows)):
        if rows[other].kind == "remark" and not names_a_kind(rows[other].label):
            # What is carried over from the page before.
            continue
        if other not in figures or rows[other].kind != rows[place].kind or _ordinal(sheet, table, other) is None:
            return
        yield other


def _adds_up_what_is_told(whole: _Sums, parts: Sequence[_Sums]) -> bool:
    """Whether a row is the sum of others; where some are left blank, columns enough must be without a blank, or add up
    as they are."""
    if _is_sum(whole, parts):
        return True
    told = sum(
        bool(value)
        and (all(part[column] is not None for part in parts) or sum(part[column] or 0 for part in parts) == value)
        for column, value in enumerate(whole)
    )
    return told >= _LEAST_COLUMNS and _may_be_their_sum(whole, parts)


def _adds_up_those_above(place: int, rows: Sequence[TableRow], figures: Mapping[int, _Sums], kind: str) -> bool:
    """Whether a row that is called `Cộng …` is the sum of the rows above it, back to the last of another kind."""
    if not may_add_up(rows[place].label):
        return False
    above: list[_Sums] = []
    for other in range(place - 1, -1, -1):
        if rows[other].kind != kind:
            break
        above.append(figures[other])
    return bool(above) and _is_sum(figures[place], above)


def _is_sum(whole: _Sums, parts: Sequence[_Sums]) -> bool:
    """Whether somebody stands in a row, and each of its figures is the sum of theirs."""
    added = [sum(part[column] or 0 for part in parts) for column in range(len(whole))]
    return any(whole) and added == [value or 0 for value in whole]


def _sections_throughout(places: Sequence[int], figures: Mapping[int, _Sums], known: frozenset[int]) -> list[int]:
    """The rows each of which is the sum of the rows below it up to the next such row, where that is so from the first
    row to the last: however they are called, they are the sections, and so are those that are `known`. Empty where that
    is not so."""
    starts_after: dict[int, list[int] | None] = {len(places): []}
    for start in range(len(places) - 1, -1, -1):
        starts_after[start] = None
        whole = [value or 0 for value in figures[places[start]]]
        added = [0] * len(whole)
        # Nobody in many rows is nobody's sum, unless it is called a section.
        for end in range(start + 1, len(places)) if any(whole) or places[start] in known else ():
            if places[end] in known:
                break
            added = [so_far + (value or 0) for so_far, value in zip(added, figures[places[end]], strict=True)]
            if any(so_far > wanted for so_far, wanted in zip(added, whole, strict=True)):
                break
            rest = starts_after[end + 1]
            if rest is not None and added == whole:
                starts_after[start] = [places[start], *rest]
    starts = starts_after.get(0) or []
    sizes = {start: sum(any(figures[each]) for each in cells) for start, cells in _cells_of(starts, places)}
    many = sum(size > 1 for size in sizes.values())
    if not many or (not known and many <= len(sizes) - many):
        # Two rows alike are no section and its cell for that.
        return []
    has_more_cells = len(places) - len(starts) > len(starts) > 1
    # Where one is known by its name, all that follows is told by one that says enough.
    least = 1 if known else 2
    return starts if has_more_cells and sum(_says_enough(figures[each]) for each in starts) >= least else []


def _sections_of_kinds(places: Sequence[int], rows: Sequence[TableRow], figures: Mapping[int, _Sums]) -> list[int]:
    """The rows that are called by a kind of cells (`Chi bộ nông thôn`) and add up those below them, up to the next that
    is called so; what a cell left blank may stand in the sum. Where one of several cells is found, so are those of one
    cell and, among cells that are called `Chi bộ …`, those of nobody or hardly anybody that are not, or the other way
    round."""
    found: list[int] = []
    small: list[int] = []
    is_sure = any(rows[place].kind == "section" for place in places)
    are_called_so = sum(is_cell_name(rows[place].label) for place in places) * 2 > len(places)
    last = -1
    for start in (place for place in places if rows[place].kind != "section" and names_a_kind(rows[place].label)):
        if start <= last:
            continue
        for below in _cells_up_to_a_kind(start, places, rows):
            sums = [figures[place] for place in below]
            if _adds_up_what_is_told(figures[start], sums):
                found.append(start)
                last = below[-1]
                is_sure = is_sure or (len(below) > 1 and _says_enough(figures[start]))
                break
            is_called_so = is_cell_name(rows[start].label)
            if is_called_so != are_called_so and _may_be_their_sum(figures[start], sums):
                small.append(start)
    return sorted({*found, *small}) if is_sure else []


def _cells_up_to_a_kind(start: int, places: Sequence[int], rows: Sequence[TableRow]) -> Iterator[list[int]]:
    """The rows below `start` up to the next that is called by a kind of cells, then up to the one after it, and so on
    to the next that is known for a section."""
    below: list[int] = []
    for place in (place for place in places if place > start):
        if below and (rows[place].kind == "section" or names_a_kind(rows[place].label)):
            yield list(below)
        if rows[place].kind == "section":
            return
        below.append(place)
    if below:
        yield below


def _may_be_their_sum(whole: _Sums, parts: Sequence[_Sums]) -> bool:
    """Whether each figure of a row is the sum of theirs, or more where one of them is not told."""
    for column, value in enumerate(whole):
        told = [part[column] for part in parts]
        added = sum(filter(None, told))
        if (value or 0) < added or ((value or 0) > added and None not in told):
            return False
    return True


def _cells_of(starts: Sequence[int], places: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Each start with the places that follow it, up to the next one."""
    for start, end in pairwise([*starts, places[-1] + 1]):
        yield start, [place for place in places if start < place < end]


def _says_enough(sums: _Sums) -> bool:
    """Whether so many people stand in so many columns that it is no accident."""
    return sum(1 for value in sums if value) >= _LEAST_COLUMNS and sum(filter(None, sums)) >= _LEAST_PEOPLE


def _least_below(rows: Sequence[TableRow], kind: str) -> int:
    """How many rows a section has at least: where others are known and its cells are called `Chi bộ …`, one is enough
    to be its sum."""
    names = [row.label for row in rows if row.kind == kind]
    has_sections = any(row.kind == "section" for row in rows)
    are_called_so = sum(map(is_cell_name, names)) * 2 > len(names)
    return 1 if has_sections and are_called_so else _LEAST_ROWS[kind]


def _changed(before: Sequence[TableRow], after: Sequence[TableRow]) -> tuple[TableRow, ...]:
    return tuple(row for old, row in zip(before, after, strict=True) if old != row and row.kind != "remark")


def _below(
    place: int, rows: Sequence[TableRow], figures: dict[int, _Sums], sheet: Sheet, table: Table, kind: str
) -> list[_Sums]:
    """The figures of the rows below `place` up to the next that may be a sum itself; names that are all alike (no
    numbers, no `Chi bộ`) do not say where a section ends."""
    found: list[_Sums] = []
    for other in range(place + 1, len(rows)):
        if rows[other].kind != kind or _may_be_sum(sheet, table, rows[other]):
            break
        found.append(figures[other])
    return found


def _may_be_sum(sheet: Sheet, table: Table, row: TableRow) -> bool:
    if is_cell_name(row.label):
        return False
    ordinal = table.mapped.columns.get("ordinal", -1)
    cells = sheet.rows[row.row]
    return not is_numbered(shown(cells[ordinal]) if 0 <= ordinal < len(cells) else "")


def _figures(row: Sequence[Raw], columns: Sequence[int]) -> _Sums:
    read = (count(row[column]) if column < len(row) else None for column in columns)
    return tuple(None if isinstance(value, Unreadable) else value for value in read)


def _adds_up(whole: _Sums, parts: Sequence[_Sums], least_rows: int) -> bool:
    """Whether each column of `whole` is the sum of its column in `parts`, in figures enough to be no accident."""
    if sum(1 for part in parts if any(part)) < least_rows:
        return False
    telling = people = 0
    for column, value in enumerate(whole):
        added = sum(part[column] or 0 for part in parts)
        if (value or 0) != added:
            return False
        telling += added > 0
        people += added
    return telling >= _LEAST_COLUMNS and people >= _LEAST_PEOPLE
