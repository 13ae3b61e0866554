"""What stood in a cell, as typed: kept only where it is something else than a plain number that reads as the value."""

import unicodedata

from ingest.values.numbers import Raw, Unreadable, is_blank, shown

#: Longer texts are cut: a figure's cell that holds a letter to somebody is quoted no further.
_LONGEST = 120


def as_typed(raw: Raw, value: object, *, as_percent: bool = False) -> str | None:
    """The cell's text as a person sees it, its blanks included (`-`, `1.234`, `2 `); None for a blank cell and for a
    number that is the value itself.

    `value` is what was read (None or Unreadable: nothing); `as_percent`: the cell shows 1.85 as 185%.
    """
    if is_blank(raw):
        return None
    if isinstance(raw, str):
        text = unicodedata.normalize("NFC", raw)
    elif as_percent and isinstance(raw, float):
        text = f"{round(100 * raw, 6):.15g}%"
    elif isinstance(raw, bool) or isinstance(value, (bool, Unreadable)) or raw != value:
        text = shown(raw)
    else:
        return None
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
