"""Whether a header's words are those of a field, though misspelt by a letter or abbreviated."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

#: A word shorter than this is not taken for a misspelling: `nu`, `di`, `den` are too close to others.
_SHORTEST_MISSPELT = 4
#: A word that is cut short has at most this many letters left.
_LONGEST_START = 3
#: What counts against a match: a misspelt word, an abbreviated one.
_MISSPELT = 2
_ABBREVIATED = 1


def distance(written: str, meant: str) -> int | None:
    """How far `written` is from `meant` (both keys); None when they are not the same words.

    0 for equal keys. A word may lack, add or change one letter or swap two neighbours (`ket nạ`), be cut short
    (`t so` for `tong so`), or stand for several by their initials (`dtts` for `dan toc thieu so`).
    """
    return near(written, frozenset({meant})).get(meant)


@lru_cache(maxsize=65536)
def near(written: str, phrases: frozenset[str]) -> dict[str, int]:
    """Those of `phrases` (keys) that `written` (a key) may stand for, each with how far it is from it (`distance`)."""
    words = tuple(written.split())
    if not words:
        return {}
    # `a`, `b`, `c` over the columns of somebody else's table begin many words and say nothing.
    if all(len(word) == 1 for word in words):
        return {written: 0} if written in phrases else {}
    letters = len(written) - len(words) + 1
    found: dict[str, int] = {}
    for phrase, meant in _begun(phrases).by(words[0]):
        # A word stands for one, or for as many as it has letters.
        if len(words) <= len(meant) <= letters:
            cost = 0 if written == phrase else _distance(words, meant, among_others=len(meant) > 1)
            if cost is not None:
                found[phrase] = cost
    return found


@cache
def _begun(phrases: frozenset[str]) -> "_Begun":
    return _Begun(phrases)


class _Begun:
    """Phrases by whatever a text that stands for them may begin with: their first word, its start, its sound, the word
    with a letter left out, and the initials of their first words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._first_words: dict[str, set[str]] = {}
        self._initials: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for phrase in phrases:
            words = tuple(phrase.split())
            self._phrases.setdefault(words[0], []).append((phrase, words))
            for number in range(2, len(words) + 1):
                initials = "".join(word[0] for word in words[:number])
                self._initials.setdefault(initials, []).append((phrase, words))
        for word in self._phrases:
            starts = (word[:length] for length in range(1, min(len(word), _LONGEST_START + 1)))
            for like in {word, f"~{sounded(word)}", *starts, *_with_a_letter_less(word)}:
                self._first_words.setdefault(like, set()).add(word)

    def by(self, word: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The phrases, each with its words, that may begin with `word`, and some others; each of them once."""
        found: dict[str, tuple[str, ...]] = {}
        for like in {word, f"~{sounded(word)}", *_with_a_letter_less(word)}:
            for first in self._first_words.get(like, ()):
                found.update(self._phrases[first])
        found.update(self._initials.get(word, ()))
        yield from found.items()


def _with_a_letter_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))} - {""}


def _distance(written: tuple[str, ...], meant: tuple[str, ...], *, among_others: bool) -> int | None:
    if not written and not meant:
        return 0
    if not written or not meant:
        return None
    best: int | None = None
    for taken, cost in _readings(written[0], meant, among_others=among_others):
        rest = _distance(written[1:], meant[taken:], among_others=among_others)
        if rest is not None and (best is None or cost + rest < best):
            best = cost + rest
    return best


def _readings(word: str, meant: tuple[str, ...], *, among_others: bool) -> list[tuple[int, int]]:
    """How many of the words of `meant` the written `word` may stand for, and the cost of each reading."""
    first = meant[0]
    found = []
    if word == first:
        found.append((1, 0))
    elif is_misspelling(word, first) or (among_others and _is_nearly(word, first)):
        found.append((1, _MISSPELT))
    elif len(word) < len(first) and len(word) <= _LONGEST_START and first.startswith(word) and word.isalpha():
        found.append((1, _ABBREVIATED))
    if len(word) >= 2 and word.isalpha():
        initials = ""
        for number, each in enumerate(meant, start=1):
            initials += each[0]
            if number >= 2 and initials == word:
                found.append((number, _ABBREVIATED))
    return found


@lru_cache(maxsize=65536)
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
    start = 0
    while start < min(len(written), len(meant)) and written[start] == meant[start]:
        start += 1
    end = 0
    while end < min(len(written), len(meant)) - start and written[-1 - end] == meant[-1 - end]:
        end += 1
    left, right = written[start : len(written) - end], meant[start : len(meant) - end]
    is_swap = len(left) == 2 and left == right[::-1]
    if len(meant) < _SHORTEST_MISSPELT:
        return is_swap
    return len(left) <= 1 >= len(right) or is_swap


class Vocabulary:
    """The words of some phrases (keys), to tell quickly that a word is none of them in any of the ways that `distance`
    allows. What it lets through need not be one."""

    def __init__(self, phrases: Iterable[str], others: Iterable[str] = ()) -> None:
        parted = [phrase.split() for phrase in phrases]
        words = {word for phrase in parted for word in phrase}
        self._words = words | {word for other in others for word in other.split()}
        self._shorter = set[str]().union(*map(_with_a_letter_less, words))
        self._sounded = {sounded(word) for word in words}
        self._starts = {word[:length] for word in words for length in range(1, _LONGEST_START + 1)}
        self._initials = {
            "".join(word[0] for word in phrase[first:last])
            for phrase in parted
            for first in range(len(phrase))
            for last in range(first + 2, len(phrase) + 1)
        }
        self._known: dict[str, bool] = {}

    def may_hold(self, written: str) -> bool:
        """False when a word of `written` (a key) can stand for no word of the phrases."""
        return all(map(self._may_be, written.split()))

    def _may_be(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = (
                word in self._words
                or word in self._starts
                or word in self._initials
                or sounded(word) in self._sounded
                or word in self._shorter
                or any(shorter in self._shorter or shorter in self._words for shorter in _with_a_letter_less(word))
            )
        return self._known[word]


def _is_nearly(written: str, meant: str) -> bool:
    """`dn` for `dan`, `xa` for `xoa`, `chong` for `trong`: only beside other words, alone it says too little."""
    if sounded(written) == sounded(meant):
        return True
    return len(meant) == 3 and len(written) == 2 and any(written == meant[:i] + meant[i + 1 :] for i in range(1, 3))


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
