"""The units as text: templates beside this file, filled in for one installation.

In: the settings, the user, the ports. Out: `{file name: text}`. Nothing is written or started here. The commands are
those of `make up` (deploy/programs.py), and so is what Airflow is told (deploy/airflow_home.py, deploy/up.py).
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template

from deploy.airflow_home import PROJECT, SECRET_SETTINGS, airflow_settings
from deploy.programs import PREPARATION, PROGRAMS
from deploy.up import listening
from warehouse.settings import Settings

_TEMPLATES = Path(__file__).parent
#: They are of no use before it answers.
_AFTER = {"scheduler": "api-server", "triggerer": "api-server"}


@dataclass(frozen=True)
class Installation:
    """Who runs what, where: `settings` as they are in force, the user's name, the folder of secrets, the ports."""

    settings: Settings
    user: str
    secrets: Path
    port: int
    portal_port: int


def units(installation: Installation) -> dict[str, str]:
    """Every unit by the name of its file."""
    found = {unit_of("prepare"): _prepare(installation)}
    found |= {unit_of(name): _program(installation, name) for name in PROGRAMS}
    return found | {"admissions.target": _filled("admissions.target", units=" ".join(found))}


def unit_of(name: str) -> str:
    return f"admissions-{name}.service"


def paths(installation: Installation) -> list[str]:
    """Every path that is written into a unit."""
    return [str(PROJECT), sys.executable, str(installation.secrets), *_writable(installation.settings)]


def secrets_needed(installation: Installation) -> set[str]:
    """The files that systemd has to find in the folder of secrets."""
    return {name for is_airflow in (True, False) for name in _files(installation.settings, is_airflow)}


def _program(installation: Installation, name: str) -> str:
    program = PROGRAMS[name]
    return _filled(
        "program.service",
        name=name,
        unit=unit_of(name),
        after=unit_of(_AFTER[name]) if name in _AFTER else "",
        command=_quoted(program.command()),
        memory=program.memory_mb,
        # What is published may be read by the user's group.
        common=_common(installation, "0027", is_airflow=name != "portal"),
    )


def _prepare(installation: Installation) -> str:
    return _filled(
        "prepare.service",
        unit=unit_of("prepare"),
        commands="\n".join(f"ExecStart={_quoted(program.command())}" for program in PREPARATION.values()),
        # Airflow's folder, with its store and passwords, is made here: nobody else gets into it.
        common=_common(installation, "0077", is_airflow=True),
    )


def _common(installation: Installation, umask: str, is_airflow: bool) -> str:
    settings = installation.settings
    environment = {"HOME": str(settings.home), "LANG": "C.UTF-8", "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    told = airflow_settings(settings) | listening(installation.port, installation.portal_port)
    if settings.airflow_url:
        told["AIRFLOW__API__BASE_URL"] = settings.airflow_url
    environment |= {name: value for name, value in told.items() if is_airflow or not name.startswith("AIRFLOW_")}
    files = _files(settings, is_airflow)
    # Airflow asks a command for what it must not find in its environment; the folder is the unit's own.
    environment |= {f"{setting}_CMD": f"cat %d/{name}" for name, setting in SECRET_SETTINGS.items() if name in files}
    environment |= {setting: f"%d/{name}" for name, setting in files.items() if setting.startswith("ADMISSIONS_")}
    return _filled(
        "common.service",
        user=installation.user,
        umask=umask,
        project=PROJECT,
        environment="\n".join(f"Environment={_quoted([f'{name}={value}'])}" for name, value in environment.items()),
        credentials="\n".join(f"LoadCredential={name}:{installation.secrets / name}" for name in files),
        writable=_quoted(_writable(settings)),
    )


def _files(settings: Settings, is_airflow: bool) -> dict[str, str]:
    """The secrets that a unit is given, with the settings that want to know where they lie."""
    found = dict(SECRET_SETTINGS) if is_airflow else {}
    if settings.smtp_user and not settings.smtp_password_file:
        found["mail_password"] = "ADMISSIONS_SMTP_PASSWORD_FILE"
    if settings.oidc_client_id and not settings.oidc_client_secret_file and not is_airflow:
        found["oidc_client_secret"] = "ADMISSIONS_OIDC_CLIENT_SECRET_FILE"
    if settings.lake and not settings.lake.password_file:
        found["catalogue_password"] = "ADMISSIONS_STORE_PASSWORD_FILE"
    if settings.lake and settings.lake.is_remote and not settings.lake.bucket.secret_file:
        found["bucket_secret"] = "ADMISSIONS_S3_SECRET_FILE"
    return found


def _writable(settings: Settings) -> list[str]:
    """The folders that are written to. One outside the home may be missing: a share that is not there yet."""
    others = [settings.landing, settings.archive, settings.published.parent]
    others += [Path(settings.backup)] if settings.backup else []
    others += [Path(settings.lake.data)] if settings.lake and not settings.lake.is_remote else []
    outside = [folder for folder in others if not folder.is_relative_to(settings.home)]
    return [str(settings.home), *(f"-{folder}" for folder in outside)]


def _quoted(words: Iterable[str]) -> str:
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _filled(template: str, **values: object) -> str:
    return Template((_TEMPLATES / template).read_text("utf-8")).substitute(values)
