"""`python -m deploy.systemd --user admissions --home /var/lib/admissions`: prints the units; `--to FOLDER` writes them.

They are for this installation: this folder and its environment, and the settings in its `.env`. Run it again when the
home, a port, the folder of backups, the mail server's user or the provider of accounts has become another.
"""

import argparse
import re
import sys
from pathlib import Path

from dotenv import dotenv_values

from deploy.airflow_home import PROJECT
from deploy.make_env import SECRETS
from deploy.systemd.units import Installation, paths, secrets_needed, units
from deploy.up import FIRST_PORT, FIRST_PORTAL_PORT, wanted_port
from warehouse.files import write_whole
from warehouse.settings import BadSetting, load_settings


class NotPossible(ValueError):
    """No units can be written for this; the text says why."""


def installation(user: str, home: Path, secrets: Path) -> Installation:
    """What is to be installed. Raises NotPossible, or BadSetting where a setting cannot be used."""
    written = (dotenv_values(PROJECT / ".env").get("ADMISSIONS_HOME") or "").strip()
    if written and Path(written) != home:
        raise NotPossible(f".env says ADMISSIONS_HOME={written}; remove that line, or give the same with --home.")
    found = Installation(
        load_settings({"ADMISSIONS_HOME": str(home)}, PROJECT),
        user,
        secrets.resolve(),
        wanted_port("AIRFLOW_PORT") or FIRST_PORT,
        wanted_port("PORTAL_PORT") or FIRST_PORTAL_PORT,
    )
    for path in (*paths(found), user):
        if not re.fullmatch(r"[\w./@+,=-]+", path):
            raise NotPossible(f"{path}: systemd would read this otherwise; use letters, digits and . _ - only.")
    try:
        missing = sorted(name for name in secrets_needed(found) if not (found.secrets / name).exists())
    except PermissionError as error:
        raise NotPossible(f"{found.secrets} cannot be looked at; run this as its owner.") from error
    if missing:
        raise NotPossible(f"{found.secrets} lacks {', '.join(missing)}; run python3 -m deploy.make_env first.")
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.systemd", description="Units of systemd for this folder.")
    parser.add_argument("--user", required=True, help="whom the services run as")
    parser.add_argument("--home", required=True, type=Path, help="ADMISSIONS_HOME, an absolute path")
    parser.add_argument("--secrets", default=SECRETS, type=Path, help="the folder that deploy.make_env has filled")
    parser.add_argument("--to", type=Path, help="a folder to write them into, as a rule /etc/systemd/system")
    given = parser.parse_args(arguments)
    try:
        found = units(installation(given.user, given.home.absolute(), given.secrets))
        if given.to is None:
            sys.stdout.write("".join(f"# {name}\n{text}\n" for name, text in found.items()))
            return 0
        for name, text in found.items():
            write_whole(given.to / name, text.encode())
    except (NotPossible, BadSetting, OSError) as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{len(found)} units in {given.to}. Next: systemctl daemon-reload\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
