"""Writes the blank workbooks of a month into a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from outbox.blank.known_cells import KnownReport, known_reports, term_targets, year_targets
from outbox.blank.plan import Blank, blank_for
from outbox.blank.targets import targets_blank, targets_bytes, term_of
from outbox.blank.workbook import blank_bytes
from reference.communes import Commune, communes_expected
from reference.naming import meant
from reference.offices import ascii_name
from reference.trouble import Trouble
from warehouse.connections import NothingPublished
from warehouse.files import write_whole
from warehouse.settings import Settings


class NoSuchCommune(Trouble, ValueError):
    """No commune of that code or name owes a report for the month; the text is what was asked for."""

    text = "error_template_commune"


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
    folder = _made(settings, month, folder)
    return [_issue_one(folder, blank_for(c, month, reports.get(c.key), targets.get(c.key))) for c in communes]


class Blanks:
    """The blank workbooks of a month for the communes that owe a report, made one by one; nothing is written."""

    def __init__(self, settings: Settings, month: date) -> None:
        """Raises NoSuchCommune where nobody owes a report, UnknownScope."""
        self._month = month
        self.communes = _chosen(settings, month, None)
        self._reports, self._targets = _known(settings, month, self.communes)

    def of(self, commune: Commune) -> tuple[str, bytes]:
        """The name of the commune's workbook, and its content."""
        key = commune.key
        blank = blank_for(commune, self._month, self._reports.get(key), self._targets.get(key))
        return file_name(commune, self._month), blank_bytes(blank)


@dataclass(frozen=True)
class IssuedTargets:
    """A table of targets to fill in: where it is, the term, how many communes, how many targets are filled in."""

    path: Path
    term: str
    communes: int
    known: int


def issue_targets(settings: Settings, month: date, folder: Path | None = None) -> IssuedTargets | None:
    """Write the commission's own table of targets (form CT-1) where some of the term's are not on file.

    None where all are, and for a month before the terms that are known. Raises as `issue` does.
    """
    communes = _chosen(settings, month, None)
    try:
        term = term_of(month)
    except ValueError:
        return None
    blank = targets_blank(month, communes, _known_targets(settings, month, term))
    if not blank.is_wanted:
        return None
    folder = _made(settings, month, folder)
    path = folder / f"CT-1_{ascii_name(blank.office)}_{blank.term}.xlsx"
    write_whole(path, targets_bytes(blank))
    ours = {commune.key for commune in communes}
    return IssuedTargets(path, term, len(communes), sum(key in ours for key, _ in blank.known))


def _known_targets(settings: Settings, month: date, term: str) -> dict[tuple[str, int | None], int]:
    try:
        return term_targets(settings, month, term)
    except NothingPublished:
        return {}


def _made(settings: Settings, month: date, folder: Path | None) -> Path:
    folder = folder or settings.outbox / "templates" / f"{month:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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
