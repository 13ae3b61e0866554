"""One run at a time: whoever writes holds the store over all of its steps, and others wait or are told who it is.

The lock is a lock of the operating system (flock) on a file of the home, so that a holder that is killed leaves none
behind. Processes that write for the holder (dbt, the check) share it: while one of them goes on alone, it is held.

The DAG's tasks are processes of their own. A task after which another follows leaves a claim in the file: for a short
while nobody but its own run gets the lock. A task that fails or is killed leaves no claim.
"""

import fcntl
import json
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from reference.texts import say
from reference.trouble import Trouble
from warehouse.settings import OFFICE_TIME, Settings

_log = logging.getLogger(__name__)

#: How long a run may be between two of its tasks before others go first; then its next task waits for them.
CLAIM_SECONDS = 90.0
#: How often a waiting process looks.
_PAUSE = 0.2
#: What restoring is called: it alone may go on where restoring was cut short.
RESTORE = "admissions restore"
#: The lock that a process was started under, held for it by the process that started it.
HELD_FOR_CHILD = "ADMISSIONS_RUN_LOCK_HELD"

#: Lock file and thread -> the open file that holds the lock.
_held: dict[tuple[Path, int], int] = {}


class StoreBusy(Trouble):
    """Another process is writing to the store; the text says which."""

    text = "error_busy"


class HalfRestored(Trouble):
    """What was restored is not all in its place: the machine stopped in the middle of it. The text is the home."""

    text = "error_half_restored"


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or claims it between two steps: what it is, its process, since when; the run of several
    steps that it belongs to (or empty), and until when that run claims the lock though it does not hold it."""

    what: str
    pid: int
    since: float
    run: str = ""
    claimed_until: float | None = None

    def in_words(self, language: str) -> str:
        since = datetime.fromtimestamp(self.since, OFFICE_TIME).strftime("%H:%M:%S")
        if self.claimed_until is None:
            return say("busy_holder", language, what=self.what, pid=self.pid, since=since)
        until = datetime.fromtimestamp(self.claimed_until, OFFICE_TIME).strftime("%H:%M:%S")
        return say("busy_between_steps", language, what=self.what, until=until)


@contextmanager
def holding(
    settings: Settings, what: str, *, run: str = "", goes_on: bool = False, patience: float | None = None
) -> Iterator[None]:
    """Hold the store. Whoever holds it already (this thread, or the process that started this one) just goes on.

    `what` names the holder to those who meet it. `run` is the run of several processes that this is a step of;
    when it `goes_on`, the lock is claimed for its next step. Waits at most `patience` seconds (the settings' when
    None) for another holder, then raises StoreBusy. Raises OSError when the home cannot be written, HalfRestored where
    restoring it was cut short.
    """
    key = (settings.run_lock, threading.get_ident())
    if key in _held or os.environ.get(HELD_FOR_CHILD) == str(settings.run_lock):
        yield
        return
    handle = _acquire(settings, Holder(what, os.getpid(), time.time(), run), patience)
    _held[key] = handle
    claim: Holder | None = None
    try:
        yield
        if run and goes_on:
            claim = Holder(what, os.getpid(), time.time(), run, time.time() + CLAIM_SECONDS)
    finally:
        del _held[key]
        _write(handle, claim)
        os.close(handle)


def for_children(settings: Settings) -> tuple[tuple[int, ...], dict[str, str]]:
    """What a process that writes on behalf of this thread needs: open files to be handed on, and its environment."""
    handle = _held.get((settings.run_lock, threading.get_ident()))
    if handle is None:
        return (), {}
    return (handle,), {HELD_FOR_CHILD: str(settings.run_lock)}


def holder_of(settings: Settings) -> Holder | None:
    """Who else holds or claims the store now; None when it is free, or held by this thread."""
    try:
        handle = os.open(settings.run_lock, os.O_RDWR)
    except OSError:
        return None
    try:
        if (settings.run_lock, threading.get_ident()) in _held:
            return None
        return _try(handle, "")
    finally:
        os.close(handle)


def _acquire(settings: Settings, me: Holder, patience: float | None) -> int:
    settings.run_lock.parent.mkdir(parents=True, exist_ok=True)
    wait = settings.wait_seconds if patience is None else patience
    give_up_at = time.monotonic() + wait
    told = ""
    while True:
        handle = os.open(settings.run_lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            other = _try(handle, me.run)
            if other is None and _is_still_there(settings.run_lock, handle):
                if me.what != RESTORE and settings.restoring.exists():
                    raise HalfRestored(str(settings.home))
                _write(handle, me)
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if other is None:
            continue
        who = other.in_words(settings.language)
        left = give_up_at - time.monotonic()
        if left <= 0:
            raise StoreBusy(who)
        if wait > 1 and who != told:
            _log.warning(say("busy_waiting", settings.language, who=who, seconds=round(left)))
            told = who
        time.sleep(min(_PAUSE, left))


def _try(handle: int, run: str) -> Holder | None:
    """Lock the open file; where that cannot be, return who else has or claims it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(handle) or Holder("?", 0, time.time())
    other = _read(handle)
    if other is None or other.claimed_until is None or other.run == run:
        return None
    # A claim that ends later than any claim can was made under another clock.
    if not 0 < other.claimed_until - time.time() <= CLAIM_SECONDS:
        return None
    fcntl.flock(handle, fcntl.LOCK_UN)
    return other


def _read(handle: int) -> Holder | None:
    """What the file says; None when nothing, or while it is being written."""
    try:
        return Holder(**json.loads(os.pread(handle, 4096, 0)))
    except (ValueError, TypeError):
        return None


def _write(handle: int, holder: Holder | None) -> None:
    # It is for others to read: on a full disk they are told less, and the run goes on to where it says so.
    with suppress(OSError):
        os.ftruncate(handle, 0)
        if holder is not None:
            os.pwrite(handle, json.dumps(asdict(holder)).encode(), 0)


def _is_still_there(path: Path, handle: int) -> bool:
    """False where somebody has removed the file meanwhile: the next one would lock another file of that name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
