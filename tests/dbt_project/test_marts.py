"""The marts of the small office: the gate, the blanks, the keys."""

from datetime import date

import pytest

from reference.communes import all_communes
from tests.dbt_project.conftest import Query
from tests.dbt_project.office import DONG_PHONG, JULY, JUNE, TAN_PHONG

pytestmark = pytest.mark.pipeline


def test_dim_commune_has_the_keys_and_validities_of_the_reference(query: Query) -> None:
    built = query(
        "SELECT commune_key, commune_code, commune_name, valid_from, valid_to FROM warehouse.marts.dim_commune"
    )
    expected = {(c.key, c.code, c.name, c.valid_from, c.valid_to) for c in all_communes()}
    assert len(expected) > 13_000
    assert set(built) == expected


def test_a_held_back_month_stays_out_of_the_facts_and_nothing_else_does(query: Query) -> None:
    assert query(
        "SELECT submission_id, line_number, admitted FROM warehouse.marts.fct_admissions ORDER BY month, line_number"
    ) == [
        ("tan-phong-june-2", 1, 1),
        ("tan-phong-june-2", 2, 2),
        ("tan-phong-july", 1, 0),
        ("tan-phong-july", 2, None),
    ]


def test_the_term_review_counts_what_passed_the_gate(query: Query) -> None:
    reviewed = query(
        "SELECT level, commune_name, admitted, months_reported, months_held_back"
        " FROM warehouse.marts.mart_term_review WHERE term = '2015-2020' AND (level = 'city' OR months_reported > 0)"
        " ORDER BY level"
    )
    assert reviewed == [("city", "Thành phố Lai Châu", 3, 1, 1), ("commune", "Phường Tân Phong", 3, 1, 0)]


def test_what_is_held_back_stands_beside_what_is_published(query: Query) -> None:
    # Đông Phong's June says 2 + 1 beside a total of 4: the rows are what would count.
    assert query(
        "SELECT level, commune_name, admitted, held_back_admitted FROM warehouse.marts.mart_term_review"
        " WHERE term = '2015-2020' AND (level = 'city' OR months_reported > 0) ORDER BY level"
    ) == [("city", "Thành phố Lai Châu", 3, 3), ("commune", "Phường Tân Phong", 3, 0)]
    assert query(
        "SELECT month, admitted, held_back_admitted_month, held_back_admitted_year, held_back_admitted"
        " FROM warehouse.marts.mart_city_attainment ORDER BY month"
    ) == [(JUNE, 3, 3, 3, 3), (JULY, 0, 0, 3, 0)]


def test_the_queue_says_what_a_case_would_change(query: Query) -> None:
    assert query(
        "SELECT queue_position, case_id, is_held_back, open_critical, admitted_as_sent, city_admitted,"
        " city_admitted_with, effect_share FROM warehouse.marts.mart_steward_queue"
    ) == [(1, "03408-2020-06", True, 2, 3, 3, 6, 0.5)]


def test_a_held_back_month_is_there_without_figures_on_every_day_s_boundaries(query: Query) -> None:
    of_june = (
        "SELECT commune_name, admitted, reporting_communes, communes_held_back"
        " FROM warehouse.marts.mart_commune_month_restated"
        f" WHERE month = DATE '{JUNE}' AND DATE '{{}}' BETWEEN boundary_from AND boundary_until ORDER BY commune_name"
    )
    assert query(of_june.format("2020-06-30")) == [("Phường Tân Phong", 3, 1, 0), ("Phường Đông Phong", None, 0, 1)]
    # Both became one ward.
    assert query(of_june.format("2025-12-31")) == [("Phường Tân Phong", 3, 1, 1)]


def test_the_city_has_no_attainment_while_communes_lack_a_target(query: Query) -> None:
    city = query(
        "SELECT term_target, attainment, communes_without_target FROM warehouse.marts.mart_term_review"
        " WHERE level = 'city' AND term = '2015-2020'"
    )
    assert city == [(50, None, 5)]


def test_every_commune_that_owed_a_report_is_listed_with_what_became_of_it(query: Query) -> None:
    rates = query("SELECT month, commune_code, status FROM warehouse.marts.mart_reporting_rates")
    assert len(rates) == 14
    assert (JUNE, DONG_PHONG, "held_back") in rates
    assert (JULY, DONG_PHONG, "not_reported") in rates
    assert (JULY, TAN_PHONG, "accepted") in rates
    # Nậm Loỏng ended with June 2020, Sùng Phài joined the city in July.
    assert {code for month, code, _ in rates if month == JUNE} ^ {
        code for month, code, _ in rates if month == JULY
    } == {"03406", "03403"}


def test_what_comes_after_midnight_at_the_office_is_late(query: Query) -> None:
    # 5 July 17:30 UTC is 6 July 00:30 in Hà Nội, and the report for June was due on the 5th.
    assert query(
        "SELECT due_on, on_time FROM warehouse.marts.mart_reporting_rates"
        f" WHERE commune_code = '{TAN_PHONG}' AND month = DATE '2020-06-01'"
    ) == [(date(2020, 7, 5), False)]


def test_attainment_has_no_figure_where_none_was_reported(query: Query) -> None:
    assert query(
        "SELECT month, admitted, admitted_ttd FROM warehouse.marts.mart_target_attainment"
        f" WHERE commune_code = '{DONG_PHONG}' ORDER BY month"
    ) == [(JUNE, None, None), (JULY, None, None)]


def test_a_resubmission_is_listed_with_the_figure_that_it_changed(query: Query) -> None:
    assert query(
        "SELECT submission_id, previous_submission_id, cell_name, field, value_before, value_after, sheet, cell, change"
        " FROM warehouse.marts.fct_resubmission_changes"
    ) == [
        ("tan-phong-june-2", "tan-phong-june-1", "Chi bộ Bản Hai", "admitted", 1, 2, "Kết nạp", "D12", "changed"),
    ]
    assert query("SELECT submission_id, changed_figures, settles, brings FROM warehouse.marts.mart_resubmissions") == [
        ("tan-phong-june-2", 1, ["of the first version"], [])
    ]
