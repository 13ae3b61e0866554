"""What was kept for long enough goes; what is kept for ever stays, however old."""

import errno
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

import steps
from tests.warehouse.backup.office import files_of, open_office
from warehouse.clean_up import clean_up
from warehouse.run_lock import holding
from warehouse.run_log import last_steps, noting
from warehouse.settings import Settings


def put(path: Path, days: float) -> Path:
    """A file that was last written so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"1234")
    os.utime(path, (time.time() - days * 86_400,) * 2)
    return path


def test_logs_and_the_outbox_go_by_their_own_days_and_folders_with_them(settings: Settings) -> None:
    settings = replace(settings, keep_logs=10, keep_outbox=100)
    gone = [
        put(settings.home / "airflow" / "logs" / "dag" / "run" / "1.log", 11),
        put(settings.home / "dbt" / "logs" / "dbt.log", 11),
        put(settings.outbox / "2020-07" / "KN.xlsx", 101),
    ]
    kept = [
        put(settings.home / "airflow" / "logs" / "dag" / "2.log", 9),
        put(settings.outbox / "2020-08" / "KN.xlsx", 11),
        put(settings.home / "airflow" / "airflow.db", 1_000),
    ]
    cleaned = clean_up(settings)
    assert (cleaned.files, cleaned.bytes, cleaned.left) == (3, 12, [])
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in kept)
    assert not (settings.outbox / "2020-07").exists()
    assert not (settings.home / "airflow" / "logs" / "dag" / "run").exists()


def test_nought_is_for_ever(settings: Settings) -> None:
    settings = replace(settings, keep_logs=0, keep_outbox=0)
    put(settings.home / "airflow" / "logs" / "1.log", 30_000)
    put(settings.outbox / "KN.xlsx", 30_000)
    with noting(settings, "admissions load"):
        pass
    assert clean_up(settings).files == 0
    assert len(last_steps(settings, 9)) == 1


def test_whatever_is_kept_for_ever_stays_however_old(settings: Settings) -> None:
    settings = replace(open_office(settings, files=1), keep_logs=1, keep_outbox=1)
    put(settings.landing / "2015" / "KN.xlsx", 3_000)
    put(settings.reports / "data_docs" / "index.html", 3_000)
    for path in settings.home.rglob("*"):
        os.utime(path, (1, 1))
    before = files_of(settings.home)
    assert clean_up(settings).files == 0
    assert {**files_of(settings.home), "cleaned_up.json": b""} == {**before, "cleaned_up.json": b""}


def test_what_a_killed_process_has_left_goes_after_two_days(settings: Settings) -> None:
    open_office(settings, files=1)
    some = next(settings.archive.glob("??"))
    left = [
        settings.home / "rebuild-17" / "published" / "x.duckdb",
        settings.home / ".incoming-abc",
        some / ".incoming-abc",
        settings.published.parent / ".admissions.duckdb.17",
        settings.published.parent / ".parquet.17" / "marts" / "x.parquet",
        settings.archive / ".restoring" / "ab" / "x",
    ]
    for path in left:
        put(path, 1)
    assert clean_up(settings).files == 0
    for path in left:
        put(path, 3)
    assert clean_up(settings).files == len(left)
    assert not list(settings.home.glob("rebuild-*"))


def test_what_waits_to_be_put_in_its_place_is_not_left_behind(settings: Settings) -> None:
    waiting = put(settings.archive / ".restoring" / "ab" / "x", 3)
    settings.restoring.parent.mkdir(parents=True, exist_ok=True)
    settings.restoring.write_text("{}")
    with pytest.raises(steps.StepFailed, match="cut short"):
        steps.clean_up(settings)
    assert waiting.exists()


def test_a_link_out_of_the_outbox_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    elsewhere = put(tmp_path / "elsewhere" / "mine.txt", 3_000)
    settings.outbox.mkdir(parents=True)
    (settings.outbox / "link").symlink_to(elsewhere.parent)
    clean_up(replace(settings, keep_outbox=1))
    assert elsewhere.exists()


def test_lines_about_runs_that_are_too_old_are_thrown_away(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "runs.jsonl").write_text(
        '{"what": "old", "began_at": "2020-01-01T00:00:00", "seconds": 1.0, "sentence": null}\nno line\n'
    )
    with noting(settings, "new"):
        pass
    clean_up(settings)
    assert [step.what for step in last_steps(settings, 9)] == ["new"]


def test_while_a_run_goes_on_nothing_is_removed(settings: Settings) -> None:
    import threading

    put(settings.outbox / "KN.xlsx", 3_000)
    said: list[str] = []

    def other() -> None:
        try:
            steps.clean_up(settings)
        except steps.StepFailed as error:
            said.append(str(error))

    with holding(settings, "another run"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert "another run" in said[0]
    assert (settings.outbox / "KN.xlsx").exists()


def test_a_clock_that_is_a_year_ahead_for_a_night_has_nothing_thrown_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(settings, keep_logs=90, keep_outbox=730)
    kept = [put(settings.home / "airflow" / "logs" / f"{days}.log", days) for days in (1, 80)]
    gone = put(settings.home / "airflow" / "logs" / "old.log", 91)
    right = time.time()
    assert clean_up(settings).files == 1
    assert not gone.exists()
    for ahead in (365, 0, 1):
        monkeypatch.setattr("warehouse.clean_up.time.time", lambda ahead=ahead: right + ahead * 86_400)
        assert clean_up(settings).files == 0
    assert all(path.exists() for path in kept)
    # A machine that was off for as long throws it away in the end.
    monkeypatch.setattr("warehouse.clean_up.time.time", lambda: right + 365 * 86_400)
    assert [clean_up(settings).files for _ in range(14)].count(1) == 2


def test_on_a_disk_that_is_full_is_cleaned_up_all_the_same(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = put(settings.home / "airflow" / "logs" / "old.log", 91)

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr("warehouse.clean_up.write_whole", full)
    assert clean_up(settings).files == 1
    assert not gone.exists()
