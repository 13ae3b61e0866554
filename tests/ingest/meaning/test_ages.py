"""Ranges of ages are read however they are written; other numbers are none."""

import pytest

from ingest.meaning.ages import Ages, ages_in


@pytest.mark.parametrize(
    ("text", "youngest", "oldest"),
    [
        ("18-30", 18, 30),
        ("[18 , 30]", 18, 30),
        ("18–30", 18, 30),
        ("Từ 18 đến dưới 31 tuổi", 18, 30),
        ("trên 30 đến 40", 31, 40),
        ("31 tuổi - 40 tuổi", 31, 40),
        ("≤30", None, 30),
        ("dưới 31", None, 30),
        ("Dưới 30", None, 30),
        ("Đến 30 tuổi", None, 30),
        ("30 trở xuống", None, 30),
        ("51+", 51, None),
        ("Chưa đến 31 tuổi", None, 30),
        ("Băm mấy đến 40 tuổi", 31, 40),
        ("Bốn mươi mấy đến 50", 41, 50),
        ("trên 50", 51, None),
        (">50", 51, None),
        ("51 trở lên", 51, None),
        ("61 t. trở lên", 61, None),
        ("≤ 30 (từ đủ 18)", 18, 30),
        ("30t về trước", None, 30),
        ("Từ 51 tuổi trở lên", 51, None),
        ("≥ 51", 51, None),
        ("Ngoài 60", 61, None),
        ("Ngoài 30 đến tròn 40 tuổi", 31, 40),
        ("Từ 30 tuổi trở xốung", None, 30),
        ("Từ 31 tuiổ đến 40 tuổi", 31, 40),
        ("Trn 50", 51, None),
        ("31 tới 40 tổi", 31, 40),
        ("Đủ 18 tuổi đến tròn 30 tuổi", 18, 30),
        ("Trên 30 nhưng chưa quá 40 tuổi", 31, 40),
        ("Trên 40 và không quá 50", 41, 50),
        ("Bước sang tuổi 51 trở đi", 51, None),
        ("Ngoài 30, chưa quá 40 tuổi", 31, 40),
        ("Ba mốt đến bốn mươi tuổi", 31, 40),
        ("31 → 40", 31, 40),
        ("18÷30", 18, 30),
        ("Chưa bước sang tuổi 31", None, 30),
        ("Từ tuổi 41 đến hết tuổi 50", 41, 50),
        ("Từ 30 xuống", None, 30),
        ("Từ 61 tuổi lên", 61, None),
        ("40+ đến 50", 41, 50),
        ("Tuổi ngoài 40 (41-50)", 41, 50),
        ("Tuổi bốn mấy (41-50)", 41, 50),
        ("Tr. 50t", 51, None),
        ("Tr/60t", 61, None),
        ("Lứa ĐV năm mấy tới 60 tuổi", 51, 60),
        ("U40 (31-40)", 31, 40),
        ("U30 (đến 30)", None, 30),
        ("40 < tuổi ≤ 50", 41, 50),
        ("18 ≤ T < 31", 18, 30),
        ("50 ≥ tuổi đời > 40", 41, 50),
        ("60 < tuổi", 61, None),
        ("30 ≥ tuổi", None, 30),
        ("Tr.40 đ.50 t.", 41, 50),
        ("Từ 51 sắp lên", 51, None),
    ],
)
def test_a_range_is_read(text: str, youngest: int | None, oldest: int | None) -> None:
    found = ages_in(text)
    assert found is not None
    assert found[0] == Ages(youngest, oldest)


@pytest.mark.parametrize(
    "text",
    [
        *("Nữ", "Tháng 5", "2015-2020", "5 - 2020", "31/5/2020", "40-31", "100%", "Quý 2", "12-15-18"),
        *("Ngoài 30 (41-50)", "50 < tuổi > 40"),
    ],
)
def test_what_is_no_range_of_ages_is_none(text: str) -> None:
    assert ages_in(text) is None


def test_the_words_beside_a_range_are_left() -> None:
    found = ages_in("Kết nạp từ 18-30 tuổi: nữ")
    assert found is not None
    assert found[1].split() == ["ket", "nap", "nu"]


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("Từ 31 cho tới 40", (31, 40)),
        (">30 & ≤40", (31, 40)),
        ("Đã sang 31, chưa sang 41", (31, 40)),
        ("Sau tuổi ba mươi, chưa quá bốn mươi", (31, 40)),
        ("18 tuổi trở lên nhưng chưa đến 31", (18, 30)),
        ("51t↑", (51, None)),
        ("30t↓", (None, 30)),
        ("Tuổi≥61", (61, None)),
        ("Sáu mốt trở lên", (61, None)),
        ("Quá tuổi lục tuần", (61, None)),
        ("G2: 31-40t", (31, 40)),
    ],
)
def test_ages_as_they_are_spoken(text: str, ages: tuple[int | None, int | None]) -> None:
    found = ages_in(text)
    assert found is not None
    assert (found[0].youngest, found[0].oldest) == ages


def test_a_ten_that_has_begun_beside_the_range_only_repeats_it() -> None:
    found = ages_in("KN tuổi bốn mươi mấy (41-50)")
    assert found is not None
    assert found[0] == Ages(41, 50)
    found = ages_in("Tuổi năm mươi mấy đến tròn 60")
    assert found is not None
    assert found[0] == Ages(51, 60)


@pytest.mark.parametrize(
    ("text", "concept"), [("từ 51 tuổi t/lên", "age:51-"), ("30 t.xuống", "age:-30"), ("31 đ/40", "age:31-40")]
)
def test_the_words_between_ages_may_be_cut_to_their_first_letter(text: str, concept: str) -> None:
    found = ages_in(text)
    assert found is not None
    assert found[0].concept == concept


def test_brackets_may_say_that_an_end_is_counted_and_no_other_age() -> None:
    found = ages_in("31-40 (tính cả tròn 40)")
    assert found is not None
    assert found[0].concept == "age:31-40"
    assert ages_in("31-40 (tính cả tròn 45)") is None
    assert ages_in("31-40 (dự kiến 40)") is None
