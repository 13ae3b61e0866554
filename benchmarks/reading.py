"""Reading and mapping against python-calamine alone, in one process: one issued workbook (three sheets of 30 lines),
and workbooks in layouts and words of the senders' own, whose columns must be inferred."""

import functools
import gc
import io
import statistics
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import python_calamine as calamine

from benchmarks.messy.generate import generate
from ingest.reader import Context, read_workbook
from reference.fields import MONTHLY_FORMS
from tests.ingest.sheets import plain_rows, sheet, workbook

_REPEATS = 60
_MESSY, _SEED = 120, 7
#: A cache of so few entries holds compiled lists.
_MOST_SCOPES = 4


def compare(folder: Path) -> dict[str, float]:
    """Milliseconds a workbook, ours and calamine's, and their ratio pair by pair (median)."""
    return _issued() | _inferred(folder / "messy")


def _issued() -> dict[str, float]:
    content = workbook([sheet(form, plain_rows(form, cells=30)) for form in MONTHLY_FORMS])
    context = Context("district:105", date(2026, 1, 1))
    read_workbook(content, "x.xlsx", context)
    pairs = [
        (
            _of_the_processor(lambda: read_workbook(content, "x.xlsx", context)),
            _of_the_processor(lambda: _calamine_alone(content)),
        )
        for _ in range(_REPEATS)
    ]
    return {
        "ours_ms": statistics.median(ours for ours, _ in pairs),
        "calamine_ms": statistics.median(peer for _, peer in pairs),
        "ratio": statistics.median(ours / peer for ours, peer in pairs),
    }


def _inferred(folder: Path) -> dict[str, float]:
    """The ratios for workbooks with inferred columns: as a process first meets their headers, which has read others
    and so has its word lists ready but has seen none of these words; and when it has seen them, as those of the months
    before."""
    generate(folder, "usual", _MESSY, _SEED)
    context = Context("district:105", date(2026, 1, 1))
    contents = [(path.name, path.read_bytes()) for path in sorted(folder.rglob("*.xlsx"))]
    inferred = [
        (name, content)
        for name, content in contents
        if any(form.inferred for form in read_workbook(content, name, context).forms)
    ]
    wordings = _caches_of_wordings()
    first: list[float] = []
    seen: list[float] = []
    for name, content in inferred:
        peer = statistics.median(_of_the_processor(partial(_calamine_alone, content)) for _ in range(3))
        for cache in wordings:
            cache.cache_clear()
        once, *again = (_of_the_processor(partial(read_workbook, content, name, context)) for _ in range(4))
        first.append(once / peer)
        seen.append(statistics.median(again) / peer)
    return {
        "inferred_workbooks": len(inferred),
        "inferred_first_ratio": statistics.median(first),
        "inferred_seen_ratio": statistics.median(seen),
    }


def _caches_of_wordings() -> "list[functools._lru_cache_wrapper[object]]":
    """The reader's caches of what it has met in workbooks. They are bounded; those of the compiled lists are not, or
    hold the few scopes of an office."""
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, functools._lru_cache_wrapper)
        and each.__module__.startswith("ingest.")
        and (each.cache_parameters()["maxsize"] or 0) > _MOST_SCOPES
    ]


def _calamine_alone(content: bytes) -> list[list[list[object]]]:
    opened = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names]


def _of_the_processor(work: Callable[[], object]) -> float:
    """Milliseconds that the processor works on something in this process, whatever else the machine does."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def milliseconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
