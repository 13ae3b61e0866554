"""A sheet of candidates with one or two columns is read where the rest of the report is there; no other sheet is."""

from collections.abc import Sequence

import pytest

from ingest.container.workbook import Sheet
from ingest.monthly.few_columns import with_few_columns
from ingest.monthly.tables import Table, find_tables
from ingest.values.numbers import Raw
from tests.ingest.sheets import plain_rows, sheet


def listed(headers: Sequence[str], name: str = "Biểu 2") -> Sheet:
    rows: list[list[Raw]] = [list(headers)]
    rows += [[f"Chi bộ bản {letter}", *[float(number)] * (len(headers) - 1)] for number, letter in enumerate("ABCD")]
    return Sheet(name, rows, ())


def read(*sheets: Sheet) -> list[Table]:
    admissions = sheet("KN-1", plain_rows("KN-1"))
    found = with_few_columns([(each, find_tables(each)) for each in (admissions, *sheets)])
    return [table for _, tables in found[1:] for table in tables]


TWO = ("Chi bộ (bản)", "QCƯT", "QC ưu tú là DTTS", "Dự kiến tạo nguồn quý sau")


def test_two_columns_of_candidates_are_their_sheet() -> None:
    (table,) = read(listed(TWO))
    assert table.mapped.form == "KN-2"
    assert table.mapped.columns == {"cell_name": 0, "candidates": 1, "candidates_ethnic_minority": 2}
    assert [row.kind for row in table.rows] == ["cell"] * 4


def test_one_column_is_where_the_sheet_is_called_by_them() -> None:
    assert [table.mapped.columns["candidates"] for table in read(listed(("Chi bộ", "QCƯT"), "Nguồn kết nạp"))] == [1]
    assert read(listed(("Chi bộ", "QCƯT"), "Trang 3")) == []


@pytest.mark.parametrize(
    "headers",
    [
        ("Chi bộ", "Tổng số", "Nữ"),
        ("Chi bộ", "Số người", "QCƯT (dự kiến)"),
        ("Chi bộ", "Số hộ", "Nữ", "DTTS"),
        ("Đơn vị tính", "QCƯT", "QC ưu tú là DTTS"),
    ],
)
def test_what_does_not_say_candidates_or_names_no_cells_is_not_theirs(headers: tuple[str, ...]) -> None:
    rows = listed(headers)
    if headers[0] != "Chi bộ":
        for row in rows.rows[1:]:
            row[0] = ""  # type: ignore[index]
    assert read(rows) == []


def test_two_such_sheets_are_neither_and_one_beside_the_form_is_none() -> None:
    assert read(listed(TWO), listed(TWO, "Biểu 3")) == []
    whole = sheet("KN-2", plain_rows("KN-2"))
    assert [table.mapped.form for table in read(whole, listed(TWO))] == ["KN-2"]
    assert read(whole, listed(TWO))[0].rows[0].row > 1


def test_without_another_form_it_may_be_anything() -> None:
    alone = listed(TWO)
    assert with_few_columns([(alone, [])]) == [(alone, [])]
