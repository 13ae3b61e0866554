"""A case: the figures of a commune's month, and the identities that they are held against.

Figures are numbered as they stand in the case; an identity names its figures by these numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from expectations.beyond import beyond

#: A figure's number -> the value that it is given.
Changes = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell that holds a figure, or should: `value` is None for a blank. What could not be read is no figure here: it
    takes part in nothing."""

    sheet: str
    cell: str
    form: str
    field: str
    #: count, percent or years (a mean age).
    type: str
    #: cell, section or total.
    line_kind: str
    line_number: int
    cell_name: str
    value: float | None
    #: The same figure of the month before, where there was such a line.
    before: float | None = None
    #: Blank on a sheet on which zeros are written out.
    is_odd_blank: bool = False

    @property
    def number(self) -> float:
        """The value in a sum: a blank counts as nothing."""
        return self.value or 0.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What a rule asks of some figures. `shape` says how its difference is worked out:

    sum         Σ sign × figure + constant; 0 is asked for (`upper`: no more than 0)
    percentage  the first figure less 100 × the second over the third
    between     the first figure lies between `low` and `high`
    bands       the first figure, a mean, lies between the means that the other figures (numbers of people, each aged
                between one of `lows` and one of `highs`) allow
    people      the figure is not negative
    """

    failure_id: str
    rule_id: str
    kind: str
    severity: str
    shape: str
    figures: tuple[int, ...]
    signs: tuple[float, ...] = ()
    constant: float = 0.0
    #: How far off it may be.
    allowed: float = 0.0
    upper: bool = False
    low: float = 0.0
    high: float = 0.0
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()

    @property
    def is_hard(self) -> bool:
        """Whether a repair has to make it hold: what is critical."""
        return self.severity == "critical"


class Case:
    """Figures and identities with their connections."""

    def __init__(self, figures: Sequence[Figure], identities: Sequence[Identity]) -> None:
        self.figures = tuple(figures)
        self.identities = tuple(identities)

    @cached_property
    def of_figure(self) -> Mapping[int, tuple[int, ...]]:
        """The identities that a figure is in."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, identity in enumerate(self.identities):
            for figure in identity.figures:
                found[figure].append(number)
        return {figure: tuple(dict.fromkeys(numbers)) for figure, numbers in found.items()}

    @cached_property
    def lines(self) -> Mapping[tuple[str, int], Mapping[str, int]]:
        """(form, line) -> field -> the figure; fields as they stand on the sheet."""
        found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        for number, figure in enumerate(self.figures):
            found[figure.form, figure.line_number][figure.field] = number
        return found

    def beside(self, number: int) -> frozenset[float]:
        """What stands in the cells left and right of it, above and below."""
        figure = self.figures[number]
        line = self.lines[figure.form, figure.line_number]
        fields = list(line)
        at = fields.index(figure.field)
        around = [line[field] for field in (*fields[max(0, at - 1) : at], *fields[at + 1 : at + 2])]
        for step in (-1, 1):
            around += [
                each
                for field, each in self.lines.get((figure.form, figure.line_number + step), {}).items()
                if field == figure.field
            ]
        return frozenset(value for each in around if (value := self.figures[each].value) is not None)

    @cached_property
    def broken(self) -> frozenset[int]:
        """The identities that do not hold as the report stands."""
        return frozenset(number for number in range(len(self.identities)) if not self.holds(number, {}))

    def value(self, figure: int, changes: Changes) -> float | None:
        """The figure's value after `changes`."""
        return changes[figure] if figure in changes else self.figures[figure].value

    def difference(self, number: int, changes: Changes) -> float | None:
        """By how much the identity is off after `changes`; None where it cannot be judged."""
        identity = self.identities[number]
        values = [self.value(figure, changes) for figure in identity.figures]
        if identity.shape == "people":
            return 0.0 if (values[0] or 0.0) >= 0 else 1.0
        numbers = [value or 0.0 for value in values]
        if identity.shape == "sum":
            return sum(s * n for s, n in zip(identity.signs, numbers, strict=True)) + identity.constant
        if values[0] is None:
            return None
        if identity.shape == "percentage":
            return None if not numbers[2] else numbers[0] - 100 * numbers[1] / numbers[2]
        low, high = self._bounds(identity, numbers)
        return 0.0 if low is None else numbers[0] - min(max(numbers[0], low), high)

    def holds(self, number: int, changes: Changes) -> bool:
        """Whether the identity holds after `changes`, or cannot be judged."""
        identity = self.identities[number]
        return not beyond(self.difference(number, changes), identity.allowed, identity.upper)

    def touched(self, figures: Iterable[int]) -> frozenset[int]:
        """The identities that any of these figures is in."""
        return frozenset(number for figure in figures for number in self.of_figure.get(figure, ()))

    def broken_after(self, changes: Changes) -> frozenset[int]:
        """The identities that do not hold after `changes`."""
        touched = self.touched(changes)
        return (self.broken - touched) | {number for number in touched if not self.holds(number, changes)}

    @staticmethod
    def _bounds(identity: Identity, numbers: Sequence[float]) -> tuple[float | None, float]:
        if identity.shape == "between":
            return identity.low, identity.high
        people = sum(numbers[1:])
        if people <= 0:
            return None, 0.0
        low = sum(n * bound for n, bound in zip(numbers[1:], identity.lows, strict=True)) / people
        return low, sum(n * bound for n, bound in zip(numbers[1:], identity.highs, strict=True)) / people


def parts_of(case: Case, broken: Iterable[int]) -> tuple[frozenset[int], ...]:
    """Broken identities in parts that share no figure: each can be explained without the others."""
    left = set(broken)
    parts: list[frozenset[int]] = []
    while left:
        part: set[int] = set()
        waiting = {min(left)}
        while waiting:
            number = waiting.pop()
            part.add(number)
            neighbours = case.touched(case.identities[number].figures)
            waiting |= (neighbours & left) - part
        left -= part
        parts.append(frozenset(part))
    return tuple(parts)
