"""Nothing is sent twice: what was noted before, servers that fail, two processes, a machine that stops."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from outbox.mail import Mail, Recipient
from outbox.reminders.journal import Journal, Occasion, RemindersBusy, sending_alone
from outbox.reminders.sending import Outcome, Reminder, send_each, would_send
from reference.trouble import Trouble
from tests.conftest import MakeSettings
from tests.outbox.mail_server import Office, by_mail, mail_server, silent_server, talking_server
from warehouse.journal import JournalDamaged
from warehouse.settings import Settings

# The server warns of what is meant here: on this machine a password may go over a plain connection.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")

TEN = [f"{number}@x.example" for number in range(10)]


def reminder(
    address: str, what: str = "1", is_due: Callable[[], bool] = lambda: True, mail: Callable[[], Mail] | None = None
) -> Reminder:
    occasion = Occasion("owed", "2020-08", "03408", address, what)
    written = Mail((Recipient(address, "Phường Đông Phong"),), f"Nhắc {what}", "Kính gửi …\n")
    return Reminder(occasion, "Phường Đông Phong", is_due, mail or (lambda: written))


def sent(settings: Settings, *reminders: Reminder) -> list[Outcome]:
    with sending_alone(settings) as journal:
        return send_each(settings, journal, reminders)


def outcomes(found: list[Outcome]) -> list[str]:
    return [each.outcome for each in found]


def test_each_reminder_goes_once_and_another_stage_is_another_one(make_settings: MakeSettings) -> None:
    with mail_server() as office:
        settings = by_mail(make_settings, office.port)
        assert outcomes(sent(settings, reminder("a@x.example"), reminder("b@x.example"))) == ["sent", "sent"]
        again = sent(settings, reminder("a@x.example"), reminder("b@x.example"), reminder("a@x.example", "5"))
        assert outcomes(again) == ["already", "already", "sent"]
    assert office.addresses == ["a@x.example", "b@x.example", "a@x.example"]
    assert office.connections == 2


def test_without_anything_to_send_no_server_is_met(make_settings: MakeSettings) -> None:
    with silent_server() as port:
        assert outcomes(sent(by_mail(make_settings, port), reminder("a@x.example", is_due=lambda: False))) == [
            "no_longer_due"
        ]


def test_whoever_reports_while_the_mail_is_being_written_is_not_reminded(make_settings: MakeSettings) -> None:
    answers = iter([True, False])
    with mail_server() as office:
        late = reminder("a@x.example", is_due=lambda: next(answers))
        assert outcomes(sent(by_mail(make_settings, office.port), late)) == ["no_longer_due"]
    assert office.mails == []


def test_a_server_that_dies_in_the_middle_of_ten_mails(make_settings: MakeSettings) -> None:
    """Those that it took are not sent again, nor the one it may have taken; the others are, by the next run."""
    ten = [reminder(address) for address in TEN]
    with mail_server(Office(dies_at=5)) as office:
        settings = by_mail(make_settings, office.port)
        found = sent(settings, *ten)
    assert outcomes(found) == ["sent"] * 4 + ["perhaps_sent"] + ["not_sent"] * 5
    assert "4@x.example" in found[4].sentence
    assert all(each.sentence for each in found[4:])
    with mail_server() as office:
        found = sent(replace(settings, smtp_port=office.port), *ten)
    assert outcomes(found) == ["already"] * 5 + ["sent"] * 5
    assert office.addresses == TEN[5:]


def test_a_recipient_who_is_refused_stops_none_of_the_others_and_is_tried_again(make_settings: MakeSettings) -> None:
    three = [reminder(address) for address in TEN[:3]]
    with mail_server(Office(refused=frozenset({TEN[1]}))) as office:
        settings = by_mail(make_settings, office.port)
        found = sent(settings, *three)
        assert outcomes(found) == ["sent", "not_sent", "sent"]
        assert f"{TEN[1]} (550 no such mailbox)" in found[1].sentence
        office.refused = frozenset()
        assert outcomes(sent(settings, *three)) == ["already", "sent", "already"]
    assert office.addresses == [TEN[0], TEN[2], TEN[1]]


def test_a_server_that_hangs_is_waited_for_once_and_not_for_each_mail(make_settings: MakeSettings) -> None:
    with silent_server() as port:
        begun = time.monotonic()
        found = sent(by_mail(make_settings, port), *(reminder(address) for address in TEN))
    assert time.monotonic() - begun < 8
    assert outcomes(found) == ["not_sent"] * 10
    assert {each.sentence for each in found} == {found[0].sentence}
    assert "did not answer within 1 second" in found[0].sentence


def test_a_sign_in_that_is_refused_notes_nothing_as_sent(make_settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("wrong")
    with mail_server(password="right") as office:
        settings = by_mail(make_settings, office.port, SMTP_USER="btc", SMTP_PASSWORD_FILE=str(tmp_path / "password"))
        assert outcomes(sent(settings, reminder("a@x.example"))) == ["not_sent"]
        (tmp_path / "password").write_text("right")
        assert outcomes(sent(settings, reminder("a@x.example"))) == ["sent"]
    assert office.addresses == ["a@x.example"]


def test_what_cannot_be_attached_is_said_of_its_commune_alone(make_settings: MakeSettings) -> None:
    class Missing(Trouble):
        text = "error_archive"

    def lost() -> Mail:
        raise Missing("3f/3f…")

    with mail_server() as office:
        found = sent(by_mail(make_settings, office.port), reminder("a@x.example", mail=lost), reminder("b@x.example"))
    assert outcomes(found) == ["not_sent", "sent"]
    assert "3f/3f…" in found[0].sentence


def test_a_mail_is_noted_before_it_goes_and_where_it_cannot_be_it_does_not(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import warehouse.journal

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with mail_server() as office:
        settings = by_mail(make_settings, office.port)
        with monkeypatch.context() as patched:
            patched.setattr(warehouse.journal, "_write", full)
            with pytest.raises(OSError, match="No space left"):
                sent(settings, reminder("a@x.example"))
        assert office.mails == []
        assert outcomes(sent(settings, reminder("a@x.example"))) == ["sent"]


def test_a_machine_that_stops_while_it_sends_does_not_send_again(make_settings: MakeSettings) -> None:
    """Killed while the server has the mail and has not answered yet: who knows whether it went out."""
    # Greeting, and then an answer to EHLO, NOOP, MAIL, RCPT and DATA.
    answers = (b"220 x\r\n", b"250 x\r\n", b"250 OK\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n")
    with talking_server(*answers) as port:
        settings = by_mail(make_settings, port, SMTP_SECONDS="30")
        process = start(settings, "a@x.example")
        journal = settings.archive / "reminders.jsonl"
        wait_for(lambda: journal.exists() and "sending" in journal.read_text())
        process.kill()
        process.wait(10)
    (entry,) = map(json.loads, journal.read_text().splitlines())
    assert (entry["event"], entry["address"]) == ("sending", "a@x.example")
    with mail_server() as office:
        found = sent(replace(settings, smtp_port=office.port), reminder("a@x.example"), reminder("a@x.example", "5"))
    assert outcomes(found) == ["already", "sent"]


def test_two_processes_at_once_send_each_mail_once(make_settings: MakeSettings) -> None:
    with mail_server() as office:
        settings = by_mail(make_settings, office.port, WAIT_SECONDS="30", SMTP_SECONDS="30")
        processes = [start(settings, *TEN) for _ in range(3)]
        assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert sorted(office.addresses) == TEN


def test_whoever_meets_another_one_that_sends_is_told_so(make_settings: MakeSettings) -> None:
    settings = make_settings()
    with sending_alone(settings), pytest.raises(RemindersBusy) as busy, sending_alone(settings):
        pass
    assert "Another process is sending reminders" in busy.value.sentence("en")


def test_a_line_that_cannot_be_read_stops_everything(make_settings: MakeSettings) -> None:
    """Nobody knows then what was sent."""
    with mail_server() as office:
        settings = by_mail(make_settings, office.port)
        settings.archive.mkdir(parents=True)
        (settings.archive / "reminders.jsonl").write_text('{"kind": owed}\n')
        with pytest.raises(JournalDamaged):
            sent(settings, reminder("a@x.example"))
    assert office.mails == []


def test_a_line_that_was_never_finished_is_none(make_settings: MakeSettings) -> None:
    """It was on its way to the disk: nothing had been sent by then."""
    with mail_server() as office:
        settings = by_mail(make_settings, office.port)
        settings.archive.mkdir(parents=True)
        (settings.archive / "reminders.jsonl").write_text('{"kind": "owed", "mon')
        assert outcomes(sent(settings, reminder("a@x.example"))) == ["sent"]
        assert outcomes(sent(settings, reminder("a@x.example"))) == ["already"]


def test_what_would_be_sent_is_told_and_nothing_is_noted(make_settings: MakeSettings) -> None:
    with mail_server() as office:
        settings = by_mail(make_settings, office.port)
        sent(settings, reminder("a@x.example"))
        before = (settings.archive / "reminders.jsonl").read_bytes()
        asked = [reminder("a@x.example"), reminder("b@x.example"), reminder("c@x.example", is_due=lambda: False)]
        found = would_send(Journal(settings.archive), asked)
    assert outcomes(found) == ["already", "would_send", "no_longer_due"]
    assert (settings.archive / "reminders.jsonl").read_bytes() == before
    assert len(office.mails) == 1


# -------------------------------------------------------------------------------------------------- other processes

_SENDS = """
import sys
from tests.outbox.reminders.test_sending import reminder, sent
from warehouse.settings import load_settings
sent(load_settings(), *map(reminder, sys.argv[1:]))
"""


def start(settings: Settings, *addresses: str) -> "subprocess.Popen[bytes]":
    """A process of its own that reminds these addresses."""
    root = Path(__file__).parents[3]
    environment = settings.as_environment() | {"PYTHONPATH": str(root), "PATH": "/usr/bin"}
    return subprocess.Popen([sys.executable, "-c", _SENDS, *addresses], cwd=root, env=environment)


def wait_for(is_so: Callable[[], bool], seconds: float = 30) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
