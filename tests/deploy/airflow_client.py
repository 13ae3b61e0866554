"""Signs in to a running Airflow as a person would, starts the DAG and waits for its end."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DAG = "admissions_monthly"


def ask(url: str, body: dict[str, Any] | None = None, token: str | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with OPENER.open(urllib.request.Request(url, data=data, headers=headers), timeout=20) as answer:
        return json.loads(answer.read())


def run_the_dag(address: str, password: str, today: str, seconds: float = 60) -> str:
    """Start the DAG as of a day. Returns the state it ended in."""
    token = ask(f"{address}/auth/token", {"username": "admin", "password": password})["access_token"]
    until = time.monotonic() + seconds
    run = None
    state = "not started: the DAG is not listed"
    while time.monotonic() < until and state not in {"success", "failed"}:
        time.sleep(0.5)
        try:
            if run is None:
                started = {"logical_date": None, "conf": {"today": today}}
                run = ask(f"{address}/api/v2/dags/{DAG}/dagRuns", started, token)["dag_run_id"]
            state = ask(f"{address}/api/v2/dags/{DAG}/dagRuns/{urllib.request.quote(run)}", token=token)["state"]
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise AssertionError(error.read().decode()) from error
    return state
