"""The month's summary as a Word document, in the form of an office's report: A4, Times New Roman, numbered pages."""

import io
from collections.abc import Sequence

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table

from outbox.office_document import (
    CENTRE,
    LEFT,
    TEXT_WIDTH,
    document_bytes,
    heading,
    new_document,
    paragraph,
    set_widths,
    signature,
)
from outbox.offices import Sender
from outbox.summary.chart import chart_picture
from outbox.summary.content import AttainmentRow, Content, HeldBackText, percent_of_column, signed_of_column
from outbox.words import words
from reference.figures import decimal

_TABLE, _HEADER, _TITLE = 11, 10, 16
#: Centimetres between the text of a cell and its lines, at either side.
_CELL_MARGIN = 0.1
#: Key in words.csv and width in centimetres of each column: no word is broken, and `nhiệm kỳ` is one.
_ATTAINMENT = (
    ("head_rank", 0.8),
    ("head_unit", 3.75),
    ("head_month", 1.2),
    ("head_year", 1.35),
    ("head_year_target", 1.45),
    ("head_year_share", 1.5),
    ("head_term", 1.7),
    ("head_term_target", 1.7),
    ("head_term_share", 1.7),
    ("head_gap", 1.35),
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
    title = f"{words('summary_title').capitalize()} {words('summary_subject', month=content.month)}"
    document = new_document(title, sender.commission, sender.day)
    heading(document, sender, [(words("summary_number"), {})])
    _title(document, content)
    _section(document, "summary_result", content.result)
    _caption(document, words("table_attainment", month=content.month))
    _attainment_table(document, content.attainment)
    for note in content.notes:
        paragraph(document, note, size=_TABLE, italic=True, align=LEFT, indent=0)
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
    for text in content.held_back_effect:
        paragraph(document, text)
    sent_to = (words("sent_to_one"), words("sent_to_two", commission=sender.commission))
    signature(document, sent_to, words("head_of_commission"))
    return document_bytes(document)


def _caption(document: Document, text: str) -> None:
    paragraph(document, text, size=13, bold=True, align=CENTRE, indent=0, keep=True)


def _section(document: Document, key: str, paragraphs: Sequence[str]) -> None:
    paragraph(document, words(key), bold=True, indent=0, keep=True)
    for text in paragraphs:
        paragraph(document, text)


def _title(document: Document, content: Content) -> None:
    paragraph(document, words("summary_title"), size=_TITLE, bold=True, align=CENTRE, indent=0, after=0)
    subject = words("summary_subject", month=content.month)
    paragraph(document, subject, bold=True, align=CENTRE, indent=0, after=0)
    paragraph(document, "-----", align=CENTRE, indent=0, after=12)


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
        percent_of_column(figures.year_attainment) + star,
        _count(figures.admitted_ttd),
        _count(figures.term_target),
        percent_of_column(figures.term_attainment),
        signed_of_column(figures.gap),
    )


def _count(number: int | None) -> str:
    return "–" if number is None else decimal(number, 0, "vi")


def _table(document: Document, columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]]) -> Table:
    """A table with lines, whose header is repeated on every page and whose rows are not divided."""
    table = document.add_table(rows=1 + len(rows), cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    set_widths(table, [width for _, width in columns])
    _set_margins(table)
    header = [words(key) for key, _ in columns]
    for number, (row, texts) in enumerate(zip(table.rows, [header, *rows], strict=True)):
        _mark_row(row._tr, is_header=number == 0)
        for column, (cell, text, (key, _)) in enumerate(zip(row.cells, texts, columns, strict=True)):
            look = cell.paragraphs[0]
            look.alignment = LEFT if key in ("head_unit", "head_status") and number else CENTRE
            look.paragraph_format.space_after = Pt(0)
            # The rows of a short table stay together with its caption.
            look.paragraph_format.keep_with_next = number == 0 or (column == 0 and number == 1)
            # The one word of two that stays on its line.
            run = look.add_run(text if number else text.replace("nhiệm kỳ", "nhiệm\u00a0kỳ"))
            run.font.size, run.bold = Pt(_TABLE if number else _HEADER), number == 0
    paragraph(document, "", size=6, after=0)
    return table


def _set_margins(table: Table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(Cm(_CELL_MARGIN).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # The parts of a table's properties have an order.
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


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
    paragraph.alignment = CENTRE
    paragraph.paragraph_format.keep_together, paragraph.paragraph_format.space_after = True, Pt(10)
    paragraph.add_run().add_picture(io.BytesIO(chart_picture(content.attainment)), width=Cm(TEXT_WIDTH))
    caption = paragraph.add_run(f"\n{words('chart_title', month=content.month)}")
    caption.bold, caption.font.size = True, Pt(13)
    key = paragraph.add_run(f"\n{words('chart_key')}")
    key.italic, key.font.size = True, Pt(_TABLE)


def _held_back(document: Document, held_back: Sequence[HeldBackText]) -> None:
    for number, held in enumerate(held_back, start=1):
        paragraph(document, f"{number}. {held.line}", keep=True)
        for sentence in held.sentences:
            paragraph(document, f"- {sentence}")
