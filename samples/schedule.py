"""When and under which name each workbook was sent."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import PurePosixPath

from samples import faults, revision
from samples.cells import Commune
from samples.faults import Fault
from samples.model import Report, Targets, all_reports
from samples.months import AUGUST_2020, LAST_MONTH, first_day, iso, month_of_year, year_of
from samples.official import OfficialReport, official_reports
from samples.people import rng

#: Hà Nội has had the same offset, and no summer time, throughout.
OFFICE = timezone(timedelta(hours=7))
_DUE_DAY = 5
_LATEST_DAY = 12
_DAYS_TO_CORRECTION = (4, 11)
CORRECTION_SUFFIX = "_dinh_chinh"
#: On a second workbook that was not asked for: nothing was wrong with the first.
REVISION_SUFFIX = "_bo_sung"
#: After these months every workbook came in time: the two days on which a demonstration may play.
_PUNCTUAL = (AUGUST_2020, LAST_MONTH)


@dataclass(frozen=True)
class Sending:
    """One workbook on its way: figures, the fault in them if any, path in the landing folder, time sent."""

    report: Report
    fault: Fault | None
    path: PurePosixPath
    sent_at: datetime
    signed_on: date
    is_second: bool = False


def path_of(commune: Commune, month: int, suffix: str = "") -> PurePosixPath:
    """`2020-05/KN_DongPhong_2020-05.xlsx`; a second workbook keeps the name and says by `suffix` what it is."""
    name = PurePosixPath(commune.file_name.format(year=year_of(month), month=month_of_year(month)))
    return PurePosixPath(iso(month)) / f"{name.stem}{suffix}{name.suffix}"


@cache
def sendings() -> tuple[Sending, ...]:
    """Every monthly workbook, those sent again included, in the order in which they were sent."""
    found = []
    for report in all_reports():
        place = (report.commune.code, report.month)
        if place == faults.NOT_REPORTED:
            continue
        fault = faults.fault_of(*place)
        sent_at = _first_sent_at(report.commune, report.month)
        first, suffix = report, ""
        if fault:
            first, suffix = faults.with_fault(report, fault), CORRECTION_SUFFIX if fault.is_corrected else ""
        elif place == (revision.COMMUNE_CODE, revision.MONTH):
            first, suffix = revision.first_version(), REVISION_SUFFIX
        path = path_of(report.commune, report.month)
        found.append(Sending(first, fault, path, sent_at, sent_at.date()))
        if suffix:
            again = path_of(report.commune, report.month, suffix)
            # It carries the first report's day under it: nothing differs but what was changed.
            found.append(Sending(report, None, again, _sent_again_at(sent_at, report), sent_at.date(), is_second=True))
    return tuple(sorted(found, key=lambda sending: (sending.sent_at, sending.path)))


def _first_sent_at(commune: Commune, month: int) -> datetime:
    """Mostly from the 1st to the 5th of the month after."""
    chance = rng("sending", commune.code, month)
    is_late = month not in _PUNCTUAL and chance.random() * 100 < commune.late
    day = chance.randint(_DUE_DAY + 1, _LATEST_DAY) if is_late else chance.randint(1, _DUE_DAY)
    return _in_office_hours(first_day(month + 1).replace(day=day), chance.randint(0, 9 * 3600))


def _sent_again_at(sent_at: datetime, report: Report) -> datetime:
    chance = rng("correction", report.commune.code, report.month)
    day = sent_at.date() + timedelta(days=chance.randint(*_DAYS_TO_CORRECTION))
    return _in_office_hours(day, chance.randint(0, 9 * 3600))


def _in_office_hours(day: date, seconds: int) -> datetime:
    return datetime.combine(day, time(7, 45), OFFICE) + timedelta(seconds=seconds)


@dataclass(frozen=True)
class OfficialSending:
    """A workbook of official forms on its way."""

    report: OfficialReport
    path: PurePosixPath
    sent_at: datetime


@cache
def official_sendings() -> tuple[OfficialSending, ...]:
    """Every workbook of official forms, sent in the first days after its period."""
    return tuple(
        OfficialSending(report, _official_path(report), _official_sent_at(report)) for report in official_reports()
    )


def _official_path(report: OfficialReport) -> PurePosixPath:
    return PurePosixPath(f"thong ke {report.period}") / f"Bieu 1, 2-BTCTW {report.period} {report.commune.name}.xlsx"


def _official_sent_at(report: OfficialReport) -> datetime:
    chance = rng("official", report.commune.code, report.period)
    day = first_day(report.last_month + 1).replace(day=chance.randint(2, _DUE_DAY))
    return _in_office_hours(day, chance.randint(0, 9 * 3600))


def targets_path(targets: Targets) -> PurePosixPath:
    first = targets.first_year
    name = f"CT-1 Chi tieu ket nap nhiem ky {first}-{first + 5}{' (dieu chinh)' if targets.is_amended else ''}.xlsx"
    return PurePosixPath(iso(targets.effective)) / name


def targets_sent_at(effective: int) -> datetime:
    """The commission issues its targets on the morning of the day on which they take effect."""
    return _in_office_hours(first_day(effective), 0)
