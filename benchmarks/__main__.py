"""`python -m benchmarks [reading] [load] [run] …`: measures, prints and writes `benchmarks/results/`.

`python -m benchmarks figures` draws the page with plots from what stands there.
"""

import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from benchmarks import (
    annotate,
    arrival,
    checking,
    city,
    country,
    country_run,
    growth,
    keeping,
    keyboard,
    lake,
    portal,
    repairs,
)
from benchmarks.figures import main as draw_figures
from benchmarks.measure import Run, median, run
from benchmarks.reading import compare
from samples.write import write_samples

RESULTS = Path(__file__).with_name("results")
_REPEATS = 3

Figures = dict[str, float]


def measure_reading(folder: Path) -> Figures:
    """Reading one workbook, beside calamine."""
    return compare(folder)


def measure_load(folder: Path) -> Figures:
    """`admissions load` of the samples, start-up included, beside opening them with pandas and openpyxl."""
    return _beside_pandas(folder, ["-m", "cli", "load"])


def measure_run(folder: Path) -> Figures:
    """`admissions run`: load to publish of the samples, beside opening them with pandas and openpyxl."""
    return _beside_pandas(folder, ["-m", "cli", "run"])


def _beside_pandas(folder: Path, command: list[str]) -> Figures:
    landing = folder / "landing"
    if not landing.exists():
        # The same 441 workbooks as in the figures before.
        write_samples(landing, until=date(2020, 8, 1))
    ours: list[Run] = []
    peers: list[Run] = []
    for _ in range(_REPEATS):
        home = folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        settings = {
            "ADMISSIONS_HOME": str(home),
            "ADMISSIONS_LANDING": str(landing),
            "ADMISSIONS_TODAY": "2020-09-06",
            "ADMISSIONS_ARRIVAL": "modified",
        }
        ours.append(run(command, settings))
        peers.append(run(["-m", "benchmarks.peers", "pandas", str(landing)]))
    mine, peer = median(ours), median(peers)
    ratios = sorted(a.wall / b.wall for a, b in zip(ours, peers, strict=True))
    return {
        **{f"ours_{name}": value for name, value in asdict(mine).items()},
        **{f"pandas_{name}": value for name, value in asdict(peer).items()},
        "ratio_wall": ratios[len(ratios) // 2],
    }


def measure_country(folder: Path) -> Figures:
    """One more month of the whole country in an empty store and after ten years."""
    return country.compare(folder)


def measure_lake(folder: Path) -> Figures:
    """A month of the country built in a DuckLake, beside the same build in a file."""
    return lake.compare(folder)


def measure_city(folder: Path) -> Figures:
    """What a steward of the sample city waits for, beside importing dbt and Great Expectations."""
    return city.compare(folder)


def measure_arrival(folder: Path) -> Figures:
    """From a corrected workbook's last byte to published, under Airflow, beside `admissions run`."""
    return arrival.compare(folder)


def measure_country_run(folder: Path) -> Figures:
    """A first and a following month of the whole country from workbooks to published, beside opening them."""
    return country_run.compare(folder)


def measure_growth(folder: Path) -> Figures:
    """A month of 7, 38 and 420 workbooks from the landing folder to published, beside opening them."""
    return growth.compare(folder)


def measure_portal(folder: Path) -> Figures:
    """What fifty people who click wait for, beside a page that the same server has ready."""
    return portal.compare(folder)


def measure_portal_country(folder: Path) -> Figures:
    """The same with ten years of the whole country's rows."""
    return portal.compare_country(folder)


def measure_keyboard(folder: Path) -> Figures:
    """What a steward's cases take with the keyboard alone."""
    return keyboard.compare(folder)


def measure_annotate(folder: Path) -> Figures:
    """Reports marked and given back, beside loading and saving them with openpyxl."""
    return annotate.compare(folder)


def measure_check(folder: Path) -> Figures:
    """The check of a city's month and of the country's, beside the build before it."""
    return checking.compare(folder)


def measure_repairs(folder: Path) -> Figures:
    """What is proposed for workbooks with one mistyped cell each, beside the fewest cells that make all rules hold."""
    return repairs.compare(folder)


def measure_keeping(folder: Path) -> Figures:
    """Ten years of a city verified, backed up and restored, beside sha256sum and cp."""
    return keeping.compare(folder)


BENCHMARKS: dict[str, Callable[[Path], Figures]] = {
    "reading": measure_reading,
    "load": measure_load,
    "run": measure_run,
    "city": measure_city,
    "arrival": measure_arrival,
    "country": measure_country,
    "country_run": measure_country_run,
    "growth": measure_growth,
    "lake": measure_lake,
    "portal": measure_portal,
    "portal_country": measure_portal_country,
    "keyboard": measure_keyboard,
    "annotate": measure_annotate,
    "check": measure_check,
    "repairs": measure_repairs,
    "keeping": measure_keeping,
}


def main(names: list[str]) -> int:
    """Measure what is named, or everything; the last figures stand in `results/<name>.json`. `figures` only draws."""
    if names == ["figures"]:
        draw_figures()
        return 0
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        sys.stderr.write(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}\n")
        return 2
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in names or BENCHMARKS:
            print(f"{name} …", flush=True)
            figures = {key: round(value, 3) for key, value in BENCHMARKS[name](Path(folder)).items()}
            machine = {"python": platform.python_version(), "processors": float(os.cpu_count() or 0)}
            (RESULTS / f"{name}.json").write_text(json.dumps({**figures, **machine}, indent=1) + "\n")
            for key, value in figures.items():
                print(f"  {key:<16} {value:10.3f}")
    draw_figures()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
