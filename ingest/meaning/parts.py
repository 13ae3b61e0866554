"""Which field of a form a header means, taken by the parts of its words (`reference/meanings.csv`)."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from ingest.meaning.concepts import Parse, is_foreign, parses
from reference.fields import FOLDER

#: Of a header whose words may be read in more ways than this, nothing is said.
_MOST_WAYS = 64
#: The concepts that are ranges of ages, such as `age:31-40` and `age:51-`.
_AGE = "age:"
_NO_END = 1000
#: Nobody is admitted younger.
_GROWN_UP = 18


@dataclass(frozen=True)
class Meaning:
    """What the words over a field's column say: all concepts of one of `needs`, and of the others none but `may`."""

    field: str
    needs: tuple[frozenset[str], ...]
    may: frozenset[str]

    def fits(self, named: frozenset[str]) -> bool:
        """Whether a header that names these concepts, and no other word, is the field's."""
        return any(need <= named and named <= need | self.may for need in self.needs)

    @property
    def all_concepts(self) -> frozenset[str]:
        return self.may.union(*self.needs)


@dataclass(frozen=True)
class Meant:
    """What a header's words say: the fields that fit, the concepts named, the words in no list, and whether one of
    them says that the column is none of the form's."""

    fields: tuple[str, ...]
    concepts: frozenset[str]
    unknown: tuple[str, ...]
    is_foreign: bool


@cache
def meanings(form: str) -> dict[str, Meaning]:
    """The meanings of the fields of `form`, by field."""
    with (FOLDER / "meanings.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["field"]: Meaning(
                row["field"],
                tuple(frozenset(need.split()) for need in row["needs"].split("|")),
                frozenset(row["may"].split()),
            )
            for row in csv.DictReader(lines)
            if row["form"] == form
        }


@cache
def own_concepts(form: str) -> frozenset[str]:
    """Whatever the headers of `form` may name."""
    return frozenset[str]().union(*(meaning.all_concepts for meaning in meanings(form).values()))


@cache
def _bands(form: str) -> dict[str, tuple[int, int]]:
    """The bands of ages that the form asks for: concept -> first and last year, open ends far away."""
    return {name: _ends(name) for name in own_concepts(form) if name.startswith(_AGE)}


def _ends(name: str) -> tuple[int, int]:
    youngest, oldest = name.removeprefix(_AGE).split("-")
    return int(youngest or 0), int(oldest or _NO_END)


@cache
def _in_bands(form: str, named: frozenset[str]) -> frozenset[str]:
    """The concepts with a range of ages as the form's band that it can only be: its ends may be one year off (`60 trở
    lên` beside `51-60`), and below the youngest band there is nobody (`dưới 30` is `18-30`)."""
    return frozenset(_band_of(form, name) if name.startswith(_AGE) else name for name in named)


def _band_of(form: str, name: str) -> str:
    low, high = _ends(name)
    lowest = min((band for band in _bands(form).values()), default=(0, 0))
    for band, (first, last) in _bands(form).items():
        is_lowest = (first, last) == lowest
        if (abs(low - first) <= 1 or (is_lowest and low <= _GROWN_UP)) and abs(high - last) <= 1:
            return band
    return name


@lru_cache(maxsize=16384)
def meant_by(form: str, texts: tuple[str, ...]) -> Meant:
    """What the texts over a column, from top to bottom, mean on `form`.

    `fields` is empty when a word is in no list, when a foreign concept is named or when nothing fits; it has several
    when the words do not tell them apart.
    """
    ways = list(_ways(form, texts))
    fitting: dict[str, None] = {}
    for named, unknown in ways:
        if not unknown:
            fitting |= {name: None for name, meaning in meanings(form).items() if meaning.fits(named)}
    named, unknown = ways[0] if ways else (frozenset[str](), ())
    foreign = bool(ways) and all(any(map(is_foreign, each)) for each, _ in ways)
    if fitting:
        # The reading that fits is the one that was meant.
        named = next(
            each for each, left in ways if not left and any(meanings(form)[name].fits(each) for name in fitting)
        )
    return Meant(() if foreign else tuple(fitting), named, unknown, foreign)


def _ways(form: str, texts: Sequence[str]) -> Iterator[tuple[frozenset[str], tuple[str, ...]]]:
    """(concepts, words in no list) for each way to read all the texts together."""
    read: list[tuple[Parse, ...]] = [parses(text) for text in texts]
    number = 1
    for each in read:
        number *= len(each)
    if not number or number > _MOST_WAYS:
        return
    for way in product(*read):
        named = _in_bands(form, frozenset[str]().union(*(parse.concepts for parse in way)))
        yield named, tuple(word for parse in way for word in parse.unknown)
