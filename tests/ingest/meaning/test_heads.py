"""Heads of villages and groups who are named in pairs are one idea; one alone, and what only looks like one, is not."""

import pytest

from ingest.meaning.heads import with_one_head
from ingest.meaning.parts import meant_by
from ingest.values.text import key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Trưởng xóm/khối/bản là ĐV", "truong ban la dv"),
        ("Tổ trưởng, TB", "truong ban"),
        ("TT, TTDP", "truong ban"),
        ("TB và TT", "truong ban"),
        ("Xóm trưởng, T.bản", "truong ban"),
        ("T.trưởng tổ dân phố, xóm trưởng", "truong ban"),
        ("Người đứng đầu ấp/KV", "truong ban"),
        ("Thôn, buôn trưởng là ĐV", "truong ban la dv"),
        ("KN thôn và buôn trưởng", "kn truong ban"),
        ("Trưởng ban ĐH khu phố", "truong ban"),
        ("Trưởng ban nhân dân ấp", "truong ban"),
        ("Trưởng BQL thôn, KP", "truong ban"),
        ("Trưởng ban điều hành khu phố, tổ trưởng TDP", "truong ban"),
    ],
)
def test_several_heads_are_one(text: str, said: str) -> None:
    assert " ".join(with_one_head(tuple(key(text).split()))) == said


@pytest.mark.parametrize(
    "text",
    [
        "Trưởng bản",
        "Tổ trưởng tổ dân phố",
        "TT",
        "TB",
        "Trưởng ban công tác mặt trận",
        "Thôn trưởng",
        "Thôn, bản",
        "",
    ],
)
def test_one_head_and_what_is_none_stay_as_they_are_written(text: str) -> None:
    words = tuple(key(text).split())
    assert with_one_head(words) == words


def test_heads_are_a_count_of_the_admitted_and_a_yes_or_no_of_the_members() -> None:
    assert meant_by("KN-1", ("Đối tượng", "Trưởng ấp, khóm, khu vực")).fields == ("neighbourhood_head",)
    assert meant_by("KN-3", ("Trưởng ấp, khóm có phải là đảng viên không",)).fields == ("head_is_member",)
    # Nobody is asked for yes or no elsewhere.
    assert meant_by("KN-2", ("Học lớp nhận thức hay chưa",)).fields == ()
