"""Cases as JSON, and decisions on them."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response

from answers.cases import QUEUE_ORDER, CaseView, DecisionView
from answers.previews import previews
from expectations.decide import DecisionRefused
from portal import threads
from portal.api import models
from portal.asking import Asking
from portal.case_list import Filters, month_of, queue_table
from portal.deciding import Stale, Wish, decide, journal_length, seen_of, waiting_cases
from portal.pages.case import case_asked
from portal.view import View

router = APIRouter()
CaseId = Annotated[str, Path(max_length=100, examples=["03408-2020-05"])]
MonthAsked = Annotated[str | None, Query(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2020-08"])]
State = Literal["waits", "all", "open", "accepted", "corrected", "returned", "resolved"]


@router.get("/cases")
def cases(
    view: Asking,
    state: State = "waits",
    commune: Annotated[str, Query(max_length=100)] = "",
    month: MonthAsked = None,
    assigned: Annotated[str, Query(max_length=100)] = "",
) -> models.Cases:
    """The queue: what changes the published figures most comes first. Filters as those of the page `/queue`."""
    view.require("see_cases", view.own_commune)
    table = queue_table(view, Filters(state, commune.strip(), month_of(month or ""), assigned))
    waiting = waiting_cases(view)
    rows = view.rows(f"SELECT * FROM ({table.sql}) ORDER BY {QUEUE_ORDER}", **table.values)
    return models.Cases(cases=[_line(row, row["case_id"] in waiting) for row in rows])


@router.get("/cases/{case_id}")
def case(view: Asking, case_id: CaseId) -> models.Case:
    """One case: its causes, what is proposed, what was decided. `case_id` may be the beginning of a failure's id."""
    length = journal_length(view.settings)
    found = case_asked(view, case_id)
    return models.Case(
        case_id=found.case_id,
        commune_code=found.commune_code,
        commune_name=found.commune_name,
        month=_month(found.month),
        is_held_back=found.is_held_back,
        effect=models.Effect.model_validate(found.effect),
        causes=[
            models.Cause(
                severity=_severity(cause.severity),
                message_vi=cause.message_vi,
                message_en=cause.message_en,
                cells=list(cause.cells),
                failures=[models.Failure.model_validate(failure) for failure in cause.failures],
            )
            for cause in found.causes
        ],
        settled=[models.Failure.model_validate(failure) for failure in found.settled],
        proposals=_proposals(view, found),
        decisions=[_decided(each) for each in found.decisions],
        waiting=[_decided(each) for each in found.waiting],
        assigned=threads.assignees(view.settings).get(found.case_id),
        seen=seen_of(view.settings, found, length),
    )


@router.post("/cases/{case_id}/decisions", status_code=202, response_model=models.DecisionsKept)
def decided(view: Asking, case_id: CaseId, wanted: models.DecisionWanted) -> Response:
    """Keeps the decision at once; its month is judged afterwards (`waiting` of the case tells until when)."""
    found = case_asked(view, case_id)
    view.require("decide", found.commune_code)
    wish = Wish(
        wanted.decision,
        wanted.reason,
        tuple(wanted.failure_ids) if isinstance(wanted.failure_ids, list) else (),
        wanted.proposal,
        wanted.cell,
        wanted.value,
        wanted.seen or "",
    )
    try:
        kept = decide(view, found, wish)
    except DecisionRefused as error:
        return _refused(422, error.text, view.say(error.text, detail=error.detail))
    except Stale as error:
        key = "case_stale_decided" if error.decided else "case_stale_changed"
        done = "; ".join(f"{each.decided_by}: {view.say(f'case_did_{each.decision}')}" for each in error.decided)
        return _refused(409, key, f"{view.say(key)} {done}".strip())
    answer = models.DecisionsKept(decisions=[models.DecisionKept.model_validate(each) for each in kept])
    return JSONResponse(answer.model_dump(mode="json"), status_code=202)


def _refused(status: int, key: str, sentence: str) -> Response:
    return JSONResponse(models.Error(error=key, message=sentence).model_dump(), status_code=status)


def _line(row: dict[str, Any], is_waiting: bool) -> models.CaseLine:
    causes = [cause for cause in (row["causes"] or "").split("\n") if cause]
    known = {name: row[name] for name in models.CaseLine.model_fields if name in row}
    return models.CaseLine(**{**known, "month": _month(row["month"]), "causes": causes, "is_waiting": is_waiting})


def _proposals(view: View, found: CaseView) -> list[models.Proposal]:
    known = previews(view.settings, found)
    return [
        models.Proposal(
            rank=rank,
            changes=[
                models.Change(
                    cell=change.cell,
                    message_vi=change.message_vi,
                    message_en=change.message_en,
                    follows=change.follows,
                )
                for change in changes
            ],
            settles=sorted(known[rank].settles),
            critical_left=known[rank].critical_left,
            city_admitted=known[rank].admitted,
            city_admitted_ytd=known[rank].admitted_ytd,
        )
        for rank, changes in found.repairs.items()
    ]


def _decided(made: DecisionView) -> models.Decided:
    corrections = [
        models.Correction(cell=cell, value_before=before, value_after=after) for cell, before, after in made.corrections
    ]
    return models.Decided(
        decided_at=made.decided_at,
        decided_by=made.decided_by,
        decision=made.decision,
        reason=made.reason,
        failures=made.failures,
        corrections=corrections,
    )


def _severity(severity: str) -> models.Severity:
    known: dict[str, models.Severity] = {"critical": "critical", "warning": "warning", "info": "info"}
    return known[severity]


def _month(month: date) -> str:
    return f"{month:%Y-%m}"
