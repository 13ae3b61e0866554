"""The repairs of a case, ranked: part by part, then put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from time import monotonic

from expectations.repairs.case import Case, parts_of
from expectations.repairs.patterns import COSTS, patterns
from expectations.repairs.repair import Repair, breaks_nothing, weighed, with_followers, within_reach
from expectations.repairs.single import single_repairs
from expectations.repairs.smallest import smallest_repairs

#: How many repairs of a case, and of a part of it, are proposed.
MOST_REPAIRS = 5
#: How much likelier the first explanation of a part must be than the second one to be called the only one.
CLEARLY = 0.7
#: What a part's repairs may cost more than its best one to be worth showing.
_WORTH_SHOWING = 6.0
#: What a part costs that no cell explains, when a slip over many cells is weighed against it.
_UNEXPLAINED = 8.0
#: How long one case may take, and one search for a smallest set.
SECONDS_A_CASE = 4.0
_SECONDS_A_SEARCH = 1.0


@dataclass(frozen=True)
class Part:
    """Broken identities that are explained together, with their repairs, the likeliest first (none: unexplained)."""

    broken: frozenset[int]
    repairs: tuple[Repair, ...]

    @property
    def is_clear(self) -> bool:
        """Whether there is one explanation, and no second one that is nearly as likely."""
        if not self.repairs:
            return False
        return len(self.repairs) == 1 or self.repairs[1].cost - self.repairs[0].cost >= CLEARLY

    @property
    def cost(self) -> float:
        return self.repairs[0].cost if self.repairs else _UNEXPLAINED


@dataclass(frozen=True)
class RankedRepair:
    """A repair of the whole case: one repair of each part, put together."""

    repairs: tuple[Repair, ...]
    changes: Mapping[int, float]
    #: Cell -> the repair that it belongs to; a total that follows several cells belongs to the first of them.
    belongs_to: Mapping[int, Repair]
    followers: frozenset[int]


@dataclass(frozen=True)
class Proposals:
    """What is proposed for a case: its parts, and repairs of all parts that can be explained, the likeliest first."""

    parts: tuple[Part, ...]
    ranked: tuple[RankedRepair, ...]


def propose(case: Case, seconds: float = SECONDS_A_CASE) -> Proposals:
    """Explain what is broken in `case`. What one cell explains is always found; for slips over many cells and for
    smallest sets there are so many `seconds`."""
    give_up_at = monotonic() + seconds
    parts = [Part(part, _worth_showing(single_repairs(case, part))) for part in parts_of(case, case.broken)]
    parts = _with_side_effects(case, parts)
    parts = _with_patterns(case, parts, give_up_at)
    # What one slip does not explain may be connected by identities that hold: it is looked at together.
    left = frozenset(number for part in parts if not part.repairs for number in part.broken)
    if left:
        found = smallest_repairs(case, left, _SECONDS_A_SEARCH) if monotonic() < give_up_at else ()
        parts = [*(part for part in parts if part.repairs), *_taken_apart(case, left, _worth_showing(found))]
    return Proposals(tuple(parts), _ranked(case, [part.repairs for part in _worth_mending(case, parts)]))


def _with_side_effects(case: Case, parts: Sequence[Part]) -> list[Part]:
    """The parts, where one that no cell of its own explains goes with a repair of another one that settles it, too."""
    joined = list(parts)
    for unexplained in [part for part in parts if not part.repairs]:
        hard = frozenset(number for number in unexplained.broken if case.identities[number].is_hard)
        for at, part in enumerate(joined):
            both = tuple(repair for repair in part.repairs if hard and hard <= repair.settles)
            if both:
                joined[at] = Part(part.broken | unexplained.broken, both)
                joined.remove(unexplained)
                break
    return joined


def _with_patterns(case: Case, parts: Sequence[Part], give_up_at: float) -> list[Part]:
    """The parts, where several that one slip over many cells explains better than a slip each are one."""
    explained: list[Part] = []
    left = list(parts)
    while len(left) > 1 or any(not part.repairs for part in left):
        best = _best_pattern(case, left, give_up_at)
        if best is None:
            break
        explained.append(best)
        left = [part for part in left if not part.broken <= best.broken]
    return [*explained, *left]


def _best_pattern(case: Case, parts: Sequence[Part], give_up_at: float) -> Part | None:
    found: list[tuple[float, int, Part]] = []
    for name, changes in patterns(case, [part.broken for part in parts]):
        if monotonic() > give_up_at:
            break
        reach = within_reach(case, changes)
        if not any(part.broken <= reach for part in parts):
            continue
        for every, followers in ((changes, frozenset[int]()), with_followers(case, changes)):
            if not breaks_nothing(case, every):
                continue
            after = case.broken_after(every)
            settled = [part for part in parts if not part.broken & after]
            instead = sum(part.cost for part in settled)
            together = frozenset(number for part in settled for number in part.broken)
            if not settled or COSTS[name] >= instead:
                break
            repair = weighed(case, together, every, followers, name, COSTS[name])
            if repair.cost < instead:
                found.append((repair.cost - instead, len(every), Part(together, (repair,))))
            break
    return min(found, key=lambda each: each[:2])[2] if found else None


def _taken_apart(case: Case, broken: frozenset[int], repairs: Sequence[Repair]) -> list[Part]:
    """Broken identities with their smallest repairs, as parts that have nothing to do with each other: two wrong cells
    are two slips where no broken identity has both of them."""
    if not repairs:
        return [Part(broken, ())]
    groups = _groups(case, broken, repairs[0].wrong)
    parts = []
    for group in groups:
        found = []
        for repair in repairs:
            mine = {each: repair.changes[each] for each in repair.wrong if case.touched([each]) & group}
            followed, followers = with_followers(case, mine) if len(repair.wrong) < len(repair.changes) else (mine, ())
            if mine and not case.broken_after(followed) & group:
                found.append(weighed(case, group, followed, frozenset(followers)))
        found.sort(key=lambda repair: repair.cost)
        parts.append(Part(group, _worth_showing(found)))
    together = frozenset[int]().union(*groups)
    if len(groups) < 2 or any(not part.repairs for part in parts) or together != broken:
        return [Part(broken, tuple(repairs))]
    return parts


def _groups(case: Case, broken: frozenset[int], wrong: Sequence[int]) -> list[frozenset[int]]:
    """The broken identities that wrong cells are in, those with a cell in common together."""
    groups: list[frozenset[int]] = []
    for number in wrong:
        mine = case.touched([number]) & broken
        joined = [group for group in groups if group & mine]
        groups = [group for group in groups if not group & mine] + [mine.union(*joined)]
    return [group for group in groups if group]


def _worth_mending(case: Case, parts: Sequence[Part]) -> list[Part]:
    """The parts that can be explained; what is only worth a look is mended where nothing else is wrong."""
    explained = [part for part in parts if part.repairs]
    wrong = [part for part in explained if any(case.identities[each].severity != "info" for each in part.broken)]
    return wrong or explained


def _worth_showing(repairs: Sequence[Repair]) -> tuple[Repair, ...]:
    """The best repairs, each set of cells with the same values once."""
    shown: dict[frozenset[tuple[int, float]], Repair] = {}
    for repair in repairs:
        if repair.cost <= repairs[0].cost + _WORTH_SHOWING:
            shown.setdefault(frozenset(repair.changes.items()), repair)
    return tuple(shown.values())[:MOST_REPAIRS]


def _ranked(case: Case, choices: Sequence[Sequence[Repair]]) -> tuple[RankedRepair, ...]:
    """The likeliest combinations of one repair a part: the best of each first, then as little worse as can be."""
    if not choices:
        return ()
    first = (0,) * len(choices)
    waiting = [(sum(each[0].cost for each in choices), first)]
    seen = {first}
    found: list[RankedRepair] = []
    while waiting and len(found) < MOST_REPAIRS:
        cost, places = heappop(waiting)
        found.append(_together(case, [each[place] for each, place in zip(choices, places, strict=True)]))
        for at, each in enumerate(choices):
            place = places[at] + 1
            later = (*places[:at], place, *places[at + 1 :])
            if place < len(each) and later not in seen:
                seen.add(later)
                heappush(waiting, (cost - each[place - 1].cost + each[place].cost, later))
    return tuple(found)


def _together(case: Case, repairs: Sequence[Repair]) -> RankedRepair:
    """Repairs of several parts as one: what follows by formula follows all of them."""
    belongs_to = {number: repair for repair in reversed(repairs) for number in repair.changes}
    wrong = {number: repair.changes[number] for repair in repairs for number in repair.wrong}
    if any(len(repair.wrong) < len(repair.changes) for repair in repairs):
        changes, followers = with_followers(case, wrong)
    else:
        changes, followers = wrong, frozenset()
    different = {number: value for number, value in changes.items() if value != case.figures[number].value}
    owner = {number: belongs_to.get(number, repairs[0]) for number in different}
    return RankedRepair(tuple(repairs), different, owner, followers & frozenset(different))
