"""The operator's page: what runs, what went wrong, what came, who was there."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from portal import audit
from portal.people import Person
from portal.work import RUN, State, Work
from tests.portal.conftest import sign_in, with_account
from tests.warehouse.published import insert
from warehouse.connections import writing
from warehouse.last_failure import remember
from warehouse.run_log import noting
from warehouse.settings import Settings
from warehouse.tables import create_tables

ClientOf = Callable[[Settings], TestClient]
AT = datetime(2020, 9, 3, 2)


def publish(settings: Settings) -> None:
    """A published file with an arrival that was refused, and one that was not."""
    with writing(settings) as connection:
        create_tables(connection)
        for name, status, words in (("tốt.xlsx", "accepted", None), ("hỏng.xlsx", "refused", "Không mở được tệp.")):
            values: dict[str, Any] = {"path": f"9/{name}", "submission_id": name, "bytes": 1234}
            insert(connection, "raw.arrivals", **values, arrived_at=AT, outcome="new" if words is None else "refused")
            insert(
                connection,
                "raw.submissions",
                **values,
                kind="report",
                file_name=name,
                received_at=AT,
                status=status,
                message_vi=words,
                message_en=words,
            )
    settings.published.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.store, settings.published)


def test_only_an_operator_sees_it(settings: Settings, client_of: ClientOf) -> None:
    for role, commune in (("steward", None), ("viewer", None), ("commune", "03408"), ("operator", None)):
        name = with_account(settings, role, commune)
        client = client_of(settings)
        sign_in(client, name)
        expected = 200 if role == "operator" else 403
        assert client.get("/operator").status_code == expected, role
        assert client.get("/operator.csv").status_code in ((200, 503) if role == "operator" else (403,))
        if role != "operator":
            assert client.post("/operator/run").status_code == 403


def test_it_works_before_anything_was_published(settings: Settings, client_of: ClientOf) -> None:
    page = client_of(settings).get("/operator").text
    assert "Không có việc nào đang chạy" in page
    assert "Chưa có lần chạy nào" in page
    assert "–" in page


def test_why_work_ended_is_told_in_the_language_of_the_page(
    settings: Settings, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = State(did=RUN, is_done=False, ended=AT, sentence="Hỏng.", sentence_en="Broken.")

    def work(settings: Settings) -> Work:
        made = Work(settings)
        made.state = ended
        return made

    monkeypatch.setattr("portal.app.Work", work)
    client = client_of(settings)
    for language, told in (("vi", "Hỏng."), ("en", "Broken.")):
        assert f'<span class="wrong">{told}</span>' in client.get(f"/operator?lang={language}").text


def test_refused_files_stand_there_with_their_sentence_and_arrivals_are_a_file(
    settings: Settings, client_of: ClientOf
) -> None:
    publish(settings)
    client = client_of(settings)
    page = client.get("/operator").text
    assert "9/hỏng.xlsx, 03/09/2020 09:00: Không mở được tệp." in page
    lines = client.get("/operator.csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1:3] for line in lines[1:]] == [["9/hỏng.xlsx", "refused"], ["9/tốt.xlsx", "new"]]


def test_runs_have_their_steps_and_a_failure_its_sentence(settings: Settings, client_of: ClientOf) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    with noting(settings, "admissions run"):
        for step in ("load", "build"):
            with noting(settings, f"admissions {step}"):
                pass
    with pytest.raises(OSError, match="đĩa đầy"), noting(settings, "admissions check"):
        raise OSError("đĩa đầy")
    remember(settings, "admissions check", "Đĩa đã đầy.")
    page = client_of(settings).get("/operator").text
    assert "Lần chạy gần nhất chưa công bố được" in page
    assert "Đĩa đã đầy." in page
    rows = page[page.index("<h2>Các lần chạy") : page.index("<h2>Kho và đĩa")].split("<tr>")[2:]
    assert len(rows) == 2
    assert "admissions check" in rows[0]
    assert "đĩa đầy" in rows[0]
    assert rows[1].index("load") < rows[1].index("build"), "in the order in which they were gone through"


def test_a_run_begins_at_once_and_it_is_on_record_who_began_it(
    settings: Settings, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(self: Work, what: str) -> None:
        asked.append(what)
        self.state = State(what, AT, "load")

    monkeypatch.setattr(Work, "ask", ask)
    name = with_account(settings, "operator")
    client = client_of(settings)
    sign_in(client, name)
    answer = client.post("/operator/run")
    assert (answer.status_code, answer.headers["location"], asked) == (303, "/operator", ["run"])
    page = client.get("/operator").text
    assert "Đang chạy" in page
    assert "đã đọc tệp" in page
    entries = [json.loads(line) for line in (settings.archive / audit.JOURNAL).read_text("utf-8").splitlines()]
    assert [(each["action"], each["by"]) for each in entries] == [("signed_in", name), ("started_run", name)]
    assert client.post("/operator/run", headers={"origin": "https://evil.example"}).status_code == 403


def test_who_signed_in_and_who_tried_to_and_no_password_or_hash(settings: Settings, client_of: ClientOf) -> None:
    name = with_account(settings, "operator")
    client = client_of(settings)
    client.post("/sign-in", data={"name": "kẻ lạ", "password": "x"})
    sign_in(client, name)
    page = client.get("/operator").text
    assert "kẻ…" in page
    assert "kẻ lạ" not in page, "it may be a password in the wrong place"
    assert "đăng nhập sai" in page
    assert "argon2" not in page


def test_everything_is_examined_when_it_is_asked_for(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    assert "Ghi được vào thư mục" not in client.get("/operator").text
    assert not settings.store.exists(), "looking at the page opens no store"
    page = client.get("/operator?check=1").text
    assert f"Ghi được vào thư mục {settings.home}" in page
    assert "can be written" not in page
    assert "duckdb 1." in page


def test_only_the_end_of_a_long_journal_is_read(settings: Settings) -> None:
    for number in range(30):
        audit.note(settings, Person("x", "operator"), "did", str(number), "ế" * 300)
    assert [each["target"] for each in audit.last_notes(settings, 3)] == ["29", "28", "27"]
    assert len(audit.last_notes(settings, 100)) == 30
