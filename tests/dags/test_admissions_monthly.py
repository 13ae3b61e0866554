"""The DAGs as Airflow reads them. In a process of its own: Airflow takes its settings when it is imported."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.airflow_home import PROJECT, environment
from warehouse.settings import load_settings

pytestmark = pytest.mark.airflow


def describe(home: Path, *days: str, due_day: str = "5") -> dict[str, Any]:
    settings = load_settings({"ADMISSIONS_HOME": str(home)}, home)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("describe_dag.py")), str(PROJECT / "dags"), *days],
        env=environment(settings) | {"ADMISSIONS_DUE_DAY": due_day},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("FOUND ")]
    assert lines, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(lines[-1].removeprefix("FOUND "))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return describe(tmp_path_factory.mktemp("home"), "2020-08-20", "2020-12-07")


@pytest.fixture(scope="module")
def monthly(found: dict[str, Any]) -> dict[str, Any]:
    assert "admissions_monthly" in found["dags"], found["import_errors"]
    return found["dags"]["admissions_monthly"]


def test_every_dag_is_read_without_an_error(found: dict[str, Any]) -> None:
    assert found["import_errors"] == {}
    assert set(found["dags"]) == {f"admissions_{name}" for name in ("monthly", "again", "nightly", "reminders")}


def test_the_tasks_are_the_four_steps_in_order_and_the_close(monthly: dict[str, Any]) -> None:
    assert monthly["tasks"] == {
        "load": ["build"],
        "build": ["check"],
        "check": ["publish"],
        "publish": ["close"],
        "close": [],
    }


def test_it_runs_when_something_has_come_into_the_landing_folder(monthly: dict[str, Any]) -> None:
    assert monthly["assets"] == ["landing"]


def test_months_once_more_are_chosen_built_judged_and_published_by_hand(found: dict[str, Any]) -> None:
    again = found["dags"]["admissions_again"]
    assert again["tasks"] == {"choose": ["build"], "build": ["check"], "check": ["publish"], "publish": []}
    assert again["next_runs"] == {"2020-08-20": None, "2020-12-07": None}
    assert again["params"] == {"from_month": None, "to_month": None, "rules": [], "read_again": False, "today": None}
    assert again["documented"]


def test_reading_the_dag_loads_nothing_heavy(found: dict[str, Any]) -> None:
    assert found["dags"]
    assert found["loaded"] == []


def test_it_runs_at_six_in_ha_noi_on_the_day_after_reports_are_due(monthly: dict[str, Any]) -> None:
    # 06:00 in Hà Nội (UTC+7) is 23:00 UTC of the evening before.
    assert monthly["next_runs"] == {
        "2020-08-20": "2020-09-05T23:00:00+00:00",
        "2020-12-07": "2021-01-05T23:00:00+00:00",
    }


def test_every_task_is_tried_again_with_growing_pauses(monthly: dict[str, Any]) -> None:
    assert set(monthly["retries"]) == {"load", "build", "check", "publish", "close"}
    assert min(monthly["retries"].values()) > 0
    assert all(monthly["grows"].values())


def test_every_night_what_is_kept_is_compared_copied_and_cleaned_up(found: dict[str, Any]) -> None:
    nightly = found["dags"]["admissions_nightly"]
    assert nightly["tasks"] == {"verify": ["backup"], "backup": ["clean_up"], "clean_up": []}
    # 02:00 in Hà Nội.
    assert nightly["next_runs"]["2020-08-20"] == "2020-08-20T19:00:00+00:00"


def test_every_morning_people_are_reminded(found: dict[str, Any]) -> None:
    # 07:30 in Hà Nội.
    assert found["dags"]["admissions_reminders"]["next_runs"]["2020-08-20"] == "2020-08-20T00:30:00+00:00"


def test_whoever_operates_it_is_told_of_a_task_that_has_failed(found: dict[str, Any]) -> None:
    assert {dag["tells_of_failure"] for dag in found["dags"].values()} == {True}


def test_one_run_at_a_time_and_none_for_months_gone_by(monthly: dict[str, Any]) -> None:
    assert monthly["max_active_runs"] == 1
    assert monthly["catchup"] is False


def test_the_way_of_the_data_is_airflow_s_asset_graph(monthly: dict[str, Any]) -> None:
    ways = {task: (monthly["inlets"][task], monthly["outlets"][task]) for task in monthly["tasks"]}
    assert ways == {
        "load": (["landing"], ["raw_tables"]),
        "build": ([], []),
        "check": (["raw_tables"], ["judged_reports"]),
        "publish": (["judged_reports"], ["published_admissions"]),
        "close": (["published_admissions"], []),
    }


def test_it_can_be_run_as_of_another_day_and_says_what_it_is(monthly: dict[str, Any]) -> None:
    assert monthly["params"] == {"today": None}
    assert monthly["documented"]


def test_the_day_of_the_run_follows_the_due_day(tmp_path: Path) -> None:
    runs = describe(tmp_path, "2021-01-20", "2021-02-20", due_day="28")["dags"]["admissions_monthly"]["next_runs"]
    # February 2021 has no 29th: its run starts on 1 March, none is skipped.
    assert runs == {"2021-01-20": "2021-01-28T23:00:00+00:00", "2021-02-20": "2021-02-28T23:00:00+00:00"}


def test_a_setting_that_cannot_be_used_shows_as_a_sentence(tmp_path: Path) -> None:
    found = describe(tmp_path, due_day="31")
    assert "admissions_monthly" not in found["dags"]
    assert (
        "ADMISSIONS_DUE_DAY='31': expected a whole number from 1 to 28"
        in found["import_errors"]["admissions_monthly.py"]
    )
