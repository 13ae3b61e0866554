"""Who is reminded of what over a real office and a real mail server, and who is not."""

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import steps
from cli.commands import app
from expectations.decide import Request
from ingest.container.workbook import Sheet
from samples.model import report_of
from steps import NotAllSent, StepFailed, Summary
from tests.ingest.sheets import plain_rows, sheet
from tests.ingest.sheets import workbook as workbook_of
from tests.outbox.mail_server import FROM, Office, mail_server, silent_server
from tests.portal.reporting_office import OURS, SEPTEMBER, THEIRS, faulty, shared, workbook
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

MONTH, RETURNED = date(2015, 9, 1), date(2015, 8, 1)
#: The day after the reports of September were due; only Quyết Thắng's is missing.
THE_DAY_AFTER = date(2015, 10, 6)
NAME = "Phường Quyết Thắng"
CONTACTS = (
    "commune_code,name,email,role,language",
    f"{THEIRS},Văn phòng Đảng ủy,qt@commune.example,commune,vi",
    f"{OURS},Phường Đông Phong,dp@commune.example,commune,vi",
    ",An,an@office.example,steward,vi",
    ",Tỉnh ủy,tinh@office.example,above,vi",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The office, in which a steward has returned Quyết Thắng's report of August."""
    home = tmp_path_factory.mktemp("reminding") / "home"
    shutil.copytree(shared(tmp_path_factory).home, home)
    settings = _settings(home)
    steps.decide(settings, Request((f"{THEIRS}-2015-08",), "return", "An", "đề nghị sửa"), True)
    # Nobody goes on writing to it.
    settings.store.unlink()
    return settings


def _settings(home: Path) -> Settings:
    values = {"HOME": str(home), "TODAY": "2015-10-20", "SCOPE": f"commune:{OURS},commune:{THEIRS}"}
    values |= {"ARRIVAL": "modified", "LANGUAGE": "en", "WORKERS": "1", "SMTP_SECONDS": "1", "WAIT_SECONDS": "0"}
    return load_settings({f"ADMISSIONS_{name}": value for name, value in values.items()}, home)


def _copy(source: str, target: str) -> None:
    # What is only read is not copied; journals grow.
    (shutil.copy2 if source.endswith(".jsonl") else os.link)(source, target)


@pytest.fixture
def office(built: Settings, tmp_path: Path) -> Settings:
    """The same, of the test's own, on the day after the due day; nothing is sent anywhere."""
    shutil.copytree(built.home, tmp_path / "home", copy_function=_copy)
    settings = _settings(tmp_path / "home")
    write_contacts(settings, *CONTACTS)
    return replace(settings, today=THE_DAY_AFTER)


@pytest.fixture
def server() -> Iterator[Office]:
    with mail_server() as server:
        yield server


def write_contacts(settings: Settings, *lines: str) -> None:
    (settings.home / "contacts.csv").write_text("\n".join(lines), "utf-8")


def by(server: Office, settings: Settings, day: date = THE_DAY_AFTER) -> Settings:
    return replace(settings, smtp_host="127.0.0.1", smtp_port=server.port, smtp_from=FROM, today=day)


def told(summary: Summary) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["address"], each["outcome"]) for each in summary["outcomes"]]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


OWED = ("owed", "qt@commune.example")
SENT_BACK = ("returned", "qt@commune.example")


def test_who_owes_the_report_gets_its_blank_workbook_and_is_told_what_is_missing(
    office: Settings, server: Office
) -> None:
    done = steps.remind(by(server, replace(office, portal_url="https://portal.example/")), MONTH)
    assert told(done) == [(*OWED, "sent")]
    ((to, mail),) = server.received
    assert to == ("qt@commune.example",)
    assert mail["Subject"] == "Chưa nhận được báo cáo kết nạp đảng viên tháng 9/2015 (hạn 05/10/2015)"
    text = text_of(mail)
    for said in (
        "Kính gửi: Đảng ủy phường Quyết Thắng",
        "Đến hết ngày 05/10/2015",
        "Hạn gửi là ngày 05/10/2015",
        "KN-1 (Kết nạp), KN-2 (Nguồn), KN-3 (Đảng viên)",
        "https://portal.example/upload",
        "Trân trọng cảm ơn!",
    ):
        assert said in text
    (blank,) = mail.iter_attachments()
    assert blank.get_filename() == "KN_QuyetThang_03386_2015-09.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(blank.get_content()))
    assert "Kết nạp" in book.sheetnames


def test_before_the_due_day_the_reminder_says_until_when(office: Settings, server: Office) -> None:
    done = steps.remind_today(by(server, office, date(2015, 10, 2)))
    assert (*OWED, "sent") in told(done)
    mail = next(mail for to, mail in server.received if to == ("qt@commune.example",))
    assert mail["Subject"] == "Nhắc gửi báo cáo kết nạp đảng viên tháng 9/2015 (hạn 05/10/2015)"
    assert "chưa nhận được" not in text_of(mail)


def test_nobody_is_reminded_twice_of_the_same_stage_nor_by_hand_after_the_schedule(
    office: Settings, server: Office
) -> None:
    settings = by(server, replace(office, remind_days=(-3, 1, 5)))
    assert (*OWED, "sent") in told(steps.remind_today(settings))
    assert (*OWED, "already") in told(steps.remind_today(settings))
    assert told(steps.remind(settings, MONTH)) == [(*OWED, "already")]
    # The next stage is another reminder; between the stages there is none.
    assert told(steps.remind(by(server, settings, date(2015, 10, 9)), MONTH)) == [(*OWED, "already")]
    assert told(steps.remind(by(server, settings, date(2015, 10, 10)), MONTH)) == [(*OWED, "sent")]
    assert sum("tháng 9/2015 (hạn" in mail["Subject"] for mail in server.mails) == 2


def test_on_the_first_day_after_the_clock_has_jumped_ahead_nobody_is_written_to(
    office: Settings, server: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(by(server, office), today=None)

    def on(day: date) -> int:
        monkeypatch.setattr(Settings, "current_day", lambda _: day)
        before = len(server.mails)
        steps.remind_today(settings)
        return len(server.mails) - before

    assert on(THE_DAY_AFTER) > 0
    for _ in range(2):
        with pytest.raises(StepFailed, match="By this machine's clock it is 06/10/2016"):
            on(date(2016, 10, 6))
    # The clock was set right; of that day everything was sent.
    assert on(THE_DAY_AFTER) == 0
    # The machine was off for so long.
    with pytest.raises(StepFailed, match="10/11/2015"):
        on(date(2015, 11, 10))
    assert on(date(2015, 11, 11)) > 0


def test_whoever_insists_reminds_once_more_and_once_a_day(office: Settings, server: Office) -> None:
    settings = by(server, office)
    outcomes = [told(steps.remind(settings, MONTH, again=again))[0][2] for again in (False, True, True, False)]
    assert outcomes == ["sent", "sent", "already", "already"]
    assert len(server.mails) == 2


def test_whose_report_has_come_meanwhile_is_not_reminded(office: Settings, server: Office) -> None:
    """It lies in the landing folder, and nobody has loaded it; whatever is wrong with it is for the gate to say."""
    report = office.landing / "moi den.xlsx"
    report.write_bytes(workbook(faulty(report_of(THEIRS, SEPTEMBER))))
    assert told(steps.remind(by(server, office), MONTH)) == []
    report.unlink()
    assert told(steps.remind(by(server, office), MONTH)) == [(*OWED, "sent")]


def test_whose_report_comes_while_others_are_reminded_is_not(office: Settings, server: Office) -> None:
    """Ten addresses of one commune: its report arrives when the first of them has been written to."""
    write_contacts(office, CONTACTS[0], *(f"{THEIRS},A,{n}@commune.example,commune,vi" for n in range(10)))
    content = workbook(report_of(THEIRS, SEPTEMBER))
    server.on_mail = lambda: (office.landing / "moi den.xlsx").write_bytes(content)
    outcomes = [outcome for _, _, outcome in told(steps.remind(by(server, office), MONTH))]
    # Looking takes a moment, within which one more may go.
    assert outcomes[0] == "sent"
    assert outcomes[2:] == ["no_longer_due"] * 8


def test_a_report_that_waits_or_is_held_back_is_none_that_is_owed(office: Settings, server: Office) -> None:
    """Of August one is held back, and a newer version of the other waits."""
    done = steps.remind(by(server, office), RETURNED)
    assert [each for each in told(done) if each[0] == "owed"] == []


def test_a_returned_report_goes_back_marked_with_its_letter_once(office: Settings, server: Office) -> None:
    assert told(steps.remind(by(server, office), RETURNED)) == [(*SENT_BACK, "sent")]
    assert told(steps.remind(by(server, office), RETURNED)) == [(*SENT_BACK, "already")]
    (mail,) = server.mails
    assert mail["Subject"] == "Đề nghị sửa báo cáo kết nạp đảng viên tháng 8/2015"
    names = [str(each.get_filename()) for each in mail.iter_attachments()]
    assert [Path(name).suffix for name in names] == [".xlsx", ".docx"]
    assert "cần sửa" in names[0]
    assert "Ban Tổ chức" in text_of(mail)
    assert "1. (nghiêm trọng)" in text_of(mail)


def test_a_returned_report_that_was_corrected_meanwhile_does_not_go_back(office: Settings, server: Office) -> None:
    corrected = office.landing / "sua.xlsx"
    corrected.write_bytes(workbook(report_of(THEIRS, SEPTEMBER - 1)))
    assert told(steps.remind(by(server, office), RETURNED)) == []


def test_a_return_that_was_taken_back_since_the_last_publishing_is_none(office: Settings, server: Office) -> None:
    journal = office.archive / "decisions.jsonl"
    lines = journal.read_text("utf-8").splitlines()
    later = [line.replace('"return"', '"reopen"').replace("2015-10-20", "2015-10-21") for line in lines]
    later = [line.replace('"decision_id": "', '"decision_id": "later-') for line in later]
    journal.write_text("\n".join([*lines, *later, ""]), "utf-8")
    assert told(steps.remind(by(server, office), RETURNED)) == []


def test_what_was_returned_long_ago_is_history(office: Settings, server: Office) -> None:
    lately = steps.remind_today(by(server, office, date(2015, 10, 21)), dry_run=True)
    assert (*SENT_BACK, "would_send") in told(lately)
    later = steps.remind_today(by(server, office, date(2015, 12, 1)), dry_run=True)
    assert not [each for each in told(later) if each[0] == "returned"]


def test_stewards_get_what_waits_grouped_once_a_day(office: Settings, server: Office) -> None:
    queue = ("queue", "an@office.example")
    for outcome in ("sent", "already"):
        assert (*queue, outcome) in told(steps.remind_today(by(server, office)))
    assert (*queue, "sent") in told(steps.remind_today(by(server, office, date(2015, 10, 7))))
    mail = next(mail for to, mail in server.received if to == ("an@office.example",))
    assert mail["Subject"] == "Việc chờ kiểm soát số liệu ngày 06/10/2015: 2 hồ sơ"
    text = text_of(mail)
    assert "Tháng 8/2015:\n- Phường Quyết Thắng: 1 nghiêm trọng, 0 cảnh báo, bị giữ lại (03386-2015-08)" in text
    assert "- Phường Đông Phong: 1 nghiêm trọng, 0 cảnh báo (03408-2015-08)" in text


def test_the_summary_goes_to_those_above_once(office: Settings, server: Office) -> None:
    for outcome in ("sent", "already"):
        done = steps.send_summary(by(server, office), RETURNED)
        assert told(done) == [("summary", "tinh@office.example", outcome)]
    (mail,) = server.mails
    assert [Path(str(each.get_filename())).suffix for each in mail.iter_attachments()] == [".docx", ".xlsx"]
    write_contacts(office, *CONTACTS[:-1])
    assert told(steps.send_summary(by(server, office), MONTH)) == []


def test_the_language_is_that_of_whoever_reads_it(office: Settings, server: Office) -> None:
    write_contacts(office, *(line.replace(",vi", ",en") for line in CONTACTS))
    steps.remind(by(server, office), MONTH)
    steps.remind_today(by(server, office))
    assert {mail["Subject"] for mail in server.mails} == {
        "Not received yet: report of admissions of September 2015, due on 05/10/2015",
        "Please correct your report of admissions of August 2015",
        "To be settled on 06/10/2015: 2 cases",
    }


@pytest.mark.parametrize(
    ("day", "is_reminded"),
    [(1, False), (2, True), (5, True), (6, True), (10, True), (17, True), (18, False), (31, False)],
)
def test_a_stage_is_in_force_from_its_day_and_made_up_for_within_a_week(
    office: Settings, server: Office, day: int, is_reminded: bool
) -> None:
    done = steps.remind_today(by(server, office, date(2015, 10, day)), dry_run=True)
    assert ((*OWED, "would_send") in told(done)) == is_reminded


def test_nobody_is_reminded_by_itself_where_that_is_set(office: Settings, server: Office) -> None:
    settings = by(server, replace(office, remind_days=()))
    assert not [each for each in told(steps.remind_today(settings)) if each[0] == "owed"]
    assert told(steps.remind(settings, MONTH)) == [(*OWED, "sent")]


def test_a_commune_without_an_address_is_named(office: Settings, server: Office) -> None:
    write_contacts(office, CONTACTS[0], *CONTACTS[2:])
    done = steps.remind(by(server, office), MONTH)
    assert (told(done), done["without_address"]) == ([], [NAME])
    # The stewards are told, too: somebody has to call.
    steps.remind_today(by(server, office))
    assert f"Chưa nhắc được vì không có địa chỉ thư: {NAME}." in text_of(server.mails[-1])


def test_no_name_of_a_list_of_people_is_in_any_mail_or_attachment(office: Settings, server: Office) -> None:
    people = Sheet(
        "Danh sách",
        [["Tháng 9 năm 2015"], ["STT", "Họ và tên", "Ngày sinh"], [1.0, "Nguyễn Thị Bí Mật", "01/02/1990"]],
        (),
    )
    content = workbook_of([sheet("KN-1", plain_rows("KN-1"), title=("ĐẢNG ỦY PHƯỜNG QUYẾT THẮNG",)), people])
    (office.landing / "Nguyễn Thị Bí Mật.xlsx").write_bytes(content)
    settings = by(server, office)
    steps.remind(settings, MONTH)
    steps.remind_today(settings)
    steps.send_summary(settings, MONTH)
    assert len(server.mails) == 4
    for mail in server.mails:
        parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        everything = [mail.as_bytes(), *(part if isinstance(part, bytes) else part.encode() for part in parts)]
        for content in tuple(everything):
            if content.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(content)) as packed:
                    everything += [packed.read(name) for name in packed.namelist()]
        assert not any("Bí Mật".encode() in content for content in everything)


# ------------------------------------------------------------------------------------------------------- by command


def command(settings: Settings, *words: str) -> tuple[int, str]:
    environment = {**settings.as_environment(), "COLUMNS": "200"}
    result = CliRunner(env=environment).invoke(app, ["remind", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        assert isinstance(result.exception, Exception)
        return 1, result.output + (steps.sentence_for(result.exception, settings.language) or "unforeseen")
    return result.exit_code, result.output


def test_a_dry_run_tells_who_would_get_what_and_needs_no_server(office: Settings) -> None:
    status, said = command(office, "2015-09", "--dry-run")
    assert status == 0
    for words in (NAME, "qt@commune.example", "report owed", "would be sent", "nothing is sent"):
        assert words in said
    assert not (office.archive / "reminders.jsonl").exists()
    (office.home / "contacts.csv").unlink()
    status, said = command(office, "2015-09", "--dry-run")
    assert (status, f"Without an address: {NAME}." in said) == (0, True)


def test_the_command_sends_and_tells_and_the_second_time_says_that_it_was_sent(
    office: Settings, server: Office
) -> None:
    for outcome in ("sent", "sent before"):
        status, said = command(by(server, office), "2015-09")
        assert (status, outcome in said) == (0, True)
    assert len(server.mails) == 1


def test_what_is_due_on_a_day_can_be_sent_by_whatever_starts_a_command_daily(office: Settings, server: Office) -> None:
    for outcome in ("sent", "sent before"):
        status, said = command(by(server, office), "today")
        assert (status, "Reminders for today" in said, said.count(outcome)) == (0, True, 3)
    assert sorted(server.addresses) == ["an@office.example", "qt@commune.example", "qt@commune.example"]
    status, said = command(office, "today")
    assert (status, "nothing is sent" in said) == (0, True)


def test_where_nothing_is_set_up_the_command_says_what_to_set(office: Settings, server: Office) -> None:
    status, said = command(office, "2015-09")
    assert (status, "ADMISSIONS_SMTP_HOST" in said) == (1, True)
    (office.home / "contacts.csv").unlink()
    status, said = command(by(server, office), "2015-09")
    assert (status, "There is no list of addresses" in said) == (1, True)
    # The schedule has nothing to do then, and is no failure.
    assert steps.remind_today(office)["is_set_up"] is False
    assert steps.remind_today(by(server, office))["is_set_up"] is False


def test_a_bad_line_of_the_list_stops_everything_with_its_number(office: Settings, server: Office) -> None:
    write_contacts(office, *CONTACTS, f"{THEIRS},A,nobody,commune,vi")
    for step in (steps.remind_today, lambda settings: steps.remind(settings, MONTH)):
        with pytest.raises(StepFailed, match="Line 6: “nobody” is no address"):
            step(by(server, office))
    assert server.mails == []


def test_a_server_that_refuses_is_a_sentence_after_the_table(office: Settings, server: Office) -> None:
    server.refused = frozenset({"qt@commune.example"})
    status, said = command(by(server, office), "2015-09")
    assert status == 1
    assert "not sent" in said
    assert "0 mails sent, 1 not." in said
    assert "no such mailbox" in said


def test_a_server_that_hangs_or_dies_fails_the_step_and_the_next_one_sends_the_rest(
    office: Settings, server: Office
) -> None:
    write_contacts(office, CONTACTS[0], *(f"{THEIRS},A,{n}@commune.example,commune,vi" for n in range(10)))
    with silent_server() as port, pytest.raises(NotAllSent, match="0 mails sent, 10 not") as hung:
        steps.remind(by(Office(port=port), office), MONTH)
    assert {outcome for *_, outcome in told(hung.value.summary)} == {"not_sent"}
    with mail_server(Office(dies_at=5)) as dying, pytest.raises(NotAllSent, match="4 mails sent, 6 not"):
        steps.remind(by(dying, office), MONTH)
    done = steps.remind(by(server, office), MONTH)
    assert [outcome for *_, outcome in told(done)] == ["already"] * 5 + ["sent"] * 5
    assert server.addresses == [f"{n}@commune.example" for n in range(5, 10)]


def test_a_month_that_is_not_over_is_owed_by_nobody(office: Settings, server: Office) -> None:
    status, said = command(by(server, office), "2015-10")
    assert (status, said.strip()) == (1, "October 2015 is not over: nobody owes a report of it yet.")
    # On its own last day it is.
    assert steps.remind(by(server, office, date(2015, 10, 31)), date(2015, 10, 1))["outcomes"]


def test_of_months_before_the_first_report_nothing_is_owed(office: Settings, server: Office) -> None:
    status, said = command(by(server, office), "2015-06")
    assert (status, "Nobody is to be reminded" in said) == (0, True)


def test_an_office_that_has_published_nothing_yet_reminds_everybody(office: Settings, server: Office) -> None:
    fresh = replace(
        office, home=office.home / "fresh", published=office.home / "none.duckdb", archive=office.home / "a"
    )
    fresh = replace(fresh, landing=office.home / "l")
    fresh.home.mkdir()
    write_contacts(fresh, *CONTACTS)
    done = steps.remind(by(server, fresh), MONTH)
    assert sorted(address for _, address, outcome in told(done) if outcome == "sent") == [
        "dp@commune.example",
        "qt@commune.example",
    ]
