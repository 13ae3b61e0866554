"""The smallest set of cells whose change makes all identities hold, as an integer programme (Fellegi and Holt 1976)."""

from collections.abc import Iterable, Mapping

import numpy as np

from expectations.repairs.case import Case
from expectations.repairs.repair import FOLLOWED, Repair, settles_all, weighed, within_reach

#: More cells than these are no slip of the pen; there is no single explanation then.
MOST_CELLS = 8
#: How many sets of equal size are looked at.
_ALTERNATIVES = 4
#: A small price on the size of a change, so that of many possible values the nearest is taken.
_PER_PERSON = 1e-4


def smallest_repairs(case: Case, part: frozenset[int], seconds: float) -> tuple[Repair, ...]:
    """The smallest repairs of the broken identities `part`, the likeliest first; none when there is none that is small
    enough, or none is found in time."""
    free = sorted({figure for number in part for figure in case.identities[number].figures if _whole(case, figure)})
    if _needs_more_than(MOST_CELLS, case, part, free):
        return ()
    found: list[Repair] = []
    # What stands in a broken identity first; where that has no answer at all, what stands beside it, too.
    for suspects in (free, _wider(case, free)):
        problem = _Problem(case, suspects)
        for _ in range(_ALTERNATIVES):
            changes = problem.solve(seconds)
            if changes is None:
                break
            wrong = {figure for figure in changes if figure not in problem.following}
            if len(wrong) > MOST_CELLS:
                return _likeliest_first(found)
            if settles_all(case, part, changes):
                found.append(weighed(case, part, changes, frozenset(changes) - wrong))
            problem.forbid(wrong or set(changes))
        if found:
            break
    return _likeliest_first(found)


def _likeliest_first(repairs: Iterable[Repair]) -> tuple[Repair, ...]:
    return tuple(sorted(repairs, key=lambda repair: (repair.cost, sorted(repair.changes))))


def _needs_more_than(cells: int, case: Case, part: frozenset[int], figures: Iterable[int]) -> bool:
    """Whether so few cells cannot be in all contradictions of the part, whichever they are: then there is no need to
    search."""
    contradictions = frozenset(number for number in part if case.identities[number].is_hard)
    most = sorted((len(contradictions & within_reach(case, [figure])) for figure in figures), reverse=True)
    return sum(most[:cells]) < len(contradictions)


def _whole(case: Case, figure: int) -> bool:
    return case.figures[figure].type == "count"


def _wider(case: Case, figures: list[int]) -> list[int]:
    linear = (number for number in case.touched(figures) if case.identities[number].shape == "sum")
    return sorted({f for number in linear for f in case.identities[number].figures if _whole(case, f)} | set(figures))


class _Problem:
    """x = value + up − down; up and down are nothing unless the cell is in the set (a binary number); the identities
    that these cells are in hold; the set is as small as can be."""

    def __init__(self, case: Case, suspects: list[int]) -> None:
        self._case = case
        self._suspects = suspects
        self._at = {figure: at for at, figure in enumerate(suspects)}
        self._forbidden: list[set[int]] = []
        #: Totals that hold as they are: when a cell is changed they follow by formula.
        self.following = frozenset(
            case.identities[number].figures[0]
            for number in case.touched(suspects) - case.broken
            if case.identities[number].kind == "column_total"
        )
        self._identities = [
            case.identities[number]
            for number in sorted(case.touched(suspects))
            if case.identities[number].shape == "sum" and case.identities[number].is_hard
        ]

    def forbid(self, cells: set[int]) -> None:
        """Leave this set (and every larger one around it) out from now on."""
        self._forbidden.append(cells)

    def solve(self, seconds: float) -> Mapping[int, float] | None:
        """The values of the cells in the smallest set; None when there is none, or none was found in time."""
        number = len(self._suspects)
        if not number or not self._identities:
            return None
        # Most cases have a simpler explanation, and importing these takes as long as judging a dozen of suites.
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import lil_matrix

        values = np.array([self._case.figures[figure].number for figure in self._suspects])
        most = max(100.0, 4 * float(np.max(np.abs(values), initial=0.0)))
        identities = lil_matrix((len(self._identities), 3 * number))
        low, high = [], []
        for row, identity in enumerate(self._identities):
            difference = identity.constant
            for figure, sign in zip(identity.figures, identity.signs, strict=True):
                difference += sign * self._case.figures[figure].number
                if figure in self._at:
                    identities[row, self._at[figure]] += sign
                    identities[row, number + self._at[figure]] -= sign
            low.append(-np.inf if identity.upper else -difference - identity.allowed)
            high.append(-difference + identity.allowed)
        # up ≤ most × chosen; down ≤ value × chosen, so that nothing becomes negative (a negative value only goes up).
        linked = lil_matrix((2 * number, 3 * number))
        for at in range(number):
            linked[at, at], linked[at, 2 * number + at] = 1, -most
            linked[number + at, number + at], linked[number + at, 2 * number + at] = 1, -max(0.0, values[at])
        constraints = [
            LinearConstraint(identities.tocsr(), low, high),
            LinearConstraint(linked.tocsr(), -np.inf, 0),
        ]
        for cells in self._forbidden:
            row = lil_matrix((1, 3 * number))
            for figure in cells:
                row[0, 2 * number + self._at[figure]] = 1
            constraints.append(LinearConstraint(row.tocsr(), -np.inf, len(cells) - 1))
        weights = np.array([FOLLOWED / 3 if figure in self.following else 1.0 for figure in self._suspects])
        # What is negative is in the set in any case.
        certain = values < 0
        up_at_least = np.where(values < 0, -values, 0.0)
        outcome = milp(
            c=np.concatenate([np.full(2 * number, _PER_PERSON), weights]),
            constraints=constraints,
            integrality=np.ones(3 * number),
            bounds=Bounds(
                np.concatenate([up_at_least, np.zeros(number), certain.astype(float)]),
                np.concatenate([np.full(2 * number, most), np.ones(number)]),
            ),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if outcome.x is None:
            return None
        up, down = outcome.x[:number], outcome.x[number : 2 * number]
        changed = np.round(values + up - down)
        return {
            figure: float(changed[at])
            for at, figure in enumerate(self._suspects)
            if changed[at] != values[at] or certain[at]
        }
