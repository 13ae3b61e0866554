"""How a clerk spells a text: capitals, accents left out, lines broken, words hyphenated, a letter wrong."""

import unicodedata
from functools import cache
from random import Random

from tests.ingest.variant_words import GROUPS, WORDS


def without_accents(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def respelt(rng: Random, deviations: set[str], text: str) -> str:
    """`text` as the clerk's habits make it."""
    if "header: misspelt" in deviations and "." not in text and rng.random() < 0.15:
        text = misspelt(rng, text)
    if "header: upper" in deviations:
        text = text.upper()
    if "header: no accents" in deviations:
        text = without_accents(text)
    if "header: broken lines" in deviations and " " in text and rng.random() < 0.6:
        words = text.split(" ")
        place = rng.randint(1, len(words) - 1)
        parting = rng.choice(("\n", "\n", " \n", "\r\n"))
        text = " ".join(words[:place]) + parting + " ".join(words[place:])
    if "header: hyphens" in deviations and " " in text and rng.random() < 0.3 and not any(map(str.isdigit, text)):
        first, rest = text.split(" ", 1)
        text = first + rng.choice(("-", " - ", "-\n")) + rest
    if "header: colon or star" in deviations and rng.random() < 0.3:
        text += rng.choice((":", " (*)", " (người)", "."))
    return text


def misspelt(rng: Random, text: str) -> str:
    """`text` with one letter wrong, left out, doubled or swapped; as it is when that could be taken for another."""
    places = [place for place in range(1, len(text) - 1) if text[place].isalpha() and text[place - 1].isalpha()]
    if len(text) < 6 or not places or any(map(str.isdigit, text)):
        return text
    place = rng.choice(places)
    match rng.choice(("drop", "double", "swap", "accent")):
        case "drop":
            wrong = text[:place] + text[place + 1 :]
        case "double":
            wrong = text[:place] + text[place] + text[place:]
        case "swap" if text[place + 1].isalpha():
            wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        case _:
            wrong = text[:place] + without_accents(text[place]) + text[place + 1 :]
    return text if _confusable(text, wrong) else wrong


@cache
def _known() -> frozenset[str]:
    """Every whole word that a header of any form may hold, in small letters without accents."""
    words = {word for form in WORDS.values() for words in form.values() for word in words.plain}
    words |= {word for groups in GROUPS.values() for group in groups for word in group.plain}
    return frozenset(without_accents(word).lower() for word in words)


def _confusable(text: str, wrong: str) -> bool:
    """True when the wrong spelling is as near to another word as to its own."""
    plain, own = without_accents(wrong).lower(), without_accents(text).lower()
    away = _distance(plain, own)
    near = (other for other in _known() if other != own and abs(len(other) - len(plain)) <= away)
    return any(_distance(plain, other) <= away for other in near)


def _distance(one: str, other: str) -> int:
    """Edits between two texts (a swap of neighbours counts as one)."""
    before: list[int] = []
    line = list(range(len(other) + 1))
    for i, first in enumerate(one, start=1):
        last, before_last = line, before
        line = [i]
        for j, second in enumerate(other, start=1):
            best = min(last[j] + 1, line[j - 1] + 1, last[j - 1] + (first != second))
            if i > 1 and j > 1 and first == other[j - 2] and one[i - 2] == second:
                best = min(best, before_last[j - 2] + 1)
            line.append(best)
        before = last
    return line[-1]
