"""The store as a DuckLake in a real PostgreSQL, its data in a folder or a bucket."""

from pathlib import Path

import duckdb
import pytest

from tests.bucket_server import BUCKET, KEY, SECRET, bucket_server
from tests.conftest import MakeSettings
from tests.postgres_server import PASSWORD, Postgres
from warehouse.connections import StoreDamaged, has_store, writing
from warehouse.lake.address import CatalogueUnreachable, DataUnreachable
from warehouse.lake.carry import carry_over
from warehouse.publish import publish
from warehouse.tables import create_tables, stored_tables

pytestmark = pytest.mark.services

NUMBERS = "CREATE SCHEMA warehouse.marts; CREATE TABLE warehouse.marts.numbers AS FROM range(1000) AS t(number)"
HOW_MANY = "SELECT count(*), sum(number) FROM warehouse.marts.numbers"


def test_what_is_written_is_there_for_whoever_opens_it_next(make_settings: MakeSettings, lake: dict[str, str]) -> None:
    settings = make_settings(**lake)
    assert not has_store(settings)
    with writing(settings) as connection:
        connection.execute(NUMBERS)
    assert has_store(settings)
    elsewhere = make_settings(**lake, HOME=str(settings.home / "elsewhere"))
    with writing(elsewhere) as connection:
        assert connection.execute(HOW_MANY).fetchone() == (1000, 499500)
    assert not settings.store.exists()


def test_it_has_the_tables_that_a_file_has(make_settings: MakeSettings, lake: dict[str, str]) -> None:
    found = []
    for settings in (make_settings(**lake), make_settings(HOME="file")):
        with writing(settings) as connection:
            create_tables(connection)
            create_tables(connection)
            found.append(
                connection.execute(
                    "SELECT schema_name || '.' || table_name, column_name, data_type FROM duckdb_columns()"
                    " WHERE database_name = 'warehouse' ORDER BY ALL"
                ).fetchall()
            )
    assert found[0] == found[1]
    assert {table for table, *_ in found[0]} == set(stored_tables())


def test_readers_get_a_file_all_the_same(make_settings: MakeSettings, lake: dict[str, str]) -> None:
    settings = make_settings(**lake)
    with writing(settings) as connection:
        connection.execute(NUMBERS)
    assert publish(settings).rows == 1000
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        assert connection.execute("SELECT sum(number) FROM marts.numbers").fetchone() == (499500,)


def test_a_bucket_holds_the_data(make_settings: MakeSettings, lake: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    with bucket_server() as buckets:
        settings = make_settings(
            **lake | {"STORE_DATA": f"s3://{BUCKET}/store"},
            S3_ENDPOINT=buckets.endpoint,
            S3_USER=KEY,
            S3_SECRET_FILE=str(tmp_path / "secret"),
        )
        with writing(settings) as connection:
            connection.execute(NUMBERS)
            assert connection.execute(HOW_MANY).fetchone() == (1000, 499500)
        assert [file.partition("/ducklake-")[0] for file in buckets.files()] == ["store/marts/numbers"]
        buckets.stop()
        with pytest.raises(DataUnreachable) as trouble, writing(settings) as connection:
            connection.execute(HOW_MANY)
    assert SECRET not in trouble.value.sentence("en")


def test_nobody_gets_in_without_the_password(make_settings: MakeSettings, lake: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("geheim-wrong")
    settings = make_settings(**lake | {"STORE_PASSWORD_FILE": str(tmp_path / "wrong")})
    with pytest.raises(CatalogueUnreachable) as trouble, writing(settings):
        pass
    said = trouble.value.sentence("en")
    assert "password authentication failed" in said
    assert PASSWORD not in said
    assert "geheim" not in said


def test_other_data_than_the_catalogue_s_is_refused(
    make_settings: MakeSettings, lake: dict[str, str], tmp_path: Path
) -> None:
    with writing(make_settings(**lake)) as connection:
        connection.execute(NUMBERS)
    elsewhere = make_settings(**lake | {"STORE_DATA": str(tmp_path / "other")})
    with pytest.raises(StoreDamaged, match="DATA_PATH"), writing(elsewhere):
        pass


def test_what_was_built_in_a_file_takes_the_place_of_all_there_was(
    make_settings: MakeSettings, lake: dict[str, str]
) -> None:
    settings, file = make_settings(**lake), make_settings(HOME="file")
    with writing(settings) as connection:
        connection.execute("CREATE SCHEMA warehouse.old; CREATE TABLE warehouse.old.gone AS SELECT 1 AS one")
    with writing(file) as connection:
        connection.execute(NUMBERS)
        # The first by name is made of the second.
        connection.execute("CREATE VIEW warehouse.marts.b AS SELECT number + 1 AS more FROM warehouse.marts.numbers")
        connection.execute("CREATE VIEW warehouse.marts.a AS SELECT sum(more) AS sum FROM warehouse.marts.b")
    carry_over(settings, file.store)
    with writing(settings) as connection:
        assert connection.execute("FROM warehouse.marts.a").fetchone() == (500500,)
        schemas = "SELECT schema_name FROM duckdb_schemas() WHERE database_name = 'warehouse' ORDER BY 1"
        assert connection.execute(schemas).fetchall() == [("main",), ("marts",)]


def test_a_catalogue_that_goes_away_takes_the_transaction_with_it(
    make_settings: MakeSettings, lake: dict[str, str], postgres: Postgres
) -> None:
    settings = make_settings(**lake)
    with writing(settings) as connection:
        connection.execute(NUMBERS)

    def lose_all() -> None:
        with writing(settings) as connection:
            connection.begin()
            connection.execute("DELETE FROM warehouse.marts.numbers")
            postgres.kill()
            connection.commit()

    with pytest.raises(CatalogueUnreachable):
        lose_all()
    with pytest.raises(CatalogueUnreachable), writing(settings):
        pass
    postgres.start()
    with writing(settings) as connection:
        assert connection.execute(HOW_MANY).fetchone() == (1000, 499500)
