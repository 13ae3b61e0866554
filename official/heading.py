"""Who stands in the heading of an official form, and what its title says."""

from reference.communes import all_communes, communes_in_scope
from warehouse.official_report import Office

#: What a committee of each level is called, by the unit it leads.
_COMMITTEES = {"Thành phố": "Thành ủy", "Tỉnh": "Tỉnh ủy", "Huyện": "Huyện ủy", "Quận": "Quận ủy", "Thị xã": "Thị ủy"}


def heading_of(office: Office, scope: str) -> tuple[str, str]:
    """The two lines on the left: the organisation above, and whose form it is."""
    if office.key is not None:
        commune = next(known for known in all_communes() if known.key == office.key)
        superior = commune.district_name or commune.province_name
        return f"ĐẢNG BỘ {superior}".upper(), f"ĐẢNG ỦY {office.name}".upper()
    provinces = {commune.province_name for commune in communes_in_scope(scope)}
    above = f"ĐẢNG BỘ {provinces.pop()}" if len(provinces) == 1 else "ĐẢNG CỘNG SẢN VIỆT NAM"
    if above.endswith(office.name):
        above = "ĐẢNG CỘNG SẢN VIỆT NAM"
    return above.upper(), f"BAN TỔ CHỨC {_committee(office.name)}".upper()


def place_of(office: Office) -> str:
    """The place of signing: `Thành phố Lai Châu` -> `Lai Châu`."""
    for unit in (*_COMMITTEES, "Phường", "Xã", "Thị trấn", "Đặc khu"):
        if office.name.startswith(f"{unit} "):
            return office.name.removeprefix(f"{unit} ")
    return office.name


def period_in_words(period: str) -> str:
    """`6 THÁNG ĐẦU NĂM 2024`, `6 THÁNG CUỐI NĂM 2024`, `NĂM 2024`."""
    year, _, half = period.partition("-")
    return {"": f"NĂM {year}", "H1": f"6 THÁNG ĐẦU NĂM {year}", "H2": f"6 THÁNG CUỐI NĂM {year}"}[half]


def _committee(name: str) -> str:
    for unit, committee in _COMMITTEES.items():
        if name.startswith(f"{unit} "):
            return f"{committee} {name.removeprefix(f'{unit} ')}"
    return name
