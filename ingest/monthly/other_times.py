"""Months and years that headers name by their numbers (`Kết nạp tháng 7`, `Kế hoạch năm 2025`): the report's own, or
others, whose figures are none of the report's."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from ingest.meaning.evidence import by_words
from ingest.meaning.parts import meant_by
from ingest.monthly.headers import ColumnHeader
from ingest.monthly.tables import Table

#: What is counted from a month or a year on is counted up to now.
_FROM = r"(?<!từ )(?<!tu )(?<!kể từ )(?<!từ đầu )(?<!tu dau )"
_MONTH = re.compile(
    rf"{_FROM}\b(?:(?P<word>tháng|thang) ?|T\.?)(?P<month>0?[1-9]|1[0-2])(?:[/.-](?P<year>20\d\d))?(?![\d/.-])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:(?P<word>năm|nam) ?|(?<=[\d]/))(?P<year>20\d\d)(?! ?[-–] ?20\d\d)(?!\d)", re.IGNORECASE)
#: A day with its month is no month.
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?!\d)")


def with_other_times(table: Table, month: date | None) -> Table:
    """`table` as its headers read once the months and years that they name are said in words: `tháng trước`, `năm
    sau`. A column of another time is none of the form's, whatever it had been taken for."""
    if month is None:
        return table
    headers = tuple(_in_words(header, month) for header in table.headers)
    changed = [new.index for new, old in zip(headers, table.headers, strict=True) if new is not old]
    if not changed:
        return table
    said = {header.index: header.said for header in headers}
    mapped = table.mapped
    understood = {*mapped.columns.values(), *chain.from_iterable(mapped.repeated.values())}
    for index in understood.intersection(changed):
        mapped = mapped.without(index, table.header_texts[index])
    for index in changed:
        fields = meant_by(mapped.form, said[index]).fields
        if len(fields) == 1 and fields[0] not in mapped.claimed:
            mapped = mapped.with_inferred(index, by_words(fields[0]))
    return replace(table, mapped=mapped, headers=headers)


def _in_words(header: ColumnHeader, month: date) -> ColumnHeader:
    said = tuple(_text_in_words(text, month) for text in header.said)
    return header if said == header.said else replace(header, sentence=said)


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
