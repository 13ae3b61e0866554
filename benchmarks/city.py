"""What a steward of the sample city waits for, beside importing dbt and Great Expectations once in one process.

The store is built and has been changed twice before anything is measured, as a store in use has: what dbt runs is then
recorded. Each piece of work is done in turn with its peer; `units` is the ratio of the two.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path

import openpyxl

import steps
from benchmarks.measure import ROOT, Run, median, run
from expectations.decide import Request, decide
from expectations.resident import resident, wake
from samples.write import write_samples
from warehouse.settings import Settings, load_settings

_UNIT = ["-c", "import dbt.cli.main, great_expectations"]
_CASE = "03409-2020-08"
_REPEATS = 3
_LOOKING = {
    "status": ["status"],
    "failures": ["failures"],
    "case": ["case", _CASE],
    "overview": ["overview"],
}


def compare(folder: Path) -> dict[str, float]:
    """Seconds of wall and CPU, and units, of each piece of work."""
    home = folder / "city"
    environment = {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06", "ADMISSIONS_ARRIVAL": "modified"}
    settings = load_settings(environment, folder)
    write_samples(settings.landing, until=date(2020, 8, 1))
    numbers = count(1)
    run(["-m", "cli", "run"], environment)
    for _ in range(2):
        _decide(environment)

    def sent_again() -> Run:
        send_again(settings, next(numbers))
        return run(["-m", "cli", "run"], environment)

    found = {
        **_beside("nothing_new", lambda: run(["-m", "cli", "run"], environment)),
        **_beside("sent_again", sent_again),
        **_beside("decide", lambda: _decide(environment)),
    }
    for name, words in _LOOKING.items():
        found[f"{name}_wall"] = median([run(["-m", "cli", *words], environment) for _ in range(_REPEATS)]).wall
    return found | _with_one_that_stays(settings, environment)


def _beside(name: str, work: Callable[[], Run]) -> dict[str, float]:
    ours, peers = [], []
    for _ in range(_REPEATS):
        peers.append(run(_UNIT))
        ours.append(work())
    mine, peer = median(ours), median(peers)
    ratios = (our.wall / peer.wall for our, peer in zip(ours, peers, strict=True))
    return {
        f"{name}_wall": mine.wall,
        f"{name}_cpu": mine.cpu,
        f"{name}_peak_mb": mine.peak_mb,
        f"{name}_unit_wall": peer.wall,
        f"{name}_unit_cpu": peer.cpu,
        f"{name}_units": statistics.median(ratios),
    }


def _decide(environment: dict[str, str]) -> Run:
    return run(["-m", "cli", "decide", _CASE, "return", "--by", "benchmark", "--reason", "measured"], environment)


def _with_one_that_stays(settings: Settings, environment: dict[str, str]) -> dict[str, float]:
    told = []
    with resident(settings):
        time.sleep(2)
        wake(settings)
        for _ in range(_REPEATS + 1):
            began = time.time()
            said = subprocess.run(
                [sys.executable, "-m", "benchmarks.city"],
                env={**os.environ, **environment},
                cwd=ROOT,
                check=True,
                capture_output=True,
            )
            told.append({name: at - began for name, at in json.loads(said.stdout).items()})
    # The first one may have waited for the imports.
    return {f"resident_{name}": statistics.median(each[name] for each in told[1:]) for name in ("judged", "published")}


def send_again(settings: Settings, number: int) -> None:
    """A commune's last report once more, as another file."""
    last = max(settings.landing.iterdir())
    path = min(last.glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    book.properties.title = f"sent again {number}"
    book.save(path.with_name(f"{path.stem} ({number}).xlsx"))


def _decide_and_tell() -> dict[str, float]:
    """The steps of a decision one by one; when it was judged and when published."""
    settings = load_settings()
    decide(settings, Request((_CASE,), "return", "benchmark", "measured"))
    steps.build(settings)
    steps.check(settings)
    judged = time.time()
    steps.publish(settings)
    return {"judged": judged, "published": time.time()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_decide_and_tell()))
