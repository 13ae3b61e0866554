"""The stewards' queue: cases by what they do to the published figure, and one decision over several of them."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form
from fastapi.responses import Response

from expectations.decide import DecisionRefused
from portal.asking import Asking
from portal.case_list import NOBODY, STATES_ASKED, case_address, filters_of, queue_table
from portal.deciding import Stale, Wish, decide, journal_length, waiting_cases
from portal.pages.case import case_asked
from portal.threads import assignees
from portal.view import View

router = APIRouter()
#: The decisions that may be taken on several cases at once.
_SEVERAL = frozenset({"accept", "return", "reopen", "correct 1"})
_NOTHING_TYPED = {"decision": "", "reason": ""}


@router.get("/queue")
def queue(view: Asking) -> Response:
    view.require("see_cases", view.own_commune)
    filters = filters_of(view.query)
    table = queue_table(view, filters)
    done = view.query.get("done", "")
    return view.page(
        "queue.html",
        table=table,
        filters=filters,
        states=STATES_ASKED,
        nobody=NOBODY,
        names=sorted(set(assignees(view.settings).values())),
        waiting=waiting_cases(view),
        work=view.portal.work.state,
        case_address=case_address,
        may_decide=view.may("decide"),
        seen=journal_length(view.settings),
        done=done if done.isascii() and done.isdigit() and len(done) < 6 else "",
        typed=_NOTHING_TYPED,
    )


@router.get("/queue/work")
def work(view: Asking) -> Response:
    """What goes on beside the portal; the page is asked for anew when it is over."""
    view.require("see_cases", view.own_commune)
    state = view.portal.work.state
    answer = view.html("_work.html", work=state)
    if state.doing is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/queue/decisions")
def decided(
    view: Asking,
    case_ids: Annotated[list[str] | None, Form()] = None,
    decision: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Each case by itself: those that cannot be decided so are told, with what was kept of the others."""
    view.require("decide")
    kept: list[str] = []
    refused: list[tuple[str, str]] = []
    if not case_ids:
        refused.append(("", view.say("queue_several_none")))
    for case_id in dict.fromkeys(case_ids or []):
        if wrong := _decide_one(view, case_id, decision, reason, seen):
            refused.append((case_id, wrong))
        else:
            kept.append(case_id)
    where = dict(parse_qsl(back)) | {"done": str(len(kept))}
    where.pop("lang", None)
    if refused:
        return view.html("queue_refused.html", status=422, kept=kept, refused=refused, back=urlencode(where))
    return view.go_to(f"/queue?{urlencode(where)}")


def _decide_one(view: View, case_id: str, decision: str, reason: str, seen: str) -> str | None:
    """The sentence why nothing was kept; None where it was."""
    case = case_asked(view, case_id)
    view.require("decide", case.commune_code)
    what, _, rank = decision.partition(" ")
    try:
        if decision not in _SEVERAL:
            raise DecisionRefused("decision_unknown", decision)
        decide(view, case, Wish(what, reason, proposal=int(rank) if rank else None, seen=seen))
    except DecisionRefused as error:
        return view.say(error.text, detail=error.detail)
    except Stale as error:
        last = error.decided[-1]
        return view.say("queue_several_since", by=last.decided_by, decision=view.say(f"case_did_{last.decision}"))
    return None
