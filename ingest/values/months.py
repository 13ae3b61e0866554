"""Which month a title, a file's name or a folder speaks of.

`months_in` is what a title says clearly, `hints_in` what it says of a month in any other way (mistyped, half, as a
bare date): a hint is not enough to read by, but no file's name is believed against it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.values.similar import is_misspelling
from ingest.values.text import clean, key

_YEAR = r"((?:19|20)\d\d)\b"
#: `Lai Châu, 03 tháng 6 năm 2020`: a day of signing without the word.
_SIGNED = re.compile(r"[,;]\s*\d{1,2}\s+th[aá]ng\b", re.IGNORECASE)
#: A document or template that is named with its own month.
_REFERENCE = re.compile(r"\b(?:cong van|ban hanh|huong dan|quyet dinh|nghi quyet|thong bao|chi thi|mau so|kem theo)\b")
#: `Kèm theo báo cáo tháng 8/2018`: the report itself, and no other document.
_WITH_THE_REPORT = re.compile(r"\bkem theo (?:bao cao|bc) \Z")
#: `Tháng 5 năm 2020`, `Tháng 5năm 2020`, `Thág 5/2020`, `T5-2020`: what stands before the number must mean the month.
_MONTH_AND_YEAR = re.compile(rf"(ngay (?:\d{{1,2}} )?)?\b([a-z]{{1,6}}?) ?(\d{{1,2}}) ?(?:([a-z]{{2,4}}) ?)?{_YEAR}")
#: `Năm 2020, tháng 5`.
_YEAR_AND_MONTH = re.compile(rf"\bnam {_YEAR} thang (\d{{1,2}})\b(?! ?(?:nam ?)?(?:19|20)\d\d)")
#: `Tháng năm năm 2020`: months in words, as keys, and in Roman numerals.
_MONTH_WORDS = {
    word: number
    for number, word in enumerate(
        ("mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai"), start=1
    )
} | {"gieng": 1, "chap": 12}
_MONTH_WORDS |= {
    word: number
    for number, word in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), start=1)
}
_MONTH_IN_WORDS = re.compile(
    rf"\bthang (?:({'|'.join(sorted(_MONTH_WORDS, key=len, reverse=True))}) nam|"
    rf"({'|'.join(sorted(_MONTH_WORDS.keys() - {'nam'}, key=len, reverse=True))})) {_YEAR}"
)
#: `Kỳ báo cáo: 05/2020`.
_PERIOD = re.compile(r"\bky(?: bao cao)? (\d{1,2}) (20\d\d)\b")
#: `Từ ngày 01/9/2017 đến ngày 30/9/2017`: a month from its first day to one of its last.
_FIRST_TO_LAST = re.compile(
    r"\btu (?:ngay )?0?1 (?P<month>\d{1,2})(?: (?P<first>20\d\d))? den (?:het )?(?:ngay )?(?:2[89]|3[01])"
    r" (?P=month) (?P<year>20\d\d)\b"
)
#: `Kết nạp trong tháng`, and a figure in the next cell.
_IN_THE_MONTH = re.compile(r"\b(?:trong|dau|cuoi|hang|moi|den) thang (?=\d)")
_NAME_MONTHS = (
    re.compile(r"(?<!\d)(20\d\d) ?(0[1-9]|1[0-2]|[1-9])(?!\d)"),
    re.compile(r"(?<!\d)(0?[1-9]|1[0-2]) ?(20\d\d)(?!\d)"),
)

#: A month without a year, or with one that is mistyped: `Tháng 5`, `Tháng 5 năm 220`, `T5`.
_MONTH_ALONE = re.compile(
    r"\b(?:([a-z]{4,6}?) ?|t)(\d{1,2})(?!\d| \d{1,2} (?:19|20)\d\d)(?: ?(?:nam ?)?((?:19|20)\d\d)\b)?"
)
#: What stands where the month should: `Tháng O5/2020`, `Tháng IIX năm 2020`.
_UNREAD_MONTH = re.compile(rf"\bthang (?!\d)(?=[a-z]*\d|[ivxlo]+\b)[a-z0-9]{{1,6}} (?:nam )?{_YEAR}")
#: A day of the month: `ngày 03 tháng 6`, `trước mùng 5 tháng 6`.
_DAY_BEFORE = re.compile(r"\b(?:ngay|mung|truoc|den) (?:ngay |mung )?\d{0,2} ?$")
#: `Năm 2020`, `Tháng … năm 2020`: nothing but the year.
_YEAR_ALONE = re.compile(rf"(?:bao cao |thang )*nam {_YEAR}")
#: `Tháng năm 2020` may be May, or a blank that was left unfilled: those are wider, or dotted.
_MAY_OR_BLANK = re.compile(r"\bth[aá]ng\snăm\s20\d\d\b", re.IGNORECASE)
_BARE = (re.compile(r"(?P<month>\d{1,2}) (?P<year>20\d\d)"), re.compile(r"(?P<year>20\d\d) (?P<month>\d{1,2})"))
_DATE = re.compile(rf"(thang )?(?<!\d )\b\d{{1,2}} (\d{{1,2}}) {_YEAR}")
#: A row with one of these words has the day of something else: of printing, signing, sending.
_OTHER_DAY = re.compile(r"\b(?:ngay|han|lap|gui|luc|so|cv|qd|hd|nq|kh)\b")


@dataclass(frozen=True)
class Hint:
    """What a title says of a month without saying it clearly. `month` may be none of the twelve (`Tháng 13`);
    `is_day`: a whole date, which may be the day of something else."""

    text: str
    month: int | None
    year: int | None
    is_day: bool = False

    def agrees(self, month: date) -> bool:
        return self.month in (None, month.month) and self.year in (None, month.year)


def months_in(texts: Iterable[str]) -> set[date]:
    """The months that title texts name; the day of signing (`ngày 3 tháng 6 năm 2020`) does not count."""
    found = set()
    for text in texts:
        words = key(text)
        if not _may_name_a_month(words) or _SIGNED.search(text):
            continue
        stated = [
            (match[3], match[5])
            for match in _MONTH_AND_YEAR.finditer(words)
            if not match[1]
            and _means_month(match[2], is_sure=match[4] == "nam")
            and (not match[4] or match[4] == "nam" or is_misspelling(match[4], "nam"))
            and (_WITH_THE_REPORT.search(words[: match.start()]) or not _REFERENCE.search(words[: match.start()]))
        ]
        stated += [(match[2], match[1]) for match in _YEAR_AND_MONTH.finditer(words)]
        stated += [(match[1], match[2]) for match in _PERIOD.finditer(words)]
        stated += [
            (match["month"], match["year"])
            for match in _FIRST_TO_LAST.finditer(words)
            if match["first"] in (None, match["year"])
        ]
        stated += [(str(_MONTH_WORDS[match[1] or match[2]]), match[3]) for match in _MONTH_IN_WORDS.finditer(words)]
        found |= {date(int(year), int(month), 1) for month, year in stated if 1 <= int(month) <= 12}
    return found


def _may_name_a_month(words: str) -> bool:
    """Every month that is named has a year; most titles and notes have none."""
    return "20" in words or "19" in words


#: Words one letter away from `tháng` that may stand before a number themselves.
_OTHER_WORDS = frozenset({"thanh", "hang", "than", "trang"})


def _means_month(word: str, *, is_sure: bool = False) -> bool:
    """`tháng`, `T`, or `tháng` with a letter wrong; `is_sure`: what follows is a number and a year."""
    return word in ("thang", "t") or ((is_sure or word not in _OTHER_WORDS) and is_misspelling(word, "thang"))


def months_in_name(path_name: str) -> set[date]:
    """The months that a file's name, or else its folders, mention."""
    whole = path_name.replace("\\", "/")
    for part in (*reversed(whole.split("/")), whole):
        found = months_in([part]) or _months_in_words(key(part))
        if found:
            return found
    return set()


def _months_in_words(words: str) -> set[date]:
    found = {date(int(match[1]), int(match[2]), 1) for match in _NAME_MONTHS[0].finditer(words)}
    return found or {date(int(match[2]), int(match[1]), 1) for match in _NAME_MONTHS[1].finditer(words)}


def hints_in(texts: Iterable[str], rows: Iterable[str]) -> list[Hint]:
    """Whatever title texts, and the whole rows of a title, tell of a month."""
    texts, rows = list(texts), list(rows)
    found = [hint for text in texts if not _SIGNED.search(text) for hint in _hints(text, key(text))]
    for row in rows:
        # What stands in cells of their own may be a label and its figure.
        words = key(row) if row in texts else _IN_THE_MONTH.sub("", key(row))
        if not _SIGNED.search(row):
            found += _hints(row, words)
    for row in rows:
        # A date says nothing of itself: the words beside it tell whether it is the day of something else.
        words = key(row)
        if not _OTHER_DAY.search(words):
            found += [
                Hint(match[0].removeprefix("thang ").replace(" ", "/"), int(match[2]), int(match[3]), not match[1])
                for match in _DATE.finditer(words)
            ]
    return found


def _hints(text: str, words: str) -> Iterator[Hint]:
    if _REFERENCE.search(words):
        return
    shown = clean(text)
    for match in _MONTH_ALONE.finditer(words):
        if (not match[1] or _means_month(match[1])) and not _DAY_BEFORE.search(words[: match.start()]):
            yield Hint(shown, int(match[2]), int(match[3]) if match[3] else None)
    for unread in _UNREAD_MONTH.finditer(words):
        if not months_in([text]):
            yield Hint(shown, 0, int(unread[1]))
    if match_year := _YEAR_ALONE.fullmatch(words):
        month = 5 if _MAY_OR_BLANK.search(text) else None
        yield Hint(shown, month, int(match_year[1]))
    for pattern in _BARE:
        if bare := pattern.fullmatch(words):
            yield Hint(shown, int(bare["month"]), int(bare["year"]))


def month_of(hints: Sequence[Hint]) -> date | None:
    """The month that hints name together, where one of them names it whole and none another."""
    whole = {(hint.year, hint.month) for hint in hints if hint.year and hint.month and not hint.is_day}
    if len(whole) != 1:
        return None
    ((year, number),) = whole
    if year is None or number is None or not 1 <= number <= 12:
        return None
    month = date(year, number, 1)
    return month if all(hint.agrees(month) for hint in hints) else None
