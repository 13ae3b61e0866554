"""What a workbook fills in by itself once a cell's admissions are entered, and what it never does in silence."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from ingest.model import Line, Reading
from ingest.reader import Context, read_workbook
from outbox.blank.known_cells import KnownCell
from outbox.blank.plan import Blank
from outbox.blank.workbook import blank_bytes
from reference.fields import MONTHLY_FORMS, fields_of
from reference.sheet_layout import column_of, row_of, sheet_name
from tests.outbox.blank.commune import STAYS, blank, report
from tests.outbox.blank.rewriting import by_openpyxl

CONTEXT = Context("district:105", date(2020, 10, 3))
CELLS = tuple(KnownCell(f"Chi bộ Bản {n}", "Bản", "Khối bản", 1, 2, 3, 30, STAYS) for n in range(44))
GOES_ON = blank(known=report(cells=CELLS), year_target=132)
YELLOW = "FFFFF9DB"
#: (form, field, how-maniest cell) -> what is typed there.
Typed = dict[tuple[str, str, int], Any]


def typed_into(made: Blank, typed: Typed) -> Reading:
    """What is read when a clerk has typed just that, and no program has calculated anything."""
    book = openpyxl.load_workbook(BytesIO(blank_bytes(made)))
    lines = [line for line in made.lines if line.kind in ("cell", "empty")]
    for (form, field, number), value in typed.items():
        cell = book[sheet_name(form)][f"{column_of(form, field)}{row_of(lines[number].number)}"]
        assert not cell.protection.locked, cell.coordinate
        cell.value = value
    return read_workbook(by_openpyxl(book), "KN.xlsx", CONTEXT)


def cells(reading: Reading, form: str) -> list[Line]:
    return [line for each in reading.forms if each.form == form for line in each.lines if line.kind == "cell"]


def codes(reading: Reading) -> set[str]:
    return {found.code for found in reading.problems}


def yellow(made: Blank) -> int:
    book = openpyxl.load_workbook(BytesIO(blank_bytes(made)))
    return sum(cell.fill.fgColor.rgb == YELLOW for sheet in book for row in sheet.iter_rows() for cell in row)


def test_44_cells_ask_for_44_figures() -> None:
    """It was 2,498. The others are name and type of two cells that may be new."""
    assert yellow(GOES_ON) == 44 + 2 * 2


def test_a_month_in_which_nothing_happened_takes_one_nought_a_cell() -> None:
    reading = typed_into(GOES_ON, {("KN-1", "admitted", number): 0 for number in range(44)})
    assert codes(reading) == {"formulas_computed"}
    for line in cells(reading, "KN-1"):
        noughts = {field.name for field in fields_of("KN-1") if field.type == "count"}
        noughts -= {"admitted_ytd", "admitted_ttd", "year_target"}
        assert {name: line.values[name] for name in noughts} == dict.fromkeys(noughts, 0)
        assert (line.values["admitted_ytd"], line.values["admitted_ttd"]) == (1, 2)
    for line in cells(reading, "KN-2"):
        assert line.values == {name: figure for name, figure in STAYS.items() if name in line.values}
    for line in cells(reading, "KN-3"):
        assert (line.values["opening"], line.values["closing"]) == (30, 30)
        assert (line.values["increase_admitted"], line.values["decrease_deceased"]) == (0, 0)
        assert {line.values[name] for name in ("age_to_30", "age_31_40", "age_51_60")} == {5}
        assert (line.values["mean_age"], line.values["head_is_member"]) == (41.5, True)


def test_a_cell_that_is_left_out_is_not_reported_and_no_nought() -> None:
    reading = typed_into(GOES_ON, {("KN-1", "admitted", number): 0 for number in range(43)})
    for form in MONTHLY_FORMS:
        left_out = cells(reading, form)[43].values
        assert {name for name, value in left_out.items() if value is not None} <= {"opening", "year_target"}
    (total,) = (line for line in reading.forms[0].lines if line.kind == "total")
    assert total.values["admitted_ytd"] == 43


def test_a_cell_that_admitted_somebody_is_asked_who() -> None:
    typed: Typed = {("KN-1", "admitted", number): int(number == 0) for number in range(44)}
    reading = typed_into(GOES_ON, typed)
    asked = [cells(reading, form)[0].values for form in MONTHLY_FORMS]
    assert asked[0]["admitted"] == 1
    assert [asked[0][name] for name in ("women", "age_18_30", "occupation_other", "militia")] == [None] * 4
    # Who was admitted is no candidate any more, and has an age.
    assert [asked[1][name] for name in ("candidates", "introduced_youth_union", "files_complete")] == [None] * 3
    assert (asked[2]["closing"], asked[2]["age_to_30"], asked[2]["mean_age"]) == (31, None, None)
    assert (asked[2]["decrease_deceased"], asked[2]["head_is_member"]) == (0, True)
    assert cells(reading, "KN-1")[1].values["women"] == 0


def test_where_somebody_came_or_went_the_ages_are_asked_for() -> None:
    typed: Typed = {("KN-1", "admitted", number): 0 for number in range(44)}
    # Their number stays the same, who they are does not.
    typed |= {("KN-3", "increase_transferred_in", 0): 1, ("KN-3", "decrease_deceased", 0): 1}
    changed, quiet = cells(typed_into(GOES_ON, typed), "KN-3")[:2]
    assert (changed.values["closing"], changed.values["age_to_30"], changed.values["mean_age"]) == (30, None, None)
    assert (quiet.values["closing"], quiet.values["age_to_30"]) == (30, 5)


def test_parts_that_did_not_add_up_are_not_carried() -> None:
    odd = KnownCell("Chi bộ Bản 0", "Bản", "Khối bản", 1, 2, 3, 30, {**STAYS, "age_to_30": 4})
    reading = typed_into(blank(known=report(cells=(odd,))), {("KN-1", "admitted", 0): 0})
    (line,) = cells(reading, "KN-3")
    assert (line.values["age_to_30"], line.values["age_31_40"], line.values["mean_age"]) == (None, None, 41.5)


def test_after_a_gap_the_ages_go_with_the_number_of_members_and_candidates_are_asked_for() -> None:
    made = blank(known=report(date(2020, 7, 1), CELLS[:2]))
    typed: Typed = {("KN-1", "admitted", 0): 0, ("KN-1", "admitted", 1): 0}
    typed |= {("KN-3", "opening", 0): 30, ("KN-3", "opening", 1): 29}
    reading = typed_into(made, typed)
    same, fewer = cells(reading, "KN-3")
    assert (same.values["age_to_30"], fewer.values["age_to_30"]) == (5, None)
    assert {line.values["candidates"] for line in cells(reading, "KN-2")} == {None}


@pytest.mark.parametrize("form", MONTHLY_FORMS)
def test_what_is_carried_looks_different_from_what_is_settled(form: str) -> None:
    sheet = openpyxl.load_workbook(BytesIO(blank_bytes(GOES_ON)))[sheet_name(form)]
    looks = {
        name: (not cell.protection.locked, cell.fill.fgColor.rgb, bool(cell.font.italic))
        for name in [field.name for field in fields_of(form)]
        for cell in [sheet[f"{column_of(form, name)}11"]]
    }
    to_look_at, usual, settled = (True, "FFEAF3FB", True), (True, "FFEAF3FB", False), (False, "00000000", False)
    told = {
        "KN-1": {"year_target": to_look_at, "women": usual, "admitted_ytd": settled, "cell_name": settled},
        "KN-2": {"candidates": to_look_at, "cell_name": settled},
        "KN-3": {"age_to_30": to_look_at, "mean_age": to_look_at, "decrease_deceased": usual, "opening": settled},
    }
    assert {name: looks[name] for name in told[form]} == told[form]


def test_the_training_sheet_left_empty_says_nothing() -> None:
    reading = typed_into(GOES_ON, {("KN-1", "admitted", number): 0 for number in range(44)})
    assert not [found for found in reading.problems if found.form == "BD-1"]
    assert [line.kind for form in reading.forms if form.form == "BD-1" for line in form.lines] in ([], ["total"])


def test_the_training_sheet_filled_in_is_read() -> None:
    book = openpyxl.load_workbook(BytesIO(blank_bytes(GOES_ON)))
    for number in range(44):
        book[sheet_name("KN-1")][f"D{11 + number}"] = 0
    page = book[sheet_name("BD-1")]
    (types,) = (each for each in page.data_validations.dataValidation if each.type == "list")
    offered = types.formula1.strip('"').split(",")
    assert len(offered) == 3
    classes = [
        (offered[0], date(2020, 9, 7), 2.5, 40, 20, 30),
        (offered[1], date(2020, 9, 20), 1, 10, 4, 6),
        (offered[2], date(2020, 9, 30), 1, 5, 1, 0),
    ]
    for row, values in enumerate(classes, start=10):
        for column, value in enumerate(values, start=2):
            assert not page.cell(row, column).protection.locked
            page.cell(row, column).value = value
    reading = read_workbook(by_openpyxl(book), "KN.xlsx", CONTEXT)
    assert codes(reading) == {"formulas_computed"}
    (training,) = (form for form in reading.forms if form.form == "BD-1")
    held = [(line.texts["class_type"], line.texts["started_on"]) for line in training.lines if line.kind == "class"]
    assert held == [
        ("awareness", "2020-09-07"),
        ("new_members", "2020-09-20"),
        ("committee_work", "2020-09-30"),
    ]
    (total,) = (line.values for line in training.lines if line.kind == "total")
    assert (total["participants"], total["participants_women"], total["days"]) == (55, 25, 4.5)
