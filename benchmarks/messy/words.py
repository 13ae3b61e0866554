"""The wordings of `words.yaml`, or of another file like it, by form, block and field."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Wordings = tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One column's wordings: below its group, without a group, and hardly on anybody's list."""

    name: str
    under: Wordings
    alone: Wordings
    odd: Wordings


@dataclass(frozen=True)
class Block:
    """Columns that stand under one group; those of a whole's parts are all there or none."""

    name: str
    group: Wordings
    fields: tuple[Field, ...]
    is_whole: bool


@dataclass(frozen=True)
class Words:
    labels: dict[str, Wordings]
    forms: dict[str, tuple[Block, ...]]
    decoys: dict[str, dict[str, Wordings]]
    short: dict[str, str]


FORMS = ("KN-1", "KN-2", "KN-3", "BD-1")
PUBLISHED = Path(__file__).with_name("words.yaml")


@cache
def load_words(path: Path = PUBLISHED) -> Words:
    """Everything in the file, read once."""
    texts = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Words(
        labels={name: _split(texts[name]) for name in ("STT", "cell_name", "cell_type", "note")},
        forms={form: tuple(_block(name, block) for name, block in texts[form].items()) for form in FORMS},
        decoys={form: {kind: _split(text) for kind, text in texts["decoys"][form].items()} for form in FORMS},
        short=texts["short"],
    )


def _block(name: str, block: dict[str, Any]) -> Block:
    fields = tuple(
        Field(field, _split(given.get("under", "")), _split(given["alone"]), _split(given["odd"]))
        for field, given in block["fields"].items()
    )
    return Block(name, _split(block.get("group", "")), fields, block.get("part", False))


def _split(text: str) -> Wordings:
    return tuple(part.strip() for part in text.split(" | ")) if text else ()
