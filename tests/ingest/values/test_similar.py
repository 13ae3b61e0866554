"""Whether a word is another one that was misspelt by a letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.phrases import distance
from ingest.values.similar import Vocabulary, is_misspelling, wrong_letters


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("thng", "thang"),
        ("tthang", "thang"),
        ("thangg", "thang"),
        ("thank", "thang"),
        ("xhang", "thang"),
        ("thnag", "thang"),
        ("htang", "thang"),
        ("hang", "thang"),
        ("than", "thang"),
        ("namm", "nam"),
        ("anm", "nam"),
        ("nuu", "nu"),
    ],
)
def test_a_word_with_one_letter_wrong_is_a_misspelling(written: str, meant: str) -> None:
    assert is_misspelling(written, meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("thang", "thang"),
        ("thong ke", "thong so"),
        ("gnaht", "thang"),
        ("thxx", "thang"),
        ("thaxk", "thang"),
        ("txxng", "thang"),
        ("thangxx", "thang"),
        ("tha", "thang"),
        ("ahtng", "thang"),
        ("nan", "nam"),
        ("nm", "nam"),
        ("nami", "nam"),
        ("nu", "ni"),
        ("un", "nu"),
        ("n", "nu"),
        ("2019", "2020"),
        ("18", "180"),
    ],
)
def test_a_word_with_more_wrong_or_a_short_one_or_a_number_is_another_word(written: str, meant: str) -> None:
    assert not is_misspelling(written, meant)


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("phong", "phong", 0),
        ("phong", "phon", 1),
        ("phong", "phongg", 1),
        ("hong", "phong", 1),
        ("phong", "phung", 1),
        ("phong", "pohng", 1),
        ("phogn", "phong", 1),
        ("ab", "ba", 1),
        ("phong", "pong", 1),
        ("phong", "phuing", 2),
        ("kitten", "sitting", 3),
        ("abcd", "badc", 2),
        ("ca", "abc", 3),
        ("phong", "xxxxx", 4),
        ("phong", "phongxxxx", 4),
        ("", "abc", 3),
        ("abc", "", 3),
        ("", "", 0),
    ],
)
def test_letters_that_are_wrong_missing_added_or_swapped_are_counted(one: str, other: str, wrong: int) -> None:
    assert wrong_letters(one, other, 3) == wrong


@pytest.mark.parametrize("most", [0, 1, 2])
def test_counting_stops_one_past_what_matters(most: int) -> None:
    assert wrong_letters("phong", "xxxxx", most) == most + 1
    assert wrong_letters("phong", "phongxxx", most) == most + 1
    assert wrong_letters("phong", "phong", most) == 0


_WORDS = st.text("abc", min_size=0, max_size=6)


@given(_WORDS, _WORDS)
def test_as_many_letters_are_wrong_one_way_as_the_other(one: str, other: str) -> None:
    assert wrong_letters(one, other, 3) == wrong_letters(other, one, 3)


_PHRASES = ("dan toc thieu so", "tong so", "nu", "ket nap trong thang", "tuoi 18 30", "xoa ten")
_LETTERS = "abdeghiknopstux138"


@st.composite
def _badly_written(draw: st.DrawFn) -> tuple[str, str]:
    """A phrase, and what may have become of it: words cut, misspelt, some as initials."""
    meant = draw(st.sampled_from(_PHRASES))
    words = meant.split()
    written = []
    while words:
        taken = draw(st.integers(1, min(4, len(words))))
        word = "".join(each[0] for each in words[:taken]) if taken > 1 else words[0]
        place = draw(st.integers(0, len(word)))
        letter = draw(st.sampled_from(_LETTERS))
        done = draw(st.sampled_from(["as it is", "cut", "without", "with", "changed", "swapped"]))
        written.append(
            {
                "as it is": word,
                "cut": word[: max(1, place)],
                "without": word[:place] + word[place + 1 :],
                "with": word[:place] + letter + word[place:],
                "changed": word[:place] + letter + word[place + 1 :],
                "swapped": word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            }[done]
        )
        words = words[taken:]
    return " ".join(written), meant


@given(_badly_written())
def test_the_vocabulary_lets_through_whatever_may_stand_for_one_of_its_phrases(pair: tuple[str, str]) -> None:
    written, meant = pair
    if distance(written, meant) is not None:
        assert Vocabulary(_PHRASES).may_hold(written)


@pytest.mark.parametrize("written", ["t so", "th so", "thi so", "tong s", "dtts", "dt", "so", "tog so", "to", "nuu"])
def test_the_vocabulary_lets_through_words_cut_short_initials_and_words_with_a_letter_wrong(written: str) -> None:
    assert Vocabulary(_PHRASES).may_hold(written)


@pytest.mark.parametrize("written", ["tong so ngay", "hoc sinh", "zzz", "tong soooo", "dttsx nu", "tong 2020"])
def test_the_vocabulary_holds_off_words_that_stand_for_none(written: str) -> None:
    assert not Vocabulary(_PHRASES).may_hold(written)


def test_words_that_are_let_through_besides_count_only_as_they_stand() -> None:
    words = Vocabulary(["tong so"], others=["hoc sinh"])
    assert words.may_hold("tong so hoc sinh")
    assert not words.may_hold("hoa")
    assert not words.may_hold("h")
