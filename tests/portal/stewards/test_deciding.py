"""Decisions by the form of a case's page: kept at once, refused with a sentence, not over somebody else's head."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.portal.stewards.conftest import CASE, decisions, signed_in
from warehouse.journal import entries_of
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline
ClientOf = Callable[[Settings], TestClient]
ADDRESS = f"/cases/{CASE}/decisions"


def kept(office: Settings) -> list[dict[str, Any]]:
    return list(entries_of(office.archive / "decisions.jsonl"))


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("decision", ["accept", "return", "reopen"])
def test_a_decision_on_the_whole_case(office: Settings, client_of: ClientOf, asked: list[str], decision: str) -> None:
    client = signed_in(client_of(office), office, "steward")
    page = client.get(f"/cases/{CASE}?state=all").text
    form = {"decision": decision, "reason": "đã gọi điện", "seen": seen_in(page)}
    answer = client.post(ADDRESS + "?state=all", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{CASE}?state=all")
    assert decisions(office) == [("steward-", decision, CASE)]
    assert kept(office)[0]["reason"] == "đã gọi điện"
    assert asked == ["judge"]
    shown = client.get(f"/cases/{CASE}").text
    assert "Quyết định đã được lưu." in shown


@pytest.mark.parametrize("form", [{"decision": "correct 2"}, {"decision": "correct", "proposal": "2"}])
def test_a_correction_by_a_proposal(
    office: Settings, client_of: ClientOf, asked: list[str], form: dict[str, str]
) -> None:
    assert client_of(office).post(ADDRESS, data={**form, "reason": "gọi điện"}).status_code == 303
    changes = {each["cell"]: (each["value_before"], each["value_after"]) for each in kept(office)}
    assert changes == {"E15": (1.0, 0.0), "E10": (1.0, 0.0)}


@pytest.mark.parametrize("cell", ["Kết nạp!E17", "E17", "e17"])
def test_a_correction_of_a_cell(office: Settings, client_of: ClientOf, asked: list[str], cell: str) -> None:
    form = {"decision": "correct", "cell": cell, "value": "1,0", "reason": "gọi điện"}
    assert client_of(office).post(ADDRESS, data=form).status_code == 303
    (decision,) = kept(office)
    assert (decision["sheet"], decision["cell"], decision["value_after"]) == ("Kết nạp", "E17", 1.0)


def test_a_decision_on_a_single_failure(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    failure = re.search(r'name="failure_ids" value="([0-9a-f]+)"', client.get(f"/cases/{CASE}").text)
    assert failure
    form = {"decision": "accept", "reason": "đúng", "failure_ids": [failure[1]]}
    assert client.post(ADDRESS, data=form).status_code == 303
    assert [each["failure_id"] for each in kept(office)] == [failure[1]]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"decision": "accept", "reason": " "}, "Phải ghi lý do"),
        ({"decision": "", "reason": "lý do đã gõ"}, "Chọn một quyết định"),
        ({"decision": "delete", "reason": "lý do đã gõ"}, "Chọn một quyết định"),
        ({"decision": "correct 9", "reason": "lý do đã gõ"}, "không có đề xuất như vậy"),
        ({"decision": "correct ²", "reason": "lý do đã gõ"}, "không có đề xuất như vậy"),
        ({"decision": "correct", "cell": "E17", "reason": "lý do đã gõ"}, "Phải ghi số đúng"),
        ({"decision": "correct", "cell": "E17", "value": "hai", "reason": "lý do đã gõ"}, "hai"),
        ({"decision": "correct", "cell": "E17", "value": "nan", "reason": "lý do đã gõ"}, "nan"),
        ({"decision": "correct", "cell": "E17", "value": "0.5", "reason": "lý do đã gõ"}, "số nguyên"),
        ({"decision": "correct", "cell": "Z99", "value": "1", "reason": "lý do đã gõ"}, "Z99"),
        ({"decision": "accept", "failure_ids": ["", "aaa"], "reason": "lý do đã gõ"}, "không có sai lệch"),
        ({"decision": "accept", "failure_ids": ["../x"], "reason": "lý do đã gõ"}, "không có sai lệch"),
    ],
)
def test_what_cannot_be_kept_is_said_and_the_form_stays_filled(
    office: Settings, client_of: ClientOf, asked: list[str], form: dict[str, Any], said: str
) -> None:
    answer = client_of(office).post(ADDRESS, data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert "--value" not in answer.text
    assert f'value="{form["reason"]}" required' in answer.text
    assert (kept(office), asked) == ([], [])


def test_a_failure_of_another_case_is_not_decided_under_this_one(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    other = re.search(r'name="failure_ids" value="([0-9a-f]+)"', client.get("/cases/03386-2016-05").text)
    assert other
    form = {"decision": "accept", "reason": "x", "failure_ids": [other[1]]}
    assert client.post(ADDRESS, data=form).status_code == 422
    assert client.post(f"/api/v1{ADDRESS}", json=form).status_code == 422
    assert (kept(office), asked) == ([], [])


def test_the_second_steward_sees_what_the_first_did_and_may_decide_all_the_same(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    first = signed_in(client_of(office), office, "steward")
    second = signed_in(client_of(office), office, "operator")
    pages = [client.get(f"/cases/{CASE}").text for client in (first, second)]
    assert first.post(ADDRESS, data={"decision": "return", "reason": "gửi lại", "seen": seen_in(pages[0])}).is_redirect
    form = {"decision": "accept", "reason": "số đúng", "seen": seen_in(pages[1])}
    answer = second.post(ADDRESS, data=form)
    assert answer.status_code == 409
    assert re.search(r"steward-: trả lại – gửi lại", answer.text)
    assert 'value="số đúng" required' in answer.text
    assert 'value="accept" data-key="a" data-then="reason" required checked' in answer.text
    assert [decision for _, decision, _ in decisions(office)] == ["return"]
    assert second.post(ADDRESS, data={**form, "seen": seen_in(answer.text)}).is_redirect
    assert [decision for _, decision, _ in decisions(office)] == ["return", "accept"]


def test_a_case_that_has_changed_is_looked_at_once_more(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    seen = seen_in(client.get(f"/cases/{CASE}").text)
    other = seen.partition("-")[0] + "-0123456789abcdef"
    answer = client.post(ADDRESS, data={"decision": "correct 1", "reason": "x", "seen": other})
    assert (answer.status_code, "Hồ sơ đã thay đổi" in answer.text) == (409, True)
    assert kept(office) == []


@pytest.mark.parametrize("seen", ["x", "-", "9" * 5000, "²-", "-1-abc"])
def test_nonsense_in_what_was_seen_is_no_error(
    office: Settings, client_of: ClientOf, asked: list[str], seen: str
) -> None:
    answer = client_of(office).post(ADDRESS, data={"decision": "accept", "reason": "x", "seen": seen})
    assert answer.status_code in (303, 409)


def test_a_form_of_another_site_decides_nothing(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = signed_in(client_of(office), office, "steward")
    form = {"decision": "accept", "reason": "x"}
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert client.post(ADDRESS, data=form, headers=headers).status_code == 403
        assert client.post("/queue/decisions", data={**form, "case_ids": CASE}, headers=headers).status_code == 403
    assert kept(office) == []
    viewer = signed_in(client_of(office), office, "viewer")
    assert viewer.post(ADDRESS, data=form).status_code == 403


def test_what_was_done_stands_in_the_audit(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client_of(office).post(ADDRESS, data={"decision": "accept", "reason": "x"})
    noted = list(entries_of(office.archive / "portal_audit.jsonl"))
    assert [(each["action"], each["target"], each["detail"]) for each in noted] == [("decided", CASE, "accept")]
