"""In the schedule's run dbt itself builds and tests everything; a run for what has come builds what has changed."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import steps
from dbt_project.build import MARTS, RECONCILE
from dbt_project.recording import TEST
from deploy.airflow_home import PROJECT, environment
from samples.write import write_samples
from tests.steps.test_rebuild import run, settings_of
from tests.warm.client import server
from tests.warm.recordings import recorded
from warehouse.connections import reading_published
from warehouse.settings import Settings

pytestmark = [pytest.mark.airflow, pytest.mark.pipeline]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of(tmp_path_factory.mktemp("office") / "var")


@pytest.fixture(scope="module")
def runs(settings: Settings) -> dict[str, Any]:
    """The first month is published; those of the second come, then there is a run of each type."""
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


def test_only_the_schedule_s_run_closes_the_month(runs: dict[str, Any]) -> None:
    assert [runs[name]["returned"]["close"] for name in ("manual", "asset_triggered")] == ["skipped", "skipped"]
    closed = runs["scheduled"]["returned"]["close"]
    assert (closed["month"], closed["known"], closed["expected"], closed["missing"]) == ("2015-08", 7, 7, [])
    assert all(Path(file).exists() for file in closed["files"])


def test_months_once_more_are_read_built_and_judged_and_come_out_the_same(
    settings: Settings, runs: dict[str, Any]
) -> None:
    run(settings)
    before = published(settings)
    month = date(2015, 8, 1)
    assert steps.again(settings, month, month, rules=["no_such_rule"]) == {"reports": 0, "read": False}
    for read in (False, True):
        assert steps.again(settings, month, month, read=read) == {"reports": 7, "read": read}
        built = dict(steps.run(settings))
        assert built["build"]["nodes"] > 0
        assert published(settings) == before


def published(settings: Settings) -> list[tuple[Any, ...]]:
    with reading_published(settings) as connection:
        return connection.execute("FROM warehouse.marts.fct_admissions ORDER BY ALL").fetchall()


def data_tests_of(build: str) -> int:
    """How many data tests dbt has for a build."""
    known = recorded(build, with_tests=True)
    assert known is not None
    return sum(known.graph[step.node].kind == TEST for step in known.steps)
