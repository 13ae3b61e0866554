"""The steps of a run as tasks. What runs when is said by the DAGs that call them.

Airflow reads the files of DAGs often, so nothing heavy is imported here: each task imports its step when it starts.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.assets import JUDGED, LANDING, PUBLISHED, RAW
from dags.notices import tell_of_failure
from dags.office import LOG, events_into_task_log, log_sentence, office_settings
from warehouse.settings import Settings

#: A task that could not do its work is tried again: the disk may have room, the other run may be over.
TRIED_AGAIN: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=15),
    "execution_timeout": timedelta(hours=6),
    "on_failure_callback": tell_of_failure,
}

AS_OF = Param(
    None,
    type=["null", "string"],
    format="date",
    title="As of",
    description="Run as if it were this day (YYYY-MM-DD). Empty: today.",
)


def settings_of_this_run() -> Settings:
    """The settings, with `today` taken from the run's parameters when it is given."""
    context = get_current_context()
    today = context["params"].get("today")
    settings = office_settings(ADMISSIONS_TODAY=today) if today else office_settings()
    events_into_task_log(settings, run=_run_of(context), task=context["ti"].task_id)
    return settings


def is_monthly_close() -> bool:
    """Whether the schedule started this run: then everything is built and tested, changed or not."""
    return bool(get_current_context()["dag_run"].run_type == "scheduled")


@contextmanager
def step_of_this_run(is_last: bool = False) -> Iterator[Settings]:
    """The settings for one step, which holds the store for this run until the next step has it."""
    import steps

    settings = settings_of_this_run()
    with steps.part_of_run(settings, _run_of(get_current_context()), goes_on=not is_last):
        yield settings


def _run_of(context: Any) -> str:
    return f"{context['dag'].dag_id} {context['run_id']}"


def tell(step: str, summary: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The last line of a task's log says what happened; as events it was told by the step."""
    import steps

    if settings.log == "json":
        return summary
    for refusal in summary.get("refusals", ()):
        LOG.warning("%s: %s", refusal["path"], refusal[f"message_{settings.language}"])
    LOG.info(steps.told(step, summary, settings))
    return summary


# One process a step and run: starting dbt and Great Expectations costs seconds each.
@task(
    doc_md="Landing folder → archive and raw tables.",
    inlets=[LANDING],
    outlets=[RAW],
    show_return_value_in_logs=False,
)
def load() -> dict[str, Any]:
    import steps

    with step_of_this_run() as settings:
        return tell("load", steps.load(settings), settings)


@task(doc_md="Staging and reconciliations, with dbt.", show_return_value_in_logs=False)
def build() -> dict[str, Any]:
    import steps

    with step_of_this_run() as settings:
        if is_monthly_close():
            return tell("build", steps.build(settings, in_full=True), settings)
        return tell("build", steps.unless_published(settings, steps.build), settings)


@task(
    doc_md="Judges the reconciliations; holds back what contradicts itself.",
    inlets=[RAW],
    outlets=[JUDGED],
    show_return_value_in_logs=False,
)
def check() -> dict[str, Any]:
    import steps

    with step_of_this_run() as settings:
        return tell("check", steps.unless_published(settings, steps.check), settings)


@task(
    doc_md="Marts of what passed, then a finished copy for the readers.",
    inlets=[JUDGED],
    outlets=[PUBLISHED],
    show_return_value_in_logs=False,
)
def publish() -> dict[str, Any]:
    import steps

    with step_of_this_run(is_last=True) as settings:
        summary = steps.publish(settings, in_full=True) if is_monthly_close() else steps.publish(settings)
        return tell("publish", summary, settings)


@task(doc_md="The summary of the month for those above, and who has not reported.", inlets=[PUBLISHED])
def close() -> dict[str, Any]:
    settings = settings_of_this_run()
    if not is_monthly_close():
        log_sentence(settings, "close_not_today")
        raise AirflowSkipException
    import steps

    summary = steps.close_month(settings)
    if summary["missing"]:
        missing = {"number": len(summary["missing"]), "names": ", ".join(summary["missing"])}
        log_sentence(settings, "close_missing", logging.WARNING, **missing)
    if sent := steps.send_summary(settings, date.fromisoformat(f"{summary['month']}-01"))["outcomes"]:
        log_sentence(settings, "close_sent", number=len(sent))
    log_sentence(settings, "closed", **summary)
    return summary
