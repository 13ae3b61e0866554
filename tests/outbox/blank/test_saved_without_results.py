"""Issued workbooks that were filled in by programs which save no results: every formula is one that we work out."""

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from ingest.model import FormReading, Reading, Value
from ingest.reader import Context, read_workbook
from outbox.blank.known_cells import KnownCell
from outbox.blank.workbook import blank_bytes
from reference.fields import MONTHLY_FORMS, TRAINING_FORM, fields_of
from tests.outbox.blank.commune import CELLS, STAYS, blank, report
from tests.outbox.blank.filling import fill_in
from tests.outbox.blank.rewriting import REWRITERS, Rewriter, filled

CONTEXT = Context("district:105", date(2020, 10, 3))
#: The cells of the tests, none of which has a name that looks like a formula (not every program can write that).
PLAIN = tuple(
    KnownCell(f"Chi bộ số {number}", cell.cell_type, cell.section, 1, 2, 3, 30, STAYS)
    for number, cell in enumerate(CELLS, 1)
)
BLANKS = {
    "goes on": blank(known=report(cells=PLAIN), year_target=9),
    "stopped": blank(known=report(date(2020, 7, 1), PLAIN), year_target=None),
    "new": blank(year_target=4),
}
NEW_NAMES = {"goes on": {0: "Chi bộ mới"}, "stopped": {}, "new": {0: "Chi bộ A", 1: "Chi bộ B", 2: "Chi bộ C"}}
#: Fields whose total is not the sum of the rows.
NO_SUMS = {"attainment_pct", "mean_age", "head_is_member"}


def read(content: bytes) -> Reading:
    return read_workbook(content, "KN.xlsx", CONTEXT)


def said(reading: Reading) -> set[str]:
    return {found.code for found in reading.problems}


def figures(reading: Reading) -> dict[tuple[str, int, str], Value]:
    """Form, row and field -> value, of every row that a reader sees."""
    return {
        (form.form, line.row, field): value
        for form in reading.forms
        for line in form.lines
        for field, value in line.values.items()
    }


def check_sums(form: FormReading) -> int:
    """The total row's figures are the sums of the cells'; how many of them."""
    (total,) = (line for line in form.lines if line.kind == "total")
    cells = [line.values for line in form.lines if line.kind == "cell"]
    summed = [field.name for field in fields_of(form.form) if field.is_number and field.name not in NO_SUMS]
    for name in summed:
        told = [values[name] for values in cells if values[name] is not None]
        if name == "year_target" and not told:
            continue
        assert total.values[name] == sum(told), name  # type: ignore[arg-type]
    return len(summed)


@pytest.mark.parametrize("rewrite", REWRITERS)
@pytest.mark.parametrize("kind", BLANKS)
def test_filled_in_it_is_read_exactly_whoever_saved_it(kind: str, rewrite: Rewriter, tmp_path: Path) -> None:
    book = filled(blank_bytes(BLANKS[kind]), tmp_path, lambda path: fill_in(path, NEW_NAMES[kind]))
    rows = fill_in(tmp_path / "issued.xlsx", {}).rows
    reading = read(rewrite(book))
    assert said(reading) == {"formulas_computed"}
    assert [form.form for form in reading.forms] == [*MONTHLY_FORMS, TRAINING_FORM]
    forms = reading.forms[:3]
    for form in forms:
        assert sum(line.kind == "cell" for line in form.lines) == rows
        assert check_sums(form) > 5
    kn1, _, kn3 = (next(line for line in form.lines if line.kind == "total").values for form in forms)
    assert kn1["admitted"] == (rows + 1) // 2
    assert kn3["mean_age"] == 41.5
    if kind == "goes on":
        # Three cells with 1 and 2 so far, of which one admitted somebody; the new one was entered with 3 and 2.
        assert (kn1["admitted_ytd"], kn1["admitted_ttd"]) == (1 * 3 + 1 + 3, 2 * 3 + 1 + 2)
        assert kn1["attainment_pct"] == 77.8
        # Two came and one went in each cell, and two were admitted.
        assert kn3["closing"] == 3 * 30 + 12 + 2 + 4 * (2 - 1)


@pytest.mark.parametrize("rewrite", REWRITERS)
@pytest.mark.parametrize("kind", BLANKS)
def test_untouched_it_says_what_it_says_with_its_results(kind: str, rewrite: Rewriter) -> None:
    """Whatever is read from the workbook as issued is read from it without its results."""
    content = blank_bytes(BLANKS[kind])
    reading, again = read(content), read(rewrite(openpyxl.load_workbook(BytesIO(content))))
    assert figures(again) == figures(reading)
    assert said(again) - {"formulas_computed"} == said(reading)
