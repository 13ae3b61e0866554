"""The doctor says when the published file is older than the store, and why."""

import json
import platform

import duckdb
import pytest

import steps
from reference.texts import say
from warehouse.connections import writing
from warehouse.doctor import Finding, examine, versions
from warehouse.last_failure import last_failure
from warehouse.publish import publish
from warehouse.run_lock import holding
from warehouse.settings import Settings
from warehouse.tables import create_tables


def about_publishing(settings: Settings) -> list[Finding]:
    return [finding for finding in examine(settings) if "older than the store" in finding.sentence]


@pytest.fixture
def office(settings: Settings) -> Settings:
    with writing(settings) as connection:
        create_tables(connection)
    publish(settings)
    return settings


def test_a_published_file_with_everything_in_it_is_no_finding(office: Settings) -> None:
    assert about_publishing(office) == []
    assert all(finding.is_good for finding in examine(office))


def test_files_that_wait_to_be_published_are_counted(office: Settings) -> None:
    with writing(office) as connection:
        connection.execute("INSERT INTO warehouse.raw.submissions (submission_id, status) VALUES ('a', 'accepted')")
    (finding,) = about_publishing(office)
    assert finding.is_good
    assert "wait to be published: 1" in finding.sentence


def test_a_build_that_failed_is_said_until_something_is_published(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt_project import build as building

    def fails(*_: object, **__: object) -> None:
        raise building.BuildFailed("test keys_are_unique: Got 1 result")

    with monkeypatch.context() as patched:
        patched.setattr(building, "build", fails)
        with pytest.raises(steps.StepFailed):
            steps.build(office)
    (finding,) = about_publishing(office)
    assert not finding.is_good
    assert "“admissions build” failed" in finding.sentence
    assert "keys_are_unique" in finding.sentence


def test_meeting_another_run_is_no_failure_to_remember(office: Settings) -> None:
    office.run_lock.touch()
    import threading

    def load_elsewhere() -> None:
        with pytest.raises(steps.StepFailed):
            steps.load(office)

    with holding(office, "another run"):
        thread = threading.Thread(target=load_elsewhere)
        thread.start()
        thread.join()
    assert last_failure(office) is None


def test_a_note_that_cannot_be_read_is_none(office: Settings) -> None:
    (office.home / "last_failure.json").write_text(json.dumps({"step": 1}))
    assert last_failure(office) is None
    (office.home / "last_failure.json").write_text("{")
    assert last_failure(office) is None


def test_before_the_first_run_nothing_is_amiss_and_the_folders_are_made(settings: Settings) -> None:
    findings = examine(settings)
    assert all(finding.is_good for finding in findings)
    assert settings.landing.is_dir()
    assert any(say("doctor_not_published", "en") == finding.sentence for finding in findings)
    assert any(say("doctor_store", "en", path=settings.store) == finding.sentence for finding in findings)


def test_a_folder_in_whose_place_a_file_lies_is_amiss(settings: Settings) -> None:
    settings.home.mkdir()
    settings.landing.write_text("no folder")
    (finding,) = (each for each in examine(settings) if not each.is_good)
    assert str(settings.landing) in finding.sentence


@pytest.mark.parametrize("which", ["store", "published"])
def test_a_damaged_file_is_a_finding_with_its_path(office: Settings, which: str) -> None:
    path = office.store if which == "store" else office.published
    path.write_bytes(b"no DuckDB file at all" * 1000)
    (finding,) = (each for each in examine(office) if not each.is_good)
    assert str(path) in finding.sentence
    assert "valid DuckDB" in finding.sentence


def test_a_published_file_without_the_tables_is_amiss(office: Settings) -> None:
    office.published.unlink()
    duckdb.connect(str(office.published)).close()
    (finding,) = (each for each in examine(office) if not each.is_good)
    assert str(office.published) in finding.sentence


def test_versions_are_those_that_are_installed() -> None:
    found = versions()
    assert found["duckdb"] == duckdb.__version__
    assert found["python"] == platform.python_version()
    assert "–" not in found.values()
