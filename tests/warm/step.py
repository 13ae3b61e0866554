"""A step of an office as a main of the warm process: in a process of its own, which may be killed before any moment.

The argument is JSON: `step`, one of STEPS, and `kill`: nothing, `[kind, number]` of tests/moments.py, or `["size",
bytes]`. It writes how many moments of each kind there were. What time it is does not change from one process to the
next.
"""

import json
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time
from pathlib import Path
from typing import Any

import steps
from expectations.decide import Request
from tests import moments
from tests.warm import client
from tests.warm.places import warm
from tests.warm.server import serve
from warehouse.settings import Settings, load_settings

#: What is decided, when somebody decides.
RETURNED = Request(("03386-2015-08",), "return", "Lan", "đề nghị sửa lại")


def tasks(settings: Settings) -> None:
    """As Airflow does it: each step by itself, and nobody in between. The check is no other process."""
    for step in (steps.load, steps.build, steps.check, steps.publish):
        with steps.part_of_run(settings, "a run", goes_on=step is not steps.publish):
            step(settings)


def run(settings: Settings) -> None:
    """As `admissions run` does it: the check is another process."""
    for _ in steps.run(settings):
        pass


def decide(settings: Settings) -> None:
    """Unless it was decided before: a steward looks, and decides once."""
    journal = settings.archive / "decisions.jsonl"
    if not (journal.exists() and RETURNED.reason in journal.read_text("utf-8")):
        steps.decide(settings, RETURNED, publish_now=True)


def backup(settings: Settings) -> None:
    assert steps.backup(settings, settings.home.with_name("backup"))["troubles"] == []


def months_again(settings: Settings) -> None:
    """As the DAG does it; what was chosen is built with the next run."""
    with suppress(steps.StepFailed):
        steps.again(settings, settings.current_day().replace(month=7, day=1), settings.current_day(), read=True)


STEPS: dict[str, Callable[[Settings], object]] = {
    "tasks": tasks,
    "run": run,
    "decide": decide,
    "remind": steps.remind_today,
    "clean_up": steps.clean_up,
    "backup": backup,
    "again": months_again,
    "close": steps.close_month,
    "rebuild": lambda settings: steps.rebuild(settings, replace=True),
}


def main(arguments: list[str]) -> int:
    wanted: dict[str, Any] = json.loads(arguments[0])
    _have_a_warm_process()
    settings = load_settings(os.environ, Path.cwd())
    Settings.current_instant = _noon  # type: ignore[method-assign]
    with warm():
        match wanted["kill"]:
            case None:
                moments.watch(lambda kind, number: None)
            case ["size", int(size)]:
                moments.die_when_a_file_has(size)
            case [kind, number]:
                moments.watch(moments.killing(kind, number))
        STEPS[wanted["step"]](settings)
    sys.stdout.write(json.dumps(moments.passed))
    return 0


def _noon(settings: Settings) -> datetime:
    return datetime.combine(settings.current_day(), time(5))


def _have_a_warm_process() -> None:
    """One that is forked from this one, and ends with it: this one cannot ask that of the tests."""
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        mine.close()
        # Whoever waits for this process's output waits for nothing else.
        for number in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
        serve(its)
        os._exit(0)
    its.close()
    client.server = lambda: mine  # type: ignore[assignment]
