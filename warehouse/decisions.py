"""The stewards' decisions: entered in a journal beside the archive, then in the store. Append-only."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse.connections import transaction
from warehouse.journal import append, entries_of
from warehouse.ledger import forget_months_of
from warehouse.stored.columns import columns_of

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
    note(archive, decisions)
    _insert(connection, decisions)


def note(archive: Path, decisions: Sequence[Decision]) -> None:
    """Keep decisions in the journal alone, while another process has the store: its next build takes them in."""
    append(archive / JOURNAL, [asdict(decision) for decision in decisions])


def moment_for(archive: Path, now: datetime) -> datetime:
    """When something that is decided now counts as decided (naive UTC): now, or right after what was decided last where
    the clock has gone back since. Of two decisions the later one counts. Raises JournalDamaged."""
    moments = (str(entry.get("decided_at", "")) for entry in entries_of(archive / JOURNAL))
    last = max((datetime.fromisoformat(each) for each in moments if each), default=None)
    return now if last is None or last < now else last + timedelta(microseconds=1)


def decision_of(values: Mapping[str, Any]) -> Decision:
    """The decision of an entry of the journal."""
    moment, month = datetime.fromisoformat(values["decided_at"]), date.fromisoformat(values["month"])
    return Decision(**{**values, "decided_at": moment, "month": month})


def noted(connection: duckdb.DuckDBPyConnection, archive: Path) -> tuple[Decision, ...]:
    """The decisions of the journal that the store lacks. Raises JournalDamaged when a line cannot be read."""
    known = {row[0] for row in connection.execute("SELECT decision_id FROM warehouse.quality.decisions").fetchall()}
    found: dict[str, Decision] = {}
    for values in entries_of(archive / JOURNAL):
        found.setdefault(values["decision_id"], decision_of(values))
    return tuple(decision for decision_id, decision in found.items() if decision_id not in known)


def read_journal(connection: duckdb.DuckDBPyConnection, archive: Path) -> int:
    """Enter every decision of the journal that the store lacks. Returns how many there were.

    Raises JournalDamaged when a line cannot be read.
    """
    missing = noted(connection, archive)
    _insert(connection, missing)
    return len(missing)


def take_in_noted(connection: duckdb.DuckDBPyConnection, archive: Path) -> int:
    """Enter what the journal has and the store lacks, and have the months that it is about built again.

    Decisions that were made while another process had the store, and those of a machine that stopped in between.
    """
    missing = noted(connection, archive)
    if missing:
        with transaction(connection):
            _insert(connection, missing)
            forget_months_of(connection, sorted({decision.submission_id for decision in missing}))
    return len(missing)


def _insert(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    names = columns_of(Decision)
    marks = ", ".join("?" * len(names))
    for decision in decisions:
        connection.execute(
            f"INSERT INTO warehouse.quality.decisions ({', '.join(names)}) VALUES ({marks})",
            [getattr(decision, name) for name in names],
        )
