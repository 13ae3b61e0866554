"""A report of any format, marked: an .xlsx package is added to, anything else is made into one first."""

from collections.abc import Sequence

from outbox.marked.as_xlsx import SheetAsRead, as_xlsx
from outbox.marked.list_sheet import Heading, colours_kept
from outbox.marked.marked_copy import MarkedCopy, OldList, marked_copy
from outbox.marked.package import NotPatchable
from outbox.marked.plan import Plan
from reference.marked_copy import LIST_TITLE


def mark_workbook(
    content: bytes, sheets: Sequence[SheetAsRead], plan: Plan, heading: Heading, author: str
) -> MarkedCopy:
    """The workbook `content`, whose worksheets the reader sees as `sheets`, with the marks of `plan` and its list."""
    names, old = [sheet.name for sheet in sheets], _old_list(sheets)
    try:
        return marked_copy(content, names, old, plan, heading, author)
    except NotPatchable:
        # Another format, or a package that some program has made in its own way.
        return marked_copy(as_xlsx(content, sheets), names, old, plan, heading, author)


def _old_list(sheets: Sequence[SheetAsRead]) -> OldList | None:
    for place, sheet in enumerate(sheets):
        texts = [value.strip() for row in sheet.rows for value in row if isinstance(value, str) and value]
        if texts[:1] == [LIST_TITLE]:
            return OldList(place, colours_kept(texts))
    return None
