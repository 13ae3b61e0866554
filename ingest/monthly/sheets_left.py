"""Sheets on which no form was recognised: whether one may be meant, and which."""

from collections.abc import Mapping

from ingest.container.workbook import Sheet
from ingest.plans.training import looks_unread
from ingest.values.numbers import looks_like_figure
from ingest.values.text import key

#: A row of a table has so many figures, a table so many such rows.
_FIGURES = 3
_ROWS = 2
#: The rows in which a title stands.
_TITLE_ROWS = 10


def has_a_table_of_figures(sheet: Sheet) -> bool:
    """True for a sheet with rows of figures that does not call itself one of training."""
    rows = 0
    for row in sheet.rows:
        rows += sum(1 for value in row if value != "" and looks_like_figure(value)) >= _FIGURES
        if rows == _ROWS:
            return not looks_unread(sheet)
    return False


def form_called(sheet: Sheet, titles: Mapping[str, str]) -> str | None:
    """The form that the sheet calls itself, by its name or its title (`Biểu KN-1`); None where it names none.

    `titles`: form -> the name of its sheet on the blank workbook.
    """
    name = key(sheet.name)
    for form, title in titles.items():
        if name in (key(title), key(form)) or name.startswith(key(title) + " "):
            return form
    said = " | ".join(key(text) for row, _, text in sheet.texts if row < _TITLE_ROWS)
    named = [form for form in titles if key(form) in said]
    return named[0] if len(named) == 1 else None
