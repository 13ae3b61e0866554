"""Airflow's own database is lost: what was taken in is not taken in again, and what comes is taken in as before."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from deploy.airflow_home import PROJECT
from samples.model import report_of
from tests.deploy.test_make_up import command
from tests.portal.reporting_office import AUGUST, JULY, OURS, workbook

#: Everything is real: dbt builds the first store, beside whatever else the machine does.
pytestmark = [pytest.mark.services, pytest.mark.airflow, pytest.mark.soak]


@pytest.fixture
def airflow(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    environment = {
        "HOME": str(tmp_path),
        "ADMISSIONS_HOME": str(tmp_path / "var"),
        "ADMISSIONS_SCOPE": f"commune:{OURS}",
        "ADMISSIONS_LANGUAGE": "en",
    }

    def tell(name: str) -> None:
        done = command(PROJECT, name, **environment)
        assert done.returncode == 0, done.stdout + done.stderr

    yield tell
    command(PROJECT, "down", **environment)


def published(home: Path, reports: int, seconds: float = 420) -> bool:
    """Whether so many reports are published within this time."""
    until = time.monotonic() + seconds
    path = home / "published" / "admissions.duckdb"
    while time.monotonic() < until:
        if path.exists():
            with duckdb.connect(str(path), read_only=True) as connection:
                if connection.execute("SELECT count(*) FROM raw.submissions").fetchone() == (reports,):
                    return True
        time.sleep(1)
    return False


def arrivals(home: Path) -> list[str]:
    lines = (home / "archive" / "arrivals.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["path"] for line in lines]


def test_without_airflow_s_database_nothing_is_taken_in_twice_and_what_comes_is_taken_in(
    airflow: Callable[[str], None], tmp_path: Path
) -> None:
    home = tmp_path / "var"
    (home / "landing").mkdir(parents=True)
    (home / "landing" / "july.xlsx").write_bytes(workbook(report_of(OURS, JULY)))
    airflow("up")
    assert published(home, 1)
    airflow("down")
    for lost in (home / "airflow").glob("airflow.db*"):
        lost.unlink()
    airflow("up")
    (home / "landing" / "august.xlsx").write_bytes(workbook(report_of(OURS, AUGUST)))
    assert published(home, 2)
    assert arrivals(home) == ["july.xlsx", "august.xlsx"]
