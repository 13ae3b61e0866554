"""What stewards say to each other about a case, who has taken it on, and what was published when they decided: a
journal beside the archive."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.said import cleaned
from warehouse.journal import append, entries_of
from warehouse.settings import Settings

JOURNAL = "case_threads.jsonl"
LONGEST = 4_000
LONGEST_NAME = 80


@dataclass(frozen=True)
class Before:
    """What was published when somebody decided: the city's figures of the month and of the year to date, and what was
    unsettled in the commune's reports; `decided`: the failures that it was about."""

    admitted: int | None
    admitted_ytd: int | None
    is_held_back: bool
    unsettled: tuple[str, ...]
    decided: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A comment (`text`), an assignment (`assignee`; empty: nobody any more), or a decision (`decision`), which is
    kept itself where decisions are: here is what was `before` it, so that its outcome can be told."""

    case_id: str
    at: datetime
    by: str
    text: str | None = None
    assignee: str | None = None
    decision: str | None = None
    before: Before | None = None


def comment(settings: Settings, case_id: str, by: str, text: str) -> None:
    _keep(settings, Entry(case_id, settings.current_instant(), by, text=cleaned(text, LONGEST)))


def assign(settings: Settings, case_id: str, by: str, assignee: str) -> None:
    _keep(settings, Entry(case_id, settings.current_instant(), by, assignee=cleaned(assignee, LONGEST_NAME)))


def decided(settings: Settings, case_id: str, by: str, decision: str, before: Before) -> None:
    _keep(settings, Entry(case_id, settings.current_instant(), by, decision=decision, before=before))


def thread(settings: Settings, case_id: str) -> list[Entry]:
    """What was said about the case, the oldest first."""
    return [entry for entry in _entries(settings) if entry.case_id == case_id]


def assignees(settings: Settings) -> dict[str, str]:
    """Case -> the person who has it now."""
    found = {entry.case_id: entry.assignee for entry in _entries(settings) if entry.assignee is not None}
    return {case_id: name for case_id, name in found.items() if name}


def _keep(settings: Settings, entry: Entry) -> None:
    append(settings.archive / JOURNAL, [asdict(entry)])


def _entries(settings: Settings) -> tuple[Entry, ...]:
    path = settings.archive / JOURNAL
    try:
        state = path.stat()
    except FileNotFoundError:
        return ()
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, modified: int, size: int) -> tuple[Entry, ...]:
    """As the file is at this moment: `modified` and `size` tell one moment from another."""
    return tuple(_entry(values) for values in entries_of(path))


def _entry(values: dict[str, Any]) -> Entry:
    before = values.get("before")
    known = None
    if before:
        lists = {name: tuple(before[name]) for name in ("unsettled", "decided")}
        known = Before(**{**before, **lists})
    return Entry(**{**values, "at": datetime.fromisoformat(values["at"]), "before": known})
