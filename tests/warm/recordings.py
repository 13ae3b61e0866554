"""What dbt runs for the two builds, recorded once for all tests: a store that dbt has built is built without it from
then on, as in production."""

import fcntl
from dataclasses import replace
from functools import cache
from pathlib import Path

from dbt_project import build as dbt
from dbt_project import parsed, recording
from dbt_project.build import MARTS, PROJECT, RECONCILE
from dbt_project.recording import TEST, Recording
from warehouse.settings import Settings, load_settings

BUILDS = (RECONCILE, MARTS)


def day_without_reports(home: Path) -> Settings:
    """Of an office that has received nothing yet."""
    return load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06"}, home)


def make_recordings(settings: Settings) -> None:
    """Have dbt build this empty store, unless its recordings of this project are there. One process at a time."""
    folder = parsed.recording_of(PROJECT, PROJECT, RECONCILE).parent
    with (folder / "recordings.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if all(parsed.recording_of(PROJECT, PROJECT, each).exists() for each in BUILDS):
            return
        for each in BUILDS:
            dbt.build(settings, each)


@cache
def recorded(build: str, with_tests: bool) -> Recording | None:
    """The recording of a build, with its data tests or without."""
    found = recording.read(parsed.recording_of(PROJECT, PROJECT, build))
    if found is None or with_tests:
        return found
    return replace(found, steps=tuple(step for step in found.steps if found.graph[step.node].kind != TEST))
