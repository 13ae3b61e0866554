"""What a blank workbook says, lets in and keeps out, read back with another library than wrote it."""

import re
import warnings
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl.cell import Cell

from ingest.reader import Context, read_workbook
from outbox.blank.plan import EMPTY_ROWS, blank_for, roman
from outbox.blank.workbook import blank_bytes
from reference.communes import all_communes
from reference.fields import MONTHLY_FORMS, fields_of
from reference.sheet_layout import column_of, sheet_name
from tests.outbox.blank.commune import AUGUST, CELLS, SEPTEMBER, blank, dong_phong, opened, report

KN1, KN2, KN3 = (sheet_name(form) for form in MONTHLY_FORMS)
KNOWN = blank(known=report())
YELLOW, BLUE = "FFFFF9DB", "FFEAF3FB"
CONTEXT = Context("district:105", date(2020, 12, 31))


def at(form: str, field: str, row: int) -> str:
    return f"{column_of(form, field)}{row}"


def is_free(form: str, cell: Cell) -> bool:
    """A note, what stands in a row that no cell uses yet, and the head of a school, which has none."""
    if form == "KN-3" and cell.coordinate == at(form, "head_is_member", 16):
        return True
    return cell.column_letter == column_of(form, "note") or cell.row in (13, 14, 17, 18)


def test_known_cells_stand_in_their_sections_in_their_order() -> None:
    sheet = opened(KNOWN)[KN1]
    rows = [[sheet.cell(row, column).value for column in (1, 2, 3)] for row in range(10, 20)]
    assert rows == [
        ["I", "Khối dân cư", None],
        [1, "Chi bộ Tổ dân phố số 20", "Tổ dân phố"],
        [2, "=1+1", "Tổ dân phố"],
        [None, None, None],
        [None, None, None],
        ["II", "Khối trường học", None],
        [3, "Chi bộ Trường Mầm non", "Trường học"],
        [None, None, None],
        [None, None, None],
        [None, "TỔNG CỘNG", None],
    ]


def test_the_title_names_committee_and_month_and_there_is_room_to_sign() -> None:
    for form in MONTHLY_FORMS:
        sheet = opened(KNOWN)[sheet_name(form)]
        texts = [cell.value for row in sheet for cell in row if isinstance(cell.value, str)]
        assert {"ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "Tháng 9 năm 2020"} <= set(texts)
        assert {"NGƯỜI LẬP BIỂU", "T/M ĐẢNG ỦY", "BÍ THƯ"} <= set(texts)
        signed = next(cell for row in sheet for cell in row if str(cell.value).startswith("Đông Phong, ngày"))
        assert not signed.protection.locked


@pytest.mark.parametrize("name", ["=1+1", "+84", "-x", "@sum", '=HYPERLINK("http://x")'])
def test_a_name_never_becomes_a_formula(name: str) -> None:
    cells = (CELLS[0].__class__(name, name, name, 0, 0, 0, 1),)
    book = opened(blank(known=report(cells=cells)))
    for form in MONTHLY_FORMS:
        for address in ("B10", "B11", "C11"):
            cell = book[sheet_name(form)][address]
            assert (cell.value, cell.data_type) == (name, "s")


def test_cumulative_figures_go_on_from_last_month_s() -> None:
    formulas, values = opened(KNOWN)[KN1], opened(KNOWN, values=True)[KN1]
    # Nothing is reported of a cell before its admissions are entered.
    assert (formulas["W11"].value, values["W11"].value or "") == ('=IF(D11="","",1+N(D11))', "")
    assert (formulas["X12"].value, values["X12"].value or "") == ('=IF(D12="","",1+N(D12))', "")
    assert (formulas["W19"].value, values["W19"].value or "") == (
        '=IF(COUNT(W11:W14,W16:W18)=0,"",SUM(W11:W14,W16:W18))',
        "",
    )


def test_the_year_s_figures_begin_again_in_january_and_the_term_s_go_on() -> None:
    january = blank(date(2021, 1, 1), report(date(2020, 12, 1)))
    formulas = opened(january)[KN1]
    assert formulas["W12"].value == '=IF(D12="","",0+N(D12))'
    assert formulas["X12"].value == '=IF(D12="","",1+N(D12))'


def test_the_term_s_figures_begin_again_in_its_first_month_and_the_year_s_go_on() -> None:
    july = blank(date(2025, 7, 1), report(date(2025, 6, 1)))
    assert july.term_begins
    formulas = opened(blank(date(2020, 7, 1), report(date(2020, 6, 1))))[KN1]
    assert formulas["W12"].value == '=IF(D12="","",3+N(D12))'
    assert formulas["X12"].value == '=IF(D12="","",0+N(D12))'


def test_members_open_with_last_month_s_closing_and_close_by_formula() -> None:
    formulas, values = opened(KNOWN)[KN3], opened(KNOWN, values=True)[KN3]
    assert (values["D11"].value, formulas["D11"].protection.locked) == (30, True)
    assert formulas["E11"].value == "=IF('Kết nạp'!D11=\"\",\"\",'Kết nạp'!D11)"
    assert formulas["M11"].value == '=IF(OR(D11="",E11=""),"",D11+SUM(E11:G11)-SUM(H11:L11))'
    assert (values["D19"].value, values["M19"].value or "") == (58, "")


def test_what_last_month_left_blank_is_to_be_typed() -> None:
    sheet = opened(KNOWN)[KN3]
    assert (sheet["D16"].value, sheet["D16"].protection.locked) == (None, False)


def test_a_report_older_than_last_month_gives_names_but_no_figures() -> None:
    book = opened(blank(known=report(date(2020, 7, 1))))
    assert book[KN1]["B11"].value == "Chi bộ Tổ dân phố số 20"
    for sheet, cell in ((KN1, "W11"), (KN1, "X11"), (KN3, "D11")):
        assert (book[sheet][cell].value, book[sheet][cell].protection.locked) == (None, False)
    assert "Chưa có báo cáo kỳ liền trước" in book[KN1]["A6"].value


def test_without_a_cumulative_figure_there_is_no_percentage() -> None:
    values = opened(blank(known=report(date(2020, 7, 1))), values=True)[KN1]
    assert (values["Y11"].value, values["Z11"].value) == (3, None)


def test_targets_are_kept_while_they_add_up_to_what_was_set() -> None:
    values = opened(KNOWN, values=True)[KN1]
    assert [values[cell].value for cell in ("Y11", "Y12", "Y16", "Y19")] == [3, 0, 1, 4]


@pytest.mark.parametrize("known", [report(), report(date(2019, 12, 1)), None])
def test_targets_that_do_not_hold_are_left_out_and_the_total_says_what_was_set(known: object) -> None:
    month = SEPTEMBER if known is None or known.month == AUGUST else date(2020, 1, 1)  # type: ignore[attr-defined]
    made = blank(month, known, year_target=7)  # type: ignore[arg-type]
    values, row = opened(made, values=True)[KN1], 9 + len(made.lines)
    assert values[f"Y{row}"].value == 7
    assert not any(values[f"Y{number}"].value for number in range(10, row))


def test_a_commune_without_a_report_gets_twenty_numbered_empty_rows() -> None:
    made = blank(year_target=None)
    book = opened(made)
    for form in MONTHLY_FORMS:
        numbers = [book[sheet_name(form)][f"A{row}"].value for row in range(10, 10 + EMPTY_ROWS)]
        assert numbers == list(range(1, EMPTY_ROWS + 1))
    assert not book[KN1]["B10"].protection.locked
    assert book[KN2]["B10"].value == "=IF('Kết nạp'!B10=\"\",\"\",'Kết nạp'!B10)"
    assert opened(made, values=True)[KN2]["B10"].value in ("", None)


def test_headers_and_formulas_are_locked_without_a_password_and_entries_are_not() -> None:
    book = opened(KNOWN)
    for form in MONTHLY_FORMS:
        sheet = book[sheet_name(form)]
        assert sheet.protection.sheet
        assert not sheet.protection.password
        for row in sheet.iter_rows(min_row=1, max_row=19):
            for cell in row:
                if cell.row < 10:
                    assert cell.protection.locked, (form, cell.coordinate)
                tint = cell.fill.fgColor.rgb
                if cell.protection.locked:
                    assert tint not in (YELLOW, BLUE), (form, cell.coordinate)
                elif cell.data_type == "f":
                    assert tint == BLUE, (form, cell.coordinate)
                else:
                    assert tint == YELLOW or cell.value is not None or is_free(form, cell), (form, cell.coordinate)
        assert not sheet[at(form, "note", 11)].protection.locked


def test_every_figure_to_be_typed_is_validated_with_a_sentence() -> None:
    book = opened(KNOWN)
    for form in MONTHLY_FORMS:
        sheet = book[sheet_name(form)]
        for field in fields_of(form):
            if not field.is_number:
                continue
            for row in (11, 12, 13, 14, 16, 17, 18):
                cell = sheet[at(form, field.name, row)]
                found = [v for v in sheet.data_validations.dataValidation if cell.coordinate in v.sqref]
                assert len(found) == (0 if cell.protection.locked else 1), (form, cell.coordinate)
                for validation in found:
                    assert validation.errorStyle in (None, "stop")
                    assert validation.showErrorMessage
                    assert re.search("[ăâđêôơư]", validation.error or "")


def test_no_formula_or_sentence_is_longer_than_a_spreadsheet_program_takes() -> None:
    many = tuple(CELLS[0].__class__(f"Chi bộ {n}", "Bản", f"Khối {n}", 0, 0, 0, 9) for n in range(12))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        blank_bytes(blank(known=report(cells=many), year_target=12345))


def test_the_hidden_sheet_says_what_the_workbook_is() -> None:
    sheet = opened(KNOWN)["_admissions"]
    assert sheet.sheet_state == "veryHidden"
    said = {key.value: value.value for key, value in sheet.iter_rows()}
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)
    assert said == {
        "template_version": "2",
        "commune_code": "03408",
        "commune_key": dong_phong().key,
        "commune_name": "Phường Đông Phong",
        "month": "2020-09",
        "edition KN-1": "2015",
        "edition KN-2": "2015",
        "edition KN-3": "2015",
        "edition BD-1": "2015",
        "carried_from": "2020-08",
        "carried_submission": "f" * 64,
    }


def test_the_same_knowledge_gives_the_same_bytes() -> None:
    assert blank_bytes(KNOWN) == blank_bytes(KNOWN) != blank_bytes(blank())


def test_the_reader_knows_an_unedited_workbook_and_finds_nothing_wrong_with_it() -> None:
    reading = read_workbook(blank_bytes(KNOWN), "KN.xlsx", CONTEXT)
    # What comes back as it was issued reports nothing: no month of zeros.
    assert [(found.code, found.severity, found.cell) for found in reading.problems] == [
        ("nothing_reported", "critical", "D11")
    ]
    assert (reading.commune_key, reading.month) == (dong_phong().key, SEPTEMBER)
    for form in reading.forms[:3]:
        assert not form.unmapped
        names = [line.cell_name for line in form.lines if line.kind == "cell"]
        assert names == ["Chi bộ Tổ dân phố số 20", "=1+1", "Chi bộ Trường Mầm non"]
    openings = [line.values["opening"] for line in reading.forms[2].lines if line.kind == "cell"]
    assert openings == [30, 28, None]
    stated = {
        (form.form, line.kind, field)
        for form in reading.forms
        for line in form.lines
        for field, value in line.values.items()
        if value is not None
    }
    assert stated == {("KN-3", kind, "opening") for kind in ("cell", "section", "total")} | {
        ("KN-1", kind, "year_target") for kind in ("cell", "section", "total")
    }
    assert [line.values["admitted"] for line in reading.forms[0].lines if line.kind == "cell"] == [None] * 3


def test_after_july_2025_the_province_stands_above_the_commune() -> None:
    book = opened(blank(date(2025, 8, 1)))
    assert book[KN1]["A1"].value == "ĐẢNG BỘ TỈNH LAI CHÂU"


def test_section_rows_are_numbered_as_the_romans_did() -> None:
    assert [roman(number) for number in (1, 4, 9, 14, 20)] == ["I", "IV", "IX", "XIV", "XX"]


def test_the_workbook_opens_without_a_repair() -> None:
    book = openpyxl.load_workbook(BytesIO(blank_bytes(KNOWN)))
    assert book.sheetnames == [KN1, KN2, KN3, "Bồi dưỡng", "_admissions"]


def test_a_commune_with_a_namesake_in_a_district_of_the_same_name_has_its_province_in_the_title() -> None:
    namesakes = [
        commune
        for commune in all_communes()
        if commune.name == "Xã Tân Phú" and commune.district_name == "Huyện Châu Thành"
    ]
    assert len(namesakes) == 3
    for commune in namesakes:
        content = blank_bytes(blank_for(commune, SEPTEMBER, None, None))
        reading = read_workbook(content, "x.xlsx", Context("country", date(2020, 10, 1)))
        assert reading.commune_key == commune.key
