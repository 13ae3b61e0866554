"""An office whose stewards have something to settle: Đoàn Kết's report of May 2016 is held back, as it came first."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import steps
from portal.work import Work
from samples.write import write_samples
from tests.portal.conftest import sign_in, with_account
from warehouse.journal import entries_of
from warehouse.settings import Settings, load_settings

CASE = "03389-2016-05"
OWN, OTHER = "03389", "03408"


def _settings(home: Path) -> Settings:
    values = {"HOME": str(home), "TODAY": "2016-06-06", "ARRIVAL": "modified", "LANGUAGE": "vi", "WORKERS": "1"}
    return load_settings({f"ADMISSIONS_{name}": value for name, value in values.items()}, home)


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody's reports from March to May 2016, judged and published; nobody writes here."""
    settings = _settings(tmp_path_factory.mktemp("stewards") / "home")
    write_samples(settings.landing, until=date(2016, 5, 1))
    for path in settings.landing.glob("20??-??/*"):
        if "dinh_chinh" in path.name or path.parent.name < "2016-03":
            path.unlink()
    for _ in steps.run(settings):
        pass
    return settings.home


@pytest.fixture
def office(built_home: Path, tmp_path: Path) -> Settings:
    """The same, of the test's own."""
    shutil.copytree(built_home, tmp_path / "home")
    return _settings(tmp_path / "home")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the process beside the portal was asked for; it does not start."""
    found: list[str] = []
    monkeypatch.setattr(Work, "ask", lambda _, what: found.append(what))
    monkeypatch.setattr(Work, "wake", lambda _: None)
    return found


def signed_in(client: TestClient, office: Settings, role: str, commune: str | None = None) -> TestClient:
    """The client, signed in with an account of this role."""
    sign_in(client, with_account(office, role, commune))
    return client


def decisions(office: Settings) -> list[tuple[str, str, str]]:
    """Who decided what on which case, as the journal has it, each once."""
    kept = entries_of(office.archive / "decisions.jsonl")
    return list(dict.fromkeys((each["decided_by"], each["decision"], each["case_id"]) for each in kept))
