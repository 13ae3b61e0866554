"""Opening a workbook's bytes: sheets as grids of raw values whose indices are the sheet's own."""

import io
from dataclasses import dataclass

import python_calamine as calamine

from ingest.numbers import Raw
from ingest.text import clean

#: First bytes of a zip archive (xlsx, xlsm, xlsb, ods) and of an OLE compound file (xls; also encrypted xlsx).
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class NotAWorkbook(ValueError):
    """The bytes are no spreadsheet file."""


class EncryptedWorkbook(ValueError):
    """The workbook asks for a password."""


class UnreadableWorkbook(ValueError):
    """The file claims to be a workbook but cannot be opened; the text says what the library found."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows[r][c]` is the value at zero-based row and column; merges as (row, column) corners."""

    name: str
    rows: list[list[Raw]]
    merges: tuple[tuple[int, int, int, int], ...]


def open_sheets(content: bytes) -> list[Sheet]:
    """All worksheets of a workbook in their order.

    Raises NotAWorkbook, EncryptedWorkbook or UnreadableWorkbook.
    """
    if not content.startswith((_ZIP, _OLE)):
        raise NotAWorkbook
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            _sheet(workbook.get_sheet_by_name(sheet.name))
            for sheet in workbook.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except calamine.PasswordError as error:
        raise EncryptedWorkbook from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableWorkbook(clean(str(error)) or type(error).__name__) from error


def _sheet(sheet: calamine.CalamineSheet) -> Sheet:
    merges = tuple((top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())
    return Sheet(name=clean(sheet.name), rows=sheet.to_python(skip_empty_area=False), merges=merges)
