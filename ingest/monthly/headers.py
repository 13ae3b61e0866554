"""Which column of a table holds which field: header words against the words of `reference/fields.csv`."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ingest.meaning.concepts import parses_whole
from ingest.meaning.evidence import by_words, one_of_several
from ingest.meaning.header_text import header_key, undated
from ingest.meaning.parts import group_concepts, meanings, meant_by, meant_in_group, own_concepts
from ingest.model import Evidence
from ingest.monthly.header_texts import ColumnHeader
from ingest.values.phrases import near
from ingest.values.similar import Vocabulary
from ingest.values.text import key
from reference.fields import MONTHLY_FORMS, TRAINING_FORM, Field, field_of, fields_of

#: A sheet is taken for a form when at least this many of its figure columns are recognised.
LEAST_FIGURE_COLUMNS = 3
#: Words that say a column is about something else, whatever stands below them.
_ABOUT_SOMETHING_ELSE = re.compile("du kien|thang sau|thang truoc|nam truoc|cung ky|quy truoc|so sanh|chenh lech")
#: Units that people add to a header word.
_UNITS = frozenset({"nguoi", "dong chi", "dc", "d c", "dv", "tuoi", "ng"})
#: Words that may stand before what is counted without changing it.
_SMALL_WORDS = frozenset({"la", "thuoc", "so", "so nguoi", "nguoi", "do", "tu"})
#: What a match costs when it relies on something other than the words as they stand.
_SPLIT = 1
_UNIT_DROPPED = 1
_NO_GROUP = 6
_UNKNOWN_GROUP = 12
_STRANGE_GROUP = 15
_OUTER_GROUP = 1
_BY_PARTS = 10
#: So many columns tell a group whose own words are in no list.
_LEAST_OF_A_GROUP = 2
#: So many different parts of many tell a group that is divided into nothing else.
_LEAST_OF_MANY = 3
#: Small words between a group and what it is divided into (`Tăng do kết nạp`).
_FILLERS = frozenset({"do", "vi", "so", "la", "tu"})


@dataclass(frozen=True)
class Match:
    """A field that a header may mean; `cost` 0 means word for word. `doubt`: under a group that is not known;
    `generic`: by a word that many things are divided by; `loose`: by a word that is not quite a listed one."""

    field: Field
    cost: int
    doubt: bool
    generic: bool
    loose: bool


@dataclass(frozen=True)
class HeaderMap:
    """The columns of one form: field -> column index, what is not understood, what is claimed twice, what is
    understood in spite of an unknown group above; by column, why it was understood though no list has its words, and
    what one that is not read may be. `loose`: the fields whose words are not quite listed ones."""

    form: str
    columns: dict[str, int]
    unmapped: dict[int, str]
    repeated: dict[str, tuple[int, ...]]
    doubtful: dict[str, str]
    cost: int
    inferred: dict[int, Evidence] = dataclasses.field(default_factory=dict)
    suspected: dict[int, Evidence] = dataclasses.field(default_factory=dict)
    loose: frozenset[str] = frozenset()

    @property
    def claimed(self) -> set[str]:
        """The fields that a column has, or several claim."""
        return self.columns.keys() | self.repeated.keys()

    def with_inferred(self, index: int, why: Evidence) -> "HeaderMap":
        """The same with a column that was not understood read as the field that the evidence speaks for."""
        return replace(
            self,
            columns=self.columns | {why.field: index},
            unmapped={other: text for other, text in self.unmapped.items() if other != index},
            inferred=self.inferred | {index: why},
            suspected={other: each for other, each in self.suspected.items() if other != index},
        )

    def without(self, index: int, shown: str) -> "HeaderMap":
        """The same with a column that was understood, or claimed a field beside others, left unread; `shown` is its
        header. Where it had one rival, that one is what was meant."""
        columns = {name: other for name, other in self.columns.items() if other != index}
        repeated: dict[str, tuple[int, ...]] = {}
        for name, places in self.repeated.items():
            rest = tuple(place for place in places if place != index)
            if len(rest) == 1:
                columns[name] = rest[0]
            else:
                repeated[name] = rest
        return replace(
            self,
            columns=columns,
            repeated=repeated,
            unmapped=dict(sorted((self.unmapped | {index: shown}).items())),
            doubtful={name: text for name, text in self.doubtful.items() if self.columns.get(name) != index},
            inferred={other: why for other, why in self.inferred.items() if other != index},
        )


#: What says that something is counted over another time than the month.
_TIMES = frozenset({"cumulative", "year", "year_start", "term", "term_start", "quarter", "previous_month"})
#: What a sum to date of those who were admitted says besides since when.
_OF_A_SUM = frozenset({"cumulative", "closing", "month", "admission", "member", "new", "achieved", "carried_out"})
#: What the whole form is about says nothing as a heading (`Trong tháng / Tổng số`).
_OF_THE_MONTH = "KN-1"
_MONTH_ITSELF = re.compile(r"(?:trong )?(?:thang|ky)(?: nay)?(?: bao cao)?")
#: `Cảm tình Đảng` is who may be admitted, and the class that they go to.
_ONE_WORD_FOR_TWO = frozenset({"candidates", "class_attended"})
#: `Tình hình thực hiện chỉ tiêu`.
_ACHIEVED = re.compile(r"\b(?:thuc hien|ket qua)\b")
#: So many words say a field by themselves.
_LEAST_BESIDE = 3
_NOTHING_RULED_OUT: Mapping[int, frozenset[str]] = {}
#: Marks a header word of `fields.csv` that only counts under the field's own group (`Năm` under `Chỉ tiêu`).
_GROUP_NEEDED = "^"


@cache
def _header_keys(field: Field) -> frozenset[str]:
    """The header words that mean the field wherever they stand."""
    words = (field.header_vi, *field.header_words)
    return frozenset(key(word) for word in words if not word.startswith(_GROUP_NEEDED))


@cache
def _header_keys_in_group(field: Field) -> frozenset[str]:
    """The header words that mean the field under its own group."""
    return _header_keys(field) | frozenset(key(word) for word in field.header_words if word.startswith(_GROUP_NEEDED))


@cache
def _generic_keys() -> frozenset[str]:
    """Header words of one syllable, or of several fields: under an unknown group they may be about anything."""
    times = Counter(word for form in MONTHLY_FORMS for field in fields_of(form) for word in _header_keys(field))
    return frozenset(word for word, number in times.items() if number > 1 or " " not in word)


@cache
def _group_keys(field: Field) -> frozenset[str]:
    """The words of the field's group: those given with any field of the group."""
    if not field.group_vi:
        return frozenset(key(word) for word in field.group_words)
    return frozenset(
        key(word)
        for other in fields_of(field.form)
        if other.group_vi == field.group_vi
        for word in (other.group_vi, *other.group_words)
    )


@cache
def header_vocabulary() -> frozenset[str]:
    """Every word (as a key) that can stand in a header of a monthly form."""
    return frozenset(
        word for form in MONTHLY_FORMS for field in fields_of(form) for word in _header_keys(field) | _group_keys(field)
    )


@cache
def words_of(form: str, *fields: str) -> frozenset[str]:
    """The header words (as keys) of these fields of `form` that mean the field wherever they stand."""
    return frozenset(word for field in fields_of(form) if field.name in fields for word in _header_keys(field))


@cache
def name_keys() -> frozenset[str]:
    """The header words of the column that names the cell."""
    return frozenset(
        word
        for form in MONTHLY_FORMS
        for field in fields_of(form)
        if field.name == "cell_name"
        for word in _header_keys(field)
    )


@lru_cache(maxsize=8192)
def is_listed_word(text: str) -> bool:
    """True for a text that can stand in a monthly form's header, word for word or nearly so."""
    return header_key(text) in header_vocabulary() or any(field_matches(form, (text,)) for form in MONTHLY_FORMS)


@lru_cache(maxsize=8192)
def is_header_word(text: str) -> bool:
    """True for a listed header word, and for a text that may be one by all its parts."""
    return is_listed_word(text) or any(parse.concepts for parse in parses_whole(text))


@cache
def _groups_of(form: str) -> frozenset[str]:
    return frozenset(word for field in fields_of(form) for word in _group_keys(field))


@lru_cache(maxsize=8192)
def _group_meant(form: str, written: str) -> frozenset[str]:
    """The group words of `form` that `written` (a key) is, or is nearest to."""
    if written in _groups_of(form):
        return frozenset({written})
    words = written.split()
    if len(words) > 1 and words[-1] in _UNITS:
        return _group_meant(form, " ".join(words[:-1]))
    found = _alike(written, _groups_of(form))
    least = min(found.values(), default=0)
    return frozenset(word for word, cost in found.items() if cost == least)


def _alike(written: str, words: frozenset[str]) -> dict[str, int]:
    """Those of the words, of one form or one use, that `written` (a key) may stand for, with their distances: looked
    for once among the words of all forms."""
    return {word: cost for word, cost in near(written, _words_of_all_forms()).items() if word in words}


@cache
def _words_of_all_forms() -> frozenset[str]:
    return frozenset[str]().union(
        *(_all_header_keys(form) | _groups_of(form) for form in (*MONTHLY_FORMS, TRAINING_FORM))
    )


@lru_cache(maxsize=16384)
def field_matches(form: str, texts: tuple[str, ...]) -> tuple[Match, ...]:
    """The fields of `form` that a header (texts from top to bottom) may mean, at the lowest cost.

    A word that stands under several groups (`Nữ`, `Khác`, `Tổng số`) is only taken when its group is there or when
    just one field of the form has it. Empty when nothing fits.
    """
    keys = [word for text in texts if (word := undated(header_key(text)))]
    if form == _OF_THE_MONTH and len(keys) > 1 and _MONTH_ITSELF.fullmatch(keys[0]):
        keys = keys[1:]
    if not keys or not _vocabulary(form).may_hold(keys[-1]):
        # Most texts of a workbook are no headers: names of places and people.
        return ()
    if any(_is_of_something_else(word) for word in keys):
        return ()
    return (
        _word_for_word(form, keys)
        or _as_one(form, keys)
        or _best_matches(form, _splittings(form, keys))
        or _best_matches(form, _loose_splittings(form, keys))
    )


@cache
def _vocabulary(form: str) -> Vocabulary:
    """Whatever words a header of `form` can have."""
    phrases = (word for field in fields_of(form) for word in _header_keys_in_group(field) | _group_keys(field))
    return Vocabulary(phrases, (*_UNITS, *_SMALL_WORDS, *_FILLERS))


def is_about_something_else(header: str) -> bool:
    """Whether a header as it is shown is about another month, a plan or a comparison: none of the form's figures."""
    return _is_of_something_else(key(header))


def _is_of_something_else(word: str) -> bool:
    return _ABOUT_SOMETHING_ELSE.search(word) is not None


def _word_for_word(form: str, keys: Sequence[str]) -> tuple[Match, ...]:
    """The fields that the header means just as it stands: nothing else is as near."""
    *above, last = keys
    if last not in _all_header_keys(form):
        return ()
    found = _least(_matches(form, above, {last: 0}, 0))
    return found if found and not found[0].cost else ()


def _as_one(form: str, keys: Sequence[str]) -> tuple[Match, ...]:
    """The fields that the header means if it is one listed word broken over rows (`Tỷ lệ` above `%`)."""
    whole = " ".join(keys)
    is_broken = len(keys) > 1 and keys[0] not in _groups_of(form) and whole in _all_header_keys(form)
    return _least(_matches(form, (), {whole: 0}, 0)) if is_broken else ()


def _best_matches(form: str, splittings: Iterable[tuple[Sequence[str], str, int]]) -> tuple[Match, ...]:
    return _least(
        match
        for above, last, extra in splittings
        if (alike := _alike(last, _all_header_keys(form)))
        for match in _matches(form, above, alike, extra)
    )


def _least(matches: Iterable[Match]) -> tuple[Match, ...]:
    """The matches at the least cost, one a field."""
    found = list(matches)
    least = min((match.cost for match in found), default=0)
    return tuple({match.field.name: match for match in found if match.cost == least}.values())


def _matches(form: str, above: Sequence[str], alike: Mapping[str, int], extra: int) -> Iterator[Match]:
    """The fields that a header word may mean below these groups; `alike`: the listed words that it may be."""
    groups = [meant for word in above if (meant := _group_meant(form, word))]
    unknown = bool(above) and not _group_meant(form, above[-1])
    for field in dict.fromkeys(field for word in alike for field in _fields_by_word(form)[word]):
        own = _group_keys(field)
        strange = bool(groups) and not any(group & own for group in groups)
        word, cost = _nearest(_header_keys_in_group(field) if groups else _header_keys(field), alike)
        if cost is None or (strange and (cost or word in _generic_keys() or word not in _header_keys(field))):
            continue
        loose = bool(cost + extra)
        if groups and not strange and (unknown or not groups[-1] & own):
            cost += _OUTER_GROUP
        if strange:
            # An unmerged group may seem to reach over its neighbour; words that are nobody else's are trusted.
            cost += _STRANGE_GROUP
        elif not groups and own and field.group_vi:
            cost += _UNKNOWN_GROUP if unknown else _NO_GROUP
        doubt = unknown and not groups and field.is_number
        yield Match(field, cost + extra, doubt, word in _generic_keys(), loose)


def _splittings(form: str, keys: Sequence[str]) -> Iterable[tuple[Sequence[str], str, int]]:
    """(groups above, header word, extra cost): as it stands; with the group written before the word in one text
    (`Trong đó: Nữ`); without a unit (`Tổng số (người)`)."""
    *above, last = keys
    yield above, last, 0
    words = last.split()
    for position in range(1, len(words)):
        group, rest = " ".join(words[:position]), " ".join(words[position:])
        if group in _groups_of(form):
            yield [*above, group], rest, _SPLIT
            if words[position] in _FILLERS and position + 1 < len(words):
                yield [*above, group], " ".join(words[position + 1 :]), _SPLIT
        if rest in _groups_of(form):
            yield [*above, rest], group, _SPLIT
        if rest in _UNITS:
            yield above, group, _UNIT_DROPPED


def _loose_splittings(form: str, keys: Sequence[str]) -> Iterable[tuple[Sequence[str], str, int]]:
    """As `_splittings`, for a group that is misspelt or abbreviated in the header's own text; and without small words
    at the beginning (`Là nữ`, `Thuộc LLVT`, `Số nữ`)."""
    *above, last = keys
    words = last.split()
    for position in range(1, len(words)):
        group, rest = " ".join(words[:position]), " ".join(words[position:])
        if _group_meant(form, group):
            yield [*above, group], rest, _SPLIT
        if words[position - 1] in _SMALL_WORDS and set(words[:position]) <= _SMALL_WORDS:
            yield above, rest, _SPLIT


@cache
def _all_header_keys(form: str) -> frozenset[str]:
    return frozenset(word for field in fields_of(form) for word in _header_keys_in_group(field))


@cache
def _fields_by_word(form: str) -> dict[str, tuple[Field, ...]]:
    """Header word (a key) -> the fields that it may mean, at least under their own group."""
    found: dict[str, list[Field]] = {}
    for field in fields_of(form):
        for word in _header_keys_in_group(field):
            found.setdefault(word, []).append(field)
    return {word: tuple(fields) for word, fields in found.items()}


def _nearest(words: frozenset[str], alike: Mapping[str, int]) -> tuple[str, int | None]:
    """Which of the `words` is most like what is written, and what it costs; None when none of them is."""
    found = words & alike.keys()
    if not found:
        return "", None
    word = min(found, key=lambda each: (alike[each], each))
    return word, alike[word]


@lru_cache(maxsize=512)
def map_headers(headers: tuple[ColumnHeader, ...]) -> HeaderMap | None:
    """The form whose fields these headers are, with its columns; None when they are no form's headers.

    Kept for the headers seen last: a commune's sheets look alike from month to month.
    """
    maps = [map_to(form, headers) for form in MONTHLY_FORMS]
    best = max(maps, key=lambda mapped: (figure_columns(mapped), -mapped.cost))
    return best if figure_columns(best) >= LEAST_FIGURE_COLUMNS else None


def figure_columns(mapped: HeaderMap) -> int:
    """How many columns of figures are understood."""
    return sum(1 for field in fields_of(mapped.form) if field.is_number and field.name in mapped.columns)


@dataclass(frozen=True)
class _Claim:
    """A column that may hold a field."""

    cost: int
    index: int
    match: Match


def map_to(
    form: str, headers: Sequence[ColumnHeader], ruled_out: Mapping[int, frozenset[str]] = _NOTHING_RULED_OUT
) -> HeaderMap:
    """The columns of `form` under these headers, however few they are. `ruled_out`: by column, the fields that it
    cannot be because of what stands in it."""
    claims: dict[str, list[_Claim]] = {}
    unmapped: dict[int, str] = {}
    by_index = {header.index: header for header in headers}
    shown = {header.index: header.shown for header in headers}
    matches = {
        header.index: tuple(
            match
            for match in field_matches(form, header.texts)
            if match.field.name not in ruled_out.get(header.index, ())
        )
        for header in headers
    }
    known = _groups_known_by_their_columns(headers, matches)
    for header in headers:
        found = matches[header.index]
        by_its_words_alone = len(header.texts) == 1 and found and not found[0].cost
        if len(found) == 1 and not by_its_words_alone and _says_otherwise(form, header, found[0]):
            found = ()
        is_sure = len(found) == 1 and not (
            found[0].doubt and found[0].generic and found[0].field.group_vi not in known.get(header.texts[:-1], ())
        )
        if not is_sure:
            unmapped[header.index] = header.shown
        else:
            claims.setdefault(found[0].field.name, []).append(_Claim(found[0].cost, header.index, found[0]))
    columns: dict[str, int] = {}
    repeated: dict[str, tuple[int, ...]] = {}
    doubtful: dict[str, str] = {}
    loose: list[str] = []
    cost = 0
    for name, claimed in claims.items():
        claimed.sort(key=lambda claim: (claim.cost, claim.index))
        best, *rivals = _nearest_claims(form, claimed, by_index)
        if rivals:
            repeated[name] = tuple(claim.index for claim in claimed)
            continue
        cost += best.cost
        columns[name] = best.index
        if best.match.loose or (best.match.generic and best.cost >= _NO_GROUP):
            # So does a bare word that many things are called by (`Tỷ lệ`).
            loose.append(name)
        if best.match.doubt:
            doubtful[name] = shown[best.index]
        # What fits the field less well is something else that looks like it.
        unmapped |= {claim.index: shown[claim.index] for claim in claimed if claim is not best}
    mapped = HeaderMap(form, columns, dict(sorted(unmapped.items())), repeated, doubtful, cost, loose=frozenset(loose))
    mapped = _with_parts(_without_contested(mapped, by_index), by_index, ruled_out)
    mapped = _with_the_other_sum(mapped, by_index)
    return _without_totals_of_groups(without_parts_of_others(mapped, by_index), by_index)


def _nearest_claims(form: str, claimed: Sequence[_Claim], headers: Mapping[int, ColumnHeader]) -> list[_Claim]:
    """The claims on a field at the least cost: the one that says by itself what is counted, where the others only say
    how many (`TS HV` beside `SL`)."""
    nearest = [claim for claim in claimed if claim.cost == claimed[0].cost]
    if len(nearest) == 1:
        return nearest
    telling = [claim for claim in nearest if not _says_total(form, " ".join(headers[claim.index].texts))]
    return telling if len(telling) == 1 else nearest


def listed_field(form: str, header: ColumnHeader) -> str | None:
    """The one field that a header says in listed words, as it is read in words and with nothing against it."""
    said = replace(header, texts=header.said)
    found = field_matches(form, said.texts)
    if len(found) != 1 or (found[0].doubt and found[0].generic) or _says_otherwise(form, said, found[0]):
        return None
    return found[0].field.name


def _says_otherwise(form: str, header: ColumnHeader, match: Match) -> bool:
    """Whether a header that is nearly a listed word, or one below other words, says something else, part by part
    (`Lũy kế / NK` is no `Nghề khác`, `Xếp loại / chi bộ` no name)."""
    meant = meant_by(form, header.said)
    # Of a header that is broken over rows the match is of its last row only.
    if meant.fields and (meant.is_exact or match.cost or header.said != header.texts):
        # What is nearly a listed word and, as it is spelt, may be two fields is told by neither.
        return match.field.name not in meant.fields or bool(match.cost and meant.is_exact and len(meant.fields) > 1)
    meaning = meanings(form)[match.field.name]
    if meant.is_foreign or (not meant.fields and (meant.concepts & _TIMES) - meaning.all_concepts):
        # `Lũy kế từ đầu năm / Chuyển đến` is not the month's.
        return True
    if header.said != header.texts and match.field.name not in {
        each.field.name for each in field_matches(form, header.said)
    }:
        # `ĐoV` above `TN` is no `TN` (trong năm).
        return True
    # Under a group with words in no list a column's own words still say what they say.
    own = meant_by(form, header.said[-1:]) if meant.unknown and match.cost else meant
    return own.is_exact and not own.unknown and not own.below <= meaning.all_concepts | meaning.above


def _meant_in_unknown_groups(mapped: HeaderMap, headers: dict[int, ColumnHeader]) -> dict[int, tuple[str, ...]]:
    """Columns under a group with a word in no list, by the group of the form that several of them can only be of
    (`Dân quân`, `Xuất ngũ` under `Diện cần chú ý`). Women and minorities are counted of many: they tell no group."""
    below: dict[tuple[str, ...], list[int]] = {}
    for index in mapped.unmapped:
        texts = headers[index].said
        said = meant_by(mapped.form, texts)
        if len(texts) > 1 and said.unknown and not said.is_foreign:
            below.setdefault(texts[:-1], []).append(index)
    found: dict[int, tuple[str, ...]] = {}
    for indexes in below.values():
        if len(indexes) < _LEAST_OF_A_GROUP:
            continue
        fits = {group: _fits_in_group(mapped.form, group, indexes, headers) for group in _groups_vi(mapped.form)}
        best, *others = sorted(fits.values(), key=len, reverse=True)
        if len(best) >= _LEAST_OF_A_GROUP and not (others and len(others[0]) == len(best)):
            found |= {index: (name,) for index, name in best.items()}
        elif not best:
            found |= _parts_of_many(mapped.form, indexes, headers)
    return found


def _parts_of_many(form: str, indexes: Sequence[int], headers: dict[int, ColumnHeader]) -> dict[int, tuple[str, ...]]:
    """Columns of those that are counted of many, when so many different ones and nothing else stand below a group that
    it can only be divided into them."""
    said = {index: meant_by(form, headers[index].said[-1:]) for index in indexes}
    names = [each.fields[0] for each in said.values() if len(each.fields) == 1 and each.is_exact]
    are_parts = len(set(names)) == len(indexes) and all(meanings(form)[name].is_of_many for name in names)
    if not are_parts or len(indexes) < _LEAST_OF_MANY:
        return {}
    return {index: each.fields for index, each in said.items()}


@cache
def _groups_vi(form: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field.group_vi for field in fields_of(form) if field.group_vi))


def _fits_in_group(form: str, group: str, indexes: Sequence[int], headers: dict[int, ColumnHeader]) -> dict[int, str]:
    """Column -> field of the group that its lowest text means there, word for word."""
    found: dict[int, str] = {}
    for index in indexes:
        texts = headers[index].said
        said = meant_in_group(form, texts, group)
        if len(said.fields) == 1 and said.is_exact and not meanings(form)[said.fields[0]].is_of_many:
            field = field_of(form, said.fields[0])
            if field is not None and field.group_vi == group:
                found[index] = field.name
    return found


def _without_contested(mapped: HeaderMap, headers: dict[int, ColumnHeader]) -> HeaderMap:
    """`mapped` without the columns whose words are not quite listed ones, where another column says the same field part
    by part (`Tổng ĐV` or `Số lượng` beside `Đảng viên mới / Tổng số`): what stands below tells which it is, or neither
    is taken."""
    said = {index: meant_by(mapped.form, header.said).fields for index, header in headers.items()}
    says_total = {index for index, header in headers.items() if _says_total(mapped.form, header.said[-1])}
    doubted = mapped.loose | _twice_in_a_group(mapped, headers)
    # Too little is said by a column's own words (`Số lượng`, `Tỷ lệ`), listed as they may be.
    bare = {name for name, index in mapped.columns.items() if index in says_total or not said[index]}
    for name in sorted(doubted | bare):
        others = [index for index in mapped.unmapped if name in said[index]]
        if mapped.columns[name] in says_total:
            # `Số học viên / DT` beside `Số học viên / TS` counts some of them.
            others = [index for index in others if not _has_part(mapped.form, name, said[index])]
        if name not in doubted:
            others = [
                index for index in others if said[index] == (name,) and _is_whole(mapped.form, headers[index], name)
            ]
        if others:
            index = mapped.columns[name]
            mapped = mapped.without(index, headers[index].shown)
            why = one_of_several(name, [headers[each].shown for each in sorted([index, *others])])
            mapped = replace(mapped, suspected=mapped.suspected | dict.fromkeys([index, *others], why))
    return mapped


def _has_part(form: str, name: str, fields: Iterable[str]) -> bool:
    found = (field_of(form, each) for each in fields)
    return any(field is not None and name in (field.subset_of, field.whole) for field in found)


def _is_whole(form: str, header: ColumnHeader, name: str) -> bool:
    """Whether the lowest text is the field's or a total's, and not of some of those counted (`31 - 40 / Nữ`)."""
    return _says_total(form, header.said[-1]) or meant_by(form, header.said[-1:]).fields == (name,)


def without_parts_of_others(mapped: HeaderMap, headers: Mapping[int, ColumnHeader]) -> HeaderMap:
    """`mapped` without the women, and others who are counted of many, below a heading whose total is another field's:
    those of `Lũy kế từ đầu năm / Tổng số, Nữ` are not the month's. The one column that says so elsewhere is."""
    for field in fields_of(mapped.form):
        name = field.name
        if not field.is_number or not meanings(mapped.form)[name].is_of_many:
            continue
        taken = {mapped.columns[name]} if name in mapped.columns else set(mapped.repeated.get(name, ()))
        may_be = taken | {index for index, why in mapped.suspected.items() if why.field == name}
        may_be |= {index for index in mapped.unmapped if name in meant_by(mapped.form, headers[index].said).fields}
        of_others = {index for index in may_be if _is_part_of_another(mapped, headers, index, field)}
        for index in taken & of_others:
            mapped = mapped.without(index, headers[index].shown)
        left = may_be - of_others
        if of_others and name not in mapped.claimed and len(left) == 1:
            mapped = mapped.with_inferred(left.pop(), by_words(name))
    return mapped


def _is_part_of_another(mapped: HeaderMap, headers: Mapping[int, ColumnHeader], index: int, part: Field) -> bool:
    whole = mapped.columns.get(part.subset_of or part.whole or "", -1)
    group = headers[index].texts[:1]
    totals = {
        other
        for other, header in headers.items()
        # `D.tộc thiểu / số` ends like a total: all that stands below the group says what a column is.
        if len(header.texts) > 1 and header.texts[:1] == group and _says_total(mapped.form, " ".join(header.texts[1:]))
    }
    return bool(totals) and whole not in totals and (whole >= 0 or not totals.isdisjoint(mapped.columns.values()))


def _without_totals_of_groups(mapped: HeaderMap, headers: Mapping[int, ColumnHeader]) -> HeaderMap:
    """`mapped` without a total that was read as what its group is called, one part of a sum, where other parts of that
    sum stand in the group, too: `Lĩnh vực lao động / Cộng` beside `Lĩnh vực lao động / Nông dân` counts no workers."""
    wholes = {field.name: field.whole for field in fields_of(mapped.form) if field.whole}
    for name, index in mapped.columns.items():
        group = headers[index].said[:-1]
        if name not in wholes or not group or not _says_total(mapped.form, headers[index].said[-1]):
            continue
        beside = (other for other, at in mapped.columns.items() if headers[at].said[:-1] == group and other != name)
        if any(wholes.get(other) == wholes[name] for other in beside):
            mapped = mapped.without(index, headers[index].shown)
    return mapped


@lru_cache(maxsize=8192)
def _says_total(form: str, text: str) -> bool:
    """Whether a header says how many, and nothing of whom."""
    meant = meant_by(form, (text,))
    return not meant.concepts and not meant.unknown


def _twice_in_a_group(mapped: HeaderMap, headers: dict[int, ColumnHeader]) -> frozenset[str]:
    """The fields counted of many that two columns below one heading say, each by itself (`Trong đó / QC nữ`, `Trong đó
    / Phụ nữ`): the heading may only seem to reach over one of them."""
    return frozenset(
        name
        for name, index in mapped.columns.items()
        if meanings(mapped.form)[name].is_of_many and len(headers[index].texts) > 1
        for other in mapped.unmapped
        if headers[other].texts[:-1] == headers[index].texts[:-1]
        and (meant := meant_by(mapped.form, headers[other].said)).fields == (name,)
        and meant.is_exact
    )


def _with_parts(
    mapped: HeaderMap, headers: dict[int, ColumnHeader], ruled_out: Mapping[int, frozenset[str]]
) -> HeaderMap:
    """`mapped` with the columns whose words are in no list but mean one field, part by part, that no other column
    has. Where two columns mean the same one, the one that is spelt right is taken, or neither."""
    in_groups = _meant_in_unknown_groups(mapped, headers)
    free: dict[int, list[str]] = {}
    for index in mapped.unmapped.keys() - mapped.suspected.keys():
        header = headers[index]
        said = meant_by(mapped.form, header.said).fields or in_groups.get(index) or _meant_beside(mapped.form, header)
        free[index] = [name for name in said if name not in ruled_out.get(index, ())]
    meant = _by_field({index: fields[0] for index, fields in free.items() if len(fields) == 1}, mapped)
    exact = {index for index in free if meant_by(mapped.form, headers[index].said).is_exact}
    # `Số HV ở trọ` may be a misspelt `… ở trên` only where no other column has it right.
    meant = {
        name: alone if len(alone := [each for each in indexes if each in exact]) == 1 else indexes
        for name, indexes in meant.items()
    }
    one = with_one_column(meant)
    one |= _told_apart_by_their_group(replace(mapped, columns=mapped.columns | one), headers, free)
    one |= _told_apart_by_the_others(replace(mapped, columns=mapped.columns | one), free)
    why = {index: by_words(name) for name, index in one.items()}
    several = {
        index: one_of_several(name, [headers[each].shown for each in indexes])
        for name, indexes in meant.items()
        if len(indexes) > 1
        for index in indexes
    }
    return replace(
        mapped,
        columns=mapped.columns | one,
        unmapped={index: text for index, text in mapped.unmapped.items() if index not in why},
        cost=mapped.cost + _BY_PARTS * len(one),
        inferred=why,
        suspected=mapped.suspected | several,
    )


def _with_the_other_sum(mapped: HeaderMap, headers: Mapping[int, ColumnHeader]) -> HeaderMap:
    """`mapped` with the one column that says a sum to date and not since when (`Lũy kế đến hết tháng`), where the sum
    of the term stands in another: it is the year's."""
    if "admitted_ttd" not in mapped.columns or "admitted_ytd" in mapped.claimed:
        return mapped
    said = {index: meant_by(mapped.form, headers[index].said) for index in mapped.unmapped}
    sums = [
        index
        for index, meant in said.items()
        if not meant.unknown and meant.is_exact and {"cumulative"} <= meant.concepts <= _OF_A_SUM
    ]
    return mapped.with_inferred(sums[0], by_words("admitted_ytd")) if len(sums) == 1 else mapped


def _meant_beside(form: str, header: ColumnHeader) -> tuple[str, ...]:
    """What a column says by itself beside a group of the form's that is not merged and only seems to reach over it
    (`Đã hoàn thiện hồ sơ` to the right of those below `Giới thiệu bởi`), or among what has been achieved (`Chỉ tiêu và
    thực hiện`), if it says since when. A word or two may say that of the group."""
    own = header.own or header.said[-1:]
    if len(header.said) < 2 or len(header_key(own[-1]).split()) < _LEAST_BESIDE:
        return ()
    group, alone = meant_by(form, header.said[:-1]), meant_by(form, own)
    if not group.concepts or group.unknown or len(alone.fields) != 1 or not alone.is_exact:
        return ()
    field = field_of(form, alone.fields[0])
    seems_over = bool(header.own) and group.concepts <= group_concepts(form)
    is_among = group.concepts <= own_concepts(form) and (
        "achieved" in group.concepts | alone.concepts or _ACHIEVED.search(header_key(header.said[-2])) is not None
    )
    return alone.fields if seems_over or (is_among and field is not None and field.carries) else ()


def _by_field(fields: Mapping[int, str], mapped: HeaderMap) -> dict[str, list[int]]:
    """The columns that mean each field which none has yet, nor several."""
    found: dict[str, list[int]] = {}
    for index in sorted(fields):
        if fields[index] not in mapped.columns and fields[index] not in mapped.repeated:
            found.setdefault(fields[index], []).append(index)
    return found


def with_one_column(columns: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """The fields that one column alone means, with it."""
    return {name: indexes[0] for name, indexes in columns.items() if len(indexes) == 1}


def _told_apart_by_their_group(
    mapped: HeaderMap, headers: dict[int, ColumnHeader], may_be: Mapping[int, Sequence[str]]
) -> dict[str, int]:
    """Columns that may be several fields, one of which is of the group that others below the same words are of:
    `Cảm tình Đảng / Tổng số` beside `Cảm tình Đảng / Nữ` counts the candidates, and not who has been in the class."""
    groups: dict[tuple[str, ...], set[str]] = {}
    for name, index in mapped.columns.items():
        if len(headers[index].said) > 1:
            groups.setdefault(headers[index].said[:-1], set()).add(_group_of(mapped.form, name))
    chosen: dict[int, str] = {}
    for index, names in may_be.items():
        own = groups.get(headers[index].said[:-1], set()) - {""}
        of_group = [name for name in names if _group_of(mapped.form, name) in own]
        # `K/nạp Đ.viên / Tổng số` beside `… / Nữ` is the whole of both, and none of the parts.
        is_total = not meant_by(mapped.form, headers[index].said[-1:]).concepts
        if len(names) > 1 and len(of_group) == 1 and not (is_total and _is_part_of(mapped.form, of_group[0], names)):
            chosen[index] = of_group[0]
    return with_one_column(_by_field(chosen, mapped))


def _is_part_of(form: str, name: str, others: Sequence[str]) -> bool:
    field = field_of(form, name)
    return field is not None and field.subset_of in others


def _told_apart_by_the_others(mapped: HeaderMap, may_be: Mapping[int, Sequence[str]]) -> dict[str, int]:
    """Columns of the party's or of the youth union's members (`K/nạp Đ.viên`), or of the candidates or their class
    (`Cảm tình Đảng`), one of which another column is."""
    of_the_union = frozenset({"youth_member"})
    left = {
        index: [name for name in names if name not in mapped.columns]
        for index, names in may_be.items()
        if len(names) == 2
        and index not in mapped.columns.values()
        and (
            any(of_the_union in meanings(mapped.form)[name].needs for name in names) or set(names) == _ONE_WORD_FOR_TWO
        )
    }
    return with_one_column(_by_field({index: names[0] for index, names in left.items() if len(names) == 1}, mapped))


def _group_of(form: str, name: str) -> str:
    field = field_of(form, name)
    return field.group_vi if field is not None else ""


def _groups_known_by_their_columns(
    headers: Sequence[ColumnHeader], matches: dict[int, tuple[Match, ...]]
) -> dict[tuple[str, ...], set[str]]:
    """Unknown groups under which a column stands that can only be of one field (`31–40` under `Phân theo lứa tuổi`),
    with the groups of the form that they are for."""
    known: dict[tuple[str, ...], set[str]] = {}
    for header in headers:
        found = matches[header.index]
        if len(found) == 1 and found[0].doubt and not found[0].generic:
            known.setdefault(header.texts[:-1], set()).add(found[0].field.group_vi)
    return known
