"""docker-compose.yml's services, run natively: each one's own command, environment and health check.

What Docker would do is done here by hand: variables are filled in, host names become loopback, ports become free
ones, the home a temporary folder, and the entry point of the PostgreSQL image its three steps. Root can do more: each
service then sees the whole file system read-only but for its volumes, an empty /tmp in memory, and has no rights.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from airflow_client import run_the_dag
from compose_tools import PROJECT, filled, read_compose

from deploy.make_env import make_secrets
from deploy.programs import PROGRAMS
from samples.write import write_samples
from tests.deploy import memory
from tests.postgres_server import free_port, postgres_programs, unprivileged

pytestmark = pytest.mark.services

SECONDS_TO_GET_WELL = 90.0
#: All services together may have so much memory (MB) when nothing is to be done.
IDLE_MB = 1536

# What `read_only`, `tmpfs`, `cap_drop` and `no-new-privileges` mean, for a shell: user, volumes, `--`, the command.
CONFINED = """
set -e
mount --make-rprivate /
user=$1; shift
while [ "$1" != -- ]; do mount --bind "$1" "$1"; shift; done; shift
mount -t tmpfs -o size=512m,mode=1777 tmpfs /tmp
mount -o remount,bind,ro /
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""


@cache
def can_be_confined() -> bool:
    """Whether this user may mount file systems of its own (root may not in every container), and needs nothing that
    lies in /tmp."""
    if os.geteuid() != 0 or Path(sys.prefix).resolve().is_relative_to("/tmp"):
        return False
    tried = ["unshare", "--mount", "sh", "-c", CONFINED, "confined", "0", "--", "true"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


class Native:
    """The services of the file as processes of this machine."""

    def __init__(self, folder: Path, project: Path) -> None:
        self.folder = folder
        # Not in /tmp, which the services have for themselves.
        project = project.rename(folder / "project")
        self.home = folder / "home"
        self.home.mkdir()
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.postgres_user = unprivileged()
        (folder / "postgres").mkdir()
        if self.postgres_user:
            os.chown(folder / "postgres", self.postgres_user["user"], self.postgres_user["group"])
        self.ports = {port: free_port() for port in ("5432", "8000", "8080", "8974")}
        make_secrets(folder / "secrets")
        # The folder is Docker's to enter; here its files are read where they lie.
        (folder / "secrets").chmod(0o755)
        self.replacements = {
            "postgres:5432": f"127.0.0.1:{self.ports['5432']}",
            "api-server:8080": f"127.0.0.1:{self.ports['8080']}",
            "0.0.0.0": "127.0.0.1",
            "/var/lib/admissions": str(self.home),
            "/run/secrets": str(folder / "secrets"),
            "/opt/admissions": str(project),
            "/var/lib/postgresql/data": str(folder / "postgres"),
            **self.ports,
        }
        asked_for = {name: each for name, each in read_compose()["services"].items() if "profiles" not in each}
        self.services: dict[str, Any] = self.native(filled(asked_for, {}))
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
            "HOME": str(self.folder / "postgres" if name == "postgres" else self.home),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self.project),
            "no_proxy": "127.0.0.1",
            **self.services[name]["environment"],
        }

    def options(self, name: str) -> dict[str, Any]:
        user = self.postgres_user if name == "postgres" else {}
        cwd = self.folder / "postgres" if name == "postgres" else self.project
        return {"env": self.environment(name), "cwd": cwd, **user}

    def confined(self, name: str) -> tuple[list[str], dict[str, Any]]:
        """The command of a service, as confined as this user can make it, and the options of subprocess."""
        command, options = self.services[name]["command"], self.options(name)
        if not can_be_confined():
            return command, options
        user = str(options.pop("user", 0))
        options.pop("group", None)
        options.pop("extra_groups", None)
        volumes = [volume.rsplit(":", 1)[1] for volume in self.services[name]["volumes"]]
        here = [self.native(volume) for volume in volumes if not volume.startswith("/var/backups")]
        return ["unshare", "--mount", "sh", "-c", CONFINED, "confined", user, *here, "--", *command], options

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
        command, options = self.confined(name)
        with (self.logs / f"{name}.log").open("wb") as output:
            if self.services[name]["restart"] == "no":
                done = subprocess.run(command, stdout=output, stderr=output, check=False, **options)
                assert done.returncode == 0, self.log(name)
                self.finished.append(name)
                return
            self.processes[name] = subprocess.Popen(
                command, stdout=output, stderr=output, start_new_session=True, **options
            )
        if name == "postgres":
            self.create_database()

    def create_cluster(self) -> None:
        """What the image does first: a cluster whose superuser has the password of the environment."""
        environment = self.environment("postgres")
        subprocess.run(
            [
                *(
                    "initdb",
                    "--username",
                    environment["POSTGRES_USER"],
                    "--pwfile",
                    environment["POSTGRES_PASSWORD_FILE"],
                ),
                *("--auth=scram-sha-256", "--no-sync", "--encoding=UTF8"),
            ],
            check=True,
            capture_output=True,
            **self.options("postgres"),
        )
        # The image's own folder for sockets; and the port that the file has inside the container.
        with Path(environment["PGDATA"], "postgresql.conf").open("a") as settings:
            settings.write(f"\nunix_socket_directories = '{self.folder / 'postgres'}'\nport = {self.ports['5432']}\n")

    def create_database(self) -> None:
        self.wait_until_well("postgres")
        environment = self.environment("postgres")
        subprocess.run(
            ["createdb", "--host=127.0.0.1", "--port", self.ports["5432"], environment["POSTGRES_DB"]],
            check=True,
            env=environment
            | {
                "PGUSER": environment["POSTGRES_USER"],
                "PGPASSWORD": Path(environment["POSTGRES_PASSWORD_FILE"]).read_text(),
            },
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


def confinement(pid: int) -> tuple[str, str, str]:
    """How a process sees the root of the file system, its rights, and whether it may gain some."""
    root = re.search(r"^\S+ \S+ \S+ \S+ / (\w+)", Path(f"/proc/{pid}/mountinfo").read_text(), re.MULTILINE)
    status = Path(f"/proc/{pid}/status").read_text()
    rights, gains = (re.search(rf"^{name}:\s+(\w+)", status, re.MULTILINE) for name in ("CapEff", "NoNewPrivs"))
    assert root
    assert rights
    assert gains
    return root[1], rights[1], gains[1]


@pytest.fixture
def native(project: Path) -> Iterator[Native]:
    # Not pytest's own folder: that one is closed to the user PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="admissions-compose-", dir="/var/tmp"))
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

    if os.geteuid() == 0:
        assert {name: confinement(process.pid) for name, process in native.processes.items()} == dict.fromkeys(
            native.processes, ("ro", "0000000000000000", "1")
        )

    passwords = (native.home / "airflow" / "passwords.json").read_text()
    password = passwords.split('"')[3]
    address = f"http://127.0.0.1:{native.ports['8080']}"
    assert run_the_dag(address, password, "2020-09-06") == "success", native.log("scheduler")
    calls = (native.home / "calls.txt").read_text().split("\n")
    assert calls == ["load 2020-09-06", "build 2020-09-06", "check 2020-09-06", "publish 2020-09-06", ""]

    taken = memory.of_services(process.pid for process in native.processes.values())
    each = {name: taken[process.pid] for name, process in native.processes.items()}
    assert min(each.values()) > 10, each
    assert sum(each.values()) < IDLE_MB, each
    # The limit leaves room for work.
    assert not {name: each[name] for name in PROGRAMS if 2 * each[name] > PROGRAMS[name].memory_mb}

    # A check that cannot fail is none: what is stopped is not well.
    for name in ("portal", "triggerer", "dag-processor", "scheduler", "api-server", "postgres"):
        native.stop(name)
        assert not native.is_well(name), name


@pytest.mark.soak
def test_a_run_with_its_real_steps_writes_nowhere_but_into_the_home(native: Native) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make the file system read-only for one process")
    shutil.rmtree(native.project / "steps")
    shutil.copytree(PROJECT / "steps", native.project / "steps", ignore=shutil.ignore_patterns("__pycache__"))
    write_samples(native.home / "landing", until=date(2015, 7, 1))
    # As a task of the scheduler's: in its environment, with what it sees.
    native.services["scheduler"]["command"] = ["python", "-m", "cli", "run"]
    command, options = native.confined("scheduler")
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (native.home / "published" / "admissions.duckdb").exists()
    assert list((native.home / "reports" / "data_docs").glob("*.html"))
