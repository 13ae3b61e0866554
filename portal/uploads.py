"""Workbooks on their way in: each upload a private folder of the home, until it is sent on or discarded.

A file lies there only while it may still be sent on. Of what was refused nothing is kept, not even its name.
"""

import os
import re
import secrets
import shutil
import threading
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from portal.inspected import ReadFile
from portal.people import Person
from warehouse.files import flush, naming, write_private
from warehouse.folders import make_landing
from warehouse.settings import Settings

#: How long an upload waits to be confirmed.
LASTS = timedelta(hours=6)
#: No upload is read for longer: whatever lies there unread was left behind.
_READ_WITHIN = timedelta(minutes=30)
_TOKEN = re.compile(r"[a-z]{32}")
_STATE = "upload.json"
_CHUNK = 1 << 20
_LONGEST_NAME = 120
#: What no file system takes, and what would hide a file from the run.
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_HIDDEN = re.compile(r"^(?:[.\s]|~\$)+")
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Upload:
    """What was read from the files of one upload, whose it is (name, role, commune), and whether it was sent on."""

    owner: tuple[str, str, str | None]
    made_at: datetime
    files: tuple[ReadFile, ...]
    is_sent: bool = False

    @property
    def to_send(self) -> tuple[ReadFile, ...]:
        return tuple(each for each in self.files if each.can_be_sent)


_SAVED: TypeAdapter[Upload] = TypeAdapter(Upload)
_sending = threading.Lock()


def begin(settings: Settings) -> str:
    """A new folder that nobody else may look into; returns its token. Those that are over are removed."""
    remove_old(settings)
    token = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(32))
    _folder_of_all(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    folder_of(settings, token).mkdir(mode=0o700)
    return token


def folder_of(settings: Settings, token: str) -> Path:
    """Raises LookupError for what is no token."""
    if not _TOKEN.fullmatch(token):
        raise LookupError(token)
    return _folder_of_all(settings) / token


def receive(settings: Settings, token: str, number: int, name: str, content: BinaryIO) -> Path:
    """Write what was sent under a name that is safe; on disk when this returns."""
    folder = folder_of(settings, token) / str(number)
    folder.mkdir(mode=0o700)
    path = folder / safe_name(name)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with naming(path), os.fdopen(handle, "wb") as out:
        shutil.copyfileobj(content, out, _CHUNK)
        out.flush()
        os.fsync(out.fileno())
    return path


def forget(settings: Settings, token: str, number: int) -> None:
    """Nothing of this file stays."""
    shutil.rmtree(folder_of(settings, token) / str(number), ignore_errors=True)


def keep(settings: Settings, token: str, upload: Upload) -> None:
    write_private(folder_of(settings, token) / _STATE, _SAVED.dump_json(upload))


def upload_of(settings: Settings, token: str, person: Person) -> Upload | None:
    """The person's own upload; None for one that is over, or somebody else's."""
    try:
        upload = _SAVED.validate_json((folder_of(settings, token) / _STATE).read_bytes())
    except (OSError, LookupError, ValidationError):
        return None
    is_over = datetime.now(UTC) - upload.made_at > LASTS
    return upload if upload.owner == owner_of(person) and not is_over else None


def owner_of(person: Person) -> tuple[str, str, str | None]:
    return person.name, person.role, person.commune_code


def discard(settings: Settings, token: str) -> None:
    shutil.rmtree(folder_of(settings, token), ignore_errors=True)


def send_on(settings: Settings, token: str, person: Person) -> tuple[ReadFile, ...] | None:
    """Move the files into the landing folder, each there as a whole or not at all, none over another. Returns those
    that were moved now; None where the upload is no longer there."""
    with _sending:
        upload = upload_of(settings, token, person)
        if upload is None:
            return None
        if upload.is_sent:
            return ()
        # A folder of its own: no name of a month in its path, which the reader would take for the report's.
        make_landing(settings)
        target = settings.landing / "portal" / token[:12]
        for each in upload.to_send:
            folder = folder_of(settings, token) / str(each.number)
            for path in _files_in(folder):
                _move(path, target)
            shutil.rmtree(folder, ignore_errors=True)
        keep(settings, token, replace(upload, is_sent=True))
        return upload.to_send


def remove_old(settings: Settings) -> None:
    """Uploads that nobody has confirmed in time, and those whose reading has ended with the machine."""
    now = datetime.now(UTC)
    with suppress(OSError):
        for folder in _folder_of_all(settings).iterdir():
            lasts = LASTS if (folder / _STATE).exists() else _READ_WITHIN
            if folder.stat().st_mtime < (now - lasts).timestamp():
                shutil.rmtree(folder, ignore_errors=True)


def safe_name(name: str) -> str:
    """The last part of what the browser calls the file, without what is no part of a name, and not too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    plain = _HIDDEN.sub("", _NOT_IN_NAMES.sub("_", last)).strip(" .")
    if not plain or plain.casefold() in _SYSTEM_FILES:
        plain = f"bao-cao {plain}".strip()
    suffix = PurePath(plain).suffix[:8]
    return shortened(plain.removesuffix(suffix), suffix)


def shortened(stem: str, suffix: str) -> str:
    """At most so many letters, and no more bytes than a name may have."""
    stem = stem[: _LONGEST_NAME - len(suffix)]
    while len((stem + suffix).encode()) > 2 * _LONGEST_NAME:
        stem = stem[:-1]
    return stem + suffix


def _files_in(folder: Path) -> Sequence[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return ()


def _move(path: Path, target: Path) -> None:
    with naming(target):
        target.mkdir(parents=True, exist_ok=True)
    # It counts as received now, and whoever runs the pipeline reads it.
    path.chmod(0o644)
    os.utime(path)
    try:
        _link(path, target)
    except OSError:
        # The landing folder is on another disk: a hidden copy first, which no run takes in.
        beside = target / f".{secrets.token_hex(8)}.part"
        try:
            with naming(beside), path.open("rb") as content, beside.open("xb") as out:
                shutil.copyfileobj(content, out, _CHUNK)
                out.flush()
                os.fsync(out.fileno())
            _link(beside, target, path.name)
        finally:
            beside.unlink(missing_ok=True)
    path.unlink()
    flush(target)


def _link(path: Path, target: Path, name: str | None = None) -> None:
    """Give the file its name in the folder, where no other file has it."""
    wanted = PurePath(name or path.name)
    for number in range(1, 1000):
        called = wanted.name if number == 1 else f"{wanted.stem} ({number}){wanted.suffix}"
        try:
            os.link(path, target / called)
        except FileExistsError:
            continue
        return
    raise FileExistsError(str(target / wanted.name))


def _folder_of_all(settings: Settings) -> Path:
    return settings.portal / "uploads"
