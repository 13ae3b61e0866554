"""What must hold between the rows of an official form, as the rules of `official_forms.csv` say."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from ingest.monthly.identities import Identity
from ingest.official_forms.rows import FormRow, OfficialForm, official_forms
from reference.communes import FOLDER

_MARKER = re.compile(r"(\w{1,3})\s*[-.)]")
#: `= A + B - C`, by the markers of other rows.
_OF_ROWS = re.compile(r"= (\w+(?: [+-] \w+)+)")
_OF_CHILDREN = "= sum of the three +"
#: `ages = I`: all rows with this rule together.
_GROUP = re.compile(r"\w+ = (\w+)")
_AT_MOST = re.compile(r"(?:sum )?<= (\w+)")


@cache
def identities_of(form: str) -> tuple[Identity, ...]:
    """The sums of `form` (the whole first) and what is at most another indicator."""
    rows = official_forms()[form]
    rules = _rules(form)
    return tuple(_identities(rows, rules))


def _rules(form: str) -> dict[str, list[str]]:
    with (FOLDER / "official_forms.csv").open(encoding="utf-8", newline="") as lines:
        return {row["field"]: row["rule"].split("; ") for row in csv.DictReader(lines) if row["form"] == form}


def _identities(form: OfficialForm, rules: dict[str, list[str]]) -> Iterator[Identity]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in form.rows:
        for rule in rules[row.field] if row.field else ():
            if rule == _OF_CHILDREN:
                parts = [other.field for other in form.rows if other.parent == row.index]
                yield _sum(row.field, [(part, 1) for part in parts])
            elif found := _OF_ROWS.fullmatch(rule):
                terms = f"+ {found[1]}".split()
                signs = (1 if sign == "+" else -1 for sign in terms[::2])
                yield _sum(
                    row.field, [(_marked(form, row, name), sign) for name, sign in zip(terms[1::2], signs, strict=True)]
                )
            elif found := _GROUP.fullmatch(rule):
                groups[rule, _marked(form, row, found[1])].append(row.field)
            elif found := _AT_MOST.fullmatch(rule):
                yield Identity("at most", (row.field, _marked(form, row, found[1])))
    for (_, whole), parts in groups.items():
        yield _sum(whole, [(part, 1) for part in parts])


def _sum(whole: str, parts: list[tuple[str, int]]) -> Identity:
    return Identity("sum", (whole, *(name for name, _ in parts)), (-1, *(sign for _, sign in parts)))


def _marked(form: OfficialForm, row: FormRow, name: str) -> str:
    """The field of the row that a rule of `row` calls by its marker: below it, above it, or one of the form's main."""
    marked = [other for other in form.rows if (found := _MARKER.match(other.label)) and found[1] == name]
    for other in (
        *(other for other in marked if other.parent == row.index),
        *(other for other in marked if other.index == row.parent),
        *(other for other in marked if other.parent is None),
    ):
        return other.field
    raise ValueError(f"{form.form}: no row {name} for {row.label}")
