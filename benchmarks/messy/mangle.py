"""What haste does to a header: accents left out, slips of the finger, abbreviations, line breaks."""

import re
import unicodedata
from random import Random


def without_accents(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def misspelt(rng: Random, text: str) -> str:
    """One slip in one longer word: a letter too few, two letters changed about, or an accent forgotten."""
    long_words = [match for match in re.finditer(r"[^\W\d_]{4,}", text) if not match[0].isupper()]
    if not long_words:
        return text
    word = rng.choice(long_words)
    at = rng.randrange(1, len(word[0]) - 1)
    slip = rng.choice(("lost", "changed", "accent", "accent"))
    if slip == "accent":
        wrong = without_accents(word[0])
    elif slip == "lost":
        wrong = word[0][:at] + word[0][at + 1 :]
    else:
        wrong = word[0][:at] + word[0][at + 1] + word[0][at] + word[0][at + 2 :]
    return text[: word.start()] + wrong + text[word.end() :]


def shortened(text: str, abbreviations: dict[str, str]) -> str:
    """Every phrase with a usual abbreviation, abbreviated."""
    for long, short in abbreviations.items():
        text = re.sub(rf"\b{long}\b", short, text, flags=re.IGNORECASE)
    return text


def broken(rng: Random, text: str) -> str:
    """Over two lines within the cell."""
    parts = text.split(" ")
    if len(parts) < 2:
        return text
    at = rng.randrange(1, len(parts))
    return " ".join(parts[:at]) + "\n" + " ".join(parts[at:])
