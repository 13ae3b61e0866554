"""Journals beside the archive: a JSON object a line, only ever added to. A rebuild has what they have."""

import fcntl
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reference.trouble import Trouble
from warehouse.files import flush, make_private, naming, private


class JournalDamaged(Trouble, ValueError):
    """A complete line of a journal cannot be read; the text says which."""

    text = "error_journal"


def append(path: Path, entries: Iterable[Mapping[str, object]]) -> None:
    """Add the entries, on disk before this returns. What JSON does not know (days, moments) is written as text."""
    lines = "".join(json.dumps(entry, ensure_ascii=False, default=str, sort_keys=True) + "\n" for entry in entries)
    with naming(path):
        make_private(path.parent)
        is_new = not path.exists()
        with open(path, "ab", buffering=0, opener=private) as journal:
            # A decision is noted while a run writes, and two at once must not write into each other's lines.
            fcntl.flock(journal, fcntl.LOCK_EX)
            before = path.stat().st_size
            try:
                # A machine that stopped while it wrote has left a line without an end: this one begins anew.
                _write(journal, ("" if _ends_with_a_line(path) else "\n").encode() + lines.encode())
                os.fsync(journal.fileno())
                if is_new:
                    flush(path.parent)
            except BaseException:
                # All of the entries, or none: nobody is told that half of them are kept.
                os.ftruncate(journal.fileno(), before)
                raise


def entries_of(path: Path) -> Iterator[dict[str, Any]]:
    """The entries, the oldest first; none where there is no journal.

    A line that a stopped machine left unfinished is no entry: nobody was told that it is kept. Raises JournalDamaged
    for any other that cannot be read.
    """
    if not path.exists():
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line.decode("utf-8"))
            except ValueError as error:
                # A machine may stop in the middle of a letter, too.
                if line.rstrip(b"\n").endswith(b"}"):
                    raise JournalDamaged(f"{path.name}, line {number}: {error}") from error
                continue
            if not isinstance(entry, dict):
                raise JournalDamaged(f"{path.name}, line {number}: {line[:40]!r}")
            yield entry


def length_of(path: Path) -> int:
    """How many bytes the journal has while nobody is in the middle of adding to it: it begins with them for ever."""
    with path.open("rb") as journal:
        fcntl.flock(journal, fcntl.LOCK_SH)
        return os.fstat(journal.fileno()).st_size


def damages_of(folder: Path) -> Iterator[str]:
    """What is wrong with each journal of the folder that cannot be read, as the sentence `error_journal` wants it."""
    for path in sorted(folder.glob("*.jsonl")):
        try:
            for _ in entries_of(path):
                pass
        except JournalDamaged as error:
            yield str(error)
        except OSError as error:
            yield f"{path}: {error.strerror}"


def _write(journal: io.FileIO, content: bytes) -> None:
    """Everything: the operating system may take a part at a time."""
    left = memoryview(content)
    while left:
        left = left[journal.write(left) or 0 :]


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as journal:
        if not journal.seek(0, os.SEEK_END):
            return True
        journal.seek(-1, os.SEEK_END)
        return journal.read(1) == b"\n"
