"""What a decision is about: failures by id, and what stands in a cell of their workbook."""

import json
from dataclasses import dataclass, fields
from datetime import date

import duckdb

from reference.fields import MONTHLY_FORMS
from warehouse.tables import lines_table


@dataclass(frozen=True)
class FailureToDecide:
    """A failure as it stands, with the cells involved (`D14`, another sheet's `Sheet!D14`) and the last decision."""

    failure_id: str
    case_id: str
    rule_id: str
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    sheet: str
    cells: tuple[str, ...]
    reported: float | None
    expected: float | None
    state: str
    last_decision: str | None
    last_decided_by: str | None


_COLUMNS = tuple(field.name for field in fields(FailureToDecide))


def failures_like(connection: duckdb.DuckDBPyConnection, beginning: str) -> tuple[FailureToDecide, ...]:
    """The failures whose id begins like this, or of the case of this id."""
    rows = connection.execute(
        """
        SELECT
            failures.failure_id, failures.case_id, failures.rule_id, failures.commune_key, failures.commune_code,
            failures.month, failures.submission_id, coalesce(failures.sheet, ''), failures.cells, failures.reported,
            failures.expected, failures.state, last.decision, last.decided_by
        FROM warehouse.quality.failures AS failures
        LEFT JOIN (
            FROM warehouse.quality.decisions
            QUALIFY row_number() OVER (PARTITION BY failure_id ORDER BY decided_at DESC, decision_id DESC) = 1
        ) AS last USING (failure_id)
        WHERE starts_with(failures.failure_id, $beginning) OR failures.case_id = $beginning
        ORDER BY failures.failure_id
        """,
        {"beginning": beginning},
    ).fetchall()
    values = ((*row[:8], tuple(row[8]), *row[9:]) for row in rows)
    return tuple(FailureToDecide(**dict(zip(_COLUMNS, each, strict=True))) for each in values)


def value_in_cell(
    connection: duckdb.DuckDBPyConnection, submission_id: str, sheet: str, column: str, row: int
) -> tuple[bool, float | None]:
    """Whether a figure of a form is read from that cell, and what it is (None: blank)."""
    for form in MONTHLY_FORMS:
        found = connection.execute(
            f"""
            SELECT columns_of.field, CAST(to_json(lines) AS VARCHAR)
            FROM warehouse.raw.{lines_table(form)} AS lines
            JOIN warehouse.raw.column_map AS columns_of
                ON lines.submission_id = columns_of.submission_id AND columns_of.form = '{form}'
            WHERE lines.submission_id = ? AND lines.sheet = ? AND lines.sheet_row = ?
                AND columns_of.column_letter = ? AND columns_of.field IS NOT NULL
            """,
            [submission_id, sheet, row, column],
        ).fetchone()
        if found:
            value = json.loads(found[1]).get(found[0])
            return not isinstance(value, str), None if value is None or isinstance(value, str) else float(value)
    return False, None


def open_failures_of(connection: duckdb.DuckDBPyConnection, commune_key: str, month: date) -> dict[str, str]:
    """failure_id -> Vietnamese or English sentences (parted by a line break) of what is open in that month."""
    return dict(
        connection.execute(
            "SELECT failure_id, message_vi || chr(10) || message_en FROM warehouse.quality.failures"
            " WHERE commune_key = ? AND month = ? AND state IN ('open', 'returned')",
            [commune_key, month],
        ).fetchall()
    )
