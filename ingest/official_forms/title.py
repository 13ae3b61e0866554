"""What the title of an official form says: its number, its period, and whose office wrote it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.values.text import key

_FORM_NUMBER = re.compile(r"\b0?(\d{1,2}) ?([a-d] )?(b?)tc ?tw\b")
_HALVES = {
    "H1": re.compile(r"\b(?:0?6 ?t|(?:0?6|sau) thang|nua) ?dau nam(?: (?:20\d\d)\b)?|\b(?:0?6|sau) thang nam 20\d\d\b"),
    "H2": re.compile(r"\b(?:0?6 ?t|(?:0?6|sau) thang|nua) ?cuoi nam(?: (?:20\d\d)\b)?"),
}
_YEAR = re.compile(r"\b(?:ca )?nam (20\d\d)\b")
_ANY_YEAR = re.compile(r"\b(20\d\d)\b")
_BETWEEN = re.compile(
    r"\b(\d{1,2}) (?:thang )?(\d{1,2}) (?:nam )?(20\d\d) (?:den )?(?:het )?(?:ngay )?(\d{1,2}) (?:thang )?(\d{1,2})"
    r" (?:nam )?(20\d\d)\b"
)
#: Days of signing and of the guideline, months, terms, and the year compared with: none of them is the period.
_DECOYS = re.compile(
    r"\bngay(?: \d{1,2})?(?: thang)?(?: \d{1,2})?(?: nam)? (?:20\d\d)\b|\bthang \d{1,2} (?:nam )?20\d\d\b"
    r"|\bnhiem ki?y? 20\d\d 20\d\d\b|\b(?:cung k[yi]|so voi)(?: cung k[yi])?(?: nam)? 20\d\d\b"
)
_ISSUED = re.compile(r"\b(?:ban hanh|huong dan|quyet dinh|cong van|thong tu|hd btctw|qd tw)\b")
_UNSUPPORTED = re.compile(r"\b(?:quy (?:[ivx]+|[1-4])|(?:0?[1-5]|0?[7-9]|1[0-2]|ba|chin) thang dau nam)\b")

_HALF_STARTS = {"H1": (1, 6), "H2": (7, 12)}


@dataclass(frozen=True, order=True)
class Period:
    """A half-year (`half` `H1` or `H2`) or a whole year (`half` '')."""

    year: int
    half: str = ""

    def __str__(self) -> str:
        return f"{self.year}-{self.half}" if self.half else str(self.year)

    @property
    def year_before(self) -> "Period":
        return Period(self.year - 1, self.half)

    @property
    def first_month(self) -> date:
        return date(self.year, _HALF_STARTS.get(self.half, (1, 12))[0], 1)

    @property
    def last_month(self) -> date:
        return date(self.year, _HALF_STARTS.get(self.half, (1, 12))[1], 1)


def form_numbers(texts: Iterable[str]) -> set[str]:
    """The form numbers that texts name, as `2-BTCTW`; also of official forms that are not read here."""
    found = set()
    for text in texts:
        words = key(text)
        for match in _FORM_NUMBER.finditer(words):
            # `Hướng dẫn số 11-HD/BTCTW` has letters between and is none; a bare department is none either.
            found.add(f"{int(match[1])}{(match[2] or '').strip()}-{match[3].upper()}TCTW")
    return found


def periods_in(texts: Sequence[str]) -> set[Period]:
    """The periods that title texts name; a half-year and its year on two lines count as one."""
    found: set[Period] = set()
    halves: set[str] = set()
    years: set[int] = set()
    bare_years: set[int] = set()
    for text in texts:
        words = key(text)
        if _ISSUED.search(words) and not any(half.search(words) for half in _HALVES.values()):
            continue
        if between := _between(words):
            found.add(between)
            continue
        words = _DECOYS.sub(" ", words)
        words, other_spans = _UNSUPPORTED.subn(" ", words)
        for half, pattern in _HALVES.items():
            for match in pattern.finditer(words):
                year = _ANY_YEAR.search(match[0])
                if year is None:
                    halves.add(half)
                else:
                    found.add(Period(int(year[1]), half))
            words = pattern.sub(" ", words)
        if not other_spans:
            # The year of a quarter is not the year.
            years |= {int(year) for year in _YEAR.findall(words)}
        if re.fullmatch(r"20\d\d", words):
            bare_years.add(int(words))
    if halves and not found:
        either = years or bare_years
        return {Period(year, half) for year in either for half in halves}
    if found and years <= {period.year for period in found}:
        return found
    return found | {Period(year) for year in years}


#: `NĂM 20244`, `năm 204`: a year that is mistyped.
_YEAR_ALONE = re.compile(r"(?:ca )?nam (\d{2,6})")


def names_another(texts: Iterable[str], period: Period) -> str | None:
    """The title's text that speaks of another period than `period`, however unclearly (`9 THÁNG NĂM 2024`, `6 THÁNG
    CUỐI NĂM`, `NĂM 20244`): a file's name is not believed against it."""
    for text in texts:
        words = key(text)
        if _ISSUED.search(words):
            continue
        words = _DECOYS.sub(" ", words).strip()
        year = _YEAR_ALONE.fullmatch(words)
        if (
            _UNSUPPORTED.search(words)
            or any(pattern.search(words) and half != period.half for half, pattern in _HALVES.items())
            or (year is not None and year[1] != str(period.year))
        ):
            return text
    return None


def _between(words: str) -> Period | None:
    """`từ ngày 01/01/2024 đến ngày 30/6/2024`."""
    match = _BETWEEN.search(words)
    if match is None:
        return None
    first, last = (int(match[1]), int(match[2]), int(match[3])), (int(match[4]), int(match[5]), int(match[6]))
    if first[2] != last[2]:
        return None
    return {
        ((1, 1), (30, 6)): Period(first[2], "H1"),
        ((1, 7), (31, 12)): Period(first[2], "H2"),
        ((1, 1), (31, 12)): Period(first[2]),
    }.get((first[:2], last[:2]))


def periods_in_name(path_name: str) -> set[Period]:
    """The periods that a file's name, or else its folders, mention: `2024-H1`, `6T dau nam 2024`, `nam 2024`."""
    for part in reversed(path_name.replace("\\", "/").split("/")):
        words = key(part)
        found = {Period(int(year), f"H{half}") for year, half in re.findall(r"\b(20\d\d) ?h([12])\b", words)}
        found |= {Period(int(year), f"H{half}") for half, year in re.findall(r"\bh([12]) ?(20\d\d)\b", words)}
        found = found or periods_in([re.sub(r"([a-z])(?=\d)|(\d)(?=[a-z])", r"\1\2 ", words)])
        if found:
            return found
    return set()
