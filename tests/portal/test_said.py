"""What people type, as it is kept."""

import pytest

from portal.said import cleaned


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  đã gọi điện \n", "đã gọi điện"),
        ("Nguye\u0302\u0303n", "Nguy\u1ec5n"),
        ("một\nhai", "một\nhai"),
        ("a\x00b\x1b[31m\u200bc\u202ed", "ab[31mcd"),
        ("\x00 ", ""),
        ("ề" * 20, "ề" * 10),
    ],
)
def test_it_is_kept_in_one_spelling_without_what_nobody_sees(typed: str, kept: str) -> None:
    assert cleaned(typed, 10 if typed.startswith("ề") else 100) == kept
