"""For whoever runs the office's warehouse: what is going on, what went wrong, what came, and who was there."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from portal import audit
from portal.accounts import Account, accounts
from portal.asking import Asking
from portal.tables import Column, TableOf
from portal.view import View
from portal.words import all_texts
from portal.work import RUN
from warehouse import run_log
from warehouse.connections import NothingPublished
from warehouse.doctor import Finding, examine, versions
from warehouse.last_failure import last_failure
from warehouse.run_lock import holder_of
from warehouse.run_log import StepDone

router = APIRouter()

_RUNS, _STEPS_READ = 12, 120
_REFUSED = 30
_ARRIVALS, _NEWEST = 20, "arrived_at DESC, path"
_NOTES = 200
_SIGN_INS, _DEEDS = 20, 30
_ABOUT_SIGN_IN = ("signed_in", "signed_out", "sign_in_failed")


def _arrivals_of(view: View) -> TableOf:
    asked = view.asked
    # Of hundreds of thousands the newest ones are looked at: nothing is looked up of the others.
    is_plain = not (asked.search or asked.sort or view.form)
    newest = f"ORDER BY {_NEWEST} LIMIT {asked.page * _ARRIVALS}" if is_plain else ""
    return TableOf(
        "arrivals",
        f"""
        SELECT arrivals.arrived_at, arrivals.path, arrivals.outcome, arrivals.reason, submissions.commune_name,
            submissions.month, submissions.version, arrivals.bytes
        FROM (FROM raw.arrivals {newest}) AS arrivals LEFT JOIN raw.submissions USING (submission_id)
        """,
        (
            Column("arrived_at", "column_received", "instant"),
            Column("path", "column_file", is_searched=True),
            Column("outcome", "operator_outcome", shown=lambda row: view.say(f"operator_came_{row['outcome']}")),
            Column("reason", "operator_reason"),
            Column("commune_name", "column_commune", is_searched=True),
            Column("month", "column_month", "month"),
            Column("version", "column_version", "count"),
            Column("bytes", "operator_bytes", "count"),
        ),
        _NEWEST,
        rows_a_page=_ARRIVALS,
        counted="FROM raw.arrivals",
    )


@dataclass(frozen=True)
class Run:
    """A run, or a step by itself, with the steps inside it in their order."""

    whole: StepDone
    steps: tuple[StepDone, ...]


@dataclass(frozen=True)
class Store:
    """Something on disk: the key of its name, its size, and the room left beside it (bytes; None: not known)."""

    name: str
    path: Path | str
    size: int | None
    free: int | None


@router.get("/operator")
def operator(view: Asking) -> Response:
    """`?check=1` examines folders and stores, which opens them."""
    view.require("operate")
    if view.form:
        return view.file(_arrivals_of(view))
    notes = audit.last_notes(view.settings, _NOTES)
    holder = holder_of(view.settings)
    return view.html(
        "operator.html",
        table=_arrivals(view),
        work=view.portal.work.state,
        holder=holder.in_words(view.language) if holder else None,
        failure=last_failure(view.settings),
        runs=_runs(run_log.last_steps(view.settings, _STEPS_READ)),
        refused=_refused(view),
        stores=_stores(view),
        findings=_findings(view),
        versions=versions(),
        sign_ins=[each for each in notes if each["action"] in _ABOUT_SIGN_IN][:_SIGN_INS],
        deeds=[each for each in notes if each["action"] not in _ABOUT_SIGN_IN][:_DEEDS],
        accounts=_accounts(view),
        moment=datetime.fromisoformat,
        deed=lambda action: all_texts().get(f"operator_deed_{action}", {}).get(view.language, action),
    )


@router.post("/operator/run")
def run(view: Asking) -> Response:
    """A whole run begins beside, or after the one that is going on."""
    view.require("operate")
    audit.note(view.settings, view.person, "started_run")
    view.portal.work.ask(RUN)
    return view.go_to("/operator")


def _arrivals(view: View) -> Any:
    try:
        return view.table(_arrivals_of(view))
    except NothingPublished:
        return None


def _refused(view: View) -> list[dict[str, Any]]:
    try:
        return view.rows(
            "SELECT file_name, path, received_at, message_vi, message_en FROM raw.submissions"
            f" WHERE status = 'refused' ORDER BY received_at DESC LIMIT {_REFUSED}"
        )
    except NothingPublished:
        return []


def _runs(steps: Sequence[StepDone]) -> list[Run]:
    """Steps with those that lie inside them."""
    found: list[Run] = []
    for step in steps:
        # The newest come first, and of a run its own line before those of its steps.
        if found and _is_inside(step, found[-1].whole):
            found[-1] = replace(found[-1], steps=(step, *found[-1].steps))
        else:
            found.append(Run(step, ()))
    return found[:_RUNS]


def _is_inside(step: StepDone, whole: StepDone) -> bool:
    ended = whole.began + timedelta(seconds=whole.seconds)
    return whole.began <= step.began and step.began + timedelta(seconds=step.seconds) <= ended + timedelta(seconds=0.01)


def _stores(view: View) -> list[Store]:
    settings = view.settings
    return [
        # What a DuckLake takes is on other machines.
        Store("operator_store", settings.store_name, None, None)
        if settings.lake
        else Store("operator_store", settings.store, _size(settings.store), _free(settings.home)),
        Store("operator_published", settings.published, _size(settings.published), _free(settings.published.parent)),
        Store("operator_parquet", settings.parquet, _size_of_folder(settings.parquet), _free(settings.parquet)),
        Store("operator_archive", settings.archive, _archived(view), _free(settings.archive)),
        Store("operator_landing", settings.landing, None, _free(settings.landing)),
    ]


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _size_of_folder(path: Path) -> int | None:
    return sum(each.stat().st_size for each in path.rglob("*.parquet") if each.is_file()) if path.is_dir() else None


def _archived(view: View) -> int | None:
    """By what was received: the archive itself has a folder for every file."""
    try:
        (row,) = view.rows("SELECT CAST(sum(bytes) AS BIGINT) AS bytes FROM raw.submissions")
    except NothingPublished:
        return None
    return int(row["bytes"]) if row["bytes"] is not None else None


def _free(path: Path) -> int | None:
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return None


def _findings(view: View) -> list[Finding] | None:
    if view.query.get("check") != "1":
        return None
    return examine(replace(view.settings, language=view.language))


def _accounts(view: View) -> list[Account]:
    return sorted(accounts(view.settings).values(), key=lambda each: each.name.casefold())
