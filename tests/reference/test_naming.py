"""Whoever types a commune's name, with or without accents, finds the commune, and no other."""

import unicodedata

import pytest

from reference.naming import listed, meant

COMMUNES = [
    ("03387", "Phường Tân Phong"),
    ("03408", "Phường Đông Phong"),
    ("03389", "Phường Đoàn Kết"),
    ("03409", "Xã San Thàng"),
    ("00001", "Xã Đồng Phong"),
]


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ("03408", ["03408"]),
        ("Phường Đông Phong", ["03408"]),
        ("Dong Phong", ["03408", "00001"]),
        ("đông phong", ["03408"]),
        ("PHUONG DONG PHONG", ["03408"]),
        ("doan  ket ", ["03389"]),
        ("Doàn Ket", ["03389"]),
        ("thang", ["03409"]),
        ("Thàng", ["03409"]),
        ("phong", ["03387", "03408", "00001"]),
        (unicodedata.normalize("NFD", "Đồng Phong"), ["00001"]),
        ("Hà Nội", []),
        ("", []),
        ("  ", []),
        ("0340", []),
    ],
)
def test_what_fits_best_is_meant_and_nothing_else(wanted: str, codes: list[str]) -> None:
    assert [code for code, _ in meant(wanted, COMMUNES, lambda commune: commune)] == codes


def test_those_that_may_be_meant_are_listed_once_with_their_codes() -> None:
    assert listed([("03408", "Phường Đông Phong"), ("03408", "Phường Đông Phong"), (None, "Cả tỉnh")]) == (
        "Phường Đông Phong (03408), Cả tỉnh"
    )
