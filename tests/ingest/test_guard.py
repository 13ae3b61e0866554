"""Reading in child processes that may die, hang or grow."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from multiprocessing import Pipe
from pathlib import Path
from threading import Timer

import psutil
import pytest

from ingest import worker
from ingest.guard import FileToRead, GuardedReaders
from ingest.model import Reading
from ingest.reader import Context
from ingest.worker import Request
from tests.ingest.sheets import workbook

CONTEXT = Context("district:105", date(2026, 11, 24))


@pytest.fixture
def good(tmp_path: Path) -> FileToRead:
    path = tmp_path / "good.xlsx"
    path.write_bytes(workbook())
    return FileToRead(path, "good.xlsx")


@pytest.fixture
def readers() -> Iterator[GuardedReaders]:
    with GuardedReaders(1, CONTEXT, seconds=10, memory_mb=1024) as opened:
        yield opened


def reasons(readings: Iterator[Reading | OSError]) -> list[str | None]:
    return [reading.reason if isinstance(reading, Reading) else type(reading).__name__ for reading in readings]


def test_files_are_read_in_the_order_given_by_one_reused_process(readers: GuardedReaders, good: FileToRead) -> None:
    other = good.path.with_name("note.xlsx")
    other.write_text("no workbook")
    assert reasons(readers.read_all([good, FileToRead(other, "note.xlsx"), good])) == [None, "not_a_workbook", None]


def test_a_killed_process_refuses_its_file_and_the_next_one_is_read(
    readers: GuardedReaders, good: FileToRead, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A pipe that nobody writes to: opening it blocks the child for ever.
    pipe = good.path.with_name("pipe.xlsx")
    os.mkfifo(pipe)
    monkeypatch.setattr("ingest.guard._refused", lambda file, code, found, expected=None: Reading("", 0, reason=code))
    for child in readers._all:
        monkeypatch.setattr(child, "_seconds", 4)
    assert reasons(readers.read_all([FileToRead(pipe, "pipe.xlsx"), good])) == ["reading_took_too_long", None]


def test_a_process_that_is_kept_from_working_is_waited_for(good: FileToRead, monkeypatch: pytest.MonkeyPatch) -> None:
    with GuardedReaders(1, CONTEXT, seconds=60, memory_mb=1024) as readers:
        # The first file takes longer: the lists of words are made ready.
        assert reasons(readers.read_all([good])) == [None]
        for child in readers._all:
            monkeypatch.setattr(child, "_seconds", 1)
        (process,) = [child._process for child in readers._all if child._process]
        process.send_signal(signal.SIGSTOP)
        Timer(2.5, process.send_signal, [signal.SIGCONT]).start()
        assert reasons(readers.read_all([good])) == [None]


def test_a_process_that_works_for_too_long_ends_itself(good: FileToRead, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = (
        "from ingest import worker\ndef answer(request):\n while True: pass\nworker.answer = answer\nworker.main()"
    )
    started = subprocess.Popen
    monkeypatch.setattr(
        "ingest.guard.subprocess.Popen",
        lambda command, **options: started([command[0], "-c", endless, *command[3:]], **options),
    )
    with GuardedReaders(1, CONTEXT, seconds=1, memory_mb=1024) as readers:
        assert reasons(readers.read_all([good])) == ["reading_took_too_long"]


def test_a_process_that_is_slow_to_start_takes_none_of_the_time_of_its_first_file(
    good: FileToRead, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = subprocess.Popen
    slowly = ("sh", "-c", 'sleep 6; exec "$@"', "sh")
    monkeypatch.setattr(
        "ingest.guard.subprocess.Popen", lambda command, **options: started([*slowly, *command], **options)
    )
    with GuardedReaders(1, CONTEXT, seconds=5, memory_mb=1024) as readers:
        assert reasons(readers.read_all([good])) == [None]


def test_a_process_that_never_starts_refuses_its_file(good: FileToRead, monkeypatch: pytest.MonkeyPatch) -> None:
    started = subprocess.Popen
    monkeypatch.setattr("ingest.guard._STARTS_WITHIN", 1)
    monkeypatch.setattr("ingest.guard.subprocess.Popen", lambda command, **options: started(["sleep", "60"], **options))
    with GuardedReaders(1, CONTEXT, seconds=5, memory_mb=1024) as readers:
        assert reasons(readers.read_all([good])) == ["reading_failed"]


def test_a_reading_that_hangs_ends_by_itself_where_no_run_is_left_to_end_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    ours, theirs = Pipe()
    command = [sys.executable, "-m", "ingest.worker", str(theirs.fileno()), "1024", "1"]
    reader = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=Path(__file__).parents[2])
    try:
        ours.send(Request(str(pipe), "pipe.xlsx", CONTEXT))
        assert reader.wait(timeout=30) == -signal.SIGALRM
    finally:
        reader.kill()
        reader.wait()


def test_a_process_without_enough_memory_refuses_the_file_only(good: FileToRead, tmp_path: Path) -> None:
    large = tmp_path / "large.xlsx"
    large.write_bytes(b"PK\x03\x04" + b"\x00" * 50_000_000)
    with GuardedReaders(1, CONTEXT, seconds=10, memory_mb=128) as readers:
        assert reasons(readers.read_all([FileToRead(large, "large.xlsx"), good])) == ["reading_failed", None]


def test_a_file_beyond_all_size_is_not_even_opened(
    readers: GuardedReaders, good: FileToRead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.guard.LARGEST_FILE", 10)
    assert reasons(readers.read_all([good])) == ["too_large"]
    assert worker.LARGEST_FILE > 10


def test_a_file_that_has_gone_is_an_error_of_that_file(readers: GuardedReaders, good: FileToRead) -> None:
    assert reasons(readers.read_all([FileToRead(good.path / "gone", "gone"), good])) == ["NotADirectoryError", None]


def test_an_answer_that_cannot_be_understood_refuses_its_file_only(
    readers: GuardedReaders, good: FileToRead, monkeypatch: pytest.MonkeyPatch
) -> None:
    (child,) = readers._all
    read = child.read
    answers = iter([lambda file: pickle.loads(b"no pickle"), read])
    monkeypatch.setattr(child, "read", lambda file: next(answers)(file))
    assert reasons(readers.read_all([good, good])) == ["reading_failed", None]


def test_whoever_reads_what_anybody_may_have_made_has_none_of_airflow_s_secrets(
    good: FileToRead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "a key of Airflow's")
    with GuardedReaders(1, CONTEXT, 60, 1024) as readers:
        assert [reading for reading in readers.read_all([good]) if isinstance(reading, Reading)]
        (process,) = (each for each in psutil.Process().children() if "ingest.worker" in each.cmdline())
        environment = process.environ()
    assert "PATH" in environment
    assert not [name for name in environment if name.startswith("AIRFLOW_")]
