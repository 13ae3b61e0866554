"""The reports until August 2020 do not depend on what happens after: they stay as they were published."""

from collections.abc import Iterator

import pytest

from samples import model, people, plan
from samples.model import Report, all_reports
from samples.months import AUGUST_2020


def forget() -> None:
    for remembered in (people.population, people.memberships, model.report_of):
        remembered.cache_clear()


@pytest.fixture
def without_later_admissions(monkeypatch: pytest.MonkeyPatch, as_it_is: tuple[Report, ...]) -> Iterator[None]:
    assert as_it_is
    for name in ("LATER_SPREADS", "WARD_SPREADS"):
        nobody = {code: tuple(0 for _ in numbers) for code, numbers in getattr(plan, name).items()}
        monkeypatch.setattr(plan, name, nobody)
    monkeypatch.setattr(plan, "OUTSIDE_BEFORE", dict.fromkeys(plan.OUTSIDE_BEFORE, 0))
    forget()
    yield
    monkeypatch.undo()
    forget()


@pytest.fixture
def as_it_is() -> tuple[Report, ...]:
    """Made before anything is forgotten."""
    return all_reports()


def of_first_part(reports: tuple[Report, ...]) -> list[Report]:
    return [report for report in reports if report.month <= AUGUST_2020]


@pytest.mark.usefixtures("without_later_admissions")
def test_later_admissions_leave_the_first_part_as_it_was(as_it_is: tuple[Report, ...]) -> None:
    otherwise = all_reports()
    assert otherwise != as_it_is
    assert of_first_part(otherwise) == of_first_part(as_it_is)
