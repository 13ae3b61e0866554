"""The sentences that people meet, in Vietnamese and English: those of the terminal are in `texts.csv`."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

TERMINAL = Path(__file__).with_name("texts.csv")


@cache
def texts_of(path: Path) -> dict[str, dict[str, str]]:
    """Each text of a catalogue in `vi` and `en`, as it stands there."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["key"]: {"vi": row["vi"], "en": row["en"]} for row in csv.DictReader(lines)}


def say(text: str, language: str, catalogue: Path = TERMINAL, /, **values: object) -> str:
    """The sentence `text` in `language` (`vi` or `en`). Raises KeyError for one that the catalogue lacks."""
    return filled(texts_of(catalogue)[text][language], values)


def filled(sentence: str, values: Mapping[str, object]) -> str:
    """The sentence with its words in braces filled in; `{number:commune|communes}` is the first word for one (a number
    or its figure `1`), the second for any other. Raises KeyError for a word that is not among `values`."""
    # Counting words are few, and the sentences of failures many.
    return _COUNTING.vformat(sentence, (), values) if "|" in sentence else sentence.format_map(values)


class _Counting(Formatter):
    """Formats as str.format does, and knows one from many."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        return one if str(value) == "1" else many


_COUNTING = _Counting()
