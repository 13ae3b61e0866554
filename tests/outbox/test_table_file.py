"""An answer as CSV, JSON, a workbook and Parquet: the same rows in each, and half a file never."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outbox import table_file
from outbox.table_file import TooManyRows, write_csv, write_file, write_json
from warehouse.query import Answer

ROWS = pa.table(
    {
        "name": ["Tân Phong", "=1+1", None],
        "month": [date(2020, 8, 1), None, date(2020, 9, 1)],
        "admitted": [4, None, 0],
        "attainment": [1.0625, float("nan"), None],
        "cells": [["D12", "D13"], None, []],
    }
)


def answer(table: pa.Table = ROWS) -> Answer:
    return Answer(table.schema, iter(table.to_batches()))


def test_csv_has_a_header_and_leaves_blank_what_is_not_there() -> None:
    text = io.StringIO()
    assert write_csv(answer(), text) == 3
    assert text.getvalue().splitlines() == [
        "name,month,admitted,attainment,cells",
        'Tân Phong,2020-08-01,4,1.0625,"[""D12"", ""D13""]"',
        "=1+1,,,nan,",
        ",2020-09-01,0,,[]",
    ]


def test_csv_for_spreadsheets_has_no_text_that_is_run() -> None:
    texts = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "-2", "+1,5", "−3", "Tổ 1 = 2", "Chi bộ"]
    out = io.StringIO(newline="")
    write_csv(answer(pa.table({"text": texts, "number": [-1] * len(texts)})), out, is_for_spreadsheets=True)
    written = [row[0] for row in csv.reader(out.getvalue().splitlines()[1:])]
    assert written == [f"'{text}" for text in texts[:5]] + texts[5:]
    assert ",-1\n" in out.getvalue()


def test_json_is_an_object_a_line_that_any_program_reads() -> None:
    text = io.StringIO()
    assert write_json(answer(), text) == 3
    rows = [json.loads(line) for line in text.getvalue().splitlines()]
    assert rows[0] == {
        "name": "Tân Phong",
        "month": "2020-08-01",
        "admitted": 4,
        "attainment": 1.0625,
        "cells": ["D12", "D13"],
    }
    assert (rows[1]["attainment"], rows[2]["admitted"]) == (None, 0)


def test_names_that_stand_there_twice_are_told_apart() -> None:
    text = io.StringIO()
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["n", "n"])
    write_json(answer(twice), text)
    assert json.loads(text.getvalue()) == {"n": 1, "n_2": 2}


def test_a_workbook_has_numbers_days_and_texts_and_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "out" / "answer.xlsx"
    assert write_file(answer(), path) == 3
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["name", "month", "admitted", "attainment", "cells"]
    assert rows[1] == ["Tân Phong", datetime(2020, 8, 1), 4, 1.0625, '["D12", "D13"]']
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert rows[3][:4] == [None, datetime(2020, 9, 1), 0, None]


def test_parquet_keeps_the_types(tmp_path: Path) -> None:
    path = tmp_path / "answer.parquet"
    assert write_file(answer(), path) == 3
    back = pq.read_table(path)
    assert back.schema == ROWS.schema
    assert back.column("admitted").to_pylist() == [4, None, 0]


@contextmanager
def failing_in_the_middle() -> Iterator[Answer]:
    def batches() -> Iterator[pa.RecordBatch]:
        yield from ROWS.to_batches()
        raise ValueError("in the middle")

    yield Answer(ROWS.schema, batches())


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_a_file_is_whole_or_it_is_the_one_before(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"answer{ending}"
    path.write_text("before")
    with failing_in_the_middle() as broken, pytest.raises(ValueError, match="in the middle"):
        write_file(broken, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"folder{ending}"
    path.mkdir()
    with pytest.raises(OSError, match="directory") as failed:
        write_file(answer(), path)
    assert failed.value.filename == str(path)


def test_more_rows_than_a_sheet_holds_are_no_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "_SHEET_ROWS", 3)
    with pytest.raises(TooManyRows, match="2"):
        write_file(answer(), tmp_path / "answer.xlsx")
    assert list(tmp_path.iterdir()) == []
