"""What dbt runs for the two builds, as production has it ready: a store is built without it."""

from dataclasses import replace
from functools import cache

from dbt_project import parsed, recording
from dbt_project.build import PROJECT
from dbt_project.recording import TEST, Recording


@cache
def recorded(build: str, with_tests: bool) -> Recording | None:
    """The recording of a build, with its data tests or without."""
    found = recording.read(parsed.recording_of(PROJECT, PROJECT, build))
    if found is None or with_tests:
        return found
    return replace(found, steps=tuple(step for step in found.steps if found.graph[step.node].kind != TEST))
