"""Airflow's services and the portal as processes of this machine: start, remember, look after, stop.

Each service leads a session of its own. What was started is written down at once, with the time each process
began, so that `make down` finds it after a crash and never stops a stranger that got the same number.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from deploy.airflow_home import PROJECT, AirflowHome, write_private_json
from deploy.programs import PROGRAMS

# A clock that was set meanwhile moves the start times that the system reports.
CLOCK_TOLERANCE_SECONDS = 5.0


@dataclass(frozen=True)
class Service:
    """A started process: its name, number and when it began (seconds since 1970)."""

    name: str
    pid: int
    began: float


@dataclass(frozen=True)
class Running:
    """What `make up` started, and the ports on which Airflow and the portal answer."""

    port: int
    portal_port: int
    services: tuple[Service, ...]


def remembered(home: AirflowHome) -> Running | None:
    """What was started last and not stopped since; None when there is nothing."""
    try:
        kept = json.loads(home.running.read_text("utf-8"))
        return Running(kept["port"], kept["portal_port"], tuple(Service(**service) for service in kept["services"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def remember(home: AirflowHome, running: Running) -> None:
    write_private_json(home.running, asdict(running))


def log_of(home: AirflowHome, name: str) -> Path:
    return home.logs / f"{name}.log"


def start(home: AirflowHome, port: int, portal_port: int, environment: Mapping[str, str]) -> Running:
    """Start every service; each is written down as soon as it runs."""
    running = Running(port, portal_port, ())
    remember(home, running)
    for name, program in PROGRAMS.items():
        with log_of(home, name).open("ab") as output:
            process = subprocess.Popen(
                program.command(),
                env=_environment_of(name, environment),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        began = psutil.Process(process.pid).create_time()
        running = Running(port, portal_port, (*running.services, Service(name, process.pid, began)))
        remember(home, running)
    return running


def _environment_of(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The portal has no use for Airflow's secrets."""
    return {key: value for key, value in environment.items() if name != "portal" or not key.startswith("AIRFLOW_")}


def is_alive(service: Service) -> bool:
    """Whether the very process that was started still runs."""
    try:
        process = psutil.Process(service.pid)
        return bool(process.status() != psutil.STATUS_ZOMBIE) and not is_stranger(service)
    except psutil.NoSuchProcess:
        return False


def is_stranger(service: Service) -> bool:
    """Whether some other program has the service's number by now. That happens only when its session has ended."""
    try:
        return bool(abs(psutil.Process(service.pid).create_time() - service.began) >= CLOCK_TOLERANCE_SECONDS)
    except psutil.NoSuchProcess:
        return False


def belongings(running: Running) -> list[psutil.Process]:
    """Every living process of the started sessions, also when the service that led one is gone."""
    sessions = {service.pid for service in running.services if not is_stranger(service)}
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE or os.getsid(process.pid) not in sessions:
                continue
            for member in (process, *process.children(recursive=True)):
                found[member.pid] = member
        except (psutil.Error, ProcessLookupError, PermissionError):
            continue
    return list(found.values())


def stop(home: AirflowHome, running: Running, seconds: float = 20.0) -> int:
    """Ask every service to end, wait, end what is left. Returns how many processes there were.

    A task that is under way is cut off; the next run goes on where it was.
    """
    processes = belongings(running)
    for service in running.services:
        if is_alive(service):
            _signal(service.pid, signal.SIGTERM)
    _wait(lambda: not any(is_alive(service) for service in running.services), running, seconds)
    # Whoever outlived the service that led the session has nothing to wait for.
    for process in belongings(running):
        _signal(process.pid, signal.SIGKILL)
    _wait(lambda: not belongings(running), running, seconds)
    home.running.unlink(missing_ok=True)
    return len(processes)


def _wait(is_over: Callable[[], bool], running: Running, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _reap(running)
        if is_over():
            return
        time.sleep(0.2)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _reap(running: Running) -> None:
    """Take leave of ended services that are children of this very process, so that none stays as a zombie."""
    for service in running.services:
        try:
            os.waitpid(service.pid, os.WNOHANG)
        except ChildProcessError:
            continue
