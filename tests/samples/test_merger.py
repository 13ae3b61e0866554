"""July 2025: the cells of seven communes go on in two wards, and what the merger changed is what the README says."""

from datetime import date

import pytest

from ingest.reader import Context, read_workbook
from reference.communes import communes_expected
from samples import city, wards
from samples.cells import Commune
from samples.model import Values, report_of
from samples.months import LAST_MONTH, MERGER, first_day
from samples.schedule import path_of, sendings
from samples.training import classes_of
from samples.write import sending_bytes

SPLIT, (FIRST_HALF, SECOND_HALF) = next(iter(wards.SPLIT.items()))
RENAMED, NEW_NAME = next(iter(wards.RENAMED.items()))
CLOSED, TAKER = next(iter(wards.CLOSED.items()))


def cells_of(form: str, month: int) -> dict[str, Values]:
    """Cell -> its figures in `month`, over all communes."""
    return {
        line.name: line.values
        for commune in city.communes_reporting(month)
        for line in report_of(commune.code, month).sheet(form).lines
        if line.kind == "cell"
    }


def number(values: Values, field: str) -> int:
    return int(values[field] or 0)


def test_the_cells_are_those_of_june_but_for_one_renamed_one_closed_one_split_and_those_from_elsewhere() -> None:
    june, july = set(cells_of("KN-1", MERGER - 1)), set(cells_of("KN-1", MERGER))
    outside = {cell.name for commune in wards.OUTSIDE for cell in commune.cells}
    assert june - july == {RENAMED, CLOSED, SPLIT}
    assert july - june == {NEW_NAME, FIRST_HALF, SECOND_HALF} | outside


@pytest.mark.parametrize("month", [MERGER, city.NEXT_TERM_START])
def test_a_cell_opens_with_its_last_closing_and_its_year_to_date_goes_on(month: int) -> None:
    closed, opened = cells_of("KN-3", month - 1), cells_of("KN-3", month)
    before, after = cells_of("KN-1", month - 1), cells_of("KN-1", month)
    names = wards.RENAMED if month == MERGER else {}
    gone = {SPLIT, CLOSED} if month == MERGER else set()
    for name in closed.keys() - gone:
        new = names.get(name, name)
        assert opened[new]["opening"] == closed[name]["closing"], name
        year_to_date = number(before[name], "admitted_ytd") + number(after[new], "admitted")
        assert after[new]["admitted_ytd"] == year_to_date, name
        assert after[new]["admitted_ttd"] == after[new]["admitted"], name


def test_the_two_halves_of_a_cell_have_together_what_it_had() -> None:
    closed, opened = cells_of("KN-3", MERGER - 1)[SPLIT], cells_of("KN-3", MERGER)
    assert sum(number(opened[half], "opening") for half in (FIRST_HALF, SECOND_HALF)) == closed["closing"]
    before, after = cells_of("KN-1", MERGER - 1)[SPLIT], cells_of("KN-1", MERGER)
    came_along = sum(
        number(after[half], "admitted_ytd") - number(after[half], "admitted") for half in (FIRST_HALF, SECOND_HALF)
    )
    assert came_along == before["admitted_ytd"]


def test_the_members_of_the_closed_cell_moved_to_another() -> None:
    closed, opened = cells_of("KN-3", MERGER - 1)[CLOSED], cells_of("KN-3", MERGER)[TAKER]
    assert number(opened, "increase_transferred_in") >= number(closed, "closing") > 0


def test_the_wards_and_what_they_come_from_are_those_of_the_reference() -> None:
    valid = {c.code: c.name for c in communes_expected("district:105") if c.is_valid_in(first_day(MERGER))}
    assert {ward.code: ward.name for ward in wards.WARDS} == valid
    came = {code for codes in wards.MERGED_FROM.values() for code in codes}
    assert came == {c.code for c in (*city.communes_reporting(MERGER - 1), *wards.OUTSIDE)}


@pytest.mark.parametrize("ward", wards.WARDS, ids=lambda ward: ward.code)
@pytest.mark.parametrize(
    "month", [MERGER, next(m for m in range(MERGER, LAST_MONTH) if any(classes_of(w, m) for w in wards.WARDS))]
)
def test_the_reader_knows_a_ward_s_workbook_by_its_title(ward: Commune, month: int) -> None:
    sending = next(s for s in sendings() if s.path == path_of(ward, month))
    reading = read_workbook(sending_bytes(sending), sending.path.name, Context("district:105", date(2026, 1, 6)))
    assert (reading.commune_code, reading.commune_name, reading.month) == (ward.code, ward.name, first_day(month))
    assert [found for found in reading.problems if found.severity != "info"] == []
    lines = {form.form: sum(line.kind == "cell" for line in form.lines) for form in reading.forms}
    assert lines["KN-1"] == len(city.cells_reporting(ward, month))
