"""A journal keeps every entry whose line was finished, whatever stopped the machine."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.power_loss import watched
from warehouse import journal
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


def test_entries_are_lines_of_json_in_plain_letters_with_their_keys_in_order(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    append(path, [{"b": 1, "a": "Đông Phong"}])
    append(path, [{"c": None}])
    assert path.read_text(encoding="utf-8") == '{"a": "Đông Phong", "b": 1}\n{"c": null}\n'


def test_what_the_disk_takes_in_parts_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    class SlowDisk:
        def __init__(self, file: Any) -> None:
            self._file = file

        def write(self, content: memoryview) -> int | None:
            return self._file.write(content[:3]) if len(content) % 2 else self._file.write(content[:1])

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def __enter__(self) -> "SlowDisk":
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

    def open_slowly(self: Path, mode: str = "r", **given: Any) -> Any:
        file = opened(self, mode, **given)
        return SlowDisk(file) if mode == "ab" else file

    monkeypatch.setattr(Path, "open", open_slowly)
    path = tmp_path / "said.jsonl"
    append(path, [{"text": "Đông Phong"}, {"n": 2}])
    assert list(entries_of(path)) == [{"text": "Đông Phong"}, {"n": 2}]


def test_all_of_the_entries_are_kept_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "said.jsonl"
    append(path, [{"n": 1}])
    before = path.read_bytes()

    def disk_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal.os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        append(path, [{"n": 2}, {"n": 3}])
    assert path.read_bytes() == before


def test_a_line_that_breaks_off_is_passed_over_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    path.write_text('{"n": 1}\n{"n": 2, "te\n{"n": 3}\n{"n": ', encoding="utf-8")
    assert list(entries_of(path)) == [{"n": 1}, {"n": 3}]


def test_what_was_noted_is_there_after_a_power_failure(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with watched(tmp_path / "home", tmp_path / "left") as disk:
        append(tmp_path / "home" / "decisions.jsonl", [{"decision": "accept"}])
        left = disk.left_by_a_power_failure()
    assert list(entries_of(left / "decisions.jsonl")) == [{"decision": "accept"}]
