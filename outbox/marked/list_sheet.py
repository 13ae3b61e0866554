"""The sheet that is put before the sender's: every point, with a way to its cell. Made as XML, as the rest is."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.utility import xl_col_to_name

from outbox.marked.package import printable
from outbox.marked.plan import TONES, Cell, Line, severity_in_words
from outbox.marked.styles import Format, Styles
from outbox.words import words
from reference.cell_address import on_sheet, split
from reference.marked_copy import LIST_TITLE

_TITLE = Format(bold=True, size=14, align="center")
_WHOSE = Format(bold=True)
_ADVICE = Format(italic=True, valign="top")
_HEADER = Format(bold=True, bordered=True, align="center", fill="E7EDF4")
_TEXT = Format(bordered=True, valign="top")
_CENTRED = Format(bordered=True, align="center", valign="top")
_LINK = Format(bordered=True, align="center", valign="top", underlined=True, ink="0563C1")
#: Key in words.csv and width of each column.
_COLUMNS = (
    ("list_number", 5.0),
    ("list_severity", 13.0),
    ("list_sheet", 12.0),
    ("list_cell", 8.0),
    ("list_row", 26.0),
    ("list_column", 24.0),
    ("list_found", 10.0),
    ("list_expected", 10.0),
    ("list_proposed", 14.0),
    ("list_message", 64.0),
    ("list_others", 18.0),
)
_LINK_COLUMN = 3
#: Points of a line, and how many letters go into a unit of width, with some room left: words are not broken.
_LINE_HEIGHT, _LETTERS = 16, 1.12
#: Title, whose report it is, how many points, what to do; then a row is left empty.
_HEADING_HEIGHTS = (26, 18, 18, 50)
_HEADER_ROW = len(_HEADING_HEIGHTS) + 2


#: Before the colours that cells had, in a column that nobody sees, right of the last one.
_COLOURS = "Màu trước khi đánh dấu:"
_KEPT = re.compile(r"\[(.+?![A-Z]+\d+): ([^\]]+)\]")
_LONGEST_TEXT = 32767


@dataclass(frozen=True)
class Heading:
    """What stands above the list."""

    whose: str
    how_many: str
    what_to_do: str


def list_sheet(
    namespace: str,
    heading: Heading,
    lines: Sequence[Line],
    names: Mapping[str, str],
    colours: Mapping[Cell, str],
    styles: Styles,
) -> bytes:
    """The sheet's part.

    `names` are the sheets' own names, in the links, by those in the lines; `colours` are those that the marked cells
    had, for the day on which the workbook comes back.
    """
    last = xl_col_to_name(len(_COLUMNS) - 1)
    rows = [
        _heading_row(number, text, style, styles) for number, (text, style) in enumerate(_heading(heading), start=1)
    ]
    header = _row(_HEADER_ROW, [(words(key), _HEADER) for key, _ in _COLUMNS], styles)
    kept = _cell(f"{xl_col_to_name(len(_COLUMNS))}{_HEADER_ROW}", _colours_text(colours), styles.added(_TEXT))
    rows.append(header.replace("</row>", f"{kept}</row>"))
    links = []
    for row, line in enumerate(lines, start=_HEADER_ROW + 1):
        rows.append(_row(row, _contents(line), styles))
        if line.cell is not None and line.cell.sheet in names:
            links.append(_link(f"{xl_col_to_name(_LINK_COLUMN)}{row}", line.cell, names))
    merged = "".join(f'<mergeCell ref="A{row}:{last}{row}"/>' for row in range(1, len(_HEADING_HEIGHTS) + 1))
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, (_, width) in enumerate(_COLUMNS, start=1)
    )
    columns += f'<col min="{len(_COLUMNS) + 1}" max="{len(_COLUMNS) + 1}" width="9" hidden="1" customWidth="1"/>'
    hyperlinks = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    below, end = _HEADER_ROW + 1, _HEADER_ROW + len(lines)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{namespace}"><sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{_HEADER_ROW}" topLeftCell="A{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{below}" sqref="A{below}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
        f'<mergeCells count="{len(_HEADING_HEIGHTS)}">{merged}</mergeCells>'
        f"{hyperlinks}"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f'<ignoredErrors><ignoredError sqref="A{below}:{last}{end}" numberStoredAsText="1"/></ignoredErrors>'
        "</worksheet>"
    ).encode()


def colours_kept(texts: Iterable[str]) -> dict[Cell, str]:
    """The colours that a list, whose texts these are, has kept of the cells."""
    kept = next((text for text in texts if text.startswith(_COLOURS)), "")
    found = {}
    # Programs and readers may make one line of several.
    for place, colour in _KEPT.findall(kept.removeprefix(_COLOURS)):
        found[Cell(*split(place))] = colour
    return found


def _colours_text(colours: Mapping[Cell, str]) -> str:
    kept = "".join(f" [{on_sheet(cell.sheet, cell.address)}: {colour}]" for cell, colour in colours.items())
    return f"{_COLOURS}{kept}"[:_LONGEST_TEXT]


def _heading(heading: Heading) -> tuple[tuple[str, Format], ...]:
    return (
        (LIST_TITLE, _TITLE),
        (heading.whose, _WHOSE),
        (heading.how_many, _WHOSE),
        (heading.what_to_do, _ADVICE),
    )


def _contents(line: Line) -> tuple[tuple[str, Format], ...]:
    severity = Format(bordered=True, align="center", valign="top", fill=TONES[line.severity])
    address = line.cell.address if line.cell else "–"
    return (
        (str(line.number), _CENTRED),
        (severity_in_words(line.severity), severity),
        (line.sheet or "–", _TEXT),
        (address, _LINK if line.cell else _CENTRED),
        (line.row, _TEXT),
        (line.column, _TEXT),
        (line.found, _CENTRED),
        (line.expected, _CENTRED),
        (line.proposed, _CENTRED),
        (line.message, _TEXT),
        (line.others, _TEXT),
    )


def _heading_row(number: int, text: str, style: Format, styles: Styles) -> str:
    height = _HEADING_HEIGHTS[number - 1]
    cell = _cell(f"A{number}", text, styles.added(style))
    return f'<row r="{number}" ht="{height}" customHeight="1">{cell}</row>'


def _row(number: int, contents: Sequence[tuple[str, Format]], styles: Styles) -> str:
    """A row as tall as its longest text needs: not every program sees to that by itself."""
    cells = (
        _cell(f"{xl_col_to_name(column)}{number}", text, styles.added(style))
        for column, (text, style) in enumerate(contents)
    )
    lines = max(_lines(text, width) for (text, _), (_, width) in zip(contents, _COLUMNS, strict=True))
    return f'<row r="{number}" ht="{lines * _LINE_HEIGHT}" customHeight="1">{"".join(cells)}</row>'


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width."""
    return sum(math.ceil(max(len(line), 1) / (width * _LETTERS)) for line in text.split("\n"))


def _cell(address: str, text: str, style: int) -> str:
    """Text, never a number: no program adds it up, and no reader takes it for a figure."""
    if not text:
        return f'<c r="{address}" s="{style}"/>'
    said = escape(printable(text))
    return f'<c r="{address}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def _link(address: str, cell: Cell, names: Mapping[str, str]) -> str:
    sheet = names[cell.sheet].replace("'", "''")
    target = quoteattr(f"'{sheet}'!{cell.address}")
    return f'<hyperlink ref="{address}" location={target}/>'
