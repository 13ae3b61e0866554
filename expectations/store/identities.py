"""What a repair starts from and what becomes of it: identities and figures of the cases out, proposals and doubts in.

Months are taken in their order: what is proposed for one month is what the next one is compared with.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date

import duckdb

from expectations.beyond import beyond_sql
from expectations.store.judging import is_accepted
from expectations.store.places import placed
from reference.fields import MONTHLY_FORMS, number_fields_of
from warehouse.case_id import case_id
from warehouse.last_decision import LAST_DECISIONS
from warehouse.rows import insert
from warehouse.stored.quality import DoubtRow, ProposalRow

#: Cases that are in memory at once: their figures are many.
_AT_ONCE = 50

#: Whether a comparison with the month before holds with one of the figures that are proposed there.
_HOLDS_AS_PROPOSED = (
    f"len(list_filter(expected_as_proposed, lambda e: {beyond_sql('(reported - e)', 'e', 'compared')} = 0)) > 0"
)

#: Months of one commune that are judged anew by this check.
IN_HAND = """EXISTS (
    FROM warehouse.intermediate.int_touched_months AS touched
    WHERE touched.commune_key = kept.commune_key AND touched.month = kept.month
)"""


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """A reconciliation of a case as it is judged.

    `allowed` is how far off it may be, `beyond` how far it is beyond that (0: it holds), `difference` what its figures
    make. `cells` are addresses (`B14`, another sheet's `Sheet!B14`), `signs` those with which their figures stand in
    the difference, as far as the sheet has the columns.
    """

    failure_id: str
    rule_id: str
    kind: str
    severity: str
    allowed: float
    sheet: str
    cell_name: str
    cells: tuple[str, ...]
    signs: tuple[int, ...]
    expected: float | None
    difference: float | None
    beyond: float


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A cell of the sheet whose column holds figures; what stands in it and was not read is no figure, and has no row.
    `before` is the same line's figure of the month before (0 where it was blank, None where there was no such line, or
    it was not read)."""

    sheet: str
    cell: str
    form: str
    field: str
    type: str
    line_kind: str
    line_number: int
    cell_name: str
    cell_match: str
    namesake: int
    value: float | None
    before: float | None


@dataclass(frozen=True)
class CaseRows:
    """A commune's month in which something does not hold."""

    case_id: str
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    identities: tuple[IdentityRow, ...]
    figures: tuple[FigureRow, ...]


def forget_what_is_in_hand(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what an earlier check proposed for the months that are judged now."""
    for table in ("proposals", "doubts", "shadows"):
        connection.execute(f"DELETE FROM warehouse.quality.{table} AS kept WHERE {IN_HAND}")


def months_with_doubts(connection: duckdb.DuckDBPyConnection) -> set[date]:
    """The months in which a figure is in doubt that a month judged now is compared with."""
    rows = connection.execute(
        """
        SELECT DISTINCT doubt.month
        FROM warehouse.quality.doubts AS doubt
        JOIN warehouse.intermediate.int_touched_months AS touched
            ON touched.commune_key = doubt.commune_key
            AND CAST(touched.month - INTERVAL 1 MONTH AS DATE) = doubt.month
        """
    ).fetchall()
    return {month for (month,) in rows}


def months_with_differences(connection: duckdb.DuckDBPyConnection, kinds: Sequence[str]) -> set[date]:
    """The months in which an identity of one of `kinds` does not hold, as far as what was sent tells."""
    rows = connection.execute(
        "SELECT DISTINCT month FROM judged WHERE is_effective AND list_contains($kinds, kind) AND beyond > 0",
        {"kinds": list(kinds)},
    ).fetchall()
    return {month for (month,) in rows}


def carry_otherwise(connection: duckdb.DuckDBPyConnection, month: date) -> None:
    """Compare `month` with what is proposed for the month before, where a figure there is in doubt.

    What agrees neither with what was sent nor with what is proposed is compared with the proposal, if there is one
    clear one, and is not judged otherwise. A comparison that fails by what was sent and holds by what is proposed is a
    shadow of last month's slip: quality.shadows keeps it. A report that is another's casts none.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE carried_on AS
        FROM judged WHERE month = $month AND kind IN ('carry_forward', 'unchanged') AND beyond > 0
        """,
        {"month": month},
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE compared AS
        SELECT
            line.source_row, line.rule_id, line.commune_key, line.commune_code, line.month, line.submission_id,
            line.is_effective, line.sheet, line.cells[1] AS cell, line.cell_name, line.field, line.reported,
            line.expected AS expected_as_sent, doubt.is_clear AND len(doubt.proposed) > 0 AS is_clear,
            doubt.is_clear AND doubt.form IS NULL AS is_of_another,
            list_transform(doubt.proposed, lambda p: line.expected + p - doubt.value) AS expected_as_proposed,
            rule.tolerance, rule.relative_tolerance, rule.is_upper
        FROM {placed("carried_on")} AS line
        JOIN judging_rules AS rule USING (rule_id)
        JOIN warehouse.intermediate.int_report_lines AS place USING (line_id)
        JOIN warehouse.quality.doubts AS doubt
            ON doubt.commune_key = line.commune_key
            AND doubt.month = CAST(line.month - INTERVAL 1 MONTH AS DATE)
            AND coalesce(doubt.form, line.form) = line.form
            AND coalesce(doubt.line_kind, place.line_kind) = place.line_kind
            AND coalesce(doubt.cell_match, place.cell_match) = place.cell_match
            AND coalesce(doubt.namesake, place.namesake) = place.namesake
            AND coalesce(doubt.field, rule.other_field, line.field) = coalesce(rule.other_field, line.field)
        -- Doubts are about the newest report; where an older one counts, this month is compared with that.
        JOIN warehouse.intermediate.int_report_versions AS doubted
            ON doubted.commune_key = doubt.commune_key AND doubted.month = doubt.month
            AND doubted.is_effective AND doubted.is_in_force
        -- A sum that begins again owes nothing to the month before.
        WHERE NOT (rule.reset_at = 'year' AND month(line.month) = 1)
        QUALIFY row_number() OVER (
            PARTITION BY line.source_row ORDER BY len(doubt.proposed) DESC, doubt.form NULLS LAST
        ) = 1
        """
    )
    connection.execute(
        f"""
        INSERT INTO carried
        SELECT
            source_row,
            CASE
                WHEN {_HOLDS_AS_PROPOSED} THEN reported
                WHEN is_clear THEN expected_as_proposed[1]
            END
        FROM compared
        """
    )
    connection.execute(
        f"""
        INSERT INTO warehouse.quality.shadows BY NAME
        SELECT
            rule_id, commune_key, commune_code, month, submission_id, sheet, cell, cell_name, field, reported,
            expected_as_sent, CASE WHEN len(expected_as_proposed) > 0 THEN reported END AS expected_as_proposed
        FROM compared
        WHERE is_effective AND NOT is_of_another AND ({_HOLDS_AS_PROPOSED} OR NOT is_clear)
        ORDER BY ALL
        """
    )


def broken_cases(connection: duckdb.DuckDBPyConnection, month: date, kinds: Sequence[str]) -> Iterator[CaseRows]:
    """The commune-months of `month` in which an identity of one of `kinds` does not hold, with all their identities and
    figures. What a steward has accepted, with these values, is left out."""
    # What is switched off or cannot be judged is no identity.
    of_month = "month = $month AND is_effective AND list_contains($kinds, kind) AND submission_number IS NOT NULL"
    values = {"month": month, "kinds": list(kinds)}
    connection.execute(f"CREATE OR REPLACE TEMP TABLE differing AS FROM judged WHERE {of_month} AND beyond > 0", values)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE broken AS
        SELECT
            commune_key, any_value(commune_code) AS commune_code, any_value(submission_id) AS submission_id,
            any_value(submission_number) AS submission_number,
            row_number() OVER (ORDER BY any_value(commune_code), commune_key) AS place
        FROM {_not_accepted("differing")}
        GROUP BY commune_key
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE compared_of_broken AS
        FROM judged
        WHERE {of_month} AND beyond IS NOT NULL AND commune_key IN (SELECT broken.commune_key FROM broken)
        """,
        values,
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE identities AS
        SELECT
            commune_key, failure_id, rule_id, kind, severity, allowed, beyond, coalesce(sheet, '') AS sheet,
            coalesce(cell_name, '') AS cell_name, coalesce(cells, []) AS cells, signs, expected,
            CASE WHEN reported IS NOT NULL OR difference IS NOT NULL
                THEN coalesce(reported, 0) - expected END AS difference
        FROM {_not_accepted("compared_of_broken")}
        """
    )
    number = connection.execute("SELECT count(*) FROM broken").fetchone()
    for start in range(0, number[0] if number else 0, _AT_ONCE):
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE cases AS FROM broken WHERE place > $start AND place <= $start + $number",
            {"start": start, "number": _AT_ONCE},
        )
        identities = _identities(connection)
        figures = _figures(connection, month)
        for key, code, submission_id in connection.execute(
            "SELECT commune_key, commune_code, submission_id FROM cases ORDER BY place"
        ).fetchall():
            case = case_id(code, month)
            yield CaseRows(
                case, key, code, month, submission_id, tuple(identities.pop(key, ())), tuple(figures.pop(key, ()))
            )


def _not_accepted(lines: str) -> str:
    """SQL: the lines with their places, without those that a steward has accepted with these values."""
    return f"""(
        SELECT line.*
        FROM {placed(lines)} AS line
        LEFT JOIN {LAST_DECISIONS} AS decided USING (failure_id)
        WHERE NOT {is_accepted("decided", "line")}
    )"""


def _identities(connection: duckdb.DuckDBPyConnection) -> dict[str, list[IdentityRow]]:
    found: dict[str, list[IdentityRow]] = defaultdict(list)
    columns = [field.name for field in fields(IdentityRow)]
    cursor = connection.execute(
        f"SELECT commune_key, {', '.join(columns)} FROM identities JOIN cases USING (commune_key)"
        " ORDER BY commune_key, rule_id, sheet, cells"
    )
    while rows := cursor.fetchmany(10_000):
        for key, *values in rows:
            row = dict(zip(columns, values, strict=True))
            found[key].append(IdentityRow(**{**row, "cells": tuple(row["cells"]), "signs": tuple(row["signs"])}))
    return found


def _figures(connection: duckdb.DuckDBPyConnection, month: date) -> dict[str, list[FigureRow]]:
    """commune_key -> its figures, sheet by sheet, from the top and from the left."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE compared_with AS
        SELECT versions.submission_number, cases.commune_key
        FROM warehouse.intermediate.int_report_versions AS versions
        JOIN cases USING (commune_key)
        WHERE versions.month = CAST($month - INTERVAL 1 MONTH AS DATE) AND versions.is_in_force
        """,
        {"month": month},
    )
    found: dict[str, list[FigureRow]] = defaultdict(list)
    for form in MONTHLY_FORMS:
        types = {field.name: field.type for field in number_fields_of(form) if field.type != "flag"}
        now, before = _long(form, types, "cases"), _long(form, types, "compared_with")
        cursor = connection.execute(
            f"""
            WITH now AS ({now}), before AS ({before})
            SELECT
                now.commune_key, now.sheet, now.column_letter || now.sheet_row AS cell, '{form}', now.field, '',
                now.line_kind, now.line_number, coalesce(now.cell_name, ''), now.cell_match, now.namesake, now.value,
                CASE WHEN before.commune_key IS NOT NULL THEN coalesce(before.value, 0) END
            FROM now
            LEFT JOIN before
                ON before.commune_key = now.commune_key
                AND before.line_kind = now.line_kind
                AND before.cell_match = now.cell_match
                AND before.namesake = now.namesake
                AND before.field = now.field
            ORDER BY now.commune_key, now.line_number, length(now.column_letter), now.column_letter
            """
        )
        while rows := cursor.fetchmany(10_000):
            for key, sheet, cell, of_form, field, _, *rest in rows:
                found[key].append(FigureRow(sheet, cell, of_form, field, types[field], *rest))
    return found


def _long(form: str, fields: Iterable[str], reports: str) -> str:
    """The lines of the reports in a table, a row a figure: blanks included, what was not read left out."""
    names = ", ".join(fields)
    doubles = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in fields)
    table = "int_lines_" + form.lower().replace("-", "")
    return f"""
        SELECT figures.*, letters.column_letter
        FROM (
            FROM (
                SELECT
                    reports.commune_key, lines.line_id, lines.submission_number, places.sheet, places.sheet_row,
                    places.line_kind, places.line_number, places.cell_name, places.cell_match, places.namesake,
                    {doubles}
                FROM warehouse.intermediate.{table} AS lines
                JOIN {reports} AS reports USING (submission_number)
                JOIN warehouse.intermediate.int_report_lines AS places USING (line_id)
            ) UNPIVOT INCLUDE NULLS (value FOR field IN ({names}))
        ) AS figures
        JOIN warehouse.intermediate.int_column_letters AS letters
            ON letters.submission_number = figures.submission_number
            AND letters.form = '{form}' AND letters.field = figures.field
        ANTI JOIN warehouse.intermediate.int_unread_figures AS unread
            ON unread.line_id = figures.line_id AND unread.field = figures.field"""


def keep_proposals(connection: duckdb.DuckDBPyConnection, rows: Sequence[ProposalRow]) -> None:
    """Add to quality.proposals."""
    insert(connection, "warehouse.quality.proposals", ProposalRow, rows)


def keep_doubts(connection: duckdb.DuckDBPyConnection, rows: Sequence[DoubtRow]) -> None:
    """Add to quality.doubts."""
    insert(connection, "warehouse.quality.doubts", DoubtRow, rows)
