"""Workbooks with one odd thing in them, after faults that people reported to spreadsheet libraries and data portals.

The files are those of `tests/fixtures/odd_workbooks`: a sample workbook each, with one thing changed.
"""

from datetime import date
from pathlib import Path

import pytest

from ingest.model import Problem, Reading
from ingest.reader import Context, read_workbook

FOLDER = Path(__file__).parent.parent / "fixtures" / "odd_workbooks"
CONTEXT = Context("district:105", date(2026, 1, 6))


def read(name: str) -> Reading:
    return read_workbook((FOLDER / name).read_bytes(), name, CONTEXT)


def said(reading: Reading, code: str) -> list[Problem]:
    return [found for found in reading.problems if found.code == code]


@pytest.mark.parametrize(
    "name", ["date cell as title KN_DongPhong_2020-06.xlsx", "typo in the month XaSanThang_KN_06.2020.xlsx"]
)
def test_the_month_is_the_title_s_and_not_the_file_name_s(name: str) -> None:
    reading = read(name)
    assert (reading.status, reading.month) == ("read", date(2020, 5, 1))
    (found,) = said(reading, "file_name_other_month")
    assert (found.found, found.expected) == ("06/2020", "05/2020")
