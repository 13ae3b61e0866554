"""What a run was made of is on record, and nothing depends on it."""

import pytest

from steps.troubles import StepFailed, holding_the_store
from warehouse import run_log
from warehouse.run_log import last_steps, noting
from warehouse.settings import Settings


def test_steps_are_kept_the_newest_first(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    with noting(settings, "run"), noting(settings, "load"):
        pass
    found = last_steps(settings, 10)
    assert [step.what for step in found] == ["run", "load"], "the outer one ends last"
    assert found[0].began <= found[1].began
    assert found[0].seconds >= found[1].seconds >= 0
    assert [step.what for step in last_steps(settings, 1)] == ["run"]


def test_a_step_that_fails_has_its_sentence(settings: Settings) -> None:
    with pytest.raises(StepFailed), holding_the_store(settings, "admissions load"):
        raise StepFailed("No room on the disk.")
    (step,) = last_steps(settings, 10)
    assert (step.what, step.sentence) == ("admissions load", "No room on the disk.")


def test_decisions_and_what_else_holds_the_store_are_no_steps(settings: Settings) -> None:
    with holding_the_store(settings, "admissions decide"):
        pass
    assert last_steps(settings, 10) == []


def test_where_nothing_can_be_written_nothing_stops(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "runs.jsonl").mkdir()
    with noting(settings, "load"):
        pass
    assert last_steps(settings, 10) == []


def test_a_record_of_years_stays_short_and_a_broken_line_is_passed_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.home.mkdir(parents=True)
    monkeypatch.setattr(run_log, "_LONGEST", 1000)
    for number in range(50):
        with noting(settings, f"step {number}"):
            pass
    path = settings.home / "runs.jsonl"
    assert path.stat().st_size <= 1200
    path.write_text(path.read_text() + '{"what": "half')
    assert last_steps(settings, 1)[0].what == "step 49"
