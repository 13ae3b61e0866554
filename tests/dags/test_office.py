"""What is said in tasks and in the triggerer: a sentence, or an event with its fields."""

import logging

import pytest
from structlog.testing import capture_logs

from dags import office
from tests.conftest import MakeSettings
from warehouse import events


@pytest.fixture(autouse=True)
def _nobody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_sinks", [])


def test_a_sentence_is_what_people_read(make_settings: MakeSettings, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as lines:
        office.log(make_settings(), "notice_not_sent", "The server refuses.", logging.ERROR)
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [("ERROR", "The server refuses.")]
    assert lines == []


def test_an_event_is_told_wherever_it_happens_also_where_no_task_has_begun(make_settings: MakeSettings) -> None:
    with capture_logs() as lines:
        office.log(make_settings(LOG="json"), "notice_not_sent", "The server refuses.", logging.ERROR, number=7)
    told = {"event": "notice_not_sent", "log_level": "error", "sentence": "The server refuses.", "number": 7}
    assert lines == [told]
