"""The commission's own workbook of targets (form CT-1): per commune the term's target and each year's."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from ingest.container.workbook import Sheet
from ingest.identity.identify import described, gazetteer, spelt_as_in, under_committee
from ingest.meaning.header_text import undated
from ingest.model import FormReading, Line, Problem, TargetLine, Value
from ingest.monthly.header_texts import ColumnHeader, column_headers
from ingest.monthly.row_kinds import is_number_row
from ingest.problems import problem
from ingest.values.numbers import Unreadable, count, is_blank, looks_like_figure
from ingest.values.text import address, clean, column_letter, key
from reference.communes import Commune
from reference.fields import fields_of
from reference.terms import term_starts

FORM = "CT-1"
_TERM = re.compile(r"nhiem ky (20\d\d) (20\d\d)")
_YEAR = re.compile(r"(?:(?:chi tieu|ke hoach|kh|ct|duoc giao|giao) )*(?:nam )?(20\d\d)")
_EFFECTIVE = re.compile(
    r"(?:hieu luc|ap dung|thuc hien)(?: thi hanh)?(?: ke)?(?: tu)?(?: ngay)?"
    r"(?: (\d{1,2}))? (?:thang )?(\d{1,2}) (?:nam )?(20\d\d)\b"
)
#: What a table of targets calls itself, in its title or over its columns.
_TARGET_WORDS = ("chi tieu", "ke hoach ket nap")
_TOTALS = ("tong", "cong")
_TALLEST_HEADER = 3


@dataclass(frozen=True)
class TargetsReading:
    """A CT-1 sheet: as a form (for people to see) and as target lines with their commune."""

    form: FormReading
    targets: tuple[TargetLine, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Header:
    first: int
    last: int
    name_column: int
    columns: dict[str, int]
    unmapped: dict[int, str]
    texts: tuple[str, ...]


@cache
def _words_of(field_name: str) -> frozenset[str]:
    return frozenset(
        key(word)
        for field in fields_of(FORM)
        if field.name == field_name
        for word in (field.header_vi, *field.header_words)
    )


def read_targets(sheet: Sheet, scope: str) -> TargetsReading | None:
    """The targets on `sheet`; None when it is no CT-1."""
    header = _find_header(sheet)
    if header is None:
        return None
    titles = [clean(value) for row in sheet.rows[: header.first] for value in row if isinstance(value, str) and value]
    said = [*titles, *header.texts]
    if not any(word in key(text) for text in said for word in _TARGET_WORDS):
        return None
    problems: list[Problem] = []
    term = _term(said)
    if term is None:
        problems.append(problem("term_unknown", form=FORM, sheet=sheet.name))
    elif term not in term_starts():
        problems.append(_bad_term(term, sheet, header))
    effective_on = _effective_day(titles)
    if effective_on is None and term in term_starts():
        effective_on = term_starts()[term]
        problems.append(problem("effective_day_assumed", form=FORM, sheet=sheet.name, found=f"{effective_on:%d/%m/%Y}"))
    outside = _years_outside(header, term)
    problems += [
        problem(
            "target_year_outside_term",
            form=FORM,
            sheet=sheet.name,
            cell=address(header.last, header.columns[field]),
            field=field,
            found=field.removeprefix("year_target_"),
            expected=term,
        )
        for field in outside
    ]
    lines: list[Line] = []
    targets: list[TargetLine] = []
    for index in range(header.last + 1, len(sheet.rows)):
        row = sheet.rows[index]
        named = row[header.name_column]
        name = clean(named) if isinstance(named, str) else ""
        label = name or " ".join(clean(v) for v in row[: header.name_column] if isinstance(v, str))
        if is_number_row(row, header.name_column) or not any(
            looks_like_figure(row[column]) for column in header.columns.values()
        ):
            continue
        values: dict[str, Value] = {}
        for field, column in header.columns.items():
            value = count(row[column])
            if isinstance(value, Unreadable):
                problems.append(
                    problem(
                        "value_unread",
                        form=FORM,
                        sheet=sheet.name,
                        cell=address(index, column),
                        field=field,
                        found=value.found,
                    )
                )
                value = None
            values[field] = value
        is_total = key(label).startswith(_TOTALS)
        lines.append(Line(index + 1, "total" if is_total else "cell", None, label, None, None, values))
        if is_total or term is None:
            continue
        commune = _commune(name, titles, scope, effective_on)
        if not isinstance(commune, Commune):
            code, expected = commune
            place = address(index, header.name_column)
            problems.append(problem(code, form=FORM, sheet=sheet.name, cell=place, found=label, expected=expected))
            continue
        taken = {field: value for field, value in values.items() if field not in outside}
        targets += _target_lines(sheet.name, index, header, taken, commune, term, effective_on)
    if not lines:
        problems.append(problem("targets_empty", form=FORM, sheet=sheet.name))
    form = FormReading(
        form=FORM,
        sheet=sheet.name,
        header_rows=tuple(range(header.first + 1, header.last + 2)),
        columns={field: column_letter(column) for field, column in header.columns.items()},
        headers={},
        unmapped={column_letter(column): text for column, text in header.unmapped.items()},
        lines=tuple(lines),
    )
    return TargetsReading(form, tuple(targets), tuple(problems))


def _find_header(sheet: Sheet) -> _Header | None:
    for index, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and key(value) in _words_of("commune_name"):
                header = _header_around(sheet, index, column)
                if header is not None:
                    return header
    return None


def _header_around(sheet: Sheet, anchor: int, name_column: int) -> _Header | None:
    """The header block that starts in the row of the name column's word."""
    last = anchor
    while (
        last + 1 < len(sheet.rows)
        and last - anchor < _TALLEST_HEADER - 1
        and is_blank(sheet.rows[last + 1][name_column])
        and any(isinstance(value, str) and not is_blank(value) for value in sheet.rows[last + 1])
        and not is_number_row(sheet.rows[last + 1], name_column)
    ):
        last += 1
    columns: dict[str, int] = {}
    unmapped: dict[int, str] = {}
    headers = column_headers(sheet.rows, sheet.merges, anchor, last)
    for header in headers:
        if header.index == name_column:
            continue
        field = _field_of(header)
        if field is None:
            unmapped[header.index] = header.shown
        elif field not in ("ordinal", "note"):
            columns.setdefault(field, header.index)
    if not columns:
        return None
    return _Header(anchor, last, name_column, columns, unmapped, tuple(header.shown for header in headers))


def _field_of(header: ColumnHeader) -> str | None:
    last = key(header.texts[-1])
    if match := _YEAR.fullmatch(last):
        return f"year_target_{match[1]}"
    for field in ("term_target", "ordinal", "note"):
        if undated(last) in _words_of(field):
            return field
    return None


def _term(titles: Iterable[str]) -> str | None:
    for title in titles:
        if match := _TERM.search(key(title)):
            return f"{match[1]}-{match[2]}"
    return None


def _bad_term(term: str, sheet: Sheet, header: _Header) -> Problem:
    """The term is none of those known: it overlaps some of them, or lies before or after them all."""
    first, last = term.split("-")
    known = [other.split("-") for other in term_starts()]
    overlapped = [f"{since}–{until}" for since, until in known if first < until and since < last]
    places = (
        address(row, column)
        for row, values in enumerate(sheet.rows[: header.last + 1])
        for column, value in enumerate(values)
        if isinstance(value, str) and _term([value]) == term
    )
    return problem(
        "term_overlaps" if overlapped else "term_not_listed",
        form=FORM,
        sheet=sheet.name,
        cell=next(places, None),
        found=f"{first}–{last}",
        expected=", ".join(overlapped) or ", ".join(f"{since}–{until}" for since, until in known),
    )


def _years_outside(header: _Header, term: str | None) -> list[str]:
    """The columns of years that are not the term's; its first and last year are half years of it."""
    if term is None:
        return []
    first, last = map(int, term.split("-"))
    years = [field for field in header.columns if field.startswith("year_target_")]
    return [field for field in years if not first <= int(field.removeprefix("year_target_")) <= last]


def _effective_day(titles: Iterable[str]) -> date | None:
    for title in titles:
        if match := _EFFECTIVE.search(key(title)):
            try:
                return date(int(match[3]), int(match[2]), int(match[1] or 1))
            except ValueError:
                # `31/02/2016`: no day, and none is guessed.
                continue
    return None


def _commune(name: str, titles: Sequence[str], scope: str, day: date | None) -> Commune | tuple[str, str | None]:
    """The commune of a target line: by unit type and name, else by the bare name, among those in scope; if several
    fit, the one under the committee that issues the table. Where none is clear, the code of the problem and what was
    expected."""
    names = gazetteer(scope)
    words = key(name)
    for before in ("dang bo ", "dang uy "):
        words = words.removeprefix(before)
    if "," in name and words not in names.by_phrase:
        # `Xã Tân Minh, Huyện Sóc Sơn`: the unit above tells it from its namesakes.
        own, above = name.split(",", 1)
        words, titles = key(own), [above]
    found = list(names.by_phrase.get(words, ()))
    found = spelt_as_in(found or list(names.by_bare_name.get(words, ())), [name])
    valid = [commune for commune in found if day is None or commune.is_valid_in(day)]
    if len({(commune.code, commune.name) for commune in valid}) > 1:
        valid = under_committee(valid, titles, scope)
    choices = sorted({described(commune) for commune in valid})
    if len({(commune.code, commune.name) for commune in valid}) > 1:
        return "target_commune_ambiguous", "; ".join(choices)
    if valid:
        return valid[0]
    if found:
        return "target_commune_not_then", f"{day:%d/%m/%Y}"
    if not found and words in names.by_phrase_anywhere:
        return "target_commune_outside_scope", scope
    return "target_commune_unknown", None


def _target_lines(
    sheet: str,
    row: int,
    header: _Header,
    values: dict[str, Value],
    commune: Commune,
    term: str,
    effective_on: date | None,
) -> Sequence[TargetLine]:
    return [
        TargetLine(
            sheet=sheet,
            row=row + 1,
            cell=address(row, header.columns[field]),
            commune_key=commune.key,
            commune_code=commune.code,
            commune_name=commune.name,
            term=term,
            year=int(field.removeprefix("year_target_")) if field != "term_target" else None,
            target=int(value) if value is not None else None,
            effective_on=effective_on,
        )
        for field, value in values.items()
    ]
