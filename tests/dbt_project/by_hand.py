"""The commission's questions answered a second time, in plain Python from what was received.

In: a store. Out: the rows that the marts should have, by their keys. Slow and simple on purpose: loops over lines,
no SQL beyond reading raw tables.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from dateutil.relativedelta import relativedelta

from reference.communes import Commune, communes_expected
from reference.fields import number_fields_of
from reference.terms import term_starts

Line = dict[str, Any]
#: A commune (None: the city) and a month.
Place = tuple[str | None, date]

PARTS = [field.name for field in number_fields_of("KN-1") if field.subset_of or field.whole]
BANDS = [field.name for field in number_fields_of("KN-3") if field.partition == "age"]
STEPS = {"class_attended": "candidates", "under_verification": "class_attended", "files_complete": "under_verification"}
HAS_A_HEAD = ("Tổ dân phố", "Bản")


def add_months(month: date, months: int) -> date:
    return month + relativedelta(months=months)


def months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def total(lines: Iterable[Line], field: str) -> Any:
    """The sum of what is known; None where nothing is."""
    known = [line[field] for line in lines if line[field] is not None]
    return sum(known) if known else None


def share(lines: Iterable[Line], part: str, whole: str) -> float | None:
    both = [line for line in lines if line[part] is not None and line[whole] is not None]
    return ratio(total(both, part), total(both, whole))


def ratio(part: Any, whole: Any) -> float | None:
    return part / whole if part is not None and whole else None


def base(lines: Iterable[Line], part: str, whole: str) -> Any:
    return total((line for line in lines if line[part] is not None), whole)


@dataclass(frozen=True)
class Office:
    """Published lines by form, commune and month, and those of KN-1 that are held back, each with the stewards' values
    in it (`is_corrected` where there is one); the months in which a cell was named; what was expected."""

    lines: dict[str, dict[tuple[str, date], list[Line]]]
    left_out: dict[tuple[str, date], list[Line]]
    named: dict[str, dict[str, set[date]]]
    expected: frozenset[tuple[str, date]]
    held_back: frozenset[tuple[str, date]]
    communes: dict[str, Commune]
    today: date

    def of(self, form: str, code: str | None, months: Iterable[date]) -> list[Line]:
        wanted = set(months)
        return [
            line
            for (commune, month), lines in self.lines[form].items()
            if month in wanted and code in (None, commune)
            for line in lines
        ]

    def expected_in(self, code: str | None, months: Iterable[date]) -> set[tuple[str, date]]:
        wanted = set(months)
        return {(commune, month) for commune, month in self.expected if month in wanted and code in (None, commune)}

    def reported_in(self, form: str, code: str | None, months: Iterable[date]) -> int:
        return sum(bool(self.lines[form].get(place)) for place in self.expected_in(code, months))

    def corrected_in(self, code: str | None, months: Iterable[date], *forms: str) -> int:
        return sum(
            any(line["is_corrected"] for form in forms for line in self.lines[form].get(place, []))
            for place in self.expected_in(code, months)
        )

    def held_back_in(self, code: str | None, months: Iterable[date]) -> int:
        return len(self.expected_in(code, months) & self.held_back)

    def places(self) -> list[Place]:
        return sorted(self.expected) + [(None, month) for month in sorted({month for _, month in self.expected})]


def read_office(store: Path, scope: str, today: date, last_due: date) -> Office:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{store}' AS warehouse (READ_ONLY)")

        def rows(sql: str) -> list[Line]:
            result = connection.execute(sql)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        newest: dict[tuple[str, date], Line] = {}
        for report in rows("SELECT * FROM warehouse.raw.submissions WHERE kind = 'report' AND status = 'accepted'"):
            place = report["commune_code"], report["month"]
            if place not in newest or newest[place]["version"] < report["version"]:
                newest[place] = report
        held_back = frozenset(
            (row["commune_code"], row["month"]) for row in rows("SELECT * FROM warehouse.quality.held_back")
        )
        field_of = {
            (letter["submission_id"], letter["sheet"], letter["column_letter"]): letter["field"]
            for letter in rows("SELECT * FROM warehouse.raw.column_map")
        }
        values: dict[tuple[str, str, int], Line] = defaultdict(dict)
        for decision in rows("SELECT * FROM warehouse.quality.decisions WHERE decision = 'correct'"):
            letter, row = re.fullmatch(r"([A-Z]+)([0-9]+)", decision["cell"]).groups()  # type: ignore[union-attr]
            report_sheet = decision["submission_id"], decision["sheet"]
            values[*report_sheet, int(row)][field_of[*report_sheet, letter]] = decision["value_after"]
        place_of = {report["submission_id"]: place for place, report in newest.items()}
        lines: dict[str, dict[tuple[str, date], list[Line]]] = {}
        left_out: dict[tuple[str, date], list[Line]] = defaultdict(list)
        named: dict[str, dict[str, set[date]]] = defaultdict(lambda: defaultdict(set))
        for form in ("KN-1", "KN-2", "KN-3"):
            of_form = lines[form] = defaultdict(list)
            table = f"warehouse.raw.report_lines_{form.lower().replace('-', '')}"
            for line in rows(f"SELECT * FROM {table} WHERE kind = 'cell'"):
                if line["submission_id"] in place_of:
                    of_steward = values.get((line["submission_id"], line["sheet"], line["sheet_row"]), {})
                    line |= {**of_steward, "is_corrected": bool(of_steward)}
                    code, month = place_of[line["submission_id"]]
                    named[code][line["cell_name"]].add(month)
                    if (code, month) not in held_back:
                        of_form[code, month].append(line)
                    elif form == "KN-1":
                        left_out[code, month].append(line)
    communes = {c.code: c for c in communes_expected(scope) if c.valid_from <= today < c.valid_to}
    ended = {c.code: c for c in communes_expected(scope) if c.valid_to <= today}
    months = [month for _, month in newest]
    first, last = min(months), max(*months, last_due)
    months = span(first, last)
    expected = {(c.code, month) for c in communes_expected(scope) for month in months if c.is_valid_in(month)}
    return Office(lines, left_out, named, frozenset(expected), held_back, ended | communes, today)


def term_start(month: date) -> date:
    return max(start for start in term_starts().values() if start <= month)


def span(first: date, last: date) -> list[date]:
    return [add_months(first, number) for number in range(months_between(first, last) + 1)]


def composition(office: Office) -> dict[tuple[Any, ...], Line]:
    names = {start: term for term, start in term_starts().items()}
    found: dict[tuple[Any, ...], Line] = {}
    for code, month in office.places():
        first_months = {
            ("month", f"{month:%Y-%m}"): month,
            ("year", f"{month:%Y}"): month.replace(month=1),
            ("term", names[term_start(month)]): term_start(month),
        }
        for (kind, period), first in first_months.items():
            months = span(first, month)
            lines = office.of("KN-1", code, months)
            row: Line = {
                "months_expected": len(office.expected_in(code, months)),
                "months_reported": office.reported_in("KN-1", code, months),
                "months_held_back": office.held_back_in(code, months),
                "months_corrected": office.corrected_in(code, months, "KN-1"),
                "admitted": total(lines, "admitted"),
            }
            for part in PARTS:
                row[part] = total(lines, part)
                row[f"{part}_base"] = base(lines, part, "admitted")
                row[f"{part}_share"] = share(lines, part, "admitted")
            found[code, kind, period, month] = row
    return found


def effect_on_communes(office: Office) -> dict[tuple[Any, ...], Line]:
    return {(code, month): _effect(office, code, month) for code, month in office.places() if code}


def effect_on_city(office: Office) -> dict[tuple[Any, ...], Line]:
    return {
        (month,): _effect(office, None, month) | {"communes_corrected": office.corrected_in(None, [month], "KN-1")}
        for code, month in office.places()
        if code is None
    }


def _effect(office: Office, code: str | None, month: date) -> Line:
    """What is held back of the month, the year and the term so far, and how many would be admitted in it; what stewards
    have put right of the rest."""

    def left_out(months: list[date]) -> int | None:
        places = office.expected_in(code, months) & office.held_back
        lines = (line for place in places for line in office.left_out.get(place, []))
        return total(lines, "admitted") if places else 0

    year, term = span(month.replace(month=1), month), span(term_start(month), month)
    return {
        "months_held_back_year": office.held_back_in(code, year),
        "months_held_back": office.held_back_in(code, term),
        "held_back_admitted_month": left_out([month]),
        "held_back_admitted_year": left_out(year),
        "held_back_admitted": left_out(term),
        "months_corrected_year": office.corrected_in(code, year, "KN-1"),
        "months_corrected": office.corrected_in(code, term, "KN-1"),
        "is_year_start_corrected": _is_year_start_corrected(office, code, year[0]),
    }


def _is_year_start_corrected(office: Office, code: str | None, january: date) -> bool:
    """Whether a steward's value is among the members with whom the year begins, where all communes' are known."""
    known: list[bool] = []
    for commune, _ in office.expected_in(code, [january]) if code is None else [(code, january)]:
        for month, field in ((january, "opening"), (add_months(january, -1), "closing")):
            lines = office.of("KN-3", commune, [month])
            if total(lines, field) is not None:
                known.append(any(line["is_corrected"] for line in lines))
                break
        else:
            return False
    return any(known)


def reporting(office: Office) -> dict[tuple[Any, ...], Line]:
    return {
        (code, month): {"is_corrected": office.corrected_in(code, [month], "KN-1", "KN-2", "KN-3") > 0}
        for code, month in office.expected
    }


def funnel(office: Office) -> dict[tuple[Any, ...], Line]:
    found: dict[tuple[Any, ...], Line] = {}

    def year_of_admissions(code: str | None, months: list[date]) -> int | None:
        figures = [total(office.of("KN-1", code, [month]), "admitted") for month in months]
        known = [figure for figure in figures if figure is not None]
        return sum(known) if len(known) == 12 else None

    def unknown(code: str | None, months: list[date]) -> int | None:
        expected = len(office.expected_in(code, months))
        return expected - office.reported_in("KN-1", code, months) if expected else None

    def corrected(code: str | None, months: list[date]) -> int | None:
        return office.corrected_in(code, months, "KN-1") if office.expected_in(code, months) else None

    for code, month in office.places():
        lines = office.of("KN-2", code, [month])
        after = [add_months(month, number) for number in range(1, 13)]
        before = [add_months(month, -number) for number in range(12)]
        row = {field.name: total(lines, field.name) for field in number_fields_of("KN-2")}
        row["admitted"] = total(office.of("KN-1", code, [month]), "admitted")
        row["admitted_next_12_months"] = year_of_admissions(code, after)
        row["months_corrected"] = office.corrected_in(code, [month], "KN-1", "KN-2")
        row["next_12_months_corrected"] = corrected(code, after)
        row["last_12_months_corrected"] = corrected(code, before)
        row["next_12_months_unknown"] = unknown(code, after)
        row["admitted_last_12_months"] = year_of_admissions(code, before)
        row["last_12_months_unknown"] = unknown(code, before)
        conversions = {step: share(lines, step, whole) for step, whole in STEPS.items()}
        row |= {f"{step}_conversion": conversion for step, conversion in conversions.items()}
        all_reported = office.reported_in("KN-2", code, [month]) == len(office.expected_in(code, [month]))
        row["admission_conversion"] = (
            ratio(row["admitted_next_12_months"], row["files_complete"]) if all_reported else None
        )
        row["candidates_per_admission"] = (
            ratio(row["candidates"], row["admitted_last_12_months"]) if all_reported else None
        )
        row["dries_up_at"] = _narrowest(row, conversions)
        found[code, month] = row
    return found


def _narrowest(row: Line, conversions: dict[str, float | None]) -> str | None:
    if row["candidates"] == 0:
        return "candidates"
    if any(row[field] is None for field in ("candidates", *STEPS)):
        return None
    known = {step: conversion for step, conversion in conversions.items() if conversion is not None}
    return min(known, key=lambda step: known[step]) if known and min(known.values()) < 1 else None


def dormant(office: Office) -> dict[tuple[Any, ...], Line]:
    found: dict[tuple[Any, ...], Line] = {}
    for code, cells in office.named.items():
        published = [month for (commune, month), lines in office.lines["KN-1"].items() if commune == code and lines]
        newest_named = max(month for months in cells.values() for month in months)
        for name, months in cells.items():
            if not published or min(months) > max(published):
                continue
            stays = max(months) == newest_named
            as_of = max(published) if stays else min(max(published), max(months))
            admitted = {
                month: line["admitted"]
                for month in published
                for line in office.lines["KN-1"][code, month]
                if line["cell_name"] == name and line["admitted"] is not None
            }
            back = [add_months(as_of, -number) for number in range(months_between(min(months), as_of) + 1)]
            silent = back[: next((at for at, month in enumerate(back) if admitted.get(month, 0) > 0), len(back))]
            whole = [all(month in admitted for month in silent[at : at + 12]) for at in range(0, len(silent) - 11, 12)]
            of_admissions = {
                month
                for month in back[: len(silent) + 1]
                for line in office.lines["KN-1"].get((code, month), [])
                if line["cell_name"] == name and line["admitted"] is not None and line["is_corrected"]
            }
            of_members = {
                as_of for line in office.of("KN-3", code, [as_of]) if line["cell_name"] == name and line["is_corrected"]
            }
            found[code, name] = {
                "months_corrected": len(of_admissions | of_members),
                "is_current": stays and office.communes[code].valid_to > office.today,
                "as_of_month": as_of,
                "last_admission_month": back[len(silent)] if len(silent) < len(back) else None,
                "dormant_since": silent[-1] if silent else None,
                "months_without_admission": sum(month in admitted for month in silent),
                "unknown_months": sum(month not in admitted for month in silent),
                "months_held_back": sum((code, month) in office.held_back for month in silent),
                "years_without_admission": [*whole, False].index(False),
                "years_possible": len(silent) // 12,
                "members": total(
                    (line for line in office.of("KN-3", code, [as_of]) if line["cell_name"] == name), "closing"
                ),
            }
    return found


def ageing(office: Office) -> dict[tuple[Any, ...], Line]:
    """By commune and cell; (code, None) is a commune, (None, None) the city."""
    known: dict[str, list[date]] = defaultdict(list)
    for (code, month), lines in office.lines["KN-3"].items():
        if lines:
            known[code].append(month)

    def city_on(day: date) -> list[Line]:
        there = {code: [month for month in months if month <= day] for code, months in known.items()}
        return [
            line
            for code, months in there.items()
            if months and office.communes[code].is_valid_in(day)
            for line in office.lines["KN-3"][code, max(months)]
        ]

    found: dict[tuple[Any, ...], Line] = {}
    for code, months in known.items():
        newest = max(months)
        of_cells: dict[str, dict[date, list[Line]]] = defaultdict(dict)
        for month in months:
            for line in office.lines["KN-3"][code, month]:
                of_cells[line["cell_name"]][month] = [line]
        for name, lines_of in of_cells.items():
            month = max(lines_of)
            found[code, name] = _ages(month, lines_of[month], lines_of.get(add_months(month, -12), []))
        before = office.of("KN-3", code, [add_months(newest, -12)])
        found[code, None] = _ages(newest, office.of("KN-3", code, [newest]), before)
    newest = max(month for months in known.values() for month in months)
    found[None, None] = _ages(newest, city_on(newest), city_on(add_months(newest, -12)))
    return found


def _ages(month: date, lines: list[Line], before: list[Line]) -> Line:
    row: Line = {"month": month, "cells": len(lines), "closing": total(lines, "closing")}
    row["is_corrected"] = any(line["is_corrected"] for line in (*lines, *before))
    row["closing_12_months_before"] = total(before, "closing")
    for band in BANDS:
        row[band] = total(lines, band)
        row[f"{band}_base"] = base(lines, band, "closing")
        row[f"{band}_share"] = share(lines, band, "closing")
        row[f"{band}_share_12_months_before"] = share(before, band, "closing")
    row["mean_age"], row["mean_age_12_months_before"] = _mean_age(lines), _mean_age(before)
    row["mean_age_base"] = base(lines, "mean_age", "closing")
    old = [line for line in lines if line["age_to_30"] == 0]
    row["cells_none_to_30"] = len(old)
    row["cells_none_to_40"] = sum(line["age_31_40"] == 0 for line in old)
    if any(line["age_to_30"] for line in lines):
        row["under_35"] = "some"
    elif len(old) < len(lines):
        row["under_35"] = None
    else:
        row["under_35"] = "none" if row["cells_none_to_40"] == len(lines) else "possible"
    return row


def _mean_age(lines: list[Line]) -> float | None:
    if len(lines) == 1:
        mean: float | None = lines[0]["mean_age"]
        return mean
    weighed = [line for line in lines if None not in (line["mean_age"], line["closing"])]
    return ratio(sum(line["mean_age"] * line["closing"] for line in weighed), sum(line["closing"] for line in weighed))


def heads(office: Office) -> dict[tuple[Any, ...], Line]:
    def count(lines: list[Line], has_a_head: bool, answers: tuple[bool | None, ...]) -> int | None:
        if not lines:
            return None
        return sum(
            (line["cell_type"] in HAS_A_HEAD) == has_a_head and line["head_is_member"] in answers for line in lines
        )

    found: dict[tuple[Any, ...], Line] = {}
    for code, month in office.places():
        lines = office.of("KN-3", code, [month])
        row: Line = {
            "months_corrected": office.corrected_in(code, [month], "KN-3"),
            "heads_known": count(lines, True, (True, False)),
            "heads_members": count(lines, True, (True,)),
            "heads_unknown": count(lines, True, (None,)),
            "heads_elsewhere": count(lines, False, (True, False)),
        }
        row["member_share"] = ratio(row["heads_members"], row["heads_known"])
        found[code, month] = row
    return found
