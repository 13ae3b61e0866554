"""What steps do is measured where a collector is named; one that is down or hangs stops and slows nothing."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import steps
from samples.write import write_samples
from steps import measuring
from tests.cli.test_commands import ROOT, admissions
from tests.collector import collector
from tests.ingest.sheets import workbook
from tests.steps.test_rebuild import run, settings_of
from warehouse import events
from warehouse.settings import Settings
from warehouse.telemetry import GAUGES


def landed(tmp_path: Path) -> Path:
    """A home with one workbook and one file that is none in its landing folder."""
    landing = tmp_path / "var" / "landing"
    landing.mkdir(parents=True)
    (landing / "KN.xlsx").write_bytes(workbook())
    (landing / "photo.xlsx").write_text("no workbook")
    return tmp_path / "var"


def test_a_load_is_a_span_with_its_workbooks_and_they_are_counted(tmp_path: Path) -> None:
    with collector() as taken:
        done = admissions(landed(tmp_path), "load", OTEL_EXPORTER_OTLP_ENDPOINT=taken.address)
    assert (done.returncode, done.stderr) == (0, "0/2\n2/2\n"), "people are told what they are told without it"
    assert taken.services == {"admissions"}
    span = taken.span("admissions load")
    assert [event.name for event in span.events] == ["workbook_refused", "workbook_read", "loaded"]
    told = {each.key: each.value.string_value for each in span.events[1].attributes}
    assert (told["commune"], told["month"], told["file"]) == ("03408", "2020-05", "KN.xlsx")
    assert span.end_time_unix_nano > span.start_time_unix_nano
    assert taken.values("admissions.workbooks") == {"read": 1, "refused": 1}
    (duration,) = taken.metrics["admissions.step.duration"][-1].histogram.data_points
    assert duration.sum > 0


@pytest.mark.pipeline
def test_a_run_is_a_trace_of_its_steps_and_what_is_published_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "_begun", [])
    monkeypatch.setattr(events, "_sinks", [])
    with collector() as taken:
        settings = replace(settings_of(tmp_path / "var"), otlp_endpoint=taken.address)
        write_samples(settings.landing, until=date(2015, 7, 1))
        run(settings)
        by_run = set(taken.metrics)
        taken.metrics.clear()
        # The portal, which is always there, says how things are without a run.
        with portal_of(settings):
            assert waited_for(60, lambda: "admissions.published.age" in taken.metrics)
        assert set(taken.metrics) == set(GAUGES)
    outer = taken.span("admissions run")
    inner = [span for span in taken.spans if span.parent_span_id == outer.span_id]
    assert [span.name for span in inner] == [f"admissions {step}" for step in ("load", "build", "check", "publish")]
    assert {span.trace_id for span in taken.spans} == {outer.trace_id}
    assert taken.values("admissions.months.published") == {"": 1}
    assert set(taken.values("admissions.failures.open")) == {"critical", "warning", "info"}
    assert taken.values("admissions.months.held_back")[""] >= 0
    assert 0 <= taken.values("admissions.published.age")[""] < 600
    # What the operator's guide says is measured is all that is.
    guide = (ROOT / "docs" / "operator.md").read_text("utf-8")
    assert set(re.findall(r"`(admissions\.[a-z]+\.?[a-z_]+)`", guide)) == by_run


@contextmanager
def portal_of(settings: Settings) -> Iterator[None]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "portal", "--port", port],
        env=os.environ | settings.as_environment(),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def waited_for(seconds: float, is_there: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not is_there():
        time.sleep(0.1)
    return is_there()


def test_a_step_that_fails_is_a_span_that_says_why(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_begun", [])
    monkeypatch.setattr(events, "_sinks", [])
    with collector() as taken, pytest.raises(steps.StepFailed):
        steps.load(replace(settings, otlp_endpoint=taken.address, scope="nowhere"))
    span = taken.span("admissions load")
    assert "nowhere" in span.status.message


def silent_after(address: str, settings: Settings) -> list[float]:
    """The seconds that two loads with nothing new take while nobody answers; the second does not even ask."""
    took = []
    for _ in range(2):
        began = time.monotonic()
        steps.load(replace(settings, otlp_endpoint=address))
        took.append(time.monotonic() - began)
    return took


@pytest.mark.parametrize("how", ["down", "hangs"])
def test_a_collector_that_does_not_answer_is_waited_for_a_moment_and_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    monkeypatch.setattr(measuring, "_begun", [])
    monkeypatch.setattr(events, "_sinks", [])
    steps.load(settings)
    with collector(answers=False) as taken, socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{unused.getsockname()[1]}"
        first, second = silent_after(down if how == "down" else taken.address, settings)
    (said,) = [each.getMessage() for each in caplog.records if each.name == "warehouse.telemetry"]
    assert said.startswith("127.0.0.1 has not taken what was measured")
    assert first - second < 10, (
        "importing takes a second or two, and waiting no more than that, on a busy machine as well"
    )


def test_where_no_collector_is_named_nothing_of_it_is_imported(tmp_path: Path) -> None:
    told = "import sys, steps; from warehouse.settings import load_settings; steps.load(load_settings());"
    told += "print([name for name in sys.modules if name.startswith('opentelemetry') or name == 'answers'])"
    environment = {"ADMISSIONS_HOME": str(landed(tmp_path)), "OTEL_EXPORTER_OTLP_ENDPOINT": ""}
    finished = subprocess.run(
        [sys.executable, "-c", told],
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.splitlines()[-1] == "[]"
