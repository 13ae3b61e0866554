"""The whole way over a DuckLake: what is published is what a store in a file gives, row for row."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import steps
from tests.postgres_server import PASSWORD, Postgres
from tests.security.searching import places_with
from tests.steps.lakes import FIRST, SECOND, MakeOffice, differing, run
from warehouse.connections import reading_published
from warehouse.settings import Settings

pytestmark = [pytest.mark.pipeline, pytest.mark.services]

ROOT = Path(__file__).parents[2]


def test_a_lake_and_a_file_publish_the_same(office: MakeOffice, lake: dict[str, str], tmp_path: Path) -> None:
    file, in_lake = office("file"), office("lake", **lake)
    for settings in (file, in_lake):
        assert run(settings, FIRST) == ["load", "build", "check", "publish"]
        run(settings, SECOND)
    assert differing(file, in_lake) == []
    assert not in_lake.store.exists()
    with reading_published(in_lake) as connection:
        assert connection.execute("SELECT count(*) FROM warehouse.raw.submissions").fetchone() == (15,)
    # dbt's logs and the journals of the home among them.
    assert places_with([PASSWORD], tmp_path) == []
    # Nothing has come since, which is known without building anything.
    assert dict(steps.run(in_lake))["publish"]["unchanged"] is True


def host(name: str, settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    """`admissions …` on a host of its own: with its name and network, in which there is nothing, not even loopback."""
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.Popen(
        ["unshare", "--net", "--uts", "sh", "-c", 'hostname "$1"; shift; exec "$@"', "sh", name, *command],
        env=os.environ | settings.as_environment(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def can_have_hosts() -> bool:
    tried = ["unshare", "--net", "--uts", "hostname", "tried"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_two_hosts_that_load_at_once_lose_nothing_and_end_as_one(
    office: MakeOffice, lake: dict[str, str], postgres: Postgres, tmp_path: Path
) -> None:
    if not can_have_hosts():
        pytest.skip("this user may not have a network of its own (unshare)")
    alone = office("alone")
    run(alone, FIRST)
    # PostgreSQL by its socket, which lies in a folder that both have; so do archive and data.
    shared = lake | {"STORE": lake["STORE"].replace("host=127.0.0.1", f"host={postgres.folder}")}
    hosts = {name: office(name, **shared, ARCHIVE=str(tmp_path / "archive")) for name in ("north", "south")}
    files = sorted(alone.landing.rglob("*.xlsx"))
    assert len(files) == 8
    for number, file in enumerate(files):
        # Each has its own, and both have some.
        for name in ("north", "south") if number % 5 == 0 else (("north", "south")[number % 2],):
            place = hosts[name].landing / file.relative_to(alone.landing)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, place)
    loads = {name: host(name, settings, "load") for name, settings in hosts.items()}
    for name, process in loads.items():
        said = process.communicate()[1]
        assert process.returncode == 0, f"{name}: {said}"
    in_lake = hosts["north"]
    list(steps.run(in_lake))
    with reading_published(in_lake) as connection:
        assert connection.execute("SELECT count(*) FROM warehouse.raw.submissions").fetchone() == (8,)
    # What lay in both landing folders has come once.
    assert differing(alone, in_lake) == []
    assert steps.verify(hosts["south"])["troubles"] == []
