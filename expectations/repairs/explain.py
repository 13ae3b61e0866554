"""Month by month: what is broken in each case, what is proposed for it, and what the month after is compared with."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import duckdb
from dateutil.relativedelta import relativedelta

from expectations.catalogue import Rule
from expectations.repairs.case import Case
from expectations.repairs.load import REPAIRABLE, case_of
from expectations.repairs.propose import SECONDS_A_CASE, Part, Proposals, RankedRepair, propose
from expectations.repairs.stories import Story, change_sentence, stories_of
from expectations.store import identities as repairs
from expectations.store.identities import CaseRows, FigureRow, IdentityRow
from expectations.store.judging import MISPLACED
from warehouse.stored.quality import DoubtRow, ProposalRow

_log = logging.getLogger(__name__)

#: Rules about whole rows: what is missing or stands twice explains totals that no cell does.
_ROWS = ("missing_cell", "repeated_cell")
_COPIES = ("copy", "copy_of_other_month", *MISPLACED)
_A_MONTH = relativedelta(months=1)
#: How long the cases of a month may take that are not explained at once; in a month in which hundreds of reports are
#: beyond repair, the last of them are not searched any more.
_SECONDS_A_MONTH = 30.0
#: What is explained in this time is explained at once.
_AT_ONCE = 0.1


@dataclass(frozen=True)
class RowSlip:
    """A row that is missing or stands twice, with the totals that it explains (ids of failures)."""

    cell_name: str
    totals: frozenset[str]


@dataclass(frozen=True)
class Explained:
    """What is told of a case: the slips that its figures tell, and the rows that are missing or stand twice."""

    stories: tuple[Story, ...]
    row_slips: tuple[RowSlip, ...]
    #: It could not be explained, which is our fault; its failures are judged all the same.
    is_set_aside: bool = False


@dataclass(frozen=True)
class _Work:
    """A case at hand. `copied`: its figures are another month's or another commune's, and nothing is proposed."""

    rows: CaseRows
    case: Case
    proposals: Proposals
    row_slips: tuple[RowSlip, ...]
    copied: bool


def explain_months(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> dict[str, Explained]:
    """Explain what does not hold in the months that are judged now, from the oldest on, and keep proposals and doubts.

    From here on the connection's `judged` compares each month with what is decided or proposed for the one before.
    Returns the broken cases by their commune's key and month (`key|2020-07-01`).
    """
    by_id = {rule.rule_id: rule for rule in rules}
    kinds = (*REPAIRABLE, *_ROWS, *_COPIES)
    repairs.forget_what_is_in_hand(connection)
    found: dict[str, Explained] = {}
    doubtful = repairs.months_with_doubts(connection)
    broken = repairs.months_with_differences(connection, kinds)
    for month in sorted(broken | {each + _A_MONTH for each in doubtful}):
        in_doubt = month - _A_MONTH in doubtful
        if in_doubt:
            repairs.carry_otherwise(connection, month)
        if month not in broken and not in_doubt:
            continue
        proposed: list[ProposalRow] = []
        doubts: list[DoubtRow] = []
        seconds = _SECONDS_A_MONTH
        for rows in repairs.broken_cases(connection, month, kinds):
            began = monotonic()
            try:
                work = _explain(rows, by_id, min(seconds, SECONDS_A_CASE))
                told = Explained(stories_of(work.case, work.proposals), work.row_slips)
                of_case = _proposal_rows(work), _doubt_rows(work)
            except Exception:  # one report's figures must not keep all others from being judged
                # Its failures stand, and hold it back as they do; only how they may have come about is not told.
                _log.exception("not explained: %s %s", rows.commune_key, month)
                told, of_case = Explained((), (), is_set_aside=True), ([], [])
            seconds = max(0.0, seconds - max(0.0, monotonic() - began - _AT_ONCE))
            found[f"{rows.commune_key}|{month}"] = told
            proposed += of_case[0]
            doubts += of_case[1]
        repairs.keep_proposals(connection, proposed)
        repairs.keep_doubts(connection, doubts)
        if doubts and month + _A_MONTH not in broken:
            broken |= {month + _A_MONTH}
        if doubts:
            doubtful |= {month}
    return found


def _explain(rows: CaseRows, rules: Mapping[str, Rule], seconds: float) -> _Work:
    failing = [row for row in rows.identities if row.beyond]
    copied = any(row.kind in _COPIES for row in failing)
    row_slips = _row_slips(rows, failing)
    set_aside = {failure_id for row_slip in row_slips for failure_id in row_slip.totals}
    case = case_of(rows, rules, without=set_aside)
    return _Work(rows, case, Proposals((), ()) if copied else propose(case, seconds), row_slips, copied)


# --- Rows that are missing or stand twice -----------------------------------------------------------


def _row_slips(rows: CaseRows, failing: Sequence[IdentityRow]) -> tuple[RowSlip, ...]:
    """Rows missing or repeated, with the totals that they explain."""
    values = {(figure.sheet, figure.cell): figure for figure in rows.figures}
    totals = [row for row in failing if row.kind in ("column_total", "target")]
    found = []
    for row in failing:
        on_sheet = [total for total in totals if total.sheet == row.sheet]
        if row.kind == "missing_cell":
            # Totals that still have the row in them, and a target that the others no longer add up to.
            explained = [total for total in on_sheet if ((total.difference or 0) > 0) == (total.kind == "column_total")]
        elif row.kind == "repeated_cell" and row.cells:
            repeated = _figures_of_row(rows.figures, row.sheet, row.cells[0])
            explained = [
                total
                for total in on_sheet
                if total.kind == "column_total"
                and -(total.difference or 0) == repeated.get(values[total.sheet, total.cells[0]].field)
            ]
        else:
            continue
        if explained:
            found.append(RowSlip(row.cell_name, frozenset(total.failure_id for total in explained)))
    return tuple(found)


def _figures_of_row(figures: Iterable[FigureRow], sheet: str, name_cell: str) -> dict[str, float]:
    """field -> figure of the row of the sheet in which the cell stands."""
    row = name_cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return {
        figure.field: figure.value or 0.0
        for figure in figures
        if figure.sheet == sheet and figure.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == row
    }


# --- What is kept -----------------------------------------------------------------------------------


def _proposal_rows(work: _Work) -> list[ProposalRow]:
    """A row per ranked repair of the case and cell that it changes."""
    clear = {id(part.repairs[0]) for part in work.proposals.parts if part.is_clear}
    return [
        _proposal_row(work, rank, ranked, number, id(ranked.belongs_to[number]) in clear)
        for rank, ranked in enumerate(work.proposals.ranked, start=1)
        for number in ranked.changes
    ]


def _proposal_row(
    work: _Work, rank: int, ranked: RankedRepair, number: int, is_clear: bool
) -> ProposalRow:  # fmt: skip
    rows, figure = work.rows, work.case.figures[number]
    repair = ranked.belongs_to[number]
    slip = "follows" if number in ranked.followers else repair.slips[number]
    said = change_sentence(work.case, number, ranked.changes[number], slip)
    settled = (work.case.identities[each].failure_id for each in repair.settles)
    return ProposalRow(
        case_id=rows.case_id,
        rank=rank,
        commune_key=rows.commune_key,
        commune_code=rows.commune_code,
        month=rows.month,
        submission_id=rows.submission_id,
        form=figure.form,
        sheet=figure.sheet,
        cell=figure.cell,
        field=figure.field,
        cell_name=figure.cell_name,
        value_before=figure.value,
        value_after=ranked.changes[number],
        settles=sorted(set(settled)),
        slip=slip,
        message_vi=said.vi,
        message_en=said.en,
        is_clear=is_clear,
    )


def _doubt_rows(work: _Work) -> list[DoubtRow]:
    """The figures in doubt: those that a repair would change, and those of what nothing explains."""
    rows = work.rows
    if work.copied:
        is_of_another = any(row.kind in MISPLACED and row.beyond for row in rows.identities)
        return [DoubtRow(rows.commune_key, rows.month, None, None, None, None, None, None, [], is_of_another)]
    doubts: dict[int, tuple[list[float], bool]] = {}
    for part in work.proposals.parts:
        for number in _in_doubt(work.case, part):
            doubts.setdefault(number, ([], False))
        for repair in part.repairs:
            for number, value in repair.changes.items():
                values, _ = doubts.setdefault(number, ([], False))
                if value not in values:
                    values.append(value)
                doubts[number] = (values, part.is_clear and number in part.repairs[0].changes)
    return [_doubt_row(rows, number, proposed, clear) for number, (proposed, clear) in sorted(doubts.items())]


def _in_doubt(case: Case, part: Part) -> set[int]:
    """The figures that nobody can rely on as long as the part's contradictions are not settled: those of the lines that
    contradict something, and, where no explanation is clear, those that a wrong total adds up, too."""
    lines: set[tuple[str, int]] = set()
    found: set[int] = set()
    for identity in (case.identities[number] for number in part.broken):
        if not identity.is_hard:
            continue
        if identity.kind != "column_total":
            lines |= {(case.figures[each].form, case.figures[each].line_number) for each in identity.figures}
        elif not part.is_clear:
            found |= set(identity.figures)
    return found | {number for number, figure in enumerate(case.figures) if (figure.form, figure.line_number) in lines}


def _doubt_row(rows: CaseRows, number: int, proposed: list[float], is_clear: bool) -> DoubtRow:
    place = rows.figures[number]
    return DoubtRow(
        commune_key=rows.commune_key,
        month=rows.month,
        form=place.form,
        line_kind=place.line_kind,
        cell_match=place.cell_match,
        namesake=place.namesake,
        field=place.field,
        value=place.value or 0.0,
        proposed=proposed,
        is_clear=is_clear,
    )
