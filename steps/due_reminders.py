"""What mails are due, to whom, and whether each still is when it is about to go."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dateutil.relativedelta import relativedelta

from reference.communes import Commune, communes_expected, communes_in_scope
from warehouse.connections import NothingPublished
from warehouse.files import which_file
from warehouse.settings import Settings

if TYPE_CHECKING:
    from outbox.blank.issue import Blanks
    from outbox.mail import Attachment, Mail
    from outbox.reminders.contacts import Contact
    from outbox.reminders.journal import Occasion
    from outbox.reminders.letters import Office, Owed, WaitingCase
    from outbox.reminders.published import Month, Returned
    from outbox.reminders.sending import Reminder

OWED, RETURNED, QUEUE, SUMMARY = "owed", "returned", "queue", "summary"
_Answer = TypeVar("_Answer")


def due_on(settings: Settings, month: date) -> date:
    """The day by which the report of `month` is due."""
    return (month + relativedelta(months=1)).replace(day=settings.due_day)


class DueReminders:
    """The reminders that are due, as the published file, the journals and the landing folder say now.

    Raises BadContacts for a list of addresses that cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        from ingest.unpublished import Unpublished
        from outbox.reminders.contacts import contacts

        self._settings = settings
        self._unpublished = Unpublished(settings)
        self.contacts = contacts(settings)
        self._without_address: dict[str, None] = {}
        self._answers: dict[object, tuple[object, object]] = {}
        self._summaries: dict[date, list[Attachment]] = {}

    @property
    def without_address(self) -> tuple[str, ...]:
        """The names of the communes that something was found due to, and that have no address."""
        return tuple(self._without_address)

    def owed(self, month: date, stage: str) -> "Iterator[Reminder]":
        """A mail to each address of each commune that owes the report of `month`, with its blank workbook."""
        from outbox.blank.issue import Blanks
        from outbox.reminders.letters import Owed

        known = self._month(month)
        communes = [each for each in communes_expected(self._settings.scope) if each.is_valid_in(month)]
        owing = [commune for commune in communes if self._owes(commune, month)]
        if not owing or (known.first is not None and month < known.first):
            return
        blanks = Blanks(self._settings, month)
        for commune in owing:
            owed = Owed(commune.name, month, due_on(self._settings, month), commune.key in known.refused)
            write = partial(self._owed_mail, blanks, commune, owed)
            yield from self._to_commune(OWED, commune, month, stage, partial(self._owes, commune, month), write)

    def returned(self, month: date | None, since: date | None) -> "Iterator[Reminder]":
        """A mail to each address of each commune whose report (of `month`, or of any) a steward has returned, with the
        marked copy and the letter; with `since` only what was decided on that day or later."""
        for case in self._returned(month):
            commune = next((c for c in communes_in_scope(self._settings.scope) if c.key == case.commune_key), None)
            is_old = since is not None and case.decided_at.date() < since
            if commune is None or is_old or not self._is_returned(month, case):
                continue
            # A later decision on the same version is a new return: there is more to correct.
            what = f"{case.submission_id[:16]}/{case.decision_id}"
            write = partial(self._returned_mail, case)
            is_due = partial(self._is_returned, month, case)
            yield from self._to_commune(RETURNED, commune, case.month, what, is_due, write)

    def queue(self) -> "Iterator[Reminder]":
        """A mail to each steward with what waits, once a day; none where nothing does."""
        from outbox.reminders.contacts import STEWARD
        from outbox.reminders.letters import queue_mail

        stewards = self.contacts.of_role(STEWARD)
        cases = self._waiting() if stewards else []
        for contact in stewards if cases else ():
            occasion = self._occasion(QUEUE, contact, None, str(self._settings.current_day()))
            write = partial(queue_mail, self._office, contact, cases, self.without_address)
            yield self._reminder(occasion, contact.name, lambda: True, write)

    def summary(self, month: date) -> "Iterator[Reminder]":
        """A mail to each address above the commission, with the month's summary as a document and a workbook."""
        from outbox.reminders.contacts import ABOVE

        for contact in self.contacts.of_role(ABOVE):
            occasion = self._occasion(SUMMARY, contact, month, "closed")
            write = partial(self._summary_mail, month, contact)
            yield self._reminder(occasion, contact.name, lambda: True, write)

    # --------------------------------------------------------------------------------------------------- is it due?

    def _owes(self, commune: Commune, month: date) -> bool:
        return commune.key not in self._month(month).reported and not self._came(commune.code, month)

    def _is_returned(self, month: date | None, case: "Returned") -> bool:
        """The same version, by the same decision, and no other report of the month has come since."""
        return case in self._returned(month) and not self._came(case.commune_code, case.month)

    def _came(self, code: str, month: date) -> bool:
        from ingest.unpublished import Came

        return Came(code, month) in self._unpublished.reports()

    def _month(self, month: date) -> "Month":
        from outbox.reminders.published import Month, month_of

        nothing = Month(frozenset(), frozenset(), None)
        return self._as_of_now((OWED, month), lambda: month_of(self._settings, month), nothing)

    def _returned(self, month: date | None) -> "list[Returned]":
        from outbox.reminders.published import returned

        return self._as_of_now((RETURNED, month), lambda: returned(self._settings, month), [])

    def _waiting(self) -> "list[WaitingCase]":
        from answers.cases import queue
        from outbox.reminders.letters import WaitingCase

        def ask() -> list[WaitingCase]:
            cases = (case for case in queue(self._settings) if case.waits)
            return [
                WaitingCase(case.case_id, case.commune_name, case.month, case.is_held_back, case.critical, case.warning)
                for case in sorted(cases, key=lambda case: case.month, reverse=True)
            ]

        return self._as_of_now(QUEUE, ask, [])

    def _as_of_now(self, question: object, ask: Callable[[], _Answer], nothing: _Answer) -> _Answer:
        """The answer, asked for once as long as nothing is published and decided anew; `nothing` in an office that has
        published nothing yet."""
        stamp = tuple(map(which_file, (self._settings.published, self._settings.archive / "decisions.jsonl")))
        before, answer = self._answers.get(question, (None, nothing))
        if before != stamp:
            answer = nothing
            with suppress(NothingPublished):
                answer = ask()
            self._answers[question] = stamp, answer
        return answer  # type: ignore[return-value]

    # ------------------------------------------------------------------------------------------------ who, and what

    def _to_commune(
        self,
        kind: str,
        commune: Commune,
        month: date,
        what: str,
        is_due: Callable[[], bool],
        write: "Callable[[Contact], Mail]",
    ) -> "Iterator[Reminder]":
        found = self.contacts.of_commune(commune)
        if not found:
            self._without_address[commune.name] = None
        for contact in found:
            occasion = self._occasion(kind, contact, month, what, commune.code)
            yield self._reminder(occasion, commune.name, is_due, partial(write, contact))

    def _occasion(
        self, kind: str, contact: "Contact", month: date | None, what: str, commune_code: str = ""
    ) -> "Occasion":
        from outbox.reminders.journal import Occasion

        return Occasion(kind, f"{month:%Y-%m}" if month else "", commune_code, contact.email.lower(), what)

    def _reminder(
        self, occasion: "Occasion", name: str, is_due: Callable[[], bool], mail: "Callable[[], Mail]"
    ) -> "Reminder":
        from outbox.reminders.sending import Reminder

        return Reminder(occasion, name, is_due, mail)

    @cached_property
    def _office(self) -> "Office":
        from dbt_project.run_settings import scope_name
        from outbox.reminders.letters import Office

        settings = self._settings
        return Office(scope_name(settings.scope), settings.current_day(), settings.portal_url)

    def _owed_mail(self, blanks: "Blanks", commune: Commune, owed: "Owed", contact: "Contact") -> "Mail":
        from outbox.mail import Attachment
        from outbox.reminders.letters import owed_mail

        return owed_mail(self._office, contact, owed, Attachment(*blanks.of(commune)))

    def _returned_mail(self, case: "Returned", contact: "Contact") -> "Mail":
        from outbox.reminders.letters import returned_mail
        from steps.sending_back import annotate

        marked = annotate(self._settings, case.commune_code, case.month, None).marked
        files = [_attached(path) for each in marked for path in (each.path, each.document)]
        letter = "\n\n".join(each.letter.read_text(encoding="utf-8") for each in marked)
        return returned_mail(self._office, contact, case.commune_name, case.month, files, letter)

    def _summary_mail(self, month: date, contact: "Contact") -> "Mail":
        from outbox.reminders.letters import summary_mail

        return summary_mail(self._office, contact, month, self._summary_files(month))

    def _summary_files(self, month: date) -> "list[Attachment]":
        """The summary is the same for everybody above: it is written once."""
        from outbox.summary.write import summarise

        if month not in self._summaries:
            done = summarise(self._settings, month)
            self._summaries[month] = [_attached(done.document), _attached(done.workbook)]
        return self._summaries[month]


def _attached(path: Path) -> "Attachment":
    from outbox.mail import Attachment

    return Attachment(path.name, path.read_bytes())
