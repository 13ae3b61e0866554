"""One run of the DAG on Airflow's embedded store, told in a few lines.

`python -m deploy.demo_run [--today DAY]`. Airflow's own words go to a log file; here appear the tasks,
what they returned and, when one fails, its sentence.
Exit status 0 when the run succeeded, 1 when not.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from deploy.airflow_home import (
    PROJECT,
    AirflowNotReady,
    airflow_command,
    airflow_home,
    environment,
    migrate,
    project_settings,
)
from expectations.resident import resident
from warehouse.settings import BadSetting, Settings

DAG = "admissions_monthly"
STARTED = re.compile(r"\[DAG TEST\] starting task_id=(\w+)")
ENDED = re.compile(r"\[DAG TEST\] end task task_id=(\w+)")
#: Whose last line says what a task did.
TOLD_BY = "dags.tasks"
# Whose log lines an operator wants to see.
OURS = ("dags", "steps", "ingest", "dbt_project", "expectations", "warehouse")


@dataclass
class Story:
    """What the lines of one run have told so far."""

    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    task: str | None = None
    since: float = 0.0
    told: str = ""
    failures: dict[str, str] = field(default_factory=dict)
    finished: list[str] = field(default_factory=list)

    def hear(self, line: str) -> None:
        """Take in one line of Airflow's JSON log; other lines are what tasks printed, and stay in the log."""
        try:
            entry = json.loads(line)
        except ValueError:
            return
        if not isinstance(entry, dict):
            return
        event = str(entry.get("event", ""))
        if match := STARTED.search(event):
            self._start(match[1])
        elif ENDED.search(event):
            self._end()
        elif event == "Task failed with exception" and self.task:
            self.failures[self.task] = sentence_of(entry.get("exception"))
        elif event.startswith("Failed to import"):
            self.say(f"  {event}")
        elif str(entry.get("logger")) == TOLD_BY and entry.get("level") == "info":
            self.told = event
        elif str(entry.get("logger", "")).split(".")[0] in OURS:
            self.say(f"          {event}")

    def _start(self, task: str) -> None:
        self.task, self.since, self.told = task, self.clock(), ""
        self.say(f"  {task:<8}…" if task not in self.failures else f"  {task:<8}… once more")
        self.failures.pop(task, None)

    def _end(self) -> None:
        if self.task is None:
            return
        seconds = self.clock() - self.since
        if self.task in self.failures:
            self.say(f"  {self.task:<8}✗ {seconds:5.1f} s  {self.failures[self.task]}")
        else:
            self.finished.append(self.task)
            self.say(f"  {self.task:<8}✓ {seconds:5.1f} s  {self.told}".rstrip())


def sentence_of(exceptions: Any) -> str:
    """What the raised exception says, from Airflow's JSON description of it (the first is the one raised)."""
    if isinstance(exceptions, list) and exceptions:
        return str(exceptions[0].get("exc_value") or exceptions[0].get("exc_type"))
    return "no reason given"


def follow(lines: Iterable[str], log: Path, story: Story) -> None:
    """Keep every line in the log, and let the story hear it."""
    with log.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(line)
            file.flush()
            story.hear(line)


def run(today: date | None, say: Callable[[str], None]) -> int:
    """Run the DAG once. Returns the exit status."""
    settings = project_settings()
    home = airflow_home(settings)
    if migrate(settings):
        say("Airflow's own store is ready.")
    command = airflow_command("dags", "test", DAG)
    if today is not None:
        command += ["--conf", json.dumps({"today": today.isoformat()})]
    log = home.logs / f"demo-{time.strftime('%Y%m%d-%H%M%S')}.log"
    say(f"Airflow runs {DAG}:")
    story = Story(say)
    with resident(settings):
        status = _follow(command, settings, log, story)
    if status == 0 and not story.failures:
        say(f"Done; Airflow's log is {log}")
        return 0
    for task, sentence in story.failures.items():
        say(f"The task {task} failed: {sentence}")
    if not story.failures:
        say(f"Airflow could not run the DAG; the last lines it wrote:\n{tail(log)}")
    say(f"Airflow's log is {log}")
    return 1


def _follow(command: list[str], settings: Settings, log: Path, story: Story) -> int:
    """Run it to its end and tell of it; returns its exit status."""
    process = subprocess.Popen(
        command,
        # Nobody waits a minute for the second attempt of a demonstration.
        env=environment(settings)
        | {
            "AIRFLOW__CORE__MAX_TASK_RETRY_DELAY": "1",
            # It is told to people, whatever the office's logs are.
            "ADMISSIONS_LOG": "text",
            "AIRFLOW__LOGGING__JSON_LOGS": "True",
            "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "great_expectations=WARNING",
        },
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        if process.stdout is not None:
            follow(process.stdout, log, story)
    finally:
        if process.poll() is None and sys.exc_info()[0] is not None:
            process.terminate()
        process.wait()
    return process.returncode


def tail(log: Path, count: int = 5) -> str:
    """The last lines of a log, indented."""
    lines = log.read_text("utf-8", errors="replace").splitlines()[-count:]
    return "\n".join(f"  {line[:300]}" for line in lines)


def say_it(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo_run", description=__doc__)
    parser.add_argument("--today", type=date.fromisoformat, help="run as of this day, such as 2020-09-06")
    chosen = parser.parse_args(arguments)
    try:
        return run(chosen.today, say_it)
    except (AirflowNotReady, BadSetting) as error:
        say_it(str(error))
        return 1
    except KeyboardInterrupt:
        say_it("Stopped. Run it again at any time: it goes on where it was.")
        return 1


if __name__ == "__main__":
    sys.exit(main())
