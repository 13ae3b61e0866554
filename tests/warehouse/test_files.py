"""A file is there as a whole or not at all, and what stops it is said with its name."""

import errno
import os
from pathlib import Path

import pytest

import steps
from expectations.lines import error_line, report_from_line
from tests.power_loss import watched
from warehouse import journal
from warehouse.files import naming, write_private, write_whole


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_in_the_middle_of_a_file_names_the_file() -> None:
    with pytest.raises(OSError, match="No space left") as said, naming(Path("/home/x/a.xlsx")):
        full()
    assert said.value.filename == "/home/x/a.xlsx"
    sentence = steps.sentence_for(said.value, "en")
    assert sentence is not None
    assert sentence.startswith("The disk is full: /home/x/a.xlsx")


def test_a_full_disk_that_nobody_named_is_that_of_the_home() -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    sentence = steps.sentence_for(error, "en", Path("/home/x"))
    assert sentence is not None
    assert "/home/x cannot be written" in sentence


def test_a_file_that_is_not_there_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as said, naming(tmp_path / "target"):
        (tmp_path / "source").read_bytes()
    assert said.value.filename == str(tmp_path / "source")


def test_a_file_that_could_not_be_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    write_whole(path, b"before")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left") as said:
        write_whole(path, b"after")
    assert said.value.filename == str(path)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_journal_keeps_all_of_what_is_entered_together_or_none_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "decisions.jsonl"
    journal.append(path, [{"n": 1}])
    monkeypatch.setattr(journal.os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as said:
        journal.append(path, [{"n": 2}, {"n": 3}])
    assert said.value.filename == str(path)
    monkeypatch.undo()
    journal.append(path, [{"n": 4}])
    assert [entry["n"] for entry in journal.entries_of(path)] == [1, 4]


def test_the_process_that_checks_tells_of_a_full_disk() -> None:
    with pytest.raises(OSError, match="No space left") as said:
        report_from_line(error_line(OSError(errno.ENOSPC, "full", "/home/x/reports")))
    assert (said.value.errno, said.value.filename) == (errno.ENOSPC, "/home/x/reports")


def test_after_a_power_failure_a_file_is_the_one_before_or_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    path = tmp_path / "home" / "note.json"
    path.write_text("before")
    with watched(tmp_path / "home", tmp_path / "left") as disk:
        found = []
        disk.when_named = lambda: found.append((disk.left_by_a_power_failure() / "note.json").read_text())
        write_whole(path, b"after")
        write_private(path, b"private")
    assert found == ["after", "private"]
