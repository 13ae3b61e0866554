"""Of the sums to date a build makes those again that are made of something else; what it leaves is what a build from
nothing makes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from dbt_project.build import MARTS, build, enter_built
from tests.dbt_project import official_office as office
from tests.dbt_project.official_office import (
    ask,
    build_all,
    build_unentered,
    change_nothing,
    correct_an_old_figure,
    correct_figures_of_two_years,
    hold_a_month_back,
)
from warehouse.connections import writing
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

MADE = "warehouse.marts.mart_composition"
#: (kind, period) -> the first month from which on its sums are made again.
Touched = dict[tuple[str, str], date]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return office.built(tmp_path_factory.mktemp("sums"))


def touched(settings: Settings) -> Touched:
    rows = ask(
        settings,
        "SELECT period_kind, period, min(month), count(*) FROM warehouse.intermediate.int_touched_sums GROUP BY ALL",
    )
    later = ask(settings, "SELECT period_kind, period, month FROM warehouse.intermediate.int_summed_months")
    for kind, period, first, number in rows:
        # All later ones of the same period with it.
        assert number == sum((kind, period) == each[:2] and each[2] >= first for each in later)
    return {(kind, period): first for kind, period, first, _ in rows}


def made(settings: Settings) -> list[tuple[Any, ...]]:
    return ask(settings, f"FROM {MADE} ORDER BY ALL")


def made_from_nothing(settings: Settings) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        connection.execute("DELETE FROM warehouse.ledger.built_sums")
        connection.execute(f"DELETE FROM {MADE}")
    build(settings, MARTS)
    enter_built(settings)
    return made(settings)


def lose_the_first_month(connection: duckdb.DuckDBPyConnection) -> None:
    """Of all communes: the history begins a month later."""
    connection.execute("DELETE FROM warehouse.raw.submissions WHERE month = DATE '2021-01-01'")


def from_on(first: date, *terms: str) -> Touched:
    return {
        ("month", f"{first:%Y-%m}"): first,
        ("year", f"{first:%Y}"): first,
        **{("term", term): first for term in terms},
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_nothing, {}),
        (correct_an_old_figure, from_on(date(2022, 5, 1), "2020-2025")),
        # What is no more counts for the later months, too.
        (
            lose_the_first_month,
            {("year", "2021"): date(2021, 2, 1), ("term", "2020-2025"): date(2021, 2, 1)},
        ),
        (hold_a_month_back, from_on(date(2021, 10, 1), "2020-2025")),
    ],
)
def test_only_the_sums_in_which_something_has_changed_are_made_again_and_all_are_right(
    settings: Settings, change: Callable[[duckdb.DuckDBPyConnection], None], expected: Touched
) -> None:
    before = made(settings)
    with writing(settings) as connection:
        change(connection)
    build_unentered(settings)
    assert touched(settings) == expected
    enter_built(settings)
    after = made(settings)
    assert (after != before) == (change is not change_nothing)
    assert after == made_from_nothing(settings)


def test_a_build_that_is_killed_before_its_end_leaves_the_sums_for_the_next_one(settings: Settings) -> None:
    with writing(settings) as connection:
        correct_figures_of_two_years(connection)
    build_unentered(settings)
    right = made(settings)
    # Killed: some rows were written, also of a month that is no more, and nothing was entered.
    with writing(settings) as connection:
        connection.execute("DELETE FROM warehouse.ledger.built_nodes")
        connection.execute(f"DELETE FROM {MADE} WHERE period = '2023' AND month > DATE '2023-06-01'")
        connection.execute(
            f"INSERT INTO {MADE} SELECT * REPLACE (DATE '2026-01-01' AS month) FROM {MADE} WHERE period = '2024-12'"
        )
    build_unentered(settings)
    assert touched(settings) == from_on(date(2023, 2, 1), "2020-2025")
    enter_built(settings)
    assert made(settings) == right
    build_all(settings)
    assert touched(settings) == {}
