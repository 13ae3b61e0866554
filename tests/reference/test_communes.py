"""Communes with their validity, and whose reports are received."""

from collections import Counter
from datetime import date

import pytest

from reference.communes import UNIT_TYPES, UnknownScope, all_communes, communes_expected, communes_in_scope


def test_both_lists_are_there_whole() -> None:
    communes = all_communes()
    assert sum(commune.is_valid_in(date(2025, 6, 1)) for commune in communes) == 10_035
    assert sum(commune.is_valid_in(date(2025, 7, 1)) for commune in communes) == 3_321


def test_what_a_unit_is_agrees_with_its_name() -> None:
    types = {commune.name: commune.unit_type for commune in all_communes()}
    # Five are written `Thị Trấn` in the list.
    told = {
        name: next(kind for word, kind in UNIT_TYPES.items() if name.lower().startswith(f"{word.lower()} "))
        for name in types
    }
    assert types == told
    # Four that could not report in July 2025, as their names were looked for under another word.
    after = {commune.code: commune.unit_type for commune in all_communes() if commune.is_valid_in(date(2025, 7, 1))}
    assert [after[code] for code in ("10543", "11848", "31213", "31299")] == ["ward", "commune", "ward", "commune"]


def test_what_the_lists_lack_is_still_there() -> None:
    added = [commune for commune in all_communes() if commune.name == "Xã Nậm Loỏng"]
    assert [(commune.code, commune.valid_to) for commune in added] == [("03406", date(2020, 7, 1))]


def test_no_two_communes_share_a_key() -> None:
    times = Counter(commune.key for commune in all_communes())
    assert max(times.values()) == 1


def test_the_city_s_scope_covers_its_communes_and_their_successors() -> None:
    scope = communes_in_scope("district:105")
    assert {commune.name for commune in scope if commune.is_valid_in(date(2019, 5, 1))} == {
        "Phường Quyết Thắng",
        "Phường Tân Phong",
        "Phường Quyết Tiến",
        "Phường Đoàn Kết",
        "Phường Đông Phong",
        "Xã San Thàng",
        "Xã Nậm Loỏng",
        "Xã Sùng Phài",
    }
    assert {(commune.code, commune.name) for commune in scope if commune.is_valid_in(date(2025, 7, 1))} == {
        ("03408", "Phường Tân Phong"),
        ("03388", "Phường Đoàn Kết"),
    }


def test_a_commune_is_expected_only_while_it_belonged_to_the_city() -> None:
    expected = communes_expected("district:105")
    assert "Xã Sùng Phài" not in {commune.name for commune in expected if commune.is_valid_in(date(2020, 6, 1))}
    names = {commune.name for commune in expected if commune.is_valid_in(date(2020, 7, 1))}
    assert "Xã Sùng Phài" in names
    assert "Xã Nậm Loỏng" not in names


def test_the_whole_country_is_a_scope() -> None:
    assert communes_in_scope("country") == all_communes()


@pytest.mark.parametrize("scope", ["district:999", "town:105", "105", ""])
def test_a_scope_that_names_nothing_is_refused(scope: str) -> None:
    with pytest.raises(UnknownScope):
        communes_in_scope(scope)
