"""What is published can be made again from the archive, whatever happened on the way."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

import steps
from dbt_project import build
from samples.write import write_samples
from warehouse.compare import differing_tables
from warehouse.connections import writing
from warehouse.decisions import Decision, keep, read_journal
from warehouse.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]


def settings_of(home: Path) -> Settings:
    environment = {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2016-07-06", "ADMISSIONS_ARRIVAL": "modified"}
    return load_settings(environment, home)


def run(settings: Settings) -> None:
    for _ in steps.run(settings):
        pass


def run_and_kill(settings: Settings, seconds: float) -> None:
    """Start a run in a process of its own and kill it with everything it has started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "run"],
        env={**os.environ, **settings.as_environment()},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


#: One order of events is tried always, others in the long tests.
SEEDS = (20160706, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 11)))


@pytest.fixture(scope="module", params=SEEDS)
def troubled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A year's workbooks that arrived in a random order, some of them twice, corrections before what they correct,
    with runs killed at random moments."""
    folder = tmp_path_factory.mktemp("troubled")
    settings = settings_of(folder / "var")
    sent = folder / "sent"
    write_samples(sent, until=date(2016, 6, 1))
    files = sorted(path for path in sent.rglob("*") if path.is_file())
    chance = random.Random(request.param)
    chance.shuffle(files)
    assert any("dinh_chinh" in path.name for path in files)
    half = len(files) // 2
    for batch in (files[:half], [*files[half:], *chance.sample(files[:half], 5)]):
        for path in batch:
            target = settings.landing / path.relative_to(sent)
            if target.exists():
                target = target.with_stem(f"{target.stem} (2)")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        run_and_kill(settings, chance.uniform(1, 12))
        run(settings)
    return settings


@pytest.mark.pipeline
def test_a_rebuild_by_dbt_itself_gives_the_same_tables_after_shuffled_repeated_and_killed_runs(
    troubled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "begin_with", lambda *_: pytest.fail("dbt was not asked"))
    summary = steps.rebuild(troubled, replace=False)
    assert summary["differences"] == []
    assert summary["same"] is True
    assert summary["workbooks"] > 80


@pytest.mark.pipeline
def test_a_rebuild_finds_what_was_changed_by_hand_and_can_mend_it(troubled: Settings) -> None:
    shutil.copy(troubled.published, troubled.home / "before.duckdb")
    with writing(troubled) as connection:
        connection.execute("UPDATE warehouse.raw.report_lines_kn1 SET admitted = admitted + 1 WHERE line_number = 2")
        connection.execute("DELETE FROM warehouse.ledger.built_submissions")
    run(troubled)
    summary = steps.rebuild(troubled, replace=True)
    assert "marts.fct_admissions" in {each["table"] for each in summary["differences"]}
    assert differing_tables(troubled.home / "before.duckdb", troubled.published) == ()


def test_an_archived_file_that_is_not_what_was_received_is_named(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "var")
    write_samples(settings.landing, until=date(2015, 7, 1))
    steps.load(settings)
    victim = next(path for path in sorted(settings.archive.glob("??/*")) if path.suffix == ".xlsx")
    victim.chmod(0o644)
    victim.write_bytes(b"something else")
    with pytest.raises(steps.StepFailed, match=victim.name):
        steps.rebuild(settings, replace=False)


def test_files_are_compared_row_by_row_whatever_their_order(tmp_path: Path) -> None:
    for name, rows in (("a", "(1, 'x'), (2, 'y')"), ("b", "(2, 'y'), (1, 'x')"), ("c", "(1, 'x'), (3, 'y')")):
        with duckdb.connect(str(tmp_path / name)) as connection:
            connection.execute("CREATE SCHEMA marts")
            connection.execute(f"CREATE TABLE marts.t AS FROM (VALUES {rows}) AS t (number, name)")
    assert differing_tables(tmp_path / "a", tmp_path / "b") == ()
    (found,) = differing_tables(tmp_path / "a", tmp_path / "c")
    assert (found.table, found.rows_before, found.rows_after, found.only_before, found.only_after) == (
        *("marts.t", 2, 2, 1, 1),
    )


def test_decisions_come_back_from_their_journal(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "var")
    decision = Decision(
        decision_id="d",
        failure_id="f",
        case_id="03408-2016-05",
        decision="accept",
        decided_by="Nguyễn Văn A",
        decided_at=settings.current_instant(),
        reason="đã kiểm tra",
        rule_id="kn1_ages",
        commune_key="k",
        commune_code="03408",
        month=date(2016, 5, 1),
        submission_id="s",
        reported=2.0,
        expected=3.0,
    )
    from warehouse.tables import create_tables

    with writing(settings) as connection:
        create_tables(connection)
        keep(connection, settings.archive, [decision])
        kept = connection.execute("FROM warehouse.quality.decisions").fetchall()
        connection.execute("DELETE FROM warehouse.quality.decisions")
        assert read_journal(connection, settings.archive) == 1
        assert read_journal(connection, settings.archive) == 0
        assert connection.execute("FROM warehouse.quality.decisions").fetchall() == kept
