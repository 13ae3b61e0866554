"""Damaged workbooks never stop the intake: the fuzzing target over fixed seeds."""

from pathlib import Path

import pytest

from tests.ingest.fuzz_reader import complaint, readings


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(150), id="150"),
        pytest.param(range(150, 6_000), id="5850 more", marks=pytest.mark.soak),
    ],
)
def test_every_damaged_workbook_is_read_or_refused_with_a_sentence(seeds: range, tmp_path: Path) -> None:
    outcomes = {seed: complaint(reading) for seed, reading in readings(iter(seeds), tmp_path)}
    assert len(outcomes) == len(seeds)
    assert {seed: wrong for seed, wrong in outcomes.items() if wrong} == {}
