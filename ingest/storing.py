"""What was read from files, into the store: what cannot be stored is refused by itself, and the others go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.archive import Provenance
from ingest.model import Reading
from ingest.problems import problem
from ingest.rows import Row, rows_of
from ingest.store.intake import Batch, NotStorable, try_batch


@dataclass(frozen=True)
class Incoming:
    """A file's reading, and where it comes from."""

    reading: Reading
    provenance: Provenance

    def rows(self) -> dict[str, list[Row]]:
        """Its rows per table. Raises NotStorable."""
        try:
            return rows_of(self.reading, self.provenance)
        except Exception as error:  # whatever one file's reading holds, it is this file's trouble
            raise NotStorable(f"{type(error).__name__}: {error}") from error


def store_each(
    connection: duckdb.DuckDBPyConnection,
    incoming: Sequence[Incoming],
    scratch: Path,
    write: Callable[[Sequence[Incoming]], None],
) -> Sequence[Incoming]:
    """Have `write` write them all; where something in them cannot be stored, the files that hold it are refused.

    Returns them as they were written.
    """
    try:
        write(incoming)
    except NotStorable:
        sound = [_sound_or_refused(connection, each, scratch) for each in incoming]
        write(sound)
        return sound
    return incoming


def _sound_or_refused(connection: duckdb.DuckDBPyConnection, each: Incoming, scratch: Path) -> Incoming:
    try:
        try_batch(connection, Batch(each.rows()), scratch)
    except NotStorable as error:
        refused = problem("not_storable", found=" ".join(str(error).split()))
        reading = Reading(each.reading.sha256, each.reading.size, reason=refused.code, problems=(refused,))
        return Incoming(reading, each.provenance)
    return each
