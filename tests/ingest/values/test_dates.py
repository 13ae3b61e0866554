"""What a cell holds, as a day."""

from datetime import date, datetime, time

import pytest

from ingest.values.dates import day
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
