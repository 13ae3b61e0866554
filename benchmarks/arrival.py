"""From the last byte of a corrected workbook in the landing folder to what is published, under Airflow as `make up`
runs it, beside `admissions run` of the same on the same machine without Airflow.

The store is the sample city's after five years and has been changed twice, as a store in use has.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path

import psutil

from benchmarks.city import send_again
from benchmarks.measure import ROOT, run
from deploy import services
from deploy.airflow_home import airflow_home
from samples.write import write_samples
from warehouse.connections import reading_published
from warehouse.settings import Settings, load_settings

_ARRIVALS = 20
_PATIENCE = 300.0
_IDLE_SECONDS = 30.0


def compare(folder: Path) -> dict[str, float]:
    """Seconds from the last byte to published (median, the slowest but one of twenty, slowest), those of `admissions
    run` of a corrected workbook, and what idle services take: MB of memory of their own, percent of a processor."""
    home = folder / "arrival"
    environment = {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06", "ADMISSIONS_ARRIVAL": "modified"}
    settings = load_settings(environment, folder)
    write_samples(settings.landing, until=date(2020, 8, 1))
    numbers = count(1)
    without = []
    for _ in range(3):
        without.append(run(["-m", "cli", "run"], environment).wall)
        send_again(settings, next(numbers))
    run(["-m", "cli", "run"], environment)
    with _up(environment):
        took = [_published_after(settings, next(numbers)) for _ in range(_ARRIVALS)]
        idle = _idle(settings)
    took.sort()
    return {
        "median_wall": statistics.median(took),
        "of_95_in_100_wall": took[-2],
        "slowest_wall": took[-1],
        "without_airflow_wall": min(without[1:]),
        **idle,
    }


@contextmanager
def _up(environment: dict[str, str]) -> Iterator[None]:
    def command(name: str) -> None:
        subprocess.run(
            [sys.executable, "-m", f"deploy.{name}"],
            env={"PATH": "/usr/bin:/bin", "HOME": str(ROOT), **environment},
            cwd=ROOT,
            check=True,
            capture_output=True,
        )

    command("up")
    try:
        yield
    finally:
        command("down")


def _published_after(settings: Settings, number: int) -> float:
    """Seconds until the file that is sent now stands in the published file."""
    before = _submissions(settings)
    send_again(settings, number)
    began = time.monotonic()
    while time.monotonic() - began < _PATIENCE:
        time.sleep(0.2)
        if _submissions(settings) > before:
            return time.monotonic() - began
    raise TimeoutError(f"{settings.published} lacks what was sent {_PATIENCE:.0f} s ago")


def _submissions(settings: Settings) -> int:
    with reading_published(settings) as connection:
        row = connection.execute("SELECT count(*) FROM warehouse.raw.submissions").fetchone()
    return int(row[0]) if row else 0


def _idle(settings: Settings) -> dict[str, float]:
    running = services.remembered(airflow_home(settings))
    if running is None:
        raise RuntimeError("the services are gone")
    time.sleep(_IDLE_SECONDS)
    processes = services.belongings(running)
    for process in processes:
        process.cpu_percent()
    time.sleep(_IDLE_SECONDS)
    alive = [process for process in processes if process.is_running()]
    return {
        "idle_mb": sum(_own_memory(process) for process in alive) / 2**20,
        "idle_cpu_percent": sum(process.cpu_percent() for process in alive),
    }


def _own_memory(process: psutil.Process) -> int:
    """Its proportional share of what is in memory, in bytes."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
