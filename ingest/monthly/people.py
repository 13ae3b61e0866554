"""Lists of people are refused: the warehouse holds counts (Decree 13/2023/NĐ-CP and the law of 2025)."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from ingest.container.workbook import Sheet
from ingest.values.numbers import Raw, looks_like_figure
from ingest.values.text import clean, key

_NAMES = re.compile(
    r"\bho (?:va )?(?:ten|dem)\b(?! (?:chi bo|don vi|to chuc))"
    r"|^(?:ten|cac)? ?(?:dang vien|quan chung|dong chi|dong chi moi ket nap)$"
    r"|\bten (?:dang vien|quan chung|nguoi)\b|^dong chi\b"
)
#: One of these beside a column of names is enough …
_STRONG = re.compile(
    r"\b(?:ngay|nam|thang) (?:thang )?(?:nam )?sinh\b|\bsinh (?:ngay|nam)\b|\bcccd\b|\bcmt?nd\b|\bcan cuoc\b"
    r"|\bso (?:the|dinh danh|ly lich|dien thoai)\b|\bthe dang vien\b"
)
#: … of these it takes two (`SN` is a year of birth, and a number of days).
_WEAK = re.compile(r"^tuoi$|^sn$|^gioi tinh$|\bngay vao dang\b|\bngay ket nap\b|^que quan\b|^dia chi\b|^noi o\b")
#: A header stands in this many rows at most; name and date need not be in the same one.
_ROWS_TOGETHER = 3
#: The country's most frequent family names and those of the north-west.
_FAMILY_NAMES = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Vũ Võ Phan Trương Bùi Đặng Đỗ Ngô Hồ Dương Đinh Đoàn Lý Hà Cao Mai Tô Triệu Chu",
    "Lò Lù Vàng Giàng Sùng Thào Mùa Tẩn Chẻo Lường Lương Cà Quàng Tòng Châu Mã Pờ Poòng Lầu Hảng Cứ Đèo Phàn Ma",
)
_SURNAMES = frozenset(name.casefold() for names in _FAMILY_NAMES for name in names.split())
#: The same as they are written without accents; `Đảng` must not be taken for `Đặng` otherwise.
_BARE_SURNAMES = frozenset(key(name) for name in _SURNAMES) - {"dang", "ca", "to", "ma"}
_PERSON = re.compile(r"(?:[^\W\d_]+ ){1,4}[^\W\d_]+")
_IDENTITY = re.compile(r"(?<!\d)(?:\d{9}|\d{12})(?!\d)")
_BIRTH = re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:19[3-9]\d|200\d)(?!\d)")
#: So many rows below a header say what it is about.
_ROWS_BELOW = 8
#: Rows of a name with a birth or an identity number that make a list.
_ROWS_OF_PEOPLE = 2


def is_list_of_people(sheet: Sheet) -> bool:
    """True when a header asks for names of people together with births, identity or card numbers, or when rows hold
    names of people beside them without any header."""
    return _asks_for_people(sheet) or _holds_people(sheet)


def _asks_for_people(sheet: Sheet) -> bool:
    #: By what is asked for and row, how it is asked: `tuổi` in several columns is one thing, and may be the last row of
    #: headers of ages.
    found: dict[str, dict[int, set[str]]] = {"name": {}, "strong": {}, "weak": {}}
    asking = {text: asked for text in sheet.different_texts if (asked := _asked_for(text))}
    for index, column, text in sheet.texts if "name" in asking.values() else ():
        asked = asking.get(text, "")
        if asked and not (_is_said_in_words(text, asked) and _counts_stand_below(sheet, index, column)):
            found[asked].setdefault(index, set()).add(key(text))
    for name in found["name"]:
        near = range(name - _ROWS_TOGETHER + 1, name + _ROWS_TOGETHER)
        weak = set[str]().union(*(found["weak"].get(row, ()) for row in near))
        if any(row in found["strong"] for row in near) or len(weak) > 1:
            return True
    return False


def _is_said_in_words(text: str, asked: str) -> bool:
    """Whether what a header asks for is no figure: a name, or which sex somebody is of."""
    return asked == "name" or key(text) == "gioi tinh"


def _counts_stand_below(sheet: Sheet, row: int, column: int) -> bool:
    """True where `Đảng viên`, or `Giới tính` above `nữ`, heads a column of counts and no names."""
    below = [each[column] for each in sheet.rows[row + 1 : row + 1 + _ROWS_BELOW] if column < len(each)]
    figures = sum(1 for value in below if value not in ("", None) and looks_like_figure(value))
    return figures >= _ROWS_OF_PEOPLE and not any(map(_is_named_person, below))


@lru_cache(maxsize=16384)
def _asked_for(text: str) -> str:
    """What a header of these words asks for: a `name`, something `strong` or `weak` about a person, or nothing."""
    words = key(text)
    for asked, pattern in (("name", _NAMES), ("strong", _STRONG), ("weak", _WEAK)):
        if pattern.search(words):
            return asked
    return ""


def _holds_people(sheet: Sheet) -> bool:
    called = frozenset(filter(_begins_with_surname, sheet.different_texts))
    rows = {index for index, _, text in sheet.texts if text in called} if called else frozenset[int]()
    found = 0
    for index in rows:
        row = sheet.rows[index]
        if any(_is_named_person(value) for value in row) and any(_is_about_a_person(value) for value in row):
            found += 1
        if any(type(value) is str and _tells_of_a_person(value) for value in row):
            return True
    return found >= _ROWS_OF_PEOPLE


@lru_cache(maxsize=16384)
def _begins_with_surname(text: str) -> bool:
    first = clean(text).split(" ", 1)[0]
    return first[:1].isupper() and (
        first.casefold() in _SURNAMES or (first.isascii() and first.lower() in _BARE_SURNAMES)
    )


def _is_named_person(value: Raw) -> bool:
    """Two to five words with capitals, the first a surname: `Lò Thị Hoa`."""
    if type(value) is not str or not _begins_with_surname(value):
        return False
    words = clean(value)
    return _PERSON.fullmatch(words) is not None and all(word[0].isupper() for word in words.split())


def _is_about_a_person(value: Raw) -> bool:
    if isinstance(value, (date, datetime)):
        return 1930 <= value.year <= 2009
    if isinstance(value, float):
        return value.is_integer() and (1930 <= value <= 2009 or 10**8 <= value < 10**12)
    return isinstance(value, str) and bool(_IDENTITY.search(value) or _BIRTH.search(value) or _is_year(value))


def _is_year(text: str) -> bool:
    words: Sequence[str] = clean(text).split()
    return len(words) == 1 and len(words[0]) == 4 and words[0].isdecimal() and 1930 <= int(words[0]) <= 2009


def _tells_of_a_person(text: str) -> bool:
    """A note such as `Nguyễn Văn An, sinh 12/3/1990, CCCD …`."""
    return _begins_with_surname(text) and bool(_IDENTITY.search(text) or _BIRTH.search(text))
