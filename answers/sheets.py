"""The sheets of a workbook as they were read: rows and columns as in the spreadsheet, what was typed and what was read,
and for each cell what is the matter with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from reference.cell_address import split
from reference.fields import MONTHLY_FORMS, TRAINING_FORM, field_of
from warehouse.corrections import Correction, corrections_in_force
from warehouse.failure_states import is_unsettled
from warehouse.tables import lines_table

#: What is kept of a class is a code; what stood on the sheet is beside it.
_AS_TYPED = {"class_type": "class_type_text"}
_TEXTS = ("cell_name", "cell_type", "note", "label", "class_type")


@dataclass(frozen=True)
class SheetColumn:
    """A column as it was found; `field` is None where its header was not understood, and nothing was read from it."""

    letter: str
    header: str | None
    field: str | None
    name_vi: str | None
    name_en: str | None
    type: str

    @property
    def is_text(self) -> bool:
        return self.field in _TEXTS


@dataclass(frozen=True)
class SheetCell:
    """`typed` is what a person sees in the cell where that is no plain number; `value` what was read from it."""

    address: str
    value: Any
    typed: str | None

    @property
    def is_unread(self) -> bool:
        return self.value is None and self.typed is not None


@dataclass(frozen=True)
class SheetLine:
    """A row of the form: its number in the spreadsheet, its kind (cell, section, total …), a cell for each column."""

    number: int
    kind: str
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True)
class SheetTable:
    """A form that was found on the sheet."""

    form: str
    columns: tuple[SheetColumn, ...]
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True)
class SheetFailure:
    """An unsettled failure of the version: the cells (addresses on `sheet`, or `Other!B14`), the first is the one that
    it is told of."""

    case_id: str
    severity: str
    sheet: str | None
    cells: tuple[str, ...]
    message_vi: str
    message_en: str
    state: str

    def cells_on(self, sheet: str) -> tuple[str, ...]:
        """The addresses of its cells on that sheet."""
        places = ((split(cell)[0] or self.sheet, split(cell)[1]) for cell in self.cells)
        return tuple(address for where, address in places if where == sheet)


@dataclass(frozen=True)
class ReadingProblem:
    """What the reader had to say of the file, of a sheet or of a cell of it."""

    severity: str
    sheet: str | None
    cell: str | None
    message_vi: str
    message_en: str


def sheet_names(connection: duckdb.DuckDBPyConnection, submission_id: str) -> list[str]:
    """The sheets on which something was read, in the order of their forms."""
    rows = connection.execute(
        "SELECT sheet FROM warehouse.raw.sheets WHERE submission_id = ? GROUP BY sheet ORDER BY min(form), sheet",
        [submission_id],
    ).fetchall()
    return [sheet for (sheet,) in rows]


def tables_on(connection: duckdb.DuckDBPyConnection, submission_id: str, sheet: str) -> tuple[SheetTable, ...]:
    """The forms on this sheet with all of their rows."""
    forms = connection.execute(
        "SELECT form FROM warehouse.raw.sheets WHERE submission_id = ? AND sheet = ? ORDER BY header_first_row, form",
        [submission_id, sheet],
    ).fetchall()
    return tuple(_table(connection, submission_id, sheet, form) for (form,) in forms)


def failures_in(connection: duckdb.DuckDBPyConnection, submission_id: str) -> tuple[SheetFailure, ...]:
    """What is unsettled in the version, the gravest first."""
    rows = connection.execute(
        f"""
        SELECT case_id, severity, sheet, cells, message_vi, message_en, state FROM warehouse.quality.failures
        WHERE submission_id = ? AND {is_unsettled("state")}
        ORDER BY CASE severity WHEN 'critical' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, form, line_number, rule_id
        """,
        [submission_id],
    ).fetchall()
    return tuple(
        SheetFailure(case, severity, sheet, tuple(cells), *rest) for case, severity, sheet, cells, *rest in rows
    )


def problems_in(connection: duckdb.DuckDBPyConnection, submission_id: str) -> tuple[ReadingProblem, ...]:
    """What was noticed while the version was read, the gravest first."""
    rows = connection.execute(
        """
        SELECT severity, sheet, cell, message_vi, message_en FROM warehouse.raw.problems WHERE submission_id = ?
        ORDER BY CASE severity WHEN 'critical' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, sheet, length(cell), cell
        """,
        [submission_id],
    ).fetchall()
    return tuple(ReadingProblem(*row) for row in rows)


def corrections_in(connection: duckdb.DuckDBPyConnection, submission_id: str, sheet: str) -> dict[str, Correction]:
    """Cell of the sheet -> the steward's value that stands in the place of what was sent."""
    standing = corrections_in_force(connection).get(submission_id, ())
    return {each.cell: each for each in standing if each.sheet == sheet}


def _table(connection: duckdb.DuckDBPyConnection, submission_id: str, sheet: str, form: str) -> SheetTable:
    columns = _columns(connection, submission_id, sheet, form)
    name, where = _lines_of(form)
    answer = connection.execute(
        f"SELECT * FROM warehouse.raw.{name} WHERE submission_id = $id AND sheet = $sheet{where} ORDER BY line_number",
        {"id": submission_id, "sheet": sheet, **({"form": form} if where else {})},
    )
    names = [described[0] for described in answer.description or ()]
    lines = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    kept = tuple(column for column in columns if column.field is None or column.field in names)
    return SheetTable(form, kept, tuple(_line(line, kept) for line in lines))


def _lines_of(form: str) -> tuple[str, str]:
    if form in MONTHLY_FORMS:
        return lines_table(form), ""
    return ("training_classes", "") if form == TRAINING_FORM else ("official_lines", " AND form = $form")


def _columns(
    connection: duckdb.DuckDBPyConnection, submission_id: str, sheet: str, form: str
) -> tuple[SheetColumn, ...]:
    rows = connection.execute(
        "SELECT column_letter, header, field FROM warehouse.raw.column_map"
        " WHERE submission_id = ? AND sheet = ? AND form = ? ORDER BY length(column_letter), column_letter",
        [submission_id, sheet, form],
    ).fetchall()
    found = []
    for letter, header, name in rows:
        field = field_of(form, name)
        names = (field.name_vi, field.name_en, field.type) if field else (None, None, "")
        found.append(SheetColumn(letter, header, name, *names))
    return tuple(found)


def _line(line: Mapping[str, Any], columns: Sequence[SheetColumn]) -> SheetLine:
    typed = json.loads(line["typed"]) if line["typed"] else {}
    number = line["sheet_row"]
    return SheetLine(
        number,
        line.get("kind") or "indicator",
        tuple(
            SheetCell(
                f"{column.letter}{number}",
                _value(line, column.field),
                typed.get(column.field) if column.field else None,
            )
            for column in columns
        ),
    )


def _value(line: Mapping[str, Any], field: str | None) -> Any:
    value = line.get(_AS_TYPED.get(field or "", field or ""))
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value
