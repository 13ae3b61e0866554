"""Headers whose words are in no list are understood by their parts, and those of other things are not."""

import os
import subprocess
import sys

import pytest

from ingest.meaning.concepts import concepts, parses, with_a_slip_mended
from ingest.meaning.parts import meanings, meant_but_for_a_slip, meant_by, own_concepts
from reference.fields import MONTHLY_FORMS, TRAINING_FORM, fields_of

FORMS = (*MONTHLY_FORMS, TRAINING_FORM)


@pytest.mark.parametrize(
    ("form", "texts", "field"),
    [
        ("KN-1", ("Chỉ tiêu được giao", "Giao năm"), "year_target"),
        ("KN-1", ("Đạt tỷ lệ (%)",), "attainment_pct"),
        ("KN-1", ("Chỉ tiêu năm 2020", "Thực hiện"), "admitted_ytd"),
        ("KN-1", ("Kết quả thực hiện chỉ tiêu năm", "Đã kết nạp"), "admitted_ytd"),
        ("KN-1", ("Kết quả thực hiện chỉ tiêu năm", "Kết quả đến nay"), "admitted_ytd"),
        ("KN-1", ("Kết quả thực hiện chỉ tiêu năm", "KH năm"), "year_target"),
        ("KN-1", ("Chỉ tiêu nhiệm kỳ", "Đã thực hiện"), "admitted_ttd"),
        ("KN-3", ("Ra: bị khai trừ",), "decrease_expelled"),
        ("KN-1", ("Kết nạp mới", "TS"), "admitted"),
        ("KN-1", ("Kết nạp từ 01/01/2025",), "admitted_ytd"),
        ("KN-1", ("Từ tháng 1 tới tháng này vào Đảng",), "admitted_ytd"),
        ("KN-1", ("Đối tượng", "Thôn, buôn trưởng"), "neighbourhood_head"),
        ("KN-2", ("Không phải mấy hội, đoàn trên GT",), "introduced_other"),
        ("KN-1", ("Nhóm tuổi", "51 trở lên"), "age_over_50"),
        ("KN-1", ("Đối tượng kết nạp", "LL dân quân"), "militia"),
        ("KN-1", ("Trong tổng số", "Là nữ"), "women"),
        ("KN-1", ("Kết quả kết nạp tính từ đầu nhiệm kỳ 2020-2025",), "admitted_ttd"),
        ("KN-1", ("Dtoc thieu so",), "ethnic_minority"),
        ("KN-1", ("Ghi chú thêm",), "note"),
        ("KN-2", ("Đoàn thể giới thiệu", "Hội LHPN"), "introduced_womens_union"),
        ("KN-2", ("Đoàn thể giới thiệu", "Phụ nữ"), "introduced_womens_union"),
        ("KN-2", ("Hồ sơ", "Đang đi xác minh"), "under_verification"),
        ("KN-2", ("Tổ-chức giới thiệu", "Côn đoàn"), "introduced_trade_union"),
        ("KN-2", ("Tổ chức giới thiệu", "Hội phụ nử"), "introduced_womens_union"),
        ("KN-1", ("Lũy kế và chỉ tiêu", "Lũy kế", "Kể từ đầu năm"), "admitted_ytd"),
        ("KN-1", ("Lũy kế và chỉ tiêu", "Tỷ lệ hoàn thành chỉ tiêu (%)"), "attainment_pct"),
        ("KN-1", ("Kết quả kết nạp trong tháng", "Chong đó", "Nữ"), "women"),
        ("KN-1", ("Nhóm tuổi khi kết nạp", "Lứa tuổi 18-30"), "age_18_30"),
        ("KN-1", ("Độ tuổi", "Đủ 41 đến đủ 50"), "age_41_50"),
        ("KN-1", ("Tuổi đời", "Trên 30 và không quá 40"), "age_31_40"),
        ("KN-1", ("Quần chúng nữ được vào Đảng",), "women"),
        ("KN-1", ("Là người Thái, Mông, Giáy",), "ethnic_minority"),
        ("KN-2", ("Quần chúng ưu tú giới thiệu cho Đảng", "Trong đó nữ"), "candidates_women"),
        ("KN-3", ("Trưởng thôn là đảng viên",), "head_is_member"),
        ("KN-3", ("Biến động giảm", "Tự nguyện xin ra khỏi Đảng"), "decrease_resigned"),
        ("KN-3", ("Biến động tăng", "Chuyển sinh hoạt"), "increase_transferred_in"),
        ("KN-3", ("Tuổi", "60 trở lên"), "age_over_60"),
        ("KN-3", ("Tuổi", "18-30"), "age_to_30"),
        ("BD-1", ("Số người theo học",), "participants"),
        ("KN-1", ("Chia theo nghề nghiệp", "Đối tượng khác"), "occupation_other"),
        ("KN-2", ("Các bước", "Đang TT"), "under_verification"),
        ("KN-2", ("Gioi tieu boi", "Hoi Phu nu"), "introduced_womens_union"),
        ("KN-1", ("Đã KN trong năm",), "admitted_ytd"),
        ("KN-1", ("Mức đạt (%)",), "attainment_pct"),
        ("KN-1", ("Đối tượng", "Trưởng bản, TT"), "neighbourhood_head"),
        ("KN-2", ("Không do đoàn thể nào kể trên GT",), "introduced_other"),
        ("KN-3", ("Giảm", "KTr"), "decrease_expelled"),
        ("KN-3", ("Trưởng bản, TT là ĐV",), "head_is_member"),
        ("KN-3", ("Hiện có",), "closing"),
        # Whoever is given the card back is a member again; whoever gives it back is none any more.
        ("KN-3", ("Được trả lại thẻ Đảng",), "increase_reinstated"),
        ("KN-3", ("Giảm", "Trả lại thẻ Đảng"), "decrease_resigned"),
        ("KN-3", ("Tăng", "Trả lại thẻ Đảng"), "increase_reinstated"),
        ("KN-1", ("Chi tieu ket nap dang vien nam",), "year_target"),
        ("KN-2", ("So dang tham tra ly lich",), "under_verification"),
        ("KN-2", ("Tổ chức GT", "Cg/đoàn"), "introduced_trade_union"),
        ("KN-2", ("Tổ chức GT", "C.C.B"), "introduced_veterans"),
        ("KN-1", ("Lũy kế", "Đ/N.kỳ đến nay"), "admitted_ttd"),
        ("KN-1", ("K/N DTTS",), "ethnic_minority"),
        ("KN-1", ("Chỉ tiêu và tỷ lệ đạt", "Được giao"), "year_target"),
        ("KN-1", ("Chỉ tiêu và tỷ lệ đạt", "Đạt (%)"), "attainment_pct"),
        ("KN-1", ("Tuổi (theo năm sinh trong lý lịch)", "31-40t"), "age_31_40"),
        ("KN-1", ("Kết nạp người có tôn giáo (theo lý lịch)",), "religious"),
        ("KN-1", ("Kết quả kết nạp trong tháng (tính theo ngày tổ chức lễ)", "TS"), "admitted"),
        ("BD-1", ("Tr.đó: h/v D.T.T.S",), "participants_ethnic_minority"),
        ("KN-1", ("N/nghiệp", "C.B, C.C, V.C"), "occupation_official"),
        ("KN-1", ("Đối tượng", "Trưởng các xóm"), "neighbourhood_head"),
        ("KN-3", ("Tăng", "Chuyển SHĐ chính thức đến"), "increase_transferred_in"),
        ("KN-1", ("Làm công ăn lương hãng xưởng",), "occupation_worker"),
        ("KN-1", ("Hãng tư nhân",), "private_enterprise"),
        ("KN-1", ("Đối tượng đặc thù", "Tổ trưởng, TB"), "neighbourhood_head"),
        ("KN-2", ("Đủ HS chờ KN",), "files_complete"),
        # The hand is no Tày, the paper no Giáy.
        ("KN-2", ("Có giấy cảm tình trong tay",), "class_attended"),
        ("KN-3", ("ĐV tháng trước",), "opening"),
        ("KN-3", ("Làm đơn rời Đảng",), "decrease_resigned"),
        ("KN-3", ("Cho vào Đảng lại",), "increase_reinstated"),
        ("KN-3", ("Tăng trong tháng", "SH chuyển đến"), "increase_transferred_in"),
        ("KN-3", ("Ngoài 30 tới chẵn 40 tuổi",), "age_31_40"),
        ("BD-1", ("Đối tượng lớp",), "class_type"),
    ],
)
def test_a_header_is_understood_by_its_parts(form: str, texts: tuple[str, ...], field: str) -> None:
    assert meant_by(form, texts).fields == (field,)


@pytest.mark.parametrize(
    ("form", "texts"),
    [
        ("KN-1", ("Nữ (dự kiến)",)),
        ("KN-1", ("Dự kiến tháng sau", "Nữ")),
        ("KN-1", ("Cùng kỳ năm trước", "Kết nạp")),
        ("KN-1", ("Sổ đảng viên",)),
        ("KN-1", ("Kết nạp (theo kế hoạch)",)),
        ("KN-1", ("Kết nạp (theo đề nghị)",)),
        ("KN-1", ("Kết nạp trong tháng (theo diện zíc)", "Tổng số")),
        ("KN-1", ("Kết nạp (ghi số dự kiến)",)),
        ("KN-1", ("Kết nạp từ 01/7/2025",)),
        ("KN-1", ("Kết nạp từ tháng 7 đến nay",)),
        ("KN-1", ("Lũy kế", "Từ tháng 12/2024")),
        ("KN-1", ("Số còn phải kết nạp",)),
        ("KN-1", ("Tỷ lệ so với cùng kỳ",)),
        ("KN-1", ("Tỷ lệ nữ",)),
        ("KN-1", ("Chỉ tiêu nhiệm kỳ",)),
        ("KN-1", ("Chỉ tiêu tháng",)),
        ("KN-1", ("Tổng số đảng viên",)),
        ("KN-1", ("Đảng viên hiện có", "Nữ")),
        ("KN-1", ("Kế hoạch kết nạp",)),
        ("KN-1", ("Nam giới",)),
        ("KN-1", ("Số quần chúng dự lễ kết nạp",)),
        ("KN-2", ("Số chị em được giới thiệu",)),
        ("KN-2", ("Số QC đã rà soát",)),
        ("KN-1", ("Chỉ tiêu", "Từ đầu nhiệm kỳ")),
        ("KN-1", ("Dự kiến kết nạp trong nhiệm kỳ",)),
        ("KN-1", ("Chỉ tiêu kết nạp trong nhiệm kỳ",)),
        ("KN-1", ("Chỉ tiêu năm", "Đạt")),
        ("KN-1", ("Còn phải kết nạp trong năm",)),
        ("KN-1", ("Chỉ tiêu năm sau", "Đã thực hiện")),
        ("KN-1", ("Chỉ tiêu năm", "Thực hiện", "Nữ")),
        ("KN-3", ("Tuổi Đản bình quân",)),
        ("KN-1", ("Lũy kế từ đầu năm", "Trong đó", "Nữ")),
        ("KN-1", ("Quần chúng ưu tú", "Trong đó", "Nữ")),
        ("KN-2", ("Có bằng rồi",)),
        ("KN-3", ("Chốt tháng",)),
        ("KN-1", ("Tuổi đời", "18-25")),
        ("KN-1", ("Số buổi họp",)),
        ("KN-2", ("Chưa học lớp nhận thức",)),
        ("KN-3", ("Đảng viên dự bị",)),
    ],
)
def test_what_is_about_something_else_is_no_field(form: str, texts: tuple[str, ...]) -> None:
    assert meant_by(form, texts).fields == ()


def test_a_word_in_no_list_leaves_a_header_unread() -> None:
    meant = meant_by("KN-1", ("Trong đó", "Nữ bậc hai"))
    assert (meant.fields, meant.unknown) == ((), ("bac", "hai"))
    assert "woman" in meant.concepts


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_a_form_has_a_meaning(form: str) -> None:
    assert set(meanings(form)) == {field.name for field in fields_of(form)}


@pytest.mark.parametrize("form", FORMS)
def test_every_concept_of_a_meaning_is_known(form: str) -> None:
    assert {name for name in own_concepts(form) if not name.startswith("age:")} <= set(concepts())


@pytest.mark.parametrize("form", FORMS)
def test_no_two_fields_have_the_same_meaning(form: str) -> None:
    for name, meaning in meanings(form).items():
        for need, over in zip(meaning.needs, meaning.over, strict=True):
            assert [other for other, its in meanings(form).items() if its.fits(need - over, over)] == [name]


def test_a_word_is_told_apart_by_its_accents_where_it_has_them() -> None:
    assert meant_by("KN-1", ("Quân đội chờ kết nạp",)).is_foreign
    assert meant_by("KN-3", ("ĐV tháng trước nữa",)).is_foreign
    assert not meant_by("KN-1", ("Quân đội cho kết nạp",)).is_foreign


def test_what_stands_in_brackets_repeats_unless_it_speaks_of_something_else() -> None:
    assert meant_by("KN-3", ("Giảm", "Qua đời (TT)")).fields == ("decrease_deceased",)
    assert meant_by("KN-3", ("Giảm", "Qua đời (năm trước)")).fields == ()


def test_a_header_broken_over_rows_is_read_as_one() -> None:
    assert meant_by("KN-1", ("Tuổi đời", "Từ 31 đến", "dưới 41")).fields == ("age_31_40",)


def test_every_process_reads_an_ambiguous_text_in_the_same_order() -> None:
    texts = ("Là phụ nữ", "Hội nông dân", "Đoàn viên", "Chuyển đến", "Thành phần", "Ngày")
    says = (
        f"from ingest.meaning.concepts import parses\nprint([[sorted(p.concepts) for p in parses(t)] for t in {texts}])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", says], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(found) == 1


def test_a_word_that_stands_twice_with_other_accents_may_be_either() -> None:
    # `Cơ cấu` is no `có`, and takes none away.
    texts = ("Cơ cấu, thành phần", "Người có tín ngưỡng tôn giáo")
    assert meant_by("KN-1", texts).fields == ("religious",)
    for text in ("Quyết Thắng, tháng", "Tháng, Quyết Thắng"):
        assert [parse.concepts for parse in parses(text)] == [{"month"}]
    assert meant_by("KN-3", ("Đầu tháng chi bộ có mấy đồng chí",)).fields == ("opening",)


def test_a_word_that_stands_for_itself_is_no_other_one_misspelt() -> None:
    assert meant_by("KN-3", ("Tổng số đảng viên chốt tháng",)).fields == ("closing",)
    assert meant_by("KN-1", ("Số người được Đảng kết nạp tháng này",)).fields == ("admitted",)
    assert "woman" not in meant_by("KN-1", ("Ảnh thẻ",)).concepts
    assert meant_by("KN-1", ("Anh chị em lứa 31 đến 40",)).fields == ("age_31_40",)


@pytest.mark.parametrize(
    ("form", "texts", "field"),
    [("KN-1", ("Trong đó", "Tho đạo"), "religious"), ("KN-3", ("Số tăng", "Tiep nan"), "increase_transferred_in")],
)
def test_a_slip_that_makes_another_word_decides_nothing_and_is_known(
    form: str, texts: tuple[str, ...], field: str
) -> None:
    assert not meant_by(form, texts).fields
    mended = meant_but_for_a_slip(form, texts)
    assert mended is not None
    assert mended.fields == (field,)


def test_what_was_admitted_in_a_year_that_has_a_number_may_be_last_years() -> None:
    assert meant_by("KN-1", ("Kết nạp năm",)).fields == ("admitted_ytd",)
    assert meant_by("KN-1", ("Kết nạp năm 2022",)).fields == ()
    assert meant_by("KN-1", ("Lũy kế năm 2022",)).fields == ("admitted_ytd",)
    assert meant_by("KN-1", ("Kết nạp", "Năm 2022")).fields == ()
    assert meant_by("KN-1", ("Chỉ tiêu năm 2022",)).fields == ("year_target",)


def test_words_that_several_may_have_been_before_a_slip_say_nothing() -> None:
    assert len({meant_by("KN-3", (text,)).fields for text in ("Chuyển đi", "Chuyển đến")}) == 2
    assert meant_but_for_a_slip("KN-3", ("Chuyển đ",)) is None


def test_words_in_brackets_that_are_in_no_list_make_something_smaller_of_a_whole() -> None:
    assert meant_by("KN-1", ("Kết nạp (bậc hai)",)).fields == ()
    assert meant_by("KN-1", ("Kết nạp (người)",)).fields == ("admitted",)


def test_examples_in_brackets_say_no_more_than_what_they_are_examples_of() -> None:
    assert meant_by("KN-1", ("Nghề nghiệp", "CBCC, viên chức (cả giáo viên)")).fields == ("occupation_official",)
    assert meant_by("KN-1", ("Trong đó", "Có đạo (Cao Đài, Hồi giáo, ngã ngũ…)")).fields == ("religious",)
    assert meant_by("KN-1", ("Nông dân (cả dự kiến)",)).fields == ()
    # Of all who were admitted examples may be a part.
    assert meant_by("KN-1", ("Kết nạp (gồm chuyển đến…)",)).fields == ()


def test_what_groups_divide_by_says_nothing_where_the_column_says_all() -> None:
    assert meant_by("KN-1", ("Đặc điểm của đảng viên mới", "Nữ")).fields == ("women",)
    assert meant_by("KN-1", ("Đặc điểm của đảng viên mới", "Khác")).fields == ("occupation_other",)[:0]


def test_an_established_abbreviation_is_no_phrase_s_initials() -> None:
    """`ĐTN` beside a misspelt word, as the initials of `đoàn thể nào`, left the candidates alone."""
    assert meant_by("KN-2", ("QC do ĐTN giới thệu",)).fields == ("introduced_youth_union",)
    assert meant_by("KN-1", ("Nghề nghiệp", "LĐ t.do")).fields == ()


def test_a_party_member_and_a_member_of_the_youth_union_are_cut_short_alike() -> None:
    """`Đ/viên mới` was read as the youth union's, whatever admissions are called beside it."""
    assert set(meant_by("KN-1", ("Đ/viên mới trong tháng",)).fields) == {"admitted", "youth_union"}
    assert set(meant_by("KN-1", ("Số Đ.viên được KN Đảng trong tháng",)).fields) == {"admitted", "youth_union"}
    assert meant_by("KN-1", ("Trong đó", "Đ.viên")).fields == ("youth_union",)
    assert meant_by("KN-3", ("Đ/viên đầu tháng",)).fields == ("opening",)
    assert meant_by("KN-1", ("Tổng Đ.viên",)).fields == ()
    assert meant_by("KN-3", ("Tr.bản là Đ/viên",)).fields == ("head_is_member",)


def test_a_slip_keeps_the_accents_of_the_letters_that_are_left() -> None:
    """`Cần báo riêng` is no `Cạnh báo riêng`, which spoke of other columns."""
    assert not meant_by("KN-1", ("Đối tượng cần báo lạ", "DQTV")).is_foreign
    assert with_a_slip_mended("cần báo") == ()
    assert "truong ấp" in with_a_slip_mended("Trởng ấp")
    assert "theo đạo" in with_a_slip_mended("Tho đạo")


def test_what_explains_in_brackets_does_so_without_accents_too() -> None:
    group = "Ket nap dang vien (tinh theo ngay lam le)"
    assert meant_by("KN-1", (group, "Phu nu")).fields == ("women",)
    assert meant_by("KN-1", ("Trong do", "DTTS (Mong, Dao, Tay...)")).fields == ("ethnic_minority",)
    assert meant_by("KN-1", ("Nong dan (ca du kien)",)).fields == ()


@pytest.mark.parametrize("text", ["Số Đ/v cuối kỳ (T)", "Đảng viên cuối kỳ T", "ĐV cuối T"])
def test_no_single_letter_makes_another_day_of_a_month_s_end(text: str) -> None:
    """`Cuối kỳ (T)` was read as `cuối kỳ trước`, which is the beginning."""
    assert meant_by("KN-3", (text,)).fields in ((), ("closing",))


def test_an_abbreviation_of_two_words_that_stands_for_two_things_is_both() -> None:
    """`L.động N.nghiệp`, who work the land, were the workers by occupation."""
    assert set(meant_by("KN-1", ("Nghề nghiệp", "L.động N.nghiệp")).fields) != {"occupation_worker"}
    assert meant_by("KN-1", ("N.nghiệp", "C.nhân")).fields == ("occupation_worker",)
    assert meant_by("KN-1", ("N.nghiệp", "Khác")).fields == ("occupation_other",)


def test_two_words_joined_by_a_dot_say_something_together() -> None:
    """`Kn. ng.dân`, of whom one word says nothing and the other neither, was read as all who were admitted."""
    assert meant_by("KN-1", ("Kn. ng.dân",)).fields in ((), ("occupation_farmer",))
    assert meant_by("KN-1", ("Nghề: ng.dân",)).fields in ((), ("occupation_farmer",))
    assert meant_by("KN-1", ("Số ng. KN",)).fields == ("admitted",)
    # The second of them belongs to the word after it.
    assert meant_by("BD-1", ("Ng/khai giảng",)).fields == ("started_on",)
    # A sign that keys leave out is no `khác`.
    assert meant_by("KN-1", ("Nghề",)).fields == ()
    assert meant_by("KN-1", ("Nghề #",)).fields == ("occupation_other",)


@pytest.mark.parametrize(
    "text",
    ["KN th.tới", "KN t.tiếp", "KN th.kế", "KN th.qua", "KN t.trước", "KN d.tính", "KN nh.kỳ sau", "KN ch.vào đảng"],
)
def test_another_time_is_another_time_by_its_first_letter_too(text: str) -> None:
    """`KN th.tới`, who will be admitted next month, were those of this one."""
    assert meant_by("KN-1", (text,)).fields == ()


def test_all_of_them_are_no_part_of_them_that_brackets_name() -> None:
    """`QC ưu tú (gồm nữ)` were the women."""
    assert meant_by("KN-2", ("QC ưu tú (gồm nữ)",)).fields == ("candidates",)
    assert meant_by("KN-2", ("QC uu tu (ca DTTS)",)).fields == ("candidates",)
    assert meant_by("KN-1", ("DTTS (có đạo)",)).fields == ()
    # A bracket that is never closed holds nothing.
    assert meant_by("KN-2", ("QC ưu tú (TS",)).fields in ((), ("candidates",))
    assert meant_by("KN-1", ("DTTS (Tày, Thái, tôn giáo...)",)).fields == ("ethnic_minority",)


def test_two_words_with_a_slash_between_them_are_one_thing_or_the_other() -> None:
    """`Trưởng ấp/khóm`: each word is a syllable, and none of them cut short."""
    assert meant_by("KN-1", ("Thuộc đối tượng", "Trưởng ấp/khóm")).fields == ("neighbourhood_head",)
    assert meant_by("KN-3", ("Trưởng ấp/khóm (là ĐV)",)).fields == ("head_is_member",)
    assert meant_by("KN-1", ("Kn. ng.dân",)).fields in ((), ("occupation_farmer",))


@pytest.mark.parametrize(
    ("form", "texts", "field"),
    [
        ("KN-1", ("Đ.viên dự bị K.nạp trong tháng", "T/số"), "admitted"),
        # `Đ.tượng K.nạp Đảng` are candidates as they are in full, not an object and an admission.
        ("KN-2", ("Đ.tượng K.nạp Đảng", "Số hiện có"), "candidates"),
        ("KN-1", ("K/nạp từ T.phần nghề khác",), "occupation_other"),
        ("KN-3", ("Tang T/thang", "T.nhan SHD"), "increase_transferred_in"),
    ],
)
def test_what_is_cut_short_is_read_as_it_is_in_full(form: str, texts: tuple[str, ...], field: str) -> None:
    assert meant_by(form, texts).fields == (field,)


@pytest.mark.parametrize(
    "text", ["D.bao ket nap", "D.bao kết nạp", "D.báo KN", "D.báo kết nạp DTTS", "K.hoạch tháng sau"]
)
def test_a_forecast_cut_short_is_none_of_the_minorities(text: str) -> None:
    """Without accents `D.bao` is `dự báo` as well as `đồng bào`."""
    assert meant_by("KN-1", (text,)).fields == ()


def test_words_that_are_all_cut_short_say_nothing_for_certain() -> None:
    """`K.nạp trg th.`, admitted this month, was read as the heads (`trg thôn`)."""
    assert "admitted" in meant_by("KN-1", ("K.nạp trg th.", "Cộng")).fields
    assert meant_by("KN-1", ("K.nạp trg th.", "Số nữ")).fields == ("women",)
    assert meant_by("KN-1", ("gv ph.",)).fields == ()


@pytest.mark.parametrize(
    ("form", "texts", "fields"),
    [
        ("KN-1", ("Tuổi đời (lấy năm báo cáo trừ năm sinh)", "31 tới 40"), ("age_31_40",)),
        ("KN-1", ("Đối tượng (không bắt buộc bằng tổng số)", "DQ"), ("militia",)),
        ("KN-1", ("Số kết nạp là DTTS (theo CCCD, giấy khai sinh)",), ("ethnic_minority",)),
        ("KN-1", ("Đối tượng (không cộng dồn)", "Dân quân"), ("militia",)),
        ("KN-1", ("Đối tượng (không nhất thiết cộng lại bằng tổng số)", "BĐXN"), ("demobilised",)),
        ("KN-1", ("Trong đó (không có thì ghi 0)", "Nữ"), ("women",)),
        ("KN-1", ("Trong đó (bỏ trống nếu không có)", "Nữ"), ("women",)),
        ("KN-1", ("Trong đó", "Theo đạo (có khai lý lịch)"), ("religious",)),
        # What is left out is another thing.
        ("KN-1", ("Trong đó (không có đạo)", "Nữ"), ()),
        ("KN-1", ("Kết nạp (không cộng chuyển đến)", "Nữ"), ()),
        # Of all there are, words in no list may still count some only.
        ("KN-1", ("Kết nạp (theo diện bà con ta)",), ()),
        ("KN-2", ("QC ưu tú (lấy chị em ta)",), ()),
        ("KN-1", ("Kết nạp (lấy số năm trước)",), ()),
        ("KN-3", ("Cuối tháng (lấy số tháng trước)",), ()),
        ("KN-2", ("QC ưu tú (có nghị quyết kết nạp)",), ()),
        ("KN-1", ("Dân tộc thiểu số (lấy người dự kiến)",), ()),
    ],
)
def test_what_explains_in_brackets_may_do_so_in_its_own_words(
    form: str, texts: tuple[str, ...], fields: tuple[str, ...]
) -> None:
    assert meant_by(form, texts).fields == fields


@pytest.mark.parametrize(
    "text",
    [
        "Đồng chí về sinh hoạt ở chi bộ khác",
        "Chuyển về chi bộ khác",
        "Chuyển về đơn vị khác",
        "Đến sinh hoạt ở chi bộ khác",
        "Chuyển sinh hoạt về nơi khác",
        "Đ/c chuyển về CB khác",
    ],
)
def test_who_goes_to_another_cell_has_not_come_to_this_one(text: str) -> None:
    """Who went to live in another cell was read as transferred in."""
    assert "increase_transferred_in" not in meant_by("KN-3", (text,)).fields
    assert meant_by("KN-3", ("Giảm", text)).fields in ((), ("decrease_transferred_out",))


@pytest.mark.parametrize(
    "texts",
    [
        ("Chuyển đến từ chi bộ khác",),
        ("Tăng", "Ở chi bộ khác chuyển đến"),
        ("Tăng", "Từ nơi khác"),
    ],
)
def test_who_comes_from_another_cell_has(texts: tuple[str, ...]) -> None:
    assert meant_by("KN-3", texts).fields == ("increase_transferred_in",)


@pytest.mark.parametrize(
    ("form", "texts", "field"),
    [
        ("KN-1", ("Trongsố mới KN", "Nữ"), "women"),
        ("KN-3", ("Số ĐV thángtrước chuyển sang",), "opening"),
        ("KN-2", ("Được giới thiệu bởi", "Tổ chứckhác"), "introduced_other"),
        ("KN-1", ("Cơ cấu nghềề nghiệp", "CBCCVC"), "occupation_official"),
        ("KN-1", ("Trong đó", "Tôn giáoo"), "religious"),
    ],
)
def test_two_words_without_their_blank_are_two_and_a_letter_too_many_is_none(
    form: str, texts: tuple[str, ...], field: str
) -> None:
    meant = meant_by(form, texts)
    assert (meant.fields, meant.is_exact) == ((field,), True)


@pytest.mark.parametrize("text", ["Kết nạp tháng 1-5", "Kết nạp tháng 6-12", "Kết nạp tháng 4/5"])
def test_several_months_are_not_this_one(text: str) -> None:
    assert meant_by("KN-1", (text,)).fields == ()
