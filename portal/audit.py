"""What people did in the portal, and when: a journal beside the archive, only ever added to, which a rebuild keeps."""

from collections.abc import Iterator
from typing import Any

from portal.people import Person
from warehouse.journal import append, entries_of
from warehouse.settings import Settings

JOURNAL = "portal_audit.jsonl"


def note(settings: Settings, person: Person, action: str, target: str = "", detail: str = "") -> None:
    """Keep that `person` did `action`. Raises OSError that names the journal."""
    entry = {
        "at": settings.current_instant(),
        "by": person.name,
        "role": person.role,
        "action": action,
        "target": target,
        "detail": detail,
    }
    append(settings.archive / JOURNAL, [entry])


def notes(settings: Settings) -> Iterator[dict[str, Any]]:
    """Everything, the oldest first."""
    return entries_of(settings.archive / JOURNAL)
