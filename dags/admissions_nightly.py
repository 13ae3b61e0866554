"""Every night: is everything that is kept what it was; the backup; what was kept for long enough goes."""

import logging
from pathlib import Path
from typing import Any

from airflow.sdk import TriggerRule, dag, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from airflow.timetables.trigger import CronTriggerTimetable

from dags.office import log, log_sentence
from dags.tasks import AS_OF, TRIED_AGAIN, settings_of_this_run
from warehouse.settings import OFFICE_TIME, Settings

DAG_ID = "admissions_nightly"

DOCUMENTATION = """
At 02:00 (Hà Nội):

- **verify**: archive, journals, store and published file against their checksums and against each other.
- **backup**: into the folder of `ADMISSIONS_BACKUP`; only what is new is copied. Skipped where there is none.
- **clean_up**: what was kept for long enough (`ADMISSIONS_KEEP_…`) is removed; the archive and its journals never.

A red task names in its log each file that is not what it was, and what to do. The others go on.
"""


def _done(settings: Settings, sentence: str, summary: dict[str, Any]) -> dict[str, Any]:
    """The summary, or a failure with its troubles: the same things would be wrong at a second try."""
    troubles = summary["troubles"]
    for trouble in troubles:
        log(settings, "trouble", trouble, logging.ERROR)
    if troubles:
        raise AirflowFailException("\n".join(troubles))
    log_sentence(settings, sentence, **summary)
    return summary


@dag(
    dag_id=DAG_ID,
    description="What is kept against its checksums, the backup, and what may go",
    doc_md=DOCUMENTATION,
    schedule=CronTriggerTimetable("0 2 * * *", timezone=OFFICE_TIME.key),
    catchup=False,
    max_active_runs=1,
    tags=["admissions", "nightly"],
    params={"today": AS_OF},
    default_args=TRIED_AGAIN,
)
def admissions_nightly() -> None:
    @task(doc_md="What is kept against its checksums.", show_return_value_in_logs=False)
    def verify() -> dict[str, Any]:
        import steps

        settings = settings_of_this_run()
        return _done(settings, "nightly_verified", steps.verify(settings))

    # What is damaged here is no reason to keep no copy of the rest.
    @task(trigger_rule=TriggerRule.ALL_DONE, doc_md="Into the folder of the backup.", show_return_value_in_logs=False)
    def backup() -> dict[str, Any]:
        import steps

        settings = settings_of_this_run()
        if not settings.backup:
            log_sentence(settings, "nightly_no_backup", logging.WARNING)
            raise AirflowSkipException
        return _done(settings, "nightly_backup", steps.backup(settings, Path(settings.backup)))

    @task(trigger_rule=TriggerRule.ALL_DONE, doc_md="What was kept for long enough.", show_return_value_in_logs=False)
    def clean_up() -> dict[str, Any]:
        import steps

        settings = settings_of_this_run()
        return _done(settings, "nightly_cleaned", steps.clean_up(settings))

    verify() >> backup() >> clean_up()


admissions_nightly()
