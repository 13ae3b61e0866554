from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.messy import truth
from benchmarks.messy.score import Score, as_json, score

KNOWN = truth.Workbook(
    file="Phường Đông Phong.xlsx",
    kind="usual",
    variant="",
    commune_code="03408",
    commune_name="Phường Đông Phong",
    month="2023-05",
    forms=(
        truth.Form(
            form="KN-1",
            sheet="Kết nạp",
            columns=(
                truth.Column("A", "Chi bộ", "cell_name"),
                truth.Column("B", "Kết nạp mới / TS", "admitted"),
                truth.Column("C", "Trong đó / Nữ", "women"),
                truth.Column("D", "Dự kiến tháng sau", None),
            ),
            lines=(
                truth.Line(7, "TDP số 1", {"admitted": truth.Item(2, "B7"), "women": truth.Item(1, "C7")}),
                truth.Line(8, "TDP số 2", {"admitted": truth.Item(0, "B8"), "women": truth.Item(None, "C8")}),
            ),
        ),
    ),
)

Found = dict[str, Any]


def perfect() -> Found:
    return {
        "commune": {"code": "03408"},
        "month": "2023-05",
        "forms": [
            {
                "form": "KN-1",
                "columns": {"admitted": "B", "women": "C"},
                "lines": [
                    {"row": 7, "kind": "cell", "cell_name": "TDP số 1", "values": {"admitted": 2, "women": 1}},
                    {"row": 8, "kind": "cell", "cell_name": "TDP số 2", "values": {"admitted": 0, "women": None}},
                    {"row": 9, "kind": "total", "cell_name": "Tổng", "values": {"admitted": 2, "women": 1}},
                ],
            }
        ],
    }


@pytest.fixture
def scored(tmp_path: Path) -> Callable[..., Score]:
    """The score of what a reader said of one workbook."""

    def run(found: Found, known: truth.Workbook = KNOWN) -> Score:
        truth.save(known, tmp_path / "truth.json")

        def reader(files: list[Path]) -> Iterator[Found]:
            assert files == [tmp_path / KNOWN.file]
            yield found

        return score(tmp_path, reader)["usual"]

    return run


def test_what_is_read_as_it_is_true_is_exact(scored: Callable[..., Score]) -> None:
    found = scored(perfect())
    assert (found.exact, found.right, found.unread, found.wrong) == (1, 6, 0, [])


def test_another_value_than_the_true_one_is_wrong_and_named_with_its_cell(scored: Callable[..., Score]) -> None:
    found = perfect()
    found["forms"][0]["lines"][0]["values"]["women"] = 2
    result = scored(found)
    assert [(wrong.at, wrong.field, wrong.true, wrong.read) for wrong in result.wrong] == [("C7", "women", "1", "2")]
    assert (result.exact, result.right) == (0, 5)


def test_a_figure_where_nothing_was_reported_is_wrong(scored: Callable[..., Score]) -> None:
    found = perfect()
    found["forms"][0]["lines"][1]["values"]["women"] = 0
    assert [wrong.true for wrong in scored(found).wrong] == ["None"]


def test_a_column_that_is_none_of_the_forms_read_as_a_field_is_wrong_in_every_row(
    scored: Callable[..., Score],
) -> None:
    found = perfect()
    found["forms"][0]["columns"]["militia"] = "D"
    for line in found["forms"][0]["lines"]:
        line["values"]["militia"] = 1
    wrong = scored(found).wrong
    assert [(value.at, value.taken_from) for value in wrong] == [
        ("D7", "Dự kiến tháng sau"),
        ("D8", "Dự kiến tháng sau"),
    ]


def test_a_total_that_is_read_as_a_cell_is_wrong(scored: Callable[..., Score]) -> None:
    found = perfect()
    found["forms"][0]["lines"][2]["kind"] = "cell"
    assert [value.at for value in scored(found).wrong] == ["B9", "C9"]


def test_an_unread_column_is_unread_also_where_nothing_was_reported_and_is_listed(
    scored: Callable[..., Score],
) -> None:
    found = perfect()
    del found["forms"][0]["columns"]["women"]
    result = scored(found)
    assert (result.exact, result.unread, result.wrong) == (0, 2, [])
    assert as_json({"usual": result})["unread_columns"] == [
        {"form": "KN-1", "header": "Trong đó / Nữ", "field": "women", "workbooks": 1, "classes": {"usual": 1}}
    ]


def test_a_workbook_that_was_refused_is_unread_and_its_wordings_are_not_blamed(scored: Callable[..., Score]) -> None:
    result = scored({"forms": [], "problems": [{"code": "no_form_found", "severity": "critical"}]})
    assert (result.unread, result.forms_unread, result.unread_columns) == (6, 1, {})
    assert result.unread_reasons == {"no_form_found": 1}


def test_another_month_is_not_exact(scored: Callable[..., Score]) -> None:
    assert scored(perfect() | {"month": "2023-06"}).exact == 0


def test_an_ambiguous_column_may_be_left_alone_but_not_taken_for_another(scored: Callable[..., Score]) -> None:
    form = KNOWN.forms[0]
    columns = (*form.columns[:2], replace(form.columns[2], ambiguous=True), form.columns[3])
    known = replace(KNOWN, forms=(replace(form, columns=columns),))
    found = perfect()
    del found["forms"][0]["columns"]["women"]
    assert scored(found, known).exact == 1
    taken = perfect()
    taken["forms"][0]["lines"][0]["values"]["women"] = 2
    assert len(scored(taken, known).wrong) == 1
