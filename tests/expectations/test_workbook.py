"""A workbook judged by itself: what the samples' own arithmetic finds in it, and which cell is to be mended."""

from dataclasses import replace
from datetime import date

import pytest

from expectations.workbook import judged
from expectations.workbook_process import judged_beside
from expectations.workbook_told import CarriedCell, Workbook, WorkbookForm, WorkbookLine
from reference.fields import fields_of
from reference.sheet_layout import column_of
from samples.faults import Change, Fault, with_fault
from samples.model import Report, report_of
from samples.months import month_number

CODE, MONTH = "03408", month_number(2015, 8)
FIRST_ROW = 10


def workbook(report: Report) -> Workbook:
    forms = []
    for sheet in report.sheets:
        columns = {field.name: column_of(sheet.form, field.name) for field in fields_of(sheet.form)}
        lines = [
            WorkbookLine(
                FIRST_ROW + place,
                line.kind,
                line.name,
                {name: value for name, value in line.values.items() if value is None or isinstance(value, int | float)},
            )
            for place, line in enumerate(sheet.lines)
        ]
        forms.append(WorkbookForm(sheet.form, sheet.form, columns, lines))
    return Workbook(date(2015, 8, 1), forms)


def with_change(form: str, field: str, by: int, line: str | None = None) -> Report:
    report = report_of(CODE, MONTH)
    name = line or next(each.name for each in report.sheet(form).lines if each.kind == "cell")
    return with_fault(report, Fault(CODE, MONTH, (Change(form, field, by, name),), frozenset(), "", is_corrected=False))


def alone(report: Report, form: str, place: int, **values: float | None) -> Workbook:
    """The workbook with figures of one row changed, and nothing that follows from them."""
    whole = workbook(report)
    forms = []
    for each in whole.forms:
        lines = list(each.lines)
        if each.form == form:
            lines[place] = replace(lines[place], values={**lines[place].values, **values})
        forms.append(replace(each, lines=lines))
    return replace(whole, forms=forms)


def place_of(report: Report, form: str, kind: str) -> int:
    return next(place for place, line in enumerate(report.sheet(form).lines) if line.kind == kind)


@pytest.mark.parametrize("code", ["03408", "03386", "03409"])
def test_what_is_right_is_right(code: str) -> None:
    found = judged(workbook(report_of(code, MONTH)))
    assert found.looked_at > 300
    assert not found.inconsistencies
    assert not found.suspicions


@pytest.mark.parametrize("kind", ["total", "section", "cell"])
def test_a_sum_that_does_not_add_up_is_told_with_the_cell_to_mend(kind: str) -> None:
    report = report_of(CODE, MONTH)
    place = place_of(report, "KN-1", kind)
    women = report.sheet("KN-1").lines[place].values["women"] or 0
    found = judged(alone(report, "KN-1", place, women=women + 7))
    cell = f"{column_of('KN-1', 'women')}{FIRST_ROW + place}"
    assert found.inconsistencies
    assert [each.cells for each in found.suspicions] == [(f"KN-1!{cell}",)]
    if kind != "cell":
        (only,) = found.inconsistencies
        assert (only.severity, only.cell, only.cells[0]) == ("critical", cell, cell)
        assert f"ô {cell}" in only.vi
        assert f"cell {cell}" in only.en


def test_two_sheets_that_disagree_name_both_cells() -> None:
    report = report_of(CODE, MONTH)
    place = place_of(report, "KN-3", "cell")
    values = report.sheet("KN-3").lines[place].values
    moved = alone(
        report,
        "KN-3",
        place,
        increase_admitted=(values["increase_admitted"] or 0) + 1,
        increase_transferred_in=(values["increase_transferred_in"] or 0) - 1,
    )
    told = [each for each in judged(moved).inconsistencies if any(cell.startswith("KN-1!") for cell in each.cells)]
    assert len(told) == 1


def test_rows_that_break_their_own_identity_are_found() -> None:
    rules = {
        (each.sheet, each.severity) for each in judged(workbook(with_change("KN-3", "closing", 2))).inconsistencies
    }
    assert ("KN-3", "critical") in rules
    assert judged(workbook(with_change("KN-1", "women", 9))).inconsistencies


def test_a_blank_is_no_zero_and_what_was_not_read_takes_part_in_nothing() -> None:
    report = report_of(CODE, MONTH)
    total = place_of(report, "KN-1", "total")
    assert not judged(alone(report, "KN-1", total, women=None)).inconsistencies
    wrong = alone(report, "KN-1", total, women=99)
    assert judged(wrong).inconsistencies
    cell = f"{column_of('KN-1', 'women')}{FIRST_ROW + place_of(report, 'KN-1', 'cell')}"
    unread = [replace(each, unread=frozenset({cell})) if each.form == "KN-1" else each for each in wrong.forms]
    assert not judged(replace(wrong, forms=unread)).inconsistencies


def test_a_sheet_that_is_not_there_is_no_inconsistency() -> None:
    whole = workbook(report_of(CODE, MONTH))
    assert not judged(replace(whole, forms=[each for each in whole.forms if each.form != "KN-1"])).inconsistencies


def carried_from(report: Report) -> list[CarriedCell]:
    """The cells as the month before has them."""
    members = {line.name: line.values for line in report.sheet("KN-3").lines}
    return [
        CarriedCell(
            line.name,
            {
                "admitted_ytd": line.values["admitted_ytd"],
                "admitted_ttd": line.values["admitted_ttd"],
                "closing": members[line.name]["closing"],
            },
        )
        for line in report.sheet("KN-1").lines
        if line.kind == "cell"
    ]


def test_what_goes_on_from_the_month_before_is_compared_with_it() -> None:
    report, before = report_of(CODE, MONTH), report_of(CODE, MONTH - 1)
    whole = replace(workbook(report), carried=carried_from(before))
    found = judged(whole)
    assert found.looked_at > judged(workbook(report)).looked_at
    assert not found.inconsistencies
    place = place_of(report, "KN-1", "cell")
    year = report.sheet("KN-1").lines[place].values["admitted_ytd"] or 0
    wrong = replace(alone(report, "KN-1", place, admitted_ytd=year + 5), carried=whole.carried)
    cell = f"{column_of('KN-1', 'admitted_ytd')}{FIRST_ROW + place}"
    told = [each for each in judged(wrong).inconsistencies if each.cell == cell]
    assert any("tháng 7/2015" in each.vi for each in told)
    assert judged(wrong).suspicions[0].cells == (f"KN-1!{cell}",)


def test_a_sum_that_begins_again_owes_nothing_to_the_month_before() -> None:
    january = month_number(2016, 1)
    report, before = report_of(CODE, january), report_of(CODE, january - 1)
    whole = replace(workbook(report), month=date(2016, 1, 1), carried=carried_from(before))
    assert not judged(whole).inconsistencies
    assert judged(replace(whole, month=date(2016, 2, 1))).inconsistencies


def test_the_process_beside_answers_the_same() -> None:
    report = report_of(CODE, MONTH)
    wrong = alone(report, "KN-1", place_of(report, "KN-1", "total"), women=99)
    assert judged_beside([workbook(report), wrong]) == [judged(workbook(report)), judged(wrong)]
    assert judged_beside([]) == []
