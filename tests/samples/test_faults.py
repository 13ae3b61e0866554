"""Six workbooks are corrected later; August 2020 is open as the README says, July is clean."""

from collections import Counter

import pytest

from reference.fields import fields_of
from samples import city, faults
from samples.faults import ALL_FAULTS, CORRECTED, OPEN, Fault, breaks_by, with_fault
from samples.model import report_of
from samples.months import AUGUST_2020, MERGER, NEXT_TERM_START, TERM_END, iso
from samples.readme import README, readme_text
from samples.schedule import CORRECTION_SUFFIX, sendings

RULES_THAT_WARN = {"kn2_verification_within_class", "kn2_complete_within_verification"}


@pytest.mark.parametrize("fault", ALL_FAULTS, ids=lambda fault: f"{fault.commune_code}-{iso(fault.month)}")
def test_a_fault_breaks_exactly_the_rules_that_it_names(fault: Fault) -> None:
    assert {found.rule_id for found in breaks_by(fault)} == fault.rules


@pytest.mark.parametrize("fault", ALL_FAULTS, ids=lambda fault: f"{fault.commune_code}-{iso(fault.month)}")
def test_outside_the_totals_a_fault_changes_nothing_but_what_it_names(fault: Fault) -> None:
    right = report_of(fault.commune_code, fault.month)
    changed = {
        (sheet.form, line.name, field.name)
        for sheet, wrong in zip(right.sheets, with_fault(right, fault).sheets, strict=True)
        for line, off in zip(sheet.lines, wrong.lines, strict=True)
        for field in fields_of(sheet.form)
        if line.kind == "cell" and line.values.get(field.name) != off.values.get(field.name)
    }
    named = {(change.form, change.name, change.field) for change in fault.changes if change.name}
    # The percentage is worked out from the year to date, and follows it.
    assert changed - named <= {("KN-1", name, "attainment_pct") for _, name, field in named if field == "admitted_ytd"}
    assert named <= changed


def test_six_workbooks_of_the_term_are_corrected_each_with_another_fault() -> None:
    assert len(CORRECTED) == 6
    assert all(fault.month <= TERM_END for fault in CORRECTED)
    assert len({fault.rules for fault in CORRECTED}) == 6
    corrections = [sending for sending in sendings() if CORRECTION_SUFFIX in sending.path.name]
    assert len(corrections) == 6
    assert all(sending.fault is None for sending in corrections)


def test_a_correction_comes_days_after_the_workbook_that_it_corrects() -> None:
    sent = {(s.report.commune.code, s.report.month): s.sent_at for s in sendings() if s.fault}
    for sending in sendings():
        if CORRECTION_SUFFIX in sending.path.name:
            first = sent[sending.report.commune.code, sending.report.month]
            assert 3 <= (sending.sent_at - first).days <= 12


def test_july_2020_is_clean() -> None:
    assert [fault for fault in ALL_FAULTS if fault.month == NEXT_TERM_START] == []


def test_august_2020_has_two_critical_communes_one_with_warnings_and_one_silent() -> None:
    assert {fault.month for fault in OPEN} == {AUGUST_2020}
    critical = [fault for fault in OPEN if fault.rules - RULES_THAT_WARN]
    warned = [fault for fault in OPEN if not fault.rules - RULES_THAT_WARN]
    assert (len(critical), len(warned)) == (2, 1)
    reported = {sending.report.commune.code for sending in sendings() if sending.report.month == AUGUST_2020}
    expected = {commune.code for commune in city.communes_reporting(AUGUST_2020)}
    assert expected - reported == {faults.NOT_REPORTED[0]}
    assert not {fault.commune_code for fault in OPEN} - reported


def test_the_total_of_tan_phong_in_august_is_july_s() -> None:
    fault = next(fault for fault in OPEN if fault.commune_code == city.TAN_PHONG.code)
    july = report_of(fault.commune_code, AUGUST_2020 - 1).sheet("KN-1").lines[-1]
    august = with_fault(report_of(fault.commune_code, AUGUST_2020), fault).sheet("KN-1").lines[-1]
    assert august.values["admitted"] == july.values["admitted"]


def test_every_other_month_has_seven_workbooks_and_two_after_the_merger() -> None:
    firsts = [sending for sending in sendings() if not sending.is_second]
    counts = Counter(sending.report.month for sending in firsts)
    unusual = {month: count for month, count in counts.items() if count != (2 if month >= MERGER else 7)}
    assert unusual == {AUGUST_2020: 6}
    assert len({(s.report.commune.code, s.report.month) for s in firsts}) == len(firsts) == 120 * 7 + 6 * 2 - 1


def test_the_readme_lists_the_faults_as_they_are_planted() -> None:
    # Out of date? `python -m samples --readme`
    assert README.read_text(encoding="utf-8") == readme_text()
