"""Whether anything has changed since the last publishing: then there is nothing to build, to judge or to copy.

Publishing leaves a note beside the store, as its last act: what the store's file was then, what was made of it, and
what made it (code, rules, lists, settings, the day, libraries). Whatever writes into the store, be it killed half way,
changes its file, and with it the answer.
"""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from warehouse.connections import let_go, writing
from warehouse.decisions import JOURNAL, noted
from warehouse.files import write_whole
from warehouse.ledger import is_judged
from warehouse.settings import CONTACTS, Settings

_ROOT = Path(__file__).parent.parent
#: What the published file is made by: folders of the project, and libraries that compute.
_FOLDERS = ("dbt_project", "expectations", "ingest", "reference", "steps", "warehouse")
_KINDS = (".py", ".sql", ".yml", ".csv", ".md", ".html", ".css")
_LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb", "great_expectations", "pandas", "scipy")
#: DuckDB's headers, which count its checkpoints: with every one something else stands there. Two published files may
#: have the same, as each is made anew.
_HEADERS = 3 * 4096


def remember(settings: Settings) -> None:
    """What is there now is published. No note is left where something came meanwhile: a decision, another day."""
    # First what changes though the store is held: the journal, to which others write, too, and the day.
    before = {"decisions": _content(settings.archive / JOURNAL), "made_by": made_by(settings)}
    with writing(settings) as connection:
        is_whole = is_judged(connection, before["made_by"]) and not noted(connection, settings.archive)
    if is_whole:
        write_whole(_note(settings), json.dumps(_state(settings) | before).encode())


def is_as_published(settings: Settings) -> bool:
    """Whether the store, what was made of it, and what made it are what they were when it was last published."""
    try:
        noted = json.loads(_note(settings).read_bytes())
    except (OSError, ValueError):
        return False
    return bool(noted == _state(settings))


def _note(settings: Settings) -> Path:
    return settings.home / "as_published.json"


def _state(settings: Settings) -> dict[str, object]:
    let_go(settings)
    return {
        "store": _store(settings),
        "unfinished": settings.store.with_name(f"{settings.store.name}.wal").exists(),
        "decisions": _content(settings.archive / JOURNAL),
        "published": _database(settings.published),
        "copies": _files(settings.parquet),
        "pages": _files(settings.reports / "data_docs"),
        "made_by": made_by(settings),
    }


def _store(settings: Settings) -> str:
    """Of a DuckLake: its newest snapshot, as whatever writes into it makes another one."""
    if settings.lake:
        from warehouse.lake.catalogue import snapshot

        return f"{settings.lake.address} {snapshot(settings.lake)}"
    return _database(settings.store)


def _database(path: Path) -> str:
    """Its size, when it was last written, its headers. Empty where there is none."""
    try:
        with path.open("rb") as file:
            return f"{_size_and_time(path)} {hashlib.sha256(file.read(_HEADERS)).hexdigest()}"
    except FileNotFoundError:
        return ""


def _content(path: Path) -> str:
    """Empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _files(folder: Path) -> str:
    found = (f"{path.relative_to(folder)} {_size_and_time(path)}" for path in sorted(folder.rglob("*")))
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def _size_and_time(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def made_by(settings: Settings) -> str:
    """The hash of what the published figures are made by, besides what was sent and decided: code, rules, lists,
    settings, the day, libraries."""
    set_to = [settings.scope, settings.due_day, settings.language, settings.current_day().isoformat()]
    libraries = [version(name) for name in _LIBRARIES]
    return hashlib.sha256(json.dumps([code_digest(), set_to, libraries]).encode()).hexdigest()


def code_digest() -> str:
    """The hash of all that the published file is made by: code, rules, lists. As it was when it was first asked for."""
    return _code(_ROOT)


def code_on_disk() -> str:
    """The same as it is now: another one where the software was exchanged under a process that stays."""
    return _digest_of(_ROOT)


@cache
def _code(root: Path) -> str:
    return _digest_of(root)


def _digest_of(root: Path) -> str:
    digest = hashlib.sha256()
    for path in _sources(root):
        digest.update(f"{path.relative_to(root)}|".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for folder in _FOLDERS:
        found = (path for path in (root / folder).rglob("*") if path.suffix in _KINDS)
        # Whose address has changed changes no figure.
        yield from sorted(path for path in found if path.name != CONTACTS)
