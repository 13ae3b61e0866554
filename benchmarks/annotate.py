"""Issued workbooks (three sheets of 36 rows) marked and given back, beside openpyxl that only loads and saves them."""

import io
import statistics
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import openpyxl

from benchmarks.reading import milliseconds
from ingest.container.prepare import sheets_as_read
from outbox.blank.known_cells import KnownCell
from outbox.blank.workbook import blank_bytes
from outbox.marked.annotate import annotate
from outbox.marked.mark import mark_workbook
from outbox.marked.to_return import Change
from reference.communes import communes_expected
from tests.outbox.blank.commune import AUGUST, blank, report
from tests.outbox.marked.marking import AUTHOR, HEADING, plan, point
from tests.outbox.office import MAY, Fault, Proposal, Sent, publish
from warehouse.settings import load_settings

_REPORTS = 200
_PAIRS = 40
_PROCESSES = 2
#: With a section, rows to spare and the total these make 36 rows.
_CELLS = 32
_FAULTS = (
    Fault(["D12", "I12", "J12", "K12", "L12"]),
    Fault(["E14", "D14"]),
    Fault(["D46", *(f"D{row}" for row in range(11, 46))]),
    Fault(["W20", "D20"], "warning"),
    Fault(["D15"], sheet="Nguồn", form="KN-2", field="candidates"),
    Fault(["M13", "D13", "E13", "F13", "G13", "H13", "I13", "J13"], sheet="Đảng viên", form="KN-3", field="closing"),
)
_PROPOSALS = (Proposal("I12", 0, 1), Proposal("E13", 0, 1, [5], sheet="Đảng viên"))


def compare(folder: Path) -> dict[str, float]:
    """Marked copies a second with two processes, start of the processes and letters included; and milliseconds a
    workbook, ours and openpyxl's, and their ratio pair by pair (median), in one process."""
    reports = _reports()
    settings = load_settings({"ADMISSIONS_HOME": str(folder / "annotate"), "ADMISSIONS_SCOPE": "country"}, folder)
    settings = replace(settings, workers=_PROCESSES)
    settings.home.mkdir()
    publish(settings, reports, settings.home)
    began = time.perf_counter()
    done = annotate(settings, "all", MAY, None, sheets_as_read)
    seconds = time.perf_counter() - began
    if len(done.marked) != _REPORTS:
        raise RuntimeError(f"{len(done.marked)} of {_REPORTS} reports were marked")
    contents = [sent.content for sent in reports[:_PAIRS]]
    pairs = [(milliseconds(partial(_mark, each)), milliseconds(partial(_load_and_save, each))) for each in contents]
    return {
        "copies_per_second": _REPORTS / seconds,
        "ours_ms": statistics.median(ours for ours, _ in pairs),
        "openpyxl_ms": statistics.median(peer for _, peer in pairs),
        "ratio": statistics.median(ours / peer for ours, peer in pairs),
    }


def _reports() -> list[Sent]:
    """A report of each of as many communes, each with faults of its own kind of sheet."""
    communes = [commune for commune in communes_expected("country") if commune.is_valid_in(MAY)]
    return [
        Sent(_workbook(number), commune.code, f"KN_{commune.code}_2020-05.xlsx", faults=_FAULTS, proposals=_PROPOSALS)
        for number, commune in enumerate({commune.code: commune for commune in communes[:_REPORTS]}.values())
    ]


def _workbook(number: int) -> bytes:
    cells = tuple(
        KnownCell(f"Chi bộ Tổ dân phố số {number}.{cell}", "Tổ dân phố", "Khối dân cư", 1, 1, 3, 30)
        for cell in range(_CELLS)
    )
    return blank_bytes(blank(known=report(AUGUST, cells)))


def _mark(content: bytes) -> None:
    points = [point(*fault.cells, sheet=fault.sheet, form=fault.form, number=at) for at, fault in enumerate(_FAULTS)]
    changes = [Change(each.sheet, each.cell, each.before, each.after, ("failure 0",)) for each in _PROPOSALS]
    mark_workbook(content, sheets_as_read(content), plan(points, changes), HEADING, AUTHOR)


def _load_and_save(content: bytes) -> None:
    openpyxl.load_workbook(io.BytesIO(content)).save(io.BytesIO())
