"""A workbook's sheets as a person sees them: in Unicode, with formulas worked out and errors visible."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ingest.container.encodings import decoder_for, unchanged
from ingest.container.file_kind import NOTHING, Place, SheetLook
from ingest.container.formulas import Workings
from ingest.container.workbook import Opened, Sheet, open_workbook
from ingest.model import Problem
from ingest.problems import problem
from ingest.values.numbers import Covered, Raw, is_blank
from ingest.values.text import address, clean
from reference.marked_copy import LIST_TITLE

#: Cells named in a message; the rest is counted.
_NAMED = 5


def prepared(opened: Opened) -> tuple[list[Sheet], list[Problem]]:
    """The sheets with what the library left out put in its place, visible sheets first; and what was done.

    - text in an old code page becomes Unicode;
    - a formula that was saved without its result is worked out; one that cannot be stands as its own text, so that
      it is reported where a figure is expected and never taken for a blank;
    - an error (`#DIV/0!`) stands as its text;
    - cells shown as percentages, and dates shown as months, are known (`Sheet.percents`, `Sheet.months`).
    """
    looks = _with_zeros_tried(opened.sheets, {clean(name): look for name, look in opened.look.sheets.items()})
    by_name = {sheet.name: sheet for sheet in opened.sheets}
    decode = decoder_for([text for sheet in opened.sheets for _, _, text in sheet.texts])
    problems = [] if opened.look.complete else [problem("formulas_not_checked")]
    done: list[Sheet] = []
    for sheet in sorted(opened.sheets, key=lambda each: _is_hidden(each, looks)):
        look = looks.get(sheet.name, NOTHING)
        if look.is_hidden and not sheet.is_hidden:
            sheet = replace(sheet, is_hidden=True)
        if look.uncached or look.stale or look.unsure or look.errors or look.texts:
            sheet, noticed = _completed(sheet, look, by_name, looks)
            problems += noticed
        if look.percents or look.months or look.covered:
            sheet = replace(sheet, percents=look.percents, months=look.months, covered=look.covered)
        done.append(sheet if decode is unchanged else _decoded(sheet, decode))
    return done, problems


def sheets_as_read(content: bytes) -> list[Sheet]:
    """The sheets of `prepared` in the workbook's own order. Raises what `open_workbook` raises."""
    opened = open_workbook(content)
    looks = {clean(name): look for name, look in opened.look.sheets.items()}
    hidden = [_is_hidden(sheet, looks) for sheet in opened.sheets]
    places = sorted(range(len(hidden)), key=hidden.__getitem__)
    done = dict(zip(places, prepared(opened)[0], strict=True))
    return [done[place] for place in range(len(done))]


def _is_hidden(sheet: Sheet, looks: Mapping[str, SheetLook]) -> bool:
    return sheet.is_hidden or looks.get(sheet.name, NOTHING).is_hidden


def as_seen(sheet: Sheet) -> Sheet:
    """`sheet` without what lies under merged cells: the programs keep it, and nobody sees it."""
    covers = dict.fromkeys(sheet.covered, "")
    height = len(sheet.rows)
    for top, left, bottom, right in sheet.merges:
        for row in range(top, min(bottom + 1, height)):
            for column in range(left, min(right + 1, len(sheet.rows[row]))):
                value = sheet.rows[row][column]
                # Nearly all of them are blank.
                if value != "" and (row, column) != (top, left) and not is_blank(value):
                    covers[row, column] = f"{address(top, left)}:{address(bottom, right)}"
    if not covers:
        return sheet
    rows = [list(row) for row in sheet.rows]
    for (row, column), name in covers.items():
        if row < height and column < len(rows[row]) and not is_blank(rows[row][column]):
            rows[row][column] = Covered(rows[row][column], name or address(row, column))
    return replace(sheet, rows=rows)


def is_list_of_points(sheet: Sheet) -> bool:
    """True for the sheet that was added to a report when it went back to its commune."""
    return bool(sheet.texts) and clean(sheet.texts[0][2]) == LIST_TITLE


def _decoded(sheet: Sheet, decode: Callable[[str], str]) -> Sheet:
    rows = [[decode(value) if type(value) is str and value else value for value in row] for row in sheet.rows]
    return replace(sheet, name=decode(sheet.name), rows=rows)


def _workings(sheet: Sheet, by_name: Mapping[str, Sheet], looks: Mapping[str, SheetLook]) -> Workings:
    """What formulas of a sheet are worked out with."""

    def value_at(name: str | None, row: int, column: int) -> Raw:
        other = by_name.get(clean(name) if name else sheet.name)
        if other is None:
            return "#REF!"
        there = looks.get(other.name, NOTHING)
        # Most cells are in neither.
        for said in (there.errors, there.texts):
            if (row, column) in said:
                return said[row, column]
        return other.rows[row][column] if row < len(other.rows) and column < len(other.rows[row]) else ""

    def formula_at(name: str | None, row: int, column: int) -> str | None:
        there = looks.get(clean(name) if name else sheet.name, NOTHING)
        # The text of a formula may be empty (it is not known): that is no blank cell either.
        for formulas in (there.uncached, there.stale, there.unsure):
            if (row, column) in formulas:
                return formulas[row, column]
        return None

    return Workings(value_at, formula_at)


def _with_zeros_tried(sheets: Sequence[Sheet], looks: Mapping[str, SheetLook]) -> Mapping[str, SheetLook]:
    """Where all formulas of a sheet have saved 0, some are worked out: if any comes to something else, nothing was
    calculated in this workbook, and none of its zeros is taken on trust."""
    if not any(look.zeros for look in looks.values()):
        return looks
    doubted = {name: replace(look, stale={**look.stale, **look.zeros}) for name, look in looks.items()}
    by_name = {sheet.name: sheet for sheet in sheets}
    for sheet in sheets:
        workings = _workings(sheet, by_name, doubted)
        for formula in looks.get(sheet.name, NOTHING).zeros.values():
            if workings.result_of(formula) not in (None, "", 0):
                return doubted
    return looks


def _completed(
    sheet: Sheet, look: SheetLook, by_name: dict[str, Sheet], looks: Mapping[str, SheetLook]
) -> tuple[Sheet, list[Problem]]:
    rows = [list(row) for row in sheet.rows]

    def put(place: Place, value: Raw) -> None:
        row, column = place
        width = max(len(rows[0]) if rows else 0, column + 1)
        rows.extend([] for _ in range(row + 1 - len(rows)))
        if any(len(each) < width for each in (rows[0], rows[-1])):
            # All rows are of one width, as the library hands them over.
            for each in rows:
                each.extend([""] * (width - len(each)))
        rows[row][column] = value

    workings = _workings(sheet, by_name, looks)
    computed: list[Place] = []
    unsolved: set[Place] = set()
    for place, text in look.texts.items():
        put(place, text)
    for place, error in look.errors.items():
        put(place, error)
    for place, formula in look.uncached.items():
        value = workings.result_of(formula)
        put(place, f"={formula}" if value is None else value)
        if value is None:
            unsolved.add(place)
        # A formula that gives an empty text shows nothing and has saved nothing: that is its result.
        if value not in (None, ""):
            computed.append(place)
    for place, formula in look.stale.items():
        value = workings.result_of(formula)
        if value is None:
            put(place, f"={formula}")
            unsolved.add(place)
        elif value != 0:
            put(place, value)
            if value != "":
                computed.append(place)
    for place, formula in look.unsure.items():
        value = workings.result_of(formula)
        if value not in (None, ""):
            put(place, value)
            computed.append(place)
    done = replace(sheet, rows=rows, unsolved=frozenset(unsolved))
    if not computed:
        return done, []
    named = ", ".join(address(*place) for place in computed[:_NAMED]) + (", …" if len(computed) > _NAMED else "")
    noticed = problem(
        "formulas_computed", sheet=sheet.name, cell=address(*computed[0]), found=f"{len(computed)} ({named})"
    )
    return done, [noticed]
