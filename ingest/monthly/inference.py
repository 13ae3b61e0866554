"""Columns understood by what stands below them, beside what their words say.

A column is taken for a field only where an identity of the form holds in every row that says something, its words do
not speak against it, and neither another column nor another field would do as well. What its words alone have decided
is given up again where the figures speak against them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise, zip_longest

from ingest.container.workbook import Sheet
from ingest.meaning.concepts import asides_of, foreign_concepts, leaves_out, without_brackets
from ingest.meaning.evidence import by_words, evidence
from ingest.meaning.parts import (
    Meant,
    band_with_an_end,
    group_concepts,
    meanings,
    meant_but_for_a_slip,
    meant_by,
    meant_in_group,
)
from ingest.model import Evidence
from ingest.monthly.headers import HeaderMap, with_one_column
from ingest.monthly.identities import Figures, Identity, Tally, bounds_of, identities_of, outcomes, tally
from ingest.monthly.tables import Table
from ingest.values.numbers import SMALL, Raw, Unreadable, is_blank
from ingest.values.parsers import parser_of
from ingest.values.text import key
from reference.fields import Field, field_of, fields_of, number_fields_of

#: `Cộng giảm`, `Tổng số tăng`.
_ADDS_UP = re.compile(r"(?:tong|cong|t so)\b")
#: Figures speak against a column's words when an identity is broken in so many rows, and in more than hold.
_LEAST_BROKEN = 2
#: A column is of a field's type when so large a share of what stands in it is.
_MOSTLY = 0.9
#: What is left over of a sum must be so in so many rows that have one: where words nearly say the field, and where they
#: say nothing.
_LEAST_LEFT_OVER = 2
_LEAST_LEFT_OVER_UNSAID = 4
#: A sum is broken in nearly every row when it is in so many times more than hold.
_NEARLY_ALL = 4
#: Several columns at once must be spoken for in so many rows and columns.
_LEAST_TOGETHER = 4
#: Row numbers go up to so many at least before a column is known by them.
_LEAST_ROW_NUMBERS = 5
#: Which way somebody goes does not say why: beside a word in no list it says nothing.
_DIRECTIONS = frozenset({"in", "out"})
#: Whom a column counts that is none of the form's.
_OF_WHOM = frozenset({"household", "kinh", "men", "teacher", "education"})
#: Types that only one field of a form has: what stands below says which column it is.
_TYPES_OF_ONE_FIELD = frozenset({"flag", "years"})


@dataclass(frozen=True)
class _Candidate:
    """A column that may be a field, with the identity that speaks for it."""

    index: int
    field: str
    identity: Identity
    tally: Tally


def with_figures(sheet: Sheet, table: Table) -> Table:
    """`table` with its columns as words and figures together say."""
    reading = _Reading(sheet, table)
    reading.give_up_row_numbers()
    if not reading.mapped.unmapped and not reading.mapped.inferred:
        return table
    reading.give_up_what_another_does_better()
    as_said = reading.mapped
    reading.give_up_what_figures_contradict()
    reading.take_the_only_one_of_its_kind()
    while (
        reading.take_what_figures_speak_for()
        or reading.take_what_adds_up_together()
        or reading.take_what_words_nearly_say()
        or reading.take_what_stands_in_its_group()
        or reading.take_what_stands_between_the_bands_beside_it()
        or reading.take_what_is_left_over()
    ):
        pass
    if reading.mapped is not as_said:
        reading.give_up_what_figures_contradict()
    reading.give_up_parts_without_their_whole()
    reading.give_up_shares_that_nothing_bears_out()
    reading.give_up_what_may_be_of_another_day()
    reading.name_the_candidates()
    return replace(table, mapped=reading.mapped)


class _Reading:
    """The columns of one table while they are being understood."""

    def __init__(self, sheet: Sheet, table: Table) -> None:
        self.mapped: HeaderMap = table.mapped
        self._form = table.mapped.form
        cells = [row.row for row in table.rows if row.kind == "cell"]
        self._rows = [sheet.rows[row] for row in cells]
        self._columns = list(zip_longest(*self._rows))
        places = {row: place for place, row in enumerate(cells)}
        #: The cells that are shown as percentages: the place of their row among `_rows`, and their column.
        self._shares = {(places[row], column) for row, column in sheet.percents if row in places}
        self._texts = {header.index: header.said for header in table.headers}
        self._shown = table.header_texts
        # What follows is asked for again and again, and stays what it is while columns are taken and given up.
        self._lacking: tuple[HeaderMap | None, Sequence[tuple[Identity, Field]]] = None, ()
        self._meant_by: dict[int, Meant] = {}
        self._by_field: dict[tuple[int, str], Figures | None] = {}
        self._by_type: dict[tuple[int, str], Figures | None] = {}
        self._outcomes: dict[tuple[str, tuple[str, ...], tuple[int, ...]], list[bool | None]] = {}

    def _column(self, index: int) -> Sequence[Raw]:
        return self._columns[index] if index < len(self._columns) else ()

    def _meant(self, index: int) -> Meant:
        if index not in self._meant_by:
            self._meant_by[index] = meant_by(self._form, self._texts.get(index, ()))
        return self._meant_by[index]

    def _of(self, index: int, name: str) -> Figures | None:
        """The column's figures as the type of the field of that name has them; None when they are something else, or
        none at all, and for a part where the column adds up its group."""
        place = index, name
        if place not in self._by_field:
            field = field_of(self._form, name)
            texts = self._texts.get(index, ())
            is_whole = _is_one_of_a_group(self._form, name) and _adds_up_its_group(self._form, texts)
            self._by_field[place] = None if field is None or is_whole else self._read_as(field.type, index)
        return self._by_field[place]

    def _read_as(self, kind: str, index: int) -> Figures | None:
        """The column's figures as a type has them; None when they are something else, or none at all."""
        if (index, kind) not in self._by_type:
            found = _parsed(self._column(index), kind)
            if kind == "percent" and found is not None:
                found = [
                    100 * value if value is not None and (place, index) in self._shares else value
                    for place, value in enumerate(found)
                ]
            self._by_type[index, kind] = found
        return self._by_type[index, kind]

    def _held(self, identity: Identity, chosen: Mapping[str, int]) -> tuple[list[Figures], list[bool | None]] | None:
        """The figures of the identity's fields, with these columns for these fields and the others as they are read,
        and row by row whether it holds; None when a field is not read, or is of another type."""
        indexes: list[int] = []
        for name in identity.fields:
            index = chosen[name] if name in chosen else self.mapped.columns.get(name)
            if index is None:
                return None
            indexes.append(index)
        figures: list[Figures] = []
        for index, name in zip(indexes, identity.fields, strict=True):
            own = self._of(index, name)
            if own is None:
                return None
            figures.append(own)
        place = identity.kind, identity.fields, tuple(indexes)
        if place not in self._outcomes:
            self._outcomes[place] = outcomes(identity, figures)
        return figures, self._outcomes[place]

    def _tally(self, identity: Identity, about: str, chosen: Mapping[str, int]) -> Tally | None:
        """How the identity fares with these columns for these fields; None when that cannot be said."""
        held = self._held(identity, chosen)
        return None if held is None else tally(identity, *held, about)

    def _give_up(self, index: int, why: Evidence) -> None:
        """The column is not understood after all; `why` is what it may have been."""
        self.mapped = self.mapped.without(index, self._shown[index])
        self.mapped = replace(self.mapped, suspected=self.mapped.suspected | {index: why})

    def give_up_what_figures_contradict(self) -> None:
        for index, why in dict(self.mapped.inferred).items():
            field = field_of(self._form, why.field)
            if field is not None and field.type == "text" and self._has_figures(index):
                self._give_up(index, evidence(field.name, "evidence_other_type"))
            if field is None or not field.is_number:
                continue
            against = (
                next(self._contradictions(index, field), None)
                or self._outdone(index, field)
                or self._among_others(index, field)
                or self._does_better(index, field)
            )
            if against is not None:
                self._give_up(index, against)

    def give_up_what_another_does_better(self) -> None:
        """A column whose words are not quite those of its field is given up where it breaks a sum in nearly every row
        and a column that is not understood keeps it in all."""
        for name in sorted(self.mapped.loose & self.mapped.columns.keys()):
            field, index = field_of(self._form, name), self.mapped.columns[name]
            if field is None or index in self.mapped.inferred:
                continue
            for identity in _sums_of(self._form, name):
                own = self._tally(identity, name, {})
                if own is None or own.broken < _LEAST_TOGETHER or own.broken < _NEARLY_ALL * own.telling:
                    continue
                others = [self._tally(identity, name, {name: other}) for other in self._unread()]
                if any(each is not None and each.is_kept and each.telling >= _LEAST_TOGETHER for each in others):
                    self._give_up(index, evidence(name, "evidence_against", rows=own.broken))
                    break

    def give_up_row_numbers(self) -> None:
        """Whatever stands over them, figures that count the rows are the rows' numbers."""
        for name, index in dict(self.mapped.columns).items():
            field = field_of(self._form, name)
            if field is not None and field.is_number and self._counts_the_rows(index, field):
                why = evidence(name, "evidence_row_numbers")
                self._give_up(index, why)

    def _counts_the_rows(self, index: int, field: Field) -> bool:
        """Whether figures go 1, 2, 3 … down the rows, from the beginning again in each section. Hardly any column does,
        and most say so in their first row."""
        first = self._rows[0][index] if self._rows and index < len(self._rows[0]) else None
        if is_blank(first) or (field.type != "flag" and not _may_be_one(first, field.type)):
            return False
        return _counts_the_rows(self._of(index, field.name) or ())

    def give_up_parts_without_their_whole(self) -> None:
        """A column that only names some people (`Nông dân`) may count all there are: by its words alone it is taken for
        a part where it stands in a group, says of what it is a part, or the whole is read."""
        for name in sorted(self.mapped.loose & self.mapped.columns.keys()):
            # `Khác` alone, where no other part is read, is other than something else.
            field, index = field_of(self._form, name), self.mapped.columns[name]
            if field is not None and self._is_alone_of_its_parts(index, field):
                self._give_up(index, evidence(name, "evidence_not_enough"))
        for index, why in dict(self.mapped.inferred).items():
            field = field_of(self._form, why.field)
            whole = field and field_of(self._form, field.whole or field.subset_of or "")
            if field is not None and field.carries and "admitted" not in self.mapped.columns:
                # What words call the year's sum may be the month's figure, where that is not read.
                self._give_up(index, evidence(field.name, "evidence_not_enough"))
                continue
            if field is not None and self._is_alone_of_its_parts(index, field):
                # Words for some people (`Người mặc quân phục`) say no occupation where the sheet asks for none.
                self._give_up(index, evidence(field.name, "evidence_not_enough"))
                continue
            if field is None or not whole or whole.name in self.mapped.columns or len(self._texts[index]) > 1:
                continue
            says_whole = any(need & self._meant(index).concepts for need in meanings(self._form)[whole.name].needs)
            if not says_whole and not self._is_between_its_group(index, field):
                self._give_up(index, evidence(field.name, "evidence_not_enough"))

    def give_up_shares_that_nothing_bears_out(self) -> None:
        """`Tỷ lệ` alone, below no heading, may be a share of anything: it is the target's where the figures say so."""
        for identity in identities_of(self._form):
            index = self.mapped.columns.get(identity.fields[0]) if identity.kind == "share" else None
            if index is None or len(self._texts[index]) > 1 or not self._meant(index).concepts <= {"share"}:
                continue
            held = self._held(identity, {})
            if held is None or True not in held[1]:
                self._give_up(index, evidence(identity.fields[0], "evidence_not_enough"))

    def _is_alone_of_its_parts(self, index: int, field: Field) -> bool:
        """Whether the column has no group, and none of the other parts into which its whole is divided is read. Ages
        say of themselves what they are parts of."""
        if not field.partition or len(self._texts[index]) > 1 or self._meant(index).names_ages:
            return False
        parts = [other for other in fields_of(self._form) if other.partition == field.partition]
        return not any(other.name in self.mapped.columns for other in parts if other.name != field.name)

    def _has_figures(self, index: int) -> bool:
        """Whether numbers stand in the column."""
        return self._read_as("decimal", index) is not None

    def _outdone(self, index: int, field: Field) -> Evidence | None:
        """Where the field's own group has a column that is not understood, one that stands elsewhere is not taken for
        the field by its words alone."""
        if not field.group_vi or self._is_in_group(index, field):
            return None
        others = [
            other
            for other in self._unread()
            if self._is_in_group(other, field) and self._may_be(other, field) and not self._is_other(other, field)
        ]
        if not any(self._of(other, field.name) is not None for other in others):
            return None
        return evidence(field.name, "evidence_outdone")

    def _is_other(self, index: int, field: Field) -> bool:
        """Whether the column says another field than this one but for a slip."""
        mended = meant_but_for_a_slip(self._form, self._texts.get(index, ()))
        return mended is not None and mended.fields != (field.name,)

    def _among_others(self, index: int, field: Field) -> Evidence | None:
        """A column without a group that stands between two of one other group is not taken for the field by its words
        alone. A share of the target may stand beside any figure, and what is reckoned from two others between them."""
        if len(self._texts.get(index, ())) > 1 or field.type == "percent":
            return None
        beside = [other for other in self._neighbours(index) if other is not None]
        names = {field.name, *(other.name for other in beside)}
        if any(names <= {*identity.fields} for identity in identities_of(self._form)):
            return None
        groups = [other.group_vi for other in beside]
        if len(groups) == 2 and groups[0] == groups[1] and groups[0] not in ("", field.group_vi):
            return evidence(field.name, "evidence_other_place")
        return None

    def _is_whole(self, field: Field) -> bool:
        return field.name in _wholes(self._form)

    def _neighbours(self, index: int) -> list[Field | None]:
        """The fields of the nearest columns that are read, to the left and to the right."""
        places = {place: name for name, place in self.mapped.columns.items()}
        before = max((place for place in places if place < index), default=None)
        after = min((place for place in places if place > index), default=None)
        return [field_of(self._form, places[place]) for place in (before, after) if place is not None]

    def _does_better(self, index: int, field: Field) -> Evidence | None:
        """Where the column's figures are just those of a field that is missing (they complete its sum, or its share),
        it is not taken for another by its words alone; but a whole may be equal to the year's sum, in January."""
        if self._is_whole(field):
            return None
        for identity, missing in self._lacking_one():
            if field.name in identity.fields:
                continue
            found = self._tally(identity, missing.name, {missing.name: index})
            if found is not None and found.is_kept and found.telling >= _LEAST_TOGETHER:
                return evidence(field.name, "evidence_other_field")
        return None

    def _is_in_group(self, index: int, field: Field) -> bool:
        """Whether the column stands below words that name the field's group and no other field."""
        groups = self._texts.get(index, ())[:-1]
        named = meant_by(self._form, groups).concepts if groups else frozenset[str]()
        return bool(named & meant_by(self._form, (field.group_vi,)).concepts)

    def _contradictions(self, index: int, field: Field) -> Iterator[Evidence]:
        own = self._of(index, field.name)
        if own is None:
            if not self._is_blank(index):
                yield evidence(field.name, "evidence_other_type")
            return
        if _counts_the_rows(own):
            yield evidence(field.name, "evidence_row_numbers")
        for identity in _all_about(self._form, field.name):
            held = self._held(identity, {field.name: index})
            if held is None or held[1].count(False) < _LEAST_BROKEN:
                continue
            found = tally(identity, *held, field.name)
            if found.broken > (found.telling if self._is_at_home(index, field) else 1):
                yield evidence(field.name, "evidence_against", rows=found.broken)

    def _unread(self) -> list[int]:
        """The columns that are not understood and that no word keeps out."""
        return [index for index in self.mapped.unmapped if not self._meant(index).is_foreign]

    def _missing(self) -> list[Field]:
        taken = self.mapped.claimed
        return [field for field in number_fields_of(self._form) if field.name not in taken]

    def _lacking_one(self) -> Sequence[tuple[Identity, Field]]:
        """The sums and shares of which all fields but one are read, with that one."""
        columns, found = self._lacking
        if columns is not self.mapped:
            missing = {field.name: field for field in self._missing()}
            lacking = [
                (each, [missing[name] for name in each.fields if name in missing])
                for each in _sums_and_shares(self._form)
            ]
            found = [(each, fields[0]) for each, fields in lacking if len(fields) == 1]
            self._lacking = self.mapped, found
        return found

    def take_the_only_one_of_its_kind(self) -> None:
        """Of several columns whose words mean the same field, take the only one below which its kind of values may
        stand: `Loại hình (ấp, khóm)` beside `Trưởng ấp` counts nobody."""
        for field in self._missing():
            meant = [index for index in self._unread() if self._meant(index).fields == (field.name,)]
            left = [index for index in meant if self._of(index, field.name) is not None or self._is_blank(index)]
            if len(meant) > 1 and len(left) == 1 and not any(self._contradictions(left[0], field)):
                self.mapped = self.mapped.with_inferred(left[0], by_words(field.name))

    def _is_blank(self, index: int) -> bool:
        return all(is_blank(value) for value in self._column(index))

    def give_up_what_may_be_of_another_day(self) -> None:
        """Who is there (`Hiện có`) is there at the month's end; where no opening is read and no sum is kept, it may be
        at its beginning as well."""
        index, field = self.mapped.columns.get("closing"), field_of(self._form, "closing")
        if index not in self.mapped.inferred or field is None or "opening" in self.mapped.columns:
            return
        says_when = "closing" in self._meant(index).concepts
        tallies = (self._tally(each, field.name, {}) for each in _sums_of(self._form, field.name))
        if not says_when and not any(found is not None and found.is_kept for found in tallies):
            self._give_up(index, evidence(field.name, "evidence_not_enough"))

    def take_what_figures_speak_for(self) -> bool:
        """Take the columns that an identity picks out; True when there was one."""
        found = list(self._picked_out())
        sure = [
            each
            for each in found
            if {other.field for other in found if other.index == each.index} == {each.field}
            and {other.index for other in found if other.field == each.field} == {each.index}
            and (each.index in self._unread() or self._is_lacking_in_a_sum(each))
        ]
        for each in {each.field: each for each in sure}.values():
            why = evidence(
                each.field,
                each.identity.text,
                rows=each.tally.telling,
                all_rows=each.tally.telling + each.tally.idle,
            )
            self.mapped = self.mapped.with_inferred(each.index, why)
        return bool(sure)

    def _is_lacking_in_a_sum(self, given: _Candidate) -> bool:
        return given.identity.kind == "sum" and self._says_but_for_brackets(given.index, given.field)

    def _says_but_for_brackets(self, index: int, field: str) -> bool:
        """Whether a column is none of the form's for nothing but who is counted in brackets, or left out there
        (`Nông dân (hộ)`, `Đầu tháng (chưa tính tăng, giảm)`)."""
        *groups, last = self._texts.get(index, ("",))
        asides = asides_of(last)
        return (
            bool(asides)
            and all(leaves_out(aside) or foreign_concepts(aside) <= _OF_WHOM for aside in asides)
            and meant_by(self._form, (*groups, without_brackets(last))).fields == (field,)
        )

    def _rivals(self, field: Field) -> list[int]:
        """The columns that are not understood and may hold the field's figures, also under a header that speaks of
        something else: it may have been put over the wrong column."""
        return [
            index
            for index in self.mapped.unmapped
            if self._meant(index).is_foreign or self._may_be(index, field) or self._names_it_beside_others(index, field)
        ]

    def _picked_out(self) -> Iterator[_Candidate]:
        for identity, field in self._lacking_one():
            for index in self._rivals(field):
                found = self._tally(identity, field.name, {field.name: index})
                if found is not None and found.is_kept and not any(self._contradictions(index, field)):
                    yield _Candidate(index, field.name, identity, found)

    def _may_be(self, index: int, field: Field) -> bool:
        """Whether the column's words do not speak against the field: what they name is the field's to name. A group may
        name other things, too, but no other group of the form, and nothing over women or minorities, who are counted
        of many. What the column's own words name is nothing of the group's other fields."""
        meant, meaning = self._meant(index), meanings(self._form)[field.name]
        own = meant_by(self._form, self._texts.get(index, ())[-1:]).concepts
        if not own <= meaning.all_concepts:
            return False
        named = meant.concepts if meaning.is_of_many else meant.below | (meant.concepts & group_concepts(self._form))
        return named <= meaning.all_concepts | meaning.above

    def _names_it_beside_others(self, index: int, field: Field) -> bool:
        """Whether a column's own words say the field, and besides only what other summands of its sum say that are read
        (`Cán bộ, chiến sĩ LLVT` beside `CBCCVC`): which of them it is the sum must tell."""
        own = meant_by(self._form, self._texts.get(index, ())[-1:])
        names = {name for each in _sums_of(self._form, field.name) for name in each.fields} - {field.name}
        others = (meanings(self._form)[name].all_concepts for name in names & self.mapped.columns.keys())
        needs = (need - group_concepts(self._form) for need in meanings(self._form)[field.name].needs)
        return (
            not own.unknown
            and any(need and need <= own.concepts for need in needs)
            and own.concepts <= meanings(self._form)[field.name].all_concepts.union(*others)
        )

    def take_what_adds_up_together(self) -> bool:
        """Take several columns whose words nearly say their fields, where with all of them an identity holds; True
        when there were some. One more, of whose words nothing is known, may be what is left over."""
        missing = {field.name: field for field in self._missing()}
        for identity in identities_of(self._form):
            lacking = [missing[name] for name in identity.fields if name in missing]
            if identity.kind != "sum" or len(lacking) < 2:
                continue
            near = self._bands_by_an_end(lacking) | self._nearly(lacking)
            left = [field for field in lacking if field.name not in near]
            for chosen in self._completed(near, left):
                if (why := self._hold_together(identity, chosen)) is not None and not self._others_would_do(
                    identity, chosen
                ):
                    for name, index in chosen.items():
                        self.mapped = self.mapped.with_inferred(index, replace(why, field=name))
                    return True
        return False

    def _nearly(self, fields: Sequence[Field]) -> dict[str, int]:
        """The fields that the words of one unread column each nearly say."""
        found: dict[str, list[int]] = {}
        for index in self._unread():
            named = [field.name for field in fields if self._nearly_says(index, field)]
            if len(named) == 1:
                found.setdefault(named[0], []).append(index)
        return with_one_column(found)

    def _nearly_says(self, index: int, field: Field) -> bool:
        """Whether a column's words name the field, beside others in no list, or would below the field's own group or
        but for a slip."""
        meant, texts = self._meant(index), self._texts.get(index, ())
        mended = meant_but_for_a_slip(self._form, texts)
        if mended is not None and mended.fields == (field.name,) and not meant.fields:
            return True
        if len(meant.fields) > 1:
            # `XTĐV`: struck off, or resigned.
            return field.name in meant.fields
        if not self._may_be(index, field):
            return False
        needs = [need for need in meanings(self._form)[field.name].needs if need <= meant.concepts]
        if any(not meant.unknown or need - group_concepts(self._form) - _DIRECTIONS for need in needs):
            return True
        return bool(texts) and meant_in_group(self._form, texts, field.group_vi).fields == (field.name,)

    def _completed(self, near: Mapping[str, int], left: Sequence[Field]) -> Iterator[dict[str, int]]:
        if not left and near:
            yield dict(near)
        elif len(left) == 1 and near:
            (field,) = left
            others = [index for index in self._unread() if index not in near.values() and self._may_be(index, field)]
            ways = [dict(near) | {field.name: index} for index in others]
            sums = _sums_of(self._form, field.name)
            holding = [way for way in ways if any(self._hold_together(each, way) for each in sums)]
            yield from holding if len(holding) == 1 else ()

    def _hold_together(self, identity: Identity, chosen: Mapping[str, int]) -> Evidence | None:
        """The evidence for all the chosen columns at once; None when the identity does not hold with them, or says
        nothing about one of them."""
        tallies: list[Tally] = []
        for name in chosen.keys() & set(identity.fields):
            if (found := self._tally(identity, name, chosen)) is None:
                return None
            tallies.append(found)
        if any(found.broken for found in tallies) or sum(found.telling for found in tallies) < _LEAST_TOGETHER:
            return None
        least = min(tallies, key=lambda found: found.telling)
        if any(self._contradicted(index, name) for name, index in chosen.items()):
            return None
        all_rows = least.telling + least.idle
        return evidence("", "evidence_together", rows=sum(found.telling for found in tallies), all_rows=all_rows)

    def _others_would_do(self, identity: Identity, chosen: Mapping[str, int]) -> bool:
        """Whether the identity would hold as well with another unread column in the place of one of the chosen."""
        fields = {name: field for name in chosen if (field := field_of(self._form, name)) is not None}
        return any(
            self._hold_together(identity, dict(chosen) | {name: other}) is not None
            for name, field in fields.items()
            for other in self._rivals(field)
            if other not in chosen.values()
        )

    def _contradicted(self, index: int, name: str) -> bool:
        field = field_of(self._form, name)
        return field is not None and any(self._contradictions(index, field))

    def take_what_words_nearly_say(self) -> bool:
        """Take a column whose words nearly say a field, where figures bear it out; True when there was one."""
        fields = {field.name: field for field in self._missing()}
        for name, index in self._nearly(list(fields.values())).items():
            if (why := self._borne_out(index, fields[name])) is not None:
                self.mapped = self.mapped.with_inferred(index, why)
                return True
        return False

    def _borne_out(self, index: int, field: Field) -> Evidence | None:
        own = self._of(index, field.name)
        if own is None or any(self._contradictions(index, field)):
            return None
        if field.type in _TYPES_OF_ONE_FIELD and sum(value is not None for value in own) >= _LEAST_TOGETHER:
            # One and nought may be yes and no, and may be people.
            says_which = field.type != "flag" or not self._has_figures(index)
            return evidence(field.name, "evidence_type") if says_which else None
        for identity in identities_of(self._form):
            chosen = {field.name: index}
            found = self._tally(identity, field.name, chosen) if field.name in identity.fields else None
            if identity.kind == "at most" and field.name != identity.fields[0]:
                # A word in no list may make something smaller of a whole, and whatever is large is no less than it.
                continue
            if (
                found is not None
                and found.is_kept
                and not (identity.kind == "sum" and self._others_would_do(identity, chosen))
            ):
                return evidence(field.name, "evidence_nearly", rows=found.telling, all_rows=found.telling + found.idle)
        return None

    def take_what_stands_in_its_group(self) -> bool:
        """Take a column whose words nearly say a field among those of its group: below one heading with others that are
        read as the group's, or between two of them; True when there was one. Nothing else stands there, and no figure
        speaks against it."""
        fields = {field.name: field for field in self._missing()}
        for name, index in self._nearly(list(fields.values())).items():
            field = fields[name]
            if (
                field.group_vi
                and not self._is_whole(field)
                and (self._is_below_its_group(index, field) or self._is_between_its_group(index, field))
                and self._take_in_its_place(index, field)
            ):
                return True
        return False

    def _take_in_its_place(self, index: int, field: Field) -> bool:
        """Take a column that stands where the field does, unless it has no figures or one of them speaks against it;
        True when it was taken."""
        if self._of(index, field.name) is None or self._is_ever_broken(index, field):
            return False
        self.mapped = self.mapped.with_inferred(index, evidence(field.name, "evidence_in_group"))
        return True

    def take_what_stands_between_the_bands_beside_it(self) -> bool:
        """Take a column of ages of which one end is said (`18-30`, `Đến 40`, `41-50`) that stands between the bands
        before and after it; True when there was one. No figure speaks against it."""
        fields = {field.name: field for field in self._missing()}
        for name, index in self._bands_by_an_end(list(fields.values())).items():
            field = fields[name]
            bands = [other.name for other in fields_of(self._form) if other.partition == field.partition]
            place = bands.index(name)
            beside = [each.name for each in self._neighbours(index) if each is not None]
            if (
                0 < place < len(bands) - 1
                and beside == [bands[place - 1], bands[place + 1]]
                and self._is_below_its_group(index, field)
                and self._take_in_its_place(index, field)
            ):
                return True
        return False

    def _bands_by_an_end(self, fields: Sequence[Field]) -> dict[str, int]:
        """The bands of ages one of whose ends is all that the words of one unread column say."""
        found: dict[str, list[int]] = {}
        for index in self._unread():
            band = band_with_an_end(self._form, self._meant(index).concepts)
            for field in fields:
                if band is not None and {band} in meanings(self._form)[field.name].needs:
                    found.setdefault(field.name, []).append(index)
        return with_one_column(found)

    def take_what_is_left_over(self) -> bool:
        """Take a column of whose sum everything else is read: what stands in it is what must stand there, though most
        of it is nothing and says no more. Its words nearly say the field, or it stands among the field's group and no
        other column would do; True when there was one."""
        fields = {field.name: field for field in self._missing()}
        near = self._nearly(list(fields.values()))
        for identity in identities_of(self._form):
            lacking = [fields[name] for name in identity.fields if name in fields]
            if identity.kind != "sum" or len(lacking) != 1:
                continue
            (field,) = lacking
            index, least = near.get(field.name, self._only_one_but_for_brackets(field)), _LEAST_LEFT_OVER
            if index is None:
                index, least = self._only_one_in_group(identity, field), _LEAST_LEFT_OVER_UNSAID
            if index is not None and (rows := self._left_over(identity, field, index)) >= least:
                self.mapped = self.mapped.with_inferred(index, evidence(field.name, "evidence_left_over", rows=rows))
                return True
        return False

    def _only_one_but_for_brackets(self, field: Field) -> int | None:
        said = [index for index in self.mapped.unmapped if self._says_but_for_brackets(index, field.name)]
        return said[0] if len(said) == 1 else None

    def _only_one_in_group(self, identity: Identity, field: Field) -> int | None:
        """The one unread column that stands among those of the field's group, where no other would complete the sum."""
        would_do = [index for index in self._rivals(field) if self._left_over(identity, field, index)]
        if len(would_do) != 1 or self._is_whole(field) or not field.group_vi:
            return None
        (index,) = would_do
        is_there = self._is_below_its_group(index, field) or self._is_between_its_group(index, field)
        return index if is_there and index in self._unread() else None

    def _left_over(self, identity: Identity, field: Field, index: int) -> int:
        """In how many rows with a whole that is more than nothing the column is what is left over of it; 0 where
        figures speak against it in any row."""
        chosen = {field.name: index}
        held = self._held(identity, chosen)
        if held is None or False in held[1] or any(self._contradictions(index, field)):
            return 0
        if any(self._is_broken(each, chosen) for each in _sums_and_shares(self._form)):
            return 0
        figures, outcome = held
        return sum(is_so is True and bool(whole) for is_so, whole in zip(outcome, figures[0], strict=True))

    def _is_broken(self, identity: Identity, chosen: Mapping[str, int]) -> bool:
        held = self._held(identity, chosen) if chosen.keys() & set(identity.fields) else None
        return held is not None and False in held[1]

    def _read_in_group(self, field: Field) -> dict[int, str]:
        """The columns that are read as others of the field's group."""
        others = ((name, field_of(self._form, name)) for name in self.mapped.columns)
        names = [name for name, other in others if other is not None and other.group_vi == field.group_vi]
        return {self.mapped.columns[name]: name for name in names}

    def _is_at_home(self, index: int, field: Field) -> bool:
        """Whether the column has a listed word, or stands where the field belongs."""
        is_listed = index in self.mapped.columns.values() and index not in self.mapped.inferred
        return is_listed or self._is_in_group(index, field) or self._is_between_its_group(index, field)

    def _is_below_its_group(self, index: int, field: Field) -> bool:
        groups = self._texts.get(index, ())[:-1]
        below = [other for other in self._texts if groups and self._texts[other][:-1] == groups]
        read = self._read_in_group(field).keys() & set(below)
        strangers = [other for other in self.mapped.columns.values() if other in below and other not in read]
        return bool(read) and not strangers

    def _is_between_its_group(self, index: int, field: Field) -> bool:
        read = self._read_in_group(field)
        known = sorted(self.mapped.columns.values())
        before = [other for other in known if other < index][-1:]
        after = [other for other in known if other > index][:1]
        return all(sides and sides[0] in read for sides in (before, after))

    def _is_ever_broken(self, index: int, field: Field) -> bool:
        chosen = {field.name: index}
        found = (
            self._tally(each, field.name, chosen) for each in identities_of(self._form) if field.name in each.fields
        )
        return any(each is not None and each.broken for each in found)

    def name_the_candidates(self) -> None:
        """Of the columns that stay unread, say which missing fields they may be."""
        missing = self._missing()
        for index in self._unread():
            if index in self.mapped.suspected:
                continue
            meant = self._meant(index)
            named = meant.fields or tuple(field.name for field in missing if self._nearly_says(index, field))
            named = tuple(name for name in named if name not in self.mapped.columns)
            if named:
                why = evidence(",".join(named), "evidence_not_enough")
                self.mapped = replace(self.mapped, suspected=self.mapped.suspected | {index: why})


@lru_cache(maxsize=8192)
def _adds_up_its_group(form: str, texts: tuple[str, ...]) -> bool:
    """Whether a column is a group's total by its words (`Đảng viên giảm / Cộng giảm`), misspelt as they may be (`Tổgn
    số`), and no part of it."""
    if not texts:
        return False
    said = meant_by(form, texts[-1:])
    if said.unknown or (len(texts) > 1 and meant_by(form, texts[:-1]).fields):
        # What the words above say by themselves, a total below them is (`31 - 40 tuổi / TS`).
        return False
    adds_up = _ADDS_UP.match(key(texts[-1])) is not None
    return said.concepts <= group_concepts(form) if adds_up else not said.concepts


@cache
def _wholes(form: str) -> frozenset[str]:
    """The fields that others are parts of."""
    return frozenset(name for field in fields_of(form) for name in (field.whole, field.subset_of))


@cache
def _sums_of(form: str, name: str) -> tuple[Identity, ...]:
    """The sums that the field of that name stands in."""
    return tuple(each for each in identities_of(form) if each.kind == "sum" and name in each.fields)


@cache
def _sums_and_shares(form: str) -> tuple[Identity, ...]:
    return tuple(each for each in identities_of(form) if each.kind != "at most")


@cache
def _all_about(form: str, name: str) -> tuple[Identity, ...]:
    """Whatever must hold of the field of that name."""
    return tuple(each for each in (*identities_of(form), *bounds_of(form)) if name in each.fields)


@cache
def _is_one_of_a_group(form: str, name: str) -> bool:
    """Whether others of the field's group stand in a sum with it."""
    field = field_of(form, name)
    group = field.group_vi if field is not None else ""
    others = {other.name for other in fields_of(form) if group and other.group_vi == group}
    return any(len(others.intersection(each.fields)) > 1 for each in _sums_of(form, name))


def _counts_the_rows(figures: Figures) -> bool:
    """Whether figures go 1, 2, 3 … down the rows, from the beginning again in each section."""
    if len(figures) < _LEAST_ROW_NUMBERS or None in figures:
        return False
    return (
        all(each == 1 or each == before + 1 for before, each in pairwise((0.0, *(each or 0.0 for each in figures))))
        and max(each or 0.0 for each in figures) >= _LEAST_ROW_NUMBERS
    )


def _may_be_one(value: Raw, kind: str) -> bool:
    """Whether a cell holds 1, or what is shown as 1%."""
    read = parser_of("decimal" if kind == "count" else kind)(value)
    return isinstance(read, int | float) and (read == 1 or 100 * read == 1)


def _parsed(values: Sequence[Raw], kind: str) -> Figures | None:
    parse = parser_of("decimal" if kind == "count" else kind, values)
    found: list[float | None] = []
    filled = unreadable = 0
    for value in values:
        if value is None or value == "":
            found.append(None)
            continue
        if type(value) is float and kind == "count" and value in SMALL:
            filled += 1
            found.append(value + 0.0)
            continue
        read = parse(value)
        filled += not is_blank(value)
        if isinstance(read, Unreadable) or (kind == "count" and read is not None and read != int(read)):
            unreadable += 1
            found.append(None)
        else:
            found.append(read)
    return found if filled and unreadable <= (1 - _MOSTLY) * filled else None
