"""Each finding says what is wrong and what to do, and nothing that is right is found wrong."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import steps
from tests.conftest import MakeSettings
from tests.warehouse.backup.office import open_office
from warehouse.backup import last
from warehouse.connections import writing
from warehouse.doctor import Finding, examine, home
from warehouse.publish import publish
from warehouse.run_lock import Holder
from warehouse.settings import Settings
from warehouse.tables import create_tables


@pytest.fixture
def office(settings: Settings) -> Settings:
    with writing(settings) as connection:
        create_tables(connection)
    return open_office(settings, files=1)


def wrong(settings: Settings) -> list[str]:
    return [each.sentence for each in examine(settings) if not each.is_good]


def notes(settings: Settings) -> list[str]:
    return [each.sentence for each in examine(settings) if each.is_note]


def found(settings: Settings, words: str) -> Finding:
    (finding,) = (each for each in examine(settings) if words in each.sentence)
    return finding


def test_an_office_in_order_is_only_told_that_it_has_no_backup(office: Settings) -> None:
    assert wrong(office) == []
    assert notes(office) == [
        "No backup was made yet: “admissions backup FOLDER”; for one every night set ADMISSIONS_BACKUP."
    ]


# -------------------------------------------------------------------------------------------------------------- backups


@pytest.mark.parametrize(
    ("nightly", "days", "is_good"), [("", 6, True), ("", 8, False), ("x", 1, True), ("x", 3, False)]
)
def test_a_backup_is_old_after_a_week_or_where_it_is_made_every_night_after_two_days(
    office: Settings, tmp_path: Path, nightly: str, days: int, is_good: bool
) -> None:
    settings = replace(office, backup=nightly and str(tmp_path / "nightly"))
    last.remember(office, tmp_path / "mine", datetime.now(UTC) - timedelta(days=days))
    finding = found(settings, str(tmp_path / "mine"))
    assert finding.is_good is is_good
    if not is_good:
        assert f"{days} days" in finding.sentence
        assert f"admissions backup {tmp_path / ('nightly' if nightly else 'mine')}" in finding.sentence


@pytest.mark.parametrize("note", ["{", "[]", '{"folder": "x"}', '{"folder": "x", "at": "2020-09-06"}'])
def test_a_note_of_a_backup_that_cannot_be_read_is_none(office: Settings, note: str) -> None:
    (office.home / "last_backup.json").write_text(note)
    assert found(office, "No backup was made yet").is_note


# ------------------------------------------------------------------------------------------------ what is kept for ever


def test_a_damaged_journal_and_damaged_accounts_are_named(office: Settings) -> None:
    with (office.archive / "case_threads.jsonl").open("w") as journal:
        journal.write("{nonsense}\n")
    office.accounts.write_text("[]")
    journal_sentence, accounts_sentence = wrong(office)
    assert "case_threads.jsonl, line 1" in journal_sentence
    assert "backup" in journal_sentence
    assert str(office.accounts) in accounts_sentence
    assert "users add" in accounts_sentence
    office.accounts.write_bytes(b"\xff")
    assert len(wrong(office)) == 2


def test_restoring_that_was_cut_short_is_all_that_is_told(office: Settings) -> None:
    office.restoring.write_text("{}")
    (finding,) = examine(office)
    assert not finding.is_good
    assert "admissions restore FOLDER" in finding.sentence


# ---------------------------------------------------------------------------------------------------------- store, disk


def test_a_store_of_a_newer_version_is_wrong_and_one_of_an_older_version_worth_a_word(office: Settings) -> None:
    with writing(office) as connection:
        connection.execute("ALTER TABLE warehouse.raw.submissions DROP COLUMN period")
    (older, _) = notes(office)
    assert "raw.submissions.period" in older
    assert wrong(office) == []
    with writing(office) as connection:
        connection.execute("ALTER TABLE warehouse.raw.submissions ADD COLUMN what_comes_next INTEGER")
    (newer,) = wrong(office)
    assert "raw.submissions.what_comes_next" in newer
    assert "rebuild --replace" in newer


def test_a_report_that_is_stamped_later_than_now_is_told_as_a_clock_that_is_wrong(office: Settings) -> None:
    ours = replace(office, today=None)
    with writing(office) as connection:
        now = ours.current_instant()
        connection.execute("UPDATE warehouse.raw.submissions SET received_at = ?", [now + timedelta(minutes=50)])
    publish(office)
    assert [each for each in wrong(ours) if "clock" in each] == []
    with writing(office) as connection:
        connection.execute("UPDATE warehouse.raw.submissions SET received_at = ?", [now + timedelta(days=365)])
    publish(office)
    (told,) = (each for each in wrong(ours) if "clock" in each)
    assert str((now + timedelta(days=365)).year) in told
    assert [each for each in wrong(office) if "clock" in each] == [], "the day is taken as another one"


def test_a_store_of_a_newer_duckdb_is_said_to_be_one(office: Settings) -> None:
    content = bytearray(office.store.read_bytes())
    # The number of the format is the last half of the second word; the first word is the checksum of the others.
    checksum = int.from_bytes(content[:8], "little") ^ _part_of_checksum(content[8:16])
    content[12:16] = (10_000).to_bytes(4, "little")
    content[:8] = (checksum ^ _part_of_checksum(content[8:16])).to_bytes(8, "little")
    office.store.write_bytes(content)
    (sentence,) = (each for each in wrong(office) if "DuckDB" in each)
    assert "rebuild --replace" in sentence


def _part_of_checksum(word: bytes) -> int:
    return int.from_bytes(word, "little") * 0xBF58476D1CE4E5B9 % 2**64


def test_a_disk_without_room_for_the_next_publishing_is_named_once(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = home.shutil.disk_usage(office.home)
    monkeypatch.setattr(home.shutil, "disk_usage", lambda _: real._replace(free=5_000_000))
    (sentence,) = wrong(office)
    assert "5 MB are left" in sentence
    assert "ADMISSIONS_KEEP_LOGS" in sentence


# ------------------------------------------------------------------------------------------------ what is not published


def test_files_that_wait_for_two_days_are_wrong_and_before_that_a_note(office: Settings) -> None:
    with writing(office) as connection:
        connection.execute(
            "INSERT INTO warehouse.raw.submissions (submission_id, status, received_at) VALUES ('a', 'accepted', ?)",
            [office.current_instant() - timedelta(days=1)],
        )
    assert wrong(office) == []
    with writing(office) as connection:
        connection.execute("UPDATE warehouse.raw.submissions SET received_at = TIMESTAMP '2020-09-01 20:00'")
    (sentence,) = wrong(office)
    assert "since 02/09/2020" in sentence
    assert "schedule" in sentence


@pytest.mark.parametrize(("came", "is_told"), [("2020-07-01", True), ("2020-09-01", False)])
def test_a_month_that_waits_for_a_steward_for_long_is_told_with_its_case(
    office: Settings, came: str, is_told: bool
) -> None:
    with writing(office) as connection:
        connection.execute(
            "UPDATE warehouse.raw.submissions"
            " SET commune_key = 'k', month = DATE '2020-06-01', received_at = CAST(? AS TIMESTAMP)",
            [came],
        )
        connection.execute("INSERT INTO warehouse.quality.held_back VALUES ('k', '03408', DATE '2020-06-01', 1)")
    publish(office)
    told = [each for each in notes(office) if "admissions case 03408-2020-06" in each]
    assert len(told) == is_told
    assert wrong(office) == []


# ----------------------------------------------------------------------------------------------------------------- lock

_LEAVES_A_CHILD = """
import os, signal, subprocess, sys
from warehouse.run_lock import for_children, holding
from warehouse.settings import load_settings
settings = load_settings()
with holding(settings, "admissions run"):
    files, held = for_children(settings)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=files,
                             stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_lock_that_a_run_has_left_to_its_child_is_told_with_how_to_end_it(office: Settings) -> None:
    started = subprocess.run(
        [sys.executable, "-c", _LEAVES_A_CHILD],
        env=os.environ | office.as_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    child = int(started.stdout)
    try:
        (sentence,) = wrong(office)
        assert "admissions run" in sentence
        assert f"kill {child}" in sentence
    finally:
        os.kill(child, signal.SIGKILL)
    while [each for each in examine(office) if str(child) in each.sentence]:
        time.sleep(0.05)
    assert wrong(office) == []


@pytest.mark.parametrize(("hours", "is_good"), [(1, True), (7, False)])
def test_a_run_that_goes_on_for_too_long_is_told(
    office: Settings, hours: int, is_good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = Holder("admissions run", os.getppid(), time.time() - hours * 3600)
    monkeypatch.setattr(home, "holder_of", lambda _: holder)
    assert found(office, "admissions run, process").is_good is is_good


# --------------------------------------------------------------------------------------------------------- all together


def test_the_command_marks_notes_and_ends_well_where_nothing_is_wrong(office: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "doctor"],
        env=os.environ | office.as_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "[note] No backup was made yet" in done.stdout


def test_headers_that_nobody_understands_are_counted(
    office: Settings, monkeypatch: pytest.MonkeyPatch, make_settings: MakeSettings
) -> None:
    from datetime import date

    from answers.words import Wording
    from steps import examining
    from steps.words import Word

    def words(state: str, is_foreign: bool, may_hold_figures: bool) -> Word:
        month = date(2020, 7, 1)
        return Word(
            Wording("KN-1", "Lạ", 1, 1, 1, month, month, may_hold_figures, (), ("s", "KN-1", "K")), state, is_foreign
        )

    waiting = [
        words("not_understood", False, True),
        words("not_understood", True, True),
        words("not_understood", False, False),
        words("inferred", False, True),
    ]
    monkeypatch.setattr(examining, "words", lambda _: waiting)
    (sentence,) = (each.sentence for each in steps.examine(office) if "admissions words" in each.sentence)
    assert "figures: 1." in sentence


def test_every_sentence_is_said_in_vietnamese_too(office: Settings, make_settings: MakeSettings) -> None:
    vietnamese = replace(office, language="vi")
    assert len(examine(vietnamese)) == len(examine(office))
    assert any("Chưa sao lưu" in each.sentence for each in examine(vietnamese))
