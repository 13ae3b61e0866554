"""The stewards' values that stand in the place of what was sent: whose each is, and with which decision it goes."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import datetime

import duckdb


@dataclass(frozen=True)
class Correction:
    """A steward's value for a cell: what was sent is `value_before` (None: blank, or no number). `failure_id` is the
    failure under which it is kept: reopening that takes it back."""

    submission_id: str
    sheet: str
    cell: str
    value_before: float | None
    value_after: float
    failure_id: str
    decided_by: str
    decided_at: datetime

    @property
    def address(self) -> str:
        """`Kết nạp!D14`."""
        return f"{self.sheet}!{self.cell}"


def corrections_in_force(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Correction, ...]]:
    """submission_id -> its corrections, sheet by sheet: those that the build takes (`int_corrections` says which)."""
    rows = connection.execute(
        f"""
        WITH followed AS (
            SELECT
                * EXCLUDE (value_before),
                -- A second value for a cell follows a first one: what was sent is what stood before that.
                first_value(value_before) OVER (
                    PARTITION BY decision, submission_id, sheet, cell ORDER BY decided_at, decision_id
                ) AS value_before,
                max(decided_at) FILTER (decision <> 'correct') OVER (PARTITION BY failure_id) AS taken_back_at
            FROM warehouse.quality.decisions
        )
        SELECT {", ".join(field.name for field in fields(Correction))}
        FROM followed
        WHERE decision = 'correct' AND value_after IS NOT NULL
            AND (taken_back_at IS NULL OR decided_at > taken_back_at)
        QUALIFY row_number() OVER (
            PARTITION BY submission_id, sheet, cell ORDER BY decided_at DESC, decision_id DESC
        ) = 1
        ORDER BY submission_id, sheet, length(cell), cell
        """
    ).fetchall()
    found: defaultdict[str, list[Correction]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(Correction(*row))
    return {submission_id: tuple(corrections) for submission_id, corrections in found.items()}
