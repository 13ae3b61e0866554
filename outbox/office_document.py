"""A document in the form of an office's: A4, Times New Roman, heading on two sides, who it goes to and who signs."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from outbox.offices import Sender
from outbox.words import words

CENTRE, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
#: Points of the text, and centimetres of the lines.
TEXT, TEXT_WIDTH = 14, 16.5
_FONT = "Times New Roman"
#: Top, right, bottom and left, as offices have them; what is left of A4's width is for text.
_MARGINS = (2.0, 1.5, 2.0, 3.0)
_PAGE_WIDTH, _PAGE_HEIGHT = 21.0, 29.7


def new_document(title: str, author: str, day: date) -> Document:
    """An empty document with its page, its font and what it says of itself in a list of files."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(_PAGE_WIDTH), Cm(_PAGE_HEIGHT)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Cm, _MARGINS)
    section.header_distance = Cm(1.0)
    # The first page has no number, as is the custom.
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    _field(number, "PAGE")
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(TEXT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    known = document.core_properties
    known.title, known.author, known.comments = title, author, ""
    known.created = known.modified = datetime.combine(day, time(12))
    return document


def document_bytes(document: Document) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def heading(document: Document, sender: Sender, left_below: Sequence[tuple[str, dict[str, bool | int]]]) -> None:
    """Who writes at the left, with `left_below` it (a number, a subject); the Party, place and day at the right."""
    table = bare_table(document, (7.0, TEXT_WIDTH - 7.0))
    left, right = table.rows[0].cells
    committee, commission = sender.heading
    lines(left, [(committee, {}), (commission, {"bold": True}), ("*", {}), *left_below])
    lines(
        right,
        [
            (words("summary_party"), {"bold": True, "underline": True}),
            ("", {}),
            ("", {}),
            (sender.place_and_day, {"italic": True}),
        ],
    )
    paragraph(document, "", after=0)


def signature(document: Document, sent_to: Sequence[str], signed_by: str) -> None:
    """Who the document goes to at the left, and at the right who signs."""
    paragraph(document, "", after=0)
    table = bare_table(document, (9.0, TEXT_WIDTH - 9.0))
    left, right = table.rows[0].cells
    lines(left, [(words("sent_to"), {"underline": True, "size": 13})], align=LEFT)
    for line in sent_to:
        paragraph(left, line, size=12, align=LEFT, indent=0, after=0)
    lines(right, [(signed_by, {"bold": True})])


def paragraph(
    document: Document | _Cell,
    text: str,
    *,
    size: int = TEXT,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    align: WD_ALIGN_PARAGRAPH = JUSTIFY,
    indent: float = 1.0,
    after: int = 6,
    keep: bool = False,
) -> Paragraph:
    """A paragraph of one look; `indent` of its first line in centimetres, `after` in points."""
    added = document.add_paragraph()
    run = added.add_run(text)
    run.bold, run.italic, run.underline, run.font.size = bold, italic, underline, Pt(size)
    look = added.paragraph_format
    look.alignment, look.first_line_indent = align, Cm(indent)
    look.space_before, look.space_after, look.keep_with_next = Pt(0), Pt(after), keep
    return added


def bare_table(document: Document, widths: Sequence[float]) -> Table:
    """A table without lines, to set things side by side."""
    table = document.add_table(rows=1, cols=len(widths))
    set_widths(table, widths)
    return table


def set_widths(table: Table, widths: Sequence[float]) -> None:
    """Word goes by the cells' widths, other programs by the columns'."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def lines(cell: _Cell, texts: Sequence[tuple[str, dict[str, bool | int]]], align: WD_ALIGN_PARAGRAPH = CENTRE) -> None:
    """Lines of text, each with its look, in a new cell."""
    for text, look in texts:
        paragraph(cell, text, align=align, indent=0, after=0, **look)  # type: ignore[arg-type]
    # A new cell begins with an empty paragraph.
    first = cell.paragraphs[0]._p
    first.getparent().remove(first)


def _field(place: Paragraph, name: str) -> None:
    """A field that the program fills in, such as the number of the page."""
    run = place.add_run()
    for kind in ("begin", None, "end"):
        if kind is None:
            part = OxmlElement("w:instrText")
            part.text = name
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
