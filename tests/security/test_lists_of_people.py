"""Of a list of people that was dropped in or uploaded nothing is kept: not in anything that a month leaves behind."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import steps
from outbox.mail import send
from outbox.notices import task_failed
from portal.app import make_app
from tests.outbox.mail_server import FROM, mail_server
from tests.portal.reporting_office import copy_of, shared
from tests.portal.test_upload import PLANTED, list_of_people
from tests.security.searching import places_with
from warehouse import events
from warehouse.json_lines import line
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

#: Parts of each name, so that no way of writing it goes unseen, and of each number.
PEOPLE = (PLANTED, "Bí Mật", "01230000")


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A published office, in whose landing folder a list of people has been dropped; what is temporary lies beside."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    settings = copy_of(shared(tmp_path_factory), tmp_path / "home")
    (settings.landing / "danh sach.xlsx").write_bytes(list_of_people())
    return settings


@pytest.fixture
def client(office: Settings) -> Iterator[TestClient]:
    here = ("127.0.0.1", 50000)
    with TestClient(make_app(office), base_url="http://127.0.0.1:8000", client=here) as client:
        yield client


def test_nothing_of_a_list_of_people_is_in_anything_that_a_month_leaves_behind(
    office: Settings,
    client: TestClient,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(0)
    # What goes to logs for machines, and to whoever measures.
    events_told: list[str] = []
    monkeypatch.setattr(events, "_sinks", [lambda event: events_told.append(line(event))])
    sent = client.post("/upload", files=[("files", (f"{PLANTED}.xlsx", list_of_people(), "application/octet-stream"))])
    assert sent.status_code == 422
    summaries = dict(steps.run(office))
    (refusal,) = summaries["load"]["refusals"]
    assert refusal["path"] == "danh sach.xlsx"
    assert "Trang tính là danh sách người" in refusal["message_vi"]
    told = [steps.told(step, summary, office) for step, summary in summaries.items()]
    steps.close_month(office)
    steps.annotate(office, "all", date(2015, 8, 1), None)
    assert steps.backup(office, tmp_path / "backup")["troubles"] == []
    assert steps.verify(office)["troubles"] == []
    with mail_server() as server:
        by_mail = load_settings(
            office.as_environment()
            | {
                "ADMISSIONS_SMTP_HOST": "127.0.0.1",
                "ADMISSIONS_SMTP_PORT": str(server.port),
                "ADMISSIONS_SMTP_FROM": FROM,
                "ADMISSIONS_OPERATOR_MAIL": "operator@office.example",
            },
            office.home,
        )
        send(by_mail, [task_failed(by_mail, "admissions_on_arrival", "load", refusal["message_vi"])])
    assert [each for each in events_told if '"workbook_refused"' in each and '"list_of_people"' in each]
    said = [
        *told,
        *events_told,
        *map(str, summaries.values()),
        str(server.mails[0]),
        client.get("/operator").text,
        caplog.text,
    ]
    said += capfd.readouterr()
    (office.landing / "danh sach.xlsx").unlink()
    assert [text for text in said if any(part in text for part in PEOPLE)] == []
    assert places_with(PEOPLE, tmp_path) == []


def test_what_is_searched_for_would_be_found_wherever_it_stood(office: Settings, tmp_path: Path) -> None:
    """The commune's name stands in all of it."""
    steps.close_month(office)
    steps.backup(office, tmp_path / "backup")
    found = "\n".join(places_with(("Quyết Thắng",), office.home, tmp_path / "backup"))
    for place in (
        "warehouse.duckdb!raw.submissions",
        "admissions.duckdb!marts.",
        ".parquet!rows",
        "/outbox/",
        ".docx!",
        "/archive/",
        "/backup/",
    ):
        assert place in found, place
