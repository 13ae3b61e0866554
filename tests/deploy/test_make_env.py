"""`.env`: fresh secrets once, kept ever after."""

import re
import shutil
from pathlib import Path

from compose_tools import PROJECT

from deploy.make_env import MAKERS, completed, make_env


def values(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def test_every_secret_is_made_and_none_twice_the_same() -> None:
    example = (PROJECT / ".env.example").read_text("utf-8")
    first, filled = completed(example)
    second, _ = completed(example)
    assert set(filled) == set(MAKERS)
    assert all(len(values(first)[name]) >= 32 for name in MAKERS)
    assert all(values(first)[name] != values(second)[name] for name in MAKERS)


def test_what_is_set_stays_and_what_is_missing_is_added() -> None:
    text, filled = completed("AIRFLOW_JWT_SECRET=mine\n# AIRFLOW_FERNET_KEY=\nADMISSIONS_DUE_DAY=7")
    assert values(text)["AIRFLOW_JWT_SECRET"] == "mine"
    assert values(text)["ADMISSIONS_DUE_DAY"] == "7"
    assert "# AIRFLOW_FERNET_KEY=\n" in text
    assert set(filled) == set(MAKERS) - {"AIRFLOW_JWT_SECRET"}


def test_only_its_owner_may_read_it_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    shutil.copy(PROJECT / ".env.example", tmp_path)
    assert set(make_env(tmp_path)) == set(MAKERS)
    written = (tmp_path / ".env").read_text("utf-8")
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert make_env(tmp_path) == []
    assert (tmp_path / ".env").read_text("utf-8") == written
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", ".env.example"]
