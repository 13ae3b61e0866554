"""What the terminal says of versions: what files became, which version counts, and the command that changes it."""

import shlex
from datetime import date, datetime
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from answers.versions import Choice, ReportVersion
from cli.terminal_versions import received_notes, received_table, versions_command, versions_tables, why_it_counts

MAY = date(2020, 5, 1)
CHOSEN = Choice(1, "Lò Thị B", datetime(2020, 6, 9), "bản 2 gửi nhầm")


def version(number: int, state: str, open_critical: int = 0, choice: Choice | None = None) -> ReportVersion:
    received = datetime(2020, 6, 2 + number)
    return ReportVersion(
        "03408",
        "Phường Đông Phong",
        MAY,
        number,
        f"KN {number}.xlsx",
        received,
        3,
        1,
        None,
        open_critical,
        state,
        choice,
    )


def received(path: str, number: int | None, kind: str = "report", **values: Any) -> dict[str, Any]:
    return {
        "path": path,
        "kind": kind,
        "commune_code": "03408",
        "commune_name": "Phường Đông Phong",
        "month": "2020-05",
        "version": number,
        "versions": 2,
    } | values


def drawn(*tables: Any) -> str:
    console = Console(width=160)
    with console.capture() as capture:
        for table in tables:
            console.print(table)
    return capture.get()


def test_each_new_file_is_told_with_the_commune_month_and_version_that_it_became() -> None:
    table = received_table(
        [
            received("b.xlsx", 1),
            received("targets.xlsx", None, "targets", commune_name=None, commune_code=None, month=None),
        ],
        "en",
    )
    lines = drawn(table).splitlines()
    assert lines[0].strip() == "New files"
    assert [cell.strip() for cell in lines[4].split("  ") if cell.strip()] == [
        "b.xlsx",
        "Phường Đông Phong",
        "May 2020",
        "1",
    ]
    assert "targets (CT-1)" in lines[5]
    assert received_table([], "en") is None


def test_several_files_for_one_month_are_named_in_the_order_of_their_versions() -> None:
    load = {"received": [received("a.xlsx", 2), received("b.xlsx", 1), received("c.xlsx", 1, month="2020-06")]}
    (sentence,) = received_notes(load, "en")
    assert sentence == (
        "Phường Đông Phong, May 2020: several files, taken as versions in the order of their arrival:"
        " 1 = b.xlsx, 2 = a.xlsx."
    )


def test_a_file_that_came_again_is_said_aloud_with_the_command_that_makes_it_count() -> None:
    again = {
        "path": "again.xlsx",
        "commune_code": "03408",
        "commune_name": "Phường Đông Phong",
        "month": "2020-05",
        "version": 1,
        "newest": 3,
    }
    (sentence,) = received_notes({"came_again": [again]}, "en")
    assert "version 3 has come since" in sentence
    assert sentence.endswith(versions_command("03408", "2020-05", 1))


def test_the_command_that_is_printed_is_one_that_is_understood() -> None:
    from cli.commands import app

    program, *words = shlex.split(versions_command("03408", "2020-05", 1))
    assert program == "admissions"
    assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0


@pytest.mark.parametrize(
    ("versions", "sentences"),
    [
        (
            [version(1, "replaced"), version(2, "counts")],
            ["Phường Đông Phong: version 2 counts; it is the newest, and nothing critical is unsettled in it."],
        ),
        (
            [version(1, "counts"), version(2, "waits", 4)],
            [
                "Phường Đông Phong: version 1 counts; version 2 is newer and waits, since critical failures are"
                " unsettled in it. See: “admissions case 03408-2020-05”",
                "  If version 2 is wrong, have version 1 count: " + versions_command("03408", "2020-05", 1),
            ],
        ),
        (
            [version(1, "counts", choice=CHOSEN), version(2, "set_aside", 4, CHOSEN)],
            ["Phường Đông Phong: version 1 counts by a decision of Lò Thị B (bản 2 gửi nhầm)."],
        ),
        (
            [version(1, "waits", 2)],
            [
                "Phường Đông Phong: no version counts; each has unsettled critical failures."
                " See: “admissions case 03408-2020-05”"
            ],
        ),
    ],
)
def test_which_version_counts_is_said_with_the_reason(versions: list[ReportVersion], sentences: list[str]) -> None:
    assert list(why_it_counts(versions, "en")) == sentences
    assert len(list(why_it_counts(versions, "vi"))) == len(sentences)


def test_the_table_of_versions_has_files_figures_and_states() -> None:
    shown = drawn(*versions_tables([version(1, "counts"), version(2, "waits", 4)], "en"))
    assert "Phường Đông Phong (03408), report of May 2020: versions" in shown
    first, second = shown.splitlines()[4:6]
    assert first.split()[0] == "1"
    assert "KN 1.xlsx" in first
    assert first.rstrip().endswith("counts")
    assert second.rstrip().endswith("waits")
