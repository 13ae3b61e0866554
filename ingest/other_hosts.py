"""Entries that another host may have accounted for, told from those of this landing folder by their content.

Path, size and time of writing tell a file in one landing folder. Two hosts may have different files of which all three
are the same, as unpacking makes them: over a DuckLake an entry that is known counts as accounted for once its content
was found to be what is known. What was looked at once is remembered in the home.
"""

from pathlib import Path

import duckdb

from ingest.landing import Entry
from ingest.store.intake import EntryKey, known_contents
from warehouse.digests import sha256_of
from warehouse.journal import append, entries_of

_REMEMBERED = "same_as_known.jsonl"


class KnownContents:
    """What all hosts together have accounted for."""

    def __init__(self, home: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._path = home / _REMEMBERED
        self._contents = known_contents(connection)
        self._looked_at = {(each["path"], each["bytes"], each["modified_ns"]) for each in entries_of(self._path)}
        self._fresh: list[EntryKey] = []

    def has(self, entry: Entry) -> bool:
        """Whether the entry is accounted for; reads the file where that is not known yet."""
        known = self._contents.get(entry.key)
        if known is None or entry.ignored or entry.key in self._looked_at:
            return known is not None
        try:
            is_same = sha256_of(entry.path) in known
        except OSError:
            # Whoever reads it says what is the matter with it.
            return False
        if is_same:
            self._fresh.append(entry.key)
        return is_same

    def remember(self) -> None:
        """Those that were looked at are not read again."""
        if self._fresh:
            append(self._path, [dict(zip(("path", "bytes", "modified_ns"), key, strict=True)) for key in self._fresh])

    def has_taken_in(self, key: EntryKey, submission_id: str | None) -> bool:
        """Whether an entry with this content (None: it is passed over) is accounted for."""
        return submission_id in self._contents.get(key, ())
