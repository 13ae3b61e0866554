"""Text as the clerk sees it, and the key under which two spellings of it are the same."""

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"[\s\u00a0\u200b\u200c\u200d\ufeff]+")
_NO_KEY = re.compile(r"[^a-z0-9%<>=]+")
#: The marks that Vietnamese letters are taken apart into, and others of their kind.
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "đ": "d", "Đ": "d", "＜": "<", "＞": ">"})


@lru_cache(maxsize=16384)
def clean(text: str) -> str:
    """NFC, with every run of blanks (no-break and zero-width ones, line breaks) as one space, none at the ends."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """Lower case, no accents, words parted by one space; `%`, `<`, `>` and `=` are kept.

    >>> key("  Lũy kế:\\n từ đầu năm ")
    'luy ke tu dau nam'
    """
    return _NO_KEY.sub(" ", without_accents(text).lower()).strip()


def without_accents(text: str) -> str:
    """`text` without accents, and with the signs of comparison as they are typed."""
    if text.isascii():
        return text
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d").replace("Đ", "D")
    if plain.isascii():
        return plain
    letters = unicodedata.normalize("NFD", text.translate(_SIGNS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


#: The marks of the five tones, as NFD has them.
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_NO_LETTER = re.compile(r"[^\w\u0300-\u036f]+")


def spelling(text: str) -> str:
    """Lower case and words parted by one space as in `key`, but accents kept: each word's tone at its end, as it is
    written on one vowel or the other (`Hòa`, `Hoà`).

    >>> spelling("Hoà") == spelling("HÒA") != spelling("Hóa")
    True
    """
    words = _NO_LETTER.sub(" ", unicodedata.normalize("NFD", text).lower()).split()
    return " ".join(_TONE.sub("", word) + "".join(_TONE.findall(word)) for word in words)


@lru_cache(maxsize=1024)
def column_letter(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Zero-based row and column -> what the spreadsheet program shows, such as `B14`."""
    return f"{column_letter(column)}{row + 1}"
