"""The files: the same bytes each time, addresses as announced, nothing rewritten without need."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import python_calamine
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.utility import xl_cell_to_rowcol

from reference.fields import MONTHLY_FORMS, fields_of
from samples import city, write
from samples.__main__ import main
from samples.faults import ALL_FAULTS, Fault, breaks_by
from samples.layout import address, sheet_name, targets_bytes
from samples.model import targets_2015, targets_2020
from samples.months import TERM_START
from samples.schedule import OFFICE, Sending, path_of, sendings
from samples.write import sending_bytes, write_samples


def first_sending(commune: city.Commune, month: int) -> Sending:
    return next(s for s in sendings() if s.path == path_of(commune, month))


def test_the_same_figures_give_the_same_bytes() -> None:
    for sending in (first_sending(city.DONG_PHONG, TERM_START), sendings()[-1]):
        assert sending_bytes(sending) == sending_bytes(sending)
    assert targets_bytes(targets_2020()) == targets_bytes(targets_2020()) != targets_bytes(targets_2015())


@pytest.mark.parametrize("fault", ALL_FAULTS, ids=lambda fault: fault.remark[:40])
def test_the_wrong_figure_stands_in_the_cell_that_the_readme_names(fault: Fault, tmp_path: Path) -> None:
    commune = city.commune_of(fault.commune_code, fault.month)
    file = tmp_path / "sent.xlsx"
    file.write_bytes(sending_bytes(first_sending(commune, fault.month)))
    workbook = python_calamine.CalamineWorkbook.from_path(str(file))
    for found in breaks_by(fault):
        cell = address(found.form, found.field, found.line_number)
        rows = workbook.get_sheet_by_name(sheet_name(found.form)).to_python(skip_empty_area=False)
        line, column = xl_cell_to_rowcol(cell)
        row = rows[line]
        shown = row[column]
        assert (0 if shown == "-" else shown) == found.reported
        assert row[1] == found.name


def worked_out(formula: str, sheet: Worksheet) -> float:
    """`=SUM(D11:D17)` or `=D10+D18`, over a sheet's values; text counts as nothing."""
    if formula.startswith("=SUM("):
        cells = [cell for row in sheet[formula[5:-1]] for cell in row]
    else:
        cells = [sheet[address] for address in formula[1:].split("+")]
    return sum(cell.value for cell in cells if not isinstance(cell.value, str))


@pytest.mark.parametrize("commune", [city.DONG_PHONG, city.TAN_PHONG], ids=["zeros", "dashes"])
def test_the_formulas_of_totals_give_the_values_kept_with_them(commune: city.Commune) -> None:
    content = sending_bytes(first_sending(commune, TERM_START))
    formulas, values = load_workbook(BytesIO(content)), load_workbook(BytesIO(content), data_only=True)
    checked = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    checked += 1
                    assert worked_out(cell.value, values[sheet.title]) == values[sheet.title][cell.coordinate].value
    assert checked == 4 * sum(field.type == "count" for form in MONTHLY_FORMS for field in fields_of(form))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[Sending, ...]:
    """Three workbooks of reports, four of targets and none of official forms, so that writing takes no time."""
    some = sendings()[:3]
    monkeypatch.setattr(write, "sendings", lambda: some)
    monkeypatch.setattr(write, "official_sendings", lambda: ())
    return some


def test_files_carry_the_time_at_which_they_were_sent(few: tuple[Sending, ...], tmp_path: Path) -> None:
    write_samples(tmp_path)
    for sending in few:
        modified = (tmp_path / sending.path).stat().st_mtime
        assert int(modified) == int(sending.sent_at.timestamp())
        assert sending.sent_at.tzinfo is OFFICE


def test_a_second_run_writes_nothing(few: tuple[Sending, ...], tmp_path: Path) -> None:
    assert write_samples(tmp_path).written == 7
    again = write_samples(tmp_path)
    assert (again.written, again.unchanged, again.workbooks) == (0, 7, 7)


def test_a_workbook_that_somebody_edited_is_written_again(few: tuple[Sending, ...], tmp_path: Path) -> None:
    write_samples(tmp_path)
    edited = tmp_path / few[0].path
    content = edited.read_bytes()
    edited.write_bytes(b"edited")
    assert write_samples(tmp_path).written == 1
    assert edited.read_bytes() == content


def test_progress_is_told_up_to_the_last_workbook(few: tuple[Sending, ...], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_samples(tmp_path, lambda done, of: told.append((done, of)))
    assert told == [(done, 7) for done in range(1, 8)]


def test_a_landing_folder_that_cannot_be_written_gives_one_sentence(
    few: tuple[Sending, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "landing"
    in_the_way.write_text("a file")
    assert main([str(in_the_way)]) == 1
    assert "could not be written" in capsys.readouterr().err


def test_until_a_month_nothing_later_is_written(tmp_path: Path) -> None:
    report = write_samples(tmp_path, until=date(2015, 8, 1))
    assert (report.reports, report.targets, report.official) == (14, 1, 0)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["2015-07", "2015-08"]


def test_a_month_is_understood_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--until", "2015-07"]) == 0
    assert "8 workbooks" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--until", "July"])
