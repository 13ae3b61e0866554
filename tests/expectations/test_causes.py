"""Failures that one slip explains are one item, told in words."""

import string
from collections.abc import Mapping
from dataclasses import replace

import pytest
from failing_lines import ALL_RULES, failing
from small_case import FIELDS, RIGHT, sheet

from expectations.catalogue import Text
from expectations.repairs import causes, slips
from expectations.repairs.case import Case
from expectations.repairs.causes import causes_of
from expectations.repairs.explain import Explained, RowSlip
from expectations.repairs.patterns import COSTS as PATTERNS
from expectations.repairs.propose import propose
from expectations.repairs.stories import Story, stories_of
from expectations.store.judging import MISPLACED, FailingLine
from expectations.words import cause_kinds, slip_names
from warehouse.stored.quality import CauseRow

KEY = "k|2020-07-01"
#: What only `stories_of` and the folding of rows name.
_OTHERS = {
    *("mistyped", "total_not_updated", "total_wrong", "several_cells", "doubtful", "unexplained"),
    *("copied", "correction", "row_missing", "row_renamed", "row_unknown", "row_twice"),
}


def stories(changes: Mapping[str, float | None] | None = None) -> list[Story]:
    case = sheet(changes)
    return list(stories_of(case, propose(case)))


def folded(*lines: FailingLine, explained: Explained | None = None) -> list[CauseRow]:
    return list(causes_of(lines, {KEY: explained} if explained else {}, list(ALL_RULES.values())))


def test_every_cause_and_slip_that_can_be_found_has_words_and_no_others_do():
    assert set(cause_kinds()) == _OTHERS | set(PATTERNS) | set(causes._BY_KIND.values()) | set(MISPLACED)
    assert set(slip_names()) >= {*slips.COSTS, "follows", *PATTERNS} - {"miscalculated", "other"}


def test_a_mistyped_cell_is_told_with_cell_column_row_both_figures_and_the_slip():
    (story,) = stories({"I14": 33})
    assert story.kind == "mistyped"
    assert story.cells == ("Kết nạp!I14",)
    assert story.said == Text(
        "Ô Kết nạp!I14 (Kết nạp: 18–30 tuổi, dòng “Chi bộ 4”) ghi 33, rất có thể đúng là 3: thừa một chữ số.",
        "Cell Kết nạp!I14 (Admitted, aged 18 to 30, row “Chi bộ 4”) says 33; most likely 3 is right: a digit too many.",
    )
    # Its row and its column.
    assert len(story.failures) == 2


def test_columns_that_were_not_read_are_one_cause_with_what_the_reader_noticed_of_their_headers():
    unread = failing("kn1_admitted_unread", 1, 0, failure_id="a", cells=("D8",), cell_name="Phát triển / SL")
    women = failing("kn1_women_unread", 1, 0, failure_id="b", cells=("E8",), cell_name="Chị em", field="women")
    noticed = failing("kn1_not_read", 1, 0, failure_id="c", cells=("D8",), cell_name="", field="")
    other = failing("kn1_not_read", 1, 0, failure_id="d", cells=("K8",), cell_name="", field="")
    one, rest = folded(unread, women, noticed, other)
    assert (one.kind, one.severity, one.failures) == ("column_unread", "critical", ["a", "b", "c"])
    assert one.cells == ["Biểu của xã!D8", "Biểu của xã!E8"]
    assert (rest.kind, rest.failures) == ("not_read", ["d"])


def test_wrong_figures_of_one_total_row_are_one_item():
    (story,) = stories({"D15": 16, "I15": 14})
    assert story.kind == "total_wrong"
    assert story.cells == ("Kết nạp!D15", "Kết nạp!I15")
    assert "16, 14 → 6, 4" in story.said.en


def test_a_total_row_that_was_not_updated_is_one_item_whatever_it_breaks():
    case = sheet({"D15": 2, "E15": 1, "I15": 1, "J15": 1, "W15": 17})
    stale = [replace(each, before=each.value) if each.line_kind == "total" else each for each in case.figures]
    case = Case(stale, case.identities)
    (story,) = stories_of(case, propose(case))
    assert story.kind == "total_not_updated"
    assert len(story.failures) == len(FIELDS)
    assert story.said.en.startswith("The total row was not brought up to date")


def test_a_column_that_slid_is_told_with_its_letter_and_the_row_where_it_begins():
    (story,) = stories({"D11": 0, "D12": 2, "D13": 0, "D14": 1, "D15": 3})
    assert story.kind == "column_shifted"
    assert "Column D" in story.said.en
    assert "from row 11" in story.said.en


def test_two_explanations_that_are_as_good_are_both_told():
    (story,) = stories({"I11": 2, "I15": 5})
    assert story.kind == "doubtful"
    assert set(story.cells) == {"Kết nạp!I11", "Kết nạp!J11"}
    assert "I11" in story.said.vi
    assert "J11" in story.said.vi


def test_no_sentence_leaves_a_word_unfilled():
    sheets = [
        {"I14": 33}, {"D15": 16}, {"I11": 2, "I15": 5}, {"D12": 1, "D13": 0}, {"I11": 4, "I14": 8},
        {"D11": 0, "D12": 2, "D13": 0, "D14": 1, "D15": 3}, {"W11": 9, "W12": 8, "W13": 6, "W14": 20, "W15": 43},
    ]  # fmt: skip
    for changes in sheets:
        for story in stories(changes):
            for text in (story.said.vi, story.said.en):
                assert not [name for _, name, _, _ in string.Formatter().parse(text) if name], text


# --- Failures folded ------------------------------------------------------------------------------


def test_failures_of_one_story_are_one_cause_and_the_gravest_comes_first():
    total = failing("kn1_column_total", 12, 11, failure_id="total")
    ages = failing("kn1_ages", 3, 2, failure_id="ages")
    late = failing("report_late", None, 5, failure_id="late", cells=(), sheet="")
    story = Story("mistyped", ("Kết nạp!I14",), Text("Ô I14 sai.", "Cell I14 is wrong."), ("total", "ages"))
    first, second = folded(late, total, ages, explained=Explained((story,), ()))
    assert (first.position, first.kind, first.severity) == (1, "mistyped", "critical")
    assert first.failures == ["total", "ages"]
    assert (first.message_vi, first.message_en) == ("Ô I14 sai.", "Cell I14 is wrong.")
    assert (second.position, second.kind) == (2, "late")


def test_what_is_settled_is_in_no_cause():
    lines = [failing("kn1_ages", 3, 2, failure_id=state, state=state) for state in ("accepted", "resolved", "returned")]
    (cause,) = folded(*lines)
    assert cause.failures == ["returned"]


def test_what_nothing_explains_is_said_so():
    (cause,) = folded(failing("kn1_ages", 3, 2))
    assert cause.kind == "unexplained"
    assert "Biểu của xã!D14" in cause.message_en


def test_whoever_copied_a_month_did_not_carry_its_figures_on():
    copy = failing("copy_of_previous_month", None, 0, failure_id="copy", cells=(), cell_name="")
    carried = failing("kn1_ytd_carried", 5, 6, failure_id="carried")
    ages = failing("kn1_ages", 3, 2, failure_id="ages")
    first, second = folded(copy, carried, ages)
    assert {first.kind: set(first.failures), second.kind: set(second.failures)} == {
        "copied": {"copy", "carried"},
        "unexplained": {"ages"},
    }
    (copied,) = [each for each in (first, second) if each.kind == "copied"]
    assert "tháng 6" in copied.message_vi
    assert "June 2020" in copied.message_en


def test_a_missing_row_takes_the_totals_that_still_have_it_in_them():
    missing = failing("kn1_cell_missing", None, 1, failure_id="missing", cells=("B20",))
    total = failing("kn1_column_total", 12, 11, failure_id="total", cells=("D20",))
    other = failing("kn1_column_total", 7, 8, failure_id="other", cells=("E20",))
    explained = Explained((), (RowSlip("Chi bộ Tổ dân phố số 22", frozenset({"total"})),))
    causes_found = {cause.kind: cause.failures for cause in folded(missing, total, other, explained=explained)}
    assert causes_found == {"row_missing": ["missing", "total"], "unexplained": ["other"]}


def test_a_missing_row_in_whose_place_another_name_stands_was_renamed():
    missing = failing("kn1_cell_missing", None, 1, failure_id="missing", cells=("B14",))
    unknown = failing("kn1_cell_unknown", None, 0, failure_id="unknown", cells=("B14",), cell_name="Chi bộ Khác")
    (cause,) = folded(missing, unknown)
    assert cause.kind == "row_renamed"
    assert cause.failures == ["missing", "unknown"]


@pytest.mark.parametrize(("rule_id", "kind"), [("kn1_cell_unknown", "row_unknown"), ("kn1_cell_repeated", "row_twice")])
def test_rows_that_are_new_or_there_twice_are_told_by_name(rule_id: str, kind: str):
    (cause,) = folded(failing(rule_id, None, 0, cells=("B14",)))
    assert cause.kind == kind
    assert "Chi bộ Tổ dân phố số 22" in cause.message_vi


def test_a_cause_keeps_its_id_as_long_as_it_explains_the_same_failures():
    line = failing("kn1_ages", 3, 2)
    (before,), (after,) = folded(line), folded(replace(line, reported=4.0))
    assert before.cause_id == after.cause_id


def test_the_small_sheet_is_right():
    assert stories() == []
    assert RIGHT["D15"] == 6


def test_a_report_under_another_s_title_is_told_in_one_sentence():
    cells = failing("cells_of_another_commune", 9, 0, failure_id="cells", cells=("B11",), cell_name="Phường Đoàn Kết")
    (cause,) = folded(cells)
    assert (cause.kind, cause.severity, cause.cells) == ("other_communes_cells", "critical", ["Biểu của xã!B11"])
    assert cause.message_vi.startswith("Đây là các chi bộ của Phường Đoàn Kết, không phải của đơn vị ghi ở tiêu đề.")
    assert cause.message_en.startswith("These are the cells of Phường Đoàn Kết, not of the commune in the title.")
    assert cause.message_en.endswith("admissions versions 03408 2020-07")

    month = failing("figures_of_another_month", 5, 0, failure_id="month", cells=("B11",), cell_name="3/2020")
    (cause,) = folded(month)
    assert "của tháng 3/2020" in cause.message_vi
    assert "the figures of March 2020" in cause.message_en

    said = {"problem_vi": "Bảng tính được cấp cho tháng 3.", "problem_en": "The workbook was issued for March."}
    issued = failing("issued_for_another", 1, 0, failure_id="issued", cells=("A5",), cell_name="", **said)
    (cause,) = folded(issued)
    assert cause.message_vi.startswith("Bảng tính được cấp cho tháng 3. Xem")
    assert cause.message_en.startswith("The workbook was issued for March. The versions: admissions versions 03408")


def test_what_is_no_consequence_of_a_wrong_title_stays_its_own_cause():
    cells = failing("cells_of_another_commune", 9, 0, failure_id="cells", cell_name="Phường Đoàn Kết")
    late = failing("report_late", 3, 0, failure_id="late", cells=())
    assert {cause.kind: cause.failures for cause in folded(late, cells)} == {
        "other_communes_cells": ["cells"],
        "late": ["late"],
    }
