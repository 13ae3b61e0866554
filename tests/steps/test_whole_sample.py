"""All sample workbooks at once, as the demonstration has them: figures from both sides of July 2025."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import steps
from deploy.answers import PAGE, with_answers
from outbox.marked.to_return import reports_of_month
from samples import revision
from samples.months import first_day
from samples.official import ONE_TOO_MANY
from samples.official_layout import official_address
from samples.write import write_samples
from tests.planted import planted_faults
from warehouse.settings import Settings, load_settings

pytestmark = [pytest.mark.pipeline, pytest.mark.data_tests]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample city after one run, as of the day of `make demo`."""
    told = re.search(r"^DEMO := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert told
    environment = dict(setting.split("=", 1) for setting in told[1].split())
    settings = load_settings(environment | {"ADMISSIONS_HOME": str(tmp_path_factory.mktemp("city"))}, ROOT)
    write_samples(settings.landing)
    list(steps.run(settings))
    return settings


@pytest.fixture
def published(city: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(city.published), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_no_workbook_is_refused_and_the_reader_has_nothing_to_say_but_hints(
    city: Settings, published: duckdb.DuckDBPyConnection
) -> None:
    assert rows(published, "SELECT DISTINCT status FROM raw.submissions") == [("accepted",)]
    assert rows(published, "SELECT * FROM raw.problems WHERE severity <> 'info'") == []


def test_the_planted_faults_are_found_and_nothing_else_in_ten_and_a_half_years(
    published: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(
        published,
        "SELECT commune_code, strftime(month, '%Y-%m'), sheet, cells[1], rule_id, state FROM quality.failures"
        " WHERE severity <> 'info' AND form LIKE 'KN-%'",
    )
    assert sorted(found) == sorted(planted_faults())


def test_where_two_repairs_are_about_as_likely_the_sender_is_told_of_both(city: Settings) -> None:
    """Tân Phong's August of 2020: four age bands make 3, the row says 2, and either of two bands may be off."""
    (report,) = (each for each in reports_of_month(city, date(2020, 8, 1)) if each.report.commune_code == "03387")
    told = {(change.cell, change.value_after): (change.follows, change.or_else) for change in report.changes}
    assert told == {
        ("D27", 2): (False, False),
        ("I12", 1): (False, False),
        ("I10", 1): (True, False),
        ("I27", 1): (True, False),
        ("J12", 0): (False, True),
    }


def test_the_sender_is_told_of_the_cell_that_is_wrong_and_not_of_those_that_are_right(city: Settings) -> None:
    """Đoàn Kết's August of 2020: an opening of 41 for 40 fails twice, once at the closing (M11), which is right."""
    (report,) = (each for each in reports_of_month(city, date(2020, 8, 1)) if each.report.commune_code == "03389")
    told = {(point.cells[0], point.reported, point.expected) for point in report.points}
    assert told == {("Đảng viên!D11", 41, 40), ("Đảng viên!E13", 0, 1)}


def test_what_is_only_worth_a_look_are_late_reports_and_cells_that_are_new(
    published: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(published, "SELECT DISTINCT rule_id FROM quality.failures WHERE severity = 'info' ORDER BY ALL")
    assert found == [("kn1_cell_unknown",), ("kn2_cell_unknown",), ("kn3_cell_unknown",), ("report_late",)]
    late = rows(
        published,
        "SELECT count(*) FROM quality.failures WHERE rule_id = 'report_late' UNION ALL"
        " SELECT count(*) FROM marts.mart_reporting_rates WHERE NOT on_time AND version IS NOT NULL",
    )
    assert late[0] == late[1]


def test_the_official_forms_disagree_with_the_months_in_the_one_place_that_the_readme_names(city: Settings) -> None:
    with duckdb.connect(str(city.store), read_only=True) as store:
        found = rows(
            store,
            "SELECT commune_code, month, sheet, cells[1], rule_id, reported, expected"
            " FROM intermediate.int_reconciled_official WHERE kind = 'official' AND reported <> expected",
        )
    code, period = ONE_TOO_MANY
    place = official_address("2-BTCTW", "admitted")
    assert found == [(code, date(int(period), 12, 1), "2-BTCTW", place, "btctw2_months", 13, 12)]


def test_whatever_is_found_in_an_official_form_is_that_one_place(published: duckdb.DuckDBPyConnection) -> None:
    found = rows(published, "SELECT commune_code, rule_id FROM quality.failures WHERE form NOT LIKE 'KN-%'")
    assert set(found) <= {(ONE_TOO_MANY[0], "btctw2_months")}


def test_the_published_figures_are_still_those_of_the_first_term(published: duckdb.DuckDBPyConnection) -> None:
    columns = "admitted, women, ethnic_minority, term_target, attainment"
    assert rows(
        published, f"SELECT {columns} FROM marts.mart_term_review WHERE level = 'city' AND term = '2015-2020'"
    ) == [(425, 289, 108, 400, 1.0625)]


def test_since_july_2025_the_codes_are_the_wards(published: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        published,
        "SELECT DISTINCT commune_code, commune_name FROM marts.fct_admissions"
        " JOIN marts.dim_commune USING (commune_key) WHERE month >= DATE '2025-07-01' ORDER BY ALL",
    )
    assert found == [("03388", "Phường Đoàn Kết"), ("03408", "Phường Tân Phong")]
    targets = "SELECT term, term_target FROM marts.mart_term_review WHERE commune_code = '03408' ORDER BY term"
    assert rows(published, targets) == [("2015-2020", 20), ("2020-2025", 20), ("2025-2030", 220)]


def test_the_amended_target_is_kept_beside_the_one_before(published: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        published,
        "SELECT commune_code, list(target ORDER BY effective_on), list(effective_on ORDER BY effective_on)"
        " FROM marts.fct_targets WHERE period_kind = 'term' AND term = '2020-2025'"
        " AND commune_code IN ('03387', '03408') GROUP BY ALL ORDER BY ALL",
    )
    days = [date(2020, 7, 1), date(2023, 1, 1)]
    assert found == [("03387", [95, 101], days), ("03408", [20, 20], days)]


def test_a_month_that_was_right_twice_is_a_resubmission_that_settles_nothing(
    published: duckdb.DuckDBPyConnection,
) -> None:
    month = first_day(revision.MONTH)
    found = rows(
        published,
        "SELECT commune_code, settles, brings FROM marts.mart_resubmissions WHERE month > DATE '2020-08-01'",
    )
    assert found == [(revision.COMMUNE_CODE, [], [])]
    changed = rows(
        published,
        "SELECT value_before, value_after FROM marts.fct_resubmission_changes"
        f" WHERE month = DATE '{month}' AND form = 'KN-1' AND field = 'admitted' AND cell_name = 'TỔNG CỘNG'",
    )
    assert changed == [(1, 2)]


def test_the_official_forms_of_sixteen_communes_and_periods_are_in(published: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        published,
        "SELECT period, count(DISTINCT submission_id) FROM raw.official_lines GROUP BY ALL ORDER BY ALL",
    )
    assert found == [("2024", 7), ("2024-H1", 7), ("2025", 2)]


def test_the_queries_printed_in_the_readme_are_answered(published: duckdb.DuckDBPyConnection) -> None:
    for readme in ("README.md", "README.vi.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        queries = re.findall(r"```sql\n(.*?)```\s+```text\n(.*?)```", text, re.DOTALL)
        assert len(queries) >= 3
        for sql, answer in queries:
            shown = [" | ".join(str(value) for value in row) for row in rows(published, sql)]
            assert shown == answer.strip().splitlines(), sql


def test_the_worked_queries_are_answered_as_their_page_shows(published: duckdb.DuckDBPyConnection) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("```sql") >= 20
    assert with_answers(page, lambda sql: rows(published, sql)) == page, "run: make queries"


def test_both_wards_reported_december_2025_in_time(published: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        published,
        "SELECT commune_code, status, on_time FROM marts.mart_reporting_rates WHERE month = DATE '2025-12-01'"
        " ORDER BY ALL",
    )
    assert found == [("03388", "accepted", True), ("03408", "accepted", True)]
