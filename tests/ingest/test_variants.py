"""Workbooks in the layouts of many clerks are read exactly, and never wrongly in silence."""

from dataclasses import replace
from functools import cache

import pytest

from tests.ingest.variant_check import Verdict, judge
from tests.ingest.variants import variant

#: How many variants of each hardness are read, and the least share of them that must be read exactly.
LEAST_EXACT = {"plain": (100, 0.97), "usual": (100, 0.97), "hard": (100, 0.80), "unheard": (30, 0.0)}


@cache
def verdicts(hardness: str) -> tuple[Verdict, ...]:
    return tuple(judge(variant(seed, hardness)) for seed in range(LEAST_EXACT[hardness][0]))


def described(wrong: list[Verdict]) -> str:
    return "\n".join(
        f"{verdict.given.hardness} {verdict.given.seed}: {verdict.differences[0].cause}: {verdict.differences[0].text}"
        for verdict in wrong
    )


@pytest.mark.parametrize("hardness", LEAST_EXACT)
def test_nothing_is_read_wrongly_or_left_out_in_silence(hardness: str) -> None:
    silent = [verdict for verdict in verdicts(hardness) if verdict.outcome == "silent"]
    assert not silent, described(silent)


@pytest.mark.parametrize("hardness", LEAST_EXACT)
def test_nearly_every_layout_is_read_exactly(hardness: str) -> None:
    number, least = LEAST_EXACT[hardness]
    inexact = [verdict for verdict in verdicts(hardness) if verdict.outcome != "exact"]
    assert len(inexact) <= (1 - least) * number, described(inexact)


@pytest.mark.soak
@pytest.mark.parametrize("hardness", ["plain", "usual", "hard"])
def test_of_a_thousand_more_layouts_none_is_read_wrongly_in_silence(hardness: str) -> None:
    judged = (judge(variant(seed, hardness)) for seed in range(1_000, 2_000))
    silent = [verdict for verdict in judged if verdict.outcome == "silent"]
    assert not silent, described(silent)


def test_what_is_read_exactly_raises_no_false_alarm() -> None:
    alarmed = [verdict for verdict in verdicts("plain") if verdict.alarms]
    assert not alarmed, alarmed[0].alarms


def test_the_same_seed_gives_the_same_workbook_and_truth() -> None:
    once, again = variant(7, "hard"), variant(7, "hard")
    assert (once.forms, once.deviations, once.month) == (again.forms, again.deviations, again.month)


def test_a_value_that_was_read_otherwise_is_noticed_as_silent() -> None:
    given = next(verdict.given for verdict in verdicts("plain") if verdict.outcome == "exact")
    form = given.forms[0]
    line = form.lines[0]
    name = next(name for name, value in line.values.items() if isinstance(value, int))
    wrong = replace(line, values=line.values | {name: 999})
    verdict = judge(replace(given, forms=(replace(form, lines=[wrong, *form.lines[1:]]), *given.forms[1:])))
    assert (verdict.outcome, [found.cause for found in verdict.differences]) == ("silent", ["value"])


def test_a_row_too_much_or_too_few_is_noticed_as_silent() -> None:
    given = next(verdict.given for verdict in verdicts("plain") if verdict.outcome == "exact")
    form = given.forms[0]
    fewer = judge(replace(given, forms=(replace(form, lines=form.lines[1:]), *given.forms[1:])))
    assert {found.cause for found in fewer.differences} == {"row invented"}
    more = judge(
        replace(given, forms=(replace(form, lines=[*form.lines, replace(form.lines[0], row=900)]), *given.forms[1:]))
    )
    assert {found.cause for found in more.differences} == {"row missed"}
    assert {fewer.outcome, more.outcome} == {"silent"}


def test_another_month_than_the_true_one_is_noticed_as_silent() -> None:
    given = next(verdict.given for verdict in verdicts("plain") if verdict.outcome == "exact")
    verdict = judge(replace(given, month=given.month.replace(year=given.month.year - 1)))
    assert (verdict.outcome, verdict.differences[0].cause) == ("silent", "identity")


def test_a_file_that_was_refused_counts_as_said() -> None:
    assert judge(replace(variant(0, "plain"), content=b"")).outcome == "said"
