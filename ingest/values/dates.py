"""What a cell holds, as a day. Days are written the Vietnamese way, day before month."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from ingest.values.numbers import Raw, Unreadable, shown
from ingest.values.text import clean, without_accents

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
#: `từ ngày`, `ng`: what stands before a day.
_BEFORE = re.compile(r"\b(?:tu|ngay|ng)\b\.?")
#: `tháng 6 năm`, as a slash.
_WORD_AS_SLASH = re.compile(r" *\b(?:thang|nam)\b *")
_UNTIL = re.compile(r"\b(?:den|toi|het)\b")
#: A dash parts days where slashes or dots part the day and the month, or where it stands between blanks.
_DASH, _DASH_BETWEEN_BLANKS = re.compile(r"[-–—]"), re.compile(r" [-–—] |[–—]")
_WRITTEN = re.compile(r" *(\d{1,2})(?: *([/. -]) *(\d{1,2})(?: *[/. -] *(\d{4}|\d\d))?)? *")
#: A year outside is a slip of the pen, or a number that was shown as a day by mistake.
_YEARS = range(1990, 2101)
#: What lasts longer is not said by its first and last day.
_LONGEST = timedelta(days=62)


@dataclass(frozen=True)
class _Written:
    """A day as it is written, the year with two digits or four; what is left out is None."""

    day: int
    month: int | None
    year: int | None


def day(raw: Raw, reported: date | None = None) -> date | Unreadable | None:
    """A day: a real date, `05/06/2020`, `5-6-2020`, `ngày 5 tháng 6 năm 2020`, `2020-06-05`; of several the first one
    (`từ 05/6 đến 07/6/2020`, `05-07/6/2020`).

    A year that is left out, or has two digits (`5-6-20` may be the fifth of June or of 2005), is known by the month
    that is `reported`: the day must be in it, or in the one before.
    """
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw if raw.year in _YEARS else Unreadable(shown(raw))
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str):
        return Unreadable(shown(raw))
    text = clean(raw)
    if not text:
        return None
    found = _day_in(text, reported)
    return found if found is not None and found.year in _YEARS else Unreadable(text)


def looks_like_day(raw: Raw) -> bool:
    """Whether a day stands there, though its year may be left out or short."""
    if isinstance(raw, str):
        return _is_written_day(raw)
    return isinstance(raw, date) and raw.year in _YEARS


@lru_cache(maxsize=8192)
def _is_written_day(text: str) -> bool:
    if written := _written(clean(text)):
        return any(_as_date(written[0], year) is not None for year in (2000, 2001))
    return isinstance(day(text), date)


def _day_in(text: str, reported: date | None) -> date | None:
    if match := _ISO.fullmatch(text):
        return _date(*map(int, match.groups()))
    written = _written(text)
    if written is None:
        return None
    first, last = written[0], written[-1]
    found = _with_year(first, reported)
    if first == last or found is None:
        return found
    ended = _with_year(last, reported)
    return found if ended is not None and timedelta(0) <= ended - found <= _LONGEST else None


def _written(text: str) -> tuple[_Written, ...] | None:
    """The day, or the first and the last one, with their months; None where something else stands there."""
    plain = _WORD_AS_SLASH.sub("/", _BEFORE.sub(" ", without_accents(text).lower()))
    dash = _DASH if "/" in plain or "." in plain else _DASH_BETWEEN_BLANKS
    parts = [_WRITTEN.fullmatch(part) for part in dash.sub("~", _UNTIL.sub("~", plain)).split("~")]
    if len(parts) > 2:
        return None
    days: list[_Written] = []
    for match in parts:
        if match is None:
            return None
        number, sign, month, year = match.groups()
        # `1.5` is a number.
        if month and not year and len(parts) == 1 and sign != "/":
            return None
        days.append(_Written(int(number), int(month) if month else None, int(year) if year else None))
    last = days[-1]
    if last.month is None:
        return None
    first = replace(days[0], month=days[0].month or last.month)
    if first.year is None and last.year is not None:
        is_of_year_before = (first.month, first.day) > (last.month, last.day)
        first = replace(first, year=last.year - is_of_year_before)
    return (first, last) if len(days) > 1 else (first,)


def _with_year(written: _Written, reported: date | None) -> date | None:
    if written.year is not None and written.year > 99:
        return _as_date(written, written.year)
    if reported is None:
        return None
    before = reported.replace(day=1) - timedelta(days=1)
    for month in (reported, before):
        is_its_year = written.year in (None, month.year % 100)
        if is_its_year and written.month == month.month:
            # `6/5` in a report of June may be a day in June after all.
            is_turned = month is before and written.day == reported.month
            return None if is_turned else _as_date(written, month.year)
    return None


def _as_date(written: _Written, year: int) -> date | None:
    return _date(year, written.month or 0, written.day)


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
