"""Sends what is due, each once, and tells what became of it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from outbox.mail import Mail, MailNotSent, Post, posting
from outbox.reminders.journal import NOT_SENT, PERHAPS, SENDING, SENT, Journal, Occasion
from reference.trouble import Trouble
from warehouse.settings import Settings

WOULD_SEND, ALREADY, NO_LONGER = "would_send", "already", "no_longer_due"


@dataclass(frozen=True)
class Reminder:
    """A mail that is due: for what, whose, whether it is due still (asked right before it goes), and what it says."""

    occasion: Occasion
    commune_name: str
    is_due: Callable[[], bool]
    mail: Callable[[], Mail]


@dataclass(frozen=True)
class Outcome:
    """What became of a reminder: sent, perhaps_sent, not_sent (with the sentence why), already, no_longer_due, or
    would_send where nothing is sent."""

    kind: str
    month: str
    commune_code: str
    commune_name: str
    address: str
    outcome: str
    sentence: str = ""


def send_each(settings: Settings, journal: Journal, reminders: Iterable[Reminder]) -> list[Outcome]:
    """Send what was not sent before. One that is refused stops none of the others; without a server all that is left is
    not sent, and is tried the next time. Raises OSError where it cannot be noted: then nothing goes out."""
    found: list[Outcome] = []
    stopped: MailNotSent | None = None
    with ExitStack() as connection:
        post: Post | None = None
        for reminder in reminders:
            if journal.is_done(reminder.occasion):
                found.append(_outcome(reminder, ALREADY))
                continue
            if not reminder.is_due():
                found.append(_outcome(reminder, NO_LONGER))
                continue
            if stopped is not None:
                found.append(_outcome(reminder, NOT_SENT, stopped.sentence(settings.language)))
                continue
            try:
                mail = reminder.mail()
                post = post or connection.enter_context(posting(settings))
                # Writing it took a while.
                if not reminder.is_due():
                    found.append(_outcome(reminder, NO_LONGER))
                    continue
                found.append(_outcome(reminder, *_sent(settings, journal, post, reminder, mail)))
            except MailNotSent as trouble:
                stopped = trouble if trouble.is_everybodys else None
                event = PERHAPS if trouble.may_have_gone else NOT_SENT
                found.append(_outcome(reminder, event, trouble.sentence(settings.language)))
            except Trouble as trouble:
                # What is to go with it cannot be had; that is this commune's alone.
                found.append(_outcome(reminder, NOT_SENT, trouble.sentence(settings.language)))
    return found


def would_send(journal: Journal, reminders: Iterable[Reminder]) -> list[Outcome]:
    """What `send_each` would begin with."""
    found = []
    for reminder in reminders:
        is_due = journal.is_done(reminder.occasion) or reminder.is_due()
        outcome = ALREADY if journal.is_done(reminder.occasion) else WOULD_SEND if is_due else NO_LONGER
        found.append(_outcome(reminder, outcome))
    return found


def _sent(settings: Settings, journal: Journal, post: Post, reminder: Reminder, mail: Mail) -> Sequence[str]:
    journal.note(reminder.occasion, SENDING, settings.current_instant())
    try:
        post.send(mail)
    except MailNotSent as trouble:
        event = PERHAPS if trouble.may_have_gone else NOT_SENT
        journal.note(reminder.occasion, event, settings.current_instant())
        raise
    journal.note(reminder.occasion, SENT, settings.current_instant())
    return (SENT,)


def _outcome(reminder: Reminder, outcome: str, sentence: str = "") -> Outcome:
    of = reminder.occasion
    return Outcome(of.kind, of.month, of.commune_code, reminder.commune_name, of.address, outcome, sentence)
