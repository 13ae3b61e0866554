"""A decision from a form, from JSON or over several cases: kept at once in the journal, and its month judged beside.

Whoever decides says what he saw. Where somebody else has decided on the case since, or the case is not what it was,
nothing is kept until he says so once more.
"""

import hashlib
import json
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from answers.cases import CaseView
from answers.previews import city_figures
from answers.reports import FailureLine
from expectations.decide import DecisionRefused, Request, note
from portal import audit, threads
from portal.said import cleaned
from portal.view import View
from portal.work import JUDGE
from warehouse.connections import reading_published
from warehouse.decisions import JOURNAL, Decision, decision_of, noted
from warehouse.failure_states import UNSETTLED, is_unsettled
from warehouse.settings import Settings

LONGEST_REASON = 2_000
#: Two stewards of this portal do not decide at the same moment: the second one sees what the first did.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Wish:
    """What somebody wants decided on a case: on some of its failures, or (none named) on all; `seen` is what the page
    said that it showed, empty where nobody says."""

    decision: str
    reason: str
    failure_ids: tuple[str, ...] = ()
    proposal: int | None = None
    cell: str | None = None
    value: float | None = None
    seen: str = ""


class Stale(Exception):
    """The case is not what was seen; `decided` are the decisions on it since then, none where figures or failures have
    changed."""

    def __init__(self, decided: Sequence[Decision]) -> None:
        super().__init__(", ".join(each.decision_id for each in decided))
        self.decided = tuple(decided)


def journal_length(settings: Settings) -> int:
    """How long the journal of decisions is: what is written after that came later."""
    try:
        return (settings.archive / JOURNAL).stat().st_size
    except FileNotFoundError:
        return 0


def seen_of(settings: Settings, case: CaseView, length: int) -> str:
    """What a page that shows `case` says of it: how long the journal was before the case was read, and what it shows.
    A page of many cases says the length alone."""
    return f"{length}-{_content(case)}"


def decided_since(settings: Settings, case_ids: Collection[str], length: int) -> list[Decision]:
    """The decisions on these cases that the journal has after `length` bytes."""
    found = []
    try:
        with (settings.archive / JOURNAL).open("rb") as journal:
            journal.seek(length)
            lines = journal.read().splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            values = json.loads(line)
        except ValueError:
            # A line that a stopped machine left unfinished.
            continue
        if values.get("case_id") in case_ids:
            found.append(decision_of(values))
    return found


def decide(view: View, case: CaseView, wish: Wish) -> tuple[Decision, ...]:
    """Keep the decision and have its month judged. Raises Stale, DecisionRefused."""
    wish = _with_failures(case, replace(wish, reason=cleaned(wish.reason, LONGEST_REASON)))
    failures = wish.failure_ids or (case.case_id,)
    request = Request(
        failures, wish.decision, view.person.name, wish.reason, wish.value, wish.cell or None, wish.proposal
    )
    before = _before(view.settings, case)
    with _ONE_AT_A_TIME:
        _unless_stale(view.settings, case, wish.seen)
        kept = tuple(each.decision for each in note(view.settings, request))
        ids = tuple(dict.fromkeys(each.failure_id for each in kept))
        threads.decided(view.settings, case.case_id, view.person.name, wish.decision, replace(before, decided=ids))
    audit.note(view.settings, view.person, "decided", case.case_id, wish.decision)
    view.portal.work.ask(JUDGE)
    return kept


def waiting_cases(view: View) -> frozenset[str]:
    """The cases on which something is decided that is not published yet."""
    if view.version is None:
        return frozenset()
    with view.reading() as connection:
        return frozenset(each.case_id for each in noted(connection, view.settings.archive))


def failures_of(case: CaseView) -> tuple[FailureLine, ...]:
    """Every failure of the case once, the causes' first."""
    found = {failure.failure_id: failure for cause in case.causes for failure in cause.failures}
    return tuple((found | {failure.failure_id: failure for failure in case.settled}).values())


def _with_failures(case: CaseView, wish: Wish) -> Wish:
    """The failures of this case alone; of a cell's own value, the one that it is kept with."""
    of_case = failures_of(case)
    strange = set(wish.failure_ids) - {failure.failure_id for failure in of_case}
    if strange:
        raise DecisionRefused("decision_no_failure", ", ".join(sorted(strange)))
    if wish.decision != "correct" or wish.proposal is not None or not wish.cell:
        return wish
    cell = wish.cell.strip()
    among = [each for each in of_case if not wish.failure_ids or each.failure_id in wish.failure_ids]
    fitting = [each for each in among if cell.casefold() in _cells(each)]
    if not fitting:
        raise DecisionRefused("decision_bad_cell", f"{cell} ({', '.join(dict.fromkeys(_all_cells(among)))})")
    fitting.sort(key=lambda each: each.state not in UNSETTLED)
    # The failure names the cell without its sheet where it is on its own.
    own = next(name for name in fitting[0].cells if cell.casefold() in _names(fitting[0], name))
    return replace(wish, failure_ids=(fitting[0].failure_id,), cell=own)


def _cells(failure: FailureLine) -> set[str]:
    return {name for cell in failure.cells for name in _names(failure, cell)}


def _names(failure: FailureLine, cell: str) -> tuple[str, ...]:
    return cell.casefold(), f"{failure.sheet}!{cell}".casefold()


def _all_cells(failures: Sequence[FailureLine]) -> list[str]:
    return [cell for failure in failures for cell in failure.cells]


def _unless_stale(settings: Settings, case: CaseView, seen: str) -> None:
    """Raises Stale."""
    if not seen:
        return
    length, _, content = seen.partition("-")
    is_number = length.isascii() and length.isdigit() and len(length) < 16
    since = decided_since(settings, {case.case_id}, int(length) if is_number else 0)
    if since or (content and content != _content(case)):
        raise Stale(since)


def _content(case: CaseView) -> str:
    """What a decision is about: the failures as they stand, and what is proposed."""
    failures = sorted(
        (each.failure_id, each.state, each.submission_id, each.reported, each.expected) for each in failures_of(case)
    )
    proposed = [(rank, [(each.cell, each.message_en) for each in changes]) for rank, changes in case.repairs.items()]
    return hashlib.sha256(repr((failures, proposed)).encode()).hexdigest()[:16]


def _before(settings: Settings, case: CaseView) -> threads.Before:
    admitted, admitted_ytd = city_figures(settings, case.month)
    unsettled = tuple(sorted(unsettled_of_commune(settings, case.commune_code)))
    return threads.Before(admitted, admitted_ytd, case.is_held_back, unsettled, ())


def unsettled_of_commune(settings: Settings, commune_code: str) -> dict[str, str]:
    """failure id -> case of what is unsettled in the commune's reports."""
    with reading_published(settings) as connection:
        rows = connection.execute(
            "SELECT failure_id, case_id FROM warehouse.quality.failures"
            f" WHERE commune_code = ? AND {is_unsettled('state')}",
            [commune_code],
        ).fetchall()
    return dict(rows)
