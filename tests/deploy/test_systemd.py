"""The units of systemd: what they start, what they may touch, where their secrets are."""

import getpass
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from compose_tools import PROJECT

from deploy import health
from deploy.make_env import GIVEN, make_secrets
from deploy.programs import PREPARATION, PROGRAMS
from deploy.systemd import __main__ as command
from deploy.systemd.units import Installation, unit_of, units
from warehouse.settings import load_settings

SECRET = re.compile(r"password|secret|fernet|_key", re.IGNORECASE)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    make_secrets(tmp_path / "secrets")
    return tmp_path / "secrets"


def installed(secrets: Path, port: int = 8080, portal_port: int = 8000, **settings: str) -> dict[str, str]:
    values = {"ADMISSIONS_HOME": str(secrets.parent / "home"), **settings}
    return units(
        Installation(load_settings(values, secrets), getpass.getuser(), secrets, port=port, portal_port=portal_port)
    )


def lines(unit: str, name: str) -> list[str]:
    """What a unit says under a name, in its order."""
    return [line.split("=", 1)[1] for line in unit.splitlines() if line.startswith(f"{name}=")]


def environment(unit: str) -> dict[str, str]:
    return dict(word.split("=", 1) for line in lines(unit, "Environment") for word in shlex.split(line))


def test_each_program_has_a_unit_that_starts_it_as_make_up_does(secrets: Path) -> None:
    found = installed(secrets)
    assert set(found) == {"admissions.target", *map(unit_of, ("prepare", *PROGRAMS))}
    for name, program in PROGRAMS.items():
        unit = found[unit_of(name)]
        assert [tuple(shlex.split(line)) for line in lines(unit, "ExecStart")] == [program.command()], name
        assert lines(unit, "MemoryMax") == [f"{program.memory_mb}M"], name
        assert lines(unit, "Restart") == ["on-failure"], name
        assert "admissions-prepare.service" in lines(unit, "Requires"), name
    before = [tuple(shlex.split(line)) for line in lines(found[unit_of("prepare")], "ExecStart")]
    assert before == [program.command() for program in PREPARATION.values()]
    assert set(lines(found["admissions.target"], "Wants")[0].split()) == set(found) - {"admissions.target"}


def test_systemd_understands_them_and_finds_little_to_object(secrets: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd is not installed (apt-get install systemd)")
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in installed(secrets, ADMISSIONS_SMTP_USER="office", ADMISSIONS_BACKUP="/mnt/backup").items():
        (folder / name).write_text(text)
    files = sorted(map(str, folder.iterdir()))
    done = subprocess.run([analyze, "verify", "--man=no", *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    services = [file for file in files if file.endswith(".service")]
    # Of 10, which is a service without any of it.
    weighed = ["security", "--offline=yes", "--threshold=25", "--no-pager", *services]
    done = subprocess.run([analyze, *weighed], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_secret_is_in_a_unit_and_each_gets_those_it_needs(secrets: Path) -> None:
    mail = {"ADMISSIONS_SMTP_USER": "office", "ADMISSIONS_OIDC_CLIENT_ID": "admissions"}
    found = installed(secrets, **mail)
    values = {path.read_text() for path in secrets.iterdir()} - {""}
    for name, unit in found.items():
        assert not [value for value in values if value in unit], name
        given = {line.split(":")[0] for line in lines(unit, "LoadCredential")}
        for key, value in environment(unit).items():
            if SECRET.search(key) and not key.endswith(("_USERS", "MANAGER_PASSWORDS_FILE")):
                assert re.search(r"%d/(\w+)$", value)[1] in given, f"{name}: {key}"  # type: ignore[index]
    airflow = {"api_secret_key", "fernet_key", "jwt_secret"}
    loaded = {name: {line.split(":")[0] for line in lines(unit, "LoadCredential")} for name, unit in found.items()}
    assert loaded[unit_of("scheduler")] == {*airflow, "mail_password"}
    assert loaded[unit_of("portal")] == set(GIVEN)
    assert not [key for key in environment(found[unit_of("portal")]) if key.startswith("AIRFLOW")]
    # Without mail and provider nothing is asked for that is not there.
    assert not [unit for unit in installed(secrets).values() if any(name in unit for name in GIVEN)]


def test_they_write_into_the_home_and_the_folders_outside_it_that_are_named(secrets: Path) -> None:
    home = str(secrets.parent / "home")
    assert lines(installed(secrets)[unit_of("scheduler")], "ReadWritePaths") == [home]
    named = installed(secrets, ADMISSIONS_BACKUP="/mnt/backup", ADMISSIONS_LANDING="/srv/landing")
    assert lines(named[unit_of("scheduler")], "ReadWritePaths") == [f"{home} -/srv/landing -/mnt/backup"]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = command.main(list(arguments))
    return status, capsys.readouterr().out


def test_the_command_writes_them_or_says_why_not(
    secrets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, to = str(tmp_path / "home"), tmp_path / "units"
    asked = ("--user", "admissions", "--secrets", str(secrets))
    status, said = told(capsys, *asked, "--home", home, "--to", str(to))
    assert (status, len(list(to.iterdir()))) == (0, 7), said
    status, said = told(capsys, *asked, "--home", home)
    assert status == 0
    assert said.count("\n[Service]\n") == 6

    def refused(*arguments: str) -> str:
        status, said = told(capsys, *arguments, "--to", str(tmp_path / "none"))
        assert status == 1
        assert not (tmp_path / "none").exists()
        return said

    assert "would read this otherwise" in refused(*asked, "--home", "/srv/50% of it")
    (secrets / "jwt_secret").unlink()
    assert "lacks jwt_secret; run python3 -m deploy.make_env" in refused(*asked, "--home", home)
    monkeypatch.setattr(command, "dotenv_values", lambda _: {"ADMISSIONS_HOME": "/elsewhere"})
    assert ".env says ADMISSIONS_HOME=/elsewhere" in refused(*asked, "--home", home)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.services
@pytest.mark.soak
def test_what_the_units_start_gets_well_with_what_the_units_say(secrets: Path) -> None:
    home = secrets.parent / "home"
    (home / "landing").mkdir(parents=True)
    port, portal_port = free_port(), free_port()
    found = installed(secrets, port, portal_port)

    def options(name: str) -> dict[str, object]:
        said = {key: value.replace("%d", str(secrets)) for key, value in environment(found[unit_of(name)]).items()}
        return {"env": {"PATH": "/usr/bin:/bin", "no_proxy": "127.0.0.1", **said}, "cwd": PROJECT}

    with (secrets.parent / "log").open("wb") as log:
        for line in lines(found[unit_of("prepare")], "ExecStart"):
            subprocess.run(shlex.split(line), stdout=log, stderr=log, check=True, **options("prepare"))  # type: ignore[call-overload]
        running = {
            name: subprocess.Popen(  # type: ignore[call-overload]
                shlex.split(lines(found[unit_of(name)], "ExecStart")[0]),
                stdout=log,
                stderr=log,
                start_new_session=True,
                **options(name),
            )
            for name in PROGRAMS
        }
    try:
        until = time.monotonic() + 120
        wanted = {"metadatabase", "scheduler", "dag_processor", "triggerer"}
        while True:
            states = health.states(f"http://127.0.0.1:{port}/api/v2/monitor/health")
            is_well = {name for name, state in states.items() if state == "healthy"} >= wanted
            if is_well and health.answers(f"http://127.0.0.1:{portal_port}/health"):
                break
            assert time.monotonic() < until, (states, (secrets.parent / "log").read_text(errors="replace")[-3000:])
            time.sleep(1)
        # There is an account, so a proxy in front does not let everybody in.
        assert (home / "portal" / "first_password.txt").exists()
    finally:
        for process in running.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
