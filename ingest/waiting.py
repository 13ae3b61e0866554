"""What lies in the landing folder and no run has taken in yet. Opens no store, so that it may be asked while a run
writes."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from ingest.landing import Entry, is_being_written, scan
from warehouse.settings import Settings

#: An entry as a run accounts for it: path, size, time of writing.
_Known = tuple[str, int, int]


@dataclass
class Landing:
    """The landing folder beside the journal of what was taken in, which is read on from where it was read last."""

    settings: Settings
    _known: set[_Known] = field(default_factory=set)
    _read: int = 0

    def waiting(self) -> list[Entry]:
        """The files that the next run would read, those that came first at the front. Raises OSError where the
        folder, or the journal, cannot be read."""
        self._read_on(self.settings.archive / "arrivals.jsonl")
        return [
            entry
            for entry in scan(self.settings.landing)
            if entry.ignored is None and (entry.path_name, entry.bytes, entry.modified_ns) not in self._known
        ]

    def _read_on(self, journal: Path) -> None:
        size = journal.stat().st_size if journal.exists() else 0
        if size < self._read:
            # Another journal: that of an office that was restored, or begun anew.
            self._known, self._read = set(), 0
        if size == self._read:
            return
        with journal.open("rb") as lines:
            lines.seek(self._read)
            for line in lines:
                if not line.endswith(b"\n"):
                    # It is being written.
                    break
                self._read += len(line)
                try:
                    arrival = json.loads(line)
                    self._known.add((arrival["path"], arrival["bytes"], arrival["modified_ns"]))
                except (ValueError, KeyError, TypeError):
                    # A damaged line makes files wait that were taken in; the run finds out.
                    continue


@dataclass
class Watch:
    """Looks at the landing folder again and again, and tells when there is something whole to take in.

    Files that came together are told of together: when nothing has been added or changed for `quiet` seconds and
    nobody has one of them open for writing. What is still there `again` seconds later (the run failed) is told once
    more.
    """

    landing: Landing
    quiet: float
    again: float
    _seen: frozenset[_Known] = frozenset()
    _since: float = 0.0
    _told: frozenset[_Known] = frozenset()
    _told_at: float = float("-inf")

    def look(self, now: float) -> list[Entry]:
        """The files to take in, or none. `now`: seconds of a clock that nobody sets."""
        entries = self.landing.waiting()
        found = frozenset((entry.path_name, entry.bytes, entry.modified_ns) for entry in entries)
        if found != self._seen:
            self._seen, self._since = found, now
        if not found or now - self._since < self.quiet:
            return []
        if found <= self._told and now - self._told_at < self.again:
            return []
        if any(is_being_written(entry.path) for entry in entries):
            self._since = now
            return []
        self._told, self._told_at = found, now
        return entries
