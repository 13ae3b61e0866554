"""Do the rules of the catalogue agree with each other? Rules that hold along one line of a form are linear, so that two
questions can be answered exactly, by linear programmes:

- *contradictory*: a figure that can only be nothing when all rules hold. No rule says that on purpose: two of them
  ask for different things.
- *redundant*: a rule that cannot be broken while the others hold, those as grave as itself. It only tells twice what
  another one has told.

After the checks that statistics offices run over their edits (M. van der Loo and E. de Jonge, “Statistical Data
Cleaning with Applications in R”, 2018, chapter 8). Rules about other months, other sheets and targets on file are
left out: they hold something else than the line, and cannot always be judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.optimize import linprog

from expectations.catalogue import SEVERITIES, Rule

#: Kinds of rules that compare figures of one line.
_ALONG_A_LINE = ("row_identity", "subset", "range")
#: Figures are looked for up to this; nothing here depends on it.
_MOST = 1000.0
_NOISE = 1e-6


@dataclass(frozen=True)
class Inconsistency:
    """Something about the catalogue that somebody should look at. kind: contradictory (a figure is forced to be
    nothing) or redundant (a rule follows from others)."""

    kind: str
    form: str
    #: The figure, or the id of the rule.
    name: str
    #: The rules that are involved: all of the line's, or those that the redundant one follows from.
    rules: tuple[str, ...]


@dataclass(frozen=True)
class _Bound:
    """Σ coefficient × figure ≤ limit; an identity is two of them."""

    rule_id: str
    severity: str
    coefficients: Mapping[str, float]
    limit: float


def inconsistencies(rules: Sequence[Rule]) -> tuple[Inconsistency, ...]:
    """What contradicts itself, or is told twice, in the catalogue."""
    lines = sorted({(rule.form, rule.line_kind) for rule in rules if rule.kind in _ALONG_A_LINE})
    return tuple(found for line in lines for found in _of_line(line[0], _bounds(rules, *line)))


def _bounds(rules: Sequence[Rule], form: str, line_kind: str) -> list[_Bound]:
    found = []
    for rule in rules:
        if (rule.form, rule.line_kind) != (form, line_kind) or rule.kind not in _ALONG_A_LINE:
            continue
        if rule.kind == "range":
            found.append(_Bound(rule.rule_id, rule.severity, {rule.field: 1.0}, rule.high or _MOST))
            found.append(_Bound(rule.rule_id, rule.severity, {rule.field: -1.0}, -(rule.low or 0.0)))
            continue
        figures = {rule.field: 1.0}
        for sign, names in ((-1.0, rule.plus_fields), (1.0, rule.minus_fields)):
            for name in names:
                figures[name] = figures.get(name, 0.0) + sign
        found.append(_Bound(rule.rule_id, rule.severity, figures, 0.0))
        if rule.kind == "row_identity":
            opposite = {name: -coefficient for name, coefficient in figures.items()}
            found.append(_Bound(rule.rule_id, rule.severity, opposite, 0.0))
    return found


def _of_line(form: str, bounds: Sequence[_Bound]) -> list[Inconsistency]:
    names = sorted({name for bound in bounds for name in bound.coefficients})
    ids = tuple(dict.fromkeys(bound.rule_id for bound in bounds))
    found = [
        Inconsistency("contradictory", form, name, ids)
        for name in names
        if (_highest({name: 1.0}, bounds, names) or 0.0) <= _NOISE
    ]
    if found:
        # Whatever follows from a contradiction says nothing.
        return found
    for rule_id in ids:
        mine = [bound for bound in bounds if bound.rule_id == rule_id]
        others = [
            bound
            for bound in bounds
            if bound.rule_id != rule_id and SEVERITIES.index(bound.severity) <= SEVERITIES.index(mine[0].severity)
        ]
        highest = [_highest(bound.coefficients, others, names) for bound in mine]
        if all(value is not None and value <= bound.limit + _NOISE for value, bound in zip(highest, mine, strict=True)):
            found.append(
                Inconsistency("redundant", form, rule_id, tuple(dict.fromkeys(each.rule_id for each in others)))
            )
    return found


def _highest(coefficients: Mapping[str, float], bounds: Sequence[_Bound], names: Sequence[str]) -> float | None:
    """The most that Σ coefficient × figure can be under the bounds, figures between nothing and many; None where the
    bounds leave no figures at all."""
    outcome = linprog(
        c=[-coefficients.get(name, 0.0) for name in names],
        A_ub=[[bound.coefficients.get(name, 0.0) for name in names] for bound in bounds] or None,
        b_ub=[bound.limit for bound in bounds] or None,
        bounds=[(0.0, _MOST)] * len(names),
        method="highs",
    )
    return None if outcome.fun is None else -float(outcome.fun)
