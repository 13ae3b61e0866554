"""How the cost of a month grows with the workbooks that come: `admissions run` of 7, 38 and 420 of them, a first month
and the one after it, beside opening the same files with pandas, and the time of each step.

The country's 3,321 are `country_run`.
"""

from pathlib import Path

from benchmarks.country_run import MONTHS, environment_of, write_month
from benchmarks.measure import run
from reference.communes import communes_expected
from warehouse.run_log import last_steps
from warehouse.settings import load_settings

WORKBOOKS = (7, 38, 420)
STEPS = ("load", "build", "check", "publish")


def compare(folder: Path, workbooks: tuple[int, ...] = WORKBOOKS) -> dict[str, float]:
    """For each number of workbooks and each month (`first`, `following`): seconds, processor seconds, memory, those of
    pandas, the ratio, and the seconds of each step."""
    figures: dict[str, float] = {}
    known = [each for each in communes_expected("country") if each.is_valid_in(MONTHS[0])]
    for number in workbooks:
        home = folder / f"growth-{number}"
        chosen = known[:number]
        for name, month in zip(("first", "following"), MONTHS, strict=True):
            landing = home / "landing" / f"{month:%Y-%m}"
            write_month(landing, chosen, month)
            environment = environment_of(home, month, ",".join(f"commune:{each.code}" for each in chosen))
            ours = run(["-m", "cli", "run"], environment)
            peer = run(["-m", "benchmarks.peers", "pandas", str(landing)])
            of = f"{name}_{number}"
            figures |= {
                f"{of}_wall": ours.wall,
                f"{of}_cpu": ours.cpu,
                f"{of}_peak_mb": ours.peak_mb,
                f"{of}_pandas_wall": peer.wall,
                f"{of}_pandas_cpu": peer.cpu,
                f"{of}_ratio_cpu": ours.cpu / peer.cpu,
            }
            figures |= {f"{of}_{step}": seconds for step, seconds in _steps(environment, folder).items()}
    return figures


def _steps(environment: dict[str, str], folder: Path) -> dict[str, float]:
    """The seconds of each step of the last run."""
    newest: dict[str, float] = {}
    for done in last_steps(load_settings(environment, folder), 20):
        newest.setdefault(done.what.removeprefix("admissions "), done.seconds)
    return {step: newest[step] for step in STEPS}
