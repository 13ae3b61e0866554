"""A commune and its last report, for blank workbooks of the tests' own."""

from datetime import date
from io import BytesIO

import openpyxl
from openpyxl.workbook import Workbook

from outbox.blank.known_cells import Figure, KnownCell, KnownReport
from outbox.blank.plan import Blank, blank_for
from outbox.blank.workbook import blank_bytes
from reference.communes import Commune, communes_expected

SEPTEMBER = date(2020, 9, 1)
AUGUST = date(2020, 8, 1)


def dong_phong(month: date = SEPTEMBER) -> Commune:
    return next(c for c in communes_expected("district:105") if c.code == "03408" and c.is_valid_in(month))


#: What mostly stays: of a cell with 30 members.
STAYS: dict[str, Figure] = {
    **{"candidates": 5, "candidates_women": 2, "candidates_ethnic_minority": 1, "introduced_youth_union": 3},
    **{"introduced_womens_union": 0, "introduced_farmers": 0, "introduced_veterans": 0, "introduced_trade_union": 0},
    **{"introduced_other": 2, "class_attended": 3, "under_verification": 2, "files_complete": 1},
    **{"age_to_30": 5, "age_31_40": 5, "age_41_50": 10, "age_51_60": 5, "age_over_60": 5},
    **{"mean_age": 41.5, "head_is_member": True},
}
CELLS = (
    KnownCell("Chi bộ Tổ dân phố số 20", "Tổ dân phố", "Khối dân cư", 1, 0, 3, 30, STAYS),
    KnownCell("=1+1", "Tổ dân phố", "Khối dân cư", 3, 1, 0, 28),
    KnownCell("Chi bộ Trường Mầm non", "Trường học", "II. Khối trường học", 0, 0, 1, None),
)


def report(month: date = AUGUST, cells: tuple[KnownCell, ...] = CELLS) -> KnownReport:
    return KnownReport(dong_phong().key, month, 1, "f" * 64, cells)


def blank(month: date = SEPTEMBER, known: KnownReport | None = None, year_target: int | None = 4) -> Blank:
    return blank_for(dong_phong(month), month, known, year_target)


def opened(made: Blank, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(blank_bytes(made)), data_only=values)
