"""The sentences that people meet, in Vietnamese and English: those of the terminal are in `texts.csv`."""

import csv
from functools import cache
from pathlib import Path

TERMINAL = Path(__file__).with_name("texts.csv")


@cache
def _catalogue(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["key"]: {"vi": row["vi"], "en": row["en"]} for row in csv.DictReader(lines)}


def say(text: str, language: str, catalogue: Path = TERMINAL, **values: object) -> str:
    """The sentence `text` in `language` (`vi` or `en`). Raises KeyError for one that the catalogue lacks."""
    return _catalogue(catalogue)[text][language].format(**values)
