"""One case: what is wrong and where, what is proposed, what is said and decided about it, and the decision itself."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from answers.cases import CaseView, SeveralCases, case_view
from answers.previews import previews
from expectations.decide import DecisionRefused
from portal import audit, threads
from portal.asking import Asking
from portal.case_list import case_address, kept_filters, neighbours
from portal.case_sheet import pieces_of
from portal.deciding import Stale, Wish, decide, failures_of, journal_length, seen_of
from portal.outcome import outcome_of
from portal.page_files import failures_table
from portal.said import cleaned
from portal.view import BadRequest, NotFound, View
from portal.work import JUDGE
from reference.fields import OFFICIAL_FORMS
from warehouse.failure_states import UNSETTLED

router = APIRouter()
#: Reasons that are offered, each a sentence of the catalogue.
_REASONS = ("case_reason_phoned", "case_reason_checked", "case_reason_true", "case_reason_resend")


@router.get("/cases/{case_id}")
def show(view: Asking, case_id: str) -> Response:
    length = journal_length(view.settings)
    case = case_asked(view, case_id)
    if view.form:
        return view.file(failures_table(view, case))
    if case.case_id != case_id:
        return view.go_to(case_address(view, case.case_id))
    if view.may("decide", case.commune_code):
        # Whoever looks at a case will decide on it soon.
        view.portal.work.wake()
    return _page(view, case, seen=seen_of(view.settings, case, length))


@router.get("/cases/{case_id}/outcome")
def outcome(view: Asking, case_id: str) -> Response:
    """The part of the page that changes by itself; when it is over the browser is told to show the whole page anew."""
    case = case_asked(view, case_id)
    answer = view.html("_outcome.html", case=case, **_outcome(view, case))
    if not is_going_on(view, case):
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/cases/{case_id}/decisions")
def decided(
    view: Asking,
    case_id: str,
    decision: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    failure_ids: Annotated[list[str] | None, Form()] = None,
    proposal: Annotated[str, Form()] = "",
    cell: Annotated[str, Form()] = "",
    value: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
) -> Response:
    """Kept at once; 409 where somebody has decided since, 422 where it cannot be kept."""
    case = case_asked(view, case_id)
    view.require("decide", case.commune_code)
    typed: dict[str, Any] = {
        "decision": decision,
        "reason": reason,
        "failure_ids": failure_ids or [],
        "proposal": proposal,
        "cell": cell,
        "value": value,
    }
    try:
        decide(view, case, _wish(typed, seen))
    except DecisionRefused as error:
        wrong = view.say(error.text, detail=error.detail)
        return _page(view, case, status=422, typed=typed, wrong=wrong, seen=seen)
    except Stale as error:
        length = journal_length(view.settings)
        case = case_asked(view, case_id)
        seen = seen_of(view.settings, case, length)
        return _page(view, case, status=409, typed=typed, since=error.decided, is_stale=True, seen=seen)
    return view.go_to(case_address(view, case.case_id))


@router.post("/cases/{case_id}/comments")
def commented(view: Asking, case_id: str, text: Annotated[str, Form()] = "") -> Response:
    case = case_asked(view, case_id)
    view.require("comment", case.commune_code)
    if not cleaned(text, threads.LONGEST):
        raise BadRequest("case_empty_comment")
    threads.comment(view.settings, case.case_id, view.person.name, text)
    audit.note(view.settings, view.person, "commented", case.case_id)
    return view.go_to(case_address(view, case.case_id) + "#thread")


@router.post("/cases/{case_id}/assignment")
def assigned(view: Asking, case_id: str, assignee: Annotated[str, Form()] = "") -> Response:
    case = case_asked(view, case_id)
    view.require("assign", case.commune_code)
    name = cleaned(" ".join(assignee.split()), threads.LONGEST_NAME)
    threads.assign(view.settings, case.case_id, view.person.name, name)
    audit.note(view.settings, view.person, "assigned", case.case_id, name)
    return view.go_to(case_address(view, case.case_id) + "#thread")


@router.post("/cases/{case_id}/judging")
def judged_again(view: Asking, case_id: str) -> Response:
    """What is decided and was not judged, as the process beside had ended or could not, is judged now."""
    case = case_asked(view, case_id)
    view.require("decide", case.commune_code)
    view.portal.work.ask(JUDGE)
    return view.go_to(case_address(view, case.case_id))


def case_asked(view: View, case_id: str) -> CaseView:
    """The case, where this person may see it. Raises NotFound, NotAllowed."""
    view.require("see_cases", view.own_commune)
    try:
        case = case_view(view.settings, case_id)
    except SeveralCases as error:
        raise NotFound(case_id) from error
    if case is None:
        raise NotFound(case_id)
    view.require("see_cases", case.commune_code)
    return case


def is_going_on(view: View, case: CaseView) -> bool:
    """Whether the outcome will come by itself."""
    return bool(case.waiting) and view.portal.work.state.doing is not None


def _wish(typed: dict[str, Any], seen: str) -> Wish:
    """What the form says; `correct 2` is the second proposal. Raises DecisionRefused."""
    decision, _, rank = typed["decision"].partition(" ")
    rank = typed["proposal"] or rank
    if rank and not (rank.isascii() and rank.isdigit() and len(rank) < 5):
        raise DecisionRefused("decision_no_proposal", rank)
    is_own_value = decision == "correct" and not rank
    return Wish(
        decision,
        typed["reason"],
        tuple(typed["failure_ids"]),
        int(rank) if rank else None,
        typed["cell"] if is_own_value else None,
        _number(typed["value"]) if is_own_value else None,
        seen,
    )


def _number(typed: str) -> float | None:
    """`12,5` as people type it; None where nothing is typed. Raises DecisionRefused."""
    if not typed.strip():
        return None
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        raise DecisionRefused("decision_bad_value", typed.strip()[:40]) from None


def _page(view: View, case: CaseView, *, status: int = 200, seen: str, **more: Any) -> Response:
    before, after = neighbours(view, case.case_id)
    unsettled = [failure for failure in failures_of(case) if failure.state in UNSETTLED]
    empty = {"decision": "", "reason": "", "failure_ids": [], "proposal": "", "cell": "", "value": ""}
    context: dict[str, Any] = {
        "typed": empty,
        "wrong": None,
        "since": (),
        "is_stale": False,
        **more,
    }
    return view.page(
        "case.html",
        status=status,
        case=case,
        seen=seen,
        before=before,
        after=after,
        case_address=case_address,
        filters=kept_filters(view.query),
        previews=previews(view.settings, case),
        pieces=[pieces_of(cause) for cause in case.causes],
        unsettled=unsettled,
        correctable=[each for each in unsettled if each.cells and each.form not in OFFICIAL_FORMS],
        entries=[each for each in threads.thread(view.settings, case.case_id) if not each.before],
        assignee=threads.assignees(view.settings).get(case.case_id, ""),
        names=sorted({*threads.assignees(view.settings).values(), view.person.name}),
        reasons=_REASONS,
        may_decide=view.may("decide", case.commune_code),
        may_comment=view.may("comment", case.commune_code),
        may_assign=view.may("assign", case.commune_code),
        may_take=view.may("take_workbooks", case.commune_code),
        **_outcome(view, case),
        **context,
    )


def _outcome(view: View, case: CaseView) -> dict[str, Any]:
    return {
        "outcome": outcome_of(view, case),
        "is_going_on": is_going_on(view, case),
        "work": view.portal.work.state,
        "may_judge": view.may("decide", case.commune_code),
    }
