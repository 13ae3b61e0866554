"""The data dictionary: one source, two languages, nothing left out."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dbt_project.build import PROJECT, manifest_of
from dbt_project.dictionary import Entry, comments, entries, page, vietnamese
from deploy.er_picture import picture, references
from warehouse.publish import publish
from warehouse.tables import stored_tables


def test_what_is_made_of_a_figure_is_named_after_it() -> None:
    assert vietnamese("mart_composition", "women") == "Kết nạp: nữ"
    assert vietnamese("mart_composition", "women_share") == "Tỷ trọng (tỷ số 0–1): kết nạp: nữ"
    # The same name is another figure among the members.
    assert vietnamese("mart_ageing_cells", "age_31_40") == "Đảng viên 31–40 tuổi"
    assert vietnamese("mart_composition", "nobody_knows") == ""


def test_a_page_has_a_table_for_each_relation() -> None:
    found = (
        Entry("marts", "mart_x", "", "", "Bảng", "A table"),
        Entry("marts", "mart_x", "a", "bigint", "Số | lượng", "A count"),
    )
    assert "## mart_x\n\nBảng\n\n| Cột | Kiểu | Ý nghĩa |\n|---|---|---|\n| `a` | bigint | Số \\| lượng |" in page(
        found, "vi"
    )
    assert "| `a` | bigint | A count |" in page(found, "en")
    assert comments(found)[1] == ("marts", "mart_x", "a", "Số | lượng · A count")


def test_what_is_no_mart_is_called_with_its_schema() -> None:
    found = (Entry("quality", "failures", "", "", "Sai lệch", "Failures"),)
    assert "## quality.failures\n" in page(found, "vi")


def test_the_same_name_on_another_form_is_another_figure() -> None:
    assert vietnamese("raw.report_lines_kn1", "age_31_40") == "Kết nạp: 31–40 tuổi"
    assert vietnamese("raw.report_lines_kn3", "age_31_40") == "Đảng viên 31–40 tuổi"


def test_every_table_that_python_writes_for_readers_is_described_column_by_column() -> None:
    described = {
        (source["name"], table["name"], column["name"]): column["description"]
        for path in (PROJECT / "models" / "staging").rglob("_sources.yml")
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
        for table in source["tables"]
        for column in table.get("columns") or []
    }
    stored = [
        (*table.split("."), column)
        for table, columns in stored_tables().items()
        for column in columns
        if not table.startswith("ledger.")
    ]
    assert len(stored) > 300
    assert sorted(described) == sorted(stored)
    assert [place for place, english in described.items() if not english.strip()] == []
    assert [place for place in stored if not vietnamese(f"{place[0]}.{place[1]}", place[2])] == []


@pytest.mark.pipeline
def test_no_relation_or_column_of_the_published_file_is_without_a_comment_in_both_languages(
    built: Any, tmp_path: Path
) -> None:
    settings = replace(built[0], published=tmp_path / "published.duckdb")
    found = entries(manifest_of(built[0]))
    publish(settings, comments=comments(found))
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        told = {
            (schema, relation, column): comment
            for schema, relation, column, comment in connection.execute(
                "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
                " UNION ALL SELECT schema_name, table_name, '', comment FROM duckdb_tables() WHERE NOT internal"
            ).fetchall()
        }
    assert len({place[:2] for place in told}) > 60
    assert {place: comment for place, comment in told.items() if not comment} == {}
    both = {(entry.schema, entry.relation, entry.column) for entry in found if entry.vi and entry.en}
    assert set(told) - both == set()


@pytest.mark.pipeline
def test_the_picture_shows_what_dbt_tests(built: Any) -> None:
    found = references(manifest_of(built[0]))
    assert set(found["fct_admissions"]) == {"dim_cell", "dim_commune", "dim_month"}
    assert all(name in picture(found) for name in ("fct_admissions", "dim_cell", "<svg"))


def test_the_picture_is_drawn_from_the_manifest_alone(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    node = {
        "attached_node": "model.p.fct_x",
        "test_metadata": {"name": "relationships", "kwargs": {"to": "ref('dim_y')"}},
    }
    manifest.write_text(json.dumps({"nodes": {"test.p.r": node}}), encoding="utf-8")
    assert references(manifest) == {"fct_x": ["dim_y"]}
