"""Who may read what lies in the home: the service what is its own, everybody what is published."""

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from tests.warehouse.backup.office import content_of, open_office, receive
from warehouse.backup.make import make_backup
from warehouse.backup.restore import restore_backup
from warehouse.connections import writing
from warehouse.doctor import Finding, examine
from warehouse.files import keeping_private
from warehouse.settings import Settings


@pytest.fixture(params=[0o022, 0o077], ids=["usual", "strict"])
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What the process that runs leaves to others of what it makes."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def all_in(folder: Path) -> list[Path]:
    return [folder, *folder.rglob("*")]


def readable(settings: Settings) -> Finding | None:
    return next((each for each in examine(settings) if "chmod" in each.sentence), None)


def test_what_is_the_service_s_own_nobody_else_reads(settings: Settings, tmp_path: Path, mask: int) -> None:
    open_office(settings)
    make_backup(settings, tmp_path / "backup")
    own = [*all_in(settings.archive), *all_in(settings.portal), *all_in(tmp_path / "backup"), settings.store]
    assert {"decisions.jsonl", "accounts.json", "manifest.json"} <= {path.name for path in own}
    assert [path for path in own if rights(path) & 0o077] == []


def test_what_is_published_everybody_reads_and_nobody_else_writes(settings: Settings, mask: int) -> None:
    open_office(settings)
    published = all_in(settings.published.parent)
    assert {"admissions.duckdb", "admissions.duckdb.sha256", "SHA256SUMS"} <= {path.name for path in published}
    assert any(path.suffix == ".parquet" for path in published)
    assert {rights(path) for path in published if path.is_file()} == {0o644}
    assert {rights(path) for path in published if path.is_dir()} == {0o755}


def test_what_is_written_beside_the_store_meanwhile_nobody_else_reads(settings: Settings) -> None:
    open_office(settings, files=1)
    with writing(settings) as connection:
        connection.execute("CREATE TABLE warehouse.raw.x AS SELECT 1")
        beside = settings.store.with_name(f"{settings.store.name}.wal")
        assert rights(beside) == 0o600


def test_two_threads_that_keep_private_leave_the_mask_as_it_was() -> None:
    before = os.umask(0o022)
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with keeping_private():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with keeping_private():
        thread.start()
        entered.wait(10)
    still = os.umask(0o077)
    leave.set()
    thread.join()
    assert still == 0o077, "the other one is still inside"
    assert os.umask(before) == 0o022


def test_rights_that_the_office_has_given_stay(settings: Settings) -> None:
    open_office(settings, files=1)
    settings.archive.chmod(0o750)
    settings.published.parent.chmod(0o700)
    receive(settings, b"another workbook")
    open_office(settings, files=2)
    assert (rights(settings.archive), rights(settings.published.parent)) == (0o750, 0o700)


def test_an_archive_that_everybody_can_read_is_said_with_what_to_do(settings: Settings) -> None:
    open_office(settings, files=1)
    assert readable(settings) is None
    settings.archive.chmod(0o755)
    settings.contacts.write_text("")
    settings.contacts.chmod(0o644)
    found = readable(settings)
    assert found is not None
    assert found.is_note
    assert f"chmod -R o= {settings.archive} {settings.contacts}" in found.sentence
    settings.archive.chmod(0o750)
    settings.contacts.chmod(0o640)
    assert readable(settings) is None, "a group is the office's own choice"


def test_what_an_earlier_version_left_to_everybody_is_closed_by_restoring(
    settings: Settings, make_settings: MakeSettings, tmp_path: Path
) -> None:
    open_office(settings, files=1)
    submission = receive(settings, b"a workbook")
    content_of(settings, submission).chmod(0o444)
    settings.store.chmod(0o644)
    make_backup(settings, tmp_path / "backup")
    empty = make_settings(HOME=str(tmp_path / "elsewhere"))
    restore_backup(empty, tmp_path / "backup")
    assert rights(content_of(empty, submission)) == 0o400
    assert [rights(path) for path in (empty.store, empty.archive, empty.published)] == [0o600, 0o700, 0o644]
