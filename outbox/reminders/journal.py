"""What was sent to whom, kept beside the archive for ever, and that one process at a time sends.

A mail is noted before it is handed to the server and once more when the server has answered. Where the second line is
missing (the machine stopped in between) the mail counts as sent: nobody is reminded twice of the same thing, and
whoever got nothing is reminded at the next stage.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from reference.trouble import Trouble
from warehouse.journal import append, entries_of
from warehouse.settings import Settings

NAME = "reminders.jsonl"
SENDING, SENT, PERHAPS, NOT_SENT = "sending", "sent", "perhaps_sent", "not_sent"
_PAUSE = 0.2


class RemindersBusy(Trouble):
    """Another process is sending reminders."""

    text = "error_reminders_busy"


@dataclass(frozen=True)
class Occasion:
    """What a mail is for, and to which address: of this there is one mail, ever. `month` is empty for what is about no
    month; `what` is the stage, the decision, the day."""

    kind: str
    month: str
    commune_code: str
    address: str
    what: str


class Journal:
    """What was sent, as of when it was opened and by this process since. Raises JournalDamaged."""

    def __init__(self, archive: Path) -> None:
        self._path = archive / NAME
        self._events: dict[Occasion, tuple[str, str]] = {}
        for entry in entries_of(self._path):
            values = {name: str(entry.get(name, "")) for name in ("kind", "month", "commune_code", "address", "what")}
            self._events[Occasion(**values)] = str(entry.get("event", SENDING)), str(entry.get("at", ""))

    def is_done(self, occasion: Occasion) -> bool:
        """Whether this was sent, or may have been."""
        event, _ = self._events.get(occasion, (NOT_SENT, ""))
        return event != NOT_SENT

    def note(self, occasion: Occasion, event: str, at: datetime) -> None:
        """On disk when this returns."""
        append(self._path, [asdict(occasion) | {"event": event, "at": at.isoformat()}])
        self._events[occasion] = event, at.isoformat()


@contextmanager
def sending_alone(settings: Settings) -> Iterator[Journal]:
    """The journal, while no other process sends. Waits for another one as long as is set (ADMISSIONS_WAIT_SECONDS).

    Raises RemindersBusy, JournalDamaged, and OSError where the home cannot be written.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    give_up_at = time.monotonic() + settings.wait_seconds
    with (settings.home / "reminders.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= give_up_at:
                    raise RemindersBusy(str(settings.home)) from None
                time.sleep(_PAUSE)
        yield Journal(settings.archive)
