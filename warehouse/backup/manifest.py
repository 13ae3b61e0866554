"""The list of what a backup has. A backup without it is none: it is written last."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from reference.trouble import Trouble
from warehouse.software import is_newer

NAME = "manifest.json"
#: Goes up when an older software could not restore what a newer one has written.
FORMAT = 1

#: What a backup may have, as it is called there. Nothing else is ever written by restoring, wherever it would lead.
_CONTENT = r"archive/[0-9a-f]{2}/[0-9a-f]{64}(\.[a-z]{1,5})?"
_PATHS = re.compile(
    rf"{_CONTENT}|archive/[a-z_]{{1,40}}\.jsonl|warehouse\.duckdb|published\.duckdb|accounts\.json|settings\.json"
    r"|contacts\.csv"
    r"|office/(reference|expectations)/[A-Za-z0-9_]{1,60}\.(csv|yml)"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BackupDamaged(Trouble):
    """The list of a backup is not as it was written, or names what no backup has; the text says what."""

    text = "error_backup_damaged"


class BackupNewer(Trouble):
    """A newer version of the software has made the backup; the text is its version."""

    text = "error_backup_newer"


@dataclass(frozen=True)
class Entry:
    """A file: the SHA-256 of its content, its size in bytes, and who may read it (`0o600`)."""

    sha256: str
    bytes: int
    mode: int


@dataclass(frozen=True)
class Manifest:
    """What a backup has: path in the backup -> its file; by which versions, when (UTC, ISO) and on which day it was
    made."""

    software: str
    store: str
    made_at: str
    day: str
    files: Mapping[str, Entry]
    format: int = FORMAT

    @property
    def journals(self) -> dict[str, Entry]:
        return {path: entry for path, entry in self.files.items() if path.endswith(".jsonl")}

    @property
    def archived(self) -> dict[str, Entry]:
        """Files and records of the archive, without its journals."""
        return {path: entry for path, entry in self.files.items() if re.fullmatch(_CONTENT, path)}


def is_path(path: str) -> bool:
    """Whether a backup may have such a file."""
    return _PATHS.fullmatch(path) is not None


def is_sha256(name: str) -> bool:
    return _SHA256.fullmatch(name) is not None


def to_bytes(manifest: Manifest) -> bytes:
    """As JSON, a file a line, with a checksum over all of it."""
    head = asdict(manifest)
    files = ",\n".join(
        f"{json.dumps(path)}: {json.dumps(asdict(entry))}" for path, entry in sorted(manifest.files.items())
    )
    del head["files"]
    return f'{{"checksum": "{_checksum(manifest)}",\n{json.dumps(head)[1:-1]},\n"files": {{\n{files}}}}}\n'.encode()


def from_bytes(content: bytes) -> Manifest:
    """Raises BackupDamaged, and BackupNewer for one that a newer version has made."""
    try:
        values = json.loads(content.decode("utf-8"))
        if values["format"] > FORMAT or is_newer(values["software"]):
            raise BackupNewer(values["software"])
        manifest = _manifest(values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(f"{NAME}: {type(error).__name__} {error}") from error
    if values["checksum"] != _checksum(manifest):
        raise BackupDamaged(NAME)
    for path, entry in manifest.files.items():
        if not is_path(path) or not is_sha256(entry.sha256):
            raise BackupDamaged(f"{NAME}: {path}")
    return manifest


def _manifest(values: Mapping[str, Any]) -> Manifest:
    files = {str(path): Entry(**entry) for path, entry in values["files"].items()}
    return Manifest(
        str(values["software"]),
        str(values["store"]),
        str(values["made_at"]),
        str(values["day"]),
        files,
        int(values["format"]),
    )


def _checksum(manifest: Manifest) -> str:
    return hashlib.sha256(json.dumps(asdict(manifest), sort_keys=True).encode()).hexdigest()
