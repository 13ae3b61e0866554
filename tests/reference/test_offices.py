"""What offices are called in a heading and a letter."""

import pytest

from reference.offices import PARTY, above_commission, ascii_name, commission_of, committee_of, place_of


@pytest.mark.parametrize(
    ("scope_name", "commission", "place"),
    [
        ("Thành phố Lai Châu", "Ban Tổ chức Thành ủy Lai Châu", "Lai Châu"),
        ("Tỉnh Lai Châu", "Ban Tổ chức Tỉnh ủy Lai Châu", "Lai Châu"),
        ("Thị xã Mường Lay", "Ban Tổ chức Thị ủy Mường Lay", "Mường Lay"),
        ("Cả nước", "Ban Tổ chức Trung ương", "Hà Nội"),
        ("Phường Tân Phong", "Ban Tổ chức Phường Tân Phong", "Tân Phong"),
    ],
)
def test_a_commission_is_named_after_its_committee(scope_name: str, commission: str, place: str) -> None:
    assert (commission_of(scope_name), place_of(scope_name)) == (commission, place)


def test_a_commune_s_committee_has_the_unit_in_small_letters() -> None:
    assert committee_of("Phường Tân Phong") == "Đảng ủy phường Tân Phong"
    assert committee_of("Xã Sùng Phài") == "Đảng ủy xã Sùng Phài"


@pytest.mark.parametrize(
    ("scope_name", "scope", "above"),
    [
        ("Thành phố Lai Châu", "district:105", "Đảng bộ Tỉnh Lai Châu"),
        ("Tỉnh Lai Châu", "province:12", PARTY),
        ("Cả nước", "country", PARTY),
    ],
)
def test_above_a_commission_stands_its_province_or_the_party(scope_name: str, scope: str, above: str) -> None:
    assert above_commission(scope_name, scope) == above


def test_names_of_files_have_no_accents() -> None:
    assert ascii_name("Phường Đông Phong") == "DongPhong"
    assert ascii_name("Thành phố Lai Châu") == "LaiChau"
    assert ascii_name("Xã 3") == "3"
