"""The cover letter that goes with a marked report: plain text, in the words of an office."""

from datetime import date, timedelta

from outbox.offices import Sender, names_of
from outbox.plan import Line, Plan, severities_in_words, severity_in_words
from outbox.words import words
from reference.marked_copy import LIST_SHEET
from warehouse.to_return import SentReport

#: A corrected report is asked for within so many working days: Monday to Friday, holidays are not known here.
WORKING_DAYS = 3
_SATURDAY = 5


def letter(report: SentReport, plan: Plan, sender: Sender, file_name: str) -> str:
    """The letter about `report`, whose marked copy is called `file_name`."""
    severities = [line.severity for line in plan.lines]
    names = {**names_of(report), "commission": sender.commission}
    counted = {"number": len(severities), "severities": severities_in_words(severities)}
    heading = [*sender.heading, "*", "", sender.place_and_day]
    body = [words("letter_to", **names), words("letter_received", **names, **counted)]
    # Only a monthly report counts in the sums.
    if "critical" in severities and report.period is None:
        body.append(words("letter_held_back"))
    body += [_point(line) for line in plan.lines]
    by = working_days_after(sender.day, WORKING_DAYS)
    body += [
        words("letter_file", file=file_name, list=LIST_SHEET),
        words("letter_by_when", day=f"{by:%d/%m/%Y}", days=WORKING_DAYS, **names),
        words("letter_thanks"),
        words("signed_by").upper(),
    ]
    return "\n".join(heading) + "\n\n" + "\n\n".join(body) + "\n"


def working_days_after(day: date, number: int) -> date:
    """The day that lies `number` working days after `day`."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < _SATURDAY
    return day


def _point(line: Line) -> str:
    message = line.message
    if line.cell is not None and line.cell.address not in message:
        message = words("letter_place", sheet=line.cell.sheet, cell=line.cell.address, message=message)
    said = words("letter_point", number=line.number, severity=severity_in_words(line.severity), message=message)
    if line.proposed:
        said += "\n   " + words("note_proposal", proposed=line.proposed)
    return said
