"""What was published last, part by part, so that the published file need not be read again to know what is in it.

The note lies beside the store and names the file by its checksum: of a file put back from a backup, of one that another
version has published or that is damaged it says nothing, and a publishing that is killed before its end leaves the note
of a file that is no more.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb

from warehouse.digests import sha256_of
from warehouse.files import write_whole
from warehouse.marks import Mark
from warehouse.relations import Part, Relation
from warehouse.settings import Settings


def remember_parts(settings: Settings, checksum: str, relations: Sequence[Relation]) -> None:
    """The published file has this SHA-256, and these relations."""
    noted = {"checksum": checksum, "hashed_by": duckdb.__version__, "relations": [asdict(each) for each in relations]}
    write_whole(note_of(settings), json.dumps(noted).encode())


def parts_remembered(note: Path, path: Path) -> tuple[Relation, ...] | None:
    """The relations of the file at `path`; None where it is not byte for byte the one that was noted."""
    try:
        noted = json.loads(note.read_bytes())
        relations = tuple(map(_relation, noted["relations"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if noted.get("hashed_by") != duckdb.__version__ or noted.get("checksum") != sha256_of(path):
        return None
    return relations


def note_of(settings: Settings) -> Path:
    return settings.home / "published_parts.json"


def _relation(noted: dict[str, object]) -> Relation:
    columns = tuple((name, kind) for name, kind in noted["columns"])  # type: ignore[attr-defined]
    parts = tuple(Part(part["name"], Mark(**part["mark"])) for part in noted["parts"])  # type: ignore[attr-defined]
    return Relation(**(noted | {"columns": columns, "parts": parts}))  # type: ignore[arg-type]
