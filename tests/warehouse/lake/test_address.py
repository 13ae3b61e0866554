"""What the settings say of a DuckLake, and what its errors mean."""

from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from warehouse.lake.address import CatalogueUnreachable, DataUnreachable, Lake, NoSecret, unreachable
from warehouse.settings import BadSetting

FOLDER = Lake("host=h dbname=d", "/data")
BUCKET = Lake("host=h dbname=d", "s3://office/store")


@pytest.mark.parametrize(
    "said",
    [
        'IO Error: Unable to connect to Postgres at "host=h": connection to server at "h", port 1 failed: refused',
        "server closed the connection unexpectedly",
        "FATAL:  terminating connection due to administrator command",
        'FATAL:  password authentication failed for user "office"',
        "FATAL:  the database system is starting up",
        "no connection to the server",
    ],
)
def test_a_catalogue_that_is_not_there_is_known_by_what_is_said(said: str) -> None:
    trouble = unreachable(said, FOLDER)
    assert isinstance(trouble, CatalogueUnreachable)
    assert "Nothing was published" in trouble.sentence("en")
    assert "ducklake:postgres:host=h dbname=d" in trouble.sentence("vi")


def test_data_that_is_not_there_is_no_trouble_of_the_catalogue() -> None:
    said = "IO Error: Could not connect to server error for HTTP GET to 'http://127.0.0.1/office/x.parquet'"
    trouble = unreachable(said, BUCKET)
    assert isinstance(trouble, DataUnreachable)
    assert "ADMISSIONS_STORE_DATA" in trouble.sentence("en")


def test_what_is_wrong_with_a_statement_is_no_trouble_of_a_server() -> None:
    assert unreachable("Catalog Error: Table with name x does not exist", BUCKET) is None
    assert unreachable("Conversion Error: Could not convert string 'HTTP' to INT32", FOLDER) is None


def test_a_secret_is_read_when_it_is_needed_and_told_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim\n")
    lake = Lake("host=h", "/data", str(tmp_path / "secret"))
    assert lake.password == "geheim"
    assert "geheim" not in repr(lake) + lake.address
    (tmp_path / "secret").unlink()
    with pytest.raises(NoSecret, match="secret"):
        _ = lake.password


@pytest.mark.parametrize(
    "store", ["host=h password=geheim dbname=d", "postgresql://office:geheim@h/d", "dbname=d sslpassword=geheim"]
)
def test_a_password_in_the_address_is_refused_and_not_repeated(make_settings: MakeSettings, store: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        make_settings(STORE=f"ducklake:postgres:{store}", STORE_DATA="data")
    said = wrong.value.sentence("en")
    assert "ADMISSIONS_STORE_PASSWORD_FILE" in said
    assert "geheim" not in said + repr(wrong.value)


@pytest.mark.parametrize("store", ["postgres:host=h", "ducklake:sqlite:x", "ducklake:postgres:geheim", "/a/file"])
def test_an_address_that_is_none_is_refused_and_not_repeated(make_settings: MakeSettings, store: str) -> None:
    with pytest.raises(BadSetting, match="ADMISSIONS_STORE=") as wrong:
        make_settings(STORE=store, STORE_DATA="data")
    assert "geheim" not in wrong.value.sentence("vi")


def test_a_lake_without_a_place_for_its_data_is_refused(make_settings: MakeSettings) -> None:
    with pytest.raises(BadSetting, match="ADMISSIONS_STORE_DATA"):
        make_settings(STORE="ducklake:postgres:host=h dbname=d")
