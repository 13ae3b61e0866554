"""What kind of row a table's row is, by its label, its number and what stands in it."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise, takewhile

from ingest.meaning.telex import without_keys
from ingest.values.numbers import Raw, is_blank, shown
from ingest.values.text import clean, key

#: Remarks may stand beside a row; this share of it must be what the row is taken for.
_MOSTLY = 0.8
_NUMBER_ROW_CELL = re.compile(
    r"[(\[]?\s*(?:(?:[Cc][ộo]t|CỘT|COT)[ .]*(?=\d))?(\d{1,2}|[A-Za-zĐđ]|[Aa][A-Za-z])\s*[)\].]?(\s*[=:].*)?"
)
#: Such numbers as they come from a sheet.
_AS_NUMBERS = {float(number): str(number) for number in range(100)}
_ROMAN = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})\.?")
_ROMAN_START = re.compile(r"((?=[IVX])X{0,3}(?:IX|IV|V?I{0,3}))\s*[.\-–/)]\s*\S")
#: Sections may have letters: `A`, `B. Khối trường học`.
_LETTER = re.compile(r"[A-HĐ][.)]?")
#: `A. Khối`, `A.Khối`; `C.bộ` is a word cut short.
_LETTER_START = re.compile(r"[A-HĐ](?:[.)]\s+\S|\)\S|\.[^\W\d_a-zà-ỹđ])")
#: `C.A phường`, `V.P Đảng ủy`: letters with points are a word cut short.
_ABBREVIATED = re.compile(r"[A-ZĐ]\.[A-ZĐ](?=[\s.]|\Z)")
#: `TỔNG CỘNG`, `Tổng số`, `Cộng`, `T. cộng`, `TS`, `Tổng cộng (I+II)`, `Cộng toàn đảng bộ`; not `Cộng khối I`.
_TOTAL = re.compile(r"(?:(?:tong|t) )?(?:cong|so)|tong|tc|t ?s")
_TOTAL_OF = re.compile(r" (?:chung|trong thang|chi bo|dang vien|toan .*|dang bo.*|cac chi bo.*|(?:[ivx]+ ){1,}[ivx]+)")
#: `Toàn đảng bộ`, `Cả phường`, `Chung`: totals that are called by what they are the total of.
_TOTAL_BY_WHOLE = re.compile(
    r"(?:tinh |cong |tong )?(?:chung )?(?:toan|ca|cua ca) (?:bo )?"
    r"(?:dang bo|dang uy|xa|phuong|thi tran|don vi|co so)(?: .*)?"
    r"|tat ca(?: (?:cac )?(?:chi bo|lop|don vi)(?: .*)?)?"
    r"|chung(?: ca .*)?|cong chung|tong chung|tong hop|tong hop chung|tong ket"
)
#: A total's label, too.
_SUM_SIGNS = frozenset({"Σ", "∑"})
_END_WORDS = (
    "nguoi lap bieu",
    "nguoi lap",
    "nguoi tong hop",
    "can bo tong hop",
    "nguoi bao cao",
    "tm ban",
    "t m ban",
    "t m dang uy",
    "tm dang uy",
    "bi thu",
    "pho bi thu",
    "noi nhan",
    "thu truong",
)
#: `Trang 2`, between two pages.
_PAGE = re.compile(r"trang(?: so)? \d{1,2}(?: \d{1,2})?")
_REMARKS = (
    "so chi bo",
    "so dang vien",
    "so voi",
    "tong so ",
    "trong do",
    "ghi chu",
    "luu y",
    "ty le",
    "ti le",
    "binh quan",
    "chenh lech",
    "kiem tra",
    "du kien",
    "cong trang",
    "cong khoi",
    "cong muc",
    "cong chuyen",
    "cong mang",
    "mang sang",
    "chuyen sang",
    "trang truoc",
    "cung ky",
    "thang truoc",
    "nam truoc",
    "luy ke",
)
#: `Cộng III`, `Tổng khối trường học`; `Cộng Hòa` may be a village.
_ADDS_UP_A_SECTION = re.compile(
    r"\s*(?:(?:tổng|tong) )?(?:cộng|cong|tổng|tong) (?:[ivx]+\b|khối|khoi|mục|muc|các|cac|phần|nhóm)", re.IGNORECASE
)
#: `Cộng cơ quan, y tế`: a sum where it adds up, and no `Công an`.
_MAY_ADD_UP = re.compile(r"\s*(?:cộng|cong|tổng|tong) \S", re.IGNORECASE)
#: `STT`, `S TT`, `Số TT`, `Thứ tự`, as keys.
ORDINAL_HEADER = re.compile(r"(?:so )?(?:s ?)?t ?t|(?:so )?thu tu")
#: The words of `khu dân cư`, `cơ quan`, `trường học`, `doanh nghiệp`, `lực lượng vũ trang` and the like.
_OF_KINDS = re.compile(
    r"(?:(?:cac|chi bo|cb|dang bo|khoi|nhom|dia ban|khu vuc|khu|to|dan pho|tdp|ban|thon|xom|ap|khom|buon|lang|dan cu"
    r"|nong|co quan|hanh chinh|su nghiep|don vi|truong|hoc|giao duc|y te|doanh nghiep|dn|htx|hop tac xa|cong an|quan su"
    r"|llvt|luc luong|vu trang|kinh te|tap the|tu nhan|va|doan the|xa|phuong|san xuat|nha nuoc|truc thuoc)(?: |$))+"
)
_SIGNING_DAY = re.compile(r"ngay \d{1,2} thang \d{1,2} nam \d{4}|ngay thang nam")
#: A sheet may go on with the sections of the one before.
_FIRST_ROMANS = ("I", "II", "III", "IV")
#: So many columns numbered one after the other are a row of numbers, whatever stands beside them.
_LEAST_COUNTED = 8
#: So many letters in their order are one, too.
_LEAST_LETTERS = 4
#: A row's number, with a mark of a note behind it perhaps: `7`, `7.`, `7²`, `7*`.
_ROW_NUMBER = re.compile(r"(\d{1,5})[.)]{0,2} ?(?:[⁰¹²³⁴-⁹]{1,2}|\*{1,3})?")


def is_number_row(row: Sequence[Raw], name_column: int) -> bool:
    """`(1) (2) (3)` or `A B 1 2 3` under the header; unlike a row of figures it numbers the name column, too. A
    figure of somebody's check may stand beside them."""
    if name_column >= len(row) or _column_number(row[name_column]) is None:
        return False
    if _counts_the_columns(row[name_column:]):
        # Another table's row stands to its right.
        return True
    filled = [value for value in row if not is_blank(value)]
    figures = [number for value in filled if (number := _column_number(value)) is not None]
    if len(figures) < max(3, _MOSTLY * len(filled)):
        return False
    numbers = [int(number) for number in figures if number.isdecimal()]
    if not numbers:
        return _goes_on_by_letters(figures)
    steps = [after - before for before, after in pairwise(numbers)]
    counted = sum(step == 1 for step in steps)
    return bool(steps) and (all(step > 0 for step in steps) or counted >= max(_LEAST_COUNTED, _MOSTLY * len(steps)))


def numbers_the_columns(row: Sequence[Raw], name_column: int) -> bool:
    """Whether it is a row of numbers from the names on, or from its first value on."""
    first = next((column for column, value in enumerate(row) if not is_blank(value)), name_column)
    return is_number_row(row, name_column) or is_number_row(row, first)


def _goes_on_by_letters(figures: Sequence[str]) -> bool:
    """Whether columns have letters for numbers, as official forms do: `A B c d e`, after `z` comes `aa`."""
    places = [(len(letters), letters.lower().replace("đ", "d~")) for letters in figures]
    return len(places) >= _LEAST_LETTERS and all(before < after for before, after in pairwise(places))


def _counts_the_columns(row: Sequence[Raw]) -> bool:
    """Whether a row begins with many numbers one after the other, and then a blank."""
    counted = 0
    expected = 0
    for value in takewhile(lambda value: not is_blank(value), row):
        number = _column_number(value)
        if number is None or not number.isdecimal() or (counted and int(number) != expected):
            return False
        counted += 1
        expected = int(number) + 1
    return counted >= _LEAST_COUNTED


def _column_number(value: Raw) -> str | None:
    """The digits or the letter with which a row of numbers has a column; None for anything else."""
    if type(value) is float:
        return _AS_NUMBERS.get(value)
    return _column_number_in(str(value))


@lru_cache(maxsize=8192)
def _column_number_in(text: str) -> str | None:
    match = _NUMBER_ROW_CELL.fullmatch(clean(text))
    return match[1] if match else None


def plain(value: Raw) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value))


def row_label(
    row: Sequence[Raw], name_column: int, ordinal_column: int, first_figure: int, type_column: int = -1
) -> str:
    """The row's name: its name cell, else the words left of the figures (a total's label is often merged there).

    A numbered row may have a number or a day for its name (neighbourhood 20); what stands in the column of the cells'
    types is no name."""
    name = row[name_column] if name_column < len(row) else None
    if isinstance(name, str) and (text := clean(name)):
        return text
    for column in range(min(first_figure, len(row))):
        value = row[column]
        if isinstance(value, str) and (text := clean(value)):
            if column == ordinal_column and (_ROMAN.fullmatch(text) or is_numbered(text)):
                continue
            if column == type_column and not (is_total(text) or is_section(text, "")):
                continue
            return text
    if isinstance(name, (int, float, date)) and (
        ordinal_column < 0 or (ordinal_column < len(row) and is_numbered(plain(row[ordinal_column])))
    ):
        return shown(name)
    return ""


class Sections:
    """The letters and Roman numerals that the sections of a table have had so far. They come in their order: `B. Tả Làn
    Than` where no section A was is somebody's name, and so is `X. Nậm Loỏng`."""

    def __init__(self) -> None:
        self._letter = self._numeral = False

    def goes_on(self, label: str, *, is_sure: bool) -> bool:
        """True when the label's marker may begin, or follows another; `is_sure`: it is one in any case."""
        if match := _ROMAN_START.match(label):
            self._numeral = self._numeral or is_sure or match[1] in _FIRST_ROMANS
            return self._numeral
        self._letter = self._letter or is_sure or label.startswith("A")
        return self._letter


def kind_of(
    label: str, ordinal: str, has_figures: bool, sections: Sections, *, has_ordinals: bool, is_above_numbered: bool
) -> str:
    """`is_above_numbered`: the next row has a number, so that a numeral without figures here is a section's, whatever
    its label (`II. Chi bộ trường học`)."""
    if is_total(label):
        return "total"
    numbered = is_numbered(ordinal)
    if ordinal and not numbered and (_ROMAN.fullmatch(ordinal) or _LETTER.fullmatch(ordinal)):
        sections.goes_on(f"{ordinal.rstrip('.)')}. –", is_sure=True)
        if label:
            return "cell" if is_cell_name(label) and (has_figures or not is_above_numbered) else "section"
        return "nameless"
    if not numbered and is_section(label, "") and sections.goes_on(label, is_sure=not has_figures):
        return "section"
    if not numbered and key(label).startswith("khoi "):
        return "section"
    if not label:
        return "nameless"
    if not has_figures and not is_cell_name(label) and not (has_ordinals and numbered):
        return "caption"
    return "cell"


def is_roman(text: str) -> bool:
    """True for `I`, `IV.`."""
    return _ROMAN.fullmatch(text) is not None


def is_section(label: str, ordinal: str) -> bool:
    """True for a Roman numeral or a letter, as its own ordinal or before the words. A row with a number is none, nor
    are abbreviations (`C.A phường`, `V.P Đảng ủy`)."""
    if _ROMAN.fullmatch(ordinal) or _LETTER.fullmatch(ordinal):
        return True
    if is_numbered(ordinal) or not (_ROMAN_START.match(label) or _LETTER_START.match(label)):
        return False
    return not _ABBREVIATED.match(label)


@lru_cache(maxsize=8192)
def is_remark(label: str) -> bool:
    """True for words that begin a remark or a comparison below a table, a page's number, and what adds up a section
    below it."""
    words = key(label)
    return (
        words.startswith(_REMARKS) or _ADDS_UP_A_SECTION.match(label) is not None or _PAGE.fullmatch(words) is not None
    )


@lru_cache(maxsize=4096)
def is_total(label: str) -> bool:
    """True for the label of the row that adds up all cells."""
    if label.strip(" .:") in _SUM_SIGNS:
        return True
    words = key(without_keys(label))
    if _TOTAL.fullmatch(words):
        return words != "so"
    if _TOTAL_BY_WHOLE.fullmatch(words):
        # `CA xã` is the police's cell, `Cả xã` all of it.
        return not (words.startswith("ca ") and label.lstrip().startswith("CA"))
    match = _TOTAL.match(words)
    return match is not None and _TOTAL_OF.fullmatch(words[match.end() :]) is not None


def may_add_up(label: str) -> bool:
    """True for words that may be those of a section's sum below it, or a name (`Cộng Hòa`)."""
    return _MAY_ADD_UP.match(label) is not None


def is_numbered(ordinal: str) -> bool:
    """True for a row's number: `7`, `7.`."""
    return row_number(ordinal) is not None


@lru_cache(maxsize=4096)
def row_number(ordinal: str) -> int | None:
    """The number of a row; None for anything else (`-`, `1.1`, `IV`)."""
    match = _ROW_NUMBER.fullmatch(ordinal)
    return int(match[1]) if match else None


@lru_cache(maxsize=8192)
def names_a_kind(label: str) -> bool:
    """True for a label that is made of what kinds of cells are called by and of nothing that is one cell's own: `Chi bộ
    nông thôn`, `Các chi bộ TDP`, `Công an, quân sự`. One cell of a kind may be called so, too."""
    return _OF_KINDS.fullmatch(key(label)) is not None


@lru_cache(maxsize=8192)
def is_cell_name(label: str) -> bool:
    """True for a label that begins as the names of cells do."""
    return key(label).startswith(("chi bo", "cb ", "dang bo bo phan"))


def ends_table(row: Sequence[Raw], label: str) -> bool:
    """The signature block, or the place and day of signing. A row that is named otherwise does not end a table,
    whatever its notes say."""
    texts = [label] if label else [value for value in row if type(value) is str and value]
    for text in texts:
        words = key(text)
        if words.startswith(_END_WORDS) or _SIGNING_DAY.search(words):
            return True
    return False
