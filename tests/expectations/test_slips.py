"""How a wrong figure may have come about."""

import pytest
from small_case import number_of, sheet

from expectations.repairs.case import Figure
from expectations.repairs.slips import COSTS, Slip, is_stock, slip, surprise, unslipped, written
from expectations.words import slip_names, slip_words


def figure_of(value: float | None, **given: object) -> Figure:
    """A figure of a cell's line, of what happens in a month unless another field is given."""
    usual = {"form": "KN-1", "field": "admitted", "type": "count", "line_kind": "cell"}
    place = {"sheet": "Kết nạp", "cell": "D11", "line_number": 1, "cell_name": "Chi bộ 1"}
    return Figure(**{**usual, **place, **given}, value=value)  # type: ignore[arg-type]


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


@pytest.mark.parametrize(
    ("figure", "right", "beside", "made"),
    [
        (figure_of(453.0, type="percent"), 45.3, (), Slip("comma", 0.6)),
        (figure_of(4.53, type="percent"), 45.3, (), Slip("comma", 0.6)),
        (figure_of(61.0, type="percent"), 45.3, (), Slip("miscalculated", 2.5)),
        (figure_of(46.0, type="years"), 45.0, (), Slip("near_key", 1.8)),
        (figure_of(None), 7, (), Slip("blank_for_value", 2.2)),
        (figure_of(None, is_odd_blank=True), 7, (), Slip("blank_for_value", 0.6)),
        (figure_of(14), 9, (14,), Slip("neighbour", 1.6)),
        (figure_of(10), 38, (10,), Slip("neighbour", 1.6)),
        (figure_of(7), 38, (7,), Slip("neighbour", 2.5)),
        (figure_of(3), 99, (3,), Slip("neighbour", 2.5)),
        (figure_of(2), 99, (2,), Slip("other", 5.0)),
        (figure_of(14), 9, (15,), Slip("other", 5.0)),
        (figure_of(14, before=14.0), 38, (), Slip("not_updated", 2.8)),
        (figure_of(14, before=14.0, line_kind="total"), 38, (), Slip("not_updated", 1.0)),
        (figure_of(14, before=13.0, line_kind="total"), 38, (), Slip("other", 5.0)),
        (figure_of(0, before=0.0, line_kind="total"), 38, (), Slip("zero_for_value", 2.4)),
        (figure_of(450.0, before=450.0, line_kind="total", type="percent"), 38, (), Slip("miscalculated", 2.5)),
        (figure_of(-3), 3, (), Slip("sign", 0.5)),
        (figure_of(-3), 4, (), Slip("other", 5.0)),
        (figure_of(99), 100, (), Slip("off_by_one", 2.2)),
        (figure_of(98), 100, (), Slip("other", 5.0)),
        (figure_of(321), 123, (), Slip("other", 5.0)),
        (figure_of(1324), 1234, (), Slip("digits_swapped", 1.0)),
        (figure_of(1432), 1234, (), Slip("other", 5.0)),
        (figure_of(1224), 1234, (), Slip("near_key", 1.8)),
        (figure_of(1284), 1234, (), Slip("digit_replaced", 2.6)),
        (figure_of(12534), 1234, (), Slip("digit_more", 1.0)),
        (figure_of(123), 1234, (), Slip("digit_less", 1.6)),
        (figure_of(234), 1234, (), Slip("digit_less", 1.6)),
        (figure_of(124), 1234, (), Slip("digit_less", 1.6)),
        (figure_of(19), 1234, (), Slip("other", 5.0)),
    ],
)
def test_the_likeliest_slip_is_named_with_its_cost(
    figure: Figure, right: float, beside: tuple[float, ...], made: Slip
) -> None:
    assert slip(figure, right, beside) == made


def test_whatever_one_key_may_have_done_is_among_what_was_meant() -> None:
    meant = unslipped(12)
    # A digit too many, too few, two swapped, a comma lost, a key beside.
    assert {1.0, 2.0, 21.0, 1.2, 11.0, 13.0, 42.0, 10.0, 120.0, 112.0, 512.0, 129.0} <= meant
    assert not {12.0, 19.0, 92.0, 34.0, 1234.0} & meant
    assert -12 not in meant
    assert {12.0, 2.0, 21.0} <= unslipped(-12)
    assert unslipped(7) >= {0.0, 4.0, 6.0, 8.0, 70.0, 77.0, 17.0}
    assert {4.53, 54.3, 45.0, 5.3, 35.3, 45.2} <= unslipped(45.3)


@pytest.mark.parametrize(
    ("form", "field", "expected"),
    [
        ("KN-1", "candidates", True),
        ("KN-1", "introduced_union", True),
        ("KN-3", "age_18_30", True),
        ("KN-1", "age_18_30", False),
        ("KN-3", "opening", True),
        ("KN-1", "admitted", False),
        ("KN-1", "women", False),
    ],
)
def test_what_goes_on_from_month_to_month_is_told_from_what_happens_in_one(
    form: str, field: str, expected: bool
) -> None:
    assert is_stock(figure_of(1, form=form, field=field)) is expected


def test_a_change_of_a_total_surprises_less_than_that_of_a_cell_and_nothing_does_where_no_month_was_before() -> None:
    for field, before in (("candidates", 5.0), ("admitted", None)):
        cell, total = (figure_of(9, field=field, before=before, line_kind=kind) for kind in ("cell", "total"))
        assert 0 < surprise(total, 9) < surprise(cell, 9)
        assert surprise(cell, before or 0) == 0
    assert surprise(figure_of(9, field="candidates", before=5.0), 9) == surprise(
        figure_of(9, field="candidates", before=5.0), 1
    )
    assert surprise(figure_of(9, field="candidates"), 9) == 0
    assert surprise(figure_of(9, field="women", before=5.0), 9) == 0


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
