"""The words of the Data Docs, from `texts.csv` beside this file."""

from pathlib import Path

from reference.texts import say

_CATALOGUE = Path(__file__).with_name("texts.csv")


def says(text: str, language: str, **values: object) -> str:
    """The sentence `text` in `language`. Raises KeyError for one that the catalogue lacks."""
    return say(text, language, _CATALOGUE, **values)
