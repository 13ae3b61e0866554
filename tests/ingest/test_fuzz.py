"""Damaged workbooks never stop the intake: the fuzzing target over fixed seeds."""

from pathlib import Path

from tests.ingest.fuzz_reader import complaint, readings


def test_every_damaged_workbook_is_read_or_refused_with_a_sentence(tmp_path: Path) -> None:
    outcomes = {seed: complaint(reading) for seed, reading in readings(iter(range(150)), tmp_path)}
    assert len(outcomes) == 150
    assert {seed: wrong for seed, wrong in outcomes.items() if wrong} == {}
