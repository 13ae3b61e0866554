"""The catalogue of rules as a table, and what overrides it: written before each build, read by dbt and by the gate."""

from collections.abc import Sequence

import duckdb

from warehouse.rows import insert
from warehouse.stored.quality import OverrideRow, RuleRow


def replace_rules(connection: duckdb.DuckDBPyConnection, rows: Sequence[RuleRow]) -> None:
    """quality.rules is exactly `rows`."""
    connection.execute("DELETE FROM warehouse.quality.rules")
    insert(connection, "warehouse.quality.rules", RuleRow, rows)


def replace_overrides(connection: duckdb.DuckDBPyConnection, rows: Sequence[OverrideRow]) -> None:
    """quality.overrides is exactly `rows`."""
    connection.execute("DELETE FROM warehouse.quality.overrides")
    insert(connection, "warehouse.quality.overrides", OverrideRow, rows)
