"""An answer as a file or as text: CSV, lines of JSON, a workbook, Parquet. A file is whole, or it is not there."""

import csv
import json
import math
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from reference.trouble import Trouble
from warehouse.files import naming
from warehouse.query import Answer

#: What a sheet of a workbook, and one of its cells, can hold.
_SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767
#: Whole numbers beyond this lose digits in a spreadsheet program.
_EXACT = 2**53
#: What a spreadsheet program takes for the beginning of a formula, and the numbers that begin so, too.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[-+]?[0-9 .,]*%?")


class TooManyRows(Trouble, ValueError):
    """The answer does not fit into a sheet; the text is the number of rows that would."""

    text = "error_too_many_rows"


def write_csv(answer: Answer, out: TextIO, *, is_for_spreadsheets: bool = False) -> int:
    """Header and rows; nothing where there is no value. Returns the number of rows.

    For spreadsheet programs a text that they would take for a formula has an apostrophe before it.
    """
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(answer.schema.names)
    written = _harmless if is_for_spreadsheets else _text
    return _each(answer, lambda values: lines.writerow(["" if value is None else written(value) for value in values]))


def write_json(answer: Answer, out: TextIO) -> int:
    """One JSON object a row and line. Returns the number of rows."""
    names = _apart(answer.schema.names)

    def write(values: list[Any]) -> None:
        row = dict(zip(names, (_plain(value) for value in values), strict=True))
        out.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")

    return _each(answer, write)


def write_file(answer: Answer, path: Path) -> int:
    """The answer as the file that the name's ending (one of WRITERS) says. Returns the number of rows.

    Raises TooManyRows, OSError that names the file.
    """
    write = WRITERS[path.suffix.lower()]
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with naming(path, unfinished):
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = write(answer, unfinished)
            unfinished.replace(path)
        return rows
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _write_csv_file(answer: Answer, path: Path) -> int:
    with path.open("w", encoding="utf-8", newline="") as out:
        return write_csv(answer, out)


def _write_parquet(answer: Answer, path: Path) -> int:
    rows = 0
    schema = pa.schema(
        [field.with_name(name) for field, name in zip(answer.schema, _apart(answer.schema.names), strict=True)]
    )
    with pq.ParquetWriter(path, schema, compression="zstd") as out:
        for batch in answer.batches:
            out.write_batch(batch.rename_columns(schema.names))
            rows += batch.num_rows
    return rows


def _write_workbook(answer: Answer, path: Path) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Admissions")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name) for name in answer.schema.names])
    rows = 0

    def write(values: list[Any]) -> None:
        nonlocal rows
        rows += 1
        if rows >= _SHEET_ROWS:
            raise TooManyRows(str(_SHEET_ROWS - 1))
        sheet.append([_cell(sheet, value) for value in values])

    try:
        _each(answer, write)
    except BaseException:
        # What it has written so far lies in a folder for temporary files until it is closed.
        with suppress(OSError):
            sheet.close()
        raise
    book.save(path)
    return rows


WRITERS: Mapping[str, Callable[[Answer, Path], int]] = {
    ".csv": _write_csv_file,
    ".xlsx": _write_workbook,
    ".parquet": _write_parquet,
}


def _each(answer: Answer, write: Callable[[list[Any]], object]) -> int:
    rows = 0
    for batch in answer.batches:
        columns = [column.to_pylist() for column in batch.columns]
        for values in zip(*columns, strict=True):
            write(list(values))
        rows += batch.num_rows
    return rows


def _apart(names: list[str]) -> list[str]:
    """The names; those that occur twice are told apart by a number."""
    found: list[str] = []
    for name in names:
        chosen, number = name, 1
        while chosen in found:
            number += 1
            chosen = f"{name}_{number}"
        found.append(chosen)
    return found


def _plain(value: Any) -> Any:
    """A value as JSON has it: days and moments as text, what is no finite number as nothing."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(_plain(value), ensure_ascii=False)
    return str(value)


def _harmless(value: Any) -> str:
    """Texts come from workbooks of others; what begins so is run where the file is opened, unless it is a number."""
    text = _text(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Cell:
    """A cell that shows the value as it is: a text that begins with = is no formula."""
    if isinstance(value, Decimal):
        value = _plain(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)
    fits = value is None or isinstance(value, bool | date | datetime | time)
    fits = fits or (isinstance(value, int) and abs(value) <= _EXACT)
    fits = fits or (isinstance(value, float) and math.isfinite(value))
    if fits:
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", _text(value))[:_CELL_CHARACTERS])
    cell.data_type = "s"
    return cell
