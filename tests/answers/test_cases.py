"""The stewards' queue and a case, asked of a small published file."""

from datetime import datetime

import pytest
from typer.testing import CliRunner

from answers import cases, reports
from cli.commands import app
from reference.naming import NoCommuneMeant
from tests.conftest import MakeSettings
from tests.warehouse.published import JULY, Kept, copy, insert, key, publish
from warehouse.connections import writing
from warehouse.decisions import Decision, keep, note
from warehouse.settings import Settings

OPEN = Kept("aaa1")
RETURNED = Kept("bbb1", "03387", state="returned")
AT = datetime(2020, 8, 4, 2)
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


def decision(kept: Kept, what: str, at: datetime, after: float | None = None) -> Decision:
    return Decision(
        decision_id=f"{kept.failure_id} {what} {at}",
        failure_id=kept.failure_id,
        case_id=kept.case_id,
        decision=what,
        decided_by="Lò Văn A",
        decided_at=at,
        reason="gọi điện",
        rule_id=kept.rule_id,
        commune_key=key(kept.commune_code),
        commune_code=kept.commune_code,
        month=kept.month,
        submission_id=kept.submission_id,
        reported=2,
        expected=3,
        sheet=kept.sheet if what == "correct" else None,
        cell="D12" if what == "correct" else None,
        value_before=2 if what == "correct" else None,
        value_after=after,
    )


def test_what_was_decided_and_waits_to_be_judged_is_shown_without_the_store(settings: Settings) -> None:
    """`decide --no-publish`: the journal has the decision, the published file does not know of it yet."""
    publish(settings, OPEN, RETURNED)
    note(settings.archive, [decision(OPEN, "correct", AT, 3), decision(RETURNED, "accept", AT)])
    with writing(settings):
        case = cases.case_view(settings, OPEN.case_id)
    assert case is not None
    (waiting,) = case.waiting
    assert (waiting.decided_by, waiting.decision, waiting.failures) == ("Lò Văn A", "correct", 1)
    assert waiting.corrections == (("Kết nạp!D12", 2, 3),)
    assert case.decisions == ()


def test_what_was_judged_waits_no_longer(settings: Settings) -> None:
    publish(settings, OPEN)
    with writing(settings) as connection:
        keep(connection, settings.archive, [decision(OPEN, "return", AT)])
    copy(settings)
    case = cases.case_view(settings, OPEN.case_id)
    assert case is not None
    assert case.waiting == ()
    assert [made.decision for made in case.decisions] == ["return"]


def test_a_cause_that_is_a_steward_s_value_names_the_failure_to_reopen(settings: Settings) -> None:
    brought = Kept("ddd1", rule_id="kn1_ages")
    publish(settings, Kept("aaa1", state="corrected"), brought)
    with writing(settings) as connection:
        keep(connection, settings.archive, [decision(OPEN, "correct", AT, 3)])
        for number, (kind, cells) in enumerate((("correction", ["Kết nạp!D12"]), ("mistyped", ["Kết nạp!D12"]))):
            insert(
                connection,
                "quality.causes",
                cause_id=str(number),
                case_id=OPEN.case_id,
                position=number,
                commune_key=key("03408"),
                month=JULY,
                kind=kind,
                severity="critical",
                cells=cells,
                failures=["ddd1"],
                reopen=["aaa1"] if kind == "correction" else [],
                message_vi="Sai.",
                message_en="Wrong.",
            )
    copy(settings)
    case = cases.case_view(settings, OPEN.case_id)
    assert case is not None
    assert [cause.reopen for cause in case.causes] == [("aaa1",), ()]
    with writing(settings) as connection:
        keep(connection, settings.archive, [decision(OPEN, "reopen", AT.replace(hour=5))])
    copy(settings)
    case = cases.case_view(settings, OPEN.case_id)
    assert case is not None
    assert [cause.reopen for cause in case.causes] == [(), ()]


def test_a_case_names_the_files_that_something_is_unsettled_in(settings: Settings) -> None:
    old, new = Kept("aaa1", state="resolved", submission_id="old"), Kept("aaa2", submission_id="new")
    publish(settings, old, new)
    with writing(settings) as connection:
        for version, name in enumerate(("old", "new"), start=1):
            insert(
                connection,
                "raw.submissions",
                submission_id=name,
                file_name=f"{name}.xlsx",
                version=version,
                received_at=AT,
                kind="report",
                status="accepted",
                commune_key=key("03408"),
                month=JULY,
            )
    copy(settings)
    case = cases.case_view(settings, OPEN.case_id)
    assert case is not None
    assert case.files == (cases.SentFile("new.xlsx", 2, AT),)


def test_a_month_of_a_commune_is_its_own_case(settings: Settings) -> None:
    publish(settings, OPEN, Kept("aaa2", month=JULY.replace(month=8)))
    assert [case.case_id for case in cases.queue(settings, "03408", JULY)] == ["03408-2020-07"]
