"""Months and years that headers name by their numbers (`Kết nạp tháng 7`, `Kế hoạch năm 2025`): the report's own, or
others, whose figures are none of the report's."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain

from ingest.meaning.evidence import by_words
from ingest.meaning.parts import meant_by
from ingest.monthly.header_texts import ColumnHeader
from ingest.monthly.headers import listed_field, without_parts_of_others
from ingest.monthly.tables import Table
from reference.terms import term_starts

_DIGIT = re.compile(r"\d")
_PLAN = re.compile(r"\b(?:chỉ tiêu|chi tieu|c\.? ?tiêu|kế hoạch|ke hoach|CT|KH)\b", re.IGNORECASE)
_OF_MEMBERS = "KN-3"
#: What is counted from a month or a year on is counted up to now.
_FROM = r"(?<!từ )(?<!tu )(?<!kể từ )(?<!từ đầu )(?<!tu dau )"
_MONTH = re.compile(
    rf"{_FROM}\b(?:(?P<word>tháng|thang) ?|T\.?)(?P<month>0?[1-9]|1[0-2])(?:[/.-](?P<year>20\d\d))?(?![\d/.-])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:(?P<word>năm|nam) ?|(?<=[\d]/))(?P<year>20\d\d)(?! ?[-–] ?20\d\d)(?!\d)", re.IGNORECASE)
#: `từ T7/2015`, `từ tháng 7 năm 2020`, `từ 7/2020`: a month from which is counted.
_SINCE = re.compile(
    r"\b(?:từ|tu)(?: đầu| dau)? ?(?:(?:ngày |ngay )?0?1[/.-](?=\d{1,2}[/.-]))?"
    r"(?:(?:tháng|thang|thág|thag|th) ?|T\.?)?(?P<month>0?[1-9]|1[0-2])"
    r"(?:[/.-]| ?(?:năm|nam) ?)(?P<year>20\d\d)(?![\d/.-])",
    re.IGNORECASE,
)
#: `từ ĐH 2020 đến nay`, `từ đại hội năm 2015`.
_SINCE_CONGRESS = re.compile(
    r"\b(?P<words>(?:từ|tu|sau) (?:sau )?(?:ĐH|DH|đại hội|dai hoi)(?: đảng bộ| dang bo)?)(?: ?(?:năm|nam))?"
    r" \(?(?:(?:0?[1-9]|1[0-2])[/.-])?(?P<year>20\d\d)\)?",
    re.IGNORECASE,
)
#: `6 tháng`, `3 tháng đầu năm 2018`; a probation lasts twelve.
_SO_MANY_MONTHS = re.compile(
    r"(?<!đủ )(?<!du )(?<!quá )(?<!qua )(?<!hạn )(?<!han )(?<!bị )(?<!bi )(?<![\d/.-])(?P<number>0?[2-9]|1[0-2])"
    r" ?(?:tháng|thang)(?: (?:đầu năm|dau nam|năm nay|nam nay))?"
    r"(?:(?: qua)?(?: của| cua)? ?(?:năm|nam)? ?(?P<year>20\d\d))?"
    r"(?! ?(?:\d|cuối|cuoi|sau|tới|toi|trước|truoc|liền|lien))",
    re.IGNORECASE,
)
#: `11T/2018`: eleven months of that year.
_MONTHS_OF_A_YEAR = re.compile(r"(?<![\w/.-])(?P<number>0?[1-9]|1[0-2]) ?T[/.](?P<year>20\d\d)(?!\d)")
#: `đến 30/4/2018`, `có đến 29/02`.
_UNTIL_DAY = re.compile(
    r"(?P<words>(?:(?:tính|có|đến|tới|hết|ngày|tinh|co|den|toi|het|ngay) +)+)(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})"
    r"(?:[/.-](?P<year>20\d\d))?(?![\d/.-])",
    re.IGNORECASE,
)
#: `cuối tháng 5`, `hết tháng 05`, `đầu T12`: a month's end or beginning.
_END_OF = re.compile(
    r"\b(?P<end>cuối|cuoi|hết|het|đầu|dau) ?(?:(?:tháng|thang|th) ?|T\.?)(?P<month>0?[1-9]|1[0-2])"
    r"(?:[/.-](?P<year>20\d\d))?(?![\d/.-])",
    re.IGNORECASE,
)
#: `Sinh 1981-1990`, `Sinh từ 1991 về sau`, `sinh trước 1961`: ages by the year of birth.
_BORN = re.compile(
    r"\bsinh (?:năm |nam )?(?:(?P<before>trước|truoc)(?: năm| nam)? )?(?:từ |tu )?(?:năm |nam )?"
    r"(?P<first>19[3-9]\d|20[01]\d)(?: ?(?:-|–|đến|den) ?(?P<last>19[3-9]\d|20[01]\d)"
    r"| (?P<since>về sau|ve sau|trở lại đây|tro lai day|trở đi|tro di))?",
    re.IGNORECASE,
)
#: `Chỉ tiêu kết nạp 2020`, `C.tiêu KN 2022`: a year alone at a plan's end.
_YEAR_OF_PLAN = re.compile(r"(?<=[^\W\d])(?<!năm)(?<!nam) (?P<year>20\d\d)$", re.IGNORECASE)
#: A day with its month is no month.
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?!\d)")


def with_other_times(table: Table, month: date | None) -> Table:
    """`table` as its headers read once the months and years that they name are said in words: `tháng trước`, `năm
    sau`. A column of another time is none of the form's, whatever it had been taken for."""
    if month is None:
        return table
    headers = tuple(_in_words(header, month, table.mapped.form) for header in table.headers)
    changed = [new.index for new, old in zip(headers, table.headers, strict=True) if new is not old]
    if not changed:
        return table
    said = {header.index: header.said for header in headers}
    mapped = table.mapped
    understood = {*mapped.columns.values(), *chain.from_iterable(mapped.repeated.values())}
    for index in understood.intersection(changed):
        mapped = mapped.without(index, table.header_texts[index])
    by_index = {header.index: header for header in headers}
    for index in changed:
        fields = meant_by(mapped.form, said[index]).fields
        field = fields[0] if len(fields) == 1 else listed_field(mapped.form, by_index[index])
        if field is not None and field not in mapped.claimed:
            mapped = mapped.with_inferred(index, by_words(field))
    mapped = without_parts_of_others(mapped, by_index)
    return replace(table, mapped=mapped, headers=headers)


def _in_words(header: ColumnHeader, month: date, form: str) -> ColumnHeader:
    said = _said_in_words(header.said, month, form)
    return header if said == header.said else replace(header, sentence=said)


@lru_cache(maxsize=8192)
def _said_in_words(texts: tuple[str, ...], month: date, form: str) -> tuple[str, ...]:
    # `Chỉ tiêu / 6 tháng đầu năm` is half a year's target, and no sum.
    is_plan = any(_PLAN.search(text) for text in texts)
    return tuple(_times_in_words(text, month, form, is_plan) for text in texts)


@lru_cache(maxsize=8192)
def _times_in_words(text: str, month: date, form: str, is_plan: bool) -> str:
    return _text_in_words(_beginnings_in_words(text, month, form, is_plan), month)


def _beginnings_in_words(text: str, month: date, form: str, is_plan: bool) -> str:
    """The text with the beginning of the year or of the term, or so many months of the year, said in words; so is the
    month's last day, but for the members', who are counted on days of their own."""
    if not _DIGIT.search(text):
        return text
    begins = _begin_of_term(month)

    def since(match: re.Match[str]) -> str:
        day = date(int(match["year"]), int(match["month"]), 1)
        return {begins: "từ đầu nhiệm kỳ", month.replace(month=1): "từ đầu năm"}.get(day, match[0])

    def since_congress(match: re.Match[str]) -> str:
        return match["words"] if begins is not None and int(match["year"]) == begins.year else match[0]

    def so_many(match: re.Match[str]) -> str:
        is_its = int(match["number"]) == month.month and int(match["year"] or month.year) == month.year
        return "từ đầu năm" if is_its else match[0]

    def until(match: re.Match[str]) -> str:
        last = (month.month, monthrange(month.year, month.month)[1], month.year)
        told = (int(match["month"]), int(match["day"]), int(match["year"] or month.year))
        return "đến cuối tháng" if told == last else match[0]

    def end_of(match: re.Match[str]) -> str:
        before = (month - timedelta(days=1)).replace(day=1)
        is_beginning = match["end"].lower() in ("đầu", "dau")
        told = (int(match["month"]), int(match["year"] or (month.year if int(match["month"]) == month.month else 0)))
        if told == (month.month, month.year):
            return "đầu tháng" if is_beginning else "cuối tháng"
        if told in ((before.month, 0), (before.month, before.year)) and not is_beginning:
            return "đầu tháng"
        return f"{match['end']} tháng của năm trước"

    def born(match: re.Match[str]) -> str:
        first = month.year - int(match["first"])
        if match["before"]:
            return f"trên {first} tuổi"
        if match["since"]:
            return f"đến {first} tuổi"
        return f"{month.year - int(match['last'])}-{first} tuổi" if match["last"] else match[0]

    text = _BORN.sub(born, text)
    if form == _OF_MEMBERS:
        text = _END_OF.sub(end_of, text)
    text = _SINCE_CONGRESS.sub(since_congress, _SINCE.sub(since, text))
    if is_plan:
        text = _YEAR_OF_PLAN.sub(r" năm \g<year>", text)
    else:
        text = _SO_MANY_MONTHS.sub(so_many, _MONTHS_OF_A_YEAR.sub(so_many, text))
    return text if form == _OF_MEMBERS else _UNTIL_DAY.sub(until, text)


def _begin_of_term(month: date) -> date | None:
    """The first month of the term of office that the month is in, for communes without terms of their own."""
    return max((first for first in term_starts().values() if first <= month), default=None)


def _text_in_words(text: str, month: date) -> str:
    if _DAY.search(text):
        return text
    before = (month - timedelta(days=1)).replace(day=1)

    def month_in_words(match: re.Match[str]) -> str:
        number, year = int(match["month"]), int(match["year"] or 0)
        if number == month.month and year in (0, month.year):
            return match[0] if match["word"] else "tháng này"
        if year and year != month.year and (number, year) != (before.month, before.year):
            return "tháng của năm trước" if year < month.year else "tháng của năm sau"
        return "tháng trước" if number == before.month or number < month.month else "tháng sau"

    def year_in_words(match: re.Match[str]) -> str:
        year = int(match["year"])
        if year == month.year:
            return match[0]
        return "năm trước" if year < month.year else "năm sau"

    return _YEAR.sub(year_in_words, _MONTH.sub(month_in_words, text))
