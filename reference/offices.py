"""What offices are called in a heading and a letter, from the names of their units."""

import unicodedata

from reference.communes import communes_in_scope

#: What a committee of each level is called, by the unit it leads.
_COMMITTEES = {"Thành phố": "Thành ủy", "Tỉnh": "Tỉnh ủy", "Huyện": "Huyện ủy", "Quận": "Quận ủy", "Thị xã": "Thị ủy"}
_COMMUNES = ("Phường", "Xã", "Thị trấn", "Đặc khu")
#: The scope that is the whole country: whose the commission is, and where it signs.
_COUNTRY, _CENTRAL, _CAPITAL = "Cả nước", "Trung ương", "Hà Nội"
#: Who stands above the highest committee that we know.
PARTY = "Đảng Cộng sản Việt Nam"


def commission_of(scope_name: str) -> str:
    """`Thành phố Lai Châu` -> `Ban Tổ chức Thành ủy Lai Châu`."""
    return f"Ban Tổ chức {committee_above(scope_name)}"


def committee_above(scope_name: str) -> str:
    """Whose the commission is, as its own documents are headed: `Thành phố Lai Châu` -> `Thành ủy Lai Châu`."""
    for unit, committee in _COMMITTEES.items():
        if scope_name.startswith(f"{unit} "):
            return f"{committee} {scope_name.removeprefix(f'{unit} ')}"
    return _CENTRAL if scope_name == _COUNTRY else scope_name


def above_commission(scope_name: str, scope: str) -> str:
    """Who stands above the commission in the heading of an official form: `Đảng bộ Tỉnh Lai Châu`."""
    provinces = {commune.province_name for commune in communes_in_scope(scope)}
    if len(provinces) != 1:
        return PARTY
    above = f"Đảng bộ {provinces.pop()}"
    return PARTY if above.endswith(scope_name) else above


def committee_of(commune_name: str) -> str:
    """`Phường Tân Phong` -> `Đảng ủy phường Tân Phong`."""
    return f"Đảng ủy {commune_name[:1].lower()}{commune_name[1:]}"


def place_of(name: str) -> str:
    """The place of signing: `Thành phố Lai Châu` -> `Lai Châu`."""
    for unit in (*_COMMITTEES, *_COMMUNES):
        if name.startswith(f"{unit} "):
            return name.removeprefix(f"{unit} ")
    return _CAPITAL if name == _COUNTRY else name


def ascii_name(name: str) -> str:
    """`Phường Đông Phong` -> `DongPhong`: for names of files, without accents, so that every old machine shows them."""
    return "".join(letter for letter in without_accents(place_of(name)) if letter.isascii() and letter.isalnum())


def without_accents(text: str) -> str:
    """`Phường Đông Phong` -> `Phuong Dong Phong`."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
