"""Whether a word is another one that was misspelt by a letter."""

import re
from collections.abc import Iterable
from functools import lru_cache

#: A word shorter than this is not taken for a misspelling: `nu`, `di`, `den` are too close to others.
_SHORTEST_MISSPELT = 4
#: A word that is cut short has at most this many letters left.
LONGEST_START = 3


def with_a_letter_less(word: str) -> set[str]:
    """The word without its first letter, without its second …"""
    return {word[:place] + word[place + 1 :] for place in range(len(word))} - {""}


def is_misspelling(written: str, meant: str) -> bool:
    """True when the words differ by one letter added, left out, changed, or by two neighbours swapped.

    A short word (`to`, `nu`) may only have a letter doubled: anything else would make it another word.
    """
    if written == meant or abs(len(written) - len(meant)) > 1 or not meant.isalpha():
        return False
    if len(written) == len(meant) + 1 and _undoubled(written) == _undoubled(meant):
        return True
    if len(meant) < _SHORTEST_MISSPELT - (len(written) == len(meant)) or len(written) < _SHORTEST_MISSPELT - 1:
        return False
    left, right = _unlike(written, meant)
    is_swap = len(left) == 2 and left == right[::-1]
    if len(meant) < _SHORTEST_MISSPELT:
        return is_swap
    return len(left) <= 1 >= len(right) or is_swap


def _unlike(one: str, other: str) -> tuple[str, str]:
    """What is left of two words without the letters at their beginning and at their end that they share."""
    least = min(len(one), len(other))
    start = 0
    while start < least and one[start] == other[start]:
        start += 1
    end = 0
    while end < least - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


class Vocabulary:
    """The words of some phrases (keys), to tell quickly that a word is none of them in any of the ways in which
    `phrases.distance` finds words alike. What it lets through need not be one."""

    def __init__(self, phrases: Iterable[str], others: Iterable[str] = ()) -> None:
        parted = [phrase.split() for phrase in phrases]
        words = {word for phrase in parted for word in phrase}
        self._words = words | {word for other in others for word in other.split()}
        self._shorter = set[str]().union(*map(with_a_letter_less, words))
        self._sounded = {sounded(word) for word in words}
        self._starts = {word[:length] for word in words for length in range(1, LONGEST_START + 1)}
        self._initials = {
            "".join(word[0] for word in phrase[first:last])
            for phrase in parted
            for first in range(len(phrase))
            for last in range(first + 2, len(phrase) + 1)
        }
        self._may_be = lru_cache(maxsize=16384)(self._is_like_a_word)

    def may_hold(self, written: str) -> bool:
        """False when a word of `written` (a key) can stand for no word of the phrases."""
        return all(map(self._may_be, written.split()))

    def _is_like_a_word(self, word: str) -> bool:
        return (
            word in self._words
            or word in self._starts
            or word in self._initials
            or sounded(word) in self._sounded
            or word in self._shorter
            or any(shorter in self._shorter or shorter in self._words for shorter in with_a_letter_less(word))
        )


#: Initials that many speakers do not tell apart, and so write for one another.
_SOUNDED = re.compile(r"\A(?:tr|ch|gi|d|r|x|s)")
_SOUNDS = {"tr": "ch", "gi": "d", "r": "d", "x": "s"}


@lru_cache(maxsize=65536)
def sounded(word: str) -> str:
    """A word (a key) with its initial as it is heard: `trong` and `chong`, `giao` and `dao` are one."""
    return _SOUNDED.sub(lambda match: _SOUNDS.get(match[0], match[0]), word)


def _undoubled(word: str) -> str:
    return "".join(letter for letter, before in zip(word, " " + word, strict=False) if letter != before)


def wrong_letters(one: str, other: str, most: int) -> int:
    """The edit distance of two words (letters wrong, missing, added or swapped); `most` + 1 when it is greater."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    one, other = _unlike(one, other)
    if most <= 1 or not one or not other:
        differ = max(len(one), len(other))
        return min(1 if differ == 2 and one == other[::-1] else differ, most + 1)
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        current = [i, *[most + 1] * len(other)]
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            cost = min(previous[j - 1] + (letter != other[j - 1]), previous[j] + 1, current[j - 1] + 1)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, before[j - 2] + 1)
            current[j] = cost
        if min(current) > most:
            return most + 1
        before, previous = previous, current
    return min(previous[-1], most + 1)
