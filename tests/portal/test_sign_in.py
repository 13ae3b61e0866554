"""Who gets in, and what keeps others out."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from portal.accounts import AccountsDamaged, add, remove
from portal.app import make_app
from tests.conftest import MakeSettings
from tests.portal.conftest import PASSWORD, sign_in, with_account
from warehouse.settings import Settings

ClientOf = Callable[[Settings], TestClient]


@pytest.fixture(autouse=True)
def _quick_passwords() -> None:
    """Here a password is as slow to guess as anywhere."""


def test_what_is_kept_of_a_password_is_slow_to_guess(settings: Settings) -> None:
    with_account(settings, "viewer")
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in (settings.portal / "accounts.json").read_text(encoding="utf-8")


def test_without_accounts_nobody_signs_in(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    assert client.get("/sign-in").headers["location"] == "/"
    assert client.get("/health").json() == {"published_at": None, "version": None}


def test_without_accounts_no_name_but_loopbacks_is_heard(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    assert client.get("/health", headers={"host": "evil.example:8000"}).status_code == 421


def test_when_the_last_account_is_gone_nobody_from_elsewhere_is_let_in(settings: Settings) -> None:
    name = with_account(settings, "operator")
    app = make_app(settings)
    elsewhere = TestClient(app, base_url="http://127.0.0.1:8000", client=("192.0.2.7", 1), follow_redirects=False)
    assert elsewhere.get("/no-such-page").status_code == 303
    remove(settings, name)
    # What he calls this host is his to say.
    assert elsewhere.get("/no-such-page").status_code == 421
    here = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1), follow_redirects=False)
    assert here.get("/no-such-page").status_code == 404


def test_with_an_account_pages_lead_to_the_sign_in_and_back(settings: Settings, client_of: ClientOf) -> None:
    with_account(settings, "viewer")
    client = client_of(settings)
    assert client.get("/health").status_code == 200
    answer = client.get("/queue?state=open")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fqueue%3Fstate%3Dopen")
    assert client.get("/api/v1/cases").status_code == 401
    form = client.get(answer.headers["location"])
    assert 'value="/queue?state=open"' in form.text
    signed = client.post("/sign-in", data={"name": "viewer-", "password": PASSWORD, "next": "/queue?state=open"})
    assert (signed.status_code, signed.headers["location"]) == (303, "/queue?state=open")


@pytest.mark.parametrize(
    "content", [b"", b'{"lan": {"name"', b"\xff\xfe", b"[]", b'{"lan": {"name": "lan"}}', b'{"lan": null}']
)
def test_accounts_that_cannot_be_read_let_nobody_in_and_the_page_says_what_to_do(
    settings: Settings, client_of: ClientOf, content: bytes
) -> None:
    name = with_account(settings, "viewer")
    client = client_of(settings)
    sign_in(client, name)
    whole = (settings.portal / "accounts.json").read_bytes()
    (settings.portal / "accounts.json").write_bytes(content)
    for path in ("/", "/sign-in", "/no-such-page", "/communes.csv"):
        answer = client.get(f"{path}?lang=en")
        told = "<h1>The file of the accounts, portal/accounts.json, cannot be read"
        assert (answer.status_code, told in answer.text, "admissions users add" in answer.text) == (503, True, True)
    assert client.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 503
    assert client.get("/api/v1/cases").json()["message"].startswith("Không đọc được tệp tài khoản")
    assert client.get("/health").status_code == 200
    (settings.portal / "accounts.json").write_bytes(whole)
    assert client.get("/no-such-page").status_code == 404


def test_an_account_is_not_added_to_a_file_that_cannot_be_read(settings: Settings) -> None:
    with_account(settings, "viewer")
    (settings.portal / "accounts.json").write_bytes(b"{")
    with pytest.raises(AccountsDamaged):
        with_account(settings, "operator")
    assert (settings.portal / "accounts.json").read_bytes() == b"{"


def test_a_form_sent_after_the_sessions_end_is_a_page_that_says_so(settings: Settings, client_of: ClientOf) -> None:
    with_account(settings, "steward")
    client = client_of(settings)
    for language, words in (("vi", "chưa có gì được lưu"), ("en", "nothing was kept")):
        answer = client.post(f"/queue/decisions?lang={language}", data={"decision": "accept"})
        assert (answer.status_code, words in answer.text, "<h1>" in answer.text) == (401, True, True)
        told = client.post("/api/v1/cases/x/decisions", json={}, headers={"cookie": f"admissions_language={language}"})
        assert (told.status_code, told.json()["error"], words in told.json()["message"]) == (401, "sign_in_first", True)


def test_a_wrong_password_is_401_and_many_slow_down(settings: Settings, client_of: ClientOf) -> None:
    with_account(settings, "viewer")
    client = client_of(settings)
    tries = [client.post("/sign-in", data={"name": "viewer-", "password": "wrong"}).status_code for _ in range(6)]
    assert tries == [401] * 5 + [429]


def test_blanks_around_a_name_make_no_other_name_to_guess_for(settings: Settings) -> None:
    with_account(settings, "viewer")
    app = make_app(settings)

    def tried(number: int) -> int:
        """From an address of its own, so that the name alone slows down."""
        client = TestClient(app, base_url="http://127.0.0.1:8000", client=(f"192.0.2.{number}", 1))
        written = f"{' ' * number}viewer-\u00a0"
        return int(client.post("/sign-in", data={"name": written, "password": "wrong"}).status_code)

    assert [tried(number) for number in range(6)] == [401] * 5 + [429]


def test_nobody_is_sent_to_another_site_after_signing_in(settings: Settings, client_of: ClientOf) -> None:
    with_account(settings, "viewer")
    client = client_of(settings)
    for there in ("//evil.example", "https://evil.example", "/\\evil.example"):
        data = {"name": "viewer-", "password": PASSWORD, "next": there}
        assert client.post("/sign-in", data=data).headers["location"] == "/"


def test_a_session_ends_with_sign_out_another_password_and_the_account(settings: Settings, client_of: ClientOf) -> None:
    with_account(settings, "operator")
    with_account(settings, "viewer")
    client = client_of(settings)

    def is_in() -> bool:
        return client.get("/no-such-page").status_code == 404

    sign_in(client, "viewer-")
    assert is_in()
    token = client.cookies["admissions_session"]
    client.post("/sign-out")
    client.cookies.set("admissions_session", token)
    assert not is_in()
    client.cookies.clear()
    sign_in(client, "viewer-")
    add(settings, "viewer-", "viewer", None, "another password 2", settings.current_instant())
    assert not is_in()
    add(settings, "viewer-", "viewer", None, PASSWORD, settings.current_instant())
    client.cookies.clear()
    sign_in(client, "viewer-")
    assert is_in()
    remove(settings, "viewer-")
    assert not is_in()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_session_s_cookie_is_for_this_site_alone(settings: Settings, scheme: str) -> None:
    name = with_account(settings, "viewer")
    here = ("127.0.0.1", 50000)
    client = TestClient(make_app(settings), base_url=f"{scheme}://127.0.0.1", follow_redirects=False, client=here)
    given = client.post("/sign-in", data={"name": name, "password": PASSWORD}).headers["set-cookie"]
    parts = {part.strip().lower() for part in given.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= parts
    assert ("secure" in parts) == (scheme == "https")


def test_forms_of_other_sites_are_refused(settings: Settings, client_of: ClientOf) -> None:
    with_account(settings, "viewer")
    client = client_of(settings)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"referer": "http://e.vil/"}):
        answer = client.post("/sign-in", data={"name": "viewer-", "password": PASSWORD}, headers=headers)
        assert answer.status_code == 403, headers
    own = client.post(
        "/sign-in", data={"name": "viewer-", "password": PASSWORD}, headers={"origin": "http://127.0.0.1:8000"}
    )
    assert own.status_code == 303


def test_what_is_no_address_is_no_origin_of_ours(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    for headers in ({"origin": "http://["}, {"referer": "http://[x/"}, {"origin": "null"}):
        assert client.post("/sign-in", data={"name": "x"}, headers=headers).status_code == 403, headers


def test_another_services_cookie_signs_nobody_out(settings: Settings, client_of: ClientOf) -> None:
    with_account(settings, "viewer")
    client = client_of(settings)
    sign_in(client, "viewer-")
    session = f"admissions_session={client.cookies['admissions_session']}"
    client.cookies.clear()
    for other in ('filter={"state":"open"}', "a(b)=1", "tên=Lan"):
        cookie = f"{other}; {session}; admissions_language=en".encode()
        answer = client.get("/no-such-page", headers={"cookie": cookie})
        assert (answer.status_code, '<html lang="en">' in answer.text) == (404, True), other


def test_a_page_is_asked_for_without_its_body_like_with_it(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    for address in ("/health", "/upload", "/upload/", "/no-such-page", "/static/portal.css", "/api/v1/openapi.json"):
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (whole.status_code, b""), address
        for name in ("content-type", "content-length", "location", "content-security-policy"):
            assert head.headers.get(name) == whole.headers.get(name), (address, name)
    with_account(settings, "viewer")
    assert client.head("/queue").headers["location"] == "/sign-in?next=%2Fqueue"


def test_a_method_that_an_address_has_not_is_told_those_that_it_has(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    for address, allowed in (("/queue", "GET"), ("/sign-out", "POST"), ("/api/v1/cases", "GET")):
        answer = client.delete(address)
        assert (answer.status_code, allowed in answer.headers["allow"]) == (405, True), address


def test_every_answer_has_a_strict_policy(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    for address in ("/health", "/no-such-page", "/static/portal.css", "/static/no-such-file"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"], address
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_bad_addresses_are_pages_that_say_so(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    assert client.get("/health?x=%00").status_code == 400
    assert client.get("/%00").status_code == 400
    answer = client.get("/../../etc/passwd")
    assert (answer.status_code, "Không có trang này" in answer.text) == (404, True)
    assert client.get("/static/..%2f..%2faccounts.json").status_code == 404


def test_a_body_that_is_too_long_is_refused_before_it_is_read(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    assert client.post("/sign-in", content=b"x", headers={"content-length": str(10**9)}).status_code == 413

    form = {"content-type": "application/x-www-form-urlencoded"}

    def endless():  # type: ignore[no-untyped-def]
        for _ in range(40):
            yield b"x" * (1 << 20)

    assert client.post("/sign-in", content=endless(), headers=form).status_code == 413


def test_operators_have_a_link_to_airflow_where_it_is(make_settings: MakeSettings, client_of: ClientOf) -> None:
    settings = make_settings(AIRFLOW_URL="http://127.0.0.1:8080")
    with_account(settings, "operator")
    with_account(settings, "viewer")
    client = client_of(settings)
    for name, is_linked in (("operator-", True), ("viewer-", False)):
        sign_in(client, name)
        assert ('href="http://127.0.0.1:8080"' in client.get("/no-such-page").text) == is_linked
