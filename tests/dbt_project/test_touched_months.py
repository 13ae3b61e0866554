"""A build touches what changed, and what it leaves is what a build from nothing makes."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbt_project.build import MARTS, RECONCILE, build, enter_built
from dbt_project.table_macros import table_macros
from tests.dbt_project import office
from tests.dbt_project.office import DONG_PHONG, JULY, JUNE, KEYS, REPORTS, TAN_PHONG
from warehouse.publish import publish
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

FACTS = ("fct_admissions", "fct_admission_versions", "fct_commune_month_versions", "fct_resubmission_changes")


def build_all(settings: Settings) -> None:
    build(settings, RECONCILE)
    build(settings, MARTS)
    enter_built(settings)


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{settings.store}' AS warehouse (READ_ONLY)")
        return connection.execute(sql).fetchall()


def touched(settings: Settings) -> set[tuple[Any, ...]]:
    return set(ask(settings, "SELECT commune_key, month FROM warehouse.intermediate.int_touched_months"))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An office that builds, receives a second version, builds, corrects a figure and builds again."""
    settings = office.settings_of(tmp_path_factory.mktemp("history"))
    first = [report for report in REPORTS if report[0] != "tan-phong-june-2"]
    second = [report for report in REPORTS if report[0] == "tan-phong-june-2"]
    seen: dict[str, Any] = {"settings": settings}
    office.fill(settings, first)
    build_all(settings)
    seen["touched at first"] = touched(settings)
    build(settings, RECONCILE)
    seen["touched by nothing new"] = touched(settings)
    office.receive(settings, *second)
    build_all(settings)
    seen["touched by a new version"] = touched(settings)
    seen["reconciled"] = ask(
        settings, "SELECT DISTINCT submission_id FROM warehouse.intermediate.reconciliations ORDER BY ALL"
    )
    seen["facts"] = {fact: ask(settings, f"FROM warehouse.marts.{fact} ORDER BY ALL") for fact in FACTS}
    office.correct(settings, "dong-phong-june", "D11", 3)
    build_all(settings)
    seen["touched by a correction"] = touched(settings)
    publish(settings, table_macros())
    return seen


def test_the_first_build_touches_every_month_and_the_next_one_none(history: dict[str, Any]) -> None:
    assert history["touched at first"] == {(KEYS[TAN_PHONG], JUNE), (KEYS[TAN_PHONG], JULY), (KEYS[DONG_PHONG], JUNE)}
    assert history["touched by nothing new"] == set()


def test_a_new_version_touches_its_month_and_the_later_ones_of_the_same_commune(history: dict[str, Any]) -> None:
    assert history["touched by a new version"] == {(KEYS[TAN_PHONG], JUNE), (KEYS[TAN_PHONG], JULY)}
    assert history["reconciled"] == [("tan-phong-july",), ("tan-phong-june-1",), ("tan-phong-june-2",)]


def test_facts_built_step_by_step_are_those_built_at_once(history: dict[str, Any], tmp_path: Path) -> None:
    at_once = office.settings_of(tmp_path)
    office.fill(at_once)
    build_all(at_once)
    for fact in FACTS:
        rows = ask(at_once, f"FROM warehouse.marts.{fact} ORDER BY ALL")
        assert rows
        assert history["facts"][fact] == rows, fact


def test_a_correction_takes_the_place_of_the_sender_s_figure_and_says_so(history: dict[str, Any]) -> None:
    assert history["touched by a correction"] == {(KEYS[DONG_PHONG], JUNE)}
    assert ask(
        history["settings"],
        "SELECT admitted, is_corrected FROM warehouse.marts.fct_admissions"
        f" WHERE commune_key = '{KEYS[DONG_PHONG]}' ORDER BY line_number",
    ) == [(3, True), (1, False)]
    # What was sent stays beside it.
    assert ask(
        history["settings"],
        "SELECT variant, admitted FROM warehouse.marts.fct_admission_versions"
        f" WHERE commune_key = '{KEYS[DONG_PHONG]}' AND line_number = 1 ORDER BY variant",
    ) == [("corrected", 3), ("sent", 2)]


@pytest.mark.parametrize(
    ("day", "admitted"),
    [
        # Received on 6 July at the office, half past midnight.
        ("2020-07-05", []),
        ("2020-07-06", [(DONG_PHONG, 3), (TAN_PHONG, 2)]),
        ("2020-07-07", [(DONG_PHONG, 3), (TAN_PHONG, 3)]),
        # The steward decided on 20 July.
        ("2020-07-19", [(DONG_PHONG, 3), (TAN_PHONG, 3)]),
        ("2020-07-20", [(DONG_PHONG, 4), (TAN_PHONG, 3)]),
    ],
)
def test_what_was_known_on_a_day_is_what_had_come_by_its_end(
    history: dict[str, Any], day: str, admitted: list[tuple[str, int]]
) -> None:
    with duckdb.connect(str(history["settings"].published), read_only=True) as connection:
        assert (
            connection.execute(
                "SELECT commune_code, admitted FROM marts.as_known_on(?) WHERE month = DATE '2020-06-01'"
                " ORDER BY commune_code DESC",
                [day],
            ).fetchall()
            == admitted
        )
