"""Abbreviations of the offices in full: `KN` is `kết nạp` wherever it stands, `HS` files or pupils."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, product
from math import prod
from typing import NamedTuple

from ingest.values.text import key, spelling
from reference.fields import FOLDER

#: What means one thing only.
_WHEREVER = "*"
#: A text may be meant in so many ways at most.
_MOST_WAYS = 64
#: What is left of a word that is cut short before another (`k nạp`, `th tra`): no syllable, that has a vowel.
_BEGINNING = re.compile(r"[^\W\d_aeiouy]{1,2}")

#: A word that is cut short by a dot or a slash.
_CUT = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,3})[./] ?(?=[^\W\d_])")

#: What stands between the words of a phrase, and of an abbreviation.
_PARTED = re.compile(r"[^\w%]+")


@dataclass(frozen=True)
class Abbreviation:
    """An abbreviation as it is spelt (`bđ` is no `bd`), what it stands for, and beside which concepts it does."""

    short: str
    full: str
    beside: frozenset[str]


@cache
def _abbreviations() -> tuple[Abbreviation, ...]:
    with (FOLDER / "abbreviations.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Abbreviation(row["short"], row["full"], frozenset(row["beside"].split())) for row in csv.DictReader(lines)
        )


class _InFull:
    """Puts abbreviations in full, the longest first; between the words of one may be a dot or a slash."""

    def __init__(self, full: Mapping[str, str]) -> None:
        self._full = full
        self._beginnings = {short.split()[0] for short in full}
        ways = (re.escape(short).replace(r"\ ", r"[ ./]+") for short in sorted(full, key=len, reverse=True))
        self._pattern = re.compile(rf"\b(?:{'|'.join(ways)})\b") if full else None

    def __call__(self, text: str) -> str:
        if self._pattern is None or self._beginnings.isdisjoint(_PARTED.split(text)):
            return text
        return self._pattern.sub(lambda match: self._full[_PARTED.sub(" ", match[0])], text)


@cache
def _sure() -> _InFull:
    return _InFull({each.short: each.full for each in _abbreviations() if _WHEREVER in each.beside})


@cache
def _sure_keys() -> _InFull:
    return _InFull({key(each.short): key(each.full) for each in _abbreviations() if _WHEREVER in each.beside})


@cache
def _beside(concept: str) -> _InFull:
    return _InFull({each.short: each.full for each in _abbreviations() if concept in each.beside})


class InFull(NamedTuple):
    """Words (keys) with abbreviations in full, and of each of those the concepts beside which it stands for that; none
    for what stands as it was written, or for what may be beside all. `pairs`: what the abbreviations of two words
    (`Đ.viên`, of the party or of the youth union) stand for."""

    words: tuple[str, ...]
    beside: tuple[frozenset[str], ...] = ()
    pairs: tuple[str, ...] = ()


@cache
def _by_key() -> Mapping[str, tuple[InFull, ...]]:
    """Abbreviation (a key) -> what it may stand for, where that is not sure."""
    found: dict[str, dict[tuple[str, ...], frozenset[str]]] = {}
    for each in _abbreviations():
        if _WHEREVER not in each.beside:
            full, fulls = tuple(key(each.full).split()), found.setdefault(key(each.short), {})
            fulls[full] = fulls.get(full, frozenset()) | each.beside
    return {short: tuple(InFull(full, (beside,)) for full, beside in fulls.items()) for short, fulls in found.items()}


@cache
def _spellings() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for each in _abbreviations():
        # Of `k nạp` only the first word is another one in full.
        found.setdefault(key(each.short).split()[0], []).extend(spelling(each.full).split())
    return {short: tuple(words) for short, words in found.items()}


def phrases_in_full(phrase: str, concept: str) -> Iterator[str]:
    """A phrase (in lower case) with what is sure in full; then the same with whatever is abbreviated beside the
    concept in full, if that is another."""
    sure = _sure()(phrase)
    yield sure
    if (full := _beside(concept)(sure)) != sure:
        yield full


def words_in_full(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words (keys) with those abbreviations in full that mean one thing."""
    # `N.kỳ` is known as it stands: its letter is none of the initials before it.
    known = tuple(_sure_keys()(" ".join(words)).split())
    together = _with_initials_together(known)
    return known if together == known else tuple(_sure_keys()(" ".join(together)).split())


def _with_initials_together(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with initials as one that are an abbreviation together (`K/N`, `C.C.B`)."""
    if min(map(len, words), default=2) > 1:
        return words
    found: list[str] = []
    for are_letters, run in groupby(words, _is_letter):
        together = list(run)
        found += _parted("".join(together)) if are_letters else together
    return tuple(found)


def _parted(letters: str) -> Iterator[str]:
    """Letters as the abbreviations that they are from the left, the longest first, and those that are none."""
    place = 0
    while place < len(letters):
        ends = range(len(letters), place + 1, -1)
        end = next((end for end in ends if letters[place:end] in _shorts()), place + 1)
        yield letters[place:end]
        place = end


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


@cache
def _shorts() -> frozenset[str]:
    return frozenset(key(each.short) for each in _abbreviations())


def spellings_in_full(words: tuple[str, ...]) -> Iterator[str]:
    """How the words are spelt that stand for the abbreviations among `words` (keys)."""
    together = _with_initials_together(words)
    for word in words if together == words else (*words, *together):
        yield from _spellings().get(word, ())


#: By word, those that may stand before it.
WordsBefore = Mapping[str, frozenset[str]]


class CutShort(NamedTuple):
    """For what is cut short before another word: the words that often stand before it, those that ever do, and the
    words (keys) of a text that a dot or a slash cuts short (`Ti.nhận`)."""

    often: WordsBefore
    ever: WordsBefore
    cut: frozenset[str]


def words_cut(text: str) -> frozenset[str]:
    """The words of a text, as keys, that a dot or a slash cuts short before another word."""
    return frozenset(map(key, _CUT.findall(text)))


def ways_in_full(words: tuple[str, ...], cut_short: CutShort) -> tuple[InFull, ...]:
    """What words (keys) may be with their other abbreviations in full, each as it stands or in full; without the words
    as they stand. None where there are too many ways."""
    choices = list(_choices(words, cut_short))
    if not 1 < prod(map(len, choices)) <= _MOST_WAYS:
        return ()
    return tuple(
        InFull(
            tuple(part for chosen in way for part in chosen.words),
            tuple(beside for chosen in way for beside in chosen.beside),
            tuple(pair for chosen in way for pair in chosen.pairs),
        )
        for way in product(*choices)
    )[1:]


def _choices(words: tuple[str, ...], cut_short: CutShort) -> Iterator[tuple[InFull, ...]]:
    """Word by word what it may be, beginning with itself; two words where they are one abbreviation (`Đ.viên`)."""
    place = 0
    while place < len(words):
        pair = words[place : place + 2]
        if in_full := _by_key().get(" ".join(pair)) if len(pair) > 1 else None:
            yield InFull(pair), *(full._replace(pairs=(" ".join(full.words),)) for full in in_full)
            place += 2
        else:
            word, after = words[place], pair[1] if len(pair) > 1 else ""
            yield InFull((word,)), *_by_key().get(word, ()), *_before(word, after, cut_short)
            place += 1


def _before(word: str, after: str, cut_short: CutShort) -> Iterator[InFull]:
    """The words that `word` may be the beginning of, before the word `after`."""
    if after in cut_short.often and _BEGINNING.fullmatch(word):
        before = sorted(cut_short.often[after] - {word})
        begun = [meant for meant in before if meant.startswith(word)]
        # `Cg đoàn`: the word's first letter and its last.
        for meant in begun or [meant for meant in before if meant[0] == word[0] and meant.endswith(word[1:])]:
            yield InFull((meant,))
    elif word in cut_short.cut:
        yield from (InFull((meant,)) for meant in sorted(cut_short.ever.get(after, ())) if _begins(word, meant))


def _begins(word: str, meant: str) -> bool:
    return len(word) < len(meant) and meant.startswith(word)
