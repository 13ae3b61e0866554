"""What counts as built is what the build saw; nothing counts as judged that came or was decided since."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from warehouse.connections import writing
from warehouse.ledger import (
    begin_build,
    enter_built_months,
    enter_judged,
    forget_months_of,
    is_judged,
    start_afresh_unless,
)
from warehouse.settings import Settings
from warehouse.tables import create_tables

TOUCHED = "SELECT 'k' AS commune_key, DATE '2020-07-01' AS month"


@pytest.fixture
def store(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A store with one accepted report, of which a build sees everything."""
    with writing(settings) as connection:
        create_tables(connection)
        accept(connection, "first", 1)
        connection.execute("CREATE SCHEMA warehouse.intermediate")
        connection.execute(
            "CREATE TABLE warehouse.intermediate.int_months_to_build AS"
            f" SELECT *, true AS is_in_this_build FROM ({TOUCHED})"
        )
        connection.execute(f"CREATE TABLE warehouse.intermediate.int_touched_months AS {TOUCHED}")
        connection.execute(
            "CREATE TABLE warehouse.intermediate.int_touched_periods AS SELECT '2020' AS period, 'months' AS made_of"
        )
        connection.execute("CREATE TABLE warehouse.intermediate.int_official_periods AS SELECT '2020' AS period")
        connection.execute(
            "CREATE TABLE warehouse.intermediate.int_summed_months AS"
            " SELECT 'year' AS period_kind, '2020' AS period, DATE '2020-07-01' AS month, 'figures' AS made_of"
        )
        yield connection


def accept(connection: duckdb.DuckDBPyConnection, submission_id: str, version: int) -> None:
    connection.execute(
        "INSERT INTO warehouse.raw.submissions (submission_id, kind, status, commune_key, month, version)"
        " VALUES (?, 'report', 'accepted', 'k', DATE '2020-07-01', ?)",
        [submission_id, version],
    )


def built(connection: duckdb.DuckDBPyConnection) -> list[tuple[str]]:
    return connection.execute("SELECT submission_id FROM warehouse.ledger.built_submissions ORDER BY ALL").fetchall()


def test_a_report_that_came_while_a_build_was_under_way_is_left_for_the_next(store: duckdb.DuckDBPyConnection) -> None:
    begin_build(store, "code of today")
    accept(store, "second", 2)
    enter_built_months(store)
    assert built(store) == [("first",)]


def test_what_a_period_was_made_of_is_entered_and_one_that_is_no_more_is_forgotten(
    store: duckdb.DuckDBPyConnection,
) -> None:
    store.execute(
        "INSERT INTO warehouse.ledger.built_periods VALUES ('2019', 'another list'), ('2020', 'fewer months')"
    )
    enter_built_months(store)
    assert store.execute("FROM warehouse.ledger.built_periods").fetchall() == [("2020", "months")]


def test_what_a_month_s_sums_were_made_of_is_entered_and_one_that_is_no_more_is_forgotten(
    store: duckdb.DuckDBPyConnection,
) -> None:
    store.execute(
        "INSERT INTO warehouse.ledger.built_sums VALUES"
        " ('year', '2019', DATE '2019-12-01', 'figures'), ('year', '2020', DATE '2020-07-01', 'fewer figures')"
    )
    enter_built_months(store)
    assert store.execute("FROM warehouse.ledger.built_sums").fetchall() == [
        ("year", "2020", date(2020, 7, 1), "figures")
    ]


def test_a_month_that_was_decided_on_meanwhile_is_built_again(store: duckdb.DuckDBPyConnection) -> None:
    begin_build(store, "code of today")
    forget_months_of(store, ["first"])
    enter_built_months(store)
    assert built(store) == []


def test_only_what_was_built_and_then_judged_is_judged(store: duckdb.DuckDBPyConnection) -> None:
    assert not is_judged(store, "code of today")
    begin_build(store, "code of today")
    assert not is_judged(store, "code of today")
    enter_judged(store)
    assert is_judged(store, "code of today")
    begin_build(store, "code of today")
    assert not is_judged(store, "code of today")


def test_what_was_built_by_other_code_or_on_another_day_is_not_judged(store: duckdb.DuckDBPyConnection) -> None:
    begin_build(store, "code of yesterday")
    enter_judged(store)
    assert not is_judged(store, "code of today")


@pytest.mark.parametrize("happens", ["arrival", "decision", "another version", "refusal"])
def test_what_happens_after_the_check_is_not_judged(store: duckdb.DuckDBPyConnection, happens: str) -> None:
    begin_build(store, "code of today")
    enter_judged(store)
    if happens == "arrival":
        accept(store, "second", 2)
    elif happens == "decision":
        forget_months_of(store, ["first"])
    elif happens == "another version":
        store.execute("UPDATE warehouse.raw.submissions SET version = 2")
    else:
        store.execute("UPDATE warehouse.raw.submissions SET status = 'refused'")
    assert not is_judged(store, "code of today")


def test_what_another_recipe_made_is_forgotten_once_and_what_was_sent_stays(store: duckdb.DuckDBPyConnection) -> None:
    def rows(table: str) -> int:
        row = store.execute(f"SELECT count(*) FROM warehouse.{table}").fetchone()
        assert row is not None
        return int(row[0])

    assert start_afresh_unless(store, "one")
    store.execute("CREATE SCHEMA warehouse.marts")
    begin_build(store, "code of today")
    store.execute("INSERT INTO warehouse.ledger.built_submissions (submission_id) VALUES ('first')")
    store.execute("INSERT INTO warehouse.ledger.months_again VALUES ('k', DATE '2020-07-01')")
    store.execute("INSERT INTO warehouse.ledger.built_periods VALUES ('2020', 'months')")
    store.execute("INSERT INTO warehouse.ledger.built_sums VALUES ('year', '2020', DATE '2020-07-01', 'figures')")
    for table in ("failures", "version_failures", "judgements", "held_back", "versions", "decisions"):
        column = store.execute(f"DESCRIBE warehouse.quality.{table}").fetchall()[0][0]
        store.execute(f"INSERT INTO warehouse.quality.{table} ({column}) VALUES ('x')")
    assert not start_afresh_unless(store, "one")
    assert (rows("ledger.built_submissions"), rows("ledger.months_again"), rows("quality.failures")) == (1, 1, 1)
    assert start_afresh_unless(store, "two")
    assert not start_afresh_unless(store, "two")
    assert rows("ledger.recipe") == 1
    for table in ("failures", "version_failures", "judgements", "held_back", "versions"):
        assert rows(f"quality.{table}") == 0
    for table in ("built_submissions", "months_again", "built_periods", "built_sums"):
        assert rows(f"ledger.{table}") == 0
    assert (rows("raw.submissions"), rows("quality.decisions")) == (1, 1)
    assert (
        store.execute(
            "SELECT schema_name FROM duckdb_schemas()"
            " WHERE database_name = 'warehouse' AND schema_name IN ('marts', 'intermediate', 'staging', 'reference')"
        ).fetchall()
        == []
    )
