"""When and where the last whole backup was made: a note in the home, for the doctor."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.files import write_whole
from warehouse.settings import Settings


@dataclass(frozen=True)
class LastBackup:
    """Where it lies, and when it was made (UTC, ISO)."""

    folder: str
    at: str

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


def remember(settings: Settings, folder: Path, at: datetime) -> None:
    """Where even the note cannot be written, the backup is there all the same."""
    with suppress(OSError):
        write_whole(_note(settings), json.dumps(asdict(LastBackup(str(folder), at.isoformat()))).encode())


def last_backup(settings: Settings) -> LastBackup | None:
    """None where there was none yet."""
    try:
        found = LastBackup(**json.loads(_note(settings).read_bytes()))
        return found if found.made_at.tzinfo == UTC else None
    except (OSError, ValueError, TypeError):
        return None


def _note(settings: Settings) -> Path:
    return settings.home / "last_backup.json"
