"""The JSON interface: the same cases and decisions as the pages, and a description that is true."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.portal.stewards.conftest import CASE, OTHER, OWN, decisions, signed_in
from warehouse.journal import entries_of
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline
ClientOf = Callable[[Settings], TestClient]
ADDRESS = f"/api/v1/cases/{CASE}"


def test_the_queue_with_its_filters(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)

    def ids(query: str) -> list[str]:
        return [each["case_id"] for each in client.get(f"/api/v1/cases?{query}").json()["cases"]]

    assert ids("") == [CASE]
    assert ids("state=all&month=2016-05") == [CASE, "03386-2016-05"]
    assert ids("month=2016-04") == ids("assigned=me") == ids("commune=dong+phong") == []
    (line,) = client.get("/api/v1/cases").json()["cases"]
    assert (line["critical"], line["city_admitted"], line["city_admitted_with"]) == (1, 7, 10)
    for bad in ("state=x", "month=2016-13", "month=x"):
        assert client.get(f"/api/v1/cases?{bad}").status_code == 422, bad


def test_a_case_with_what_each_proposal_would_do(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    found = client_of(office).get(ADDRESS).json()
    assert found["effect"] == {"admitted": 3, "without": 7, "with_it": 10, "year_without": 18, "year_with_it": 21}
    (cause,) = found["causes"]
    assert cause["cells"] == ["Kết nạp!E24"]
    first = found["proposals"][0]
    assert (first["settles"], first["city_admitted"]) == ([cause["failures"][0]["failure_id"]], 10)


@pytest.mark.parametrize(
    "wanted",
    [
        {"decision": "accept"},
        {"decision": "return", "failure_ids": None},
        {"decision": "return", "failure_ids": "all"},
        {"decision": "reopen"},
        {"decision": "correct", "proposal": 1},
        {"decision": "correct", "cell": "Kết nạp!E24", "value": 3},
    ],
)
def test_every_decision(office: Settings, client_of: ClientOf, asked: list[str], wanted: dict[str, Any]) -> None:
    client = signed_in(client_of(office), office, "steward")
    seen = client.get(ADDRESS).json()["seen"]
    answer = client.post(f"{ADDRESS}/decisions", json={**wanted, "reason": "gọi điện", "seen": seen})
    assert answer.status_code == 202
    (kept,) = answer.json()["decisions"]
    assert (kept["decision"], kept["decided_by"]) == (wanted["decision"], "steward-")
    assert [each["decision_id"] for each in entries_of(office.archive / "decisions.jsonl")] == [kept["decision_id"]]
    assert asked == ["judge"]
    assert client.get(ADDRESS).json()["waiting"][0]["reason"] == "gọi điện"


@pytest.mark.parametrize(
    "wanted",
    [
        {"decision": "accept"},
        {"decision": "accept", "reason": " "},
        {"decision": "delete", "reason": "x"},
        {"decision": "accept", "reason": "x", "proposal": 1},
        {"decision": "accept", "reason": "x", "strange": 1},
        {"decision": "accept", "reason": "x", "failure_ids": ["aaa"]},
        {"decision": "accept", "reason": "x", "failure_ids": []},
        {"decision": "correct", "reason": "x"},
        {"decision": "correct", "reason": "x", "proposal": 9},
        {"decision": "correct", "reason": "x", "cell": "E24", "value": -1},
        {"decision": "correct", "reason": "x", "cell": "E24", "value": 1e300},
        {"decision": "correct", "reason": "x", "cell": "E24", "value": 3, "proposal": 1},
        [],
    ],
)
def test_what_cannot_be_kept_is_422_with_a_sentence(
    office: Settings, client_of: ClientOf, asked: list[str], wanted: object
) -> None:
    answer = client_of(office).post(f"{ADDRESS}/decisions", json=wanted)
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "message"}
    assert (decisions(office), asked) == ([], [])


def test_whoever_is_second_is_told_what_the_first_did(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    seen = client.get(ADDRESS).json()["seen"]
    wanted = {"decision": "return", "reason": "x", "seen": seen}
    assert client.post(f"{ADDRESS}/decisions", json=wanted).status_code == 202
    answer = client.post(f"{ADDRESS}/decisions", json={**wanted, "decision": "accept"})
    assert (answer.status_code, "trả lại" in answer.json()["message"]) == (409, True)
    assert len(decisions(office)) == 1
    # Who does not say what was seen decides all the same.
    assert client.post(f"{ADDRESS}/decisions", json={"decision": "accept", "reason": "x"}).status_code == 202


def test_what_there_is_not_is_404_as_json(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    for address in ("cases/x", "cases/..%2f..%2fx", "nothing", "cases?commune=nowhere"):
        answer = client.get(f"/api/v1/{address}")
        assert (answer.status_code, set(answer.json())) == (404, {"error", "message"}), address
    assert client.post("/api/v1/cases/x/decisions", json={"decision": "accept", "reason": "x"}).status_code == 404
    nul = client.get("/api/v1/cases/%00")
    assert (nul.status_code, nul.json()["error"]) == (400, "portal_bad_address")


def test_who_may_what(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    wanted = {"decision": "accept", "reason": "x"}
    own = signed_in(client_of(office), office, "commune", OWN)
    assert client_of(office).get("/api/v1/cases").status_code == 401
    assert [each["case_id"] for each in own.get("/api/v1/cases?state=all").json()["cases"]] == [CASE]
    assert own.get(ADDRESS).status_code == 200
    for name in ("attainment", "reports"):
        answer = own.get(f"/api/v1/{name}?month=2016-05").json()
        lines = answer["communes" if name == "attainment" else "reports"]
        assert {each["commune_code"] for each in lines} == {OWN}
    assert {each["commune_code"] for each in own.get("/api/v1/communes").json()["communes"]} == {OWN}
    other = signed_in(client_of(office), office, "commune", OTHER)
    assert other.get(ADDRESS).status_code == 403
    viewer = signed_in(client_of(office), office, "viewer")
    for client in (own, other, viewer):
        assert client.post(f"{ADDRESS}/decisions", json=wanted).status_code == 403
    steward = signed_in(client_of(office), office, "steward")
    forged = steward.post(f"{ADDRESS}/decisions", json=wanted, headers={"origin": "https://evil.example"})
    assert forged.status_code == 403
    assert decisions(office) == []


def test_figures_are_those_of_the_published_file(office: Settings, client_of: ClientOf, asked: list[str]) -> None:
    client = client_of(office)
    attainment = client.get("/api/v1/attainment?month=2016-05").json()
    assert attainment["month"] == "2016-05"
    held = {each["commune_code"]: each["admitted"] for each in attainment["communes"]}
    assert held[OWN] is None
    assert sum(each or 0 for each in held.values()) == 7
    reports = {each["commune_code"]: each["status"] for each in client.get("/api/v1/reports").json()["reports"]}
    assert reports[OWN] == "held_back"
    assert client.get("/api/v1/attainment?month=1999-01").json() == {"month": "1999-01", "communes": []}
    assert OWN in {each["commune_code"] for each in client.get("/api/v1/communes").json()["communes"]}


def test_the_description_is_there_and_has_nothing_of_the_pages(
    office: Settings, client_of: ClientOf, asked: list[str]
) -> None:
    client = client_of(office)
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/cases", "/cases/{case_id}", "/cases/{case_id}/decisions", "/attainment", "/reports", "/communes",
    }  # fmt: skip
    assert described["servers"] == [{"url": "/api/v1"}]
    assert "HTTPValidationError" not in json.dumps(described)
    assert client.get("/api/v1/docs").status_code == client.get("/openapi.json").status_code == 404
