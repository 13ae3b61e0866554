"""A header's text as a set of concepts: which of the ideas of `reference/concepts.csv` its words name, part by part."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.meaning.ages import ages_in
from ingest.meaning.header_text import header_key, undated
from ingest.values.similar import Vocabulary, distance, that_may_begin
from ingest.values.text import key
from reference import fields as reference_fields

_FILE = Path(reference_fields.__file__).with_name("concepts.csv")
#: The longest phrase that is looked for, in words.
_LONGEST = 9
#: A text of more words than this is a sentence and no header.
_MOST_WORDS = 16
#: What a part costs beyond being one part, when it is misspelt or cut short.
_INEXACT = 2


@dataclass(frozen=True)
class Concept:
    """An idea that headers name. Kind `own`: of our forms; `foreign`: says that a column is none of ours (a forecast,
    last year's, a score); `neutral`: says nothing about which field it is."""

    name: str
    kind: str
    phrases: frozenset[str]


@dataclass(frozen=True)
class Parse:
    """One way to read a text: the concepts of its parts, the words that are in no list, and whether a part was
    misspelt or cut short."""

    concepts: frozenset[str]
    unknown: tuple[str, ...]
    is_exact: bool


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by name; phrases as keys."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["concept"]: Concept(
                row["concept"], row["kind"], frozenset(key(phrase) or phrase for phrase in row["phrases"].split("|"))
            )
            for row in csv.DictReader(lines)
        }


@cache
def _of_phrases() -> dict[str, frozenset[str]]:
    """Phrase -> the concepts it may name; neutral phrases name none."""
    found: dict[str, set[str]] = defaultdict(set)
    for concept in concepts().values():
        for phrase in concept.phrases:
            found[phrase] |= {concept.name} if concept.kind != "neutral" else {""}
    return {phrase: frozenset(names) for phrase, names in found.items()}


@cache
def _phrases() -> frozenset[str]:
    return frozenset(_of_phrases())


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(_phrases())


@cache
def is_foreign(name: str) -> bool:
    """Whether the concept says that a column is none of the forms'."""
    return name in concepts() and concepts()[name].kind == "foreign"


@lru_cache(maxsize=16384)
def parses(text: str) -> tuple[Parse, ...]:
    """The ways to read `text` whole, with the fewest parts; when some words are in no list, the one way that leaves
    the fewest of them over. Empty for a text that is too long for a header.

    Words are read as they stand, then as misspelt or cut short.
    """
    ages = ages_in(text)
    words = undated(header_key(ages[1] if ages else text)).split()
    own = frozenset({ages[0].concept}) if ages else frozenset()
    if len(words) > _MOST_WORDS:
        return ()
    if whole := _covers(tuple(words), exact=True):
        return tuple(Parse(own | names, (), True) for names in whole)
    if _vocabulary().may_hold(" ".join(words)) and (whole := _covers(tuple(words), exact=False)):
        return tuple(Parse(own | names, (), False) for names in whole)
    names, unknown = _best_part(tuple(words))
    return (Parse(own | names, unknown, True),)


def _meant(words: tuple[str, ...], *, exact: bool) -> tuple[int, frozenset[str]]:
    """(cost, concepts) of these words as one phrase; no concepts when they are none."""
    written = " ".join(words)
    if written in _of_phrases():
        return 0, _of_phrases()[written]
    if exact:
        return 0, frozenset()
    nearest: dict[str, int] = {}
    for phrase in that_may_begin(words[0], _phrases()):
        # A single short word that is cut short may be anything.
        if " " not in phrase and abs(len(phrase) - len(written)) > 1:
            continue
        if (cost := distance(written, phrase)) is not None:
            nearest[phrase] = cost
    if not nearest:
        return 0, frozenset()
    least = min(nearest.values())
    names = frozenset(name for phrase, cost in nearest.items() if cost == least for name in _of_phrases()[phrase])
    return _INEXACT + least, names


@lru_cache(maxsize=16384)
def _covers(words: tuple[str, ...], *, exact: bool) -> frozenset[frozenset[str]]:
    """The sets of concepts of every cheapest way to part all the words into phrases."""
    best: list[tuple[int, frozenset[frozenset[str]]]] = [(0, frozenset({frozenset[str]()}))]
    for end in range(1, len(words) + 1):
        least, ways = 10**6, frozenset[frozenset[str]]()
        for start in range(max(0, end - _LONGEST), end):
            before, sets = best[start]
            if not sets:
                continue
            extra, names = _meant(words[start:end], exact=exact)
            cost = before + 1 + extra
            if not names or cost > least:
                continue
            found = frozenset(each | ({name} if name else set()) for each in sets for name in names)
            least, ways = (cost, found) if cost < least else (cost, ways | found)
        best.append((least, ways))
    return best[-1][1]


@lru_cache(maxsize=16384)
def _best_part(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The concepts of the phrases found from left to right, the longest first, and the words in none of them. A phrase
    that may name several concepts counts as unknown."""
    names: set[str] = set()
    unknown: list[str] = []
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + _LONGEST), start, -1):
            _, found = _meant(words[start:end], exact=True)
            if found:
                names |= {name for name in found if name} if len(found) == 1 else set()
                unknown += words[start:end] if len(found) > 1 else ()
                start = end
                break
        else:
            unknown.append(words[start])
            start += 1
    return frozenset(names), tuple(unknown)
