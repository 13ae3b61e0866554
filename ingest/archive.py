"""The archive: every file ever received, under the SHA-256 of its content, never changed, with its provenance."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from warehouse.archived import folder_of, record_of
from warehouse.digests import sha256_of
from warehouse.files import make_private, naming

_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_CHUNK = 1 << 20


class ContentChanged(OSError):
    """The file is no longer what was read from it: it is still being written."""


class BadProvenance(ValueError):
    """A provenance record lacks something or does not belong to the content beside it."""


@dataclass(frozen=True)
class Provenance:
    """Where an archived file came from. `path` is below the landing folder; instants are UTC."""

    submission_id: str
    path: str
    file_name: str
    bytes: int
    modified_at: datetime
    received_at: datetime
    archived_as: str

    def to_json(self) -> str:
        values = asdict(self) | {
            "modified_at": self.modified_at.isoformat(),
            "received_at": self.received_at.isoformat(),
        }
        return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Provenance":
        """Raises BadProvenance when the text is no record of this shape."""
        try:
            values = json.loads(text)
            values["modified_at"] = datetime.fromisoformat(values["modified_at"])
            values["received_at"] = datetime.fromisoformat(values["received_at"])
            return cls(**values)
        except (ValueError, KeyError, TypeError) as error:
            raise BadProvenance(f"no provenance record: {error}") from error


def archive_file(
    archive: Path,
    source: Path,
    *,
    submission_id: str,
    path_name: str,
    modified_at: datetime,
    received_at: datetime,
) -> Provenance:
    """Copy `source` into the archive with its record. What is archived already stays as it is; what a machine that
    stopped has left there of it is made again.

    It is on disk after the next `flush_all`. Raises ContentChanged when the content no longer has the SHA-256
    `submission_id`.
    """
    folder = folder_of(archive, submission_id)
    # Each by itself: parents are made as this process makes folders.
    make_private(archive)
    make_private(folder)
    suffix = source.suffix.lower() if source.suffix.lower() in _SUFFIXES else ""
    record_path = record_of(archive, submission_id)
    if known := _archived(archive, record_path):
        return known
    content_path = folder / f"{submission_id}{suffix}"
    size = _copy_exactly(source, content_path, submission_id)
    record = Provenance(
        submission_id=submission_id,
        path=path_name,
        file_name=path_name.rsplit("/", 1)[-1],
        bytes=size,
        modified_at=modified_at,
        received_at=received_at,
        archived_as=content_path.name,
    )
    # The record comes last: content without a record is a copy that was interrupted and is made again.
    _write_atomically(record_path, record.to_json().encode())
    return record


def _archived(archive: Path, record_path: Path) -> Provenance | None:
    """The record, where it is there and its content, too, is what it says."""
    if not record_path.exists():
        return None
    try:
        record = read_provenance(record_path)
        is_whole = sha256_of(content_path(archive, record)) == record.submission_id
    except (ValueError, FileNotFoundError):
        return None
    return record if is_whole else None


def read_provenance(record_path: Path) -> Provenance:
    """The record at `record_path`. Raises BadProvenance when it cannot be read or names another content."""
    record = Provenance.from_json(record_path.read_text(encoding="utf-8"))
    if record.submission_id != record_path.stem:
        raise BadProvenance(f"stored={record.submission_id}, expected={record_path.stem}")
    return record


def records(archive: Path) -> Iterator[Provenance]:
    """Every provenance record of the archive, in the order of the content's SHA-256."""
    for record_path in sorted(archive.glob("??/*.json")):
        yield read_provenance(record_path)


def content_path(archive: Path, record: Provenance) -> Path:
    """Where the content of `record` lies."""
    return folder_of(archive, record.submission_id) / record.archived_as


def _copy_exactly(source: Path, target: Path, sha256: str) -> int:
    digest = hashlib.sha256()
    size = 0
    with naming(target):
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
    try:
        with naming(target), os.fdopen(handle, "wb") as copy, source.open("rb") as original:
            while chunk := original.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                copy.write(chunk)
        if digest.hexdigest() != sha256:
            raise ContentChanged(str(source))
        Path(name).chmod(0o400)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return size


def _write_atomically(path: Path, content: bytes) -> None:
    with naming(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".incoming-")
    try:
        with naming(path), os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o400)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
