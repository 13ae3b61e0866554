"""docker-compose.yml, deploy/Dockerfile and .env.example as they are written; nothing is started."""

import re
import subprocess
import sys
from typing import Any

import pytest
from compose_tools import COMPOSE_FILE, PROJECT, VariableMissing, filled, interpolate, read_compose, required_variables

from deploy.make_env import MAKERS

SERVICES = {
    "postgres",
    "airflow-init",
    "api-server",
    "scheduler",
    "dag-processor",
    "triggerer",
    "portal-init",
    "portal",
}
SECRET = re.compile(r"password|secret|fernet|token|sql_alchemy_conn", re.IGNORECASE)


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found = read_compose()["services"]
    assert set(found) == SERVICES
    return found


def test_it_follows_the_compose_specification() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", str(COMPOSE_FILE)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_that_stays_has_a_health_check_and_comes_back(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        if service["restart"] == "no":
            continue
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name
    assert [name for name, service in services.items() if service["restart"] == "no"] == ["airflow-init", "portal-init"]


def test_no_service_runs_as_root_or_gains_rights(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        user = filled(service["user"], {}).split(":")[0]
        assert user not in {"", "0", "root"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "privileged" not in service, name


def test_ports_open_on_loopback_only(services: dict[str, dict[str, Any]]) -> None:
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(ports) == {"api-server", "portal"}
    assert all(str(port).startswith("127.0.0.1:") for opened in ports.values() for port in opened)


def test_one_home_is_shared_by_airflows_services_alone(services: dict[str, dict[str, Any]]) -> None:
    homes = {name: filled(service["volumes"], {}) for name, service in services.items()}
    assert homes.pop("postgres") == ["metadata:/var/lib/postgresql/data"]
    assert set(map(tuple, homes.values())) == {("home:/var/lib/admissions",)}
    assert all(services[name]["environment"]["ADMISSIONS_HOME"] == "/var/lib/admissions" for name in homes)


def test_no_secret_is_written_in_the_file(services: dict[str, dict[str, Any]]) -> None:
    looked_at = 0
    for name, service in services.items():
        for key, value in service["environment"].items():
            if SECRET.search(key) and not key.endswith(("_FILE", "_USERS")):
                looked_at += 1
                assert re.search(r"\$\{\w+:\?", str(value)), f"{name}: {key}"
    assert looked_at == 1 + 4 * 7


def test_a_missing_secret_stops_with_the_command_that_makes_it() -> None:
    with pytest.raises(VariableMissing, match=r"python3 -m deploy\.make_env"):
        filled(read_compose(), {})


def test_the_required_variables_are_those_of_the_example_and_of_the_command() -> None:
    example = (PROJECT / ".env.example").read_text("utf-8")
    assert required_variables() == set(MAKERS) == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))


def test_services_wait_for_the_database_and_its_migration(services: dict[str, dict[str, Any]]) -> None:
    for name in SERVICES - {"postgres", "airflow-init", "portal-init", "portal"}:
        waits = {other: how["condition"] for other, how in services[name]["depends_on"].items()}
        assert waits["postgres"] == "service_healthy", name
        assert waits["airflow-init"] == "service_completed_successfully", name


def test_a_default_may_hold_a_variable_and_an_empty_value_counts_as_missing() -> None:
    assert interpolate("${A:-x:${B:-1}}", {}) == "x:1"
    assert interpolate("${A:-x:${B:-1}}", {"B": "2"}) == "x:2"
    assert interpolate("${A:-x}", {"A": ""}) == "x"


def test_the_image_is_installed_by_hash_from_the_lock_and_runs_as_a_user() -> None:
    text = (PROJECT / "deploy" / "Dockerfile").read_text("utf-8")
    assert "uv pip sync --no-cache --require-hashes" in text
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["admissions"]
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"python:3.11-slim"}
    assert "://" not in text
    # The line that picks the installer's version out of the lock finds exactly one.
    pattern = re.search(r"sed -n 's/(.+?)/\\1/p'", text)
    assert pattern
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    assert len(re.findall(r"^uv==[^ ;\\]+", lock, re.MULTILINE)) == 1


def test_the_image_gets_neither_secrets_nor_the_home() -> None:
    lines = (PROJECT / "deploy" / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert {"cli", "ingest", "outbox", "steps", "warehouse"} <= packages
    needed = packages - {"benchmarks", "tests"}
    assert needed <= allowed
    assert not allowed & {".env", "var", ".git", "tests"}
