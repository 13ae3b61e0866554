"""Who is signed in: a random token in a cookie, and beside it, under the token's hash, whose it is.

Sessions are files of the home: they end when somebody signs out, when their time is over, and when the account is gone
or has another role or password.
"""

import hashlib
import json
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.accounts import accounts
from portal.people import Person
from warehouse.files import write_private
from warehouse.settings import Settings

COOKIE = "admissions_session"
#: A working day.
LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Session:
    """Whose session it is. `mark` is that of the local account's password; empty where a provider vouched."""

    name: str
    role: str
    commune: str | None
    mark: str
    began: str


def begin(settings: Settings, person: Person, mark: str = "") -> str:
    """A new session; returns the token for the cookie. Those that are over are removed."""
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_old(folder)
    token = secrets.token_urlsafe(32)
    session = Session(person.name, person.role, person.commune_code, mark, datetime.now(UTC).isoformat())
    write_private(_of_token(settings, token), json.dumps(asdict(session), ensure_ascii=False).encode())
    return token


def person_of(settings: Settings, token: str) -> Person | None:
    """Whose token it is; None for one that is unknown or over."""
    if not token:
        return None
    try:
        session = Session(**json.loads(_of_token(settings, token).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if datetime.now(UTC) - datetime.fromisoformat(session.began) > LASTS:
        end(settings, token)
        return None
    person = Person(session.name, session.role, session.commune)
    if session.mark:
        account = accounts(settings).get(session.name)
        if account is None or account.person != person or mark_of(account.password) != session.mark:
            end(settings, token)
            return None
    return person


def end(settings: Settings, token: str) -> None:
    with suppress(OSError):
        _of_token(settings, token).unlink()


def mark_of(password_hash: str) -> str:
    """What changes when the account has another password."""
    return hashlib.sha256(password_hash.encode()).hexdigest()


def _remove_old(folder: Path) -> None:
    until = datetime.now(UTC).timestamp() - LASTS.total_seconds()
    for path in folder.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < until:
                path.unlink()


def _folder(settings: Settings) -> Path:
    return settings.portal / "sessions"


def _of_token(settings: Settings, token: str) -> Path:
    return _folder(settings) / hashlib.sha256(token.encode()).hexdigest()
