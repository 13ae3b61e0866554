"""The official forms repeat the months, but for the one that the README names; the reader understands every row."""

from datetime import date

import pytest

from ingest.reader import Context, read_workbook
from samples.model import report_of
from samples.official import ONE_TOO_MANY, OfficialReport, official_reports
from samples.schedule import OfficialSending, official_sendings
from samples.write import official_bytes

#: Field of KN-1 -> the fields of 2-BTCTW that are the same together.
OF_KN1 = {
    **{name: (name,) for name in ("admitted", "women", "ethnic_minority", "religious", "youth_union", "age_18_30")},
    "age_31_40": ("age_31_35", "age_36_40"),
    "age_41_50": ("age_41_45", "age_46_50"),
    "age_over_50": ("age_51_55", "age_56_60", "age_over_60"),
    **{f"occupation_{name}": (f"occupation_{name}",) for name in ("farmer", "armed_forces", "other")},
    "occupation_student": ("occupation_university_student", "occupation_pupil"),
}
OF_KN3 = ("increase_admitted", "increase_transferred_in", "increase_reinstated", "decrease_transferred_out")
OF_KN3 += ("decrease_deceased", "decrease_expelled", "decrease_struck_off", "decrease_resigned")


def figure(report: OfficialReport, *fields: str) -> int:
    return sum(int(report.this_period[field] or 0) for field in fields)


def of_months(report: OfficialReport, form: str, field: str) -> int:
    months = range(report.first_month, report.last_month + 1)
    totals = (report_of(report.commune.code, month).sheet(form).lines[-1].values[field] for month in months)
    return sum(int(total or 0) for total in totals)


def differences(report: OfficialReport) -> dict[str, int]:
    """What the forms say more than the months."""
    found = {name: figure(report, *fields) - of_months(report, "KN-1", name) for name, fields in OF_KN1.items()}
    found |= {name: figure(report, name) - of_months(report, "KN-3", name) for name in OF_KN3}
    last = report_of(report.commune.code, report.last_month).sheet("KN-3").lines[-1].values
    first = report_of(report.commune.code, report.first_month).sheet("KN-3").lines[-1].values
    found["closing"] = figure(report, "closing") - int(last["closing"] or 0)
    found["opening"] = figure(report, "opening") - int(first["opening"] or 0)
    return {name: more for name, more in found.items() if more}


def test_there_are_sixteen_the_wards_since_they_began() -> None:
    assert [report.period for report in official_reports()] == ["2024-H1"] * 7 + ["2024"] * 7 + ["2025"] * 2


def test_all_but_one_say_what_the_months_add_up_to() -> None:
    wrong = {(r.commune.code, r.period): found for r in official_reports() if (found := differences(r))}
    assert wrong.keys() == {ONE_TOO_MANY}
    assert set(wrong[ONE_TOO_MANY].values()) == {1}
    assert {"admitted", "increase_admitted", "closing"} <= wrong[ONE_TOO_MANY].keys()


@pytest.mark.parametrize("report", official_reports(), ids=lambda report: f"{report.commune.code}-{report.period}")
def test_a_form_agrees_with_itself(report: OfficialReport) -> None:
    assert figure(report, "closing") == figure(report, "opening", "increase") - figure(report, "decrease")
    for whole, prefix in (("increase", "increase_"), ("decrease", "decrease_"), ("admitted", "education_")):
        assert figure(report, whole) == figure(report, *(f for f in report.this_period if f.startswith(prefix)))
    for whole, prefix in (("admitted", "occupation_"), ("admitted", "age_"), ("occupation_enterprise", "enterprise_")):
        assert figure(report, whole) == figure(report, *(f for f in report.this_period if f.startswith(prefix)))
    for way in ("increase_transferred_in", "decrease_transferred_out"):
        kind = way.split("_", 1)[1]
        assert figure(report, way) == figure(report, f"{kind}_other_province", f"{kind}_same_province")
    assert figure(report, "admitted") == figure(report, "increase_admitted")


def test_half_a_year_has_no_more_than_the_year() -> None:
    by_place = {(report.commune.code, report.period): report for report in official_reports()}
    for (code, period), half in by_place.items():
        if period == "2024-H1":
            year = by_place[code, "2024"]
            levels = {"opening", "closing", "mean_age"}
            assert all(figure(half, field) <= figure(year, field) for field in half.this_period if field not in levels)


@pytest.mark.parametrize("sending", official_sendings()[::5], ids=lambda sending: sending.path.stem)
def test_the_reader_reads_every_figure_of_the_period_and_of_the_year_before(sending: OfficialSending) -> None:
    report = sending.report
    content = official_bytes(report, sending.sent_at.date())
    reading = read_workbook(content, str(sending.path), Context("district:105", date(2026, 1, 6)))
    assert (reading.commune_code, reading.commune_name) == (report.commune.code, report.commune.name)
    assert (reading.problems, {form.period for form in reading.forms}) == ((), {report.period})
    lines = {line.field: line.values for form in reading.forms for line in form.lines if line.field}
    assert lines.keys() == report.this_period.keys()
    before = report.last_year or dict.fromkeys(report.this_period)
    for field, values in lines.items():
        assert (values["this_period"], values["same_period_last_year"]) == (report.this_period[field], before[field])
