"""`admissions users` and `admissions portal` as a person types them."""

from pathlib import Path

import pytest

from portal.accounts import accounts, checked
from tests.cli.test_commands import admissions
from tests.conftest import MakeSettings
from warehouse.settings import Settings


@pytest.fixture
def home(settings: Settings) -> Path:
    return settings.home


def test_an_account_s_password_is_made_and_printed_once(home: Path, settings: Settings) -> None:
    made = admissions(home, "users", "add", "Lò Thị Mai", "--role", "steward")
    assert made.returncode == 0, made.stderr
    password = made.stdout.strip().rpartition(" ")[2]
    assert checked(settings, "Lò Thị Mai", password)
    assert not checked(settings, "Lò Thị Mai", f"{password}x")
    listed = admissions(home, "users", "list").stdout
    assert listed.split()[:5] == ["Lò", "Thị", "Mai", "steward", "–"]
    assert password not in listed
    kept = home / "portal" / "accounts.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert password not in kept.read_text()


def test_accounts_that_make_no_sense_are_refused_in_a_sentence(home: Path, settings: Settings) -> None:
    wrong = {
        ("add", "x", "--role", "king"): "no role “king”",
        ("add", "x", "--role", "commune"): "--commune CODE",
        ("add", "x", "--role", "viewer", "--commune", "03408"): "role commune only",
        ("add", "x", "--role", "commune", "--commune", "99999"): "99999",
        ("add", "a/b", "--role", "viewer"): "a/b",
        ("remove", "nobody"): "nobody",
    }
    for arguments, sentence in wrong.items():
        done = admissions(home, "users", *arguments)
        assert done.returncode == 1, arguments
        assert sentence in done.stderr, arguments
    for arguments in (("add",), ("fly",), ()):
        assert admissions(home, "users", *arguments).returncode == 2, arguments
    assert accounts(settings) == {}


def test_without_accounts_the_portal_listens_on_loopback_only(home: Path) -> None:
    refused = admissions(home, "portal", "--host", "0.0.0.0", "--port", "8999")
    assert refused.returncode == 1
    assert "admissions users add" in refused.stderr


def test_a_commune_s_account_is_of_one_commune(home: Path, make_settings: MakeSettings) -> None:
    assert admissions(home, "users", "add", "dp", "--role", "commune", "--commune", "03408").returncode == 0
    assert accounts(make_settings())["dp"].person.commune_code == "03408"
    assert admissions(home, "users", "remove", "dp").returncode == 0
    assert accounts(make_settings()) == {}
