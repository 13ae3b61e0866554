"""The process beside the portal: asked twice, failing, dying, ending with the portal. Its processes are real ones."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from portal.app import make_app
from portal.work import JUDGE, RUN, State, Work
from tests.conftest import MakeSettings
from warehouse.run_lock import holding
from warehouse.settings import Settings

ROOT = Path(__file__).parents[2]
#: Keeps what it is asked for, and does what a file says: ends well, fails, dies.
_STUB = """
    import json, os, pathlib, sys, time
    home = pathlib.Path(os.environ["ADMISSIONS_HOME"])
    for line in sys.stdin:
        with (home / "asked").open("a") as asked:
            asked.write(line)
        print(json.dumps({"began": line.strip()}), flush=True)
        print("what a library says", flush=True)
        print('"no object"', flush=True)
        print(json.dumps({"step": "build"}), flush=True)
        while (home / "wait").exists():
            time.sleep(0.01)
        way = (home / "way").read_text() if (home / "way").exists() else "done"
        if way == "die":
            os._exit(1)
        told = {"failed": "Hỏng.", "failed_en": "Broken."} if way == "fail" else {"done": line.strip()}
        print(json.dumps(told), flush=True)
"""


@pytest.fixture
def work(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Work whose process only says that it does something."""
    settings.home.mkdir(parents=True)
    script = settings.home / "stub.py"
    script.write_text(textwrap.dedent(_STUB), encoding="utf-8")
    monkeypatch.setattr("portal.work._COMMAND", (sys.executable, str(script)))
    made = Work(settings)
    yield made
    made.stop()


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never was"
        time.sleep(0.01)


def asked(settings: Settings) -> list[str]:
    path = settings.home / "asked"
    return path.read_text().split() if path.exists() else []


def test_it_tells_what_it_does_and_how_it_ended(settings: Settings, work: Work) -> None:
    (settings.home / "wait").touch()
    assert work.state == State()
    work.ask(JUDGE)
    assert work.state.doing == JUDGE
    until(lambda: work.state.step == "build")
    (settings.home / "wait").unlink()
    until(lambda: work.state.doing is None)
    assert (work.state.did, work.state.is_done, work.state.sentence) == (JUDGE, True, None)


def test_asked_twice_before_it_begins_it_is_done_once(settings: Settings, work: Work) -> None:
    (settings.home / "wait").touch()
    for _ in range(4):
        work.ask(JUDGE)
    until(lambda: work.state.step is not None)
    (settings.home / "wait").unlink()
    until(lambda: work.state.doing is None)
    # The first began at once; what came meanwhile may not be in it, and is done once more.
    assert asked(settings) == [JUDGE, JUDGE]


def test_a_whole_run_judges_too_and_what_is_to_be_learnt_is_not_forgotten(settings: Settings, work: Work) -> None:
    (settings.home / "wait").touch()
    for what in (JUDGE, "teach {}", JUDGE, RUN):
        work.ask(what)
    (settings.home / "wait").unlink()
    until(lambda: work.state.doing is None)
    assert (settings.home / "asked").read_text().splitlines() == [JUDGE, "teach {}", JUDGE, RUN]
    (settings.home / "wait").touch()
    for what in (JUDGE, RUN, JUDGE):
        work.ask(what)
    (settings.home / "wait").unlink()
    until(lambda: work.state.doing is None)
    assert asked(settings)[-2:] == [JUDGE, RUN]


def test_what_it_could_not_do_is_a_sentence_in_both_languages(settings: Settings, work: Work) -> None:
    (settings.home / "way").write_text("fail")
    work.ask(JUDGE)
    until(lambda: work.state.doing is None)
    assert (work.state.is_done, work.state.told("vi"), work.state.told("en")) == (False, "Hỏng.", "Broken.")


def test_where_it_dies_in_the_middle_it_is_said_and_the_next_one_does_it(settings: Settings, work: Work) -> None:
    (settings.home / "way").write_text("die")
    work.ask(JUDGE)
    until(lambda: work.state.doing is None)
    assert (work.state.is_done, work.state.told("vi")) == (False, None)
    (settings.home / "way").unlink()
    work.ask(JUDGE)
    until(lambda: work.state.doing is None)
    assert (work.state.is_done, asked(settings)) == (True, [JUDGE, JUDGE])


def test_what_waits_is_done_by_another_where_the_first_died(settings: Settings, work: Work) -> None:
    (settings.home / "wait").touch()
    work.ask(JUDGE)
    until(lambda: work.state.step is not None)
    work.ask(RUN)
    assert work._process is not None
    work._process.kill()
    (settings.home / "wait").unlink()
    until(lambda: work.state.doing is None)
    assert (work.state.did, work.state.is_done, asked(settings)) == (RUN, True, [JUDGE, RUN])


def test_one_that_died_while_it_had_nothing_to_do_is_not_missed(settings: Settings, work: Work) -> None:
    for _ in range(5):
        work.wake()
        assert work._process is not None
        work._process.kill()
        work.ask(JUDGE)
        until(lambda: work.state.doing is None)
        assert work.state.is_done is True
    assert asked(settings) == [JUDGE] * 5


def test_it_ends_with_the_portal_and_does_nothing_afterwards(
    settings: Settings, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.app.Work", lambda _: work)
    with TestClient(make_app(settings), base_url="http://127.0.0.1:8000"):
        work.wake()
        process = work._process
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None
    work.ask(JUDGE)
    work.wake()
    assert (work.state, work._process, asked(settings)) == (State(), None, [])


def test_one_that_does_not_end_is_ended(settings: Settings, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.work._PATIENCE", 0.2)
    (settings.home / "wait").touch()
    work.ask(JUDGE)
    until(lambda: work.state.step is not None)
    process = work._process
    work.stop()
    assert process is not None
    assert process.poll() == -signal.SIGKILL


@pytest.mark.pipeline
def test_while_another_run_has_the_store_that_is_its_sentence(make_settings: MakeSettings) -> None:
    settings = make_settings(LANGUAGE="vi")
    work = Work(settings)
    try:
        with holding(settings, "admissions run"):
            work.ask(JUDGE)
            until(lambda: work.state.doing is None)
        assert work.state.is_done is False
        assert "Another run is writing" in str(work.state.told("en"))
        assert "đang ghi" in str(work.state.told("vi"))
    finally:
        work.stop()


@pytest.mark.pipeline
def test_it_does_not_outlive_a_portal_that_was_killed(settings: Settings) -> None:
    starts = """
        import time
        from portal.work import Work
        from warehouse.settings import load_settings
        work = Work(load_settings())
        work.wake()
        print(work._process.pid, flush=True)
        time.sleep(600)
    """
    portal = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(starts)],
        cwd=ROOT,
        env=os.environ | settings.as_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert portal.stdout is not None
    pid = int(portal.stdout.readline())
    until(lambda: (settings.home / "judge.sock").exists())
    portal.kill()
    portal.wait()
    until(lambda: not _is_alive(pid))
    until(lambda: not (settings.home / "judge.sock").exists())


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_software_that_is_exchanged_meanwhile_does_the_next_piece_of_work(
    settings: Settings, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.ask(JUDGE)
    until(lambda: work.state.doing is None)
    first = work._process
    work.ask(JUDGE)
    until(lambda: work.state.doing is None)
    assert work._process is first
    monkeypatch.setattr("portal.work.code_on_disk", lambda: "of tomorrow")
    (settings.home / "wait").touch()
    work.ask(JUDGE)
    until(lambda: work.state.step == "build")
    second = work._process
    assert second is not first
    # Who is busy is left in peace.
    monkeypatch.setattr("portal.work.code_on_disk", lambda: "of the day after")
    work.wake()
    assert work._process is second
    (settings.home / "wait").unlink()
    until(lambda: work.state.doing is None)
    assert work.state.is_done
    assert asked(settings) == [JUDGE] * 3
