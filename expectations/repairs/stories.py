"""What each part of a case tells, in words: the slip, the cells, and the failures that go with it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.catalogue import Text
from expectations.repairs.case import Case
from expectations.repairs.propose import Part, Proposals
from expectations.repairs.repair import Repair
from expectations.words import (
    cause_sentence,
    cells_words,
    either,
    field_name,
    figure_words,
    line_name,
    listed,
    proposal_sentence,
    slip_words,
)
from reference.cell_address import on_sheet


@dataclass(frozen=True)
class Story:
    """A slip as far as the figures tell it: its kind (a cause of `causes.yml`), the cells (`Sheet!B14`) in which
    something is wrong, the sentence, and the ids of the failures that it explains."""

    kind: str
    cells: tuple[str, ...]
    said: Text
    failures: tuple[str, ...]


def stories_of(case: Case, proposals: Proposals) -> tuple[Story, ...]:
    """A story for each part of the case; wrong figures of one total row are one."""
    totals: dict[tuple[str, int, str], list[Part]] = defaultdict(list)
    found: list[Story] = []
    for part in proposals.parts:
        place = _total_row(case, part)
        if place is None:
            found.append(_story(case, part))
        else:
            totals[place].append(part)
    return (*(_story_of_total(case, kind, parts) for (_, _, kind), parts in totals.items()), *found)


def change_sentence(case: Case, number: int, value: float, slip: str) -> Text:
    """One cell's change in words, in both languages."""
    figure = case.figures[number]
    return proposal_sentence(
        {
            "cell": _address(case, number),
            "field": field_name(figure.form, figure.field),
            "line": line_name(figure.line_kind, figure.cell_name),
            "before": figure_words(figure.value),
            "after": figure_words(value),
            "slip": slip_words(slip),
        }
    )


def _total_row(case: Case, part: Part) -> tuple[str, int, str] | None:
    """Form, line and kind of slip where a total alone is wrong; None otherwise."""
    if not part.is_clear or part.repairs[0].pattern or len(part.repairs[0].wrong) != 1:
        return None
    (number,) = part.repairs[0].wrong
    figure = case.figures[number]
    if figure.line_kind == "cell":
        return None
    stale = part.repairs[0].slips[number] == "not_updated"
    return figure.form, figure.line_number, "total_not_updated" if stale else "total_wrong"


def _story_of_total(case: Case, kind: str, parts: Sequence[Part]) -> Story:
    numbers = [part.repairs[0].wrong[0] for part in parts]
    figure = case.figures[numbers[0]]
    after = [part.repairs[0].changes[number] for part, number in zip(parts, numbers, strict=True)]
    words: dict[str, Text | str] = {
        "line": line_name(figure.line_kind, figure.cell_name),
        "before": listed([figure_words(case.figures[number].value) for number in numbers]),
        "after": listed([figure_words(value) for value in after]),
    }
    failures = [failure for part in parts for failure in _failures(case, part)]
    return _told(kind, [_address(case, number) for number in numbers], failures, words)


def _story(case: Case, part: Part) -> Story:
    failures = list(_failures(case, part))
    if not part.repairs:
        first = sorted({figure for number in part.broken for figure in case.identities[number].figures[:1]})
        return _told("unexplained", [_address(case, number) for number in first], failures, {})
    best = part.repairs[0]
    if not part.is_clear and set(best.wrong) != set(part.repairs[1].wrong):
        either_of = part.repairs[:2]
        cells = [_address(case, number) for repair in either_of for number in repair.wrong]
        first_way, second_way = (_changes(case, repair) for repair in either_of)
        return _told("doubtful", cells, failures, {"first": first_way, "second": second_way})
    first_figure, last_figure = case.figures[best.wrong[0]], case.figures[best.wrong[-1]]
    cells = [_address(case, number) for number in best.wrong]
    words: dict[str, Text | str] = {
        "cell": cells[0],
        "other_cell": cells[-1],
        "field": field_name(first_figure.form, first_figure.field),
        "line": line_name(first_figure.line_kind, first_figure.cell_name),
        "before": figure_words(first_figure.value),
        "after": _values(part, best.wrong[0]),
        "slip": slip_words(best.slips[best.wrong[0]]),
        "row": first_figure.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "column": first_figure.cell.rstrip("0123456789"),
        "other_column": last_figure.cell.rstrip("0123456789"),
    }
    return _told(best.pattern or _kind(best), cells, failures, words)


def _told(kind: str, cells: Sequence[str], failures: Sequence[str], words: Mapping[str, Text | str]) -> Story:
    shown = tuple(dict.fromkeys(cells))
    known = {"cells": cells_words(shown), "number": str(len(shown)), **words}
    return Story(kind, shown, cause_sentence(kind, known), tuple(dict.fromkeys(failures)))


def _kind(best: Repair) -> str:
    return "several_cells" if len(best.wrong) > 1 else "mistyped"


def _values(part: Part, number: int) -> Text:
    """What most likely belongs in the cell; both values where a second one is nearly as likely."""
    likely = part.repairs[:1] if part.is_clear else part.repairs[:2]
    values = dict.fromkeys(repair.changes[number] for repair in likely if number in repair.changes)
    return either([figure_words(value) for value in values])


def _changes(case: Case, repair: Repair) -> Text:
    said = [change_sentence(case, number, repair.changes[number], repair.slips[number]) for number in repair.wrong]
    return Text("; ".join(each.vi for each in said), "; ".join(each.en for each in said))


def _failures(case: Case, part: Part) -> Iterator[str]:
    for number in sorted(part.broken):
        yield case.identities[number].failure_id


def _address(case: Case, number: int) -> str:
    place = case.figures[number]
    return on_sheet(place.sheet, place.cell)
