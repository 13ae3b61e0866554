"""What the portal writes for somebody who only looks, and that no answer of it goes out without its headers."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from portal.app import make_app
from tests.portal.conftest import sign_in, with_account
from tests.portal.reporting_office import OURS, copy_of, shared
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

#: What somebody looks at, and what he may not do.
LOOKED_AT = (
    *("/", "/?month=2015-08", "/overview.csv", "/overview.xlsx", "/communes", f"/communes/{OURS}", "/changes"),
    *("/dictionary", "/search?q=nobody", "/queue", "/queue.csv", "/reports", f"/reports/{OURS}/2015-07", "/sign-out"),
    *("/api/v1/cases", "/api/v1/openapi.json", "/no-such-page", "/health", "/static/portal.css"),
)
REFUSED = ("/upload", "/operator/run", "/queue/decisions", f"/reports/{OURS}/2015-08/version", "/words")
#: Tables, pages, charts and files, refused ones and errors: each kind of answer.
HEADERS = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=()",
}

_watched: list[str] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Notes what is opened for writing. A hook cannot be taken away again: outside of the test it does nothing."""
    if _watched is None or event != "open":
        return
    path, mode, flags = arguments
    writes = set(mode or "") & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes and isinstance(path, str | os.PathLike):
        _watched.append(os.fspath(path))


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Settings:
    return copy_of(shared(tmp_path_factory), tmp_path / "home")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What this process has opened for writing meanwhile."""
    found: list[str] = []
    sys.addaudithook(_watch)
    monkeypatch.setattr(sys.modules[__name__], "_watched", found)
    return found


def client_of(settings: Settings) -> TestClient:
    return TestClient(
        make_app(settings),
        base_url="http://127.0.0.1:8000",
        follow_redirects=False,
        client=("127.0.0.1", 50000),
        raise_server_exceptions=False,
    )


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    states = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (each.st_ino, each.st_size, each.st_mtime_ns) for path, each in states}


def test_for_somebody_who_only_looks_nothing_is_written_but_session_and_audit(
    office: Settings, opened: list[str]
) -> None:
    with_account(office, "viewer")
    client = client_of(office)
    before = state_of(office.home)
    opened.clear()
    sign_in(client, "viewer-")
    answers = {address: client.get(address).status_code for address in LOOKED_AT}
    assert {address for address, status in answers.items() if status != 200} == {"/no-such-page"}
    assert {client.post(address).status_code for address in REFUSED} <= {403, 404, 405, 422}
    client.post("/sign-out")
    below_home = {str(Path(path).relative_to(office.home)) for path in opened if path.startswith(str(office.home))}
    written = {
        path for path in below_home if not path.startswith("portal/sessions/") and path != "archive/portal_audit.jsonl"
    }
    assert any(path.startswith("portal/sessions/") for path in below_home)
    assert "archive/portal_audit.jsonl" in below_home
    assert written == set()
    # What DuckDB opens Python does not see: nothing else has changed either.
    after = state_of(office.home)
    assert {path for path in before | after if before.get(path) != after.get(path)} == {"archive/portal_audit.jsonl"}


def test_every_kind_of_answer_has_every_header(office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with_account(office, "operator")
    client = client_of(office)
    asked = [client.get("/"), client.post("/sign-in", data={"name": "x", "password": "y"})]
    sign_in(client, "operator-")
    asked += [client.get(address) for address in (*LOOKED_AT, f"/reports/{OURS}/2015-07.csv", "/operator", "/?month=x")]
    asked += [
        client.post("/upload"),
        client.delete("/queue"),
        client.get("/health?x=%00"),
        client.post("/sign-out", headers={"origin": "https://elsewhere.example"}),
        client.post("/upload", content=b"x", headers={"content-length": str(10**9)}),
    ]
    for place in ("portal.view.View.page", "portal.published.PublishedFile.held"):
        monkeypatch.setattr(place, _fails)
        asked.append(client.get("/sign-out"))
        asked.append(client.get("/changes?page=2"))
    assert {answer.status_code for answer in asked} >= {200, 303, 400, 401, 403, 404, 405, 413, 500}
    # What goes wrong in a page is one; what goes wrong before there is one is a sentence.
    kinds = {answer.headers["content-type"].partition(";")[0] for answer in asked if answer.status_code == 500}
    assert kinds == {"text/html", "text/plain"}
    for answer in asked:
        for name, value in HEADERS.items():
            assert answer.headers.get(name, "").startswith(value), (answer.request.url, answer.status_code, name)
        assert "cache-control" in answer.headers


def _fails(*_: object, **__: object) -> None:
    raise RuntimeError("nobody foresaw this")
