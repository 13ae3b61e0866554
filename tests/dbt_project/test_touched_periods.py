"""Of the official forms a build makes those periods again that are made of something else; what it leaves is what a
build from nothing makes."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from dbt_project.build import MARTS, build, enter_built
from tests.dbt_project import official_office as office
from tests.dbt_project.official_office import (
    ask,
    build_unentered,
    change_nothing,
    correct_an_old_figure,
    correct_figures_of_two_years,
    hold_a_month_back,
)
from warehouse.connections import writing
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

MADE = ("intermediate.int_official_values", "marts.mart_official_report")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return office.built(tmp_path_factory.mktemp("periods"))


def touched(settings: Settings) -> set[str]:
    return {period for (period,) in ask(settings, "SELECT period FROM warehouse.intermediate.int_touched_periods")}


def made(settings: Settings) -> list[list[tuple[Any, ...]]]:
    return [ask(settings, f"FROM warehouse.{table} ORDER BY ALL") for table in MADE]


def made_from_nothing(settings: Settings) -> list[list[tuple[Any, ...]]]:
    with writing(settings) as connection:
        connection.execute("DELETE FROM warehouse.ledger.built_periods")
        for table in MADE:
            connection.execute(f"DELETE FROM warehouse.{table}")
    build(settings, MARTS)
    enter_built(settings)
    return made(settings)


def lose_a_form(connection: duckdb.DuckDBPyConnection) -> None:
    """Đông Phong's own figures of the second half of 2024."""
    connection.execute("DELETE FROM warehouse.raw.official_lines WHERE period = '2024-H2' AND field = 'women'")


def send_a_form_of_a_year_without_months(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "INSERT INTO warehouse.raw.official_lines"
        " SELECT * REPLACE ('2019-H1' AS period) FROM warehouse.raw.official_lines WHERE period = '2024-H2'"
    )


def take_that_form_back(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DELETE FROM warehouse.raw.official_lines WHERE period = '2019-H1'")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_nothing, set()),
        # The year and its half, and those in which they stand as the year before.
        (correct_an_old_figure, {"2022", "2022-H1", "2023", "2023-H1"}),
        (hold_a_month_back, {"2021", "2021-H2", "2022", "2022-H2"}),
        (lose_a_form, {"2024-H2"}),
        (send_a_form_of_a_year_without_months, {"2019-H1"}),
        (take_that_form_back, set()),
    ],
)
def test_only_the_periods_that_something_has_changed_in_are_made_again_and_all_are_right(
    settings: Settings, change: Callable[[duckdb.DuckDBPyConnection], None], expected: set[str]
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


def test_a_build_that_is_killed_before_its_end_leaves_the_periods_for_the_next_one(settings: Settings) -> None:
    with writing(settings) as connection:
        correct_figures_of_two_years(connection)
    build_unentered(settings)
    right = made(settings)
    # Killed: half of a period's rows were written, and nothing was entered.
    with writing(settings) as connection:
        connection.execute("DELETE FROM warehouse.ledger.built_nodes")
        connection.execute("DELETE FROM warehouse.marts.mart_official_report WHERE period = '2023' AND position > 3")
    build_unentered(settings)
    assert touched(settings) == {"2023", "2023-H1", "2024", "2024-H1"}
    enter_built(settings)
    assert made(settings) == right
    build_unentered(settings)
    assert touched(settings) == set()
