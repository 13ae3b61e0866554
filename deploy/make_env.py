"""Fresh secrets for docker-compose.yml and systemd, and an `.env` to fill in: `python3 -m deploy.make_env`.

Each secret is a file in deploy/secrets. A file that is there is kept, so running it again changes nothing.
Only the standard library: it is run before anything is installed.
"""

import base64
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SECRETS = PROJECT / "deploy" / "secrets"

MAKERS: dict[str, Callable[[], str]] = {
    # Letters and digits only: it is part of an address.
    "database_password": lambda: secrets.token_hex(24),
    "fernet_key": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
    "jwt_secret": lambda: secrets.token_urlsafe(48),
    "api_secret_key": lambda: secrets.token_urlsafe(32),
    # Of a store on many machines: the catalogue's, and the bucket's.
    "catalogue_password": lambda: secrets.token_hex(24),
    "bucket_secret": lambda: secrets.token_hex(24),
}
#: What others give out; empty until somebody writes it in.
GIVEN = ("mail_password", "oidc_client_secret")
#: Where earlier versions had them, in `.env`: PostgreSQL keeps the password that it was made with.
EARLIER = {
    "database_password": "AIRFLOW_DATABASE_PASSWORD",
    "fernet_key": "AIRFLOW_FERNET_KEY",
    "jwt_secret": "AIRFLOW_JWT_SECRET",
    "api_secret_key": "AIRFLOW_API_SECRET_KEY",
}


def make_secrets(folder: Path, env: str = "") -> list[str]:
    """Make what is missing in the folder; `env` is the text of an `.env` that may hold secrets of an earlier version.
    Returns the names of the new files.

    Nobody but its owner gets into the folder. The files in it are readable: Docker shows each of them to the services
    that need it with the owner and mode that it has here, and those run as other users.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = []
    for name in (*MAKERS, *GIVEN):
        target = folder / name
        # An empty one is what a full disk left, or what somebody made by hand.
        if target.exists() and (name in GIVEN or target.read_text("utf-8").strip()):
            continue
        value = "" if name in GIVEN else _earlier(name, env) or MAKERS[name]()
        unfinished = folder / f".{name}.{os.getpid()}"
        unfinished.write_text(value, "utf-8")
        unfinished.chmod(0o444 if value else 0o644)
        unfinished.replace(target)
        made.append(name)
    return made


def _earlier(name: str, env: str) -> str:
    line = re.search(rf"^{EARLIER[name]}=(.*)$", env, re.MULTILINE) if name in EARLIER else None
    return line[1].strip().strip("'\"") if line else ""


def main() -> int:
    env = PROJECT / ".env"
    if not env.exists():
        shutil.copyfile(PROJECT / ".env.example", env)
        # The services' user reads it, whatever the umask of whoever installs them.
        env.chmod(0o644)
        sys.stdout.write("New: .env, with every setting to fill in.\n")
    text = env.read_text("utf-8")
    made = make_secrets(SECRETS, text)
    sys.stdout.write(
        f"New in {SECRETS}: {', '.join(made)}\n" if made else f"{SECRETS} is complete; nothing was changed.\n"
    )
    if left := [name for name in EARLIER.values() if re.search(rf"^{name}=\S", text, re.MULTILINE)]:
        sys.stdout.write(f"Remove from .env, nothing reads them there any more: {', '.join(left)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
