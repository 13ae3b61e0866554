"""The queue: which cases the address asks for, files of it, one decision over several cases."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from portal.threads import assign
from tests.portal.stewards.conftest import CASE, OWN, decisions, signed_in
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline
ClientOf = Callable[[Settings], TestClient]
LATE = "03386-2016-05"


def test_cases_that_wait_come_first_and_others_when_asked_for(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    waits = client.get("/queue").text
    assert CASE in waits
    assert LATE not in waits
    everything = client.get("/queue?state=all").text
    assert everything.index(CASE) < everything.index(LATE)
    assert "Không có hồ sơ nào như vậy" in client.get("/queue?state=accepted").text


def test_filters_are_in_the_address_and_go_on_to_the_case(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    assert CASE not in client.get("/queue?month=2016-04").text
    assert CASE not in client.get("/queue?commune=dong+phong").text
    assert (
        f"/cases/{CASE}?commune=doan+ket&amp;month=2016-05" in client.get("/queue?commune=doan+ket&month=2016-05").text
    )
    assert client.get("/queue?commune=no+such+place").status_code == 404


@pytest.mark.parametrize(
    "bad", ["month=2016-13", "month=x", "state=nonsense", "month=2016-05-01", "month=%F0%9F%98%80"]
)
def test_a_filter_that_cannot_be_is_said(office: Settings, client_of: ClientOf, asked: list[str], bad: str) -> None:
    answer = client_of(office).get(f"/queue?{bad}")
    assert (answer.status_code, "Traceback" in answer.text) == (400, False)


def test_cases_are_found_by_who_has_them(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    assert CASE in client.get("/queue?assigned=nobody").text
    assign(office, CASE, "Lò Văn A", "Trần Thị B")
    assert CASE in client.get("/queue?assigned=Trần+Thị+B").text
    for other in ("nobody", "me", "Lò Văn A"):
        assert CASE not in client.get(f"/queue?assigned={other}").text


def test_the_queue_is_a_file_with_its_filters(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    lines = client.get("/queue.csv?state=all&month=2016-05").text.splitlines()
    assert lines[0].removeprefix("\ufeff").startswith("case_id,commune_name,month")
    assert [line.partition(",")[0] for line in lines[1:]] == [CASE, LATE]
    assert client.get("/queue.xlsx").content.startswith(b"PK")


def test_one_decision_over_several_cases(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    form = {"case_ids": [CASE, LATE], "decision": "accept", "reason": "đã đối chiếu", "back": "state=all&lang=vi"}
    answer = client.post("/queue/decisions", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?state=all&done=2")
    assert [(decision, case) for _, decision, case in decisions(office)] == [("accept", CASE), ("accept", LATE)]
    assert asked == ["judge", "judge"]
    shown = client.get("/queue?state=all&done=2").text
    assert "Đã lưu quyết định cho 2 hồ sơ" in shown
    assert shown.count("Đã quyết định, chờ kiểm tra lại") == 2


def test_cases_that_cannot_be_decided_so_are_told_and_the_others_kept(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    form = {"case_ids": [CASE, LATE], "decision": "correct 1", "reason": "gọi điện"}
    answer = client.post("/queue/decisions", data=form)
    assert answer.status_code == 422
    assert LATE in answer.text
    assert [case for _, _, case in decisions(office)] == [CASE]
    for wrong in ({"case_ids": [CASE]}, {"decision": "accept", "reason": "x"}, {**form, "decision": "correct 2"}):
        assert client.post("/queue/decisions", data=wrong).status_code == 422
    assert len(decisions(office)) == 1


def test_several_cases_are_not_decided_over_somebody_elses_head(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    form = {"case_ids": [CASE, LATE], "decision": "accept", "reason": "x", "seen": "0"}
    client.post(f"/cases/{CASE}/decisions", data={"decision": "return", "reason": "gửi lại"})
    answer = client.post("/queue/decisions", data=form)
    assert answer.status_code == 422
    assert "đã có quyết định khác" in answer.text
    assert [(decision, case) for _, decision, case in decisions(office)] == [("return", CASE), ("accept", LATE)]


def test_a_commune_sees_its_own_cases_alone_and_decides_nothing(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = signed_in(client_of(office), office, "commune", OWN)
    shown = client.get("/queue?state=all").text
    assert CASE in shown
    assert LATE not in shown
    assert 'name="case_ids"' not in shown
    assert LATE not in client.get("/queue.csv?state=all").text
    assert client.post("/queue/decisions", data={"case_ids": [CASE], "decision": "accept"}).status_code == 403
    viewer = signed_in(client_of(office), office, "viewer")
    assert viewer.post("/queue/decisions", data={"case_ids": [CASE], "decision": "accept"}).status_code == 403
