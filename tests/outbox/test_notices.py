"""What whoever operates it is told by mail."""

from outbox.notices import is_wanted, run_overdue, task_failed
from tests.conftest import MakeSettings

TOLD = {"OPERATOR_MAIL": "an@office.example, binh@office.example", "SMTP_HOST": "localhost", "SMTP_FROM": "a@b.example"}


def test_a_failure_is_told_with_its_sentence_and_where_to_mend_it(make_settings: MakeSettings) -> None:
    settings = make_settings(**TOLD, AIRFLOW_URL="http://airflow.example")
    mail = task_failed(settings, "admissions_monthly", "check", "The disk is full.")
    assert [each.address for each in mail.to] == ["an@office.example", "binh@office.example"]
    assert mail.subject == "Not done: the task “check” of admissions_monthly"
    assert "The disk is full." in mail.text
    assert mail.text.endswith("http://airflow.example\n")


def test_a_run_that_is_not_done_in_time_is_told_in_the_office_s_language(make_settings: MakeSettings) -> None:
    mail = run_overdue(make_settings(**TOLD, LANGUAGE="vi"), "admissions_monthly", 180)
    assert mail.subject == "admissions_monthly chưa chạy xong sau 180 phút"
    assert "“admissions doctor”" in mail.text


def test_nobody_is_told_where_there_is_nobody_or_no_server(make_settings: MakeSettings) -> None:
    assert is_wanted(make_settings(**TOLD))
    assert not is_wanted(make_settings(**{**TOLD, "OPERATOR_MAIL": ""}))
    assert not is_wanted(make_settings(**{**TOLD, "SMTP_HOST": ""}))
