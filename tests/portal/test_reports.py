"""The calendar of reports, and one report: its versions, its sheets, which version counts."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.portal.conftest import sign_in, with_account
from tests.portal.reporting_office import OURS, THEIRS, build, copy_of
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

ClientOf = Callable[[Settings], TestClient]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build(tmp_path_factory.mktemp("office") / "home")


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
