from pathlib import Path

import pytest

from benchmarks.messy import truth
from benchmarks.messy.generate import KINDS, generate
from benchmarks.messy.peers.tables import figure
from tests.benchmarks.messy.cells import content_of


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(kind: str, tmp_path: Path) -> None:
    for name, seed in (("once", 7), ("again", 7), ("other", 8)):
        generate(tmp_path / name, kind, 4, seed)
    once = files_of(tmp_path / "once")
    assert len(once) == 8
    assert once == files_of(tmp_path / "again")
    assert once != files_of(tmp_path / "other")


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_of_the_truth_stands_at_its_address(kind: str, tmp_path: Path) -> None:
    generate(tmp_path, kind, 8, 3)
    looked_at = 0
    for place in tmp_path.rglob("truth.json"):
        known = truth.load(place)
        cells = content_of(place.parent / known.file)
        for form in known.forms:
            for line in form.lines:
                for name, item in line.values.items():
                    said = figure(cells[form.sheet].get(item.at), name == "class_type")
                    if name == "attainment_pct" and item.value is not None:
                        assert said in (pytest.approx(item.value), pytest.approx(item.value / 100, abs=0.001))
                    elif isinstance(item.value, float):
                        assert said == pytest.approx(item.value)
                    elif name != "started_on":
                        assert said == item.value, (known.file, form.sheet, item)
                    looked_at += 1
    assert looked_at > 100


def test_parts_add_up_to_their_whole_in_the_lines_without_a_blank(tmp_path: Path) -> None:
    generate(tmp_path, "usual", 10, 5)
    added = 0
    for place in tmp_path.rglob("truth.json"):
        for form in truth.load(place).forms:
            for line in form.lines:
                ages = [item.value for name, item in line.values.items() if name.startswith("age_")]
                whole = line.values.get("admitted") or line.values.get("closing")
                if ages and whole and None not in ages:
                    assert sum(age for age in ages if isinstance(age, int)) == whole.value
                    added += 1
    assert added > 50
