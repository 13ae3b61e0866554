"""What is read costs no more than what is there: calls are counted, no clock is looked at."""

import cProfile
import pstats
from collections.abc import Callable
from datetime import date
from itertools import product

import pytest

from ingest.container.workbook import Sheet
from ingest.monthly.people import is_list_of_people
from ingest.reader import Context, read_workbook
from reference.fields import MONTHLY_FORMS
from tests.ingest.sheets import plain_rows, sheet, workbook

CONTEXT = Context("district:105", date(2026, 1, 6))
SYLLABLES = ("Nậm", "Tả", "Sùng", "Đông", "Phong", "Tổng", "Nữ", "Khác", "Nông", "Lăng", "Giang", "Bản", "Chi", "Tôn")


def places(number: int, first: int = 0) -> Sheet:
    """A list of places: every row names another, in words of which some are those of headers."""
    rows: list[list[str | float]] = [["STT", "Tên xã", "Đơn vị", "Huyện", "Tỉnh"]]
    names = [" ".join(each) for each in product(SYLLABLES, repeat=3)][first : first + number]
    for place, name in enumerate(names):
        rows.append([float(place), f"Xã {name}", f"{name} {place}", f"Huyện {name}", "Tỉnh Lai Châu"])
    return Sheet("DM", rows, ())  # type: ignore[arg-type]


def calls_of(work: Callable[[], object]) -> int:
    counting = cProfile.Profile()
    counting.runcall(work)
    return int(pstats.Stats(counting).total_calls)  # type: ignore[attr-defined]


def effort(number: int, first: int) -> int:
    forms = [sheet(form, plain_rows(form)) for form in MONTHLY_FORMS]
    content = workbook([*forms, places(number, first)])
    return calls_of(lambda: read_workbook(content, "x.xlsx", CONTEXT))


def test_a_list_of_places_beside_the_forms_is_read_with_an_effort_that_grows_with_its_length_only() -> None:
    effort(10, 0)
    few, many = effort(300, 100), effort(600, 1000)
    assert many < 2.3 * few
    # A text is looked at some times by each part of the reader, and never compared with all words of all headers.
    assert many / (600 * 5) < 230


@pytest.mark.parametrize("other", ["Tuổi", "Ngày sinh"])
def test_whether_a_sheet_is_a_list_of_people_is_not_asked_of_every_pair_of_rows(other: str) -> None:
    def names_and_others(number: int) -> Sheet:
        names: list[list[str | float]] = [["Đồng chí"]] * number
        return Sheet("A", [*names, *[[""]] * 5, *[[other]] * number], ())  # type: ignore[list-item]

    is_list_of_people(names_and_others(3))
    few, many = (calls_of(lambda n=n: is_list_of_people(names_and_others(n))) for n in (200, 400))  # type: ignore[misc]
    assert many < 2.3 * few
    assert not is_list_of_people(names_and_others(200))


def test_a_sheet_of_place_names_does_not_keep_the_forms_from_being_read() -> None:
    forms = [sheet(form, plain_rows(form)) for form in MONTHLY_FORMS]
    reading = read_workbook(workbook([*forms, places(2000)]), "x.xlsx", CONTEXT)
    assert [form.form for form in reading.forms] == list(MONTHLY_FORMS)
    assert reading.problems == ()
