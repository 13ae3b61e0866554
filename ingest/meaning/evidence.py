"""What speaks for a column's field, as sentences (`reference/texts.csv`)."""

from collections.abc import Sequence

from ingest.model import Evidence
from reference.texts import say


def evidence(field: str, text: str, **values: object) -> Evidence:
    """The evidence for `field` that the text `evidence_…` tells."""
    return Evidence(field, say(text, "vi", **values), say(text, "en", **values))


def by_words(field: str) -> Evidence:
    """The header's words mean the field, part by part."""
    return evidence(field, "evidence_words")


def one_of_several(field: str, headers: Sequence[str]) -> Evidence:
    """Several columns' words mean the field."""
    return evidence(field, "evidence_several", headers=", ".join(f"“{each}”" for each in headers))
