"""Text as the clerk sees it."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ingest.values.text import address, clean, column_letter, key, spelling


def test_composed_and_decomposed_text_is_the_same() -> None:
    assert clean(unicodedata.normalize("NFD", "Đảng bộ  phường\u00a0Đông Phong\n")) == "Đảng bộ phường Đông Phong"


def test_the_key_of_a_header_forgets_accents_case_and_line_breaks() -> None:
    assert key("LŨY KẾ:\n Từ đầu năm") == key("Luỹ kế từ đầu năm") == "luy ke tu dau nam"


def test_the_key_keeps_what_tells_age_bands_apart() -> None:
    assert key("≤30") == "<=30"
    assert key(">60") == ">60"
    assert key("18–30") == key("18 - 30") == "18 30"


def test_a_spelling_keeps_accents_and_forgets_case_blanks_signs_and_where_the_tone_stands() -> None:
    assert spelling("Hòa  Bình,") == spelling("HOÀ\u00a0BÌNH") == spelling(unicodedata.normalize("NFD", "-hòa bình"))
    assert spelling("Thuỷ Đường") == spelling("thủy đường")
    assert spelling("Hòa Bình").split(" ") == [spelling("Hòa"), spelling("Bình")]


def test_words_that_differ_in_an_accent_a_letter_or_where_they_part_are_spelt_differently() -> None:
    words = ["Hòa Bình", "Hóa Bình", "Hoa Bình", "Hòa Binh", "Hoàbình", "Bình Hòa", "Đòa Bình", "Dòa Bình", "Hờa Bình"]
    assert len({spelling(word) for word in words}) == len(words)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_addresses_are_those_of_the_spreadsheet_program() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert address(13, 1) == "B14"
