"""Nothing is done where nothing has changed; each thing that may change is a reason to do it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import as_published
from warehouse.connections import writing
from warehouse.decisions import Decision, note
from warehouse.ledger import begin_build, enter_judged
from warehouse.settings import Settings
from warehouse.tables import create_tables

DECISION = Decision(
    decision_id="d1",
    failure_id="f1",
    case_id="c1",
    decision="accept",
    decided_by="Lan",
    decided_at=datetime(2020, 9, 6),
    reason="seen",
    rule_id="r",
    commune_key="k",
    commune_code="03387",
    month=date(2020, 8, 1),
    submission_id="s",
    reported=1.0,
    expected=2.0,
)


def build_and_judge(settings: Settings) -> None:
    with writing(settings) as connection:
        create_tables(connection)
        begin_build(connection, as_published.made_by(settings))
        enter_judged(connection)


@pytest.fixture
def published(settings: Settings) -> Settings:
    build_and_judge(settings)
    settings.published.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.published)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1")
    for folder in (settings.parquet / "marts", settings.reports / "data_docs"):
        folder.mkdir(parents=True)
        (folder / "one").write_text("one")
    as_published.remember(settings)
    return settings


def test_nothing_was_ever_published(settings: Settings) -> None:
    assert not as_published.is_as_published(settings)


def test_all_is_as_it_was(published: Settings) -> None:
    assert as_published.is_as_published(published)


def test_looking_into_the_store_changes_nothing(published: Settings) -> None:
    with writing(published) as connection:
        create_tables(connection)
        connection.execute("SELECT count(*) FROM warehouse.raw.submissions")
    assert as_published.is_as_published(published)


def write_into_the_store(settings: Settings) -> None:
    with writing(settings) as connection:
        connection.execute("INSERT INTO warehouse.ledger.months_again VALUES ('k', DATE '2020-08-01')")


def be_killed_while_writing(settings: Settings) -> None:
    if os.fork() == 0:
        with writing(settings) as connection:
            connection.execute("INSERT INTO warehouse.ledger.months_again VALUES ('k', DATE '2020-08-01')")
            os._exit(1)
    os.wait()


def note_a_decision(settings: Settings) -> None:
    note(settings.archive, [DECISION])


def lose_the_store(settings: Settings) -> None:
    settings.store.unlink()


def lose_the_published_file(settings: Settings) -> None:
    settings.published.unlink()


def put_another_published_file(settings: Settings) -> None:
    with duckdb.connect(str(settings.published)) as connection:
        connection.execute("CREATE TABLE other AS SELECT 2")


def put_an_earlier_published_file(settings: Settings) -> None:
    earlier = settings.home / "earlier.duckdb"
    with duckdb.connect(str(earlier)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 2")
    assert earlier.stat().st_size == settings.published.stat().st_size
    earlier.replace(settings.published)


def lose_a_copy(settings: Settings) -> None:
    (settings.parquet / "marts" / "one").unlink()


def change_a_copy(settings: Settings) -> None:
    (settings.parquet / "marts" / "one").write_text("two")


def lose_the_pages(settings: Settings) -> None:
    shutil.rmtree(settings.reports)


@pytest.mark.parametrize(
    "change",
    [
        write_into_the_store,
        be_killed_while_writing,
        note_a_decision,
        lose_the_store,
        lose_the_published_file,
        put_another_published_file,
        put_an_earlier_published_file,
        lose_a_copy,
        change_a_copy,
        lose_the_pages,
    ],
)
def test_what_has_happened_is_a_reason(published: Settings, change: Callable[[Settings], None]) -> None:
    change(published)
    assert not as_published.is_as_published(published)


@pytest.mark.parametrize(
    "other",
    [
        {"scope": "country"},
        {"due_day": 7},
        {"language": "vi"},
        {"today": datetime.now(UTC).date() + timedelta(days=2)},
    ],
)
def test_other_settings_are_a_reason(published: Settings, other: dict[str, object]) -> None:
    assert not as_published.is_as_published(replace(published, **other))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "file",
    [
        "expectations/rules.yml",
        "reference/terms.csv",
        "dbt_project/m.sql",
        "dbt_project/models/docs/columns.md",
        "steps/a.py",
    ],
)
def test_other_code_rules_and_lists_are_a_reason(
    published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setattr(as_published, "_ROOT", tmp_path / "project")
    path = tmp_path / "project" / file
    path.parent.mkdir(parents=True)
    path.write_text("as it was")
    as_published._code.cache_clear()
    build_and_judge(published)
    as_published.remember(published)
    assert as_published.is_as_published(published)
    as_published._code.cache_clear()
    path.write_text("otherwise")
    assert not as_published.is_as_published(published)


@pytest.mark.parametrize("library", ["duckdb", "great_expectations", "scipy"])
def test_another_library_is_a_reason(published: Settings, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setattr(as_published, "version", lambda name: "tomorrow's" if name == library else version(name))
    assert not as_published.is_as_published(published)


def test_a_decision_that_came_while_publishing_is_not_taken_for_published(published: Settings) -> None:
    note(published.archive, [DECISION])
    as_published.remember(published)
    assert not as_published.is_as_published(published)


def test_what_was_built_on_the_day_before_midnight_is_not_taken_for_today_s(published: Settings) -> None:
    tomorrow = replace(published, today=published.current_day() + timedelta(days=1))
    as_published.remember(tomorrow)
    assert not as_published.is_as_published(tomorrow)


def test_midnight_while_the_note_is_made_leaves_none_for_tomorrow(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, days = as_published.made_by(published), iter(["today", "tomorrow", "tomorrow"])
    made = {"today": today, "tomorrow": "made tomorrow"}
    monkeypatch.setattr(as_published, "made_by", lambda _: made[next(days)])
    as_published.remember(published)
    monkeypatch.setattr(as_published, "made_by", lambda _: made["tomorrow"])
    assert not as_published.is_as_published(published)


def test_a_decision_that_comes_while_the_note_is_made_is_not_taken_for_published(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_is = as_published.noted

    def noted_just_before(*arguments: Any) -> Any:
        found = as_it_is(*arguments)
        note(published.archive, [DECISION])
        return found

    monkeypatch.setattr(as_published, "noted", noted_just_before)
    as_published.remember(published)
    assert not as_published.is_as_published(published)
