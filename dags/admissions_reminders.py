"""Every morning: communes that owe a report or got one back, and stewards of what waits, are reminded by mail."""

import logging
from typing import Any

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.trigger import CronTriggerTimetable

from dags.assets import PUBLISHED
from dags.office import log_sentence
from dags.tasks import AS_OF, TRIED_AGAIN, settings_of_this_run
from warehouse.settings import OFFICE_TIME

DAG_ID = "admissions_reminders"

DOCUMENTATION = """
At 07:30 (Hà Nội), by mail, to the addresses of the office's list of contacts:

- communes that owe a report, on the days of `ADMISSIONS_REMIND_DAYS` before and after the due day, with their blank
  workbook;
- communes whose report was returned, with the marked copy;
- stewards: what waits, once a day.

Nobody is reminded twice of the same, and nobody whose report has come: that is asked once more right before a mail goes
out. Run again: what went out does not go out again. Skipped where there is no mail server or no list of contacts.
"""


@dag(
    dag_id=DAG_ID,
    description="Who owes a report, got one back, or has something to settle, is reminded by mail",
    doc_md=DOCUMENTATION,
    schedule=CronTriggerTimetable("30 7 * * *", timezone=OFFICE_TIME.key),
    catchup=False,
    max_active_runs=1,
    tags=["admissions", "daily"],
    params={"today": AS_OF},
    default_args=TRIED_AGAIN,
)
def admissions_reminders() -> None:
    @task(doc_md="Everything that is due today, each once.", inlets=[PUBLISHED], show_return_value_in_logs=False)
    def remind() -> dict[str, Any]:
        import steps

        settings = settings_of_this_run()
        summary = steps.remind_today(settings)
        if not summary["is_set_up"]:
            log_sentence(settings, "remind_not_set_up", logging.WARNING)
            raise AirflowSkipException
        if summary["without_address"]:
            communes = ", ".join(summary["without_address"])
            log_sentence(settings, "remind_no_address", logging.WARNING, communes=communes)
        sent = sum(each["outcome"] == "sent" for each in summary["outcomes"])
        log_sentence(settings, "reminders_sent", number=sent)
        return summary

    remind()


admissions_reminders()
