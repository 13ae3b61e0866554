"""Workbooks in: what is read from them and what is wrong with them, before they go into the landing folder."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from dateutil.relativedelta import relativedelta
from fastapi import APIRouter, File, UploadFile
from fastapi.responses import Response

from expectations.workbook_process import judged_beside
from ingest.inspect import inspect_files
from portal import audit, uploads
from portal.asking import Asking
from portal.carried import with_month_before
from portal.inspected import ReadFile, Said, read_file, workbook_of
from portal.uploads import Upload
from portal.view import BadRequest, Busy, NotFound, View
from portal.words import says
from portal.work import RUN
from reference.communes import communes_expected
from warehouse.archived import record_of
from warehouse.connections import NothingPublished
from warehouse.failure_states import is_unsettled

router = APIRouter()

_MOST_FILES = 60
#: Uploads that are read at the same time (each takes processes of its own), and those that may be there at all: whoever
#: comes beside them is told so, or all of the portal would wait for uploads.
_READING = threading.BoundedSemaphore(2)
_THERE = threading.BoundedSemaphore(8)
_MOST_COMMUNES = 60
_MOST_MONTHS = 6


@router.get("/upload")
def form(view: Asking) -> Response:
    """Where to drop workbooks; for a commune also what is open, and what to fill in next."""
    view.require("upload", view.own_commune)
    uploads.remove_old(view.settings)
    return view.page("upload.html", points=_open_points(view), blanks=_blanks(view), refused=(), upload=None)


@router.post("/upload")
def read(view: Asking, files: Annotated[list[UploadFile] | None, File()] = None) -> Response:
    """Reads what was sent. To its own page where something can be sent on; else 422 and why, and nothing is kept."""
    view.require("upload", view.own_commune)
    sent = [each for each in files or [] if each.filename or each.size]
    if not sent:
        raise BadRequest("upload_no_file")
    if len(sent) > _MOST_FILES:
        raise BadRequest("upload_too_many", str(_MOST_FILES))
    if not _THERE.acquire(blocking=False):
        raise Busy
    try:
        return _answer(view, sent)
    finally:
        _THERE.release()


def _answer(view: View, sent: list[UploadFile]) -> Response:
    token = uploads.begin(view.settings)
    try:
        found = _read(view, token, sent)
        for each in found:
            if each.is_refused:
                audit.note(view.settings, view.person, "upload_refused", detail=each.reason or "")
        if not any(each.can_be_sent for each in found):
            uploads.discard(view.settings, token)
            names = {number: sent[number - 1].filename or "" for number in range(1, len(sent) + 1)}
            told = [replace(each, name=names[each.number]) for each in found]
            context = {"points": (), "blanks": (), "refused": told, "upload": None}
            return view.html("upload.html", status=422 if any(each.is_refused for each in found) else 200, **context)
        owner = uploads.owner_of(view.person)
        uploads.keep(view.settings, token, Upload(owner, datetime.now(UTC), tuple(found)))
    except BaseException:
        uploads.discard(view.settings, token)
        raise
    return view.go_to(f"/upload/{token}")


@router.get("/upload/{token}")
def shown(view: Asking, token: str) -> Response:
    """What was read, before it is confirmed; and after it, where it goes on."""
    view.require("upload", view.own_commune)
    upload = uploads.upload_of(view.settings, token, view.person)
    if upload is None:
        raise NotFound(token)
    return view.page("uploaded.html", upload=upload, token=token)


@router.post("/upload/{token}")
def confirm(view: Asking, token: str) -> Response:
    """Into the landing folder; the run that takes it in begins."""
    view.require("upload", view.own_commune)
    sent = uploads.send_on(view.settings, token, view.person)
    if sent is None:
        raise NotFound(token)
    for each in sent:
        audit.note(view.settings, view.person, "uploaded", each.sha256, each.name)
    if sent:
        view.portal.work.ask(RUN)
    return view.go_to(f"/upload/{token}")


@router.post("/upload/{token}/discard")
def discard(view: Asking, token: str) -> Response:
    view.require("upload", view.own_commune)
    upload = uploads.upload_of(view.settings, token, view.person)
    if upload is None:
        raise NotFound(token)
    uploads.discard(view.settings, token)
    return view.go_to("/upload")


# ------------------------------------------------------------------------------------------------- what was read


def _read(view: View, token: str, sent: list[UploadFile]) -> list[ReadFile]:
    paths: list[Path] = []
    for number, each in enumerate(sent, start=1):
        paths.append(uploads.receive(view.settings, token, number, each.filename or "", each.file))
        each.file.close()
    found: list[ReadFile] = []
    to_judge = {}
    with _READING:
        for number, (path, object_) in enumerate(zip(paths, inspect_files(paths, view.settings), strict=True), start=1):
            file = _as_person_may(view, read_file(number, path.name, object_))
            if file.is_refused:
                uploads.forget(view.settings, token, number)
                file = replace(file, name="", sha256="")
            elif workbook := workbook_of(object_):
                whose = (file.commune_code or "", file.commune_name or "")
                to_judge[number] = with_month_before(view.settings, workbook, *whose)
            found.append(file)
        judged = dict(zip(to_judge, judged_beside(list(to_judge.values())), strict=True))
    found = [replace(each, judged=judged.get(each.number)) for each in found]
    found = _with_versions(view, _with_known(view, found))
    for file in found:
        if file.received_as is not None:
            uploads.forget(view.settings, token, file.number)
    return found


def _as_person_may(view: View, file: ReadFile) -> ReadFile:
    """A commune sends its own reports, and learns nothing of another one's."""
    own = view.own_commune
    if own is None or file.is_refused or file.commune_code == own:
        return file
    said = Said("critical", "", *(says("upload_other_commune", language) for language in ("vi", "en")))
    return ReadFile(file.number, "", "", "other_commune", None, None, None, (), (said,))


def _with_known(view: View, found: list[ReadFile]) -> list[ReadFile]:
    """Content that was received before is not received again; nor is the same content twice in one upload."""
    first: dict[str, int] = {}
    marked = []
    for each in found:
        if not each.is_refused:
            before = first.setdefault(each.sha256, each.number)
            if record_of(view.settings.archive, each.sha256).exists():
                each = replace(each, received_as="upload_received_already")
            elif before != each.number:
                each = replace(each, received_as="upload_same_as", same_as=before)
        marked.append(each)
    return marked


def _with_versions(view: View, found: list[ReadFile]) -> list[ReadFile]:
    """Which version of its month each would become."""
    before: Counter[tuple[str | None, date | None]] = Counter()
    told = []
    for each in found:
        place = (each.commune_code, each.month)
        if each.can_be_sent and each.month and any(form.form.startswith("KN") for form in each.forms):
            before[place] += 1
            each = replace(each, version=_newest(view, *place) + before[place])
        told.append(each)
    return told


def _newest(view: View, commune_code: str | None, month: date | None) -> int:
    rows = _rows(
        view,
        "SELECT coalesce(max(version), 0) AS newest FROM quality.versions"
        " WHERE commune_code = $code AND month = $month",
        code=commune_code,
        month=month,
    )
    return int(rows[0]["newest"]) if rows else 0


# --------------------------------------------------------------------------------------- what a commune has to do


def _open_points(view: View) -> list[dict[str, Any]]:
    """The commune's own cases in which something is unsettled, the newest first."""
    if view.own_commune is None:
        return []
    return _rows(
        view,
        f"""
        SELECT
            case_id, month, count(*) FILTER (severity = 'critical') AS critical, count(*) AS open,
            bool_or(state = 'returned') AS is_returned
        FROM quality.failures
        WHERE commune_code = $code AND {is_unsettled("state")} AND severity <> 'info'
        GROUP BY case_id, month ORDER BY month DESC
        """,
        code=view.own_commune,
    )


def _blanks(view: View) -> list[tuple[str, str, date]]:
    """Whose blank workbook, of which month: this month's, and of a commune those that it still owes."""
    month = view.settings.current_day().replace(day=1)
    expected = [commune for commune in communes_expected(view.settings.scope) if commune.is_valid_in(month)]
    if view.own_commune is None:
        return [(each.code, each.name, month) for each in expected] if len(expected) <= _MOST_COMMUNES else []
    owed = _rows(
        view,
        "SELECT month FROM marts.mart_reporting_rates WHERE commune_code = $code AND month < $month"
        f" AND status IN ('not_reported', 'refused') ORDER BY month DESC LIMIT {_MOST_MONTHS}",
        code=view.own_commune,
        month=month,
    )
    own = [each for each in expected if each.code == view.own_commune]
    if not own:
        return []
    months = [row["month"] for row in owed if own[0].is_valid_in(row["month"])]
    return [(own[0].code, own[0].name, each) for each in (*reversed(months), month, month + relativedelta(months=1))]


def _rows(view: View, sql: str, **values: object) -> list[dict[str, Any]]:
    """Nothing is known before the first publishing."""
    try:
        return view.rows(sql, **values)
    except NothingPublished:
        return []
