"""Run with Airflow's environment: goes through the DAG's tasks as a run of each type would, and prints for each run
which builds dbt was started for, and what each task returned, as JSON.

`run_tasks.py DAGS FD TYPE…`; FD is the socket of the warm process, whose dbt and check are taken.
"""

import json
import socket
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.api.datamodels._generated import DagRunType
from airflow.sdk.exceptions import AirflowSkipException

from dbt_project import build as dbt
from tests.warm import client
from tests.warm.places import warm, with_data_tests

_TASKS = ("load", "build", "check", "publish", "close")


def gone_through(dag: Any, run_type: str) -> dict[str, Any]:
    run = SimpleNamespace(run_type=DagRunType(run_type))
    # The close is of the month that was due.
    params = {"today": "2015-09-06"} if run_type == "scheduled" else {}
    context = {"params": params, "run_id": f"{run_type} run", "dag_run": run, "dag": SimpleNamespace(dag_id="a dag")}
    context["ti"] = SimpleNamespace(task_id="a task")
    starts, as_it_is = [], dbt._dbt

    def count(arguments: list[str], *others: Any) -> subprocess.CompletedProcess[str]:
        starts.append(arguments[arguments.index("--selector") + 1])
        return as_it_is(arguments, *others)

    dbt._dbt = count
    try:
        returned = {}
        for name in _TASKS:
            step = dag.get_task(name).python_callable
            step.__globals__["get_current_context"] = lambda: context
            try:
                returned[name] = step()
            except AirflowSkipException:
                returned[name] = "skipped"
    finally:
        dbt._dbt = as_it_is
    return {"dbt": starts, "returned": returned}


def main(dags: str, server: str, *run_types: str) -> None:
    warm_process = socket.socket(fileno=int(server))
    client.server = lambda: warm_process
    dag = DagBag(dag_folder=dags).dags["admissions_monthly"]
    with warm(), with_data_tests():
        found = [gone_through(dag, run_type) for run_type in run_types]
    sys.stdout.write("\nFOUND " + json.dumps(found, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
