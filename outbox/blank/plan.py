"""Which lines a commune's blank workbook has, and what is known of them. Nothing of spreadsheets is decided here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, groupby

from dateutil.relativedelta import relativedelta

from outbox.blank.known_cells import KnownCell, KnownReport
from reference.communes import Commune
from reference.sheet_layout import TOTAL_NAME
from reference.terms import is_first_of_a_term

#: Empty rows for a commune about which nothing is known yet.
EMPTY_ROWS = 20
#: Empty rows at the end of each section (or of the table), for cells that were founded since.
SPARE_ROWS = 2

_ROMAN_BEFORE = re.compile(r"^[IVX]+\s*[.\-–/)]\s*")
_ROMAN_DIGITS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True)
class Line:
    """A row of each sheet: kind `section`, `cell` (known, or an `empty` one to be filled in) or `total`.

    `number` counts from 1 and is the same on every sheet. `adds` are the lines (first and last) that a section or
    the total adds up.
    """

    number: int
    kind: str
    ordinal: int | str
    name: str
    cell: KnownCell | None = None
    adds: tuple[tuple[int, int], ...] = ()

    @property
    def is_sum(self) -> bool:
        return self.kind in ("section", "total")


@dataclass(frozen=True)
class Blank:
    """One commune's blank workbook.

    `report` is the newest one before the month; its figures are carried forward when it is that of the month just
    before (`goes_on`). `year_target` is the one set by form CT-1, None when none is on file.
    """

    commune: Commune
    month: date
    report: KnownReport | None
    goes_on: bool
    year_begins: bool
    term_begins: bool
    year_target: int | None
    keeps_targets: bool
    lines: tuple[Line, ...]


def blank_for(commune: Commune, month: date, report: KnownReport | None, year_target: int | None) -> Blank:
    """The blank workbook of `commune` for `month` (its first day)."""
    return Blank(
        commune=commune,
        month=month,
        report=report,
        goes_on=report is not None and report.month == month - relativedelta(months=1),
        year_begins=month.month == 1,
        term_begins=is_first_of_a_term(month, commune.code),
        year_target=year_target,
        keeps_targets=report is not None and _still_hold(report, month, year_target),
        lines=tuple(_lines(report.cells if report else ())),
    )


def _still_hold(report: KnownReport, month: date, year_target: int | None) -> bool:
    """True when the cells' targets are this year's and add up to what form CT-1 sets."""
    targets = [cell.year_target for cell in report.cells if cell.year_target is not None]
    return report.month.year == month.year and bool(targets) and year_target in (None, sum(targets))


def _lines(cells: tuple[KnownCell, ...]) -> Iterator[Line]:
    numbers, ordinals, sections = count(1), count(1), count(1)
    adds: list[tuple[int, int]] = []
    for section, members in groupby(cells, key=lambda cell: cell.section):
        known = list(members)
        head = next(numbers) if section else 0
        rows = [Line(next(numbers), "cell", next(ordinals), cell.name, cell) for cell in known]
        rows += [Line(next(numbers), "empty", "", "") for _ in range(SPARE_ROWS)]
        adds.append((rows[0].number, rows[-1].number))
        if section:
            title = _ROMAN_BEFORE.sub("", section)
            yield Line(head, "section", roman(next(sections)), title, adds=(adds[-1],))
        yield from rows
    if not cells:
        rows = [Line(next(numbers), "empty", next(ordinals), "") for _ in range(EMPTY_ROWS)]
        adds.append((rows[0].number, rows[-1].number))
        yield from rows
    yield Line(next(numbers), "total", "", TOTAL_NAME, adds=tuple(adds))


def roman(number: int) -> str:
    """4 -> IV; what section rows are numbered with."""
    digits = ""
    for value, letters in _ROMAN_DIGITS:
        while number >= value:
            digits += letters
            number -= value
    return digits
