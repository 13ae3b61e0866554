"""Several hosts that load into one DuckLake: nothing is taken for what another host has, unless it is that."""

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import load as loading
from ingest.load import load
from tests.conftest import MakeSettings
from tests.ingest.sheets import cell_row, sheet, workbook
from warehouse.connections import writing
from warehouse.settings import Settings

pytestmark = pytest.mark.services

_SIZE = 10_000
NAME = "2020-05/KN_DongPhong.xlsx"
Host = Callable[[str], Settings]


@pytest.fixture
def host(make_settings: MakeSettings, lake: dict[str, str], tmp_path: Path) -> Host:
    """A host with a home and a landing folder of its own; the archive is shared."""

    def make(name: str) -> Settings:
        return make_settings(**lake, HOME=str(tmp_path / name), ARCHIVE=str(tmp_path / "archive"), WAIT_SECONDS="60")

    return make


def land(settings: Settings, admitted: int, name: str = NAME) -> Path:
    """A workbook; all of them are of the same size and time of writing."""
    path = settings.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(workbook([sheet("KN-1", [cell_row("KN-1", 1, "Chi bộ A", admitted=admitted)])]))
    with zipfile.ZipFile(path, "a") as package:
        package.comment = b"." * (_SIZE - path.stat().st_size)
    os.utime(path, ns=(1_600_000_000_000_000_000, 1_600_000_000_000_000_000))
    return path


def submissions(settings: Settings) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        return connection.execute(
            "SELECT file_name, version FROM warehouse.raw.submissions ORDER BY version"
        ).fetchall()


def test_another_file_of_the_same_name_size_and_time_is_taken_in(host: Host) -> None:
    north, south = host("north"), host("south")
    files = land(north, admitted=1), land(south, admitted=2)
    assert files[0].stat().st_size == files[1].stat().st_size
    assert (load(north).new, load(south).new) == (1, 1)
    assert submissions(north) == [("KN_DongPhong.xlsx", 1), ("KN_DongPhong.xlsx", 2)]
    # And then nothing is new to either.
    assert (load(north).found, load(south).found) == (0, 0)


def test_the_same_file_on_both_hosts_has_come_once(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    north, south = host("north"), host("south")
    shutil.copytree(land(north, admitted=1).parent, south.landing / "2020-05")
    assert load(north).new == 1
    assert load(south).found == 0
    # It was looked at once.
    monkeypatch.setattr("ingest.other_hosts.sha256_of", lambda _: "another")
    assert load(south).found == 0


def test_what_another_host_takes_in_meanwhile_is_not_taken_in_again(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, south = host("north"), host("south")
    for settings in (north, south):
        land(settings, admitted=1)
    land(south, admitted=1, name="copies/the_same.xlsx")
    land(south, admitted=5, name="2020-05/KN_another.xlsx")
    read = loading._batches

    def while_the_other_loads(*given: Any) -> Any:
        for batch in read(*given):
            monkeypatch.setattr(loading, "_batches", read)
            assert load(north).new == 1
            yield batch

    monkeypatch.setattr(loading, "_batches", while_the_other_loads)
    report = load(south)
    assert (report.new, report.seen_before) == (1, 1)
    # Its content came before, and a newer version has come.
    assert [came.path for came in report.came_again] == ["copies/the_same.xlsx"]
    assert len(submissions(north)) == 2
    with writing(north) as connection:
        arrivals = connection.execute("SELECT path, outcome FROM warehouse.raw.arrivals ORDER BY 1").fetchall()
    assert arrivals == [
        ("2020-05/KN_DongPhong.xlsx", "new"),
        ("2020-05/KN_another.xlsx", "new"),
        ("copies/the_same.xlsx", "seen_before"),
    ]
