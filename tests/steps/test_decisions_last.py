"""A decision lasts: while the values last it was given for, through resubmissions and changed rules."""

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import steps
from dbt_project.build import RECONCILE, build
from expectations.catalogue import Rule, rules
from expectations.decide import Request
from expectations.publish_rules import write_rules
from samples.faults import Change, Fault, with_fault
from samples.model import report_of
from samples.months import month_number
from samples.schedule import sendings
from samples.write import sending_bytes
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

COMMUNE = "03408"
AUGUST = month_number(2015, 8)
CASE = f"{COMMUNE}-2015-08"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """July and August 2015 of a commune; in August two members too many have moved into a cell."""
    home = tmp_path_factory.mktemp("office")
    settings = load_settings(
        {
            "ADMISSIONS_HOME": str(home),
            "ADMISSIONS_TODAY": "2015-09-20",
            "ADMISSIONS_SCOPE": f"commune:{COMMUNE}",
            "ADMISSIONS_ARRIVAL": "modified",
        },
        home,
    )
    settings.landing.mkdir(parents=True)
    send(settings, month_number(2015, 7), 0, 0, day=4)
    send(settings, AUGUST, moved_in=2, candidates=0, day=4)
    list(steps.run(settings))
    return settings


def send(settings: Settings, month: int, moved_in: int, candidates: int, day: int) -> None:
    """The commune's report with so many too many that moved into its first cell, and candidates off in another one."""
    right = report_of(COMMUNE, month)
    first, other = [line.name for line in right.sheet("KN-3").lines if line.kind == "cell"][:2]
    changes = (
        Change("KN-3", "increase_transferred_in", moved_in, first),
        Change("KN-2", "candidates", candidates, other),
        Change("KN-2", "introduced_farmers", candidates, other),
    )
    fault = Fault(COMMUNE, month, changes, frozenset(), "", is_corrected=False)
    sending = next(each for each in sendings() if each.report.commune.code == COMMUNE and each.report.month == month)
    path = settings.landing / f"{month}-{moved_in}-{candidates}.xlsx"
    path.write_bytes(sending_bytes(replace(sending, report=with_fault(right, fault), fault=None)))
    arrived = datetime(2015, month % 12 + 2, day).timestamp()
    os.utime(path, (arrived, arrived))


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def failures(settings: Settings, path: Path | None = None) -> dict[str, tuple[str, str | None, str | None]]:
    """Rule -> state, last decision and its reason, of August's failures that are more than worth a look."""
    found = ask(
        path or settings.published,
        "SELECT rule_id, state, decision, decided_reason FROM quality.failures"
        f" WHERE case_id = '{CASE}' AND severity <> 'info'",
    )
    return {rule: tuple(rest) for rule, *rest in found}  # type: ignore[misc]


def decisions(settings: Settings) -> list[tuple[Any, ...]]:
    return ask(settings.store, "SELECT decision, decided_by, reason FROM quality.decisions ORDER BY decided_at")


def versions(settings: Settings) -> list[tuple[Any, ...]]:
    """August's versions, and which of them counts."""
    return ask(
        settings.published,
        "SELECT version, is_published FROM quality.versions WHERE month = DATE '2015-08-01' ORDER BY version",
    )


def judged_by(settings: Settings, catalogue: tuple[Rule, ...]) -> None:
    write_rules(settings, catalogue)
    build(settings, RECONCILE)
    from expectations.check import check

    check(settings, catalogue)


def test_an_accepted_failure_is_silent_while_its_values_last_and_reopens_with_the_old_reason(office: Settings) -> None:
    assert failures(office) == {"kn3_balance": ("open", None, None)}
    steps.decide(office, Request((CASE,), "accept", "Lò Thị B", "chờ giấy chuyển"), publish_now=True)
    accepted = {"kn3_balance": ("accepted", "accept", "chờ giấy chuyển")}
    assert failures(office) == accepted
    # A resubmission in which something else has changed.
    send(office, AUGUST, moved_in=2, candidates=1, day=8)
    list(steps.run(office))
    assert ask(office.published, "SELECT max(version) FROM raw.submissions") == [(2,)]
    assert failures(office) == accepted
    # One in which the accepted figure has.
    send(office, AUGUST, moved_in=3, candidates=1, day=12)
    list(steps.run(office))
    assert failures(office) == {"kn3_balance": ("open", "accept", "chờ giấy chuyển")}
    # The version with the values that were accepted goes on to count.
    assert versions(office) == [(1, False), (2, True), (3, False)]


def test_a_changed_rule_judges_every_month_again_and_decisions_are_kept(office: Settings) -> None:
    before = decisions(office)
    assert len(before) == 1
    milder = tuple(replace(rule, tolerance=5) if rule.rule_id == "kn3_balance" else rule for rule in rules())
    judged_by(office, milder)
    assert failures(office, office.store) == {}
    judged_by(office, rules())
    assert failures(office, office.store) == {"kn3_balance": ("open", "accept", "chờ giấy chuyển")}
    assert decisions(office) == before


def test_a_resubmission_that_is_right_resolves_what_was_open(office: Settings) -> None:
    send(office, AUGUST, moved_in=0, candidates=1, day=16)
    list(steps.run(office))
    assert failures(office) == {"kn3_balance": ("resolved", "accept", "chờ giấy chuyển")}
    assert versions(office) == [(1, False), (2, False), (3, False), (4, True)]
