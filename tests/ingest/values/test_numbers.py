"""What stands in a cell, as a number."""

import math
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.numbers import (
    LARGEST,
    Covered,
    Unreadable,
    count,
    decimal,
    is_blank,
    looks_like_figure,
    percent,
    years,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (2.0, 2),
        ("2", 2),
        (" 2\u00a0", 2),
        ("02", 2),
        ("2.", 2),
        ("2 dc", 2),
        ("3 QC", 3),
        ("12 hv", 12),
        ("1.234", 1234),
        ("1 234", 1234),
        ("12.345.678", 12345678),
        ("3,0", 3),
        ("-", 0),
        ("–", 0),
        (0.0, 0),
        ("", None),
        (None, None),
        (" \u00a0 ", None),
        (-3.0, -3),
        ("0.000", 0),
        ("12,00", 12),
        ("2 người", 2),
        ("03 đ/c", 3),
        ("11đc", 11),
    ],
)
def test_a_count_is_read_as_a_person_reads_it(raw: object, expected: int | None) -> None:
    assert count(raw) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        "hai",
        "12,5",
        2.5,
        "x",
        "1,234",
        "2 người đi",
        "2-3 đ/c",
        "5 tháng",
        "#REF!",
        date(2020, 5, 1),
        True,
        "1.2.3",
        "0.125",
    ],
)
def test_what_is_no_whole_number_is_never_guessed_into_one(raw: object) -> None:
    assert isinstance(count(raw), Unreadable)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        "012345678901234567890123",
        "9" * 5000,
        "9." * 3000 + "9",
        "1" + ".000" * 2000,
        "100000001",
        "-100.000.001",
        10**30,
        1e22,
        1e308,
        math.inf,
        -math.inf,
        math.nan,
        "NaN",
        "1e400",
        "Infinity",
        "1²",
        "²",
        "１²",
        "½",
    ],
)
@pytest.mark.parametrize("parse", [count, decimal, percent])
def test_what_is_no_finite_figure_of_a_form_is_said_to_be_unreadable(parse: Callable[..., object], raw: object) -> None:
    assert isinstance(parse(raw), Unreadable)


@pytest.mark.parametrize("parse", [count, decimal, percent])
def test_the_largest_figure_is_read_and_no_zero_is_negative(parse: Callable[..., object]) -> None:
    assert parse(LARGEST) == parse(float(LARGEST)) == parse(str(LARGEST)) == LARGEST
    assert parse(-float(LARGEST)) == -LARGEST
    for zero in (-0.0, "-0", "-0,0"):
        assert math.copysign(1, parse(zero)) == 1  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.050%", None),
        ("85.125 %", None),
        ("1 050%", 1050),
        ("1.050.000", 1050000),
        ("1.050,5%", 1050.5),
        ("0.125", 0.125),
        ("106.25%", 106.25),
        ("106,250%", 106.25),
        ("1050%", 1050),
    ],
)
def test_a_point_before_three_digits_may_be_of_thousands_or_of_decimals_and_is_not_guessed(
    text: str, expected: float | None
) -> None:
    read = percent(text)
    assert read == expected if expected is not None else read == Unreadable(text)


@given(st.one_of(st.floats(), st.integers(), st.text(), st.text(alphabet="0123456789.,-+ %²eENaInf")))
def test_whatever_is_read_is_finite_and_within_bounds(raw: float | str) -> None:
    for parse in (count, decimal, percent):
        read = parse(raw)
        assert read is None or isinstance(read, Unreadable) or -LARGEST <= read <= LARGEST


@given(st.integers(min_value=0, max_value=LARGEST))
def test_every_vietnamese_spelling_of_a_number_is_the_number(number: int) -> None:
    grouped = f"{number:,}".replace(",", ".")
    assert {count(float(number)), count(str(number)), count(grouped), count(f" {number} ")} == {number}


@given(st.text())
def test_a_count_of_any_text_is_a_number_nothing_or_said_to_be_unreadable(text: str) -> None:
    assert isinstance(count(text), int | Unreadable | None)


@given(st.decimals(min_value=0, max_value=120, places=2))
def test_a_decimal_comma_and_point_are_the_same(value: object) -> None:
    text = str(value)
    assert decimal(text) == decimal(text.replace(".", ",")) == float(text)


def test_a_cell_is_blank_where_a_person_sees_nothing() -> None:
    assert all(is_blank(raw) for raw in (None, "", " ", "\u00a0\n", "\u200b"))
    assert not any(is_blank(raw) for raw in (0.0, 0, False, "-", "0", Covered("5", "D11:D12")))


def test_a_blank_is_not_zero() -> None:
    assert count("") is None
    assert decimal("") is None


@pytest.mark.parametrize(("raw", "expected"), [("85%", 85.0), ("106,25 %", 106.25), (185.0, 185.0), ("-", 0.0)])
def test_a_percentage_is_in_points(raw: object, expected: float) -> None:
    assert percent(raw) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("raw", [3.0, "3", "1.234", "-", "85%"])
def test_figures_look_like_figures(raw: object) -> None:
    assert looks_like_figure(raw)  # type: ignore[arg-type]


@pytest.mark.parametrize("raw", ["", None, "T/M ĐẢNG ỦY", "Lai Châu, ngày 01 tháng 7 năm 2015", "31 tuổi"])
def test_words_do_not_look_like_figures(raw: object) -> None:
    assert not looks_like_figure(raw)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["46,6 tuổi", "46.6 tuoi", "46,6", "46,6 Tuổi."])
def test_a_mean_age_may_have_its_unit(text: str) -> None:
    assert years(text) == 46.6


@pytest.mark.parametrize("text", ["46,6 tháng", "tuổi", "1.234 tuổi", "46,6 tuổi 3"])
def test_a_mean_age_in_another_unit_is_unreadable(text: str) -> None:
    assert years(text) == Unreadable(text)
    assert percent("46,6 tuổi") == Unreadable("46,6 tuổi")
