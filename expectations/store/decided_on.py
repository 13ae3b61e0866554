"""What a decision is about: failures by id, and what stands in a cell of their workbook."""

import json
from dataclasses import dataclass
from datetime import date

import duckdb

from reference.cell_address import on_sheet, on_sheet_sql
from reference.communes import all_communes
from reference.fields import MONTHLY_FORMS, field_of
from reference.naming import SeveralCommunesMeant, listed, meant
from warehouse.failure_states import is_unsettled
from warehouse.last_decision import LAST_DECISIONS
from warehouse.stored.columns import columns_of, select_list
from warehouse.tables import lines_table


@dataclass(frozen=True)
class FailureToDecide:
    """A failure as it stands, with the cells involved (`D14`, another sheet's `Sheet!D14`) and the last decision."""

    failure_id: str
    case_id: str
    rule_id: str
    form: str
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


@dataclass(frozen=True)
class ProposedCell:
    """A cell that a proposed repair changes, and the failures that go with it."""

    submission_id: str
    sheet: str
    cell: str
    value_before: float | None
    value_after: float
    settles: tuple[str, ...]


@dataclass(frozen=True)
class FigureInCell:
    """What a cell of a monthly form holds: the type of its column, and the value (None: blank, or no number)."""

    type: str
    value: float | None


_COLUMNS = columns_of(FailureToDecide)
_SELECTED = select_list(
    FailureToDecide,
    "failures",
    form="coalesce(failures.form, '')",
    sheet="coalesce(failures.sheet, '')",
    last_decision="last.decision",
    last_decided_by="last.decided_by",
)


def failures_like(connection: duckdb.DuckDBPyConnection, beginning: str) -> tuple[FailureToDecide, ...]:
    """The failures whose id begins like this, or of the case of this id."""
    return _failures(
        connection,
        "starts_with(failures.failure_id, $beginning) OR failures.case_id = $beginning",
        {"beginning": beginning},
    )


def failures_of_rule(
    connection: duckdb.DuckDBPyConnection, rule_id: str, commune: str | None, month: date | None
) -> tuple[FailureToDecide, ...]:
    """The failures of a rule that no resubmission has settled; of one commune (code or name), of one month, if asked.

    Raises SeveralCommunesMeant where the name fits more than one of those that have such failures.
    """
    found = _failures(
        connection,
        "failures.rule_id = $rule AND failures.state <> 'resolved'"
        " AND failures.month = coalesce($month, failures.month)",
        {"rule": rule_id, "month": month},
    )
    if commune is None:
        return found
    names = {each.key: each.name for each in all_communes()}
    found = tuple(meant(commune, found, lambda each: (each.commune_code, names.get(each.commune_key, ""))))
    named = {(each.commune_code, names.get(each.commune_key, "")) for each in found}
    if len({name for _, name in named}) > 1 and commune not in {code for code, _ in named}:
        raise SeveralCommunesMeant(listed(sorted(named)))
    return found


def corrected_under(connection: duckdb.DuckDBPyConnection, failure: FailureToDecide) -> tuple[FailureToDecide, ...]:
    """The failures under which cells of this one are corrected: one cell's value may settle several failures, and is
    kept with one of them."""
    return _failures(
        connection,
        f"""
        failures.failure_id <> $failure_id AND last.decision = 'correct' AND failures.failure_id IN (
            SELECT failure_id FROM warehouse.quality.decisions
            WHERE decision = 'correct' AND submission_id = $submission_id
                AND list_contains($cells, {on_sheet_sql()})
        )
        """,
        {
            "failure_id": failure.failure_id,
            "submission_id": failure.submission_id,
            "cells": [on_sheet(failure.sheet, cell) for cell in failure.cells],
        },
    )


def proposed_cells(connection: duckdb.DuckDBPyConnection, case_id: str, rank: int) -> tuple[ProposedCell, ...]:
    """The cells of a case's proposed repair, those that are wrong before those that follow."""
    rows = connection.execute(
        f"""
        SELECT {select_list(ProposedCell, "proposals")}
        FROM warehouse.quality.proposals AS proposals
        WHERE case_id = ? AND rank = ?
        ORDER BY slip = 'follows', sheet, cell
        """,
        [case_id, rank],
    ).fetchall()
    return tuple(
        ProposedCell(submission_id, sheet, cell, before, after, tuple(settles))
        for submission_id, sheet, cell, before, after, settles in rows
    )


def _failures(
    connection: duckdb.DuckDBPyConnection, condition: str, values: dict[str, object]
) -> tuple[FailureToDecide, ...]:  # fmt: skip
    rows = connection.execute(
        f"""
        SELECT {_SELECTED}
        FROM warehouse.quality.failures AS failures
        LEFT JOIN {LAST_DECISIONS} AS last USING (failure_id)
        WHERE {condition}
        ORDER BY failures.failure_id
        """,
        values,
    ).fetchall()
    found = (dict(zip(_COLUMNS, row, strict=True)) for row in rows)
    return tuple(FailureToDecide(**{**each, "cells": tuple(each["cells"])}) for each in found)


def figure_in_cell(
    connection: duckdb.DuckDBPyConnection, submission_id: str, sheet: str, column: str, row: int
) -> FigureInCell | None:
    """What is read from that cell for a field of a monthly form; None where nothing is."""
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
            field = field_of(form, found[0])
            value = json.loads(found[1]).get(found[0])
            return FigureInCell(
                field.type if field else "", None if value is None or isinstance(value, str) else float(value)
            )
    return None


def open_failures_of(connection: duckdb.DuckDBPyConnection, commune_key: str, month: date) -> dict[str, str]:
    """failure_id -> Vietnamese or English sentences (parted by a line break) of what is open in that month."""
    return dict(
        connection.execute(
            "SELECT failure_id, message_vi || chr(10) || message_en FROM warehouse.quality.failures"
            f" WHERE commune_key = ? AND month = ? AND {is_unsettled('state')}",
            [commune_key, month],
        ).fetchall()
    )
