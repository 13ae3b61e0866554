"""Airflow and the portal on this machine, without Docker: `python -m deploy.up`, stopped by `python -m deploy.down`.

Scheduler, API server, DAG processor and triggerer, on loopback and embedded stores. Returns when all are well
and says where they answer and how to sign in. For one office and one machine; docker-compose.yml is for others.
"""

import fcntl
import os
import re
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dotenv import dotenv_values

from deploy import health, services
from deploy.airflow_home import (
    ADMIN,
    PROJECT,
    AirflowHome,
    AirflowNotReady,
    admin_password,
    airflow_home,
    environment,
    migrate,
    project_settings,
)
from deploy.programs import PROGRAMS
from portal.accounts import nobody_signs_in
from warehouse.folders import LandingGone, make_landing
from warehouse.settings import BadSetting, Settings

LOOPBACK = "127.0.0.1"
FIRST_PORT = 8080
FIRST_PORTAL_PORT = 8000
SECONDS_TO_GET_WELL = 120.0
PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


def up(settings: Settings, say: Callable[[str], None], seconds: float = SECONDS_TO_GET_WELL) -> None:
    """Start Airflow and wait until it is well. Raises AirflowNotReady with a sentence if not."""
    home = airflow_home(settings)
    with (home.root / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AirflowNotReady("Another `make up` is under way for this home; wait for it.") from error
        kept = services.remembered(home)
        if kept and kept.services and len(alive(kept)) == len(PROGRAMS):
            say("Airflow is already running.")
            greet(home, kept, settings, say)
            return
        if kept:
            say("An earlier Airflow did not end well; what is left of it is stopped first.")
            services.stop(home, kept)
        port = choose_port("AIRFLOW_PORT", FIRST_PORT)
        portal_port = choose_port("PORTAL_PORT", FIRST_PORTAL_PORT)
        password = admin_password(home)
        if migrate(settings):
            say("Airflow's own store is ready.")
        say(f"Airflow starts on {url(port)}, the portal on {url(portal_port)} (their logs are in {home.logs}) …")
        running = None
        # A share that is not connected is said by whoever wants to read it.
        with suppress(LandingGone):
            make_landing(settings)
        try:
            running = services.start(home, port, portal_port, service_environment(settings, port, portal_port))
            wait_until_well(home, running, seconds)
        except BaseException:
            # What does not come up whole, goes down whole.
            if started := services.remembered(home):
                services.stop(home, started)
            raise
        greet(home, running, settings, say, password)


def service_environment(settings: Settings, port: int, portal_port: int) -> dict[str, str]:
    """The environment of the services: Airflow's, listening on loopback only."""
    return (
        environment(settings)
        | listening(port, portal_port)
        | {
            name: ",".join(filter(None, (os.environ.get(name), LOOPBACK, "localhost")))
            for name in ("NO_PROXY", "no_proxy")
        }
    )


def listening(port: int, portal_port: int) -> dict[str, str]:
    """Where Airflow and the portal listen and find each other, and how many processes an office's machine carries."""
    return {
        "ADMISSIONS_PORTAL_HOST": LOOPBACK,
        "ADMISSIONS_PORTAL_PORT": str(portal_port),
        "ADMISSIONS_PORTAL_URL": f"{url(portal_port)}/",
        "ADMISSIONS_AIRFLOW_URL": url(port),
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__BASE_URL": url(port),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url(port)}/execution/",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
    }


def url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


def choose_port(name: str, first: int) -> int:
    """What ADMISSIONS_<name> says, or else the first free one from `first` on."""
    if wanted := wanted_port(name):
        if not is_free(wanted):
            raise AirflowNotReady(f"Port {wanted} is in use by another program; choose another with ADMISSIONS_{name}.")
        return wanted
    for port in range(first, first + 100):
        if is_free(port):
            return port
    raise AirflowNotReady(f"No port from {first} to {first + 99} is free; choose one with ADMISSIONS_{name}.")


def wanted_port(name: str) -> int | None:
    """What ADMISSIONS_<name> says; None where it says nothing. Raises BadSetting when it is no port."""
    wanted = ({**dotenv_values(PROJECT / ".env"), **os.environ}.get(f"ADMISSIONS_{name}") or "").strip()
    if not wanted:
        return None
    if not re.fullmatch(r"\d{1,5}", wanted) or not 1 <= int(wanted) <= 65535:
        raise BadSetting(name, wanted, "setting_number", low=1, high=65535)
    return int(wanted)


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def alive(running: services.Running) -> list[services.Service]:
    return [service for service in running.services if services.is_alive(service)]


def wait_until_well(home: AirflowHome, running: services.Running, seconds: float) -> None:
    """Return when every part says it is healthy. Raises AirflowNotReady when one ends, or when time is up."""
    until = time.monotonic() + seconds
    told: dict[str, str] = {}
    while time.monotonic() < until:
        for service in running.services:
            if not services.is_alive(service):
                log = services.log_of(home, service.name)
                raise AirflowNotReady(f"Airflow's {service.name} ended at once. Its log: {log}\n{last_lines(log)}")
        told = health.states(f"{url(running.port)}/api/v2/monitor/health")
        told["portal"] = "healthy" if health.answers(f"{url(running.portal_port)}/health") else "no answer"
        if all(told.get(part) == "healthy" for part in (*PARTS, "portal")):
            return
        time.sleep(0.5)
    unwell = ", ".join(part for part in (*PARTS, "portal") if told.get(part) != "healthy")
    raise AirflowNotReady(f"Airflow was not ready after {seconds:.0f} seconds ({unwell}). Its logs are in {home.logs}.")


def last_lines(log: Path, count: int = 5) -> str:
    lines = log.read_text("utf-8", errors="replace").splitlines()
    return "\n".join(f"  {line[:300]}" for line in lines[-count:])


def greet(
    home: AirflowHome,
    running: services.Running,
    settings: Settings,
    say: Callable[[str], None],
    password: str | None = None,
) -> None:
    """Where they answer and how to sign in."""
    sign_in = "not needed on this machine" if nobody_signs_in(settings) else "with an account of `admissions users`"
    say(f"  portal    {url(running.portal_port)}")
    say(f"  sign in   {sign_in}")
    say(f"  Airflow   {url(running.port)}")
    say(f"  sign in   {ADMIN}, password {password or admin_password(home)} (kept in {home.passwords})")
    say("  stop      make down")


def say_it(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    try:
        up(project_settings(), say_it)
    except (AirflowNotReady, BadSetting) as error:
        say_it(str(error))
        return 1
    except KeyboardInterrupt:
        say_it("Stopped; nothing is left running.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
