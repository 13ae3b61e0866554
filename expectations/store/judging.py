"""What the gate judges, line by line: reconciliations handed out as frames, and the lines that fail.

Whether a line fails is decided elsewhere (Great Expectations); here lines are only handed out and remembered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from dateutil.relativedelta import relativedelta
from numpy.typing import NDArray

from expectations.beyond import allowed, allowed_sql, beyond, beyond_sql
from expectations.catalogue import kinds
from expectations.report import NothingToJudge
from expectations.store.places import placed
from reference.cell_address import on_sheet
from warehouse.case_id import CASE_ID
from warehouse.corrections import Carried, Correction, carried_corrections, corrections_in_force
from warehouse.last_decision import LAST_DECISIONS
from warehouse.literals import quoted
from warehouse.rows import insert
from warehouse.stored.quality import RuleRow


@dataclass(frozen=True)
class JudgingFrame:
    """What is judged of one form and kind: a column per rule.

    frame: `judging_row` (int64) and for each rule a float64 column of how far its lines are beyond what it allows, from
    the top; NaN below the last of them.
    sources: for each rule, which line of `judged` the figure in each row is of (int64, its `source_row`).
    """

    form: str
    kind: str
    frame: pd.DataFrame
    sources: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)

    @property
    def rule_ids(self) -> tuple[str, ...]:
        return tuple(str(column) for column in self.frame.columns if column != "judging_row")


@dataclass(frozen=True)
class FailingLine:
    """One failure, before it is put in words: the values of the newest submission in which it fails."""

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
    #: What a steward last decided about it, by whom and why; empty where nobody has.
    decision: str = ""
    decided_by: str = ""
    decided_reason: str = ""
    #: Whether last month's figure was taken as it is proposed there, not as it was sent.
    is_by_proposal: bool = False
    #: For a value that could not be read: the reader's own sentences.
    problem_vi: str = ""
    problem_en: str = ""
    #: Whether it fails in what was sent; where it does not, stewards' values alone have brought it.
    fails_as_sent: bool = True
    #: The stewards' values in what is judged: those in its cells, or, where they alone have brought it and none stands
    #: in a cell of it, all of the report's.
    corrections: tuple[Correction, ...] = ()

    @property
    def is_brought(self) -> bool:
        """Whether the report as it was sent has no such failure."""
        return bool(self.corrections) and not self.fails_as_sent


_FAILING_COLUMNS = tuple(field.name for field in fields(FailingLine) if field.name != "corrections")


def is_accepted(decided: str, line: str) -> str:
    """SQL: a steward has accepted the line's failure. An acceptance holds for the values that it was given for."""
    return (
        f"({decided}.decision IS NOT DISTINCT FROM 'accept' AND {decided}.reported IS NOT DISTINCT FROM {line}.reported"
        f" AND {decided}.expected IS NOT DISTINCT FROM {line}.expected)"
    )


#: Kinds of rules that tell that a report is under a title that is not its own. While one of them fails, critically and
#: not accepted by a steward, the report's monthly forms are judged by no rule that looks into them: each of the
#: hundreds of failures would be a consequence of the one.
MISPLACED = ("other_communes_cells", "other_months_figures", "issued_otherwise")
_IS_MISPLACED = f"list_contains({list(MISPLACED)}, line.kind)"
#: What is said of a report beside that: it came late; it is the month before's once more.
_LOOKS_INSIDE = f"NOT list_contains({[*MISPLACED, 'late', 'copy']}, line.kind)"


def prepare(connection: duckdb.DuckDBPyConnection, rules: Sequence[RuleRow]) -> None:
    """Lay out what is judged by `rules` as the view `judged`, the one relation that tells what holds: reconciliations
    with the severity that counts for them, with another expected figure where `carried` has one, with what their rule
    allows (`allowed`) and how far they are beyond it (`beyond`: 0 where they hold). Raises NothingToJudge before a
    build.

    `carried` (empty at first) is a table of this connection: source_row, expected (NULL: not to be judged). NULL are
    `difference` and `beyond` where the rule is switched off, and for whatever is a consequence of a wrong title
    (`MISPLACED`); `beyond` also where the rule is not known.
    """
    try:
        connection.execute("FROM warehouse.intermediate.reconciliations LIMIT 0")
    except duckdb.CatalogException as error:
        raise NothingToJudge("the store has no reconciliations yet") from error
    connection.execute("CREATE OR REPLACE TEMP TABLE rules_given AS FROM warehouse.quality.rules LIMIT 0")
    insert(connection, "rules_given", RuleRow, rules)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE judging_rules AS"
        " SELECT *, list_contains($upper, kind) AS is_upper, row_number() OVER (ORDER BY rule_id) AS number"
        " FROM rules_given",
        {"upper": [kind.name for kind in kinds().values() if kind.judge == "upper"]},
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE carried (source_row BIGINT, expected DOUBLE)")
    # Of several overrides that fit, the one that names the commune counts, then the later entry.
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE overriding AS
        SELECT
            line.rule_id, line.commune_code, line.month,
            arg_max(override.severity, (override.commune_code IS NOT NULL, override.position)) AS severity
        FROM (
            SELECT DISTINCT rule_id, commune_code, month FROM warehouse.intermediate.reconciliations
            WHERE rule_id IN (SELECT rule_id FROM warehouse.quality.overrides)
        ) AS line
        JOIN warehouse.quality.overrides AS override
            ON override.rule_id = line.rule_id
            AND coalesce(override.commune_code, line.commune_code) = line.commune_code
            AND line.month BETWEEN coalesce(override.from_month, line.month) AND override.until_month
        GROUP BY ALL
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE accused AS
        SELECT line.*
        FROM warehouse.intermediate.reconciliations AS line
        JOIN judging_rules AS rule USING (rule_id)
        LEFT JOIN overriding
            ON overriding.rule_id = line.rule_id
            AND overriding.commune_code = line.commune_code
            AND overriding.month = line.month
        WHERE {_IS_MISPLACED} AND {beyond_sql("line.difference", "line.expected", "rule")} > 0
            AND coalesce(overriding.severity, rule.severity) = 'critical'
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE misplaced AS
        SELECT DISTINCT line.submission_id
        FROM {placed("accused")} AS line
        LEFT JOIN {LAST_DECISIONS} AS decided USING (failure_id)
        WHERE NOT {is_accepted("decided", "line")}
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW judged AS
        WITH compared AS (
            SELECT
                line.* EXCLUDE (expected, difference),
                overriding.severity AS other_severity,
                carried.source_row IS NOT NULL AS is_carried_otherwise,
                CASE WHEN carried.source_row IS NULL THEN line.expected ELSE carried.expected END AS expected,
                CASE
                    WHEN overriding.severity = 'off' THEN NULL
                    WHEN misplaced.submission_id IS NOT NULL AND {_LOOKS_INSIDE} THEN NULL
                    WHEN carried.source_row IS NOT NULL THEN line.reported - carried.expected
                    ELSE line.difference
                END AS difference
            FROM warehouse.intermediate.reconciliations AS line
            LEFT JOIN carried ON carried.source_row = line.source_row
            LEFT JOIN misplaced ON misplaced.submission_id = line.submission_id AND line.form LIKE 'KN-%'
            LEFT JOIN overriding
                ON overriding.rule_id = line.rule_id
                AND overriding.commune_code = line.commune_code
                AND overriding.month = line.month
        )
        SELECT
            line.* EXCLUDE (other_severity),
            rule.number AS rule_number,
            coalesce(line.other_severity, rule.severity) AS severity,
            {allowed_sql("line.expected", "rule")} AS allowed,
            {beyond_sql("line.difference", "line.expected", "rule")} AS beyond
        FROM compared AS line
        LEFT JOIN judging_rules AS rule USING (rule_id)
        """
    )


def lay_out_lines(connection: duckdb.DuckDBPyConnection) -> None:
    """What `reconciliation_frame` hands out, from `judged` as it is now."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE lines_to_judge AS
        -- Millions of lines: numbers in the place of names.
        SELECT CAST(rule_number AS SMALLINT) AS rule_number, source_row, beyond FROM judged WHERE beyond IS NOT NULL
        """
    )


def reconciled_kinds(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[str]]:
    """(form, kind) -> ids of the rules with something to judge. `lay_out_lines` comes before it."""
    rows = connection.execute(
        """
        SELECT rule.form, rule.kind, rule.rule_id
        FROM judging_rules AS rule
        SEMI JOIN lines_to_judge ON lines_to_judge.rule_number = rule.number
        UNION
        -- Of a rule that is not known, nothing can be judged.
        SELECT form, kind, rule_id FROM judged WHERE rule_number IS NULL AND difference IS NOT NULL
        ORDER BY ALL
        """
    ).fetchall()
    found: dict[tuple[str, str], list[str]] = {}
    for form, kind, rule_id in rows:
        found.setdefault((form, kind), []).append(rule_id)
    return found


def reconciliation_frame(
    connection: duckdb.DuckDBPyConnection, form: str, kind: str, rule_ids: Sequence[str]
) -> JudgingFrame:
    """How far the lines of one form and kind are beyond what is allowed, a column per rule of `rule_ids`: each has its
    own lines from the top, whichever those beside them are. `lay_out_lines` comes before it."""
    known = ", ".join(map(quoted, rule_ids))
    numbers = connection.execute(f"SELECT rule_id, number FROM judging_rules WHERE rule_id IN ({known})").fetchall()
    columns = {rule_id: _column(connection, number) for rule_id, number in numbers}
    rows = max(len(lines) for lines, _ in columns.values())
    beyond = np.full((rows, len(rule_ids)), np.nan)
    for place, rule_id in enumerate(rule_ids):
        _, figures = columns[rule_id]
        beyond[: len(figures), place] = figures
    frame = pd.DataFrame(beyond, columns=list(rule_ids))
    frame.insert(0, "judging_row", np.arange(1, rows + 1))
    return JudgingFrame(form, kind, frame, {rule_id: lines for rule_id, (lines, _) in columns.items()})


def _column(connection: duckdb.DuckDBPyConnection, rule_number: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The lines of a rule that can be judged, and how far they are beyond what it allows."""
    found = connection.execute(
        f"SELECT source_row, beyond FROM lines_to_judge WHERE rule_number = {rule_number}"
    ).fetchnumpy()
    return np.asarray(found["source_row"]), np.asarray(found["beyond"])


def start_marking(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget the failing lines of an earlier check."""
    connection.execute("CREATE OR REPLACE TEMP TABLE failing (source_row BIGINT)")


def mark_failing(
    connection: duckdb.DuckDBPyConnection, frame: JudgingFrame, rule_id: str, judging_rows: Sequence[int]
) -> None:
    """Remember that `rule_id` fails in these rows of the frame."""
    if not judging_rows:
        return
    rows = pa.table({"source_row": frame.sources[rule_id][np.array(judging_rows) - 1]})
    connection.register("marked", rows)
    connection.execute("INSERT INTO failing SELECT source_row FROM marked")
    connection.unregister("marked")


def finish_marking(connection: duckdb.DuckDBPyConnection) -> None:
    """Lay out the marked lines as `marked_lines`, each with what a steward last decided about it."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE failing_lines AS"
        " SELECT line.* FROM failing JOIN judged AS line USING (source_row)"
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE marked_lines AS
        SELECT
            line.*, submission.received_at,
            decided.decision, decided.decided_by, decided.reason AS decided_reason,
            decided.submission_id AS decided_submission_id,
            CASE WHEN {is_accepted("decided", "line")} THEN decided.decided_at END AS settled_at
        FROM {placed("failing_lines")} AS line
        LEFT JOIN warehouse.raw.submissions AS submission USING (submission_id)
        LEFT JOIN {LAST_DECISIONS} AS decided USING (failure_id)
        """
    )


def failing_lines(connection: duckdb.DuckDBPyConnection) -> Iterator[FailingLine]:
    """The marked lines, one per failure, with the values of the newest submission in which it fails.

    A failure is settled by a version in which it no longer fails (`resolved`), by a steward's acceptance of these
    very values (`accepted`) or by stewards' corrections after which it holds (`corrected`); until then it is `open`,
    or `returned` to the commune. It was first seen when the first version in which it fails was received, so that a
    rebuild finds the same.
    """
    in_force = corrections_in_force(connection)
    carried_on = carried_corrections(connection, in_force)
    cursor = connection.execute(
        f"""
        WITH seen AS (
            SELECT *,
                bool_or(is_newest) OVER same_failure AS is_current,
                bool_or(is_newest AND is_last_variant) OVER same_failure AS is_in_effect,
                min(received_at) OVER same_failure AS first_seen_at,
                bool_or(variant = 'sent') OVER (PARTITION BY failure_id, submission_id) AS fails_as_sent
            FROM marked_lines
            WINDOW same_failure AS (PARTITION BY failure_id)
            QUALIFY row_number() OVER (
                PARTITION BY failure_id
                ORDER BY is_newest DESC, version DESC, is_effective DESC, variant DESC, line_number, cells
            ) = 1
        ), problems AS (
            -- A cell may have had more than one problem; the first in the alphabet stands for them.
            SELECT
                rules.rule_id, problems.submission_id, rules.form, problems.sheet, problems.cell, problems.field,
                min_by(problems.message_vi, problems.message_en) AS message_vi,
                min(problems.message_en) AS message_en
            FROM warehouse.raw.problems AS problems
            JOIN judging_rules AS rules
                ON rules.form = problems.form
                AND (rules.kind = 'unread_value' AND problems.severity = 'critical'
                    OR rules.kind = 'noticed' AND list_contains(rules.codes, problems.code))
                -- What is wrong with the whole workbook is of no form.
                OR rules.kind = 'issued_otherwise' AND list_contains(rules.codes, problems.code)
            GROUP BY ALL
        )
        SELECT
            seen.failure_id, {CASE_ID}, seen.rule_id, seen.severity, seen.form,
            commune_key, commune_code, month, seen.submission_id, version, coalesce(seen.sheet, ''),
            coalesce(cells, []), coalesce(cell_name, ''), line_number, coalesce(line_kind, ''),
            coalesce(seen.field, ''), reported, seen.expected, difference,
            CASE
                WHEN NOT is_current THEN 'resolved'
                WHEN NOT is_in_effect THEN 'corrected'
                WHEN settled_at IS NOT NULL THEN 'accepted'
                WHEN decision = 'return' AND decided_submission_id = seen.submission_id THEN 'returned'
                ELSE 'open'
            END,
            first_seen_at,
            coalesce(decision, ''), coalesce(decided_by, ''), coalesce(decided_reason, ''), is_carried_otherwise,
            coalesce(problems.message_vi, ''), coalesce(problems.message_en, ''), fails_as_sent,
            seen.variant,
            CASE WHEN carrying.rule_id IS NOT NULL THEN coalesce(carrying.carried_field, seen.field) END,
            carrying.tolerance, carrying.relative_tolerance, carrying.is_upper
        FROM seen
        LEFT JOIN (
            SELECT rule_id, nullif(other_field, '') AS carried_field, tolerance, relative_tolerance, is_upper
            FROM judging_rules WHERE kind IN ('carry_forward', 'unchanged')
        ) AS carrying ON carrying.rule_id = seen.rule_id
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
        for *row, variant, carried, tolerance, relative_tolerance, is_upper in rows:
            values = dict(zip(_FAILING_COLUMNS, row, strict=True))
            line = FailingLine(**{**values, "cells": tuple(values["cells"])})
            if variant == "corrected":
                line = replace(line, corrections=_of_line(line, in_force))
            if carried:
                line = _as_carried(line, carried_on, carried, tolerance, relative_tolerance or 0.0, is_upper)
            yield line


def _as_carried(
    line: FailingLine,
    carried_on: Mapping[Carried, Correction],
    field: str,
    tolerance: float,
    relative_tolerance: float,
    is_upper: bool,
) -> FailingLine:
    """The line with the steward's value of last month's report that it is compared with, where it holds with what was
    sent there."""
    last_month = line.month - relativedelta(months=1)
    name = line.cell_name.lower()
    last = carried_on.get((line.commune_key, last_month, line.form, field, line.line_kind, name))
    if last is None or line.reported is None or line.expected is None:
        return line
    as_sent = line.expected - last.value_after + (last.value_before or 0.0)
    if beyond(line.reported - as_sent, allowed(as_sent, tolerance, relative_tolerance), is_upper):
        return line
    return replace(line, fails_as_sent=False, corrections=(last, *line.corrections))


def _of_line(line: FailingLine, in_force: Mapping[str, tuple[Correction, ...]]) -> tuple[Correction, ...]:
    """The stewards' values that have to do with a line of a corrected report."""
    of_report = in_force.get(line.submission_id, ())
    addresses = {on_sheet(line.sheet, cell) for cell in line.cells}
    in_cells = tuple(each for each in of_report if each.address in addresses)
    return in_cells or (() if line.fails_as_sent else of_report)
