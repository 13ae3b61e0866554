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


def iso(month: int) -> str:
    """`2020-05`."""
    return f"{year_of(month):04d}-{month_of_year(month):02d}"


#: The sixty months of the term 2015-2020.
TERM_START = month_number(2015, 7)
TERM_END = month_number(2020, 6)
#: The two months of the next term that have been reported.
NEXT_TERM_START = month_number(2020, 7)
LAST_MONTH = month_number(2020, 8)
#: Admissions are planned beyond the last report: the candidates reported there are waiting for something.
PLAN_END = month_number(2021, 12)


def term_start(month: int) -> int:
    """The month in which the term of `month` began."""
    return NEXT_TERM_START if month >= NEXT_TERM_START else TERM_START


def all_months() -> range:
    """Every month with reports."""
    return range(TERM_START, LAST_MONTH + 1)
