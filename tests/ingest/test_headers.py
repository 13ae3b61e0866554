"""Which field a column's header texts mean."""

import pytest

from ingest.headers import field_matches


@pytest.mark.parametrize(
    "texts",
    [
        ("Tổ trưởng, trưởng bản là đảng viên",),
        ("Tổ trưởng / trưởng bản", "Là đảng viên"),
        ("Trưởng bản, tổ trưởng", "Là ĐV"),
    ],
)
def test_whether_the_head_is_a_member_may_stand_under_a_group_of_its_own(texts: tuple[str, ...]) -> None:
    (match,) = field_matches("KN-3", texts)
    assert match.field.name == "head_is_member"
    assert not match.doubt


def test_a_group_that_no_form_knows_leaves_a_doubt() -> None:
    matches = field_matches("KN-3", ("Trưởng thôn", "Là đảng viên"))
    assert [(match.field.name, match.doubt) for match in matches] == [("head_is_member", True)]
