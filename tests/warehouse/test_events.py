"""Events go where a door has said, with what is bound to them; where none has, nothing happens."""

from datetime import UTC

import pytest

from steps.troubles import StepFailed, holding_the_store
from warehouse import events
from warehouse.events import Event
from warehouse.settings import Settings


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    found: list[Event] = []
    monkeypatch.setattr(events, "_sinks", [found.append])
    return found


def test_where_nobody_listens_nothing_is_told() -> None:
    assert not events.are_wanted()
    events.tell("something", number=1)


def test_an_event_has_its_name_its_time_and_its_fields_without_those_that_nobody_knows(heard: list[Event]) -> None:
    events.tell("workbook_read", file="KN.xlsx", month=None)
    (event,) = heard
    assert (event.name, event.fields) == ("workbook_read", {"file": "KN.xlsx"})
    assert event.at.tzinfo is UTC


def test_all_steps_of_a_run_have_its_name_and_the_next_run_another(settings: Settings, heard: list[Event]) -> None:
    with holding_the_store(settings, "admissions run"), holding_the_store(settings, "admissions load"):
        pass
    with holding_the_store(settings, "admissions run"):
        pass
    told = [(event.name, event.fields["step"]) for event in heard]
    began, done = "step_began", "step_done"
    assert told == [(began, "run"), (began, "load"), (done, "load"), (done, "run"), (began, "run"), (done, "run")]
    names = [event.fields["run"] for event in heard]
    assert len(set(names[:4])) == 1
    assert names[4] == names[5] != names[0]


def test_a_task_s_steps_have_the_name_of_its_run(settings: Settings, heard: list[Event]) -> None:
    with holding_the_store(settings, "a task", run="admissions_monthly manual"):
        events.tell("something")
    assert [event.fields["run"] for event in heard] == ["admissions_monthly manual"]
    with pytest.raises(StepFailed), holding_the_store(settings, "admissions load"):
        raise StepFailed("No room on the disk.")
    failed = heard[-1]
    assert (failed.name, failed.fields["sentence"]) == ("step_failed", "No room on the disk.")
    assert failed.fields["seconds"] >= 0
    assert failed.fields["run"] != "admissions_monthly manual"


def test_what_cannot_be_told_stops_nothing_and_others_hear_it(
    settings: Settings, heard: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(event: Event) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(events, "_sinks", [full, *events._sinks])
    with holding_the_store(settings, "admissions load"):
        pass
    assert [event.name for event in heard] == ["step_began", "step_done"]


def test_a_field_may_have_any_name(heard: list[Event]) -> None:
    events.tell("something", name="a name", level="a level")
    assert heard[0].fields == {"name": "a name", "level": "a level"}
