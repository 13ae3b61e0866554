"""Text in the fonts of the time before Unicode."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.container import encodings
from ingest.container.encodings import decoder_for
from reference.communes import all_communes
from reference.fields import all_fields

Encoder = Callable[[str], str]

#: What stands on any sheet of ours, so that the workbook is recognised.
SHEET = ("ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "Tổng số", "Trong đó", "Nữ", "Dân tộc thiểu số", "Chi bộ Tổ dân phố số 2")
LETTERS = sorted(encodings._VIETNAMESE)
HEADERS = sorted(
    {
        unicodedata.normalize("NFC", word)
        for field in all_fields()
        for word in (field.header_vi, field.group_vi, *field.header_words, *field.group_words)
        if word and not set(word) & set("≤≥")
    }
)
COMMUNES = sorted({unicodedata.normalize("NFC", commune.name) for commune in all_communes()})


def _inverse(table: dict[str, str]) -> dict[str, str]:
    """Letter -> how it is stored; of several ways the one whose accent has the letter's own size."""
    found: dict[str, str] = {}
    for stored, letter in table.items():
        if letter not in found or letter.isupper() == stored[-1].isupper():
            found[letter] = stored
    return found


TO_TCVN = {letter: chr(byte) for byte, letter in encodings._TCVN_BYTES.items()}
TO_VNI = _inverse(encodings._VNI)


def tcvn(text: str) -> str:
    return "".join(TO_TCVN.get(letter, letter) for letter in text)


def vni(text: str) -> str:
    return "".join(TO_VNI.get(letter, letter) for letter in text)


def tcvn_as_cp1252(text: str) -> str:
    """The same bytes as a program shows them that takes them for CP1252."""
    return "".join(
        bytes([ord(letter)]).decode("cp1252") if letter in "\x80\x8a\x8c\x96\x97\x98\x99\x9a\x9b\x9c\x9f" else letter
        for letter in tcvn(text)
    )


both = pytest.mark.parametrize("encode", [tcvn, vni])


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("§«ng Phong", "Đông Phong"),
        ("Chi bé Tæ d©n phè sè 22", "Chi bộ Tổ dân phố số 22"),
        ("KÕt n¹p trong th¸ng", "Kết nạp trong tháng"),
        ("Ph\xadêng QuyÕt Th¾ng", "Phường Quyết Thắng"),
        ("Ñoâng Phong", "Đông Phong"),
        ("Chi boä Toå daân phoá soá 22", "Chi bộ Tổ dân phố số 22"),
        ("PHÖÔØNG QUYEÁT THAÉNG", "PHƯỜNG QUYẾT THẮNG"),
        ("Luõy keá töø ñaàu naêm", "Lũy kế từ đầu năm"),
        ("Kyø naøy", "Kỳ này"),
    ],
)
def test_text_as_old_machines_stored_it(stored: str, shown: str) -> None:
    encode = vni if set(stored.lower()) & set("ñöøä") else tcvn
    assert decoder_for([stored, *map(encode, SHEET)])(stored) == shown


@both
def test_every_vietnamese_letter_comes_back(encode: Encoder) -> None:
    decode = encodings.from_tcvn3 if encode is tcvn else encodings.from_vni
    assert [decode(encode(letter)) for letter in LETTERS] == LETTERS


@both
def test_every_header_word_and_commune_comes_back(encode: Encoder) -> None:
    decode = decoder_for(map(encode, SHEET))
    assert [text for text in HEADERS + COMMUNES if decode(encode(text)) != text] == []


def test_capitals_come_back_from_bytes_shown_as_cp1252() -> None:
    decode = decoder_for(map(tcvn_as_cp1252, SHEET))
    titles = ["PHƯỜNG ĐÔNG PHONG", "BIỂU BÁO CÁO KẾT NẠP ĐẢNG VIÊN", "TỔNG CỘNG", "PHƯỜNG PHƯỚC LONG", "ĐẢNG BỘ THỊ XÃ"]
    assert [decode(tcvn_as_cp1252(title)) for title in titles] == titles


def test_dashes_and_quotes_in_such_a_font_stay_what_they_are() -> None:
    decode = decoder_for(map(tcvn, SHEET))
    assert decode("18–30") == "18–30"
    assert decode("“B¶n” T©n – tæ 2…") == "“Bản” Tân – tổ 2…"


def test_capitals_shown_by_a_capitals_font_are_recognised() -> None:
    decode = decoder_for(["®¶ng ñy ph\xadêng ®«ng phong", "tæng céng"])
    assert decode("tæng céng") == "tổng cộng"
    assert decode("TæNG CéNG") == "TỔNG CỘNG"
    assert decode("CHI Bé B¶N 1") == "CHI BỘ BẢN 1"


@both
def test_in_a_mixed_workbook_only_the_old_strings_change(encode: Encoder) -> None:
    decode = decoder_for([*SHEET, *map(encode, SHEET)])
    assert [text for text in HEADERS + COMMUNES if decode(text) != text] == []
    assert [decode(encode(text)) for text in SHEET] == list(SHEET)


def test_of_minority_names_a_few_stay_doubtful_in_a_mixed_workbook() -> None:
    for encode, most in ((tcvn, 0), (vni, 4)):
        decode = decoder_for([*SHEET, *map(encode, SHEET)])
        assert sum(decode(encode(name)) != name for name in COMMUNES) <= most


def test_unicode_workbooks_are_left_alone() -> None:
    strings = [*HEADERS, *COMMUNES, "25 m²", "5 µm", "18–30", "± 2 °C", "· Nữ", "«Chi bộ»", "café", "Größe", "×", "÷"]
    decode = decoder_for(strings)
    assert [text for text in strings if decode(text) != text] == []
    assert [name for name in COMMUNES if decoder_for([name])(name) != name] == []


@given(st.lists(st.text(st.characters(min_codepoint=1, max_codepoint=126))))
def test_plain_ascii_is_never_altered(texts: list[str]) -> None:
    for decode in (
        decoder_for(texts),
        decoder_for([*texts, *map(tcvn, SHEET)]),
        decoder_for([*texts, *map(vni, SHEET)]),
    ):
        assert [decode(text) for text in texts if text.isprintable()] == [text for text in texts if text.isprintable()]


@given(st.lists(st.text()))
def test_no_text_whatever_stops_the_decision(texts: list[str]) -> None:
    decode = decoder_for([*texts, *map(tcvn, SHEET)])
    for text in texts:
        assert unicodedata.is_normalized("NFC", decode(text)) or decode(text) == text


@pytest.mark.parametrize(
    "word", ["tổng", "gió", "quý", "quí", "hoà", "hòa", "thuỷ", "khuya", "nghĩa", "người", "Đông", "ỦY"]
)
def test_syllables_are_known(word: str) -> None:
    assert encodings._is_syllable(word)


@pytest.mark.parametrize("word", ["tång", "§«ng", "boä", "aõ", "ngöôøi", "cạfé", "kết̀"])
def test_other_words_are_no_syllables(word: str) -> None:
    assert not encodings._is_syllable(word)


def test_an_accent_without_its_vowel_is_no_vni() -> None:
    decode = decoder_for(map(vni, SHEET))
    assert decode("Xã Cô Tô") == "Xã Cô Tô"
    assert decode("Xaõ Coâ Toâ") == "Xã Cô Tô"
