"""The archive gives back what was received, or says that it cannot."""

import hashlib
import json
from pathlib import Path

import pytest

from warehouse.archived import NotArchived, archived_content, record_of

CONTENT = b"a workbook"
SUBMISSION = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with one file in it."""
    folder = tmp_path / SUBMISSION[:2]
    folder.mkdir()
    (folder / f"{SUBMISSION}.xlsx").write_bytes(CONTENT)
    (folder / f"{SUBMISSION}.json").write_text(json.dumps({"archived_as": f"{SUBMISSION}.xlsx"}), encoding="utf-8")
    return tmp_path


def test_what_was_received_is_given_back(archive: Path) -> None:
    assert archived_content(archive, SUBMISSION) == CONTENT


def test_a_content_that_is_another_one_is_said_with_both_sums(archive: Path) -> None:
    file = record_of(archive, SUBMISSION).with_suffix(".xlsx")
    file.write_bytes(b"another workbook")
    stored = hashlib.sha256(b"another workbook").hexdigest()
    with pytest.raises(NotArchived, match=f"{SUBMISSION}.xlsx: stored={stored}, expected={SUBMISSION}"):
        archived_content(archive, SUBMISSION)


@pytest.mark.parametrize("record", ["", "{", "[]", "{}", '{"archived_as": "gone.xlsx"}'])
def test_a_record_that_leads_nowhere_is_named(archive: Path, record: str) -> None:
    path = record_of(archive, SUBMISSION)
    path.write_text(record, encoding="utf-8")
    with pytest.raises(NotArchived, match=f"{SUBMISSION}.json"):
        archived_content(archive, SUBMISSION)


def test_a_file_that_was_never_received_is_named(archive: Path) -> None:
    with pytest.raises(NotArchived, match=r"ffff\.json"):
        archived_content(archive, "ffff")
