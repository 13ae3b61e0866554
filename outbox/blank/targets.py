"""The commission's own table of targets (form CT-1), blank or as far as targets are on file: the bytes of an .xlsx."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

from outbox.blank.checks import refusal
from reference.communes import Commune
from reference.fields import Field, fields_of
from reference.offices import committee_above, place_of
from reference.sheet_layout import (
    GROUP_HEIGHT,
    STYLES,
    TITLE_ROW,
    TOTAL_NAME,
    Pen,
    form_called,
    formats_of,
    pen_for,
    set_up,
    workbook_bytes,
)
from reference.terms import term_starts

FORM = "CT-1"
#: Rows from 0, as in xlsxwriter.
_HEADER_ROW = 7
_FIRST_ROW = _HEADER_ROW + 2
_ENTRY = {"locked": False, "bg_color": "#FFF9DB"}
_STYLES: Mapping[str, Mapping[str, object]] = {
    **STYLES,
    "count entry": {**STYLES["count"], **_ENTRY},
    "text free": {**STYLES["text"], "locked": False},
    "month entry": {**STYLES["month"], **_ENTRY},
    "signed on": {**STYLES["signed on"], "locked": False},
}


@dataclass(frozen=True)
class TargetsBlank:
    """A table of targets to be filled in: for which term, from which day, for whom, and what is on file.

    `known` has the targets by commune key and year (None: the whole term).
    """

    term: str
    month: date
    effective_on: date
    communes: tuple[Commune, ...]
    known: Mapping[tuple[str, int | None], int]

    @property
    def years(self) -> range:
        first, last = map(int, self.term.split("-"))
        return range(first, last + 1)

    @property
    def office(self) -> str:
        """The unit whose commission sets the targets: the communes' district or province, where they share one."""
        for names in ({each.district_name for each in self.communes}, {each.province_name for each in self.communes}):
            if len(names) == 1 and (name := next(iter(names))):
                return name
        return "Cả nước"

    @property
    def is_wanted(self) -> bool:
        """Whether a target of the term, or of the month's year, is not on file for somebody."""
        asked = (None, self.month.year)
        return any((commune.key, year) not in self.known for commune in self.communes for year in asked)


def term_of(month: date) -> str:
    """The term in which the month lies. Raises ValueError before the first one that is listed."""
    begun = [term for term, start in term_starts().items() if start <= month]
    return max(begun)


def targets_blank(
    month: date, communes: Sequence[Commune], known: Mapping[tuple[str, int | None], int]
) -> TargetsBlank:
    """The table for `communes` and the term of `month`, in force since the term began or all of them existed."""
    term = term_of(month)
    effective_on = max(term_starts()[term], *(commune.valid_from for commune in communes))
    return TargetsBlank(term, month, effective_on, tuple(communes), known)


def targets_bytes(blank: TargetsBlank) -> bytes:
    """The workbook to fill in."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        _write(pen_for(workbook, form_called(FORM).sheet_vi, formats_of(workbook, _STYLES)), blank)

    return workbook_bytes(f"Chỉ tiêu kết nạp đảng viên {blank.term}", "Ban Tổ chức", blank.effective_on, write)


def _columns(blank: TargetsBlank) -> list[tuple[Field, int | None, str]]:
    """The form's fields with year and header; the year's target once for each year of the term."""
    found: list[tuple[Field, int | None, str]] = []
    for field in fields_of(FORM):
        if field.name == "year_target":
            found += [(field, year, field.header_vi.format(year=year)) for year in blank.years]
        else:
            found.append((field, None, field.header_vi))
    return found


def _write(pen: Pen, blank: TargetsBlank) -> None:
    columns = _columns(blank)
    last = len(columns) - 1
    form = form_called(FORM)
    first_year, last_year = blank.years[0], blank.years[-1]
    pen.across(0, 0, 2, committee_above(blank.office).upper(), "office")
    pen.across(0, 4, last, "ĐẢNG CỘNG SẢN VIỆT NAM", "commune")
    pen.across(1, 0, 2, "BAN TỔ CHỨC", "commune")
    pen.across(TITLE_ROW - 1, 0, last, f"BIỂU {form.form}: {form.title_vi.upper()}", "title")
    pen.across(TITLE_ROW, 0, last, f"Nhiệm kỳ {first_year}–{last_year}", "month")
    pen.across(TITLE_ROW + 1, 0, last, f"Có hiệu lực từ ngày {blank.effective_on:%d/%m/%Y}", "month entry")
    _write_header(pen, columns)
    names = titles_of(blank.communes)
    for row, commune in enumerate(blank.communes, start=_FIRST_ROW):
        for column, (field, year, _) in enumerate(columns):
            if field.is_number:
                pen.write(row, column, blank.known.get((commune.key, year)), "count entry")
            elif field.name == "note":
                pen.write(row, column, None, "text free")
            elif field.name == "ordinal":
                pen.write(row, column, row - _FIRST_ROW + 1, "centred")
            else:
                pen.write(row, column, names[commune], "text")
    total = _FIRST_ROW + len(blank.communes)
    _write_total(pen, blank, columns, total)
    numbers = [column for column, (field, _, _) in enumerate(columns) if field.is_number]
    options = {"validate": "integer", "criteria": ">=", "value": 0, **refusal("Nhập số nguyên từ 0 trở lên.")}
    pen.sheet.data_validation(_FIRST_ROW, numbers[0], total - 1, numbers[-1], options)
    pen.across(total + 2, 4, last, f"{place_of(blank.office)}, ngày …… tháng …… năm ………", "signed on")
    pen.across(total + 3, 0, 1, "NGƯỜI LẬP BIỂU", "signature")
    pen.across(total + 3, 4, last, "TRƯỞNG BAN", "signature")
    set_up(pen, tuple(field for field, _, _ in columns), frozen=(_FIRST_ROW, 2))
    pen.sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _write_header(pen: Pen, columns: Sequence[tuple[Field, int | None, str]]) -> None:
    pen.sheet.set_row(_HEADER_ROW + 1, GROUP_HEIGHT)
    numbers = [column for column, (field, _, _) in enumerate(columns) if field.is_number]
    pen.across(_HEADER_ROW, numbers[0], numbers[-1], form_called(FORM).sheet_vi, "header")
    for column, (field, _, text) in enumerate(columns):
        if field.is_number:
            pen.write(_HEADER_ROW + 1, column, text, "header")
        else:
            pen.across(_HEADER_ROW, column, column, text, "header", rows=2)


def _write_total(pen: Pen, blank: TargetsBlank, columns: Sequence[tuple[Field, int | None, str]], row: int) -> None:
    for column, (field, year, _) in enumerate(columns):
        if not field.is_number:
            pen.write(row, column, TOTAL_NAME if field.name == "commune_name" else None, "bold text")
            continue
        known = [blank.known[key, year] for key in (each.key for each in blank.communes) if (key, year) in blank.known]
        letter = xlsxwriter.utility.xl_col_to_name(column)
        ranges = f"{letter}{_FIRST_ROW + 1}:{letter}{row}"
        formula = f'=IF(COUNT({ranges})=0,"",SUM({ranges}))'
        pen.formula(row, column, formula, sum(known) if known else "", "bold count")


def titles_of(communes: Sequence[Commune]) -> dict[Commune, str]:
    """What each is called in a table of them all: its name, with the unit above where another one has that name."""
    times = Counter(commune.name.casefold() for commune in communes)
    within = Counter((commune.name.casefold(), commune.district_name) for commune in communes)
    named = {}
    for commune in communes:
        above = []
        if times[commune.name.casefold()] > 1:
            above = [commune.district_name or commune.province_name]
            if commune.district_name and within[commune.name.casefold(), commune.district_name] > 1:
                above.append(commune.province_name)
        named[commune] = ", ".join([commune.name, *above])
    return named
