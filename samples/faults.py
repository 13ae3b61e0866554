"""What is wrong in the workbooks on purpose: six that a later file corrects, and what is open in August 2020.

A fault changes figures of cells, or overtypes a total; everything else of the sheet is worked out again, as
the spreadsheet program would do, so that a wrong workbook differs from the right one by its fault alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from samples import city
from samples.consistency import Break, breaks_of
from samples.model import (
    Line,
    Report,
    Sheet,
    attainment,
    month_before_of,
    report_of,
    sheet_of,
    targets_in_force,
)
from samples.months import AUGUST_2020, month_number


@dataclass(frozen=True)
class Change:
    """`field` of the cell `name` is off by `by`; without a name, the total row's figure is typed over."""

    form: str
    field: str
    by: int
    name: str | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong in one commune's workbook of one month, and the rules that it breaks."""

    commune_code: str
    month: int
    changes: tuple[Change, ...]
    rules: frozenset[str]
    remark: str
    is_corrected: bool

    @property
    def typed_totals(self) -> frozenset[tuple[str, str]]:
        """(form, field) whose total row holds a typed number instead of its formula."""
        return frozenset((change.form, change.field) for change in self.changes if change.name is None)


CORRECTED = (
    Fault(
        city.DOAN_KET.code,
        month_number(2016, 5),
        (Change("KN-1", "women", -1),),
        frozenset({"kn1_column_total"}),
        "The total of the women was typed and counts one too few.",
        is_corrected=True,
    ),
    Fault(
        city.NAM_LOONG.code,
        month_number(2016, 11),
        (
            Change("KN-3", "increase_admitted", -1, "Chi bộ Trường Mầm non Nậm Loỏng"),
            Change("KN-3", "increase_transferred_in", 1, "Chi bộ Trường Mầm non Nậm Loỏng"),
        ),
        frozenset({"kn3_admitted_as_kn1"}),
        "The new member of KN-1 was entered on KN-3 as one who moved in.",
        is_corrected=True,
    ),
    Fault(
        city.TAN_PHONG.code,
        month_number(2017, 3),
        (Change("KN-1", "age_31_40", 1, "Chi bộ Trường Tiểu học số 2 Tân Phong"),),
        frozenset({"kn1_ages"}),
        "One person too many among those aged 31 to 40.",
        is_corrected=True,
    ),
    Fault(
        city.SAN_THANG.code,
        month_number(2018, 2),
        (Change("KN-1", "women", 1, "Chi bộ Trạm Y tế xã San Thàng"),),
        frozenset({"kn1_women_within_admitted"}),
        "More women than people admitted.",
        is_corrected=True,
    ),
    Fault(
        city.QUYET_TIEN.code,
        month_number(2018, 10),
        (Change("KN-3", "decrease_transferred_out", -1, "Chi bộ Tổ dân phố số 11"),),
        frozenset({"kn3_balance"}),
        "A member who moved away was left out of the decreases, not out of the closing.",
        is_corrected=True,
    ),
    Fault(
        city.DONG_PHONG.code,
        month_number(2019, 5),
        (Change("KN-1", "admitted_ytd", -1, "Chi bộ Trường Tiểu học Đông Phong"),),
        frozenset({"kn1_ytd_carried"}),
        "The month's admission was not added to the year to date (the percentage follows the wrong figure).",
        is_corrected=True,
    ),
)
OPEN = (
    Fault(
        city.TAN_PHONG.code,
        AUGUST_2020,
        (
            Change("KN-1", "admitted", 1),
            Change("KN-1", "age_31_40", 1, "Chi bộ Tổ dân phố số 6"),
        ),
        frozenset({"kn1_column_total", "kn1_ages"}),
        "TỔNG CỘNG still shows July's total; and in one cell an age band counts one too many.",
        is_corrected=False,
    ),
    Fault(
        city.DOAN_KET.code,
        AUGUST_2020,
        (
            Change("KN-3", "opening", 1, "Chi bộ Tổ dân phố số 14"),
            Change("KN-3", "increase_admitted", -1, "Chi bộ Tổ dân phố số 16"),
            Change("KN-3", "increase_transferred_in", 1, "Chi bộ Tổ dân phố số 16"),
        ),
        frozenset({"kn3_opening_carried", "kn3_balance", "kn3_admitted_as_kn1"}),
        "One cell's opening is not July's closing (so its balance is off, too); another's new member of KN-1 "
        "was entered on KN-3 as one who moved in.",
        is_corrected=False,
    ),
    Fault(
        city.SAN_THANG.code,
        AUGUST_2020,
        (Change("KN-2", "under_verification", 2, "Chi bộ Bản San Thàng 1"),),
        frozenset({"kn2_verification_within_class"}),
        "More files under verification than people who attended the class: a warning only.",
        is_corrected=False,
    ),
)
ALL_FAULTS = CORRECTED + OPEN

#: The commune whose workbook for August 2020 never came.
NOT_REPORTED = (city.QUYET_TIEN.code, AUGUST_2020)


class MisplacedFaultError(ValueError):
    """A fault names a cell that its sheet does not have, or takes a figure below zero."""


def with_fault(report: Report, fault: Fault) -> Report:
    """The report as it was sent with `fault` in it. Raises MisplacedFaultError."""
    sheets = tuple(_changed(sheet, fault.changes) for sheet in report.sheets)
    return replace(report, sheets=sheets)


def _changed(sheet: Sheet, changes: Iterable[Change]) -> Sheet:
    mine = [change for change in changes if change.form == sheet.form]
    if not mine:
        return sheet
    cells = {line.name: line for line in sheet.lines if line.kind == "cell"}
    for change in mine:
        if change.name is not None:
            if change.name not in cells:
                raise MisplacedFaultError(f"{change.form} has no cell {change.name}")
            cells[change.name] = _line_off(cells[change.name], change)
    *above, total = sheet_of(sheet.form, cells.values()).lines
    for change in mine:
        if change.name is None:
            total = _line_off(total, change)
    return Sheet(sheet.form, (*above, total))


def _line_off(line: Line, change: Change) -> Line:
    figure = (line.values[change.field] or 0) + change.by
    if figure < 0:
        raise MisplacedFaultError(f"{change.form} {line.name} {change.field} would be {figure}")
    values = {**line.values, change.field: figure}
    if change.field == "admitted_ytd":
        values["attainment_pct"] = attainment(figure, line.values["year_target"])
    return replace(line, values=values)


def breaks_by(fault: Fault) -> tuple[Break, ...]:
    """Every rule that the faulty workbook breaks, with its place and figures."""
    report = with_fault(report_of(fault.commune_code, fault.month), fault)
    return breaks_of(report, month_before_of(report), targets_in_force(fault.month))


def fault_of(commune_code: str, month: int) -> Fault | None:
    known: Mapping[tuple[str, int], Fault] = {(f.commune_code, f.month): f for f in ALL_FAULTS}
    return known.get((commune_code, month))
