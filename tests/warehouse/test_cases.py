"""The stewards' queue and a case, asked of a small published file."""

import pytest
from typer.testing import CliRunner

from cli import app
from reference.naming import NoCommuneMeant
from tests.conftest import MakeSettings
from tests.warehouse.published import JULY, Kept, publish
from warehouse import cases, reports
from warehouse.settings import Settings

OPEN = Kept("aaa1")
RETURNED = Kept("bbb1", "03387", state="returned")
ACCEPTED = Kept("ccc1", "03389", state="accepted")


def told(monkeypatch: pytest.MonkeyPatch, settings: Settings, *words: str) -> str:
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.exception
    return done.stdout


@pytest.mark.parametrize("wanted", ["dong phong", "Đông Phong", "Phuong Dong Phong", "03408"])
def test_a_commune_is_found_however_its_name_is_typed(settings: Settings, wanted: str) -> None:
    publish(settings, OPEN, RETURNED)
    assert [case.case_id for case in cases.queue(settings, wanted)] == [OPEN.case_id]
    assert [line.failure_id for line in reports.failures(settings, wanted)] == ["aaa1"]


def test_a_name_that_nobody_has_is_said_and_is_no_empty_queue(settings: Settings) -> None:
    publish(settings, OPEN)
    for ask in (cases.queue, reports.failures):
        with pytest.raises(NoCommuneMeant, match="Hà Nội"):
            ask(settings, "Hà Nội")


def test_a_part_of_a_name_that_fits_several_communes_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, OPEN, RETURNED)
    said = told(monkeypatch, settings, "failures", "--commune", "phong")
    assert "“phong” may mean several communes: Phường Tân Phong (03387), Phường Đông Phong (03408)." in said
    assert "several communes" not in told(monkeypatch, settings, "failures", "--commune", "tan phong")


def test_the_overview_has_the_cases_of_the_queue(make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was returned to its commune waits in both."""
    settings = make_settings()
    publish(settings, OPEN, RETURNED, ACCEPTED)
    for command in ("failures", "overview"):
        said = told(monkeypatch, settings, command)
        assert "Cases: 2 " in said, command
        assert {case for case in (OPEN.case_id, RETURNED.case_id, ACCEPTED.case_id) if case in said} == {
            OPEN.case_id,
            RETURNED.case_id,
        }


def test_a_month_of_a_commune_is_its_own_case(settings: Settings) -> None:
    publish(settings, OPEN, Kept("aaa2", month=JULY.replace(month=8)))
    assert [case.case_id for case in cases.queue(settings, "03408", JULY)] == ["03408-2020-07"]
