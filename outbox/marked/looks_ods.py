"""The look of an .ods workbook, from the XML of its content."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from outbox.marked.looks import At, CellLook, SheetLook

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt|pc)")
_POINTS = {"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "pt": 1.0, "pc": 12.0}
#: Points of a letter's width in a column.
_LETTER = 5.25
_ALIGN = {"start": "left", "left": "left", "center": "center", "end": "right", "right": "right", "justify": "justify"}
_VALIGN = {"top": "top", "middle": "vcenter"}
#: What is repeated more often than this fills a sheet up to its end.
_MOST_REPEATS = 200
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def looks_of_ods(content: bytes) -> list[SheetLook]:
    """The looks of the sheets, in their order. Raises ParseError, KeyError or BadZipFile on a broken file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
        shared = ElementTree.fromstring(archive.read("styles.xml")) if "styles.xml" in archive.NameToInfo else None
    styles = _Styles([*([] if shared is None else shared.iter(f"{_STYLE}style")), *root.iter(f"{_STYLE}style")])
    return [_sheet_look(table, styles) for table in root.iter(f"{_TABLE}table")]


class _Styles:
    """The named styles; the look of each is worked out once."""

    def __init__(self, styles: list[Element]) -> None:
        self._styles = {str(style.get(f"{_STYLE}name")): style for style in styles}
        self._looks: dict[str, CellLook] = {}

    def look(self, name: str | None) -> CellLook | None:
        """The look of a cell's style, with what it takes over from its parent."""
        if name is None or name not in self._styles:
            return None
        if name not in self._looks:
            style = self._styles[name]
            # What a style finds that is its own ancestor.
            self._looks[name] = CellLook()
            self._looks[name] = _look_of(style, self.look(style.get(f"{_STYLE}parent-style-name")) or CellLook())
        return self._looks[name]

    def length(self, name: str | None, of: str, measure: str) -> float | None:
        """A column's width or a row's height, in points."""
        style = self._styles.get(name or "")
        properties = style.find(f"{_STYLE}{of}-properties") if style is not None else None
        return _points(properties.get(f"{_STYLE}{measure}")) if properties is not None else None

    def is_shown(self, name: str | None) -> bool:
        style = self._styles.get(name or "")
        properties = style.find(f"{_STYLE}table-properties") if style is not None else None
        return properties is None or properties.get(f"{_TABLE}display") != "false"


def _look_of(style: Element, parent: CellLook) -> CellLook:
    look = parent
    cell = style.find(f"{_STYLE}table-cell-properties")
    if cell is not None:
        look = replace(
            look,
            fill=_colour(cell.get(f"{_FO}background-color")) or look.fill,
            wraps=cell.get(f"{_FO}wrap-option") == "wrap" or look.wraps,
            valign=_VALIGN.get(cell.get(f"{_STYLE}vertical-align", ""), look.valign),
            borders=_borders(cell.attrib) or look.borders,
        )
    paragraph = style.find(f"{_STYLE}paragraph-properties")
    if paragraph is not None:
        look = replace(look, align=_ALIGN.get(paragraph.get(f"{_FO}text-align", ""), look.align))
    text = style.find(f"{_STYLE}text-properties")
    if text is not None:
        look = replace(
            look,
            bold=_is(text.get(f"{_FO}font-weight"), "bold", look.bold),
            italic=_is(text.get(f"{_FO}font-style"), "italic", look.italic),
            underline=text.get(f"{_STYLE}text-underline-style", "none") != "none" or look.underline,
            size=_points(text.get(f"{_FO}font-size")) or look.size,
            ink=_colour(text.get(f"{_FO}color")) or look.ink,
        )
    return look


def _is(text: str | None, wanted: str, otherwise: bool) -> bool:
    return otherwise if text is None else text == wanted


def _borders(attributes: Mapping[str, str]) -> frozenset[str]:
    around = attributes.get(f"{_FO}border", "none")
    sides = {side: attributes.get(f"{_FO}border-{side}", around) for side in ("left", "right", "top", "bottom")}
    return frozenset(side for side, line in sides.items() if line != "none")


def _colour(text: str | None) -> str | None:
    return text.upper() if text and re.fullmatch(r"#[0-9a-fA-F]{6}", text) else None


def _points(text: str | None) -> float | None:
    found = _LENGTH.fullmatch(text or "")
    return float(found[1]) * _POINTS[found[2]] if found else None


# ------------------------------------------------------------------------------------------------------- the sheet


def _sheet_look(table: Element, styles: _Styles) -> SheetLook:
    widths: dict[int, float] = {}
    hidden_columns: set[int] = set()
    of_column: dict[int, str | None] = {}
    for index, column in _repeated(table.iter(f"{_TABLE}table-column"), "columns"):
        if (width := styles.length(column.get(f"{_TABLE}style-name"), "table-column", "column-width")) is not None:
            widths[index] = width / _LETTER
        if column.get(f"{_TABLE}visibility", "visible") != "visible":
            hidden_columns.add(index)
        of_column[index] = column.get(f"{_TABLE}default-cell-style-name")
    heights: dict[int, float] = {}
    hidden_rows: set[int] = set()
    cells: dict[At, CellLook] = {}
    notes: dict[At, str] = {}
    merges: list[tuple[int, int, int, int]] = []
    for row, element in _repeated(table.iter(f"{_TABLE}table-row"), "rows"):
        if (height := styles.length(element.get(f"{_TABLE}style-name"), "table-row", "row-height")) is not None:
            heights[row] = height
        if element.get(f"{_TABLE}visibility", "visible") != "visible":
            hidden_rows.add(row)
        for place, cell in _repeated((each for each in element if each.tag in _CELLS), "columns"):
            name = cell.get(f"{_TABLE}style-name") or of_column.get(place)
            if (look := styles.look(name)) is not None:
                cells[row, place] = look
            if (note := cell.find(f"{_OFFICE}annotation")) is not None:
                notes[row, place] = "\n".join("".join(each.itertext()) for each in note.iter(f"{_TEXT}p"))
            down, right = (int(cell.get(f"{_TABLE}number-{each}-spanned", "1")) - 1 for each in ("rows", "columns"))
            if down or right:
                merges.append((row, place, row + down, place + right))
    return SheetLook(
        widths,
        heights,
        frozenset(hidden_columns),
        frozenset(hidden_rows),
        tuple(merges),
        cells,
        notes,
        is_hidden=not styles.is_shown(table.get(f"{_TABLE}style-name")),
    )


def _repeated(elements: Iterator[Element], what: str) -> Iterator[tuple[int, Element]]:
    """Elements with their places; one that stands for several comes once for each, a filling not at all."""
    place = 0
    for element in elements:
        times = int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
        for step in range(times if times <= _MOST_REPEATS else 0):
            yield place + step, element
        place += times
