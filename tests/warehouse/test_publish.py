"""Publishing: readers are never locked out, and never see half a file."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from reference.trouble import Trouble
from warehouse import publish as publishing
from warehouse.connections import NothingPublished, StoreBusy, reading_published, writing
from warehouse.publish import publish
from warehouse.settings import Settings
from warehouse.tables import create_tables


def put_arrivals(settings: Settings, number: int) -> None:
    with writing(settings) as connection:
        create_tables(connection)
        connection.execute(f"INSERT INTO warehouse.raw.arrivals (path) SELECT 'file ' || range FROM range({number})")


def count_arrivals(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute("SELECT count(*) FROM raw.arrivals").fetchone()
    assert row is not None
    return int(row[0])


def test_a_reader_keeps_the_old_file_while_a_run_publishes_the_new_one(settings: Settings) -> None:
    put_arrivals(settings, 1)
    publish(settings)
    with duckdb.connect(str(settings.published), read_only=True) as reader:
        put_arrivals(settings, 1)
        publish(settings)
        assert reader.execute("SELECT count(*) FROM raw.arrivals").fetchone() == (1,)
    assert count_arrivals(settings.published) == 2


def test_a_reader_in_another_process_neither_waits_nor_makes_the_pipeline_wait(settings: Settings) -> None:
    put_arrivals(settings, 1)
    publish(settings)
    reads_until_told = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True);"
        "sys.stdin.readline(); print(c.execute('SELECT count(*) FROM raw.arrivals').fetchone()[0])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reads_until_told, str(settings.published)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        put_arrivals(settings, 1)
        publish(settings)
        answer, _ = reader.communicate("\n")
    assert answer == "1\n"
    assert count_arrivals(settings.published) == 2


def test_a_publishing_that_fails_leaves_the_old_file_and_no_leftovers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_arrivals(settings, 1)
    publish(settings)

    def disk_full(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(publishing, "_flush", disk_full)
    put_arrivals(settings, 1)
    with pytest.raises(OSError, match="No space left"):
        publish(settings)
    assert count_arrivals(settings.published) == 1
    assert sorted(path.name for path in settings.published.parent.iterdir()) == ["admissions.duckdb", "parquet"]


def test_descriptions_travel_with_the_tables(settings: Settings) -> None:
    put_arrivals(settings, 1)
    with writing(settings) as connection:
        connection.execute("COMMENT ON TABLE warehouse.raw.arrivals IS 'Every entry''s arrival'")
        connection.execute("COMMENT ON COLUMN warehouse.raw.arrivals.path IS 'Below the landing folder'")
    publish(settings)
    with reading_published(settings) as connection:
        assert connection.execute(
            "SELECT comment FROM duckdb_tables() WHERE table_name = 'arrivals' AND schema_name = 'raw'"
        ).fetchone() == ("Every entry's arrival",)
        assert connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE column_name = 'path' AND comment <> ''"
        ).fetchone()


def test_before_the_first_publishing_there_is_a_sentence_and_no_file(settings: Settings) -> None:
    with pytest.raises(NothingPublished), reading_published(settings):
        pass
    assert not settings.published.exists()


def test_a_second_writer_is_told_that_the_store_is_busy(settings: Settings) -> None:
    tries_to_write = (
        "from warehouse.settings import load_settings\nfrom warehouse.connections import StoreBusy, writing\n"
        "try:\n    with writing(load_settings()): print('opened')\nexcept StoreBusy: print('busy')"
    )
    with writing(settings):
        finished = subprocess.run(
            [sys.executable, "-c", tries_to_write],
            env={"ADMISSIONS_HOME": str(settings.home), "ADMISSIONS_WAIT_SECONDS": "0"},
            cwd=Path(publishing.__file__).parents[1],
            capture_output=True,
            text=True,
            check=True,
        )
    assert finished.stdout == "busy\n"
    assert issubclass(StoreBusy, Trouble)


def test_marts_and_quality_are_published_as_parquet_with_the_same_rows(settings: Settings) -> None:
    put_arrivals(settings, 1)
    with writing(settings) as connection:
        connection.execute("CREATE SCHEMA warehouse.marts")
        connection.execute(
            "CREATE TABLE warehouse.marts.mart_x AS SELECT range AS number, 'Đông Phong' AS name FROM range(3)"
        )
    for _ in range(2):
        publish(settings)
        with duckdb.connect() as connection:
            rows = connection.execute(f"FROM '{settings.parquet}/marts/mart_x.parquet' ORDER BY number").fetchall()
        assert rows == [(number, "Đông Phong") for number in range(3)]
    assert (settings.parquet / "quality" / "failures.parquet").exists()
    assert sorted(path.name for path in settings.published.parent.iterdir()) == ["admissions.duckdb", "parquet"]
