"""Which phrases a text stands for, though misspelt by a letter or abbreviated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.phrases import Phrases, distance, near


@pytest.mark.parametrize(
    ("written", "meant", "found"),
    [
        ("tong so", "tong so", 0),
        ("tng so", "tong so", 2),
        ("t so", "tong so", 1),
        ("to so", "tong so", 1),
        ("ton so", "tong so", 2),
        ("tho tin", "thong tin", 1),
        ("thon tin", "thong tin", 2),
        ("thog tin", "thong tin", 2),
        ("dtts", "dan toc thieu so", 1),
        ("dt thieu so", "dan toc thieu so", 1),
        ("ty le dtts", "ty le dan toc thieu so", 1),
        ("ket na", "ket nap", 2),
        ("ket nab", "ket nap", None),
        ("dn toc", "dan toc", 2),
        ("da toc", "dan toc", 2),
        ("an toc", "dan toc", None),
        ("dn", "dan", None),
        ("tng s", "tong so", 3),
        ("tng tong", "tong thong", 4),
        ("tong", "tong so", None),
        ("tong so nu", "tong so", None),
        ("tong ky", "tong so", None),
        ("t s", "tong so", None),
        ("t", "tong", None),
        ("1 so", "13 so", None),
        ("to", "tong", 1),
        ("tong s0", "tong so", None),
    ],
)
def test_what_was_written_is_as_far_from_what_was_meant_as_it_is_misspelt_and_shortened(
    written: str, meant: str, found: int | None
) -> None:
    assert distance(written, meant) == found


def test_the_cheapest_reading_counts() -> None:
    # `ts` begins `tong` with a letter wrong, or is the initials of both.
    assert distance("ts", "tong so") == 1
    assert distance("ts nu", "tong so nu") == 1


def test_of_many_phrases_those_are_found_that_a_text_may_stand_for() -> None:
    phrases = frozenset({"tong so", "nu", "dan toc thieu so", "dan so"})
    assert near("dtts", phrases) == {"dan toc thieu so": 1}
    assert near("dn so", phrases) == {"dan so": 2}
    assert near("nu", phrases) == {"nu": 0}
    assert near("so", phrases) == {}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("chong do", "trong do"), ("vu chang", "vu trang"), ("ton dao", "ton giao"), ("soa ten", "xoa ten")],
)
def test_beside_other_words_an_initial_may_be_one_that_sounds_alike(written: str, meant: str) -> None:
    assert distance(written, meant) == 2


def test_alone_a_word_that_sounds_alike_is_another() -> None:
    assert distance("cho", "tro") is None


_LETTERS = st.text("abnt", min_size=1, max_size=4)
_PHRASES = st.lists(_LETTERS, min_size=1, max_size=3).map(" ".join)


@given(_PHRASES, st.frozensets(_PHRASES, min_size=1, max_size=6))
def test_a_text_is_as_near_to_a_phrase_among_others_as_to_it_alone(written: str, phrases: frozenset[str]) -> None:
    alone = {phrase: cost for phrase in phrases if (cost := distance(written, phrase)) is not None}
    assert near(written, phrases) == alone


def test_as_a_text_goes_on_the_phrases_are_told_that_its_first_words_are() -> None:
    phrases = Phrases(["dan", "dan toc", "dan toc thieu so", "dan so"])
    assert list(phrases.as_written(["dan", "toc", "thieu", "so", "nu"])) == [
        (1, "dan"),
        (2, "dan toc"),
        (4, "dan toc thieu so"),
    ]


def test_as_a_text_goes_on_the_phrases_are_told_that_its_first_words_may_stand_for() -> None:
    phrases = Phrases(["dan", "dan toc", "dan toc thieu so", "dan so"])
    assert list(phrases.nearly(["dan", "tocc", "ts", "nu"])) == [
        (1, {"dan": 0}),
        (2, {"dan toc": 2}),
        (3, {"dan toc thieu so": 3}),
    ]
