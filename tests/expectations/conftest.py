"""A small store with the reconciliations that a test names."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_store import BESIDE, COMPARED, RECEIVED, RECONCILIATIONS, Reconciled

from expectations.catalogue import rules
from expectations.publish_rules import row_of
from expectations.store.rules import replace_rules
from warehouse.connections import writing
from warehouse.settings import Settings, load_settings
from warehouse.tables import create_tables


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"ADMISSIONS_HOME": str(tmp_path / "var"), "ADMISSIONS_TODAY": "2020-08-20"}, tmp_path)


@pytest.fixture
def reconciled(settings: Settings) -> Callable[..., Settings]:
    """Writes a store with exactly these reconciliations; returns its settings."""

    def write(*lines: Reconciled) -> Settings:
        with writing(settings) as connection:
            create_tables(connection)
            replace_rules(connection, [row_of(rule) for rule in rules()])
            connection.execute("CREATE SCHEMA IF NOT EXISTS warehouse.intermediate")
            connection.execute(COMPARED)
            for table in BESIDE:
                connection.execute(f"CREATE TABLE IF NOT EXISTS warehouse.intermediate.{table}")
            connection.execute(RECONCILIATIONS)
            for line in lines:
                marks = ", ".join("?" * len(line.row))
                connection.execute(f"INSERT INTO warehouse.intermediate.compared VALUES ({marks})", line.row)
            connection.execute(
                "CREATE OR REPLACE TABLE warehouse.intermediate.int_touched_months AS"
                " SELECT DISTINCT commune_key, month FROM warehouse.intermediate.reconciliations"
                " UNION SELECT commune_key, month FROM warehouse.quality.failures"
            )
            connection.execute("DELETE FROM warehouse.raw.submissions")
            for submission_id, received_at in RECEIVED.items():
                connection.execute(
                    """
                    INSERT INTO warehouse.raw.submissions BY NAME
                    SELECT DISTINCT
                        submission_id, 'report' AS kind, 'accepted' AS status, commune_key, commune_code, month,
                        version, CAST(? AS TIMESTAMP) AS received_at
                    FROM warehouse.intermediate.reconciliations WHERE submission_id = ?
                    """,
                    [received_at, submission_id],
                )
        return settings

    return write
