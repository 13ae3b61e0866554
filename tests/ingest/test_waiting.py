"""What waits in the landing folder, and when it is told of."""

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from ingest.landing import scan
from ingest.rows import Arrival
from ingest.waiting import Landing, Watch
from warehouse.journal import append
from warehouse.settings import Settings


@pytest.fixture
def landing(settings: Settings) -> Path:
    settings.landing.mkdir(parents=True)
    return settings.landing


def taken_in(settings: Settings) -> None:
    """All that lies there, as a run enters it in its journal."""
    arrived = datetime(2020, 9, 6)
    append(
        settings.archive / "arrivals.jsonl",
        [
            asdict(Arrival(entry.path_name, arrived, "new", "a", None, entry.bytes, entry.modified_ns))
            for entry in scan(settings.landing)
        ],
    )


def names(settings: Settings) -> list[str]:
    return [entry.path_name for entry in Landing(settings).waiting()]


def test_what_no_run_has_taken_in_waits(settings: Settings, landing: Path) -> None:
    (landing / "a.xlsx").write_text("a")
    taken_in(settings)
    (landing / "b.xlsx").write_text("b")
    (landing / "~$b.xlsx").write_text("the spreadsheet program's")
    assert names(settings) == ["b.xlsx"]


def test_a_file_that_was_written_again_waits_again(settings: Settings, landing: Path) -> None:
    (landing / "a.xlsx").write_text("a")
    taken_in(settings)
    (landing / "a.xlsx").write_text("corrected")
    assert names(settings) == ["a.xlsx"]


def test_the_journal_is_read_on_from_where_it_was_read_last(settings: Settings, landing: Path) -> None:
    looking = Landing(settings)
    (landing / "a.xlsx").write_text("a")
    assert len(looking.waiting()) == 1
    taken_in(settings)
    assert looking.waiting() == []
    (landing / "b.xlsx").write_text("b")
    taken_in(settings)
    assert looking.waiting() == []


def test_a_journal_that_was_begun_anew_is_read_anew(settings: Settings, landing: Path) -> None:
    looking = Landing(settings)
    (landing / "a.xlsx").write_text("a")
    taken_in(settings)
    assert looking.waiting() == []
    (settings.archive / "arrivals.jsonl").write_text("")
    assert len(looking.waiting()) == 1


def test_a_line_that_is_being_written_is_read_when_it_is_whole(settings: Settings, landing: Path) -> None:
    (landing / "a.xlsx").write_text("a")
    taken_in(settings)
    journal = settings.archive / "arrivals.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-9])
    looking = Landing(settings)
    assert len(looking.waiting()) == 1
    journal.write_bytes(whole)
    assert looking.waiting() == []


def test_a_damaged_line_hides_no_file(settings: Settings, landing: Path) -> None:
    (landing / "a.xlsx").write_text("a")
    settings.archive.mkdir(parents=True)
    (settings.archive / "arrivals.jsonl").write_text(json.dumps({"path": "a.xlsx"}) + "\nno JSON\n")
    assert names(settings) == ["a.xlsx"]


class Clock:
    """A watch that is looked at when a test says so."""

    def __init__(self, settings: Settings) -> None:
        self.watch = Watch(Landing(settings), quiet=5, again=100)

    def told(self, now: float) -> int:
        return len(self.watch.look(now))


def test_files_are_told_of_together_when_nothing_has_been_added_for_a_while(settings: Settings, landing: Path) -> None:
    clock = Clock(settings)
    assert clock.told(0) == 0
    (landing / "a.xlsx").write_text("a")
    assert clock.told(10) == 0
    (landing / "b.xlsx").write_text("b")
    assert (clock.told(14), clock.told(18)) == (0, 0)
    assert clock.told(19) == 2


def test_a_file_that_grows_is_waited_for(settings: Settings, landing: Path) -> None:
    clock = Clock(settings)
    for second in range(0, 30, 3):
        (landing / "a.xlsx").write_text("a" * (second + 1))
        assert clock.told(second) == 0
    assert clock.told(33) == 1


def test_a_file_that_somebody_has_open_for_writing_is_waited_for(settings: Settings, landing: Path) -> None:
    clock = Clock(settings)
    with (landing / "a.xlsx").open("w") as file:
        file.write("half")
        file.flush()
        assert (clock.told(0), clock.told(6), clock.told(60)) == (0, 0, 0)
    assert clock.told(66) == 1


def test_what_was_told_of_is_told_of_once_more_only_when_it_stays(settings: Settings, landing: Path) -> None:
    clock = Clock(settings)
    (landing / "a.xlsx").write_text("a")
    assert (clock.told(0), clock.told(5)) == (0, 1)
    assert (clock.told(6), clock.told(104)) == (0, 0)
    assert clock.told(105) == 1
    taken_in(settings)
    assert clock.told(300) == 0


def test_what_comes_while_the_first_is_under_way_is_told_of(settings: Settings, landing: Path) -> None:
    clock = Clock(settings)
    (landing / "a.xlsx").write_text("a")
    assert (clock.told(0), clock.told(5)) == (0, 1)
    (landing / "b.xlsx").write_text("b")
    assert (clock.told(7), clock.told(12)) == (0, 2)


def test_a_clock_that_was_set_back_hides_nothing(settings: Settings, landing: Path) -> None:
    (landing / "a.xlsx").write_text("a")
    taken_in(settings)
    (landing / "b.xlsx").write_text("b")
    os.utime(landing / "b.xlsx", (0, 0))
    assert names(settings) == ["b.xlsx"]


def test_a_folder_that_is_away_is_an_error_and_no_empty_folder(settings: Settings) -> None:
    with pytest.raises(OSError, match="landing"):
        Landing(settings).waiting()
