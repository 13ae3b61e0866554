"""A check in a process of its own, so that Great Expectations is imported while dbt builds.

    with CheckProcess(settings) as judge:
        judge.start()          # imports; does not touch the store
        ...                    # dbt build
        report = judge.run()   # opens the store, checks

The memory that the check took goes with its process.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pydantic import TypeAdapter

from expectations.forked import ForkedProcess
from expectations.report import CheckReport, NothingToJudge
from expectations.resident import forked
from expectations.yaml_file import CatalogueError
from reference.trouble import Trouble
from warehouse.connections import StoreBusy, StoreDamaged
from warehouse.run_lock import for_children
from warehouse.settings import Settings

ROOT = Path(__file__).parent.parent
#: Troubles that callers tell apart keep their type on the way from the worker.
_KNOWN_TROUBLES: tuple[type[Exception], ...] = (NothingToJudge, StoreBusy, StoreDamaged, CatalogueError)


class CheckStopped(Trouble):
    """The process that checks ended without a report; the text says what it said last."""

    text = "error_check"


class CheckProcess:
    """A check that is prepared early and run later. As a context manager it leaves no process behind."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[str] | ForkedProcess | None = None
        #: Whether one that stays is asked first, and whether it was that made the process.
        self._is_wanted, self._is_resident = True, False
        self._last_words = ""

    def start(self) -> None:
        """Begin to import Great Expectations beside what the caller does. Started already: nothing happens."""
        if self._process is not None:
            return
        files, held = for_children(self._settings)
        home = self._settings.home
        self._process = self._resident(held, files) or _worker(home if home.is_dir() else None, held, files)

    def run(self) -> CheckReport:
        """Check now and wait for the report; starts the process when `start` was not called.

        Raises NothingToJudge, StoreBusy and CatalogueError as `check` does, CheckStopped for anything else.
        """
        self.start()
        answer = self._answer()
        if not answer and self._is_resident:
            # It ended with the one that stays, or was killed: nothing of a check is kept before all of it is.
            self._is_wanted = False
            self.start()
            answer = self._answer()
        if not answer:
            raise CheckStopped(self._last_words)
        return report_from_line(answer)

    def _answer(self) -> str:
        """The line that the process writes; empty where it ended without one."""
        process, self._process = self._process, None
        if process is None:
            raise CheckStopped("the check was not started")
        try:
            output, said = process.communicate(settings_line(self._settings) + "\n")
        except BaseException:
            _end(process)
            raise
        self._last_words = _last_words(said, process.returncode)
        return output.strip()

    def _resident(self, held: dict[str, str], files: tuple[int, ...]) -> "ForkedProcess | None":
        found = forked(self._settings, {**os.environ, **held}, files) if self._is_wanted else None
        self._is_resident = found is not None
        return found

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


def _worker(folder: Path | None, held: dict[str, str], files: tuple[int, ...]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "expectations.worker"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(_search_path()), "PYTHONUTF8": "1", **held},
        pass_fds=files,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _search_path() -> list[str]:
    inherited = os.environ.get("PYTHONPATH", "")
    return [str(ROOT), *([inherited] if inherited else [])]


def _end(process: "subprocess.Popen[str] | ForkedProcess") -> None:
    process.kill()
    process.communicate()


def _last_words(said: str, status: int | None) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return f"the process that checks ended with status {status}: {lines[-1] if lines else 'it said nothing'}"


# --- What travels -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Failed:
    """Why there is no report. `trouble` is the name of the error's class where callers tell it apart; `errno` is an
    OSError's, whose text is the name of a file."""

    trouble: str
    text: str
    errno: int | None = None


_SETTINGS = TypeAdapter(Settings)
_ANSWER: TypeAdapter[CheckReport | _Failed] = TypeAdapter(CheckReport | _Failed)


def settings_line(settings: Settings) -> str:
    """The settings as one line of JSON, for `settings_from_line`."""
    return _SETTINGS.dump_json(settings).decode()


def settings_from_line(line: str) -> Settings:
    return _SETTINGS.validate_json(line)


def report_line(report: CheckReport) -> str:
    return _ANSWER.dump_json(report).decode()


def error_line(error: Exception) -> str:
    """What went wrong, by the name of the trouble where callers tell it apart."""
    if isinstance(error, OSError) and error.errno is not None:
        failed = _Failed("OSError", str(error.filename or ""), error.errno)
    else:
        known = next((kind.__name__ for kind in _KNOWN_TROUBLES if isinstance(error, kind)), "")
        failed = _Failed(known, str(error) or type(error).__name__)
    return _ANSWER.dump_json(failed).decode()


def report_from_line(line: str) -> CheckReport:
    """The report, or the trouble raised again."""
    answer = _ANSWER.validate_json(line)
    if isinstance(answer, CheckReport):
        return answer
    if answer.errno is not None:
        raise OSError(answer.errno, os.strerror(answer.errno), answer.text or None)
    for kind in _KNOWN_TROUBLES:
        if kind.__name__ == answer.trouble:
            raise kind(answer.text)
    raise CheckStopped(answer.text)
