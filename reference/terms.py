"""Terms of office: when each begins, for all communes (`terms.csv`) and where one differs (`commune_terms.csv`)."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from reference.texts import say
from reference.trouble import Trouble

FOLDER = Path(__file__).parent


class BadTerms(Trouble, ValueError):
    """The terms of `terms.csv` and `commune_terms.csv` cannot all hold. `text` is the key of the sentence that says
    why (in texts.csv), `values` what it names."""

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(f"{text}: {values}")
        self.text = text
        self.values = values

    def sentence(self, language: str) -> str:
        return say(self.text, language, **self.values)


@dataclass(frozen=True)
class _Span:
    """A term as a list gives it, its days inclusive; `place` is the list and its line. Without a last day it lasts
    until the next one begins."""

    term: str
    first: date
    last: date | None
    place: str

    def __str__(self) -> str:
        return f"{self.term} ({self.first:%d/%m/%Y} – {f'{self.last:%d/%m/%Y}' if self.last else '…'})"


def check_terms(folder: Path | None = None) -> None:
    """Raises BadTerms where a term ends before it begins, stands twice, or overlaps another one: for everybody, or
    for a commune whose terms begin on days of their own. `folder` holds the lists (by default this one)."""
    folder = folder or FOLDER
    usual = _spans(folder / "terms.csv").get("", {})
    _hold_together(usual.values())
    lasting = {term: replace(span, last=None) for term, span in usual.items()}
    for own in _spans(folder / "commune_terms.csv").values():
        for span in own.values():
            if span.term not in usual:
                raise BadTerms("error_term_unknown", place=span.place, term=span.term, other=", ".join(usual))
        _hold_together((lasting | own).values())


def _hold_together(spans: Iterable[_Span]) -> None:
    before: _Span | None = None
    for span in sorted(spans, key=lambda each: each.term):
        if span.last is not None and span.last < span.first:
            raise BadTerms("error_term_backwards", place=span.place, term=str(span))
        if before is not None and span.first <= (before.last or before.first):
            own = span if span.place.startswith("commune_") else before
            raise BadTerms("error_terms_overlap", place=own.place, term=str(before), other=str(span))
        before = span


def _spans(path: Path) -> dict[str, dict[str, _Span]]:
    """Commune code (none: everybody) -> term -> its days."""
    found: dict[str, dict[str, _Span]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            term, place = row["term"], f"{path.name}:{number}"
            of_commune = found.setdefault(row.get("commune_code", ""), {})
            if term in of_commune:
                raise BadTerms("error_term_twice", place=place, term=term)
            last = date.fromisoformat(row["ends_on"]) if row["ends_on"] else None
            of_commune[term] = _Span(term, date.fromisoformat(row["starts_on"]), last, place)
    return found


@cache
def term_starts() -> dict[str, date]:
    """Term -> the first day it has everywhere but where `commune_terms.csv` says otherwise."""
    with (FOLDER / "terms.csv").open(encoding="utf-8", newline="") as lines:
        return {row["term"]: date.fromisoformat(row["starts_on"]) for row in csv.DictReader(lines)}


@cache
def first_month() -> date:
    """The first month that the warehouse knows of: January of the year in which the first term begins (dim_month)."""
    return min(term_starts().values()).replace(month=1, day=1)


@cache
def _own_starts() -> dict[tuple[str, str], date]:
    with (FOLDER / "commune_terms.csv").open(encoding="utf-8", newline="") as lines:
        return {
            (row["commune_code"], row["term"]): date.fromisoformat(row["starts_on"]) for row in csv.DictReader(lines)
        }


def is_first_of_a_term(month: date, commune_code: str) -> bool:
    """True when one of the commune's terms begins in `month`: cumulative figures of the term start again."""
    starts = (_own_starts().get((commune_code, term), usual) for term, usual in term_starts().items())
    return any(start.replace(day=1) == month for start in starts)
