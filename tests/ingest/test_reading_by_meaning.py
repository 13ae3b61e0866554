"""However columns are moved and headers renamed, no figure is ever read under a field that is not its own."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from ingest.container.workbook import Sheet
from ingest.monthly.inference import with_figures
from ingest.monthly.tables import find_tables
from ingest.values.numbers import Raw
from reference.fields import fields_of
from tests.ingest.sheets import cell_row, sheet
from tests.ingest.variant_figures import Truth, cells_of_month

SEEDS = range(60)
#: Words that no list has, those of other things, and those that anybody understands.
STRANGE = ("Mục chín", "Cột riêng", "Phần bổ trợ", "Lứa giữa", "Nhóm kia")
FOREIGN = ("Dự kiến tháng sau", "Cùng kỳ năm trước", "Điểm thi đua", "Số buổi họp", "Kế hoạch quý tới", "Nữ (dự kiến)")
KNOWN = {
    "women": "Chị em phụ nữ",
    "militia": "LL dân quân",
    "year_target": "Giao cả năm",
    "age_over_50": "51 tuổi trở lên",
}


def _as_stored(figures: dict[str, Truth]) -> dict[str, Raw]:
    """Numbers as a workbook gives them back."""
    return {name: None if value is None else float(value) for name, value in figures.items()}


def changed(seed: int) -> tuple[Sheet, dict[str, int]]:
    """A sheet with its columns moved and some headers renamed, and where each field's figures stand now."""
    rng = Random(seed)
    cells = [
        cell_row("KN-1", number, f"Chi bộ {number}", **_as_stored(cell.figures["KN-1"]))
        for number, cell in enumerate(cells_of_month(rng, rng.randint(5, 13)), start=1)
    ]
    made = sheet("KN-1", cells, merged=False)
    names = [field.name for field in fields_of("KN-1")]
    order = list(range(3, len(names)))
    if rng.random() < 0.7:
        rng.shuffle(order)
    order = [0, 1, 2, *order]
    groups = [field.group_vi for field in fields_of("KN-1")]
    rows = [list(row) for row in made.rows]
    rows[5] = [groups[index] or rows[5][index] for index in range(len(names))]
    for index in rng.sample(range(3, len(names)), rng.randint(1, 6)):
        rows[6][index] = rng.choice((rng.choice(STRANGE), rng.choice(FOREIGN), KNOWN.get(names[index], "Mục tám")))
        if rng.random() < 0.3:
            rows[5][index] = rng.choice(("Những số khác", "Năm trước"))
    moved = [[row[index] if index < len(row) else "" for index in order] for row in rows[5:]]
    made = replace(made, rows=[*rows[:5], *moved], merges=())
    return made, {names[index]: place for place, index in enumerate(order)}


def read(seed: int) -> Iterator[tuple[str, int, int]]:
    made, truth = changed(seed)
    for table in find_tables(made):
        for name, column in with_figures(made, table).mapped.columns.items():
            yield name, column, truth[name]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_figure_is_read_under_a_field_that_is_not_its_own(seed: int) -> None:
    assert [each for each in read(seed) if each[1] != each[2]] == []


def test_most_of_what_was_renamed_is_read_all_the_same() -> None:
    known = sum(1 for seed in SEEDS for _ in read(seed))
    assert known > 0.8 * len(SEEDS) * len(fields_of("KN-1"))
