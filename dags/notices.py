"""Whoever operates it is told by mail of what went wrong, by the same server as communes are reminded by.

Where nobody is to be told, or no server is configured, nothing happens. A mail that did not go out is a line of the
log.
"""

import asyncio
import logging
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from dags.office import log, office_settings
from warehouse.settings import Settings

if TYPE_CHECKING:
    from outbox.mail import Mail


def tell_of_failure(context: Any) -> None:
    """Called when a task has failed for the last time."""
    from outbox.notices import task_failed

    settings = office_settings()
    why = context.get("exception")
    instance = context["ti"]
    _send(settings, task_failed(settings, instance.dag_id, instance.task_id, str(why or "")))


async def tell_of_delay(dag: str, minutes: int) -> None:
    """Called when a run is not done though its time is over."""
    from outbox.notices import run_overdue

    settings = office_settings()
    await asyncio.to_thread(_send, settings, run_overdue(settings, dag, minutes))


def done_in_time(dag: str) -> DeadlineAlert | None:
    """An alert for each run of the DAG that is not done `ADMISSIONS_OVERDUE_MINUTES` after it was called for. None for
    `airflow dags test`, which fails at the end of a run that has one (Airflow 3.3)."""
    if sys.argv[1:3] == ["dags", "test"]:
        return None
    minutes = office_settings().overdue_minutes
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=minutes),
        callback=AsyncCallback(tell_of_delay, kwargs={"dag": dag, "minutes": minutes}),
        name=f"{dag} within {minutes} minutes",
    )


def _send(settings: Settings, mail: "Mail") -> None:
    from outbox.mail import MailNotSent, send
    from outbox.notices import is_wanted

    if not is_wanted(settings):
        return
    try:
        send(settings, [mail])
    except MailNotSent as trouble:
        log(settings, "notice_not_sent", trouble.sentence(settings.language), logging.ERROR)
