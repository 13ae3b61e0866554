"""Targets over time, and every published figure through the marts that have to reproduce it."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbt_project.build import MARTS, RECONCILE, build
from dbt_project.table_macros import table_macros
from ingest.load import load
from samples.city import DONG_PHONG
from samples.layout import targets_bytes
from samples.model import Targets, targets_2015
from tests.dbt_project import published
from warehouse.publish import publish
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"

CITY = "FROM marts.mart_term_review WHERE level = 'city' AND term = '2015-2020'"
DONG_PHONGS = f"FROM marts.mart_term_review WHERE commune_code = '{published.DONG_PHONG}' AND term ="
TAN_PHONGS = f"FROM marts.mart_target_attainment WHERE commune_code = '{published.TAN_PHONG}' AND month ="
#: Where the warehouse has each published figure.
QUERIES = {
    "lai_chau_2015_2020_admitted": f"SELECT admitted {CITY}",
    "lai_chau_2015_2020_women": f"SELECT women {CITY}",
    "lai_chau_2015_2020_ethnic_minority": f"SELECT ethnic_minority {CITY}",
    "lai_chau_2015_2020_mean_per_year": f"SELECT mean_per_year {CITY}",
    "lai_chau_2015_2020_term_target": f"SELECT term_target {CITY}",
    "lai_chau_2015_2020_attainment_pct": f"SELECT 100 * attainment {CITY}",
    "dong_phong_2015_2020_admitted": f"SELECT admitted {DONG_PHONGS} '2015-2020'",
    "dong_phong_2015_2020_term_target": f"SELECT term_target {DONG_PHONGS} '2015-2020'",
    "dong_phong_2015_2020_attainment_pct": f"SELECT 100 * attainment {DONG_PHONGS} '2015-2020'",
    "dong_phong_2020_2025_term_target": f"SELECT term_target {DONG_PHONGS} '2020-2025'",
    "year_1235_of_1200_pct": f"SELECT 100 * year_attainment {TAN_PHONGS} DATE '2021-12-01'",
    "october_1669_of_2000_pct": f"SELECT 100 * year_attainment {TAN_PHONGS} DATE '2022-10-01'",
    "half_year_46_of_120_pct": f"SELECT 100 * year_attainment {TAN_PHONGS} DATE '2023-06-01'",
    "year_358_of_members_pct": f"SELECT 100 * admitted_ytd_share_of_opening {TAN_PHONGS} DATE '2024-12-01'",
}


def golden() -> dict[str, str]:
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        return {row["figure"]: row["value"] for row in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of the store that holds the published figures."""
    home = tmp_path_factory.mktemp("published")
    settings = load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": f"{published.TODAY}"}, home)
    published.fill(settings)
    build(settings, RECONCILE)
    build(settings, MARTS)
    publish(settings, table_macros())
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_every_published_figure_is_looked_for() -> None:
    assert set(golden()) == set(QUERIES)


@pytest.mark.parametrize("figure", QUERIES)
def test_the_marts_have_the_published_figure(figure: str, marts: duckdb.DuckDBPyConnection) -> None:
    value = golden()[figure]
    ((found,),) = rows(marts, QUERIES[figure])
    # What was published with two decimals was rounded, or cut off (1,235 of 1,200 are 102.916…).
    last_place = 0.01 if "." in value else 1e-9
    assert abs(found - float(value)) < last_place


def test_the_targets_of_a_day_are_those_in_force_however_they_came(marts: duckdb.DuckDBPyConnection) -> None:
    def target_on(day: str) -> list[tuple[Any, ...]]:
        return rows(
            marts,
            f"SELECT target, version, submission_id FROM marts.targets_on('{day}')"
            f" WHERE commune_code = '{published.DONG_PHONG}' AND period = '2015-2020'",
        )

    assert target_on("2015-06-30") == []
    assert target_on("2015-07-01") == [(15, 1, "first")]
    # Came on 20 November, holds from January.
    assert target_on("2017-12-31") == [(15, 1, "first")]
    assert target_on("2018-01-01") == [(18, 2, "early")]
    # Came in February 2020, holds from January 2019.
    assert target_on("2018-12-31") == [(18, 2, "early")]
    assert target_on("2019-01-01") == [(20, 3, "late")]


def test_a_commune_that_ended_has_no_targets_afterwards(marts: duckdb.DuckDBPyConnection) -> None:
    counted = "SELECT count(*) FROM marts.targets_on(DATE '{}') WHERE commune_code = '03406'"
    assert rows(marts, counted.format("2020-06-30")) == [(1,)]
    assert rows(marts, counted.format("2020-07-01")) == [(0,)]


def test_a_month_is_measured_by_the_target_of_its_last_day(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "SELECT month, term_target FROM marts.mart_target_attainment"
        f" WHERE commune_code = '{published.DONG_PHONG}' AND month IN ('2017-12-01', '2018-01-01', '2019-01-01')"
        " ORDER BY month",
    ) == [(date(2017, 12, 1), 15), (date(2018, 1, 1), 18), (date(2019, 1, 1), 20)]


def test_the_city_has_no_target_while_a_commune_lacks_one(marts: duckdb.DuckDBPyConnection) -> None:
    # Six of the seven communes of the next term have no target on file, and all have one for the term before.
    assert rows(
        marts,
        "SELECT term_target, term_attainment, communes_without_term_target FROM marts.mart_city_attainment"
        " WHERE month IN ('2020-06-01', '2020-07-01') ORDER BY month",
    ) == [(400, 1.0625, 0), (None, None, 6)]


def test_the_city_s_last_month_of_a_term_agrees_with_its_review(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "SELECT admitted_ttd, term_target, term_attainment FROM marts.mart_city_attainment WHERE month = '2020-06-01'",
    ) == rows(marts, f"SELECT admitted, term_target, attainment {CITY}")


def versions_after(home: Path, sheets: dict[date, Targets]) -> list[tuple[Any, ...]]:
    """The target versions of a store into which the sheets came on these days."""
    settings: Settings | None = None
    for day, targets in sheets.items():
        settings = load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": f"{day}"}, home)
        settings.landing.mkdir(parents=True, exist_ok=True)
        (settings.landing / f"{day}.xlsx").write_bytes(targets_bytes(targets))
        load(settings)
    assert settings
    build(settings, select="+int_target_versions")
    with duckdb.connect(str(settings.store), read_only=True) as connection:
        return rows(
            connection,
            "SELECT commune_code, period, version, target, effective_on, effective_until"
            " FROM intermediate.int_target_versions ORDER BY ALL",
        )


def test_an_amended_workbook_may_come_before_the_one_that_it_amends(tmp_path: Path) -> None:
    first = targets_2015()
    january_2018 = first.effective + 30
    amended = replace(
        first,
        effective=january_2018,
        lines=tuple(
            replace(line, term=25, years=(2, 4, 4, 5, 6, 4)) if line.commune is DONG_PHONG else line
            for line in first.lines
        ),
    )
    in_order = versions_after(tmp_path / "in order", {date(2015, 7, 1): first, date(2018, 1, 5): amended})
    assert ("03408", "2015-2020", 1, 20, date(2015, 7, 1), date(2018, 1, 1)) in in_order
    assert ("03408", "2015-2020", 2, 25, date(2018, 1, 1), date(9999, 12, 31)) in in_order
    assert versions_after(tmp_path / "other", {date(2017, 12, 5): amended, date(2018, 3, 1): first}) == in_order
