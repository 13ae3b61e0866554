"""The demonstration's run: what it tells, and what it does when a step fails."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.demo_run import Story, sentence_of
from tests.outbox.mail_server import FROM, mail_server


def lines(*entries: dict[str, object]) -> list[str]:
    return [json.dumps(entry) for entry in entries]


def test_a_task_is_told_with_its_time_and_its_sentence() -> None:
    told: list[str] = []
    ticks = iter([10.0, 12.5])
    story = Story(told.append, clock=lambda: next(ticks))
    for line in lines(
        {"event": "[DAG TEST] starting task_id=load map_index=-1"},
        {"event": "a.xlsx: a list of people", "logger": "dags.tasks", "level": "warning"},
        {"event": "Load: 420 new entries.", "logger": "dags.tasks", "level": "info"},
        {"event": "[DAG TEST] end task task_id=load map_index=-1"},
    ):
        story.hear(line)
    assert told == [
        "  load    …",
        "          a.xlsx: a list of people",
        "  load    ✓   2.5 s  Load: 420 new entries.",
    ]
    assert story.finished == ["load"]


def test_a_failure_that_a_second_attempt_cures_is_forgotten() -> None:
    told: list[str] = []
    story = Story(told.append)
    start = {"event": "[DAG TEST] starting task_id=build map_index=-1"}
    end = {"event": "[DAG TEST] end task task_id=build map_index=-1"}
    failed = {"event": "Task failed with exception", "exception": [{"exc_type": "X", "exc_value": "No room."}]}
    for line in lines(start, failed, end):
        story.hear(line)
    assert story.failures == {"build": "No room."}
    for line in lines(start, end):
        story.hear(line)
    assert story.failures == {}
    assert "once more" in told[-2]


def test_what_is_no_log_line_is_passed_over() -> None:
    told: list[str] = []
    story = Story(told.append)
    for line in ("printed by a task", "[1, 2]", "7", json.dumps({"event": None}), ""):
        story.hear(line)
    assert told == []


def test_an_exception_without_words_is_told_by_its_type() -> None:
    assert sentence_of([{"exc_type": "KeyboardInterrupt", "exc_value": ""}]) == "KeyboardInterrupt"
    assert sentence_of(None) == "no reason given"


def demo_run(project: Path, *arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.demo_run", *arguments],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "HOME": str(project), "ADMISSIONS_HOME": str(project / "var"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.airflow
def test_airflow_calls_each_step_once_in_order_as_of_the_day_given_and_says_what_failed(project: Path) -> None:
    done = demo_run(project, "--today", "2020-09-06", environment={})
    assert done.returncode == 0, done.stdout + done.stderr
    calls = project / "var" / "calls.txt"
    assert calls.read_text() == "".join(f"{step} 2020-09-06\n" for step in ("load", "build", "check", "publish"))
    assert done.stdout.count("✓") == 5
    assert "Traceback" not in done.stdout + done.stderr

    calls.unlink()
    with mail_server() as office:
        mail = {
            "ADMISSIONS_SMTP_HOST": "127.0.0.1",
            "ADMISSIONS_SMTP_PORT": str(office.port),
            "ADMISSIONS_SMTP_FROM": FROM,
            "ADMISSIONS_OPERATOR_MAIL": "operator@office.example",
        }
        failed = demo_run(project, environment={"FAILING_STEP": "check", **mail})
    # Once, when it is not tried again; and the reason is in the mail.
    (told,) = office.mails
    assert told["To"] == "operator@office.example"
    assert "“check” of admissions_monthly" in told["Subject"]
    assert "check: the disk is full." in told.get_body().get_content()
    assert failed.returncode == 1
    assert "The task check failed: check: the disk is full." in failed.stdout
    assert "store is ready" not in failed.stdout, "the store is migrated only when that is needed"
    # Tried three times; what comes after is not tried at all.
    assert calls.read_text() == "load None\nbuild None\n" + 3 * "check None\n"
    log = Path(failed.stdout.split("Airflow's log is ")[-1].strip())
    assert "the disk is full" in log.read_text("utf-8")


def test_a_home_that_cannot_be_made_is_told_in_a_sentence(project: Path) -> None:
    (project / "occupied").write_text("a file, no folder")
    done = demo_run(project, environment={"ADMISSIONS_HOME": str(project / "occupied")})
    assert done.returncode == 1
    assert "cannot be written to" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
