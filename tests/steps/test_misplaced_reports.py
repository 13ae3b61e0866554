"""Reports under a title that is not their own, from the workbook to the published file: each is told in one failure."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

import steps
from reference.communes import all_communes
from reference.issued_sheet import COMMUNE_KEY, ISSUED_SHEET, MONTH
from samples.months import month_number
from samples.schedule import sendings
from samples.write import sending_bytes
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[2]
TAN_PHONG, DOAN_KET, SAN_THANG = "03387", "03389", "03409"
JANUARY, MARCH, MAY, JUNE, JULY = (month_number(2016, month) for month in (1, 3, 5, 6, 7))
#: Which failure there is in each case, and what the cause says.
TOLD = {
    # July's report, which has not come yet, as the second version of March.
    f"{SAN_THANG}-2016-03": ("figures_of_another_month", "These are the figures of July 2016"),
    # Đoàn Kết's report of June as Tân Phong's second version.
    f"{TAN_PHONG}-2016-06": ("cells_of_another_commune", "These are the cells of Phường Đoàn Kết"),
    # The workbook that was issued for April, with May's title and May's figures.
    f"{TAN_PHONG}-2016-05": (
        "issued_for_another",
        "This workbook was issued for Phường Tân Phong, 4/2016, but its title says Phường Tân Phong, 5/2016",
    ),
}


def _sent(code: str, month: int) -> bytes:
    return next(
        sending_bytes(each)
        for each in sendings()
        if (each.report.commune.code, each.report.month, each.is_second) == (code, month, False)
    )


def _changed(content: bytes, words: Mapping[str, str], issued: Mapping[str, str] | None = None) -> bytes:
    """The workbook with other words in its titles, and with a hidden sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows(max_row=5):
            for cell in row:
                for before, after in words.items():
                    if isinstance(cell.value, str):
                        cell.value = cell.value.replace(before, after)
    if issued:
        hidden = book.create_sheet(ISSUED_SHEET)
        for pair in issued.items():
            hidden.append(pair)
        hidden.sheet_state = "veryHidden"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three communes from January to June 2016, and three misplaced reports."""
    settings = load_settings(
        {
            "ADMISSIONS_HOME": str(tmp_path_factory.mktemp("city")),
            "ADMISSIONS_TODAY": "2016-07-04",
            "ADMISSIONS_SCOPE": f"commune:{TAN_PHONG},commune:{DOAN_KET},commune:{SAN_THANG}",
        },
        ROOT,
    )
    settings.landing.mkdir(parents=True)
    for sending in sendings():
        if JANUARY <= sending.report.month <= JUNE and sending.report.commune.code in (TAN_PHONG, DOAN_KET, SAN_THANG):
            (settings.landing / sending.path.name).write_bytes(sending_bytes(sending))
    key = next(each.key for each in all_communes() if each.code == TAN_PHONG and each.valid_from < date(2016, 1, 1))
    misplaced = {
        "z1.xlsx": _changed(_sent(SAN_THANG, JULY), {"Tháng 7 năm": "Tháng 3 năm"}),
        "z2.xlsx": _changed(_sent(DOAN_KET, JUNE), {"PHƯỜNG ĐOÀN KẾT": "PHƯỜNG TÂN PHONG"}),
        "z3.xlsx": _changed(_sent(TAN_PHONG, MAY), {}, {COMMUNE_KEY: key, MONTH: "2016-04"}),
    }
    for name, content in misplaced.items():
        (settings.landing / name).write_bytes(content)
    list(steps.run(settings))
    return settings


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_each_is_told_in_one_critical_failure_and_one_cause(city: Settings) -> None:
    failures = ask(
        city,
        "SELECT case_id, rule_id, version FROM quality.failures WHERE state = 'open' AND severity != 'info'",
    )
    assert sorted(failures) == sorted((case, rule, 2) for case, (rule, _) in TOLD.items())
    causes = ask(city, "SELECT case_id, message_en, len(failures) FROM quality.causes WHERE severity = 'critical'")
    assert {case: number for case, _, number in causes} == dict.fromkeys(TOLD, 1)
    for case, said, _ in causes:
        assert said.startswith(TOLD[case][1])


def test_each_failure_has_a_cell_to_go_to(city: Settings) -> None:
    found = ask(
        city,
        "SELECT case_id, sheet, cells[1] FROM quality.failures WHERE severity = 'critical' AND state = 'open'",
    )
    assert {case: (sheet, cell) for case, sheet, cell in found} == {
        f"{SAN_THANG}-2016-03": ("Kết nạp", "B11"),
        f"{TAN_PHONG}-2016-06": ("Kết nạp", "B11"),
        f"{TAN_PHONG}-2016-05": ("Kết nạp", "A5"),
    }


def test_nothing_is_proposed_for_them_and_no_other_report_is_accused(city: Settings) -> None:
    assert ask(city, "SELECT * FROM quality.proposals") == []
    accused = ask(
        city, "SELECT DISTINCT case_id FROM quality.failures WHERE severity != 'info' AND state IN ('open', 'returned')"
    )
    assert {case for (case,) in accused} == set(TOLD)
