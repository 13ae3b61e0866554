"""Many rows take another way into the store than few; what is stored, and what is refused, is the same."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.store.bulk import MANY
from ingest.store.intake import Batch, NotStorable, prepare, write_batch
from warehouse.connections import writing
from warehouse.settings import Settings, load_settings

Row = dict[str, Any]


def _lines(count: int) -> list[Row]:
    """Lines of KN-3 that hold something of each type, and blanks of each."""
    return [
        {
            "submission_id": "a" * 64,
            "line_number": number,
            "sheet": "Đảng viên",
            "sheet_row": number + 8,
            "kind": "cell",
            "section_line": None if number % 2 else 1,
            "cell_name": f"Chi bộ “Bản {number}”, \\ \n",
            "opening": 40 if number % 3 else None,
            "mean_age": 41.5 + number if number % 5 else None,
            "head_is_member": (None, True, False)[number % 3],
            "typed": None,
        }
        for number in range(1, count + 1)
    ]


def _submissions(count: int) -> list[Row]:
    return [
        {
            "submission_id": f"{number:064}",
            "kind": "report",
            "file_name": "kn.xlsx",
            "path": f"{number}/kn.xlsx",
            "bytes": 2**40 + number,
            "modified_at": datetime(2020, 6, 3, 1, 2, 3, number),
            "received_at": datetime(2020, 6, 3, 1, 2, 3),
            "status": "accepted",
            "commune_key": f"commune {number}",
            "month": date(2020, 5, 1),
        }
        for number in range(1, count + 1)
    ]


def _home(folder: Path) -> Settings:
    return load_settings({"ADMISSIONS_HOME": str(folder)}, folder)


def _stored(settings: Settings, table: str, batches: Sequence[list[Row]]) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        prepare(connection)
        for rows in batches:
            write_batch(connection, Batch({table: rows}), settings.home)
        return connection.execute(f"FROM warehouse.raw.{table} ORDER BY ALL").fetchall()


@pytest.mark.parametrize(("table", "made"), [("report_lines_kn3", _lines), ("submissions", _submissions)])
def test_many_rows_are_stored_as_they_are_a_few_at_a_time(
    tmp_path: Path, table: str, made: Callable[[int], list[Row]]
) -> None:
    rows = made(MANY)
    at_once = _stored(_home(tmp_path / "at once"), table, [rows])
    few = [rows[begin : begin + 500] for begin in range(0, MANY, 500)]
    assert len(at_once) == MANY
    assert at_once == _stored(_home(tmp_path / "few"), table, few)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("mean_age", float("nan")),
        ("mean_age", float("inf")),
        ("opening", 2**63),
        ("opening", "forty"),
        ("sheet", "half a letter \ud800"),
    ],
)
@pytest.mark.parametrize("count", [10, MANY])
def test_a_value_that_its_column_cannot_hold_is_refused_among_few_and_among_many(
    tmp_path: Path, column: str, value: object, count: int
) -> None:
    rows = _lines(count)
    rows[count // 2][column] = value
    settings = _home(tmp_path)
    with pytest.raises(NotStorable, match="report_lines_kn3"):
        _stored(settings, "report_lines_kn3", [rows])
    assert _stored(settings, "report_lines_kn3", []) == []


def test_no_file_is_left_behind(tmp_path: Path) -> None:
    settings = _home(tmp_path)
    _stored(settings, "report_lines_kn3", [_lines(MANY)])
    assert not list(tmp_path.glob(".incoming-*"))


def test_many_rows_do_not_go_through_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.store.intake._json_source", _never)
    assert len(_stored(_home(tmp_path), "report_lines_kn3", [_lines(MANY)])) == MANY
    with pytest.raises(AssertionError):
        _stored(_home(tmp_path), "report_lines_kn3", [_lines(10)])


def _never(*given: object, **named: object) -> str:
    raise AssertionError("through JSON")
