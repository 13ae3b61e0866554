"""Workbooks to take: as they were received, blank for a month, and marked with what is to be corrected."""

import re
import tempfile
from datetime import date
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

import steps
from outbox.blank.issue import NoSuchCommune, issue
from portal import audit
from portal.addresses import code_in_address, month_in_address
from portal.asking import Asking
from portal.attachments import attachment
from portal.view import NotFound, View
from warehouse.archived import NotArchived, archived_content
from warehouse.files import naming

router = APIRouter()

_SUBMISSION = re.compile("[0-9a-f]{64}")


@router.get("/files/original/{submission_id}")
def original(view: Asking, submission_id: str) -> Response:
    """The workbook as it came."""
    if not _SUBMISSION.fullmatch(submission_id):
        raise NotFound(submission_id)
    found = view.rows(
        "SELECT file_name, commune_code, reason FROM raw.submissions WHERE submission_id = $id", id=submission_id
    )
    if not found:
        view.require("take_workbooks", view.own_commune)
        raise NotFound(submission_id)
    code = found[0]["commune_code"]
    view.require("see_reports", code)
    view.require("take_workbooks", code)
    try:
        content = archived_content(view.settings.archive, submission_id)
    except NotArchived as error:
        raise NotFound(submission_id) from error
    audit.note(view.settings, view.person, "took_workbook", submission_id)
    return attachment(content, found[0]["file_name"])


@router.get("/files/blank/{commune_code}/{month}.xlsx")
def blank(view: Asking, commune_code: str, month: str) -> Response:
    """The blank workbook of a commune for a month, with its known cells filled in."""
    view.require("take_workbooks", commune_code)
    day = month_in_address(month)
    with tempfile.TemporaryDirectory() as folder, naming(Path(folder)):
        try:
            (made, *_) = issue(view.settings, day, code_in_address(commune_code), Path(folder))
        except NoSuchCommune as error:
            raise NotFound(commune_code) from error
        return attachment(made.path.read_bytes(), made.path.name)


@router.get("/files/marked/{commune_code}/{month}.{ending}")
def marked(view: Asking, commune_code: str, month: str, ending: str) -> Response:
    """The commune's newest report with what is unsettled marked in it (`xlsx`), or the letter that goes with it
    (`docx`)."""
    view.require("see_cases", commune_code)
    view.require("take_workbooks", commune_code)
    day = month_in_address(month)
    if ending not in ("xlsx", "docx") or not _has_version(view, commune_code, day):
        raise NotFound(f"{commune_code} {month}.{ending}")
    with tempfile.TemporaryDirectory() as folder, naming(Path(folder)):
        done = steps.annotate(view.settings, code_in_address(commune_code), day, Path(folder))
        if not done.marked:
            raise NotFound(commune_code)
        path = done.marked[0].path if ending == "xlsx" else done.marked[0].document
        return attachment(path.read_bytes(), path.name)


def _has_version(view: View, commune_code: str, month: date) -> bool:
    found = view.rows(
        "SELECT 1 FROM quality.versions WHERE commune_code = $code AND month = $month LIMIT 1",
        code=commune_code,
        month=month,
    )
    return bool(found)
