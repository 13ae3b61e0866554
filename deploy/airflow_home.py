"""Airflow on its embedded store, under the home: environment, secrets, metadata.

In: the settings. Out: the environment in which `airflow …` is to be started, and a migrated SQLite store.
Everything Airflow writes lies in ADMISSIONS_HOME/airflow; deleting that folder loses the history of runs,
nothing else.
"""

import json
import os
import secrets
import string
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from deploy.make_env import MAKERS
from warehouse.files import make_private, write_private
from warehouse.settings import OTLP_ENDPOINT, Settings, load_settings

PROJECT = Path(__file__).resolve().parents[1]
ADMIN = "admin"
#: What a person reads in the log of a task are our own sentences, and what went wrong.
LOG_LEVELS = "airflow.task=WARNING airflow.dag_processing=WARNING great_expectations=WARNING task=WARNING"

#: Airflow's settings that are secrets, by the names under which we keep them.
SECRET_SETTINGS = {
    "api_secret_key": "AIRFLOW__API__SECRET_KEY",
    "fernet_key": "AIRFLOW__CORE__FERNET_KEY",
    "jwt_secret": "AIRFLOW__API_AUTH__JWT_SECRET",
}


class AirflowNotReady(RuntimeError):
    """Airflow could not be prepared or started; the text says why and where to look."""


@dataclass(frozen=True)
class AirflowHome:
    """Where Airflow keeps its things."""

    root: Path

    @property
    def store(self) -> Path:
        return self.root / "airflow.db"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def migrated(self) -> Path:
        """The version of Airflow for which the store was last migrated."""
        return self.root / "migrated"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def passwords(self) -> Path:
        """Who may sign in, and with what; Airflow's simple auth manager reads it."""
        return self.root / "passwords.json"

    @property
    def running(self) -> Path:
        """The processes that `make up` started."""
        return self.root / "running.json"


def project_settings() -> Settings:
    """The settings as they hold for the project, wherever the command was typed."""
    return load_settings(working_folder=PROJECT)


def airflow_home(settings: Settings) -> AirflowHome:
    """Where Airflow lives under this home; made, with its log folder, when it is not there yet.
    Raises AirflowNotReady when it cannot be made."""
    home = AirflowHome(settings.home / "airflow")
    try:
        # Its database and logs are nobody else's.
        make_private(home.root)
        home.logs.mkdir(exist_ok=True)
        probe = home.root / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise AirflowNotReady(
            f"{home.root} cannot be written to ({error.strerror}). "
            "Make the folder writable or choose another with ADMISSIONS_HOME."
        ) from error
    return home


def environment(settings: Settings, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which Airflow runs this project's DAG. Settings of another Airflow are left out."""
    home = airflow_home(settings)
    kept = secrets_of(home)
    inherited = {
        name: value
        for name, value in (os.environ if base is None else base).items()
        if not name.startswith(("AIRFLOW__", "AIRFLOW_"))
    }
    own = {setting: kept[name] for name, setting in SECRET_SETTINGS.items()} | {
        "PYTHONPATH": os.pathsep.join(part for part in (str(PROJECT), inherited.get("PYTHONPATH", "")) if part),
    }
    return inherited | airflow_settings(settings) | own


def airflow_settings(settings: Settings) -> dict[str, str]:
    """What Airflow has to know with these settings, besides its secrets. Nothing is looked at or made."""
    airflow = AirflowHome(settings.home / "airflow")
    return {
        "AIRFLOW_HOME": str(airflow.root),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "deploy" / "airflow_plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(airflow.passwords),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow.store}",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(airflow.root / "bundles"),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(airflow.logs),
        "AIRFLOW__LOGGING__JSON_LOGS": str(settings.log == "json"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "DO_NOT_TRACK": "1",
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": LOG_LEVELS,
        "GX_ANALYTICS_ENABLED": "False",
        "ADMISSIONS_HOME": str(settings.home),
        **_measured(settings.otlp_endpoint),
    }


def _measured(collector: str) -> dict[str, str]:
    """Airflow's own spans and metrics go where ours go."""
    if not collector:
        return {}
    return {
        OTLP_ENDPOINT: collector,
        # Airflow sends spans by gRPC unless it is told otherwise; ours, and its metrics, go over HTTP.
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_TRACES_EXPORTER": "otlp_proto_http",
        # A task waits for a collector that hangs no longer than a step does, in seconds and in milliseconds.
        "OTEL_EXPORTER_OTLP_TIMEOUT": "2",
        "AIRFLOW__TRACES__TASK_RUNNER_FLUSH_TIMEOUT_MILLISECONDS": "2000",
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "AIRFLOW__TRACES__OTEL_ON": "True",
    }


def secrets_of(home: AirflowHome) -> dict[str, str]:
    """The secrets of this home: made once, readable by their owner alone."""
    if home.secrets.exists():
        kept: dict[str, str] = json.loads(home.secrets.read_text("utf-8"))
        return kept
    made = {name: MAKERS[name]() for name in SECRET_SETTINGS}
    write_private_json(home.secrets, made)
    return made


def admin_password(home: AirflowHome) -> str:
    """The administrator's password of this home: made once, readable by its owner alone."""
    known: dict[str, str] = json.loads(home.passwords.read_text("utf-8")) if home.passwords.exists() else {}
    if ADMIN not in known:
        letters = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))
        known[ADMIN] = "".join(secrets.choice(letters) for _ in range(16))
        write_private_json(home.passwords, known)
    return known[ADMIN]


def write_private_json(path: Path, content: object) -> None:
    """Write JSON that only its owner may read; whole or not at all."""
    write_private(path, f"{json.dumps(content, indent=1)}\n".encode())


def airflow_command(*arguments: str) -> list[str]:
    """`airflow …` of the Python that runs this, whatever the PATH says."""
    return [sys.executable, "-m", "airflow", *arguments]


def needs_migration(home: AirflowHome) -> bool:
    """Whether the store is missing or was last migrated for another version of Airflow."""
    if not home.store.exists() or not home.migrated.exists():
        return True
    return home.migrated.read_text("utf-8").strip() != version("apache-airflow")


def migrate(settings: Settings) -> bool:
    """Prepare Airflow's store when that is needed (it takes seconds). True when it was done.
    Raises AirflowNotReady with the place of the log when it fails."""
    home = airflow_home(settings)
    if not needs_migration(home):
        return False
    log = home.logs / "migrate.log"
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            airflow_command("db", "migrate"),
            env=environment(settings),
            cwd=PROJECT,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise AirflowNotReady(f"Airflow's own store could not be prepared. What it said is in {log}.")
    home.migrated.write_text(version("apache-airflow") + "\n", "utf-8")
    return True
