"""The process beside the portal that builds, judges and publishes what was decided or sent, so that no page waits.

It starts when there is first something to do, keeps Great Expectations ready (`expectations.resident`), and ends with
the portal. Everything that matters is on disk before it is asked: where it dies, the next run takes it in.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from warehouse.as_published import code_on_disk
from warehouse.settings import Settings

_ROOT = Path(__file__).parent.parent
_COMMAND = (sys.executable, "-m", "portal.worker")
#: How long a piece of work that goes on when the portal ends may take, in seconds; what is not done the next run does.
_PATIENCE = 10
#: A process that died while it had nothing to do is met when something is asked of it.
_TRIES = 2
#: What it can be asked for: to judge what was decided, or a whole run, the landing folder first.
JUDGE, RUN = "judge", "run"
#: And to say what a header's words are: what is to be learnt follows the word, as JSON.
TEACH = "teach"


@dataclass(frozen=True)
class State:
    """What it does (None: nothing), since when, which step is done; how the last piece of work ended (None: not yet),
    and the sentence where it could not. Without a sentence it died in the middle."""

    doing: str | None = None
    since: datetime | None = None
    step: str | None = None
    #: What it did last.
    did: str | None = None
    is_done: bool | None = None
    ended: datetime | None = None
    sentence: str | None = None
    sentence_en: str | None = None

    def told(self, language: str) -> str | None:
        """The sentence in the language."""
        return self.sentence if language == "vi" else self.sentence_en


class Work:
    """Asks the process, and knows what it told last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        #: What is to be done, in the order in which it was asked for.
        self._wanted: dict[str, None] = {}
        #: What the process was asked and has not begun, and how often that may be tried.
        self._unheard: str | None = None
        self._tries_left = 0
        self._is_over = False
        #: What the process was started with.
        self._code = ""
        self.state = State()

    def wake(self) -> None:
        """Have the process ready: importing what judges takes seconds."""
        with self._lock:
            if not self._is_over:
                if self.state.doing is None:
                    self._end_what_is_old()
                self._running()

    def ask(self, what: str) -> None:
        """Have `what` done as soon as it can be; asked twice before it begins, it is done once."""
        with self._lock:
            if self._is_over:
                return
            self._wanted[what] = None
            if self.state.doing is None:
                self._end_what_is_old()
                self._begin()

    def stop(self) -> None:
        """The process ends with what it does now, or is ended."""
        with self._lock:
            self._is_over = True
            self._wanted.clear()
            process, self._process = self._process, None
            self.state = State()
        if process is not None:
            _end(process)

    def _running(self) -> "subprocess.Popen[str]":
        """The process; another one where it died."""
        if self._process is None or self._process.poll() is not None:
            self._code = code_on_disk()
            self._process = subprocess.Popen(
                _COMMAND,
                cwd=_ROOT,
                env=_environment(self._settings),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        return self._process

    def _end_what_is_old(self) -> None:
        """A process that has nothing to do, and other code than what is installed now."""
        if self._process is not None and self._code != code_on_disk():
            _end(self._process)

    def _begin(self) -> None:
        what = next(iter(self._wanted))
        del self._wanted[what]
        if what == RUN:
            # A whole run judges what was decided, too.
            self._wanted.pop(JUDGE, None)
        self.state = State(what.partition(" ")[0], self._settings.current_instant())
        self._tries_left = _TRIES
        self._tell(what)

    def _tell(self, what: str) -> None:
        """Ask the process; one that died before it began is known by `_listen`."""
        self._tries_left -= 1
        self._unheard = what
        process = self._running()
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(f"{what}\n")
            process.stdin.flush()

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for told in _told(process.stdout):
            with self._lock:
                if process is not self._process:
                    continue
                if "began" in told:
                    self._unheard = None
                elif "step" in told:
                    self.state = replace(self.state, step=told["step"])
                else:
                    self._over(told)
        process.wait()
        with self._lock:
            if process is not self._process or self.state.doing is None:
                return
            if self._unheard is not None and self._tries_left:
                # It had died while it had nothing to do.
                self._tell(self._unheard)
            else:
                # It died in the middle. What it was asked for is on disk, and the next run takes it in.
                self._over(None)

    def _over(self, told: dict[str, str] | None) -> None:
        known = told or {}
        self.state = State(
            did=self.state.doing,
            is_done="done" in known,
            ended=self._settings.current_instant(),
            sentence=known.get("failed"),
            sentence_en=known.get("failed_en"),
        )
        if self._wanted:
            self._begin()


def _end(process: "subprocess.Popen[str]") -> None:
    """It ends with what it does now, or is ended."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _told(lines: Iterable[str]) -> Iterable[dict[str, str]]:
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            yield told


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, **settings.as_environment(), "PYTHONUTF8": "1"}
