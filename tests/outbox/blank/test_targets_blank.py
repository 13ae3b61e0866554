"""The commission's own table of targets (form CT-1): blank where none are on file, and read once it is filled in."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from ingest.model import Reading
from ingest.reader import Context, read_workbook
from outbox.blank.issue import issue_targets
from outbox.blank.targets import TargetsBlank, targets_blank, targets_bytes, titles_of
from reference.communes import Commune, communes_expected
from tests.conftest import MakeSettings
from tests.outbox.blank.rewriting import REWRITERS, Rewriter
from warehouse.settings import Settings

SEPTEMBER = date(2020, 9, 1)
TODAY = date(2030, 1, 1)


def expected(scope: str, month: date) -> list[Commune]:
    return [commune for commune in communes_expected(scope) if commune.is_valid_in(month)]


def book_of(blank: TargetsBlank) -> Workbook:
    return openpyxl.load_workbook(BytesIO(targets_bytes(blank)))


def filled_in(blank: TargetsBlank) -> Workbook:
    """With the row's number as the term's target, and as the years' that and one more each."""
    book = book_of(blank)
    page = book["Chỉ tiêu"]
    for number in range(1, len(blank.communes) + 1):
        for column in range(3, 3 + 1 + len(blank.years)):
            cell = page.cell(9 + number, column)
            assert not cell.protection.locked
            cell.value = number + column - 3
    return book


def saved(book: Workbook) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def read(content: bytes, scope: str) -> Reading:
    return read_workbook(content, "x.xlsx", Context(scope, TODAY))


@pytest.mark.parametrize("rewrite", REWRITERS)
def test_filled_in_it_is_read_without_a_problem_whoever_saved_it(rewrite: Rewriter) -> None:
    blank = targets_blank(SEPTEMBER, expected("district:105", SEPTEMBER), {})
    reading = read(rewrite(filled_in(blank)), "district:105")
    assert {found.code for found in reading.problems} <= {"formulas_computed"}
    assert (reading.kind, reading.reason) == ("targets", None)
    years = [None, *range(2020, 2026)]
    assert {(t.commune_key, t.year): t.target for t in reading.targets} == {
        (commune.key, year): number + position
        for number, commune in enumerate(blank.communes, start=1)
        for position, year in enumerate(years)
    }
    assert {(target.term, target.effective_on) for target in reading.targets} == {("2020-2025", date(2020, 7, 1))}
    (total,) = (line for line in reading.forms[0].lines if line.kind == "total")
    assert total.values["term_target"] == sum(range(1, len(blank.communes) + 1))


@pytest.mark.parametrize(
    ("scope", "month"), [("province:01", SEPTEMBER), ("province:12", date(2026, 1, 1)), ("country", date(2025, 6, 1))]
)
def test_every_commune_of_a_province_or_the_country_is_told_from_its_namesakes(scope: str, month: date) -> None:
    blank = targets_blank(month, expected(scope, month), {})
    assert len(blank.communes) > 30
    assert len(set(titles_of(blank.communes).values())) == len(blank.communes)
    reading = read(saved(filled_in(blank)), scope)
    assert {found.code for found in reading.problems} <= {"formulas_computed"}
    term = {target.commune_key: target.target for target in reading.targets if target.year is None}
    assert term == {commune.key: number for number, commune in enumerate(blank.communes, start=1)}


def test_sent_back_as_it_was_issued_it_is_refused() -> None:
    blank = targets_blank(SEPTEMBER, expected("district:105", SEPTEMBER), {})
    reading = read(targets_bytes(blank), "district:105")
    assert (reading.kind, reading.reason) == ("targets", "targets_empty")


def test_what_is_on_file_stands_there() -> None:
    communes = expected("district:105", SEPTEMBER)
    known = {(communes[0].key, None): 20, (communes[0].key, 2021): 4}
    page = book_of(targets_blank(SEPTEMBER, communes, known))["Chỉ tiêu"]
    assert [page.cell(10, column).value for column in range(3, 7)] == [20, None, 4, None]


def test_it_is_wanted_until_term_and_year_are_on_file_for_everybody() -> None:
    communes = expected("district:105", SEPTEMBER)
    all_known: dict[tuple[str, int | None], int] = {(c.key, year): 1 for c in communes for year in (None, 2020)}
    assert not targets_blank(SEPTEMBER, communes, all_known).is_wanted
    del all_known[communes[3].key, 2020]
    assert targets_blank(SEPTEMBER, communes, all_known).is_wanted


@pytest.mark.parametrize(
    ("scope", "month", "office", "name"),
    [
        ("district:105", SEPTEMBER, "THÀNH ỦY LAI CHÂU", "CT-1_LaiChau_2020-2025.xlsx"),
        ("district:105", date(2025, 8, 1), "TỈNH ỦY LAI CHÂU", "CT-1_LaiChau_2025-2030.xlsx"),
        ("province:01", SEPTEMBER, "THÀNH ỦY HÀ NỘI", "CT-1_HaNoi_2020-2025.xlsx"),
    ],
)
def test_it_is_issued_under_the_office_s_name(
    make_settings: MakeSettings, scope: str, month: date, office: str, name: str
) -> None:
    settings = make_settings(SCOPE=scope)
    issued = issue_targets(settings, month)
    assert issued is not None
    assert issued.path == settings.outbox / "templates" / f"{month:%Y-%m}" / name
    assert openpyxl.load_workbook(issued.path)["Chỉ tiêu"]["A1"].value == office
    assert (issued.known, issued.communes) == (0, len(expected(scope, month)))


def test_a_month_before_all_terms_has_no_targets(settings: Settings) -> None:
    assert issue_targets(settings, date(2014, 1, 1)) is None
