"""What the Data Docs tell of a check: rules with what was found of them, by groups of one form and kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from expectations.catalogue import Kind, Rule, kinds
from expectations.report import RuleOutcome
from expectations.store.results import OpenFailures
from reference.fields import forms

#: Open failures that are told of each rule.
EXAMPLES = 5


@dataclass(frozen=True)
class RuleFindings:
    """A rule, what became of it over everything in the store, Great Expectations' result of this check (None where it
    had nothing to look at) and what is unsettled (None where nothing is)."""

    rule: Rule
    outcome: RuleOutcome
    result: Any
    unsettled: OpenFailures | None

    @property
    def open(self) -> int:
        return self.unsettled.number if self.unsettled else 0


@dataclass(frozen=True)
class Group:
    """The rules of one form and kind: a suite, and a page."""

    form: str
    kind: Kind
    rules: tuple[RuleFindings, ...]

    @property
    def page(self) -> str:
        """The name of its file."""
        return f"{self.form}-{self.kind.name}.html"

    @property
    def looked_at(self) -> int:
        return sum(each.outcome.looked_at for each in self.rules)

    @property
    def failed(self) -> int:
        return sum(each.outcome.failed for each in self.rules)

    @property
    def open(self) -> int:
        return sum(each.open for each in self.rules)

    @property
    def outcome(self) -> str:
        """Failed where one of its rules is, passed where one is and none failed."""
        outcomes = {each.outcome.outcome for each in self.rules}
        return next(name for name in ("failed", "passed", "not_evaluated") if name in outcomes)


def groups_of(findings: Iterable[RuleFindings]) -> tuple[Group, ...]:
    """The findings by form and kind, in the order of forms and of the catalogue of kinds."""
    of_forms = {form.form: place for place, form in enumerate(forms())}
    of_kinds = {name: place for place, name in enumerate(kinds())}
    ordered = sorted(findings, key=lambda each: (of_forms[each.rule.form], of_kinds[each.rule.kind]))
    return tuple(
        Group(form, kinds()[kind], tuple(rules))
        for (form, kind), rules in groupby(ordered, key=lambda each: (each.rule.form, each.rule.kind))
    )
