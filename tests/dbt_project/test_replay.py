"""Builds without dbt: what dbt ran, run again for what has changed; and when dbt is asked all the same."""

import shutil
import subprocess
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import steps
from dbt_project import build as dbt
from dbt_project import replay
from dbt_project.build import MARTS, RECONCILE, BuildFailed, build, enter_built, manifest_of
from dbt_project.dictionary import entries
from tests.dbt_project import office
from warehouse.connections import writing
from warehouse.settings import Settings

pytestmark = [pytest.mark.pipeline, pytest.mark.cold]

LATER: office.Report = ("dong-phong-july", office.DONG_PHONG, office.JULY, 1, (1, 1, 2))


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What dbt has run, where no other test puts it away."""
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def built_by_dbt(tmp_path_factory: pytest.TempPathFactory, recordings: Path) -> Settings:
    settings = office.settings_of(tmp_path_factory.mktemp("by_dbt"))
    office.fill(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dbt_project.parsed._folder", lambda *_: recordings)
        build_both(settings)
    return settings


@pytest.fixture
def built(built_by_dbt: Settings, recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    own = shutil.copytree(recordings, tmp_path / "recordings")
    monkeypatch.setattr("dbt_project.parsed._folder", lambda *_: own)
    return copied(built_by_dbt, tmp_path / "home")


@pytest.fixture
def without_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("dbt was started")

    monkeypatch.setattr(dbt, "_dbt", refuse)


@pytest.fixture
def starts_of_dbt(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    as_it_is, starts = dbt._dbt, list[str]()

    def count(
        arguments: list[str], environment: dict[str, str], files: tuple[int, ...]
    ) -> subprocess.CompletedProcess[str]:
        starts.append(arguments[arguments.index("--selector") + 1])
        return as_it_is(arguments, environment, files)

    monkeypatch.setattr(dbt, "_dbt", count)
    return starts


def copied(settings: Settings, home: Path) -> Settings:
    shutil.copytree(settings.home, home)
    return office.settings_of(home)


def build_both(settings: Settings, in_full: bool = False) -> tuple[int, int]:
    """Returns how many tables were made, and how many tests were asked."""
    reports = []
    for selector in (RECONCILE, MARTS):
        reports.append(build(settings, selector, in_full=in_full))
    enter_built(settings)
    return sum(each.nodes - each.tests for each in reports), sum(each.tests for each in reports)


def tables(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every table that dbt makes; figures but for what the order of summing makes of them."""
    with duckdb.connect(str(settings.store), read_only=True) as connection:
        names = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
            " WHERE schema_name IN ('intermediate', 'marts') ORDER BY ALL"
        ).fetchall()
        rows = {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for (name,) in names}
    return {
        name: [tuple(round(each, 12) if isinstance(each, float) else each for each in row) for row in found]
        for name, found in rows.items()
    }


def change(settings: Settings, statement: str) -> None:
    with writing(settings) as connection:
        connection.execute(statement)


@pytest.mark.usefixtures("without_dbt")
def test_nothing_is_made_and_nothing_tested_where_nothing_has_changed(built: Settings) -> None:
    build_both(built)  # the ledger knows the months as built now
    assert build_both(built) == (0, 0)


def test_every_table_is_what_dbt_makes_of_it(built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_dbt = copied(built, tmp_path / "other")
    for settings in (built, by_dbt):
        office.receive(settings, LATER)
        office.correct(settings, "dong-phong-june", "D13", 3)
        office.leave_open(settings, office.TAN_PHONG, office.JULY, "open-one")
    build_both(by_dbt, in_full=True)
    monkeypatch.setattr(dbt, "_dbt", lambda *_: pytest.fail("dbt was started"))
    made, tested = build_both(built)
    assert tables(built) == tables(by_dbt)
    assert len(tables(built)) > 100
    assert made > 50
    assert tested > 100


@pytest.mark.usefixtures("without_dbt")
def test_what_no_report_changes_is_left_alone(built: Settings) -> None:
    office.receive(built, LATER)
    change(built, "INSERT INTO warehouse.marts.dim_commune BY NAME SELECT 'left alone' AS commune_key")
    made, _ = build_both(built)
    assert "left alone" in {row[0] for row in tables(built)["marts.dim_commune"]}
    assert 0 < made < len(tables(built))


@pytest.mark.usefixtures("without_dbt")
def test_one_connection_may_build_twice(built: Settings) -> None:
    with writing(built):
        for version in (1, 2):
            office.receive(built, (f"july-{version}", office.DONG_PHONG, office.JULY, version, (1, 1, 2)))
            assert build(built, RECONCILE).nodes > 0


@pytest.mark.usefixtures("without_dbt")
def test_where_a_table_comes_out_as_it_was_nothing_that_is_made_of_it_is_made(built: Settings) -> None:
    # Of a correction that was taken back before it was built nothing is left but the decision itself.
    office.reopen(built, "dong-phong-june", "D13")
    for _ in range(3):
        build_both(built)
    assert build_both(built) == (0, 0)
    change(built, "UPDATE warehouse.quality.decisions SET reason = 'said later'")
    made, tested = build_both(built)
    assert 0 < made < 5
    assert 0 < tested < 20
    assert "said later" in {each for row in tables(built)["marts.fct_steward_decisions"] for each in row}


def test_a_data_test_that_fails_has_dbt_say_so(built: Settings, starts_of_dbt: list[str]) -> None:
    office.leave_open(built, office.TAN_PHONG, office.JULY, "the same", "the same")
    with pytest.raises(BuildFailed, match="unique_stg_failures_failure_id: Got 1 result"):
        build(built, RECONCILE)
    assert starts_of_dbt == [RECONCILE]


def test_a_data_test_is_asked_again_when_a_table_changes_that_is_not_of_this_build(
    built: Settings, starts_of_dbt: list[str]
) -> None:
    build_both(built)
    row = (office.KEYS[office.TAN_PHONG], office.TAN_PHONG, "2020-07-01", 1)
    change(built, f"INSERT INTO warehouse.quality.held_back VALUES {row}")
    with pytest.raises(BuildFailed, match="no_held_back_month_is_in_the_facts"):
        build(built, MARTS)
    assert starts_of_dbt == [MARTS]


def test_a_statement_that_fails_has_dbt_do_it(built: Settings, starts_of_dbt: list[str]) -> None:
    office.receive(built, LATER)
    change(built, "DROP VIEW warehouse.staging.stg_submissions")
    build_both(built)
    assert starts_of_dbt == [RECONCILE]
    assert any(row[0] for row in tables(built)["marts.fct_submissions"])


def test_another_project_is_built_by_dbt(
    built: Settings, starts_of_dbt: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dbt_project.parsed._versions", lambda: "dbt of tomorrow")
    build(built, RECONCILE)
    assert starts_of_dbt == [RECONCILE]


@pytest.mark.usefixtures("without_dbt")
def test_a_store_in_a_home_where_dbt_never_was_has_its_columns_described(built: Settings) -> None:
    shutil.rmtree(built.home / "dbt")  # as after `rebuild --replace`, which builds in a folder of its own
    office.receive(built, LATER)
    build_both(built)
    assert {each.relation for each in entries(manifest_of(built))} > {"fct_admissions", "dim_commune"}


def test_where_nothing_describes_the_columns_dbt_is_asked(
    built: Settings, starts_of_dbt: list[str], tmp_path: Path
) -> None:
    for kept in (tmp_path / "recordings").glob("*.manifest.json"):
        kept.unlink()
    shutil.rmtree(built.home / "dbt")
    build(built, RECONCILE)
    assert starts_of_dbt == [RECONCILE]
    assert entries(manifest_of(built))


def test_a_recording_that_cannot_be_read_is_made_again(
    built: Settings, starts_of_dbt: list[str], tmp_path: Path
) -> None:
    for kept in (tmp_path / "recordings").glob(f"*.{RECONCILE}.json"):
        kept.write_text("{")
    build(built, RECONCILE)
    office.receive(built, LATER)
    build(built, RECONCILE)
    assert starts_of_dbt == [RECONCILE]


def test_a_project_that_changes_while_dbt_builds_is_not_taken_for_built(
    built: Settings, starts_of_dbt: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    updated = list[str]()
    as_it_is = dbt._dbt

    def update(*arguments: Any) -> subprocess.CompletedProcess[str]:
        done = as_it_is(*arguments)
        updated.append("of tomorrow")
        return done

    monkeypatch.setattr(dbt, "_dbt", update)
    monkeypatch.setattr("dbt_project.parsed._versions", lambda: f"dbt {updated}")
    build(built, RECONCILE)
    monkeypatch.setattr(dbt, "_dbt", as_it_is)
    build(built, RECONCILE)
    assert starts_of_dbt == [RECONCILE, RECONCILE]


def test_what_was_begun_and_not_finished_is_made_again(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    office.receive(built, LATER)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(replay, "_ask", killed)
        with pytest.raises(KeyboardInterrupt):
            build(built, RECONCILE)
    made = build(built, RECONCILE)
    assert made.tests > 20
    assert made.nodes - made.tests > 30


def test_what_a_build_left_that_was_broken_off_is_built_before_it_is_judged(
    built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.build(built)
    steps.check(built)
    whole = copied(built, tmp_path / "whole")
    made = replay._make
    left = 42

    def break_off(*given: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        made(*given)

    found = []
    for settings, is_broken in ((whole, False), (built, True)):
        # An earlier report comes: every submission after it gets another number.
        office.receive(settings, ("an-earlier-one", office.TAN_PHONG, date(2020, 5, 1), 1, (1, 2, 3)))
        with monkeypatch.context() as patch:
            if is_broken:
                patch.setattr(replay, "_make", break_off)
            with pytest.raises(KeyboardInterrupt) if is_broken else nullcontext():
                steps.build(settings)
        steps.check(settings)
        with writing(settings) as connection:
            found.append(
                connection.execute(
                    "SELECT failure_id, state, cells, reported, expected FROM warehouse.quality.failures ORDER BY ALL"
                ).fetchall()
            )
    assert found[0] == found[1] != []
