"""`admissions …` as a person types it: one clear sentence and exit status 1 when it could not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from tests.ingest.sheets import workbook
from warehouse.connections import writing
from warehouse.publish import publish
from warehouse.settings import load_settings
from warehouse.tables import create_tables

ROOT = Path(__file__).parents[2]


def admissions(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06", "ADMISSIONS_LANGUAGE": "en"}
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        env=os.environ | environment | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_inspect_prints_one_json_object_a_file_in_the_order_given(tmp_path: Path) -> None:
    good, bad = tmp_path / "KN.xlsx", tmp_path / "note.xlsx"
    good.write_bytes(workbook())
    bad.write_text("no workbook")
    finished = admissions(tmp_path / "var", "inspect", "--json", str(bad), str(good), str(tmp_path / "gone.xlsx"))
    assert finished.returncode == 0, finished.stderr
    first, second, third = (json.loads(line) for line in finished.stdout.splitlines())
    assert (first["status"], first["reason"], first["commune"], first["month"]) == (
        "refused",
        "not_a_workbook",
        None,
        None,
    )
    assert (second["status"], second["reason"]) == ("read", None)
    assert second["commune"] == {"code": "03408", "name": "Phường Đông Phong"}
    assert second["month"] == "2020-05"
    assert len(second["sha256"]) == 64
    form = second["forms"][0]
    assert (form["form"], form["sheet"], form["header_rows"]) == ("KN-1", "Kết nạp", [6, 7])
    assert form["columns"]["admitted"] == "D"
    assert form["lines"][0] | {"values": None} == {
        "row": 9,
        "kind": "cell",
        "cell_name": "Chi bộ Tổ dân phố số 1",
        "values": None,
    }
    assert form["lines"][0]["values"]["admitted"] == 0
    assert third["reason"] == "file_not_found"
    assert not (tmp_path / "var").exists(), "inspect must not touch a store"


def test_inspect_speaks_to_people_in_either_language(tmp_path: Path) -> None:
    path = tmp_path / "note.xlsx"
    path.write_text("no workbook")
    assert "no workbook" in admissions(tmp_path, "inspect", str(path)).stdout
    assert "không phải là bảng tính" in admissions(tmp_path, "inspect", str(path), ADMISSIONS_LANGUAGE="vi").stdout


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (["status"], {}, "admissions run” first"),
        (["check"], {}, "admissions build” first"),
        (["load"], {"ADMISSIONS_SCOPE": "town:1"}, "part “town:1” is not known"),
        (["load"], {"ADMISSIONS_DUE_DAY": "31"}, "ADMISSIONS_DUE_DAY='31'"),
        (["load"], {"ADMISSIONS_HOME": "/proc/nowhere"}, "/proc/nowhere"),
        (["status", "--month", "May"], {}, "expected YYYY-MM"),
        (["failures", "--state", "foo"], {}, "There is no state “foo”"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    tmp_path: Path, arguments: list[str], settings: dict[str, str], sentence: str
) -> None:
    finished = admissions(tmp_path / "var", *arguments, **settings)
    assert finished.returncode == (2 if {"May", "foo"} & set(arguments) else 1)
    # What typer says of wrong usage stands in a box.
    assert sentence in " ".join(finished.stderr.replace("│", " ").split())
    assert "Traceback" not in finished.stderr


@pytest.fixture
def published_home(tmp_path: Path) -> Path:
    """A home with a published file that has nothing in it but its tables."""
    settings = load_settings({"ADMISSIONS_HOME": str(tmp_path / "var")}, tmp_path)
    with writing(settings) as connection:
        create_tables(connection)
    publish(settings)
    return settings.home


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["COPY raw.submissions TO 'out.csv'"], 1, "A query only reads"),
        (["ATTACH 'other.duckdb'"], 1, "A query only reads"),
        (["SELECT 1; SELECT 2"], 1, "One statement at a time"),
        (["FROM read_text('/etc/hostname')"], 1, "no other file"),
        (["FROM no_such_table"], 1, "The query cannot be answered"),
        (["FROM raw.submissions", "--out", "answer.docx"], 2, "FILE.xlsx"),
        (["FROM raw.submissions", "--csv", "--json"], 2, "not both"),
        (["FROM raw.submissions", "--out", "/proc/nowhere/answer.csv"], 1, "/proc/nowhere"),
    ],
)
def test_a_query_that_is_not_answered_says_why(
    published_home: Path, arguments: list[str], status: int, sentence: str
) -> None:
    finished = admissions(published_home, "query", *arguments)
    assert finished.returncode == status
    assert sentence in " ".join(finished.stderr.replace("│", " ").split())
    assert "Traceback" not in finished.stderr


def test_an_answer_comes_as_table_csv_json_or_file(published_home: Path) -> None:
    sql = "SELECT 'Tân Phong' AS commune, 4 AS admitted"
    assert "Tân Phong" in admissions(published_home, "query", sql).stdout
    assert admissions(published_home, "query", sql, "--csv").stdout == "commune,admitted\nTân Phong,4\n"
    assert json.loads(admissions(published_home, "query", sql, "--json").stdout) == {
        "commune": "Tân Phong",
        "admitted": 4,
    }
    file = published_home / "answer.csv"
    finished = admissions(published_home, "query", sql, "--out", str(file))
    assert "1 row written" in finished.stdout
    assert file.read_text(encoding="utf-8") == "commune,admitted\nTân Phong,4\n"


def test_a_home_that_is_a_file_is_said_to_be_unwritable(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("in the way")
    finished = admissions(home, "load")
    assert finished.returncode == 1
    assert "cannot be written" in finished.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1.5 MB; only root can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_and_loses_nothing(small_disk: Path) -> None:
    home = small_disk / "var"
    (home / "landing").mkdir(parents=True)
    (home / "landing" / "a.xlsx").write_bytes(workbook())
    with suppress(OSError), (small_disk / "other people's files").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)
    finished = admissions(home, "load")
    assert finished.returncode == 1
    assert "The disk is full" in finished.stderr
    assert "Traceback" not in finished.stderr
    (small_disk / "other people's files").unlink()
    assert admissions(home, "load").stdout.startswith("Load: 1 new entry in the landing folder: 1 accepted")


def test_a_store_that_was_cut_short_at_its_birth_is_made_again(tmp_path: Path) -> None:
    home = tmp_path / "var"
    home.mkdir()
    (home / "warehouse.duckdb").write_bytes(b"\0" * 8192)
    assert admissions(home, "load").returncode == 0


def test_an_empty_landing_folder_is_no_failure(tmp_path: Path) -> None:
    finished = admissions(tmp_path / "var", "load")
    assert finished.returncode == 0
    assert "Nothing new" in finished.stdout


def test_refusals_are_listed_with_their_sentence_and_the_command_succeeds(tmp_path: Path) -> None:
    landing = tmp_path / "var" / "landing"
    landing.mkdir(parents=True)
    (landing / "photo.xlsx").write_bytes(b"no workbook")
    finished = admissions(tmp_path / "var", "load")
    assert finished.returncode == 0
    assert "photo.xlsx: The file is no workbook" in finished.stdout


def test_the_doctor_prints_every_setting_and_succeeds_in_a_good_home(tmp_path: Path) -> None:
    finished = admissions(tmp_path / "var", "doctor")
    assert finished.returncode == 0, finished.stdout
    assert "ADMISSIONS_SCOPE=district:105" in finished.stdout
    assert "duckdb 1.5.5" in finished.stdout


def test_the_doctor_fails_in_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("in the way")
    finished = admissions(home, "doctor")
    assert finished.returncode == 1
    assert "bad" in finished.stdout


def test_load_names_for_each_new_file_the_commune_month_and_version_it_became(tmp_path: Path) -> None:
    landing = tmp_path / "var" / "landing"
    landing.mkdir(parents=True)
    (landing / "KN.xlsx").write_bytes(workbook())
    finished = admissions(tmp_path / "var", "load", "--json")
    assert finished.returncode == 0, finished.stderr
    (line,) = finished.stdout.splitlines()
    load = json.loads(line)
    (received,) = load["received"]
    assert (load["step"], load["new"]) == ("load", 1)
    assert received == {
        "path": "KN.xlsx",
        "kind": "report",
        "commune_code": "03408",
        "commune_name": "Phường Đông Phong",
        "month": "2020-05",
        "version": 1,
        "versions": 1,
        "submission_id": sha256((landing / "KN.xlsx").read_bytes()).hexdigest(),
    }
    again = admissions(tmp_path / "var", "load")
    assert "Nothing new" in again.stdout
    (landing / "KN again.xlsx").write_bytes(workbook())
    # The newest version once more: it changes nothing, and there is nothing to decide.
    assert "--use" not in admissions(tmp_path / "var", "load").stdout


def test_a_table_on_the_terminal_tells_what_the_new_files_became(tmp_path: Path) -> None:
    landing = tmp_path / "var" / "landing"
    landing.mkdir(parents=True)
    (landing / "KN.xlsx").write_bytes(workbook())
    shown = admissions(tmp_path / "var", "load").stdout
    assert "New files" in shown
    assert any("KN.xlsx" in line and "Phường Đông Phong" in line for line in shown.splitlines())


@pytest.mark.parametrize("door", ["steps", "expectations.process"], ids=["admissions load", "admissions run"])
def test_a_load_imports_nothing_that_takes_as_long_as_reading_a_month(tmp_path: Path, door: str) -> None:
    landing = tmp_path / "var" / "landing"
    landing.mkdir(parents=True)
    (landing / "KN.xlsx").write_bytes(workbook())
    told = f"import sys, steps, {door}; from warehouse.settings import load_settings;"
    told += " done = steps.load(load_settings());"
    told += "print(done['new'], sorted({'pandas', 'pyarrow', 'great_expectations', 'dbt'} & set(sys.modules)))"
    environment = {"ADMISSIONS_HOME": str(tmp_path / "var"), "ADMISSIONS_TODAY": "2020-09-06"}
    finished = subprocess.run(
        [sys.executable, "-c", told],
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.stdout.split("\n")[0] == "1 []", finished.stderr
