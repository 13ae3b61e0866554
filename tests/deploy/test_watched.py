"""As `make up` runs it: a run that takes too long is told by mail, spans and metrics of Airflow come to the collector,
and the events of a task stand in its log."""

import json
import re
import time
from pathlib import Path

import pytest
from airflow_client import ask
from test_make_up import command

from tests.collector import collector
from tests.outbox.mail_server import FROM, mail_server

pytestmark = [pytest.mark.services, pytest.mark.soak]

GUIDE = Path(__file__).parents[2] / "docs" / "operator.md"


def waited_for(seconds: float, what: object) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():  # type: ignore[operator]
            return True
        time.sleep(0.5)
    return False


def test_a_run_that_is_overdue_is_told_by_mail_while_it_goes_on_and_all_of_it_is_measured(project: Path) -> None:
    with mail_server() as office, collector() as taken:
        given = {
            "ADMISSIONS_SMTP_HOST": "127.0.0.1",
            "ADMISSIONS_SMTP_PORT": str(office.port),
            "ADMISSIONS_SMTP_FROM": FROM,
            "ADMISSIONS_OPERATOR_MAIL": "operator@office.example",
            "ADMISSIONS_OVERDUE_MINUTES": "1",
            "ADMISSIONS_LANGUAGE": "en",
            "ADMISSIONS_LOG": "json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": taken.address,
            "SLOW_STEP": "build",
        }
        started = command(project, "up", **given)
        try:
            assert started.returncode == 0, started.stdout + started.stderr
            address = re.search(r"Airflow   (http://\S+)", started.stdout)
            password = re.search(r"admin, password (\w+)", started.stdout)
            assert address
            assert password
            token = ask(f"{address[1]}/auth/token", {"username": "admin", "password": password[1]})["access_token"]
            runs = f"{address[1]}/api/v2/dags/admissions_monthly/dagRuns"
            began = time.monotonic()
            run = ask(runs, {"logical_date": None, "conf": {}}, token)["dag_run_id"]
            assert waited_for(140, lambda: office.mails), "no mail came"
            assert time.monotonic() - began > 55
            assert ask(f"{runs}/{run}", token=token)["state"] == "running"
            (told,) = office.mails
            assert told["To"] == "operator@office.example"
            assert told["Subject"] == "admissions_monthly is not done after 1 minute"
            # Airflow sends its metrics once a minute.
            alerted = airflow_s_metrics()
            assert alerted
            waited_for(80, lambda: alerted <= set(taken.metrics))
            missing = alerted - set(taken.metrics)
            assert not missing, sorted(taken.metrics)
            assert_logged(project, run)
            # A task is a span when it has ended.
            assert waited_for(90, lambda: "worker.build" in {span.name for span in taken.spans})
            # And our step lies in it.
            assert taken.span("admissions build").parent_span_id == taken.span("worker.build").span_id
            assert {name.lower() for name in taken.services} >= {"airflow", "admissions"}
        finally:
            command(project, "down")


def airflow_s_metrics() -> set[str]:
    """Those that the operator's guide names."""
    return set(re.findall(r"`(airflow\.[a-z_.]+)`", GUIDE.read_text("utf-8")))


def assert_logged(project: Path, run: str) -> None:
    (log,) = (project / "var" / "airflow" / "logs").glob("dag_id=admissions_monthly/*/task_id=load/attempt=1.log")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    (event,) = [line for line in lines if line["event"] == "load_stood_in"]
    assert (event["run"], event["task"], event["number"]) == (f"admissions_monthly {run}", "load", 7)
