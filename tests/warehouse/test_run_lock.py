"""One run at a time: who holds the store, who waits, and what a killed holder leaves behind (nothing)."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from warehouse import run_lock
from warehouse.connections import StoreBusy, writing
from warehouse.doctor import examine
from warehouse.run_lock import Holder, holder_of, holding
from warehouse.settings import Settings

ROOT = Path(__file__).parents[2]
HOLDS = """
import sys
from warehouse.run_lock import holding
from warehouse.settings import load_settings
with holding(load_settings(), "admissions run"):
    print("held", flush=True)
    sys.stdin.readline()
"""
HOLDS_WITH_A_CHILD = """
import subprocess, sys
from warehouse.run_lock import for_children, holding
from warehouse.settings import load_settings
settings = load_settings()
with holding(settings, "admissions run"):
    files, environment = for_children(settings)
    writes = "import sys; print('held', flush=True); sys.stdin.readline()"
    subprocess.run([sys.executable, "-c", writes], pass_fds=files)
"""


@contextmanager
def another_process(settings: Settings, program: str = HOLDS) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the store until it is told a line, or until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | settings.as_environment() | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.communicate()


def let_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def is_free(settings: Settings, run: str = "") -> bool:
    try:
        with holding(settings, "a test", run=run, patience=0):
            return True
    except StoreBusy:
        return False


def test_whoever_meets_a_run_is_told_which_it_is(settings: Settings) -> None:
    with another_process(settings) as process:
        it_is = pytest.raises(StoreBusy, match=f"admissions run, process {process.pid}, since")
        with it_is, holding(settings, "admissions load", patience=0):
            pass
        other = holder_of(settings)
        assert other is not None
        assert (other.what, other.pid) == ("admissions run", process.pid)
        let_go(process)
        process.wait()
        assert holder_of(settings) is None


def test_any_writing_waits_for_the_run_and_says_so(
    make_settings: MakeSettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings = make_settings(WAIT_SECONDS="60")
    with another_process(settings) as process:
        soon = threading.Timer(0.5, let_go, [process])
        soon.start()
        with caplog.at_level(logging.WARNING), writing(settings) as connection:
            assert process.wait(10) == 0
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert [f"process {process.pid}" in record.message for record in caplog.records] == [True]
    assert "Waiting for it, at most 60 seconds" in caplog.records[0].message


def test_a_killed_holder_leaves_no_lock_behind(settings: Settings) -> None:
    with another_process(settings) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert is_free(settings)


def test_what_writes_for_a_killed_holder_keeps_the_lock_until_it_ends(settings: Settings) -> None:
    with another_process(settings, HOLDS_WITH_A_CHILD) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not is_free(settings)
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        with holding(settings, "a test", patience=20):
            pass


def test_who_holds_the_store_may_hold_it_again_and_a_second_thread_may_not(settings: Settings) -> None:
    found: list[bool] = []
    with holding(settings, "outer"):
        with holding(settings, "inner", patience=0):
            pass
        thread = threading.Thread(target=lambda: found.append(is_free(settings)))
        thread.start()
        thread.join()
    assert found == [False]
    assert is_free(settings)


def test_between_two_steps_of_a_run_nobody_else_gets_the_store(settings: Settings) -> None:
    with holding(settings, "first step", run="monthly 1", goes_on=True):
        pass
    assert not is_free(settings)
    assert not is_free(settings, run="monthly 2")
    it_is = pytest.raises(StoreBusy, match="first step, between two of its steps")
    with it_is, holding(settings, "by hand", patience=0):
        pass
    with holding(settings, "last step", run="monthly 1", patience=0):
        pass
    assert is_free(settings)


def test_a_step_that_failed_leaves_the_store_to_others(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), holding(settings, "a step", run="monthly 1", goes_on=True):
        raise ZeroDivisionError
    assert is_free(settings)


def test_a_run_that_does_not_go_on_loses_its_place(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_lock, "CLAIM_SECONDS", 0.3)
    with holding(settings, "first step", run="monthly 1", goes_on=True):
        pass
    assert not is_free(settings)
    with holding(settings, "by hand", patience=10):
        pass


def test_a_lock_file_that_somebody_removed_does_not_let_two_in(settings: Settings) -> None:
    with another_process(settings) as process:
        handle_of_old = settings.run_lock.open("rb")
        settings.run_lock.unlink()
        with handle_of_old, holding(settings, "after the removal", patience=0):
            assert settings.run_lock.exists()
            assert not os.path.sameopenfile(handle_of_old.fileno(), os.open(settings.run_lock, os.O_RDONLY))
        let_go(process)


def test_what_the_file_says_need_not_be_readable(settings: Settings) -> None:
    with another_process(settings) as process:
        settings.run_lock.write_bytes(b"{")
        assert not is_free(settings)
        let_go(process)
    settings.run_lock.write_bytes(b'{"what": 1}')
    assert is_free(settings)


def test_a_holder_is_told_with_the_office_s_time() -> None:
    """Seven hours ahead of UTC."""
    since = datetime(2020, 9, 6, 1, 2, 3, tzinfo=UTC).timestamp()
    holder = Holder("admissions run", 12, since)
    assert holder.in_words("en") == "admissions run, process 12, since 08:02:03"
    assert holder.in_words("vi") == "admissions run, tiến trình 12, từ 08:02:03"
    claims = Holder("admissions run", 12, since, "run", since + 60)
    assert "until 08:03:03" in claims.in_words("en")
    assert "đến 08:03:03" in claims.in_words("vi")


def test_the_doctor_says_who_writes_and_leaves_the_store_alone(settings: Settings) -> None:
    with another_process(settings):
        findings = examine(settings)
    assert all(finding.is_good for finding in findings)
    assert [each.sentence for each in findings if "The store is being written to: admissions run" in each.sentence]
    assert not settings.store.exists()
