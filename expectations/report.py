"""What a check found, as one object that also travels between processes, or that there was nothing to check."""

from dataclasses import dataclass
from datetime import datetime

from reference.trouble import Trouble


class NothingToJudge(Trouble):
    """The store has no reconciliations yet."""

    text = "error_nothing_to_check"


@dataclass(frozen=True)
class RuleOutcome:
    """One rule in one run. outcome: passed, failed or not_evaluated (it had nothing to look at)."""

    rule_id: str
    severity: str
    looked_at: int
    failed: int
    outcome: str


@dataclass(frozen=True)
class CheckReport:
    """The outcome of a check: per rule, and counts of failures by state and severity."""

    run_id: str
    run_at: datetime
    outcomes: tuple[RuleOutcome, ...]
    open_critical: int
    open_warning: int
    open_info: int
    resolved: int
    held_back: int
    #: Commune-months that must be built and judged once more: a month before them counts otherwise than was expected.
    months_again: int
    #: Rules in the reconciliations that the catalogue lacks: it has changed since the last build.
    unknown_rules: tuple[str, ...]
    #: The first page of the Data Docs.
    data_docs: str
    #: Cases (commune's key and month) whose failures could not be explained; they are judged all the same.
    set_aside: tuple[str, ...] = ()

    @property
    def looked_at(self) -> int:
        return sum(outcome.looked_at for outcome in self.outcomes)

    @property
    def not_evaluated(self) -> tuple[str, ...]:
        return tuple(each.rule_id for each in self.outcomes if each.outcome == "not_evaluated")

    @property
    def open_failures(self) -> int:
        return self.open_critical + self.open_warning + self.open_info
