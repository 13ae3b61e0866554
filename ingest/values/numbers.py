"""What a cell holds, as a number. A blank is None (not reported); `0` and a dash are zero."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from ingest.values.text import clean

#: How a cell that nobody sees is described.
UNDER_A_MERGE = "dưới ô gộp / under the merged cell"


@dataclass(frozen=True)
class Covered:
    """What a cell holds that lies under a merged one (`under`, such as `D11:D12`): nobody sees it, so it is no figure,
    no word and no blank either."""

    held: "Raw"
    under: str

    def __str__(self) -> str:
        return ""


#: What calamine hands over for one cell, or what was made of it.
Raw = str | float | int | bool | datetime | date | time | timedelta | Covered | None

#: Small whole numbers as they come from a sheet: most of its figures.
SMALL = {float(number): number for number in range(1000)}

#: A clerk's zero.
DASHES = frozenset({"-", "–", "—", "−", "_", "--"})
#: The inhabitants of the whole country: no count of people is greater, nor any other figure of a form. A larger number
#: is a telephone number or a slip; up to it, sums over all communes, and squares, stay far inside what the store
#: holds.
LARGEST = 100_000_000
#: A text of more digits is no figure (and Python itself refuses to convert thousands of them).
_MOST_DIGITS = 20
_WHOLE = re.compile(r"[+-]?\d+")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[. ]\d{3})+")
_DECIMAL = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_GROUPED_DECIMAL = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+,\d+")
#: `1.050`: a thousand and fifty, or one with three decimals. Several groups, or blanks between, leave no doubt.
_ONE_POINT_AND_THREE_DIGITS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_ZERO_DECIMALS = re.compile(r"([+-]?\d+(?=[.,]0{1,2}\Z)|0)[.,]0+")
_UNIT = (
    r"(?:[đd]/?c|[đd]\.c|đồng chí|dong chi|người|nguoi|ng|[đd]v|đảng viên|dang vien|qc|qcưt|qcut|quần chúng|quan chung"
    r"|hv|học viên|hoc vien)\.?"
)
_FIGURE = re.compile(rf"[+\-–—−_]|--|[+\-]?\d[\d.,\s]*%?|\d{{1,4}} ?{_UNIT}|\d\d[.,]\d+ ?(?:tuổi|tuoi)", re.IGNORECASE)
#: `46,6 tuổi`: a mean age with its unit.
_YEARS_OF_AGE = re.compile(r"(?<=\d) ?(?:tuổi|tuoi)\.?\Z", re.IGNORECASE)
#: `03 đ/c`, `2 người`: what is counted is written behind the number, or a full stop (`2.`).
_WITH_UNIT = re.compile(rf"(\d{{1,4}})(?: ?{_UNIT}|\.)", re.IGNORECASE)


@dataclass(frozen=True)
class Unreadable:
    """A cell that holds something else than its column asks for; `found` is what a person sees there."""

    found: str


def shown(raw: Raw) -> str:
    """A cell's content as text."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return clean(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, Covered):
        return f"{shown(raw.held)} ({UNDER_A_MERGE} {raw.under})"
    if isinstance(raw, date):
        return raw.strftime("%d/%m/%Y")
    return str(raw)


def is_blank(raw: Raw) -> bool:
    """True where a person sees nothing."""
    # First what most cells hold.
    return type(raw) is not float and (raw is None or raw == "" or (isinstance(raw, str) and not clean(raw)))


def looks_like_figure(raw: Raw) -> bool:
    """True for a number, and for text that is meant as one (`-`, `02`, `1.234`, `85%`); words are none."""
    if type(raw) is not str:
        return raw is not None
    return bool(raw) and _is_meant_as_figure(raw)


@lru_cache(maxsize=16384)
def _is_meant_as_figure(text: str) -> bool:
    return _FIGURE.fullmatch(clean(text)) is not None


def count(raw: Raw) -> int | Unreadable | None:
    """A number of people: `2`, `02`, `1.234`, `-` (zero). Negative numbers are returned as they stand; none is greater
    than LARGEST either way."""
    if type(raw) is float:
        if (small := SMALL.get(raw)) is not None:
            return small
        return int(raw) if _is_within(raw) and raw.is_integer() else Unreadable(shown(raw))
    if raw is None or raw == "":
        return None
    if type(raw) is int:
        return raw if _is_within(raw) else Unreadable(shown(raw))
    return _count_in(raw) if type(raw) is str else Unreadable(shown(raw))


@lru_cache(maxsize=16384)
def _count_in(written: str) -> int | Unreadable | None:
    text = clean(written)
    if not text:
        return None
    if text in DASHES:
        return 0
    if len(text) > _MOST_DIGITS:
        return Unreadable(text)
    if _WHOLE.fullmatch(text):
        value = int(text)
    elif _GROUPED.fullmatch(text):
        value = int(text.replace(".", "").replace(" ", ""))
    elif match := _ZERO_DECIMALS.fullmatch(text) or _WITH_UNIT.fullmatch(text):
        value = int(match[1])
    else:
        return Unreadable(text)
    return value if _is_within(value) else Unreadable(text)


def _is_within(value: float) -> bool:
    """False for what is too large, infinite or no number."""
    return -LARGEST <= value <= LARGEST


def decimal(raw: Raw) -> float | Unreadable | None:
    """A measured number such as a mean age: `41,5`, `41.5`; finite, and within LARGEST either way."""
    # First what most cells hold.
    if type(raw) is float or type(raw) is int:
        # A negative zero becomes a plain one.
        return float(raw) + 0.0 if _is_within(raw) else Unreadable(shown(raw))
    if raw is None or raw == "":
        return None
    return _decimal_in(raw) if type(raw) is str else Unreadable(shown(raw))


@lru_cache(maxsize=16384)
def _decimal_in(written: str) -> float | Unreadable | None:
    text = clean(written)
    if not text:
        return None
    if text in DASHES:
        return 0.0
    if len(text) > _MOST_DIGITS or _ONE_POINT_AND_THREE_DIGITS.fullmatch(text):
        return Unreadable(text)
    if _GROUPED.fullmatch(text) or _GROUPED_DECIMAL.fullmatch(text):
        value = float(text.replace(".", "").replace(" ", "").replace(",", "."))
    elif _DECIMAL.fullmatch(text):
        value = float(text.replace(",", "."))
    elif match := _WITH_UNIT.fullmatch(text):
        value = float(match[1])
    else:
        return Unreadable(text)
    return value + 0.0 if _is_within(value) else Unreadable(text)


def years(raw: Raw) -> float | Unreadable | None:
    """A mean age, with or without its unit: `46,6 tuổi`."""
    read = decimal(raw)
    if isinstance(read, Unreadable) and (bare := _YEARS_OF_AGE.sub("", read.found)) != read.found:
        read = decimal(bare)
        return Unreadable(shown(raw)) if isinstance(read, Unreadable) else read
    return read


def percent(raw: Raw) -> float | Unreadable | None:
    """Percent points: `85`, `85%`, `106,25 %`."""
    if type(raw) is not str:
        return decimal(raw)
    text = clean(raw)
    value = decimal(text.removesuffix("%").rstrip())
    return Unreadable(text) if isinstance(value, Unreadable) else value
