"""From workbooks in a landing folder to the published figures: the real steps on the sample city."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import steps
from samples.write import write_samples
from warehouse import reports
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample city after one run, as of 6 September 2020."""
    settings = load_settings(
        {
            "ADMISSIONS_HOME": str(tmp_path_factory.mktemp("city")),
            "ADMISSIONS_TODAY": "2020-09-06",
            "ADMISSIONS_ARRIVAL": "modified",
        },
        ROOT,
    )
    write_samples(settings.landing)
    list(steps.run(settings))
    return settings


@pytest.fixture
def published(city: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(city.published), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_the_term_review_shows_the_published_figures(published: duckdb.DuckDBPyConnection) -> None:
    columns = "commune_name, admitted, women, ethnic_minority, mean_per_year, term_target, attainment"
    # 425 admitted in five years are 85 a year; 425 / 400 = 106.25 %.
    assert rows(
        published, f"SELECT {columns} FROM marts.mart_term_review WHERE level = 'city' AND term = '2015-2020'"
    ) == [("Thành phố Lai Châu", 425, 289, 108, 85.0, 400, 1.0625)]
    # 37 / 20 = 185 %.
    assert rows(
        published,
        "SELECT admitted, term_target, attainment FROM marts.mart_term_review"
        " WHERE commune_code = '03408' AND term = '2015-2020'",
    ) == [(37, 20, 1.85)]
    assert rows(
        published,
        "SELECT term_target FROM marts.mart_term_review WHERE commune_code = '03408' AND term = '2020-2025'",
    ) == [(20,)]


def planted_faults() -> set[tuple[str, str, str, str, str, str]]:
    """The table of samples/README.md: commune code, month, sheet, cell, rule, state."""
    text = (ROOT / "samples" / "README.md").read_text(encoding="utf-8")
    table = [
        [part.strip() for part in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    header = next(row for row in table if "rule_id" in row)
    faults = [dict(zip(header, row, strict=True)) for row in table if len(row) == len(header) and row[0].isdigit()]
    columns = ("commune code", "month", "sheet", "cell", "rule_id", "state")
    states = {"open": "open", "corrected": "resolved"}
    return {tuple(states.get(fault[column], fault[column]) for column in columns) for fault in faults}


def test_every_planted_fault_is_found_at_its_cell_and_nothing_else_is(published: duckdb.DuckDBPyConnection) -> None:
    planted = planted_faults()
    assert len(planted) == 12
    found = rows(
        published,
        "SELECT commune_code, strftime(month, '%Y-%m'), sheet, cells[1], rule_id, state FROM quality.failures",
    )
    assert set(found) == planted
    assert len(found) == len(planted)


def test_a_failure_says_what_was_reported_and_expected_in_both_languages(published: duckdb.DuckDBPyConnection) -> None:
    ((reported, expected, difference, vi, en),) = rows(
        published,
        "SELECT reported, expected, difference, message_vi, message_en FROM quality.failures"
        " WHERE rule_id = 'kn1_ages' AND state = 'open'",
    )
    assert (reported, expected, difference) == (2, 3, -1)
    for message in (vi, en):
        assert "D12" in message
        assert "2" in message
        assert "3" in message


def test_commune_months_with_open_critical_failures_stay_out_and_the_others_go_on(
    published: duckdb.DuckDBPyConnection,
) -> None:
    held = rows(published, "SELECT commune_code, month FROM quality.held_back ORDER BY ALL")
    assert held == [("03387", date(2020, 8, 1)), ("03389", date(2020, 8, 1))]
    in_facts = rows(
        published,
        "SELECT DISTINCT commune_code FROM marts.fct_admissions JOIN marts.dim_commune USING (commune_key)"
        " WHERE month = DATE '2020-08-01' ORDER BY ALL",
    )
    # Not there: the two held back, and Quyết Tiến (03388), which has not reported.
    assert in_facts == [("03386",), ("03403",), ("03408",), ("03409",)]


def test_corrected_workbooks_show_as_versions(published: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        published,
        "SELECT count(*) FROM raw.submissions WHERE version = 2",
    ) == [(6,)]
    assert rows(published, "SELECT count(*), max(version) FROM marts.fct_submissions") == [(439, 2)]


def test_a_rule_that_looked_at_nothing_is_not_evaluated(published: duckdb.DuckDBPyConnection) -> None:
    outcomes = rows(published, "SELECT outcome, looked_at, failed FROM quality.results")
    assert outcomes
    for outcome, looked_at, failed in outcomes:
        assert (outcome == "not_evaluated") == (looked_at == 0)
        assert (outcome == "failed") == (failed > 0)


def test_every_figure_of_the_facts_leads_back_to_its_cell(published: duckdb.DuckDBPyConnection) -> None:
    ((found, without),) = rows(
        published,
        """
        SELECT count(*), count(*) FILTER (WHERE lines.sheet_row IS NULL OR columns.column_letter IS NULL)
        FROM marts.fct_admissions AS facts
        LEFT JOIN raw.report_lines_kn1 AS lines
            ON facts.submission_id = lines.submission_id AND facts.line_number = lines.line_number
        LEFT JOIN raw.column_map AS columns
            ON facts.submission_id = columns.submission_id AND columns.form = 'KN-1' AND columns.field = 'admitted'
        """,
    )
    assert found > 4000
    assert without == 0


def test_who_has_reported_is_told_per_month(city: Settings) -> None:
    lines = {line.commune_name: line.status for line in reports.reporting(city, date(2020, 8, 1))}
    assert lines == {
        "Phường Quyết Thắng": "accepted",
        "Phường Tân Phong": "held_back",
        "Phường Quyết Tiến": "not_reported",
        "Phường Đoàn Kết": "held_back",
        "Xã Sùng Phài": "accepted",
        "Phường Đông Phong": "accepted",
        "Xã San Thàng": "accepted",
    }


def test_the_queries_printed_in_the_readme_are_answered(published: duckdb.DuckDBPyConnection) -> None:
    for readme in ("README.md", "README.vi.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        queries = re.findall(r"```sql\n(.*?)```\s+```text\n(.*?)```", text, re.DOTALL)
        assert len(queries) >= 3
        for sql, answer in queries:
            shown = [" | ".join(str(value) for value in row) for row in rows(published, sql)]
            assert shown == answer.strip().splitlines(), sql


TABLES = (
    "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
    " WHERE NOT (schema_name = 'quality' AND table_name = 'results') ORDER BY ALL"
)


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every published table with its rows in one order; the log of runs (quality.results) left out."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return {name: rows(connection, f"FROM {name} ORDER BY ALL") for (name,) in rows(connection, TABLES)}


def test_running_again_changes_nothing(city: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(city.home, home)
    again = load_settings(
        {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06", "ADMISSIONS_ARRIVAL": "modified"}, ROOT
    )
    summaries = dict(steps.run(again))
    assert summaries["load"]["found"] == 0
    assert contents(again.published) == contents(city.published)
