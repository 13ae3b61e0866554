"""Months once more, by hand: judged again, or read again from the archive."""

from datetime import date
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from dags.assets import RAW
from dags.office import log_sentence
from dags.tasks import AS_OF, TRIED_AGAIN, build, check, publish, step_of_this_run

DAG_ID = "admissions_again"

DOCUMENTATION = """
The reports of a range of months once more, as if they had just come: built, judged and published by the rules, lists
and software of today. Press *Trigger* and choose the months.

- **rules**: only the months of communes in which one of these rules has found something. Empty: all.
- **read again**: the archived workbooks are read anew first, by the words that are known today.

What is published stays until the new figures are whole. Versions, decisions and what was known on which day stay as
they are. Run again: the same again.
"""


def _month(title: str, description: str) -> Param:
    return Param(type="string", pattern=r"^\d{4}-(0[1-9]|1[0-2])$", title=title, description=description)


@dag(
    dag_id=DAG_ID,
    description="A range of months, or what certain rules have found in it, read or judged once more",
    doc_md=DOCUMENTATION,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["admissions", "by hand"],
    params={
        "from_month": _month("From month", "The first month (YYYY-MM)."),
        "to_month": _month("To month", "The last month (YYYY-MM)."),
        "rules": Param(
            [], type="array", items={"type": "string"}, title="Rules", description="One a line. Empty: all."
        ),
        "read_again": Param(False, type="boolean", title="Read again", description="Read the archived workbooks anew."),
        "today": AS_OF,
    },
    default_args=TRIED_AGAIN,
)
def admissions_again() -> None:
    @task(doc_md="The months that are to be built once more.", outlets=[RAW], show_return_value_in_logs=False)
    def choose() -> dict[str, Any]:
        import steps

        params = get_current_context()["params"]
        first, last = (date.fromisoformat(f"{params[name]}-01") for name in ("from_month", "to_month"))
        with step_of_this_run() as settings:
            chosen = steps.again(settings, first, last, params["rules"], params["read_again"])
            log_sentence(settings, "chosen_again", **chosen)
            return chosen

    choose() >> build() >> check() >> publish()


admissions_again()
