"""Every commune of both lists, under its own title and in its own time, is recognised as itself.

Whose report it is, is asked of the whole country at once: none of 13,000 units may be taken for another.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from ingest.identity.identify import commune_of
from reference.communes import REFORM, SINCE_EVER, Commune, all_communes, communes_in_scope

COUNTRY = "country"
_SHORT = {
    **{"Phường": "P.", "Xã": "X.", "Thị trấn": "TT.", "Đặc khu": "ĐK."},
    **{"Thành phố": "TP", "Thị xã": "TX.", "Huyện": "H.", "Quận": "Q.", "Tỉnh": "T."},
}
#: Where the tone stood in the older way of writing.
_OLD_TONES = {
    f"{vowels[0]}{tone}{vowels[1]}": f"{vowels}{tone}"
    for vowels in ("oa", "oe", "uy", "OA", "OE", "UY")
    for tone in "\u0300\u0301\u0303\u0309\u0323"
}


def month_of(commune: Commune) -> date:
    """A month in which the commune existed: its last, or for one that exists the first."""
    if commune.valid_to > REFORM:
        return commune.valid_from
    last_day = commune.valid_to - timedelta(days=1)
    return max(last_day.replace(day=1), SINCE_EVER)


def title_of(commune: Commune) -> list[str]:
    """The committees above and the commune's own, as a workbook's title block has them."""
    units = (commune.province_name, commune.district_name)
    return [*(f"Đảng bộ {unit}" for unit in units if unit), f"Đảng ủy {commune.name}"]


def as_printed(text: str) -> str:
    return text.upper()


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def shortened(text: str) -> str:
    for word, short in _SHORT.items():
        text = text.replace(f" {word} ", f" {short} ")
    return text


def with_old_tones(text: str) -> str:
    text = unicodedata.normalize("NFD", text)
    for new, old in _OLD_TONES.items():
        # `Toàn` has its tone on the second vowel either way.
        text = f"{text} ".replace(f"{new} ", f"{old} ").removesuffix(" ")
    return unicodedata.normalize("NFC", text)


def named(texts: list[str], scope: str, month: date) -> Commune | str:
    """The commune that the title names, or the code of the problem."""
    commune, problems = commune_of(texts, "baocao.xlsx", scope, month)
    return commune or problems[0].code


def mistaken(communes: Sequence[Commune], written: Callable[[str], str]) -> dict[Commune, Commune | str]:
    """The communes that are not recognised as themselves when their title is so written, and what is made of them."""
    found = {each: named([written(text) for text in title_of(each)], COUNTRY, month_of(each)) for each in communes}
    return {commune: named_as for commune, named_as in found.items() if named_as != commune}


def test_every_commune_is_recognised_under_its_own_title() -> None:
    assert len(all_communes()) > 13_300
    assert mistaken(all_communes(), as_printed) == {}


@pytest.mark.parametrize(("third", "written"), [(0, decomposed), (1, shortened), (2, with_old_tones)])
def test_however_its_title_is_written(third: int, written: Callable[[str], str]) -> None:
    assert mistaken(all_communes()[third::3], written) == {}


def test_without_the_province_a_commune_is_itself_or_asked_for_never_another() -> None:
    asked_for = set()
    for commune in all_communes():
        found = named([text.upper() for text in title_of(commune)[1:]], COUNTRY, month_of(commune))
        if found != commune and commune.district_name:
            assert found == "commune_ambiguous", (commune, found)
            asked_for.add(commune)
    # Districts of one name in several provinces, with a commune of one name in each.
    assert {commune.district_name for commune in asked_for} == {
        "Huyện An Lão",
        "Huyện Châu Thành",
        "Huyện Vĩnh Thạnh",
    }
    assert len(asked_for) == 15


@pytest.mark.parametrize("province", ["01", "12", "38", "79", "92"])
def test_a_name_that_is_unique_in_the_scope_needs_no_unit_above(province: str) -> None:
    scope = f"province:{province}"
    ours = communes_in_scope(scope)
    of_name: dict[tuple[str, bool], set[Commune]] = defaultdict(set)
    for commune in ours:
        of_name[commune.name.casefold(), commune.valid_from >= REFORM].add(commune)
    unique = 0
    for commune in ours:
        found = named([f"ĐẢNG ỦY {commune.name.upper()}"], scope, month_of(commune))
        if len(of_name[commune.name.casefold(), commune.valid_from >= REFORM]) == 1:
            assert found == commune
            unique += 1
        else:
            assert found in (commune, "commune_ambiguous")
    assert unique > len(ours) / 2


@pytest.mark.parametrize(
    ("above", "own", "code"),
    [
        # `THỊ XÃ SA PA` holds `XÃ SA PA`, and Sa Pả differs from Sa Pa by an accent.
        ("ĐẢNG BỘ THỊ XÃ SA PA", "ĐẢNG ỦY PHƯỜNG SA PẢ", "03002"),
        ("ĐẢNG BỘ THỊ XÃ SA PA", "ĐẢNG ỦY PHƯỜNG SA PA", "03001"),
        ("ĐẢNG BỘ THỊ XÃ NGHĨA LỘ", "ĐẢNG ỦY PHƯỜNG TÂN AN", "04288"),
        ("ĐẢNG BỘ THỊ XÃ NGHĨA LỘ", "ĐẢNG ỦY XÃ NGHĨA LỘ", "04624"),
        ("TP.HCM, Quận Phú Nhuận", "Phường 05", "27046"),
        # `Thị Trấn` in the list.
        ("H. Triệu Phong", "BCH ĐẢNG BỘ TT ÁI TỬ", "19624"),
    ],
)
def test_what_looks_like_another_unit(above: str, own: str, code: str) -> None:
    found = named([above, own], COUNTRY, date(2025, 5, 1))
    assert isinstance(found, Commune)
    assert found.code == code
