"""Failures folded to what explains them: one cause for each slip, and one for what nothing explains."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from expectations.catalogue import SEVERITIES, Rule, Text
from expectations.messages import month_name, sheet_called
from expectations.repairs.case import Case
from expectations.repairs.explain import Explained, change_sentence
from expectations.repairs.propose import Part
from expectations.repairs.repair import Repair
from expectations.words import cause_sentence, cells_words, either, field_name, figure_words, line_name, slip_words
from warehouse.judging import FailingLine
from warehouse.quality import CauseRow

#: What a failure is that no figure explains, by the kind of its rule.
_BY_KIND = {
    "late": "late",
    "outlier": "unusual",
    "noticed": "not_read",
    "unread_value": "not_read",
    "missing_sheet": "sheet_missing",
    "cell_in_two_communes": "cell_in_two_communes",
    "official": "official",
    "official_part": "official",
    "official_percentage": "official",
}
_UNSETTLED = ("open", "returned")


@dataclass
class _Left:
    """The failures of a case that no cause has taken yet."""

    lines: dict[str, FailingLine]
    causes: list[tuple[str, list[FailingLine], list[str], Text]] = field(default_factory=list)

    def take(self, kind: str, lines: Sequence[FailingLine], cells: Sequence[str], **words: Text | str) -> None:
        """Make a cause of those of `lines` that are left; nothing happens where none is."""
        taken = [self.lines.pop(line.failure_id) for line in lines if line.failure_id in self.lines]
        if taken:
            shown = list(dict.fromkeys(cells)) or [cell for line in taken for cell in line.cells[:1]]
            known = {"cells": cells_words(shown), "number": str(len(shown)), **words}
            self.causes.append((kind, taken, shown, cause_sentence(kind, known)))

    def of(self, *kinds: str, rules: Mapping[str, Rule]) -> list[FailingLine]:
        return [line for line in self.lines.values() if rules[line.rule_id].kind in kinds]


def causes_of(
    lines: Iterable[FailingLine], explained: Mapping[str, Explained], rules: Sequence[Rule]
) -> tuple[CauseRow, ...]:
    """The causes of every case with unsettled failures, the gravest first in each."""
    by_rule = {rule.rule_id: rule for rule in rules}
    cases: dict[tuple[str, str], list[FailingLine]] = defaultdict(list)
    for line in lines:
        if line.state in _UNSETTLED:
            cases[line.case_id, f"{line.commune_key}|{line.month}"].append(line)
    return tuple(
        cause
        for (_, key), of_case in cases.items()
        for cause in _causes(of_case, explained.get(key), by_rule)
    )  # fmt: skip


def _causes(
    lines: Sequence[FailingLine], explained: Explained | None, rules: Mapping[str, Rule]
) -> list[CauseRow]:  # fmt: skip
    left = _Left({line.failure_id: line for line in lines})
    _copies(left, rules)
    _rows(left, explained, rules)
    if explained is not None and not explained.copied:
        _totals(left, explained)
        for part in explained.proposals.parts:
            _part(left, explained.case, part)
    _others(left, rules)
    found = sorted(left.causes, key=lambda cause: min(SEVERITIES.index(line.severity) for line in cause[1]))
    return [_row(position, *cause) for position, cause in enumerate(found, start=1)]


def _copies(left: _Left, rules: Mapping[str, Rule]) -> None:
    """Whoever copies a month does not carry its figures on."""
    copies = left.of("copy", "copy_of_other_month", rules=rules)
    if copies:
        followed = left.of("carry_forward", "unchanged", rules=rules)
        other = copies[0].cell_name
        month = Text(*(other or month_name(copies[0].month - timedelta(days=1), language) for language in ("vi", "en")))
        left.take("copied", [*copies, *followed], [], month=month)


def _rows(left: _Left, explained: Explained | None, rules: Mapping[str, Rule]) -> None:
    """Rows that are missing, renamed, unknown or there twice, with the totals that they explain."""
    totals = {} if explained is None else {each.cell_name: each.totals for each in explained.row_slips}
    unknown = left.of("unknown_cell", rules=rules)
    by_place = {(line.sheet, line.cells[0]): line for line in unknown if line.cells}
    for name, missing in _by_name(left.of("missing_cell", "missing_on_sheet", rules=rules)).items():
        renamed = [by_place[line.sheet, line.cells[0]] for line in missing if _place(line) in by_place]
        also = [line for line in left.lines.values() if line.failure_id in totals.get(name, frozenset())]
        kind = "row_renamed" if renamed else "row_missing"
        left.take(kind, [*missing, *renamed, *also], _cells([*missing, *renamed]), name=name)
    for name, repeated in _by_name(left.of("repeated_cell", rules=rules)).items():
        also = [line for line in left.lines.values() if line.failure_id in totals.get(name, frozenset())]
        left.take("row_twice", [*repeated, *also], _cells(repeated), name=name)
    for name, new in _by_name(left.of("unknown_cell", rules=rules)).items():
        left.take("row_unknown", new, _cells(new), name=name)


def _totals(left: _Left, explained: Explained) -> None:
    """Wrong figures of one total row are one slip: the row was not added up again."""
    case = explained.case
    rows: dict[tuple[str, int, str], list[tuple[Part, int]]] = defaultdict(list)
    for part in explained.proposals.parts:
        if part.is_clear and len(part.repairs[0].wrong) == 1:
            (number,) = part.repairs[0].wrong
            place = case.figures[number]
            if place.line_kind != "cell" and not part.repairs[0].pattern:
                stale = part.repairs[0].slips[number] == "not_updated"
                kind = "total_not_updated" if stale else "total_wrong"
                rows[place.form, place.line_number, kind].append((part, number))
    for (_, _, kind), found in rows.items():
        place = case.figures[found[0][1]]
        after = [figure_words(part.repairs[0].changes[number]) for part, number in found]
        before = [figure_words(case.figures[number].value) for _, number in found]
        left.take(
            kind,
            [line for part, _ in found for line in _failures(left, case, part)],
            [_address(case, number) for _, number in found],
            line=line_name(place.line_kind, place.cell_name),
            before=_listed(before),
            after=_listed(after),
        )


def _part(left: _Left, case: Case, part: Part) -> None:
    failures = _failures(left, case, part)
    if not part.repairs:
        figures = sorted({figure for number in part.broken for figure in case.identities[number].figures[:1]})
        left.take("unexplained", failures, [_address(case, number) for number in figures])
        return
    best = part.repairs[0]
    cells = [_address(case, number) for number in best.wrong]
    if not part.is_clear and set(best.wrong) != set(part.repairs[1].wrong):
        first, second = (_changes(case, repair) for repair in part.repairs[:2])
        cells = [_address(case, number) for repair in part.repairs[:2] for number in repair.wrong]
        left.take("doubtful", failures, cells, first=first, second=second)
        return
    first_wrong = case.figures[best.wrong[0]]
    last_wrong = case.figures[best.wrong[-1]]
    left.take(
        best.pattern or _kind(best, case),
        failures,
        cells,
        cell=cells[0],
        other_cell=_address(case, best.wrong[-1]),
        field=field_name(first_wrong.form, first_wrong.field),
        line=line_name(first_wrong.line_kind, first_wrong.cell_name),
        before=figure_words(first_wrong.value, first_wrong.found),
        after=_values(part, best.wrong[0]),
        slip=slip_words(best.slips[best.wrong[0]]),
        row=first_wrong.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        column=first_wrong.cell.rstrip("0123456789"),
        other_column=last_wrong.cell.rstrip("0123456789"),
    )


def _values(part: Part, number: int) -> Text:
    """What most likely belongs in the cell; both values where a second one is nearly as likely."""
    likely = part.repairs[:1] if part.is_clear else part.repairs[:2]
    values = dict.fromkeys(repair.changes[number] for repair in likely if number in repair.changes)
    return either([figure_words(value) for value in values])


def _kind(best: Repair, case: Case) -> str:
    if len(best.wrong) > 1:
        return "several_cells"
    return "unreadable" if case.figures[best.wrong[0]].found else "mistyped"


def _others(left: _Left, rules: Mapping[str, Rule]) -> None:
    """What is left is its own cause; the same kind of thing is told once."""
    by_kind: dict[str, list[FailingLine]] = defaultdict(list)
    for line in left.lines.values():
        by_kind[_BY_KIND.get(rules[line.rule_id].kind, "unexplained")].append(line)
    for kind, lines in by_kind.items():
        sheet = sheet_called(rules[lines[0].rule_id].form)
        name = lines[0].cell_name
        left.take(kind, lines, _cells(lines), sheet=sheet, name=name)


# --- Words and places -------------------------------------------------------------------------------


def _failures(left: _Left, case: Case, part: Part) -> list[FailingLine]:
    ids = dict.fromkeys(case.identities[number].failure_id for number in sorted(part.broken))
    return [left.lines[each] for each in ids if each in left.lines]


def _changes(case: Case, repair: Repair) -> Text:
    said = [change_sentence(case, number, repair.changes[number], repair.slips[number]) for number in repair.wrong]
    return Text("; ".join(each.vi for each in said), "; ".join(each.en for each in said))


def _listed(texts: Sequence[Text]) -> Text:
    return Text(", ".join(text.vi for text in texts), ", ".join(text.en for text in texts))


def _address(case: Case, number: int) -> str:
    place = case.figures[number]
    return f"{place.sheet}!{place.cell}"


def _place(line: FailingLine) -> tuple[str, str]:
    return (line.sheet, line.cells[0] if line.cells else "")


def _cells(lines: Sequence[FailingLine]) -> list[str]:
    return [cell if "!" in cell else f"{line.sheet}!{cell}" for line in lines for cell in line.cells[:1]]


def _by_name(lines: Sequence[FailingLine]) -> dict[str, list[FailingLine]]:
    found: dict[str, list[FailingLine]] = defaultdict(list)
    for line in lines:
        found[line.cell_name].append(line)
    return found


def _row(position: int, kind: str, lines: Sequence[FailingLine], cells: Sequence[str], said: Text) -> CauseRow:
    first = lines[0]
    ids = [line.failure_id for line in lines]
    return CauseRow(
        cause_id=hashlib.md5("|".join([first.case_id, kind, *sorted(ids)]).encode()).hexdigest(),
        case_id=first.case_id,
        position=position,
        commune_key=first.commune_key,
        commune_code=first.commune_code,
        month=first.month,
        kind=kind,
        severity=min((line.severity for line in lines), key=SEVERITIES.index),
        submission_id=first.submission_id,
        sheet=first.sheet or None,
        cells=list(cells),
        failures=ids,
        message_vi=said.vi,
        message_en=said.en,
    )
