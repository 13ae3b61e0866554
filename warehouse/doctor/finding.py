"""What was found of one thing."""

from dataclasses import dataclass

from reference.texts import say


@dataclass(frozen=True)
class Finding:
    """One check: its sentence, and whether it is in order. A note is in order, and still worth a look."""

    sentence: str
    is_good: bool
    is_note: bool = False


def good(text: str, language: str, **values: object) -> Finding:
    return Finding(say(text, language, **values), is_good=True)


def note(text: str, language: str, **values: object) -> Finding:
    return Finding(say(text, language, **values), is_good=True, is_note=True)


def bad(text: str, language: str, **values: object) -> Finding:
    return Finding(say(text, language, **values), is_good=False)
