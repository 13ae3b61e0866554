"""Publishing: readers are never locked out, and never see half a file."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reference.trouble import Trouble
from tests.conftest import MakeSettings
from tests.power_loss import watched
from warehouse import part_by_part, published_tables
from warehouse import publish as publishing
from warehouse.checksums import checksums_of
from warehouse.compare import differing_tables
from warehouse.connections import NothingPublished, StoreBusy, reading_published, writing
from warehouse.digests import sha256_of
from warehouse.publish import publish, take_the_place, unpublished_reports
from warehouse.published_parts import note_of
from warehouse.relations import Relation, told_by_of
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

    monkeypatch.setattr(publishing, "flush", disk_full)
    put_arrivals(settings, 1)
    with pytest.raises(OSError, match="No space left"):
        publish(settings)
    assert count_arrivals(settings.published) == 1
    assert sorted(path.name for path in settings.published.parent.iterdir()) == NAMES


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
    assert sorted(path.name for path in settings.published.parent.iterdir()) == NAMES


def test_what_was_published_is_counted_and_every_schema_for_readers_is_in_it(settings: Settings) -> None:
    put_arrivals(settings, 3)
    with writing(settings) as connection:
        connection.execute("CREATE SCHEMA warehouse.marts; CREATE SCHEMA warehouse.staging")
        connection.execute("CREATE TABLE warehouse.staging.stg_x AS SELECT 1 AS number")
        connection.execute("CREATE VIEW warehouse.marts.mart_x AS SELECT range AS number FROM range(4)")
        connection.execute("COMMENT ON VIEW warehouse.marts.mart_x IS 'Four numbers'")
    report = publish(settings)
    assert report.path == settings.published
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        tables = connection.execute("SELECT schema_name, table_name, comment FROM duckdb_tables()").fetchall()
    assert {schema for schema, _, _ in tables} == {"raw", "quality", "marts"}
    assert ("marts", "mart_x", "Four numbers") in tables
    # Three arrivals, four numbers, and which version has written it.
    assert (report.tables, report.rows) == (len(tables), 8)


def test_a_description_and_a_macro_of_the_published_file_are_in_it(settings: Settings) -> None:
    put_arrivals(settings, 2)
    publish(
        settings,
        ["CREATE MACRO arrived() AS TABLE SELECT count(*) AS number FROM raw.arrivals"],
        [
            ("raw", "arrivals", "", "What came"),
            ("raw", "arrivals", "path", "Where it lay"),
            ("raw", "arrivals", "no_such_column", "Nothing"),
            ("raw", "no_such_table", "", "Nothing"),
        ],
    )
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        assert connection.execute("FROM arrived()").fetchall() == [(2,)]
        assert connection.execute(
            "SELECT comment FROM duckdb_tables() WHERE table_name = 'arrivals' AND schema_name = 'raw'"
        ).fetchone() == ("What came",)
        assert connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'arrivals' AND column_name = 'path'"
        ).fetchone() == ("Where it lay",)


def test_accepted_reports_that_the_published_file_lacks_are_counted(settings: Settings) -> None:
    with writing(settings) as connection:
        create_tables(connection)
        connection.execute("INSERT INTO warehouse.raw.submissions (submission_id, status) VALUES ('a', 'accepted')")
    publish(settings)
    with writing(settings) as connection:
        assert unpublished_reports(connection, settings.published) == (0, None)
        connection.execute(
            "INSERT INTO warehouse.raw.submissions (submission_id, status)"
            " VALUES ('b', 'accepted'), ('c', 'accepted'), ('d', 'refused')"
        )
        # Twice: what was attached is let go of.
        assert [unpublished_reports(connection, settings.published)[0] for _ in range(2)] == [2, 2]


def test_a_fresh_store_and_its_published_file_take_the_place_of_the_old_ones(settings: Settings) -> None:
    put_arrivals(settings, 1)
    publish(settings)
    fresh = settings.anew("rebuild")
    put_arrivals(fresh, 5)
    publish(fresh)
    # What was written after the old store's last checkpoint is the old store's.
    settings.store.with_name(f"{settings.store.name}.wal").write_bytes(b"of the old one")
    take_the_place(settings, fresh)
    assert count_arrivals(settings.published) == count_arrivals(settings.store.rename(settings.home / "moved")) == 5
    assert not fresh.store.exists()
    assert not fresh.published.exists()
    assert not list(settings.home.glob("*.wal"))


def test_a_damaged_store_is_replaced_as_well_and_a_first_one_is_put_where_there_was_none(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings(PUBLISHED=str(tmp_path / "no" / "such" / "folder" / "admissions.duckdb"))
    fresh = settings.anew("rebuild")
    put_arrivals(fresh, 5)
    publish(fresh)
    settings.home.mkdir(exist_ok=True)
    settings.store.write_bytes(b"no DuckDB file at all" * 1000)
    take_the_place(settings, fresh)
    assert count_arrivals(settings.published) == 5
    with writing(settings) as connection:
        assert connection.execute("SELECT count(*) FROM warehouse.raw.arrivals").fetchone() == (5,)


def test_what_a_killed_publishing_left_is_cleared_away(settings: Settings) -> None:
    put_arrivals(settings, 1)
    settings.published.parent.mkdir(parents=True)
    (settings.published.parent / f".{settings.published.name}.1").write_bytes(b"half a file")
    publish(settings)
    assert sorted(path.name for path in settings.published.parent.iterdir()) == NAMES


def test_what_was_left_by_a_killed_process_of_the_same_number_is_cleared_away(settings: Settings) -> None:
    fill(settings)
    publish(settings)
    # As it is while Parquet files that stay as they are have been taken over.
    left = settings.parquet.with_name(f".{settings.parquet.name}.{os.getpid()}")
    shutil.copytree(settings.parquet, left, copy_function=os.link)
    put_arrivals(settings, 1)
    publish(settings)
    assert count_arrivals(settings.published) == 4
    assert sorted(path.name for path in settings.published.parent.iterdir()) == NAMES


def described(settings: Settings) -> list[list[tuple[object, ...]]]:
    """Tables, columns and macros of the published file with their comments; the Parquet files with their rows."""
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        parquet = sorted(settings.parquet.glob("*/*.parquet"))
        return [
            connection.execute("SELECT schema_name, table_name, comment FROM duckdb_tables() ORDER BY ALL").fetchall(),
            connection.execute(
                "SELECT schema_name, table_name, column_index, column_name, data_type, comment FROM duckdb_columns()"
                " ORDER BY ALL"
            ).fetchall(),
            connection.execute(
                "SELECT function_name, macro_definition FROM duckdb_functions() WHERE NOT internal ORDER BY ALL"
            ).fetchall(),
            [
                (str(path.relative_to(settings.parquet)), connection.execute(f"FROM '{path}' ORDER BY ALL").fetchall())
                for path in parquet
            ],
        ]


def publish_as_a_whole(settings: Settings, *descriptions: Any) -> None:
    """With nothing that could be taken over."""
    settings.published.unlink()
    shutil.rmtree(settings.parquet)
    publish(settings, *descriptions)


def assert_same_as_a_whole(settings: Settings) -> None:
    """What is published has the rows, and says the same, as when nothing could be taken over."""
    found, kept = described(settings), settings.home / "kept.duckdb"
    shutil.copy(settings.published, kept)
    publish_as_a_whole(settings, MACROS, COMMENTS)
    assert found == described(settings)
    assert differing_tables(kept, settings.published) == ()


def fill(settings: Settings) -> None:
    put_arrivals(settings, 3)
    with writing(settings) as connection:
        connection.execute(
            """
            CREATE SCHEMA warehouse.marts;
            CREATE TABLE warehouse.marts.mart_x AS SELECT range AS number, 'Đông Phong' AS name FROM range(3);
            CREATE TABLE warehouse.marts.mart_y AS SELECT range AS number FROM range(5);
            CREATE TABLE warehouse.marts.mart_z AS SELECT 1.5 AS share;
            COMMENT ON COLUMN warehouse.marts.mart_x.name IS 'What it is called'
            """
        )


#: What lies where readers look.
NAMES = ["admissions.duckdb", "admissions.duckdb.sha256", "parquet"]
MACROS = ("CREATE OR REPLACE MACRO marts.asked(wanted) AS TABLE FROM marts.mart_x WHERE number = wanted",)
COMMENTS = (
    ("marts", "mart_x", "", "Numbers"),
    ("marts", "mart_x", "number", "Which"),
    ("raw", "arrivals", "path", "Where"),
)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE warehouse.marts.mart_x SET name = 'Tân Phong' WHERE number = 1",
        "DELETE FROM warehouse.raw.arrivals WHERE path = 'file 1'",
        "DROP TABLE warehouse.marts.mart_y",
        "ALTER TABLE warehouse.marts.mart_y RENAME COLUMN number TO how_many",
        "ALTER TABLE warehouse.marts.mart_y ALTER COLUMN number TYPE INTEGER",
        "CREATE TABLE warehouse.marts.mart_more AS SELECT 1 AS number",
        "CREATE OR REPLACE TABLE warehouse.marts.mart_z AS FROM warehouse.marts.mart_x",
        "COMMENT ON COLUMN warehouse.marts.mart_x.name IS 'Its name'",
        "COMMENT ON COLUMN warehouse.marts.mart_x.name IS NULL",
        "SELECT 1",
    ],
)
def test_what_has_changed_alone_makes_the_same_file_as_all_of_it(settings: Settings, change: str) -> None:
    fill(settings)
    publish(settings, MACROS, COMMENTS)
    with writing(settings) as connection:
        connection.execute(change)
    reported = publish(settings, MACROS, COMMENTS)
    assert_same_as_a_whole(settings)
    assert reported == publish(settings, MACROS, COMMENTS)


@pytest.mark.parametrize(
    ("change", "in_place"),
    [
        ("UPDATE warehouse.raw.wide_lines SET admitted = 9 WHERE submission_id = 'r 3' AND line = 1", True),
        ("DELETE FROM warehouse.raw.wide_lines WHERE submission_id = 'r 3'", True),
        ("INSERT INTO warehouse.raw.wide_lines SELECT 'r 20', range, 7 FROM range(4)", True),
        ("INSERT INTO warehouse.raw.wide_lines VALUES (NULL, 0, 1)", True),
        ("UPDATE warehouse.raw.wide_lines SET submission_id = NULL WHERE submission_id = 'r 5'", True),
        # Twice the same row is not once.
        ("INSERT INTO warehouse.raw.wide_lines VALUES ('r 5', 1, 1)", True),
        # A report has come of another month, and two of the same month.
        ("UPDATE warehouse.raw.submissions SET month = '2021-08-01' WHERE submission_id = 'r 4'", True),
        ("UPDATE warehouse.raw.submissions SET month = '2020-04-01' WHERE submission_id = 'r 4'", True),
        ("UPDATE warehouse.raw.submissions SET month = NULL WHERE submission_id = 'r 4'", True),
        ("DELETE FROM warehouse.raw.submissions WHERE submission_id = 'r 4'", True),
        ("UPDATE warehouse.raw.wide_lines SET admitted = admitted + 1", None),
        ("DELETE FROM warehouse.raw.wide_lines", None),
        ("ALTER TABLE warehouse.raw.wide_lines RENAME COLUMN line TO line_number", None),
        ("ALTER TABLE warehouse.raw.wide_lines DROP COLUMN submission_id", None),
    ],
)
def test_of_a_large_table_what_has_changed_alone_makes_the_same_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, change: str, in_place: bool | None
) -> None:
    """`in_place`: None where it is not tried."""
    monkeypatch.setattr(part_by_part, "LARGE", 0)
    done: list[bool] = []
    as_it_is = published_tables.bring_up_to_date

    def spy(connection: duckdb.DuckDBPyConnection, there: Relation, wanted: Relation) -> bool:
        is_done = as_it_is(connection, there, wanted)
        if wanted.name == "wide_lines":
            done.append(is_done)
        return is_done

    monkeypatch.setattr(published_tables, "bring_up_to_date", spy)
    fill(settings)
    with writing(settings) as connection:
        # Ten reports of a month each, one after the other.
        connection.execute(
            "INSERT INTO warehouse.raw.submissions (submission_id, month)"
            " SELECT 'r ' || range, DATE '2020-03-01' + to_months(range) FROM range(20)"
        )
        connection.execute(
            "CREATE TABLE warehouse.raw.wide_lines AS SELECT 'r ' || report AS submission_id, line, 1 AS admitted"
            " FROM range(10) AS reports (report), range(4) AS lines (line)"
        )
    publish(settings, MACROS, COMMENTS)
    done.clear()
    with writing(settings) as connection:
        connection.execute(change)
    publish(settings, MACROS, COMMENTS)
    assert_same_as_a_whole(settings)
    assert done == ([] if in_place is None else [in_place])


@pytest.mark.parametrize(
    ("columns", "told_by"),
    [
        (("submission_id", "month", "admitted"), "month"),
        (("submission_id", "line"), "submission_id"),
        # Most of what an official form says is of no report.
        (("submission_id", "period", "value"), "period"),
        # Reports have no period, and forms no month.
        (("submission_id", "month", "period"), "month"),
        (("name",), None),
    ],
)
def test_a_table_is_parted_by_what_parts_most_of_its_rows(columns: tuple[str, ...], told_by: str | None) -> None:
    assert told_by_of(columns) == told_by


def test_a_table_that_has_not_become_what_was_wanted_is_written_as_a_whole(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_by_part, "LARGE", 0)
    fill(settings)
    with writing(settings) as connection:
        connection.execute(
            "CREATE TABLE warehouse.marts.fct_x AS SELECT DATE '2020-01-01' + to_months(range) AS month FROM range(9)"
        )
    publish(settings, MACROS, COMMENTS)
    with writing(settings) as connection:
        connection.execute("DELETE FROM warehouse.marts.fct_x WHERE month = DATE '2020-03-01'")
    monkeypatch.setattr(part_by_part, "rows_of", lambda *_: "false")
    publish(settings, MACROS, COMMENTS)
    assert_same_as_a_whole(settings)


def test_other_macros_and_comments_take_the_place_of_the_former_ones(settings: Settings) -> None:
    fill(settings)
    publish(settings, MACROS, COMMENTS)
    others = ("CREATE OR REPLACE MACRO marts.all_of_it() AS TABLE FROM marts.mart_y",), COMMENTS[1:]
    publish(settings, *others)
    found = described(settings)
    publish_as_a_whole(settings, *others)
    assert found == described(settings)
    assert "asked" not in str(found)


def test_a_table_that_is_as_it_was_is_not_written_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(settings)
    publish(settings)
    before = {path.name: path.stat().st_ino for path in settings.parquet.glob("*/*")}
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.marts.mart_x SET number = number + 1")
    copied: list[bool] = []
    as_it_is = published_tables._drop_all_but
    monkeypatch.setattr(
        published_tables,
        "_drop_all_but",
        lambda connection, kept: (copied.append(len(kept) > 10), as_it_is(connection, kept)),
    )
    publish(settings)
    after = {path.name: path.stat().st_ino for path in settings.parquet.glob("*/*")}
    assert {name for name in after if after[name] != before[name]} == {"mart_x.parquet"}
    assert copied == [True]


def test_a_file_that_is_damaged_or_not_ours_is_made_anew_as_a_whole(settings: Settings) -> None:
    fill(settings)
    with writing(settings) as connection:
        connection.execute("INSERT INTO warehouse.raw.arrivals (path) SELECT hash(range) FROM range(200000)")
    publish(settings, MACROS, COMMENTS)
    right = described(settings)
    content = settings.published.read_bytes()
    middle = len(content) // 2
    with duckdb.connect(str(settings.published)) as connection:
        connection.execute("CREATE SCHEMA staging; CREATE VIEW staging.stg_x AS SELECT 1 AS number")
    not_ours = settings.published.read_bytes()
    for spoilt in (
        content[:middle] + b"\xff" * 4096 + content[middle + 4096 :],
        content[: len(content) // 3],
        b"no DuckDB file",
        b"",
        not_ours,
    ):
        settings.published.write_bytes(spoilt)
        publish(settings, MACROS, COMMENTS)
        assert described(settings) == right
        assert count_arrivals(settings.published) == 200003


def test_what_was_read_of_the_former_file_before_is_gone_by_while_it_is_that_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings)
    publish(settings, MACROS, COMMENTS)
    known = published_tables.read_former(settings.published, note_of(settings))
    read_again: list[Path] = []
    as_it_is = published_tables.read_former
    monkeypatch.setattr(
        published_tables, "read_former", lambda path, note: (read_again.append(path), as_it_is(path, note))[1]
    )
    publish(settings, MACROS, COMMENTS, known)
    assert read_again == []
    # By now another one is published, in which a table is another.
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.marts.mart_x SET number = number + 1")
    publish(settings, MACROS, COMMENTS)
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.marts.mart_x SET number = number - 1")
    publish(settings, MACROS, COMMENTS, known)
    assert read_again == [settings.published] * 2
    assert_same_as_a_whole(settings)


@pytest.fixture
def rows_read_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The former files (by the name that each is attached by) whose rows were read."""
    read: list[str] = []
    as_it_is = published_tables.relations_in

    def spy(connection: duckdb.DuckDBPyConnection, database: str) -> tuple[Relation, ...]:
        read.append(database)
        return as_it_is(connection, database)

    monkeypatch.setattr(published_tables, "relations_in", spy)
    return read


def change_a_mart(settings: Settings) -> None:
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.marts.mart_x SET number = number + 1")


def test_the_rows_of_a_file_of_which_it_was_noted_what_is_in_it_are_not_read_again(
    settings: Settings, rows_read_of: list[str]
) -> None:
    fill(settings)
    publish(settings, MACROS, COMMENTS)
    change_a_mart(settings)
    publish(settings, MACROS, COMMENTS)
    assert rows_read_of == []
    assert_same_as_a_whole(settings)


def put_the_first_one_back(settings: Settings, first: Path) -> None:
    shutil.copy(first, settings.published)


def write_into_it(settings: Settings, _: Path) -> None:
    with duckdb.connect(str(settings.published)) as connection:
        connection.execute("UPDATE marts.mart_y SET number = 7")


def spoil_the_note(settings: Settings, _: Path) -> None:
    note_of(settings).write_text('{"checksum": "', "utf-8")


def note_what_another_duckdb_has_hashed(settings: Settings, _: Path) -> None:
    noted = note_of(settings).read_text("utf-8")
    note_of(settings).write_text(noted.replace(duckdb.__version__, "1.0.0"), "utf-8")


def lose_the_note(settings: Settings, _: Path) -> None:
    note_of(settings).unlink()


@pytest.mark.parametrize(
    "happens",
    [
        put_the_first_one_back,
        write_into_it,
        spoil_the_note,
        note_what_another_duckdb_has_hashed,
        lose_the_note,
    ],
)
def test_a_note_of_another_file_or_none_is_not_gone_by(
    settings: Settings, tmp_path: Path, rows_read_of: list[str], happens: Callable[[Settings, Path], None]
) -> None:
    fill(settings)
    publish(settings, MACROS, COMMENTS)
    first = Path(shutil.copy(settings.published, tmp_path))
    change_a_mart(settings)
    publish(settings, MACROS, COMMENTS)
    happens(settings, first)
    publish(settings, MACROS, COMMENTS)
    assert rows_read_of == ["former"]
    assert_same_as_a_whole(settings)


@pytest.mark.parametrize("before", ["announce", "confirm", "remember_parts"])
def test_a_publishing_that_is_killed_leaves_no_note_that_is_believed_of_another_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    fill(settings)
    publish(settings, MACROS, COMMENTS)
    change_a_mart(settings)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, before, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(settings, MACROS, COMMENTS)
    # What was to be published, or was, is taken back.
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.marts.mart_x SET number = number - 1")
    publish(settings, MACROS, COMMENTS)
    assert_same_as_a_whole(settings)


def test_a_parquet_file_is_kept_only_where_it_says_that_it_is_of_the_same_rows(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings)
    publish(settings)
    right = described(settings)
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.marts.mart_x SET number = number + 1")
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(settings)
    # What was to be published is taken back, and the Parquet files are ahead of the published file.
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.marts.mart_x SET number = number - 1")
    publish(settings)
    assert described(settings) == right


def test_where_a_parquet_file_cannot_be_read_all_are_written_anew(settings: Settings) -> None:
    fill(settings)
    publish(settings)
    right = described(settings)
    (settings.parquet / "marts" / "mart_y.parquet").write_bytes(b"cut short")
    publish(settings)
    assert described(settings) == right


def test_a_disk_without_links_has_copies_of_the_parquet_files(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    fill(settings)
    publish(settings)
    right = described(settings)
    publish(settings)
    assert described(settings) == right


def test_the_published_file_does_not_grow_for_ever(settings: Settings) -> None:
    fill(settings)
    sizes = []
    for number in range(8):
        with writing(settings) as connection:
            connection.execute(
                f"CREATE OR REPLACE TABLE warehouse.marts.mart_y AS SELECT hash(range + {number}) FROM range(300000)"
            )
        publish(settings)
        sizes.append(settings.published.stat().st_size)
    assert max(sizes) < 3 * sizes[0]
    with writing(settings) as connection:
        connection.execute("DROP TABLE warehouse.marts.mart_y")
    for _ in range(2):
        publish(settings)
    # Half empty, it was made anew.
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        assert connection.execute("SELECT free_blocks < used_blocks / 2 FROM pragma_database_size()").fetchone() == (
            True,
        )


def test_after_a_power_failure_what_is_published_is_whole_and_has_its_checksum(
    settings: Settings, tmp_path: Path
) -> None:
    with writing(settings) as connection:
        connection.execute("CREATE SCHEMA warehouse.marts; CREATE TABLE warehouse.marts.mart_a AS SELECT 1 AS a")
    put_arrivals(settings, 1)
    publish(settings)
    put_arrivals(settings, 1)
    with writing(settings) as connection:
        connection.execute("INSERT INTO warehouse.marts.mart_a VALUES (2)")
    published = settings.published.relative_to(settings.home)
    found = []

    def look() -> None:
        left = disk.left_by_a_power_failure()
        found.append(count_arrivals(left / published))
        assert sha256_of(left / published) in checksums_of(left / published)
        for table in (left / published.parent).glob("parquet/**/*.parquet"):
            duckdb.read_parquet(str(table)).fetchall()

    with watched(settings.home, tmp_path / "left") as disk:
        disk.when_named = look
        # What describes the tables is written last, after the copies were flushed.
        publish(settings, comments=[("marts", "mart_a", "", "One row per number.")])
    assert set(found) == {1, 2}
    assert found == sorted(found)
