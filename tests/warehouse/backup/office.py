"""A small office: an archive, journals, a store and a published file, without reading a workbook."""

import os
import random
import signal
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from ingest.archive import archive_file
from portal import accounts
from tests.warehouse.published import insert
from warehouse.connections import keeping_open, writing
from warehouse.journal import append
from warehouse.publish import publish
from warehouse.settings import Settings
from warehouse.tables import stored_tables

DAY = datetime(2020, 9, 6, 5)


def open_office(settings: Settings, files: int = 5) -> Settings:
    """An office that has received and published so many files."""
    with keeping_open(settings):
        for number in range(files):
            receive(settings, f"workbook {number}".encode())
        append(settings.archive / "decisions.jsonl", [{"decision_id": "d", "reason": "đã kiểm tra"}])
        publish(settings)
    settings.contacts.write_text("commune_code,name,email,role,language\n")
    settings.contacts.chmod(0o600)
    accounts.add(settings, "Lò Văn A", "steward", None, "a long password", DAY)
    return settings


def receive(settings: Settings, content: bytes) -> str:
    """A file as a load takes it in: archive, then journal, then store. Returns its id."""
    submission_id = sha256(content).hexdigest()
    settings.landing.mkdir(parents=True, exist_ok=True)
    source = settings.landing / f"{submission_id[:8]}.xlsx"
    source.write_bytes(content)
    archive_file(
        settings.archive,
        source,
        submission_id=submission_id,
        path_name=source.name,
        modified_at=DAY,
        received_at=DAY,
    )
    append(settings.archive / "arrivals.jsonl", [{"path": source.name, "submission_id": submission_id}])
    is_new = not settings.store.exists()
    with writing(settings) as connection:
        if is_new:
            for schema, table in (("raw", "submissions"), ("quality", "decisions"), ("marts", "mart_x")):
                connection.execute(f"CREATE SCHEMA warehouse.{schema}")
                columns = stored_tables().get(f"{schema}.{table}", {"number": "INTEGER"})
                described = ", ".join(f"{name} {kind}" for name, kind in columns.items())
                connection.execute(f"CREATE TABLE warehouse.{schema}.{table} ({described})")
        insert(connection, "raw.submissions", submission_id=submission_id, status="accepted", path=source.name)
    return submission_id


def content_of(settings: Settings, submission_id: str) -> Path:
    return settings.archive / submission_id[:2] / f"{submission_id}.xlsx"


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def killed_at(moment: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed just before its `moment`th flush or rename. Returns whether it was: a
    process that had done all of its work before was not."""
    child = os.fork()
    if child == 0:
        try:
            _kill_before(moment)
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    return os.WIFSIGNALED(status)


def moments(number: int, until: int, seed: int = 15) -> list[int]:
    return sorted(random.Random(seed).sample(range(1, until), number))


def _kill_before(moment: int) -> None:
    left = [moment]

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def counting(*given: object, **named: object) -> object:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **named)

        return counting

    for name in ("fsync", "replace", "unlink", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))
