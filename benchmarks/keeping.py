"""Ten years of a city's archive verified, backed up and restored, beside `sha256sum` and `cp` over the same files.

The store is that of the sample city after five years; the archive is filled up to 38 workbooks a month for ten years,
each a sample's with other bytes at its end, and the store is told of them.
"""

import hashlib
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import date, datetime
from itertools import cycle
from pathlib import Path

from benchmarks.measure import Run, median, run
from ingest.archive import archive_file
from samples.write import write_samples
from warehouse.connections import writing
from warehouse.settings import Settings, load_settings

_WORKBOOKS = 38 * 12 * 10
_REPEATS = 3
_ARRIVED = datetime(2020, 9, 1)


def compare(folder: Path) -> dict[str, float]:
    """Seconds of wall, and ratios to the peers' measured in turn."""
    home, backup, again = folder / "keeping", folder / "backup", folder / "restored"
    environment = {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06", "ADMISSIONS_ARRIVAL": "modified"}
    settings = load_settings(environment, folder)
    write_samples(settings.landing, until=date(2020, 8, 1))
    run(["-m", "cli", "run"], environment)
    _fill(settings, folder)
    files = [path for path in settings.archive.glob("??/*") if path.suffix != ".json"]
    verified, sums = _in_turn(
        lambda: run(["-m", "cli", "verify"], environment),
        lambda: _seconds(["sha256sum", "--", *map(str, files)]),
    )

    def back_up_anew() -> Run:
        shutil.rmtree(backup, ignore_errors=True)
        return run(["-m", "cli", "backup", str(backup)], environment)

    def copy() -> float:
        shutil.rmtree(folder / "copy", ignore_errors=True)
        kept = (settings.archive, settings.store, settings.published)
        return _seconds(["cp", "-r", *map(str, kept), _made(folder / "copy")]) + _seconds(
            ["sync", str(folder / "copy")]
        )

    first, copied = _in_turn(back_up_anew, copy)
    later = median([run(["-m", "cli", "backup", str(backup)], environment) for _ in range(_REPEATS)])
    restored = run(["-m", "cli", "restore", str(backup)], {**environment, "ADMISSIONS_HOME": str(again)})
    return {
        "workbooks": float(len(files)),
        "megabytes": sum(path.stat().st_size for path in files) / 1e6,
        "verify_wall": verified.wall,
        "sha256sum_wall": sums,
        "verify_ratio": verified.wall / sums,
        "backup_wall": first.wall,
        "cp_wall": copied,
        "backup_ratio": first.wall / copied,
        "backup_again_wall": later.wall,
        "restore_wall": restored.wall,
    }


def _in_turn(ours: Callable[[], Run], peer: Callable[[], float]) -> tuple[Run, float]:
    mine, others = [], []
    for _ in range(_REPEATS):
        mine.append(ours())
        others.append(peer())
    return median(mine), statistics.median(others)


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _made(folder: Path) -> str:
    folder.mkdir(parents=True)
    return str(folder)


def _fill(settings: Settings, folder: Path) -> None:
    known = sorted(path for path in settings.archive.glob("??/*.xlsx"))
    source, ids = folder / "filler.xlsx", []
    for number, path in zip(range(_WORKBOOKS - len(known)), cycle(known), strict=False):
        content = path.read_bytes() + f"{number:08}".encode()
        source.write_bytes(content)
        ids.append(hashlib.sha256(content).hexdigest())
        archive_file(
            settings.archive,
            source,
            submission_id=ids[-1],
            path_name=f"{number}.xlsx",
            modified_at=_ARRIVED,
            received_at=_ARRIVED,
        )
    with writing(settings) as connection:
        connection.execute(
            "INSERT INTO warehouse.raw.submissions (submission_id, status) SELECT unnest($1::VARCHAR[]), 'refused'",
            [ids],
        )
