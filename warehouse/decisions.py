"""The stewards' decisions: entered in a journal beside the archive, then in the store. Append-only."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path

import duckdb

JOURNAL = "decisions.jsonl"


@dataclass(frozen=True)
class Decision:
    """A row of quality.decisions: what was decided on which failure, by whom, when and why.

    reported and expected are the values that the failure had; sheet, cell and the values before and after are those of
    a correction.
    """

    decision_id: str
    failure_id: str
    case_id: str
    decision: str
    decided_by: str
    decided_at: datetime
    reason: str
    rule_id: str
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    reported: float | None
    expected: float | None
    sheet: str | None = None
    cell: str | None = None
    value_before: float | None = None
    value_after: float | None = None


def keep(connection: duckdb.DuckDBPyConnection, archive: Path, decisions: Sequence[Decision]) -> None:
    """Enter decisions in the journal, on disk, and then in the store: a rebuild has what the journal has."""
    archive.mkdir(parents=True, exist_ok=True)
    with (archive / JOURNAL).open("a", encoding="utf-8") as journal:
        # A machine that stopped while it wrote has left a line without an end: this one begins anew.
        if not _ends_with_a_line(archive / JOURNAL):
            journal.write("\n")
        for decision in decisions:
            journal.write(json.dumps(asdict(decision), ensure_ascii=False, default=str, sort_keys=True) + "\n")
        journal.flush()
        os.fsync(journal.fileno())
    _insert(connection, decisions)


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as journal:
        if not journal.seek(0, os.SEEK_END):
            return True
        journal.seek(-1, os.SEEK_END)
        return journal.read(1) == b"\n"


class JournalDamaged(ValueError):
    """A line of the journal, which has its end, cannot be read; the text says which."""


def read_journal(connection: duckdb.DuckDBPyConnection, archive: Path) -> int:
    """Enter every decision of the journal that the store lacks. Returns how many there were.

    A line that a stopped machine left unfinished is no decision: nobody was told that it is kept. Raises
    JournalDamaged for any other that cannot be read.
    """
    path = archive / JOURNAL
    if not path.exists():
        return 0
    known = {row[0] for row in connection.execute("SELECT decision_id FROM warehouse.quality.decisions").fetchall()}
    found: dict[str, Decision] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        try:
            values = json.loads(line)
        except json.JSONDecodeError as error:
            if not line or not line.endswith("}"):
                continue
            raise JournalDamaged(f"{path.name}, line {number}: {error}") from error
        values["decided_at"] = datetime.fromisoformat(values["decided_at"])
        values["month"] = date.fromisoformat(values["month"])
        found.setdefault(values["decision_id"], Decision(**values))
    missing = [decision for decision_id, decision in found.items() if decision_id not in known]
    _insert(connection, missing)
    return len(missing)


def _insert(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    names = [field.name for field in fields(Decision)]
    marks = ", ".join("?" * len(names))
    for decision in decisions:
        connection.execute(
            f"INSERT INTO warehouse.quality.decisions ({', '.join(names)}) VALUES ({marks})",
            [getattr(decision, name) for name in names],
        )
