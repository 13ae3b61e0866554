"""The sentences that people meet on the terminal, in Vietnamese and English (`texts.csv`)."""

import csv
from functools import cache
from pathlib import Path


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    with Path(__file__).with_name("texts.csv").open(encoding="utf-8", newline="") as lines:
        return {row["key"]: {"vi": row["vi"], "en": row["en"]} for row in csv.DictReader(lines)}


def say(text: str, language: str, **values: object) -> str:
    """The sentence `text` in `language` (`vi` or `en`). Raises KeyError for one that the catalogue lacks."""
    return _catalogue()[text][language].format(**values)
