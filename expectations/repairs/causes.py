"""Failures folded to what explains them: one cause for each slip, and one for what nothing explains."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dateutil.relativedelta import relativedelta

from expectations.catalogue import SEVERITIES, Rule, Text
from expectations.messages import cell_of_month, sheet_called
from expectations.repairs.explain import Explained
from expectations.repairs.stories import Story
from expectations.store.judging import MISPLACED, FailingLine
from expectations.words import cause_sentence, cells_words, change_words, listed
from reference.cell_address import on_sheet
from reference.figures import month_name, month_of
from warehouse.corrections import Correction
from warehouse.failure_states import UNSETTLED
from warehouse.stored.quality import CauseRow

#: What a failure is that no figure explains, by the kind of its rule.
_BY_KIND = {
    "late": "late",
    "outlier": "unusual",
    "noticed": "not_read",
    "unread_value": "not_read",
    "missing_sheet": "sheet_missing",
    "unread_sheet": "sheet_unread",
    "unread_column": "column_unread",
    "missing_column": "column_unread",
    "cell_in_two_communes": "cell_in_two_communes",
    "official": "official",
    "official_part": "official",
    "official_percentage": "official",
}


@dataclass(frozen=True)
class _Cause:
    kind: str
    lines: tuple[FailingLine, ...]
    cells: tuple[str, ...]
    said: Text
    reopen: tuple[str, ...] = ()

    @property
    def severity(self) -> str:
        return min((line.severity for line in self.lines), key=SEVERITIES.index)


@dataclass
class _Left:
    """The failures of a case that no cause has taken yet, and the causes that there are."""

    rules: Mapping[str, Rule]
    lines: dict[str, FailingLine]
    causes: list[_Cause] = field(default_factory=list)

    def of(self, *kinds: str) -> list[FailingLine]:
        """Those whose rule is of one of these kinds."""
        return [line for line in self.lines.values() if self.rules[line.rule_id].kind in kinds]

    def those(self, failures: Iterable[str]) -> list[FailingLine]:
        """Those with one of these ids."""
        return [self.lines[each] for each in failures if each in self.lines]

    def take(self, kind: str, lines: Sequence[FailingLine], cells: Sequence[str], said: Text | None = None,
             reopen: tuple[str, ...] = (), **words: Text | str) -> None:  # fmt: skip
        """Make a cause of those of `lines` that are left; nothing happens where none is."""
        taken = tuple(self.lines.pop(line.failure_id) for line in lines if line.failure_id in self.lines)
        if taken:
            shown = tuple(dict.fromkeys(cells))
            known = {"cells": cells_words(shown), "number": str(len(shown)), **words}
            self.causes.append(_Cause(kind, taken, shown, said or cause_sentence(kind, known), reopen))


def causes_of(
    lines: Iterable[FailingLine], explained: Mapping[str, Explained], rules: Sequence[Rule]
) -> tuple[CauseRow, ...]:
    """The causes of every case with unsettled failures, the gravest first in each. `explained`: by commune's key and
    month (`key|2020-07-01`)."""
    by_rule = {rule.rule_id: rule for rule in rules}
    cases: dict[tuple[str, str], list[FailingLine]] = defaultdict(list)
    for line in lines:
        if line.state in UNSETTLED:
            cases[line.case_id, f"{line.commune_key}|{line.month}"].append(line)
    return tuple(
        cause for (_, key), of_case in cases.items() for cause in _causes(of_case, explained.get(key), by_rule)
    )


def _causes(
    lines: Sequence[FailingLine], explained: Explained | None, rules: Mapping[str, Rule]
) -> list[CauseRow]:  # fmt: skip
    left = _Left(rules, {line.failure_id: line for line in lines})
    _misplaced(left)
    _copies(left)
    _corrections(left, () if explained is None else explained.stories)
    _rows(left, {} if explained is None else {each.cell_name: each.totals for each in explained.row_slips})
    for story in () if explained is None else explained.stories:
        left.take(story.kind, left.those(story.failures), story.cells, story.said)
    _others(left)
    found = sorted(left.causes, key=lambda cause: SEVERITIES.index(cause.severity))
    return [_row(position, cause) for position, cause in enumerate(found, start=1)]


def _misplaced(left: _Left) -> None:
    """What a report under a wrong title turns out to be; nothing else is judged of it."""
    lines = left.of(*MISPLACED)
    for line in lines[:1]:
        lines = [*lines, *left.of("copy")]
        kind = left.rules[line.rule_id].kind
        name = Text(line.cell_name, line.cell_name)
        if kind == "other_months_figures":
            name = Text(*(month_name(month_of(line.cell_name), language) for language in ("vi", "en")))
        problem = Text(line.problem_vi, line.problem_en)
        command = f"admissions versions {line.commune_code} {line.month:%Y-%m}"
        left.take(kind, lines, _cells(lines), name=name, problem=problem, command=command)


def _copies(left: _Left) -> None:
    """Whoever copies a month does not carry its figures on."""
    copies = left.of("copy", "copy_of_other_month")
    if copies:
        lines = [*copies, *left.of("carry_forward", "unchanged")]
        told = copies[0].cell_name
        copied = month_of(told) if told else copies[0].month - relativedelta(months=1)
        said = (month_name(copied, language) for language in ("vi", "en"))
        left.take("copied", lines, _cells(lines), month=Text(*said))


def _corrections(left: _Left, stories: Iterable[Story]) -> None:
    """What stewards' values have brought, and what is put right by other values in their cells, comes from them: a
    cause for each moment at which they were decided on."""
    brought: dict[tuple[datetime, str], set[str]] = defaultdict(set)
    cells: dict[tuple[datetime, str], dict[str, Correction]] = defaultdict(dict)

    def add(failure_ids: Iterable[str], corrections: Iterable[Correction]) -> None:
        last = max(corrections, key=lambda each: each.decided_at)
        moment = last.decided_at, last.decided_by
        brought[moment] |= set(failure_ids)
        cells[moment] |= {each.address: each for each in corrections if each.decided_at == last.decided_at}

    for line in left.lines.values():
        if line.is_brought:
            add([line.failure_id], line.corrections)
    for story in stories:
        known = (each for line in left.those(story.failures) for each in line.corrections)
        if wrong := [each for each in known if each.address in story.cells]:
            add(story.failures, wrong)
    for moment in sorted(cells):
        at, by = moment
        changes = list(cells[moment].values())
        lines = left.those(sorted(brought[moment]))
        own = [each.address for each in changes if any(each.submission_id == line.submission_id for line in lines)]
        left.take(
            "correction",
            lines,
            own or _cells(lines),
            reopen=tuple(dict.fromkeys(each.failure_id for each in changes)),
            by=by,
            day=f"{at:%d/%m/%Y}",
            changes=listed(
                [change_words(_place(each, lines), each.value_before, each.value_after) for each in changes]
            ),
        )


def _place(correction: Correction, lines: Sequence[FailingLine]) -> str | Text:
    """The cell, and of which month's report where it is another one's than the failures'."""
    if any(correction.month == line.month for line in lines):
        return correction.address
    return Text(cell_of_month(correction, "vi"), cell_of_month(correction, "en"))


def _rows(left: _Left, totals: Mapping[str, frozenset[str]]) -> None:
    """Rows that are missing, renamed, unknown or there twice, with the totals that they explain."""
    unknown = {(line.sheet, line.cells[0]): line for line in left.of("unknown_cell") if line.cells}
    for name, missing in _by_name(left.of("missing_cell", "missing_on_sheet")).items():
        places = ((line.sheet, cell) for line in missing for cell in line.cells[:1])
        renamed = [unknown[place] for place in places if place in unknown]
        also = left.those(sorted(totals.get(name, ())))
        kind = "row_renamed" if renamed else "row_missing"
        left.take(kind, [*missing, *renamed, *also], _cells([*missing, *renamed]), name=name)
    for name, repeated in _by_name(left.of("repeated_cell")).items():
        left.take("row_twice", [*repeated, *left.those(sorted(totals.get(name, ())))], _cells(repeated), name=name)
    for name, new in _by_name(left.of("unknown_cell")).items():
        left.take("row_unknown", new, _cells(new), name=name)


def _others(left: _Left) -> None:
    """What is left is its own cause; the same kind of thing is told once."""
    by_kind: dict[str, list[FailingLine]] = defaultdict(list)
    unread = {(line.sheet, line.cells) for line in left.of("unread_column")}
    for line in left.lines.values():
        # That a header is not understood, and which figure is not read for it, is one thing.
        if (line.sheet, line.cells) in unread:
            by_kind["column_unread"].append(line)
            continue
        by_kind[_BY_KIND.get(left.rules[line.rule_id].kind, "unexplained")].append(line)
    for kind, lines in by_kind.items():
        sheet = (kind == "sheet_unread" and lines[0].sheet) or sheet_called(left.rules[lines[0].rule_id].form)
        left.take(kind, lines, _cells(lines), sheet=sheet, name=lines[0].cell_name)


def _cells(lines: Sequence[FailingLine]) -> list[str]:
    """The first cell of each failure, as `Sheet!B14`."""
    return [on_sheet(line.sheet, cell) for line in lines for cell in line.cells[:1]]


def _by_name(lines: Sequence[FailingLine]) -> dict[str, list[FailingLine]]:
    found: dict[str, list[FailingLine]] = defaultdict(list)
    for line in lines:
        found[line.cell_name].append(line)
    return found


def _row(position: int, cause: _Cause) -> CauseRow:
    first = cause.lines[0]
    ids = [line.failure_id for line in cause.lines]
    return CauseRow(
        cause_id=hashlib.md5("|".join([first.case_id, cause.kind, *sorted(ids)]).encode()).hexdigest(),
        case_id=first.case_id,
        position=position,
        commune_key=first.commune_key,
        commune_code=first.commune_code,
        month=first.month,
        kind=cause.kind,
        severity=cause.severity,
        submission_id=first.submission_id,
        sheet=first.sheet or None,
        cells=list(cause.cells),
        failures=ids,
        message_vi=cause.said.vi,
        message_en=cause.said.en,
        reopen=list(cause.reopen),
    )
