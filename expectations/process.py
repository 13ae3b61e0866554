"""A check in a process of its own, so that Great Expectations is imported while dbt builds.

    with CheckProcess(settings) as judge:
        judge.start()          # imports; does not touch the store
        ...                    # dbt build
        report = judge.run()   # opens the store, checks

The memory that the check took goes with its process.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from types import TracebackType

from expectations.report import CheckReport
from expectations.store.judging import NothingToJudge
from expectations.yaml_file import CatalogueError
from reference.trouble import Trouble
from warehouse.connections import StoreBusy, StoreDamaged
from warehouse.run_lock import for_children
from warehouse.settings import Settings

ROOT = Path(__file__).parent.parent
_PATHS = ("home", "landing", "archive", "published")
#: Troubles that callers tell apart keep their type on the way from the worker.
_KNOWN_TROUBLES: tuple[type[Exception], ...] = (NothingToJudge, StoreBusy, StoreDamaged, CatalogueError)


class CheckStopped(Trouble):
    """The process that checks ended without a report; the text says what it said last."""

    text = "error_check"


class CheckProcess:
    """A check that is prepared early and run later. As a context manager it leaves no process behind."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin to import Great Expectations beside what the caller does. Started already: nothing happens."""
        if self._process is not None:
            return
        files, held = for_children(self._settings)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "expectations.worker"],
            cwd=self._settings.home if self._settings.home.is_dir() else None,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_search_path()), "PYTHONUTF8": "1", **held},
            pass_fds=files,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self) -> CheckReport:
        """Check now and wait for the report; starts the process when `start` was not called.

        Raises NothingToJudge, StoreBusy and CatalogueError as `check` does, CheckStopped for anything else.
        """
        self.start()
        process, self._process = self._process, None
        if process is None:
            raise CheckStopped("the check was not started")
        try:
            output, said = process.communicate(settings_line(self._settings) + "\n")
        except BaseException:
            _end(process)
            raise
        answer = output.strip()
        if not answer:
            raise CheckStopped(_last_words(said, process.returncode))
        return report_from_line(answer)

    def cancel(self) -> None:
        """Call the check off; nothing was written if `run` was not called."""
        if self._process is not None:
            _end(self._process)
            self._process = None

    def __enter__(self) -> "CheckProcess":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cancel()


def _search_path() -> list[str]:
    inherited = os.environ.get("PYTHONPATH", "")
    return [str(ROOT), *([inherited] if inherited else [])]


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def _last_words(said: str, status: int) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return f"the process that checks ended with status {status}: {lines[-1] if lines else 'it said nothing'}"


# --- What travels -------------------------------------------------------------------------------------


def settings_line(settings: Settings) -> str:
    """The settings as one line of JSON, for `settings_from_line`."""
    return json.dumps(asdict(settings), default=str, ensure_ascii=False)


def settings_from_line(line: str) -> Settings:
    values = json.loads(line)
    values |= {name: Path(values[name]) for name in _PATHS}
    values["today"] = date.fromisoformat(values["today"]) if values["today"] else None
    return Settings(**values)


def report_line(report: CheckReport) -> str:
    return json.dumps({"report": report.to_json()}, ensure_ascii=False)


def error_line(error: Exception) -> str:
    """What went wrong, by the name of the trouble where callers tell it apart."""
    if isinstance(error, OSError) and error.errno is not None:
        return json.dumps({"trouble": "OSError", "errno": error.errno, "text": error.filename}, default=str)
    known = next((kind.__name__ for kind in _KNOWN_TROUBLES if isinstance(error, kind)), "")
    return json.dumps({"trouble": known, "text": str(error) or type(error).__name__}, ensure_ascii=False)


def report_from_line(line: str) -> CheckReport:
    """The report, or the trouble raised again."""
    answer = json.loads(line)
    if "report" in answer:
        return CheckReport.from_json(answer["report"])
    if answer["trouble"] == "OSError":
        raise OSError(answer["errno"], os.strerror(answer["errno"]), answer["text"])
    for kind in _KNOWN_TROUBLES:
        if kind.__name__ == answer["trouble"]:
            raise kind(answer["text"])
    raise CheckStopped(answer["text"])
