"""The check in a process of its own."""

from datetime import date, datetime

import pytest
from small_store import Reconciled

from expectations.lines import (
    CheckStopped,
    error_line,
    report_from_line,
    report_line,
    settings_from_line,
    settings_line,
)
from expectations.process import CheckProcess
from expectations.report import CheckReport, NothingToJudge, RuleOutcome
from warehouse.connections import StoreBusy, writing

pytestmark = pytest.mark.cold

REPORT = CheckReport(
    run_id="r",
    run_at=datetime(2020, 8, 20, 5, 0, 1, 250),
    outcomes=(RuleOutcome("kn1_ages", "critical", 10, 2, "failed"),),
    open_critical=1,
    open_warning=2,
    open_info=3,
    resolved=4,
    held_back=1,
    months_again=0,
    unknown_rules=("gone",),
    data_docs="/var/báo cáo/index.html",
)


def test_a_report_comes_back_as_it_went():
    assert report_from_line(report_line(REPORT)) == REPORT
    assert "\n" not in report_line(REPORT)


def test_settings_come_back_as_they_went(settings):
    assert settings.today == date(2020, 8, 20)
    assert settings_from_line(settings_line(settings)) == settings


@pytest.mark.parametrize("error", [NothingToJudge("no build"), StoreBusy("warehouse.duckdb")])
def test_troubles_that_callers_tell_apart_keep_their_type(error):
    with pytest.raises(type(error), match=str(error)):
        report_from_line(error_line(error))


def test_any_other_trouble_says_what_it_was():
    with pytest.raises(CheckStopped, match="disk"):
        report_from_line(error_line(OSError("disk is full")))


@pytest.mark.pipeline
def test_a_check_started_early_sees_what_was_built_after_its_start(reconciled, settings):
    with CheckProcess(settings) as judge:
        judge.start()
        reconciled(Reconciled(reported=12, expected=14))
        report = judge.run()
    assert report.open_critical == 1
    with writing(settings) as connection:
        assert connection.execute("SELECT count(*) FROM warehouse.quality.failures").fetchone() == (1,)


@pytest.mark.pipeline
def test_a_check_that_was_not_started_starts_by_itself_and_tells_its_trouble(settings):
    with pytest.raises(NothingToJudge):
        CheckProcess(settings).run()


@pytest.mark.pipeline
def test_a_check_that_is_called_off_leaves_no_process_and_writes_nothing(reconciled):
    settings = reconciled(Reconciled(reported=12, expected=14))
    with CheckProcess(settings) as judge:
        judge.start()
        process = judge._process
    assert process is not None
    assert process.poll() is not None
    with writing(settings) as connection:
        assert connection.execute("SELECT count(*) FROM warehouse.quality.results").fetchone() == (0,)


@pytest.mark.pipeline
def test_what_is_done_beside_a_check_is_done_while_it_has_the_store_and_its_trouble_ends_the_check(
    reconciled, settings
):
    reconciled(Reconciled(reported=12, expected=14))
    done = []
    with CheckProcess(settings) as judge:
        assert judge.run(meanwhile=lambda: done.append("beside")).open_critical == 1
    assert done == ["beside"]

    def stumbles():
        done.append(judge_again._process)
        raise OSError("disk is full")

    with CheckProcess(settings) as judge_again:
        judge_again.start()
        process = judge_again._process
        with pytest.raises(OSError, match="disk is full"):
            judge_again.run(meanwhile=stumbles)
    assert process is not None
    assert process.poll() is not None
