"""A store of an older version is kept aside before it is written to, one of a newer version is not touched."""

import errno
import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

import steps
from tests.warehouse.backup.office import files_of, killed_at, open_office, receive
from warehouse import written_by
from warehouse.backup.make import make_backup
from warehouse.connections import StoreNewer, writing
from warehouse.doctor import examine
from warehouse.settings import Settings
from warehouse.tables import create_tables
from warehouse.verify import verify


def is_version(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("software", "written_by", "connections"):
        monkeypatch.setattr(f"warehouse.{module}.software_version", lambda: version)


@pytest.fixture
def office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An office that version 0.1.0 has written."""
    is_version("0.1.0", monkeypatch)
    open_office(settings, files=2)
    with writing(settings) as connection:
        create_tables(connection)
    for kept in settings.home.glob("*.before-*"):
        kept.unlink()
    return settings


def submissions(store: Path) -> list[tuple[str]]:
    with duckdb.connect(str(store), read_only=True) as connection:
        return connection.execute("SELECT submission_id FROM raw.submissions ORDER BY ALL").fetchall()


def mark(settings: Settings) -> tuple[int, str]:
    with duckdb.connect(str(settings.store), read_only=True) as connection:
        ((number, software),) = connection.execute("FROM raw.written_by").fetchall()
    return number, software


def kept(settings: Settings) -> list[str]:
    return [path.name for path in settings.home.glob("*.before-*")]


def test_the_version_that_writes_it_stands_in_the_store_and_beside_the_journals(office: Settings) -> None:
    assert mark(office) == (written_by.FORMAT, "0.1.0")
    steps.load(office)
    told = json.loads((office.archive / "written_by.json").read_text())
    assert told == {"format": written_by.FORMAT, "software": "0.1.0"}
    with writing(office):
        pass
    assert kept(office) == [], "nothing is kept aside where nothing is new"


def test_before_an_update_writes_the_store_is_kept_as_it_was_and_leads_back(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(office) as connection:
        connection.execute("ALTER TABLE warehouse.raw.submissions DROP COLUMN period")
    before = submissions(office.store)
    is_version("0.2.0", monkeypatch)
    receive(office, b"one that came after the update")
    with writing(office) as connection:
        create_tables(connection)
        assert connection.execute("SELECT count(period) FROM warehouse.raw.submissions").fetchone() == (0,)
    assert mark(office) == (written_by.FORMAT, "0.2.0")
    assert kept(office) == ["warehouse.before-0.2.0.duckdb"]
    (note,) = (each.sentence for each in examine(office) if "before the last update" in each.sentence)
    kept_file = office.home / "warehouse.before-0.2.0.duckdb"
    assert f"mv {kept_file} {office.store}" in note
    assert kept_file.stat().st_mode & 0o077 == 0

    # The former version is installed again.
    is_version("0.1.0", monkeypatch)
    with pytest.raises(StoreNewer), writing(office):
        pass
    shutil.move(kept_file, office.store)
    assert submissions(office.store) == before
    with writing(office):
        pass
    assert mark(office) == (written_by.FORMAT, "0.1.0")
    assert kept(office) == []


def test_a_store_that_does_not_say_who_wrote_it_is_an_older_version_s(office: Settings) -> None:
    with writing(office) as connection:
        connection.execute("DROP TABLE warehouse.raw.written_by")
    with writing(office):
        pass
    assert kept(office) == ["warehouse.before-0.1.0.duckdb"]
    assert mark(office) == (written_by.FORMAT, "0.1.0")


def test_the_store_before_the_update_before_makes_way(office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("0.2.0", "0.10.0"):
        is_version(version, monkeypatch)
        with writing(office):
            pass
    assert kept(office) == ["warehouse.before-0.10.0.duckdb"]


@pytest.mark.parametrize("newer", [(written_by.FORMAT + 1, "0.1.0"), (written_by.FORMAT, "0.1.1")])
def test_a_store_of_a_newer_version_is_refused_with_its_version_and_stays_as_it_is(
    office: Settings, newer: tuple[int, str], tmp_path: Path
) -> None:
    with writing(office) as connection:
        connection.execute("UPDATE warehouse.raw.written_by SET format = ?, software = ?", newer)
    before = office.store.read_bytes()
    said = f"{office.store} ({newer[1]}): a newer version of the software has written it; nothing was changed."
    for step in (steps.load, steps.build, steps.check, steps.publish):
        with pytest.raises(steps.StepFailed, match="a newer version") as failed:
            step(office)
        assert str(failed.value).startswith(said)
    with pytest.raises(StoreNewer):
        make_backup(office, tmp_path / "backup")
    assert said in {each.sentence.split(" Install")[0] for each in examine(office)}
    assert [each.text for each in verify(office).defects] == ["error_store_newer"]
    assert office.store.read_bytes() == before
    assert kept(office) == []


def test_an_archive_of_a_format_that_this_version_does_not_know_is_not_added_to(office: Settings) -> None:
    told = office.archive / "written_by.json"
    told.write_text(json.dumps({"format": written_by.FORMAT + 1, "software": "3.0.0"}))
    (office.landing / "new.xlsx").write_bytes(b"something new")
    before = files_of(office.archive)
    with pytest.raises(steps.StepFailed, match=r"archive \(3\.0\.0\)"):
        steps.load(office)
    assert files_of(office.archive) == before


def test_where_there_is_no_room_to_keep_it_aside_nothing_is_changed(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_version("0.2.0", monkeypatch)
    before = office.store.read_bytes()

    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(written_by.shutil, "copyfile", full)
    with pytest.raises(steps.StepFailed, match=r"The disk is full.*warehouse\.before-0\.2\.0\.duckdb"):
        steps.load(office)
    assert office.store.read_bytes() == before
    assert not [path for path in office.home.rglob("*") if "before-" in path.name]


@pytest.mark.parametrize("moment", range(1, 6))
def test_wherever_keeping_it_aside_is_killed_it_is_kept_the_next_time(
    office: Settings, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    is_version("0.2.0", monkeypatch)
    before = submissions(office.store)

    def update() -> None:
        with writing(office):
            pass

    was_killed = killed_at(moment, update)
    assert was_killed or moment > 2
    update()
    assert kept(office) == ["warehouse.before-0.2.0.duckdb"]
    assert submissions(office.home / "warehouse.before-0.2.0.duckdb") == before
    assert mark(office) == (written_by.FORMAT, "0.2.0")
