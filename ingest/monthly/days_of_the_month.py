"""Members on a day that is named by its date (`Tổng số đảng viên đến 31/8/2018`): the month's beginning, its end, or
neither."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from ingest.meaning.concepts import parses
from ingest.meaning.evidence import by_words
from ingest.meaning.parts import meant_by
from ingest.monthly.header_texts import ColumnHeader
from ingest.monthly.tables import Table

_FORM = "KN-3"
#: `đến 31/8/2018`, `có đến ngày 01/06`.
_DAY = re.compile(
    r"(?:(?:tính|có|đến|tới|hết|ngày|tinh|co|den|toi|het|ngay) +)+(\d{1,2})[/.-](\d{1,2})(?:[/.-]((?:20)?\d\d))?(?!\d)",
    re.IGNORECASE,
)
#: Whatever else such a header may name.
_OF_MEMBERS = frozenset({"member", "existing"})


def with_days_of_the_month(table: Table, month: date | None) -> Table:
    """`table` with the columns of members that are counted on the month's first or last day, and without those that
    words alone have taken for one of them although they name another day."""
    if month is None or table.mapped.form != _FORM:
        return table
    mapped = table.mapped
    said = {header.index: field for header in table.headers if (field := _field_on(header, month)) is not None}
    for index, field in said.items():
        taken = next((name for name, column in mapped.columns.items() if column == index), None)
        if taken in ("opening", "closing") and taken != field:
            mapped = mapped.without(index, table.header_texts[index])
    for index, field in said.items():
        alone = list(said.values()).count(field) == 1
        if field and alone and index in mapped.unmapped and field not in mapped.claimed:
            mapped = mapped.with_inferred(index, by_words(field))
    for field in ("opening", "closing"):
        # What had been as good as a column with its day is alone now.
        meant = [
            header.index
            for header in table.headers
            if header.index in mapped.unmapped and header.index not in said and _means(header, field)
        ]
        if said and len(meant) == 1 and field not in mapped.claimed:
            mapped = mapped.with_inferred(meant[0], by_words(field))
    return replace(table, mapped=mapped)


def _means(header: ColumnHeader, field: str) -> bool:
    return meant_by(_FORM, header.said).fields == (field,)


def _field_on(header: ColumnHeader, month: date) -> str | None:
    """The field whose day the header names, nothing for another day; None where it counts no members on a day."""
    text = " ".join(header.texts)
    found = _DAY.findall(text)
    if len(found) != 1:
        return None
    rest = _DAY.sub(" ", text).strip()
    of_members = not rest or any(not each.unknown and each.concepts <= _OF_MEMBERS for each in parses(rest))
    if not of_members:
        return None
    number, of_month, year = found[0]
    day = _day(number, of_month, year, month)
    if day is None:
        return None
    first, last = month, month.replace(day=monthrange(month.year, month.month)[1])
    return {first: "opening", first - timedelta(days=1): "opening", last: "closing"}.get(day, "")


def _day(day: str, of_month: str, year: str, month: date) -> date | None:
    """A day of this year where none is written, or of the last one in a January that speaks of December."""
    number = int(of_month)
    if year:
        in_year = int(year) if len(year) > 2 else 2000 + int(year)
    else:
        in_year = month.year - (number == 12 and month.month == 1)
    try:
        return date(in_year, number, int(day))
    except ValueError:
        return None
