"""All samples over both stores, built by dbt with its data tests; and a rebuild that takes a lake's place."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import steps
from samples.write import write_samples
from tests.postgres_server import PASSWORD, Postgres
from tests.steps.lakes import FIRST, SECOND, THIRD, MakeOffice, differing, run

pytestmark = [pytest.mark.pipeline, pytest.mark.services, pytest.mark.soak, pytest.mark.data_tests, pytest.mark.cold]

ROOT = Path(__file__).parents[2]


def test_all_samples_are_the_same_over_both_stores(office: MakeOffice, lake: dict[str, str]) -> None:
    file, in_lake = office("file"), office("lake", **lake)
    for settings in (file, in_lake):
        write_samples(settings.landing)
        list(steps.run(settings))
    assert differing(file, in_lake) == []


def test_a_rebuild_takes_the_place_of_what_a_lake_has(office: MakeOffice, lake: dict[str, str]) -> None:
    file, in_lake = office("file"), office("lake", **lake)
    run(in_lake, SECOND)
    rebuilt = steps.rebuild(in_lake, replace=True)
    assert (rebuilt["workbooks"], rebuilt["same"]) == (15, True)
    assert steps.verify(in_lake)["troubles"] == []
    # It goes on from there.
    for settings in (file, in_lake):
        run(settings, THIRD)
    assert differing(file, in_lake) == []


def test_a_catalogue_that_goes_away_in_the_middle_of_a_build_is_a_sentence_and_nothing_is_half_done(
    office: MakeOffice, lake: dict[str, str], postgres: Postgres
) -> None:
    """(In the middle of dbt's own build, which commits table by table.)"""
    file, in_lake = office("file"), office("lake", **lake)
    run(file, FIRST)
    write_samples(in_lake.landing, until=FIRST)
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "run"],
        env=os.environ | in_lake.as_environment(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    database = lake["STORE"].rpartition("=")[2]
    until = time.monotonic() + 240
    # Some tables are there, and some are not.
    tables = "SELECT count(*) FROM ducklake_table WHERE end_snapshot IS NULL"
    built = "SELECT count(*) FROM ducklake_schema WHERE schema_name = 'intermediate'"
    while not has_begun(postgres, database, built) or postgres.ask(database, tables) < [(60,)]:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.1)
    postgres.kill()
    said = process.communicate()[1]
    postgres.start()
    assert process.returncode == 1
    assert "The catalogue of the store in PostgreSQL cannot be reached" in said
    assert "Traceback" not in said
    assert PASSWORD not in said
    assert not in_lake.published.exists()
    list(steps.run(in_lake))
    assert differing(file, in_lake) == []


def has_begun(postgres: Postgres, database: str, asked: str) -> bool:
    return postgres.ask(database, "SELECT to_regclass('public.ducklake_schema') IS NOT NULL") == [
        (True,)
    ] and postgres.ask(database, asked) != [(0,)]
