"""The header of an official form: the column of the indicators, and the three columns of figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ingest.container.workbook import Sheet
from ingest.monthly.header_texts import ColumnHeader, column_headers
from ingest.official_forms.title import Period, periods_in
from ingest.values.numbers import Raw, is_blank
from ingest.values.similar import wrong_letters
from ingest.values.text import clean, key

#: The values of a line, in the order of the form's columns.
FIGURES = ("this_period", "same_period_last_year", "pct")

_TALLEST_HEADER = 4
_LABELS = (
    "tieu chi",
    "chi tieu",
    "noi dung",
    "chi tieu thong ke",
    "noi dung chi tieu",
    "noi dung thong ke",
    "noi dung bao cao",
    "ten chi tieu",
    "tieu chi thong ke",
    "cac chi tieu",
    "danh muc",
    "danh muc chi tieu",
    "muc",
)
_ORDINALS = ("stt", "tt", "so tt", "so thu tu", "s tt")
_THIS = (
    "ki nay",
    "ki bao cao",
    "ki bc",
    "trong ki",
    "trong ki bao cao",
    "ki bao cao nay",
    "ki nay nam nay",
    "thuc hien ki nay",
    "thuc hien trong ki",
    "phat sinh trong ki",
)
_LAST = (
    "cung ki nam truoc",
    "cung ki",
    "cung ki nam ngoai",
    "cung ki nt",
    "cung ki n truoc",
    "cung ki nam lien truoc",
    "cung ki nam truoc lien ke",
    "ki nay nam truoc",
    "ki nay nam ngoai",
    "cung ki bao cao nam truoc",
    "ck nam truoc",
    "ck nam ngoai",
    "cknt",
)
_NOT_A_FIGURE = re.compile(r"\b(?:tang|giam|chenh lech|luy ke|lui ke|ke hoach|chi tieu|co cau|dau nam|ki truoc)\b")
_SHARE = re.compile(r"%|\b(?:t[iy] le|t[iy] so|phan tram)\b")
_COMPARED = re.compile(r"\bcung k\w\b|\bc k\b|\bck\w*\b|\bnam (?:truoc|ngoai)\b")
_BARE_SHARE = frozenset({"%", "ti le", "ti le %", "so sanh %", "% so sanh", "ti le % so sanh", "so sanh ti le %"})
_FILLING = re.compile(
    r"\b(?:so lieu|so luong|tong so|so nguoi|nguoi|don vi|thuc hien|so dang vien)\b"
    r"|\b(?:(?:0?6|sau) thang (?:dau|cuoi) )?nam 20\d\d\b"
)
_NUMBER_CELL = re.compile(r"[(\[]?\s*(?:\d{1,2}|[A-Za-z])\s*[)\]]?\s*(?:[(\[]?\s*=.*|[(\[].*[)\]])?")


@dataclass(frozen=True)
class OfficialHeader:
    """Zero-based rows `first`..`last` and columns; `label_columns` from left to right, the words' own first column
    among them."""

    first: int
    last: int
    label_column: int
    label_columns: tuple[int, ...]
    figures: dict[str, int]
    texts: dict[int, str]
    unmapped: dict[int, str]
    repeated: dict[str, tuple[int, ...]]

    def is_repeated_by(self, other: "OfficialHeader") -> bool:
        """True when `other` is this header again, as after a page break."""
        return self.figures == other.figures and self.label_columns == other.label_columns


def header_words(text: str) -> str:
    """A key in which `kì` and `kỳ`, `tỉ` and `tỷ` are the same."""
    return " ".join(
        "ki" if word in ("ky", "ki") else "ti" if word in ("ty", "ti") else word for word in key(text).split()
    )


@lru_cache(maxsize=8192)
def _is_near(words: str, known: tuple[str, ...]) -> bool:
    squeezed = words.replace(" ", "")
    allowed = 1 if len(squeezed) >= 6 else 0
    by_length = _squeezed(known)
    return any(
        wrong_letters(squeezed, other, allowed) <= allowed
        for length in range(len(squeezed) - allowed, len(squeezed) + allowed + 1)
        for other in by_length.get(length, ())
    )


@cache
def _squeezed(known: tuple[str, ...]) -> dict[int, list[str]]:
    """The known words without blanks, by their number of letters."""
    found: dict[int, list[str]] = {}
    for other in known:
        squeezed = other.replace(" ", "")
        found.setdefault(len(squeezed), []).append(squeezed)
    return found


@lru_cache(maxsize=8192)
def is_label_header(text: str) -> bool:
    """True for `Tiêu chí`, `Chỉ tiêu`, `Nội dung` …"""
    return _is_near(header_words(text), _LABELS)


@lru_cache(maxsize=8192)
def figure_of(texts: tuple[str, ...], period: Period | None) -> str | None:
    """Which of the three columns the header texts (top to bottom) name; None for any other column."""
    for words in (" ".join(texts), texts[-1]):
        found = _figure_named(words, period)
        if found is not None:
            return found
    if header_words(texts[-1]) in _BARE_SHARE and not any(_figure_named(text, period) for text in texts[:-1]):
        return "pct"
    return None


@lru_cache(maxsize=8192)
def _figure_named(text: str, period: Period | None) -> str | None:
    words = header_words(text)
    if _SHARE.search(words):
        compared = _COMPARED.search(words) or _has_part(words, "cungkinamtruoc")
        return "pct" if compared and not _NOT_A_FIGURE.search(words) else None
    if re.search(r"\bso voi\b|\bso sanh\b", words):
        return None
    plain = _FILLING.sub(" ", words)
    plain = " ".join(plain.split())
    if plain and _is_near(plain, _LAST):
        return "same_period_last_year"
    if plain and _is_near(plain, _THIS):
        return "this_period"
    if period is not None and not _NOT_A_FIGURE.search(words.replace("dau nam", "")):
        named = periods_in([text])
        if named == {period}:
            return "this_period"
        if named == {period.year_before}:
            return "same_period_last_year"
    return None


def _has_part(words: str, part: str) -> bool:
    """True when `part`, or `part` with one letter wrong, stands somewhere in `words`."""
    squeezed = words.replace(" ", "")
    return any(
        wrong_letters(squeezed[start : start + length], part, 1) <= 1
        for length in (len(part) - 1, len(part), len(part) + 1)
        for start in range(len(squeezed) - length + 1)
    )


def is_number_row(row: Sequence[Raw], label_column: int) -> bool:
    """`A 1 2 3`, `1 2 3 4(=2*100/3)`: numbers of the columns under the header, the indicators' among them."""
    if label_column >= len(row) or is_blank(row[label_column]):
        return False
    filled = [_plain(value) for value in row if not is_blank(value)]
    return len(filled) >= 2 and all(_NUMBER_CELL.fullmatch(text) for text in filled)


def _plain(value: Raw) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value))


def find_header(sheet: Sheet, start: int, period_above: "PeriodAbove") -> OfficialHeader | None:
    """The first header of an official form from row `start` on.

    `period_above(row)` is the period that the title above a row names, for headers that name periods.
    """
    labels = frozenset(filter(is_label_header, sheet.different_texts))
    figures = frozenset(filter(_says_figure, sheet.different_texts))
    for row in range(start, len(sheet.rows)):
        values = sheet.rows[row]
        texts = [value for value in values if type(value) is str and value]
        if labels.isdisjoint(texts) and sum(text in figures for text in texts) < 2:
            continue
        header = _header_at(sheet, row, period_above(row))
        if header is not None:
            return header
    return None


class PeriodAbove:
    """The period named by the texts from row `start` to a row, if there is just one."""

    def __init__(self, sheet: Sheet, start: int) -> None:
        self._sheet = sheet
        self._start = start

    def __call__(self, row: int) -> Period | None:
        found = periods_in(texts_between(self._sheet, self._start, row))
        return next(iter(found)) if len(found) == 1 else None


def texts_between(sheet: Sheet, first: int, end: int) -> list[str]:
    """Every text in rows `first`..`end` - 1."""
    return [clean(_plain(value)) for row in sheet.rows[first:end] for value in row if not is_blank(value)]


def _says_figure(text: str) -> bool:
    return figure_of((text,), None) is not None


def _header_at(sheet: Sheet, row: int, period: Period | None) -> OfficialHeader | None:
    """The header that begins in `row` with the fewest rows that name the most columns of figures."""
    best: OfficialHeader | None = None
    for last in range(row, min(row + _TALLEST_HEADER, len(sheet.rows))):
        if last > row and not _can_continue(sheet, row, last):
            break
        header = _mapped(sheet, row, last, period)
        if header is not None and (best is None or _worth(header) > _worth(best)):
            best = header
    if best is None:
        return None
    end = best.last
    while (
        end + 1 < min(row + _TALLEST_HEADER, len(sheet.rows))
        and all(is_blank(value) for value in _at(sheet.rows[end + 1], best.label_columns))
        and _can_continue(sheet, row, end + 1)
    ):
        end += 1
    return replace(best, last=end)


def _at(row: Sequence[Raw], columns: Sequence[int]) -> list[Raw]:
    return [row[column] for column in columns if column < len(row)]


def _worth(header: OfficialHeader) -> tuple[int, int]:
    return len(header.figures), -len(header.repeated)


def _can_continue(sheet: Sheet, first: int, row: int) -> bool:
    """A further row of the header has words, no figures and no column numbers."""
    filled = [value for value in sheet.rows[row] if not is_blank(value)]
    if not filled:
        return any(top <= row <= bottom and top < row and top >= first for top, _, bottom, _ in sheet.merges)
    return all(type(value) is str and not _NUMBER_CELL.fullmatch(clean(value)) for value in filled)


def _mapped(sheet: Sheet, first: int, last: int, period: Period | None) -> OfficialHeader | None:
    headers = column_headers(sheet.rows, sheet.merges, first, last)
    named: dict[int, str] = {}
    labels: list[int] = []
    ordinals: list[int] = []
    others: dict[int, str] = {}
    for header in headers:
        figure = figure_of(header.texts, period)
        if figure is not None:
            named[header.index] = figure
        elif any(is_label_header(text) for text in header.texts):
            labels.append(header.index)
        elif header_words(header.texts[-1]) in _ORDINALS:
            ordinals.append(header.index)
        else:
            others[header.index] = header.shown
    columns = {figure: tuple(index for index, name in named.items() if name == figure) for figure in FIGURES}
    figures = {figure: found[0] for figure, found in columns.items() if len(found) == 1}
    repeated = {figure: found for figure, found in columns.items() if len(found) > 1}
    if "this_period" not in figures and "same_period_last_year" not in figures:
        return None
    if not labels:
        if len(figures) < 2 or min(figures.values()) == 0:
            return None
        labels = _unnamed_label_columns(headers, figures, ordinals)
    label_columns = _with_neighbours(headers, labels, ordinals, figures)
    return OfficialHeader(
        first=first,
        last=last,
        label_column=labels[0],
        label_columns=label_columns,
        figures={figure: figures[figure] for figure in FIGURES if figure in figures},
        texts={header.index: header.shown for header in headers},
        unmapped={index: text for index, text in others.items() if index not in label_columns},
        repeated=repeated,
    )


def _unnamed_label_columns(
    headers: Sequence[ColumnHeader], figures: dict[str, int], ordinals: Sequence[int]
) -> list[int]:
    """Without a header of their own the indicators stand left of the figures."""
    first = min(figures.values())
    headed = {header.index for header in headers}
    free = [column for column in range(first) if column not in headed and column not in ordinals]
    return free[-1:] or [first - 1]


def _with_neighbours(
    headers: Sequence[ColumnHeader], labels: Sequence[int], ordinals: Sequence[int], figures: dict[str, int]
) -> tuple[int, ...]:
    """The label columns with the number column and those beside them that have no header (numbers, indents)."""
    headed = {header.index for header in headers}
    found = {*labels, *ordinals}
    for step in (-1, 1):
        column = (min if step < 0 else max)(labels) + step
        while column >= 0 and column not in headed and column < max(figures.values()):
            found.add(column)
            column += step
    return tuple(sorted(found))
