"""Which version is running, and which is newer."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse import software
from warehouse.software import is_newer, software_version


def test_code_that_is_not_installed_knows_its_version(tmp_path: Path) -> None:
    """As in the container, and as after an update before anything is installed anew."""
    shutil.copytree(Path(software.__file__).parent, tmp_path / "warehouse")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "7.8.9"\n')
    asked = "from warehouse.software import software_version; print(software_version())"
    said = subprocess.run([sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout == "7.8.9\n"


@pytest.mark.parametrize(("other", "newer"), [("0.9.0", False), ("0.10.0", False), ("0.10.1", True), ("1.0", True)])
def test_versions_are_compared_number_by_number(other: str, newer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "software_version", lambda: "0.10.0")
    assert is_newer(other) == newer


def test_the_version_is_the_project_s() -> None:
    assert f'version = "{software_version()}"' in (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
