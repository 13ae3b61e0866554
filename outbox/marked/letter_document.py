"""The cover letter as a Word document, to be numbered and signed."""

from outbox.marked.letter import Letter
from outbox.marked.package import printable
from outbox.office_document import CENTRE, document_bytes, heading, new_document, paragraph, signature
from outbox.words import words


def letter_document(written: Letter) -> bytes:
    """The document's bytes (.docx)."""
    sender = written.sender
    document = new_document(written.subject, sender.commission, sender.day)
    below = [(words("letter_number"), {}), (printable(written.subject), {"size": 12})]
    heading(document, sender, below)
    paragraph(document, written.to, align=CENTRE, indent=0, after=12)
    for text in written.opening:
        paragraph(document, printable(text))
    for point in written.points:
        # A point and what is proposed for it stay on one page.
        paragraph(document, printable(point.text), after=0 if point.advice else 6, keep=bool(point.advice))
        if point.advice:
            paragraph(document, printable(point.advice), italic=True)
    for text in written.closing:
        paragraph(document, printable(text))
    signature(
        document,
        (words("sent_to_addressee"), words("sent_to_two", commission=sender.commission)),
        written.signed_by,
    )
    return document_bytes(document)
