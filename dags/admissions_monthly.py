"""The monthly run: everything new in the landing folder, up to the published figures.

Airflow reads this file often, so nothing heavy is imported here: each task imports its step when it starts.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Asset, MultipleCronTriggerTimetable, Param, dag, get_current_context, task

from warehouse.settings import OFFICE_TIME, Settings, load_settings

PROJECT = Path(__file__).resolve().parents[1]

DAG_ID = "admissions_monthly"

PUBLISHED_ADMISSIONS = Asset(name="published_admissions", uri="admissions://published/admissions.duckdb")

DOCUMENTATION = """
Takes whatever the communes have sent since the last run, be it 7 workbooks or 420, up to the published file.

- **load**: landing folder → archive and raw tables. Run again: goes on where it stopped.
- **build**: staging and reconciliations (dbt). Run again: the same again.
- **check**: judges the reconciliations (Great Expectations), holds back what contradicts itself.
- **publish**: marts of what passed (dbt), then a finished copy; until it is whole, readers keep the old one.

Runs by itself at 06:00 (Hà Nội) on the day after reports are due, and then builds and tests everything; a run by hand
only what has changed, which is nothing where nothing has. To run it by hand, press *Trigger*;
the parameter `today` runs it as of another day.

Figures that contradict themselves are no failure of the run: they wait for the stewards
(`admissions failures`). A task is red only when it could not do its work; the last line of its log
says why. Any task can be cleared and run again.
"""


def crons_after_due_day(due_day: int) -> list[str]:
    """When the run starts: 06:00 on the day after reports are due (`due_day` 1 to 28)."""
    crons = [f"0 6 {due_day + 1} * *"]
    if due_day + 1 == 29:
        # Most Februaries have no 29th; the run of such a year starts on 1 March. In a leap year there are
        # two runs, and the second does the same again.
        crons.append("0 6 1 3 *")
    return crons


def settings_of_this_run() -> Settings:
    """The settings, with `today` taken from the run's parameters when it is given."""
    today = get_current_context()["params"].get("today")
    return load_settings({**os.environ, **({"ADMISSIONS_TODAY": today} if today else {})}, PROJECT)


def is_monthly_close() -> bool:
    """Whether the schedule started this run: then everything is built and tested, changed or not."""
    return bool(get_current_context()["dag_run"].run_type == "scheduled")


@contextmanager
def step_of_this_run(is_last: bool = False) -> Iterator[Settings]:
    """The settings for one step, which holds the store for this run until the next step has it."""
    import steps

    settings = settings_of_this_run()
    with steps.part_of_run(settings, f"{DAG_ID} {get_current_context()['run_id']}", goes_on=not is_last):
        yield settings


@dag(
    dag_id=DAG_ID,
    description="Workbooks of the communes → checked and published admission figures",
    doc_md=DOCUMENTATION,
    schedule=MultipleCronTriggerTimetable(
        *crons_after_due_day(load_settings(working_folder=PROJECT).due_day), timezone=OFFICE_TIME.key
    ),
    catchup=False,
    max_active_runs=1,
    tags=["admissions", "monthly"],
    params={
        "today": Param(
            None,
            type=["null", "string"],
            format="date",
            title="As of",
            description="Run as if it were this day (YYYY-MM-DD). Empty: today.",
        )
    },
    default_args={
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=15),
        "execution_timeout": timedelta(hours=6),
    },
)
def admissions_monthly() -> None:
    # One process a step and run: starting dbt and Great Expectations costs seconds each.
    @task(doc_md="Landing folder → archive and raw tables.")
    def load() -> dict[str, Any]:
        import steps

        with step_of_this_run() as settings:
            return steps.load(settings)

    @task(doc_md="Staging and reconciliations, with dbt.")
    def build() -> dict[str, Any]:
        import steps

        with step_of_this_run() as settings:
            if is_monthly_close():
                return steps.build(settings, in_full=True)
            return steps.unless_published(settings, steps.build)

    @task(doc_md="Judges the reconciliations; holds back what contradicts itself.")
    def check() -> dict[str, Any]:
        import steps

        with step_of_this_run() as settings:
            return steps.unless_published(settings, steps.check)

    @task(doc_md="Marts of what passed, then a finished copy for the readers.", outlets=[PUBLISHED_ADMISSIONS])
    def publish() -> dict[str, Any]:
        import steps

        with step_of_this_run(is_last=True) as settings:
            return steps.publish(settings, in_full=True) if is_monthly_close() else steps.publish(settings)

    load() >> build() >> check() >> publish()


admissions_monthly()
