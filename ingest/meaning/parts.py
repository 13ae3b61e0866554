"""Which field of a form a header means, taken by the parts of its words (`reference/meanings.csv`)."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from ingest.meaning.concepts import (
    Parse,
    asides_of,
    is_example,
    is_explanation,
    is_foreign,
    parses,
    parses_of_group,
    parses_whole,
    with_a_slip_mended,
    without_asides,
    without_brackets,
)
from reference.fields import FOLDER, Field, fields_of

#: Of a header whose words may be read in more ways than this, nothing is said.
_MOST_WAYS = 64
#: Marks a concept of a need that must stand above the others (`Giới thiệu` over `Phụ nữ`).
_OVER = "^"
#: The concepts that are ranges of ages, such as `age:31-40` and `age:51-`.
_AGE = "age:"
_NO_END = 1000
_MEAN = "mean"
#: Parts of any number of people.
_OF_MANY = frozenset({"woman", "minority", "religion", "youth_member"})
#: A word in brackets of so few letters may be an abbreviation of what stands before it.
_LONGEST_SHORT = 3
_NOTHING = frozenset[str]()
#: What groups divide people by.
_DIVIDING = frozenset({"age", "occupation", "object", "kind"})
_YEAR_NUMBER = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
#: Nobody is admitted younger.
_GROWN_UP = 18


@dataclass(frozen=True)
class Meaning:
    """What the words over a field's column say: all concepts of one of `needs` (some of them `over` the others), and of
    the others none but `may`; over its group, those of the group's other fields (`above`), too; and over several
    groups, those of all fields that are counted of the same (`around`: parts of one whole, or what has no parts)."""

    field: str
    needs: tuple[frozenset[str], ...]
    over: tuple[frozenset[str], ...]
    may: frozenset[str]
    above: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    groups: tuple[frozenset[str], ...] = ()

    def fits(
        self, named: frozenset[str], above: frozenset[str] = frozenset(), around: frozenset[str] = frozenset()
    ) -> bool:
        """Whether a header that names these concepts below its groups, its group naming those `above` and what stands
        over several groups those `around`, and no other word, is the field's. A group may say whatever its other
        columns say, too, where something is said below it."""
        if any(need <= named for need in self.needs):
            # What things are divided by says nothing more where the column itself says all (`Thành phần` over `Nữ`).
            above, around = above - _DIVIDING, around - _DIVIDING
        if not any(above <= group for group in self.groups):
            # It names several groups, or none.
            above, around = frozenset(), above | around
        groups = self.above if named else frozenset[str]()
        return any(
            need <= named | above | around
            and over <= above | around
            and (not over or not named or named & need - over)
            and named <= need | self.may
            and above <= need | self.may | (_NOTHING if over else groups)
            and around <= need | self.may | groups | self.around
            for need, over in zip(self.needs, self.over, strict=True)
        )

    @cached_property
    def is_of_many(self) -> bool:
        """Whether the same is counted of members, candidates and others: what the group says then decides."""
        return any(need & _OF_MANY for need in self.needs)

    @cached_property
    def all_concepts(self) -> frozenset[str]:
        return self.may.union(*self.needs)

    @property
    def usual_concepts(self) -> frozenset[str]:
        """Those that it may name whatever else is said: without what it needs only beside others, or above them."""
        return self.may.union(
            *(
                need - over
                for need, over in zip(self.needs, self.over, strict=True)
                if not any(other < need for other in self.needs)
            )
        )


@dataclass(frozen=True)
class Meant:
    """What a header's words say: the fields that fit, the concepts named (`below`: by the lowest text that names any),
    the words in no list, whether one of them says that the column is none of the form's, and whether no word was
    misspelt or cut short."""

    fields: tuple[str, ...]
    concepts: frozenset[str]
    below: frozenset[str]
    unknown: tuple[str, ...]
    is_foreign: bool
    is_exact: bool

    @property
    def names_ages(self) -> bool:
        """Whether a range of ages is named."""
        return any(concept.startswith(_AGE) for concept in self.concepts)


@cache
def meanings(form: str) -> dict[str, Meaning]:
    """The meanings of the fields of `form`, by field."""
    with (FOLDER / "meanings.csv").open(encoding="utf-8", newline="") as lines:
        found = {
            row["field"]: Meaning(
                row["field"],
                tuple(frozenset(need.replace(_OVER, "").split()) for need in row["needs"].split("|")),
                tuple(
                    frozenset(word.removeprefix(_OVER) for word in need.split() if word.startswith(_OVER))
                    for need in row["needs"].split("|")
                ),
                frozenset(row["may"].split()),
            )
            for row in csv.DictReader(lines)
            if row["form"] == form
        }
    groups: dict[str, set[str]] = {}
    families: dict[str, set[str]] = {}
    for field in fields_of(form):
        families.setdefault(_family(field), set()).update(found[field.name].usual_concepts)
        if field.group_vi:
            groups.setdefault(field.group_vi, set()).update(found[field.name].usual_concepts)
    return {
        field.name: replace(
            found[field.name],
            above=frozenset(groups.get(field.group_vi, ())),
            around=frozenset(families[_family(field)]),
            groups=tuple(frozenset(group) for group in groups.values()),
        )
        for field in fields_of(form)
    }


def _family(field: Field) -> str:
    """What a field is counted of: the whole that it is part of, itself if it has parts, nothing."""
    whole = field.whole or field.subset_of
    has_parts = any(field.name in (other.whole, other.subset_of) for other in fields_of(field.form))
    return whole or (field.name if has_parts else "")


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
def _band_of(form: str, name: str) -> str:
    """The form's band that a range of ages can only be: its ends may be one year off (`60 trở lên` beside `51-60`), and
    below the youngest band there is nobody (`dưới 30` is `18-30`)."""
    low, high = _ends(name)
    lowest = min((band for band in _bands(form).values()), default=(0, 0))
    for band, (first, last) in _bands(form).items():
        is_lowest = (first, last) == lowest
        if (abs(low - first) <= 1 or (is_lowest and low <= _GROWN_UP)) and abs(high - last) <= 1:
            return band
    return name


def band_with_an_end(form: str, concepts: frozenset[str]) -> str | None:
    """The form's band of ages, as a concept, that begins or ends where a range that is open on its other side does
    (`Từ 31`, `Đến 40`): what it may be beside the other bands."""
    for low, high in (_ends(name) for name in concepts if name.startswith(_AGE)):
        for band, (first, last) in _bands(form).items():
            if (high == _NO_END and low == first and last != _NO_END) or (low == 0 and high == last and first > low):
                return band
    return None


class _Way(NamedTuple):
    """One way to read the texts over a column: the concepts below the groups, of the group and around it, the words in
    no list, and whether none was misspelt or cut short."""

    named: frozenset[str]
    above: frozenset[str]
    around: frozenset[str]
    unknown: tuple[str, ...]
    is_exact: bool

    @property
    def concepts(self) -> frozenset[str]:
        return self.named | self.above | self.around


#: The beginning of a question that may end in the row below (`có phải là đảng viên` above `không`).
_MAY_ASK = re.compile(r"\b(?:có|đã|co|da)\b", re.IGNORECASE)
_ASKS = frozenset({"question"})
_NO_WAY = _Way(_NOTHING, _NOTHING, _NOTHING, (), False)


def _in_bands(form: str, ways: Sequence[_Way]) -> Sequence[_Way]:
    """The ways with each range of ages as the band of the form that it can only be."""
    return [
        _Way(_banded(form, way.named), _banded(form, way.above), _banded(form, way.around), way.unknown, way.is_exact)
        for way in ways
    ]


@lru_cache(maxsize=16384)
def _banded(form: str, named: frozenset[str]) -> frozenset[str]:
    return frozenset(_band_of(form, name) if name.startswith(_AGE) else name for name in named)


@cache
def group_concepts(form: str) -> frozenset[str]:
    """What the groups of `form` name."""
    groups = {field.group_vi for field in fields_of(form) if field.group_vi}
    return frozenset[str]().union(*(meant_by(form, (group,)).concepts for group in groups))


def meant_in_group(form: str, texts: tuple[str, ...], group: str) -> Meant:
    """What the lowest of the texts means below `group`, whatever stands above it."""
    return meant_by(form, (group, texts[-1]) if group else texts[-1:])


@lru_cache(maxsize=16384)
def meant_by(form: str, texts: tuple[str, ...]) -> Meant:
    """What the texts over a column, from top to bottom, mean on `form`.

    `fields` is empty when a word is in no list, when a foreign concept is named or when nothing fits; it has several
    when the words do not tell them apart.
    """
    ways = _in_bands(form, _ways(texts))
    fitting = list(_fitting(form, ways))
    if len(texts) > 1 and not any(way.is_exact for _, way in fitting):
        whole = _in_bands(form, _ways_as_one(texts))
        whole_fitting = list(_fitting(form, whole))
        if whole_fitting and (not fitting or any(way.is_exact for _, way in whole_fitting)):
            ways, fitting = whole, whole_fitting
    if not fitting:
        shorter = tuple(without_asides(text) or text for text in texts)
        if shorter != texts and (meant := meant_by(form, shorter)).fields and _asides_repeat(form, texts, meant.fields):
            return meant
    foreign = bool(ways) and all(_names_another_thing(form, way.concepts) for way in ways)
    exactly = [each for each in fitting if each[1].is_exact]
    if not exactly and any(_MEAN in way.named and _names_another_thing(form, way.named) for way in ways):
        # A mean of what a misspelt word may be (`Tuổi Đản bình quân`, the age in the party): it looks like any other.
        foreign = True
    # `Còn phải kết nạp` may be read as a target, and as what is lacking: that keeps it out, too.
    in_doubt = foreign or any(
        _names_another_thing(form, way.concepts) for way in ways if way.is_exact and not way.unknown
    )
    fitting = exactly or fitting
    # The reading that fits is the one that was meant.
    way = fitting[0][1] if fitting else next(iter(ways), _NO_WAY)
    fields = () if in_doubt else tuple(dict.fromkeys(name for name, _ in fitting))
    if fields and asides_of(texts[-1]):
        fields = _told_apart_by_brackets(form, texts, fields)
    if len(fields) > 1:
        fields = _told_apart_by_what_is_over(form, fitting, fields)
    if len(fields) > 1:
        fields = _told_apart_in_their_group(form, texts, fields)
    if len(texts) == len(fields) == 1 and _may_be_of_the_party(ways):
        fields = tuple(name for name in fields if meanings(form)[name].needs[0] != {"youth_member"})
    if _is_of_some_year(texts, way.concepts):
        fields = tuple(name for name in fields if not _carries(form, name))
    return Meant(fields, way.concepts, way.named or way.above | way.around, way.unknown, foreign, way.is_exact)


def _told_apart_by_brackets(form: str, texts: tuple[str, ...], fields: tuple[str, ...]) -> tuple[str, ...]:
    """What the texts mean without examples in brackets, if that is one field (`DTTS (Mong, Dao, Tay…)`: no `đạo`;
    `QC ưu tú (gồm nữ)` are all of them). Some people in brackets of others (`DTTS (có đạo)`) are neither."""
    meant = meant_by(form, (*texts[:-1], without_brackets(texts[-1]))).fields
    if len(meant) != 1 or meant == fields:
        return fields
    if any(is_example(aside) for aside in asides_of(texts[-1])):
        return meant
    return () if all(meanings(form)[name].is_of_many for name in (*meant, *fields)) else fields


def _told_apart_by_what_is_over(
    form: str, fitting: Sequence[tuple[str, _Way]], fields: tuple[str, ...]
) -> tuple[str, ...]:
    """Of several fields the one that must have above it what stands right above (`Giới thiệu` over `Phụ nữ`)."""
    asked_for = {
        name
        for name, way in fitting
        for need, over in zip(meanings(form)[name].needs, meanings(form)[name].over, strict=True)
        if over and over <= way.above and need <= way.concepts
    }
    return tuple(asked_for) if len(asked_for) == 1 else fields


def _told_apart_in_their_group(form: str, texts: tuple[str, ...], fields: tuple[str, ...]) -> tuple[str, ...]:
    """Of several fields of one group, whose heading says what each of them says (`Chỉ tiêu và tỷ lệ đạt`), the one that
    the lowest text means below the group's own words."""
    groups = {field.group_vi for field in fields_of(form) if field.name in fields}
    group = groups.pop() if len(groups) == 1 else ""
    if not group or len(texts) < 2 or texts[:-1] == (group,):
        return fields
    meant = meant_in_group(form, texts, group).fields
    return meant if len(meant) == 1 and meant[0] in fields else fields


def _names_another_thing(form: str, concepts: frozenset[str]) -> bool:
    """Whether one of the concepts says that a column is none of the form's. Who waits is none admitted; a file that
    waits for a decision is complete."""
    return any(is_foreign(name) for name in concepts - own_concepts(form))


def _may_be_of_the_party(ways: Sequence[_Way]) -> bool:
    """Whether a word stands for the youth union's members, or for the party's (`Tổng Đ.viên`), whom no group makes a
    part of those who were admitted. Nobody is admitted from the party's (`KN từ Đ.viên`)."""
    named = _NOTHING.union(*(way.named for way in ways))
    return (
        {"member", "youth_member"} <= named
        and "from" not in named
        and not any({"member", "youth_member"} <= way.named for way in ways)
    )


def _is_of_some_year(texts: Sequence[str], concepts: frozenset[str]) -> bool:
    """Whether a year is named by its number, and nothing says that it is counted up to now, or that it is what has come
    of that year's target: it may be last year's."""
    up_to_now = {"cumulative", "year_start", "carried_out"}
    return "year" in concepts and not concepts & up_to_now and any(map(_YEAR_NUMBER.search, texts))


def _carries(form: str, name: str) -> bool:
    return any(field.name == name and field.carries for field in fields_of(form))


@lru_cache(maxsize=4096)
def meant_but_for_a_slip(form: str, texts: tuple[str, ...]) -> Meant | None:
    """What the texts mean if a slip has made another word of one in the lowest (`Tho đạo`, `Bị khi trừ`); None where
    that may be several things."""
    found = [meant_by(form, (*texts[:-1], other)) for other in with_a_slip_mended(texts[-1])] if texts else []
    found = [meant for meant in found if not meant.unknown and (meant.fields or meant.is_foreign)]
    fields = {meant.fields for meant in found}
    return found[0] if len(fields) == 1 and len(found[0].fields) == 1 else None


def _asides_repeat(form: str, texts: Sequence[str], fields: Sequence[str]) -> bool:
    """Whether what stands in brackets names nothing but what the fields' headers may name, or is one abbreviation
    (`Qua đời (TT)`); words in no list may make something smaller of a whole (`Kết nạp (chị em ta)`)."""
    wholes = {other.whole or other.subset_of for other in fields_of(form)}
    asides = [each for text in texts for each in asides_of(text)]
    for name in fields:
        may = meanings(form)[name].all_concepts | meanings(form)[name].above
        for aside in asides:
            said = parses(aside)[0] if parses(aside) else Parse(frozenset(), (), True)
            if is_explanation(aside) and not (name in wholes and said.unknown):
                continue
            is_short = (
                aside.isalpha()
                and len(aside) <= _LONGEST_SHORT
                and not (said.concepts & own_concepts(form)) - may - {"ordinal"}
            )
            if name in wholes and (said.unknown or said.concepts - may):
                return False
            if is_example(aside):
                continue
            if not is_short and not _banded(form, said.concepts) <= may:
                return False
    return True


def _fitting(form: str, ways: Sequence[_Way]) -> Iterator[tuple[str, _Way]]:
    """The fields that a way to read a header's words fits; a word in no list fits none."""
    for way in ways:
        if not way.unknown:
            for name in _fields_that_fit(form, way.named, way.above, way.around):
                yield name, way


@lru_cache(maxsize=16384)
def _fields_that_fit(
    form: str, named: frozenset[str], above: frozenset[str], around: frozenset[str]
) -> tuple[str, ...]:
    fields = (_fields_that_name(form, concept) for concept in named or above | around)
    may_be = frozenset[str].intersection(*fields) if named else frozenset[str]().union(*fields)
    found = [name for name in may_be if meanings(form)[name].fits(named, above, around)]
    return tuple(found if len(found) < 2 else (name for name in meanings(form) if name in found))


@cache
def _fields_that_name(form: str, concept: str) -> frozenset[str]:
    """The fields of `form` whose own headers may name the concept: it rules out most of them."""
    return frozenset(name for name, meaning in meanings(form).items() if concept in meaning.all_concepts)


@lru_cache(maxsize=16384)
def _ways(texts: tuple[str, ...]) -> tuple[_Way, ...]:
    """Each way to read all the texts together, whatever form they stand on."""
    return tuple(_ways_of([*map(parses_of_group, texts[:-1]), *map(parses, texts[-1:])]))


@lru_cache(maxsize=16384)
def _ways_as_one(texts: tuple[str, ...]) -> tuple[_Way, ...]:
    """Each way to read the texts whole where a sentence is broken over several rows (`Từ 31 đến` above `dưới 41`): the
    last two of them, or all."""
    if _is_an_answer(texts[-1]) and not _MAY_ASK.search(texts[-2]):
        return ()
    broken = ((*texts[:-2], " ".join(texts[-2:])), (" ".join(texts),))
    return tuple(way for each in broken for way in _ways_of([parses_whole(text) for text in each]))


def _is_an_answer(text: str) -> bool:
    """Whether a text only says no (`Không` below `Tổ trưởng, trưởng bản`, beside `Có`) and does not end a question."""
    return "?" not in text and all(parse.concepts == {"not"} and not parse.unknown for parse in parses(text))


def _ways_of(read: Sequence[Sequence[Parse]]) -> Iterator[_Way]:
    if prod(map(len, read)) > _MOST_WAYS:
        return
    for *groups, last in product(*read):
        # A heading that asks is answered by the columns below it.
        asked = _ASKS if last.concepts else _NOTHING
        above = groups[-1].concepts - asked if groups else _NOTHING
        around = _NOTHING.union(*(parse.concepts for parse in groups[:-1])) - asked if len(groups) > 1 else _NOTHING
        unknown = tuple(word for parse in (*groups, last) for word in parse.unknown)
        yield _Way(last.concepts, above, around, unknown, all(parse.is_exact for parse in (*groups, last)))
