"""A header's text as a key, without the number before it and the dates that it names."""

import re

from ingest.values.text import key

#: `Kết nạp trong tháng 6`, `Chỉ tiêu năm 2020`, `… đến 31/5/2020`: the header of a month names it. The day from which
#: something is counted is not the month's, and stays.
_YEAR = r"(?:19|20)\d\d"
_DATES = re.compile(
    rf"(?<!\btu)(?<!\btu ngay)(?: (?:tinh )?den(?: ngay)?)? \d{{1,2}}(?: thang)? \d{{1,2}}(?: nam)? {_YEAR}"
    rf"|(?<=\bthang)(?<!\btu thang) (?:0?[1-9]|1[0-2])(?: (?:nam )?{_YEAR})?(?!\d)"
    rf"|(?<=\bnam) {_YEAR}"
    rf"|(?<=\bnhiem ky) {_YEAR} {_YEAR}"
)
#: `từ 01/01/2025`, `từ tháng 1`: from the year's beginning.
_FROM_NEW_YEAR = re.compile(r"\btu (?:(?:ngay )?0?1(?: thang)? 0?1|thang 0?1)(?= (?:nam )?(?:19|20)\d\d| (?!\d)|$)")


_DIGIT = re.compile(r"\d")


def undated(word: str) -> str:
    """A header's key without the dates it names; the year's first day is in words."""
    return _DATES.sub("", _FROM_NEW_YEAR.sub("tu dau nam", word)).strip() if _DIGIT.search(word) else word.strip()


#: `1. STT`, `2) Chi bộ`, `II. Kết nạp`, `a) Nữ`: headers that carry their column's or their group's number. A letter
#: with a dot may be a word cut short (`V.mắc`, `C. bộ`).
_NUMBERED = re.compile(r"\(?(?:\d{1,2}[.)]\s*|(?:I{1,3}|IV|VI{1,3}|IX)[.)]\s*|[VX][.)]\s+|[A-Ea-e]\)\s*)(?=[^\W\d])")


def header_key(text: str) -> str:
    """The key of a header's text without a number before it."""
    found = _NUMBERED.match(text)
    return key(text[found.end() :] if found else text)
