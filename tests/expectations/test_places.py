"""Where a line of the reconciliations stands, put together for those that are asked about."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations.store.places import placed

#: A report (7) whose columns are those of another one (5).
STORE = """
    ATTACH ':memory:' AS warehouse;
    CREATE SCHEMA warehouse.intermediate;
    CREATE TABLE warehouse.intermediate.int_report_lines AS
    FROM (VALUES
        (1, 7, 'KN-1', 'Kết nạp', 1, 11, 'cell', 'Bản A', 'bản a', 1),
        (2, 7, 'KN-1', 'Kết nạp', 4, 14, 'total', 'Cộng', 'cộng', 1),
        (3, 7, 'KN-3', 'Đảng viên', 3, 13, 'cell', 'Bản A', 'bản a', 1)
    ) AS lines (
        line_id, submission_number, form, sheet, line_number, sheet_row, line_kind, cell_name, cell_match, namesake
    );
    CREATE TABLE warehouse.intermediate.int_summed_rows AS
    FROM (VALUES (2, [11, 12])) AS summed (line_id, sheet_rows);
    CREATE TABLE warehouse.intermediate.int_column_layouts AS
    FROM (VALUES (5, 5), (7, 5)) AS layouts (submission_number, layout);
    CREATE TABLE warehouse.intermediate.int_rule_columns AS
    FROM (VALUES
        ('totals', 5, 'admitted', ['D'], [1]),
        ('balance', 5, 'closing', ['M', 'D', 'E'], [1, -1, -1]),
        ('cross', 5, 'increase_admitted', ['E', 'D'], [1, -1])
    ) AS columns_of (rule_id, layout, field, letters, signs);
    CREATE TABLE asked (
        rule_id VARCHAR, form VARCHAR, kind VARCHAR, submission_number INTEGER, commune_key VARCHAR, month DATE,
        line_id BIGINT, sheet VARCHAR, line_number INTEGER, line_kind VARCHAR, cell_match VARCHAR, namesake INTEGER,
        cell_name VARCHAR, field VARCHAR, cell VARCHAR, other_cell VARCHAR, other_sheet VARCHAR, other_row INTEGER,
        place VARCHAR, cells VARCHAR[]
    );
    INSERT INTO asked BY NAME SELECT 'k' AS commune_key, DATE '2024-12-01' AS month, 7 AS submission_number, lines.*
    FROM (VALUES
        ('totals', 'KN-1', 'column_total', 2, 'admitted'),
        ('balance', 'KN-3', 'row_identity', 3, 'closing'),
        ('sheet', 'KN-2', 'missing_sheet', NULL, NULL)
    ) AS lines (rule_id, form, kind, line_id, field);
    INSERT INTO asked BY NAME SELECT 'k' AS commune_key, DATE '2024-12-01' AS month, 7 AS submission_number,
        'cross' AS rule_id, 'KN-3' AS form, 'cross_sheet' AS kind, 3 AS line_id, 'increase_admitted' AS field,
        'Kết nạp' AS other_sheet, 11 AS other_row;
    INSERT INTO asked BY NAME SELECT 'k' AS commune_key, DATE '2024-12-01' AS month, 7 AS submission_number,
        'unread' AS rule_id, 'KN-1' AS form, 'unread_value' AS kind, 'Kết nạp' AS sheet, 'H9' AS cell;
    INSERT INTO asked BY NAME SELECT 'k' AS commune_key, DATE '2024-12-01' AS month, 7 AS submission_number,
        'blank' AS rule_id, 'KN-1' AS form, 'left_blank' AS kind, 2 AS line_id, 'women' AS field, 'E14' AS cell;
    INSERT INTO asked BY NAME SELECT 'k' AS commune_key, DATE '2024-12-01' AS month, 7 AS submission_number,
        'gone' AS rule_id, 'KN-3' AS form, 'missing_on_sheet' AS kind, 'Đảng viên' AS sheet, 'bản b' AS cell_match,
        1 AS namesake, 'Bản B' AS cell_name, 'B13' AS cell, 'Kết nạp!B12' AS other_cell;
    INSERT INTO asked BY NAME SELECT 'k' AS commune_key, DATE '2024-12-01' AS month, 'form' AS rule_id,
        '2-BTCTW' AS form, 'official' AS kind, '2-BTCTW' AS sheet, 9 AS line_number, 'indicator' AS line_kind,
        '2024' AS cell_name, 'admitted' AS field, 'there' AS place, ['D9', 'D10'] AS cells;
"""


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(STORE)
        yield connection


def of(connection: duckdb.DuckDBPyConnection, rule_id: str, columns: str) -> tuple[object, ...]:
    (found,) = connection.execute(f"SELECT {columns} FROM {placed('asked')} WHERE rule_id = '{rule_id}'").fetchall()
    return tuple(found)


@pytest.mark.parametrize(
    ("rule_id", "place", "cells", "signs"),
    [
        pytest.param("totals", "KN-1|total|cộng|1|admitted", ["D14", "D11", "D12"], [1], id="a total, then its rows"),
        pytest.param(
            "balance", "KN-3|cell|bản a|1|closing", ["M13", "D13", "E13"], [1, -1, -1], id="a whole, then its parts"
        ),
        pytest.param(
            "cross",
            "KN-3|cell|bản a|1|increase_admitted",
            ["E13", "Kết nạp!D11"],
            [1, -1],
            id="columns and rows differ from sheet to sheet",
        ),
        pytest.param("sheet", "KN-2||||", [], [], id="what is of no line has no cell"),
        pytest.param("unread", "KN-1|||H9|", ["H9"], [], id="where no line is known, the address must do"),
        pytest.param("blank", "KN-1|total|cộng|1|women", ["E14"], [], id="a cell that is named"),
        pytest.param(
            "gone",
            "KN-3||bản b|1|",
            ["B13", "Kết nạp!B12"],
            [],
            id="a row that is not there is known by its name, not by where it should stand",
        ),
        pytest.param("form", "there", ["D9", "D10"], [], id="an official form says itself where it stands"),
    ],
)
def test_a_line_has_its_place_and_the_addresses_of_its_cells(
    connection: duckdb.DuckDBPyConnection, rule_id: str, place: str, cells: list[str], signs: list[int]
) -> None:
    assert of(connection, rule_id, "place, cells, signs") == (place, cells, signs)


def test_a_line_is_named_as_it_is_on_its_sheet(connection: duckdb.DuckDBPyConnection) -> None:
    columns = "sheet, line_number, line_kind, cell_name"
    assert of(connection, "totals", columns) == ("Kết nạp", 4, "total", "Cộng")
    assert of(connection, "gone", columns) == ("Đảng viên", None, None, "Bản B")
    assert of(connection, "form", columns) == ("2-BTCTW", 9, "indicator", "2024")


def test_a_failure_is_known_by_its_rule_commune_month_and_place(connection: duckdb.DuckDBPyConnection) -> None:
    (expected,) = duckdb.execute("SELECT md5('totals|k|2024-12-01|KN-1|total|cộng|1|admitted')").fetchall()
    assert of(connection, "totals", "failure_id") == expected
