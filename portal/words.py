"""What pages say, in Vietnamese and English: the catalogues in `texts/`, one for each subject, and the terminal's."""

from functools import cache
from pathlib import Path

from reference.texts import TERMINAL, filled, texts_of

_CATALOGUES = Path(__file__).with_name("texts")


def says(text: str, language: str, **values: object) -> str:
    """The sentence `text` in `language`. Raises KeyError for one that the catalogues lack."""
    return filled(all_texts()[text][language], values)


@cache
def all_texts() -> dict[str, dict[str, str]]:
    """Every text by its key. Those of the portal come first where the terminal has the same key."""
    found = dict(texts_of(TERMINAL))
    for catalogue in sorted(_CATALOGUES.glob("*.csv")):
        found |= texts_of(catalogue)
    return found
