"""A new store begins with what dbt makes of an empty one, and is what dbt would have made of it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbt_project import build as dbt
from dbt_project import parsed
from dbt_project.build import BUILDS, PROJECT, RECONCILE, BuildFailed, build
from dbt_project.get_ready import get_ready
from tests.dbt_project import office
from tests.warm.places import by_dbt, with_data_tests
from warehouse.connections import writing
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = office.settings_of(tmp_path / "office")
    office.fill(settings)
    return settings


@pytest.fixture
def without_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt, "_dbt", lambda *_: pytest.fail("dbt was started"))


def test_a_store_that_begins_so_is_built_as_dbt_builds_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = office.settings_of(tmp_path / "by_dbt")
    office.fill(other)
    with by_dbt():
        build_both(other)
    monkeypatch.setattr(dbt, "_dbt", lambda *_: pytest.fail("dbt was started"))
    build_both(settings)
    found = everything(settings)
    assert found == everything(other)
    assert len(found) > 150
    assert sum(bool(rows) for _, rows in found.values()) > 50


@pytest.mark.usefixtures("without_dbt")
def test_every_data_test_of_what_the_reports_have_changed_is_asked(settings: Settings) -> None:
    with with_data_tests():
        assert build(settings, RECONCILE).tests > 50
        assert build(settings, RECONCILE).tests == 0


def test_what_a_data_test_finds_in_a_new_store_stops_the_build(settings: Settings) -> None:
    with writing(settings) as connection:
        connection.execute("INSERT INTO warehouse.quality.rules FROM warehouse.quality.rules")
    with with_data_tests(), pytest.raises(BuildFailed, match="unique_stg_rules_rule_id"):
        build(settings, RECONCILE)


def test_what_stands_is_left_as_it_is(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build_both(settings)
    monkeypatch.setattr(dbt, "begin_with", lambda *_: pytest.fail("the store began once more"))
    build_both(settings)


@pytest.mark.parametrize("fault", ["has a view that nobody recorded", "is cut off"])
def test_a_store_begins_wholly_or_is_built_by_dbt(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    damaged, seen = tmp_path / "damaged.duckdb", list[set[str]]()
    damaged.write_bytes(parsed.empty_store_of(PROJECT, tmp_path).read_bytes())
    if fault == "is cut off":
        os.truncate(damaged, 100_000)
    else:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{damaged}' AS empty_store")
            connection.execute("CREATE VIEW empty_store.marts.nobody_s AS SELECT 1")
    as_it_is = dbt._dbt

    def see(*arguments: Any) -> Any:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{settings.store}' AS warehouse (READ_ONLY)")
            rows = connection.execute("SELECT schema_name FROM duckdb_schemas() WHERE database_name = 'warehouse'")
            seen.append({name for (name,) in rows.fetchall()})
        return as_it_is(*arguments)

    monkeypatch.setattr(parsed, "empty_store_of", lambda *_: damaged)
    monkeypatch.setattr(dbt, "_dbt", see)
    build(settings, RECONCILE)
    assert len(seen) == 1
    assert not seen[0] & {"reference", "staging", "intermediate", "marts"}


def test_the_empty_store_of_another_project_is_nothing_to_begin_with(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsed, "digest", lambda _: "another project")
    monkeypatch.setattr(dbt, "begin_with", lambda *_: pytest.fail("the store began with another project's"))
    with writing(settings) as connection:
        dbt._begin(connection, tmp_path)


def test_what_is_there_is_not_made_ready_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dbt_project.get_ready.build", lambda *_: pytest.fail("a store was built"))
    assert not get_ready()


@pytest.mark.cold
def test_of_two_that_make_ready_one_does_and_the_other_waits(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    say = "import sys; from pathlib import Path; from dbt_project import get_ready, parsed"
    say += "; parsed._folder = lambda *_: Path(sys.argv[1]); print(get_ready.get_ready())"
    both = [
        subprocess.Popen([sys.executable, "-c", say, str(made)], cwd=PROJECT.parent, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sorted(each.communicate()[0].strip() for each in both) == ["False", "True"]
    assert sorted(path.suffix for path in made.iterdir()) == [".duckdb", *[".json"] * 3, ".lock", ".msgpack"]


def test_what_was_made_ready_is_found_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = parsed.empty_store_of(PROJECT, tmp_path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert made.exists()
    assert parsed.empty_store_of(PROJECT, tmp_path) == made
    assert parsed.recording_of(PROJECT, tmp_path, "another").is_relative_to(tmp_path)


def build_both(settings: Settings) -> None:
    for each in BUILDS:
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
