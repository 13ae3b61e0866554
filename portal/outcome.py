"""What came of the last decision on a case: what it settled, what is still open, what it brought, the city's figures
before and after."""

from dataclasses import dataclass

from answers.cases import CaseView
from answers.previews import city_figures
from answers.reports import FailureLine, failures_where
from portal.threads import Entry, thread
from portal.view import View
from warehouse.failure_states import UNSETTLED


@dataclass(frozen=True)
class Outcome:
    """`is_waiting`: it is kept, and what follows is not known yet."""

    entry: Entry
    is_waiting: bool
    settled: tuple[FailureLine, ...] = ()
    still_open: tuple[FailureLine, ...] = ()
    returned: tuple[FailureLine, ...] = ()
    reopened: tuple[FailureLine, ...] = ()
    brought: tuple[FailureLine, ...] = ()
    admitted: int | None = None
    admitted_ytd: int | None = None


def outcome_of(view: View, case: CaseView) -> Outcome | None:
    """None where nobody has decided on the case here."""
    entries = [entry for entry in thread(view.settings, case.case_id) if entry.before]
    if not entries:
        return None
    entry = entries[-1]
    if case.waiting or entry.before is None:
        return Outcome(entry, is_waiting=True)
    before, decided = set(entry.before.unsettled), set(entry.before.decided)
    lines = failures_where(
        view.settings,
        "failures.commune_code = $commune AND (list_contains($ids, failures.failure_id)"
        " OR list_contains($unsettled, failures.state))",
        {"commune": case.commune_code, "ids": sorted(before | decided), "unsettled": list(UNSETTLED)},
    )
    now_open = {line.failure_id for line in lines if line.state in UNSETTLED}
    of_decided = [line for line in lines if line.failure_id in decided and line.failure_id in now_open]
    admitted, admitted_ytd = city_figures(view.settings, case.month)
    return Outcome(
        entry,
        is_waiting=False,
        settled=tuple(line for line in lines if line.failure_id in before - now_open),
        still_open=tuple(each for each in of_decided if entry.decision in ("accept", "correct")),
        returned=tuple(each for each in of_decided if entry.decision == "return"),
        reopened=tuple(each for each in of_decided if entry.decision == "reopen"),
        brought=tuple(line for line in lines if line.failure_id in now_open - before - decided),
        admitted=admitted,
        admitted_ytd=admitted_ytd,
    )
