"""Runs that meet, and one that is killed: every process ends well or says who is writing, and nothing is lost."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import steps
from samples.write import write_samples
from tests.warm import command
from warehouse.connections import reading_published
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[2]


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    """The sample city's first two months, waiting in the landing folder."""
    settings = load_settings(
        {
            "ADMISSIONS_HOME": str(tmp_path / "var"),
            "ADMISSIONS_TODAY": "2016-03-06",
            "ADMISSIONS_ARRIVAL": "modified",
            "ADMISSIONS_LANGUAGE": "en",
            "ADMISSIONS_WAIT_SECONDS": "1800",
        },
        ROOT,
    )
    write_samples(settings.landing, until=date(2015, 8, 1))
    return settings


def environment(settings: Settings, **other: str) -> dict[str, str]:
    return os.environ | settings.as_environment() | other | {"PYTHONUNBUFFERED": "1"}


def start(settings: Settings, *arguments: str, **other: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        env=environment(settings, **other),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_runs_that_meet_end_as_one_run_does(city: Settings) -> None:
    killed = start(city, "run")
    assert killed.stdout is not None
    # It holds the store from the first step to the last, not only while it loads.
    assert killed.stdout.readline().startswith("Load:")
    refused = start(city, "load", ADMISSIONS_WAIT_SECONDS="0")
    said = refused.communicate()[1]
    assert refused.returncode == 1
    assert "Another run is writing to the store" in said
    assert f"admissions run, process {killed.pid}" in said
    assert "Traceback" not in said

    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    # One starts dbt and the check as in production.
    met = [start(city, "run"), *(command.start(words, environment(city)) for words in (["run"], ["build"]))]
    for process in met:
        said = process.communicate()[1]
        assert process.returncode == 0, said
    with reading_published(city) as connection:
        assert connection.execute("SELECT count(*) FROM warehouse.raw.submissions").fetchone() == (15,)
    assert steps.rebuild(city, replace=False)["same"] is True
