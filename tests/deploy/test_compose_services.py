"""docker-compose.yml's services, run natively: each one's own command, environment and health check.

What Docker would do is done here by hand: variables are filled in, host names become loopback, ports become free
ones, the home a temporary folder, and the entry point of the PostgreSQL image its three steps.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow_client import run_the_dag
from compose_tools import filled, read_compose

from deploy.make_env import completed

pytestmark = pytest.mark.services

SECONDS_TO_GET_WELL = 90.0


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_isready").exists():
            return folder
    pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: whom to run it as, for subprocess."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise AssertionError("no user to run PostgreSQL as")


class Native:
    """The services of the file as processes of this machine."""

    def __init__(self, folder: Path, project: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.postgres_user = unprivileged()
        (folder / "postgres").mkdir()
        if self.postgres_user:
            os.chown(folder / "postgres", self.postgres_user["user"], self.postgres_user["group"])
        self.ports = {port: free_port() for port in ("5432", "8000", "8080", "8974")}
        example, _ = completed("")
        variables = dict(line.split("=", 1) for line in example.split())
        self.replacements = {
            "postgres:5432": f"127.0.0.1:{self.ports['5432']}",
            "api-server:8080": f"127.0.0.1:{self.ports['8080']}",
            "0.0.0.0": "127.0.0.1",
            "/var/lib/admissions": str(self.home),
            "/opt/admissions": str(project),
            "/var/lib/postgresql/data": str(folder / "postgres"),
            **self.ports,
        }
        self.services: dict[str, Any] = self.native(filled(read_compose()["services"], variables))
        self.project = project
        self.path = os.pathsep.join((str(Path(sys.executable).parent), str(postgres_programs()), "/usr/bin", "/bin"))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.finished: list[str] = []

    def native(self, part: Any) -> Any:
        if isinstance(part, str):
            for written, here in self.replacements.items():
                part = part.replace(written, here)
            return part
        if isinstance(part, list):
            return [self.native(item) for item in part]
        if isinstance(part, dict):
            return {key: self.native(value) for key, value in part.items()}
        return part

    def environment(self, name: str) -> dict[str, str]:
        return {
            "PATH": self.path,
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self.project),
            "no_proxy": "127.0.0.1",
            **self.services[name]["environment"],
        }

    def options(self, name: str) -> dict[str, Any]:
        user = self.postgres_user if name == "postgres" else {}
        cwd = self.folder / "postgres" if name == "postgres" else self.project
        return {"env": self.environment(name), "cwd": cwd, **user}

    def ensure(self, name: str) -> None:
        """Start a service as soon as what it depends on is as it must be."""
        if name in self.processes or name in self.finished:
            return
        for other, how in self.services[name].get("depends_on", {}).items():
            self.ensure(other)
            if how["condition"] == "service_healthy":
                self.wait_until_well(other)
            else:
                assert other in self.finished, f"{other} has not ended well"
        if name == "postgres":
            self.create_cluster()
        command = self.services[name]["command"]
        with (self.logs / f"{name}.log").open("wb") as output:
            if self.services[name]["restart"] == "no":
                done = subprocess.run(command, stdout=output, stderr=output, check=False, **self.options(name))
                assert done.returncode == 0, self.log(name)
                self.finished.append(name)
                return
            self.processes[name] = subprocess.Popen(
                command, stdout=output, stderr=output, start_new_session=True, **self.options(name)
            )
        if name == "postgres":
            self.create_database()

    def create_cluster(self) -> None:
        """What the image does first: a cluster whose superuser has the password of the environment."""
        environment = self.environment("postgres")
        words = self.folder / "postgres" / "password"
        words.write_text(environment["POSTGRES_PASSWORD"])
        subprocess.run(
            [
                *("initdb", "--username", environment["POSTGRES_USER"], "--pwfile", str(words)),
                *("--auth=scram-sha-256", "--no-sync", "--encoding=UTF8"),
            ],
            check=True,
            capture_output=True,
            **self.options("postgres"),
        )
        words.unlink()
        # The image's own folder for sockets; and the port that the file has inside the container.
        with Path(environment["PGDATA"], "postgresql.conf").open("a") as settings:
            settings.write(f"\nunix_socket_directories = '{self.folder / 'postgres'}'\nport = {self.ports['5432']}\n")

    def create_database(self) -> None:
        self.wait_until_well("postgres")
        environment = self.environment("postgres")
        subprocess.run(
            ["createdb", "--host=127.0.0.1", "--port", self.ports["5432"], environment["POSTGRES_DB"]],
            check=True,
            env=environment | {"PGUSER": environment["POSTGRES_USER"], "PGPASSWORD": environment["POSTGRES_PASSWORD"]},
        )

    def is_well(self, name: str) -> bool:
        """Run the service's own health check once."""
        kind, *check = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        return subprocess.run(check, capture_output=True, check=False, **self.options(name)).returncode == 0

    def wait_until_well(self, name: str) -> None:
        until = time.monotonic() + SECONDS_TO_GET_WELL
        while not self.is_well(name):
            assert self.processes[name].poll() is None, f"{name} ended\n{self.log(name)}"
            assert time.monotonic() < until, f"{name} does not get well\n{self.log(name)}"
            time.sleep(0.3)

    def log(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text(errors="replace")[-3000:]

    def stop(self, name: str, seconds: float = 20) -> None:
        """As `docker compose stop`: ask, wait, end."""
        process = self.processes.pop(name)
        # PostgreSQL's image asks with SIGINT: end now, without waiting for those who are connected.
        process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for leftover in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, leftover)
            except ProcessLookupError:
                break
            time.sleep(0.5)


@pytest.fixture
def native(project: Path) -> Iterator[Native]:
    # Not pytest's own folder: that one is closed to the user PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="admissions-compose-"))
    folder.chmod(0o755)
    services = Native(folder, project)
    try:
        yield services
    finally:
        for name in reversed(list(services.processes)):
            services.stop(name)
        shutil.rmtree(folder)


def test_every_service_gets_well_by_its_own_check_and_runs_the_dag(native: Native) -> None:
    for name in native.services:
        native.ensure(name)
    assert set(native.finished) == {"airflow-init", "portal-init"}
    assert set(native.processes) == set(native.services) - set(native.finished)
    for name in native.processes:
        native.wait_until_well(name)

    passwords = (native.home / "airflow" / "passwords.json").read_text()
    password = passwords.split('"')[3]
    address = f"http://127.0.0.1:{native.ports['8080']}"
    assert run_the_dag(address, password, "2020-09-06") == "success", native.log("scheduler")
    calls = (native.home / "calls.txt").read_text().split("\n")
    assert calls == ["load 2020-09-06", "build 2020-09-06", "check 2020-09-06", "publish 2020-09-06", ""]

    # A check that cannot fail is none: what is stopped is not well.
    for name in ("portal", "scheduler", "api-server", "triggerer", "dag-processor", "postgres"):
        native.stop(name)
        assert not native.is_well(name), name
