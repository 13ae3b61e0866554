"""A published office with cases, and clients that ask its portal."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from portal.accounts import add
from portal.app import make_app
from warehouse.settings import Settings

#: A password that is long enough.
PASSWORD = "mật khẩu đủ dài 1"
Clients = Callable[..., TestClient]
_QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password is made slow to guess; here somebody signs in for nearly every test, with one that is not secret."""
    monkeypatch.setattr("portal.accounts._HASHER", _QUICK)


@pytest.fixture
def client_of() -> Iterator[Callable[[Settings], TestClient]]:
    """A client of the portal of these settings, on loopback."""
    with ExitStack() as open_clients:

        def make(settings: Settings) -> TestClient:
            app = make_app(settings)
            here = ("127.0.0.1", 50000)
            client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False, client=here)
            return open_clients.enter_context(client)

        yield make


def with_account(settings: Settings, role: str, commune: str | None = None, name: str | None = None) -> str:
    """Makes an account, and returns its name."""
    name = name or f"{role}-{commune or ''}"
    add(settings, name, role, commune, PASSWORD, settings.current_instant())
    return name


def sign_in(client: TestClient, name: str) -> None:
    answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
