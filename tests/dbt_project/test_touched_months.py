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
#: Marts of the admissions, each with what is to be seen of a correction of Đông Phong's June.
MARKED = {
    "mart_target_attainment": "sum(months_corrected) FILTER (month = DATE '2020-06-01')",
    "mart_city_attainment": "sum(communes_corrected)",
    "mart_term_review": "sum(months_corrected) FILTER (level = 'commune')",
    "mart_composition": "sum(months_corrected) FILTER (level = 'commune' AND period_kind = 'month')",
    "mart_candidate_funnel": "sum(months_corrected) FILTER (level = 'commune')",
    "mart_commune_month_restated": "max(communes_corrected)",
    "mart_reporting_rates": "count(*) FILTER (is_corrected)",
    "mart_dormant_cells": "sum(months_corrected)",
}


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


def marks(settings: Settings) -> dict[str, Any]:
    return {mart: ask(settings, f"SELECT {mark} FROM warehouse.marts.{mart}")[0][0] for mart, mark in MARKED.items()}


def test_every_mart_of_the_admissions_marks_a_correction_until_it_is_taken_back(
    history: dict[str, Any], tmp_path: Path
) -> None:
    assert marks(history["settings"]) == dict.fromkeys(MARKED, 1)
    at_once = office.settings_of(tmp_path)
    office.fill(at_once)
    office.correct(at_once, "dong-phong-june", "D11", 3)
    build_all(at_once)
    for mart in MARKED:
        rows = ask(at_once, f"FROM warehouse.marts.{mart} ORDER BY ALL")
        assert ask(history["settings"], f"FROM warehouse.marts.{mart} ORDER BY ALL") == rows, mart
    office.reopen(at_once, "dong-phong-june", "D11")
    build_all(at_once)
    assert marks(at_once) == dict.fromkeys(MARKED, 0)


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


@pytest.mark.parametrize("day", ["2020-01-01", "2020-07-06", "2020-07-07", "2020-07-19", "2020-07-20"])
def test_what_was_known_and_what_has_changed_since_add_up_to_what_is_published(
    history: dict[str, Any], day: str
) -> None:
    with duckdb.connect(str(history["settings"].published), read_only=True) as connection:
        known = connection.execute("SELECT coalesce(sum(admitted), 0) FROM marts.as_known_on(?)", [day]).fetchone()
        changed = connection.execute(
            "SELECT coalesce(sum(delta), 0) FROM marts.changed_since(?) WHERE measure = 'admitted'", [day]
        ).fetchone()
        now = connection.execute("SELECT sum(admitted) FROM marts.fct_admissions").fetchone()
    assert (known, changed, now) != (None, None, None)
    assert known[0] + changed[0] == now[0]  # type: ignore[index]


def test_each_change_says_why(history: dict[str, Any]) -> None:
    with duckdb.connect(str(history["settings"].published), read_only=True) as connection:
        assert connection.execute(
            "SELECT commune_code, reason, delta, submission_id FROM marts.changed_since('2020-07-06')"
            " WHERE measure = 'admitted' AND month = DATE '2020-06-01' ORDER BY changed_at"
        ).fetchall() == [
            (TAN_PHONG, "resubmission", 1, "tan-phong-june-2"),
            (DONG_PHONG, "decision", 1, "dong-phong-june"),
        ]


def test_a_figure_leads_back_to_its_cells(history: dict[str, Any]) -> None:
    with duckdb.connect(str(history["settings"].published), read_only=True) as connection:
        row = connection.execute(
            "SELECT admitted FROM marts.mart_target_attainment WHERE commune_code = ? AND month = ?", [TAN_PHONG, JUNE]
        ).fetchone()
        traced = connection.execute(
            "SELECT file_name, sheet, cell, value FROM marts.trace('mart_target_attainment', ?, figure := 'admitted')",
            [f"{KEYS[TAN_PHONG]}|{JUNE}"],
        ).fetchall()
        assert traced == [
            ("tan-phong-june-2.xlsx", "Kết nạp", "D11", "1"),
            ("tan-phong-june-2.xlsx", "Kết nạp", "D12", "2"),
        ]
        assert row == (sum(int(value) for *_, value in traced),)
        with pytest.raises(duckdb.Error, match="none of the relations"):
            connection.execute("FROM marts.trace('mart_nothing', 'x')").fetchall()
