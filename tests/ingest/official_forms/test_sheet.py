"""Official forms: indicators down the sheet, periods across; every figure right, or a problem at its place."""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl.utils import column_index_from_string

from ingest.container.workbook import Sheet
from ingest.inspect import inspect_files
from ingest.load import load
from ingest.model import FormReading, Line, Problem, Reading
from ingest.official_forms.align import LabelledRow, align
from ingest.official_forms.report import OfficialReport, place_official
from ingest.official_forms.rows import official_forms, readings, similar_rows
from ingest.official_forms.sheet import read_official
from ingest.official_forms.title import Period, form_numbers, periods_in, periods_in_name
from ingest.reader import Context, read_workbook
from ingest.values.numbers import Raw
from ingest.values.text import address
from reference.communes import FOLDER
from tests.conftest import MakeSettings
from tests.ingest import sheets as monthly
from tests.ingest.official_forms.sheets import OfficialVariant, vary
from tests.ingest.sheets import workbook
from warehouse.connections import writing
from warehouse.settings import Settings

TODAY = date(2026, 11, 24)
CONTEXT = Context("district:105", TODAY)
FIGURES = ("this_period", "same_period_last_year", "pct")
VARIANTS = 300
HEADER: list[Raw] = ["Tiêu chí", "Kỳ này", "Cùng kỳ năm trước", "(%) kỳ này so với cùng kỳ năm trước"]
CITY = ("ĐẢNG BỘ TỈNH LAI CHÂU", "BAN TỔ CHỨC THÀNH ỦY LAI CHÂU")
COMMUNE = ("ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG")


def labels_of(form: str) -> list[tuple[str, str]]:
    """(label, field) of the form's rows as they are listed."""
    with (FOLDER / "official_forms.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["label"], row["field"]) for row in csv.DictReader(lines) if row["form"] == form]


def blank_form(form: str) -> list[list[Raw]]:
    """The form's rows, 4 against 5 in every row that counts."""
    return [[label, 4.0, 5.0, 80.0] if field else [label, "", "", ""] for label, field in labels_of(form)]


def official(
    form: str = "2-BTCTW",
    rows: Sequence[Sequence[Raw]] | None = None,
    *,
    period: str = "6 THÁNG ĐẦU NĂM 2024",
    number: str | None = None,
    heads: Sequence[str] = COMMUNE,
    header: Sequence[Raw] = HEADER,
    name: str = "Sheet1",
) -> Sheet:
    """An official form as it is issued; by default all its rows, with 4 and 5."""
    grid: list[list[Raw]] = [[heads[0], "", "", f"Biểu số {form}" if number is None else number]]
    grid += [[head] for head in heads[1:]]
    grid += [["", "THỐNG KÊ"], ["", period], [], list(header), ["A", 1.0, 2.0, "3(=1*100/2)"]]
    grid += [list(row) for row in (blank_form(form) if rows is None else rows)]
    grid += [[], ["", "", "Lai Châu, ngày 05 tháng 7 năm 2025"], ["NGƯỜI LẬP BIỂU", "", "", "TRƯỞNG BAN"]]
    width = max(map(len, grid))
    return Sheet(name, [row + [""] * (width - len(row)) for row in grid], ())


def read(*sheets: Sheet, path_name: str = "x.xlsx") -> Reading:
    return read_workbook(workbook(sheets), path_name, CONTEXT)


def only_form(reading: Reading) -> FormReading:
    (form,) = reading.forms
    return form


def by_field(form: FormReading) -> dict[str | None, Line]:
    return {line.field: line for line in form.lines}


def codes(reading: Reading) -> list[str]:
    return [found.code for found in reading.problems]


def figure(reading: Reading, field: str, column: str = "this_period") -> object:
    return by_field(only_form(reading))[field].values[column]


# --- Variants -------------------------------------------------------------------------------------


def wrong_places(variant: OfficialVariant, forms: Sequence[FormReading]) -> list[tuple[str, str]]:
    """(field, column) of every figure that was not read as it stands, `('', …)` where the sheet as a whole was not."""
    if [form.form for form in forms] != [variant.form] or forms[0].period != variant.period:
        return [("", "form or period")]
    lines = by_field(forms[0])
    wrong = [(str(field), "invented") for field in lines if field not in variant.truth]
    for field, truth in variant.truth.items():
        line = lines.get(field)
        if line is None:
            wrong.append((field, "row"))
            continue
        if any(value is not None for value in truth) and line.row != variant.rows[field]:
            wrong.append((field, "row number"))
        for column, expected in zip(FIGURES, truth, strict=True):
            value = line.values[column]
            same = value == expected or (value is not None and expected is not None and abs(value - expected) < 1e-6)
            if not same:
                wrong.append((field, column))
    return wrong


def is_said(wrong: tuple[str, str], problems: Sequence[Problem]) -> bool:
    """True when a problem names the field (or, for a whole sheet, says that form or period is not known)."""
    field, column = wrong
    if not field:
        return any(found.code.startswith(("official_form", "period", "no_form")) for found in problems)
    return column in ("row", *FIGURES) and any(found.field == field for found in problems)


def place(sheet: Sheet) -> OfficialReport:
    return place_official(read_official(sheet), [], "x.xlsx", CONTEXT.scope, TODAY)


def test_every_figure_of_hundreds_of_variants_is_right_or_said_and_nearly_all_sheets_are_exact() -> None:
    inexact = {}
    for seed in range(VARIANTS):
        variant = vary(seed)
        report = place(variant.sheet)
        wrong = wrong_places(variant, report.forms)
        if wrong:
            inexact[seed] = wrong
        silent = [found for found in wrong if not is_said(found, report.problems)]
        assert not silent, (seed, variant.form, variant.features, silent)
    assert len(inexact) <= 0.01 * VARIANTS, inexact


@pytest.mark.parametrize("form", sorted(official_forms()))
def test_each_form_is_read_exactly_from_a_real_workbook(form: str) -> None:
    for seed in range(900, 908):
        variant = vary(seed, form)
        reading = read_workbook(workbook([variant.sheet]), "x.xlsx", CONTEXT)
        assert (reading.status, reading.kind, reading.commune_code) == ("read", "official", "03408")
        assert wrong_places(variant, reading.forms) == [], (seed, variant.features)


def test_rows_that_belong_to_no_indicator_are_named_with_their_cell() -> None:
    seen = 0
    for seed in range(VARIANTS):
        variant = vary(seed)
        if not variant.strays:
            continue
        report = place(variant.sheet)
        said = {found.cell for found in report.problems if found.code == "indicator_unknown"}
        (form,) = report.forms
        column = column_index_from_string(form.columns["this_period"]) - 1
        assert {address(row, column) for row in variant.strays} <= said, seed
        seen += 1
    assert seen > 20


def test_cells_that_cannot_be_read_are_named_with_their_address() -> None:
    seen = 0
    for seed in range(VARIANTS):
        variant = vary(seed)
        said = {found.cell for found in place(variant.sheet).problems if found.code.endswith("_unread")}
        for _, row, column in variant.unreadable.values():
            assert address(row, column) in said, seed
            seen += 1
    assert seen > 20


# --- Rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", sorted(official_forms()))
def test_the_form_as_issued_is_read_without_a_problem(form: str) -> None:
    reading = read(official(form, period="NĂM 2020" if form.endswith("-TCTW") else "NĂM 2024"))
    assert codes(reading) == []
    assert [line.field for line in only_form(reading).lines] == [field for _, field in labels_of(form) if field]
    assert {line.kind for line in only_form(reading).lines} == {"indicator"}
    assert all(line.values == dict(zip(FIGURES, (4, 5, 80.0), strict=True)) for line in only_form(reading).lines)


def test_the_same_words_under_two_headings_are_told_apart_by_their_place() -> None:
    rows = [
        ["I. Tổng số đảng viên mới kết nạp", 9.0],
        ["III. Số tổ chức cơ sở đảng có đến cuối kỳ báo cáo", 8.0],
        ["1. Đảng bộ cơ sở", 2.0],
        ["+ Không còn quần chúng", 1.0],
        ["2. Chi bộ cơ sở", 6.0],
        ["Trong đó: + Có kết nạp đảng viên", 5.0],
    ]
    reading = read(official(rows=rows))
    assert figure(reading, "base_committees_no_candidates") == 1
    assert figure(reading, "base_cells_admitting") == 5
    assert "base_committees_admitting" not in by_field(only_form(reading))


def test_from_and_to_another_province_are_told_apart_by_the_row_above() -> None:
    rows = [
        ["B - Đảng viên tăng trong kỳ", 9.0],
        ["1. Kết nạp", 3.0],
        ["2. Chuyển đến", 6.0],
        ["a. Tỉnh khác", 2.0],
        ["C - Đảng viên giảm trong kỳ", 8.0],
        ["5. Chuyển đi", 8.0],
        ["a. Tỉnh khác", 7.0],
    ]
    reading = read(official("1-BTCTW", rows))
    assert figure(reading, "transferred_in_other_province") == 2
    assert figure(reading, "transferred_out_other_province") == 7


def test_a_row_that_could_be_two_things_is_not_read() -> None:
    rows = [
        ["I. Tổng số đảng viên mới kết nạp", 9.0],
        ["Trong đó: - Nữ", 4.0],
        ["- Dân tộc thiểu số", 3.0],
        ["III. Số tổ chức cơ sở đảng có đến cuối kỳ báo cáo", 8.0],
        ["+ Có kết nạp đảng viên", 5.0],
    ]
    reading = read(official(rows=rows))
    assert not {"base_committees_admitting", "base_cells_admitting"} & set(by_field(only_form(reading)))
    assert [(found.cell, found.severity) for found in reading.problems if found.code == "indicator_ambiguous"] == [
        ("B12", "critical")
    ]


def test_an_indicator_that_stands_twice_is_not_read() -> None:
    rows = blank_form("2-BTCTW")
    rows.insert(2, ["- Nữ", 3.0, 5.0, 60.0])
    reading = read(official(rows=rows))
    assert "women" not in by_field(only_form(reading))
    assert "indicator_ambiguous" in codes(reading)
    assert figure(reading, "ethnic_minority") == 4


def test_a_row_with_another_word_in_it_is_another_row() -> None:
    rows = [row for row in blank_form("2-BTCTW") if row[0] != "- Dân tộc thiểu số"]
    rows.insert(2, ["- Nữ dân tộc thiểu số", 3.0, 5.0, 60.0])
    reading = read(official(rows=rows))
    assert "ethnic_minority" not in by_field(only_form(reading))
    assert ("indicator_unknown", "B10") in [(found.code, found.cell) for found in reading.problems]
    assert ("indicator_missing", "ethnic_minority") in [(found.code, found.field) for found in reading.problems]


def test_a_heading_with_a_figure_of_its_own_is_said() -> None:
    rows = blank_form("2-BTCTW")
    at = next(index for index, row in enumerate(rows) if row[0] == "2. Tuổi đời:")
    rows[at][1] = 9.0
    reading = read(official(rows=rows))
    assert [(found.code, found.cell) for found in reading.problems] == [("indicator_unknown", f"B{at + 8}")]


def test_a_label_broken_over_two_rows_is_one_indicator() -> None:
    rows = blank_form("2-BTCTW")
    at = next(index for index, row in enumerate(rows) if row[0] == "- Viên chức trong các đơn vị sự nghiệp công lập")
    rows[at : at + 1] = [["- Viên chức trong các", "", "", ""], ["đơn vị sự nghiệp công lập", 6.0, 5.0, 120.0]]
    reading = read(official(rows=rows))
    assert codes(reading) == []
    line = by_field(only_form(reading))["occupation_public_employee"]
    assert (line.values["this_period"], line.row) == (6, at + 9)


def test_rows_that_changed_places_are_still_found() -> None:
    rows = blank_form("2-BTCTW")
    rows[2], rows[3] = ["- Người theo tôn giáo", 1.0, 2.0, 50.0], ["- Dân tộc thiểu số", 3.0, 4.0, 75.0]
    reading = read(official(rows=rows))
    assert (figure(reading, "religious"), figure(reading, "ethnic_minority")) == (1, 3)


def test_an_age_is_no_number_of_the_row() -> None:
    form = official_forms()["2-BTCTW"]
    assert [form.rows[index].field for index in similar_rows(form, "56 - 60 tuổi")] == ["age_56_60"]
    assert [form.rows[index].field for index in similar_rows(form, "7. Trên 60 tuổi")] == ["age_over_60"]
    assert "60 tuoi" not in readings("56 - 60 tuổi")


def test_the_beginning_and_the_end_of_the_period_are_not_alike() -> None:
    form = official_forms()["1-TCTW"]
    said = similar_rows(form, "Đảng viên trong danh sách có đến đầuu kỳ báo cáo")
    assert [form.rows[index].field for index in said] == ["opening"]


def test_the_other_direction_is_no_misspelling() -> None:
    form = official_forms()["1-BTCTW"]
    assert "transferred_in_other_province" not in [
        form.rows[index].field for index in similar_rows(form, "a. Tỉnh khác chuyển đi")
    ]


def test_a_row_goes_with_the_heading_above_it_when_the_other_heading_is_missing() -> None:
    rows = [
        ["I. Tổng số đảng viên mới kết nạp", 9.0],
        ["Trong đó: - Nữ", 4.0],
        ["- Dân tộc thiểu số", 3.0],
        ["1. Đảng bộ cơ sở", 2.0],
        ["+ Không còn quần chúng", 1.0],
    ]
    reading = read(official(rows=rows))
    assert figure(reading, "base_committees_no_candidates") == 1
    assert "indicator_ambiguous" not in codes(reading)


def test_missing_rows_do_not_shift_the_others() -> None:
    form = official_forms()["2-BTCTW"]
    kept = [row for row in form.rows if row.index % 3]
    found = align(form, [LabelledRow(row.label, bool(row.field)) for row in kept if row.parent is None or row.field])
    for match in (*found.matches, *found.ambiguous):
        assert form.rows[match.form_row] in kept


# --- Cells and columns ----------------------------------------------------------------------------


def test_blank_dash_cross_and_text_numbers() -> None:
    rows = blank_form("2-BTCTW")
    rows[0][1:] = ["1.234", "-", "x"]
    rows[1][1:] = ["", "02", "85,5%"]
    line = by_field(only_form(reading := read(official(rows=rows))))
    assert list(line["admitted"].values.values()) == [1234, 0, None]
    assert list(line["women"].values.values()) == [None, 2, 85.5]
    assert codes(reading) == []


def test_a_quotient_that_the_cell_shows_as_a_percentage_becomes_percent_points() -> None:
    rows = blank_form("2-BTCTW")
    rows[0][1:] = [6.0, 5.0, 1.2]
    rows[1][1:] = [1.0, 100.0, 1.0]
    reading = read(official(rows=rows))
    assert figure(reading, "admitted", "pct") == 120.0
    assert figure(reading, "women", "pct") == 1.0


def test_a_word_in_a_cell_is_a_problem_with_its_address() -> None:
    rows = blank_form("2-BTCTW")
    rows[1][2] = "hai"
    reading = read(official(rows=rows))
    assert [(found.code, found.cell, found.field) for found in reading.problems] == [("value_unread", "C9", "women")]
    assert figure(reading, "women", "same_period_last_year") is None


def test_further_columns_are_never_guessed() -> None:
    header = ["Tiêu chí", "Kế hoạch", "Kỳ này", "Kỳ trước", "Cùng kỳ năm trước", "% so với cùng kỳ", "Tăng, giảm"]
    rows = [[row[0], 77.0, row[1], 66.0, row[2], row[3], 55.0] for row in blank_form("2-BTCTW")]
    form = only_form(read(official(rows=rows, header=header)))
    assert form.columns == {"this_period": "C", "same_period_last_year": "E", "pct": "F"}
    assert set(form.unmapped) == {"B", "D", "G"}
    assert by_field(form)["women"].values == {"this_period": 4, "same_period_last_year": 5, "pct": 80.0}


def test_columns_headed_by_their_periods() -> None:
    header = ["Nội dung", "6 tháng đầu năm 2023", "6 tháng đầu năm 2024", "Tỷ lệ % so với cùng kỳ"]
    rows = [[row[0], row[2], row[1], row[3]] for row in blank_form("2-BTCTW")]
    form = only_form(read(official(rows=rows, header=header)))
    assert form.columns == {"this_period": "C", "same_period_last_year": "B", "pct": "D"}


def test_a_share_of_the_whole_is_no_comparison_of_periods() -> None:
    grid = official()
    grid.rows[5] = ["Tiêu chí", "Kỳ này", "Tỷ lệ % trên tổng số", "Cùng kỳ năm trước"]
    form = only_form(read(grid))
    assert form.columns == {"this_period": "B", "same_period_last_year": "D"}


# --- Form, period, commune ------------------------------------------------------------------------


def test_a_growth_rate_is_no_percentage_of_the_year_before() -> None:
    header = ["Tiêu chí", "Kỳ này", "Cùng kỳ năm trước", "% tăng, giảm so với cùng kỳ năm trước"]
    form = only_form(read(official(header=header)))
    assert "pct" not in form.columns
    assert set(form.unmapped) == {"D"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Biểu số 2-BTCTW", "2-BTCTW"),
        ("Biểu 2 - TCTW", "2-TCTW"),
        ("Mẫu 1-BTCTW", "1-BTCTW"),
        ("BIỂU SỐ: 01 - BTCTW", "1-BTCTW"),
        ("Biểu số 3-BTCTW", "3-BTCTW"),
    ],
)
def test_the_form_number_in_its_spellings(text: str, number: str) -> None:
    assert form_numbers([text]) == {number}


def test_the_guideline_is_no_form_number() -> None:
    assert form_numbers(["(Kèm theo Hướng dẫn số 11-HD/BTCTW, ngày 13/12/2021)"]) == set()


def test_the_edition_is_found_from_the_words_where_no_number_stands() -> None:
    for form in official_forms():
        assert only_form(read(official(form, number=""))).form == form


def test_a_number_that_its_rows_deny_is_not_believed() -> None:
    reading = read(official("2-BTCTW", number="Biểu số 1-BTCTW"))
    assert reading.forms == ()
    assert reading.status == "refused"
    assert "official_form_unclear" in codes(reading)


def test_another_official_form_is_named_and_not_read_as_one_of_ours() -> None:
    reading = read(official("2-BTCTW", number="Biểu số 3-BTCTW"))
    assert (reading.reason, reading.forms) == ("no_form_found", ())
    assert ("official_form_unknown", "3-BTCTW") in [(found.code, found.found) for found in reading.problems]


@pytest.mark.parametrize(
    ("titles", "period"),
    [
        (["6 THÁNG ĐẦU NĂM 2024"], "2024-H1"),
        (["6 THÁNG ĐẦU NĂM", "2024"], "2024-H1"),
        (["Sáu tháng cuối năm 2023"], "2023-H2"),
        (["NĂM 2024"], "2024"),
        (["Kỳ báo cáo: Năm 2024", "Lai Châu, ngày 10 tháng 01 năm 2025"], "2024"),
        (["Kỳ báo cáo: từ ngày 01/01/2024 đến ngày 30/6/2024"], "2024-H1"),
        (["6 tháng đầu năm 2024 (so với cùng kỳ năm 2023)"], "2024-H1"),
        (["THỐNG KÊ\nĐẢNG VIÊN MỚI KẾT NẠP\n6 THÁNG ĐẦU NĂM 2024"], "2024-H1"),
    ],
)
def test_the_period_in_its_spellings(titles: list[str], period: str) -> None:
    assert [str(found) for found in periods_in(titles)] == [period]


@pytest.mark.parametrize("title", ["Quý II năm 2024", "9 tháng đầu năm 2024", "Nhiệm kỳ 2020-2025", "Tháng 6 năm 2024"])
def test_what_is_no_half_year_and_no_year(title: str) -> None:
    assert Period(2024, "H1") not in periods_in([title])


@pytest.mark.parametrize(
    ("name", "period"),
    [("2024-H1/2-BTCTW.xlsx", "2024-H1"), ("BTCTW 6 thang dau nam 2024.xlsx", "2024-H1"), ("nam2023.xlsx", "2023")],
)
def test_a_file_name_helps_where_the_title_is_silent(name: str, period: str) -> None:
    assert [str(found) for found in periods_in_name(name)] == [period]
    reading = read(official(period=""), path_name=name)
    assert (reading.status, reading.period) == ("read", period)
    assert "identified_by_file_name" in codes(reading)


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        ("", "period_unknown"),
        ("6 THÁNG ĐẦU NĂM 2024 VÀ NĂM 2023", "period_contradiction"),
        ("NĂM 2027", "period_in_future"),
    ],
)
def test_without_one_clear_period_the_workbook_is_refused(period: str, reason: str) -> None:
    reading = read(official(period=period))
    assert (reading.status, reading.reason) == ("refused", reason)


def test_the_commissions_own_form_has_no_commune_and_is_accepted() -> None:
    reading = read(official(heads=CITY))
    assert (reading.status, reading.commune_code, codes(reading)) == ("read", None, [])


@pytest.mark.parametrize(
    ("heads", "reason"),
    [
        (("ĐẢNG ỦY", ""), "commune_unknown"),
        (("HUYỆN ỦY TAM ĐƯỜNG", "BAN TỔ CHỨC"), "commune_outside_scope"),
        (("HUYỆN ỦY TAM ĐƯỜNG", "ĐẢNG ỦY XÃ HỒ THẦU"), "commune_outside_scope"),
    ],
)
def test_forms_of_nobody_or_of_others_are_refused(heads: tuple[str, str], reason: str) -> None:
    assert read(official(heads=heads)).reason == reason


def test_the_older_edition_for_a_recent_year_is_worth_a_look() -> None:
    assert codes(read(official("2-TCTW", period="NĂM 2024"))) == ["official_edition"]


# --- Workbooks ------------------------------------------------------------------------------------


def test_two_forms_on_two_sheets_and_two_on_one() -> None:
    first, second = official("1-BTCTW"), official("2-BTCTW", name="Sheet2")
    together = Sheet("Sheet1", [*first.rows, [""] * 4, *second.rows], ())
    for sheets in ([first, second], [together]):
        reading = read(*sheets)
        assert [(form.form, len(form.lines)) for form in reading.forms] == [("1-BTCTW", 17), ("2-BTCTW", 52)]
        assert codes(reading) == []


def test_the_same_form_twice_for_one_period_is_read_once() -> None:
    reading = read(official(), official(name="Sheet2"))
    assert len(reading.forms) == 1
    assert codes(reading) == ["form_repeated"]


def test_official_forms_alone_miss_no_monthly_sheet_and_have_no_month() -> None:
    reading = read(official())
    assert (reading.kind, reading.month, reading.period) == ("official", None, "2024-H1")
    assert "sheet_missing" not in codes(reading)


def test_monthly_and_official_forms_in_one_workbook_are_both_read() -> None:
    reading = read(monthly.sheet("KN-1", monthly.plain_rows("KN-1")), official(name="Biểu 2"))
    assert (reading.kind, reading.month, reading.period) == ("report", date(2020, 5, 1), None)
    assert [(form.form, form.period) for form in reading.forms] == [("KN-1", None), ("2-BTCTW", "2024-H1")]


def test_monthly_and_official_forms_of_different_communes_are_refused() -> None:
    other = official(heads=("ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "ĐẢNG ỦY PHƯỜNG TÂN PHONG"), name="Biểu 2")
    reading = read(monthly.sheet("KN-1", monthly.plain_rows("KN-1")), other)
    assert reading.reason == "commune_ambiguous"


def test_inspect_shows_what_the_contract_promises(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(workbook([official()]))
    (shown,) = inspect_files([file], make_settings(TODAY="2026-11-24"))
    (form,) = shown["forms"]
    assert (shown["month"], form["form"], form["period"]) == (None, "2-BTCTW", "2024-H1")
    assert form["columns"] == {"this_period": "B", "same_period_last_year": "C", "pct": "D"}
    assert {key: form["lines"][1][key] for key in ("row", "kind", "field", "values")} == {
        "row": 9,
        "kind": "indicator",
        "field": "women",
        "values": {"this_period": 4, "same_period_last_year": 5, "pct": 80.0},
    }


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with writing(settings) as connection:
        return connection.execute(sql).fetchall()


def test_official_lines_reach_the_store_with_versions_by_office_and_period(make_settings: MakeSettings) -> None:
    settings = make_settings(TODAY="2026-11-24")
    settings.landing.mkdir(parents=True)
    corrected = blank_form("2-BTCTW")
    corrected[0][1] = 5.0
    for name, sheet in {
        "a": official(),
        "b": official(rows=corrected),
        "c": official(period="NĂM 2024"),
        "d": official(heads=CITY),
    }.items():
        (settings.landing / f"{name}.xlsx").write_bytes(workbook([sheet]))
    (settings.landing / "e.xlsx").write_bytes(workbook())
    load(settings)
    assert ask(
        settings,
        "SELECT kind, commune_code, month, period, version FROM warehouse.raw.submissions ORDER BY file_name",
    ) == [
        ("official", "03408", None, "2024-H1", 1),
        ("official", "03408", None, "2024-H1", 2),
        ("official", "03408", None, "2024", 1),
        ("official", None, None, "2024-H1", 1),
        ("report", "03408", date(2020, 5, 1), None, 1),
    ]
    assert ask(
        settings,
        "SELECT form, edition, lines.period, sheet_row, label, this_period, same_period_last_year, pct"
        " FROM warehouse.raw.official_lines AS lines JOIN warehouse.raw.submissions USING (submission_id)"
        " WHERE file_name = 'b.xlsx' AND field = 'admitted'",
    ) == [("2-BTCTW", "2021", "2024-H1", 8, "I. Tổng số đảng viên mới kết nạp", 5.0, 5.0, 80.0)]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("9 THÁNG ĐẦU NĂM 2024", "2-BTCTW nam 2024.xlsx"),
        ("QUÝ II NĂM 2024", "2-BTCTW nam 2024.xlsx"),
        ("6 THÁNG CUỐI NĂM", "2024-H1/2-BTCTW.xlsx"),
        ("6 THÁNG ĐẦU NĂM", "2-BTCTW nam 2024.xlsx"),
        ("NĂM 20244", "2-BTCTW nam 2024.xlsx"),
    ],
)
def test_a_file_name_does_not_decide_against_a_title_that_speaks_of_another_period(title: str, name: str) -> None:
    reading = read(official(period=title), path_name=name)
    assert reading.status == "refused"
    assert "identified_by_file_name" not in codes(reading)


def test_a_half_without_its_year_is_that_of_the_file_s_name() -> None:
    reading = read(official(period="6 THÁNG ĐẦU NĂM"), path_name="2024-H1/2-BTCTW.xlsx")
    assert (reading.status, reading.period) == ("read", "2024-H1")
