"""In the logs of Airflow's tasks events stand with their fields, where logs are to be JSON lines."""

import json
import subprocess
from pathlib import Path

import pytest

from deploy.airflow_home import airflow_command, environment, migrate
from warehouse.settings import load_settings

pytestmark = pytest.mark.airflow


def test_events_are_lines_of_the_task_s_log_with_run_and_task(project: Path) -> None:
    settings = load_settings({"ADMISSIONS_HOME": str(project / "var"), "ADMISSIONS_LOG": "json"}, project)
    given = environment(settings) | settings.as_environment() | {"PYTHONPATH": str(project), "PYTHONSAFEPATH": "1"}
    given |= {"AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"), "AIRFLOW__CORE__MAX_TASK_RETRY_DELAY": "1"}
    migrate(settings)
    command = airflow_command("dags", "test", "admissions_monthly")
    done = subprocess.run(command, cwd=project, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    ours = [each for each in lines if each.get("logger") == "dags.tasks"]
    steps = ("load", "build", "check", "publish")
    assert [(each["task"], each["event"]) for each in ours if not each["event"].startswith("step_")] == [
        *((step, f"{step}_stood_in") for step in steps),
        ("close", "close_not_today"),
    ]
    assert [each["step"] for each in ours if each["event"] == "step_done"] == list(steps)
    assert {each["run"].split()[0] for each in ours} == {"admissions_monthly"}
    assert (ours[1]["number"], ours[1]["level"]) == (7, "info")
    assert ours[-1]["sentence"]
