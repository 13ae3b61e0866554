"""One run at a time: whoever writes holds the store over all of its steps, and others wait or are told who it is.

The lock is a lock of the operating system (flock) on a file of the home, so that a holder that is killed leaves none
behind. Processes that write for the holder (dbt, the check) share it: while one of them goes on alone, it is held.
Where the store is a DuckLake other hosts write, too, each with a home of its own: then there is a second lock, in the
catalogue, with the same rules (warehouse/lake/catalogue.py).

The DAG's tasks are processes of their own. A task after which another follows leaves a claim in the file: for a short
while nobody but its own run gets the lock. A task that fails or is killed leaves no claim.
"""

import fcntl
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reference.texts import say
from reference.trouble import Trouble
from warehouse.lake.address import CatalogueUnreachable, Lake, NoSecret
from warehouse.settings import OFFICE_TIME, Settings

if TYPE_CHECKING:
    from warehouse.lake.catalogue import Session

_log = logging.getLogger(__name__)

#: How long a run may be between two of its tasks before others go first; then its next task waits for them.
CLAIM_SECONDS = 90.0
#: How often a waiting process looks.
_PAUSE = 0.2
#: What restoring is called: it alone may go on where restoring was cut short.
RESTORE = "admissions restore"
#: The lock that a process was started under, held for it by the process that started it.
HELD_FOR_CHILD = "ADMISSIONS_RUN_LOCK_HELD"


@dataclass(frozen=True)
class _Held:
    """What holds the lock, and for whom: the open file, and for a DuckLake the session in its catalogue."""

    holder: "Holder"
    file: int
    session: "Session | None" = None

    def let_go(self, claim: "Holder | None") -> None:
        # The next step of the run may be another host's, which then gives the claim up: it stands in one place.
        _write(self.file, claim if self.session is None else None)
        self.let_go_elsewhere(claim)
        os.close(self.file)

    def let_go_elsewhere(self, claim: "Holder | None" = None) -> None:
        if self.session is not None:
            # It is for others to read: where it cannot be said, the run goes on to where it says why.
            with closing(self.session), suppress(CatalogueUnreachable):
                self.session.say_holder(_as_text(claim.on_this_host() if claim else None))
                self.session.unlock()


#: Lock file and thread -> what holds the lock.
_held: dict[tuple[Path, int], _Held] = {}


class StoreBusy(Trouble):
    """Another process is writing to the store; the text says which."""

    text = "error_busy"


class HalfRestored(Trouble):
    """What was restored is not all in its place: the machine stopped in the middle of it. The text is the home."""

    text = "error_half_restored"


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or claims it between two steps: what it is, its process, since when; the run of several
    steps that it belongs to (or empty), and until when that run claims the lock though it does not hold it; its host
    where that may be another one (or empty)."""

    what: str
    pid: int
    since: float
    run: str = ""
    claimed_until: float | None = None
    host: str = ""

    def in_words(self, language: str) -> str:
        what = f"{self.what} @ {self.host}" if self.host else self.what
        since = datetime.fromtimestamp(self.since, OFFICE_TIME).strftime("%H:%M:%S")
        if self.claimed_until is None:
            return say("busy_holder", language, what=what, pid=self.pid, since=since)
        until = datetime.fromtimestamp(self.claimed_until, OFFICE_TIME).strftime("%H:%M:%S")
        return say("busy_between_steps", language, what=what, until=until)

    def on_this_host(self) -> "Holder":
        return replace(self, host=socket.gethostname())


@contextmanager
def holding(
    settings: Settings, what: str, *, run: str = "", goes_on: bool = False, patience: float | None = None
) -> Iterator[None]:
    """Hold the store. Whoever holds it already (this thread, or the process that started this one) just goes on.

    `what` names the holder to those who meet it. `run` is the run of several processes that this is a step of;
    when it `goes_on`, the lock is claimed for its next step. Waits at most `patience` seconds (the settings' when
    None) for another holder, then raises StoreBusy. Raises OSError when the home cannot be written, HalfRestored where
    restoring it was cut short, CatalogueUnreachable and NoSecret where the store is a DuckLake.
    """
    key = (settings.run_lock, threading.get_ident())
    if key in _held or os.environ.get(HELD_FOR_CHILD) == str(settings.run_lock):
        yield
        return
    _held[key] = _acquire(settings, Holder(what, os.getpid(), time.time(), run), patience)
    claim: Holder | None = None
    try:
        yield
        if run and goes_on:
            claim = Holder(what, os.getpid(), time.time(), run, time.time() + CLAIM_SECONDS)
    finally:
        _held.pop(key).let_go(claim)


@contextmanager
def lending(settings: Settings) -> Iterator[None]:
    """Around what this thread does without the store while it holds it: other hosts may write into a DuckLake
    meanwhile, so that several can read reports at once. The home stays ours. Where the store is a file nothing is lent.

    Waits for whoever has it in the end; then raises StoreBusy, CatalogueUnreachable.
    """
    key = (settings.run_lock, threading.get_ident())
    held = _held.get(key)
    if settings.lake is None or held is None or held.session is None:
        yield
        return
    held.let_go_elsewhere()
    _held[key] = replace(held, session=None)
    yield
    waiting = _Waiting(settings, None)
    while isinstance(found := _try_everywhere(settings.lake, held.holder), Holder):
        waiting.a_little(found)
    _held[key] = replace(held, session=found)


def for_children(settings: Settings) -> tuple[tuple[int, ...], dict[str, str]]:
    """What a process that writes on behalf of this thread needs: open files to be handed on, and its environment."""
    held = _held.get((settings.run_lock, threading.get_ident()))
    if held is None:
        return (), {}
    files = (held.file,) if held.session is None else (held.file, held.session.socket)
    return files, {HELD_FOR_CHILD: str(settings.run_lock)}


def still_held(settings: Settings) -> None:
    """Raise CatalogueUnreachable where the catalogue has ended this thread's session: another host may write now."""
    held = _held.get((settings.run_lock, threading.get_ident()))
    if settings.lake and held and held.session is not None and not held.session.is_there():
        raise CatalogueUnreachable(settings.lake.address)


def holder_of(settings: Settings) -> Holder | None:
    """Who else holds or claims the store now; None when it is free, or held by this thread."""
    if (settings.run_lock, threading.get_ident()) in _held:
        return None
    return _holder_in_this_home(settings) or (_holder_anywhere(settings.lake) if settings.lake else None)


def _holder_in_this_home(settings: Settings) -> Holder | None:
    try:
        handle = os.open(settings.run_lock, os.O_RDWR)
    except OSError:
        return None
    try:
        return _try(handle, "")
    finally:
        os.close(handle)


def _holder_anywhere(lake: Lake) -> Holder | None:
    """None, too, where the catalogue cannot be asked: nobody writes then."""
    from warehouse.lake.catalogue import Session

    with suppress(CatalogueUnreachable, NoSecret), closing(Session(lake)) as session:
        holder = _from_text(session.holder())
        if session.is_locked():
            return holder or Holder("?", 0, time.time())
        return holder if holder and _claims(holder, "") else None
    return None


def _acquire(settings: Settings, me: Holder, patience: float | None) -> _Held:
    settings.run_lock.parent.mkdir(parents=True, exist_ok=True)
    waiting = _Waiting(settings, patience)
    while True:
        handle = os.open(settings.run_lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            other = _try(handle, me.run)
            if other is None and _is_still_there(settings.run_lock, handle):
                if me.what != RESTORE and settings.restoring.exists():
                    raise HalfRestored(str(settings.home))
                found = _try_everywhere(settings.lake, me) if settings.lake else None
                if not isinstance(found, Holder):
                    _write(handle, me)
                    return _Held(me, handle, found)
                other = found
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if other is not None:
            waiting.a_little(other)


class _Waiting:
    """Waits for others, says so once of each, and gives up in the end."""

    def __init__(self, settings: Settings, patience: float | None) -> None:
        self._language = settings.language
        self._wait = settings.wait_seconds if patience is None else patience
        self._give_up_at = time.monotonic() + self._wait
        self._told = ""

    def a_little(self, other: Holder) -> None:
        """Raises StoreBusy when it is enough."""
        who = other.in_words(self._language)
        left = self._give_up_at - time.monotonic()
        if left <= 0:
            raise StoreBusy(who)
        if self._wait > 1 and who != self._told:
            _log.warning(say("busy_waiting", self._language, who=who, seconds=round(left)))
            self._told = who
        time.sleep(min(_PAUSE, left))


def _try_everywhere(lake: Lake, me: Holder) -> "Session | Holder":
    """Lock the store for this host; where that cannot be, return who on which host has or claims it."""
    # Of use here alone, and as much to load as all else of a small command.
    from warehouse.lake.catalogue import Session

    session = Session(lake)
    try:
        is_ours = session.try_lock()
        other = _from_text(session.holder())
        if is_ours and not (other and _claims(other, me.run)):
            session.say_holder(_as_text(me.on_this_host()))
            return session
        if is_ours:
            session.unlock()
    except BaseException:
        session.close()
        raise
    session.close()
    return other or Holder("?", 0, time.time())


def _try(handle: int, run: str) -> Holder | None:
    """Lock the open file; where that cannot be, return who else has or claims it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(handle) or Holder("?", 0, time.time())
    other = _read(handle)
    if other is None or not _claims(other, run):
        return None
    fcntl.flock(handle, fcntl.LOCK_UN)
    return other


def _claims(other: Holder, run: str) -> bool:
    """Whether `other`, which holds no lock, keeps it for another run than this one."""
    if other.claimed_until is None or other.run == run:
        return False
    # A claim that ends later than any claim can was made under another clock.
    return 0 < other.claimed_until - time.time() <= CLAIM_SECONDS


def _read(handle: int) -> Holder | None:
    """What the file says; None when nothing, or while it is being written."""
    return _from_text(os.pread(handle, 4096, 0))


def _write(handle: int, holder: Holder | None) -> None:
    # It is for others to read: on a full disk they are told less, and the run goes on to where it says so.
    with suppress(OSError):
        os.ftruncate(handle, 0)
        if holder is not None:
            os.pwrite(handle, _as_text(holder).encode(), 0)


def _from_text(text: str | bytes) -> Holder | None:
    try:
        return Holder(**json.loads(text))
    except (ValueError, TypeError):
        return None


def _as_text(holder: Holder | None) -> str:
    return json.dumps(asdict(holder)) if holder else ""


def _is_still_there(path: Path, handle: int) -> bool:
    """False where somebody has removed the file meanwhile: the next one would lock another file of that name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
