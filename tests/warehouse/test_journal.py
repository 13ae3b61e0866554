"""A journal keeps every entry whose line was finished, whatever stopped the machine."""

from datetime import date
from pathlib import Path

import pytest

from warehouse.journal import JournalDamaged, append, entries_of


def test_entries_come_back_in_their_order_with_whatever_is_in_their_text(tmp_path: Path) -> None:
    path = tmp_path / "archive" / "said.jsonl"
    assert list(entries_of(path)) == []
    append(path, [{"text": "a\u2028b\r\nc}"}, {"day": date(2020, 7, 1)}])
    append(path, [])
    append(path, [{"text": "ô"}])
    assert list(entries_of(path)) == [{"text": "a\u2028b\r\nc}"}, {"day": "2020-07-01"}, {"text": "ô"}]


def test_a_line_without_its_end_takes_nothing_else_with_it(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    append(path, [{"n": 1}])
    path.write_bytes(path.read_bytes() + b'{"n": ')
    append(path, [{"n": 2}])
    assert list(entries_of(path)) == [{"n": 1}, {"n": 2}]


def test_a_finished_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    append(path, [{"n": 1}])
    path.write_bytes(path.read_bytes() + b"{n: 2}\n")
    with pytest.raises(JournalDamaged, match=r"said\.jsonl, line 2"):
        list(entries_of(path))
