"""A backup of an office that is at work: restored elsewhere it publishes the same, and a run finds nothing new."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import steps
from expectations.decide import Request
from portal import accounts
from samples.write import write_samples
from tests.steps.test_rebuild import ROOT, run, settings_of
from warehouse.compare import differing_tables
from warehouse.connections import reading_published
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A month's workbooks of seven communes, published, with a decision and an account."""
    settings = settings_of(tmp_path_factory.mktemp("office") / "var")
    write_samples(settings.landing, until=date(2015, 7, 1))
    run(settings)
    shutil.copy(settings.published, undecided(settings))
    steps.decide(settings, Request((first_failure(settings),), "accept", "Lò Văn A", "đã kiểm tra"), publish_now=True)
    accounts.add(settings, "Lò Văn A", "steward", None, "a long password", settings.current_instant())
    return settings


def undecided(settings: Settings) -> Path:
    """What was published before anything was decided."""
    return settings.home / "undecided.duckdb"


def first_failure(settings: Settings) -> str:
    with reading_published(settings) as connection:
        row = connection.execute("SELECT failure_id FROM warehouse.quality.failures ORDER BY failure_id").fetchone()
    assert row is not None
    return str(row[0])


def decisions(settings: Settings) -> list[tuple[str, str]]:
    with reading_published(settings) as connection:
        return connection.execute(
            "SELECT decision_id, reason FROM warehouse.quality.decisions ORDER BY decision_id"
        ).fetchall()


def test_an_office_restored_elsewhere_has_the_same_tables_and_its_run_finds_nothing_new(
    office: Settings, tmp_path: Path
) -> None:
    made = steps.backup(office, tmp_path / "backup")
    assert made["troubles"] == []
    # The backup has changed nothing here.
    assert [name for name, _ in steps.run(office)] == ["load", "publish"]
    elsewhere = settings_of(tmp_path / "elsewhere")
    done = steps.restore(elsewhere, tmp_path / "backup")
    assert (done["rebuilt"], done["lists"], done["settings"]) == (False, [], [])
    assert differing_tables(office.published, elsewhere.published) == ()
    assert differing_tables(office.store, elsewhere.store) == ()
    loaded = dict(steps.run(elsewhere))["load"]
    assert (loaded["found"], loaded["new"]) == (0, 0)
    assert differing_tables(office.published, elsewhere.published) == ()
    assert decisions(elsewhere) == decisions(office) != []
    assert accounts.checked(elsewhere, "Lò Văn A", "a long password")
    for home in (office, elsewhere):
        assert steps.verify(home)["troubles"] == []
        assert [each.sentence for each in steps.examine(home) if not each.is_good] == []
    assert steps.rebuild(elsewhere, replace=False)["same"]


def test_a_decision_that_waited_for_a_run_is_in_the_backup_and_counts_after_it(
    office: Settings, tmp_path: Path
) -> None:
    """It stands in the journal alone when the backup is made."""
    from expectations.decide import note

    note(office, Request((first_failure(office),), "reopen", "Lò Văn A", "xem lại"))
    steps.backup(office, tmp_path / "backup")
    elsewhere = settings_of(tmp_path / "elsewhere")
    steps.restore(elsewhere, tmp_path / "backup")
    assert "xem lại" not in {reason for _, reason in decisions(elsewhere)}
    run(elsewhere)
    assert "xem lại" in {reason for _, reason in decisions(elsewhere)}


@pytest.mark.soak
def test_a_backup_beside_runs_that_are_killed_comes_back_as_a_home_that_publishes_the_same(
    office: Settings, tmp_path: Path
) -> None:
    chance = random.Random(15)
    busy = settings_of(tmp_path / "busy")
    write_samples(busy.landing, until=date(2015, 7, 1))
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "run"],
        env={**os.environ, **busy.as_environment()},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (busy.archive / "arrivals.jsonl").exists():
        time.sleep(0.02)
    made = steps.backup(replace(busy, wait_seconds=0), tmp_path / "backup")
    assert len(made["troubles"]) <= 1
    time.sleep(chance.uniform(0, 1))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    restored = settings_of(tmp_path / "restored")
    steps.restore(restored, tmp_path / "backup")
    # What was not taken in yet is sent once more.
    write_samples(restored.landing, until=date(2015, 7, 1))
    run(restored)
    differing = {each.table for each in differing_tables(undecided(office), restored.published)}
    assert differing <= {"raw.arrivals"}
