"""Official forms on a sheet: 1-BTCTW, 2-BTCTW and their older editions 1-TCTW, 2-TCTW.

Indicators run down the sheet, periods across. A row is found by its words and its place in the form's order; what
could be two things, or is none of the form's rows, is said aloud and not read.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.container.workbook import Sheet
from ingest.meaning.evidence import evidence
from ingest.model import Evidence, FormReading, Line, Problem, Value
from ingest.official_forms.align import Alignment, LabelledRow, Match, align
from ingest.official_forms.header import (
    FIGURES,
    OfficialHeader,
    PeriodAbove,
    find_header,
    is_number_row,
    texts_between,
)
from ingest.official_forms.inference import Figures, Understood, understood
from ingest.official_forms.rows import FormRow, official_forms, similar_rows
from ingest.official_forms.title import Period, form_numbers, periods_in
from ingest.problems import problem
from ingest.values.numbers import DASHES, Raw, Unreadable, count, decimal, is_blank, looks_like_figure, percent, shown
from ingest.values.text import address, clean, column_letter, key
from ingest.values.typed import as_typed

#: A title stands in this many rows above the header at most.
_TALLEST_TITLE = 20
#: A table is an official form when at least this many of its rows are.
_LEAST_ROWS = 4
#: … and this share of the rows that have figures, when no form number stands over it.
_LEAST_SHARE = 0.5
#: Another form must fit better by this many rows to be believed against, or without, a form number.
_CLEARLY_BETTER = 1.0
_MUCH_BETTER = 4
_NOT_APPLICABLE = frozenset({"x", "×", "х"})
_MARKER = re.compile(r"[-–—+*•○●.]|(?:[IVXivx]{1,4}|[A-Ha-h]|\d{1,2}(?:\.\d{1,2})*)\s*[.):\-–]?")
_END_WORDS = (
    "nguoi lap",
    "nguoi tong hop",
    "truong ban",
    "pho truong ban",
    "t m ",
    "tm ",
    "k t ",
    "kt ",
    "noi nhan",
    "thu truong",
    "bi thu",
    "pho bi thu",
)
_SIGNING_DAY = re.compile(r"\bngay(?: \d{1,2})? thang(?: \d{1,2})? nam\b")
_LINKED = ("trong do", "chia ra", "gom", "bao gom")
_TITLE_WORDS = re.compile(r"\bthong ke\b|\bki?y? bao cao\b|\bbieu so\b")
_LABELS_VI = {
    "this_period": "Kỳ này",
    "same_period_last_year": "Cùng kỳ năm trước",
    "pct": "(%) kỳ này so với cùng kỳ năm trước",
}


@dataclass(frozen=True)
class OfficialReading:
    """A table of an official form. `form` is None when it is one that is not read here (the problems say so);
    zero-based rows `first`..`last` are the table with its header; `titles` are the texts above it."""

    form: FormReading | None
    first: int
    last: int
    titles: tuple[str, ...]
    periods: frozenset[Period]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Table:
    """A header and the sheet rows (zero-based) that belong to it, their words beside them."""

    header: OfficialHeader
    rows: tuple[int, ...]
    labels: tuple[LabelledRow, ...]
    titles: tuple[str, ...]


def may_hold_official(sheet: Sheet) -> bool:
    """A quick look: False for sheets that certainly hold no official form."""
    return any(map(_hints, sheet.different_texts))


_HINTS = re.compile(r"\bk[yi] nay\b|\bcung k|\btc ?tw\b|btctw|\btctw|\bt[iy]eu chi\b|\bk[yi] bao cao\b|\btrong k[yi]\b")


@lru_cache(maxsize=16384)
def _hints(text: str) -> bool:
    return _HINTS.search(key(text)) is not None


def read_official(sheet: Sheet) -> list[OfficialReading]:
    """Every official form on `sheet`, from top to bottom; empty when there is none."""
    if not may_hold_official(sheet):
        return []
    readings: list[OfficialReading] = []
    start = 0
    while True:
        table = _next_table(sheet, start)
        if table is None:
            return readings
        reading = _read(sheet, table)
        if reading is not None:
            readings.append(reading)
            start = reading.last + 1
        else:
            start = table.header.last + 1


def without_official(sheet: Sheet, readings: Sequence[OfficialReading]) -> Sheet:
    """`sheet` with the rows of its official forms blank, for whoever looks for other tables on it."""
    if not readings:
        return sheet
    rows = list(sheet.rows)
    for reading in readings:
        for index in range(reading.first, reading.last + 1):
            rows[index] = [""] * len(rows[index])
    return replace(sheet, rows=rows)


def _next_table(sheet: Sheet, start: int) -> _Table | None:
    header = find_header(sheet, start, PeriodAbove(sheet, start))
    if header is None:
        return None
    titles = tuple(texts_between(sheet, max(start, header.first - _TALLEST_TITLE), header.first))
    rows: list[int] = []
    index = header.last + 1
    following = find_header(sheet, index, PeriodAbove(sheet, index))
    numbered = True
    while index < len(sheet.rows):
        if following is not None and index == following.first:
            if not header.is_repeated_by(following) or _has_title(sheet, rows[-1] + 1 if rows else index, index):
                break
            # The same header after a page break.
            index = following.last + 1
            following = find_header(sheet, index, PeriodAbove(sheet, index))
            numbered = True
            continue
        row = sheet.rows[index]
        if numbered and is_number_row(row, header.label_column):
            index += 1
            continue
        if _ends_table(row, header):
            break
        if any(not is_blank(row[column]) for column in (*header.label_columns, *header.figures.values())):
            numbered = False
            rows.append(index)
        index += 1
    return _Table(header, tuple(rows), tuple(_labelled(sheet, header, row) for row in rows), titles)


def _has_title(sheet: Sheet, first: int, end: int) -> bool:
    return any(_TITLE_WORDS.search(key(text)) for text in texts_between(sheet, first, end)) or bool(
        form_numbers(texts_between(sheet, first, end))
    )


def _ends_table(row: Sequence[Raw], header: OfficialHeader) -> bool:
    """The block of signatures, or the place and day of signing."""
    if any(looks_like_figure(row[column]) for column in header.figures.values()):
        return False
    words = [key(value) for value in row if type(value) is str and value]
    return any(text.startswith(_END_WORDS) or _SIGNING_DAY.search(text) for text in words)


def _labelled(sheet: Sheet, header: OfficialHeader, index: int) -> LabelledRow:
    row = sheet.rows[index]
    words = []
    for column in header.label_columns:
        text = shown(row[column]) if column < len(row) else ""
        if text and (column == header.label_column or not _MARKER.fullmatch(text)):
            words.append(text)
    has_figures = any(_is_figure(row[column]) for column in header.figures.values())
    continues = any(
        top < index <= bottom and left <= header.label_column <= right for top, left, bottom, right in sheet.merges
    )
    return LabelledRow(clean(" ".join(words)), has_figures, continues)


def _is_figure(raw: Raw) -> bool:
    return not is_blank(raw) and looks_like_figure(raw)


def _read(sheet: Sheet, table: _Table) -> OfficialReading | None:
    numbers = form_numbers([*table.titles, sheet.name])
    known = sorted(numbers & set(official_forms()))
    periods = frozenset(periods_in(table.titles))
    last = table.rows[-1] if table.rows else table.header.last
    if numbers and not known:
        found = problem(
            "official_form_unknown",
            sheet=sheet.name,
            cell=address(table.header.first, table.header.label_column),
            found=", ".join(sorted(numbers)),
        )
        return OfficialReading(None, table.header.first, last, table.titles, periods, (found,))
    alignments = [align(official_forms()[form], table.labels) for form in known or sorted(official_forms())]
    best = max(alignments, key=lambda alignment: alignment.score)
    if len(known) == 1 and not _fits(best, table, _LEAST_SHARE):
        others = [align(form, table.labels) for name, form in official_forms().items() if name not in known]
        other = max(others, key=lambda alignment: alignment.score)
        if _value_rows(other) >= max(_LEAST_ROWS, _value_rows(best) + _MUCH_BETTER) or _value_rows(best) < 1:
            return _unclear(sheet, table, periods, [known[0], other.form.form] if _value_rows(other) else known)
    elif len(known) != 1:
        if not _fits(best, table, _LEAST_SHARE) or _value_rows(best) < _LEAST_ROWS:
            return _unclear(sheet, table, periods, known) if known else None
        rivals = [
            alignment.form.form
            for alignment in alignments
            if alignment is not best and alignment.score > best.score - _CLEARLY_BETTER
        ]
        if rivals:
            return _unclear(sheet, table, periods, sorted([best.form.form, *rivals]))
    form, problems = _form_reading(sheet, table, best)
    return OfficialReading(form, table.header.first, last, table.titles, periods, tuple(problems))


def _value_rows(alignment: Alignment) -> int:
    return sum(1 for match in alignment.matches if alignment.form.rows[match.form_row].field)


def _fits(alignment: Alignment, table: _Table, share: float) -> bool:
    with_words = sum(1 for label in table.labels if label.text and label.has_figures)
    with_words = with_words or sum(1 for label in table.labels if label.text)
    return _value_rows(alignment) + len(alignment.ambiguous) >= share * with_words > 0


def _unclear(sheet: Sheet, table: _Table, periods: frozenset[Period], forms: Sequence[str]) -> OfficialReading:
    found = problem(
        "official_form_unclear",
        sheet=sheet.name,
        cell=address(table.header.first, table.header.label_column),
        found=", ".join(forms),
    )
    last = table.rows[-1] if table.rows else table.header.last
    return OfficialReading(None, table.header.first, last, table.titles, periods, (found,))


def _form_reading(sheet: Sheet, table: _Table, alignment: Alignment) -> tuple[FormReading, list[Problem]]:
    form = alignment.form.form
    header = table.header
    problems = _header_problems(sheet, form, header)
    matches = sorted([*alignment.matches, *_out_of_order(table, alignment)], key=lambda match: match.first)
    lines = []
    unread = []
    taken = {index for match in (*matches, *alignment.ambiguous) for index in range(match.first, match.last + 1)}
    for match in matches:
        row = alignment.form.rows[match.form_row]
        if row.field:
            line, noticed = _line(sheet, table, form, row, match)
            lines.append(line)
            problems += noticed
        else:
            # A heading has no figures of its own; one that has is not understood.
            unread += [index for index in range(match.first, match.last + 1) if _holds_more(sheet, table, index)]
    unread += [index for index in range(len(table.rows)) if index not in taken and table.labels[index].has_figures]
    found_out = _understood(sheet, table, alignment, matches, unread)
    for index, row in found_out.taken.items():
        line, noticed = _line(sheet, table, form, row, Match(index, index, row.index, 0.0))
        why = _why(line, row)
        lines.append(replace(line, inferred=why))
        problems += [*noticed, _row_problem("row_inferred", sheet, table, form, index, (row,), why)]
    lines.sort(key=lambda line: line.row)
    for index in sorted(set(unread) - found_out.taken.keys()):
        problems.append(_row_problem("indicator_unknown", sheet, table, form, index, found_out.may_be.get(index, ())))
    for match in alignment.ambiguous:
        found = _row_problem("indicator_ambiguous", sheet, table, form, match.last)
        problems.append(replace(found, field=alignment.form.rows[match.form_row].field))
    accounted = {line.field for line in lines}
    accounted |= {alignment.form.rows[match.form_row].field for match in alignment.ambiguous}
    problems += [
        problem("indicator_missing", form=form, sheet=sheet.name, field=row.field, expected=clean(row.label))
        for row in alignment.form.rows
        if row.field and row.field not in accounted
    ]
    lines = _with_shares_as_percent(sheet, header, lines)
    reading = FormReading(
        form=form,
        sheet=sheet.name,
        header_rows=tuple(range(header.first + 1, header.last + 2)),
        columns={figure: column_letter(column) for figure, column in header.figures.items()},
        headers={figure: header.texts[column] for figure, column in header.figures.items()},
        unmapped={column_letter(column): text for column, text in header.unmapped.items()},
        lines=tuple(lines),
        edition=alignment.form.edition,
    )
    return reading, problems


def _header_problems(sheet: Sheet, form: str, header: OfficialHeader) -> list[Problem]:
    problems = []
    for figure in FIGURES:
        if figure in header.repeated:
            places = ", ".join(address(header.last, column) for column in header.repeated[figure])
            problems.append(
                problem(
                    "column_repeated",
                    form=form,
                    sheet=sheet.name,
                    field=figure,
                    found=places,
                    expected=_LABELS_VI[figure],
                )
            )
        elif figure not in header.figures:
            problems.append(
                problem("column_missing", form=form, sheet=sheet.name, field=figure, expected=_LABELS_VI[figure])
            )
    problems += [
        problem("column_unknown", form=form, sheet=sheet.name, cell=address(header.last, column), found=text)
        for column, text in header.unmapped.items()
    ]
    return problems


def _understood(
    sheet: Sheet, table: _Table, alignment: Alignment, matches: Sequence[Match], unread: Sequence[int]
) -> Understood:
    """What the unread rows are; figures are only looked at where a row is unread."""
    if not unread:
        return Understood({}, {})
    rows = alignment.form.rows
    read = {
        rows[match.form_row].field: _figures(sheet, table, range(match.first, match.last + 1))
        for match in matches
        if rows[match.form_row].field
    }
    # What could be two things of the form's may be any other thing, too.
    doubtful = [index for match in alignment.ambiguous for index in range(match.first, match.last + 1)]
    figures = {index: _figures(sheet, table, (index,)) for index in (*unread, *doubtful)}
    return understood(alignment, table.labels, read, figures)


def _figures(sheet: Sheet, table: _Table, own: Sequence[int]) -> Figures:
    """The figures of a row for the periods that the sheet has."""
    found: list[float | None] = []
    for figure, column in table.header.figures.items():
        if figure != "pct":
            written = (sheet.rows[table.rows[index]][column] for index in own)
            value = _value(next((raw for raw in written if not is_blank(raw)), None), figure, "count")
            found.append(math.nan if isinstance(value, Unreadable) else value)
    return tuple(found)


def _why(line: Line, row: FormRow) -> Evidence:
    figures = (value for figure, value in line.values.items() if figure != "pct" and value is not None)
    return evidence(row.field, "evidence_row_sums", figures=" / ".join(map(str, figures)))


def _row_problem(
    code: str,
    sheet: Sheet,
    table: _Table,
    form: str,
    index: int,
    may_be: Sequence[FormRow] = (),
    why: Evidence | None = None,
) -> Problem:
    """`may_be`: the indicators that the row was taken for or may be."""
    row = sheet.rows[table.rows[index]]
    columns = [column for column in table.header.figures.values() if _is_figure(row[column])]
    return problem(
        code,
        form=form,
        sheet=sheet.name,
        cell=address(table.rows[index], columns[0] if columns else table.header.label_column),
        field=why.field if why else None,
        found=table.labels[index].text,
        expected=", ".join(f"“{clean(each.label)}”" for each in may_be) or None,
        sentence="row_uncertain" if may_be and why is None else None,
        evidence=why,
    )


def _holds_more(sheet: Sheet, table: _Table, index: int) -> bool:
    """True for a row with another figure than zero."""
    row = sheet.rows[table.rows[index]]
    values = [row[column] for column in table.header.figures.values()]
    return any(_is_figure(value) and shown(value) not in DASHES and shown(value) not in ("0", "") for value in values)


def _line(sheet: Sheet, table: _Table, form: str, row: FormRow, match: Match) -> tuple[Line, list[Problem]]:
    own = range(match.first, match.last + 1)
    columns = table.header.figures.values()
    at = next(
        (index for index in own if any(not is_blank(sheet.rows[table.rows[index]][column]) for column in columns)),
        match.first,
    )
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    typed: dict[str, str] = {}
    for figure in FIGURES:
        column = table.header.figures.get(figure)
        values[figure] = None
        if column is None:
            continue
        index = next((index for index in (at, *own) if not is_blank(sheet.rows[table.rows[index]][column])), at)
        raw = sheet.rows[table.rows[index]][column]
        value = _value(raw, figure, row.kind)
        text = as_typed(raw, value, as_percent=(table.rows[index], column) in sheet.percents)
        if text is not None:
            typed[figure] = text
        place = address(table.rows[index], column)
        if isinstance(value, Unreadable):
            code = "value_unread" if figure != "pct" and row.kind == "count" else "number_unread"
            problems.append(problem(code, form=form, sheet=sheet.name, cell=place, field=row.field, found=value.found))
            continue
        if value is not None and value < 0 and row.field != "transfer_difference":
            problems.append(
                problem(
                    "value_negative",
                    form=form,
                    sheet=sheet.name,
                    cell=place,
                    field=row.field,
                    found=shown(raw),
                )
            )
        values[figure] = value
    label = clean(" ".join(table.labels[index].text for index in own))
    line = Line(table.rows[at] + 1, "indicator", None, label, None, None, values, field=row.field, typed=typed)
    return line, problems


def _value(raw: Raw, figure: str, kind: str) -> int | float | Unreadable | None:
    """A cell's figure. `x` means that the column does not apply to the row: nothing is reported, nothing wrong."""
    if type(raw) is str and clean(raw).casefold() in _NOT_APPLICABLE:
        return None
    if figure == "pct":
        # A quotient by nothing has no value, and the cell says so.
        return None if raw == "#DIV/0!" else percent(raw)
    return decimal(raw) if kind == "years" else count(raw)


def _with_shares_as_percent(sheet: Sheet, header: OfficialHeader, lines: Sequence[Line]) -> list[Line]:
    """Percent points where the sheet holds the quotient itself (1.2, shown by its format as 120 %).

    The two figures beside it tell which it is; lines without them follow the others.
    """
    column = header.figures.get("pct")
    if column is None:
        return list(lines)
    shares: dict[int, bool] = {}
    for line in lines:
        this, last, pct = (line.values[figure] for figure in FIGURES)
        if type(sheet.rows[line.row - 1][column]) is str or not this or not last or not pct:
            continue
        is_share, is_percent = _agrees(pct, this / last, 0.0051), _agrees(pct, 100 * this / last, 0.51)
        if is_share != is_percent:
            shares[line.row] = is_share
    all_shares = bool(shares) and all(shares.values())
    read = []
    for line in lines:
        pct = line.values["pct"]
        numeric = type(sheet.rows[line.row - 1][column]) is not str
        if pct and numeric and shares.get(line.row, all_shares):
            typed = {"pct": shown(sheet.rows[line.row - 1][column])} | line.typed
            line = replace(line, values={**line.values, "pct": round(pct * 100, 9)}, typed=typed)
        read.append(line)
    return read


def _agrees(one: float, other: float, tolerance: float) -> bool:
    return abs(one - other) <= tolerance


def _out_of_order(table: _Table, alignment: Alignment) -> list[Match]:
    """Rows that changed places with others under the same heading: word for word, only once, and no `of which`."""
    rows = alignment.form.rows
    matched = {match.form_row for match in (*alignment.matches, *alignment.ambiguous)}
    above_below = sorted(alignment.matches, key=lambda match: match.first)
    taken = {index for match in (*above_below, *alignment.ambiguous) for index in range(match.first, match.last + 1)}
    claims: dict[int, list[tuple[int, float]]] = {}
    for index, label in enumerate(table.labels):
        if index not in taken and label.text:
            for form_row, score in similar_rows(alignment.form, label.text).items():
                claims.setdefault(form_row, []).append((index, score))
    found = []
    for form_row, claimants in claims.items():
        (index, score), *others = claimants
        text = table.labels[index].text
        if (
            form_row in matched
            or others
            or score < 0.9
            or len(similar_rows(alignment.form, text)) > 1
            or key(text).startswith(_LINKED)
        ):
            continue
        before = [match for match in above_below if match.last < index][-1:]
        after = [match for match in above_below if match.first > index][:1]
        parent = rows[form_row].parent
        siblings = [
            match
            for match in (*before, *after)
            if rows[match.form_row].parent == parent and text[:1] == table.labels[match.first].text[:1]
        ]
        under_parent = bool(before) and (before[0].form_row == parent or rows[before[0].form_row].parent == parent)
        if siblings and under_parent:
            found.append(Match(index, index, form_row, score))
    return found
