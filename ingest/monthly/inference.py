"""Columns understood by what stands below them, beside what their words say.

A column is taken for a field only where an identity of the form holds in every row that says something, its words do
not speak against it, and neither another column nor another field would do as well. What its words alone have decided
is given up again where the figures speak against them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.container.workbook import Sheet
from ingest.meaning.evidence import evidence
from ingest.meaning.parts import Meant, group_concepts, meanings, meant_by, meant_in_group
from ingest.model import Evidence
from ingest.monthly.headers import HeaderMap
from ingest.monthly.identities import Figures, Identity, Tally, identities_of, outcomes, tally
from ingest.monthly.tables import Table
from ingest.values.numbers import PARSERS, Unreadable, is_blank
from reference.fields import Field, field_of, number_fields_of

#: Figures speak against a column's words when an identity is broken in so many rows, and in more than hold.
_LEAST_BROKEN = 2
#: A column is of a field's type when so large a share of what stands in it is.
_MOSTLY = 0.9
#: Several columns at once must be spoken for in so many rows and columns.
_LEAST_TOGETHER = 4
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
    if not table.mapped.unmapped and not table.mapped.inferred:
        return table
    reading = _Reading(sheet, table)
    reading.give_up_what_figures_contradict()
    while (
        reading.take_what_figures_speak_for()
        or reading.take_what_adds_up_together()
        or reading.take_what_words_nearly_say()
    ):
        pass
    reading.name_the_candidates()
    return replace(table, mapped=reading.mapped)


class _Reading:
    """The columns of one table while they are being understood."""

    def __init__(self, sheet: Sheet, table: Table) -> None:
        self.mapped: HeaderMap = table.mapped
        self._form = table.mapped.form
        cells = [row.row for row in table.rows if row.kind == "cell"]
        self._rows = [sheet.rows[row] for row in cells]
        places = {row: place for place, row in enumerate(cells)}
        #: The cells that are shown as percentages: the place of their row among `_rows`, and their column.
        self._shares = {(places[row], column) for row, column in sheet.percents if row in places}
        self._texts = {header.index: header.said for header in table.headers}
        self._shown = table.header_texts
        self._figures: dict[tuple[int, str], Figures | None] = {}
        self._outcomes: dict[tuple[Identity, tuple[int, ...]], list[bool | None]] = {}

    def _meant(self, index: int) -> Meant:
        return meant_by(self._form, self._texts.get(index, ()))

    def _of(self, index: int, field: Field) -> Figures | None:
        """The column's figures as the field's type has them; None when they are something else, or none at all."""
        kind = field.type
        if (index, kind) not in self._figures:
            found = _parsed([row[index] if index < len(row) else None for row in self._rows], kind)
            if kind == "percent" and found is not None:
                found = [
                    100 * value if value is not None and (place, index) in self._shares else value
                    for place, value in enumerate(found)
                ]
            self._figures[index, kind] = found
        return self._figures[index, kind]

    def _held(self, identity: Identity, chosen: Mapping[str, int]) -> tuple[list[Figures], list[bool | None]] | None:
        """The figures of the identity's fields, with these columns for these fields and the others as they are read,
        and row by row whether it holds; None when a field is not read, or is of another type."""
        indexes: list[int] = []
        figures: list[Figures] = []
        for name in identity.fields:
            field, index = field_of(self._form, name), chosen.get(name, self.mapped.columns.get(name))
            own = self._of(index, field) if field is not None and index is not None else None
            if own is None or index is None:
                return None
            indexes.append(index)
            figures.append(own)
        place = identity, tuple(indexes)
        if place not in self._outcomes:
            self._outcomes[place] = outcomes(identity, figures)
        return figures, self._outcomes[place]

    def _tally(self, identity: Identity, about: str, chosen: Mapping[str, int]) -> Tally | None:
        """How the identity fares with these columns for these fields; None when that cannot be said."""
        held = self._held(identity, chosen)
        return None if held is None else tally(identity, *held, about)

    def give_up_what_figures_contradict(self) -> None:
        for index, why in dict(self.mapped.inferred).items():
            field = field_of(self._form, why.field)
            if field is None or not field.is_number:
                continue
            against = next(self._contradictions(index, field), None) or self._outdone(index, field)
            if against is not None:
                self.mapped = _given_up(self.mapped, index, self._shown[index], against)

    def _outdone(self, index: int, field: Field) -> Evidence | None:
        """Where the field's own group has a column that is not understood, one that stands elsewhere is not taken for
        the field by its words alone."""
        if not field.group_vi or self._is_in_group(index, field):
            return None
        others = [other for other in self._unread() if self._is_in_group(other, field)]
        if not any(self._of(other, field) is not None for other in others):
            return None
        return evidence(field.name, "evidence_outdone")

    def _is_in_group(self, index: int, field: Field) -> bool:
        """Whether the column stands below words that name the field's group and no other field."""
        groups = self._texts.get(index, ())[:-1]
        named = meant_by(self._form, groups).concepts if groups else frozenset[str]()
        return bool(named & meant_by(self._form, (field.group_vi,)).concepts)

    def _contradictions(self, index: int, field: Field) -> Iterator[Evidence]:
        own = self._of(index, field)
        if own is None:
            if any(not is_blank(row[index]) for row in self._rows if index < len(row)):
                yield evidence(field.name, "evidence_other_type")
            return
        for identity in identities_of(self._form):
            if field.name not in identity.fields:
                continue
            held = self._held(identity, {field.name: index})
            if held is None or held[1].count(False) < _LEAST_BROKEN:
                continue
            found = tally(identity, *held, field.name)
            if found.broken > found.telling:
                yield evidence(field.name, "evidence_against", rows=found.broken)

    def _unread(self) -> list[int]:
        """The columns that are not understood and that no word keeps out."""
        return [index for index in self.mapped.unmapped if not self._meant(index).is_foreign]

    def _missing(self) -> list[Field]:
        taken = self.mapped.columns.keys() | self.mapped.repeated.keys()
        return [field for field in number_fields_of(self._form) if field.name not in taken]

    def take_what_figures_speak_for(self) -> bool:
        """Take the columns that an identity picks out; True when there was one."""
        found = list(self._picked_out())
        sure = [
            each
            for each in found
            if {other.field for other in found if other.index == each.index} == {each.field}
            and {other.index for other in found if other.field == each.field} == {each.index}
            and each.index in self._unread()
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

    def _rivals(self, field: Field) -> list[int]:
        """The columns that are not understood and may hold the field's figures, also under a header that speaks of
        something else: it may have been put over the wrong column."""
        return [index for index in self.mapped.unmapped if self._meant(index).is_foreign or self._may_be(index, field)]

    def _picked_out(self) -> Iterator[_Candidate]:
        missing = self._missing()
        for identity in identities_of(self._form):
            if identity.kind == "at most":
                continue
            lacking = [field for field in missing if field.name in identity.fields]
            if len(lacking) != 1:
                continue
            (field,) = lacking
            for index in self._rivals(field):
                found = self._tally(identity, field.name, {field.name: index})
                if found is not None and found.is_kept and not any(self._contradictions(index, field)):
                    yield _Candidate(index, field.name, identity, found)

    def _may_be(self, index: int, field: Field) -> bool:
        """Whether the column's words do not speak against the field: what they name is the field's to name. A group may
        name other things, too, but no other group of the form, and nothing over women or minorities, who are counted
        of many."""
        meant, meaning = self._meant(index), meanings(self._form)[field.name]
        named = meant.concepts if meaning.is_of_many else meant.below | (meant.concepts & group_concepts(self._form))
        return named <= meaning.all_concepts | meaning.above

    def take_what_adds_up_together(self) -> bool:
        """Take several columns whose words nearly say their fields, where with all of them an identity holds; True
        when there were some. One more, of whose words nothing is known, may be what is left over."""
        missing = {field.name: field for field in self._missing()}
        for identity in identities_of(self._form):
            lacking = [missing[name] for name in identity.fields if name in missing]
            if identity.kind != "sum" or len(lacking) < 2:
                continue
            near = self._nearly(lacking)
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
        return {name: indexes[0] for name, indexes in found.items() if len(indexes) == 1}

    def _nearly_says(self, index: int, field: Field) -> bool:
        """Whether a column's words name the field, beside others in no list, or would below the field's own group."""
        meant, texts = self._meant(index), self._texts.get(index, ())
        if not self._may_be(index, field):
            return False
        if any(need <= meant.concepts for need in meanings(self._form)[field.name].needs):
            return True
        return bool(texts) and meant_in_group(self._form, texts, field.group_vi).fields == (field.name,)

    def _completed(self, near: Mapping[str, int], left: Sequence[Field]) -> Iterator[dict[str, int]]:
        if not left and near:
            yield dict(near)
        elif len(left) == 1 and near:
            (field,) = left
            others = [index for index in self._unread() if index not in near.values() and self._may_be(index, field)]
            ways = [dict(near) | {field.name: index} for index in others]
            holding = [way for way in ways if any(self._hold_together(each, way) for each in self._sums_of(field))]
            yield from holding if len(holding) == 1 else ()

    def _sums_of(self, field: Field) -> list[Identity]:
        return [each for each in identities_of(self._form) if each.kind == "sum" and field.name in each.fields]

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
        own = self._of(index, field)
        if own is None or any(self._contradictions(index, field)):
            return None
        if field.type in _TYPES_OF_ONE_FIELD and sum(value is not None for value in own) >= _LEAST_TOGETHER:
            return evidence(field.name, "evidence_type")
        for identity in identities_of(self._form):
            chosen = {field.name: index}
            found = self._tally(identity, field.name, chosen) if field.name in identity.fields else None
            if (
                found is not None
                and found.is_kept
                and not (identity.kind == "sum" and self._others_would_do(identity, chosen))
            ):
                return evidence(field.name, "evidence_nearly", rows=found.telling, all_rows=found.telling + found.idle)
        return None

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


def _parsed(values: Sequence[object], kind: str) -> Figures | None:
    parse = PARSERS["decimal" if kind == "count" else kind]
    found: list[float | None] = []
    filled = unreadable = 0
    for value in values:
        read = parse(value)  # type: ignore[arg-type]
        filled += not is_blank(value)  # type: ignore[arg-type]
        if isinstance(read, Unreadable) or (kind == "count" and read is not None and read != int(read)):
            unreadable += 1
            found.append(None)
        else:
            found.append(read)
    return found if filled and unreadable <= (1 - _MOSTLY) * filled else None


def _given_up(mapped: HeaderMap, index: int, shown: str, why: Evidence) -> HeaderMap:
    return replace(
        mapped,
        columns={name: other for name, other in mapped.columns.items() if other != index},
        unmapped=dict(sorted((mapped.unmapped | {index: shown}).items())),
        inferred={other: each for other, each in mapped.inferred.items() if other != index},
        suspected=mapped.suspected | {index: why},
    )
