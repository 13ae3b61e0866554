"""Workbooks of the sample city with one mistyped cell each: every third month, so that each has a right one before it.

A slip is drawn with the chances in `_SLIPS`, which are this benchmark's own and not the costs that repairs are ranked
by. Half of the sheets keep their totals as typed numbers; in the others totals follow the wrong cell by formula. A slip
that contradicts nothing on the sheets leaves nothing to find and is drawn again.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reference.fields import MONTHLY_FORMS, number_fields_of
from reference.sheet_layout import address, sheet_name
from samples.consistency import breaks_of
from samples.faults import Change, Fault, with_fault
from samples.layout import Signing, report_bytes
from samples.model import Line, Report, Sheet, month_before_of, report_of, targets_in_force
from samples.months import MERGER, first_day
from samples.schedule import sendings
from samples.write import write_samples

_EVERY = 3
_SHARE_OF_TOTALS = 0.15


@dataclass(frozen=True)
class Mistyped:
    """A workbook's wrong cell: what stands there, and what should."""

    commune_code: str
    month: int
    sheet: str
    cell: str
    slip: str
    typed: int
    right: int


def write_mistyped(landing: Path, seed: int) -> tuple[Mistyped, ...]:
    """Write the workbooks of the years before the merger, right but for a cell in every third month of a commune."""
    write_samples(landing, until=first_day(MERGER - 1))
    chance = random.Random(seed)
    found = []
    for sending in sendings():
        if sending.report.month >= MERGER:
            continue
        path = landing / sending.path
        path.unlink()
        if sending.is_second:
            continue
        report = report_of(sending.report.commune.code, sending.report.month)
        typed_totals: frozenset[tuple[str, str]] = frozenset()
        if report.month % _EVERY == seed % _EVERY:
            report, mistyped, typed_totals = _mistype(chance, report)
            found.append(mistyped)
        path.write_bytes(report_bytes(report, Signing(sending.signed_on), typed_totals))
        sent_at = sending.sent_at.timestamp()
        os.utime(path, (sent_at, sent_at))
    return tuple(found)


def _mistype(chance: random.Random, report: Report) -> tuple[Report, Mistyped, frozenset[tuple[str, str]]]:
    before, targets = month_before_of(report), targets_in_force(report.month)
    while True:
        sheet = report.sheet(chance.choice(MONTHLY_FORMS))
        number = _line_number(chance, sheet)
        line = sheet.lines[number - 1]
        field = chance.choice([field.name for field in number_fields_of(sheet.form) if field.type == "count"])
        slip = chance.choices(list(_SLIPS), [weight for weight, _ in _SLIPS.values()])[0]
        right = int(line.values[field] or 0)
        typed = _SLIPS[slip][1](chance, right, _Around(report, before, sheet, line, field))
        if typed is None or typed == right:
            continue
        keeps_totals = line.kind == "total" or chance.random() < 0.5
        wrong = with_fault(report, _fault(report, sheet, line, field, typed - right, keeps_totals))
        if breaks_of(wrong, before, targets):
            cell = address(sheet.form, field, number)
            mistyped = Mistyped(
                report.commune.code, report.month, sheet_name(sheet.form), cell, slip, typed, right
            )  # fmt: skip
            return wrong, mistyped, frozenset({(sheet.form, field)} if keeps_totals else ())


def _line_number(chance: random.Random, sheet: Sheet) -> int:
    if chance.random() < _SHARE_OF_TOTALS:
        return len(sheet.lines)
    return chance.choice([number for number, line in enumerate(sheet.lines, start=1) if line.kind == "cell"])


def _fault(report: Report, sheet: Sheet, line: Line, field: str, by: int, keeps_totals: bool) -> Fault:
    """The slip as a fault of the samples: a total that keeps its figure is taken back to it."""
    changes = [Change(sheet.form, field, by, None if line.kind == "total" else line.name)]
    if keeps_totals and line.kind == "cell":
        changes.append(Change(sheet.form, field, -by))
    return Fault(report.commune.code, report.month, tuple(changes), frozenset(), "", is_corrected=False)


# --- Slips ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Around:
    report: Report
    before: Report | None
    sheet: Sheet
    line: Line
    field: str

    def last_month(self) -> int | None:
        """The same figure a month earlier, a total's too."""
        if self.before is None:
            return None
        lines = [line for line in self.before.sheet(self.sheet.form).lines if line.kind == "cell"]
        if self.line.kind == "cell":
            lines = [line for line in lines if line.name == self.line.name]
        return sum(int(line.values[self.field] or 0) for line in lines) if lines else None

    def beside(self, chance: random.Random) -> int:
        """What stands in the next column, or in the row below."""
        names = [field.name for field in number_fields_of(self.sheet.form) if field.type == "count"]
        at = self.sheet.lines.index(self.line)
        if chance.random() < 0.5 or at + 1 == len(self.sheet.lines):
            return int(self.line.values[names[(names.index(self.field) + 1) % len(names)]] or 0)
        return int(self.sheet.lines[at + 1].values[self.field] or 0)


_Slip = Callable[[random.Random, int, _Around], int | None]


def _digit_more(chance: random.Random, right: int, around: _Around) -> int:
    text = str(right)
    at = chance.randrange(len(text))
    return int(text[: at + 1] + (text[at] if chance.random() < 0.5 else chance.choice("0123456789")) + text[at + 1 :])


def _digit_less(chance: random.Random, right: int, around: _Around) -> int | None:
    text = str(right)
    at = chance.randrange(len(text))
    return int(text[:at] + text[at + 1 :]) if len(text) > 1 else None


def _swapped(chance: random.Random, right: int, around: _Around) -> int | None:
    text = str(right)
    if len(text) < 2:
        return None
    at = chance.randrange(len(text) - 1)
    return int(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def _key_beside(chance: random.Random, right: int, around: _Around) -> int:
    text = str(right)
    at = chance.randrange(len(text))
    near = (int(text[at]) + chance.choice((-1, 1))) % 10
    return int(text[:at] + str(near) + text[at + 1 :])


#: Slip -> how often it is drawn, and how it is made (None: not of this figure).
_SLIPS: dict[str, tuple[int, _Slip]] = {
    "a digit more": (4, _digit_more),
    "a digit less": (3, _digit_less),
    "digits swapped": (4, _swapped),
    "the key beside": (4, _key_beside),
    "one off": (3, lambda chance, right, around: right + chance.choice((-1, 1)) if right else 1),
    "zero typed": (2, lambda chance, right, around: 0),
    "the cell beside": (2, lambda chance, right, around: around.beside(chance)),
    "last month's": (2, lambda chance, right, around: around.last_month()),
}
