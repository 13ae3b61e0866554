"""The calendar of reports, and one report: its versions, its sheets, which version counts."""

import csv
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from fastapi.testclient import TestClient

from tests.portal.conftest import sign_in, with_account
from tests.portal.reporting_office import OURS, THEIRS, copy_of, shared
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

ClientOf = Callable[[Settings], TestClient]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return shared(tmp_path_factory)


def marks(page: str) -> dict[tuple[str, str], str]:
    """Commune and month of each mark of the calendar -> its letters, as a person sees them."""
    found = re.findall(r'<td><a href="/reports/(\d+)/([\d-]+)" aria-label[^>]*>(.*?)</a></td>', page)
    return {(code, month): re.sub("<[^>]+>", "", letters) for code, month, letters in found}


def test_the_calendar_tells_what_each_report_is(office: Settings, client_of: ClientOf) -> None:
    page = client_of(office).get("/reports?year=2015").text
    assert marks(page) == {
        (OURS, "2015-07"): "Đ",
        (OURS, "2015-08"): "C+2",
        (OURS, "2015-09"): "Đ",
        (THEIRS, "2015-07"): "Đ",
        (THEIRS, "2015-08"): "G",
        (THEIRS, "2015-09"): "T",
    }
    assert 'class="mark held_back"' in page


def test_the_calendar_adds_up_each_month(office: Settings, client_of: ClientOf) -> None:
    page = client_of(office).get("/reports?year=2015&lang=en").text
    lines = dict(re.findall(r'<th scope="row">([A-Z][a-z ]+)</th>\s*((?:<td[^>]*>[^<]*</td>)+)', page))
    told = {name: re.findall(r">([^<]*)</td>", cells)[6:9] for name, cells in lines.items()}
    assert told == {
        "Expected": ["2", "2", "2"],
        "Received": ["2", "2", "1"],
        "On time": ["2", "0", "1"],
        "Late": ["0", "1", "0"],
        "Held back": ["0", "1", "0"],
        "Missing": ["0", "0", "1"],
    }


def test_a_month_that_is_over_and_not_due_yet_is_not_missing(office: Settings, client_of: ClientOf) -> None:
    early = replace(office, today=date(2015, 10, 3))
    assert marks(client_of(early).get("/reports").text)[THEIRS, "2015-09"] == "·"


def test_reports_of_one_state_are_a_list_and_a_file(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    assert f'href="/reports/{THEIRS}/2015-09"' in client.get("/reports?state=missing").text
    lines = client.get("/reports.csv?year=2015&state=held_back").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"{THEIRS},Phường Quyết Thắng,2015-08-01,Giữ lại")
    assert client.get("/reports.xlsx").content[:2] == b"PK"


def test_years_and_states_that_there_are_not(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    for address, status in (("?year=20x5", 400), ("?year=1999", 404), ("?state=x", 400), ("?year=2015%27", 400)):
        assert client.get(f"/reports{address}").status_code == status, address
    assert "bốn chữ số" in client.get("/reports?year=20x5").text


def test_a_commune_sees_its_own_reports_only(office: Settings, client_of: ClientOf, tmp_path: Path) -> None:
    settings = copy_of(office, tmp_path / "home")
    with_account(settings, "commune", OURS)
    client = client_of(settings)
    sign_in(client, f"commune-{OURS}")
    page = client.get("/reports").text
    assert {code for code, _ in marks(page)} == {OURS}
    assert "Quyết Thắng" not in page
    assert THEIRS not in client.get("/reports.csv").text


# ------------------------------------------------------------------------------------------------- one report


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def cell(page: str, address: str) -> str:
    found = re.search(rf'<td id="{address}"[^>]*>', page)
    assert found, address
    return found[0]


def test_a_report_tells_which_version_counts_and_why(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    assert "Bản 1 được tính. Bản 2 mới hơn nhưng còn sai lệch" in client.get(f"/reports/{OURS}/2015-08").text
    assert "Bản 2 được tính: đó là bản mới nhất" in client.get(f"/reports/{THEIRS}/2015-07").text
    assert "Chưa có bản nào được tính" in client.get(f"/reports/{THEIRS}/2015-08").text
    assert "Chưa nhận được báo cáo. Hạn gửi: 05/10/2015." in client.get(f"/reports/{THEIRS}/2015-09").text


def test_what_differs_between_versions_has_its_cells(office: Settings, client_of: ClientOf) -> None:
    page = client_of(office).get(f"/reports/{THEIRS}/2015-07").text
    assert "Bản 2 khác bản 1: 3 số liệu" in page, "a cell, its section and the total"
    assert re.search(r"version=2&amp;sheet=K%E1%BA%BFt\+n%E1%BA%A1p&amp;cell=(E\d+)#\1\"", page)
    assert "Sai lệch đã được khắc phục" in page


def test_a_sheet_is_shown_as_it_lies_and_its_faults_are_coloured(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    page = client.get(f"/reports/{THEIRS}/2015-08").text
    assert 'aria-current="page">Đảng viên</a>' in page, "the sheet that something is wrong on comes first"
    (named,) = set(re.findall(r'<a href="#(M\d+)">\1</a>: Trang tính “Đảng viên”, ô \1', page))
    assert " bad" in cell(page, named)
    assert "Đề nghị" in cell(page, named), "the sentence stands at the cell"
    other = client.get(f"/reports/{THEIRS}/2015-08?sheet=Ngu%E1%BB%93n&cell=D12").text
    assert " marked" in cell(other, "D12")
    assert " bad" not in other.replace("bad address", "")
    assert '<th scope="col">D</th>' in other


def test_a_sheet_is_a_file_too(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    address = f"/reports/{OURS}/2015-08"
    first = client.get(f"{address}.csv?version=1&sheet=%C4%90%E1%BA%A3ng+vi%C3%AAn").content.decode("utf-8-sig")
    rows = list(csv.DictReader(first.splitlines()))
    assert {row["sheet"] for row in rows} == {"Đảng viên"}
    assert all(row["value"] == "" for row in rows if row["text"]), "a number, or a text"
    opening = [row for row in rows if row["kind"] == "cell" and row["field"].startswith("Đảng viên đầu")]
    assert opening
    assert all(float(row["value"]) > 0 for row in opening)
    page = client.get(f"{address}?version=1&sheet=%C4%90%E1%BA%A3ng+vi%C3%AAn").text
    for row in opening:
        assert f"{cell(page, row['cell'])}{float(row['value']):.0f}</td>" in page, row
    assert f'href="{address}.xlsx?version=1&amp;sheet=' in page
    assert client.get(f"{address}.xlsx").content.startswith(b"PK")
    assert client.get(f"/reports/{THEIRS}/2015-09.csv").status_code == 404, "it has not come"


def test_a_blank_cell_is_a_dash_and_what_was_typed_stands_beside_what_was_read(
    office: Settings, client_of: ClientOf
) -> None:
    page = client_of(office).get(f"/reports/{OURS}/2015-07?sheet=%C4%90%E1%BA%A3ng+vi%C3%AAn").text
    total = page[page.index('<tr class="total">') :]
    assert "–</td>" in total, "the head of a place is nobody's in the total"
    assert re.search(r"“[^”]+”</span> (có|không)</td>", page)


def test_reports_that_there_are_not(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    good = f"/reports/{OURS}/2015-08"
    for address in (
        "/reports/99999/2015-08",
        "/reports/Ph%C6%B0%E1%BB%9Dng/2015-08",
        f"/reports/{OURS}/2015-13",
        f"/reports/{OURS}/2015-8",
        f"/reports/{OURS}/2030-01",
        "/reports/..%2f..%2fetc/2015-08",
        f"{good}?version=9",
        f"{good}?version=x",
        f"{good}?sheet=x",
    ):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert "Traceback" not in answer.text
    assert client.get(f"{good}?cell=%3Cscript%3E").text.count("<script>") == 0


def test_a_choice_is_kept_at_once_and_the_page_says_that_it_is_judged(
    office: Settings, client_of: ClientOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copy_of(office, tmp_path / "home")
    asked: list[str] = []
    monkeypatch.setattr("portal.work.Work.ask", lambda self, what: asked.append(what))
    client = client_of(settings)
    address = f"/reports/{OURS}/2015-08"
    assert 'name="version" value="1"' in client.get(address).text
    answer = client.post(f"{address}/version", data={"version": "1", "reason": "bản 2 gửi nhầm"})
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert asked == ["judge"]
    page = text_of(client.get(address).text)
    assert "đã chọn bản 1. Đang kiểm tra và công bố lại" in page
    journal = (settings.archive / "decisions.jsonl").read_text("utf-8")
    assert '"decision": "use"' in journal
    assert '"chose_version"' in (settings.archive / "portal_audit.jsonl").read_text("utf-8")


def test_a_choice_that_cannot_be_kept_is_a_page_that_says_why(
    office: Settings, client_of: ClientOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copy_of(office, tmp_path / "home")
    monkeypatch.setattr("portal.work.Work.ask", lambda self, what: pytest.fail("nothing is to be judged"))
    client = client_of(settings)
    address = f"/reports/{OURS}/2015-08/version"
    for data, status, words in (
        ({"version": "2", "reason": "x"}, 409, "còn sai lệch nghiêm trọng"),
        ({"version": "7", "reason": "x"}, 409, "Không có bản này"),
        ({"version": "1", "reason": " "}, 400, "ghi lý do"),
        ({"version": "", "reason": "x"}, 400, "chọn bản"),
        ({"version": "²", "reason": "x"}, 400, "chọn bản"),
    ):
        answer = client.post(address, data=data)
        assert answer.status_code == status, data
        assert words in answer.text, data
    assert not (settings.archive / "decisions.jsonl").exists()


def test_who_sees_a_report_takes_its_workbook_and_chooses(
    office: Settings, client_of: ClientOf, tmp_path: Path
) -> None:
    settings = copy_of(office, tmp_path / "home")
    for role, commune in (("commune", OURS), ("viewer", None), ("steward", None)):
        with_account(settings, role, commune)
    ours, theirs = f"/reports/{OURS}/2015-08", f"/reports/{THEIRS}/2015-08"

    def statuses(name: str) -> list[int]:
        client = client_of(settings)
        sign_in(client, name)
        page = client.get(ours).text
        files = re.findall(r'href="(/files/original/[0-9a-f]{64})"', page)
        assert len(files) == (0 if name == "viewer-" else 1)
        assert ('name="reason"' in page) == (name == "steward-")
        other = original_of(settings, THEIRS)
        refused = client.post(f"{ours}/version", data={"version": "2", "reason": "x"}).status_code
        found = [client.get(each).status_code for each in (ours, theirs, f"/files/original/{other}")]
        return [*found, *(client.get(each).status_code for each in files), refused]

    assert statuses(f"commune-{OURS}") == [200, 403, 403, 200, 403]
    assert statuses("viewer-") == [200, 200, 403, 403]
    assert statuses("steward-") == [200, 200, 200, 200, 409]


def original_of(settings: Settings, code: str) -> str:
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        rows = connection.execute(
            "SELECT submission_id FROM raw.submissions WHERE commune_code = ? ORDER BY received_at", [code]
        ).fetchall()
    return str(rows[0][0])


# ------------------------------------------------------------------------------------------------------ files


def test_the_original_is_what_was_received(office: Settings, client_of: ClientOf, tmp_path: Path) -> None:
    settings = copy_of(office, tmp_path / "home")
    submission = original_of(settings, THEIRS)
    answer = client_of(settings).get(f"/files/original/{submission}")
    assert hashlib.sha256(answer.content).hexdigest() == submission
    assert answer.headers["content-disposition"].startswith('attachment; filename="theirs-7.xlsx"')
    for bad in ("0" * 64, "x", "..%2f..%2faccounts.json", submission.upper()):
        assert client_of(settings).get(f"/files/original/{bad}").status_code == 404, bad


def test_a_commune_takes_its_blank_and_its_marked_workbook(
    office: Settings, client_of: ClientOf, tmp_path: Path
) -> None:
    settings = copy_of(office, tmp_path / "home")
    with_account(settings, "commune", THEIRS)
    client = client_of(settings)
    sign_in(client, f"commune-{THEIRS}")
    for address, status in (
        (f"/files/blank/{THEIRS}/2015-10.xlsx", 200),
        (f"/files/blank/{OURS}/2015-10.xlsx", 403),
        (f"/files/marked/{THEIRS}/2015-08.xlsx", 200),
        (f"/files/marked/{THEIRS}/2015-08.docx", 200),
        (f"/files/marked/{THEIRS}/2015-08.exe", 404),
        (f"/files/marked/{THEIRS}/2015-09.xlsx", 404),
        (f"/files/marked/{OURS}/2015-08.xlsx", 403),
    ):
        answer = client.get(address)
        assert answer.status_code == status, address
        assert status != 200 or answer.content[:2] == b"PK"
    assert not settings.outbox.exists(), "what is looked at is not issued"
