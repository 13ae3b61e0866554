"""Terms of office: when each begins, for all communes (`terms.csv`) and where one differs (`commune_terms.csv`)."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def term_starts() -> dict[str, date]:
    """Term -> the first day it has everywhere but where `commune_terms.csv` says otherwise."""
    with (FOLDER / "terms.csv").open(encoding="utf-8", newline="") as lines:
        return {row["term"]: date.fromisoformat(row["starts_on"]) for row in csv.DictReader(lines)}


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
