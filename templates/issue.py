"""Writes the blank workbooks of a month into a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reference.communes import Commune, communes_expected
from reference.naming import meant
from reference.offices import ascii_name
from templates.plan import Blank, blank_for
from templates.workbook import blank_bytes
from warehouse.connections import NothingPublished
from warehouse.files import write_whole
from warehouse.known_cells import KnownReport, known_reports, year_targets
from warehouse.settings import Settings


class NoSuchCommune(ValueError):
    """No commune of that code or name owes a report for the month; the text is what was asked for."""


@dataclass(frozen=True)
class Issued:
    """A blank workbook: where it is, whose, how many cells are filled in, the month of the report they come from.

    `goes_on` when that report is the month before's, so that its figures are carried forward.
    """

    path: Path
    commune_name: str
    cells: int
    known_from: date | None
    goes_on: bool


def issue(settings: Settings, month: date, commune: str | None = None, folder: Path | None = None) -> list[Issued]:
    """Write a blank workbook for each commune that owes a report for `month`, or for those that `commune` names.

    `commune` is a code or (a part of) a name; `folder` is the outbox's when left out. A blank workbook of the same
    name is replaced. Raises NoSuchCommune, UnknownScope, and OSError where the folder cannot be written.
    """
    communes = _chosen(settings, month, commune)
    reports, targets = _known(settings, month, communes)
    folder = folder or settings.outbox / "templates" / f"{month:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True)
    return [_issue_one(folder, blank_for(c, month, reports.get(c.key), targets.get(c.key))) for c in communes]


def _chosen(settings: Settings, month: date, wanted: str | None) -> Sequence[Commune]:
    expected = [commune for commune in communes_expected(settings.scope) if commune.is_valid_in(month)]
    if wanted is None:
        if not expected:
            raise NoSuchCommune(settings.scope)
        return expected
    found = meant(wanted, expected, lambda commune: (commune.code, commune.name))
    if not found:
        raise NoSuchCommune(wanted)
    return found


def _known(
    settings: Settings, month: date, communes: Sequence[Commune]
) -> tuple[dict[str, KnownReport], dict[str, int]]:
    """What is known; nothing, before anything was published: an office begins by issuing blank workbooks."""
    try:
        return known_reports(settings, month, [c.key for c in communes]), year_targets(settings, month)
    except NothingPublished:
        return {}, {}


def _issue_one(folder: Path, blank: Blank) -> Issued:
    path = folder / file_name(blank.commune, blank.month)
    write_whole(path, blank_bytes(blank))
    known_from = blank.report.month if blank.report else None
    cells = len(blank.report.cells) if blank.report else 0
    return Issued(path, blank.commune.name, cells, known_from, blank.goes_on)


def file_name(commune: Commune, month: date) -> str:
    """`KN_DongPhong_03408_2020-09.xlsx`: no accents, so that every old machine shows it."""
    return f"KN_{ascii_name(commune.name)}_{commune.code}_{month:%Y-%m}.xlsx"
