"""From workbooks that have come to published figures: on arrival, and in full on the day after reports are due."""

from airflow.sdk import AssetOrTimeSchedule, MultipleCronTriggerTimetable, dag

from dags.assets import LANDING
from dags.notices import done_in_time
from dags.office import office_settings
from dags.tasks import AS_OF, TRIED_AGAIN, build, check, close, load, publish
from warehouse.settings import OFFICE_TIME

DAG_ID = "admissions_monthly"

DOCUMENTATION = """
Takes whatever the communes have sent since the last run, be it one workbook or 420, up to the published file.

- **load**: landing folder → archive and raw tables. Run again: goes on where it stopped.
- **build**: staging and reconciliations (dbt). Run again: the same again.
- **check**: judges the reconciliations (Great Expectations), holds back what contradicts itself.
- **publish**: marts of what passed (dbt), then a finished copy; until it is whole, readers keep the old one.
- **close**: the summary for those above, and who has not reported.

It starts a few seconds after files have come into the landing folder and nothing is written there any more: one run for
all that came together. At 06:00 (Hà Nội) on the day after reports are due it closes the month: everything is built and
tested then, changed or not, and `close` does its work (in other runs it is skipped). To run it by hand, press
*Trigger*; the parameter `today` runs it as of another day.

Figures that contradict themselves are no failure of the run: they wait for the stewards
(`admissions failures`). A task is red only when it could not do its work; the last line of its log
says why. Any task can be cleared and run again.
"""


def crons_after_due_day(due_day: int) -> list[str]:
    """When the month is closed: 06:00 on the day after reports are due (`due_day` 1 to 28)."""
    crons = [f"0 6 {due_day + 1} * *"]
    if due_day + 1 == 29:
        # Most Februaries have no 29th; the run of such a year starts on 1 March. In a leap year there are
        # two runs, and the second does the same again.
        crons.append("0 6 1 3 *")
    return crons


@dag(
    dag_id=DAG_ID,
    description="Workbooks of the communes → checked and published admission figures",
    doc_md=DOCUMENTATION,
    schedule=AssetOrTimeSchedule(
        timetable=MultipleCronTriggerTimetable(
            *crons_after_due_day(office_settings().due_day), timezone=OFFICE_TIME.key
        ),
        assets=[LANDING],
    ),
    catchup=False,
    max_active_runs=1,
    tags=["admissions", "monthly"],
    params={"today": AS_OF},
    default_args=TRIED_AGAIN,
    deadline=done_in_time(DAG_ID),
)
def admissions_monthly() -> None:
    load() >> build() >> check() >> publish() >> close()


admissions_monthly()
