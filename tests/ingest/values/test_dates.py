"""What a cell holds, as a day."""

from datetime import date, datetime, time

import pytest

from ingest.values.dates import day, looks_like_day
from ingest.values.numbers import Raw, Unreadable

THE_FIFTH_OF_JUNE = date(2020, 6, 5)


@pytest.mark.parametrize(
    "raw",
    [
        THE_FIFTH_OF_JUNE,
        datetime(2020, 6, 5, 13, 30),
        "05/06/2020",
        "5-6-2020",
        " 5.6.2020\n",
        "ngày 5 tháng 6 năm 2020",
        "Ngày 05 tháng 06 năm 2020",
        "5 tháng 6 2020",
        "2020-06-05",
        "2020-06-05T00:00:00",
        "2020-06-05 00:00",
        "ng 5/6/2020",
        "Từ 05/6 đến 07/6/2020",
        "từ ngày 5/6/2020 đến ngày 7/6/2020",
        "05/06 - 10/06/2020",
        "05-07/06/2020",
        "5.6 – 7.6.2020",
        "5-6-2020 - 7-6-2020",
        "ngày 5 đến ngày 7 tháng 6 năm 2020",
    ],
)
def test_a_day_is_read_however_it_is_written_with_the_day_before_the_month(raw: Raw) -> None:
    found = day(raw)
    assert found == THE_FIFTH_OF_JUNE
    assert type(found) is date


@pytest.mark.parametrize("raw", [None, "", " ", "\u00a0\n"])
def test_a_blank_is_no_day(raw: Raw) -> None:
    assert day(raw) is None


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("5-6-20", "5-6-20"),
        ("06/2020", "06/2020"),
        ("31/02/2020", "31/02/2020"),
        ("05/13/2020", "05/13/2020"),
        ("2020-13-05", "2020-13-05"),
        ("2020-06-05 13:30", "2020-06-05 13:30"),
        (" hôm  qua ", "hôm qua"),
        (43987.0, "43987"),
        (True, "TRUE"),
        (False, "FALSE"),
        (time(13, 30), "13:30:00"),
    ],
)
def test_what_is_no_whole_day_is_said_as_it_stands_in_the_cell(raw: Raw, found: str) -> None:
    assert day(raw) == Unreadable(found)


@pytest.mark.parametrize("year", [1990, 2100])
def test_years_of_a_person_who_is_alive_are_believed(year: int) -> None:
    assert day(date(year, 6, 5)) == day(f"5/6/{year}") == date(year, 6, 5)


@pytest.mark.parametrize("year", [1900, 1989, 2101, 9999])
def test_other_years_are_slips_of_the_pen(year: int) -> None:
    assert day(date(year, 6, 5)) == Unreadable(f"05/06/{year}")
    assert day(f"5/6/{year}") == Unreadable(f"5/6/{year}")


@pytest.mark.parametrize(
    "raw", ["5/6", "ngày 05/06", "5/6/20", "5.6.20", "5-6-20", "05/6 - 8/6", "5 tháng 6", "05-08/6"]
)
def test_a_year_that_is_left_out_or_short_is_that_of_the_month_reported(raw: str) -> None:
    assert day(raw) == Unreadable(raw)
    assert day(raw, date(2020, 6, 1)) == THE_FIFTH_OF_JUNE
    assert day(raw, date(2020, 7, 1)) == THE_FIFTH_OF_JUNE
    assert looks_like_day(raw)


def test_the_month_before_january_is_of_the_year_before() -> None:
    assert day("28/12", date(2021, 1, 1)) == date(2020, 12, 28)
    assert day("28/12 - 03/01/2021") == day("28/12 - 3/1/2021", date(2021, 1, 1)) == date(2020, 12, 28)


@pytest.mark.parametrize(
    ("raw", "reported"),
    [
        ("5/6", date(2020, 5, 1)),  # a day to come
        ("5/6", date(2020, 8, 1)),
        ("5/6/19", date(2020, 6, 1)),
        ("20/6/05", date(2020, 6, 1)),
        ("6/5", date(2020, 6, 1)),  # the sixth of May, or the fifth of June as others write it
        ("31/6", date(2020, 6, 1)),
        ("5.6", date(2020, 6, 1)),
        ("56", date(2020, 6, 1)),
        ("10/6 - 5/6/2020", date(2020, 6, 1)),  # it would end before it began
        ("5/1 - 30/6/2020", date(2020, 6, 1)),
        ("5/6 - 7/6 - 9/6/2020", date(2020, 6, 1)),
    ],
)
def test_what_may_be_another_day_is_none(raw: str, reported: date) -> None:
    assert day(raw, reported) == Unreadable(raw)


@pytest.mark.parametrize("raw", ["1.5", "1,5", "3", 3.0, "3 ngày", "12/13", "tháng 6", "", None])
def test_numbers_and_words_do_not_look_like_days(raw: Raw) -> None:
    assert not looks_like_day(raw)
