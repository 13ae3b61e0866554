"""A real PostgreSQL server on loopback, for the catalogue of a DuckLake, started natively and thrown away."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

PASSWORD = "geheim-catalogue-5e2d"
_SECONDS = 60.0


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


@dataclass
class Postgres:
    """A server that asks for a password; it listens on loopback and on a socket in its folder, which all hosts see."""

    folder: Path
    port: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as output:
            self.process = subprocess.Popen(
                [
                    *(str(postgres_programs() / "postgres"), "-D", str(self.folder / "data"), "-p", self.port),
                    *("-k", str(self.folder), "-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"),
                ],
                stdout=output,
                stderr=output,
                cwd=self.folder,
                **unprivileged(),
            )
        until = time.monotonic() + _SECONDS
        while True:
            try:
                self.ask("postgres", "SELECT 1")
            except psycopg2.OperationalError:
                assert time.monotonic() < until, (self.folder / "log").read_text(errors="replace")
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """As a power cut does: every process of the server at once."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for process in (self.process.pid, *map(int, children)):
            os.kill(process, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()

    def address(self, database: str, host: str = "127.0.0.1") -> str:
        """What libpq is told, but for the password."""
        return f"host={host} port={self.port} user=office dbname={database}"

    def ask(self, database: str, sql: str) -> list[tuple[Any, ...]]:
        """Run statements; the rows of the last."""
        connection = psycopg2.connect(self.address(database), password=PASSWORD)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    # Not pytest's own folder: that one is closed to the user PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="admissions-postgres-", dir="/var/tmp"))
    server = Postgres(folder, free_port())
    try:
        folder.chmod(0o755)
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        if user := unprivileged():
            os.chown(folder, user["user"], user["group"])
        subprocess.run(
            [
                *(str(postgres_programs() / "initdb"), "-D", str(folder / "data"), "--username=office", "--no-sync"),
                *("--auth=scram-sha-256", "--encoding=UTF8", f"--pwfile={folder / 'password'}"),
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **unprivileged(),
        )
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
