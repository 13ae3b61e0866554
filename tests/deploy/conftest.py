"""A copy of the project whose steps are stand-ins, so that Airflow can be tried without workbooks."""

import shutil
from pathlib import Path

import pytest
from compose_tools import PROJECT

STEPS = '''
"""Stands in for the project's steps: notes the call, and fails when told to."""
import os
import time
from contextlib import contextmanager
from warehouse import events
from warehouse.run_log import noting
from steps.measuring import begin

def _step(name):
    def step(settings):
        with open(settings.home / "calls.txt", "a") as file:
            file.write(f"{name} {settings.today}\\n")
        if os.environ.get("FAILING_STEP") == name:
            raise RuntimeError(f"{name}: the disk is full.")
        if os.environ.get("SLOW_STEP") == name:
            time.sleep(90)
        begin(settings)
        with noting(settings, f"admissions {name}"):
            events.tell(f"{name}_stood_in", number=7)
        return {"new": 7, "step": name}
    return step

@contextmanager
def part_of_run(settings, run_id, goes_on):
    yield


def unless_published(settings, step):
    return step(settings)

# The portal asks for these.
from steps.sending_back import annotate
from steps.monthly import Summary
from steps.troubles import StepFailed, sentence_for
from steps.words import words

def told(step, summary, settings):
    return f"{step}: {summary['new']} new"


load, build, check, publish = map(_step, ("load", "build", "check", "publish"))
'''

FOLDERS = (
    *("answers", "cli", "dags", "dbt_project", "deploy", "expectations", "ingest", "outbox", "portal"),
    *("reference", "steps", "warehouse"),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project with other steps."""
    folder = tmp_path / "project"
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "steps" / "__init__.py").write_text(STEPS, "utf-8")
    return folder
