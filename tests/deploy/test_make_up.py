"""`make up` and `make down`: Airflow on this machine, for real."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from airflow_client import ask, run_the_dag

from deploy import airflow_home, health, services
from deploy.airflow_home import AirflowHome
from deploy.programs import PROGRAMS
from tests.deploy import memory


def command(project: Path, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"deploy.{name}"],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "HOME": str(project), "ADMISSIONS_HOME": str(project / "var"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.fixture
def up_project(project: Path) -> Iterator[Path]:
    yield project
    command(project, "down")


def listening(pids: set[int]) -> set[str]:
    """The addresses on which these processes listen."""
    return {
        connection.laddr.ip
        for pid in pids
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }


@pytest.mark.services
def test_up_starts_everything_on_loopback_and_down_ends_everything(up_project: Path) -> None:
    started = command(up_project, "up")
    assert started.returncode == 0, started.stdout + started.stderr
    address = re.search(r"Airflow   (http://127\.0\.0\.1:\d+)", started.stdout)
    portal = re.search(r"portal    (http://127\.0\.0\.1:\d+)", started.stdout)
    password = re.search(r"admin, password (\w+)", started.stdout)
    assert address
    assert password
    assert portal
    assert health.answers(f"{portal[1]}/health")

    told = health.states(f"{address[1]}/api/v2/monitor/health")
    assert {told[part] for part in ("metadatabase", "scheduler", "dag_processor", "triggerer")} == {"healthy"}
    home = AirflowHome(up_project / "var" / "airflow")
    running = services.remembered(home)
    assert running
    pids = {process.pid for process in services.belongings(running)}
    assert len(pids) >= len(PROGRAMS)
    assert listening(pids) == {"127.0.0.1"}
    portal_process = next(service.pid for service in running.services if service.name == "portal")
    assert b"AIRFLOW__" not in Path(f"/proc/{portal_process}/environ").read_bytes()
    for private in (home.root, home.passwords, home.secrets, home.running):
        assert private.stat().st_mode & 0o077 == 0, private

    token = ask(f"{address[1]}/auth/token", {"username": "admin", "password": password[1]})["access_token"]
    plugins = ask(f"{address[1]}/api/v2/plugins", token=token)["plugins"]
    links = [view["href"] for plugin in plugins for view in plugin["external_views"]]
    assert links == [f"{portal[1]}/"]

    assert run_the_dag(address[1], password[1], "2020-09-06") == "success"
    calls = (up_project / "var" / "calls.txt").read_text()
    assert calls == "".join(f"{step} 2020-09-06\n" for step in ("load", "build", "check", "publish"))

    # What a secret of Airflow's is stands in its own file, and in no log.
    kept = {*airflow_home.secrets_of(home).values(), password[1]}
    assert {path for path in home.root.rglob("*") if tells(path, kept)} == {home.secrets, home.passwords}

    # A file that comes in is taken in by itself.
    (up_project / "var" / "landing" / "report.xlsx").write_text("a report")
    on_arrival = "".join(f"{step} None\n" for step in ("load", "build", "check", "publish"))
    assert is_told_within(60, up_project / "var" / "calls.txt", calls + on_arrival)

    # After work, as it then waits: 1.5 GB together.
    taken = memory.of_services(service.pid for service in running.services)
    assert min(taken.values()) > 10, taken
    assert sum(taken.values()) < 1536, taken

    again = command(up_project, "up")
    assert again.returncode == 0
    assert "already running" in again.stdout
    assert address[1] in again.stdout

    # A crash: the scheduler's own processes are left without their leader. `down` finds them all the same.
    pids |= {process.pid for process in services.belongings(running)}
    scheduler = next(service for service in running.services if service.name == "scheduler")
    os.kill(scheduler.pid, signal.SIGKILL)
    stopped = command(up_project, "down")
    assert stopped.returncode == 0
    assert "Airflow is stopped" in stopped.stdout
    assert not [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]
    assert health.states(f"{address[1]}/api/v2/monitor/health") == {}
    assert not health.answers(f"{portal[1]}/health")
    assert "not running" in command(up_project, "down").stdout


def tells(path: Path, secrets: set[str]) -> bool:
    if not path.is_file():
        return False
    content = path.read_bytes()
    return any(secret.encode() in content for secret in secrets)


def is_told_within(seconds: float, file: Path, text: str) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if file.read_text() == text:
            return True
        time.sleep(0.5)
    return False


def test_a_port_in_use_is_told_in_a_sentence_and_nothing_is_started(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = command(project, "up", ADMISSIONS_AIRFLOW_PORT=port)
    assert done.returncode == 1
    assert f"Port {port} is in use by another program" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert services.remembered(AirflowHome(project / "var" / "airflow")) is None


def test_down_never_stops_a_stranger_that_got_the_number_of_a_service(tmp_path: Path) -> None:
    home = AirflowHome(tmp_path)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        began = psutil.Process(stranger.pid).create_time()
        services.remember(
            home, services.Running(8080, 8000, (services.Service("scheduler", stranger.pid, began - 3600),))
        )
        running = services.remembered(home)
        assert running
        assert services.stop(home, running, seconds=1) == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_down_without_up_says_so(project: Path) -> None:
    done = command(project, "down")
    assert done.returncode == 0
    assert "not running" in done.stdout
