"""Whatever is no longer what was written is named, and nothing else is."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.warehouse.backup.office import content_of, open_office, receive
from warehouse import as_published
from warehouse.connections import writing
from warehouse.publish import publish
from warehouse.run_lock import holding
from warehouse.settings import Settings, load_settings
from warehouse.verify import verify


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built") / "var"
    office = open_office(load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06"}, home))
    (office.archive / "decisions.jsonl").write_text("")
    return home


@pytest.fixture
def office(built: Path, settings: Settings) -> Settings:
    shutil.copytree(built, settings.home)
    return settings


def said(settings: Settings) -> list[str]:
    return [each.sentence("en") for each in verify(settings).defects]


def one_of(settings: Settings, ending: str) -> Path:
    return min(settings.archive.glob(f"??/*{ending}"))


def put(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def test_an_office_in_order_has_nothing_wrong_and_every_byte_of_its_archive_was_read(office: Settings) -> None:
    shown = []
    found = verify(office, lambda done, total: shown.append((done, total)))
    assert found.defects == ()
    files = list(office.archive.glob("??/*.xlsx"))
    assert (found.files, found.bytes) == (len(files), sum(path.stat().st_size for path in files))
    assert shown[-1] == (5, 5)


def test_before_anything_has_come_nothing_is_wrong(settings: Settings) -> None:
    assert verify(settings).defects == ()
    assert not settings.store.exists()


def test_a_byte_that_was_changed_is_found_in_the_one_file_where_it_is(office: Settings) -> None:
    path = one_of(office, ".xlsx")
    content = path.read_bytes()
    put(path, content[:-1] + bytes([content[-1] ^ 1]))
    (sentence,) = said(office)
    assert str(path) in sentence
    assert "Restore it from a backup" in sentence


def test_a_file_that_is_missing_is_named_once(office: Settings) -> None:
    path = one_of(office, ".xlsx")
    path.unlink()
    (sentence,) = said(office)
    assert path.name in sentence


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b'{"archived_as": "../../landing/x.xlsx"}'])
def test_a_record_that_cannot_be_read_or_leads_elsewhere_is_named(office: Settings, record: bytes) -> None:
    path = one_of(office, ".json")
    put(path, record)
    (sentence,) = said(office)
    assert path.name in sentence


def test_a_submission_of_the_store_that_the_archive_lacks_is_named(office: Settings) -> None:
    for path in (one_of(office, ".xlsx"), one_of(office, ".json")):
        path.unlink()
    (sentence,) = said(office)
    assert path.stem in sentence
    assert "the archive lacks" in sentence


def test_an_archive_that_is_not_there_is_one_thing_that_is_wrong(office: Settings) -> None:
    shutil.rmtree(office.archive)
    (sentence,) = said(office)
    assert str(office.archive) in sentence
    assert "ADMISSIONS_ARCHIVE" in sentence


def test_of_a_list_of_people_nothing_is_kept_and_nothing_missed(office: Settings) -> None:
    with writing(office) as connection:
        connection.execute(
            "INSERT INTO warehouse.raw.submissions (submission_id, reason) VALUES ('a', 'list_of_people')"
        )
    assert said(office) == []


def test_an_archived_file_that_the_store_lacks_is_named(office: Settings) -> None:
    submission_id = receive(office, b"one more workbook")
    with writing(office) as connection:
        connection.execute("DELETE FROM warehouse.raw.submissions WHERE submission_id = ?", [submission_id])
    (sentence,) = said(office)
    assert submission_id in sentence
    assert "admissions run" in sentence


def test_what_a_killed_load_has_left_unfinished_is_nothing_wrong(office: Settings) -> None:
    (one_of(office, ".xlsx").parent / ".incoming-abc").write_bytes(b"half")
    assert said(office) == []


@pytest.mark.parametrize("name", ["letter.docx", "f" * 64 + ".xlsx"])
def test_what_we_have_not_written_into_the_archive_is_named(office: Settings, name: str) -> None:
    folder = office.archive / "ab"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"mine")
    (sentence,) = said(office)
    assert name in sentence


def test_a_link_in_the_archive_is_not_followed(office: Settings, tmp_path: Path) -> None:
    path = one_of(office, ".xlsx")
    shutil.move(path, tmp_path / "aside")
    path.symlink_to(tmp_path / "aside")
    (sentence,) = said(office)
    assert path.name in sentence


@pytest.mark.parametrize("line", [b'{"a": 1]}\n', b'{"a": "\xff"}\n', b"42\n"])
def test_a_line_of_a_journal_that_cannot_be_read_is_named_with_its_number(office: Settings, line: bytes) -> None:
    path = office.archive / "case_threads.jsonl"
    path.write_bytes(b'{"a": 1}\n' + line)
    (sentence,) = said(office)
    assert "case_threads.jsonl, line 2" in sentence


def test_a_decision_that_the_journal_has_lost_is_named(office: Settings) -> None:
    with writing(office) as connection:
        connection.execute("INSERT INTO warehouse.quality.decisions (decision_id) VALUES ('d17')")
    (sentence,) = said(office)
    assert "d17" in sentence


def test_a_store_that_is_gone_or_cannot_be_read_is_named_and_the_archive_read_all_the_same(office: Settings) -> None:
    office.store.write_bytes(b"no DuckDB file at all" * 1000)
    one_of(office, ".xlsx").unlink()
    store, missing = said(office)
    assert "rebuild --replace" in store
    assert "archive" in missing
    office.store.unlink()
    assert "no store" in said(office)[0]


def test_a_block_of_the_store_that_the_disk_has_spoilt_is_found(office: Settings) -> None:
    with writing(office) as connection:
        connection.execute("INSERT INTO warehouse.marts.mart_x SELECT hash(n) % 1000000 FROM range(400000) AS t (n)")
    content = bytearray(office.store.read_bytes())
    content[len(content) // 2] ^= 1
    office.store.write_bytes(content)
    assert any("cannot be read to its end" in sentence for sentence in said(office))


def test_a_published_file_that_was_changed_is_named(office: Settings) -> None:
    content = bytearray(office.published.read_bytes())
    content[len(content) // 2] ^= 1
    office.published.write_bytes(content)
    (sentence,) = said(office)
    assert str(office.published) in sentence
    assert "admissions run" in sentence


def test_a_published_file_of_an_earlier_version_has_no_checksum_and_is_read_to_its_end(office: Settings) -> None:
    checksum = office.published.with_name("admissions.duckdb.sha256")
    checksum.unlink()
    assert said(office) == []
    office.published.write_bytes(b"no DuckDB file at all" * 1000)
    assert len(said(office)) == 1


def test_a_published_file_that_is_not_the_store_s_is_named_where_nothing_has_changed_since(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(office, b"one more workbook")
    # It waits to be published, which is nothing wrong.
    assert said(office) == []
    monkeypatch.setattr(as_published, "is_as_published", lambda _: True)
    (sentence,) = said(office)
    assert 'raw."submissions"' in sentence
    publish(office)
    assert said(office) == []


def test_while_another_run_writes_the_archive_is_read_and_the_rest_is_said_to_be_left_out(office: Settings) -> None:
    found: list[str] = []
    one_of(office, ".xlsx").unlink()
    with holding(office, "another run"):
        thread = threading.Thread(target=lambda: found.extend(said(office)))
        thread.start()
        thread.join()
    busy, missing = found
    assert "another run" in busy
    assert "archive" in missing


def test_the_command_says_each_thing_and_fails(office: Settings) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", "verify"],
            env=os.environ | office.as_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    done = run()
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "5/5")
    assert "all is as it was written" in done.stdout
    content_of(office, one_of(office, ".xlsx").stem).unlink()
    done = run()
    assert done.returncode == 1
    assert "Things that are wrong: 1" in done.stdout
    assert "Restore it from a backup" in done.stderr
