"""`admissions users …`: accounts made, listed and removed, as lines to print."""

from portal import accounts
from reference.communes import communes_in_scope
from reference.texts import say
from warehouse.settings import Settings


def add_user(settings: Settings, name: str, role: str | None, commune: str | None, password: str | None) -> list[str]:
    """Raises BadAccount."""
    if commune and commune not in {each.code for each in communes_in_scope(settings.scope)}:
        raise accounts.BadAccount("account_bad_commune", commune)
    chosen = accounts.add(settings, name, role or "", commune, password, settings.current_instant())
    lines = [say("users_added", settings.language, name=name, role=role)]
    return lines if password is not None else [*lines, say("users_password", settings.language, password=chosen)]


def list_users(settings: Settings, *_: object) -> list[str]:
    """Name, role, commune and since when, parted by tabulators."""
    kept = accounts.accounts(settings).values()
    lines = ["\t".join((each.name, each.role, each.commune or "–", each.since)) for each in kept]
    return lines or [say("users_none", settings.language)]


def remove_user(settings: Settings, name: str, *_: object) -> list[str]:
    """Raises BadAccount."""
    accounts.remove(settings, name)
    return [say("users_removed", settings.language, name=name)]
