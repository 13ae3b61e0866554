"""Reading and mapping against python-calamine alone, in one process: one issued workbook (three sheets of 30 lines),
and workbooks in layouts and words of the senders' own, whose columns must be inferred."""

import io
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import python_calamine as calamine

from benchmarks.messy.generate import generate
from ingest.reader import Context, read_workbook
from reference.fields import MONTHLY_FORMS
from tests.ingest.sheets import plain_rows, sheet, workbook

_REPEATS = 60
_MESSY, _SEED = 120, 7


def compare(folder: Path) -> dict[str, float]:
    """Milliseconds a workbook, ours and calamine's, and their ratio pair by pair (median)."""
    return _issued() | _inferred(folder / "messy")


def _issued() -> dict[str, float]:
    content = workbook([sheet(form, plain_rows(form, cells=30)) for form in MONTHLY_FORMS])
    context = Context("district:105", date(2026, 1, 1))
    read_workbook(content, "x.xlsx", context)
    pairs = [
        (
            milliseconds(lambda: read_workbook(content, "x.xlsx", context)),
            milliseconds(lambda: _calamine_alone(content)),
        )
        for _ in range(_REPEATS)
    ]
    return {
        "ours_ms": statistics.median(ours for ours, _ in pairs),
        "calamine_ms": statistics.median(peer for _, peer in pairs),
        "ratio": statistics.median(ours / peer for ours, peer in pairs),
    }


def _inferred(folder: Path) -> dict[str, float]:
    """The ratio for workbooks with inferred columns: as a process first meets their headers, and when it has seen
    them, as those of the months before."""
    generate(folder, "usual", _MESSY, _SEED)
    context = Context("district:105", date(2026, 1, 1))
    first: list[float] = []
    seen: list[float] = []
    for path in sorted(folder.rglob("*.xlsx")):
        content = path.read_bytes()
        peer = statistics.median(milliseconds(lambda content=content: _calamine_alone(content)) for _ in range(3))  # type: ignore[misc]
        reads = [
            milliseconds(lambda content=content, path=path: read_workbook(content, path.name, context))  # type: ignore[misc]
            for _ in range(4)
        ]
        if any(form.inferred for form in read_workbook(content, path.name, context).forms):
            first.append(reads[0] / peer)
            seen.append(statistics.median(reads[1:]) / peer)
    return {
        "inferred_workbooks": len(first),
        "inferred_first_ratio": statistics.median(first),
        "inferred_seen_ratio": statistics.median(seen),
    }


def _calamine_alone(content: bytes) -> list[list[list[object]]]:
    opened = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names]


def milliseconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
