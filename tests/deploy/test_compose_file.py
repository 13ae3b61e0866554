"""docker-compose.yml, deploy/Dockerfile and .env.example as they are written; nothing is started."""

import re
import subprocess
import sys
from typing import Any

import pytest
from compose_tools import COMPOSE_FILE, PROJECT, filled, interpolate, read_compose, variables

from deploy.airflow_home import airflow_settings
from deploy.make_env import GIVEN, MAKERS
from deploy.programs import PREPARATION, PROGRAMS
from warehouse.settings import load_settings

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
#: What a store on many machines takes; nobody starts it unasked.
LAKE = {"catalogue", "bucket"}
#: Whatever writes into such a store has these.
OF_THE_LAKE = {"catalogue_password", "bucket_secret"}
SECRET = re.compile(r"password|secret|fernet|token|sql_alchemy_conn", re.IGNORECASE)


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found = read_compose()["services"]
    assert set(found) == SERVICES | LAKE
    assert {name for name, service in found.items() if service.get("profiles") == ["ducklake"]} == LAKE
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
    ports = {name: filled(service["ports"], {}) for name, service in services.items() if "ports" in service}
    assert set(ports) == {"api-server", "portal"} | LAKE
    assert all(str(port).startswith("127.0.0.1:") for opened in ports.values() for port in opened)


def test_one_home_is_shared_by_our_services_alone(services: dict[str, dict[str, Any]]) -> None:
    homes = {name: filled(service["volumes"], {}) for name, service in services.items()}
    assert homes.pop("postgres") == ["metadata:/var/lib/postgresql/data"]
    assert homes.pop("catalogue") == ["catalogue:/var/lib/postgresql/data"]
    assert homes.pop("bucket") == ["bucket:/data"]
    home, backup = "home:/var/lib/admissions", "backup:/var/backups/admissions"
    assert homes.pop("scheduler") == [home, backup]
    assert set(map(tuple, homes.values())) == {(home,)}
    assert all(services[name]["environment"]["ADMISSIONS_HOME"] == "/var/lib/admissions" for name in homes)


def test_nothing_is_writable_but_volumes_and_memory(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert any(place.startswith("/tmp:size=") for place in service["tmpfs"]), name
        assert all("size=" in place for place in service["tmpfs"]), name


def test_commands_and_memory_are_those_of_the_programs(services: dict[str, dict[str, Any]]) -> None:
    programs = PROGRAMS | PREPARATION
    assert set(services) == {"postgres", *programs} | LAKE
    for name, program in programs.items():
        assert services[name]["command"] == list(program.command("python")), name
        assert services[name]["mem_limit"] == f"{program.memory_mb}m", name


def test_every_service_has_limits_and_its_log_turns_over(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert 0 < service["cpus"] <= 2, name
        assert service["pids_limit"], name
        assert service["mem_limit"], name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name


def test_every_setting_reaches_every_service_of_ours(services: dict[str, dict[str, Any]]) -> None:
    settings = set(load_settings({}, PROJECT / "tests").as_environment())
    for name in SERVICES - {"postgres"}:
        assert settings <= set(services[name]["environment"]), name


def test_every_setting_of_the_example_is_taken_by_the_file(services: dict[str, dict[str, Any]]) -> None:
    example = set(re.findall(r"^# ?(\w+)=", (PROJECT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert len(example) > 15
    assert example <= variables()
    # And with its value, or with where that lies in the container.
    given = filled(services["scheduler"], dict.fromkeys(example, "7"))["environment"]
    inside = {"ADMISSIONS_BACKUP": "/var/backups/admissions", "ADMISSIONS_PORTAL_PORT": "8000"}
    for name in example & set(given):
        assert given[name] == inside.get(name, "7"), name


def test_what_is_not_set_is_as_the_guide_says(services: dict[str, dict[str, Any]]) -> None:
    given = filled(services["scheduler"]["environment"], {})
    found, default = (load_settings(values, PROJECT / "tests") for values in (given, {}))
    same = ("scope", "due_day", "arrival", "read_seconds", "wait_seconds", "keep_logs", "backup", "smtp_password_file")
    assert [getattr(found, name) for name in same] == [getattr(default, name) for name in same]


def test_airflow_measures_where_a_collector_is_named_and_only_there(services: dict[str, dict[str, Any]]) -> None:
    for collector, is_on in (("", False), ("http://collector:4318", True)):
        given = filled(services["scheduler"]["environment"], {"OTEL_EXPORTER_OTLP_ENDPOINT": collector})
        for section in ("METRICS", "TRACES"):
            # As Airflow reads a yes or no: up to the #.
            value = given[f"AIRFLOW__{section}__OTEL_ON"].split("#")[0].strip().lower()
            assert (value == "true", value == "false") == (is_on, not is_on)
        settings = load_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": collector, "ADMISSIONS_HOME": "/srv"}, PROJECT)
        told = airflow_settings(settings)
        assert ("AIRFLOW__METRICS__OTEL_ON" in told) == is_on
    measured = {name for name in told if name.startswith("OTEL_") or "TRACES" in name} - {"AIRFLOW__TRACES__OTEL_ON"}
    assert len(measured) == 5
    assert {name: given[name] for name in measured} == {name: told[name] for name in measured}


def test_a_backup_goes_to_the_folder_that_the_setting_names(services: dict[str, dict[str, Any]]) -> None:
    given = filled(services["scheduler"], {"ADMISSIONS_BACKUP": "/mnt/backup"})
    assert given["volumes"][1] == "/mnt/backup:/var/backups/admissions"
    assert given["environment"]["ADMISSIONS_BACKUP"] == "/var/backups/admissions"
    assert "/var/backups/admissions" in (PROJECT / "deploy" / "Dockerfile").read_text("utf-8")


def test_no_secret_is_written_in_the_file_or_comes_by_the_environment(services: dict[str, dict[str, Any]]) -> None:
    looked_at = 0
    for name, service in services.items():
        for key, value in service["environment"].items():
            if SECRET.search(key) and not key.endswith("_USERS") and not key.endswith("MANAGER_PASSWORDS_FILE"):
                looked_at += 1
                assert key.endswith(("_FILE", "_CMD")), f"{name}: {key}"
                assert "/run/secrets/" in str(value), f"{name}: {key}"
    # PostgreSQL's twice and the bucket's, ours, Airflow's.
    assert looked_at == 3 + 4 * 7 + 4 * 5
    assert not [name for name in variables() if re.search(r"PASSWORD$|SECRET|KEY", name)]


def test_each_service_sees_the_secrets_it_names_and_no_others(services: dict[str, dict[str, Any]]) -> None:
    made = {*MAKERS, *GIVEN}
    assert {name: entry["file"] for name, entry in read_compose()["secrets"].items()} == {
        name: f"deploy/secrets/{name}" for name in made
    }
    for name, service in services.items():
        named = set(re.findall(r"/run/secrets/(\w+)", str(service["environment"])))
        assert set(service["secrets"]) <= named, name
        # Airflow's services and the preparation know where the portal's secret lies, and do not get it.
        assert named - set(service["secrets"]) <= {"oidc_client_secret"}, name
    ours = {*services["portal"]["secrets"], *services["portal-init"]["secrets"]}
    assert set(MAKERS) & ours == OF_THE_LAKE
    assert "oidc_client_secret" in services["portal"]["secrets"]


def test_services_wait_for_the_database_and_its_migration(services: dict[str, dict[str, Any]]) -> None:
    for name in SERVICES - {"postgres", "airflow-init", "portal-init", "portal"}:
        waits = {other: how["condition"] for other, how in services[name]["depends_on"].items()}
        assert waits["postgres"] == "service_healthy", name
        assert waits["airflow-init"] == "service_completed_successfully", name


def test_a_default_may_hold_a_variable_and_an_empty_value_counts_as_missing() -> None:
    assert interpolate("${A:-x:${B:-1}}", {}) == "x:1"
    assert interpolate("${A:-x:${B:-1}}", {"B": "2"}) == "x:2"
    assert interpolate("${A:-x}", {"A": ""}) == "x"
    assert interpolate("${A:+x}", {"A": ""}) == ""
    assert interpolate("${A:+x}", {"A": "1"}) == "x"
    assert interpolate("$$(cat)", {}) == "$(cat)"


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
    # The last line that fits counts.
    assert lines.index("deploy/secrets") > lines.index("!deploy")
    assert "/deploy/secrets/" in (PROJECT / ".gitignore").read_text("utf-8").splitlines()
