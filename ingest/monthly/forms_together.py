"""Several forms in one table: the cells named once, and behind one another the columns of the admissions, of the
candidates and of the members."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.container.workbook import Sheet
from ingest.meaning.parts import meant_by
from ingest.monthly.blocks import may_be_name
from ingest.monthly.header_texts import ColumnHeader, without_letters
from ingest.monthly.headers import map_to
from ingest.monthly.tables import Table, find_tables
from reference.fields import MONTHLY_FORMS, fields_of

#: So few columns may be called like another form's.
_ODD_ONES = 2
#: So many columns that are of no other form tell one; offices add a column or two of another form to their own.
_LEAST_OF_A_FORM = 3
#: One of its columns says that the candidates' form is there: a total at the month's end, women and minorities in it
#: are members' as well.
_CANDIDATES = frozenset({"candidate", "introduced", "verification", "complete"})


@dataclass(frozen=True)
class _Run:
    """The columns from `first` to before `end`, all of one form; `is_told`: enough of them are of no other."""

    form: str
    first: int
    end: int
    is_told: bool


def forms_together(sheet: Sheet, tables: Sequence[Table]) -> list[tuple[Sheet, list[Table]]]:
    """`tables` of the sheet; where one of them holds several forms, each of those by itself, on a copy of the sheet
    that has nothing in the columns of the others. Places stay what they are."""
    for table in tables:
        others = [each for each in tables if each is not table]
        for runs in _runs(table):
            parts = [(part, _table_of(run, part, table)) for run in runs if (part := _only(sheet, table, run, runs))]
            found = [(part, of_run) for part, of_run in parts if of_run is not None]
            if len(found) > 1 and len(found) >= sum(run.is_told for run in runs):
                (first, of_first), *rest = found
                return [
                    (first, sorted([of_first, *others], key=lambda each: each.header_first)),
                    *((_without(part, others), [of_run]) for part, of_run in rest),
                ]
    return [(sheet, list(tables))]


def _table_of(run: _Run, part: Sheet, whole: Table) -> Table | None:
    """The table of the run's form on its part of the sheet, where the whole one stands."""
    found = [each for each in find_tables(part) if whole.header_first <= each.header_first <= whole.header_last]
    return found[0] if len(found) == 1 and found[0].mapped.form == run.form else None


def _runs(table: Table) -> Iterator[list[_Run]]:
    """The forms of the table from left to right, where it has more than one: with those of which it has a column or
    two, then without."""
    if len(table.mapped.unmapped) < _LEAST_OF_A_FORM:
        return
    claims = _claims(table.headers)
    only = {index: next(iter(forms)) for index, forms in claims.items() if len(forms) == 1}
    if not any(
        "KN-2" in claims[header.index] and _names_candidates(header)
        for header in table.headers
        if header.index in claims
    ):
        only = {index: form for index, form in only.items() if form != "KN-2"}
    told = {form for form in MONTHLY_FORMS if list(only.values()).count(form) >= _LEAST_OF_A_FORM}
    if len(told) < 2:
        return
    named = {header.index for header in table.headers if may_be_name(header.said[-1])}
    if max({*named, table.mapped.columns.get("cell_name", -1)}) > min(claims):
        # One form has names of its own, which stand beside those of another one.
        return
    end = max(header.index for header in table.headers) + 1
    words = [table.mapped.columns.get(name, -1) for name in ("ordinal", "cell_name", "cell_type")]
    first = 1 + max((column for column in words if column < min(claims)), default=-1)
    for forms in (set(only.values()), told):
        of_groups = _by_group(table.headers, {index: form for index, form in only.items() if form in forms})
        starts = _starts(of_groups)
        if len(starts) == len({form for form, _ in starts}) > 1:
            firsts = [first, *(start for _, start in starts[1:]), end]
            yield [_Run(form, firsts[place], firsts[place + 1], form in told) for place, (form, _) in enumerate(starts)]


def _names_candidates(header: ColumnHeader) -> bool:
    return not _CANDIDATES.isdisjoint(meant_by("KN-2", header.said).concepts)


def _starts(of_groups: Sequence[tuple[int, str]]) -> list[tuple[str, int]]:
    """The forms in the order in which they begin, with their first columns. A column or two of a form far from the
    others of it are somebody else's that are called alike (`Đảng viên nữ`)."""
    stretches = [(form, [column for column, _ in group]) for form, group in groupby(of_groups, lambda each: each[1])]
    most = {form: max(len(columns) for other, columns in stretches if other == form) for form, _ in stretches}
    kept = [(form, columns) for form, columns in stretches if len(columns) == most[form] or len(columns) > _ODD_ONES]
    return [(form, next(iter(group))[1][0]) for form, group in groupby(kept, lambda each: each[0])]


def _claims(headers: tuple[ColumnHeader, ...]) -> dict[int, set[str]]:
    """By column, the forms that understand it as a figure of theirs."""
    claims: dict[int, set[str]] = {}
    for form in MONTHLY_FORMS:
        figures = {field.name for field in fields_of(form) if field.is_number}
        mapped = map_to(form, headers)
        for name, index in mapped.columns.items():
            if name in figures:
                claims.setdefault(index, set()).add(form)
        for name, places in mapped.repeated.items():
            if name in figures:
                for index in places:
                    claims.setdefault(index, set()).add(form)
    return claims


def _by_group(headers: Sequence[ColumnHeader], only: Mapping[int, str]) -> list[tuple[int, str]]:
    """The first column and the form of each group, or column without one, that has columns of one form alone; of a
    group with columns of several, the form of most."""
    found: list[tuple[int, str]] = []
    for _, columns in groupby(headers, lambda header: header.said[0] if len(header.said) > 1 else header.index):
        group = list(columns)
        forms = [only[header.index] for header in group if header.index in only]
        if forms:
            found.append((group[0].index, max(forms, key=forms.count)))
    return found


def _only(sheet: Sheet, table: Table, run: _Run, runs: Sequence[_Run]) -> Sheet:
    """The sheet without the columns of the other runs where the table stands, and without the letters of groups, which
    one group alone would not be known to have."""
    last = _last_row(table)
    gone = [column for each in runs if each is not run for column in range(each.first, each.end)]
    rows = list(sheet.rows)
    for index in range(table.header_first, table.header_last + 1):
        words = without_letters([value if type(value) is str else "" for value in rows[index]])
        rows[index] = [word or value for word, value in zip(words, rows[index], strict=True)]
    for index in range(table.header_first, last + 1):
        rows[index] = ["" if column in gone else value for column, value in enumerate(rows[index])]
    merges = tuple(merge for merge in sheet.merges if not (table.header_first <= merge[0] <= last and merge[1] in gone))
    return replace(sheet, rows=rows, merges=merges)


def _without(sheet: Sheet, tables: Sequence[Table]) -> Sheet:
    rows = list(sheet.rows)
    for table in tables:
        for index in range(table.header_first, _last_row(table) + 1):
            rows[index] = [""] * len(rows[index])
    return replace(sheet, rows=rows)


def _last_row(table: Table) -> int:
    return max((row.row for row in table.rows), default=table.header_last)
