"""One commune's report of a month: its versions and which one counts, what changed between them, its sheets as read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from fastapi.responses import Response

from answers.reports import VersionLine, versions
from answers.sheets import (
    ReadingProblem,
    SheetFailure,
    SheetTable,
    corrections_in,
    failures_in,
    problems_in,
    sheet_names,
    tables_on,
)
from answers.versions import ReportVersion, report_versions
from expectations.choose_version import VERSION, Choice, note_choice
from portal import audit
from portal.addresses import code_in_address, month_in_address, report_address
from portal.asking import Asking
from portal.page_files import cells_table
from portal.view import BadRequest, NotFound, View
from portal.work import JUDGE
from reference.cell_address import split
from reference.naming import NoCommuneMeant
from warehouse.corrections import Correction
from warehouse.decisions import Decision, noted

router = APIRouter()

_LONGEST_REASON = 2_000
#: Changed figures that are listed; the files have all of them.
MOST_CHANGES = 200


@dataclass(frozen=True)
class CellLook:
    """What is the matter with a cell: classes of the style sheet, and the sentences."""

    style: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class SheetView:
    """A sheet as it was read, with the look of its cells and its own failures."""

    name: str
    tables: tuple[SheetTable, ...]
    looks: Mapping[str, CellLook]
    failures: tuple[SheetFailure, ...]
    corrections: Mapping[str, Correction]


@dataclass(frozen=True)
class Shown:
    """The version that is looked into."""

    submission_id: str
    version: ReportVersion
    sheets: tuple[str, ...]
    sheet: SheetView | None
    failures: tuple[SheetFailure, ...]
    problems: tuple[ReadingProblem, ...]


@router.get("/reports/{commune_code}/{month}")
def report(view: Asking, commune_code: str, month: str) -> Response:
    """`?version=2&sheet=Kết nạp&cell=B14`: which version and sheet are shown, which cell is marked."""
    view.require("see_reports", commune_code)
    commune_code = code_in_address(commune_code)
    day = month_in_address(month)
    state = _state(view, commune_code, day)
    try:
        found = report_versions(view.settings, commune_code, day)
        changes = {each.version: each for each in versions(view.settings, commune_code, day)} if len(found) > 1 else {}
    except NoCommuneMeant:
        found, changes = [], {}
    refused = _refused(view, commune_code, day)
    if state is None and not found and not refused:
        raise NotFound(f"{commune_code} {month}")
    sheet, _, cell = _asked_place(view)
    shown = _shown(view, commune_code, day, found, sheet)
    if view.form and shown and shown.sheet:
        at = (commune_code, day, shown.version.version, shown.sheet.name, shown.sheet.tables)
        return view.file(cells_table(view, *at))
    name = state["commune_name"] if state else (found[0].commune_name if found else refused[0]["commune_name"])
    return view.page(
        "report.html",
        code=commune_code,
        name=name,
        month=day,
        state=state,
        versions=found,
        changes=changes,
        most=MOST_CHANGES,
        counts=next((each for each in found if each.state == "counts"), None),
        waits=next((each for each in found if each.state == "waits"), None),
        candidates=[each for each in found if _can_be_chosen(each, found)],
        waiting=_waiting(view, commune_code, day),
        shown=shown,
        cell=cell,
        refused=refused,
        takes=view.may("take_workbooks", commune_code),
        chooses=view.may("choose_version", commune_code),
        to_sheet=_to_sheet(report_address(commune_code, day)),
    )


@router.post("/reports/{commune_code}/{month}/version")
def choose(
    view: Asking,
    commune_code: str,
    month: str,
    version: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Keeps the steward's choice at once; the month is judged and published beside."""
    view.require("choose_version", commune_code)
    commune_code = code_in_address(commune_code)
    day = month_in_address(month)
    if not (version.isascii() and version.isdigit() and len(version) < 6):
        raise BadRequest("report_which_version")
    if not reason.strip():
        raise BadRequest("report_why")
    choice = Choice(commune_code, day, int(version), view.person.name, reason.strip()[:_LONGEST_REASON])
    decision = note_choice(view.settings, choice)
    audit.note(view.settings, view.person, "chose_version", decision.case_id, version)
    view.portal.work.ask(JUDGE)
    return view.go_to(report_address(commune_code, day))


def _state(view: View, code: str, month: date) -> dict[str, Any] | None:
    rows = view.rows(
        "SELECT * FROM marts.mart_reporting_rates WHERE commune_code = $code AND month = $month", code=code, month=month
    )
    return rows[0] if rows else None


def _refused(view: View, code: str, month: date) -> list[dict[str, Any]]:
    """Files of that month that could not be taken in, with their sentence."""
    return view.rows(
        "SELECT file_name, received_at, commune_name, message_vi, message_en FROM raw.submissions"
        " WHERE status = 'refused' AND kind = 'report' AND commune_code = $code AND month = $month"
        " ORDER BY received_at",
        code=code,
        month=month,
    )


def _can_be_chosen(version: ReportVersion, found: Sequence[ReportVersion]) -> bool:
    newest = found[-1]
    return not version.open_critical and not (version.state == "counts" and version.version == newest.version)


def _waiting(view: View, code: str, month: date) -> Decision | None:
    """The last choice of a version that the published file does not know yet."""
    with view.reading() as connection:
        since = [
            each
            for each in noted(connection, view.settings.archive)
            if (each.rule_id, each.commune_code, each.month) == (VERSION, code, month)
        ]
    return since[-1] if since else None


def _asked_place(view: View) -> tuple[str, str, str]:
    """Sheet and cell of the address: `cell` may name the sheet, too (`Kết nạp!B14`)."""
    named, cell = split(view.query.get("cell", ""))
    return view.query.get("sheet", "") or named, named, cell


def _shown(view: View, code: str, month: date, found: Sequence[ReportVersion], wanted: str) -> Shown | None:
    if not found:
        return None
    version = _version(view, found)
    with view.reading() as connection:
        (submission_id,) = connection.execute(
            "SELECT submission_id FROM quality.versions WHERE commune_code = ? AND month = ? AND version = ?",
            [code, month, version.version],
        ).fetchall()[0]
        sheets = sheet_names(connection, submission_id)
        failures = failures_in(connection, submission_id)
        if wanted and wanted not in sheets:
            raise NotFound(wanted)
        name = wanted or next((each.sheet for each in failures if each.sheet in sheets), None) or (sheets or [""])[0]
        sheet = None
        if name:
            corrections = corrections_in(connection, submission_id, name)
            tables = tables_on(connection, submission_id, name)
            here = tuple(each for each in failures if each.cells_on(name))
            sheet = SheetView(name, tables, _looks(view, name, here, corrections), here, corrections)
        problems = problems_in(connection, submission_id)
    return Shown(submission_id, version, tuple(sheets), sheet, failures, problems)


def _version(view: View, found: Sequence[ReportVersion]) -> ReportVersion:
    """The one that is asked for; else the one that counts; else the newest."""
    asked = view.query.get("version", "")
    if asked:
        chosen = next((each for each in found if str(each.version) == asked), None)
        if chosen is None:
            raise NotFound(asked)
        return chosen
    return next((each for each in found if each.state == "counts"), found[-1])


def _looks(
    view: View, sheet: str, failures: Sequence[SheetFailure], corrections: Mapping[str, Correction]
) -> dict[str, CellLook]:
    styles: dict[str, set[str]] = defaultdict(set)
    why: dict[str, list[str]] = defaultdict(list)
    for failure in failures:
        for place, address in enumerate(failure.cells_on(sheet)):
            is_named = place == 0
            grave = "bad" if failure.severity == "critical" else "look"
            styles[address].add(grave if is_named else "involved")
            if is_named:
                why[address].append(view.told(failure.message_vi, failure.message_en))
    for address, each in corrections.items():
        styles[address].add("corrected-cell")
        values = {"value": view.count(each.value_after), "by": each.decided_by, "at": view.day(each.decided_at.date())}
        why[address].append(view.say("report_corrected_to", **values))
    return {address: CellLook(" ".join(sorted(styles[address])), tuple(why[address])) for address in styles}


def _to_sheet(address: str) -> Any:
    """The address of a sheet of a version, with a cell that is marked."""

    def to(version: int, sheet: str | None = None, cell: str | None = None) -> str:
        asked = {"version": version, **({"sheet": sheet} if sheet else {}), **({"cell": cell} if cell else {})}
        return f"{address}?{urlencode(asked)}" + (f"#{cell}" if cell else "#sheets")

    return to


__all__ = ["VersionLine", "router"]
