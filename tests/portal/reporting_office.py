"""Two communes from July to September 2015, published: one report is late, one held back, one missing; of one month a
newer version waits, and another one was replaced."""

import fcntl
import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import steps
from samples.faults import Change, Fault, with_fault
from samples.model import Report, report_of
from samples.months import month_number
from samples.schedule import sendings
from samples.write import sending_bytes
from warehouse.settings import Settings, load_settings

OURS, THEIRS = "03408", "03386"
JULY, AUGUST, SEPTEMBER, OCTOBER = (month_number(2015, month) for month in (7, 8, 9, 10))


def settings_in(home: Path) -> Settings:
    return load_settings(
        {
            "ADMISSIONS_HOME": str(home),
            "ADMISSIONS_TODAY": "2015-10-20",
            "ADMISSIONS_SCOPE": f"commune:{OURS},commune:{THEIRS}",
            "ADMISSIONS_ARRIVAL": "modified",
            "ADMISSIONS_LANGUAGE": "vi",
        },
        home,
    )


def workbook(report: Report) -> bytes:
    """The workbook of this report as its commune sends it."""
    sent = next(
        each
        for each in sendings()
        if each.report.commune.code == report.commune.code and each.report.month == report.month
    )
    return sending_bytes(replace(sent, report=report, fault=None))


def faulty(report: Report, by: int = 3) -> Report:
    """The report with so many too many that moved into its first cell: critical, as the members do not add up."""
    return changed(report, "KN-3", "increase_transferred_in", by)


def changed(report: Report, form: str, field: str, by: int, line: str | None = None) -> Report:
    """The report with a figure of one line (its first cell) that many higher."""
    name = line or next(each.name for each in report.sheet(form).lines if each.kind == "cell")
    change = Change(form, field, by, name)
    return with_fault(report, Fault(report.commune.code, report.month, (change,), frozenset(), "", is_corrected=False))


def shared(factory: pytest.TempPathFactory) -> Settings:
    """The office, built once for all processes of a test run. Nobody writes into it: `copy_of` is for that."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reporting-office"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            shutil.rmtree(folder / "home", ignore_errors=True)
            build(folder / "home")
            (folder / "built").touch()
    return settings_in(folder / "home")


def build(home: Path) -> Settings:
    settings = settings_in(home)
    settings.landing.mkdir(parents=True)
    _send(settings, report_of(OURS, JULY), "ours-7", datetime(2015, 8, 3))
    _send(settings, report_of(OURS, AUGUST), "ours-8", datetime(2015, 9, 9))
    _send(settings, faulty(report_of(OURS, AUGUST)), "ours-8-2", datetime(2015, 9, 12))
    _send(settings, report_of(OURS, SEPTEMBER), "ours-9", datetime(2015, 10, 3))
    _send(settings, changed(report_of(THEIRS, JULY), "KN-1", "women", 1), "theirs-7", datetime(2015, 8, 2))
    _send(settings, report_of(THEIRS, JULY), "theirs-7-2", datetime(2015, 8, 4))
    _send(settings, faulty(report_of(THEIRS, AUGUST)), "theirs-8", datetime(2015, 9, 3))
    for _ in steps.run(settings):
        pass
    return settings


def copy_of(settings: Settings, home: Path) -> Settings:
    """A home of its own for a test that writes."""
    shutil.copytree(settings.home, home)
    return settings_in(home)


def _send(settings: Settings, report: Report, name: str, day: datetime) -> None:
    path = settings.landing / f"{name}.xlsx"
    path.write_bytes(workbook(report))
    os.utime(path, (day.timestamp(), day.timestamp()))
