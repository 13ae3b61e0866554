"""What the mails say, in the language of whoever gets them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from outbox.mail import Attachment, Mail, Recipient
from outbox.reminders.contacts import Contact
from reference.figures import month_name
from reference.offices import commission_of, committee_of
from reference.texts import say

CATALOGUE = Path(__file__).with_name("texts.csv")
#: So many cases are listed in one mail; whoever has more looks at the queue.
_MOST_CASES = 40


@dataclass(frozen=True)
class Office:
    """Who writes, on which day, and where people reach the portal (empty where there is none)."""

    scope_name: str
    day: date
    portal_url: str

    @property
    def commission(self) -> str:
        return commission_of(self.scope_name)


@dataclass(frozen=True)
class Owed:
    """A report that is owed: by whom, of which month, by which day; whether a file came that was refused."""

    commune_name: str
    month: date
    due_on: date
    was_refused: bool


@dataclass(frozen=True)
class WaitingCase:
    """A case that a steward has to settle, and its unsettled failures by severity."""

    case_id: str
    commune_name: str
    month: date
    is_held_back: bool
    critical: int
    warning: int


def owed_mail(office: Office, contact: Contact, owed: Owed, blank: Attachment) -> Mail:
    """The report is not here yet: what is missing, by when, where to, and the workbook to fill in."""
    words = _Words(contact.language, office, owed.month)
    is_late = office.day > owed.due_on
    facts = {"due": _day(owed.due_on), "yesterday": _day(office.day - timedelta(days=1)), "file": blank.name}
    lines = [
        words("to_committee", committee=committee_of(owed.commune_name)),
        words("owed_after" if is_late else "owed_before", **facts),
        *([words("owed_refused")] if owed.was_refused else []),
        words("owed_missing"),
        words("owed_blank", **facts),
        words.where_to(),
        words("if_sent"),
    ]
    subject = words("owed_subject_after" if is_late else "owed_subject_before", **facts)
    return words.mail(contact, subject, lines, (blank,))


def returned_mail(
    office: Office, contact: Contact, commune_name: str, month: date, files: Sequence[Attachment], letter: str
) -> Mail:
    """The report goes back: the marked copy and the letter; who reads Vietnamese has the letter's text in the mail."""
    words = _Words(contact.language, office, month)
    names = ", ".join(f"“{file.name}”" for file in files)
    lines = [
        words("to_committee", committee=committee_of(commune_name)),
        words("returned_opening"),
        words("returned_files", files=names),
        words.where_to(),
    ]
    mail = words.mail(contact, words("returned_subject"), lines, tuple(files))
    if contact.language != "vi" or not letter:
        return mail
    return Mail(mail.to, mail.subject, f"{mail.text}\n{'-' * 60}\n\n{letter}", None, mail.attachments, mail.from_name)


def queue_mail(office: Office, contact: Contact, cases: Sequence[WaitingCase], no_address: Sequence[str]) -> Mail:
    """What waits for stewards, by month, and which communes could not be reminded."""
    words = _Words(contact.language, office, office.day)
    facts: dict[str, object] = {
        "day": _day(office.day),
        "cases": len(cases),
        "held": sum(case.is_held_back for case in cases),
        "address": office.portal_url.rstrip("/"),
    }
    listed = []
    for month, of_month in groupby(cases[:_MOST_CASES], key=lambda case: case.month):
        lines = [words("queue_month", month=words.named(month)), *(words.case(case) for case in of_month)]
        listed.append("\n".join(lines))
    lines = [
        *([words("to_person", name=contact.name)] if contact.name else []),
        words("queue_opening", **facts),
        *listed,
        *([words("queue_more", number=len(cases) - _MOST_CASES)] if len(cases) > _MOST_CASES else []),
        *([words("queue_no_address", communes=", ".join(no_address))] if no_address else []),
        words("queue_where" if office.portal_url else "queue_where_terminal", **facts),
    ]
    return words.mail(contact, words("queue_subject", **facts), lines, ())


def summary_mail(office: Office, contact: Contact, month: date, files: Sequence[Attachment]) -> Mail:
    """The month's summary, for those above the commission."""
    words = _Words(contact.language, office, month)
    lines = [
        *([words("to_person", name=contact.name)] if contact.name else []),
        words("above_opening", files=", ".join(f"“{file.name}”" for file in files)),
    ]
    return words.mail(contact, words("above_subject"), lines, tuple(files))


class _Words:
    """The catalogue in one language, with what every sentence may name."""

    def __init__(self, language: str, office: Office, month: date) -> None:
        self._language, self._office, self._month = language, office, month

    def __call__(self, text: str, /, **values: object) -> str:
        facts = {"month": self.named(self._month), "commission": self._office.commission} | values
        return say(text, self._language, CATALOGUE, **facts)

    def named(self, month: date) -> str:
        return month_name(month, self._language)

    def where_to(self) -> str:
        if self._office.portal_url:
            return self("where_portal", address=self._office.portal_url.rstrip("/"))
        return self("where_mail")

    def case(self, case: WaitingCase) -> str:
        return self(
            "queue_case",
            commune=case.commune_name,
            critical=case.critical,
            warning=case.warning,
            case_id=case.case_id,
            held=self("queue_held") if case.is_held_back else "",
        )

    def mail(self, contact: Contact, subject: str, lines: Sequence[str], files: tuple[Attachment, ...]) -> Mail:
        text = "\n\n".join((*lines, self("thanks"), self._office.commission.upper())) + "\n"
        recipient = Recipient(contact.email, contact.name)
        return Mail((recipient,), subject, text, None, files, self._office.commission)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
