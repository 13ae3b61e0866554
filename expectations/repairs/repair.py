"""A repair: cells, their new values, what they settle, and how unlikely it is. All are weighed here, and so alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from expectations.repairs.case import Case, Changes
from expectations.repairs.slips import slip, surprise

#: What each slip after the first one costs: that two things went wrong at once.
SECOND_SLIP = 3.5
#: A total or a percentage that has followed a wrong figure, as formulas do, is no slip of its own.
FOLLOWED = 0.3
#: That one total of a column has followed and another one has not.
FOLLOWED_IN_PART = 2.5
#: What it costs that a rule which is no contradiction (a warning, a hint) still fails, or fails now.
STILL_FAILS = {"critical": 6.0, "warning": 3.0, "info": 0.8}
FAILS_NOW = {"critical": 50.0, "warning": 3.0, "info": 1.5}
#: What spreadsheet programs work out: totals and percentages. A section's total comes first, then the percentage of it.
_BY_FORMULA = ("column_total", "percentage")
_FORMULAS_DEEP = 2


@dataclass(frozen=True)
class Repair:
    """Cells to change, by their numbers in the case. `slips` says how each may have come about; what has merely
    followed another cell (a total, a percentage) is `follows`. `settles` are the identities that hold afterwards."""

    changes: Mapping[int, float]
    slips: Mapping[int, str]
    settles: frozenset[int]
    cost: float
    #: The name of the one slip that explains all cells, where there is one (a column shifted, two cells swapped).
    pattern: str = ""

    @property
    def wrong(self) -> tuple[int, ...]:
        """The cells in which something was mistyped."""
        return tuple(figure for figure, name in self.slips.items() if name != "follows")


def weighed(
    case: Case, part: frozenset[int], changes: Changes, followers: frozenset[int] = frozenset(), pattern: str = "",
    pattern_cost: float = 0.0,
) -> Repair:  # fmt: skip
    """`changes` as a repair of the broken identities `part`.

    `followers` are those of the changed cells that only follow others; where a pattern explains all of them, it costs
    what it costs and they are no slips of their own.
    """
    slips: dict[int, str] = {}
    stuck = {
        (first.form, first.field)
        for identity in (case.identities[number] for number in part)
        if identity.kind == "column_total" and (first := case.figures[identity.figures[0]])
    }
    cost = pattern_cost
    wrong = 0
    for number, value in changes.items():
        figure = case.figures[number]
        if number in followers:
            slips[number] = "follows"
            cost += FOLLOWED_IN_PART if (figure.form, figure.field) in stuck else FOLLOWED
            continue
        made = slip(figure, value, case.beside(number))
        slips[number] = pattern or made.name
        if not pattern:
            wrong += 1
            cost += made.cost
        cost += surprise(figure, value) - surprise(figure, figure.number)
    cost += SECOND_SLIP * max(0, wrong - 1)
    broken = case.broken_after(changes)
    for number in broken & part:
        cost += STILL_FAILS[case.identities[number].severity]
    for number in broken - case.broken:
        cost += FAILS_NOW[case.identities[number].severity]
    return Repair(changes, slips, frozenset(case.broken - broken), cost, pattern)


def settles_all(case: Case, part: frozenset[int], changes: Changes) -> bool:
    """Whether every contradiction of the part is gone after `changes` (of a part without any: every hint), and no new
    contradiction has come."""
    broken = case.broken_after(changes)
    asked = frozenset(number for number in part if case.identities[number].is_hard) or part
    # What cannot be judged any more (a share of nothing) is not settled.
    if any(case.difference(number, changes) is None for number in asked):
        return False
    return not broken & asked and breaks_nothing(case, changes)


def breaks_nothing(case: Case, changes: Changes) -> bool:
    """Whether no new contradiction has come after `changes`."""
    return not any(case.identities[number].is_hard for number in case.broken_after(changes) - case.broken)


def with_followers(case: Case, changes: Changes) -> tuple[dict[int, float], frozenset[int]]:
    """`changes` with what follows from them by formula: totals that held before, and percentages."""
    all_changes = dict(changes)
    followers: set[int] = set()
    for _ in range(_FORMULAS_DEEP):
        for number in sorted(case.broken_after(all_changes) - case.broken):
            identity = case.identities[number]
            first = identity.figures[0]
            if first in changes:
                continue
            difference = case.difference(number, all_changes)
            if difference is None:
                continue
            if identity.kind == "column_total":
                all_changes[first] = case.figures[first].number if first not in all_changes else all_changes[first]
                all_changes[first] -= difference
                followers.add(first)
            elif identity.kind == "percentage":
                all_changes[first] = rounded_like(case, first, (case.value(first, all_changes) or 0.0) - difference)
                followers.add(first)
    return all_changes, frozenset(followers)


def within_reach(case: Case, figures: Iterable[int]) -> frozenset[int]:
    """The identities that change with these figures and with what follows them by formula."""
    changed = set(figures)
    for _ in range(_FORMULAS_DEEP):
        changed |= {
            case.identities[number].figures[0]
            for number in case.touched(changed)
            if case.identities[number].kind in _BY_FORMULA
        }
    return case.touched(changed)


def rounded_like(case: Case, figure: int, value: float) -> float:
    """A percentage with as many decimals as the others of its column are written with."""
    place = case.figures[figure]
    decimals = [
        _decimals(other.value)
        for other in case.figures
        if other.field == place.field and other.form == place.form and other.value is not None
    ]
    return round(value, min(max(decimals, default=2), 2))


def _decimals(value: float) -> int:
    return next((places for places in range(6) if round(value, places) == value), 6)
