"""The right figures break no rule, and the arithmetic that says so does notice when one is wrong."""

from dataclasses import replace

import pytest

from reference.fields import MONTHLY_FORMS, number_fields_of
from samples import city
from samples.consistency import breaks_of
from samples.faults import Change, Fault, MisplacedFaultError, breaks_by, with_fault
from samples.model import Line, Report, all_reports, month_before_of, report_of, targets_in_force
from samples.months import LAST_MONTH, MERGER, NEXT_TERM_START, TERM_START, month_number

MAY_2019 = month_number(2019, 5)
A_CELL = "Chi bộ Tổ dân phố số 22"


def cell_lines(report: Report, form: str) -> dict[str, Line]:
    return {line.name: line for line in report.sheet(form).lines if line.kind == "cell"}


def test_every_identity_of_every_form_holds_in_every_month() -> None:
    broken = [
        (report.commune.name, report.month, found)
        for report in all_reports()
        for found in breaks_of(report, month_before_of(report), targets_in_force(report.month))
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (Change("KN-1", "admitted", 1), {"kn1_column_total"}),
        (Change("KN-1", "occupation_other", 1, A_CELL), {"kn1_occupations"}),
        (Change("KN-1", "admitted_ttd", 1, A_CELL), {"kn1_ttd_carried"}),
        (Change("KN-1", "year_target", 1), {"kn1_year_target_on_file", "kn1_column_total"}),
        (Change("KN-2", "introduced_other", 1, A_CELL), {"kn2_introduced"}),
        (Change("KN-3", "age_over_60", 1, A_CELL), {"kn3_ages"}),
        (Change("KN-3", "closing", 1, A_CELL), {"kn3_ages", "kn3_balance"}),
    ],
)
def test_a_figure_that_is_off_breaks_its_rules_and_no_other(change: Change, rules: set[str]) -> None:
    fault = Fault(city.DONG_PHONG.code, MAY_2019, (change,), frozenset(), "", is_corrected=False)
    assert {found.rule_id for found in breaks_by(fault)} == rules


def test_a_section_that_does_not_add_up_is_noticed() -> None:
    report = report_of(city.DONG_PHONG.code, MAY_2019)
    sheet = report.sheet("KN-3")
    section = replace(sheet.lines[0], values={**sheet.lines[0].values, "opening": 0})
    wrong = replace(report, sheets=(replace(sheet, lines=(section, *sheet.lines[1:])),))
    found = breaks_of(replace(wrong, sheets=(report.sheet("KN-1"), *wrong.sheets)), None, targets_in_force(MAY_2019))
    assert [(one.rule_id, one.line_number, one.field) for one in found] == [("kn3_section_total", 1, "opening")]


def test_a_fault_in_a_cell_that_does_not_exist_is_an_error() -> None:
    fault = Fault(city.DONG_PHONG.code, MAY_2019, (Change("KN-1", "women", 1, "Chi bộ X"),), frozenset(), "", False)
    with pytest.raises(MisplacedFaultError, match="Chi bộ X"):
        with_fault(report_of(city.DONG_PHONG.code, MAY_2019), fault)


def test_every_number_field_of_the_forms_has_a_figure_on_every_line() -> None:
    for form in MONTHLY_FORMS:
        names = {field.name for field in number_fields_of(form)}
        for report in all_reports():
            assert all(set(line.values) == names for line in report.sheet(form).lines)


def test_blank_are_only_percentages_without_target_and_heads_of_cells_without_one() -> None:
    for report in all_reports():
        for form in MONTHLY_FORMS:
            for name, line in cell_lines(report, form).items():
                blank = {field for field, value in line.values.items() if value is None}
                assert blank <= {"attainment_pct", "head_is_member"}, name
                assert ("attainment_pct" in blank) == (form == "KN-1" and line.values["year_target"] == 0)


def test_complete_files_are_enough_for_the_next_month_s_admissions() -> None:
    for month in range(TERM_START, LAST_MONTH):
        for commune in city.communes_reporting(month):
            if commune not in city.communes_reporting(month + 1):
                continue
            ready = cell_lines(report_of(commune.code, month), "KN-2")
            for name, line in cell_lines(report_of(commune.code, month + 1), "KN-1").items():
                if name in ready:
                    assert int(ready[name].values["files_complete"] or 0) >= int(line.values["admitted"] or 0)


def test_the_cells_of_nam_loong_open_july_2020_as_they_closed_june() -> None:
    closed = cell_lines(report_of(city.NAM_LOONG.code, NEXT_TERM_START - 1), "KN-3")
    found = 0
    for commune in city.communes_reporting(NEXT_TERM_START):
        for name, line in cell_lines(report_of(commune.code, NEXT_TERM_START), "KN-3").items():
            if name in closed:
                found += 1
                assert line.values["opening"] == closed[name].values["closing"]
    assert found == len(closed) == len(city.NAM_LOONG.cells)


def test_a_cell_s_name_stands_once_in_a_commune() -> None:
    for month in (TERM_START, NEXT_TERM_START, MERGER):
        for commune in city.communes_reporting(month):
            cells = city.cells_reporting(commune, month)
            assert 5 <= len(cells) <= 50
            assert len({cell.name.lower() for cell in cells}) == len(cells)
