"""What a report and a case show, as a table for a spreadsheet program: each cell of the sheet, each failure."""

from datetime import date
from decimal import Decimal
from typing import Any

from answers.cases import CaseView
from answers.sheets import SheetCell, SheetTable
from portal.deciding import failures_of
from portal.tables import Column, TableOf, table_of
from portal.view import View

_CELLS = (
    Column("form", "words_form"),
    Column("sheet", "trace_sheet"),
    Column("row", "report_row", "count"),
    Column("kind", "report_row"),
    Column("cell", "report_cell"),
    Column("field", "report_figure"),
    Column("value", "trace_value", "figure"),
    Column("text", "trace_value"),
    Column("as_typed", "trace_typed"),
)
_FAILURES = (
    Column("failure_id", "queue_failures"),
    Column("severity", "queue_failures"),
    Column("state", "queue_state"),
    Column("rule_id", "dictionary_rule"),
    Column("form", "words_form"),
    Column("sheet", "trace_sheet"),
    Column("cells", "report_cell"),
    Column("cell_name", "trace_line"),
    Column("reported", "trace_value", "figure"),
    Column("expected", "trace_value", "figure"),
    Column("difference", "trace_value", "figure"),
    Column("message", "queue_causes"),
)


def cells_table(
    view: View, code: str, month: date, version: int, sheet: str, tables: tuple[SheetTable, ...]
) -> TableOf:
    """A row for each cell of the sheet that was read, in the sheet's order; nothing where a cell was blank."""
    cells = [
        (table, line, column, cell)
        for table in tables
        for line in table.lines
        for column, cell in zip(table.columns, line.cells, strict=True)
        if column.field is not None
    ]
    rows: dict[str, list[Any]] = {
        "form": [table.form for table, *_ in cells],
        "sheet": [sheet] * len(cells),
        "row": [line.number for _, line, *_ in cells],
        "kind": [line.kind for _, line, *_ in cells],
        "cell": [cell.address for *_, cell in cells],
        "field": [view.told(column.name_vi or "", column.name_en or "") or column.field for *_, column, _ in cells],
        "value": [cell.value if _is_number(cell) else None for *_, cell in cells],
        "text": [_text(view, cell) for *_, cell in cells],
        "as_typed": [cell.typed for *_, cell in cells],
    }
    return table_of(f"{code}-{month:%Y-%m}-{version}", _CELLS, rows, {"row": "INTEGER", "value": "DOUBLE"})


def failures_table(view: View, case: CaseView) -> TableOf:
    """A row for each failure of the case, those that are settled, too."""
    found = failures_of(case)
    rows: dict[str, list[Any]] = {
        "failure_id": [each.failure_id for each in found],
        "severity": [view.say(f"severity_{each.severity}") for each in found],
        "state": [view.say(f"state_{each.state}") for each in found],
        "rule_id": [each.rule_id for each in found],
        "form": [each.form for each in found],
        "sheet": [each.sheet for each in found],
        "cells": [", ".join(each.cells) for each in found],
        "cell_name": [each.cell_name for each in found],
        "reported": [each.reported for each in found],
        "expected": [each.expected for each in found],
        "difference": [each.difference for each in found],
        "message": [view.told(each.message_vi, each.message_en) for each in found],
    }
    numbers = dict.fromkeys(("reported", "expected", "difference"), "DOUBLE")
    return table_of(case.case_id, _FAILURES, rows, numbers)


def _is_number(cell: SheetCell) -> bool:
    return isinstance(cell.value, int | float | Decimal) and not isinstance(cell.value, bool)


def _text(view: View, cell: SheetCell) -> str | None:
    if isinstance(cell.value, bool):
        return view.say("yes" if cell.value else "no")
    return None if cell.value is None or _is_number(cell) else str(cell.value)
