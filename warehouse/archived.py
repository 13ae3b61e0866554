"""Where the archive keeps things: each file's content and its record in a folder named after its SHA-256."""

import hashlib
import json
import re
from pathlib import Path

from reference.trouble import Trouble


class NotArchived(Trouble, LookupError):
    """A file of the archive is missing, or is not what was received; the text names it."""

    text = "error_archive"


def folder_of(archive: Path, submission_id: str) -> Path:
    """The folder of everything whose SHA-256 begins alike."""
    return archive / submission_id[:2]


def record_of(archive: Path, submission_id: str) -> Path:
    """The provenance record of a content."""
    return folder_of(archive, submission_id) / f"{submission_id}.json"


def archived_as(archive: Path, submission_id: str) -> str:
    """The name of the content, which lies beside its record. Raises NotArchived."""
    record = record_of(archive, submission_id)
    try:
        name = str(json.loads(record.read_text(encoding="utf-8"))["archived_as"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotArchived(f"{record}: {error}") from error
    if not re.fullmatch(rf"{submission_id}(\.[a-z]+)?", name):
        raise NotArchived(f"{record}: {name!r}")
    return name


def archived_content(archive: Path, submission_id: str) -> bytes:
    """The content with the SHA-256 `submission_id`. Raises NotArchived."""
    path = folder_of(archive, submission_id) / archived_as(archive, submission_id)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotArchived(f"{path}: {error}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != submission_id:
        raise NotArchived(f"{path}: stored={found}, expected={submission_id}")
    return content
