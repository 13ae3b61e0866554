"""A case's page: what it shows and to whom, what is said about it, who has it."""

import csv
import io
import zipfile
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.portal.stewards.conftest import CASE, OTHER, OWN, signed_in
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline
ClientOf = Callable[[Settings], TestClient]


def test_a_case_shows_causes_the_sheets_piece_and_what_each_proposal_would_do(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    shown = " ".join(client_of(office).get(f"/cases/{CASE}").text.split())
    assert "Dòng tổng cộng cộng sai ở Kết nạp!E24: 2 → 3." in shown
    assert '<td class="number bad">2 <span class="soft">' in shown
    assert '<td class="number marked">' in shown
    for rank in (1, 2, 3):
        assert f'value="correct {rank}" data-key="{rank}"' in shown
    assert "Giải quyết 1/1 sai lệch. Thành phố trong tháng: 7 → 10; từ đầu năm: 21." in shown
    assert {key for key in "acro" if f'data-key="{key}"' in shown} == set("acro")
    english = client_of(office).get(f"/cases/{CASE}?lang=en").text
    assert "The total row is added up wrongly" in english
    assert "Settles 1 of 1 failure." in english


def test_the_failures_of_a_case_are_a_file_too(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    (failure,) = client.get(f"/api/v1/cases/{CASE}").json()["causes"][0]["failures"]
    rows = list(csv.DictReader(client.get(f"/cases/{CASE}.csv").content.decode("utf-8-sig").splitlines()))
    told = {row["failure_id"]: row for row in rows}[failure["failure_id"]]
    assert (told["sheet"], told["message"]) == (failure["sheet"], failure["message_vi"])
    assert float(told["difference"]) == failure["difference"]
    assert client.get(f"/cases/{CASE}.xlsx").content.startswith(b"PK")
    assert f'href="/cases/{CASE}.xlsx"' in client.get(f"/cases/{CASE}").text
    signed_in(client, office, "commune", OTHER)
    assert client.get(f"/cases/{CASE}.csv").status_code == 403


def test_a_failures_id_leads_to_its_case(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    (failure, *_) = client.get(f"/cases/{CASE}").text.split('name="failure_ids" value="')[1:]
    answer = client.get(f"/cases/{failure[:8]}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{CASE}")


def test_from_one_case_to_the_next_in_the_queue_that_was_asked_for(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    assert 'data-key="k"' not in client.get(f"/cases/{CASE}").text
    assert '<a href="/cases/03386-2016-05?state=all" data-key="j">' in client.get(f"/cases/{CASE}?state=all").text
    assert f'<a href="/cases/{CASE}" data-key="j">' in client.get("/cases/03386-2016-05").text


@pytest.mark.parametrize("way", ["", "/outcome"])
@pytest.mark.parametrize("wanted", ["03389-1999-01", "x", "..%2f..%2fetc%2fpasswd", "%27%20OR%201=1", "ề"])
def test_a_case_that_there_is_not_is_a_page_that_says_so(
    office: Settings, client_of: ClientOf, asked: list[str], wanted: str, way: str
) -> None:
    client = client_of(office)
    assert client.get(f"/cases/{wanted}{way}").status_code == 404
    assert client.get(f"/files/marked/{wanted}.zip").status_code == 404
    assert client.post(f"/cases/{wanted}/comments", data={"text": "x"}).status_code == 404
    assert client.post(f"/cases/{wanted}/decisions", data={"decision": "accept", "reason": "x"}).status_code == 404


def test_nul_in_an_address_is_refused(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    assert client.get("/cases/%00").status_code == 400
    answer = client.post(f"/cases/{CASE}/decisions", data={"decision": "accept\x00", "reason": "\x00"})
    assert answer.status_code == 422


def test_what_is_said_stands_in_the_thread_as_it_was_said(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = signed_in(client_of(office), office, "steward")
    answer = client.post(f"/cases/{CASE}/comments", data={"text": "Xã hẹn gửi lại <b>thứ hai</b>"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{CASE}#thread")
    shown = client.get(f"/cases/{CASE}").text
    assert "Xã hẹn gửi lại &lt;b&gt;thứ hai&lt;/b&gt;" in shown
    assert "steward-" in shown
    assert client.post(f"/cases/{CASE}/comments", data={"text": "  "}).status_code == 400


def test_a_case_is_given_to_somebody_and_freed(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    client.post(f"/cases/{CASE}/assignment", data={"assignee": "Trần Thị B"})
    assert "Người xử lý: Trần Thị B" in client.get(f"/cases/{CASE}").text
    client.post(f"/cases/{CASE}/assignment", data={"assignee": ""})
    assert "Chưa có người nhận xử lý" in client.get(f"/cases/{CASE}").text


def test_a_commune_sees_and_discusses_its_own_case_and_no_other(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    own = signed_in(client_of(office), office, "commune", OWN)
    shown = own.get(f"/cases/{CASE}").text
    assert "Kết nạp!E24" in shown
    assert 'id="decide"' not in shown
    assert own.post(f"/cases/{CASE}/comments", data={"text": "Đã sửa"}).status_code == 303
    assert own.post(f"/cases/{CASE}/assignment", data={"assignee": "A"}).status_code == 403
    assert own.post(f"/cases/{CASE}/decisions", data={"decision": "accept", "reason": "x"}).status_code == 403
    assert own.get(f"/files/marked/{CASE}.zip").status_code == 200
    other = signed_in(client_of(office), office, "commune", OTHER)
    for address in (f"/cases/{CASE}", f"/cases/{CASE}/outcome", f"/files/marked/{CASE}.zip"):
        assert other.get(address).status_code == 403, address
    for what in ("comments", "decisions", "assignment", "judging"):
        answer = other.post(f"/cases/{CASE}/{what}", data={"text": "x", "decision": "accept", "reason": "x"})
        assert answer.status_code == 403, what


def test_the_marked_workbook_and_its_letter_come_in_one_file(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    answer = client_of(office).get(f"/files/marked/{CASE}.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {name.rpartition(".")[2] for name in names} == {"xlsx", "txt", "docx"}
    assert answer.headers["content-disposition"] == f'attachment; filename="{CASE}.zip"'
    viewer = signed_in(client_of(office), office, "viewer")
    assert viewer.get(f"/files/marked/{CASE}.zip").status_code == 403
