"""Figures and months as they are written in a language."""

from datetime import date

# The C library's month names depend on the locale of the machine; these do not.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def decimal(value: float, places: int, language: str) -> str:
    """`106.25` or, in Vietnamese, `106,25`; trailing zeros are dropped."""
    text = f"{value:,.{places}f}"
    return _written(text.rstrip("0").rstrip(".") if "." in text else text, language)


def fixed(value: float, places: int, language: str) -> str:
    """`106.50` or, in Vietnamese, `106,50`: in a column all figures have the same number of decimals."""
    return _written(f"{value:,.{places}f}", language)


def _written(text: str, language: str) -> str:
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def month_name(month: date, language: str) -> str:
    """A month in a sentence: `7/2020` in Vietnamese (after the word `tháng`), `July 2020` in English.

    In commands, names of files and columns it is `2020-07`.
    """
    return f"{month.month}/{month.year}" if language == "vi" else f"{_MONTHS[month.month - 1]} {month.year}"


def month_of(written: str) -> date:
    """The month that is written `7/2020`."""
    month, _, year = written.partition("/")
    return date(int(year), int(month), 1)
