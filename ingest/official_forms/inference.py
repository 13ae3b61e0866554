"""Rows of an official form that no word tells, understood by where they stand and what they add up to.

A row is taken for an indicator only where the form lacks that indicator just there, the form's sums hold with the
row's figures and not without them, its words do not speak of something else, and neither another row nor another
indicator would do as well.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.meaning.concepts import parses
from ingest.monthly.identities import Identity
from ingest.official_forms.align import Alignment, LabelledRow
from ingest.official_forms.identities import identities_of
from ingest.official_forms.rows import FormRow, OfficialForm, begins_with_link, similar_rows

#: A row's figures, this period's and that of the year before; None where nothing stands, NaN where what stands
#: cannot be read (a sum never holds with it).
Figures = tuple[float | None, ...]

_NOISE = 1e-6
#: Small figures are the same by accident: so many people must stand in a row, fewer where both periods say so.
_LEAST_PEOPLE = 10
_LEAST_PEOPLE_IN_BOTH = 5
#: Where more rows or indicators than this may be each other, none is said to be any.
_MOST_NAMED = 3
_NUMBER = re.compile(r"\d{2,}")


@dataclass(frozen=True)
class Understood:
    """By row of the table: the indicator that it was taken for; the indicators that a row that stays unread may be."""

    taken: Mapping[int, FormRow]
    may_be: Mapping[int, tuple[FormRow, ...]]


@dataclass(frozen=True)
class _Gap:
    """What lies between two rows that were recognised: rows of the sheet, and indicators that are not there."""

    rows: range
    missing: tuple[FormRow, ...]


def understood(
    alignment: Alignment, labels: Sequence[LabelledRow], read: Mapping[str, Figures], unread: Mapping[int, Figures]
) -> Understood:
    """What the rows `unread` are, when the indicators `read` have these figures."""
    if not unread:
        return Understood({}, {})
    reading = _Reading(alignment, labels, read, unread)
    while reading.take_what_is_certain():
        pass
    return Understood(reading.taken, reading.candidates())


class _Reading:
    """The rows of one table while they are being understood."""

    def __init__(
        self,
        alignment: Alignment,
        labels: Sequence[LabelledRow],
        read: Mapping[str, Figures],
        unread: Mapping[int, Figures],
    ) -> None:
        self.taken: dict[int, FormRow] = {}
        self._form = alignment.form
        self._labels = labels
        self._read = dict(read)
        self._unread = dict(unread)
        self._missing = [row for row in self._form.rows if row.field and row.field not in self._read]
        self._gaps = [gap for gap in self._between(alignment) if gap.missing]

    def _between(self, alignment: Alignment) -> Iterator[_Gap]:
        """The gaps in which every row of the sheet is recognised or has figures: what stands below words that are not
        understood may belong to them."""
        ends = [(-1, -1, -1)]
        ends += sorted((match.first, match.last, match.form_row) for match in alignment.matches)
        ends.append((len(self._labels), len(self._labels), len(self._form.rows)))
        doubtful = {row for match in alignment.ambiguous for row in range(match.first, match.last + 1)}
        for (_, above, before), (below, _, after) in pairwise(ends):
            rows = range(above + 1, below)
            if rows and not any(row in doubtful or not self._labels[row].has_figures for row in rows):
                yield _Gap(rows, tuple(row for row in self._missing if before < row.index < after))

    def take_what_is_certain(self) -> bool:
        """Take the rows that leave no other choice; True when there was one."""
        found = self._decided()
        certain: dict[int, FormRow] = {}
        for gap in self._gaps:
            missing = [row for row in gap.missing if row in self._missing]
            here = {index: row for index, row in found.items() if index in gap.rows and row in missing}
            in_order = [here[index] for index in sorted(here)]
            if in_order == missing:
                certain |= here
        for index, row in certain.items():
            self.taken[index] = row
            self._read[row.field] = self._unread.pop(index)
            self._missing.remove(row)
        return bool(certain)

    def _decided(self) -> dict[int, FormRow]:
        """The rows that alone complete the sums of one missing indicator, and of no other."""
        completing = {row.index: self._completing(row) for row in self._missing}
        wanted_by: dict[int, int] = {}
        for rows in completing.values():
            for index in rows:
                wanted_by[index] = wanted_by.get(index, 0) + 1
        return {
            rows[0]: self._form.rows[place]
            for place, rows in completing.items()
            if len(rows) == 1
            and wanted_by[rows[0]] == 1
            and not self._is_repeated(self._unread[rows[0]])
            and self._may_be(rows[0], self._form.rows[place])
        }

    def _is_repeated(self, figures: Figures) -> bool:
        """Whether a row that was read has the same figures: one that repeats it, under whatever words, would do as well
        (a sum with one part that is not nothing is that part)."""
        return any(_same(figures, others) for others in self._read.values())

    def _completing(self, row: FormRow) -> list[int]:
        """The unread rows with whose figures the sums of the indicator hold, where they say enough."""
        needed = self._needed(row.field)
        if needed is None or not _says_enough(needed):
            return []
        return [index for index, figures in self._unread.items() if _fits(figures, needed)]

    def _needed(self, field: str) -> Figures | None:
        """The figures without which the form's sums do not hold; None for a period in which no sum says it.

        None at all when two sums say different things, or no sum lacks this indicator alone."""
        found: list[Figures] = []
        for identity in identities_of(self._form.form):
            if identity.kind != "sum" or field not in identity.fields:
                continue
            others = {name: self._read[name] for name in identity.fields if name in self._read}
            if len(others) == len(identity.fields) - 1:
                found.append(_left_over(identity, others, field))
        needed: list[float | None] = []
        for period in zip(*found, strict=True):
            said = {value for value in period if value is not None}
            if len(said) > 1 or any(value < 0 for value in said):
                return None
            needed.append(next(iter(said), None))
        return tuple(needed) or None

    def _may_be(self, index: int, row: FormRow) -> bool:
        """Whether neither the row's words nor what is more than its part speaks against the indicator."""
        return self._words_allow(self._labels[index].text, row) and self._is_no_more(row.field, self._unread[index])

    def _words_allow(self, text: str, row: FormRow) -> bool:
        """Whether the words are in no list and name nothing but what the indicator, or a row above it, names."""
        ways = parses(text)
        if not ways or not any(map(str.isalpha, text)) or similar_rows(self._form, text):
            return False
        own = _with_rows_above(self._form, row)
        named = {concept for way in ways for concept in way.concepts}
        allowed = {concept for label in own for way in parses(label) for concept in way.concepts}
        return (
            named <= allowed
            and set(_NUMBER.findall(text)) <= set(_NUMBER.findall(row.label))
            and begins_with_link(text) <= begins_with_link(row.label)
        )

    def _is_no_more(self, field: str, figures: Figures) -> bool:
        for identity in identities_of(self._form.form):
            if identity.kind == "at most" and field in identity.fields:
                part, whole = (figures if name == field else self._read.get(name) for name in identity.fields)
                if (
                    part
                    and whole
                    and any(a is not None and b is not None and a > b for a, b in zip(part, whole, strict=True))
                ):
                    return False
        return True

    def candidates(self) -> dict[int, tuple[FormRow, ...]]:
        """The indicators that the rows that stay unread may be, where they are few."""
        found: dict[int, tuple[FormRow, ...]] = {}
        for gap in self._gaps:
            missing = [row for row in gap.missing if row in self._missing]
            unread = [index for index in gap.rows if index in self._unread]
            if max(len(missing), len(unread)) > _MOST_NAMED:
                continue
            needed = {row.index: self._needed(row.field) for row in missing}
            for index in unread:
                named = [
                    row
                    for row in missing
                    if self._may_be(index, row)
                    and ((sums := needed[row.index]) is None or _fits(self._unread[index], sums))
                ]
                if named:
                    found[index] = tuple(named)
        return found


def _with_rows_above(form: OfficialForm, row: FormRow) -> Iterator[str]:
    """The labels of the row and of those that it stands under."""
    yield row.label
    if row.parent is not None:
        yield from _with_rows_above(form, form.rows[row.parent])


def _left_over(identity: Identity, others: Mapping[str, Figures], field: str) -> Figures:
    """What `field` must be in each period for the sum to hold; a part that is blank counts as nothing, a whole that is
    blank says nothing."""
    whole, weights = identity.fields[0], dict(zip(identity.fields, identity.weights, strict=True))
    found: list[float | None] = []
    for values in zip(*others.values(), strict=True):
        period = dict(zip(others, values, strict=True))
        rest = sum(weights[name] * (value or 0.0) for name, value in period.items())
        found.append(None if whole in period and period[whole] is None else -rest / weights[field])
    return tuple(found)


def _says_enough(needed: Figures) -> bool:
    telling = [value for value in needed if value]
    least = _LEAST_PEOPLE_IN_BOTH if len(telling) > 1 else _LEAST_PEOPLE
    return sum(telling) >= least


def _same(figures: Figures, others: Figures) -> bool:
    return all((one or 0.0) == (other or 0.0) for one, other in zip(figures, others, strict=True))


def _fits(figures: Figures, needed: Figures) -> bool:
    """Whether the row has just these figures, and none where no sum says which."""
    return all(
        (own is None) if need is None else abs((own or 0.0) - need) <= _NOISE
        for own, need in zip(figures, needed, strict=True)
    )
