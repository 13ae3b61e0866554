"""Words whose keys were typed while nothing made letters with accents of them."""

import pytest

from ingest.meaning.telex import without_keys
from ingest.monthly.header_texts import column_headers
from ingest.plans.class_types import NEW_MEMBERS, class_type


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Tăng, giamr trong thangs", "Tăng, giam trong thang"),
        ("Ddoois tuwowngj", "doi tuong"),
        ("đảng vieen", "đảng vien"),
        ("Tuwf 31 trowr leen", "tu 31 tro len"),
        ("Quaan soos", "quan so"),
    ],
)
def test_a_word_of_keys_is_read_as_it_is_without_accents(typed: str, read: str) -> None:
    assert without_keys(typed) == read


@pytest.mark.parametrize("text", ["HS đủ, TS", "Tổng số", "CBCCVC", "Excel", "form", "Số ĐV", "Qx", "to ban", "ĐVTNCS"])
def test_other_words_stay_what_they_are(text: str) -> None:
    assert without_keys(text) == text


def test_headers_of_keys_are_read_and_shown_as_they_are_written() -> None:
    headers = column_headers([["Chi bộ", "Keets nạp trong thangs", "Nuwx"]], (), 0, 0)
    assert [header.texts[-1] for header in headers] == ["Chi bộ", "ket nạp trong thang", "nu"]
    assert headers[1].shown == "Keets nạp trong thangs"


def test_a_class_named_in_keys_is_known() -> None:
    assert class_type("Lowps bồi dưỡng đảng vieen mới") == NEW_MEMBERS
