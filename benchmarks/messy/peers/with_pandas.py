"""pandas, with the header rows guessed as an analyst would: the first rows that are full of words."""

from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.messy.peers.tables import Table
from benchmarks.messy.sheets import letter

# A row of headers fills at least this share of the columns.
_FULL = 0.4


def tables(file: Path) -> list[Table]:
    sheets = pd.read_excel(file, sheet_name=None, header=None, engine="calamine")
    return [found for frame in sheets.values() if (found := _table(frame.to_numpy().tolist())) is not None]


def _table(rows: list[list[Any]]) -> Table | None:
    width = max((sum(_is_there(value) for value in row) for row in rows), default=0)
    first = next((at for at, row in enumerate(rows) if len(_words(row)) >= max(3, _FULL * width)), None)
    if first is None:
        return None
    after = first + 1
    while after < len(rows) and _words(rows[after]) and all(isinstance(v, str) for v in rows[after] if _is_there(v)):
        after += 1
    headers: dict[str, list[str]] = {}
    for depth in range(first, after):
        group = ""
        for place, value in enumerate(rows[depth], 1):
            is_last = depth == after - 1
            group = str(value).strip() if _is_there(value) else group
            if _is_there(value) or (not is_last and _is_there(rows[depth + 1][place - 1])):
                headers.setdefault(letter(place), []).append(group)
    below = [
        (number, {letter(place): value for place, value in enumerate(row, 1)})
        for number, row in enumerate(rows[after:], after + 1)
    ]
    return Table({at: " / ".join(" ".join(text.split()) for text in texts) for at, texts in headers.items()}, below)


def _is_there(value: Any) -> bool:
    return (isinstance(value, str) and bool(value.strip())) or (value is not None and value == value and value != "")


def _words(row: list[Any]) -> list[str]:
    return [value for value in row if isinstance(value, str) and any(letter.isalpha() for letter in value)]
