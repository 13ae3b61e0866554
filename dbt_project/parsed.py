"""What dbt has parsed of the project, what it ran for each build, and what it makes of an empty store, kept once for
all homes: each takes longer than what it is for.

In: the folder that dbt works in. Out: `partial_parse.msgpack` in its target, when the same project was parsed before,
dbt's manifest, the recording of a build, the store with which others begin. They are kept in `build/` beside the
project; what is not there already, in the home where that cannot be written (in a container).
"""

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from warehouse.settings import CONTACTS

_NAME = "partial_parse.msgpack"
_MANIFEST = "manifest.json"
_PARSED_BY = ("dbt-core", "dbt-adapters", "dbt-duckdb", "duckdb")
_RECORDED_BY = ("dbt_process.py", "recording.py", "get_ready.py")


def lay_ready(project: Path, work: Path) -> None:
    """Give dbt what was parsed of exactly this project; take away what it has of another one or another place."""
    given = _given(work)
    given.parent.mkdir(parents=True, exist_ok=True)
    given.unlink(missing_ok=True)
    # Another run may put it away at any time: then dbt parses for itself.
    with suppress(FileNotFoundError):
        shutil.copyfile(_kept(project, work), given)


def keep(project: Path, work: Path) -> None:
    """Keep what dbt has parsed for the next one that starts."""
    kept = _kept(project, work)
    for given, its_place in ((_given(work), kept), (_given(work, _MANIFEST), manifest_of(project, work))):
        if not its_place.exists():
            _put_away(given, its_place)
    for other in kept.parent.iterdir():
        if other.suffix in (".msgpack", ".json", ".duckdb") and not other.name.startswith(kept.stem):
            other.unlink(missing_ok=True)


def keep_recording(project: Path, work: Path, build: str, recorded: Path) -> None:
    """Keep what dbt has run for a build, in the place of what cannot be read."""
    _put_away(recorded, recording_of(project, work, build))


def recording_of(project: Path, work: Path, build: str) -> Path:
    """Where what dbt ran for a build of exactly this project is kept."""
    return _place(project, work, f"{build}.json")


def manifest_of(project: Path, work: Path) -> Path:
    """Where what dbt knows of exactly this project is kept: a store may be built where dbt never was."""
    return _place(project, work, _MANIFEST)


def keep_empty_store(project: Path, work: Path, store: Path) -> None:
    """Keep this store, in which nothing is but what dbt makes of nothing."""
    _put_away(store, empty_store_of(project, work))


def empty_store_of(project: Path, work: Path) -> Path:
    """Where the store is kept with which others begin while the project is exactly this one."""
    return _place(project, work, "duckdb")


def _put_away(given: Path, kept: Path) -> None:
    if not given.exists():
        return
    handle, name = tempfile.mkstemp(dir=kept.parent, suffix=".part")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(given.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        # Whoever may read the project may read this, too.
        unfinished.chmod(0o644)
        unfinished.replace(kept)
    finally:
        unfinished.unlink(missing_ok=True)


def _given(work: Path, name: str = _NAME) -> Path:
    return work / "target" / name


def _kept(project: Path, work: Path) -> Path:
    return _place(project, work, "msgpack")


def _place(project: Path, work: Path, what: str) -> Path:
    name = f"{digest(project)}.{what}"
    return _folder(project, work, name) / name


def _folder(project: Path, work: Path, name: str) -> Path:
    shared = project.parent / "build" / "dbt"
    with suppress(OSError):
        shared.mkdir(parents=True, exist_ok=True)
    if os.access(shared, os.W_OK) or (shared / name).exists():
        return shared
    own = work / "parsed"
    own.mkdir(parents=True, exist_ok=True)
    return own


def digest(project: Path) -> str:
    """Of every file that dbt reads, of their place (what dbt keeps of seeds names their folder), of the versions and of
    what is recorded."""
    found = hashlib.sha256(f"{project}|{_versions()}".encode())
    for folder in (project, project.parent / "reference"):
        for path in sorted(folder.rglob("*")):
            # `.dbtignore` has the addresses.
            if path.suffix in (".sql", ".yml", ".md", ".csv") and path.name != CONTACTS:
                found.update(f"{path.relative_to(folder)}|{path.stat().st_size}|".encode())
                found.update(path.read_bytes())
    for recorder in _RECORDED_BY:
        found.update(Path(__file__).with_name(recorder).read_bytes())
    return found.hexdigest()


@cache
def _versions() -> str:
    return " ".join(version(name) for name in _PARSED_BY)
