"""Reports that have come and are not published yet, wherever they lie."""

import os
from datetime import date
from pathlib import Path

import pytest

from ingest.container.workbook import Sheet
from ingest.load import load
from ingest.unpublished import Came, NotReadYet, Unpublished
from ingest.values.numbers import Raw
from tests.ingest.sheets import TITLE, plain_rows, sheet, workbook
from tests.outbox.office import Sent, publish
from warehouse.folders import LandingGone
from warehouse.settings import Settings

OURS = Came("03408", date(2020, 5, 1))


def report(number: int = 1) -> bytes:
    """Another workbook of Đông Phong's for May 2020 than every other number's."""
    return workbook([sheet("KN-1", plain_rows("KN-1"), title=(*TITLE, f"Bản {number}"))])


def land(settings: Settings, name: str, content: bytes) -> Path:
    settings.landing.mkdir(parents=True, exist_ok=True)
    path = settings.landing / name
    path.write_bytes(content)
    return path


def look_again(waiting: Unpublished) -> None:
    """As if time had passed."""
    waiting._look_again_at = 0


def test_nothing_has_come_where_there_is_nothing_yet(settings: Settings) -> None:
    assert Unpublished(settings).reports() == frozenset()


def test_a_workbook_in_the_landing_folder_has_come_whatever_it_is_called(settings: Settings) -> None:
    land(settings, "bao cao.xlsx", report())
    assert Unpublished(settings).reports() == {OURS}


def test_what_comes_later_is_seen_the_next_time(settings: Settings) -> None:
    waiting = Unpublished(settings)
    assert waiting.reports() == frozenset()
    look_again(waiting)
    land(settings, "bao cao.xlsx", report())
    assert waiting.reports() == {OURS}


def test_a_report_that_was_loaded_and_not_judged_has_come_also_where_its_file_is_gone(settings: Settings) -> None:
    path = land(settings, "bao cao.xlsx", report())
    load(settings)
    assert Unpublished(settings).reports() == {OURS}
    path.unlink()
    assert Unpublished(settings).reports() == {OURS}


def test_what_the_published_file_knows_is_no_news_nor_is_the_same_file_sent_again(
    settings: Settings, tmp_path: Path
) -> None:
    first = report()
    publish(settings, [Sent(first)], tmp_path)
    land(settings, "lan nua.xlsx", first)
    assert Unpublished(settings).reports() == frozenset()
    land(settings, "sua.xlsx", report(2))
    assert Unpublished(settings).reports() == {OURS}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook", b"Ch\xc3\xa0o"])
def test_what_cannot_be_read_is_nobody_s_report(settings: Settings, content: bytes) -> None:
    land(settings, "KN_DongPhong_03408_2020-05.xlsx", content)
    land(settings, "~$bao cao.xlsx", report())
    assert Unpublished(settings).reports() == frozenset()


def test_a_list_of_people_is_nobody_s_report(settings: Settings) -> None:
    people: list[list[Raw]] = [["Danh sách"], ["STT", "Họ và tên", "Ngày sinh"], [1.0, "Nguyễn Văn A", "01/02/1990"]]
    land(settings, "ds.xlsx", workbook([sheet("KN-1", plain_rows("KN-1")), Sheet("DS", people, ())]))
    assert Unpublished(settings).reports() == frozenset()


def test_a_file_that_is_still_being_written_is_known_by_the_name_that_we_gave_it(settings: Settings) -> None:
    """Whoever is just sending the report is not told that it is missing."""
    named = land(settings, "KN_DongPhong_03408_2020-05.xlsx", report()[:500])
    with named.open("ab"):
        assert Unpublished(settings).reports() == {OURS}


@pytest.mark.parametrize("name", ["bao cao.xlsx", *(f"KN_03408_{month}.xlsx" for month in ("2020-00", "2020-13"))])
def test_while_nobody_knows_whose_a_file_is_that_has_just_come_nobody_is_reminded(
    settings: Settings, name: str
) -> None:
    path = land(settings, name, report()[:500])
    with path.open("ab"), pytest.raises(NotReadYet, match=name):
        Unpublished(settings).reports()


def test_a_file_that_has_long_been_unreadable_stops_nobody_s_reminders(settings: Settings) -> None:
    path = land(settings, "bao cao.xlsx", report()[:500])
    os.utime(path, (0, 0))
    with path.open("ab"):
        assert Unpublished(settings).reports() == frozenset()


def test_a_landing_folder_that_has_gone_is_no_empty_one(settings: Settings, tmp_path: Path) -> None:
    """Where a share is not there nobody knows what has come."""
    publish(settings, [Sent(report())], tmp_path)
    with pytest.raises(LandingGone):
        Unpublished(settings).reports()


def test_a_file_is_read_once_and_again_when_it_is_another(settings: Settings) -> None:
    waiting = Unpublished(settings)
    path = land(settings, "bao cao.xlsx", b"PK\x03\x04 no workbook")
    assert waiting.reports() == frozenset()
    assert len(waiting._read) == 1
    path.write_bytes(report())
    os.utime(path, (1_600_000_000, 1_600_000_000))
    look_again(waiting)
    assert waiting.reports() == {OURS}
