"""Opening a workbook's bytes: sheets as grids of raw values whose indices are the sheet's own."""

import io
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import python_calamine as calamine

from ingest.container.default_password import opened_by_default
from ingest.container.file_kind import Place, SecondLook
from ingest.container.precheck import refuse_before_opening, with_mimetype
from ingest.container.reasons import kind_of, reason_of
from ingest.container.second_look import second_look
from ingest.values.numbers import Raw
from ingest.values.text import clean

#: The reading library holds a sheet as a grid up to its last filled cell; this many cells need some 150 MB.
LARGEST_GRID = 4_000_000


#: What the reading library says when it cannot open a file, and another library of an old file with a password.
_NO_REASON = "Cannot detect file format"
_ENCRYPTED = "encrypted"


class NotAWorkbook(ValueError):
    """The bytes are no spreadsheet file; the text says what they are."""


class EncryptedWorkbook(ValueError):
    """The workbook asks for a password."""


class UnreadableWorkbook(ValueError):
    """The file claims to be a workbook but cannot be opened; the text says what the library found."""


class RefusedWorkbook(UnreadableWorkbook):
    """The file is not opened, or not read, for a reason that has a code of its own (`code`, in problems.csv)."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(found or code)
        self.code = code
        self.found = found or None


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows[r][c]` is the value at zero-based row and column; merges as (row, column) corners.

    Places: `percents` are shown as percentages (1.85 as 185%), in `months` the date is shown as a month, `unsolved`
    hold a formula without a result which could not be worked out either (the formula's text stands there), `covered`
    lie under merged cells which `merges` does not name.
    """

    name: str
    rows: list[list[Raw]]
    merges: tuple[tuple[int, int, int, int], ...]
    percents: frozenset[Place] = frozenset()
    months: frozenset[Place] = frozenset()
    unsolved: frozenset[Place] = frozenset()
    covered: frozenset[Place] = frozenset()
    is_hidden: bool = False

    @cached_property
    def texts(self) -> tuple[tuple[int, int, str], ...]:
        """Every cell that holds a text: (row, column, text)."""
        found = [
            (index, column, value)
            for index, row in enumerate(self.rows)
            for column, value in enumerate(row)
            if type(value) is str and value
        ]
        return tuple(found)

    @cached_property
    def different_texts(self) -> frozenset[str]:
        """The texts of the sheet, each once: names and dashes stand in many cells."""
        return frozenset([text for _, _, text in self.texts])

    @cached_property
    def texts_by_row(self) -> Counter[int]:
        """How many texts each row has."""
        return Counter([row for row, _, _ in self.texts])


@dataclass(frozen=True)
class Opened:
    """A workbook's sheets in their order, and what a second look at its bytes found (by the sheet's own name)."""

    sheets: list[Sheet]
    look: SecondLook


def open_sheets(content: bytes) -> list[Sheet]:
    """All worksheets of a workbook in their order. Raises what `open_workbook` raises."""
    return open_workbook(content).sheets


def open_workbook(content: bytes) -> Opened:
    """The worksheets of a workbook with the second look at it.

    Raises NotAWorkbook, EncryptedWorkbook, RefusedWorkbook or UnreadableWorkbook.
    """
    refused = refuse_before_opening(content)
    if refused == "encrypted_workbook" and (inside := opened_by_default(content)):
        content, refused = inside, refuse_before_opening(inside)
    match refused:
        case None:
            pass
        case "not_a_workbook" | "empty_file":
            raise NotAWorkbook(kind_of(content))
        case "encrypted_workbook":
            raise EncryptedWorkbook
        case code:
            raise RefusedWorkbook(code)
    content = with_mimetype(content)
    look = second_look(content)
    for name, sheet_look in look.sheets.items():
        if sheet_look.grid > LARGEST_GRID:
            raise RefusedWorkbook("sheet_too_large", clean(name))
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            _sheet(workbook.get_sheet_by_name(sheet.name), sheet.visible != calamine.SheetVisibleEnum.Visible)
            for sheet in workbook.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except calamine.PasswordError as error:
        raise EncryptedWorkbook from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        said = clean(str(error)) or type(error).__name__
        if said == _NO_REASON:
            said = clean(reason_of(content))
            if _ENCRYPTED in said:
                raise EncryptedWorkbook from error
        raise UnreadableWorkbook(said) from error
    return Opened(sheets, look)


def _sheet(sheet: calamine.CalamineSheet, is_hidden: bool) -> Sheet:
    merges = tuple((top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())
    return Sheet(
        name=clean(sheet.name), rows=sheet.to_python(skip_empty_area=False), merges=merges, is_hidden=is_hidden
    )
