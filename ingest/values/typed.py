"""What stood in a cell, as typed: kept only where it is something else than a plain number that reads as the value."""

import unicodedata
from functools import lru_cache

from ingest.values.numbers import Raw, Unreadable, is_blank, shown

#: Longer texts are cut: a figure's cell that holds a letter to somebody is quoted no further.
_LONGEST = 120


def as_typed(raw: Raw, value: object, *, as_percent: bool = False) -> str | None:
    """The cell's text as a person sees it, its blanks included (`-`, `1.234`, `2 `); None for a blank cell and for a
    number that is the value itself.

    `value` is what was read (None or Unreadable: nothing); `as_percent`: the cell shows 1.85 as 185%.
    """
    if isinstance(raw, str):
        return _quoted(raw)
    if raw is None:
        return None
    if as_percent and isinstance(raw, float):
        text = f"{round(100 * raw, 6):.15g}%"
    elif isinstance(raw, bool) or isinstance(value, (bool, Unreadable)) or raw != value:
        text = shown(raw)
    else:
        return None
    return _cut(text)


@lru_cache(maxsize=8192)
def _quoted(raw: str) -> str | None:
    return None if is_blank(raw) else _cut(unicodedata.normalize("NFC", raw))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
