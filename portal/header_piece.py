"""The piece of a sheet that a header wording comes from, as it arrived: its header, rows below, columns beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from answers.words import SeenAt
from ingest.container.prepare import sheets_as_read
from ingest.container.workbook import Sheet
from ingest.values.numbers import Raw
from portal.view import View
from warehouse.archived import NotArchived, archived_content
from warehouse.settings import Settings

#: Columns on either side of the one in question, and rows below the header.
_BESIDE, _BELOW = 2, 4
#: Reports are some tens of kilobytes; what is much longer is not opened for a look at a few cells.
_LONGEST = 1_000_000


@dataclass(frozen=True)
class HeaderPiece:
    """Letters of the columns, and rows: number, whether it is the header's, the values."""

    letters: tuple[str, ...]
    rows: tuple[tuple[int, bool, tuple[Raw, ...]], ...]


@lru_cache(maxsize=200)
def piece_of(settings: Settings, at: SeenAt) -> HeaderPiece | None:
    """None where the workbook cannot be looked at any more: what is said of it stands without it."""
    # What is archived under a name never changes, so it is opened once.
    try:
        content = archived_content(settings.archive, at.submission_id)
        sheets = sheets_as_read(content) if len(content) <= _LONGEST else []
    except (NotArchived, ValueError):
        return None
    sheet = next((each for each in sheets if each.name == at.sheet), None)
    return _cut(sheet, at) if sheet else None


def _cut(sheet: Sheet, at: SeenAt) -> HeaderPiece:
    rows = sheet.rows[at.first_row - 1 : at.last_row + _BELOW]
    middle, names = _column(at.letter), _column(at.names_letter or at.letter)
    beside = range(max(0, middle - _BESIDE), middle + _BESIDE + 1)
    columns = [each for each in sorted({names, *beside}) if each == middle or any(_value(row, each) for row in rows)]
    return HeaderPiece(
        tuple(map(xl_col_to_name, columns)),
        tuple(
            (number, number <= at.last_row, tuple(_value(row, each) for each in columns))
            for number, row in enumerate(rows, at.first_row)
        ),
    )


def _column(letter: str) -> int:
    return int(xl_cell_to_rowcol(f"{letter}1")[1])


def _value(row: Sequence[Raw], column: int) -> Raw:
    return row[column] if column < len(row) else None


def written(view: View, value: Raw) -> str:
    """A value of the sheet as people read it; nothing where nothing is."""
    if isinstance(value, bool):
        return view.say("yes" if value else "no")
    if isinstance(value, int | float):
        return view.count(value)
    if isinstance(value, datetime | date):
        return view.day(value)
    return value if isinstance(value, str) else ""
