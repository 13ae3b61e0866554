"""Repairs of one cell: every cell of a broken identity, with every value that would mend one."""

from collections.abc import Iterator

from expectations.repairs.case import Case, Identity
from expectations.repairs.repair import Repair, rounded_like, settles_all, weighed, with_followers, within_reach
from expectations.repairs.slips import is_stock, unslipped


def single_repairs(case: Case, part: frozenset[int]) -> tuple[Repair, ...]:
    """The repairs of the broken identities `part` by one cell (and what follows it by formula), the likeliest first."""
    found: list[Repair] = []
    suspects = {figure for number in part for figure in case.identities[number].figures}
    contradictions = frozenset(number for number in part if case.identities[number].is_hard)
    for figure in sorted(suspects):
        if not contradictions <= within_reach(case, [figure]):
            continue
        for value in sorted(_candidates(case, part, figure)):
            changes = {figure: value}
            if settles_all(case, part, changes):
                found.append(weighed(case, part, changes))
                continue
            followed, followers = with_followers(case, changes)
            if followers and settles_all(case, part, followed):
                found.append(weighed(case, part, followed, followers))
    return tuple(sorted(found, key=lambda repair: (repair.cost, sorted(repair.changes))))


def _candidates(case: Case, part: frozenset[int], figure: int) -> set[float]:
    """The values of `figure` that may mend a broken identity of the part."""
    place = case.figures[figure]
    involved = [case.identities[number] for number in case.of_figure[figure] if number in part]
    exact = {value for identity in involved for value in _solutions(case, identity, figure)}
    if not any(identity.shape == "sum" and not identity.upper for identity in involved) and place.value is not None:
        exact |= unslipped(place.value)
        # Where nothing tells the figure, last month's may.
        exact |= {place.before} if place.before is not None and is_stock(place) else set()
    candidates = {_fitting(case, figure, value) for value in exact}
    return {value for value in candidates if value is not None and value >= 0 and value != place.value}


def _solutions(case: Case, identity: Identity, figure: int) -> Iterator[float]:
    """The values of `figure` at which the identity just holds, all others staying as they are."""
    values = [case.figures[number].number for number in identity.figures]
    at = identity.figures.index(figure)
    if identity.shape == "sum":
        rest = identity.constant + sum(
            sign * value for place, (sign, value) in enumerate(zip(identity.signs, values, strict=True)) if place != at
        )
        yield -rest / identity.signs[at]
    elif identity.shape == "percentage":
        share, part, whole = values
        if at == 0 and whole:
            yield 100 * part / whole
        elif at == 1:
            yield share * whole / 100
        elif at == 2 and share:
            yield 100 * part / share
    elif identity.shape == "between" and at == 0:
        yield from (identity.low, identity.high)


def _fitting(case: Case, figure: int, value: float) -> float | None:
    """The value as such a figure is written: a whole number, a rounded percentage; None where it cannot be."""
    kind = case.figures[figure].type
    if kind == "percent":
        return rounded_like(case, figure, value)
    if kind == "years":
        return round(value, 1)
    whole = round(value)
    # A target or a sum worked out of a rounded percentage is nearly whole.
    return float(whole) if abs(value - whole) <= 0.02 * max(1.0, abs(value)) else None
