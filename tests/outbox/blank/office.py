"""LibreOffice as the communes' spreadsheet program: what it makes of a workbook's formulas."""

import shutil
import subprocess
from pathlib import Path

import pytest


def recalculated(path: Path, folder: Path) -> Path:
    """The workbook as LibreOffice saves it into `folder`, with every formula that had no value worked out."""
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("LibreOffice is needed to fill in a blank workbook, and soffice is not there: run `make system`.")
    profile = f"-env:UserInstallation=file://{folder.parent.resolve()}/office-profile"
    finished = subprocess.run(
        [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    saved = folder / path.name
    assert saved.exists(), f"LibreOffice did not save {path.name}: {finished.stdout} {finished.stderr}"
    return saved
