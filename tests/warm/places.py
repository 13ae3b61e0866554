"""Where the project starts processes, and how they start in tests."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dbt_project import build
from dbt_project.build import PROJECT
from dbt_project.get_ready import get_ready
from dbt_project.recording import Recording
from expectations import process
from tests.warm.client import WarmProcess
from tests.warm.recordings import recorded


@dataclass
class Wanted:
    """What the tests that run now want of dbt."""

    data_tests: bool = False


WANTED = Wanted()
AS_IT_IS = {
    "dbt_project.build._dbt": build._dbt,
    "dbt_project.build._recording": build._recording,
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
def warm() -> Iterator[None]:
    """dbt and the check start from the warm process; data tests are left out unless they are wanted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dbt_project.build._dbt", _dbt)
        patch.setattr("dbt_project.build._recording", _recording)
        patch.setattr("expectations.process._worker", _worker)
        yield


@contextmanager
def by_dbt() -> Iterator[None]:
    """Stores that begin inside are built by dbt, as by code that nothing was made ready for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dbt_project.build._begin", lambda *_: None)
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
    _made_ready()
    return recorded(selector, WANTED.data_tests)


@cache
def _made_ready() -> None:
    with cold():
        get_ready()


def _worker(folder: Path | None, held: dict[str, str], files: tuple[int, ...]) -> WarmProcess:
    return WarmProcess("check", [], {**os.environ, **held}, folder or Path.cwd(), files)
