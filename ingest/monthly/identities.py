"""What must hold between the columns of a form, and whether it does in the rows of a table."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul

from reference.fields import number_fields_of

#: A column's figures, row by row; None where nothing readable stands.
Figures = Sequence[float | None]

#: Shares are rounded on the sheet: to a tenth or to a whole, as people do.
_ROUNDED = 0.51
#: Sums may carry noise of floating point.
_NOISE = 1e-6


@dataclass(frozen=True)
class Identity:
    """Something that holds in every row. Kind `sum`: the fields times their weights add up to nothing; `share`: the
    first is a hundred times the second by the third; `at most`: the first is no more than the second.

    `text` is the key of the sentence that tells it, where it alone can speak for a column."""

    kind: str
    fields: tuple[str, ...]
    weights: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Tally:
    """In how many rows an identity holds and says something about a field, holds without saying anything (all zero or
    blank), and is broken."""

    telling: int
    idle: int
    broken: int

    @property
    def is_kept(self) -> bool:
        """Whether it holds in every row that says something, and there are rows enough to say so."""
        return self.telling >= _LEAST_TELLING and not self.broken


#: An identity must hold in so many rows that say something before it speaks for a column.
_LEAST_TELLING = 2


@cache
def identities_of(form: str) -> tuple[Identity, ...]:
    """The identities between the number fields of `form`, as `fields.csv` and the forms' definitions have them."""
    fields = number_fields_of(form)
    parts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for field in fields:
        if field.partition:
            parts[field.whole, field.partition].append(field.name)
    found = [
        Identity("sum", (whole, *names), (-1, *[1] * len(names)), "evidence_parts")
        for (whole, _), names in parts.items()
    ]
    names = [field.name for field in fields]
    if "opening" in names:
        moved = [(name, 1) for name in names if name.startswith("increase_")]
        moved += [(name, -1) for name in names if name.startswith("decrease_")]
        ends = [("closing", -1), ("opening", 1)]
        all_names, weights = zip(*ends, *moved, strict=True)
        found.append(Identity("sum", all_names, weights, "evidence_balance"))
    if "attainment_pct" in names:
        found.append(Identity("share", ("attainment_pct", "admitted_ytd", "year_target"), (), "evidence_share"))
    found += [Identity("at most", (field.name, field.subset_of)) for field in fields if field.subset_of]
    # A term may have begun in the middle of the year: the year's sum may be more than the term's.
    if "admitted_ytd" in names:
        found.append(Identity("at most", ("admitted", "admitted_ytd")))
    return tuple(found)


@cache
def bounds_of(form: str) -> tuple[Identity, ...]:
    """What must hold besides and is too weak to speak for a column: no part is more than its whole, nor who is admitted
    this month more than the year's sum."""
    fields = number_fields_of(form)
    found = [Identity("at most", (field.name, field.whole)) for field in fields if field.partition]
    if any(field.name == "admitted_ytd" for field in fields):
        parts = [field.name for field in fields if "admitted" in (field.whole, field.subset_of)]
        found += [Identity("at most", (name, "admitted_ytd")) for name in parts]
    return tuple(found)


@cache
def parts_and_wholes(form: str) -> tuple[tuple[str, str], ...]:
    """The fields of `form` that are at most another: (part, whole)."""
    return tuple((each.fields[0], each.fields[1]) for each in identities_of(form) if each.kind == "at most")


def outcomes(identity: Identity, figures: Sequence[Figures]) -> list[bool | None]:
    """Row by row, whether the identity holds between the figures (of its fields, in their order); None where it cannot
    be said.

    Blanks count as nothing where that makes the identity hold; where it does not, the row says nothing.
    """
    if identity.kind == "sum":
        return [_sum_holds(identity, row) for row in zip(*figures, strict=True)]
    if identity.kind == "share":
        return [_share_holds(*row) for row in zip(*figures, strict=True)]
    return [None if part is None or whole is None else part <= whole for part, whole in zip(*figures, strict=True)]


def tally(identity: Identity, figures: Sequence[Figures], held: Sequence[bool | None], about: str) -> Tally:
    """How the identity fares over the rows (`held`: its outcomes); a row is telling when the figure of `about` in it is
    more than nothing."""
    broken = held.count(False)
    if identity.kind == "at most":
        part, whole = figures
        says = [bool(one) and one != other for one, other in zip(part, whole, strict=True)]
    else:
        says = list(map(bool, figures[0 if identity.kind == "share" else identity.fields.index(about)]))
    telling = sum(says[row] for row, outcome in enumerate(held) if outcome)
    return Tally(telling, len(held) - telling - broken, broken)


def _sum_holds(identity: Identity, row: Sequence[float | None]) -> bool | None:
    blanks = row.count(None)
    if row[0] is None or blanks == len(row) - 1:
        return None
    known = [value or 0 for value in row] if blanks else row
    left_over: float = sum(map(mul, identity.weights, known))
    if blanks and abs(left_over) > _NOISE:
        # What is not reported may be what is missing.
        return None
    return abs(left_over) <= _NOISE


def _share_holds(share: float | None, part: float | None, whole: float | None) -> bool | None:
    if share is None or part is None or not whole:
        return None
    return abs(share - 100 * part / whole) <= _ROUNDED
