"""A line an event, each a JSON object: from the command line, from libraries, from Airflow's tasks."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tests.cli.test_commands import ROOT, admissions
from tests.ingest.sheets import workbook
from warehouse.events import Event
from warehouse.json_lines import line


def test_a_line_has_time_level_and_event_first_and_is_one_line() -> None:
    at = datetime(2020, 9, 6, 3, 31, 5, 123456, tzinfo=UTC)
    told = line(Event("published", 20, at, {"sentence": "Phường\nĐông Phong", "rows": 7}))
    assert told == (
        '{"timestamp": "2020-09-06T03:31:05.123Z", "level": "info", "event": "published", '
        '"sentence": "Phường\\nĐông Phong", "rows": 7}'
    )


def test_a_load_tells_each_workbook_and_answers_as_ever(tmp_path: Path) -> None:
    landing = tmp_path / "var" / "landing"
    landing.mkdir(parents=True)
    (landing / "KN.xlsx").write_bytes(workbook())
    (landing / "photo.xlsx").write_text("no workbook")
    finished = admissions(tmp_path / "var", "load", ADMISSIONS_LOG="json")
    assert finished.returncode == 0
    assert "2 new" in finished.stdout
    assert "photo.xlsx: " in finished.stdout
    lines = [json.loads(each) for each in finished.stderr.splitlines()]
    assert [each["event"] for each in lines if each["event"] != "progress"] == [
        *("step_began", "workbook_refused", "workbook_read", "loaded", "step_done"),
    ]
    assert {each["run"] for each in lines if "run" in each} == {lines[0]["run"]}
    assert all(datetime.fromisoformat(each["timestamp"]).tzinfo for each in lines)
    told = {each["event"]: each for each in lines}
    refused, read = told["workbook_refused"], told["workbook_read"]
    assert (refused["level"], refused["file"], refused["reason"]) == ("warning", "photo.xlsx", "not_a_workbook")
    assert (read["commune"], read["month"], read["version"]) == ("03408", "2020-05", 1)
    assert read["submission"] == sha256((landing / "KN.xlsx").read_bytes()).hexdigest()
    assert (told["loaded"]["new"], told["loaded"]["refused"]) == (1, 1)
    assert told["step_done"]["seconds"] > 0


def test_what_goes_wrong_is_a_line_too(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("in the way")
    for arguments, event in ((("load",), "failed"), (("no-such-command",), "wrong_usage")):
        finished = admissions(home, *arguments, ADMISSIONS_LOG="json")
        assert finished.returncode
        *_, last = (json.loads(each) for each in finished.stderr.splitlines())
        assert (last["event"], last["level"]) == (event, "error")
        assert last["sentence"]


def test_what_a_library_logs_is_a_line_too() -> None:
    told = "import logging; from warehouse import json_lines; json_lines.to_standard_error();"
    told += "json_lines.to_standard_error(); logging.getLogger('a.library').warning('%s of %s', 1, 2)"
    finished = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
    )
    (only,) = finished.stderr.splitlines()
    assert {**json.loads(only), "timestamp": ""} == {
        **{"timestamp": "", "level": "warning", "event": "log"},
        **{"logger": "a.library", "sentence": "1 of 2"},
    }
