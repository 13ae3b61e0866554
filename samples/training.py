"""Training given (form BD-1, optional): classes that some communes report with their months of 2024 and 2025."""

from dataclasses import dataclass
from datetime import date

from samples.cells import Commune
from samples.months import first_day, month_number, month_of_year
from samples.people import rng

#: Month of the year -> the class usually held in it, and how many days it lasts.
_USUAL = {
    3: ("Nhận thức về Đảng", 5),
    5: ("Đảng viên mới", 4),
    9: ("Nhận thức về Đảng", 5),
    11: ("Nghiệp vụ công tác đảng cho cấp ủy, bí thư, phó bí thư chi bộ", 2),
}
_FIRST = month_number(2024, 1)


@dataclass(frozen=True)
class TrainingClass:
    """One class: what kind, when it began, how long it took, and who was there (counts)."""

    class_type: str
    started_on: date
    days: int
    participants: int
    participants_women: int
    participants_ethnic_minority: int


def classes_of(commune: Commune, month: int) -> tuple[TrainingClass, ...]:
    """The classes of the month; none, and no sheet in the workbook, in most."""
    chance = rng("training", commune.code, month)
    if month < _FIRST or month_of_year(month) not in _USUAL or chance.random() < 0.4:
        return ()
    class_type, days = _USUAL[month_of_year(month)]
    found = []
    for start in sorted(chance.sample(range(3, 24), chance.choice((1, 1, 2)))):
        participants = chance.randint(12, 40)
        women = chance.randint(participants // 3, participants * 2 // 3)
        minority = chance.randint(participants // 6, participants // 2)
        started_on = first_day(month).replace(day=start)
        found.append(TrainingClass(class_type, started_on, days, participants, women, minority))
    return tuple(found)
