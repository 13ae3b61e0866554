"""Who is reminded of what: the communes of a month, the stewards of a day, those above when a month is closed."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from reference.figures import month_name
from reference.texts import say
from steps.doubted_day import doubt_a_jump
from steps.due_reminders import DueReminders, due_on
from steps.monthly import Summary
from steps.troubles import StepFailed, failures_in_words
from warehouse.settings import Settings

if TYPE_CHECKING:
    from outbox.reminders.sending import Reminder

#: A stage is made up for within so many days: the machine was off, or nobody answered for the mail server. Later it is
#: no reminder of that day any more.
_MADE_UP_FOR = 7
#: What was returned longer ago is history by the time that somebody begins to send mail.
_RETURNED_DAYS = 30
#: Months of which a stage may be in force at all: the latest stage is 60 days after the due day.
_MONTHS_BACK = 4


class NotAllSent(StepFailed):
    """Some mails did not go out. `summary` tells what became of each; what was sent is not sent again."""

    def __init__(self, sentence: str, summary: Summary) -> None:
        super().__init__(sentence)
        self.summary = summary


def remind(settings: Settings, month: date, dry_run: bool = False, again: bool = False) -> Summary:
    """Remind the communes that owe a report of `month`, and those whose report of it was returned; each once at each
    stage, or (`again`) once more on this day.

    Returns `outcomes` (kind, month, commune, address, outcome, sentence), the names of communes `without_address`, and
    whether it was a `dry_run`, in which nothing is sent. Raises StepFailed where nothing can be sent at all, NotAllSent
    where some of it was not.
    """
    with failures_in_words(settings):
        if settings.current_day() < month + relativedelta(months=1, days=-1):
            told = month_name(month, settings.language)
            raise StepFailed(say("error_month_not_over", settings.language, month=told))
        stage = _stage(settings, month, made_up_for=None)
        what = f"{stage}+{settings.current_day()}" if again else stage
        work = DueReminders(settings)
        due = [*work.owed(month, what), *work.returned(month, since=None)]
        return _carried_out(settings, work, due, dry_run)


def remind_today(settings: Settings, dry_run: bool = False) -> Summary:
    """Everything that is due on this day: the stages of months (ADMISSIONS_REMIND_DAYS), what was returned lately, and
    what waits for stewards.

    Returns as `remind` does; without a mail server or addresses nothing, and that is no failure (`is_set_up`). Raises
    StepFailed also on the first day after the clock has jumped ahead.
    """
    from outbox.mail import is_configured
    from outbox.reminders.contacts import contacts

    with failures_in_words(settings):
        if not dry_run and not (is_configured(settings) and contacts(settings).everybody):
            return _summary([], (), dry_run, is_set_up=False)
        if not dry_run:
            doubt_a_jump(settings)
        work = DueReminders(settings)
        due: list[Reminder] = []
        for month in _months_before(settings.current_day()):
            stage = _stage(settings, month, made_up_for=_MADE_UP_FOR)
            if stage:
                due += work.owed(month, stage)
        since = settings.current_day() - timedelta(days=_RETURNED_DAYS)
        due += work.returned(None, since)
        due += work.queue()
        return _carried_out(settings, work, due, dry_run)


def send_summary(settings: Settings, month: date, dry_run: bool = False) -> Summary:
    """The summary of a closed month to those above the commission, once. Returns and raises as `remind` does; where
    nobody above is in the list nothing is sent, and that is no failure."""
    with failures_in_words(settings):
        work = DueReminders(settings)
        return _carried_out(settings, work, list(work.summary(month)), dry_run, needs_contacts=False)


def _carried_out(
    settings: Settings, work: DueReminders, due: "Sequence[Reminder]", dry_run: bool, needs_contacts: bool = True
) -> Summary:
    from outbox.mail import MailNotSent, is_configured
    from outbox.reminders.contacts import places_of
    from outbox.reminders.journal import NOT_SENT, PERHAPS, SENT, Journal, sending_alone
    from outbox.reminders.sending import send_each, would_send

    if dry_run:
        outcomes = would_send(Journal(settings.archive), due)
        return _summary([asdict(each) for each in outcomes], work.without_address, dry_run)
    if not is_configured(settings) and (due or needs_contacts):
        raise MailNotSent("mail_not_configured", is_everybodys=True)
    if needs_contacts and not work.contacts.everybody:
        raise StepFailed(say("error_no_contacts", settings.language, path=places_of(settings)[0]))
    if not due:
        return _summary([], work.without_address, dry_run)
    with sending_alone(settings) as journal:
        outcomes = send_each(settings, journal, due)
    summary = _summary([asdict(each) for each in outcomes], work.without_address, dry_run)
    failed = [each for each in outcomes if each.outcome in (NOT_SENT, PERHAPS)]
    if failed:
        sent = sum(each.outcome == SENT for each in outcomes)
        details = " ".join(dict.fromkeys(each.sentence for each in failed))
        said = say("error_not_all_sent", settings.language, sent=sent, not_sent=len(failed), detail=details)
        raise NotAllSent(said, summary)
    return summary


def _summary(
    outcomes: list[dict[str, str]], without_address: Sequence[str], dry_run: bool, is_set_up: bool = True
) -> Summary:
    return {
        "outcomes": outcomes,
        "without_address": list(without_address),
        "dry_run": dry_run,
        "is_set_up": is_set_up,
    }


def _stage(settings: Settings, month: date, made_up_for: int | None) -> str:
    """The stage that is in force, as days after the due day (`-3`); empty where none is. By hand (`made_up_for` None)
    there always is one: the first before its day, the last for ever, and `0` where there are none."""
    since_due = (settings.current_day() - due_on(settings, month)).days
    begun = [day for day in settings.remind_days if day <= since_due]
    if made_up_for is None:
        return str((begun or list(settings.remind_days[:1]) or [0])[-1])
    return str(begun[-1]) if begun and since_due - begun[-1] <= made_up_for else ""


def _months_before(day: date) -> Iterator[date]:
    this = day.replace(day=1)
    for back in range(_MONTHS_BACK, -1, -1):
        yield this - relativedelta(months=back)
