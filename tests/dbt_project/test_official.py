"""The official forms filled in from months and from the communes' own forms, and written as workbooks."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dbt_project.build import MARTS, RECONCILE, build
from expectations.publish_rules import write_rules
from ingest.inspect import inspect_files
from outbox.filled_forms.issue import issue_forms
from outbox.filled_forms.workbook import NOTES_SHEET
from reference.fields import fields_of
from tests.dbt_project import official_office as office
from tests.dbt_project.official_office import COMMUNES, DONG_PHONG, SAN_THANG, TAN_PHONG, Month, months_of
from warehouse.connections import reading_published, writing
from warehouse.publish import publish
from warehouse.settings import Settings

ROOT = Path(__file__).parents[2]
Row = dict[str, Any]

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = office.settings_of(tmp_path_factory.mktemp("official"))
    office.fill(settings)
    write_rules(settings)
    build(settings, RECONCILE)
    office.hold_back(settings)
    build(settings, MARTS)
    publish(settings)
    return settings


@pytest.fixture(scope="module")
def report(published: Settings) -> list[Row]:
    with reading_published(published) as connection:
        answer = connection.execute("FROM warehouse.marts.mart_official_report")
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.fixture(scope="module")
def row(report: list[Row]) -> Callable[..., Row]:
    def find(period: str, field: str, code: str | None = None) -> Row:
        (found,) = [
            line for line in report if (line["period"], line["field"], line["commune_code"]) == (period, field, code)
        ]
        return found

    return find


def months_in(period: str) -> list[date]:
    year, _, half = period.partition("-")
    halves = {"": range(1, 13), "H1": range(1, 7), "H2": range(7, 13)}
    return [date(int(year), month, 1) for month in halves[half]]


def added_up(period: str, figure: Callable[[Month], int], codes: list[str]) -> int:
    return sum(figure(months_of(code)[month]) for code in codes for month in months_in(period))


# --- From the months ------------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["2021-H1", "2021", "2022-H2", "2024-H2"])
def test_the_admissions_of_a_period_are_those_of_its_months(period: str, row: Callable[..., Row]) -> None:
    for field, figure in (("admitted", lambda m: m.admitted), ("women", lambda m: m.women)):
        for code in COMMUNES:
            line = row(period, field, code)
            assert (line["this_period"], line["source"]) == (added_up(period, figure, [code]), "months")
        assert row(period, field)["this_period"] == added_up(period, figure, list(COMMUNES))


def test_members_run_from_the_first_month_s_opening_to_the_last_month_s_closing(row: Callable[..., Row]) -> None:
    for code in (TAN_PHONG, SAN_THANG):
        first, last = (months_of(code)[month] for month in (date(2022, 1, 1), date(2022, 12, 1)))
        assert row("2022", "opening", code)["this_period"] == first.opening
        assert row("2022", "closing", code)["this_period"] == last.closing
    opening, increase, decrease, closing = (
        row("2022", field)["this_period"] for field in ("opening", "increase", "decrease", "closing")
    )
    assert closing == opening + increase - decrease
    assert increase == added_up("2022", lambda m: m.admitted + m.transferred_in, list(COMMUNES))
    assert row("2022", "increase")["source"] == "derived"


def test_the_year_before_is_filled_in_by_the_same_rules(row: Callable[..., Row]) -> None:
    for code in (None, TAN_PHONG):
        line, before = row("2022-H1", "admitted", code), row("2021-H1", "admitted", code)
        assert line["same_period_last_year"] == before["this_period"] > 0
        assert line["pct"] == pytest.approx(100 * line["this_period"] / before["this_period"])


def test_a_percentage_of_nothing_is_not_known(row: Callable[..., Row]) -> None:
    line = row("2023", "admitted", SAN_THANG)
    assert line["this_period"] > 0
    assert (line["same_period_last_year"], line["pct"]) == (0, None)


def test_before_the_first_month_nothing_is_known(row: Callable[..., Row]) -> None:
    line = row("2021-H1", "admitted", TAN_PHONG)
    assert (line["same_period_last_year"], line["reason_last_year"]) == (None, "not_covered")


# --- What is not known ----------------------------------------------------------------------------


def test_a_missing_month_leaves_the_period_blank_and_is_named(row: Callable[..., Row]) -> None:
    line = row("2024", "admitted", DONG_PHONG)
    assert (line["this_period"], line["source"], line["reason"]) == (None, None, "months_missing")
    assert "3/2024" in line["message_vi"]
    assert "March 2024" in line["message_en"]
    assert "April 2024" not in line["message_en"]


def test_a_month_held_back_is_named_as_such(row: Callable[..., Row]) -> None:
    line = row("2023-H2", "closing", TAN_PHONG)
    assert (line["this_period"], line["reason"]) == (None, "months_held_back")
    assert "November 2023" in line["message_en"]
    assert row("2023-H1", "closing", TAN_PHONG)["this_period"] is not None


def test_the_city_is_blank_when_a_commune_is_and_says_how_many(row: Callable[..., Row]) -> None:
    line = row("2023-H2", "admitted")
    assert (line["this_period"], line["reason"]) == (None, "communes_unknown")
    assert line["message_en"] == f"1 of {len(COMMUNES)} communes have no figure."
    assert row("2023-H2", "mean_age")["message_en"].startswith(f"{len(COMMUNES)} of")


def test_every_blank_figure_has_its_reason_in_both_languages(report: list[Row]) -> None:
    blank = [line for line in report if line["field"] and line["this_period"] is None]
    assert len(blank) > 500
    assert [line for line in blank if line["source"] or not line["message_vi"] or not line["message_en"]] == []
    assert [line for line in blank if "{" in line["message_vi"] + line["message_en"]] == []
    last_year = [line for line in report if line["field"] and line["same_period_last_year"] is None]
    assert [line for line in last_year if not line["message_last_year_vi"]] == []


# --- From the commune's own form ------------------------------------------------------------------


def test_what_no_month_asks_for_comes_from_the_newest_version_of_the_commune_s_form(row: Callable[..., Row]) -> None:
    line = row("2024-H1", "age_31_35", DONG_PHONG)
    assert (line["this_period"], line["source"]) == (3, "form")
    assert line["submission_id"]
    # With a month missing even what the months would know comes from the form: the corrected one.
    admitted = row("2024-H1", "admitted", DONG_PHONG)
    assert (admitted["this_period"], admitted["source"]) == (8, "form")
    # The correction held form 2 only; form 1 is still that of the first workbook.
    assert row("2024-H1", "opening", DONG_PHONG)["this_period"] == 120


def test_where_the_months_know_the_form_does_not_count(row: Callable[..., Row]) -> None:
    line = row("2024-H2", "admitted", DONG_PHONG)
    months = added_up("2024-H2", lambda m: m.admitted, [DONG_PHONG])
    assert months != 6
    assert (line["this_period"], line["source"]) == (months, "months")


def test_a_part_of_nobody_is_nobody(row: Callable[..., Row]) -> None:
    for field in ("age_41_45", "age_over_60"):
        assert row("2023-H2", field, SAN_THANG)["this_period"] == 0
    assert row("2022", "education_primary", SAN_THANG)["this_period"] == 0
    assert row("2022", "mean_age", SAN_THANG)["reason"] == "nobody_admitted"
    # Tân Phong admitted people of 31 to 40: who of them was under 36 only a form could say.
    assert row("2023-H1", "age_31_35", TAN_PHONG)["this_period"] is None


# --- The forms themselves -------------------------------------------------------------------------


def test_the_edition_is_the_one_in_force_at_the_period_s_end(report: list[Row]) -> None:
    forms = {period: {line["form"] for line in report if line["period"] == period} for period in ("2021-H1", "2021")}
    assert forms == {"2021-H1": {"1-TCTW", "2-TCTW"}, "2021": {"1-BTCTW", "2-BTCTW"}}


def test_every_row_of_the_forms_is_there_for_every_office_and_period(report: list[Row]) -> None:
    periods = {line["period"] for line in report}
    assert periods == {f"{year}{half}" for year in range(2021, 2025) for half in ("", "-H1", "-H2")}
    places = {(line["period"], line["commune_code"], line["form"], line["position"]) for line in report}
    assert len(places) == len(report)
    for form in ("1-BTCTW", "2-BTCTW"):
        asked = [field.position for field in fields_of(form)]
        assert {("2024", None, form, position) for position in asked} <= places
    assert len(report) == (len(COMMUNES) + 1) * ((18 + 37) + 11 * (17 + 58))


# --- Reconciliations ------------------------------------------------------------------------------


def test_an_official_form_is_compared_with_itself_the_others_and_the_months(published: Settings) -> None:
    with writing(published) as connection:
        found = connection.execute(
            """
            SELECT rule_id, cell_name, version, is_newest, reported, expected, cells
            FROM warehouse.intermediate.int_reconciled_official
            WHERE kind <> 'official_percentage' AND abs(difference) > 0.51
            ORDER BY ALL
            """
        ).fetchall()
    months = added_up("2024-H2", lambda m: m.admitted, [DONG_PHONG])
    wrong = {(rule, period, version): (reported, expected) for rule, period, version, _, reported, expected, _ in found}
    # D = A + B − C: 120 + 9 − 1.
    assert wrong["btctw1_balance", "2024-H1", 1] == (127, 128)
    # B has one part on the sheet, the 7 admitted.
    assert wrong["btctw1_increase", "2024-H1", 1] == (9, 7)
    # The other form was corrected to 8 by the second workbook.
    assert wrong["btctw1_admitted", "2024-H1", 1] == (7, 8)
    assert wrong["btctw2_ages", "2024-H1", 2] == (8, 7)
    assert wrong["btctw1_opening", "2024-H2", 1] == (130, 127)
    assert wrong["btctw2_women", "2024-H2", 1] == (7, 6)
    assert wrong["btctw2_months", "2024-H2", 1] == (6, months)
    # March is missing: the first half cannot be compared with its months.
    assert not [place for place in wrong if place[:2] == ("btctw2_months", "2024-H1")]
    cells = {(rule, period): cells for rule, period, *_, cells in found}
    assert cells["btctw1_balance", "2024-H1"][0] == "B24"
    assert len(cells["btctw1_balance", "2024-H1"]) == 4


def test_a_percentage_is_worked_out_again(published: Settings) -> None:
    with writing(published) as connection:
        found = connection.execute(
            "SELECT reported, expected FROM warehouse.intermediate.int_reconciled_official"
            " WHERE rule_id = 'btctw2_percentages' AND field = 'women'"
        ).fetchall()
    assert found == [(100.0, pytest.approx(700 / 3))]


# --- As a workbook --------------------------------------------------------------------------------


@pytest.mark.parametrize("commune", [None, "Đông Phong", SAN_THANG])
@pytest.mark.parametrize("period", ["2021-H1", "2022", "2024-H1", "2024-H2"])
def test_the_workbook_reads_back_as_what_was_published(
    period: str, commune: str | None, published: Settings, report: list[Row], tmp_path: Path
) -> None:
    issued = issue_forms(published, period, None, commune, tmp_path / "official.xlsx")
    (read,) = inspect_files([issued.path], published)
    code = {"Đông Phong": DONG_PHONG}.get(commune or "", commune)
    assert (read["status"], read["problems"]) == ("read", [])
    assert (read["commune"] or {}).get("code") == code
    assert {form["period"] for form in read["forms"]} == {period}
    back = {
        (form["form"], line["field"]): tuple(line["values"].values())
        for form in read["forms"]
        for line in form["lines"]
    }
    lines = [line for line in report if line["field"] and (line["period"], line["commune_code"]) == (period, code)]
    assert len(back) == len(lines) == issued.figures
    for line in lines:
        wanted = (line["this_period"], line["same_period_last_year"], line["pct"])
        assert back[line["form"], line["field"]] == pytest.approx(wanted), (line["form"], line["field"])
    assert sum(line["this_period"] is not None for line in lines) == issued.known > 0


def test_the_note_sheet_names_each_blank_cell_and_why(published: Settings, report: list[Row], tmp_path: Path) -> None:
    issued = issue_forms(published, "2024", "2-BTCTW", DONG_PHONG, tmp_path / "official.xlsx")
    book = CalamineWorkbook.from_path(str(issued.path))
    assert book.sheet_names == ["2-BTCTW", NOTES_SHEET]
    notes = {(str(r[1]), str(r[2])): str(r[3]) for r in book.get_sheet_by_name(NOTES_SHEET).to_python()[3:]}
    assert "3/2024" in notes["I. Tổng số đảng viên mới kết nạp", "2"]
    named = {(label, column) for label, columns in notes for column in columns.split(", ")}
    blank = {
        (line["label"], column)
        for line in report
        if line["field"] and (line["period"], line["commune_code"], line["form"]) == ("2024", DONG_PHONG, "2-BTCTW")
        for column, figure in (("2", "this_period"), ("3", "same_period_last_year"))
        if line[figure] is None
    }
    assert blank
    assert named == blank


def test_the_workbook_has_the_form_s_own_layout(published: Settings, tmp_path: Path) -> None:
    issued = issue_forms(published, "2024-H1", "2-BTCTW", None, tmp_path / "official.xlsx")
    rows = CalamineWorkbook.from_path(str(issued.path)).get_sheet_by_name("2-BTCTW").to_python()
    texts = [[str(value) for value in line if value != ""] for line in rows]
    assert texts[0] == ["ĐẢNG BỘ TỈNH LAI CHÂU", "Biểu số 2-BTCTW"]
    assert texts[1] == ["BAN TỔ CHỨC THÀNH ỦY LAI CHÂU"]
    assert ["1", "2", "3", "4(=2*100/3)"] in texts
    assert [line for line in texts if line][-1] == ["NGƯỜI LẬP BIỂU", "TRƯỞNG BAN"]
    title = [line[0] for line in texts if len(line) == 1][1:4]
    assert title == ["THỐNG KÊ", "ĐẢNG VIÊN MỚI KẾT NẠP", "6 THÁNG ĐẦU NĂM 2024"]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["2024-H1"], 0, "Forms 1-BTCTW, 2-BTCTW for 2024-H1 of Thành phố Lai Châu"),
        (["2024-Q1"], 2, "“2024-Q1” is no period"),
        (["2024", "--form", "3-BTCTW"], 2, "no official form “3-BTCTW”"),
        (["2024", "--form", "2-TCTW"], 1, "not in force in the period: 2-TCTW"),
        (["2019"], 1, "nothing of the period 2019"),
        (["2024", "--commune", "Mường"], 1, "code or name “Mường”"),
        (["2024", "--commune", "Phường"], 1, "Several communes may be meant"),
    ],
)
def test_the_command_says_what_it_did_or_why_it_could_not(
    arguments: list[str], status: int, sentence: str, published: Settings
) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "cli", "official", *arguments],
        env=os.environ | published.as_environment() | {"ADMISSIONS_LANGUAGE": "en"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = " ".join((finished.stdout + finished.stderr).replace("│", " ").split())
    assert (finished.returncode, sentence in said) == (status, True), said
    if status == 0:
        assert (published.outbox / "TK_LaiChau_2024-H1.xlsx").exists()
