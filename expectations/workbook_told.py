"""What is asked and told about a workbook that is judged by itself (`expectations.workbook`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class WorkbookLine:
    """A row of a form: its number on the sheet, its kind (cell, section, total), its name, its figures by field."""

    row: int
    kind: str
    name: str
    values: Mapping[str, float | None]


@dataclass(frozen=True)
class WorkbookForm:
    """A monthly form as it was read. `unread` are the addresses of cells whose figure could not be read; where a whole
    row could not be (`has_unread_rows`), nothing is added up."""

    form: str
    sheet: str
    columns: Mapping[str, str]
    lines: Sequence[WorkbookLine]
    unread: frozenset[str] = frozenset()
    has_unread_rows: bool = False


@dataclass(frozen=True)
class CarriedCell:
    """What the published report of the month before says of a cell, by field."""

    name: str
    values: Mapping[str, float | None]


@dataclass(frozen=True)
class Workbook:
    """The monthly forms of one workbook, and of which month it is. `carried` are the cells of the month before in their
    order, where that is published; sums of the term begin again where `begins_term`."""

    month: date
    forms: Sequence[WorkbookForm]
    carried: Sequence[CarriedCell] = ()
    begins_term: bool = False


@dataclass(frozen=True)
class Inconsistency:
    """A rule that does not hold: the cell it is told of, all cells involved, the sentence of the gate."""

    severity: str
    sheet: str
    cell: str
    cells: tuple[str, ...]
    vi: str
    en: str


@dataclass(frozen=True)
class Suspicion:
    """What most likely is wrong: the cells (`Sheet!B14`) to look at first, and the sentence."""

    cells: tuple[str, ...]
    vi: str
    en: str


@dataclass(frozen=True)
class Judged:
    """How many comparisons were made, what does not hold, the gravest first, and which cells explain it."""

    looked_at: int
    inconsistencies: tuple[Inconsistency, ...]
    suspicions: tuple[Suspicion, ...]
