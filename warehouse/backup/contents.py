"""What a backup has: what nobody could make again, and what takes long to make again.

In: the archive with all its journals, the portal's accounts, the office's addresses, the lists and rules of this
office, the settings, and a copy of the store and of the published file. Out: whatever a run makes of these, sessions,
uploads that wait to be confirmed, Airflow's own database, and files of the landing folder that no run has looked at
yet: among them may be lists of people, which are kept nowhere.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.journal import length_of
from warehouse.settings import Settings

STORE, PUBLISHED, ACCOUNTS, CONTACTS, SETTINGS, OFFICE = (
    "warehouse.duckdb",
    "published.duckdb",
    "accounts.json",
    "contacts.csv",
    "settings.json",
    "office",
)
#: Lists and rules, in which an office may have lines of its own.
_OFFICE = (("reference", "*.csv"), ("expectations", "*.yml"))
ROOT = Path(__file__).parents[2]

_CONTENT_NAME = re.compile(r"([0-9a-f]{64})(\.[a-z]{1,5})?")


@dataclass(frozen=True)
class Source:
    """A file to be kept: its path in the backup, where it lies, how many of its bytes (None: all of them), and the
    SHA-256 that its content has to have (None: whatever it has)."""

    path: str
    file: Path
    length: int | None = None
    sha256: str | None = None


def journals(archive: Path) -> tuple[Source, ...]:
    """The journals, each as long as it is now."""
    found = (path for path in sorted(archive.glob("*.jsonl")) if path.is_file())
    return tuple(Source(f"archive/{path.name}", path, length_of(path)) for path in found)


def archived(archive: Path) -> Iterator[Source]:
    """Every file of the archive with its record. What a load that was killed has left unfinished is none."""
    for path in sorted(archive.glob("[0-9a-f][0-9a-f]/*")):
        if named := _CONTENT_NAME.fullmatch(path.name):
            is_record = named[2] == ".json"
            yield Source(f"archive/{path.parent.name}/{path.name}", path, sha256=None if is_record else named[1])


def accounts(settings: Settings) -> tuple[Source, ...]:
    return (Source(ACCOUNTS, settings.accounts),) if settings.accounts.exists() else ()


def addresses(settings: Settings) -> tuple[Source, ...]:
    return (Source(CONTACTS, settings.contacts),) if settings.contacts.exists() else ()


def of_the_office(root: Path = ROOT) -> tuple[Source, ...]:
    """The lists and rules that are in force."""
    return tuple(
        Source(f"{OFFICE}/{folder}/{path.name}", path)
        for folder, names in _OFFICE
        for path in sorted((root / folder).glob(names))
        if path.is_file()
    )


def settings_as_text(settings: Settings) -> bytes:
    """The settings as they are in force. Secrets are in files that settings only name."""
    return (json.dumps(settings.as_environment(), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
