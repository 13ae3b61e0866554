"""Where the project starts processes, and how they start in tests."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dbt_project import build
from dbt_project.build import PROJECT, BuildReport
from dbt_project.recording import Recording
from expectations import process
from tests.warm.client import WarmProcess
from tests.warm.empty_store import begin_with, made_in
from tests.warm.recordings import day_without_reports, make_recordings, recorded
from warehouse.settings import Settings


@dataclass
class Wanted:
    """What the tests that run now want of dbt."""

    data_tests: bool = False


WANTED = Wanted()
AS_IT_IS = {
    "dbt_project.build._dbt": build._dbt,
    "dbt_project.build._recording": build._recording,
    "dbt_project.build._replayed": build._replayed,
    "expectations.process._worker": process._worker,
}
_WITHOUT = ["--exclude-resource-type", "test"]


@contextmanager
def with_data_tests() -> Iterator[None]:
    """The builds inside run dbt's data tests, as every build does in production: the tests are about them."""
    before, WANTED.data_tests = WANTED.data_tests, True
    try:
        yield
    finally:
        WANTED.data_tests = before


@contextmanager
def cold() -> Iterator[None]:
    """The processes inside are started as in production."""
    with pytest.MonkeyPatch.context() as patch:
        for place, as_it_is in AS_IT_IS.items():
            patch.setattr(place, as_it_is)
        yield


@contextmanager
def warm(shared: Path | None = None) -> Iterator[None]:
    """dbt and the check start from the warm process; data tests are left out unless they are wanted. As in production,
    dbt builds a store once and is not needed for what comes after. Where processes share a folder, that was an empty
    store, with which all others begin; where data tests are wanted, each store is built by dbt."""
    as_it_is = AS_IT_IS["dbt_project.build._replayed"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dbt_project.build._dbt", _dbt)
        patch.setattr("dbt_project.build._recording", _recording)
        patch.setattr("dbt_project.build._replayed", partial(_replayed, shared) if shared else as_it_is)
        patch.setattr("expectations.process._worker", _worker)
        yield


def _dbt(arguments: list[str], environment: dict[str, str], files: tuple[int, ...]) -> subprocess.CompletedProcess[str]:
    if "build" in arguments and not WANTED.data_tests:
        place = arguments.index("--indirect-selection")
        arguments = [*arguments[:place], *_WITHOUT, *arguments[place:]]
    process = WarmProcess("dbt", arguments, environment, PROJECT, files)
    output, said = process.communicate()
    assert process.returncode is not None
    return subprocess.CompletedProcess(arguments, process.returncode, output, said)


def _recording(_: Path, selector: str) -> Recording | None:
    _make_recordings()
    return recorded(selector, WANTED.data_tests)


@cache
def _make_recordings() -> None:
    with TemporaryDirectory() as home:
        _record(day_without_reports(Path(home)))


def _record(settings: Settings) -> None:
    with cold():
        make_recordings(settings)


def _replayed(shared: Path, settings: Settings, work: Path, selector: str) -> BuildReport | None:
    if not WANTED.data_tests:
        begin_with(settings, _empty_store(shared))
    report: BuildReport | None = AS_IT_IS["dbt_project.build._replayed"](settings, work, selector)
    return report


@cache
def _empty_store(shared: Path) -> Path:
    with warm():
        return made_in(shared, _record)


def _worker(folder: Path | None, held: dict[str, str], files: tuple[int, ...]) -> WarmProcess:
    return WarmProcess("check", [], {**os.environ, **held}, folder or Path.cwd(), files)
