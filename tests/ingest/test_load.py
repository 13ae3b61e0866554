"""Landing folder -> archive and raw tables."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest import load as loading
from ingest.archive import Provenance, content_path, read_provenance
from ingest.container.workbook import Sheet
from ingest.guard import FileToRead, GuardedReaders
from ingest.load import load
from ingest.model import Reading
from ingest.rebuild import read_archive
from tests.conftest import MakeSettings
from tests.ingest.sheets import TITLE, cell_row, plain_rows, sheet, with_headers, workbook
from tests.power_loss import watched
from warehouse.archived import record_of
from warehouse.connections import writing
from warehouse.digests import sha256_of
from warehouse.journal import entries_of
from warehouse.settings import Settings

Land = Callable[..., Path]


@pytest.fixture
def land(settings: Settings) -> Land:
    """Puts a file into the landing folder."""

    def put(name: str, content: bytes | None = None) -> Path:
        path = settings.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(workbook() if content is None else content)
        return path

    return put


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with writing(settings) as connection:
        return connection.execute(sql).fetchall()


def with_admitted(number: float) -> bytes:
    return workbook([sheet("KN-1", [cell_row("KN-1", 1, "Chi bộ A", admitted=number)])])


def test_a_workbook_becomes_a_submission_with_lines_and_columns(settings: Settings, land: Land) -> None:
    land("2020-05/KN_DongPhong.xlsx")
    report = load(settings)
    assert (report.found, report.new) == (1, 1)
    assert ask(settings, "SELECT file_name, status, commune_code, month, version FROM warehouse.raw.submissions") == [
        ("KN_DongPhong.xlsx", "accepted", "03408", date(2020, 5, 1), 1)
    ]
    assert ask(settings, "SELECT count(*) FROM warehouse.raw.report_lines_kn3") == [(4,)]
    assert ask(
        settings, "SELECT column_letter FROM warehouse.raw.column_map WHERE form = 'KN-1' AND field = 'admitted'"
    ) == [("D",)]


def test_what_speaks_for_a_column_is_stored_with_it(settings: Settings, land: Land) -> None:
    """Two columns that may both be the women's (E, G), one unknown (H), one understood by its parts (J)."""
    land("a.xlsx", with_headers({4: "Chị em phụ nữ", 6: "Số chị em", 7: "Mục tám", 9: "Từ 31 đến dưới 41"}))
    load(settings)
    assert ask(
        settings,
        "SELECT column_letter, field, likely_field, evidence_vi <> '', evidence_en <> '' FROM warehouse.raw.column_map"
        " WHERE column_letter IN ('D', 'E', 'G', 'H', 'J') ORDER BY ALL",
    ) == [
        ("D", "admitted", None, None, None),
        ("E", None, "women", True, True),
        ("G", None, "women", True, True),
        ("H", None, None, None, None),
        ("J", "age_31_40", "age_31_40", True, True),
    ]


def test_a_store_made_before_columns_had_evidence_takes_in_what_comes(settings: Settings, land: Land) -> None:
    land("5.xlsx", with_headers({4: "Chị em phụ nữ"}))
    load(settings)
    with writing(settings) as connection:
        for column in ("likely_field", "evidence_vi", "evidence_en"):
            connection.execute(f"ALTER TABLE warehouse.raw.column_map DROP COLUMN {column}")
    land("6.xlsx", with_headers({4: "Chị em phụ nữ"}, month=6))
    load(settings)
    assert ask(
        settings,
        "SELECT month(month), likely_field FROM warehouse.raw.column_map"
        " JOIN warehouse.raw.submissions USING (submission_id) WHERE field = 'women' ORDER BY ALL",
    ) == [(5, None), (6, "women")]


def test_the_same_file_twice_is_one_submission(settings: Settings, land: Land) -> None:
    content = workbook()
    land("a.xlsx", content)
    land("b/copy of a.xlsx", content)
    report = load(settings)
    assert (report.new, report.seen_before) == (1, 1)
    assert ask(settings, "SELECT count(*) FROM warehouse.raw.submissions") == [(1,)]
    assert ask(settings, "SELECT outcome FROM warehouse.raw.arrivals ORDER BY outcome") == [("new",), ("seen_before",)]


def test_a_second_load_of_the_same_folder_touches_nothing(settings: Settings, land: Land) -> None:
    land("a.xlsx")
    load(settings)
    assert load(settings).found == 0
    assert ask(settings, "SELECT count(*) FROM warehouse.raw.arrivals") == [(1,)]


def test_a_corrected_file_is_a_new_version_whatever_the_order_of_loading(settings: Settings, land: Land) -> None:
    later, earlier = land("correction.xlsx", with_admitted(2.0)), land("first.xlsx", with_admitted(1.0))
    os.utime(later, (2_000_000, 2_000_000))
    os.utime(earlier, (1_000_000, 1_000_000))
    load(settings)
    assert ask(
        settings,
        "SELECT version, admitted FROM warehouse.raw.submissions JOIN warehouse.raw.report_lines_kn1"
        " USING (submission_id) ORDER BY version",
    ) == [(1, 1), (2, 2)]


def test_a_bad_file_is_refused_in_both_languages_and_the_others_go_on(settings: Settings, land: Land) -> None:
    land("photo.xlsx", b"\xff\xd8\xff\xe0 no workbook")
    land("good.xlsx")
    report = load(settings)
    assert (report.new, report.refused) == (1, 1)
    assert report.refusals[0].reason == "not_a_workbook"
    ((vi, en),) = ask(settings, "SELECT message_vi, message_en FROM warehouse.raw.submissions WHERE status = 'refused'")
    assert vi
    assert en
    assert vi != en


def test_a_commune_outside_the_scope_is_refused_by_name(settings: Settings, land: Land) -> None:
    title = ("HUYỆN TAM ĐƯỜNG", "ĐẢNG ỦY XÃ HỒ THẦU", "", "Tháng 5 năm 2020")
    land("a.xlsx", workbook([sheet("KN-1", plain_rows("KN-1"), title=title)]))
    (refusal,) = load(settings).refusals
    assert refusal.reason == "commune_outside_scope"
    assert "Xã Hồ Thầu" in refusal.message_en


def test_of_a_list_of_people_nothing_is_kept_but_hash_name_and_reason(settings: Settings, land: Land) -> None:
    people = Sheet("DS", [[*TITLE], ["STT", "Họ và tên", "Số CCCD"], [1.0, "Lò Thị B", "012345678901"]], ())
    land("ds.xlsx", workbook([people]))
    load(settings)
    assert ask(settings, "SELECT file_name, reason, commune_code FROM warehouse.raw.submissions") == [
        ("ds.xlsx", "list_of_people", None)
    ]
    kept = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file() and path.name != "ds.xlsx")
    assert "Lò Thị B".encode() not in kept
    assert b"012345678901" not in kept
    assert not list(settings.archive.glob("??/*"))


def test_every_entry_of_the_landing_folder_is_accounted_for(settings: Settings, land: Land) -> None:
    good = land("good.xlsx")
    land("~$good.xlsx", b"lock")
    land(".hidden", b"x")
    land("folder.xlsx/inside.txt", b"text")
    (settings.landing / "link.xlsx").symlink_to(good)
    os.mkfifo(settings.landing / "pipe.xlsx")
    load(settings)
    assert dict(ask(settings, "SELECT path, coalesce(reason, outcome) FROM warehouse.raw.arrivals")) == {
        "good.xlsx": "new",
        "~$good.xlsx": "lock_file",
        ".hidden": "hidden_file",
        "folder.xlsx": "folder_named_as_workbook",
        "folder.xlsx/inside.txt": "not_a_workbook",
        "link.xlsx": "link",
        "pipe.xlsx": "special_file",
    }


def test_names_with_line_breaks_quotes_and_foreign_bytes_are_stored_readably(settings: Settings, land: Land) -> None:
    land('o\'neil\n"x".xlsx', b"none")
    land("plain.xlsx", b"none too").rename(settings.landing / os.fsdecode(b"caf\xe9.xlsx"))
    load(settings)
    assert {path for (path,) in ask(settings, "SELECT path FROM warehouse.raw.arrivals")} == {
        'o\'neil\\n"x".xlsx',
        "caf\\xe9.xlsx",
    }


def test_an_empty_landing_folder_is_no_error(settings: Settings) -> None:
    assert load(settings).found == 0


def test_a_load_that_dies_before_its_commit_is_made_good_by_the_next(
    settings: Settings, land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    land("a.xlsx", with_admitted(1.0))
    land("b.xlsx", with_admitted(2.0))
    with monkeypatch.context() as patched:

        def killed(*arguments: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(loading, "write_batch", killed)
        with pytest.raises(KeyboardInterrupt):
            load(settings)
    report = load(settings)
    assert report.new == 2
    assert ask(settings, "SELECT count(*), count(DISTINCT submission_id) FROM warehouse.raw.submissions") == [(2, 2)]
    assert ask(settings, "SELECT count(*) FROM warehouse.raw.report_lines_kn1") == [(2,)]


def test_a_file_that_is_still_being_written_is_left_for_the_next_run(settings: Settings, land: Land) -> None:
    content = workbook()
    path = land("a.xlsx", content[:1000])
    with path.open("ab") as sender:
        assert load(settings).left_for_next_run == 1
        sender.write(content[1000:])
    assert load(settings).new == 1
    assert ask(settings, "SELECT outcome FROM warehouse.raw.arrivals") == [("new",)]


def test_a_file_that_changed_after_it_was_found_is_left_for_the_next_run(
    settings: Settings, land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    land("a.xlsx")
    with monkeypatch.context() as patched:
        patched.setattr(loading, "_has_changed", lambda entry: True)
        assert load(settings).left_for_next_run == 1
    assert load(settings).new == 1


def test_arrivals_are_journalled_beside_the_archive(settings: Settings, land: Land) -> None:
    land("a.xlsx")
    load(settings)
    (line,) = (settings.archive / "arrivals.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["path"] == "a.xlsx"


def test_progress_is_told_where_anything_came_and_reaches_the_number_of_entries(settings: Settings, land: Land) -> None:
    land("a.xlsx")
    land("b.txt", b"x")
    told: list[tuple[int, int]] = []
    load(settings, lambda done, total: told.append((done, total)))
    assert (told[0], told[-1]) == ((0, 2), (2, 2))
    told.clear()
    load(settings, lambda done, total: told.append((done, total)))
    assert not told


def test_arrivals_are_stamped_with_the_day_taken_as_today(make_settings: MakeSettings, land: Land) -> None:
    land("a.xlsx")
    settings = make_settings(TODAY="2020-06-12")
    load(settings)
    assert ask(settings, "SELECT received_at::DATE FROM warehouse.raw.submissions") == [(date(2020, 6, 12),)]


@pytest.mark.parametrize("figure", [10**30, float("nan"), float("inf"), "no number"])
def test_what_cannot_be_stored_is_refused_with_a_sentence_and_the_others_go_on(
    settings: Settings, land: Land, monkeypatch: pytest.MonkeyPatch, figure: object
) -> None:
    bad = with_admitted(2.0)
    land("bad.xlsx", bad)
    land("good.xlsx", with_admitted(1.0))
    land("the bad one again.xlsx", bad)
    read_all = GuardedReaders.read_all

    def misread(readers: GuardedReaders, files: Iterable[FileToRead]) -> Iterator[Reading | OSError]:
        for reading in read_all(readers, files):
            yield with_figure(reading, figure) if isinstance(reading, Reading) else reading

    monkeypatch.setattr(GuardedReaders, "read_all", misread)
    report = load(settings)
    assert (report.new, report.refused, report.seen_before) == (1, 1, 1)
    assert [(refusal.path, refusal.reason) for refusal in report.refusals] == [("bad.xlsx", "not_storable")]
    assert ask(settings, "SELECT admitted FROM warehouse.raw.report_lines_kn1") == [(1,)]
    ((status, vi, en),) = ask(
        settings, "SELECT status, message_vi, message_en FROM warehouse.raw.submissions WHERE file_name = 'bad.xlsx'"
    )
    assert status == "refused"
    assert vi
    assert "cannot be stored" in str(en)
    journal = [json.loads(line) for line in (settings.archive / "arrivals.jsonl").read_text().splitlines()]
    assert {entry["path"]: (entry["outcome"], entry["reason"]) for entry in journal} == {
        "bad.xlsx": ("refused", "not_storable"),
        "good.xlsx": ("new", None),
        "the bad one again.xlsx": ("seen_before", "not_storable"),
    }
    # A rebuild meets it again.
    fresh = settings.anew("fresh")
    assert read_archive(fresh) == 2
    assert ask(fresh, "SELECT admitted FROM warehouse.raw.report_lines_kn1") == [(1,)]
    assert load(settings).found == 0


def with_figure(reading: Reading, figure: object) -> Reading:
    """The reading with that in the place of a 2 in column `admitted`."""
    (form,) = reading.forms
    lines = tuple(
        replace(line, values={**line.values, "admitted": figure}) if line.values.get("admitted") == 2 else line
        for line in form.lines
    )
    return replace(reading, forms=(replace(form, lines=lines),))


def test_a_file_that_goes_while_it_is_archived_is_left_for_the_next_run(
    settings: Settings, land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = land("a.xlsx", with_admitted(1.0))
    land("b.xlsx", with_admitted(2.0))
    archive = loading.archive_file

    def archive_too_late(folder: Path, source: Path, **words: Any) -> Provenance:
        gone.unlink(missing_ok=True)
        return archive(folder, source, **words)

    monkeypatch.setattr(loading, "archive_file", archive_too_late)
    report = load(settings)
    assert (report.new, report.left_for_next_run) == (1, 1)


@pytest.mark.parametrize("figure", ["'nan'::DOUBLE", "'inf'::DOUBLE", "1e12", "-1e12"])
def test_a_figure_that_an_earlier_version_stored_is_read_again(settings: Settings, land: Land, figure: str) -> None:
    land("a.xlsx")
    land("b.xlsx", with_admitted(2.0))
    load(settings)
    with writing(settings) as connection:
        connection.execute(f"UPDATE warehouse.raw.report_lines_kn3 SET mean_age = {figure} WHERE line_number = 1")
        connection.execute("DELETE FROM warehouse.ledger.looked_through")
        connection.execute(
            "INSERT INTO warehouse.ledger.built_submissions"
            " SELECT submission_id, 1, 'k', NULL FROM warehouse.raw.submissions"
        )
    load(settings)
    assert ask(settings, "SELECT DISTINCT mean_age FROM warehouse.raw.report_lines_kn3") == [(0.0,)]
    assert ask(settings, "SELECT count(*) FROM warehouse.raw.report_lines_kn1") == [(5,)]
    # Its month is built anew, and only its.
    assert ask(settings, "SELECT count(*) FROM warehouse.ledger.built_submissions") == [(1,)]


def test_a_month_that_an_earlier_version_accepted_is_judged_again(settings: Settings, land: Land) -> None:
    title = (*TITLE[:3], "Tháng 12 năm 2014")
    land("a.xlsx", workbook([sheet("KN-1", plain_rows("KN-1"), title=title)]))
    report = load(settings)
    assert [refusal.reason for refusal in report.refusals] == ["month_before_terms"]
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.raw.submissions SET status = 'accepted', month = DATE '2014-12-01'")
        connection.execute("DELETE FROM warehouse.ledger.looked_through")
    load(settings)
    assert ask(settings, "SELECT status, reason FROM warehouse.raw.submissions") == [("refused", "month_before_terms")]


def test_after_a_power_failure_the_archive_has_whatever_the_journal_names(
    settings: Settings, land: Land, tmp_path: Path
) -> None:
    settings.home.mkdir(parents=True)
    land("a.xlsx")
    land("b.xlsx", with_admitted(3))
    with watched(settings.home, tmp_path / "left") as disk:
        load(settings)
        archive = disk.left_by_a_power_failure() / settings.archive.relative_to(settings.home)
    named = [entry["submission_id"] for entry in entries_of(archive / "arrivals.jsonl")]
    assert len(named) == 2
    for submission_id in named:
        record = read_provenance(record_of(archive, submission_id))
        assert sha256_of(content_path(archive, record)) == submission_id


def test_what_a_power_failure_has_left_in_the_archive_is_made_again(settings: Settings, land: Land) -> None:
    land("a.xlsx")
    load(settings)
    (submission_id,) = [entry["submission_id"] for entry in entries_of(settings.archive / "arrivals.jsonl")]
    record = record_of(settings.archive, submission_id)
    content = content_path(settings.archive, read_provenance(record))
    right = record.read_bytes(), content.read_bytes()
    for damaged, kept in ((record, b""), (record, b"\xff\x00"), (content, b""), (content, right[1][:-1])):
        # The store did not get so far.
        settings.store.unlink()
        damaged.chmod(0o600)
        damaged.write_bytes(kept)
        assert load(settings).new == 1
        assert content.read_bytes() == right[1]
        assert read_provenance(record).submission_id == submission_id
