"""What dbt has parsed of the project, kept once for all homes: parsing takes longer than most builds.

In: the folder that dbt works in. Out: `partial_parse.msgpack` in its target, when the same project was parsed before.
It is kept in `build/` beside the project, or in the home where that cannot be written (in a container).
"""

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

_NAME = "partial_parse.msgpack"
_PARSED_BY = ("dbt-core", "dbt-adapters", "dbt-duckdb")


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
    kept, given = _kept(project, work), _given(work)
    if kept.exists() or not given.exists():
        return
    with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".part", delete=False) as unfinished:
        unfinished.write(given.read_bytes())
    # Whoever may read the project may read this, too.
    Path(unfinished.name).chmod(0o644)
    Path(unfinished.name).replace(kept)
    for other in kept.parent.glob("*.msgpack"):
        if other != kept:
            other.unlink(missing_ok=True)


def _given(work: Path) -> Path:
    return work / "target" / _NAME


def _kept(project: Path, work: Path) -> Path:
    return _folder(project, work) / f"{_digest(project)}.msgpack"


def _folder(project: Path, work: Path) -> Path:
    shared = project.parent / "build" / "dbt"
    with suppress(OSError):
        shared.mkdir(parents=True, exist_ok=True)
    if os.access(shared, os.W_OK):
        return shared
    own = work / "parsed"
    own.mkdir(parents=True, exist_ok=True)
    return own


def _digest(project: Path) -> str:
    """Of every file that dbt reads, of their place (what dbt keeps of seeds names their folder) and of the versions."""
    digest = hashlib.sha256(f"{project}|{_versions()}".encode())
    for folder in (project, project.parent / "reference"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".sql", ".yml", ".md", ".csv"):
                digest.update(f"{path.relative_to(folder)}|{path.stat().st_size}|".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _versions() -> str:
    return " ".join(version(name) for name in _PARSED_BY)
