"""The fourth sheet of some workbooks: the reader finds every class on it."""

from datetime import date

import pytest

from ingest.reader import Context, read_workbook
from samples.months import month_number
from samples.schedule import Sending, sendings
from samples.training import classes_of
from samples.write import sending_bytes

WITH_CLASSES = tuple(s for s in sendings() if classes_of(s.report.commune, s.report.month))


def test_some_workbooks_of_2024_and_2025_have_classes_and_none_before() -> None:
    months = {sending.report.month for sending in WITH_CLASSES}
    assert month_number(2024, 1) <= min(months) < month_number(2025, 1) <= max(months)
    assert len(WITH_CLASSES) == 22


@pytest.mark.parametrize("sending", WITH_CLASSES[::3], ids=lambda sending: sending.path.stem)
def test_the_reader_finds_every_class_with_its_figures(sending: Sending) -> None:
    reading = read_workbook(sending_bytes(sending), sending.path.name, Context("district:105", date(2026, 1, 6)))
    assert reading.problems == ()
    form = next(form for form in reading.forms if form.form == "BD-1")
    figures = ("days", "participants", "participants_women", "participants_ethnic_minority")
    classes = classes_of(sending.report.commune, sending.report.month)
    lines = [line for line in form.lines if line.kind == "class"]
    found = [(line.texts["started_on"], *(line.values[name] for name in figures)) for line in lines]
    held = [(str(one.started_on), *(getattr(one, name) for name in figures)) for one in classes]
    assert found == held
    assert {line.texts["class_type"] for line in lines} <= {"awareness", "new_members", "committee_work"}
