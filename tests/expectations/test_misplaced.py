"""A report under a title that is not its own: one failure, and nothing that is its consequence."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from small_store import Reconciled

from expectations.store.rules import replace_overrides
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.stored.quality import OverrideRow

pytestmark = pytest.mark.pipeline

Store = Callable[..., Settings]

THEIRS = Reconciled(
    *("cells_of_another_commune", "KN-1", "other_communes_cells", 9, 0),
    **{"line_number": None, "line_kind": None, "field": None},
    cell_name="Phường Đoàn Kết",
    cells=("B11",),
)
WRONG_TOTAL = Reconciled(reported=12, expected=14)
NOT_CARRIED = Reconciled(
    *("kn3_opening_carried", "KN-3", "carry_forward", 40, 41),
    **{"sheet": "Đảng viên", "line_number": 1, "line_kind": "cell", "field": "opening", "cells": ("D11",)},
    cell_name="Chi bộ 1",
)
LATE = Reconciled(
    *("report_late", "KN-1", "late", 3, 0),
    **{"sheet": None, "line_number": None, "line_kind": None, "field": None, "cell_name": None, "cells": ()},
)
CONSEQUENCES = (WRONG_TOTAL, NOT_CARRIED)


def check(settings: Settings) -> Any:
    from expectations.check import check as judge

    return judge(settings)


def rows(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        return connection.execute(statement).fetchall()


def failing(settings: Settings) -> dict[str, str]:
    return dict(rows(settings, "SELECT rule_id, state FROM warehouse.quality.failures"))


def accept(settings: Settings, rule_id: str) -> None:
    with writing(settings) as connection:
        connection.execute(
            "INSERT INTO warehouse.quality.decisions BY NAME"
            " SELECT 'd' AS decision_id, failure_id, case_id, 'accept' AS decision, 'A' AS decided_by, ? AS decided_at,"
            " 'vì' AS reason, rule_id, commune_key, commune_code, month, submission_id, reported, expected"
            " FROM warehouse.quality.failures WHERE rule_id = ?",
            [datetime(2020, 8, 20), rule_id],
        )


def override(settings: Settings, severity: str) -> None:
    row = OverrideRow(1, "cells_of_another_commune", None, None, date(2020, 12, 1), severity, "A", "vì")
    with writing(settings) as connection:
        replace_overrides(connection, [row])


def test_nothing_else_is_judged_of_a_report_that_is_another_commune_s(reconciled: Store) -> None:
    settings = reconciled(THEIRS, *CONSEQUENCES)
    report = check(settings)
    assert (report.open_critical, report.held_back) == (1, 1)
    assert failing(settings) == {"cells_of_another_commune": "open"}
    assert {each.rule_id: each.outcome for each in report.outcomes}["kn1_column_total"] == "not_evaluated"
    ((kind, cells, failures),) = rows(settings, "SELECT kind, cells, len(failures) FROM warehouse.quality.causes")
    assert (kind, cells, failures) == ("other_communes_cells", ["Kết nạp!B11"], 1)
    assert rows(settings, "SELECT * FROM warehouse.quality.proposals") == []


def test_the_same_failures_are_there_without_it(reconciled: Store) -> None:
    settings = reconciled(*CONSEQUENCES)
    check(settings)
    assert set(failing(settings)) == {"kn1_column_total", "kn3_opening_carried"}


def test_that_the_report_is_late_is_no_consequence(reconciled: Store) -> None:
    settings = reconciled(THEIRS, LATE, *CONSEQUENCES)
    check(settings)
    assert set(failing(settings)) == {"cells_of_another_commune", "report_late"}


def test_when_a_steward_accepts_it_everything_is_judged(reconciled: Store) -> None:
    settings = reconciled(THEIRS, *CONSEQUENCES)
    check(settings)
    accept(settings, "cells_of_another_commune")
    report = check(settings)
    assert report.held_back == 1
    assert failing(settings) == {
        "cells_of_another_commune": "accepted",
        "kn1_column_total": "open",
        "kn3_opening_carried": "open",
    }


@pytest.mark.parametrize("severity", ["warning", "off"])
def test_where_it_does_not_hold_a_month_back_everything_is_judged(reconciled: Store, severity: str) -> None:
    settings = reconciled(THEIRS, *CONSEQUENCES)
    override(settings, severity)
    check(settings)
    assert {"kn1_column_total", "kn3_opening_carried"} <= set(failing(settings))


def test_another_commune_s_report_is_judged_as_ever(reconciled: Store) -> None:
    elsewhere = Reconciled(commune_code="03389", submission_id="second", reported=1, expected=2)
    settings = reconciled(THEIRS, *CONSEQUENCES, elsewhere)
    check(settings)
    assert rows(settings, "SELECT commune_code, rule_id FROM warehouse.quality.failures ORDER BY commune_code") == [
        ("03389", "kn1_column_total"),
        ("03408", "cells_of_another_commune"),
    ]


def test_the_right_report_that_comes_after_it_settles_it(reconciled: Store) -> None:
    before = {"version": 1, "is_newest": False}
    first = (Reconciled(**{**vars(each), **before}) for each in (THEIRS, *CONSEQUENCES))
    settings = reconciled(*first, Reconciled(version=2, submission_id="second"))
    report = check(settings)
    assert (report.open_critical, report.held_back) == (0, 0)
    assert failing(settings) == {"cells_of_another_commune": "resolved"}


def test_the_whole_report_is_in_doubt_for_the_month_after(reconciled: Store) -> None:
    settings = reconciled(THEIRS, *CONSEQUENCES)
    rows(
        settings,
        "INSERT INTO warehouse.intermediate.int_report_versions BY NAME SELECT 1 AS submission_number,"
        " 'first' AS submission_id, 'key of 03408' AS commune_key, DATE '2020-07-01' AS month, 'sent' AS variant,"
        " true AS is_effective",
    )
    check(settings)
    assert rows(settings, "SELECT form, is_clear, proposed FROM warehouse.quality.doubts") == [(None, True, [])]
