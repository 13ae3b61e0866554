"""Write `.env` with fresh secrets for docker-compose.yml: `python3 -m deploy.make_env`.

Starts from `.env.example`; a secret that `.env` already has is kept, so running it again changes nothing.
Only the standard library: it is run before anything is installed.
"""

import base64
import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

MAKERS: dict[str, Callable[[], str]] = {
    # Letters and digits only: it is part of an address.
    "AIRFLOW_DATABASE_PASSWORD": lambda: secrets.token_hex(24),
    "AIRFLOW_FERNET_KEY": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
    "AIRFLOW_JWT_SECRET": lambda: secrets.token_urlsafe(48),
    "AIRFLOW_API_SECRET_KEY": lambda: secrets.token_urlsafe(32),
}


def completed(text: str) -> tuple[str, list[str]]:
    """The text of an `.env` with every missing secret filled in, and the names of those that were."""
    filled = []
    for name, make in MAKERS.items():
        line = re.search(rf"^{name}=(.*)$", text, re.MULTILINE)
        if line and line[1].strip():
            continue
        setting = f"{name}={make()}"
        text = f"{text[: line.start()]}{setting}{text[line.end() :]}" if line else f"{text.rstrip()}\n{setting}\n"
        filled.append(name)
    return text, filled


def make_env(folder: Path) -> list[str]:
    """Complete `.env` in the folder; only its owner may read it. Returns the names of the new secrets."""
    target = folder / ".env"
    source = target if target.exists() else folder / ".env.example"
    text, filled = completed(source.read_text("utf-8"))
    if filled:
        unfinished = folder / f".env.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        unfinished.replace(target)
    return filled


if __name__ == "__main__":
    made = make_env(PROJECT)
    sys.stdout.write(f"New in .env: {', '.join(made)}\n" if made else ".env is complete; nothing was changed.\n")
