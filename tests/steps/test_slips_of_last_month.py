"""A slip in one month casts no shadow on the next: closings mistyped in August 2015, and what September is held to."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

import steps
from expectations.decide import Request
from samples.faults import Change, Fault, with_fault
from samples.model import report_of
from samples.months import first_day, month_number
from samples.schedule import Sending, sendings
from samples.write import sending_bytes
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[2]
AUGUST, SEPTEMBER = month_number(2015, 8), month_number(2015, 9)
#: The closing of a cell is forty too many; September opens with the right one.
MISTYPED = "03408"
#: The same, and September opens three too many besides.
TWICE_WRONG = "03386"
#: The year to date of a cell is four too many in August and goes on from the wrong figure in September.
CARRIED_ON = "03389"


def _first_cell(commune: str, month: int, form: str) -> str:
    return next(line.name for line in report_of(commune, month).sheet(form).lines if line.kind == "cell")


def _changes(commune: str, month: int) -> tuple[Change, ...]:
    def off(form: str, field: str, by: int) -> Change:
        return Change(form, field, by, _first_cell(commune, month, form))

    wrong = {
        (MISTYPED, AUGUST): (off("KN-3", "closing", 40),),
        (TWICE_WRONG, AUGUST): (off("KN-3", "closing", 40),),
        (TWICE_WRONG, SEPTEMBER): (off("KN-3", "opening", 3), off("KN-3", "closing", 3), off("KN-3", "age_31_40", 3)),
        (CARRIED_ON, AUGUST): (off("KN-1", "admitted_ytd", 4),),
        (CARRIED_ON, SEPTEMBER): (off("KN-1", "admitted_ytd", 4),),
    }
    return wrong.get((commune, month), ())


def _sent(sending: Sending) -> bytes:
    commune, month = sending.report.commune.code, sending.report.month
    fault = Fault(commune, month, _changes(commune, month), frozenset(), "", is_corrected=False)
    return sending_bytes(replace(sending, report=with_fault(report_of(commune, month), fault), fault=None))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three communes from July to September 2015."""
    settings = load_settings(
        {
            "ADMISSIONS_HOME": str(tmp_path_factory.mktemp("city")),
            "ADMISSIONS_TODAY": "2015-10-06",
            "ADMISSIONS_SCOPE": f"commune:{MISTYPED},commune:{TWICE_WRONG},commune:{CARRIED_ON}",
        },
        ROOT,
    )
    settings.landing.mkdir(parents=True)
    for sending in sendings():
        if sending.report.month <= SEPTEMBER and sending.report.commune.code in (MISTYPED, TWICE_WRONG, CARRIED_ON):
            (settings.landing / sending.path.name).write_bytes(_sent(sending))
    list(steps.run(settings))
    return settings


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def failed(settings: Settings, commune: str, month: int) -> set[tuple[str, float | None, float | None]]:
    found = ask(
        settings,
        "SELECT rule_id, reported, expected FROM quality.failures WHERE severity <> 'info'"
        f" AND state IN ('open', 'returned') AND commune_code = '{commune}' AND month = '{first_day(month)}'",
    )
    return set(found)


def closing(commune: str) -> float:
    """The right closing of August's first cell."""
    line = next(line for line in report_of(commune, AUGUST).sheet("KN-3").lines if line.kind == "cell")
    return float(line.values["closing"] or 0)


def test_a_month_that_goes_on_from_the_right_figure_has_no_failure_and_says_so(city: Settings) -> None:
    assert {rule for rule, _, _ in failed(city, MISTYPED, AUGUST)} == {"kn3_balance", "kn3_ages"}
    assert failed(city, MISTYPED, SEPTEMBER) == set()
    right = closing(MISTYPED)
    assert ask(
        city,
        "SELECT rule_id, month, field, reported, expected_as_sent, expected_as_proposed FROM quality.shadows"
        f" WHERE commune_code = '{MISTYPED}'",
    ) == [("kn3_opening_carried", first_day(SEPTEMBER), "opening", right, right + 40, right)]


def test_what_agrees_neither_with_what_was_sent_nor_with_the_proposal_is_a_failure_held_to_the_proposal(
    city: Settings,
) -> None:
    right = closing(TWICE_WRONG)
    assert failed(city, TWICE_WRONG, SEPTEMBER) == {("kn3_opening_carried", right + 3, right)}
    (message,) = ask(
        city,
        f"SELECT message_vi, message_en FROM quality.failures WHERE commune_code = '{TWICE_WRONG}'"
        f" AND month = '{first_day(SEPTEMBER)}' AND rule_id = 'kn3_opening_carried'",
    )
    for said in message:
        assert f"{right:g}" in said


def test_a_wrong_figure_that_is_carried_on_fails_once(city: Settings) -> None:
    assert {rule for rule, _, _ in failed(city, CARRIED_ON, AUGUST)} >= {"kn1_ytd_carried"}
    assert failed(city, CARRIED_ON, SEPTEMBER) == set()


def test_the_proposed_repair_taken_in_one_line_settles_the_month_and_its_shadow(city: Settings) -> None:
    before = ask(city, "SELECT count(*) FROM quality.failures WHERE state = 'open'")
    request = Request((f"{MISTYPED}-2015-08",), "correct", "Lò Thị B", "gọi điện cho phường", proposal=1)
    steps.decide(city, request, publish_now=True)
    assert failed(city, MISTYPED, AUGUST) == set()
    assert failed(city, MISTYPED, SEPTEMBER) == set()
    assert ask(city, f"SELECT * FROM quality.shadows WHERE commune_code = '{MISTYPED}'") == []
    assert ask(
        city,
        "SELECT closing FROM marts.fct_membership JOIN marts.dim_commune USING (commune_key)"
        f" WHERE commune_code = '{MISTYPED}' AND month = '{first_day(AUGUST)}' AND is_corrected",
    ) == [(closing(MISTYPED),)]
    after = ask(city, "SELECT count(*) FROM quality.failures WHERE state = 'open'")
    assert after < before
