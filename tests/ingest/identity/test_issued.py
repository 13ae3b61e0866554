"""A workbook that was issued for another commune or month than its title says."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest

from ingest.reader import Context, read_workbook
from reference.communes import all_communes
from reference.issued_sheet import COMMUNE_KEY, ISSUED_SHEET, MONTH
from tests.ingest.sheets import workbook

CONTEXT = Context("district:105", date(2026, 11, 24))
#: The title of the tests' workbooks says Phường Đông Phong, tháng 5 năm 2020.
OWN, OTHER = (
    next(each for each in all_communes() if each.code == code and each.valid_to > date(2020, 5, 1) >= each.valid_from)
    for code in ("03408", "03389")
)
#: What was read of hidden sheets in general is not this test's business.
CODE = "issued_for_another"


def issued(rows: Sequence[Sequence[object]], state: str = "veryHidden") -> bytes:
    """The tests' workbook with a hidden sheet of these rows."""
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    sheet = book.create_sheet(ISSUED_SHEET)
    for row in rows:
        sheet.append(list(row))
    sheet.sheet_state = state
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def found(content: bytes) -> list[tuple[str | None, ...]]:
    reading = read_workbook(content, "x.xlsx", CONTEXT)
    assert (reading.status, reading.commune_code, reading.month) == ("read", "03408", date(2020, 5, 1))
    return [(each.found, each.expected, each.sheet, each.cell) for each in reading.problems if each.code == CODE]


def test_what_was_issued_for_this_commune_and_month_is_no_contradiction() -> None:
    assert found(issued([("template_version", "1"), (COMMUNE_KEY, OWN.key), (MONTH, "2020-05")])) == []


@pytest.mark.parametrize("state", ["veryHidden", "hidden", "visible"])
def test_another_month_is_said_with_both_months_and_where_the_title_says_it(state: str) -> None:
    told = found(issued([(COMMUNE_KEY, OWN.key), (MONTH, "2020-04")], state))
    assert told == [("Phường Đông Phong, 4/2020", "Phường Đông Phong, 5/2020", "Kết nạp", "A4")]


def test_another_commune_is_said_with_both_names() -> None:
    told = found(issued([(COMMUNE_KEY, OTHER.key), (MONTH, "2020-05")]))
    assert told == [("Phường Đoàn Kết, 5/2020", "Phường Đông Phong, 5/2020", "Kết nạp", "A2")]


def test_the_sentence_says_which_is_which_and_what_to_do_in_both_languages() -> None:
    reading = read_workbook(issued([(COMMUNE_KEY, OWN.key), (MONTH, "2020-04")]), "x.xlsx", CONTEXT)
    (problem,) = [each for each in reading.problems if each.code == CODE]
    assert problem.severity == "critical"
    assert "được cấp cho Phường Đông Phong, 4/2020, nhưng tiêu đề ghi Phường Đông Phong, 5/2020" in problem.message_vi
    assert "đề nghị sửa tiêu đề rồi gửi lại" in problem.message_vi
    assert "issued for Phường Đông Phong, 4/2020, but its title says Phường Đông Phong, 5/2020" in problem.message_en
    assert "please correct it and send it again" in problem.message_en


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("x",)],
        [(None, None), (3, 4)],
        [(MONTH, 202004), (COMMUNE_KEY, 7)],
        [(MONTH, "2020-13"), (COMMUNE_KEY, "no such key")],
        [(MONTH, ""), (COMMUNE_KEY, "")],
        [("tháng", "2020-04")],
        [*(("x", "y") for _ in range(60)), (MONTH, "2020-04")],
    ],
)
def test_a_damaged_hidden_sheet_says_nothing(rows: Sequence[Sequence[object]]) -> None:
    assert found(issued(rows)) == []
