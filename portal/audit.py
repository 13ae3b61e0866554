"""What people did in the portal, and when: a journal beside the archive, only ever added to, which a rebuild keeps."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from portal.people import Person
from warehouse.journal import append, entries_of
from warehouse.settings import Settings

JOURNAL = "portal_audit.jsonl"
#: More than a line of it has.
_LONGEST_LINE = 1024


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


def last_notes(settings: Settings, number: int) -> list[dict[str, Any]]:
    """The newest first; only the end of the journal is read, which may have grown for years."""
    path = settings.archive / JOURNAL
    try:
        with path.open("rb") as journal:
            size = journal.seek(0, os.SEEK_END)
            journal.seek(max(0, size - number * _LONGEST_LINE))
            lines = journal.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in reversed(lines):
        # The first one may have been cut in two.
        with suppress(ValueError):
            found.append(json.loads(line))
        if len(found) == number:
            break
    return found
