"""What was not read is not blank: headers, cells and a sheet that nobody understands, from workbook to figures."""

import io
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

import steps
from cli import commands
from expectations.decide import Request, decide
from samples.months import month_number
from samples.schedule import sendings
from samples.write import sending_bytes
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[2]
JANUARY, FEBRUARY = month_number(2022, 1), month_number(2022, 2)

#: Its main column is headed `Đánh giá / SL`, which says something else, and it has no cumulative columns.
WITHOUT_CUMULATIVE = "03386"
#: The same with cumulative columns.
WITH_CUMULATIVE = "03387"
#: Two of its introducing organisations go by other names.
ORGANISATION = "03388"
#: Its women are headed `Mục tám`.
WOMEN = "03389"
#: Its sheet of candidates has headers that say nothing.
SHEET = "03403"
#: A cell's women are written as a word.
CELL = "03408"
#: Everything is as it should be.
RIGHT = "03409"
COMMUNES = (WITHOUT_CUMULATIVE, WITH_CUMULATIVE, ORGANISATION, WOMEN, SHEET, CELL, RIGHT)


def _header(sheet: Worksheet, text: str) -> Cell:
    return next(cell for row in sheet.iter_rows(max_row=14) for cell in row if cell.value == text)  # type: ignore[misc]


def _main_column(book: openpyxl.Workbook) -> None:
    group = _header(book["Kết nạp"], "Kết nạp trong tháng")
    group.value = "Đánh giá"
    book["Kết nạp"].cell(group.row + 1, group.column).value = "SL"


def _without_cumulative(book: openpyxl.Workbook) -> None:
    _main_column(book)
    sheet = book["Kết nạp"]
    group = _header(sheet, "Lũy kế")
    columns = (group.column, group.column + 1)
    for merged in list(sheet.merged_cells.ranges):
        if merged.max_col >= columns[0] and merged.min_col <= columns[1]:
            sheet.unmerge_cells(str(merged))
    for row in range(group.row, sheet.max_row + 1):
        for column in columns:
            sheet.cell(row, column).value = None


def _organisation(book: openpyxl.Workbook) -> None:
    # One alone would be what is left over of its sum.
    _header(book["Nguồn"], "Hội Nông dân").value = "Mục chín"
    _header(book["Nguồn"], "Hội Cựu chiến binh").value = "Mục mười"


def _women(book: openpyxl.Workbook) -> None:
    _header(book["Kết nạp"], "Nữ").value = "Mục tám"


def _sheet(book: openpyxl.Workbook) -> None:
    sheet = book["Nguồn"]
    name = _header(sheet, "Chi bộ")
    for row in (name.row, name.row + 1):
        for cell in sheet[row]:
            if isinstance(cell, Cell) and cell.value and cell.column > name.column:
                cell.value = f"Mục {cell.column}"


def _cell(book: openpyxl.Workbook) -> None:
    sheet = book["Kết nạp"]
    women = _header(sheet, "Nữ")
    first = next(row for row in range(women.row + 1, sheet.max_row) if str(sheet.cell(row, 1).value) in ("1", "1.0"))
    sheet.cell(first, women.column).value = "không rõ"


EDITS: dict[str, Callable[[openpyxl.Workbook], None]] = {
    WITHOUT_CUMULATIVE: _without_cumulative,
    WITH_CUMULATIVE: _main_column,
    ORGANISATION: _organisation,
    WOMEN: _women,
    SHEET: _sheet,
    CELL: _cell,
}


def _edited(content: bytes, edit: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The city's January and February 2022."""
    home = tmp_path_factory.mktemp("office")
    settings = load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2022-03-06"}, ROOT)
    settings.landing.mkdir(parents=True)
    for sending in sendings():
        code = sending.report.commune.code
        if sending.report.month not in (JANUARY, FEBRUARY) or code not in COMMUNES:
            continue
        content = sending_bytes(sending)
        if sending.report.month == JANUARY and code in EDITS:
            content = _edited(content, EDITS[code])
        (settings.landing / sending.path.name).write_bytes(content)
    list(steps.run(settings))
    return settings


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_each_thing_that_was_not_read_is_one_failure_at_its_place_and_nobody_is_blamed_for_anything_else(office):
    found = rows(
        office,
        "SELECT commune_code, strftime(month, '%Y-%m'), rule_id, severity, sheet, cells, field FROM quality.failures"
        " WHERE severity <> 'info' ORDER BY ALL",
    )
    assert found == [
        (WITHOUT_CUMULATIVE, "2022-01", "kn1_admitted_unread", "critical", "Kết nạp", ["D8"], "admitted"),
        (WITH_CUMULATIVE, "2022-01", "kn1_admitted_unread", "critical", "Kết nạp", ["D8"], "admitted"),
        (ORGANISATION, "2022-01", "kn2_column_unread", "warning", "Nguồn", ["I8"], "introduced_farmers"),
        (ORGANISATION, "2022-01", "kn2_column_unread", "warning", "Nguồn", ["J8"], "introduced_veterans"),
        (WOMEN, "2022-01", "kn1_women_unread", "warning", "Kết nạp", ["E8"], "women"),
        (SHEET, "2022-01", "kn2_sheet_unread", "critical", "Nguồn", [], None),
        (CELL, "2022-01", "kn1_value_unread", "critical", "Kết nạp", ["E11"], "women"),
    ]


def test_columns_that_are_not_on_the_sheet_are_said_as_such(office):
    assert rows(
        office,
        "SELECT commune_code, rule_id, field FROM quality.failures WHERE rule_id LIKE '%_missing' ORDER BY ALL",
    ) == [
        (WITHOUT_CUMULATIVE, "kn1_column_missing", "admitted_ttd"),
        (WITHOUT_CUMULATIVE, "kn1_column_missing", "admitted_ytd"),
    ]


def test_no_value_is_proposed_where_nothing_was_read(office):
    assert rows(office, "SELECT * FROM quality.proposals") == []


def test_what_needs_the_unread_column_is_not_judged(office):
    def looked_at(rule: str, commune: str) -> list[tuple[Any, ...]]:
        return rows(
            office,
            "SELECT looked_at FROM quality.judgements JOIN marts.dim_commune USING (commune_key)"
            f" WHERE rule_id = '{rule}' AND commune_code = '{commune}' AND month = DATE '2022-01-01'",
        )

    for rule, commune in (
        ("kn1_ages", WITHOUT_CUMULATIVE),
        ("kn1_ytd_carried", WITH_CUMULATIVE),
        ("kn3_admitted_as_kn1", WITH_CUMULATIVE),
        ("kn2_introduced", ORGANISATION),
        ("kn1_women_within_admitted", WOMEN),
    ):
        assert looked_at(rule, commune) == []
        assert looked_at(rule, RIGHT) != []


def test_what_is_added_up_says_how_many_reports_lack_the_figure(office):
    lacking = "months_lacking_admitted, months_lacking_women, months_lacking_ethnic_minority"
    assert rows(
        office,
        f"SELECT commune_code, {lacking} FROM marts.mart_term_review WHERE months_lacking_women > 0"
        " ORDER BY level DESC",
    ) == [(WOMEN, 0, 1, 0), (None, 0, 1, 0)]
    assert rows(
        office,
        "SELECT commune_code, communes_lacking_women FROM marts.restated_on(DATE '2022-01-31')"
        " WHERE month = DATE '2022-01-01' AND communes_lacking_women > 0",
    ) == [(WOMEN, 1)]


def test_a_month_whose_admissions_were_not_read_is_held_back_until_the_column_is_explained(office):
    held = "SELECT commune_code FROM quality.held_back WHERE month = DATE '2022-01-01' ORDER BY ALL"
    assert rows(office, held) == [(WITHOUT_CUMULATIVE,), (WITH_CUMULATIVE,), (SHEET,), (CELL,)]
    ((message,),) = rows(
        office,
        "SELECT message_en FROM quality.failures"
        f" WHERE rule_id = 'kn1_admitted_unread' AND commune_code = '{WITHOUT_CUMULATIVE}'",
    )
    command = message[message.index("admissions map") : message.index(" — or the header")]
    _typed(office, command)
    ((unread,),) = rows(office, "SELECT failure_id FROM quality.failures WHERE rule_id = 'kn1_value_unread'")
    decide(office, Request((unread,), "correct", "Lan", "gọi điện hỏi lại", value=0.0))
    list(steps.run(office))
    assert rows(office, held) == [(WITH_CUMULATIVE,), (SHEET,)]
    assert rows(office, f"SELECT state FROM quality.failures WHERE failure_id = '{unread}'") == [("corrected",)]
    assert (
        rows(
            office,
            f"SELECT * FROM quality.failures WHERE commune_code = '{WITHOUT_CUMULATIVE}' AND state = 'open'"
            " AND rule_id = 'kn1_admitted_unread'",
        )
        == []
    )
    ((admitted,),) = rows(
        office,
        "SELECT sum(admitted) FROM marts.fct_admissions JOIN marts.dim_commune USING (commune_key)"
        f" WHERE commune_code = '{WITHOUT_CUMULATIVE}' AND month = DATE '2022-01-01'",
    )
    assert admitted is not None


def _typed(settings: Settings, command: str) -> None:
    """Type a command that was printed, in the office's surroundings."""
    words = shlex.split(command)
    assert words[0] == "admissions"
    environment = {"ADMISSIONS_HOME": str(settings.home), "ADMISSIONS_TODAY": "2022-03-06"}
    outcome = CliRunner().invoke(commands.app, words[1:], env=environment)
    assert outcome.exit_code == 0, outcome.output
