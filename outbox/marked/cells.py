"""The cells of a sheet's XML: found by row and column (from 0), made where they are missing, and given a format."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from outbox.marked.package import Element, NotPatchable

#: Pixels where a sheet says nothing, as programs have them.
_COLUMN_WIDTH, _ROW_HEIGHT = 64, 20
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")


class Place(NamedTuple):
    """A cell, from 0."""

    row: int
    column: int

    @classmethod
    def of(cls, address: str) -> "Place":
        """`B14` -> (13, 1). Raises ValueError for what is no address."""
        if not cls.is_address(address):
            raise ValueError(address)
        return cls(*xl_cell_to_rowcol(address))

    @staticmethod
    def is_address(text: str) -> bool:
        """True for `B14`."""
        return _ADDRESS.fullmatch(text) is not None

    def __str__(self) -> str:
        return str(xl_rowcol_to_cell(self.row, self.column))


class Cells:
    """The cells of one sheet."""

    def __init__(self, root: Element) -> None:
        """`root` is that of the sheet's part. Raises NotPatchable where it holds no data."""
        self._root = root
        self._space = root.tag.removesuffix("worksheet")
        data = root.find(f"{self._space}sheetData")
        if data is None:
            raise NotPatchable("a sheet has no sheetData")
        self._data = data
        self._rows = dict(_numbered(data.iterfind(f"{self._space}row"), lambda name: int(name) - 1))
        self._cells: dict[int, dict[int, Element]] = {}

    def anchor(self, place: Place) -> Place:
        """The cell that holds what is shown at `place`: of merged cells the upper left one."""
        for merged in self._root.iterfind(f"{self._space}mergeCells/{self._space}mergeCell"):
            first, _, last = str(merged.get("ref")).partition(":")
            top_left, bottom_right = Place.of(first), Place.of(last or first)
            if all(low <= at <= high for low, at, high in zip(top_left, place, bottom_right, strict=True)):
                return top_left
        return place

    def format_of(self, place: Place) -> int:
        """The number of the format that the cell has, or would have: that of its row or column."""
        row = self._rows.get(place.row)
        cell = self._row_cells(place.row).get(place.column)
        if cell is not None:
            return int(cell.get("s", "0"))
        if row is not None and row.get("customFormat") in ("1", "true"):
            return int(row.get("s", "0"))
        column = self._column(place.column)
        return int(column.get("style", "0")) if column is not None else 0

    def set_format(self, place: Place, index: int) -> None:
        """Give the cell a format; a cell that is not there yet is made, blank."""
        cell = self._row_cells(place.row).get(place.column)
        if cell is None:
            cell = self._made(place)
        cell.set("s", str(index))

    def formats(self) -> Iterator[tuple[Place, int]]:
        """Every cell that there is, with the number of its format."""
        for row in self._rows:
            for column, cell in self._row_cells(row).items():
                yield Place(row, column), int(cell.get("s", "0"))

    def column_width(self, index: int) -> int:
        """In pixels; 0 for a hidden column."""
        column = self._column(index)
        if column is None or not column.get("width"):
            return _COLUMN_WIDTH
        return 0 if _is_true(column.get("hidden")) else int(float(column.get("width")) * 7 + 5)

    def row_height(self, index: int) -> int:
        """In pixels; 0 for a hidden row."""
        row = self._rows.get(index)
        if row is None:
            return _ROW_HEIGHT
        return 0 if _is_true(row.get("hidden")) else int(float(row.get("ht", _ROW_HEIGHT * 0.75)) / 0.75)

    def _column(self, index: int) -> Element | None:
        for column in self._root.iterfind(f"{self._space}cols/{self._space}col"):
            if int(column.get("min", "1")) <= index + 1 <= int(column.get("max", "0")):
                return column
        return None

    def _row_cells(self, row: int) -> dict[int, Element]:
        if row not in self._cells:
            element = self._rows.get(row)
            cells = () if element is None else element.iterfind(f"{self._space}c")
            self._cells[row] = dict(_numbered(cells, lambda name: Place.of(name).column))
        return self._cells[row]

    def _made(self, place: Place) -> Element:
        if place.row not in self._rows:
            row = self._root.makeelement(f"{self._space}row", {"r": str(place.row + 1)})
            _insert(self._data, self._rows, place.row, row)
        cells = self._row_cells(place.row)
        cell = self._root.makeelement(f"{self._space}c", {"r": str(place)})
        _insert(self._rows[place.row], cells, place.column, cell)
        # The columns that the row says it spans are no longer right.
        self._rows[place.row].attrib.pop("spans", None)
        return cell


def _numbered(items: Iterable[Element], number_of: Callable[[str], int]) -> Iterator[tuple[int, Element]]:
    """Rows or cells with their places; one that does not say where it stands comes after the one before it."""
    place = 0
    for item in items:
        name = item.get("r")
        place = number_of(name) if name else place
        yield place, item
        place += 1


def _insert(parent: Element, known: dict[int, Element], place: int, made: Element) -> None:
    """Put a new row or cell where it belongs among the others."""
    after = min((other for other in known if other > place), default=None)
    if after is None:
        parent.append(made)
    else:
        known[after].addprevious(made)
    known[place] = made


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")
