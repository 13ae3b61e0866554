"""Rows of official forms whose words are in no list: taken where figures leave no other choice, else said."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest.inspect import inspect_files
from ingest.model import FormReading, Problem
from ingest.official_forms.rows import official_forms
from ingest.official_forms.sheet import OfficialReading, read_official
from ingest.values.numbers import Raw
from tests.ingest.official_forms.consistent import Row, consistent_rows, moved, without_words
from tests.ingest.official_forms.test_sheet import labels_of, official
from tests.ingest.sheets import workbook
from warehouse.settings import Settings

#: Zero-based sheet row of the first row of a form.
TOP = 7
UNKNOWN = "Mục phụ lục"
#: 1-BTCTW of this period and of the year before.
MOVEMENTS = {
    "opening": (300, 280),
    "increase": (30, 25),
    "increase_admitted": (20, 15),
    "increase_transferred_in": (8, 9),
    "transferred_in_other_province": (1, 3),
    "transferred_in_same_province": (7, 6),
    "increase_reinstated": (2, 1),
    "decrease": (19, 21),
    "decrease_deceased": (6, 2),
    "decrease_expelled": (1, 0),
    "decrease_struck_off": (1, 4),
    "struck_off_probationary": (1, 1),
    "decrease_resigned": (0, 0),
    "decrease_transferred_out": (11, 15),
    "transferred_out_other_province": (1, 3),
    "transferred_out_same_province": (10, 12),
    "closing": (311, 284),
}
Movements = dict[str, list[Raw]]


def movements() -> Movements:
    """The rows of 1-BTCTW by field, in the form's order."""
    return {field: [label, *map(float, MOVEMENTS[field]), ""] for label, field in labels_of("1-BTCTW")}


def read(rows: Sequence[Sequence[Raw]] | Movements, form: str = "1-BTCTW") -> OfficialReading:
    (reading,) = read_official(official(form, list(rows.values()) if isinstance(rows, dict) else rows))
    return reading


def form_of(reading: OfficialReading) -> FormReading:
    assert reading.form is not None
    return reading.form


def inferred(reading: OfficialReading) -> dict[str | None, tuple[int, object]]:
    """The indicators that were read by their figures: sheet row and figure of this period."""
    return {line.field: (line.row, line.values["this_period"]) for line in form_of(reading).lines if line.inferred}


def fields(reading: OfficialReading) -> set[str | None]:
    return {line.field for line in form_of(reading).lines}


def said_of(reading: OfficialReading, label: str) -> Problem:
    (found,) = [problem for problem in reading.problems if problem.found == label]
    return found


def renamed(*names: str, label: str = UNKNOWN) -> Movements:
    rows = movements()
    for name in names:
        rows[name][0] = label
    return rows


def with_two_unknown() -> Movements:
    """Two neighbours without words, each in a sum of its own."""
    rows = renamed("transferred_in_same_province")
    rows["increase_reinstated"] = ["Bổ khuyết", 20.0, 10.0, ""]
    rows["increase"][1:3] = 48.0, 34.0
    rows["closing"][1:3] = 329.0, 293.0
    return rows


# --- Taken ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        *("opening", "increase", "increase_admitted", "increase_transferred_in", "transferred_in_same_province"),
        *("decrease", "decrease_deceased", "decrease_transferred_out", "transferred_out_same_province", "closing"),
    ],
)
def test_a_row_that_alone_completes_a_sum_just_where_its_indicator_is_missing_is_read(field: str) -> None:
    reading = read(renamed(field))
    at = list(MOVEMENTS).index(field) + TOP + 1
    assert inferred(reading) == {field: (at, MOVEMENTS[field][0])}
    assert fields(reading) == set(MOVEMENTS)
    assert [(found.code, found.severity, found.field, found.cell) for found in reading.problems] == [
        ("row_inferred", "info", field, f"B{at}")
    ]


def test_it_is_said_why_in_both_languages() -> None:
    found = said_of(read(renamed("increase_transferred_in")), UNKNOWN)
    assert found.expected == "“2. Chuyển đến”"
    assert "“2. Chuyển đến” vì ở chỗ đó biểu thiếu" in found.message_vi
    assert "(8 / 9)" in found.message_vi
    assert "taken as “2. Chuyển đến”, because the form lacks" in found.message_en
    assert "(8 / 9)" in found.message_en


def test_inspect_shows_the_line_with_its_evidence(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(workbook([official("1-BTCTW", list(renamed("closing").values()))]))
    (shown,) = inspect_files([file], make_settings(TODAY="2026-11-24"))
    (form,) = shown["forms"]
    assert form["inferred"] == {}
    assert [line["field"] for line in form["lines"] if "inferred" in line] == ["closing"]
    assert form["lines"][-1]["inferred"]["field"] == "closing"
    assert form["lines"][-1]["inferred"]["evidence_vi"] != form["lines"][-1]["inferred"]["evidence_en"]


def test_a_row_of_the_office_s_own_beside_it_does_not_matter_when_its_figures_do_not_fit() -> None:
    rows = list(renamed("increase_transferred_in").values())
    rows.insert(4, ["Ghi riêng", 5.0, 4.0, ""])
    reading = read(rows)
    assert inferred(reading) == {"increase_transferred_in": (TOP + 4, 8)}
    assert said_of(reading, "Ghi riêng").code == "indicator_unknown"


def test_two_neighbours_of_which_each_completes_a_sum_of_its_own_are_both_read() -> None:
    assert inferred(read(with_two_unknown())) == {
        "transferred_in_same_province": (TOP + 6, 7),
        "increase_reinstated": (TOP + 7, 20),
    }


def test_what_was_inferred_lets_another_row_be() -> None:
    # Of those who came, a part is missing, so that their number is known by the gains; then the part is known by it.
    reading = read(renamed("increase_transferred_in", "transferred_in_same_province"))
    assert inferred(reading).keys() == {"increase_transferred_in", "transferred_in_same_province"}
    reading = read(renamed("increase_transferred_in", "transferred_in_same_province", "decrease_transferred_out"))
    assert fields(reading) == set(MOVEMENTS)


# --- Not taken ------------------------------------------------------------------------------------


def test_of_two_rows_with_equal_figures_none_is_taken_and_both_are_told_what_they_may_be() -> None:
    rows = list(renamed("increase_transferred_in").values())
    rows.insert(4, ["Ghi riêng", 8.0, 9.0, ""])
    reading = read(rows)
    assert inferred(reading) == {}
    for label in (UNKNOWN, "Ghi riêng"):
        found = said_of(reading, label)
        assert (found.code, found.severity, found.expected) == ("indicator_unknown", "warning", "“2. Chuyển đến”")
        assert "có thể là “2. Chuyển đến”" in found.message_vi
        assert "it may be “2. Chuyển đến”" in found.message_en


def test_a_row_elsewhere_with_the_same_figures_is_a_rival_whatever_it_is_called() -> None:
    for label in ("Ghi riêng", "Dự kiến chuyển đến", "1. Từ trần", ""):
        rows = list(renamed("increase_transferred_in").values())
        rows.append([label, 8.0, 9.0, ""])
        assert inferred(read(rows)) == {}, label


def test_nothing_is_taken_of_a_form_of_zeros() -> None:
    rows: Movements = {field: [row[0], 0.0, 0.0, ""] for field, row in renamed("increase_transferred_in").items()}
    assert inferred(read(rows)) == {}


def test_small_figures_that_many_rows_have_are_no_evidence() -> None:
    rows = renamed("decrease_struck_off")
    assert inferred(read(rows)).keys() == {"decrease_struck_off"}
    for field, lost in (("decrease_struck_off", 1.0), ("decrease", 18.0), ("closing", 287.0)):
        rows[field][2] = lost
    assert inferred(read(rows)) == {}


def test_two_rows_and_two_indicators_of_one_sum_stay_unread() -> None:
    reading = read(renamed("increase_admitted", "increase_transferred_in"))
    assert inferred(reading) == {}
    assert not {"increase_admitted", "increase_transferred_in"} & fields(reading)


def test_two_rows_in_the_other_order_stay_unread() -> None:
    lines = list(with_two_unknown().values())
    lines[5], lines[6] = lines[6], lines[5]
    assert inferred(read(lines)) == {}


def test_a_row_that_fits_this_period_and_not_the_year_before_stays_unread() -> None:
    rows = renamed("increase_transferred_in")
    rows["increase_transferred_in"][2] = 8.0
    reading = read(rows)
    assert inferred(reading) == {}
    # Nor may it be what its figures say it is not.
    assert "it may be" not in said_of(reading, UNKNOWN).message_en


def test_a_row_with_figures_of_a_year_of_which_no_sum_speaks_stays_unread() -> None:
    rows = renamed("closing")
    rows["opening"][2] = rows["increase"][2] = rows["decrease"][2] = ""
    assert inferred(read(rows)) == {}
    rows["closing"][2] = ""
    assert inferred(read(rows)).keys() == {"closing"}


def test_a_row_that_stands_elsewhere_than_its_indicator_stays_unread() -> None:
    rows = renamed("increase_transferred_in")
    moved_row = rows.pop("increase_transferred_in")
    assert inferred(read([*rows.values(), moved_row])) == {}


@pytest.mark.parametrize(
    "label",
    [
        *("Dự kiến chuyển đến", "Mục phụ lục (dự kiến)", "Mục phụ lục cùng kỳ năm trước", "Mục phụ lục tháng sau"),
        *("Nữ mục phụ lục", "Trong đó: mục phụ lục", "Mục phụ lục 2024", "…", "5", ""),
    ],
)
def test_a_row_that_speaks_of_something_else_is_never_taken(label: str) -> None:
    assert inferred(read(renamed("increase_transferred_in", label=label))) == {}


def test_what_stands_below_words_that_are_not_understood_is_never_taken() -> None:
    rows = list(renamed("increase_transferred_in").values())
    rows.insert(3, ["Phần riêng của đơn vị:", "", "", ""])
    assert inferred(read(rows)) == {}


def test_a_part_that_cannot_be_read_counts_for_nothing_nor_for_zero() -> None:
    rows = renamed("transferred_in_same_province")
    rows["transferred_in_same_province"][1] = 8.0
    for written, taken in (("?", set()), ("", {"transferred_in_same_province"})):
        rows["transferred_in_other_province"][1] = written
        assert inferred(read(rows)).keys() == taken


def test_a_row_that_repeats_the_figures_of_another_is_no_evidence() -> None:
    # All who came are of one part: a row that repeats the part, whatever it is, would complete the gains.
    rows = renamed("increase_transferred_in")
    rows["transferred_in_same_province"][1:3] = 8.0, 9.0
    rows["transferred_in_other_province"][1:3] = 0.0, ""
    reading = read(rows)
    assert inferred(reading) == {}
    assert said_of(reading, UNKNOWN).expected == "“2. Chuyển đến”"


@pytest.mark.parametrize(
    ("there", "dropped"),
    [("increase_transferred_in", "decrease_deceased"), ("decrease_deceased", "increase_transferred_in")],
)
def test_a_row_that_completes_the_sums_of_two_indicators_stays_unread(there: str, dropped: str) -> None:
    rows = renamed(there)
    rows["decrease"][1:3] = 21.0, 28.0
    rows["closing"][1:3] = 309.0, 277.0
    rows["decrease_deceased"][1:3] = 8.0, 9.0
    del rows[dropped]
    assert inferred(read(rows)) == {}


@pytest.mark.parametrize("twice", [((8.0, 9.0), (1.0, 1.0)), ((1.0, 1.0), (8.0, 9.0))])
def test_a_row_that_could_be_two_things_is_a_rival_too(twice: tuple[tuple[float, float], ...]) -> None:
    rows = list(renamed("increase_transferred_in").values())
    del rows[8]
    rows[8:8] = [["1. Từ trần", *figures, ""] for figures in twice]
    reading = read(rows)
    assert "indicator_ambiguous" in {found.code for found in reading.problems}
    assert inferred(reading) == {}


def test_where_rows_could_be_two_things_none_between_them_is_taken() -> None:
    rows = list(renamed("increase_transferred_in").values())
    rows.insert(4, list(rows[4]))
    assert inferred(read(rows)) == {}
    # Nor is a third row taken for what two say that they are.
    rows = list(renamed("decrease_expelled", "decrease_deceased").values())
    rows[9:9] = [["2. Khai trừ", 2.0, 1.0, ""], ["2. Khai trừ", 1.0, 2.0, ""]]
    rows[8][0] = "1. Từ trần"
    rows[11][1:3] = 1.0, 9.0
    rows[7][2], rows[-1][2] = 30.0, 275.0
    reading = read(rows)
    assert "indicator_ambiguous" in {found.code for found in reading.problems}
    assert inferred(reading) == {}


def test_a_row_with_the_words_of_another_indicator_is_never_taken() -> None:
    rows = consistent_rows(random.Random(5), "2-BTCTW")
    (row,) = (row for row in rows if row.field == "occupation_public_employee")
    for label, taken in ((UNKNOWN, {row.field}), ("- Thạc sỹ", set())):
        row.label = label
        assert inferred(read([row.cells for row in rows], "2-BTCTW")).keys() == taken


def test_a_negative_figure_completes_no_sum() -> None:
    rows = renamed("increase_transferred_in")
    rows["increase"][2], rows["closing"][2] = 13.0, 272.0
    rows["transferred_in_other_province"][2] = -9.0
    rows["increase_transferred_in"][2] = -3.0
    assert inferred(read(rows)) == {}


def test_with_one_period_alone_more_people_are_needed() -> None:
    rows = renamed("transferred_in_same_province")
    for row in rows.values():
        row[2] = ""
    assert inferred(read(rows)) == {}
    for name in ("increase", "increase_transferred_in", "transferred_in_same_province"):
        rows[name][1] = {"increase": 40.0, "increase_transferred_in": 18.0}.get(name, 17.0)
    rows["closing"][1] = 321.0
    assert inferred(read(rows)).keys() == {"transferred_in_same_province"}


def test_a_whole_that_is_blank_says_nothing_of_that_year() -> None:
    rows = renamed("increase_admitted")
    rows["increase"][2] = ""
    assert inferred(read(rows)) == {}
    rows["increase_admitted"][2] = ""
    assert inferred(read(rows)).keys() == {"increase_admitted"}


def test_of_many_unread_rows_none_is_said_to_be_any() -> None:
    rows = list(renamed("struck_off_probationary", label="Trong đó: mục phụ lục").values())
    assert said_of(read(rows), "Trong đó: mục phụ lục").expected == "“Trong đó: Đảng viên dự bị”"
    for number in range(4):
        rows.insert(12, [f"Trong đó: mục phụ lục {number}", 1.0, 1.0, ""])
    assert said_of(read(rows), "Trong đó: mục phụ lục").expected is None


def test_sums_that_contradict_each_other_speak_for_nothing() -> None:
    rows = renamed("increase_transferred_in")
    rows["increase"][1] = 31.0
    assert inferred(read(rows)) == {}


def test_a_part_that_is_more_than_the_row_speaks_against_it() -> None:
    rows = renamed("decrease_struck_off")
    rows["struck_off_probationary"][1] = 2.0
    assert inferred(read(rows)) == {}


def test_labels_that_changed_places_are_read_as_they_say() -> None:
    rows = movements()
    one, other = rows["decrease_deceased"], rows["decrease_expelled"]
    one[0], other[0] = "1. Khai trừ", "2. Từ trần"
    reading = read(rows)
    assert inferred(reading) == {}
    values = {line.field: line.values["this_period"] for line in form_of(reading).lines}
    assert (values.get("decrease_expelled"), values.get("decrease_deceased")) in [(6, 1), (6, None), (None, 1)]


def test_the_same_words_under_two_headings_are_not_told_apart_where_a_row_is_not_understood() -> None:
    rows: list[list[Raw]] = [
        ["I. Tổng số đảng viên mới kết nạp", 9.0],
        ["III. Số tổ chức cơ sở đảng có đến cuối kỳ báo cáo", 8.0],
        ["1. Đảng bộ cơ sở", 2.0],
        [UNKNOWN, 6.0],
        ["+ Không còn quần chúng", 5.0],
    ]
    reading = read(rows, "2-BTCTW")
    assert not {"base_committees_no_candidates", "base_cells_no_candidates"} & fields(reading)
    assert said_of(reading, "+ Không còn quần chúng").code == "indicator_ambiguous"


# --- Whatever is renamed or moved ------------------------------------------------------------------

#: Rows that stand under two headings with the same words: moved under the other, nothing tells.
SAME_WORDS = {f"base_{kind}_{what}" for kind in ("committees", "cells") for what in ("admitting", "no_candidates")}
FORMS = 250


@pytest.mark.parametrize("moving", [0, 4])
def test_no_renaming_and_no_moving_of_rows_puts_a_figure_under_another_indicator(moving: int) -> None:
    taken = 0
    for seed in range(FORMS):
        chance = random.Random(seed)
        form = chance.choice(sorted(official_forms()))
        rows = consistent_rows(chance, form, chance.choice((3, 10, 40)))
        without_words(chance, rows, chance.randint(1, 6))
        moved(chance, rows, moving)
        for _ in range(chance.randint(0, 2)):
            rows.insert(chance.randrange(len(rows)), Row("", "Ghi riêng", *chance.choice(rows).figures))
        lines = form_of(read([row.cells for row in rows], form)).lines
        for line in lines:
            if not moving or line.field not in SAME_WORDS:
                assert rows[line.row - TOP - 1].field == line.field, (seed, line)
        taken += sum(line.inferred is not None for line in lines)
    assert taken > 20


@pytest.mark.parametrize("form", sorted(official_forms()))
def test_nothing_is_inferred_where_every_row_is_known(form: str) -> None:
    for seed in range(20):
        rows = consistent_rows(random.Random(seed), form)
        reading = read([row.cells for row in rows], form)
        assert (inferred(reading), reading.problems) == ({}, ())
