"""Which cell is wrong and what belongs in it: a sheet with something wrong in, proposals out."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_case import FIELDS, RIGHT, ROWS, TOTAL, named, number_of, sheet, softened

from expectations import catalogue
from expectations.repairs.case import Case, Identity, parts_of
from expectations.repairs.load import case_of
from expectations.repairs.propose import propose
from expectations.repairs.smallest import smallest_repairs
from expectations.store.identities import CaseRows, FigureRow, IdentityRow


def best(case: Case) -> dict[str, float]:
    """The cells that the first proposal changes."""
    ranked = propose(case).ranked
    return named(case, ranked[0].changes) if ranked else {}


def patterns_of(case: Case) -> list[str]:
    return [part.repairs[0].pattern for part in propose(case).parts if part.repairs]


def test_a_sheet_without_contradictions_gets_no_proposal():
    proposals = propose(sheet())
    assert proposals.parts == ()
    assert proposals.ranked == ()


def test_an_age_band_that_is_wrong_in_its_row_and_in_its_column_is_one_cell():
    assert best(sheet({"I14": 33})) == {"I14": 3}


def test_a_figure_in_five_identities_is_found_at_once():
    assert best(sheet({"D11": 20})) == {"D11": 2}


def test_a_total_that_no_row_explains_is_the_total():
    assert best(sheet({"I15": 44})) == {"I15": 4}


def test_women_above_admitted_are_brought_down_to_what_the_total_says():
    assert best(sheet({"E13": 11})) == {"E13": 1}


def test_totals_that_followed_a_wrong_figure_follow_its_repair():
    # The spreadsheet program has added the wrong 8 up.
    case = sheet({"W12": 8, "W15": 28})
    (part,) = propose(case).parts
    assert named(case, part.repairs[0].changes) == {"W12": 3, "W15": 23}
    assert {case.figures[number].cell: slip for number, slip in part.repairs[0].slips.items()}["W15"] == "follows"


def test_where_two_cells_do_equally_well_it_is_not_called_clear():
    # The row's ages make one too many, and the totals have followed: either band may be wrong.
    (part,) = propose(sheet({"I11": 2, "I15": 5})).parts
    assert not part.is_clear
    cells = [{"I11", "I15"}, {"J11", "J15"}]
    case = sheet({"I11": 2, "I15": 5})
    assert [set(named(case, repair.changes)) for repair in part.repairs[:2]] in (cells, cells[::-1])


def test_last_month_s_figure_decides_where_the_sums_do_not():
    # A sheet without the carried rule: only the column knows that something is wrong.
    case = sheet({"W14": 41})
    column_alone = Case(case.figures, [each for each in case.identities if each.rule_id == "kn1_column_total"])
    assert best(column_alone) == {"W14": 14}
    # Without last month nobody could tell a cell from the total.
    without = Case([replace(figure, before=None) for figure in case.figures], column_alone.identities)
    assert not propose(without).parts[0].is_clear or best(without) == {"W14": 14}


def test_a_blank_is_filled_in_with_what_the_others_tell():
    assert best(sheet({"I14": None})) == {"I14": 3}


def test_a_negative_figure_loses_its_sign():
    assert best(sheet({"D13": -1})) == {"D13": 1}


def test_what_was_not_read_is_no_blank_and_takes_part_in_nothing():
    def figure(cell: str, field: str, value: float | None) -> FigureRow:
        place = ("KN-1", field, "count", "cell", 1, "Chi bộ 1", "chi bộ 1", 1)
        return FigureRow("Kết nạp", cell, *place, value, 0.0)

    def identity(rule_id: str, kind: str, cells: tuple[str, ...], signs: tuple[int, ...], difference: float):
        return IdentityRow(
            "f", rule_id, kind, "critical", 0.0, "Kết nạp", "Chi bộ 1", cells, signs, 0.0, difference, abs(difference)
        )

    identities = (
        identity("kn1_ages", "row_identity", ("D11", "I11", "J11"), (1, -1, -1), -3.0),
        identity("kn1_women_within_admitted", "subset", ("E11", "D11"), (1, -1), 2.0),
        identity("kn1_value_unread", "unread_value", ("D11",), (), 1.0),
    )
    figures = {
        "D11": figure("D11", "admitted", None),
        "E11": figure("E11", "women", 2.0),
        "I11": figure("I11", "age_18_30", 1.0),
        "J11": figure("J11", "age_31_40", 2.0),
    }
    rules = {rule.rule_id: rule for rule in catalogue.rules()}

    def case(*cells: str) -> Case:
        shown = tuple(figures[cell] for cell in cells)
        return case_of(CaseRows("c", "k", "03408", date(2022, 1, 1), "s", identities, shown), rules)

    # A blank is told by the other cells of its row …
    assert best(case("D11", "E11", "I11", "J11")) == {"D11": 3}
    # … and of what stands there and was not read there is no figure to begin with.
    assert case("E11", "I11", "J11").identities == ()
    assert propose(case("E11", "I11", "J11")).ranked == ()


def test_two_slips_in_different_rows_are_two_parts_and_one_proposal():
    case = sheet({"I14": 5, "W11": 50})
    proposals = propose(case)
    assert len(proposals.parts) == 2
    assert best(case) == {"I14": 3, "W11": 5}


def test_two_slips_in_one_column_are_found_as_the_smallest_set():
    case = sheet({"I11": 4, "I14": 8})
    assert best(case) == {"I11": 1, "I14": 3}
    # The ages of row 11 have nothing to do with those of row 14, but for the total that both have spoilt.
    assert len(propose(case).parts) == 1


def test_a_total_not_updated_beside_a_wrong_row_are_told_apart():
    case = sheet({"D15": 7, "I12": 1, "I15": 5})
    parts = propose(case).parts
    found = [named(case, {each: part.repairs[0].changes[each] for each in part.repairs[0].wrong}) for part in parts]
    assert {"D15": 6} in found
    assert len(parts) == 2


def test_two_cells_side_by_side_may_have_been_swapped():
    # I11 and J11 swapped would change nothing; D and I of row 14 swapped break their columns and what depends on D.
    case = sheet({"I14": 0, "J14": 3})
    assert best(case) == {"I14": 3, "J14": 0}
    assert patterns_of(case) == ["swapped"]


def test_a_figure_typed_in_the_row_below_is_a_swap_and_no_pair_of_slips():
    case = sheet({"D12": 1, "D13": 0})
    assert best(case) == {"D12": 0, "D13": 1}
    assert patterns_of(case) == ["swapped"]


def test_a_column_that_slid_by_a_row_goes_back():
    case = sheet({"D11": 0, "D12": 2, "D13": 0, "D14": 1, "D15": 3})
    assert best(case) == {"D11": 2, "D12": 0, "D13": 1, "D14": 3, "D15": 6}
    assert patterns_of(case) == ["column_shifted"]


def test_a_running_sum_that_was_not_begun_again_is_one_column():
    # As if in January: last year's figures are still in it.
    case = sheet({"W11": 9, "W12": 8, "W13": 6, "W14": 20, "W15": 43})
    assert patterns_of(case) == ["column_not_updated"]
    assert best(case) == {"W11": 5, "W12": 3, "W13": 1, "W14": 14, "W15": 23}


def test_a_total_row_that_is_still_last_month_s_is_one_slip():
    stale: dict[str, float | None] = {"D15": 2, "E15": 1, "I15": 1, "J15": 1, "W15": 17}
    case = sheet(stale)
    before = [
        replace(figure, before=figure.value) if figure.line_kind == "total" else figure for figure in case.figures
    ]
    case = Case(before, case.identities)
    assert patterns_of(case) == ["total_not_updated"]
    assert best(case) == {f"{column}15": RIGHT[f"{column}15"] for column in FIELDS}


def test_what_no_few_cells_mend_is_said_to_have_no_explanation():
    # Every cell of the row asks for something else, and no small set of cells makes them all right.
    case = sheet()
    impossible = [
        Identity(f"f{number}", f"rule{number}", "target", "critical", "sum", (number,), (1.0,), -float(40 + number))
        for number in range(10)
    ]
    case = Case(case.figures, [*case.identities, *impossible])
    proposals = propose(case)
    assert proposals.ranked == ()
    assert [part.repairs for part in proposals.parts] == [()]


def test_no_proposal_breaks_another_identity():
    case = sheet({"I14": 5, "W11": 50, "E12": 1})
    for ranked in propose(case).ranked:
        assert not case.broken_after(ranked.changes)


def test_a_percentage_alone_is_worked_out_again():
    case = sheet()
    share = replace(case.figures[0], cell="Z11", field="attainment_pct", type="percent", value=15.0, before=None)
    target = replace(case.figures[0], cell="Y11", field="year_target", value=4.0, before=4.0)
    figures = [*case.figures, share, target]
    recomputed = Identity(
        "pct", "kn1_attainment_recomputed", "percentage", "warning", "percentage",
        (len(case.figures), number_of(case, "W11"), len(case.figures) + 1), allowed=0.5,
    )  # fmt: skip
    assert best(Case(figures, [*case.identities, recomputed])) == {"Z11": 125}


def test_a_mean_age_out_of_range_gets_its_comma_back():
    case = sheet()
    age = replace(case.figures[0], cell="S11", field="mean_age", type="years", form="KN-3", value=453.0, before=45.2)
    plausible = Identity(
        "age", "kn3_mean_age_plausible", "range", "warning", "between", (len(case.figures),), low=18, high=90
    )
    assert best(Case([*case.figures, age], [*case.identities, plausible])) == {"S11": 45.3}


def test_what_is_only_worth_a_look_is_mended_where_nothing_else_is_wrong():
    soft = softened(sheet({"E15": 40, "I14": 33}), "kn1_women_within_admitted", "info")
    assert best(soft) == {"E15": 4, "I14": 3}
    hints = [replace(each, severity="info") if "column" in each.rule_id else each for each in soft.identities]
    assert best(Case(soft.figures, hints)) == {"I14": 3}
    assert best(Case(sheet({"E15": 40}).figures, hints)) == {"E15": 4}


def test_broken_identities_without_a_figure_in_common_are_parts():
    case = sheet({"I14": 5, "W11": 50})
    parts = parts_of(case, case.broken)
    assert len(parts) == 2
    assert frozenset().union(*parts) == case.broken


def test_the_smallest_set_is_left_alone_when_there_is_no_time():
    case = sheet({"I11": 4, "I14": 8})
    assert smallest_repairs(case, case.broken, seconds=0.0) == ()


def test_what_one_cell_explains_is_found_without_any_time_for_searching():
    case = sheet({"I14": 33})
    assert named(case, propose(case, seconds=0.0).ranked[0].changes) == {"I14": 3}
    assert propose(sheet({"I11": 4, "I14": 8}), seconds=0.0).ranked == ()


def test_more_wrong_cells_than_anyone_mends_are_not_searched_for(monkeypatch: pytest.MonkeyPatch):
    def never(*_: object, **__: object) -> None:
        raise AssertionError("an integer programme was set up")

    monkeypatch.setattr("scipy.optimize.milp", never)
    case = sheet()
    # Ten cells each have to be something else, and no cell is in two of these rules.
    wanted = [
        Identity(f"f{number}", f"rule{number}", "target", "critical", "sum", (number,), (1.0,), -float(40 + number))
        for number in range(10)
    ]
    asked = Case(case.figures, [*case.identities, *wanted])
    assert smallest_repairs(asked, asked.broken, seconds=1.0) == ()


SUSPECTS = sorted(f"{column}{row}" for column in "DIJW" for row in ROWS)


@given(cell=st.sampled_from(SUSPECTS), typed=st.integers(min_value=0, max_value=200))
def test_any_figure_that_a_row_and_a_column_check_is_restored_exactly(cell: str, typed: int):
    right = RIGHT[cell]
    if typed == right:
        return
    case = sheet({cell: typed})
    assert case.broken
    assert best(case) == {cell: right}


@given(column=st.sampled_from(sorted(FIELDS)), typed=st.integers(min_value=0, max_value=200))
def test_whatever_a_total_says_the_first_proposal_makes_the_column_right(column: str, typed: int):
    case = sheet({f"{column}{TOTAL}": typed})
    ranked = propose(case).ranked
    if typed == RIGHT[f"{column}{TOTAL}"]:
        assert ranked == ()
    else:
        assert not case.broken_after(ranked[0].changes)


@pytest.mark.parametrize("cells", [("I11", "J14"), ("D12", "W14"), ("I13", "I14")])
def test_two_wrong_cells_in_different_rows_are_both_restored(cells: tuple[str, str]):
    wrong = {cell: (RIGHT[cell] or 0) + 30 for cell in cells}
    assert best(sheet(wrong)) == {cell: RIGHT[cell] for cell in cells}
