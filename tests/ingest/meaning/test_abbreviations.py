"""Abbreviations are read in full, each beside what it is used for; what may be several things stays several."""

import pytest

from ingest.meaning.abbreviations import CutShort, phrases_in_full, ways_in_full, words_cut, words_in_full
from ingest.meaning.concepts import parses
from ingest.meaning.parts import meant_by


def test_what_means_one_thing_is_in_full_wherever_it_stands() -> None:
    assert words_in_full(("kn", "trong", "nk")) == ("ket", "nap", "trong", "nhiem", "ky")
    assert words_in_full(("nguon", "k", "nap")) == ("nguon", "ket", "nap")
    assert words_in_full(("hs", "dv")) == ("hs", "dv")


def test_a_phrase_is_known_in_full_as_its_idea_is_meant() -> None:
    assert list(phrases_in_full("đủ hs kn", "complete")) == ["đủ hs kết nạp", "đủ hồ sơ kết nạp"]
    assert list(phrases_in_full("hs thpt", "student")) == ["hs thpt", "học sinh thpt"]
    assert list(phrases_in_full("nữ", "woman")) == ["nữ"]


def test_what_may_be_several_things_is_each_of_them_and_too_many_ways_are_none() -> None:
    def ways(*words: str, cut: str = "", **before: str) -> list[tuple[str, ...]]:
        often = {word: frozenset(its.split()) for word, its in before.items()}
        ever = often | {"nhan": frozenset({"tiep", "da"})}
        return [way.words for way in ways_in_full(words, CutShort(often, ever, frozenset(cut.split())))]

    assert ways("hs") == [("ho", "so"), ("hoc", "sinh")]
    assert ways("c", "doan", doan="cong chi") == [("chi", "doan"), ("cong", "doan")]
    # A word that has a vowel is whole.
    assert ways("do", "doan", doan="doi") == []
    # But for what a dot cuts short, before whatever stands after it in any phrase.
    assert ways("ti", "nhan", cut="ti") == [("tiep", "nhan")]
    assert ways("ti", "nhan") == ways("da", "nhan", cut="da") == []
    assert ways(*("hs",) * 20) == []


def test_a_dot_or_a_slash_cuts_short_before_another_word() -> None:
    assert words_cut("Ti.nhận, Đo. viên TN (B/cáo). Trong tháng.") == {"ti", "do", "b"}
    assert words_cut("Tiếp nhận 5.2020") == frozenset()
    assert meant_by("KN-3", ("Tăng", "Tiếp.nh")).fields == ("increase_transferred_in",)


@pytest.mark.parametrize(
    ("form", "texts", "field"),
    [
        ("KN-1", ("Tuổi đời tính đến ngày KN", "Không quá 30 tuổi"), "age_18_30"),
        ("KN-2", ("QC đang theo dõi, BD", "Tổng cộng"), "candidates"),
        ("KN-2", ("Nguồn k/nạp", "Hiện có"), "candidates"),
        ("KN-2", ("Đoàn thể g/thiệu", "C/đoàn"), "introduced_trade_union"),
        ("KN-2", ("Nguồn do các đoàn thể GT", "N.dân GT"), "introduced_farmers"),
        ("KN-3", ("Giảm", "Kỷ luật kh.trừ"), "decrease_expelled"),
        ("KN-3", ("BĐ giảm", "TT"), "decrease_deceased"),
        ("KN-1", ("II. Kết nạp trong tháng", "a) Tổng số"), "admitted"),
        ("KN-1", ("So với CT", "CT đầu năm"), "year_target"),
        ("KN-2", ("Tiến độ", "Hồ sơ xong, chờ xét"), "files_complete"),
        ("KN-2", ("Số h/sơ KN hoàn chỉnh",), "files_complete"),
        ("KN-3", ("TS ĐV có đầu tháng b/cáo",), "opening"),
    ],
)
def test_headers_are_understood_whose_words_are_cut_short(form: str, texts: tuple[str, ...], field: str) -> None:
    assert meant_by(form, texts).fields == (field,)


def test_accents_of_what_stands_in_full_do_not_make_another_word_of_what_is_written() -> None:
    # `quản` is written, `quần` is meant by `QC`.
    assert meant_by("KN-2", ("QC ưu tú đang quản lý", "Nữ")).fields == ("candidates_women",)


def test_who_waits_is_none_of_the_admitted() -> None:
    assert meant_by("KN-1", ("Nông dân chờ kết nạp",)).is_foreign
    assert meant_by("KN-1", ("% nghị quyết CB đã thực hiện",)).fields == ()
    assert [parse.unknown for parse in parses("Chờ ngã ngũ")] == [("nga", "ngu")]
