"""What our documents say. They go to offices that write Vietnamese; `words.csv` has the English beside it."""

from pathlib import Path

from reference.texts import say

CATALOGUE = Path(__file__).with_name("words.csv")


def words(text: str, **values: object) -> str:
    """The Vietnamese words `text`. Raises KeyError for what the catalogue lacks."""
    return say(text, "vi", CATALOGUE, **values)
