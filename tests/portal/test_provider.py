"""Sign-in by OpenID Connect against a real provider, a process of its own."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from itsdangerous import URLSafeTimedSerializer

from portal import provider
from portal.people import Person
from tests.portal.conftest import with_account
from warehouse.settings import BadSetting, Settings

pytestmark = pytest.mark.services

ClientOf = Callable[[Settings], TestClient]
ROLES = "groups:stewards=steward, groups:it=operator, office.kind:ward 03408=commune:03408"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{address}/.well-known/openid-configuration").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        for sub, claims in {
            "lan": {"preferred_username": "Lò Thị Lan", "groups": ["all", "stewards"]},
            "ward": {"email": "ward@example.vn", "email_verified": True, "office": {"kind": "ward 03408"}},
            "nobody": {"groups": ["all"], "email": "operator@example.vn", "email_verified": False},
        }.items():
            httpx.put(f"{address}/users/{sub}", json=claims).raise_for_status()
        yield address
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def office(settings: Settings, issuer: str, tmp_path: Path) -> Settings:
    (tmp_path / "client-secret").write_text("geheim\n")
    provider._known.cache_clear()
    return replace(
        settings,
        oidc_issuer=issuer,
        oidc_client_id="admissions",
        oidc_client_secret_file=str(tmp_path / "client-secret"),
        oidc_roles=ROLES,
    )


def asked(client: TestClient, there: str = "/queue?x=1") -> str:
    """The address at the provider to which the portal sends."""
    answer = client.get("/sign-in/provider", params={"next": there})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def way_back(address: str, sub: str = "lan") -> str:
    """The person signs in at the provider, which sends the browser back."""
    answer = httpx.post(address, data={"sub": sub})
    assert answer.status_code in (302, 303), answer.text
    there = urlsplit(answer.headers["location"])
    return f"{there.path}?{there.query}"


def test_whoever_signs_in_at_the_provider_has_a_session_with_the_role_of_the_claim(
    office: Settings, client_of: ClientOf
) -> None:
    client = client_of(office)
    assert "/sign-in/provider?next=" in client.get("/sign-in").text
    answer = client.get(way_back(asked(client)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?x=1")
    assert "Lò Thị Lan" in client.get("/no-such-page").text
    audit = (office.archive / "portal_audit.jsonl").read_text("utf-8")
    assert re.search(r'"action": "signed_in".*"by": "Lò Thị Lan".*"role": "steward"', audit)


def test_a_commune_and_somebody_without_a_role(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    assert client.get(way_back(asked(client), "ward")).status_code == 303
    assert client.get("/operator").status_code in (403, 404)
    assert "ward@example.vn" in client.get("/no-such-page").text
    other = client_of(office)
    answer = other.get(way_back(asked(other), "nobody"))
    assert answer.status_code == 403
    assert "Tài khoản nobody chưa được cấp quyền" in answer.text, "an address nobody has confirmed is no name"
    assert "admissions_session" not in other.cookies


def test_the_provider_is_asked_with_a_challenge_a_state_and_a_nonce(office: Settings, client_of: ClientOf) -> None:
    first, second = (parse_qs(urlsplit(asked(client_of(office))).query) for _ in range(2))
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == ["http://127.0.0.1:8000/sign-in/callback"]
    assert first["scope"] == ["openid profile email"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) > 30
        assert first[name] != second[name], name


def test_an_answer_that_nobody_asked_for_is_refused(office: Settings, client_of: ClientOf) -> None:
    client, victim = client_of(office), client_of(office)
    back = way_back(asked(client))
    assert victim.get(back).status_code == 400, "without the cookie"
    asked(victim)
    assert victim.get(back).status_code == 400, "with another try's cookie"
    assert client.get(back.replace("state=", "state=x")).status_code == 400
    assert client.get("/sign-in/callback").status_code == 400
    client.cookies.set(provider.COOKIE, URLSafeTimedSerializer("guessed", salt="provider").dumps({"state": "s"}))
    assert client.get("/sign-in/callback?state=s&code=c").status_code == 400
    assert not (office.portal / "sessions").exists()


def test_a_code_is_good_once_and_a_person_may_decline(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    address = asked(client)
    back = way_back(address)
    state = parse_qs(urlsplit(address).query)["state"][0]
    cookie = client.cookies[provider.COOKIE]
    assert client.get(f"/sign-in/callback?error=access_denied&state={state}").status_code == 403
    client.cookies.set(provider.COOKIE, cookie, domain="127.0.0.1", path="/sign-in")
    assert client.get(back).status_code == 303
    client.cookies.clear()
    client.cookies.set(provider.COOKIE, cookie, domain="127.0.0.1", path="/sign-in")
    assert client.get(back).status_code == 502


@pytest.mark.parametrize("other", [{"oidc_client_id": "somebody-else"}, {"nonce": "another"}, {"key": "another"}])
def test_a_token_for_somebody_else_is_no_sign_in(
    office: Settings, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, other: dict[str, str]
) -> None:
    client = client_of(office)
    back = way_back(asked(client))
    real = provider._verified

    def verified(settings, of, tokens, tried):  # type: ignore[no-untyped-def]
        if "nonce" in other:
            tried = replace(tried, nonce="another")
        elif "key" in other:
            from joserfc.jwk import KeySet, RSAKey

            of = replace(of, keys=KeySet([RSAKey.generate_key(2048)]).as_dict(private=False))
        else:
            settings = replace(settings, **other)
        return real(settings, of, tokens, tried)

    monkeypatch.setattr(provider, "_verified", verified)
    assert client.get(back).status_code == 502
    assert not (office.portal / "sessions").exists()


def test_nobody_is_sent_to_another_site_after_signing_in(office: Settings, client_of: ClientOf) -> None:
    client = client_of(office)
    assert client.get(way_back(asked(client, "//evil.example/"))).headers["location"] == "/"


def test_a_provider_that_cannot_be_reached_is_a_page_that_says_so(office: Settings, client_of: ClientOf) -> None:
    gone = replace(office, oidc_issuer="http://127.0.0.1:9")
    answer = client_of(gone).get("/sign-in/provider")
    assert answer.status_code == 502
    assert "Chưa đăng nhập được bằng tài khoản cơ quan" in answer.text


def test_a_provider_that_says_it_is_another_is_not_trusted(
    office: Settings, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = provider._fetched
    monkeypatch.setattr(provider, "_fetched", lambda address: {**real(address), "issuer": "https://evil.example"})
    assert client_of(office).get("/sign-in/provider").status_code == 502


def test_without_a_provider_there_is_no_such_page(settings: Settings, client_of: ClientOf) -> None:
    with_account(settings, "viewer")
    client = client_of(settings)
    for address in ("/sign-in/provider", "/sign-in/callback?code=x&state=y"):
        assert client.get(address).status_code == 404


def test_our_secret_is_nobody_elses(office: Settings, client_of: ClientOf) -> None:
    asked(client_of(office))
    assert oct((office.portal / "secret").stat().st_mode)[-3:] == "600"
    assert [path.name for path in office.portal.iterdir()] == ["secret"]


def test_what_gives_a_role_is_read_from_the_setting() -> None:
    assert provider.roles_of(ROLES) == [
        ("groups", "stewards", Person("", "steward")),
        ("groups", "it", Person("", "operator")),
        ("office.kind", "ward 03408", Person("", "commune", "03408")),
    ]
    for wrong in ("groups:x=king", "groups=steward", "groups:x", "a:b=commune", "a:b=commune:x", "a:b=viewer:03408"):
        with pytest.raises(BadSetting):
            provider.roles_of(wrong)
