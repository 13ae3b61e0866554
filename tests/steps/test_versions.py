"""A version that is held back displaces nothing; which version counts is said, decided, taken back and rebuilt."""

import os
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

import steps
from answers.versions import report_versions
from expectations.choose_version import Choice
from outbox.blank.issue import issue
from outbox.blank.known_cells import known_reports
from samples.faults import Change, Fault, with_fault
from samples.model import Report, report_of
from samples.months import month_number
from samples.schedule import sendings
from samples.write import sending_bytes
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

OURS, THEIRS = "03408", "03386"
JULY, AUGUST, SEPTEMBER, OCTOBER = (month_number(2015, month) for month in (7, 8, 9, 10))
AUGUST_DAY, SEPTEMBER_DAY, OCTOBER_DAY = (date(2015, month, 1) for month in (8, 9, 10))


def write(settings: Settings, report: Report, name: str, day: datetime) -> None:
    """Put a workbook of this report into the landing folder, as it arrives on `day`."""
    sent = next(
        each
        for each in sendings()
        if each.report.commune.code == report.commune.code and each.report.month == report.month
    )
    path = settings.landing / f"{name}.xlsx"
    path.write_bytes(sending_bytes(replace(sent, report=report, fault=None)))
    os.utime(path, (day.timestamp(), day.timestamp()))


def faulty(report: Report, by: int = 3) -> Report:
    """The report with so many too many that moved into its first cell: critical, as the members do not add up."""
    first = next(line.name for line in report.sheet("KN-3").lines if line.kind == "cell")
    change = Change("KN-3", "increase_transferred_in", by, first)
    return with_fault(report, Fault(report.commune.code, report.month, (change,), frozenset(), "", is_corrected=False))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two communes from July to September 2015, everything right, published."""
    home = tmp_path_factory.mktemp("office")
    settings = load_settings(
        {
            "ADMISSIONS_HOME": str(home),
            "ADMISSIONS_TODAY": "2015-11-20",
            "ADMISSIONS_SCOPE": f"commune:{OURS},commune:{THEIRS}",
            "ADMISSIONS_ARRIVAL": "modified",
        },
        home,
    )
    settings.landing.mkdir(parents=True)
    for commune in (OURS, THEIRS):
        for month in (JULY, AUGUST, SEPTEMBER):
            write(settings, report_of(commune, month), f"{commune}-{month}", datetime(2015, month % 12 + 2, 3))
    run(settings)
    return settings


def run(settings: Settings) -> dict[str, steps.Summary]:
    return dict(steps.run(settings))


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def published(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """What readers see of figures and cells."""
    return {
        relation: ask(settings, f"FROM marts.{relation} ORDER BY ALL")
        for relation in ("fct_admissions", "fct_candidates", "fct_membership", "dim_cell", "mart_dormant_cells")
    } | {
        "restated": ask(settings, "FROM marts.restated_on(DATE '2015-10-01') ORDER BY ALL"),
        "proposals": ask(settings, "FROM marts.mart_cell_succession_proposals"),
        "attainment": ask(
            settings, "SELECT commune_key, month, admitted, admitted_ytd FROM marts.mart_target_attainment ORDER BY ALL"
        ),
    }


def states(settings: Settings, month: date) -> list[tuple[int, str]]:
    return [(each.version, each.state) for each in report_versions(settings, OURS, month)]


def rates(settings: Settings, month: date) -> tuple[Any, ...]:
    (row,) = ask(
        settings,
        "SELECT status, version, pending_version FROM marts.mart_reporting_rates"
        f" WHERE commune_code = '{OURS}' AND month = DATE '{month}'",
    )
    return row


def cell_names(settings: Settings, month: date) -> tuple[str, ...]:
    (key,) = {
        each[0] for each in ask(settings, f"SELECT commune_key FROM raw.submissions WHERE commune_code = '{OURS}'")
    }
    return tuple(cell.name for cell in known_reports(settings, month, [key])[key].cells)


def test_a_newer_version_that_is_held_back_displaces_nothing(office: Settings) -> None:
    before = published(office)
    own_cells = cell_names(office, OCTOBER_DAY)
    # Our October under August's title, and the others' September, with a slip in it, under our name.
    write(office, replace(report_of(OURS, OCTOBER), month=AUGUST), "October as August", datetime(2015, 11, 3))
    theirs = faulty(report_of(THEIRS, SEPTEMBER))
    write(office, replace(theirs, commune=report_of(OURS, SEPTEMBER).commune), "theirs as ours", datetime(2015, 11, 3))
    run(office)
    for month in (AUGUST_DAY, SEPTEMBER_DAY):
        assert states(office, month) == [(1, "counts"), (2, "waits")]
        assert rates(office, month) == ("accepted", 1, 2)
    assert published(office) == before
    assert cell_names(office, OCTOBER_DAY) == own_cells
    assert ask(office, "FROM quality.held_back") == []
    # What was right all along is not judged by what displaced nothing.
    blamed = ask(office, f"SELECT * FROM quality.failures WHERE commune_code = '{THEIRS}' AND severity <> 'info'")
    assert blamed == []
    issued = issue(office, OCTOBER_DAY, OURS, office.home / "issued")
    assert [each.cells for each in issued] == [len(own_cells)]


def test_what_was_known_on_a_day_goes_on_with_the_older_version(office: Settings) -> None:
    known = ask(
        office,
        "SELECT submission_id FROM marts.as_known_on(DATE '2015-11-19')"
        f" WHERE commune_code = '{OURS}' AND month = DATE '{AUGUST_DAY}'",
    )
    first = ask(
        office,
        f"SELECT submission_id FROM quality.versions WHERE commune_code = '{OURS}' AND month = DATE '{AUGUST_DAY}'"
        " AND version = 1",
    )
    assert known == first


def test_the_same_file_again_is_said_aloud_with_the_command_that_makes_it_count(office: Settings) -> None:
    write(office, report_of(OURS, AUGUST), "August once more", datetime(2015, 11, 5))
    load = run(office)["load"]
    (again,) = load["came_again"]
    assert (again["path"], again["commune_code"], again["month"]) == ("August once more.xlsx", OURS, "2015-08")
    assert (again["version"], again["newest"]) == (1, 2)
    assert load["received"] == ()


def test_two_files_of_one_month_in_one_run_are_versions_in_the_order_of_their_arrival(office: Settings) -> None:
    right = report_of(OURS, OCTOBER)
    write(office, right, "b came first", datetime(2015, 11, 6))
    write(office, faulty(right, 1), "a came second", datetime(2015, 11, 7))
    load = run(office)["load"]
    assert [(each["path"], each["commune_code"], each["month"], each["version"]) for each in load["received"]] == [
        ("b came first.xlsx", OURS, "2015-10", 1),
        ("a came second.xlsx", OURS, "2015-10", 2),
    ]
    assert {each["versions"] for each in load["received"]} == {2}
    assert states(office, OCTOBER_DAY) == [(1, "counts"), (2, "waits")]


def test_a_decision_sets_the_newer_versions_aside_and_their_failures_are_settled(office: Settings) -> None:
    waiting = f"SELECT count(*) FROM quality.failures WHERE case_id = '{OURS}-2015-10' AND severity = 'critical'"
    assert ask(office, f"{waiting} AND state = 'open'") != [(0,)]
    steps.use_version(office, Choice(OURS, OCTOBER_DAY, 1, "Lò Thị B", "bản 2 gửi nhầm"))
    assert states(office, OCTOBER_DAY) == [(1, "counts"), (2, "set_aside")]
    assert rates(office, OCTOBER_DAY) == ("accepted", 1, None)
    assert ask(office, f"{waiting} AND state = 'open'") == [(0,)]
    (choice,) = {each.choice for each in report_versions(office, OURS, OCTOBER_DAY)}
    assert choice is not None
    assert (choice.version, choice.decided_by, choice.reason) == (1, "Lò Thị B", "bản 2 gửi nhầm")


@pytest.mark.parametrize(
    ("version", "by", "sentence"),
    [
        (7, "Lò Thị B", "There is no such version"),
        (2, "Lò Thị B", "Critical failures are unsettled in version 2"),
        (1, "Lò Thị B", "Version 1 counts already"),
        (1, "", "--by"),
    ],
)
def test_a_version_that_cannot_count_is_refused_with_a_sentence(
    office: Settings, version: int, by: str, sentence: str
) -> None:
    english = replace(office, language="en")
    with pytest.raises(steps.StepFailed, match=sentence):
        steps.use_version(english, Choice(OURS, OCTOBER_DAY, version, by, "vì sao"))


def test_a_version_that_comes_after_the_decision_is_judged_by_itself(office: Settings) -> None:
    renamed = report_of(OURS, OCTOBER)
    old = next(line.name for line in renamed.sheet("KN-1").lines if line.kind == "cell")
    new = f"{old} (mới)"
    sheets = tuple(
        replace(sheet, lines=tuple(replace(line, name=new) if line.name == old else line for line in sheet.lines))
        for sheet in renamed.sheets
    )
    late = replace(office, today=date(2015, 12, 20))
    # One cell is called otherwise in a resubmission: nothing stops, and the former name is history.
    write(late, replace(renamed, sheets=sheets), "one cell renamed", datetime(2015, 12, 1))
    run(late)
    assert states(late, OCTOBER_DAY) == [(1, "replaced"), (2, "set_aside"), (3, "counts")]
    names = {
        name
        for (name,) in ask(late, f"SELECT cell_name FROM marts.dim_cell WHERE is_current AND commune_code = '{OURS}'")
    }
    assert new in names
    believed = (
        "SELECT cell_name, believed_to IS NULL FROM marts.fct_admission_versions"
        f" WHERE month = DATE '{OCTOBER_DAY}' AND believed_from IS NOT NULL AND cell_name IN (?, ?) ORDER BY ALL"
    )
    with duckdb.connect(str(late.published), read_only=True) as connection:
        assert connection.execute(believed, [old, new]).fetchall() == sorted([(old, False), (new, True)])


def test_another_decision_takes_the_first_one_back_and_its_version_reigns_again(office: Settings) -> None:
    late = replace(office, today=date(2015, 12, 21))
    steps.use_version(late, Choice(OURS, OCTOBER_DAY, 1, "Lò Thị B", "tên cũ vẫn đúng"))
    assert states(late, OCTOBER_DAY) == [(1, "counts"), (2, "set_aside"), (3, "set_aside")]
    reigns = ask(
        late,
        "SELECT version, reign, believed_from IS NOT NULL, believed_to IS NULL FROM marts.fct_commune_month_versions"
        f" WHERE commune_code = '{OURS}' AND month = DATE '{OCTOBER_DAY}' AND believed_from IS NOT NULL"
        " ORDER BY believed_from",
    )
    assert reigns == [(1, 1, True, False), (3, 1, True, False), (1, 2, True, True)]
    steps.use_version(late, Choice(OURS, OCTOBER_DAY, 3, "Lò Thị B", "chi bộ đã đổi tên"))
    assert states(late, OCTOBER_DAY) == [(1, "replaced"), (2, "replaced"), (3, "counts")]


def test_a_rebuild_finds_the_same_versions_and_decisions(office: Settings) -> None:
    late = replace(office, today=date(2015, 12, 21))
    summary = steps.rebuild(late, replace=False)
    assert (summary["same"], summary["differences"]) == (True, [])
