"""Why nothing was published: a step that failed leaves a note, and the next publishing takes it away."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from warehouse.files import write_whole
from warehouse.settings import OFFICE_TIME, Settings


@dataclass(frozen=True)
class Failure:
    """The step that failed, when (`2020-09-06 10:31`, at the office), and its sentence."""

    step: str
    at: str
    sentence: str


def remember(settings: Settings, step: str, sentence: str) -> None:
    """Leave the note. Where even that cannot be written (a full disk) there is none."""
    note = Failure(step, f"{datetime.now(OFFICE_TIME):%Y-%m-%d %H:%M}", sentence)
    with suppress(OSError):
        write_whole(_path(settings), json.dumps(asdict(note), ensure_ascii=False).encode())


def forget(settings: Settings) -> None:
    with suppress(OSError):
        _path(settings).unlink(missing_ok=True)


def last_failure(settings: Settings) -> Failure | None:
    """The note, when a step has failed since the last publishing."""
    try:
        return Failure(**json.loads(_path(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _path(settings: Settings) -> Path:
    return settings.home / "last_failure.json"
