"""From workbooks in a landing folder to the published figures: the real steps on the sample city."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import steps
from answers import cases, reports
from samples import city as city_of_samples
from samples.faults import CORRECTED, OPEN, Fault, with_fault
from samples.model import Report, report_of
from samples.months import first_day
from samples.schedule import sendings
from samples.write import sending_bytes, write_samples
from tests.planted import planted_faults
from warehouse.settings import Settings, load_settings

pytestmark = [pytest.mark.pipeline, pytest.mark.data_tests]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample city after one run, as of 6 September 2020, with the reports until August.

    Its later reports: `tests/steps/test_whole_sample.py`.
    """
    settings = load_settings(
        {
            "ADMISSIONS_HOME": str(tmp_path_factory.mktemp("city")),
            "ADMISSIONS_TODAY": "2020-09-06",
            "ADMISSIONS_ARRIVAL": "modified",
        },
        ROOT,
    )
    write_samples(settings.landing, until=date(2020, 8, 1))
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


def test_every_planted_fault_is_found_at_its_cell_and_nothing_else_is(published: duckdb.DuckDBPyConnection) -> None:
    planted = planted_faults()
    assert len(planted) == 12
    found = rows(
        published,
        "SELECT commune_code, strftime(month, '%Y-%m'), sheet, cells[1], rule_id, state FROM quality.failures"
        " WHERE severity <> 'info'",
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


def test_the_queue_begins_with_what_keeps_most_out_of_the_city_s_figures(city: Settings) -> None:
    waiting = [case for case in cases.queue(city) if case.waits]
    assert [(case.case_id, case.is_held_back, case.critical, case.warning) for case in waiting] == [
        ("03389-2020-08", True, 3, 0),
        ("03387-2020-08", True, 2, 0),
        ("03409-2020-08", False, 0, 1),
    ]
    resolved = {case.case_id for case in cases.queue(city, state="resolved")}
    assert resolved == {f"{fault.commune_code}-{first_day(fault.month):%Y-%m}" for fault in CORRECTED}
    assert [case.case_id for case in cases.queue(city, "Đoàn Kết", date(2020, 8, 1))] == ["03389-2020-08"]


def test_a_case_names_its_wrong_cells_with_the_rows_around_them_and_the_repair(city: Settings) -> None:
    case = cases.case_view(city, "03389-2020-08")
    assert case is not None
    swapped, opening = case.causes
    assert "Đảng viên!E13" in swapped.message_en
    assert "Đảng viên!D11" in opening.message_en
    assert {failure.rule_id for failure in opening.failures} == {"kn3_balance", "kn3_opening_carried"}
    assert opening.context is not None
    assert [row.sheet_row for row in opening.context.rows] == [10, 11, 12]
    (it,) = [row for row in opening.context.rows if row.is_it]
    # The opening as it was sent, and July's.
    assert (it.values[0], it.last_month[0]) == (41, 40)
    first = {change.cell for change in case.repairs[1] if not change.follows}
    assert first == {"Đảng viên!D11", "Đảng viên!E13", "Đảng viên!F13"}
    assert (case.effect.admitted, case.effect.without, case.effect.with_it) == (2, 6, 8)
    # A failure's id, or its beginning, leads to its case.
    by_failure = cases.case_view(city, opening.failures[0].failure_id[:10])
    assert by_failure is not None
    assert by_failure.case_id == "03389-2020-08"
    assert cases.case_view(city, "no such case") is None


@pytest.mark.parametrize("fault", OPEN, ids=lambda fault: fault.commune_code)
def test_the_first_proposal_takes_back_a_planted_fault(fault: Fault, published: duckdb.DuckDBPyConnection) -> None:
    proposed = {
        (cell_name, field): after - before
        for cell_name, field, before, after in rows(
            published,
            "SELECT cell_name, field, value_before, value_after FROM quality.proposals"
            f" WHERE commune_code = '{fault.commune_code}' AND month = DATE '{first_day(fault.month)}'"
            " AND rank = 1 AND slip <> 'follows'",
        )
    }
    planted = {(change.name or "TỔNG CỘNG", change.field): -change.by for change in fault.changes}
    if fault.commune_code == city_of_samples.TAN_PHONG.code:
        # Which of the two age bands is one too many, the sheet does not tell.
        assert proposed.pop(("Chi bộ Tổ dân phố số 6", "age_18_30")) == planted.pop(
            ("Chi bộ Tổ dân phố số 6", "age_31_40")
        )
    assert proposed == planted


def test_corrected_workbooks_show_as_versions(published: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        published,
        "SELECT count(*) FROM raw.submissions WHERE version = 2",
    ) == [(6,)]
    assert rows(published, "SELECT count(*), max(version) FROM marts.fct_submissions") == [(439, 2)]


#: (form, name of the row, field) -> figure.
Figures = dict[tuple[str, str, str], Any]


def figures_of(report: Report) -> Figures:
    return {
        (sheet.form, line.name, field): value
        for sheet in report.sheets
        for line in sheet.lines
        for field, value in line.values.items()
    }


def planted_changes(fault: Fault) -> set[tuple[str, str, str, Any, Any]]:
    """What the correction has to change: form, row, field, before, after."""
    right = report_of(fault.commune_code, fault.month)
    wrong, corrected = figures_of(with_fault(right, fault)), figures_of(right)
    assert wrong.keys() == corrected.keys()
    return {(*place, wrong[place], value) for place, value in corrected.items() if wrong[place] != value}


@pytest.mark.parametrize("fault", CORRECTED, ids=lambda fault: f"{fault.commune_code}-{first_day(fault.month):%Y-%m}")
def test_a_correction_changes_what_was_wrong_and_settles_its_failure(
    fault: Fault, published: duckdb.DuckDBPyConnection, city: Settings
) -> None:
    of_month = f"commune_code = '{fault.commune_code}' AND month = DATE '{first_day(fault.month)}'"
    changed = rows(
        published,
        "SELECT form, cell_name, field, value_before, value_after FROM marts.fct_resubmission_changes"
        f" WHERE {of_month} AND change = 'changed'",
    )
    assert changed
    assert set(changed) == planted_changes(fault)
    ((figures, added, removed, settles, brings),) = rows(
        published,
        "SELECT changed_figures, figures_in_added_rows, figures_in_removed_rows, settles, brings"
        f" FROM marts.mart_resubmissions WHERE {of_month}",
    )
    assert (figures, added, removed, brings) == (len(changed), 0, 0, [])
    failed = rows(published, f"SELECT failure_id FROM quality.failures WHERE {of_month} AND state = 'resolved'")
    assert [(failure_id,) for failure_id in settles] == failed
    first, second = reports.versions(city, fault.commune_code, first_day(fault.month))
    assert (first.version, first.changes, first.settles) == (1, (), ())
    assert (second.version, len(second.changes)) == (2, len(changed))
    assert {failure.rule_id for failure in second.settles} == fault.rules


def test_only_the_six_corrections_are_resubmissions(published: duckdb.DuckDBPyConnection) -> None:
    found = rows(published, "SELECT commune_code, month FROM marts.mart_resubmissions")
    assert sorted(found) == sorted((fault.commune_code, first_day(fault.month)) for fault in CORRECTED)


def test_a_changed_figure_stands_at_its_cell_in_the_corrected_workbook(published: duckdb.DuckDBPyConnection) -> None:
    # The address in samples/README.md: the typed total of the women of May 2016.
    assert rows(
        published,
        "SELECT sheet, cell, value_before, value_after FROM marts.fct_resubmission_changes"
        " WHERE commune_code = '03389' AND month = DATE '2016-05-01'",
    ) == [("Kết nạp", "E24", 2, 3)]


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


def test_last_month_s_workbook_under_this_month_s_title_is_a_copy(tmp_path: Path) -> None:
    settings = load_settings(
        {"ADMISSIONS_HOME": str(tmp_path), "ADMISSIONS_TODAY": "2016-09-06", "ADMISSIONS_SCOPE": "commune:03408"}, ROOT
    )
    settings.landing.mkdir(parents=True)
    sent = [sending for sending in sendings() if sending.report.commune.code == "03408" and not sending.fault]
    june = next(
        sending
        for sending in sent
        if first_day(sending.report.month) >= date(2016, 1, 1) and has_admissions(sending.report)
    )
    july = replace(june, report=replace(june.report, month=june.report.month + 1))
    for number, sending in enumerate((june, july)):
        path = settings.landing / f"{number}.xlsx"
        path.write_bytes(sending_bytes(sending))
        os.utime(path, (number, number))
    list(steps.run(settings))
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        found = rows(
            connection,
            "SELECT month, severity, sheet, cells FROM quality.failures WHERE rule_id = 'copy_of_previous_month'",
        )
        critical = rows(
            connection, "SELECT month, rule_id FROM quality.failures WHERE severity = 'critical' AND state = 'open'"
        )
        published = rows(connection, "SELECT DISTINCT month FROM marts.fct_admissions")
    assert found == [(first_day(july.report.month), "warning", None, [])]
    # The copy is told by one sentence; the month that was copied is right as it stands.
    assert critical == [(first_day(july.report.month), "figures_of_another_month")]
    assert published == [(first_day(june.report.month),)]


def has_admissions(report: Report) -> bool:
    return any(line.values["admitted"] for line in report.sheet("KN-1").lines)


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
