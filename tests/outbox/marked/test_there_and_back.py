"""The whole way of a faulty report: marked, corrected in the marked copy, sent back, settled; the month summed up."""

import io
import os
from datetime import date, datetime
from pathlib import Path

import docx
import openpyxl
import pytest

import steps
from answers import reports
from ingest.values.numbers import Raw
from outbox.summary.write import summarise
from reference.fields import MONTHLY_FORMS
from reference.marked_copy import LIST_SHEET
from tests.ingest.sheets import cell_row, plain_rows, sheet, workbook
from tests.outbox.marked.marking import KN1
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[3]
#: Two admitted, of whom three are 18 to 30; each total agrees with its rows, and the sheets with one another.
FIGURES: dict[str, dict[str, Raw]] = {
    "KN-1": {"admitted": 2.0, "age_18_30": 3.0, "occupation_farmer": 2.0, "admitted_ytd": 2.0, "admitted_ttd": 2.0},
    "KN-2": {},
    "KN-3": {"increase_admitted": 2.0, "closing": 2.0, "age_to_30": 2.0},
}


def faulty() -> bytes:
    sheets = []
    for form in MONTHLY_FORMS:
        _, *others, _ = plain_rows(form)
        first = cell_row(form, 1, "Chi bộ Tổ dân phố số 1", **FIGURES[form])
        sheets.append(sheet(form, [first, *others, cell_row(form, "", "TỔNG CỘNG", **FIGURES[form])]))
    return workbook(sheets)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = load_settings(
        {
            "ADMISSIONS_HOME": str(tmp_path_factory.mktemp("office")),
            "ADMISSIONS_TODAY": "2020-06-20",
            "ADMISSIONS_ARRIVAL": "modified",
            "ADMISSIONS_LANGUAGE": "vi",
        },
        ROOT,
    )
    _land(settings, "KN Đông Phong 5-2020.xlsx", faulty(), datetime(2020, 6, 3))
    list(steps.run(settings))
    return settings


def _land(settings: Settings, name: str, content: bytes, when: datetime) -> None:
    settings.landing.mkdir(exist_ok=True)
    path = settings.landing / name
    path.write_bytes(content)
    os.utime(path, (when.timestamp(), when.timestamp()))


def test_a_report_that_is_corrected_in_its_marked_copy_is_settled(office: Settings) -> None:
    month = date(2020, 5, 1)
    (marked,) = steps.annotate(office, "03408", month, None).marked
    assert "critical" in marked.severities
    book = openpyxl.load_workbook(marked.path)
    listed = {row[3].value for row in book[LIST_SHEET].iter_rows(min_row=7) if row[1].value == "nghiêm trọng"}
    # The figure of age is told, its total follows, and the sum is right as it stands.
    assert listed == {"I9"}
    assert book[KN1]["I9"].comment is not None
    assert "Ô này thay đổi theo" in book[KN1]["I12"].comment.text
    assert book[KN1]["D9"].comment is None
    assert [paragraph.text for paragraph in _document(office, month).paragraphs if "Đông Phong" in paragraph.text]

    # The clerk is told that a figure of age was wrong, not the sum, and leaves marks and list where they are.
    for address in ("I9", "I12"):
        book[KN1][address].value = 2
    written = io.BytesIO()
    book.save(written)
    _land(office, marked.path.name, written.getvalue(), datetime(2020, 6, 18))
    list(steps.run(office))

    (version,) = [line.version for line in reports.reporting(office, month) if line.commune_name == "Phường Đông Phong"]
    assert version == 2
    critical = [line for line in reports.failures(office, "03408", month) if line.severity == "critical"]
    assert critical
    assert {line.state for line in critical} == {"resolved"}
    assert reports.held_back(office) == 0
    assert "Không có báo cáo nào của tháng bị giữ lại." in [each.text for each in _document(office, month).paragraphs]


def _document(office: Settings, month: date) -> docx.document.Document:
    return docx.Document(str(summarise(office, month).document))
