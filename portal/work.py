"""The process beside the portal that builds, judges and publishes what was decided or sent, so that no page waits.

It starts when there is first something to do, keeps Great Expectations ready (`expectations.resident`), and ends with
the portal. Everything that matters is on disk before it is asked: where it dies, the next run takes it in.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse.settings import Settings

_ROOT = Path(__file__).parent.parent
#: What it can be asked for: to judge what was decided, or a whole run, the landing folder first.
JUDGE, RUN = "judge", "run"


@dataclass(frozen=True)
class State:
    """What it does (None: nothing), since when, in which step; how the last piece of work ended (None: not yet), and
    the sentence where it could not."""

    doing: str | None = None
    since: datetime | None = None
    step: str | None = None
    is_done: bool | None = None
    ended: datetime | None = None
    sentence: str | None = None


class Work:
    """Asks the process, and knows what it told last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._wanted: set[str] = set()
        self.state = State()

    def ask(self, what: str) -> None:
        """Have `what` done as soon as it can be; asked twice before it begins, it is done once."""
        with self._lock:
            self._wanted.add(what)
            if self.state.doing is None:
                self._begin()

    def stop(self) -> None:
        with self._lock:
            self._wanted.clear()
            process, self._process = self._process, None
        if process is not None:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _begin(self) -> None:
        # A whole run judges what was decided, too.
        what = RUN if RUN in self._wanted else JUDGE
        self._wanted -= {what, JUDGE}
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "portal.worker"],
                cwd=_ROOT,
                env=_environment(self._settings),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        self.state = State(what, self._settings.current_instant())
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{what}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._over(None)

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for told in _told(process.stdout):
            with self._lock:
                if "step" in told:
                    doing = self.state
                    self.state = State(doing.doing, doing.since, told["step"])
                else:
                    self._over(told)
        with self._lock:
            if self._process is process and self.state.doing is not None:
                # It died. What it was asked for is on disk, and the next run takes it in.
                self._over(None)

    def _over(self, told: dict[str, str] | None) -> None:
        sentence = None if told is None else told.get("failed")
        is_done = told is not None and "failed" not in told
        self.state = State(is_done=is_done, ended=self._settings.current_instant(), sentence=sentence)
        if self._wanted:
            self._begin()


def _told(lines: Iterable[str]) -> Iterable[dict[str, str]]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _environment(settings: Settings) -> dict[str, str]:
    import os

    return {**os.environ, **settings.as_environment(), "PYTHONUTF8": "1"}
