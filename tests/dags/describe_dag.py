"""Run with Airflow's environment: reads the folder of DAGs and prints what it found, as JSON."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.encoders import coerce_to_core_timetable
from airflow.timetables.base import TimeRestriction

HEAVY = ("duckdb", "dbt", "great_expectations", "openpyxl", "python_calamine", "steps")

before = set(sys.modules)
bag = DagBag(dag_folder=sys.argv[1])
loaded = sorted(name for name in HEAVY if name in set(sys.modules) - before)


def next_run(dag, day: str) -> str | None:
    information = coerce_to_core_timetable(dag.timetable).next_dagrun_info(
        last_automated_data_interval=None,
        restriction=TimeRestriction(
            earliest=datetime.fromisoformat(day).replace(tzinfo=UTC), latest=None, catchup=True
        ),
    )
    return information and information.run_after.astimezone(UTC).isoformat()


def watched(timetable) -> list[str]:
    condition = getattr(timetable, "asset_condition", None)
    return [asset.name for asset in getattr(condition, "objects", ())]


found = {
    "import_errors": {Path(name).name: text for name, text in bag.import_errors.items()},
    "loaded": loaded,
    "dags": {
        dag.dag_id: {
            "tasks": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
            "retries": {task.task_id: task.retries for task in dag.tasks},
            "grows": {task.task_id: bool(task.retry_exponential_backoff) for task in dag.tasks},
            "inlets": {task.task_id: [asset.name for asset in task.inlets] for task in dag.tasks},
            "assets": watched(dag.timetable),
            "outlets": {task.task_id: [asset.name for asset in task.outlets] for task in dag.tasks},
            "tells_of_failure": all(task.on_failure_callback for task in dag.tasks),
            "catchup": dag.catchup,
            "max_active_runs": dag.max_active_runs,
            "params": dag.params.dump(),
            "documented": bool(dag.doc_md),
            "next_runs": {day: next_run(dag, day) for day in sys.argv[2:]},
        }
        for dag in bag.dags.values()
    },
}
sys.stdout.write("\nFOUND " + json.dumps(found) + "\n")
