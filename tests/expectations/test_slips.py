"""How a wrong figure may have come about."""

import pytest
from small_case import number_of, sheet

from expectations.repairs.slips import COSTS, slip, surprise, unslipped, written
from expectations.words import slip_names, slip_words


def name(cell: str, typed: float | None, right: float) -> str:
    case = sheet({cell: typed})
    return slip(case.figures[number_of(case, cell)], right).name


@pytest.mark.parametrize(
    ("typed", "right", "made"),
    [
        (112, 12, "digit_more"),
        (22, 2, "digit_more"),
        (1, 12, "digit_less"),
        (31, 13, "digits_swapped"),
        (15, 14, "near_key"),
        (18, 12, "digit_replaced"),
        (99, 100, "off_by_one"),
        (-3, 3, "sign"),
        (None, 7, "blank_for_value"),
        (0, 17, "zero_for_value"),
        (450, 23, "other"),
    ],
)
def test_each_slip_is_called_by_its_name(typed, right, made):
    assert name("D13", typed, right) == made


@pytest.mark.parametrize(("typed", "right"), [(112, 12), (31, 13), (-3, 3), (453, 45.3), (5.6, 35.6), (15, 14)])
def test_what_was_meant_is_among_what_a_slip_may_have_been(typed, right):
    assert right in unslipped(typed)
    assert typed not in unslipped(typed)


def test_a_figure_that_goes_on_is_expected_near_last_month_s():
    case = sheet()
    figure = case.figures[number_of(case, "W14")]
    assert surprise(figure, 11) == 0
    assert surprise(figure, 14) < surprise(figure, 41)


def test_of_what_happens_in_a_month_few_are_likelier_than_many():
    case = sheet()
    figure = case.figures[number_of(case, "D14")]
    assert surprise(figure, 1) < surprise(figure, 11)
    # A part moves with its whole, and says nothing of itself.
    assert surprise(case.figures[number_of(case, "E14")], 11) == 0


def test_figures_are_written_as_they_are_typed():
    assert (written(12.0), written(45.3), written(0)) == ("12", "45.3", "0")


def test_every_slip_has_its_words_in_both_languages():
    assert set(COSTS) <= set(slip_names())
    for each in slip_names():
        assert slip_words(each).vi
        assert slip_words(each).en
