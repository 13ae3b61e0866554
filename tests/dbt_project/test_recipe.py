"""What is derived is made anew for other SQL, rules and reference data, and not for new words of the reader's."""

import shutil
from pathlib import Path

import pytest
import yaml

from dbt_project import recipe
from dbt_project.recipe import OF_NO_FIGURE, PROJECT, start_afresh_if_changed
from expectations.publish_rules import write_rules
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables


@pytest.fixture
def lists(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store whose derived tables are made by the recipe of now, and a copy of the lists that it is of."""
    copied = tmp_path / "lists"
    shutil.copytree(recipe.REFERENCE, copied, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(recipe, "REFERENCE", copied)
    with writing(settings) as connection:
        create_tables(connection)
    write_rules(settings)
    assert start_afresh_if_changed(settings)
    assert not start_afresh_if_changed(settings)
    return copied


@pytest.mark.parametrize("name", ["abbreviations.csv", "commands.csv", "concepts.csv", "meanings.csv"])
def test_new_words_of_the_reader_leave_what_was_derived(settings: Settings, lists: Path, name: str) -> None:
    """A country's ten years were derived anew for one more word."""
    with (lists / name).open("a", encoding="utf-8") as words:
        words.write("x,y,z\n")
    assert not start_afresh_if_changed(settings)


@pytest.mark.parametrize("name", ["fields.csv", "official_forms.csv", "terms.csv", "texts.csv"])
def test_other_reference_data_have_all_of_it_made_anew(settings: Settings, lists: Path, name: str) -> None:
    with (lists / name).open("a", encoding="utf-8") as rows:
        rows.write("\n")
    assert start_afresh_if_changed(settings)


def test_no_sql_asks_for_the_reader_s_words() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    seeds = project["seeds"]["admissions_warehouse"]
    assert all(seeds[name.removesuffix(".csv")] == {"+enabled": False} for name in OF_NO_FIGURE)
