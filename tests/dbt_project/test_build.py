"""Running dbt: what is built, what is said when it fails, what is left in the source tree."""

import shutil
from pathlib import Path

import pytest

from dbt_project.build import PROJECT, BuildFailed, BuildReport, build
from expectations.store.places import placed
from tests.dbt_project import office
from tests.dbt_project.conftest import Query
from tests.warm.places import cold, with_data_tests
from warehouse.connections import writing
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

Built = tuple[Settings, BuildReport, BuildReport]


def test_both_parts_build_and_test_something(built: Built) -> None:
    _, reconciled, marts = built
    assert reconciled.tests > 20
    assert marts.tests > 40
    assert reconciled.nodes - reconciled.tests > 30
    assert marts.nodes - marts.tests >= 12


def test_the_reconciliations_keep_every_version_and_mark_the_newest(query: Query) -> None:
    found = query(
        "SELECT submission_id, reported, expected, is_newest, cells"
        f" FROM {placed('warehouse.intermediate.reconciliations')} ORDER BY submission_id"
    )
    assert found == [
        ("dong-phong-june", 4.0, 3.0, True, ["D13", "D11", "D12"]),
        # The second cell's blank counts as nothing, as the first one's 0 is reported.
        ("tan-phong-july", 0.0, 0.0, True, ["D13", "D11", "D12"]),
        ("tan-phong-june-1", 3.0, 2.0, False, ["D13", "D11", "D12"]),
        ("tan-phong-june-2", 3.0, 3.0, True, ["D13", "D11", "D12"]),
    ]


def test_the_place_of_a_failure_is_the_same_in_every_version(query: Query) -> None:
    places = query(
        f"SELECT DISTINCT place FROM {placed('warehouse.intermediate.reconciliations')}"
        " WHERE submission_id LIKE '%june%'"
    )
    assert places == [("KN-1|total|tổng cộng|1|admitted",)]


def test_a_failed_test_is_named_in_a_sentence_without_a_stack(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    office.fill(settings)
    with writing(settings) as connection:
        connection.execute(
            "INSERT INTO warehouse.quality.rules (rule_id, form, kind) VALUES ('kn1_column_total', 'KN-1', 'subset')"
        )
    with with_data_tests(), pytest.raises(BuildFailed, match="unique_stg_rules_rule_id: Got 1 result") as failed:
        build(settings, select="stg_rules")
    assert "macro" not in str(failed.value)
    assert "\n" not in str(failed.value)


def test_a_selection_of_nothing_is_no_success(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    with pytest.raises(BuildFailed, match="no_such_model"):
        build(settings, select="no_such_model")


def source_files() -> dict[Path, int]:
    return {
        path: path.stat().st_mtime_ns
        for path in PROJECT.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def empty_store(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store with nothing in it, built as in production, in another home than the first one built."""
    settings = office.settings_of(tmp_path_factory.mktemp("empty"))
    before = source_files()
    with cold():
        assert build(settings).nodes > 100
    assert source_files() == before, "nothing may be written into the source tree"
    return settings


def test_an_empty_store_builds_and_dbt_writes_its_log_at_home(empty_store: Settings) -> None:
    assert log_of(empty_store)


def test_another_home_does_not_parse_the_project_again(empty_store: Settings) -> None:
    assert "Partial parsing enabled, no changes found, skipping parsing" in log_of(empty_store)


def log_of(settings: Settings) -> str:
    return (settings.home / "dbt" / "logs" / "dbt.log").read_text(encoding="utf-8")


def test_a_project_that_has_moved_does_not_look_for_its_seeds_in_the_old_place(built: Built, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "dbt_project"
    # Without models: parsing them takes longest, and it is seeds that know where they lie.
    shutil.copytree(PROJECT, moved, ignore=shutil.ignore_patterns("models", "tests"))
    shutil.copytree(PROJECT.parent / "reference", tmp_path / "elsewhere" / "reference")
    settings = office.settings_of(tmp_path)
    with cold():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("dbt_project.build.PROJECT", moved)
            build(settings, select="terms")
        shutil.rmtree(moved.parent)
        assert build(settings, select="terms").nodes == 1


def test_every_unit_test_passes(built: Built) -> None:
    # Twenty-one of them: a selection that finds none must not look green.
    assert build(built[0], select="test_type:unit", unit_tests=True, command="test").tests >= 21
