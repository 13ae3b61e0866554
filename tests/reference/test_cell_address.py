"""A cell of a workbook is named as a person finds it."""

import duckdb

from reference.cell_address import on_sheet, on_sheet_sql, split


def test_an_address_names_its_sheet_once() -> None:
    assert on_sheet("Kết nạp", "D14") == "Kết nạp!D14"
    assert on_sheet("Kết nạp", "Đảng viên!D14") == "Đảng viên!D14"
    assert on_sheet("", "D14") == on_sheet(None, "D14") == "D14"


def test_what_was_joined_is_split_again_also_where_the_sheet_has_the_sign_in_its_name() -> None:
    for sheet in ("Kết nạp", "Gấp!", ""):
        assert split(on_sheet(sheet, "D14")) == (sheet, "D14")


def test_the_store_joins_them_as_python_does() -> None:
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT {on_sheet_sql('s', 'c')} FROM (SELECT 'Kết nạp' AS s, 'D14' AS c)").fetchone()
    assert row == (on_sheet("Kết nạp", "D14"),)
