"""Writes the month's summary for those above the commission: a Word document and a workbook, both in Vietnamese."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from outbox.offices import Sender
from outbox.summary.content import content_of
from outbox.summary.document import summary_document
from outbox.summary.month_summary import month_summary
from outbox.summary.workbook import summary_workbook
from reference.offices import ascii_name
from warehouse.files import write_whole
from warehouse.settings import Settings


@dataclass(frozen=True)
class Summarised:
    """The summary: its files, how many of the communes have figures in it, how many are held back."""

    document: Path
    workbook: Path
    known: int
    expected: int
    held_back: int


def summarise(settings: Settings, month: date, folder: Path | None = None) -> Summarised:
    """Write the summary of `month` (its first day) into `folder`, the outbox's for the month when left out.

    Files of the same name are replaced. The documents are Vietnamese whatever the language of the terminal: they go to
    offices that write it. Raises NothingPublished, MonthNotCovered, and OSError where the folder cannot be written.
    """
    summary = month_summary(settings, month)
    content = content_of(summary)
    sender = Sender(summary.whole.name, settings.current_day())
    folder = folder or settings.outbox / f"{month:%Y-%m}"
    stem = f"TH_{ascii_name(summary.whole.name)}_{month:%Y-%m}"
    document, workbook = folder / f"{stem}.docx", folder / f"{stem}.xlsx"
    write_whole(document, summary_document(content, sender))
    write_whole(workbook, summary_workbook(content, sender, settings.current_day()))
    return Summarised(document, workbook, summary.known, summary.expected, len(summary.held_back))
