"""Abbreviations of the offices in full: `KN` is `kết nạp` wherever it stands, `HS` files or pupils."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from ingest.values.text import key
from reference.fields import FOLDER

#: What means one thing only.
_WHEREVER = "*"
#: A text may be meant in so many ways at most.
_MOST_WAYS = 24


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


@cache
def _sure() -> Mapping[str, str]:
    """Abbreviation -> its words, for those that mean one thing wherever they stand."""
    return {each.short: each.full for each in _abbreviations() if _WHEREVER in each.beside}


@cache
def _sure_keys() -> Mapping[str, tuple[str, ...]]:
    return {key(short): tuple(key(full).split()) for short, full in _sure().items()}


@cache
def _by_key() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Abbreviation (a key) -> the words (as keys) that it may stand for."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for each in _abbreviations():
        if _WHEREVER not in each.beside:
            found.setdefault(key(each.short), []).append(tuple(key(each.full).split()))
    return {short: tuple(dict.fromkeys(fulls)) for short, fulls in found.items()}


def phrases_in_full(phrase: str, concept: str) -> Iterator[str]:
    """A phrase (in lower case) with what is sure in full; then the same with whatever is abbreviated beside the
    concept in full, if that is another."""
    words = [_sure().get(word, word) for word in phrase.split()]
    yield " ".join(words)
    full = {each.short: each.full for each in _abbreviations() if concept in each.beside}
    if any(word in full for word in words):
        yield " ".join(full.get(word, word) for word in words)


def words_in_full(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words (keys) with those abbreviations in full that mean one thing."""
    if _sure_keys().keys().isdisjoint(words):
        return words
    return tuple(part for word in words for part in _sure_keys().get(word, (word,)))


@lru_cache(maxsize=4096)
def ways_in_full(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """What words (keys) may be with their other abbreviations in full, each as it stands or in full; without the words
    as they stand. None where there are too many ways."""
    choices = [((word,), *_by_key().get(word, ())) for word in words]
    number = 1
    for each in choices:
        number *= len(each)
    if number == 1 or number > _MOST_WAYS:
        return ()
    return tuple(tuple(part for chosen in way for part in chosen) for way in product(*choices))[1:]
