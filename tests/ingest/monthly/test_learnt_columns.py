"""What a column is, said once and remembered: what it does to a table's columns."""

from datetime import date

import pytest

from ingest.monthly.headers import HeaderMap
from ingest.monthly.learnt_columns import (
    ALL,
    NO_FIELD,
    LearntColumn,
    UnknownField,
    column_changes,
    with_learnt,
    wording,
)
from ingest.monthly.tables import find_tables
from tests.ingest.sheets import cell_row, sheet

MAY, JUNE, JULY = date(2020, 5, 1), date(2020, 6, 1), date(2020, 7, 1)
#: Columns of KN-1, from 0: women, religious people, members of the youth union, militia.
WOMEN, RELIGIOUS, YOUTH, MILITIA = 4, 6, 7, 20
#: Words of no list that mean the women, part by part.
INFERRED = "Trong đó / Chị em phụ nữ"
UNKNOWN = "Trong đó / Mục tám"
DONG_PHONG = "03408"


def said(header: str, field: str, month: date = MAY, commune: str = ALL) -> LearntColumn:
    return LearntColumn(commune, "KN-1", header, field, month, "Lò Văn C")


def mapped(headers: dict[int, str], *words: LearntColumn, month: date | None = JUNE) -> HeaderMap:
    """The columns of KN-1 with these headers in the place of its own, after what was said."""
    given = sheet("KN-1", [cell_row("KN-1", 1, "Chi bộ A", admitted=4.0)])
    for column, text in headers.items():
        given.rows[6][column] = text
    (table,) = find_tables(given)
    return with_learnt(table.mapped, table.header_texts, words, DONG_PHONG, month)


def test_what_is_not_understood_is_what_was_said() -> None:
    found = mapped({WOMEN: "Mục tám"}, said(UNKNOWN, "women"))
    assert found.columns["women"] == WOMEN
    assert found.unmapped == {}


def test_an_inferred_column_that_is_confirmed_is_inferred_no_more() -> None:
    assert mapped({WOMEN: "Chị em phụ nữ"}).inferred.keys() == {WOMEN}
    found = mapped({WOMEN: "Chị em phụ nữ"}, said(INFERRED, "women"))
    assert (found.columns["women"], found.inferred, found.unmapped) == (WOMEN, {}, {})


def test_what_was_said_of_an_inferred_column_takes_its_place() -> None:
    found = mapped({WOMEN: "Chị em phụ nữ", MILITIA: "Mục tám"}, said(INFERRED, "militia"))
    assert found.columns["militia"] == WOMEN
    assert "women" not in found.columns
    assert (found.inferred, found.unmapped.keys()) == ({}, {MILITIA})


def test_an_inferred_column_may_be_said_to_be_no_field() -> None:
    found = mapped({WOMEN: "Chị em phụ nữ"}, said(INFERRED, NO_FIELD))
    assert "women" not in found.columns
    assert (found.inferred, found.unmapped) == ({}, {})


def test_another_column_that_was_said_to_be_the_field_takes_it_from_the_inferred_one() -> None:
    found = mapped({WOMEN: "Chị em phụ nữ", RELIGIOUS: "Mục tám"}, said(UNKNOWN, "women"))
    assert found.columns["women"] == RELIGIOUS
    assert (found.inferred, found.unmapped) == ({}, {WOMEN: INFERRED})


def test_a_field_whose_column_has_listed_words_keeps_it() -> None:
    found = mapped({RELIGIOUS: "Mục tám"}, said(UNKNOWN, "women"))
    assert found.columns["women"] == WOMEN
    assert found.unmapped == {RELIGIOUS: UNKNOWN}


def test_an_inferred_column_that_was_said_to_be_a_field_with_listed_words_is_not_read() -> None:
    found = mapped({WOMEN: "Chị em phụ nữ"}, said(INFERRED, "militia"))
    assert found.columns["militia"] == MILITIA
    assert "women" not in found.columns
    assert (found.inferred, found.unmapped) == ({}, {WOMEN: INFERRED})


def test_of_two_columns_with_the_words_that_were_said_none_is_taken() -> None:
    found = mapped({WOMEN: "Mục tám", YOUTH: "Mục tám"}, said(UNKNOWN, "women"))
    assert "women" not in found.columns
    assert found.unmapped.keys() == {WOMEN, YOUTH}
    assert {index: why.field for index, why in found.suspected.items()} == {WOMEN: "women", YOUTH: "women"}
    assert mapped({WOMEN: "Mục tám", YOUTH: "Mục tám"}, said(UNKNOWN, NO_FIELD)).unmapped == {}


def test_what_was_suspected_of_a_field_that_was_given_away_is_suspected_no_more() -> None:
    headers = {WOMEN: "Chị em phụ nữ", RELIGIOUS: "Số chị em"}
    assert mapped(headers).suspected.keys() == {WOMEN, RELIGIOUS}
    found = mapped(headers, said(INFERRED, "women"))
    assert (found.columns["women"], found.suspected) == (WOMEN, {})
    assert found.unmapped.keys() == {RELIGIOUS}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ([said(UNKNOWN, "religious"), said(UNKNOWN, "women")], "women"),
        ([said(UNKNOWN, "women", commune=DONG_PHONG), said(UNKNOWN, NO_FIELD)], "women"),
        ([said(UNKNOWN, NO_FIELD), said(UNKNOWN, "women", commune=DONG_PHONG)], "women"),
        ([said(UNKNOWN, "women"), said(UNKNOWN, NO_FIELD, commune="03389")], "women"),
        ([said(UNKNOWN, "women", month=MAY), said(UNKNOWN, NO_FIELD, month=JULY)], "women"),
        ([said(UNKNOWN, "women", month=JULY)], None),
    ],
    ids=["later", "own first", "own last", "another's", "until another month", "not yet"],
)
def test_of_several_words_the_commune_s_own_counts_then_the_later(words: list[LearntColumn], field: str | None) -> None:
    found = mapped({WOMEN: "Mục tám"}, *words)
    assert found.columns.get("women") == (WOMEN if field else None)


def test_a_word_about_another_form_is_none_about_this_one() -> None:
    other = LearntColumn(ALL, "KN-2", UNKNOWN, "candidates_women", MAY, "Lò Văn C")
    assert mapped({WOMEN: "Mục tám"}, other).unmapped == {WOMEN: UNKNOWN}


def test_without_a_month_nothing_is_known_to_hold() -> None:
    assert mapped({WOMEN: "Mục tám"}, said(UNKNOWN, "women"), month=None).unmapped == {WOMEN: UNKNOWN}


def test_the_months_that_headers_name_do_not_make_them_other_words() -> None:
    words = said("TRONG ĐÓ / Mục tám (tháng 6)", "women")
    assert mapped({WOMEN: "Mục tám tháng 7"}, words).columns["women"] == WOMEN
    assert mapped({WOMEN: "Mục tám tháng 12/2020"}, words).columns["women"] == WOMEN
    assert mapped({WOMEN: "Mục tám"}, words).unmapped == {WOMEN: UNKNOWN}
    assert wording("Mục 6") != wording("Mục 7")
    assert wording("***") != wording("---")


def test_a_field_that_the_form_lacks_is_refused() -> None:
    with pytest.raises(UnknownField, match=r"KN-1: 'opening'; .*admitted"):
        said(UNKNOWN, "opening")


def test_changes_of_columns_are_listed_both_ways() -> None:
    assert list(column_changes({"women": "E", "militia": "U"}, {"women": "F"})) == [
        ("militia", "U", "–"),
        ("women", "E", "F"),
    ]
