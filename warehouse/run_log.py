"""The steps that were gone through, and how long each took: lines of a file of the home, for whoever operates it.

It is for people to read. Nothing depends on it, so that where it cannot be written nothing else stops.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import inf
from time import monotonic

from warehouse import events
from warehouse.files import write_whole
from warehouse.settings import Settings

_LONGEST = 1 << 20


@dataclass(frozen=True)
class StepDone:
    """A step: what it was, when it began (UTC, ISO), how many seconds it took, and the sentence where it failed."""

    what: str
    began_at: str
    seconds: float
    sentence: str | None = None

    @property
    def began(self) -> datetime:
        return datetime.fromisoformat(self.began_at)


@contextmanager
def noting(settings: Settings, what: str) -> Iterator[None]:
    """Leave a line about what happens inside, and tell it."""
    step = what.removeprefix("admissions ")
    events.tell("step_began", step=step)
    began, clock = datetime.now(UTC).replace(tzinfo=None), monotonic()
    sentence: str | None = None
    try:
        yield
    except BaseException as error:
        sentence = str(error) or type(error).__name__
        raise
    finally:
        seconds = round(monotonic() - clock, 3)
        if sentence is None:
            events.tell("step_done", step=step, seconds=seconds)
        else:
            events.tell("step_failed", logging.ERROR, step=step, seconds=seconds, sentence=sentence)
        _keep(settings, StepDone(what, began.isoformat(), seconds, sentence))


def last_steps(settings: Settings, number: int) -> list[StepDone]:
    """The newest first; of those that lie in each other the outer one."""
    found = []
    for line in reversed(_lines(settings)):
        with suppress(ValueError, TypeError):
            found.append(StepDone(**json.loads(line)))
        if len(found) == number:
            break
    return found


def forget_before(settings: Settings, moment: float) -> None:
    """Lines of steps that began before that moment (seconds since 1970) are thrown away; what is no line stays."""
    lines = _lines(settings)
    kept = [line for line in lines if _began(line) >= moment]
    if len(kept) < len(lines):
        write_whole(settings.home / "runs.jsonl", "".join(f"{line}\n" for line in kept).encode())


def _began(line: str) -> float:
    try:
        return StepDone(**json.loads(line)).began.replace(tzinfo=UTC).timestamp()
    except (ValueError, TypeError):
        return inf


def _keep(settings: Settings, done: StepDone) -> None:
    path = settings.home / "runs.jsonl"
    with suppress(OSError):
        if not settings.home.is_dir():
            return
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(done), ensure_ascii=False) + "\n")
        if path.stat().st_size > _LONGEST:
            lines = _lines(settings)
            write_whole(path, ("\n".join(lines[len(lines) // 2 :]) + "\n").encode())


def _lines(settings: Settings) -> list[str]:
    try:
        return (settings.home / "runs.jsonl").read_text("utf-8").splitlines()
    except OSError:
        return []
