"""The catalogue of rules as a table, and what overrides it: written before each build, read by dbt and by the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.rows import insert


@dataclass(frozen=True)
class RuleRow:
    """A row of quality.rules."""

    rule_id: str
    form: str
    kind: str
    severity: str
    tolerance: float
    relative_tolerance: float
    line_kind: str | None
    field: str | None
    plus_fields: list[str]
    minus_fields: list[str]
    other_form: str | None
    other_field: str | None
    reset_at: str
    low: float | None
    high: float | None
    lows: list[float]
    highs: list[float]
    rarity: float | None
    codes: list[str]
    meaning_vi: str
    meaning_en: str
    action_vi: str
    action_en: str


@dataclass(frozen=True)
class OverrideRow:
    """A row of quality.overrides: another severity (or `off`) for a rule, for one commune or all, for a time."""

    position: int
    rule_id: str
    commune_code: str | None
    from_month: date | None
    until_month: date
    severity: str
    decided_by: str
    reason: str


def replace_rules(connection: duckdb.DuckDBPyConnection, rows: Sequence[RuleRow]) -> None:
    """quality.rules is exactly `rows`."""
    connection.execute("DELETE FROM warehouse.quality.rules")
    insert(connection, "warehouse.quality.rules", RuleRow, rows)


def replace_overrides(connection: duckdb.DuckDBPyConnection, rows: Sequence[OverrideRow]) -> None:
    """quality.overrides is exactly `rows`."""
    connection.execute("DELETE FROM warehouse.quality.overrides")
    insert(connection, "warehouse.quality.overrides", OverrideRow, rows)
