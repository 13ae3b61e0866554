"""The published file under a running portal: exchanged, missing, broken."""

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from fastapi.testclient import TestClient

import portal.published
from portal.published import FORMER_STAYS, PublishedFile
from warehouse.connections import reading_published
from warehouse.settings import Settings

ClientOf = Callable[[Settings], TestClient]


def published(settings: Settings, figure: int) -> Path:
    """A published file with one figure, put in the place of the one before as publishing does."""
    settings.published.parent.mkdir(parents=True, exist_ok=True)
    beside = settings.published.with_name("beside")
    with duckdb.connect(str(beside)) as connection:
        connection.execute(f"CREATE SCHEMA marts; CREATE TABLE marts.figure AS SELECT {figure} AS figure")
    beside.replace(settings.published)
    return settings.published


def figure_of(settings: Settings) -> int:
    with reading_published(settings) as connection:
        (figure,) = connection.execute("FROM warehouse.marts.figure").fetchall()[0]
    return int(figure)


def test_whoever_reads_keeps_the_version_that_he_began_with(settings: Settings) -> None:
    published(settings, 1)
    file = PublishedFile(settings)
    with file.held() as first:
        assert figure_of(settings) == 1
        published(settings, 2)
        assert figure_of(settings) == 1
        with file.held() as second:
            assert figure_of(settings) == 2
        assert figure_of(settings) == 1
    assert first is not None
    assert second is not None
    assert first.name != second.name
    assert figure_of(settings) == 2


def test_a_version_is_opened_once(settings: Settings) -> None:
    published(settings, 1)
    file = PublishedFile(settings)
    with file.held():
        pass
    opened = file._open
    with file.held():
        assert file._open is opened


def test_the_version_before_is_had_by_its_name_for_a_while(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    published(settings, 1)
    file = PublishedFile(settings)
    with file.held() as first:
        assert first is not None
    published(settings, 2)
    for wanted, figure in ((None, 2), (first.name, 1), ("no-such-version", 2)):
        with file.held(wanted):
            assert figure_of(settings) == figure
    later = time.monotonic() + FORMER_STAYS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with file.held(first.name):
        assert figure_of(settings) == 2


def test_a_former_version_is_closed_when_nobody_reads_it_and_its_time_is_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal.published, "FORMER_STAYS", -1)
    published(settings, 1)
    file = PublishedFile(settings)
    for number in range(2, 5):
        published(settings, number)
        with file.held():
            assert figure_of(settings) == number
    with file.held():
        pass
    assert sum(str(settings.published) in name for name in _open_files()) <= 1


def _open_files() -> list[str]:
    return [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]


def test_health_tells_the_version(settings: Settings, client_of: ClientOf) -> None:
    client = client_of(settings)
    published(settings, 1)
    first = client.get("/health").json()
    published(settings, 2)
    second = client.get("/health").json()
    assert first["version"] != second["version"]
    assert second["published_at"].startswith("20")


def test_a_broken_published_file_is_a_page_that_says_so(settings: Settings, client_of: ClientOf) -> None:
    settings.published.parent.mkdir(parents=True)
    settings.published.write_bytes(b"no database" * 4096)
    client = client_of(settings)
    assert client.get("/health").status_code == 200
    answer = client.get("/no-such-page")
    assert answer.status_code in (404, 503)
    assert "Traceback" not in answer.text
