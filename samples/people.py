"""Who was introduced, admitted, moved and died: invented people behind the figures, so that these agree.

Figures counted from people cannot contradict each other: a woman admitted at 27 is one of the women, one of
the 18-30 and one of the members. Nobody here has a name, and only counts ever leave the generator.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from samples import city, plan, wards
from samples.cells import HEADED_TYPES, Cell, CellType, Commune
from samples.months import AUGUST_2020, LAST_MONTH, MERGER, PLAN_END, TERM_START, month_of_year
from samples.plan import Period

SEED = "lai-chau-2015-2020"


def rng(*parts: object) -> random.Random:
    """A generator of its own for each purpose: a change in one cell leaves the others as they were."""
    return random.Random("|".join([SEED, *map(str, parts)]))


@dataclass(frozen=True)
class Person:
    """A candidate, from being introduced to being admitted or dropping out. Months as numbers.

    `attended`, `verified`, `complete` are the months from which the person counts in that stage (None: never
    reached); `until` is the month of admission or of dropping out, in which the person stops being one.
    """

    born: int
    woman: bool
    ethnic_minority: bool
    religious: bool
    youth_union: bool
    occupation: str
    private_enterprise: bool
    demobilised: bool
    militia: bool
    neighbourhood_head: bool
    introduced_by: str
    introduced: int
    attended: int | None
    verified: int | None
    complete: int | None
    until: int
    is_admitted: bool

    def age_in(self, month: int) -> int:
        return (month - self.born) // 12


@dataclass(frozen=True)
class Event:
    """What moved in one cell in one month besides admissions."""

    transferred_in: int = 0
    reinstated: int = 0
    transferred_out: int = 0
    deceased: int = 0
    expelled: int = 0
    struck_off: int = 0
    resigned: int = 0


@dataclass(frozen=True)
class Membership:
    """One cell's members over one month; `births` (months as numbers) are of those at its end."""

    opening: int
    admitted: int
    event: Event
    births: tuple[int, ...]


# ------------------------------------------------------------------------------------------ places and months


def _places(commune: Commune, period: Period, number: int) -> list[tuple[Cell, int]]:
    """Spread `number` admissions over the months of `period` and the cells that admit in them."""
    chance = rng("places", commune.code, period.first)
    months = list(range(period.first, period.last + 1))
    weights = [plan.MONTH_WEIGHTS[month_of_year(month) - 1] for month in months]
    found = []
    for month in sorted(chance.choices(months, weights, k=number)):
        cells = [cell for cell in city.cells_reporting(commune, month) if cell.admits_in(month)]
        sizes = [cell.weight for cell in cells]
        found.append((chance.choices(cells, sizes)[0], month))
    return found


def _chosen(weights: Sequence[float], number: int, chance: random.Random) -> frozenset[int]:
    """Exactly `number` positions of `weights`, the heavier the likelier (Efraimidis and Spirakis, 2006)."""
    keys = [math.log(1 - chance.random()) / weight for weight in weights]
    return frozenset(sorted(range(len(weights)), key=lambda position: -keys[position])[:number])


# ----------------------------------------------------------------------------------------------- who they are

_OCCUPATIONS: Mapping[CellType, tuple[tuple[str, ...], tuple[float, ...]]] = {
    CellType.NEIGHBOURHOOD: (("worker", "official", "student", "other", "farmer"), (4, 2, 1, 3, 1)),
    CellType.VILLAGE: (("farmer", "worker", "student", "other"), (8, 1, 1, 1)),
    CellType.SCHOOL: (("official", "worker", "student"), (12, 1, 1)),
    CellType.AGENCY: (("official", "worker"), (5, 1)),
    CellType.ENTERPRISE: (("worker", "official"), (6, 1)),
    CellType.HEALTH_STATION: (("official",), (1,)),
    CellType.MILITARY: (("armed_forces", "farmer"), (3, 1)),
    CellType.POLICE: (("armed_forces",), (1,)),
}
_OLDEST_STUDENT = 26
#: How much likelier than elsewhere a person admitted here is a woman, or from an ethnic minority.
_WOMEN_WEIGHTS = {
    CellType.SCHOOL: 6.0,
    CellType.HEALTH_STATION: 5.0,
    CellType.MILITARY: 0.5,
    CellType.POLICE: 0.6,
}
_MINORITY_WEIGHTS = {CellType.VILLAGE: 8.0, CellType.MILITARY: 2.0}


def _introducer(person_age: int, woman: bool, occupation: str, demobilised: bool, chance: random.Random) -> str:
    if person_age <= 30 and chance.random() < 0.65:
        return "youth_union"
    if demobilised or person_age > 50:
        return "veterans"
    if occupation in ("official", "worker") and chance.random() < 0.7:
        return "trade_union"
    if woman:
        return "womens_union"
    return "farmers" if occupation == "farmer" else "other"


@dataclass(frozen=True)
class _Course:
    """The stages of one candidate, in months; the last is admission or dropping out."""

    introduced: int
    attended: int | None
    verified: int | None
    complete: int | None
    until: int
    is_admitted: bool


def _course_to_admission(month: int, chance: random.Random) -> _Course:
    """Backwards from the admission; the file is complete by the end of the month before."""
    complete = month - chance.randint(1, 2)
    verified = complete - chance.randint(1, 3)
    attended = verified - chance.randint(1, 4)
    return _Course(attended - chance.randint(2, 8), attended, verified, complete, month, True)


def _course_to_nowhere(month: int, chance: random.Random) -> _Course:
    """Introduced in `month`, and no member in the end."""
    until = month + chance.randint(8, 24)
    attended = month + chance.randint(3, 8) if chance.random() < 0.5 else None
    verified = attended + chance.randint(2, 5) if attended and chance.random() < 0.3 else None
    return _Course(month, attended, verified, None, until, False)


def _person(
    cell: Cell, course: _Course, woman: bool, ethnic_minority: bool, head: bool, chance: random.Random
) -> Person:
    youngest, oldest = chance.choices(((19, 30), (31, 40), (41, 50), (51, 56)), (62, 28, 8, 2))[0]
    if head:
        youngest, oldest = 32, 48
    age = chance.randint(youngest, oldest)
    occupations, weights = _OCCUPATIONS[cell.type]
    occupation = chance.choices(occupations, weights)[0]
    if occupation == "student" and age > _OLDEST_STUDENT:
        occupation = "other"
    in_the_quarter = cell.type in HEADED_TYPES
    demobilised = not woman and age >= 22 and in_the_quarter and chance.random() < 0.35
    militia = age <= 40 and (
        (cell.type is CellType.MILITARY and chance.random() < 0.8)
        or (in_the_quarter and not woman and chance.random() < 0.4)
    )
    return Person(
        born=course.until - age * 12 - chance.randint(0, 11),
        woman=woman,
        ethnic_minority=ethnic_minority,
        religious=chance.random() < 0.02,
        youth_union=age <= 30 and chance.random() < 0.9,
        occupation=occupation,
        private_enterprise=cell.type is CellType.ENTERPRISE
        or (in_the_quarter and occupation == "worker" and chance.random() < 0.3),
        demobilised=demobilised,
        militia=militia,
        neighbourhood_head=head,
        introduced_by=_introducer(age, woman, occupation, demobilised, chance),
        introduced=course.introduced,
        attended=course.attended,
        verified=course.verified,
        complete=course.complete,
        until=course.until,
        is_admitted=course.is_admitted,
    )


def _spread(commune: Commune, periods: Sequence[Period], numbers: Sequence[int]) -> list[tuple[Cell, int]]:
    return [
        place for period, number in zip(periods, numbers, strict=True) for place in _places(commune, period, number)
    ]


def _next_places(commune: Commune) -> list[tuple[Cell, int]]:
    """After the published term until 2021, and before it joined the city in Sùng Phài's case."""
    before = _places(commune, *plan.SUNG_PHAI_BEFORE) if commune is city.SUNG_PHAI else []
    return before + _spread(commune, plan.NEXT_PERIODS, plan.NEXT_SPREADS[commune.code])


def _later_places(commune: Commune) -> list[tuple[Cell, int]]:
    """From 2022 on."""
    if commune in wards.WARDS:
        return _spread(commune, plan.WARD_PERIODS, plan.WARD_SPREADS[commune.code])
    if commune in wards.OUTSIDE:
        return _places(commune, plan.OUTSIDE_PERIOD, plan.OUTSIDE_BEFORE[commune.code])
    if commune.code in plan.LATER_SPREADS:
        return _spread(commune, plan.LATER_PERIODS, plan.LATER_SPREADS[commune.code])
    return []


def _admitted_at(
    places: Sequence[tuple[Cell, int]],
    women: int,
    minority: int,
    heads: dict[str, int],
    chance: random.Random,
) -> list[tuple[str, Person]]:
    """People for `places`, exactly `women` and `minority` of them; notes in `heads` who became a member."""
    female = _chosen([_WOMEN_WEIGHTS.get(cell.type, 2.0) for cell, _ in places], women, chance)
    minor = _chosen([_MINORITY_WEIGHTS.get(cell.type, 1.0) for cell, _ in places], minority, chance)
    found = []
    for position, (cell, month) in enumerate(places):
        is_head = heads.get(cell.name, month) > month and chance.random() < 0.5
        if is_head:
            heads[cell.name] = month
        course = _course_to_admission(month, chance)
        person = _person(cell, course, position in female, position in minor, is_head, chance)
        found.append((cell.name, person))
    return found


#: A head who is no member yet.
NEVER = PLAN_END + 1


@dataclass(frozen=True)
class Population:
    """Everyone: candidates by cell, and from which month the head of its neighbourhood is a member."""

    candidates: Mapping[str, tuple[Person, ...]]
    head_since: Mapping[str, int]


@cache
def population() -> Population:
    """Every candidate of every cell from before the first month until after the last."""
    cells = city.every_cell()
    original = [cell for cell in cells if not cell.was]
    heads = {
        cell.name: TERM_START if rng("head", cell.name).random() < 0.7 else NEVER
        for cell in original
        if cell.type in HEADED_TYPES
    }
    people: dict[str, list[Person]] = {cell.name: [] for cell in cells}
    for commune in city.COMMUNES:
        for name, person in _first_admitted(commune, heads):
            people[name].append(person)
    for commune in (*city.COMMUNES, *wards.OUTSIDE):
        for name, person in _later_admitted(commune, heads):
            people[name].append(person)
    for cell in original:
        people[cell.name] += _dropouts(cell)
    for cell in cells:
        if cell.was:
            # Whoever was waiting in the cell waits on in what became of it.
            people[cell.name] += people[cell.was] if cell.half is None else people[cell.was][cell.half :: 2]
            if cell.was in heads:
                heads[cell.name] = heads[cell.was]
    for ward in wards.WARDS:
        for name, person in _later_admitted(ward, heads):
            people[name].append(person)
    return Population({name: tuple(found) for name, found in people.items()}, heads)


def _first_admitted(commune: Commune, heads: dict[str, int]) -> list[tuple[str, Person]]:
    """Until 2021."""
    chance = rng("people", commune.code)
    admitted: list[tuple[str, Person]] = []
    if spread := plan.SPREADS.get(commune.code):
        places = _spread(commune, plan.PERIODS, spread.admitted)
        admitted += _admitted_at(places, spread.women, spread.ethnic_minority, heads, chance)
    if commune.code in plan.NEXT_SPREADS:
        places = _next_places(commune)
        admitted += _admitted_at(places, len(places) * 2 // 3, len(places) // 3, heads, chance)
    return admitted


def _later_admitted(commune: Commune, heads: dict[str, int]) -> list[tuple[str, Person]]:
    """From 2022 on; none of them is reported as a candidate before September 2020."""
    chance = rng("people later", commune.name, commune.code)
    places = _later_places(commune)
    return [
        (name, replace(person, introduced=max(person.introduced, AUGUST_2020 + 1)))
        for name, person in _admitted_at(places, len(places) * 2 // 3, len(places) // 3, heads, chance)
    ]


def _dropouts(cell: Cell) -> list[Person]:
    chance = rng("dropouts", cell.name)
    often = 0.04 + 0.05 * cell.weight
    found = []
    for month in range(TERM_START - 24, LAST_MONTH + 1):
        if chance.random() < often:
            woman = chance.random() < 0.6
            minority = chance.random() < (0.7 if cell.type is CellType.VILLAGE else 0.15)
            found.append(_person(cell, _course_to_nowhere(month, chance), woman, minority, False, chance))
    return found


# ---------------------------------------------------------------------------------------------------- members

_MEMBER_AGES: Mapping[CellType, tuple[float, float]] = {
    CellType.NEIGHBOURHOOD: (56, 14),
    CellType.VILLAGE: (44, 12),
    CellType.SCHOOL: (38, 8),
    CellType.AGENCY: (41, 8),
    CellType.ENTERPRISE: (40, 8),
    CellType.HEALTH_STATION: (38, 7),
    CellType.MILITARY: (34, 7),
    CellType.POLICE: (33, 7),
}
#: A cell has three members at least; nobody leaves a cell of four.
_SMALLEST_THAT_LOSES = 5


def _born(cell: Cell, month: int, chance: random.Random) -> int:
    mean, spread = _MEMBER_AGES[cell.type]
    age = min(max(chance.gauss(mean, spread), 21), 88)
    return month - round(age * 12)


@cache
def memberships(cell: Cell) -> Mapping[int, Membership]:
    """Month -> the cell's members, from its first month (July 2015, or the merger's) to the last one reported."""
    chance = rng("members", cell.name)
    births = _first_members(cell, chance)
    joining: dict[int, list[Person]] = {}
    for person in population().candidates[cell.name]:
        if person.is_admitted:
            joining.setdefault(person.until, []).append(person)
    found = {}
    for month in range(MERGER if cell.was else TERM_START, LAST_MONTH + 1):
        opening, admitted = len(births), joining.get(month, [])
        event = _event(births, cell, month, chance)
        if month == MERGER:
            taken_in = _taken_in(cell)
            births += taken_in
            event = replace(event, transferred_in=event.transferred_in + len(taken_in))
        births += [person.born for person in admitted]
        births.sort()
        found[month] = Membership(opening, len(admitted), event, tuple(births))
    return found


def _first_members(cell: Cell, chance: random.Random) -> list[int]:
    if not cell.was:
        return sorted(_born(cell, TERM_START, chance) for _ in range(cell.members))
    before = _members_at_the_merger(cell.was)
    return list(before if cell.half is None else before[cell.half :: 2])


def _taken_in(cell: Cell) -> tuple[int, ...]:
    """The members of the cells that were closed at the merger in favour of this one."""
    closed = (name for name, taker in wards.CLOSED.items() if taker == cell.name)
    return tuple(born for name in closed for born in _members_at_the_merger(name))


def _members_at_the_merger(name: str) -> tuple[int, ...]:
    cell = next(known for known in city.every_cell() if known.name == name)
    return memberships(cell)[MERGER - 1].births


def _event(births: list[int], cell: Cell, month: int, chance: random.Random) -> Event:
    """Move people out of and into `births` (changed in place), and say how."""
    counts = dict.fromkeys(Event.__dataclass_fields__, 0)
    drift = len(births) - cell.members
    rates = {
        "transferred_in": 0.09 - 0.006 * drift,
        "reinstated": 0.0008,
        "transferred_out": 0.08 + 0.006 * drift,
        "expelled": 0.0012,
        "struck_off": 0.003,
        "resigned": 0.0008,
    }
    for name, rate in rates.items():
        if chance.random() >= rate:
            continue
        if name in ("transferred_in", "reinstated"):
            births.append(_born(cell, month, chance))
        elif len(births) >= _SMALLEST_THAT_LOSES:
            births.pop(chance.randrange(len(births)))
        else:
            continue
        counts[name] = 1
    oldest = min(births)
    if (month - oldest) // 12 >= 70 and chance.random() < 0.02 and len(births) >= _SMALLEST_THAT_LOSES:
        births.remove(oldest)
        counts["deceased"] = 1
    return Event(**counts)
