"""No secret is told: not on the terminal, in a log, on a page, in a journal, a backup or any file but its own."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import steps
from cli.commands import app
from deploy.airflow_home import admin_password, airflow_home, environment, secrets_of
from outbox.mail import MailNotSent, send
from outbox.notices import task_failed
from portal import accounts, provider
from portal.app import make_app
from tests.conftest import MakeSettings
from tests.outbox.mail_server import FROM, mail_server
from tests.security.searching import places_with
from tests.warehouse.backup.office import open_office
from warehouse import events
from warehouse.json_lines import line
from warehouse.settings import Settings

MAIL = "geheim-mail-4f1c"
CLIENT = "geheim-client-77ab"
PASSWORD = "geheim-portal-93e0"
TYPED = "geheim-typed-in-the-wrong-place"


@pytest.fixture
def office(make_settings: MakeSettings, tmp_path: Path) -> Settings:
    """An office with every secret that there may be, each in its own file."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "mail").write_text(f"{MAIL}\n")
    (own / "client").write_text(f"{CLIENT}\n")
    settings = make_settings(
        SMTP_HOST="127.0.0.1",
        SMTP_FROM=FROM,
        SMTP_USER="btc",
        SMTP_PASSWORD_FILE=str(own / "mail"),
        OPERATOR_MAIL="operator@office.example",
        OIDC_CLIENT_ID="admissions",
        OIDC_CLIENT_SECRET_FILE=str(own / "client"),
        OIDC_ROLES="groups:it=operator",
    )
    open_office(settings, files=1)
    accounts.add(settings, "Lan", "operator", None, PASSWORD, settings.current_instant())
    return settings


@contextmanager
def refusing_provider(ways: list[str]) -> Iterator[tuple[str, list[str]]]:
    """A provider that refuses every code, and repeats what it was sent; its address, and what that was."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            said = {"issuer": here, "token_endpoint_auth_methods_supported": ways, "keys": []}
            self._say(200, json.dumps(said | {name: f"{here}/{name}" for name in names}))

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            received.append(f"{sent} {self.headers.get('authorization')}")
            self._say(400, json.dumps({"error": received[-1]}))

        def _say(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *said: object) -> None:
            """Nothing."""

    received: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()


def client_of(settings: Settings) -> TestClient:
    here = ("127.0.0.1", 50000)
    return TestClient(make_app(settings), base_url="http://127.0.0.1:8000", follow_redirects=False, client=here)


def mail_that_is_refused(office: Settings) -> str:
    """A notice to the operator, by a server that repeats what it was sent; returns what is told of it."""
    with mail_server(password="another") as server:
        settings = replace(office, smtp_port=server.port)
        with pytest.raises(MailNotSent) as trouble:
            send(settings, [task_failed(settings, "admissions_monthly", "load", "…")])
        logging.getLogger("dags.tasks").error(trouble.value.sentence("vi"), exc_info=trouble.value)
    return f"{trouble.value!r} {trouble.value.sentence('en')}"


def sign_in_by_provider(office: Settings, way: str) -> str:
    with refusing_provider([way]) as (issuer, received):
        answer = back_from_provider(client_of(replace(office, oidc_issuer=issuer)))
    assert answer.status_code == 502
    assert len(received) == 1, "the secret was sent, and repeated"
    return answer.text


def back_from_provider(client: TestClient) -> httpx.Response:
    provider._known.cache_clear()
    state = client.get("/sign-in/provider").headers["location"].partition("state=")[2].partition("&")[0]
    answer: httpx.Response = client.get(f"/sign-in/callback?code=geheim-code&state={state}")
    return answer


def sign_in_by_hand(office: Settings) -> tuple[str, str]:
    """Wrong in every way, and right; the session's token, and what the pages say."""
    client = client_of(office)
    tries = [{"name": TYPED, "password": "x" * 12}, {"name": "Lan", "password": f"{PASSWORD}!"}]
    wrong = [client.post("/sign-in", data=each) for each in tries]
    assert [each.status_code for each in wrong] == [401, 401]
    right = client.post("/sign-in", data={"name": "Lan", "password": PASSWORD})
    assert right.status_code == 303
    pages = [client.get(address).text for address in ("/operator", "/operator?check=1", "/no-such-page")]
    # The page gives a person back what he has typed as his name.
    assert TYPED in wrong[0].text
    return client.cookies["admissions_session"], wrong[1].text + "".join(pages)


def test_no_secret_is_told(
    office: Settings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(0, "admissions")
    home = airflow_home(office)
    own = {home.secrets, home.passwords}
    told: list[str] = []
    monkeypatch.setattr(events, "_sinks", [])
    airflow = {*secrets_of(home).values(), admin_password(home)}
    environment(office, {})
    # Logs for machines, too.
    events.send_to(lambda event: told.append(line(event)))
    session, pages = sign_in_by_hand(office)
    printed = [pages, mail_that_is_refused(office), repr(office), str(office.as_environment())]
    printed += [sign_in_by_provider(office, way) for way in ("client_secret_post", "client_secret_basic")]
    doctor = CliRunner().invoke(app, ["doctor"], env=office.as_environment())
    assert "ADMISSIONS_SMTP_PASSWORD_FILE" in doctor.output
    steps.backup(office, tmp_path / "backup")
    with pytest.raises(steps.StepFailed):
        dict(steps.run(replace(office, scope="nowhere")))
    assert told
    # What the test's own browser asks for is no log of ours.
    logged = [line for line in caplog.text.splitlines() if "HTTP Request: GET http://127.0.0.1:8000" not in line]
    (tmp_path / "log").write_text("\n".join([*printed, *told, doctor.output, *logged, *capfd.readouterr()]))
    assert "admissions.portal" in caplog.text
    secrets = (MAIL, CLIENT, PASSWORD, TYPED, "geheim-code", session, *airflow)
    assert len(secrets) == 10
    own |= {tmp_path / "own" / "mail", tmp_path / "own" / "client"}
    assert set(places_with(secrets, tmp_path)) == set(map(str, own))


def test_a_secret_that_cannot_be_read_is_told_by_the_setting_s_name_alone(
    office: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with refusing_provider(["client_secret_basic"]) as (issuer, received):
        client = client_of(replace(office, oidc_issuer=issuer, oidc_client_secret_file=str(office.home)))
        answer = back_from_provider(client)
    assert answer.status_code == 502
    assert received == []
    assert "ADMISSIONS_OIDC_CLIENT_SECRET_FILE" in caplog.text
    assert str(office.home) not in answer.text + caplog.text
