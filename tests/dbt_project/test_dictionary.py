"""The data dictionary: one source, two languages, nothing left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from dbt_project.build import manifest_of
from dbt_project.dictionary import Entry, comments, entries, page, vietnamese
from deploy.er_picture import picture, references


def test_what_is_made_of_a_figure_is_named_after_it() -> None:
    assert vietnamese("mart_composition", "women") == "Kết nạp: nữ"
    assert vietnamese("mart_composition", "women_share") == "Tỷ trọng (tỷ số 0–1): kết nạp: nữ"
    # The same name is another figure among the members.
    assert vietnamese("mart_ageing_cells", "age_31_40") == "Đảng viên 31–40 tuổi"
    assert vietnamese("mart_composition", "nobody_knows") == ""


def test_a_page_has_a_table_for_each_relation() -> None:
    found = (Entry("mart_x", "", "", "Bảng", "A table"), Entry("mart_x", "a", "bigint", "Số | lượng", "A count"))
    assert "## mart_x\n\nBảng\n\n| Cột | Kiểu | Ý nghĩa |\n|---|---|---|\n| `a` | bigint | Số \\| lượng |" in page(
        found, "vi"
    )
    assert "| `a` | bigint | A count |" in page(found, "en")
    assert comments(found)[1] == ("mart_x", "a", "Số | lượng · A count")


@pytest.mark.pipeline
def test_every_relation_and_column_of_the_marts_is_described_in_both_languages(built: Any) -> None:
    found = entries(manifest_of(built[0]))
    assert len({entry.relation for entry in found}) > 30
    assert [f"{entry.relation}.{entry.column}" for entry in found if not entry.vi] == []
    assert [f"{entry.relation}.{entry.column}" for entry in found if not entry.en] == []


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
