"""What DuckDB says, as something that a caller can act on."""

import errno
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse.connections import (
    StoreBusy,
    StoreDamaged,
    keeping_open,
    known_trouble,
    let_go,
    reading_published,
    transaction,
    writing,
)
from warehouse.settings import Settings

STORE = Path("/home/warehouse.duckdb")


def test_a_file_that_another_process_has_is_busy() -> None:
    found = known_trouble('IO Error: Could not set lock on file "/x": Conflicting lock is held', STORE)
    assert isinstance(found, StoreBusy)
    assert str(STORE) in str(found)


@pytest.mark.parametrize(
    ("said", "file"),
    [
        ('IO Error: Could not write file "/home/spill/x.tmp": No space left on device', "/home/spill/x.tmp"),
        ("IO Error: Disk quota exceeded", str(STORE)),
        ("Out of Memory Error: failed to offload data block of size 256.0 KiB", str(STORE)),
        ("increase the max_temp_directory_size", str(STORE)),
    ],
)
def test_a_full_disk_is_said_with_the_file_that_it_stopped(said: str, file: str) -> None:
    found = known_trouble(said, STORE)
    assert isinstance(found, OSError)
    assert (found.errno, found.filename) == (errno.ENOSPC, file)


def test_any_other_error_is_the_caller_s_own() -> None:
    assert known_trouble("Catalog Error: Table with name x does not exist", STORE) is None


def test_a_file_that_is_no_store_is_damaged_and_named_with_what_duckdb_found(settings: Settings) -> None:
    settings.home.mkdir()
    settings.store.write_bytes(b"no DuckDB file at all" * 1000)
    with pytest.raises(StoreDamaged, match=f"{settings.store}: .*valid DuckDB"), writing(settings):
        pass


def test_a_store_that_was_cut_short_while_it_was_made_is_made_anew(settings: Settings) -> None:
    settings.home.mkdir()
    settings.store.write_bytes(b"\0" * (3 * 4096 - 1))
    with writing(settings) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_statement_that_fails_is_the_caller_s_own_and_the_store_is_closed(settings: Settings) -> None:
    with pytest.raises(duckdb.CatalogException), writing(settings) as connection:
        connection.execute("FROM warehouse.no_such_table")
    with writing(settings) as again:
        assert again.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)
    with pytest.raises(duckdb.ConnectionException):
        connection.execute("SELECT 1")


def test_whoever_writes_next_has_the_same_connection_where_it_is_kept_open(settings: Settings) -> None:
    with keeping_open(settings):
        with writing(settings) as connection:
            connection.execute("CREATE TABLE warehouse.x AS SELECT 1 AS number")
        with keeping_open(settings), writing(settings) as next_one:
            assert next_one is connection
        assert settings.store.with_name(f"{settings.store.name}.wal").exists()
    assert not settings.store.with_name(f"{settings.store.name}.wal").exists()
    with writing(settings) as another:
        assert another is not connection
        assert another.execute("FROM warehouse.x").fetchall() == [(1,)]


def test_a_store_that_is_let_go_can_be_opened_by_another_process(settings: Settings) -> None:
    def opened_elsewhere() -> bool:
        asked = f"import duckdb; duckdb.connect({str(settings.store)!r})"
        return subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False).returncode == 0

    with keeping_open(settings):
        with writing(settings) as connection:
            connection.execute("CREATE TABLE warehouse.x AS SELECT 1 AS number")
            let_go(settings)
            # Whoever is writing is not disturbed.
            connection.execute("FROM warehouse.x")
        assert not opened_elsewhere()
        let_go(settings)
        assert opened_elsewhere()
        with writing(settings) as again:
            again.execute("FROM warehouse.x")


def test_after_a_statement_that_failed_the_store_is_opened_anew(settings: Settings) -> None:
    with keeping_open(settings):
        with pytest.raises(duckdb.CatalogException), writing(settings) as connection:
            connection.execute("BEGIN; FROM warehouse.no_such_table")
        with writing(settings) as again:
            again.execute("CREATE TABLE warehouse.x AS SELECT 1 AS number")


def test_readers_cannot_write(settings: Settings) -> None:
    settings.published.parent.mkdir(parents=True)
    duckdb.connect(str(settings.published)).close()
    with reading_published(settings) as connection, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        connection.execute("CREATE TABLE warehouse.x AS SELECT 1")


def test_all_statements_of_a_transaction_count_or_none(settings: Settings) -> None:
    with writing(settings) as connection:
        with transaction(connection):
            connection.execute("CREATE TABLE warehouse.x AS SELECT 1 AS number")
        with pytest.raises(duckdb.CatalogException), transaction(connection):
            connection.execute("INSERT INTO warehouse.x VALUES (2); FROM warehouse.no_such_table")
        assert connection.execute("FROM warehouse.x").fetchall() == [(1,)]
