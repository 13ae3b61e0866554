"""Months counted as whole numbers, so that "eight months earlier" is a subtraction."""

from datetime import date


def month_number(year: int, month: int) -> int:
    """Months since year 0, January = 0."""
    return year * 12 + month - 1


def year_of(month: int) -> int:
    return month // 12


def month_of_year(month: int) -> int:
    """1 to 12."""
    return month % 12 + 1


def first_day(month: int) -> date:
    return date(year_of(month), month_of_year(month), 1)


def number_of(day: date) -> int:
    """The month in which `day` lies."""
    return month_number(day.year, day.month)


def iso(month: int) -> str:
    """`2020-05`."""
    return f"{year_of(month):04d}-{month_of_year(month):02d}"


#: The sixty months of the term 2015-2020.
TERM_START = month_number(2015, 7)
TERM_END = month_number(2020, 6)
#: The term 2020-2025; in its second month things went wrong (`samples.faults`).
NEXT_TERM_START = month_number(2020, 7)
AUGUST_2020 = month_number(2020, 8)
#: From here on the targets of 2020-2025 are those of the amended CT-1.
AMENDMENT = month_number(2023, 1)
#: Seven communes become two wards, and the term 2025-2030 begins.
MERGER = month_number(2025, 7)
LAST_MONTH = month_number(2025, 12)
#: Admissions are planned beyond the last report: the candidates reported there are waiting for something.
PLAN_END = month_number(2026, 12)

_TERM_STARTS = (TERM_START, NEXT_TERM_START, MERGER)


def term_start(month: int) -> int:
    """The month in which the term of `month` began."""
    return max(start for start in _TERM_STARTS if start <= month)


def is_first_of_a_term(month: int) -> bool:
    return month in _TERM_STARTS


def all_months() -> range:
    """Every month with reports."""
    return range(TERM_START, LAST_MONTH + 1)
