"""What a cell holds, as a day. Days are written the Vietnamese way, day before month, and with the whole year."""

import re
from datetime import date, datetime

from ingest.values.numbers import Raw, Unreadable, shown
from ingest.values.text import clean, key

_WRITTEN = re.compile(r"(?:ngay )?(\d{1,2})(?: thang)? (\d{1,2})(?: nam)? (\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
#: A year outside is a slip of the pen, or a number that was shown as a day by mistake.
_YEARS = range(1990, 2101)


def day(raw: Raw) -> date | Unreadable | None:
    """A day: a real date, `05/06/2020`, `5-6-2020`, `ngày 5 tháng 6 năm 2020`, `2020-06-05`.

    A year of two digits is refused: `5-6-20` may be the fifth of June or of 2005.
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
    if match := _ISO.fullmatch(text):
        year, month, number = map(int, match.groups())
    elif match := _WRITTEN.fullmatch(key(text)):
        number, month, year = map(int, match.groups())
    else:
        return Unreadable(text)
    try:
        found = date(year, month, number)
    except ValueError:
        return Unreadable(text)
    return found if found.year in _YEARS else Unreadable(text)
