"""Local accounts: names, roles and hashed passwords (argon2id), in one file of the home that only the service reads."""

import fcntl
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.people import ROLES, Person
from reference.trouble import Trouble
from warehouse.files import private, write_private
from warehouse.settings import Settings

_NAME = re.compile(r"[^\s/\\:\x00-\x1f][^/\\:\x00-\x1f]{0,79}")
#: Shorter ones are guessed (OWASP ASVS 2.1.1); longer ones only keep the processor busy.
PASSWORD_LENGTHS = range(12, 129)
_HASHER = PasswordHasher()
#: Checked where there is no such account: it takes as long as for one that there is.
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(16))


class BadAccount(Trouble, ValueError):
    """An account cannot be made or found; `text` is the key of the sentence."""

    def __init__(self, text: str, detail: str = "") -> None:
        super().__init__(detail)
        self.text = text


class AccountsDamaged(Trouble):
    """The file of the accounts cannot be read, so nobody is known. The text is its place in the home."""

    text = "error_accounts_damaged"


@dataclass(frozen=True)
class Account:
    """One account as it is kept; `password` is its argon2 hash, `since` when it was made (UTC)."""

    name: str
    role: str
    commune: str | None
    password: str
    since: str

    @property
    def person(self) -> Person:
        return Person(self.name, self.role, self.commune)


def accounts(settings: Settings) -> dict[str, Account]:
    """Every account by its name. Raises AccountsDamaged."""
    path = settings.accounts
    try:
        state = path.stat()
    except FileNotFoundError:
        return {}
    # Each request asks several times; a file that was changed is another one.
    return dict(_read(path, state.st_ino, state.st_mtime_ns))


def nobody_signs_in(settings: Settings) -> bool:
    """Whether there is neither an account nor a provider: then only this machine is heard. Raises AccountsDamaged."""
    return not settings.oidc_issuer and not accounts(settings)


def add(settings: Settings, name: str, role: str, commune: str | None, password: str | None, now: datetime) -> str:
    """Make an account, or give one of this name another role and password. Returns the password, made up where none is
    given. Raises BadAccount."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise BadAccount("account_bad_name", name)
    if role not in ROLES:
        raise BadAccount("account_bad_role", role)
    if (role == "commune") != bool(commune):
        raise BadAccount("account_commune_wanted" if role == "commune" else "account_commune_not_wanted", commune or "")
    chosen = secrets.token_urlsafe(15) if password is None else password
    if len(chosen) not in PASSWORD_LENGTHS:
        raise BadAccount("account_bad_password", f"{PASSWORD_LENGTHS.start}–{PASSWORD_LENGTHS.stop - 1}")
    with _changing(settings) as kept:
        kept[name] = Account(name, role, commune, _HASHER.hash(chosen), now.isoformat(timespec="seconds"))
    return chosen


def remove(settings: Settings, name: str) -> None:
    """Raises BadAccount where there is none of this name."""
    with _changing(settings) as kept:
        if kept.pop(name, None) is None:
            raise BadAccount("account_none", name)


def checked(settings: Settings, name: str, password: str) -> Account | None:
    """The account that name and password are of; None where they are not, after as long a time."""
    account = accounts(settings).get(" ".join(name.split()))
    try:
        _HASHER.verify(account.password if account else _NOBODYS, password[: PASSWORD_LENGTHS.stop])
    except (VerificationError, InvalidHashError):
        return None
    if account and _HASHER.check_needs_rehash(account.password):
        with _changing(settings) as kept:
            kept[account.name] = replace(account, password=_HASHER.hash(password))
    return account


@contextmanager
def _changing(settings: Settings) -> Iterator[dict[str, Account]]:
    """All accounts, to be changed by one process at a time; they are there as a whole or as they were."""
    path = settings.accounts
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(path.parent / "accounts.lock", "w", opener=private) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = accounts(settings)
        yield kept
        values = {name: asdict(account) for name, account in sorted(kept.items())}
        write_private(path, json.dumps(values, ensure_ascii=False, indent=1).encode())


@lru_cache(maxsize=4)
def _read(path: Path, file: int, modified: int) -> dict[str, Account]:
    try:
        kept = json.loads(path.read_text("utf-8"))
        found = {name: Account(**values) for name, values in kept.items()}
        if not all(each.role in ROLES and isinstance(each.password, str) for each in found.values()):
            raise ValueError("no accounts")
    except (OSError, ValueError, TypeError, AttributeError) as error:
        # Whoever reads this may not have signed in: where the home lies is not theirs to know.
        raise AccountsDamaged(f"{path.parent.name}/{path.name}") from error
    return found
