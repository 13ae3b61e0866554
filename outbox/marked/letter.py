"""What the cover letter of a marked report says, in the words of an office; how it looks is decided elsewhere."""

from dataclasses import dataclass
from datetime import date, timedelta

from outbox.marked.plan import Line, Plan, severities_in_words, severity_in_words
from outbox.marked.to_return import SentReport
from outbox.offices import Sender, names_of
from outbox.words import words
from reference.marked_copy import LIST_SHEET

#: A corrected report is asked for within so many working days: Monday to Friday, holidays are not known here.
WORKING_DAYS = 3
_SATURDAY = 5


@dataclass(frozen=True)
class LetterPoint:
    """A point of the letter; `advice` is what is proposed, empty where nothing is."""

    text: str
    advice: str


@dataclass(frozen=True)
class Letter:
    """A letter, part by part, from its heading to who signs."""

    sender: Sender
    subject: str
    to: str
    opening: tuple[str, ...]
    points: tuple[LetterPoint, ...]
    closing: tuple[str, ...]
    signed_by: str


def letter(report: SentReport, plan: Plan, sender: Sender, file_name: str) -> Letter:
    """The letter about `report`, whose marked copy is called `file_name`."""
    severities = [line.severity for line in plan.lines]
    names = {**names_of(report), "commission": sender.commission}
    counted = {"number": len(severities), "severities": severities_in_words(severities)}
    opening = [words("letter_received", **names, **counted)]
    # Only a monthly report counts in the sums.
    if "critical" in severities and report.period is None:
        opening.append(words("letter_held_back"))
    by = working_days_after(sender.day, WORKING_DAYS)
    return Letter(
        sender=sender,
        subject=words("letter_subject", **names),
        to=words("letter_to", **names),
        opening=tuple(opening),
        points=tuple(_point(line) for line in plan.lines),
        closing=(
            words("letter_file", file=file_name, list=LIST_SHEET),
            words("letter_by_when", day=f"{by:%d/%m/%Y}", days=WORKING_DAYS, **names),
            words("letter_thanks"),
        ),
        signed_by=words("signed_by").upper(),
    )


def as_text(written: Letter) -> str:
    """The letter as plain text, for a mail."""
    heading = [*written.sender.heading, "*", "", written.sender.place_and_day]
    points = [point.text + (f"\n   {point.advice}" if point.advice else "") for point in written.points]
    body = [written.to, *written.opening, *points, *written.closing, written.signed_by]
    return "\n".join(heading) + "\n\n" + "\n\n".join(body) + "\n"


def working_days_after(day: date, number: int) -> date:
    """The day that lies `number` working days after `day`."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < _SATURDAY
    return day


def _point(line: Line) -> LetterPoint:
    message = line.message
    if line.cell is not None and line.cell.address not in message:
        message = words("letter_place", sheet=line.cell.sheet, cell=line.cell.address, message=message)
    said = words("letter_point", number=line.number, severity=severity_in_words(line.severity), message=message)
    return LetterPoint(said, line.advice)
