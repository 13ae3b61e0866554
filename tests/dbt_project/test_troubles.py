"""What is not the models' fault is not said to be: another writer, and a full disk, are called by their names."""

import subprocess
import sys

import pytest

from dbt_project import build as building
from dbt_project.build import BuildFailed, build
from warehouse.connections import StoreBusy
from warehouse.settings import Settings

LOCKED = (
    "Runtime Error: IO Error: Could not set lock on file /home/x/warehouse.duckdb:"
    " Conflicting lock is held in /usr/bin/python (PID 7)"
)


def dbt_says(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    program = f"import sys; print({words!r}); sys.exit(2)"

    def dbt(*_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    monkeypatch.setattr(building, "_dbt", dbt)


def test_a_store_that_another_process_has_is_busy(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    dbt_says(monkeypatch, LOCKED)
    with pytest.raises(StoreBusy):
        build(settings)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (
            'IO Error: Could not write file "/h/warehouse.duckdb.wal": No space left on device',
            "/h/warehouse.duckdb.wal",
        ),
        ("OSError: [Errno 28] No space left on device", "warehouse.duckdb"),
        ("Out of Memory Error: failed to offload data block of size 256.0 KiB (1.0 MiB/1.0 MiB used).", "duckdb"),
    ],
)
def test_a_full_disk_is_a_full_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, words: str, named: str
) -> None:
    dbt_says(monkeypatch, words)
    with pytest.raises(OSError, match="No space left") as full:
        build(settings)
    assert str(full.value.filename).endswith(named)


def test_anything_else_is_a_build_that_failed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    dbt_says(monkeypatch, "Compilation Error in model dim_cell")
    with pytest.raises(BuildFailed, match="dim_cell"):
        build(settings)
