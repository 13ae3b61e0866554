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
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from expectations.forked import ForkedProcess
from expectations.lines import CheckStopped, report_from_line, settings_line
from expectations.report import CheckReport
from expectations.resident import forked
from warehouse.connections import let_go
from warehouse.run_lock import for_children
from warehouse.settings import Settings

ROOT = Path(__file__).parent.parent


def _nothing() -> None:
    """What is done meanwhile where nothing is."""


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

    def run(self, meanwhile: Callable[[], None] = _nothing) -> CheckReport:
        """Check now and wait for the report; starts the process when `start` was not called. `meanwhile` is done beside
        the check, which has the store.

        Raises NothingToJudge, StoreBusy and CatalogueError as `check` does, CheckStopped for anything else.
        """
        self.start()
        answer = self._answer(meanwhile)
        if not answer and self._is_resident:
            # It ended with the one that stays, or was killed: nothing of a check is kept before all of it is.
            self._is_wanted = False
            self.start()
            answer = self._answer()
        if not answer:
            raise CheckStopped(self._last_words)
        return report_from_line(answer)

    def _answer(self, meanwhile: Callable[[], None] = _nothing) -> str:
        """The line that the process writes; empty where it ended without one."""
        process, self._process = self._process, None
        if process is None:
            raise CheckStopped("the check was not started")
        let_go(self._settings)
        try:
            _give(process, settings_line(self._settings) + "\n")
            meanwhile()
            output, said = process.communicate()
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


def _give(process: "subprocess.Popen[str] | ForkedProcess", text: str) -> None:
    """Its input; one that has ended is known by its answer."""
    if isinstance(process, ForkedProcess):
        process.give(text)
    elif process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.write(text)
            process.stdin.flush()


def _end(process: "subprocess.Popen[str] | ForkedProcess") -> None:
    process.kill()
    process.communicate()


def _last_words(said: str, status: int | None) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return f"the process that checks ended with status {status}: {lines[-1] if lines else 'it said nothing'}"
