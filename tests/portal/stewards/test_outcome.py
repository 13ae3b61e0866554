"""What comes of a decision: judged by the process beside the portal, as in production, and told on the case's page."""

import time
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from portal.work import State, Work
from tests.portal.stewards.conftest import CASE
from warehouse.decisions import JOURNAL
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline
ClientOf = Callable[[Settings], TestClient]
ADDRESS = f"/cases/{CASE}"


def decide(client: TestClient, decision: str) -> str:
    """The page that says that it is kept."""
    assert client.post(f"{ADDRESS}/decisions", data={"decision": decision, "reason": "gọi điện"}).status_code == 303
    return client.get(ADDRESS).text


def outcome(client: TestClient) -> Response:
    """The part of the page that is asked for again, once it is over."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        answer = client.get(f"{ADDRESS}/outcome")
        assert answer.status_code == 200
        if "HX-Refresh" in answer.headers:
            return answer
        assert 'hx-trigger="every 1s"' in answer.text
        time.sleep(0.2)
    raise AssertionError("no outcome")


def test_decisions_are_judged_and_their_outcome_appears(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    kept = decide(client, "correct 1")
    assert "Quyết định đã được lưu." in kept
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in kept
    told = outcome(client).text
    assert "Đã giải quyết 1 sai lệch." in told
    assert "Kết nạp toàn thành phố tháng 5/2016: 7 → 10; từ đầu năm: 18 → 21." in told
    assert "Báo cáo nay được tính vào số liệu công bố." in told
    assert 'http-equiv="refresh"' not in client.get(ADDRESS).text
    assert CASE not in client.get("/queue").text

    decide(client, "reopen")
    told = outcome(client).text
    assert "Đã mở lại: 1 sai lệch." in told
    assert "7; từ đầu năm: 21 → 18." in told
    assert CASE in client.get("/queue").text

    # A value that is wrong settles nothing, or brings something else.
    form = {"decision": "correct", "cell": "Kết nạp!E17", "value": "9", "reason": "gõ nhầm"}
    assert client.post(f"{ADDRESS}/decisions", data=form).status_code == 303
    told = outcome(client).text
    assert "Vẫn còn mở" in told or "Sai lệch mới sau quyết định này" in told
    assert "Báo cáo vẫn bị giữ lại." in told


def test_where_it_cannot_be_judged_the_sentence_is_told_and_the_decision_kept(
    office: Settings, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(did="judge", is_done=False, sentence="Kho đang bận.", sentence_en="The store is busy.")

    def failing(work: Work, _: str) -> None:
        work.state = state

    monkeypatch.setattr(Work, "ask", failing)
    monkeypatch.setattr(Work, "wake", lambda _: None)
    client = client_of(office)
    shown = decide(client, "accept")
    assert "Kho đang bận." in shown
    assert "Quyết định vẫn được lưu" in shown
    assert "The store is busy." in client.get(f"{ADDRESS}?lang=en").text
    client.get("/queue?lang=vi")
    assert outcome(client).status_code == 200
    assert (office.archive / JOURNAL).exists()
    state = State(did="judge", is_done=False)
    assert client.post(f"{ADDRESS}/judging").status_code == 303
    assert "Chương trình kiểm tra đã dừng giữa chừng." in client.get(ADDRESS).text


def test_while_it_is_judged_the_queue_says_so(
    office: Settings, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes_on(work: Work, _: str) -> None:
        work.state = State("judge", office.current_instant(), "build")

    monkeypatch.setattr(Work, "ask", goes_on)
    monkeypatch.setattr(Work, "wake", lambda _: None)
    client = client_of(office)
    shown = decide(client, "accept")
    assert "Đang kiểm tra lại tháng này" in shown
    assert f'hx-get="{ADDRESS}/outcome"' in shown
    queue = client.get("/queue").text
    assert 'hx-get="/queue/work"' in queue
    assert "Đã quyết định, chờ kiểm tra lại." in queue
    assert "HX-Refresh" not in client.get("/queue/work").headers
