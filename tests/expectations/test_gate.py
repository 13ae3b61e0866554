"""The gate over a small store: Great Expectations judges, failures and held-back months are kept."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from small_store import RECEIVED, Reconciled

from expectations.catalogue import read_rules, rules
from expectations.report import NothingToJudge
from expectations.store.judging import JudgingFrame
from expectations.store.results import replace_failures
from expectations.store.rules import replace_overrides
from warehouse import versions
from warehouse.connections import transaction, writing
from warehouse.stored.quality import FailureRow, OverrideRow

pytestmark = pytest.mark.pipeline

ADDED = """
rules:
  - id: kn1_militia_within_women
    form: KN-1
    kind: subset
    severity: info
    field: militia
    plus_fields: [women]
    meaning: {vi: Số dân quân không lớn hơn số nữ., en: No more militia than women.}
"""

WRONG_TOTAL = Reconciled(reported=12, expected=14)
RIGHT_TOTAL = Reconciled(field="women", reported=6, expected=6, cells=("E38",))


def cell(rule_id, kind, reported, expected, line_number=1, **changes):
    return Reconciled(
        rule_id=rule_id,
        kind=kind,
        reported=reported,
        expected=expected,
        line_number=line_number,
        line_kind="cell",
        cell_name=f"Chi bộ {line_number}",
        **changes,
    )


IN_ONE_COMMUNE = cell("cell_in_two_communes", "cell_in_two_communes", 0, 0, field=None)
OFFICIAL = Reconciled(
    rule_id="btctw2_months", form="2-BTCTW", kind="official", submission_id="half-year", line_kind="indicator"
)


def check(settings, catalogue=None):
    from expectations.check import check as judge

    return judge(settings, catalogue)


def rows(settings, statement):
    with writing(settings) as connection:
        return connection.execute(statement).fetchall()


def outcome(report, rule_id):
    return next(each for each in report.outcomes if each.rule_id == rule_id)


def test_a_wrong_total_is_kept_with_place_figures_and_sentences(reconciled):
    settings = reconciled(WRONG_TOTAL, RIGHT_TOTAL)
    report = check(settings)
    assert (report.open_critical, report.held_back) == (1, 1)
    ((*values, vi, en),) = rows(
        settings,
        "SELECT rule_id, case_id, severity, commune_code, sheet, cells, field, reported, expected, difference,"
        " state, first_seen_at, message_vi, message_en FROM warehouse.quality.failures",
    )
    assert values == [
        *("kn1_column_total", "03408-2020-07", "critical", "03408", "Kết nạp", ["D38"], "admitted"),
        *(12, 14, -2, "open", RECEIVED["first"]),
    ]
    assert "12" in vi
    assert "14" in vi
    assert "2 too few" in en


def test_the_failures_id_is_that_of_rule_commune_month_and_place(reconciled):
    from hashlib import md5

    settings = reconciled(WRONG_TOTAL)
    check(settings)
    ((failure_id,),) = rows(settings, "SELECT failure_id FROM warehouse.quality.failures")
    place = "KN-1|total|tổng cộng|1|admitted"
    assert failure_id == md5(f"kn1_column_total|key of 03408|2020-07-01|{place}".encode()).hexdigest()


def test_a_rule_that_looked_at_nothing_is_not_evaluated(reconciled):
    report = check(reconciled(RIGHT_TOTAL))
    assert outcome(report, "kn1_column_total").outcome == "passed"
    assert outcome(report, "kn1_column_total").looked_at == 1
    for each in report.outcomes:
        if each.rule_id != "kn1_column_total":
            assert (each.looked_at, each.failed, each.outcome) == (0, 0, "not_evaluated")


def test_a_store_with_no_reconciliations_at_all_has_passed_nothing(reconciled):
    settings = reconciled()
    report = check(settings)
    assert {each.outcome for each in report.outcomes} == {"not_evaluated"}
    kept = rows(settings, "SELECT DISTINCT outcome, looked_at FROM warehouse.quality.results")
    assert kept == [("not_evaluated", 0)]


def test_a_reconciliation_without_a_difference_is_not_looked_at(reconciled):
    report = check(reconciled(RIGHT_TOTAL, Reconciled(reported=None, expected=3, field="militia")))
    assert outcome(report, "kn1_column_total").looked_at == 1


def test_every_line_is_counted_when_one_rule_looks_at_many_fields_of_it(reconciled):
    fields = ("admitted", "women", "militia")
    lines = [Reconciled(field=name, cells=(f"{name}1",)) for name in fields]
    report = check(reconciled(*lines, Reconciled(line_number=40, cell_name="Cộng", reported=1, expected=2)))
    assert (outcome(report, "kn1_column_total").looked_at, report.open_critical) == (4, 1)


def test_lines_without_a_number_are_counted_each(reconciled):
    missing = Reconciled(
        *("kn1_sheet_missing", "KN-1", "missing_sheet", 0, 1),
        **{"sheet": None, "line_number": None, "line_kind": None, "cell_name": None, "field": None},
        cells=(),
    )
    settings = reconciled(missing)
    report = check(settings)
    assert (outcome(report, "kn1_sheet_missing").looked_at, report.open_critical) == (1, 1)
    ((sheet, cells, message),) = rows(settings, "SELECT sheet, cells, message_vi FROM warehouse.quality.failures")
    assert (sheet, cells) == (None, [])
    assert "không có trang tính “Kết nạp”" in message


def test_a_part_below_its_whole_is_right_and_one_above_it_is_not(reconciled):
    rule = "kn1_women_within_admitted"
    report = check(
        reconciled(
            cell(rule, "subset", 1, 3, 1, field="women"),
            cell(rule, "subset", 3, 3, 2, field="women"),
            cell(rule, "subset", 4, 3, 3, field="women"),
        )
    )
    assert (outcome(report, rule).looked_at, outcome(report, rule).failed) == (3, 1)


def test_a_rule_counts_its_own_lines_and_not_those_of_its_suite(reconciled):
    women, militia = "kn1_women_within_admitted", "kn1_militia_within_admitted"
    report = check(
        reconciled(
            cell(women, "subset", 1, 3, 1, field="women"),
            cell(women, "subset", 1, 3, 2, field="women"),
            cell(militia, "subset", 1, 3, 2, field="militia"),
        )
    )
    assert (outcome(report, women).looked_at, outcome(report, militia).looked_at) == (2, 1)


def test_the_tolerance_of_a_percentage_reaches_half_a_point_and_no_further(reconciled):
    rule = "kn1_attainment_recomputed"
    lines = [
        cell(rule, "percentage", 83.0 + off, 83.0, number, field="attainment_pct")
        for number, off in enumerate((0.5, -0.5, 0.51, -0.51))
    ]
    settings = reconciled(*lines)
    report = check(settings)
    assert (outcome(report, rule).failed, report.open_warning) == (2, 2)
    assert report.held_back == 0


def test_a_relative_tolerance_grows_with_what_is_expected(reconciled):
    (rule,) = read_rules(
        ADDED.replace("    field: militia", "    relative_tolerance: 0.02\n    tolerance: 1\n    field: militia")
    )
    # Allowed are 1 + 2 % of what is expected: 103 of 100, 21 of 20.
    lines = [
        cell(rule.rule_id, "subset", reported, expected, number, field="militia")
        for number, (reported, expected) in enumerate(((103, 100), (104, 100), (21, 20), (22, 20)))
    ]
    settings = reconciled(*lines)
    report = check(settings, (*rules(), rule))
    assert (outcome(report, rule.rule_id).looked_at, outcome(report, rule.rule_id).failed) == (4, 2)
    assert rows(settings, "SELECT line_number FROM warehouse.quality.failures ORDER BY ALL") == [(1,), (3,)]


def overridden(settings, severity, commune_code=None, from_month=None, until_month=date(2020, 12, 1), position=1):
    row = OverrideRow(position, "kn1_column_total", commune_code, from_month, until_month, severity, "A", "vì")
    with writing(settings) as connection:
        replace_overrides(connection, [row])


def test_an_override_makes_a_failure_less_grave_for_its_commune_and_time(reconciled):
    settings = reconciled(WRONG_TOTAL, Reconciled(commune_code="03389", submission_id="second", reported=1, expected=2))
    overridden(settings, "warning", "03408", date(2020, 7, 1))
    report = check(settings)
    assert (report.open_critical, report.open_warning, report.held_back) == (1, 1, 1)
    assert rows(settings, "SELECT commune_code FROM warehouse.quality.held_back") == [("03389",)]


@pytest.mark.parametrize(
    ("from_month", "until_month"), [(date(2020, 8, 1), date(2020, 12, 1)), (None, date(2020, 6, 1))]
)
def test_an_override_counts_neither_before_nor_after_its_time(reconciled, from_month, until_month):
    settings = reconciled(WRONG_TOTAL)
    overridden(settings, "warning", None, from_month, until_month)
    assert check(settings).open_critical == 1


def test_a_rule_that_is_switched_off_looks_at_nothing(reconciled):
    settings = reconciled(WRONG_TOTAL)
    overridden(settings, "off")
    report = check(settings)
    assert outcome(report, "kn1_column_total").outcome == "not_evaluated"
    assert (report.open_failures, report.held_back) == (0, 0)


def test_of_two_overrides_the_one_that_names_the_commune_counts(reconciled):
    settings = reconciled(WRONG_TOTAL)
    until = date(2020, 12, 1)
    with writing(settings) as connection:
        replace_overrides(
            connection,
            [
                OverrideRow(1, "kn1_column_total", "03408", None, until, "info", "A", "vì"),
                OverrideRow(2, "kn1_column_total", None, None, until, "warning", "A", "vì"),
            ],
        )
    assert (check(settings).open_info, check(settings).open_warning) == (1, 0)


def test_the_noise_of_floating_point_sums_is_no_failure(reconciled):
    noisy = Reconciled(reported=0.1 + 0.2, expected=0.3)
    assert noisy.row[-2] != 0
    assert check(reconciled(noisy)).open_critical == 0


def test_every_failing_line_comes_back_and_not_a_sample(reconciled):
    lines = [cell("kn1_women_within_admitted", "subset", 2, 1, number, field="women") for number in range(450)]
    settings = reconciled(*lines)
    assert check(settings).open_critical == 450
    assert rows(settings, "SELECT count(DISTINCT line_number) FROM warehouse.quality.failures") == [(450,)]


def test_a_wrong_version_that_was_corrected_is_resolved_and_holds_nothing_back(reconciled):
    settings = reconciled(
        Reconciled(reported=12, expected=14, is_newest=False),
        Reconciled(submission_id="second", version=2, reported=14, expected=14),
    )
    report = check(settings)
    assert (report.open_failures, report.resolved, report.held_back) == (0, 1, 0)
    assert rows(settings, "SELECT state, version FROM warehouse.quality.failures") == [("resolved", 1)]


def test_a_fault_in_two_versions_is_one_failure_first_seen_in_the_first(reconciled):
    settings = reconciled(
        Reconciled(reported=12, expected=14, is_newest=False),
        Reconciled(submission_id="second", version=2, reported=13, expected=14, cells=("D39",)),
    )
    assert check(settings).open_critical == 1
    assert rows(
        settings,
        "SELECT version, submission_id, reported, cells, state, first_seen_at FROM warehouse.quality.failures",
    ) == [(2, "second", 13, ["D39"], "open", RECEIVED["first"])]


def test_it_is_kept_in_which_versions_a_failure_fails(reconciled):
    settings = reconciled(
        Reconciled(reported=12, expected=14, is_newest=False),
        Reconciled(field="women", reported=5, expected=6, is_newest=False),
        Reconciled(submission_id="second", version=2, reported=13, expected=14),
        Reconciled(submission_id="second", version=2, field="women", reported=6, expected=6),
    )
    for _ in range(2):
        check(settings)
        assert rows(
            settings,
            "SELECT field, kept.submission_id, kept.version, kept.reported, kept.difference"
            " FROM warehouse.quality.version_failures AS kept JOIN warehouse.quality.failures USING (failure_id)"
            " ORDER BY ALL",
        ) == [("admitted", "first", 1, 12, -2), ("admitted", "second", 2, 13, -1), ("women", "first", 1, 5, -1)]


def test_only_the_months_with_open_critical_failures_are_held_back(reconciled):
    settings = reconciled(
        WRONG_TOTAL,
        Reconciled(field="women", reported=1, expected=2),
        Reconciled(commune_code="03389", submission_id="second"),
        cell("kn1_attainment_recomputed", "percentage", 10, 90, commune_code="03389", submission_id="second"),
    )
    check(settings)
    assert rows(settings, "SELECT commune_code, open_critical FROM warehouse.quality.held_back") == [("03408", 2)]


def checked_after_a_build_that_expected_all_to_be_right(settings, first_known):
    """A check of reports whose one cell was in a published month for the first time on `first_known`."""
    with writing(settings) as connection:
        versions.expect(connection)
        connection.execute(
            "INSERT INTO warehouse.intermediate.int_cells SELECT DISTINCT 'cell', commune_key, CAST(? AS DATE)"
            " FROM warehouse.intermediate.reconciliations",
            [first_known],
        )
    return check(settings)


def test_a_report_that_turns_out_held_back_is_not_looked_at_by_what_looks_over_all_months(reconciled):
    settings = reconciled(
        WRONG_TOTAL, IN_ONE_COMMUNE, replace(IN_ONE_COMMUNE, commune_code="03389", submission_id="second")
    )
    report = checked_after_a_build_that_expected_all_to_be_right(settings, date(2020, 6, 1))
    assert report.held_back == 1
    assert outcome(report, "cell_in_two_communes").looked_at == 1
    assert report.months_again == 0


@pytest.mark.parametrize(
    ("line", "first_known"),
    [
        pytest.param(replace(IN_ONE_COMMUNE, reported=1), date(2020, 6, 1), id="another commune has the cell, too"),
        pytest.param(IN_ONE_COMMUNE, date(2020, 7, 1), id="the cell was not known before"),
        pytest.param(OFFICIAL, date(2020, 6, 1), id="an official form is held against the months"),
    ],
)
def test_its_month_is_built_again_where_more_than_its_own_lines_goes_with_it(reconciled, line, first_known):
    settings = reconciled(WRONG_TOTAL, line)
    assert checked_after_a_build_that_expected_all_to_be_right(settings, first_known).months_again == 1


def test_its_month_is_built_again_where_an_older_version_counts_instead(reconciled):
    right = Reconciled(is_newest=False)
    settings = reconciled(
        right,
        replace(WRONG_TOTAL, submission_id="second", version=2),
        replace(IN_ONE_COMMUNE, submission_id="second", version=2),
    )
    report = checked_after_a_build_that_expected_all_to_be_right(settings, date(2020, 6, 1))
    assert (report.held_back, report.months_again) == (0, 1)


def test_checking_twice_finds_the_same_and_keeps_the_results_of_both(reconciled):
    settings = reconciled(WRONG_TOTAL, RIGHT_TOTAL)
    everything = "SELECT * FROM warehouse.quality.failures ORDER BY ALL"
    first = check(settings)
    found = rows(settings, everything)
    second = check(settings)
    assert rows(settings, everything) == found
    assert first.run_id != second.run_id
    runs = rows(settings, "SELECT run_id, count(*) FROM warehouse.quality.results GROUP BY run_id")
    assert sorted(runs) == sorted((run.run_id, len(rules())) for run in (first, second))


def test_a_failure_that_went_away_is_no_longer_kept(reconciled):
    check(reconciled(WRONG_TOTAL))
    settings = reconciled(RIGHT_TOTAL)
    report = check(settings)
    assert (report.open_failures, report.held_back) == (0, 0)
    assert rows(settings, "SELECT * FROM warehouse.quality.failures") == []
    assert rows(settings, "SELECT * FROM warehouse.quality.held_back") == []


def test_a_rule_added_to_the_catalogue_is_judged_without_any_change_of_code(reconciled):
    settings = reconciled(cell("kn1_militia_within_women", "subset", 3, 1, field="militia"))
    without = check(settings)
    assert without.unknown_rules == ("kn1_militia_within_women",)
    assert without.open_failures == 0
    report = check(settings, (*rules(), *read_rules(ADDED)))
    assert outcome(report, "kn1_militia_within_women").outcome == "failed"
    assert (report.unknown_rules, report.open_info) == ((), 1)
    ((message,),) = rows(settings, "SELECT message_vi FROM warehouse.quality.failures")
    assert "cột “Kết nạp: dân quân” ghi 3, lớn hơn cột “Kết nạp: nữ” (ghi 1)" in message


def test_a_value_that_could_not_be_read_carries_the_readers_sentence(reconciled):
    line = cell("kn1_value_unread", "unread_value", 1, 0, field="women", cells=("E9",))
    settings = reconciled(line)
    with writing(settings) as connection:
        for form in ("KN-1", "KN-2"):
            connection.execute(
                "INSERT INTO warehouse.raw.problems VALUES"
                " ('first', 'value_unread', 'critical', ?, 'Kết nạp', 'E9', 'women', 'hai', 'số nguyên ≥ 0',"
                "  'Ô E9 ghi “hai” nhưng cần một số nguyên.', 'Cell E9 holds “hai”.')",
                [form],
            )
    check(settings)
    ((vi, en),) = rows(settings, "SELECT message_vi, message_en FROM warehouse.quality.failures")
    assert "Ô E9 ghi “hai” nhưng cần một số nguyên. Sửa xong" in vi
    assert "Cell E9 holds “hai”. When" in en


def test_before_the_first_build_there_is_nothing_to_judge(settings):
    with pytest.raises(NothingToJudge):
        check(settings)


def test_what_is_kept_is_kept_whole_or_not_at_all(reconciled):
    settings = reconciled(WRONG_TOTAL)
    check(settings)

    def interrupted() -> None:
        with writing(settings) as connection, transaction(connection):
            replace_failures(connection, list[FailureRow]())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert rows(settings, "SELECT count(*) FROM warehouse.quality.failures") == [(1,)]


def test_a_rule_that_could_not_be_judged_is_an_error_and_no_pass():
    from expectations.suites import Judge, JudgingFailed

    chosen = [rule for rule in rules() if rule.rule_id == "kn1_ages"]
    frame = pd.DataFrame({"judging_row": [1], "some other rule": [0.0]})
    with pytest.raises(JudgingFailed, match="kn1_ages"):
        Judge().judge(JudgingFrame("KN-1", "row_identity", frame), chosen)


def test_a_failure_that_cannot_be_put_in_words_says_what_the_rule_asks(reconciled, monkeypatch):
    from expectations import check as checking

    def fails(rule, line):
        raise OverflowError

    monkeypatch.setattr(checking, "message", fails)
    settings = reconciled(WRONG_TOTAL, RIGHT_TOTAL)
    assert check(settings).held_back == 1
    meaning = next(rule.meaning for rule in rules() if rule.rule_id == "kn1_column_total")
    assert rows(settings, "SELECT message_vi, message_en FROM warehouse.quality.failures") == [(meaning.vi, meaning.en)]
