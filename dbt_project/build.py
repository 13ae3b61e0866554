"""Running dbt: one function in, one report out.

In: the settings and a selection. Out: a BuildReport of what dbt did, or BuildFailed with a sentence. dbt runs in
a process of its own, so that its memory and its lock on the store go when it ends. What it has run is kept, and run
again without it while the project is the same (replay.py): then dbt itself takes over only when something fails.
"""

import errno
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dbt_project import parsed, recording
from dbt_project.beginning import begin_with, has_nothing
from dbt_project.recipe import start_afresh_if_changed
from dbt_project.recording import Recording
from dbt_project.replay import DiffersFromRecording, replay, standing
from dbt_project.run_settings import write_run_settings
from reference.trouble import Trouble
from warehouse.as_published import made_by
from warehouse.connections import let_go, one_commit, trouble_of_store, writing
from warehouse.files import is_full, naming
from warehouse.ledger import (
    begin_build,
    enter_built_months,
    enter_built_with,
    enter_nodes,
    enter_reconciled,
    forget_nodes,
    is_built_with,
)
from warehouse.run_lock import for_children, holding
from warehouse.settings import Settings
from warehouse.versions import expect

_log = logging.getLogger(__name__)

PROJECT = Path(__file__).parent

#: The two builds of a run, as selectors.yml names them: before the gate and after it.
RECONCILE = "reconcile"
MARTS = "marts"
BUILDS = (RECONCILE, MARTS)
#: As many as dbt does (profiles.yml).
_AT_A_TIME = 2
#: Results of a node that stop a build.
_BAD = frozenset({"error", "fail", "runtime error"})


class BuildFailed(Trouble):
    """dbt could not build or a test of it failed; the text names the models and tests with what they said."""

    text = "error_build"


@dataclass(frozen=True)
class BuildReport:
    """What dbt did: how many nodes, how many of them tests, and the seconds it took."""

    nodes: int
    tests: int
    seconds: float


def build(
    settings: Settings,
    selector: str | None = None,
    *,
    select: str | None = None,
    exclude: str | None = None,
    unit_tests: bool = False,
    command: str = "build",
    in_full: bool = False,
) -> BuildReport:
    """Build (and test) the selected part of the project in the store.

    `selector` is RECONCILE or MARTS; otherwise `select` and `exclude` are dbt selections. None is everything.
    Of RECONCILE and MARTS only what has changed since is built and tested, unless `in_full` says otherwise.
    Unit tests check the SQL and not the data, so they run only when asked for. Writes `raw.run_settings` and
    `raw.scope` first.

    Raises BuildFailed, StoreBusy when another process has the store, OSError when the disk is full.
    """
    work = settings.home / "dbt"
    with writing(settings) as connection:
        write_run_settings(settings)
        if selector != MARTS:
            start_afresh_if_changed(settings)
            begin_build(connection, made_by(settings))
            expect(connection)
        if selector and not in_full and (report := _replayed(settings, work, selector)) is not None:
            if selector == RECONCILE:
                enter_reconciled(connection)
            return report
    results = work / "target" / "run_results.json"
    recorded = work / "target" / "recording.json"
    with naming(work):
        (work / "spill").mkdir(parents=True, exist_ok=True)
    results.unlink(missing_ok=True)
    recorded.unlink(missing_ok=True)
    with naming(work):
        parsed.lay_ready(PROJECT, work)
    project = parsed.digest(PROJECT)
    with writing(settings) as connection:
        enter_built_with(connection, selector or "", None)
        forget_nodes(connection)
    with holding(settings, "dbt"):
        files, held = for_children(settings)
        environment = _environment(settings) | held
        if selector and _recording(work, selector) is None:
            environment[recording.FILE] = str(recorded)
        let_go(settings)
        arguments = _arguments(work, command, selector, select, exclude, unit_tests)
        # Two threads that commit to a DuckLake at once stumble over each other.
        arguments += ["--threads", "1"] if settings.lake else []
        finished = _dbt(arguments, environment, files)
    if finished.returncode != 0:
        # Not of the models' making: the results may lack it, or name a hundred models that met it.
        trouble = trouble_of_store(finished.stdout + finished.stderr, settings)
        if trouble is not None:
            raise trouble
        if is_full(settings.home):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(work))
    if not results.exists():
        raise BuildFailed(f"dbt stopped before it had results: {_last_words(finished.stdout + finished.stderr)}")
    # An update of the software may have come meanwhile: what was run then goes by no name.
    is_the_same = parsed.digest(PROJECT) == project
    if is_the_same:
        with naming(work):
            parsed.keep(PROJECT, work)
    outcome: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    failed = [result for result in outcome["results"] if result["status"] in _BAD]
    if failed:
        raise BuildFailed("; ".join(_sentence(result) for result in failed))
    if finished.returncode != 0:
        raise BuildFailed(f"dbt ended with status {finished.returncode}: {_last_words(finished.stdout)}")
    if not outcome["results"]:
        raise BuildFailed(f"nothing in the dbt project matches the selection {selector or select!r}")
    if selector and is_the_same:
        with naming(work):
            parsed.keep_recording(PROJECT, work, selector, recorded)
        _enter_as_built(settings, work, selector)
    if selector == RECONCILE or (command == "build" and not (selector or select or exclude)):
        with writing(settings) as connection:
            enter_reconciled(connection)
    return BuildReport(
        nodes=len(outcome["results"]),
        tests=sum(result["unique_id"].split(".")[0] in ("test", "unit_test") for result in outcome["results"]),
        seconds=round(float(outcome["elapsed_time"]), 1),
    )


def manifest_of(settings: Settings) -> Path:
    """What dbt knows of the project; while an update comes, what it knew when it last built here."""
    work = settings.home / "dbt"
    kept = parsed.manifest_of(PROJECT, work)
    return kept if kept.exists() else work / "target" / "manifest.json"


def document(settings: Settings) -> Path:
    """dbt's own documentation of the built store as one page that needs nothing else. Raises BuildFailed."""
    work = settings.home / "dbt"
    parsed.lay_ready(PROJECT, work)
    let_go(settings)
    finished = _dbt([*_arguments(work, "docs", None, None, None, True), "--static"], _environment(settings), ())
    if finished.returncode != 0:
        raise BuildFailed(f"dbt docs ended with status {finished.returncode}: {_last_words(finished.stdout)}")
    return work / "target" / "static_index.html"


def enter_built(settings: Settings) -> int:
    """Enter what was built in the ledger. Returns how many commune-months had to wait for the next build."""
    with writing(settings) as connection:
        return enter_built_months(connection)


def _recording(work: Path, selector: str) -> Recording | None:
    return recording.read(parsed.recording_of(PROJECT, work, selector))


def _replayed(settings: Settings, work: Path, selector: str) -> BuildReport | None:
    """What dbt would do, without it; None where it has to be dbt."""
    with writing(settings) as connection:
        if selector == RECONCILE:
            _begin(connection, work)
        if not is_built_with(connection, selector, parsed.digest(PROJECT)):
            return None
        known = _recording(work, selector)
        if known is None or not parsed.manifest_of(PROJECT, work).exists():
            return None
        try:
            with one_commit(settings, connection):
                # Two that commit to a DuckLake at once stumble over each other.
                done = replay(connection, known, 1 if settings.lake else _AT_A_TIME)
        except DiffersFromRecording as error:
            _log.info("dbt is asked: %s", error)
            return None
    return BuildReport(done.tables + done.tests, done.tests, round(done.seconds, 1))


def _begin(connection: duckdb.DuckDBPyConnection, work: Path) -> None:
    """A store of which dbt has made nothing yet begins with what it makes of an empty one, where that is kept."""
    # Most stores have something: what the project is now is only asked for the others.
    if not has_nothing(connection) or not (empty := parsed.empty_store_of(PROJECT, work)).exists():
        return
    known = [_recording(work, each) for each in BUILDS]
    try:
        begin_with(connection, empty, filter(None, known))
    except (duckdb.Error, ValueError) as error:
        _log.warning("dbt is asked, as %s cannot be begun with: %s", empty, error)


def _enter_as_built(settings: Settings, work: Path, selector: str) -> None:
    """From now on this build need not be dbt's, and only what changes is built."""
    known = _recording(work, selector)
    if known is None:
        return
    with writing(settings) as connection:
        enter_nodes(connection, standing(connection, known))
        enter_built_with(connection, selector, parsed.digest(PROJECT))


def _dbt(arguments: list[str], environment: dict[str, str], files: tuple[int, ...]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dbt_project.dbt_process", *arguments],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=files,
    )


def _arguments(
    work: Path, command: str, selector: str | None, select: str | None, exclude: str | None, unit_tests: bool
) -> list[str]:
    words = ["docs", "generate"] if command == "docs" else [command]
    arguments = ["--no-use-colors", "--no-version-check", *words]
    arguments += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    arguments += ["--target-path", str(work / "target"), "--log-path", str(work / "logs")]
    if command in ("build", "test"):
        # A test runs only when everything it looks at is selected or was built before.
        arguments += ["--indirect-selection", "buildable"]
        if not unit_tests:
            arguments += ["--exclude-resource-type", "unit_test"]
    for option, selection in (("--selector", selector), ("--select", select), ("--exclude", exclude)):
        if selection:
            arguments += [option, *selection.split()]
    return arguments


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        # For the plugin that attaches the store.
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PROJECT.parent), os.environ.get("PYTHONPATH")))),
        **settings.as_environment(),
        "ADMISSIONS_DBT_STORE": "" if settings.lake else str(settings.store),
        "ADMISSIONS_DBT_SPILL": str(settings.home / "dbt" / "spill"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONUTF8": "1",
    }


def _sentence(result: dict[str, Any]) -> str:
    """`test keys_are_unique: Got 3 results, configured to fail if != 0`."""
    kind, _, name, *rest = result["unique_id"].split(".")
    if kind == "unit_test":
        name = f"{rest[-1]} of {name}"
    # What follows is the stack of macros.
    message = str(result["message"] or result["status"]).partition("\n  > in macro")[0]
    return f"{kind} {name}: {' '.join(message.split())}"


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " ".join(lines[-3:]) or "it said nothing"
