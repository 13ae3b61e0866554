"""A backup has everything that a rebuild needs, and comes back whole or not at all."""

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from portal import accounts
from tests.conftest import MakeSettings
from tests.warehouse.backup.office import content_of, files_of, killed_at, moments, open_office, receive
from warehouse.backup.folder import (
    BackupBusy,
    BackupFolder,
    BackupFolderInside,
    BackupFolderTaken,
    BackupFolderUnwritable,
    NoBackup,
)
from warehouse.backup.last import last_backup
from warehouse.backup.make import JournalCut, NothingToBackUp, make_backup
from warehouse.backup.manifest import BackupDamaged, BackupNewer
from warehouse.backup.restore import BackupNotWhole, HomeInUse, restore_backup
from warehouse.compare import differing_tables
from warehouse.connections import writing
from warehouse.journal import append
from warehouse.run_lock import HalfRestored, holding
from warehouse.settings import Settings, load_settings


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built") / "var"
    open_office(load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06"}, home))
    return home


@pytest.fixture
def office(built: Path, settings: Settings) -> Settings:
    shutil.copytree(built, settings.home)
    return settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def empty(tmp_path: Path, make_settings: MakeSettings) -> Settings:
    return make_settings(HOME=str(tmp_path / "new"), PUBLISHED=str(tmp_path / "elsewhere" / "figures.duckdb"))


def same(office: Settings, restored: Settings) -> bool:
    """Whether everything that counts is the same in both homes."""
    return (
        files_of(office.archive) == files_of(restored.archive)
        and office.accounts.read_bytes() == restored.accounts.read_bytes()
        and office.contacts.read_bytes() == restored.contacts.read_bytes()
        and office.published.read_bytes() == restored.published.read_bytes()
        and differing_tables(office.store, restored.store) == ()
    )


def left_behind(settings: Settings) -> list[Path]:
    return [path for folder in (settings.home, settings.published.parent) for path in folder.rglob(".restoring")]


# ------------------------------------------------------------------------------------------------------- there and back


def test_what_was_backed_up_comes_back_as_it_was(office: Settings, folder: Path, empty: Settings) -> None:
    made = make_backup(office, folder)
    assert (made.damaged, made.lost, made.store) == ([], [], "")
    restored = restore_backup(empty, folder)
    assert same(office, empty)
    assert restored.has_store
    assert (restored.files, restored.bytes) == (len(made.files), made.bytes)
    assert accounts.checked(empty, "Lò Văn A", "a long password")
    assert left_behind(empty) == []
    assert not empty.restoring.exists()


def test_what_its_owner_alone_may_read_is_so_in_the_backup_and_afterwards(
    office: Settings, folder: Path, empty: Settings
) -> None:
    make_backup(office, folder)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*")) if path.is_dir()} == {0o700}
    restore_backup(empty, folder)
    assert stat.S_IMODE(empty.accounts.stat().st_mode) == 0o600
    assert stat.S_IMODE(empty.accounts.parent.stat().st_mode) == 0o700
    some = next(empty.archive.glob("??/*.xlsx"))
    assert stat.S_IMODE(some.stat().st_mode) == stat.S_IMODE(
        (office.archive / some.relative_to(empty.archive)).stat().st_mode
    )


def test_the_published_file_has_its_checksum_beside_it_again(office: Settings, folder: Path, empty: Settings) -> None:
    make_backup(office, folder)
    restore_backup(empty, folder)
    said = subprocess.run(
        ["sha256sum", "--check", "figures.duckdb.sha256"], cwd=empty.published.parent, capture_output=True, text=True
    )
    assert said.stdout == "figures.duckdb: OK\n"


def test_only_what_is_new_is_copied_the_next_time(office: Settings, folder: Path, empty: Settings) -> None:
    make_backup(office, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.glob("files/??/*")}
    again = make_backup(office, folder)
    assert again.copied == 0
    assert {path: path.stat().st_mtime_ns for path in folder.glob("files/??/*")} == before
    receive(office, b"one more workbook")
    # The file, its record, the journal of arrivals, the store.
    assert make_backup(office, folder).copied == 4
    restore_backup(empty, folder)
    assert files_of(empty.archive) == files_of(office.archive)


def test_what_no_list_names_any_more_is_removed(office: Settings, folder: Path) -> None:
    make_backup(office, folder)
    receive(office, b"one more workbook")
    made = make_backup(office, folder)
    assert {path.name for path in folder.glob("files/??/*")} == {entry.sha256 for entry in made.files.values()}


def test_a_content_of_the_backup_that_was_changed_is_copied_again(
    office: Settings, folder: Path, empty: Settings
) -> None:
    make_backup(office, folder)
    victim = folder / "files" / "ab"
    victim = sorted(folder.glob("files/??/*"))[0]
    victim.write_bytes(victim.read_bytes() + b"x")
    assert make_backup(office, folder).copied == 1
    restore_backup(empty, folder)
    assert same(office, empty)


def test_when_and_where_it_was_made_is_remembered(office: Settings, folder: Path) -> None:
    assert last_backup(office) is None
    made = make_backup(office, folder)
    remembered = last_backup(office)
    assert remembered is not None
    assert (remembered.folder, remembered.made_at) == (str(folder), made.made_at)


def test_lists_of_the_office_that_are_others_lie_beside_and_settings_are_named(
    office: Settings, folder: Path, empty: Settings
) -> None:
    make_backup(replace(office, scope="province:12"), folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {"office/reference/terms.csv", "office/expectations/overrides.yml"} <= manifest["files"].keys()
    restored = restore_backup(empty, folder)
    assert restored.lists == ()
    assert restored.settings == ("ADMISSIONS_SCOPE=province:12",)


def test_a_list_that_was_another_is_laid_beside_and_not_over(
    office: Settings, folder: Path, empty: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from warehouse.backup import contents

    make_backup(office, folder)
    (tmp_path / "software" / "reference").mkdir(parents=True)
    (tmp_path / "software" / "reference" / "terms.csv").write_text("another")
    monkeypatch.setattr(contents, "ROOT", tmp_path / "software")
    restored = restore_backup(empty, folder)
    mine = empty.home / "restored" / "office" / "reference" / "terms.csv"
    assert str(mine) in restored.lists
    assert "2020-2025" in mine.read_text()


# --------------------------------------------------------------------------------------- wrong displaces nothing right


def test_a_file_that_is_missing_or_changed_in_the_archive_stays_in_the_backup_and_is_named(
    office: Settings, folder: Path, empty: Settings
) -> None:
    make_backup(office, folder)
    before = files_of(office.archive)
    changed, missing, record, *_ = sorted(office.archive.glob("??/*.xlsx"))
    changed.unlink()
    changed.write_bytes(b"something else")
    missing.unlink()
    record = record.with_suffix(".json")
    record.unlink()
    record.write_text("{}")
    made = make_backup(office, folder)
    expected = {f"archive/{path.parent.name}/{path.name}" for path in (missing, record)}
    assert set(made.damaged) == expected
    assert made.lost == []
    restore_backup(empty, folder)
    assert files_of(empty.archive) == before


def test_a_changed_file_that_no_backup_has_is_lost_and_does_not_keep_the_others_from_being_backed_up(
    office: Settings, folder: Path, empty: Settings
) -> None:
    victim = sorted(office.archive.glob("??/*.xlsx"))[0]
    victim.unlink()
    victim.write_bytes(b"something else")
    made = make_backup(office, folder)
    assert made.lost == [f"archive/{victim.parent.name}/{victim.name}"]
    restore_backup(empty, folder)
    expected = files_of(office.archive)
    del expected[f"{victim.parent.name}/{victim.name}"]
    assert files_of(empty.archive) == expected


@pytest.mark.parametrize("how", ["cut", "changed", "gone"])
def test_a_journal_that_has_lost_lines_takes_no_backup_s_place(
    office: Settings, folder: Path, empty: Settings, how: str
) -> None:
    make_backup(office, folder)
    before = files_of(office.archive)
    whole = (office.archive / "arrivals.jsonl").read_bytes()
    match how:
        case "cut":
            (office.archive / "arrivals.jsonl").write_bytes(whole[:-20])
        case "changed":
            (office.archive / "arrivals.jsonl").write_bytes(b'{"a": 1}\n' + whole[9:] + whole)
        case _:
            (office.archive / "arrivals.jsonl").unlink()
    with pytest.raises(JournalCut, match=r"archive/arrivals\.jsonl"):
        make_backup(office, folder)
    restore_backup(empty, folder)
    assert files_of(empty.archive) == before


def test_a_store_that_cannot_be_read_does_not_keep_the_archive_from_being_backed_up(
    office: Settings, folder: Path, empty: Settings
) -> None:
    office.store.write_bytes(b"no DuckDB file at all" * 1000)
    assert make_backup(office, folder).store == "damaged"
    assert not restore_backup(empty, folder).has_store
    assert files_of(empty.archive) == files_of(office.archive)
    assert not empty.store.exists()


# -------------------------------------------------------------------------------------------- where it may not be made


def test_a_folder_inside_the_home_or_around_it_is_refused(office: Settings, tmp_path: Path) -> None:
    for wrong in (office.home, office.home / "backup", office.archive / "x", tmp_path):
        with pytest.raises(BackupFolderInside):
            make_backup(office, wrong)
    (tmp_path / "link").symlink_to(office.home)
    with pytest.raises(BackupFolderInside):
        make_backup(office, tmp_path / "link" / "backup")


def test_a_folder_that_holds_something_else_is_refused_and_nothing_is_written_there(
    office: Settings, folder: Path
) -> None:
    folder.mkdir()
    (folder / "letters").write_text("mine")
    with pytest.raises(BackupFolderTaken):
        make_backup(office, folder)
    assert files_of(folder) == {"letters": b"mine"}


def test_a_folder_that_cannot_be_made_is_refused_by_name(office: Settings, folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(BackupFolderUnwritable, match="backup"):
        make_backup(office, folder)


def test_contents_that_would_lie_elsewhere_are_refused(office: Settings, folder: Path, tmp_path: Path) -> None:
    make_backup(office, folder)
    shutil.rmtree(folder / "files")
    (tmp_path / "elsewhere").mkdir()
    (folder / "files").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BackupFolderTaken):
        make_backup(office, folder)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_empty_home_is_not_backed_up(settings: Settings, folder: Path) -> None:
    with pytest.raises(NothingToBackUp):
        make_backup(settings, folder)
    assert not folder.exists()


def test_another_office_s_backup_is_not_mixed_with(
    office: Settings, folder: Path, tmp_path: Path, make_settings: MakeSettings
) -> None:
    make_backup(office, folder)
    other = make_settings(HOME=str(tmp_path / "other"))
    receive(other, b"another office's")
    with pytest.raises(JournalCut):
        make_backup(other, folder)


# ---------------------------------------------------------------------------------------------------- what is no backup


def test_a_folder_without_a_list_is_no_backup(office: Settings, folder: Path, empty: Settings) -> None:
    with pytest.raises(NoBackup):
        restore_backup(empty, folder)
    make_backup(office, folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(NoBackup):
        restore_backup(empty, folder)
    assert left_behind(empty) == []


@pytest.mark.parametrize("how", ["cut", "byte", "missing", "link"])
def test_a_content_that_is_not_what_it_was_is_named_and_nothing_is_restored(
    office: Settings, folder: Path, empty: Settings, tmp_path: Path, how: str
) -> None:
    made = make_backup(office, folder)
    (path, entry), (other, _) = sorted(made.files.items())[3], sorted(made.files.items())[0]
    victim = BackupFolder(folder).place_of(entry.sha256)
    content = victim.read_bytes()
    match how:
        case "cut":
            victim.write_bytes(content[: len(content) // 2])
        case "byte":
            victim.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "missing":
            victim.unlink()
        case _:
            shutil.move(victim, tmp_path / "aside")
            victim.symlink_to(tmp_path / "aside")
    with pytest.raises(BackupNotWhole) as refused:
        restore_backup(empty, folder)
    said = refused.value.sentence("en")
    assert path in said
    assert other not in said
    assert files_of(empty.archive) == {}
    assert not empty.store.exists()
    assert left_behind(empty) == []


@pytest.mark.parametrize("place", range(0, 100, 9))
def test_a_list_of_which_a_byte_was_changed_is_none(
    office: Settings, folder: Path, empty: Settings, place: int
) -> None:
    make_backup(office, folder)
    path = folder / "manifest.json"
    content = bytearray(path.read_bytes())
    at = len(content) * place // 100
    content[at] ^= 2
    path.write_bytes(content)
    with pytest.raises((BackupDamaged, BackupNewer)):
        restore_backup(empty, folder)
    with pytest.raises((BackupDamaged, BackupNewer)):
        make_backup(office, folder)
    assert left_behind(empty) == []


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        "archive/../../outside",
        "/etc/outside",
        "archive/ab/../x",
        "office/reference/../../x.csv",
        "office/reference/x.csv/../y.csv",
        "archive/ab",
        "run.lock",
        "",
        "portal/secret",
    ],
)
def test_a_list_that_leads_elsewhere_is_refused_before_anything_is_written(
    office: Settings, folder: Path, empty: Settings, tmp_path: Path, path: str
) -> None:
    from warehouse.backup.manifest import to_bytes

    make_backup(office, folder)
    manifest = BackupFolder(folder).manifest()
    assert manifest is not None
    some = next(iter(manifest.files.values()))
    (folder / "manifest.json").write_bytes(to_bytes(replace(manifest, files={**manifest.files, path: some})))
    with pytest.raises(BackupDamaged):
        restore_backup(empty, folder)
    assert not (tmp_path / "outside").exists()
    assert files_of(empty.home).keys() <= {"run.lock"}


@pytest.mark.parametrize("newer", [{"software": "99.0"}, {"format": 99}])
def test_a_backup_of_newer_software_is_refused_with_its_version(
    office: Settings, folder: Path, empty: Settings, newer: dict[str, str]
) -> None:
    make_backup(office, folder)
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **newer}))
    for work in (lambda: restore_backup(empty, folder), lambda: make_backup(office, folder)):
        with pytest.raises(BackupNewer) as refused:
            work()
        assert newer.get("software", "0.") in refused.value.sentence("vi")
    assert files_of(empty.archive) == {}


# ------------------------------------------------------------------------------------------------------- a home in use


@pytest.mark.parametrize("what", ["archive", "store", "published", "accounts", "contacts"])
def test_a_home_that_has_something_is_not_restored_onto(
    office: Settings, folder: Path, empty: Settings, what: str
) -> None:
    make_backup(office, folder)
    place = {
        "archive": empty.archive / "layouts.jsonl",
        "store": empty.store,
        "published": empty.published,
        "accounts": empty.accounts,
        "contacts": empty.contacts,
    }[what]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x" * 20_000)
    with pytest.raises(HomeInUse) as refused:
        restore_backup(empty, folder)
    assert str(place) in refused.value.sentence("en")
    assert place.read_bytes() == b"x" * 20_000
    assert files_of(empty.archive).keys() <= {"layouts.jsonl"}


def test_a_home_that_the_doctor_has_looked_at_is_still_empty(office: Settings, folder: Path, empty: Settings) -> None:
    from warehouse.doctor import examine

    make_backup(office, folder)
    examine(empty)
    assert empty.store.exists()
    (empty.landing / "came meanwhile.xlsx").write_bytes(b"not looked at yet")
    restore_backup(empty, folder)
    assert same(office, empty)
    assert (empty.landing / "came meanwhile.xlsx").exists()


# ------------------------------------------------------------------------------------------------------- two at a time


def test_two_backups_at_once_do_not_come_between_each_other(office: Settings, folder: Path, empty: Settings) -> None:
    make_backup(office, folder)
    with BackupFolder(folder).writing():
        with pytest.raises(BackupBusy):
            make_backup(office, folder)
        with pytest.raises(BackupBusy):
            restore_backup(empty, folder)
    with BackupFolder(folder).reading(), pytest.raises(BackupBusy):
        make_backup(office, folder)
    restore_backup(empty, folder)
    assert same(office, empty)


def test_beside_a_run_that_goes_on_the_backup_is_whole_without_the_store(
    office: Settings, folder: Path, empty: Settings
) -> None:
    made = []
    with holding(office, "another run"):
        thread = threading.Thread(target=lambda: made.append(make_backup(office, folder)))
        thread.start()
        thread.join()
    assert made[0].store == "busy"
    assert not restore_backup(empty, folder).has_store
    assert files_of(empty.archive) == files_of(office.archive)


def test_what_arrives_and_is_decided_while_it_is_made_does_not_tear_it(
    office: Settings, folder: Path, empty: Settings
) -> None:
    """Every arrival of the journal has its file, and every line is whole, whatever is added meanwhile."""
    ended = threading.Event()
    waiting = replace(office, wait_seconds=30)

    def others() -> None:
        number = 0
        while not ended.is_set():
            receive(waiting, f"meanwhile {number}".encode())
            append(office.archive / "decisions.jsonl", [{"decision_id": f"m{number}", "reason": "x" * 5_000}])
            number += 1

    thread = threading.Thread(target=others)
    thread.start()
    try:
        for _ in range(3):
            make_backup(waiting, folder)
    finally:
        ended.set()
        thread.join()
    restore_backup(empty, folder)
    arrived = [json.loads(line) for line in (empty.archive / "arrivals.jsonl").read_text().splitlines()]
    assert len(arrived) >= 5
    assert all(content_of(empty, each["submission_id"]).exists() for each in arrived)
    assert all(json.loads(line) for line in (empty.archive / "decisions.jsonl").read_text().splitlines())
    with writing(empty) as connection:
        stored = connection.execute("SELECT submission_id FROM warehouse.raw.submissions").fetchall()
    assert {each for (each,) in stored} <= {each["submission_id"] for each in arrived}


# ------------------------------------------------------------------------------------------------------- cut short


@pytest.mark.parametrize("moment", moments(6, 156))
def test_a_first_backup_that_is_killed_is_none_and_the_next_one_goes_on(
    office: Settings, folder: Path, empty: Settings, moment: int
) -> None:
    if killed_at(moment, lambda: make_backup(office, folder)) and not (folder / "manifest.json").exists():
        with pytest.raises(NoBackup):
            restore_backup(empty, folder)
    make_backup(office, folder)
    assert not list(folder.rglob("*.part"))
    assert not list(folder.rglob(".incoming-*"))
    restore_backup(empty, folder)
    assert same(office, empty)


@pytest.mark.parametrize("moment", moments(6, 24))
def test_a_backup_that_is_killed_leaves_the_one_before_as_it_was(
    office: Settings, folder: Path, empty: Settings, moment: int, tmp_path: Path
) -> None:
    make_backup(office, folder)
    before = files_of(office.archive)
    list_before = (folder / "manifest.json").read_bytes()
    receive(office, b"one more workbook")
    killed_at(moment, lambda: make_backup(office, folder))
    restore_backup(empty, folder)
    if (folder / "manifest.json").read_bytes() == list_before:
        assert files_of(empty.archive) == before
    else:
        assert files_of(empty.archive) == files_of(office.archive)


@pytest.mark.parametrize("moment", [*moments(4, 34), *range(34, 52, 3)])
def test_restoring_that_is_killed_is_finished_by_restoring_again(
    office: Settings, folder: Path, empty: Settings, moment: int
) -> None:
    make_backup(office, folder)
    was_killed = killed_at(moment, lambda: restore_backup(empty, folder))
    # Moving to their places begins at about the 34th of these moments.
    assert was_killed
    if empty.restoring.exists():
        with pytest.raises(HalfRestored), writing(empty):
            pass
    elif was_killed and not same_archive(office, empty):
        assert files_of_home(empty) == set()
    if was_killed and (empty.restoring.exists() or not same_archive(office, empty)):
        restore_backup(empty, folder)
    assert same(office, empty)
    assert left_behind(empty) == []
    with writing(empty):
        pass


def same_archive(office: Settings, restored: Settings) -> bool:
    return files_of(office.archive) == files_of(restored.archive)


def files_of_home(settings: Settings) -> set[str]:
    """What lies there, but for what waits beside its place."""
    return {path for path in files_of(settings.home) if ".restoring" not in path.split("/")} - {"run.lock"}


# ------------------------------------------------------------------------------------------------------- as commands


def admissions(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        env=os.environ | settings.as_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_commands_say_what_was_done_and_what_is_wrong(office: Settings, folder: Path, empty: Settings) -> None:
    done = admissions(office, "backup", str(folder))
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "10/10")
    assert "Backed up into" in done.stdout
    done = admissions(empty, "restore", str(folder))
    assert done.returncode == 0
    assert "all as they were written" in done.stdout
    done = admissions(empty, "restore", str(folder))
    assert done.returncode == 1
    assert "onto an empty home only" in done.stderr
    next(office.archive.glob("??/*.xlsx")).unlink()
    done = admissions(office, "backup", str(folder))
    assert done.returncode == 1
    assert "the backup keeps the right file" in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], check=False)
    if made.returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_and_leaves_no_half_backup(office: Settings, small_disk: Path) -> None:
    done = admissions(office, "backup", str(small_disk))
    assert done.returncode == 1
    assert "The disk is full" in done.stderr
    assert str(small_disk) in done.stderr
    assert not (small_disk / "manifest.json").exists()
    assert not list(small_disk.rglob(".incoming-*"))


def test_restoring_onto_a_disk_that_is_too_small_changes_nothing(
    office: Settings, folder: Path, small_disk: Path, make_settings: MakeSettings
) -> None:
    make_backup(office, folder)
    small = make_settings(HOME=str(small_disk / "var"))
    done = admissions(small, "restore", str(folder))
    assert done.returncode == 1
    assert "The disk is full" in done.stderr
    assert files_of(small.home).keys() <= {"run.lock"}
    assert left_behind(small) == []


def test_restoring_that_was_cut_short_is_finished_without_the_backup(
    office: Settings, folder: Path, empty: Settings
) -> None:
    made = make_backup(office, folder)
    assert killed_at(45, lambda: restore_backup(empty, folder))
    assert empty.restoring.exists()
    shutil.rmtree(folder)
    assert restore_backup(empty, folder).files == len(made.files)
    assert same(office, empty)
