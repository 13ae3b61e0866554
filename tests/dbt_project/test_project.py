"""The project's own rules, held over dbt's manifest: descriptions, contracts, names, and every field of the forms."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbt_project import describe
from dbt_project.build import PROJECT
from reference.fields import MONTHLY_FORMS, number_fields_of
from tests.dbt_project.conftest import Query
from warehouse.tables import lines_table

LAYERS = {
    "staging": r"stg_[a-z0-9_]+",
    "intermediate": r"(int_[a-z0-9_]+|reconciliations)",
    "marts": r"(dim|fct|bridge|mart)_[a-z0-9_]+",
}
#: Marts that hold no steward's value, or that say of themselves that they do: what one version changed of another as
#: they were sent, what waits to be decided, and classes, which no decision corrects.
WITHOUT_CORRECTIONS = {"mart_resubmissions", "mart_steward_queue", "mart_training"}
MARTS = {path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql")}


#: A room is read at one look.
MANY = 14


def models_in(room: Path) -> set[str]:
    return {path.stem for path in room.glob("*.sql")}


def rooms() -> list[Path]:
    """The folders that hold models."""
    return sorted({path.parent for path in (PROJECT / "models").rglob("*.sql")})


def described_in(room: Path, file: str, section: str, key: str) -> list[str]:
    """What a file of a room, such as `_models.yml`, has under a key of its entries; nothing without such a file."""
    path = room / file
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))[section] if path.exists() else []
    return [entry[key] for entry in entries]


def models_of(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    assert set(models) >= MARTS
    return models


def test_shares_are_added_up_in_an_order_of_their_own_so_that_a_rebuild_finds_the_same_to_the_last_digit() -> None:
    unordered = re.compile(r"\bsum\((?:\w+\.)?(?:share|weight|extent_share)\b(?![^()]*\border by\b)")
    models = {path.stem: path.read_text(encoding="utf-8") for path in (PROJECT / "models").rglob("*.sql")}
    assert {name for name, sql in models.items() if unordered.search(sql)} == set()


def test_what_dbt_knows_of_the_fields_is_what_the_reference_says() -> None:
    for path, text in describe.rendered().items():
        assert path.read_text(encoding="utf-8") == text, "run: make describe"


def test_the_columns_of_a_form_s_counts_are_filled_in_between_their_comments() -> None:
    head, foot = "      # The counts of KN-2, with types: make describe.\n", "      # End of the counts.\n"
    after = "      - name: is_corrected\n"
    filled = describe.with_counts(f"{head}      - name: no_longer_there\n{foot}{after}")
    assert filled.startswith(f"{head}      - name: candidates\n        data_type: bigint\n")
    assert filled.endswith(f"{foot}{after}")
    names = [column["name"] for column in yaml.safe_load(filled)]
    assert names == [*(field.name for field in number_fields_of("KN-2")), "is_corrected"]


@pytest.mark.parametrize("form", MONTHLY_FORMS)
def test_the_figures_of_each_form_are_filled_in_wherever_they_are_stored(form: str) -> None:
    rooms_of = {
        path.parent.name
        for path, text in describe.rendered().items()
        if f"# The counts of {form}, with types: make describe." in text
    }
    assert rooms_of >= {"lines", "admissions"}


@pytest.mark.parametrize("room", rooms(), ids=lambda room: str(room.relative_to(PROJECT / "models")))
def test_a_room_is_no_long_list_and_describes_and_tries_its_own_models(room: Path) -> None:
    assert 0 < len(models_in(room)) <= MANY
    assert sorted(described_in(room, "_models.yml", "models", "name")) == sorted(models_in(room))
    assert set(described_in(room, "_unit_tests.yml", "unit_tests", "model")) <= models_in(room)


@pytest.mark.pipeline
def test_every_model_and_every_column_is_described(manifest: dict[str, Any], query: Query) -> None:
    models = models_of(manifest)
    columns = query(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_catalog = 'warehouse' AND table_schema IN ('staging', 'intermediate', 'marts')"
    )
    assert {table for table, _ in columns} == set(models)
    assert [name for name, model in models.items() if not model["description"].strip()] == []
    assert [
        (table, column)
        for table, column in columns
        if not models[table]["columns"].get(column, {"description": ""})["description"].strip()
    ] == []


@pytest.mark.pipeline
def test_sources_and_exposures_are_described(manifest: dict[str, Any]) -> None:
    described = [*manifest["sources"].values(), *manifest["exposures"].values()]
    assert len(described) > 12
    assert [node["name"] for node in described if not node["description"].strip()] == []


def test_the_published_file_is_made_of_all_marts() -> None:
    exposures = yaml.safe_load((PROJECT / "models" / "marts" / "_exposures.yml").read_text(encoding="utf-8"))
    made_of = {each["name"]: each["depends_on"] for each in exposures["exposures"]}["published_file"]
    assert sorted(made_of) == sorted(f"ref('{mart}')" for mart in MARTS)


@pytest.mark.pipeline
def test_names_follow_the_grammar_of_their_layer(manifest: dict[str, Any]) -> None:
    for name, model in models_of(manifest).items():
        assert re.fullmatch(LAYERS[model["schema"]], name), name
        for column in model["columns"]:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", column), (name, column)
            assert not column.startswith("data_"), (name, column)


@pytest.mark.pipeline
def test_marts_have_their_contract_enforced(manifest: dict[str, Any]) -> None:
    marts = {name: model for name, model in models_of(manifest).items() if model["schema"] == "marts"}
    assert set(marts) == MARTS
    assert [name for name, model in marts.items() if not model["config"]["contract"]["enforced"]] == []


def relations_that_python_reads() -> set[str]:
    """The intermediate relations that the rooms name in their SQL; the lines of the forms they name by the form."""
    read = {f"int_{lines_table(form).replace('report_lines', 'lines')}" for form in MONTHLY_FORMS}
    for room in ("dbt_project", "expectations", "ingest", "outbox", "steps", "warehouse"):
        for path in (PROJECT.parent / room).rglob("*.py"):
            read |= set(re.findall(r"warehouse\.intermediate\.(\w+)", path.read_text(encoding="utf-8")))
    return read


def test_what_python_reads_of_the_intermediate_relations_has_its_contract_enforced() -> None:
    enforced = {
        model["name"]
        for room in rooms()
        for model in yaml.safe_load((room / "_models.yml").read_text(encoding="utf-8"))["models"]
        if model.get("config", {}).get("contract", {}).get("enforced")
    }
    assert len(relations_that_python_reads()) > 7
    assert relations_that_python_reads() - enforced == set()


@pytest.mark.pipeline
def test_what_only_its_own_room_reads_is_private_and_marts_are_public(manifest: dict[str, Any]) -> None:
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    for key, model in models.items():
        # A unit test stands in its model's own room; an exposure is in none.
        readers = {
            manifest["nodes"].get(reader, {}).get("group")
            for reader in manifest["child_map"][key]
            if not reader.startswith("unit_test.")
        }
        is_private = readers == {model["group"]} and model["group"] is not None
        expected = "public" if model["schema"] == "marts" else "private" if is_private else "protected"
        assert model["access"] == expected, key


@pytest.mark.pipeline
def test_every_mart_that_can_hold_a_steward_s_value_says_where_it_does(manifest: dict[str, Any]) -> None:
    marts = {name: model for name, model in models_of(manifest).items() if name.startswith("mart_")}
    assert set(marts) > WITHOUT_CORRECTIONS
    unmarked = {name for name, model in marts.items() if not any("corrected" in column for column in model["columns"])}
    assert unmarked == WITHOUT_CORRECTIONS


@pytest.mark.pipeline
def test_every_mart_has_a_tested_grain(manifest: dict[str, Any]) -> None:
    tested = {
        node["attached_node"].split(".")[-1]
        for node in manifest["nodes"].values()
        if node.get("attached_node") and node["test_metadata"]["name"] in ("unique", "unique_together")
    }
    assert tested >= MARTS


@pytest.mark.pipeline
@pytest.mark.parametrize("form", MONTHLY_FORMS)
def test_every_figure_of_a_form_reaches_staging(form: str, query: Query) -> None:
    name = f"stg_report_lines_{form.lower().replace('-', '')}"
    columns = {
        column for (column,) in query(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{name}'")
    }
    fields = {field.name for field in number_fields_of(form)}
    assert fields
    assert fields <= columns
