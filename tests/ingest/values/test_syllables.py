"""What a Vietnamese syllable looks like."""

import pytest

from ingest.values.syllables import is_syllable


@pytest.mark.parametrize(
    "word", ["bang", "chot", "nghieng", "quyet", "o", "yeu", "giang", "dang", "nu", "khuyu", "oanh"]
)
def test_words_as_they_are_written_are_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["khca", "tuoii", "dtts", "xaot", "llvt", "thnag", "giamr", "", "18", "ket nap"])
def test_misspelt_words_and_abbreviations_are_none(word: str) -> None:
    assert not is_syllable(word)
