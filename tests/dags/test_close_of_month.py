"""In the schedule's run dbt itself builds and tests everything; a run for what has come builds what has changed."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dbt_project.build import MARTS, RECONCILE
from dbt_project.recording import TEST
from deploy.airflow_home import PROJECT, environment
from samples.write import write_samples
from tests.steps.test_rebuild import run, settings_of
from tests.warm.client import server
from tests.warm.recordings import recorded

pytestmark = [pytest.mark.airflow, pytest.mark.pipeline]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The first month is published; those of the second come, then there is a run of each type."""
    settings = settings_of(tmp_path_factory.mktemp("office") / "var")
    write_samples(settings.landing, until=date(2015, 7, 1))
    run(settings)
    write_samples(settings.landing, until=date(2015, 8, 1))
    types = ("manual", "asset_triggered", "scheduled")
    socket = server().fileno()
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("run_tasks.py")), str(PROJECT / "dags"), str(socket), *types],
        env=environment(settings) | settings.as_environment(),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=(socket,),
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("FOUND ")]
    assert lines, done.stdout[-2000:] + done.stderr[-4000:]
    return dict(zip(types, json.loads(lines[-1].removeprefix("FOUND ")), strict=True))


def test_a_run_for_what_has_come_builds_it_without_dbt(runs: dict[str, Any]) -> None:
    found = runs["manual"]
    assert found["dbt"] == []
    assert found["returned"]["load"]["new"] > 0
    assert found["returned"]["build"]["nodes"] > 0
    assert found["returned"]["publish"]["tables"] > 0


def test_a_run_in_which_nothing_has_come_does_nothing(runs: dict[str, Any]) -> None:
    found = runs["asset_triggered"]
    assert found["dbt"] == []
    assert [bool(found["returned"][step].get("unchanged")) for step in ("build", "check", "publish")] == [True] * 3


def test_in_the_schedule_s_run_dbt_builds_and_tests_everything_though_nothing_has_come(runs: dict[str, Any]) -> None:
    found = runs["scheduled"]
    assert found["dbt"] == ["reconcile", "marts"]
    assert found["returned"]["build"]["tests"] == data_tests_of(RECONCILE) > 50
    assert found["returned"]["publish"]["tests"] == data_tests_of(MARTS) > 200


def data_tests_of(build: str) -> int:
    """How many data tests dbt has for a build."""
    known = recorded(build, with_tests=True)
    assert known is not None
    return sum(known.graph[step.node].kind == TEST for step in known.steps)
