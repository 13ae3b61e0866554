"""What goes back to the communes: their own workbooks, marked."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from steps.monthly import Progress, silent
from warehouse.settings import Settings

if TYPE_CHECKING:
    from outbox.marked.annotate import Annotated


def annotate(
    settings: Settings, commune: str, month: date, path: Path | None, progress: Progress = silent
) -> "Annotated":
    """The communes' reports of a month with what is unsettled marked in them; they are opened as the reader does."""
    from ingest.container.prepare import sheets_as_read
    from outbox.marked.annotate import annotate as mark

    return mark(settings, commune, month, path, sheets_as_read, progress)
