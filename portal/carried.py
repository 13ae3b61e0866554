"""What an uploaded report is compared with besides itself: the published report of the month before."""

from dataclasses import replace

from dateutil.relativedelta import relativedelta

from expectations.workbook_told import CarriedCell, Workbook
from outbox.blank.known_cells import KnownCell, known_reports
from reference.communes import communes_in_scope
from reference.terms import is_first_of_a_term
from warehouse.connections import NothingPublished
from warehouse.settings import Settings


def with_month_before(settings: Settings, workbook: Workbook, commune_code: str, commune_name: str) -> Workbook:
    """The workbook with the cells of the month before; without them where that month is not published."""
    month = workbook.month
    keys = {
        commune.key
        for commune in communes_in_scope(settings.scope)
        if (commune.code, commune.name) == (commune_code, commune_name) and commune.is_valid_in(month)
    }
    try:
        reports = known_reports(settings, month, keys)
    except NothingPublished:
        reports = {}
    before = [report for report in reports.values() if report.month == month - relativedelta(months=1)]
    cells = tuple(_carried(cell) for cell in before[0].cells) if len(before) == 1 else ()
    return replace(workbook, carried=cells, begins_term=is_first_of_a_term(month, commune_code))


def _carried(cell: KnownCell) -> CarriedCell:
    values = {name: getattr(cell, name) for name in ("admitted_ytd", "admitted_ttd", "closing")}
    return CarriedCell(cell.name, {name: None if value is None else float(value) for name, value in values.items()})
