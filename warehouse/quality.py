"""The statements of the quality gate: reconciliations out, rules, results, failures and held-back months in.

Whether a line fails is decided elsewhere (Great Expectations); here lines are only handed out and kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

import duckdb
import pandas as pd
import pyarrow as pa

#: Decimals kept of a difference before it is judged; the noise of floating-point sums lies far below.
DECIMALS = 9


class NothingToJudge(RuntimeError):
    """The store has no reconciliations yet."""


@dataclass(frozen=True)
class JudgingFrame:
    """The differences of one form and kind: a column per rule, a row per line (and field).

    frame: `judging_row` (int64) and one float64 column per rule, NaN where the rule had nothing to compare.
    """

    form: str
    kind: str
    frame: pd.DataFrame

    @property
    def rule_ids(self) -> tuple[str, ...]:
        return tuple(str(column) for column in self.frame.columns if column != "judging_row")


@dataclass(frozen=True)
class FailingLine:
    """One failure, before it is put in words: the values of the newest submission in which it fails."""

    failure_id: str
    case_id: str
    rule_id: str
    form: str
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    version: int
    sheet: str
    cells: tuple[str, ...]
    cell_name: str
    line_number: int | None
    line_kind: str
    field: str
    reported: float | None
    expected: float | None
    difference: float
    state: str
    first_seen_at: datetime
    #: For a value that could not be read: the reader's own sentences.
    problem_vi: str = ""
    problem_en: str = ""


@dataclass(frozen=True)
class RuleRow:
    """A row of quality.rules."""

    rule_id: str
    form: str
    kind: str
    severity: str
    tolerance: float
    relative_tolerance: float
    line_kind: str | None
    field: str | None
    plus_fields: list[str]
    minus_fields: list[str]
    other_form: str | None
    other_field: str | None
    reset_at: str
    low: float | None
    high: float | None
    lows: list[float]
    highs: list[float]
    rarity: float | None
    codes: list[str]
    meaning_vi: str
    meaning_en: str
    action_vi: str
    action_en: str


@dataclass(frozen=True)
class ResultRow:
    """A row of quality.results: a rule over everything in the store. outcome: passed, failed or not_evaluated."""

    run_id: str
    run_at: datetime
    rule_id: str
    form: str
    kind: str
    severity: str
    looked_at: int
    failed: int
    outcome: str


@dataclass(frozen=True)
class FailureRow:
    """A row of quality.failures."""

    failure_id: str
    case_id: str
    rule_id: str
    severity: str
    form: str
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    version: int
    sheet: str | None
    cells: list[str]
    cell_name: str | None
    line_number: int | None
    field: str | None
    reported: float | None
    expected: float | None
    difference: float
    message_vi: str
    message_en: str
    state: str
    first_seen_at: datetime


_FAILING_COLUMNS = tuple(field.name for field in fields(FailingLine))

_ARROW = {
    "cells": pa.list_(pa.string()),
    "plus_fields": pa.list_(pa.string()),
    "minus_fields": pa.list_(pa.string()),
    "month": pa.date32(),
    "run_at": pa.timestamp("us"),
    "first_seen_at": pa.timestamp("us"),
    "version": pa.int32(),
    "line_number": pa.int32(),
    "looked_at": pa.int64(),
    "failed": pa.int64(),
    "tolerance": pa.float64(),
    "relative_tolerance": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "lows": pa.list_(pa.float64()),
    "highs": pa.list_(pa.float64()),
    "rarity": pa.float64(),
    "codes": pa.list_(pa.string()),
    "reported": pa.float64(),
    "expected": pa.float64(),
    "difference": pa.float64(),
}


# --- Handing out ----------------------------------------------------------------------------------


def reconciled_kinds(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[str]]:
    """(form, kind) -> ids of the rules with something to judge. Raises NothingToJudge before a build."""
    try:
        rows = connection.execute(
            "SELECT form, kind, rule_id FROM warehouse.intermediate.reconciliations"
            " WHERE difference IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    except duckdb.CatalogException as error:
        raise NothingToJudge("the store has no reconciliations yet") from error
    found: dict[tuple[str, str], list[str]] = {}
    for form, kind, rule_id in rows:
        found.setdefault((form, kind), []).append(rule_id)
    return found


def reconciliation_frame(
    connection: duckdb.DuckDBPyConnection, form: str, kind: str, rule_ids: Sequence[str]
) -> JudgingFrame:
    """The differences of one form and kind, a column per rule of `rule_ids`.

    A rule that looks at several fields of a line (a column total) takes a row for each. Which reconciliation
    each difference came from stays in the store until the next call, for `mark_failing`.
    """
    columns = ", ".join(
        f'max(difference) FILTER (rule_id = {_quoted(rule_id)}) AS "{rule_id}",'
        f' max(source_row) FILTER (rule_id = {_quoted(rule_id)}) AS "source of {rule_id}"'
        for rule_id in rule_ids
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE judging AS
        WITH placed AS (
            SELECT
                rowid AS source_row, rule_id, submission_id, line_number,
                round(difference, {DECIMALS}) AS difference,
                row_number() OVER (PARTITION BY rule_id, submission_id, line_number ORDER BY rowid) AS slot
            FROM warehouse.intermediate.reconciliations
            WHERE form = {_quoted(form)} AND kind = {_quoted(kind)} AND difference IS NOT NULL
              AND rule_id IN ({", ".join(map(_quoted, rule_ids))})
        ), pivoted AS (
            SELECT {columns} FROM placed GROUP BY submission_id, line_number, slot
        )
        SELECT row_number() OVER () AS judging_row, * FROM pivoted
        """
    )
    wanted = ", ".join(["judging_row", *(f'"{rule_id}"' for rule_id in rule_ids)])
    frame = connection.execute(f"SELECT {wanted} FROM judging").df()
    return JudgingFrame(form, kind, frame)


#: The marked lines, each with the id of the failure that it is, and with what a steward last decided about it.
_MARKED = """
    SELECT
        line.*, submission.received_at, failing.severity,
        md5(concat_ws('|', line.rule_id, line.commune_key, CAST(line.month AS VARCHAR), line.place)) AS failure_id,
        decided.decision, decided.submission_id AS decided_submission_id,
        -- An acceptance holds for the values that it was given for.
        CASE WHEN decided.decision = 'accept'
            AND decided.reported IS NOT DISTINCT FROM line.reported
            AND decided.expected IS NOT DISTINCT FROM line.expected
        THEN decided.decided_at END AS settled_at
    FROM failing
    JOIN warehouse.intermediate.reconciliations AS line ON line.rowid = failing.source_row
    LEFT JOIN warehouse.raw.submissions AS submission USING (submission_id)
    LEFT JOIN (
        FROM warehouse.quality.decisions
        QUALIFY row_number() OVER (PARTITION BY failure_id ORDER BY decided_at DESC, decision_id DESC) = 1
    ) AS decided
        ON decided.failure_id
            = md5(concat_ws('|', line.rule_id, line.commune_key, CAST(line.month AS VARCHAR), line.place))
"""

#: What is judged anew: the months of this build, and what looks over all months (official forms, cells in two
#: communes).
_IN_HAND = """(EXISTS (
    FROM warehouse.intermediate.int_touched_months AS touched
    WHERE touched.commune_key = judged.commune_key AND touched.month = judged.month
) OR judged.rule_id IN (FROM (SELECT rule_id FROM warehouse.quality.rules WHERE kind LIKE 'official%'
    OR kind = 'cell_in_two_communes')))"""


def start_marking(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget the failing lines of an earlier check."""
    connection.execute("CREATE OR REPLACE TEMP TABLE failing (source_row BIGINT, severity VARCHAR)")


def mark_failing(
    connection: duckdb.DuckDBPyConnection, rule_id: str, severity: str, judging_rows: Sequence[int]
) -> None:
    """Remember that `rule_id`, which is of this severity, fails in these rows of the latest `reconciliation_frame`."""
    if not judging_rows:
        return
    rows = pa.table({"judging_row": pa.array(judging_rows, pa.int64())})
    connection.register("marked", rows)
    connection.execute(
        f'INSERT INTO failing SELECT "source of {rule_id}", ? FROM judging JOIN marked USING (judging_row)', [severity]
    )
    connection.unregister("marked")


def failing_lines(connection: duckdb.DuckDBPyConnection) -> Iterator[FailingLine]:
    """The marked lines, one per failure, with the values of the newest submission in which it fails.

    A failure is settled by a version in which it no longer fails (`resolved`), by a steward's acceptance of these
    very values (`accepted`) or by stewards' corrections after which it holds (`corrected`); until then it is `open`,
    or `returned` to the commune. It was first seen when the first version in which it fails was received, so that a
    rebuild finds the same.
    """
    cursor = connection.execute(
        f"""
        WITH marked AS ({_MARKED}), seen AS (
            SELECT *,
                bool_or(is_newest) OVER same_failure AS is_current,
                bool_or(is_effective) OVER same_failure AS is_in_effect,
                min(received_at) OVER same_failure AS first_seen_at
            FROM marked
            WINDOW same_failure AS (PARTITION BY failure_id)
            QUALIFY row_number() OVER (
                PARTITION BY failure_id ORDER BY version DESC, is_effective DESC, variant DESC, line_number, cells
            ) = 1
        ), problems AS (
            -- A cell may have had more than one problem; the first in the alphabet stands for them.
            SELECT
                rules.rule_id, problems.submission_id, problems.form, problems.sheet, problems.cell, problems.field,
                min_by(problems.message_vi, problems.message_en) AS message_vi,
                min(problems.message_en) AS message_en
            FROM warehouse.raw.problems AS problems
            JOIN warehouse.quality.rules AS rules
                ON rules.form = problems.form
                AND (rules.kind = 'unread_value' AND problems.severity = 'critical'
                    OR rules.kind = 'noticed' AND list_contains(rules.codes, problems.code))
            GROUP BY ALL
        )
        SELECT
            seen.failure_id, commune_code || '-' || strftime(month, '%Y-%m'), seen.rule_id, seen.form, commune_key,
            commune_code, month, seen.submission_id, version, coalesce(seen.sheet, ''), coalesce(cells, []),
            coalesce(cell_name, ''), line_number, coalesce(line_kind, ''), coalesce(seen.field, ''),
            reported, seen.expected, difference,
            CASE
                WHEN NOT is_current THEN 'resolved'
                WHEN NOT is_in_effect THEN 'corrected'
                WHEN settled_at IS NOT NULL THEN 'accepted'
                WHEN decision = 'return' AND decided_submission_id = seen.submission_id THEN 'returned'
                ELSE 'open'
            END,
            first_seen_at,
            coalesce(problems.message_vi, ''), coalesce(problems.message_en, '')
        FROM seen
        LEFT JOIN problems
            ON problems.rule_id = seen.rule_id
            AND problems.submission_id = seen.submission_id
            AND problems.form = seen.form
            AND problems.sheet IS NOT DISTINCT FROM seen.sheet
            AND problems.cell IS NOT DISTINCT FROM seen.cells[1]
            AND problems.field IS NOT DISTINCT FROM seen.field
        ORDER BY month, commune_code, seen.form, line_number NULLS FIRST, seen.rule_id, seen.field, seen.failure_id
        """
    )
    while rows := cursor.fetchmany(10_000):
        for row in rows:
            values = dict(zip(_FAILING_COLUMNS, row, strict=True))
            yield FailingLine(**{**values, "cells": tuple(values["cells"])})


# --- Keeping --------------------------------------------------------------------------------------


def replace_rules(connection: duckdb.DuckDBPyConnection, rows: Sequence[RuleRow]) -> None:
    """quality.rules is exactly `rows`."""
    connection.execute("DELETE FROM warehouse.quality.rules")
    _insert(connection, "quality.rules", RuleRow, rows)


def append_results(connection: duckdb.DuckDBPyConnection, rows: Sequence[ResultRow]) -> None:
    """Add the results of a run; those of earlier runs stay."""
    _insert(connection, "quality.results", ResultRow, rows)


def replace_failures(connection: duckdb.DuckDBPyConnection, rows: Sequence[FailureRow]) -> None:
    """Of the months in hand, quality.failures has exactly `rows`."""
    connection.execute(f"DELETE FROM warehouse.quality.failures AS judged WHERE {_IN_HAND}")
    _insert(connection, "quality.failures", FailureRow, rows)


def replace_version_failures(connection: duckdb.DuckDBPyConnection) -> None:
    """Of the months in hand, quality.version_failures has exactly the marked lines: each failure once per version
    and variant in which it fails."""
    connection.execute(f"DELETE FROM warehouse.quality.version_failures AS judged WHERE {_IN_HAND}")
    connection.execute(
        f"""
        INSERT INTO warehouse.quality.version_failures BY NAME
        SELECT
            failure_id, rule_id, severity, commune_key, commune_code, month, submission_id, version, variant, reported,
            expected, difference, settled_at
        FROM ({_MARKED})
        QUALIFY row_number() OVER (PARTITION BY failure_id, submission_id, variant ORDER BY line_number, cells) = 1
        ORDER BY month, commune_key, version, rule_id, failure_id
        """
    )


def replace_judgements(connection: duckdb.DuckDBPyConnection) -> None:
    """Of the months in hand, quality.judgements has how many lines each rule has looked at and how many fail."""
    connection.execute(f"DELETE FROM warehouse.quality.judgements AS judged WHERE {_IN_HAND}")
    connection.execute(
        """
        INSERT INTO warehouse.quality.judgements
        SELECT line.rule_id, line.commune_key, line.month, count(*), count(failing.source_row)
        FROM warehouse.intermediate.reconciliations AS line
        LEFT JOIN failing ON failing.source_row = line.rowid
        -- A report that stewards have corrected is judged twice and counted once.
        WHERE line.difference IS NOT NULL AND line.variant = 'sent'
        GROUP BY line.rule_id, line.commune_key, line.month
        ORDER BY line.month, line.commune_key, line.rule_id
        """
    )


def judged_lines(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """rule_id -> lines looked at and lines that fail, over everything in the store."""
    rows = connection.execute(
        "SELECT rule_id, CAST(sum(looked_at) AS BIGINT), CAST(sum(failed) AS BIGINT)"
        " FROM warehouse.quality.judgements GROUP BY rule_id"
    ).fetchall()
    return {rule_id: (looked_at, failed) for rule_id, looked_at, failed in rows}


def failures_by_state(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """(state, severity) -> number of failures, over everything in the store."""
    rows = connection.execute(
        "SELECT state, severity, count(*) FROM warehouse.quality.failures GROUP BY ALL"
    ).fetchall()
    return {(state, severity): number for state, severity, number in rows}


def replace_held_back(connection: duckdb.DuckDBPyConnection) -> int:
    """The gate: a commune and month with an unsettled critical failure of a monthly form is held back.

    Returns how many are.
    """
    connection.execute("DELETE FROM warehouse.quality.held_back")
    connection.execute(
        """
        INSERT INTO warehouse.quality.held_back BY NAME
        SELECT commune_key, any_value(commune_code) AS commune_code, month, count(*) AS open_critical
        FROM warehouse.quality.failures
        WHERE state IN ('open', 'returned') AND severity = 'critical' AND form LIKE 'KN-%'
        GROUP BY commune_key, month
        ORDER BY month, commune_key
        """
    )
    row = connection.execute("SELECT count(*) FROM warehouse.quality.held_back").fetchone()
    return int(row[0]) if row else 0


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    shape: type[RuleRow] | type[ResultRow] | type[FailureRow],
    rows: Sequence[RuleRow] | Sequence[ResultRow] | Sequence[FailureRow],
) -> None:
    names = [field.name for field in fields(shape)]
    columns = {name: pa.array([getattr(row, name) for row in rows], _ARROW.get(name, pa.string())) for name in names}
    connection.register("incoming", pa.table(columns))
    connection.execute(f"INSERT INTO warehouse.{table} BY NAME SELECT * FROM incoming")
    connection.unregister("incoming")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
