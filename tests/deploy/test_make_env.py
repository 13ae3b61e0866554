"""Secrets: fresh once, kept ever after, and nobody but their owner gets to them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from compose_tools import PROJECT

from deploy.make_env import EARLIER, GIVEN, MAKERS, make_secrets


def values(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_every_secret_is_made_and_none_twice_the_same(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert make_secrets(first) == make_secrets(second) == [*MAKERS, *GIVEN]
    assert all(len(values(first)[name]) >= 32 for name in MAKERS)
    assert len({values(folder)[name] for folder in (first, second) for name in MAKERS}) == 2 * len(MAKERS)
    assert {values(first)[name] for name in GIVEN} == {""}


def test_a_second_time_changes_nothing_and_what_is_missing_or_empty_is_made(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    (tmp_path / "mail_password").write_text("the office's\n")
    written = values(tmp_path)
    assert make_secrets(tmp_path) == []
    assert values(tmp_path) == written

    (tmp_path / "jwt_secret").unlink()
    (tmp_path / "fernet_key").unlink()
    (tmp_path / "fernet_key").write_text("\n")
    assert make_secrets(tmp_path) == ["fernet_key", "jwt_secret"]
    again = values(tmp_path)
    assert {name for name in again if again[name] != written[name]} == {"fernet_key", "jwt_secret"}


def test_the_folder_is_closed_and_its_files_are_readable_for_the_services_that_are_shown_them(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o444 for path in folder.iterdir()} == {0o444}
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_secrets_of_an_earlier_version_are_taken_over_from_the_env_file(tmp_path: Path) -> None:
    env = ("ADMISSIONS_DUE_DAY=7", "AIRFLOW_DATABASE_PASSWORD=kept by PostgreSQL", "AIRFLOW_JWT_SECRET='mine'")
    make_secrets(tmp_path, "\n".join((*env, "# AIRFLOW_FERNET_KEY=x\n")))
    made = values(tmp_path)
    assert made["database_password"] == "kept by PostgreSQL"
    assert made["jwt_secret"] == "mine"
    assert made["fernet_key"] != "x"


def test_the_command_says_what_it_made_and_what_may_go(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    for name in ("deploy/__init__.py", "deploy/make_env.py", ".env.example"):
        shutil.copy(PROJECT / name, tmp_path / name)

    def told() -> str:
        # As it is run: by any Python, before anything is installed.
        command = [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); import runpy; "]
        command[-1] += "runpy.run_module('deploy.make_env', run_name='__main__')"
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    first = told()
    assert all(name in first for name in MAKERS)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / ".env").read_text() == (PROJECT / ".env.example").read_text()
    with (tmp_path / ".env").open("a") as env:
        env.write("AIRFLOW_FERNET_KEY=old\n")
    second = told()
    assert "nothing was changed" in second
    assert "Remove from .env" in second
    assert "AIRFLOW_FERNET_KEY" in second


def test_the_example_has_no_secret_in_it() -> None:
    example = (PROJECT / ".env.example").read_text("utf-8")
    assert not re.findall(r"^\w+=", example, re.MULTILINE)
    assert not [name for name in EARLIER.values() if name in example]
