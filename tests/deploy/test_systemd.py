"""The units of systemd: what they start, what they may touch, where their secrets are."""

import getpass
import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

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


def test_each_that_writes_into_a_ducklake_gets_its_secrets_and_the_folder_of_its_data(secrets: Path) -> None:
    store = {"ADMISSIONS_STORE": "ducklake:postgres:host=h dbname=d", "ADMISSIONS_S3_USER": "office"}
    in_bucket = installed(secrets, **store, ADMISSIONS_STORE_DATA="s3://office/store")
    for name in map(unit_of, ("scheduler", "portal")):
        loaded = {line.split(":")[0] for line in lines(in_bucket[name], "LoadCredential")}
        assert {"catalogue_password", "bucket_secret"} <= loaded
        assert environment(in_bucket[name])["ADMISSIONS_STORE_PASSWORD_FILE"] == "%d/catalogue_password"
    in_folder = installed(secrets, **store, ADMISSIONS_STORE_DATA="/mnt/shared/store")[unit_of("scheduler")]
    assert "bucket_secret" not in in_folder
    assert lines(in_folder, "ReadWritePaths")[0].endswith(" -/mnt/shared/store")


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


# systemd itself, as the manager of one user's units, in name spaces of its own: it sees our folder of units alone, and
# whatever it started ends with it. What it mounts for a unit has to be seen by the others.
MANAGER = """
set -e
mount --make-rprivate /
mount --make-rshared /
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/user
chmod 700 /run/user
export XDG_RUNTIME_DIR=/run/user SYSTEMD_UNIT_PATH="$1" SYSTEMD_LOG_TARGET=console
/lib/systemd/systemd --user --unit=admissions.target
"""


@pytest.fixture
def place() -> Iterator[Path]:
    if os.geteuid() != 0 or not Path("/lib/systemd/systemd").exists():
        pytest.skip("needs root and systemd (apt-get install systemd)")
    # Units have a /tmp and a /var/tmp of their own.
    folder = Path(tempfile.mkdtemp(prefix="admissions-units-", dir="/var/lib"))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.services
@pytest.mark.soak
def test_systemd_starts_them_confined_and_they_get_well(place: Path) -> None:
    secrets, home, folder = place / "secrets", place / "home", place / "units"
    make_secrets(secrets)
    folder.mkdir()
    (home / "landing").mkdir(parents=True)
    port, portal_port = free_port(), free_port()
    # With a mail server, so that the portal is given a secret, too: this manager does not start a unit without any.
    for name, text in installed(secrets, port, portal_port, ADMISSIONS_SMTP_USER="office").items():
        # The manager of a user has no journal here; what a unit says is kept beside it. Two of the confinements need
        # parts of /proc that a container does not have.
        said = f"\nStandardOutput=append:{folder / name}.log\nStandardError=inherit\n"
        text = re.sub(r"^ProtectKernel(Logs|Tunables)=yes\n", "", text, flags=re.MULTILINE)
        (folder / name).write_text(text.replace("\nUser=", f"{said}User="))
    for name in ("basic.target", "shutdown.target"):
        (folder / name).write_text("[Unit]\nDefaultDependencies=no\n")

    script = ["sh", "-c", MANAGER, "manager", str(folder)]
    with (place / "log").open("wb") as log:
        manager = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", *script], stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + 120
        wanted = {"metadatabase", "scheduler", "dag_processor", "triggerer"}
        while True:
            states = health.states(f"http://127.0.0.1:{port}/api/v2/monitor/health")
            is_well = {name for name, state in states.items() if state == "healthy"} >= wanted
            if is_well and health.answers(f"http://127.0.0.1:{portal_port}/health"):
                break
            logs = "\n".join(f"{path}: {path.read_text(errors='replace')[-800:]}" for path in folder.glob("*.log"))
            assert manager.poll() is None, logs
            assert time.monotonic() < until, (states, (place / "log").read_text(errors="replace"), logs)
            time.sleep(1)
        started = {
            name: process
            for process in psutil.Process(manager.pid).children(recursive=True)
            for name, program in PROGRAMS.items()
            if process.cmdline()[1:] == list(program.command()[1:])
        }
        assert {"scheduler", "portal", "dag-processor", "triggerer"} <= set(started)
        for process in started.values():
            # Nothing but the home can be written, no rights, none to be gained, and system calls are sifted.
            status = Path(f"/proc/{process.pid}/status").read_text()
            assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
            assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
            assert re.search(r"^Seccomp:\s+2$", status, re.MULTILINE)
            mounts = Path(f"/proc/{process.pid}/mountinfo").read_text()
            assert re.search(r" / ro[, ]", mounts)
        # There is an account, so a proxy in front does not let everybody in; and only the service sees Airflow's store.
        assert (home / "portal" / "first_password.txt").exists()
        assert (home / "airflow").stat().st_mode & 0o077 == 0
    finally:
        # With it goes whatever is in its name spaces.
        manager.kill()
        manager.wait()
