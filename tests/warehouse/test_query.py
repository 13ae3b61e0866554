"""A typed statement reads the published file and nothing else, and writes nothing."""

import shutil
from pathlib import Path

import pytest

from warehouse.connections import NothingPublished, QueryFailed, writing
from warehouse.publish import publish
from warehouse.query import NotOneStatement, NotReading, OutsideThePublishedFile, answered, drawn
from warehouse.settings import Settings, load_settings
from warehouse.tables import create_tables

MACRO = "CREATE MACRO marts.twice(n) AS TABLE SELECT number * n AS number FROM marts.figures"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file with one mart."""
    home = tmp_path_factory.mktemp("published")
    settings = load_settings({"ADMISSIONS_HOME": str(home)}, home)
    with writing(settings) as connection:
        create_tables(connection)
        connection.execute("CREATE SCHEMA warehouse.marts")
        connection.execute("CREATE TABLE warehouse.marts.figures AS SELECT 'Tân Phong' AS name, 7 AS number")
    publish(settings, [MACRO])
    return settings.published


@pytest.fixture
def office(settings: Settings, published: Path) -> Settings:
    settings.published.parent.mkdir(parents=True)
    shutil.copyfile(published, settings.published)
    return settings


@pytest.mark.parametrize(
    "sql",
    [
        "FROM marts.figures",
        "SELECT number FROM marts.figures;",
        "-- what is there\nTABLE marts.figures",
        "WITH twice AS (SELECT number * 2 AS n FROM marts.figures) SELECT 7 FROM twice",
        "FROM marts.twice(1)",
        "PIVOT marts.figures ON name USING sum(number)",
        "EXPLAIN SELECT 7",
        "VALUES (7)",
    ],
)
def test_a_statement_that_reads_is_answered(office: Settings, sql: str) -> None:
    assert "7" in drawn(office, sql, 80)


@pytest.mark.parametrize("sql", ["SHOW TABLES FROM marts", "DESCRIBE marts.figures", "SUMMARIZE marts.figures"])
def test_what_is_there_may_be_asked(office: Settings, sql: str) -> None:
    assert drawn(office, sql, 80)


@pytest.mark.parametrize(
    "sql",
    [
        "COPY marts.figures TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/out.parquet' (FORMAT parquet)",
        "ATTACH '{folder}/out.duckdb' AS other",
        "EXPORT DATABASE '{folder}/out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "USE memory",
        "CREATE TABLE memory.main.t AS SELECT 1",
        "DELETE FROM marts.figures",
        "DROP TABLE marts.figures",
        "DETACH warehouse",
        "CHECKPOINT",
        "BEGIN",
        "PREPARE x AS SELECT 1",
        "CALL pragma_version()",
    ],
)
def test_a_statement_that_does_not_read_is_refused_and_does_nothing(office: Settings, tmp_path: Path, sql: str) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with pytest.raises(NotReading):
        drawn(office, sql.format(folder=folder), 80)
    assert list(folder.iterdir()) == []
    assert "7" in drawn(office, "FROM marts.figures", 80)


@pytest.mark.parametrize(
    "sql",
    [
        "FROM read_csv('{file}')",
        "FROM read_text('{file}')",
        "FROM read_blob('{file}')",
        "FROM read_parquet('{file}')",
        "FROM glob('{file}')",
        "FROM sniff_csv('{file}')",
        "FROM query('FROM read_text(''{file}'')')",
        "SELECT (SELECT content FROM read_text('{file}'))",
        "EXPLAIN ANALYZE COPY marts.figures TO '{file}'",
        "FROM read_csv('https://example.org/a.csv')",
    ],
)
def test_no_other_file_is_read_or_written(office: Settings, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("secret\n1\n")
    with pytest.raises(OutsideThePublishedFile):
        drawn(office, sql.format(file=file), 80)
    assert file.read_text() == "secret\n1\n"


def test_a_file_named_as_a_table_is_none(office: Settings, tmp_path: Path) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("secret\n1\n")
    with pytest.raises(QueryFailed):
        drawn(office, f"FROM '{file}'", 80)


@pytest.mark.parametrize("sql", ["", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; COPY marts.figures TO 'x.csv'"])
def test_it_is_one_statement(office: Settings, sql: str) -> None:
    with pytest.raises(NotOneStatement):
        drawn(office, sql, 80)


@pytest.mark.parametrize("sql", ["SELEC 1", "FROM marts.no_such", "SELECT 'a'::INTEGER", "SELECT $x", "FROM settings"])
def test_what_is_wrong_with_a_statement_is_said(office: Settings, sql: str) -> None:
    with pytest.raises(QueryFailed) as failed:
        drawn(office, sql, 80)
    assert str(failed.value)


def test_an_error_in_the_middle_of_the_rows_is_said(office: Settings) -> None:
    sql = "SELECT CASE WHEN i = 59999 THEN error('row 59999') ELSE i END FROM range(60000) AS t(i)"
    with pytest.raises(QueryFailed, match="row 59999"), answered(office, sql) as answer:
        assert sum(batch.num_rows for batch in answer.batches) < 60000


def test_before_the_first_publishing_there_is_nothing_to_ask(settings: Settings) -> None:
    with pytest.raises(NothingPublished):
        drawn(settings, "SELECT 1", 80)
