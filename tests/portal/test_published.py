"""The published file under a running portal: exchanged, missing, broken."""

from collections.abc import Callable
from pathlib import Path

import duckdb
from fastapi.testclient import TestClient

from portal.published import PublishedFile
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


def test_a_former_version_is_closed_when_nobody_reads_it(settings: Settings) -> None:
    published(settings, 1)
    file = PublishedFile(settings)
    for number in range(2, 5):
        published(settings, number)
        with file.held():
            assert figure_of(settings) == number
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
