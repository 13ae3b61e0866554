"""When and under which name each workbook was sent."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import PurePosixPath

from samples import faults
from samples.city import Commune
from samples.faults import Fault
from samples.model import Report, all_reports
from samples.months import LAST_MONTH, first_day, iso, month_of_year, year_of
from samples.people import rng

#: Hà Nội has had the same offset, and no summer time, throughout.
OFFICE = timezone(timedelta(hours=7))
_DUE_DAY = 5
_LATEST_DAY = 12
_DAYS_TO_CORRECTION = (4, 11)
CORRECTION_SUFFIX = "_dinh_chinh"


@dataclass(frozen=True)
class Sending:
    """One workbook on its way: figures, the fault in them if any, path in the landing folder, time sent."""

    report: Report
    fault: Fault | None
    path: PurePosixPath
    sent_at: datetime
    signed_on: date


def path_of(commune: Commune, month: int, is_correction: bool = False) -> PurePosixPath:
    """`2020-05/KN_DongPhong_2020-05.xlsx`; a correction keeps the name and says that it is one."""
    name = PurePosixPath(commune.file_name.format(year=year_of(month), month=month_of_year(month)))
    if is_correction:
        name = PurePosixPath(f"{name.stem}{CORRECTION_SUFFIX}{name.suffix}")
    return PurePosixPath(iso(month)) / name


def sendings() -> tuple[Sending, ...]:
    """Every monthly workbook, corrections included, in the order in which they were sent."""
    found = []
    for report in all_reports():
        if (report.commune.code, report.month) == faults.NOT_REPORTED:
            continue
        fault = faults.fault_of(report.commune.code, report.month)
        sent_at = _first_sent_at(report.commune, report.month)
        sent = faults.with_fault(report, fault) if fault else report
        path = path_of(report.commune, report.month)
        found.append(Sending(sent, fault, path, sent_at, sent_at.date()))
        if fault and fault.is_corrected:
            again = path_of(report.commune, report.month, is_correction=True)
            # The correction carries the first report's day under it: nothing differs but the fault.
            found.append(Sending(report, None, again, _sent_again_at(sent_at, report), sent_at.date()))
    return tuple(sorted(found, key=lambda sending: (sending.sent_at, sending.path)))


def _first_sent_at(commune: Commune, month: int) -> datetime:
    """Mostly from the 1st to the 5th of the month after; the last month's workbooks all came in time."""
    chance = rng("sending", commune.code, month)
    is_late = month < LAST_MONTH and chance.random() * 100 < commune.late
    day = chance.randint(_DUE_DAY + 1, _LATEST_DAY) if is_late else chance.randint(1, _DUE_DAY)
    return _in_office_hours(first_day(month + 1).replace(day=day), chance.randint(0, 9 * 3600))


def _sent_again_at(sent_at: datetime, report: Report) -> datetime:
    chance = rng("correction", report.commune.code, report.month)
    day = sent_at.date() + timedelta(days=chance.randint(*_DAYS_TO_CORRECTION))
    return _in_office_hours(day, chance.randint(0, 9 * 3600))


def _in_office_hours(day: date, seconds: int) -> datetime:
    return datetime.combine(day, time(7, 45), OFFICE) + timedelta(seconds=seconds)


def targets_path(first_year: int, effective: int) -> PurePosixPath:
    return PurePosixPath(iso(effective)) / f"CT-1 Chi tieu ket nap nhiem ky {first_year}-{first_year + 5}.xlsx"


def targets_sent_at(effective: int) -> datetime:
    """The commission issues its targets on the morning of the day on which they take effect."""
    return _in_office_hours(first_day(effective), 0)
