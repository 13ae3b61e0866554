"""What a cell holds, as yes or no."""

import pytest

from ingest.values.flags import flag, flag_beside
from ingest.values.numbers import Raw, Unreadable


def _read(*values: Raw) -> list[bool | Unreadable | None]:
    read = flag_beside(values)
    return [read(value) for value in values]


@pytest.mark.parametrize(("raw", "expected"), [("x", True), ("Có", True), ("không", False), ("-", False), ("", None)])
def test_yes_and_no_are_read_in_the_office_s_words(raw: object, expected: bool | None) -> None:
    assert flag(raw) is expected  # type: ignore[arg-type]


def test_yes_or_no_that_is_neither_is_unreadable() -> None:
    assert flag("có lẽ") == Unreadable("có lẽ")
    assert flag(" có  lẽ ") == Unreadable("có lẽ")
    assert [flag(number) for number in (2.0, 2, 0.5, -1.0)] == [Unreadable(text) for text in ("2", "2", "0.5", "-1")]


def test_one_and_zero_are_yes_and_no_and_nothing_else_is_a_blank() -> None:
    assert [flag(raw) for raw in (1.0, 1, "1", True)] == [True] * 4
    assert [flag(raw) for raw in (0.0, 0, "0", False)] == [False] * 4
    assert [flag(raw) for raw in (None, "", " ", "\u00a0\n")] == [None] * 4


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("Rồi", "Chưa"),
        ("Là ĐV", "Chưa là ĐV"),
        ("đã là đảng viên", "Không là đảng viên"),
        ("Đảng viên", "Quần chúng"),
        ("ĐV", "QC"),
        ("Đã vào Đảng", "Chưa vào Đảng"),
        ("có", "ko"),
        ("✓", "✗"),
        ("+", "-"),
        ("TRUE", "FALSE"),
    ],
)
def test_offices_say_in_many_words_whether_somebody_is_a_member(yes: str, no: str) -> None:
    assert (flag(yes), flag(no)) == (True, False)


@pytest.mark.parametrize(("yes", "no"), [("C", "K"), ("C", "ko"), ("X", "O"), ("Đ", "S"), ("Y", "N")])
def test_a_letter_says_yes_or_no_beside_its_contrary(yes: str, no: str) -> None:
    assert _read(yes, no, "", yes) == [True, False, None, True]


@pytest.mark.parametrize(
    ("values", "open_"),
    [
        (("C", "C"), "C"),  # as well `chưa`
        (("C", "Đ"), "C"),
        (("C", "K", "Có"), "C"),
        (("O", "O"), "O"),
        (("S", "S"), "S"),
        (("N", "N"), "N"),
        (("Đ", "C"), "Đ"),
    ],
)
def test_alone_or_beside_another_letter_it_says_nothing(values: tuple[str, ...], open_: str) -> None:
    assert flag_beside(values)(open_) == Unreadable(open_)


def test_a_cross_beside_a_tick_may_be_its_contrary() -> None:
    assert _read("v", "x", "✓") == [Unreadable("v"), Unreadable("x"), Unreadable("✓")]
    assert _read("x", "", "x") == [True, None, True]
    assert _read("v", "-", "v") == [True, False, True]


def test_a_member_on_probation_or_a_number_of_members_is_neither() -> None:
    assert [type(flag(raw)) for raw in ("ĐVDB", "2 ĐV", "đảng viên mới", "khác")] == [Unreadable] * 4


def test_members_and_others_are_told_by_words_cut_short() -> None:
    assert [flag(text) for text in ("Đ.viên", "Q.chúng", "là Đ.viên", "không là Đ.viên")] == [True, False, True, False]
