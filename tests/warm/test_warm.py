"""Processes from the warm one behave as those of production do."""

import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbt_project import build as dbt
from dbt_project.build import MARTS, RECONCILE, BuildFailed, build
from expectations.process import CheckProcess
from expectations.report import NothingToJudge
from tests.dbt_project import office
from tests.warm.client import WarmProcess
from tests.warm.places import warm, with_data_tests
from tests.warm.recordings import recorded
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline


def test_a_killed_process_says_what_killed_it(tmp_path: Path) -> None:
    process = WarmProcess("check", [], dict(os.environ), tmp_path)
    process.kill()
    process.communicate()
    assert process.returncode == -9


def test_a_trouble_of_the_check_comes_back(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    with CheckProcess(settings) as judge, pytest.raises(NothingToJudge):
        judge.run()


def test_a_model_that_fails_is_named(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    with pytest.raises(BuildFailed, match="no_such_model"):
        build(settings, select="no_such_model")


def test_data_tests_are_left_out_unless_they_are_wanted(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    office.fill(settings)
    assert build(settings, select="stg_rules").tests == 0
    with with_data_tests():
        assert build(settings, select="stg_rules").tests > 0


def test_a_store_that_begins_as_dbt_left_an_empty_one_is_built_as_dbt_builds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_dbt, begun = office.settings_of(tmp_path / "by_dbt"), office.settings_of(tmp_path / "begun")
    with warm():
        build_both(by_dbt)
    monkeypatch.setattr(dbt, "_dbt", lambda *_: pytest.fail("dbt was started"))
    build_both(begun)
    found = everything(begun)
    assert found == everything(by_dbt)
    assert len(found) > 150
    assert sum(bool(rows) for _, rows in found.values()) > 50


def test_of_a_store_that_begins_as_dbt_left_an_empty_one_every_data_test_is_asked(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    build_both(settings)
    known = recorded(RECONCILE, with_tests=True)
    assert known is not None
    with with_data_tests():
        assert build(settings, RECONCILE).tests == sum(step.node.startswith("test.") for step in known.steps) > 50


def build_both(settings: Settings) -> None:
    office.fill(settings)
    for each in (RECONCILE, MARTS):
        build(settings, each)


def everything(settings: Settings) -> dict[str, tuple[str, list[tuple[object, ...]]]]:
    """Each table and view that dbt makes as it is defined, and the rows of the tables; figures but for what the order
    of summing makes of them."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{settings.store}' AS warehouse (READ_ONLY)")

        def ask(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        of_dbt = "database_name = 'warehouse' AND schema_name IN ('reference', 'staging', 'intermediate', 'marts')"
        tables = ask(f"SELECT schema_name || '.' || table_name, sql FROM duckdb_tables() WHERE {of_dbt}")
        views = ask(f"SELECT schema_name || '.' || view_name, sql FROM duckdb_views() WHERE {of_dbt}")
        rows = {
            name: [
                tuple(round(each, 12) if isinstance(each, float) else each for each in row)
                for row in ask(f"FROM warehouse.{name} ORDER BY ALL")
            ]
            for name, _ in tables
        }
    return {name: (sql, rows.get(name, [])) for name, sql in (*tables, *views)}
