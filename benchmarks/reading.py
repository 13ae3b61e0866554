"""One issued workbook (three sheets of 30 lines): reading and mapping against python-calamine alone, in one process."""

import io
import statistics
import time
from collections.abc import Callable
from datetime import date

import python_calamine as calamine

from ingest.reader import Context, read_workbook
from reference.fields import MONTHLY_FORMS
from tests.ingest.sheets import plain_rows, sheet, workbook

_REPEATS = 60


def compare() -> dict[str, float]:
    """Milliseconds a workbook, ours and calamine's, and their ratio pair by pair (median)."""
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


def _calamine_alone(content: bytes) -> list[list[list[object]]]:
    opened = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names]


def milliseconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
