"""Beside what is published stands what it has to be, whenever the machine stops."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from tests.warehouse.backup.office import killed_at, open_office, receive
from warehouse.checksums import checksums_of, sums_in, write_sums
from warehouse.digests import sha256_of
from warehouse.publish import publish, take_the_place
from warehouse.settings import Settings


@pytest.fixture
def office(settings: Settings) -> Settings:
    return open_office(settings, files=1)


def checked(folder: Path, sums: str) -> str:
    done = subprocess.run(["sha256sum", "--check", sums], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_usual_tool_checks_the_published_file_and_its_parquet_files(office: Settings) -> None:
    assert checked(office.published.parent, "admissions.duckdb.sha256") == "admissions.duckdb: OK\n"
    assert "marts/mart_x.parquet: OK" in checked(office.parquet, "SHA256SUMS")


def test_another_publishing_has_another_checksum(office: Settings) -> None:
    before = checksums_of(office.published)
    receive(office, b"one more workbook")
    publish(office)
    assert checksums_of(office.published) == {sha256_of(office.published)} != before


@pytest.mark.parametrize("moment", range(1, 14))
def test_wherever_publishing_is_killed_the_file_has_its_checksum(office: Settings, moment: int) -> None:
    receive(office, b"one more workbook")
    killed_at(moment, lambda: publish(office))
    assert sha256_of(office.published) in checksums_of(office.published)
    publish(office)
    assert checksums_of(office.published) == {sha256_of(office.published)}


def test_what_a_rebuild_puts_in_its_place_has_its_checksum(office: Settings, make_settings: MakeSettings) -> None:
    fresh = open_office(office.anew("fresh"), files=2)
    take_the_place(office, fresh)
    assert checksums_of(office.published) == {sha256_of(office.published)}


def test_a_name_with_spaces_is_one_name_and_what_is_no_checksum_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a b.txt").write_text("x")
    write_sums(tmp_path)
    assert sums_in(tmp_path / "SHA256SUMS") == {"a b.txt": sha256_of(tmp_path / "a b.txt")}
    (tmp_path / "SHA256SUMS").write_text("nonsense\n")
    with pytest.raises(ValueError, match="nonsense"):
        sums_in(tmp_path / "SHA256SUMS")
    assert sums_in(tmp_path / "none") == {}
