"""Write the sample workbooks into a landing folder."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path, PurePosixPath

import xlsxwriter

from reference.fields import FOLDER
from samples.layout import Signing, report_bytes, targets_bytes
from samples.model import Targets, all_targets
from samples.months import LAST_MONTH, number_of
from samples.official_layout import official_bytes
from samples.schedule import (
    OfficialSending,
    Sending,
    official_sendings,
    sendings,
    targets_path,
    targets_sent_at,
)

#: Called with the number of workbooks done and the number of all.
Progress = Callable[[int, int], None]

_HERE = Path(__file__).parent

_MICROSECOND = 1_000


@dataclass(frozen=True)
class SampleReport:
    """What lies in the landing folder now: `written` in this run, or `unchanged` since an earlier one.

    `resent` are second workbooks of a month, `official` those of the official forms.
    """

    reports: int
    resent: int
    targets: int
    official: int
    written: int
    unchanged: int

    @property
    def workbooks(self) -> int:
        return self.reports + self.resent + self.targets + self.official


@dataclass(frozen=True)
class _Workbook:
    path: PurePosixPath
    sent_at: datetime
    make: Callable[[], bytes]


def write_samples(landing: Path, progress: Progress | None = None, until: date | None = None) -> SampleReport:
    """Write the workbooks under `landing`, with the time of sending as its time of modification.

    `until` lies in the last month to be reported; without it, every month is. What an earlier run of the same
    generator wrote is left alone. Raises OSError when `landing` cannot be written.
    """
    last = number_of(until) if until else LAST_MONTH
    monthly = [sending for sending in sendings() if sending.report.month <= last]
    targets = [issued for issued in all_targets() if issued.effective <= last]
    official = [form for form in official_sendings() if form.report.last_month <= last]
    workbooks = [
        *map(_targets_workbook, targets),
        *map(_report_workbook, monthly),
        *map(_official_workbook, official),
    ]
    written = 0
    for done, workbook in enumerate(workbooks, start=1):
        written += _write_one(landing / workbook.path, _stamp(workbook.sent_at), workbook.make)
        if progress:
            progress(done, len(workbooks))
    resent = sum(sending.is_second for sending in monthly)
    return SampleReport(
        reports=len(monthly) - resent,
        resent=resent,
        targets=len(targets),
        official=len(official),
        written=written,
        unchanged=len(workbooks) - written,
    )


def sending_bytes(sending: Sending) -> bytes:
    """The workbook of one sending."""
    typed = sending.fault.typed_totals if sending.fault else frozenset()
    return report_bytes(sending.report, Signing(sending.signed_on), typed)


def _report_workbook(sending: Sending) -> _Workbook:
    return _Workbook(sending.path, sending.sent_at, partial(sending_bytes, sending))


def _targets_workbook(targets: Targets) -> _Workbook:
    return _Workbook(targets_path(targets), targets_sent_at(targets.effective), partial(targets_bytes, targets))


def _official_workbook(sending: OfficialSending) -> _Workbook:
    return _Workbook(sending.path, sending.sent_at, partial(official_bytes, sending.report, sending.sent_at.date()))


def _write_one(path: Path, stamp: int, make: Callable[[], bytes]) -> bool:
    """True when the file had to be written. A reader never finds half a workbook."""
    if path.exists() and path.stat().st_mtime_ns == stamp:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    content = make()
    if not path.exists() or path.read_bytes() != content:
        half = path.with_name(f".{path.name}.part")
        half.write_bytes(content)
        half.replace(path)
    os.utime(path, ns=(stamp, stamp))
    return True


def _stamp(sent_at: datetime) -> int:
    """The time of sending in nanoseconds, its microseconds telling which generator wrote the file.

    So a second run sees that nothing changed without making the workbooks again; whoever edits a workbook
    changes its time, and gets it back as it was.
    """
    return int(sent_at.timestamp()) * 1_000_000_000 + _generation() * _MICROSECOND


@cache
def _generation() -> int:
    """A number below a million, another one whenever the generator or the forms change."""
    sources = [
        *sorted(_HERE.glob("*.py")),
        FOLDER / "sheet_layout.py",
        FOLDER / "fields.csv",
        FOLDER / "forms.csv",
        FOLDER / "official_forms.csv",
    ]
    digest = hashlib.sha256(xlsxwriter.__version__.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return int.from_bytes(digest.digest()[:8], "big") % 1_000_000
