"""When nothing is done as nothing has changed, and that nothing else is taken for that."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

import steps
from samples.write import write_samples
from tests.steps.test_rebuild import run, settings_of
from warehouse import last_failure
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_of(tmp_path_factory.mktemp("office") / "var")
    write_samples(settings.landing, until=date(2015, 7, 1))
    run(settings)
    return settings


def ran(settings: Settings) -> list[str]:
    return [name for name, _ in steps.run(settings)]


def checks(settings: Settings) -> int:
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        row = connection.execute("SELECT count(DISTINCT run_id) FROM quality.results").fetchone()
    return int(row[0]) if row else 0


def test_what_is_published_by_other_settings_is_built_and_judged_by_them(office: Settings) -> None:
    before = checks(office)
    other = replace(office, due_day=office.due_day + 2)
    steps.publish(other)
    assert checks(other) == before + 1
    assert ran(other) == ["load", "publish"]
    assert ran(office) == ["load", "build", "check", "publish"]


def test_a_run_that_finds_all_published_takes_away_the_note_of_one_that_failed(
    office: Settings, tmp_path: Path
) -> None:
    run(office)
    elsewhere = replace(office, landing=tmp_path / "landing")
    elsewhere.landing.write_text("no folder")
    with pytest.raises(steps.StepFailed):
        run(elsewhere)
    assert last_failure.last_failure(office)
    assert ran(office) == ["load", "publish"]
    assert last_failure.last_failure(office) is None
