"""The archive and its provenance records."""

import hashlib
from datetime import datetime
from pathlib import Path

import pytest

from ingest.archive import (
    BadProvenance,
    ContentChanged,
    Provenance,
    archive_file,
    content_path,
    read_provenance,
    records,
)

CONTENT = b"the commune's workbook"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def archived(tmp_path: Path, name: str = "báo cáo.xlsx", submission_id: str = SHA256) -> Provenance:
    source = tmp_path / name
    source.write_bytes(CONTENT)
    return archive_file(
        tmp_path / "archive",
        source,
        submission_id=submission_id,
        path_name=f"2020-05/{name}",
        modified_at=datetime(2020, 6, 3, 1, 2, 3),
        received_at=datetime(2020, 6, 3, 4, 5, 6),
    )


def test_a_record_survives_the_round_trip(tmp_path: Path) -> None:
    record = archived(tmp_path)
    assert Provenance.from_json(record.to_json()) == record
    assert list(records(tmp_path / "archive")) == [record]


def test_the_content_lies_under_its_hash_unchanged(tmp_path: Path) -> None:
    record = archived(tmp_path)
    path = content_path(tmp_path / "archive", record)
    assert path.read_bytes() == CONTENT
    assert path.name == f"{SHA256}.xlsx"


def test_the_same_content_again_keeps_the_first_record(tmp_path: Path) -> None:
    first = archived(tmp_path)
    assert archived(tmp_path, "another name.xlsx") == first


def test_content_that_changed_while_it_was_read_is_not_archived(tmp_path: Path) -> None:
    with pytest.raises(ContentChanged):
        archived(tmp_path, submission_id="0" * 64)
    assert not [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]


def test_a_record_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    record = archived(tmp_path)
    with pytest.raises(BadProvenance):
        Provenance.from_json(record.to_json()[:40])


def test_a_record_with_an_unknown_part_is_refused(tmp_path: Path) -> None:
    text = archived(tmp_path).to_json().replace('"bytes"', '"octets"')
    with pytest.raises(BadProvenance, match="octets"):
        Provenance.from_json(text)


def test_a_record_of_another_content_is_refused(tmp_path: Path) -> None:
    archived(tmp_path)
    (record_path,) = (tmp_path / "archive").glob("??/*.json")
    moved = record_path.with_name(f"{'f' * 64}.json")
    record_path.rename(moved)
    with pytest.raises(BadProvenance, match=f"stored={SHA256}, expected={'f' * 64}"):
        read_provenance(moved)
