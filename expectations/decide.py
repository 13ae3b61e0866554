"""A steward's decision on a failure: checked, kept for ever, and the month of it built again by the next build.

accept holds while the failure has the values that it was given for; correct puts the steward's value in the place of
the sender's; return sends the failure back to the commune; reopen takes the last decision back.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from expectations.store.decided_on import (
    FailureToDecide,
    corrected_under,
    failures_like,
    failures_of_rule,
    figure_in_cell,
    proposed_cells,
)
from reference.fields import NUMBER_TYPES, OFFICIAL_FORMS
from reference.texts import say
from reference.trouble import Trouble
from warehouse.connections import reading_published, transaction, writing
from warehouse.decisions import Decision, keep, moment_for
from warehouse.decisions import note as note_decisions
from warehouse.failure_states import UNSETTLED
from warehouse.ledger import forget_months_of
from warehouse.settings import Settings
from warehouse.tables import create_tables

DECISIONS = ("accept", "correct", "return", "reopen")
#: What a decision on a whole case or rule is about: reopening about what is settled, the others about what is not.
_SETTLED = frozenset({"accepted", "corrected", "returned"})
#: No column of a commune's sheet goes so far: what does is a slip of the key.
_HIGHEST = 1_000_000
_ADDRESS = re.compile(r"(?:(?P<sheet>.+)!)?(?P<column>[A-Z]{1,3})(?P<row>[0-9]+)")


class DecisionRefused(Trouble, ValueError):
    """The decision cannot be kept; `text` is the code of the sentence, `detail` what was found."""

    def __init__(self, text: str, detail: str = "") -> None:
        super().__init__(f"{text}: {detail}")
        self.text = text
        self.detail = detail

    def sentence(self, language: str) -> str:
        return say(self.text, language, detail=self.detail)


@dataclass(frozen=True)
class Request:
    """What a steward says: on which failures, what, who and why.

    The failures are named (an id, its beginning), or are those of a case or of a rule (of one commune, of one month)
    that wait for such a decision.
    A correction says value and cell, or which of the case's proposed repairs (1: the likeliest) is right.
    """

    failures: tuple[str, ...]
    decision: str
    by: str
    reason: str
    value: float | None = None
    cell: str | None = None
    proposal: int | None = None
    rule: str | None = None
    commune: str | None = None
    month: date | None = None


@dataclass(frozen=True)
class Decided:
    """A decision that was kept, and who had decided on the same failure before."""

    decision: Decision
    before: str | None


def decide(settings: Settings, request: Request) -> tuple[Decided, ...]:
    """Keep the decision on each of the failures, or on none of them.

    Raises DecisionRefused with the code of a sentence, StoreBusy when another process writes.
    """
    _check(request)
    with writing(settings) as connection:
        create_tables(connection)
        return _keep(connection, settings, request)


def note(settings: Settings, request: Request) -> tuple[Decided, ...]:
    """The same while another process has the store: decided on what is published, kept in the journal alone.

    The next build takes it in. Raises DecisionRefused, NothingPublished.
    """
    _check(request)
    with reading_published(settings) as connection:
        decided = _decisions(connection, settings, request)
    note_decisions(settings.archive, [each.decision for each in decided])
    return decided


def _check(request: Request) -> None:
    if request.decision not in DECISIONS:
        raise DecisionRefused("decision_unknown", request.decision)
    if not request.by.strip():
        raise DecisionRefused("decision_by_nobody")
    if not request.reason.strip():
        raise DecisionRefused("decision_without_reason")
    if not request.failures and not request.rule:
        raise DecisionRefused("decision_on_nothing")
    if request.decision != "correct" and (request.value, request.cell, request.proposal) != (None, None, None):
        raise DecisionRefused("decision_value_not_wanted", request.decision)
    if request.proposal is not None and (request.value, request.cell) != (None, None):
        raise DecisionRefused("decision_value_or_proposal")
    if not request.rule and (request.commune, request.month) != (None, None):
        raise DecisionRefused("decision_narrowed_without_rule")
    if request.decision == "correct" and request.proposal is None:
        if request.value is None:
            raise DecisionRefused("decision_without_value")
        # A value that is no number is not in any range either.
        if not 0 <= request.value <= _HIGHEST:
            raise DecisionRefused("decision_bad_value", str(request.value))


def _keep(connection: duckdb.DuckDBPyConnection, settings: Settings, request: Request) -> tuple[Decided, ...]:
    decided = _decisions(connection, settings, request)
    with transaction(connection):
        keep(connection, settings.archive, [each.decision for each in decided])
        forget_months_of(connection, sorted({each.decision.submission_id for each in decided}))
    return decided


def _decisions(connection: duckdb.DuckDBPyConnection, settings: Settings, request: Request) -> tuple[Decided, ...]:
    chosen = _chosen(connection, request)
    # What is decided together is decided at one moment, and stands together.
    at = moment_for(settings.archive, settings.current_instant())
    if request.decision != "correct":
        decided = tuple(_decided(request, failure, at) for failure in chosen)
    elif request.proposal is not None:
        decided = _by_proposal(connection, request, chosen, at)
    elif len(chosen) == 1:
        sheet, cell, before = _cell(connection, request, chosen[0])
        decided = (_decided(request, chosen[0], at, (sheet, cell, before, request.value)),)
    else:
        raise DecisionRefused("decision_correct_one", str(len(chosen)))
    return decided


def _chosen(connection: duckdb.DuckDBPyConnection, request: Request) -> list[FailureToDecide]:
    chosen = [failure for each in request.failures for failure in _failures(connection, each, request.decision)]
    if request.rule:
        of_rule = failures_of_rule(connection, request.rule, request.commune, request.month)
        if not of_rule:
            raise DecisionRefused("decision_no_failure_of_rule", request.rule)
        chosen += _concerned(of_rule, request.decision)
    if request.decision == "reopen":
        chosen += [failure for each in tuple(chosen) for failure in corrected_under(connection, each)]
    return list({failure.failure_id: failure for failure in chosen}.values())


def _concerned(failures: Sequence[FailureToDecide], decision: str) -> Sequence[FailureToDecide]:
    """Those that wait for such a decision; where none does, all of them: somebody has decided before, and is named."""
    states = _SETTLED if decision == "reopen" else UNSETTLED
    return [failure for failure in failures if failure.state in states] or failures


def _failures(connection: duckdb.DuckDBPyConnection, wanted: str, decision: str) -> Sequence[FailureToDecide]:
    found = failures_like(connection, wanted) if wanted else ()
    if not found:
        raise DecisionRefused("decision_no_failure", wanted)
    if len(found) > 1 and all(failure.case_id != wanted for failure in found):
        raise DecisionRefused("decision_ambiguous", f"{wanted}: {', '.join(failure.failure_id for failure in found)}")
    at_hand = [failure for failure in found if failure.state != "resolved"]
    if not at_hand:
        raise DecisionRefused("decision_resolved", wanted)
    return _concerned(at_hand, decision)


def _by_proposal(
    connection: duckdb.DuckDBPyConnection, request: Request, chosen: Sequence[FailureToDecide], at: datetime
) -> tuple[Decided, ...]:
    """A correction for each cell of the proposed repair of the one case that the failures are of."""
    cases = {failure.case_id for failure in chosen}
    if len(cases) != 1:
        raise DecisionRefused("decision_proposal_of_one_case", ", ".join(sorted(cases)))
    (case_id,) = cases
    cells = proposed_cells(connection, case_id, request.proposal or 0)
    if not cells:
        raise DecisionRefused("decision_no_proposal", f"{case_id} ({request.proposal})")
    of_case = {failure.failure_id: failure for failure in failures_like(connection, case_id)}
    decided = []
    for proposed in cells:
        settled = [of_case[each] for each in proposed.settles if each in of_case]
        if not settled:
            raise DecisionRefused("decision_no_proposal", f"{case_id} ({request.proposal})")
        change = (proposed.sheet, proposed.cell, proposed.value_before, proposed.value_after)
        decided.append(_decided(request, settled[0], at, change))
    return tuple(decided)


def _decided(
    request: Request,
    failure: FailureToDecide,
    at: datetime,
    change: tuple[str | None, str | None, float | None, float | None] = (None, None, None, None),
) -> Decided:
    """The decision on a failure; `change`: sheet, cell, value before and after of a correction."""
    sheet, cell, before, after = change
    words = f"{failure.failure_id}|{request.decision}|{request.by}|{at.isoformat()}|{sheet or ''}|{cell or ''}"
    decision = Decision(
        decision_id=hashlib.md5(words.encode()).hexdigest(),
        failure_id=failure.failure_id,
        case_id=failure.case_id,
        decision=request.decision,
        decided_by=request.by.strip(),
        decided_at=at,
        reason=request.reason.strip(),
        rule_id=failure.rule_id,
        commune_key=failure.commune_key,
        commune_code=failure.commune_code,
        month=failure.month,
        submission_id=failure.submission_id,
        reported=failure.reported,
        expected=failure.expected,
        sheet=sheet,
        cell=cell,
        value_before=before,
        value_after=after,
    )
    return Decided(decision, failure.last_decided_by)


def _cell(
    connection: duckdb.DuckDBPyConnection, request: Request, failure: FailureToDecide
) -> tuple[str, str, float | None]:
    """Sheet and address of the cell that is corrected, and what stands there."""
    if failure.form in OFFICIAL_FORMS:
        raise DecisionRefused("decision_correct_official", failure.form)
    involved = ", ".join(failure.cells)
    wanted = request.cell or (failure.cells[0] if failure.cells else "")
    named = next((cell for cell in failure.cells if cell.casefold() == wanted.casefold()), "")
    matched = _ADDRESS.fullmatch(named)
    if matched is None:
        raise DecisionRefused("decision_bad_cell", f"{wanted or '–'} ({involved or '–'})")
    sheet = matched["sheet"] or failure.sheet
    figure = figure_in_cell(connection, failure.submission_id, sheet, matched["column"], int(matched["row"]))
    if figure is None or figure.type not in NUMBER_TYPES:
        raise DecisionRefused("decision_bad_cell", f"{named} ({involved or '–'})")
    value = float(request.value or 0)
    if (figure.type == "count" and not value.is_integer()) or (figure.type == "flag" and value not in (0, 1)):
        raise DecisionRefused(f"decision_not_a_{figure.type}", f"{value:g}")
    return sheet, matched["column"] + matched["row"], figure.value
