"""Suites built from the catalogue, one per form and kind: frames of lines in, verdicts out.

A suite has one expectation per rule, of the class of its kind. Great Expectations decides; every failing row
comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

from expectations.catalogue import Rule, rules
from expectations.domain import expectation_of
from expectations.engine import new_context
from expectations.store.judging import JudgingFrame

ROW = "judging_row"


class JudgingFailed(RuntimeError):
    """Great Expectations could not judge a rule, or did not say which rows fail."""


@dataclass(frozen=True)
class Verdict:
    """What became of one rule: how many lines were looked at, and the judging rows of those that fail."""

    rule_id: str
    looked_at: int
    failing_rows: tuple[int, ...]


class Judge:
    """One check's worth of suites. `results`: what Great Expectations said about each rule, by the rule's id."""

    def __init__(self) -> None:
        self.results: dict[str, Any] = {}
        self._context: EphemeralDataContext = new_context()
        source = self._context.data_sources.add_pandas("reconciliations")
        self._batches = source.add_dataframe_asset("lines").add_batch_definition_whole_dataframe("all of a suite")

    def judge(self, frame: JudgingFrame, of_form: Sequence[Rule]) -> tuple[Verdict, ...]:
        """Run the suite of one form and kind; `of_form` are the rules that the frame has columns for.

        Raises JudgingFailed when a rule could not be judged completely.
        """
        name = suite_name(frame.form, frame.kind)
        suite = gx.ExpectationSuite(name=name, expectations=[expectation_of(rule) for rule in of_form])
        # Not as a validation definition: the context would save suite and results, which nobody reads there.
        outcome = self._batches.get_batch(batch_parameters={"dataframe": frame.frame}).validate(
            suite,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [ROW],
                "return_unexpected_index_query": False,
            },
        )
        verdicts = tuple(_verdict(result) for result in outcome.results)
        self.results |= {each.rule_id: result for each, result in zip(verdicts, outcome.results, strict=True)}
        missing = {rule.rule_id for rule in of_form} - {verdict.rule_id for verdict in verdicts}
        if missing:
            raise JudgingFailed(f"suite {name}: no result for {', '.join(sorted(missing))}")
        return verdicts


def judge_nothing() -> None:
    """What Great Expectations prepares when it first judges a suite, before there is one."""
    rule = rules()[0]
    nothing = pd.DataFrame({ROW: pd.Series(dtype="int64"), rule.rule_id: pd.Series(dtype="float64")})
    Judge().judge(JudgingFrame(rule.form, rule.kind, nothing), [rule])


def suite_name(form: str, kind: str) -> str:
    """`KN-1`, `row_identity` -> `KN-1 row_identity`."""
    return f"{form} {kind}"


def _verdict(result: Any) -> Verdict:
    rule_id = str(result.expectation_config.kwargs["column"])
    trouble = result.exception_info or {}
    # One exception comes as a flat record, several as a record each.
    raised = [trouble] if "raised_exception" in trouble else list(trouble.values())
    for exception in raised:
        if exception.get("raised_exception"):
            raise JudgingFailed(f"rule {rule_id}: {exception.get('exception_message')}")
    values = result.result
    failing = tuple(int(row[ROW]) for row in values.get("unexpected_index_list") or ())
    if len(failing) != values["unexpected_count"]:
        raise JudgingFailed(
            f"rule {rule_id}: {values['unexpected_count']} lines fail, but {len(failing)} of them are named"
        )
    return Verdict(rule_id, int(values["element_count"] - values["missing_count"]), failing)
