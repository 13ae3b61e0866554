"""The catalogue of what the reader may have to say, in Vietnamese and English (`problems.csv`)."""

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.model import Evidence, Problem
from ingest.values.numbers import UNDER_A_MERGE


@dataclass(frozen=True)
class ProblemText:
    code: str
    severity: str
    expected: str
    vi: str
    en: str


@cache
def catalogue() -> dict[str, ProblemText]:
    """Every problem code with its severity and sentences."""
    with Path(__file__).with_name("problems.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: ProblemText(**row) for row in csv.DictReader(lines)}


#: What is said of a cell that does not hold what it should; when it holds a formula without a result, this instead.
_OF_A_CELL = frozenset({"value_unread", "number_unread", "percent_unread", "flag_unread", "date_unread"})
_OF_A_FORMULA = "formula_unsolved"
_OF_A_COVERED_CELL = "value_covered"
#: What a cell holds is quoted in a message up to this many characters.
_LONGEST_QUOTE = 120


def problem(
    code: str,
    *,
    form: str | None = None,
    sheet: str | None = None,
    cell: str | None = None,
    field: str | None = None,
    found: str | None = None,
    expected: str | None = None,
    row: int | None = None,
    sentence: str | None = None,
    evidence: Evidence | None = None,
) -> Problem:
    """A problem with its sentences filled in; `sentence` is the code of others that say the same more exactly,
    `evidence` what speaks for it. Raises KeyError for a code that the catalogue lacks."""
    if found is not None and len(found) > _LONGEST_QUOTE:
        found = found[: _LONGEST_QUOTE - 1] + "…"
    return _problem(code, form, sheet, cell, field, found, expected, row, sentence, evidence)


@lru_cache(maxsize=4096)
def _problem(
    code: str,
    form: str | None,
    sheet: str | None,
    cell: str | None,
    field: str | None,
    found: str | None,
    expected: str | None,
    row: int | None,
    sentence: str | None,
    evidence: Evidence | None,
) -> Problem:
    """Kept for what was said last: of a commune's sheets much is said every month."""
    text = catalogue()[code]
    words = {
        "form": form or "",
        "sheet": sheet or "",
        "cell": cell or "",
        "found": found or "",
        "expected": expected or "",
        "row": str(row or ""),
        "evidence_vi": evidence.vi if evidence else "",
        "evidence_en": evidence.en if evidence else "",
        "place_vi": f"Trang “{sheet}”, ô {cell}: " if sheet and cell else "",
        "place_en": f"Sheet “{sheet}”, cell {cell}: " if sheet and cell else "",
    }
    sentences = catalogue()[sentence] if sentence else text
    if code in _OF_A_CELL and found is not None:
        if found.startswith("="):
            sentences = catalogue()[_OF_A_FORMULA]
        elif UNDER_A_MERGE in found:
            sentences = catalogue()[_OF_A_COVERED_CELL]
    return Problem(
        code=code,
        severity=text.severity,
        form=form,
        sheet=sheet,
        cell=cell,
        field=field,
        found=found,
        expected=expected or text.expected.format_map(words) or None,
        message_vi=sentences.vi.format_map(words),
        message_en=sentences.en.format_map(words),
    )
