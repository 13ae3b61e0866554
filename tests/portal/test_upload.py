"""Workbooks in: what is shown of them first, where they go, and what leaves nothing behind."""

import errno
import io
import os
import re
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import openpyxl
import pytest
from fastapi.testclient import TestClient

import steps
from ingest.landing import scan
from portal import uploads
from portal.pages import upload as pages_upload
from samples.model import report_of
from tests.portal.conftest import sign_in, with_account
from tests.portal.reporting_office import AUGUST, JULY, OURS, SEPTEMBER, THEIRS, changed, copy_of, shared, workbook
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

ClientOf = Callable[[Settings], TestClient]
PLANTED = "Lò Thị Bí Mật"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return shared(tmp_path_factory)


@pytest.fixture
def office(published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home of the test's own; whatever is temporary lies in a folder of its own, too."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    return copy_of(published, tmp_path / "home")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the process beside the portal was asked for."""
    found: list[str] = []
    monkeypatch.setattr("portal.work.Work.ask", lambda self, what: found.append(what))
    return found


def send(client: TestClient, *files: tuple[str, bytes]) -> httpx.Response:
    parts = [("files", (name, content, "application/octet-stream")) for name, content in files]
    answer: httpx.Response = client.post("/upload", files=parts)
    return answer


def token_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].removeprefix("/upload/"))


def landed(settings: Settings) -> list[Path]:
    return sorted(path for path in (settings.landing / "portal").rglob("*") if path.is_file())


def good() -> bytes:
    return workbook(report_of(THEIRS, SEPTEMBER))


def list_of_people() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH SÁCH ĐẢNG VIÊN MỚI KẾT NẠP"])
    sheet.append(["STT", "Họ và tên", "Ngày sinh", "Số CCCD"])
    for number in range(1, 12):
        sheet.append([number, f"{PLANTED} {number}", f"0{number % 9 + 1}/02/1990", f"01230000{number:04d}"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b" " * (256 << 20))
    return out.getvalue()


def test_what_is_read_is_shown_before_anything_is_sent(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    answer = send(client, ("KN tháng 9.xlsx", good()))
    page = client.get(answer.headers["location"]).text
    assert "Phường Quyết Thắng, báo cáo tháng 9/2015" in page
    assert "sẽ là bản 1" in page
    assert "Các tổng và các dòng khớp nhau" in page
    assert not landed(office)
    assert not asked


def test_the_cell_of_a_total_that_does_not_add_up_is_named(office: Settings, client_of: ClientOf) -> None:
    book = openpyxl.load_workbook(io.BytesIO(good()))
    sheet = book["Kết nạp"]
    total = next(row for row in range(10, 60) if str(sheet.cell(row, 2).value or "").upper().startswith("TỔNG"))
    sheet.cell(total, 5).value = 77
    out = io.BytesIO()
    book.save(out)
    client = client_of(office)
    page = client.get(send(client, ("sai.xlsx", out.getvalue())).headers["location"]).text
    assert "1 chỗ số liệu không khớp nhau" in page
    assert f"<strong>Kết nạp!E{total}</strong>" in page
    assert f"ô E{total}, dòng tổng cộng" in page


def test_a_running_sum_that_does_not_go_on_from_the_published_month_is_told(
    office: Settings, client_of: ClientOf
) -> None:
    wrong = workbook(changed(report_of(OURS, SEPTEMBER), "KN-1", "admitted_ttd", 4))
    client = client_of(office)
    page = client.get(send(client, ("tháng 9.xlsx", wrong)).headers["location"]).text
    assert re.search(
        r"ô [A-Z]+\d+, dòng “[^”]+”: cột “[^”]+” ghi \d+, nhưng lấy lũy kế nhiệm kỳ của báo cáo tháng 8/2015", page
    )
    theirs = client.get(send(client, ("tháng 9 của họ.xlsx", good())).headers["location"]).text
    assert "khớp nhau" in theirs, "a month that is held back is nothing to go on from"


def test_a_confirmed_upload_lies_in_the_landing_folder_and_the_run_begins(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    token = token_of(
        send(client, ("KN tháng 9.xlsx", good()), ("KN tháng 8.xlsx", workbook(report_of(THEIRS, AUGUST))))
    )
    answer = client.post(f"/upload/{token}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/upload/{token}")
    assert asked == ["run"]
    assert [path.name for path in landed(office)] == ["KN tháng 8.xlsx", "KN tháng 9.xlsx"]
    assert landed(office)[1].read_bytes() == good()
    page = client.get(f"/upload/{token}").text
    assert "Đã gửi 2 tệp" in page
    assert f'href="/reports/{THEIRS}/2015-09"' in page
    client.post(f"/upload/{token}")
    assert asked == ["run"], "sent twice, it is there once"
    assert len(landed(office)) == 2
    received = steps.load(office)["received"]
    assert sorted((each["commune_code"], str(each["month"])[:7], each["version"]) for each in received) == [
        (THEIRS, "2015-08", 2),
        (THEIRS, "2015-09", 1),
    ]


def test_nothing_is_written_over_and_no_name_leads_elsewhere(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    reports = [workbook(changed(report_of(OURS, JULY), "KN-2", "files_complete", by)) for by in range(1, 8)]
    names = (
        "a.xlsx",
        "a.xlsx",
        "../../../../etc/a.xlsx",
        "..\\..\\b.xlsx",
        ".hidden.xlsx",
        "~$c.xlsx",
        "n" * 300 + ".xlsx",
    )
    token = token_of(send(client, *zip(names, reports, strict=True)))
    client.post(f"/upload/{token}")
    found = landed(office)
    assert {path.name for path in found} == {
        *("a.xlsx", "a (2).xlsx", "a (3).xlsx", "b.xlsx", "hidden.xlsx", "c.xlsx"),
        "n" * 115 + ".xlsx",
    }
    assert sorted(path.read_bytes() for path in found) == sorted(reports)
    assert all(entry.ignored is None for entry in scan(office.landing))
    assert not list(office.home.parent.rglob("etc"))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a\x00b.xlsx", "a_b.xlsx"),
        ("../..", "bao-cao"),
        ("", "bao-cao"),
        ("Thumbs.db", "bao-cao Thumbs.db"),
        ("C:\\Users\\x\\Báo cáo.xls", "Báo cáo.xls"),
        (".~lock.a.xlsx#", "~lock.a.xlsx#"),
        ("ế" * 200 + ".xlsx", "ế" * 78 + ".xlsx"),
        ("a\u202exslx.exe", "a_xslx.exe"),
    ],
)
def test_names_of_files_are_made_safe(name: str, safe: str) -> None:
    assert uploads.safe_name(name) == safe


def test_a_list_of_people_is_refused_and_leaves_nothing_behind(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    padded = list_of_people()
    answer = send(client, (f"{PLANTED}.xlsx", padded))
    assert answer.status_code == 422
    assert "Trang tính là danh sách người" in answer.text
    with_a_good_one = client.get(send(client, (f"{PLANTED}.xlsx", padded), ("tốt.xlsx", good())).headers["location"])
    assert "Tệp thứ 1" in with_a_good_one.text
    assert PLANTED not in with_a_good_one.text
    assert not _places_with(PLANTED, padded, office.home.parent)


def test_a_list_of_people_too_large_for_memory_leaves_nothing_in_the_temporary_folder(
    office: Settings, client_of: ClientOf
) -> None:
    """What the server spools to a file while it comes in is gone, too."""
    out = io.BytesIO(list_of_people())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as package:
        package.writestr("xl/media/image1.png", os.urandom(3 << 20))
    assert send(client_of(office), (f"{PLANTED}.xlsx", out.getvalue())).status_code == 422
    assert not _places_with(PLANTED, out.getvalue(), office.home.parent)
    assert not list((office.home.parent / "tmp").iterdir())


def _places_with(name: str, content: bytes, folder: Path) -> list[Path]:
    """Files whose name, path or content tell of it."""
    words = (name.encode(), "Bí Mật".encode(), content)
    found = []
    for path in folder.rglob("*"):
        if "Bí Mật" in str(path) or (path.is_file() and any(each in path.read_bytes() for each in words)):
            found.append(path)
    return found


def test_what_cannot_be_read_is_refused_with_a_sentence(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    for name, content in (
        ("trống.xlsx", b""),
        ("hỏng.xlsx", good()[:3000]),
        ("ảnh.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 100),
        ("bom.xlsx", bomb()),
    ):
        answer = send(client, (name, content))
        assert answer.status_code == 422, name
        assert re.search(r'<ul class="points"><li>[^<]{20,}</li>', answer.text), name
        assert "Traceback" not in answer.text
    assert not list((office.portal / "uploads").iterdir())
    assert not landed(office)


def test_no_file_and_what_is_no_file_is_a_page_that_says_so(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    for answer in (
        client.post("/upload"),
        client.post("/upload", files=[("files", ("", b"", "application/octet-stream"))]),
        client.post("/upload", data={"other": "x"}),
    ):
        assert answer.status_code in (400, 422)
        assert "Traceback" not in answer.text
    assert client.post("/upload", data={"files": "text"}).status_code in (400, 422)


def test_what_came_before_is_said_and_not_received_again(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    known = workbook(report_of(OURS, JULY))
    answer = send(client, ("lại.xlsx", known))
    assert "Tệp này đã nhận rồi" in answer.text
    page = client.get(send(client, ("a.xlsx", good()), ("b.xlsx", good())).headers["location"]).text
    assert "Tệp này giống hệt tệp thứ 1" in page
    assert "Gửi 1 tệp" in page


def test_a_commune_sends_its_own_reports_only(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    with_account(office, "commune", OURS)
    with_account(office, "viewer")
    client = client_of(office)
    sign_in(client, f"commune-{OURS}")
    answer = send(client, ("của họ.xlsx", good()))
    assert answer.status_code == 422
    assert "chỉ gửi được báo cáo của xã, phường mình" in answer.text
    assert "Quyết Thắng" not in answer.text
    ours = workbook(changed(report_of(OURS, JULY), "KN-2", "files_complete", 1))
    token = token_of(send(client, ("của họ.xlsx", good()), ("của ta.xlsx", ours)))
    assert "Quyết Thắng" not in client.get(f"/upload/{token}").text
    client.post(f"/upload/{token}")
    assert [path.name for path in landed(office)] == ["của ta.xlsx"]
    other = client_of(office)
    sign_in(other, "viewer-")
    assert other.get("/upload").status_code == 403
    assert send(other, ("x.xlsx", good())).status_code == 403


def test_an_upload_is_its_owners_and_is_over_after_some_hours(
    office: Settings, client_of: ClientOf, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("steward-1", "steward-2"):
        with_account(office, "steward", name=name)
    mine, theirs = client_of(office), client_of(office)
    sign_in(mine, "steward-1")
    sign_in(theirs, "steward-2")
    token = token_of(send(mine, ("a.xlsx", good())))
    for address in (f"/upload/{token}", "/upload/" + "a" * 32, "/upload/..%2f..%2faccounts.json", "/upload/x"):
        assert theirs.get(address).status_code == 404, address
        assert theirs.post(address).status_code in (404, 405), address
        assert theirs.post(f"{address}/discard").status_code == 404, address
    assert mine.get(f"/upload/{token}").status_code == 200
    monkeypatch.setattr(uploads, "LASTS", timedelta(seconds=-1))
    assert mine.post(f"/upload/{token}").status_code == 404
    mine.get("/upload")
    assert not list((office.portal / "uploads").iterdir())
    assert not landed(office)


def test_too_many_uploads_at_once_do_not_stop_the_portal(
    office: Settings, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.pages.upload._THERE", threading.BoundedSemaphore(1))
    client = client_of(office)
    with pages_upload._THERE:
        answer = send(client, ("a.xlsx", good()))
        assert answer.status_code == 503
        assert "Đang bận" in answer.text
    assert send(client, ("a.xlsx", good())).status_code == 303
    assert send(client, ("a.xlsx", good())).status_code == 303, "whoever was read makes room"


def test_what_is_discarded_is_gone(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    token = token_of(send(client, ("a.xlsx", good())))
    assert client.post(f"/upload/{token}/discard").headers["location"] == "/upload"
    assert not list((office.portal / "uploads").iterdir())
    assert client.post(f"/upload/{token}").status_code == 404


def test_what_a_machine_that_stopped_has_left_unread_is_removed(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    token_of(send(client, ("a.xlsx", good())))
    left = office.portal / "uploads" / uploads.begin(office)
    uploads.receive(office, left.name, 1, "x.xlsx", io.BytesIO(b"x"))
    waits = [each for each in (office.portal / "uploads").iterdir() if each != left]
    for folder in (left, *waits):
        os.utime(folder, (time.time() - 3600,) * 2)
    client.get("/upload")
    assert not left.exists()
    assert all(each.exists() for each in waits), "what was read waits for hours"


def test_nobody_else_on_the_machine_looks_into_what_waits(office: Settings, client_of: ClientOf) -> None:
    token = token_of(send(client_of(office), ("a.xlsx", good())))
    folder = office.portal / "uploads" / token
    assert oct((office.portal / "uploads").stat().st_mode)[-3:] == oct(folder.stat().st_mode)[-3:] == "700"
    assert {oct(path.stat().st_mode)[-3:] for path in folder.rglob("*") if path.is_file()} == {"600"}


def test_a_landing_folder_on_another_disk_gets_whole_files_too(
    office: Settings, client_of: ClientOf, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link

    def link(source: Path, target: Path) -> None:
        if "uploads" in str(source):
            raise OSError(errno.EXDEV, "another disk")
        real(source, target)

    monkeypatch.setattr("portal.uploads.os.link", link)
    client = client_of(office)
    client.post(f"/upload/{token_of(send(client, ('a.xlsx', good())))}")
    assert [path.name for path in landed(office)] == ["a.xlsx"]
    assert landed(office)[0].read_bytes() == good()


def test_a_commune_sees_what_is_open_and_what_to_fill_in(office: Settings, client_of: ClientOf) -> None:
    with_account(office, "commune", THEIRS)
    client = client_of(office)
    sign_in(client, f"commune-{THEIRS}")
    page = client.get("/upload").text
    assert f'href="/cases/{THEIRS}-2015-08"' in page
    assert f'href="/files/marked/{THEIRS}/2015-08.xlsx"' in page
    blanks = re.findall(r'href="/files/blank/(\d+)/([\d-]+).xlsx"', page)
    assert blanks == [(THEIRS, "2015-09"), (THEIRS, "2015-10"), (THEIRS, "2015-11")]
    assert client.get(f"/files/blank/{THEIRS}/2015-11.xlsx").status_code == 200
