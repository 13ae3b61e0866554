"""One run at a time on all hosts: each has a home of its own, and all have the catalogue."""

import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from tests.postgres_server import Postgres
from warehouse.connections import writing
from warehouse.doctor.home import lock as examined
from warehouse.lake.address import CatalogueUnreachable
from warehouse.lake.catalogue import note_published, published_before
from warehouse.run_lock import StoreBusy, holder_of, holding, lending
from warehouse.settings import Settings

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[3]
HOST = socket.gethostname()
HoldsAndStarts = Callable[[Settings], tuple[subprocess.Popen[str], int]]


@pytest.fixture
def here(make_settings: MakeSettings, lake: dict[str, str], tmp_path: Path) -> Settings:
    return make_settings(**lake, HOME=str(tmp_path / "here"))


@pytest.fixture
def there(make_settings: MakeSettings, lake: dict[str, str], tmp_path: Path) -> Settings:
    return make_settings(**lake, HOME=str(tmp_path / "there"))


def test_another_host_is_told_who_has_the_store_and_where(here: Settings, there: Settings) -> None:
    with holding(here, "admissions run"):
        with pytest.raises(StoreBusy, match=f"admissions run @ {HOST}, process"), holding(there, "admissions load"):
            pass
        found = holder_of(there)
        assert found
        assert (found.what, found.host) == ("admissions run", HOST)
        # What to do about its process is for its own doctor to say.
        assert [finding.is_good for finding in examined(there)] == [True]
        assert holder_of(here) is None
    assert holder_of(there) is None
    with holding(there, "admissions load"):
        assert holder_of(there) is None


def test_a_run_keeps_the_store_between_two_of_its_steps_on_different_hosts(here: Settings, there: Settings) -> None:
    with holding(here, "admissions load", run="monthly 1", goes_on=True):
        pass
    with pytest.raises(StoreBusy, match="between two of its steps"), holding(there, "admissions run"):
        pass
    with holding(there, "admissions build", run="monthly 1"):
        pass
    with holding(here, "admissions run"):
        pass


def test_while_one_reads_another_writes_and_waits_in_its_turn(here: Settings, there: Settings) -> None:
    with holding(here, "admissions load"):
        with lending(here), holding(there, "admissions load"):
            pass
        with pytest.raises(StoreBusy), holding(there, "admissions load"):
            pass
    with holding(there, "admissions load"):
        pass


def test_what_was_lent_and_is_not_given_back_is_said(here: Settings, there: Settings) -> None:
    def lend_for_long() -> None:
        with holding(here, "admissions load"):
            kept = holding(there, "admissions run")
            try:
                with lending(here):
                    kept.__enter__()
            finally:
                kept.__exit__(None, None, None)

    with pytest.raises(StoreBusy, match="admissions run @"):
        lend_for_long()
    assert holder_of(there) is None


@pytest.fixture
def holds_and_starts() -> HoldsAndStarts:
    """A process that has the store and one that writes for it, whose number it tells."""

    def start(settings: Settings) -> tuple[subprocess.Popen[str], int]:
        program = """
            import subprocess, sys, time
            from warehouse.run_lock import for_children, holding
            from warehouse.settings import load_settings
            settings = load_settings()
            with holding(settings, "admissions build"):
                files, held = for_children(settings)
                child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=files)
                print(child.pid, flush=True)
                time.sleep(600)
        """
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program)],
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **settings.as_environment()},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        return process, int(process.stdout.readline())

    return start


def test_a_host_that_is_killed_leaves_no_lock_once_what_writes_for_it_has_ended(
    here: Settings, there: Settings, holds_and_starts: HoldsAndStarts
) -> None:
    process, child = holds_and_starts(here)
    try:
        process.kill()
        process.wait()
        with pytest.raises(StoreBusy, match="admissions build @"), holding(there, "admissions run"):
            pass
    finally:
        subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(child)], check=True)
    until = time.monotonic() + 10
    while holder_of(there) is not None:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_after_a_restart_of_the_catalogue_nobody_takes_the_store_for_his(here: Settings, postgres: Postgres) -> None:
    def go_on() -> None:
        with holding(here, "admissions run"):
            postgres.kill()
            postgres.start()
            with writing(here):
                pass

    with pytest.raises(CatalogueUnreachable):
        go_on()
    with writing(here) as connection:
        connection.execute("CREATE SCHEMA warehouse.raw")


def test_what_was_published_last_before_a_moment_is_known(here: Settings) -> None:
    assert here.lake
    assert published_before(here.lake, datetime(2026, 1, 1)) is None
    for day in (1, 3):
        with writing(here) as connection:
            connection.execute(f"CREATE SCHEMA warehouse.day_{day}")
        note_published(here.lake, datetime(2026, 9, day))
    first, second = (published_before(here.lake, datetime(2026, 9, day)) for day in (2, 4))
    assert first is not None
    assert second == first + 1
    assert published_before(here.lake, datetime(2026, 9, 1)) is None
