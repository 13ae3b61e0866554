"""A process that stays and forks one for each check; what may be the matter with it is no matter to a check."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_store import Reconciled

from expectations import process, resident
from expectations.process import CheckProcess
from expectations.report import NothingToJudge
from warehouse.connections import writing
from warehouse.run_lock import holder_of, holding
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline


@pytest.fixture
def own_processes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one for each process that a check starts for itself."""
    as_it_is, started = process._worker, list[int]()

    def count(*arguments: object) -> object:
        started.append(1)
        return as_it_is(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(process, "_worker", count)
    return started


@pytest.fixture
def stays(reconciled, settings: Settings) -> Iterator[Settings]:
    reconciled(Reconciled(reported=12, expected=14))
    with resident.resident(settings):
        wait_for(lambda: (settings.home / resident._NAME).exists())
        yield settings


def wait_for(holds) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def its_pid(settings: Settings) -> int:
    listed = subprocess.run(["pgrep", "-f", f"expectations.resident {settings.home}$"], capture_output=True, text=True)
    return int(listed.stdout.split()[0])


def judged(settings: Settings) -> int:
    with CheckProcess(settings) as judge:
        return judge.run().open_critical


def test_it_checks_again_and_again_and_holds_nothing_in_between(stays: Settings, own_processes: list[int]) -> None:
    with holding(stays, "a run"):
        assert [judged(stays), judged(stays)] == [1, 1]
    assert own_processes == []
    assert holder_of(stays) is None
    with writing(stays) as connection:
        assert connection.execute("SELECT count(DISTINCT run_id) FROM warehouse.quality.results").fetchone() == (2,)


def test_it_imports_when_it_is_woken(stays: Settings, own_processes: list[int]) -> None:
    resident.wake(stays)
    assert judged(stays) == 1
    assert own_processes == []


def test_a_trouble_keeps_its_type(settings: Settings) -> None:
    with resident.resident(settings):
        wait_for(lambda: (settings.home / resident._NAME).exists())
        with pytest.raises(NothingToJudge):
            CheckProcess(settings).run()


def test_where_it_has_died_a_check_starts_its_own(stays: Settings, own_processes: list[int]) -> None:
    os.kill(its_pid(stays), signal.SIGKILL)
    assert judged(stays) == 1
    assert own_processes == [1]


def test_where_it_hangs_a_check_starts_its_own(
    stays: Settings, own_processes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resident, "_ANSWERS_WITHIN", 0.2)
    pid = its_pid(stays)
    os.kill(pid, signal.SIGSTOP)
    assert judged(stays) == 1
    assert own_processes == [1]
    os.kill(pid, signal.SIGCONT)
    with writing(stays) as connection:
        # What it forks in the end finds its input closed.
        assert connection.execute("SELECT count(DISTINCT run_id) FROM warehouse.quality.results").fetchone() == (1,)


def test_one_that_hangs_does_not_keep_the_store(stays: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resident, "_ANSWERS_WITHIN", 0.2)
    pid = its_pid(stays)
    os.kill(pid, signal.SIGSTOP)
    with holding(stays, "a run"):
        assert judged(stays) == 1
    assert holder_of(stays) is None
    os.kill(pid, signal.SIGCONT)


def test_one_that_asks_for_nothing_keeps_nobody_waiting(stays: Settings, own_processes: list[int]) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as silent, resident._address(stays.home) as address:
        silent.connect(address)
        assert judged(stays) == 1
    assert own_processes == []


def test_a_check_that_is_killed_is_done_again(stays: Settings, own_processes: list[int]) -> None:
    with CheckProcess(stays) as judge:
        judge.start()
        assert judge._process is not None
        judge._process.kill()
        assert judge.run().open_critical == 1
    assert own_processes == [1]


def test_older_code_does_not_check_and_makes_way_for_what_is_installed(
    stays: Settings, own_processes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judged(stays) == 1
    with monkeypatch.context() as patch:
        patch.setattr(resident, "code_digest", lambda: "of tomorrow")
        assert judged(stays) == 1
    assert own_processes == [1]
    wait_for(lambda: resident.forked(stays, os.environ, ()) is not None)
    assert judged(stays) == 1
    assert own_processes == [1]


def test_it_ends_with_its_owner(settings: Settings) -> None:
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time\n"
            "from expectations.resident import resident\n"
            "from warehouse.settings import load_settings\n"
            "with resident(load_settings()): time.sleep(600)",
        ],
        env=os.environ | settings.as_environment() | {"PYTHONPATH": str(Path.cwd())},
    )
    wait_for(lambda: (settings.home / resident._NAME).exists())
    pid = its_pid(settings)
    owner.kill()
    owner.wait()
    wait_for(lambda: not Path(f"/proc/{pid}").exists())
