"""What `inspect` tells of a workbook that was understood by more than listed words."""

from pathlib import Path
from typing import Any

import pytest

from cli import terminal
from ingest.inspect import inspect_files
from tests.ingest.sheets import with_headers
from warehouse.settings import Settings

#: The columns of women and of religious people.
WOMEN, RELIGIOUS = 4, 6


def inspected(settings: Settings, folder: Path, headers: dict[int, str]) -> dict[str, Any]:
    file = folder / "x.xlsx"
    file.write_bytes(with_headers(headers))
    (found,) = inspect_files([file], settings)
    return found


def test_a_column_understood_by_its_parts_is_said_to_be(settings: Settings, tmp_path: Path) -> None:
    (form,) = inspected(settings, tmp_path, {WOMEN: "Chị em phụ nữ"})["forms"]
    assert form["columns"]["women"] == "E"
    assert form["inferred"].keys() == {"E"}
    assert form["inferred"]["E"]["field"] == "women"
    assert form["inferred"]["E"]["evidence_vi"] != form["inferred"]["E"]["evidence_en"] != ""


def test_where_every_word_is_listed_nothing_is_inferred(settings: Settings, tmp_path: Path) -> None:
    (form,) = inspected(settings, tmp_path, {})["forms"]
    assert form["inferred"] == {}


def test_what_is_only_suspected_is_not_inferred(settings: Settings, tmp_path: Path) -> None:
    (form,) = inspected(settings, tmp_path, {WOMEN: "Chị em phụ nữ", RELIGIOUS: "Số chị em"})["forms"]
    assert form["inferred"] == {}
    assert form["unmapped"].keys() == {"E", "G"}


def test_what_stands_among_the_inferred_stands_among_the_columns(settings: Settings, tmp_path: Path) -> None:
    found = inspected(settings, tmp_path, {26: "Ghi chú thêm"})
    assert "column_inferred" in {problem["code"] for problem in found["problems"]}
    (form,) = found["forms"]
    # Words are no figures: neither has a column of remarks.
    assert "note" not in form["columns"]
    assert form["inferred"] == {}


@pytest.mark.parametrize(
    ("language", "said"), [("vi", "23 cột hiểu được (suy ra 1)"), ("en", "understood (1 inferred)")]
)
def test_a_person_is_told_how_many_columns_were_inferred(
    settings: Settings, tmp_path: Path, language: str, said: str
) -> None:
    found = inspected(settings, tmp_path, {WOMEN: "Chị em phụ nữ"})
    assert said in terminal.inspected(found, language)
