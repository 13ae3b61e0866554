"""What a workbook was issued for, by its hidden sheet, against what its title says: sheets in, a problem out."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from ingest.container.workbook import Sheet
from ingest.model import Problem, Reading
from ingest.problems import problem
from ingest.values.text import address, clean, key
from reference.communes import all_communes
from reference.figures import month_name
from reference.issued_sheet import COMMUNE_KEY, ISSUED_SHEET, MONTH

_MONTH = re.compile(r"(\d{4})-(\d{2})")
#: The sheet has a dozen rows; whatever else stands on a sheet of that name is none of them.
_MOST_ROWS = 50


def issued_otherwise(reading: Reading, sheets: Sequence[Sheet]) -> Problem | None:
    """The contradiction between the title and the hidden sheet; None where there is none, or no such sheet that can be
    understood. `sheets` are all of the workbook, hidden ones too."""
    said = next((_said(sheet) for sheet in sheets if sheet.name == ISSUED_SHEET), {})
    if not said or reading.kind != "report" or reading.commune_key is None or reading.month is None:
        return None
    commune = next((each for each in all_communes() if each.key == said.get(COMMUNE_KEY)), None)
    month = _month(said.get(MONTH, ""))
    is_other_commune = commune is not None and commune.key != reading.commune_key
    is_other_month = month is not None and month != reading.month
    if not is_other_commune and not is_other_month:
        return None
    title = (reading.commune_name or "", reading.month)
    issued = (commune.name if commune else title[0], month or title[1])
    visible = [sheet for sheet in sheets if not sheet.is_hidden]
    sheet_name, cell = _place(reading, visible, is_other_commune)
    return problem(
        "issued_for_another", sheet=sheet_name, cell=cell, found=_shown(*issued), expected=_shown(*title)
    )  # fmt: skip


def _said(sheet: Sheet) -> Mapping[str, str]:
    pairs = (row[:2] for row in sheet.rows[:_MOST_ROWS] if len(row) >= 2)
    return {clean(name): clean(value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)}


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def _shown(name: str, month: date) -> str:
    return f"{name}, {month_name(month, 'vi')}"


def _place(reading: Reading, sheets: Sequence[Sheet], is_other_commune: bool) -> tuple[str | None, str | None]:
    """Where the title says it; where that is not found, the name of the first cell."""
    month = reading.month or date.min
    says_month = re.compile(rf"\b0?{month.month}\b\D+{month.year}\b")
    name = key((reading.commune_name or "").split(" ", 1)[-1])
    for sheet in sheets:
        for row, column, text in sheet.texts:
            if name in key(text) if is_other_commune else says_month.search(key(text)):
                return sheet.name, address(row, column)
    form = next((form for form in reading.forms if form.lines), None)
    if form is None:
        return None, None
    return form.sheet, f"{form.columns.get('cell_name', 'A')}{form.lines[0].row}"
