"""What a reader made of workbooks, against what is true of them.

Every value of the truth is right, unread (nothing said of it) or wrong; a value read where none stands is wrong, too.
A workbook is exact when its commune, its month and every value are right and nothing is wrong. Where the truth says
that a column is ambiguous, leaving it unread is right.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.messy import truth
from benchmarks.messy.readers import Reader

# Shown with one decimal place.
_TOLERANCE = 0.051
Found = dict[str, Any]


@dataclass(frozen=True)
class Wrong:
    """A value under a field that is not its own, or that is not the sheet's."""

    file: str
    form: str
    at: str
    field: str
    header: str
    taken_from: str
    true: str
    read: str
    inferred: bool


@dataclass
class Score:
    """Counts over the workbooks of one class."""

    workbooks: int = 0
    exact: int = 0
    identified: int = 0
    right: int = 0
    unread: int = 0
    right_inferred: int = 0
    forms: int = 0
    forms_unread: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    unread_columns: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unread_reasons: Counter[str] = field(default_factory=Counter)

    def as_figures(self) -> dict[str, Any]:
        values = self.right + self.unread + len(self.wrong)
        return {
            "workbooks": self.workbooks,
            "exact": self.exact,
            "exact_pct": _percent(self.exact, self.workbooks),
            "commune_and_month": self.identified,
            "forms": self.forms,
            "forms_unread": self.forms_unread,
            "values": values,
            "right": self.right,
            "right_pct": _percent(self.right, values),
            "right_inferred": self.right_inferred,
            "unread": self.unread,
            "unread_pct": _percent(self.unread, values),
            "wrong": len(self.wrong),
            "wrong_pct": _percent(len(self.wrong), values),
            "wrong_inferred": sum(wrong.inferred for wrong in self.wrong),
        }


def score(folder: Path, reader: Reader) -> dict[str, Score]:
    """The scores of every class, and of every variant of one, below a folder that `generate` wrote."""
    places = sorted(folder.rglob("truth.json"))
    known = [truth.load(place) for place in places]
    files = [place.parent / workbook.file for place, workbook in zip(places, known, strict=True)]
    scores: dict[str, Score] = {}
    for workbook, file, found in zip(known, files, reader(files), strict=True):
        for name in {workbook.kind, f"{workbook.kind}/{workbook.variant}".strip("/")}:
            _compare(workbook, str(file.relative_to(folder)), found, scores.setdefault(name, Score()))
    return scores


def _compare(known: truth.Workbook, file: str, found: Found, into: Score) -> None:
    before = into.unread, len(into.wrong)
    read = {form["form"]: form for form in found.get("forms", ())}
    for form in known.forms:
        into.forms += 1
        of_form = read.pop(form.form, None)
        if of_form is None:
            into.forms_unread += 1
            reasons = {p["code"] for p in found.get("problems", ()) if p.get("severity") != "info"}
            into.unread_reasons.update(reasons)
        _compare_form(form, file, of_form or {}, into)
    for form_name, of_form in read.items():
        into.wrong += _invented(file, form_name, of_form, _lines(of_form).items())
    commune = (found.get("commune") or {}).get("code")
    identified = commune == known.commune_code and found.get("month") == known.month
    into.workbooks += 1
    into.identified += identified
    into.exact += identified and before == (into.unread, len(into.wrong))


def _compare_form(form: truth.Form, file: str, found: Found, into: Score) -> None:
    lines = _lines(found)
    inferred, taken = _inferred(found), _headers(found, form)
    columns = {column.field: column for column in form.columns if column.field is not None}
    seen: set[str] = set()
    for line in form.lines:
        of_line = lines.pop(line.row, {})
        values = {name: item.value for name, item in line.values.items()}
        if line.name is not None:
            values["cell_name"] = line.name
        for name, value in values.items():
            column = columns[name]
            if name not in of_line or (of_line[name] is None and value is not None):
                # An ambiguous column that is left alone is as it should be.
                into.right += column.ambiguous
                into.unread += not column.ambiguous
                continue
            seen.add(name)
            if _is_same(value, of_line[name]):
                into.right += 1
                into.right_inferred += name in inferred
            else:
                what = (column.header, taken.get(name, ""), str(value), str(of_line[name]), name in inferred)
                into.wrong.append(Wrong(file, form.form, f"{column.letter}{line.row}", name, *what))
        extra = {name: value for name, value in of_line.items() if name not in values}
        into.wrong += _invented(file, form.form, found, [(line.row, extra)], form)
    into.wrong += _invented(file, form.form, found, lines.items(), form)
    if found and form.lines:
        missed = [column for name, column in columns.items() if name not in seen and not column.ambiguous]
        into.unread_columns.update((form.form, column.header, str(column.field)) for column in missed)


def _lines(found: Found) -> dict[int, dict[str, Any]]:
    """What was read of the rows that were taken for cells or classes, with the name as a value among the others.

    A reader that names its columns has read nothing of a field that is not among them.
    """
    rows = {}
    for line in found.get("lines", ()):
        if line["kind"] in ("cell", "class"):
            read = {name: value for name, value in line["values"].items() if name in found.get("columns", {name})}
            rows[line["row"]] = read | ({"cell_name": line["cell_name"]} if line.get("cell_name") is not None else {})
    return rows


def _invented(
    file: str,
    form: str,
    found: Found,
    lines: Iterable[tuple[int, dict[str, Any]]],
    known: truth.Form | None = None,
) -> Iterator[Wrong]:
    """Counts read under a field that the sheet does not have, or in a row that is no cell's."""
    inferred, taken = _inferred(found), _headers(found, known)
    for row, values in lines:
        for name, value in values.items():
            if value is not None and not isinstance(value, str):
                at = f"{found.get('columns', {}).get(name, '?')}{row}"
                yield Wrong(file, form, at, name, "", taken.get(name, ""), "none", str(value), name in inferred)


def _headers(found: Found, known: truth.Form | None) -> dict[str, str]:
    """The wording of the column from which each field was read."""
    headers = {column.letter: column.header for column in known.columns} if known else {}
    return {name: headers.get(letter, letter) for name, letter in found.get("columns", {}).items()}


def _inferred(found: Found) -> set[str]:
    """Fields that were read by more than their words."""
    return {given["field"] for given in found.get("inferred", {}).values()}


def _is_same(true: Any, read: Any) -> bool:
    if true is None or read is None or isinstance(true, bool) or isinstance(read, bool):
        return true is read
    if isinstance(true, int | float):
        return isinstance(read, int | float) and math.isclose(true, read, abs_tol=_TOLERANCE)
    return _plain(true) == _plain(read)


def _plain(text: Any) -> str:
    if isinstance(text, date):
        text = text.isoformat()
    return " ".join(unicodedata.normalize("NFC", str(text)).split()).casefold()


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def as_json(scores: dict[str, Score]) -> dict[str, Any]:
    """Figures by class, every wrong value, and the unread columns, most frequent first."""
    whole = {name: found for name, found in sorted(scores.items()) if "/" not in name}
    unread: dict[tuple[str, str, str], dict[str, int]] = {}
    for name, found in whole.items():
        for column, count in found.unread_columns.items():
            unread.setdefault(column, {})[name] = count
    return {
        "classes": {name: found.as_figures() for name, found in sorted(scores.items())},
        "wrong": [asdict(wrong) for found in whole.values() for wrong in found.wrong],
        "unread_columns": [
            {"form": form, "header": header, "field": name, "workbooks": sum(counts.values()), "classes": counts}
            for (form, header, name), counts in sorted(
                unread.items(), key=lambda given: (-sum(given[1].values()), given[0])
            )
        ],
        "unread_forms": {name: dict(found.unread_reasons.most_common()) for name, found in whole.items()},
    }
