"""The month's summary as a Word document, in the form of an office's report: A4, Times New Roman, numbered pages."""

import io
from collections.abc import Sequence
from datetime import datetime, time

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from outbox.offices import Sender
from outbox.summary_chart import chart_picture
from outbox.summary_content import AttainmentRow, Content, HeldBackText, percent, signed
from outbox.words import words
from reference.figures import decimal

_FONT = "Times New Roman"
_TEXT, _TABLE, _TITLE = 14, 11, 16
#: Top, right, bottom and left, as offices have them; what is left of A4's width is for text.
_MARGINS = (2.0, 1.5, 2.0, 3.0)
_PAGE_WIDTH, _PAGE_HEIGHT = 21.0, 29.7
_TEXT_WIDTH = 16.5
_CENTRE, _LEFT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
#: Key in words.csv and width in centimetres of each column.
_ATTAINMENT = (
    ("head_rank", 0.8),
    ("head_unit", 3.9),
    ("head_month", 1.5),
    ("head_year", 1.3),
    ("head_year_target", 1.4),
    ("head_year_share", 1.6),
    ("head_term", 1.4),
    ("head_term_target", 1.5),
    ("head_term_share", 1.6),
    ("head_gap", 1.5),
)
_REPORTING = (
    ("head_rank", 1.0),
    ("head_unit", 5.5),
    ("head_received", 2.7),
    ("head_on_time", 2.3),
    ("head_version", 1.5),
    ("head_status", 3.5),
)


def summary_document(content: Content, sender: Sender) -> bytes:
    """The document's bytes (.docx)."""
    document = docx.Document()
    _set_up(document)
    _name(document, content, sender)
    _heading(document, content, sender)
    _section(document, "summary_result", content.result)
    _caption(document, words("table_attainment", month=content.month))
    _attainment_table(document, content.attainment)
    for note in content.notes:
        _paragraph(document, note, size=_TABLE, italic=True, align=_LEFT, indent=0)
    _chart(document, content)
    _section(document, "summary_reporting", content.reporting)
    _caption(document, words("table_reporting", month=content.month))
    rows = [
        (str(number), row.name, row.received, row.on_time, row.version, row.status)
        for number, row in enumerate(content.reporting_rows, start=1)
    ]
    _table(document, _REPORTING, rows)
    _section(document, "summary_held_back", [content.held_back_intro])
    _held_back(document, content.held_back)
    for paragraph in content.held_back_effect:
        _paragraph(document, paragraph)
    _signature(document, sender)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


# ---------------------------------------------------------------------------------------------------- page and style


def _set_up(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(_PAGE_WIDTH), Cm(_PAGE_HEIGHT)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Cm, _MARGINS)
    section.header_distance = Cm(1.0)
    # The first page has no number, as is the custom.
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    _field(number, "PAGE")
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_TEXT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)


def _name(document: Document, content: Content, sender: Sender) -> None:
    """What the file says of itself in a list of files."""
    known = document.core_properties
    known.title = f"{words('summary_title').capitalize()} {words('summary_subject', month=content.month)}"
    known.author, known.comments = sender.commission, ""
    known.created = known.modified = datetime.combine(sender.day, time(12))


def _field(paragraph: Paragraph, name: str) -> None:
    """A field that the program fills in, such as the number of the page."""
    run = paragraph.add_run()
    for kind in ("begin", None, "end"):
        if kind is None:
            part = OxmlElement("w:instrText")
            part.text = name
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _paragraph(
    document: Document | _Cell,
    text: str,
    *,
    size: int = _TEXT,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    align: WD_ALIGN_PARAGRAPH = _JUSTIFY,
    indent: float = 1.0,
    after: int = 6,
    keep: bool = False,
) -> Paragraph:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic, run.underline, run.font.size = bold, italic, underline, Pt(size)
    look = paragraph.paragraph_format
    look.alignment, look.first_line_indent = align, Cm(indent)
    look.space_before, look.space_after, look.keep_with_next = Pt(0), Pt(after), keep
    return paragraph


def _caption(document: Document, text: str) -> None:
    _paragraph(document, text, size=13, bold=True, align=_CENTRE, indent=0, keep=True)


def _section(document: Document, key: str, paragraphs: Sequence[str]) -> None:
    _paragraph(document, words(key), bold=True, indent=0, keep=True)
    for text in paragraphs:
        _paragraph(document, text)


# --------------------------------------------------------------------------------------------- heading and signature


def _heading(document: Document, content: Content, sender: Sender) -> None:
    table = _bare_table(document, (7.0, _TEXT_WIDTH - 7.0))
    left, right = table.rows[0].cells
    committee, commission = sender.heading
    _lines(left, [(committee, {}), (commission, {"bold": True}), ("*", {}), (words("summary_number"), {})])
    _lines(
        right,
        [
            (words("summary_party"), {"bold": True, "underline": True}),
            ("", {}),
            ("", {}),
            (sender.place_and_day, {"italic": True}),
        ],
    )
    _paragraph(document, "", after=0)
    _paragraph(document, words("summary_title"), size=_TITLE, bold=True, align=_CENTRE, indent=0, after=0)
    subject = words("summary_subject", month=content.month)
    _paragraph(document, subject, bold=True, align=_CENTRE, indent=0, after=0)
    _paragraph(document, "-----", align=_CENTRE, indent=0, after=12)


def _signature(document: Document, sender: Sender) -> None:
    _paragraph(document, "", after=0)
    table = _bare_table(document, (9.0, _TEXT_WIDTH - 9.0))
    left, right = table.rows[0].cells
    _lines(left, [(words("sent_to"), {"underline": True, "size": 13})], align=_LEFT)
    for line in (words("sent_to_one"), words("sent_to_two", commission=sender.commission)):
        _paragraph(left, line, size=12, align=_LEFT, indent=0, after=0)
    _lines(right, [(words("head_of_commission"), {"bold": True})])


def _bare_table(document: Document, widths: Sequence[float]) -> Table:
    """A table without lines, to set things side by side."""
    table = document.add_table(rows=1, cols=len(widths))
    _set_widths(table, widths)
    return table


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    """Word goes by the cells' widths, other programs by the columns'."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _lines(
    cell: _Cell, lines: Sequence[tuple[str, dict[str, bool | int]]], align: WD_ALIGN_PARAGRAPH = _CENTRE
) -> None:
    for text, look in lines:
        _paragraph(cell, text, align=align, indent=0, after=0, **look)  # type: ignore[arg-type]
    # A new cell begins with an empty paragraph.
    first = cell.paragraphs[0]._p
    first.getparent().remove(first)


# ------------------------------------------------------------------------------------------------------------ tables


def _attainment_table(document: Document, rows: Sequence[AttainmentRow]) -> None:
    texts = [_attainment_texts(row) for row in rows]
    table = _table(document, _ATTAINMENT, texts)
    for cell in table.rows[-1].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True


def _attainment_texts(row: AttainmentRow) -> tuple[str, ...]:
    figures = row.figures
    star = "*" if figures.admitted_before else ""
    return (
        str(row.rank or ""),
        row.name,
        _count(figures.admitted),
        _count(figures.admitted_ytd),
        _count(figures.year_target),
        percent(figures.year_attainment).removesuffix("%") + star,
        _count(figures.admitted_ttd),
        _count(figures.term_target),
        percent(figures.term_attainment).removesuffix("%"),
        signed(figures.gap),
    )


def _count(number: int | None) -> str:
    return "–" if number is None else decimal(number, 0, "vi")


def _table(document: Document, columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]]) -> Table:
    """A table with lines, whose header is repeated on every page and whose rows are not divided."""
    table = document.add_table(rows=1 + len(rows), cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_widths(table, [width for _, width in columns])
    header = [words(key) for key, _ in columns]
    for number, (row, texts) in enumerate(zip(table.rows, [header, *rows], strict=True)):
        _mark_row(row._tr, is_header=number == 0)
        for column, (cell, text, (key, _)) in enumerate(zip(row.cells, texts, columns, strict=True)):
            look = cell.paragraphs[0]
            look.alignment = _LEFT if key in ("head_unit", "head_status") and number else _CENTRE
            look.paragraph_format.space_after = Pt(0)
            # The rows of a short table stay together with its caption.
            look.paragraph_format.keep_with_next = number == 0 or (column == 0 and number == 1)
            run = look.add_run(text)
            run.font.size, run.bold = Pt(_TABLE), number == 0
    _paragraph(document, "", size=6, after=0)
    return table


def _mark_row(row: OxmlElement, *, is_header: bool) -> None:
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_header:
        properties.append(OxmlElement("w:tblHeader"))


def _chart(document: Document, content: Content) -> None:
    if all(row.figures.term_attainment is None for row in content.attainment):
        return
    # One paragraph, which is not divided: the caption never stands on another page than the picture.
    paragraph = document.add_paragraph()
    paragraph.alignment = _CENTRE
    paragraph.paragraph_format.keep_together, paragraph.paragraph_format.space_after = True, Pt(10)
    paragraph.add_run().add_picture(io.BytesIO(chart_picture(content.attainment)), width=Cm(_TEXT_WIDTH))
    caption = paragraph.add_run(f"\n{words('chart_title', month=content.month)}")
    caption.bold, caption.font.size = True, Pt(13)
    key = paragraph.add_run(f"\n{words('chart_key')}")
    key.italic, key.font.size = True, Pt(_TABLE)


def _held_back(document: Document, held_back: Sequence[HeldBackText]) -> None:
    for number, held in enumerate(held_back, start=1):
        _paragraph(document, f"{number}. {held.line}", keep=True)
        for sentence in held.sentences:
            _paragraph(document, f"- {sentence}")
