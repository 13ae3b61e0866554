"""The stored tables are what they were, and a store that was made before is given what it lacks."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.rows import insert
from warehouse.stored.raw import ScopeRow
from warehouse.tables import create_tables

GOLDEN = Path(__file__).parents[1] / "golden" / "stored_tables.json"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("ATTACH ':memory:' AS warehouse")
        yield opened


def described(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type FROM duckdb_columns()"
        " WHERE database_name = 'warehouse' ORDER BY 1, column_index"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def test_the_tables_and_their_columns_are_what_stores_out_there_have(connection: duckdb.DuckDBPyConnection) -> None:
    create_tables(connection)
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert [(table, list(columns.items())) for table, columns in described(connection).items()] == [
        (table, list(columns.items())) for table, columns in golden.items()
    ]


def test_a_store_made_before_is_given_the_columns_and_tables_that_it_lacks(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    create_tables(connection)
    before = described(connection)
    connection.execute("ALTER TABLE warehouse.quality.rules DROP COLUMN rarity")
    connection.execute("ALTER TABLE warehouse.raw.report_lines_kn2 DROP COLUMN typed")
    connection.execute("DROP TABLE warehouse.quality.shadows")
    create_tables(connection)
    after = described(connection)
    assert {table: dict(sorted(columns.items())) for table, columns in after.items()} == {
        table: dict(sorted(columns.items())) for table, columns in before.items()
    }


def test_what_stands_in_a_table_stays_when_it_is_there_already(connection: duckdb.DuckDBPyConnection) -> None:
    create_tables(connection)
    insert(connection, "warehouse.raw.scope", ScopeRow, [ScopeRow("k1", "03408", True)])
    connection.execute("ALTER TABLE warehouse.raw.scope DROP COLUMN commune_code")
    create_tables(connection)
    rows = connection.execute("SELECT commune_key, commune_code, is_expected FROM warehouse.raw.scope").fetchall()
    assert rows == [("k1", None, True)]
