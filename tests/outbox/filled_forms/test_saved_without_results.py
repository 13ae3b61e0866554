"""The official forms that we issue, saved again by programs that calculate nothing: their shares are worked out."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from ingest.model import Reading
from ingest.reader import Context, read_workbook
from outbox.filled_forms.published_forms import FormLine, Office
from outbox.filled_forms.workbook import NOTES_SHEET, official_bytes
from reference.fields import fields_of
from tests.outbox.blank.rewriting import REWRITERS, Rewriter

FORMS = ("1-BTCTW", "2-BTCTW")
OFFICE = Office(key=None, code=None, name="Thành phố Lai Châu", ends_within=False)


def line(position: int, field: str, label: str) -> FormLine:
    """Every third figure of last year is nothing, every fourth of this year is not known."""
    this = None if position % 4 == 0 else position
    last = 0 if position % 3 == 0 else 2 * position
    pct = None if this is None or not last else round(100 * this / last, 10)
    return FormLine(position, field, label, this, last, pct, None, None)


def issued() -> bytes:
    forms = {form: [line(field.position, field.name, field.header_vi) for field in fields_of(form)] for form in FORMS}
    return official_bytes("2024-H1", OFFICE, forms, "district:105")


def shares(reading: Reading) -> dict[tuple[str, int], object]:
    return {(form.form, row.row): row.values["pct"] for form in reading.forms for row in form.lines}


def read(content: bytes) -> Reading:
    return read_workbook(content, "official.xlsx", Context("district:105", date(2026, 1, 1)))


@pytest.mark.parametrize("rewrite", REWRITERS)
def test_a_share_that_was_saved_without_its_result_is_worked_out(rewrite: Rewriter) -> None:
    book = openpyxl.load_workbook(BytesIO(issued()))
    del book[NOTES_SHEET]
    reading, again = read(issued()), read(rewrite(book))
    assert {form.form for form in reading.forms} == set(FORMS)
    assert set(shares(reading).values()) == {50.0, None}
    assert shares(again) == shares(reading)
    assert {found.code for found in again.problems} - {found.code for found in reading.problems} <= {
        "formulas_computed"
    }
