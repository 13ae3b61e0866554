"""Sheets on which no form was recognised: what is said of them."""

import pytest

from ingest.container.workbook import Sheet
from ingest.monthly.sheets_left import form_called, has_a_table_of_figures

TITLES = {"KN-1": "Kết nạp", "KN-2": "Nguồn", "KN-3": "Đảng viên"}
FIGURES: list[list[object]] = [["a", "b", "c", "d"], ["Chi bộ 1", 1.0, 2.0, "-"], ["Chi bộ 2", 0.0, 3.0, 4.0]]


def sheet(name: str, *rows: list[object]) -> Sheet:
    return Sheet(name, [list(row) for row in rows], ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (FIGURES, True),
        # One row of figures is no table, and words are none.
        (FIGURES[:2], False),
        ([["Chi bộ 1", "Bản", "x", "y"], ["Chi bộ 2", "Bản", "x", "y"]], False),
        ([], False),
    ],
)
def test_a_sheet_with_rows_of_figures_may_be_a_form(rows: list[list[object]], told: bool) -> None:
    assert has_a_table_of_figures(sheet("Trang 2", *rows)) is told


def test_a_sheet_that_calls_itself_one_of_training_is_said_by_another_problem() -> None:
    assert not has_a_table_of_figures(sheet("Bồi dưỡng", *FIGURES))


@pytest.mark.parametrize(
    ("name", "title", "form"),
    [
        ("Nguồn", "", "KN-2"),
        ("Nguồn (2)", "", "KN-2"),
        ("KN-3", "", "KN-3"),
        ("Sheet2", "Biểu KN-2", "KN-2"),
        ("Sheet2", "Theo biểu KN-1 và KN-2", None),
        ("Sheet2", "", None),
    ],
)
def test_a_sheet_says_by_its_name_or_title_which_form_it_is(name: str, title: str, form: str | None) -> None:
    assert form_called(sheet(name, [title], *FIGURES), TITLES) == form
