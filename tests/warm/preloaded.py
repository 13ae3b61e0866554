"""What is imported before anything is forked: dbt with the parsed project, Great Expectations."""

import os
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.task import runnable
from dbt_common.clients.jinja import template_cache
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

import expectations.check
import expectations.worker
from dbt_project import parsed
from dbt_project.build import PROJECT
from expectations.suites import judge_nothing


def dbt(arguments: list[str]) -> int:
    """What `dbt …` does, and its exit status."""
    if any(pair == ("--exclude-resource-type", "test") for pair in pairwise(arguments)):
        _forget_tests()
    done = dbtRunner(manifest=_manifest).invoke(arguments)
    if done.success:
        return 0
    if done.exception is None:
        return 1
    sys.stdout.write(f"{done.exception}\n")
    return 2


def check(_: list[str]) -> int:
    """What `python -m expectations.worker` does."""
    return expectations.worker.main()


def step(arguments: list[str]) -> int:
    """A step that may be killed. What it needs is imported for it: few tests ask for one."""
    from tests.warm.step import main

    return main(arguments)


MAINS = {"dbt": dbt, "check": check, "step": step}


def _parsed() -> tuple[Any, bytes]:
    """The project as dbt knows it, and as it writes it down."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        parsed.lay_ready(PROJECT, work)
        places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        places += ["--target-path", str(work / "target"), "--log-path", str(work / "logs")]
        done = dbtRunner().invoke(["--quiet", "--no-version-check", "parse", *places])
        if not done.success:
            raise RuntimeError("dbt could not parse the project") from done.exception
        parsed.keep(PROJECT, work)
        written = (work / "target" / "manifest.json").read_bytes()
    for macro in done.result.macros.values():
        template_cache.get_node_template(macro)
    # DuckDB's threads would be lost in what is forked.
    assert DuckDBConnectionManager._ENV is None
    return done.result, written


def _forget_tests() -> None:
    """Tests that are left out anyway, before dbt works out their place among the models and writes them down."""
    for name in [name for name, node in _manifest.nodes.items() if node.resource_type == "test"]:
        del _manifest.nodes[name]
    _manifest.unit_tests.clear()


def _write_manifest_as_parsed(_: Any, target: str) -> None:
    """Turning the whole project into JSON takes as long as building a small store, and what is read of it stays."""
    Path(target, "manifest.json").write_bytes(_manifest_json)


def _without_debugging(fire_event: Callable[..., None]) -> Callable[..., None]:
    """dbt's log without the thousands of lines of a build that are for debugging; nobody reads them in tests."""

    def fire(
        manager: EventManager, event: BaseEvent, level: EventLevel | None = None, *more: Any, **named: Any
    ) -> None:
        if (level or event.level_tag()) is not EventLevel.DEBUG:
            fire_event(manager, event, level, *more, **named)

    return fire


runnable.write_manifest = _write_manifest_as_parsed
EventManager.fire_event = _without_debugging(EventManager.fire_event)
os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
_manifest, _manifest_json = _parsed()
judge_nothing()
