"""Parquet for whoever has no DuckDB: a file a table, of a large one a file a year; only what has changed is written."""

import shutil
import subprocess
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from warehouse import parquet_copies
from warehouse.connections import writing
from warehouse.publish import publish
from warehouse.settings import Settings
from warehouse.tables import create_tables

FACTS = "marts/fct_x.parquet"


@pytest.fixture(autouse=True)
def store(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts of three years and of none, a form's figures of three periods, and a table that has neither."""
    monkeypatch.setattr(parquet_copies, "LARGE", 4)
    with writing(settings) as connection:
        create_tables(connection)
        connection.execute("CREATE SCHEMA warehouse.marts")
        connection.execute(
            "CREATE TABLE warehouse.marts.fct_x AS FROM (VALUES"
            " (DATE '2019-12-01', 1), (DATE '2020-01-01', 2), (DATE '2020-02-01', 3), (DATE '2021-01-01', 4), (NULL, 5)"
            ") AS rows (month, number)"
        )
        connection.execute(
            "CREATE TABLE warehouse.marts.mart_form AS FROM (VALUES"
            " ('2020-H1', 1), ('2020', 2), ('2021-H2', 3), ('2021', 4)) AS rows (period, number)"
        )
        connection.execute("CREATE TABLE warehouse.marts.dim_y AS SELECT range AS number FROM range(9)")


def change(settings: Settings, sql: str) -> None:
    with writing(settings) as connection:
        connection.execute(sql)


def written(settings: Settings) -> dict[str, int]:
    """Place -> the file that is there."""
    found = (path for path in settings.parquet.rglob("*.parquet") if path.is_file())
    return {path.relative_to(settings.parquet).as_posix(): path.stat().st_ino for path in found}


def of_marts(settings: Settings) -> set[str]:
    return {place for place in written(settings) if place.startswith("marts/")}


def same_as_in_the_store(settings: Settings, table: str) -> bool:
    with writing(settings) as connection:
        stored, copied = f"warehouse.marts.{table}", f"read_parquet('{settings.parquet}/marts/{table}.parquet/*')"
        return (
            connection.execute(
                f"(FROM {stored} EXCEPT ALL FROM {copied}) UNION ALL (FROM {copied} EXCEPT ALL FROM {stored})"
            ).fetchall()
            == []
        )


def test_a_large_table_with_months_or_periods_has_a_file_for_each_year(settings: Settings) -> None:
    publish(settings)
    assert of_marts(settings) == {
        "marts/dim_y.parquet",
        *(f"{FACTS}/{year}.parquet" for year in (2019, 2020, 2021, "undated")),
        *(f"marts/mart_form.parquet/{year}.parquet" for year in (2020, 2021)),
    }
    assert same_as_in_the_store(settings, "fct_x")
    assert same_as_in_the_store(settings, "mart_form")
    # Others read the folder as if it were a file.
    assert sorted(pd.read_parquet(settings.parquet / FACTS)["number"]) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("sql", "others"),
    [
        ("UPDATE warehouse.marts.fct_x SET number = 7 WHERE number = 3", {f"{FACTS}/2020.parquet"}),
        ("INSERT INTO warehouse.marts.fct_x VALUES (DATE '2022-05-01', 6)", {f"{FACTS}/2022.parquet"}),
        # Of two rows that exchange their years both are others, though all of them together are the same numbers.
        (
            "UPDATE warehouse.marts.fct_x SET number = 5 - number WHERE number IN (1, 4)",
            {f"{FACTS}/2019.parquet", f"{FACTS}/2021.parquet"},
        ),
        ("UPDATE warehouse.marts.fct_x SET month = DATE '2019-01-01' WHERE month IS NULL", {f"{FACTS}/2019.parquet"}),
        (
            "UPDATE warehouse.marts.mart_form SET number = 7 WHERE period = '2021'",
            {"marts/mart_form.parquet/2021.parquet"},
        ),
    ],
)
def test_only_the_years_in_which_something_has_changed_are_written_again(
    settings: Settings, sql: str, others: set[str]
) -> None:
    publish(settings)
    before = written(settings)
    change(settings, sql)
    publish(settings)
    after = written(settings)
    assert {place for place in after if after[place] != before.get(place)} == others
    assert same_as_in_the_store(settings, "fct_x")
    assert same_as_in_the_store(settings, "mart_form")


def test_a_year_of_which_nothing_is_left_has_no_file(settings: Settings) -> None:
    publish(settings)
    change(settings, "UPDATE warehouse.marts.fct_x SET month = month + INTERVAL 1 YEAR WHERE year(month) = 2019")
    publish(settings)
    assert f"{FACTS}/2019.parquet" not in of_marts(settings)
    assert same_as_in_the_store(settings, "fct_x")


def test_a_table_that_becomes_large_or_small_again_is_there_once(settings: Settings) -> None:
    publish(settings)
    change(settings, "DELETE FROM warehouse.marts.fct_x WHERE number > 2")
    publish(settings)
    assert {place for place in of_marts(settings) if place.startswith(FACTS)} == {FACTS}
    change(settings, "INSERT INTO warehouse.marts.fct_x SELECT DATE '2020-05-01', range FROM range(3)")
    publish(settings)
    assert {place for place in of_marts(settings) if place.startswith(FACTS)} == {
        f"{FACTS}/{year}.parquet" for year in (2019, 2020)
    }
    assert same_as_in_the_store(settings, "fct_x")


def test_a_file_of_a_year_that_is_damaged_is_written_again(settings: Settings) -> None:
    publish(settings)
    (settings.parquet / FACTS / "2020.parquet").write_bytes(b"cut short")
    publish(settings)
    assert same_as_in_the_store(settings, "fct_x")
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=settings.parquet, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_a_file_with_another_year_s_rows_in_its_place_is_written_again(settings: Settings) -> None:
    publish(settings)
    shutil.copy(settings.parquet / FACTS / "2019.parquet", Path(settings.parquet, FACTS, "copy"))
    Path(settings.parquet, FACTS, "copy").replace(settings.parquet / FACTS / "2020.parquet")
    publish(settings)
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT count(*) FROM '{settings.parquet}/{FACTS}/2020.parquet'").fetchone() == (2,)
    assert same_as_in_the_store(settings, "fct_x")
