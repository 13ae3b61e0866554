"""Suites built from the catalogue, one per form and kind: frames of differences in, verdicts out.

A suite has one expectation per rule: the rule's column of differences lies between -tolerance and +tolerance
(for a kind judged `upper`, no higher than +tolerance). Great Expectations decides; every failing row comes
back.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

from expectations.catalogue import Rule, kinds
from expectations.engine import SITE, new_context
from expectations.store.judging import JudgingFrame
from warehouse.files import naming

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
    """One check's worth of suites, their results and the Data Docs made from them."""

    def __init__(self, run_id: str, run_at: datetime) -> None:
        self._context: EphemeralDataContext = new_context()
        self._source = self._context.data_sources.add_pandas("reconciliations")
        self._run = RunIdentifier(run_name=run_id, run_time=run_at)

    def judge(self, frame: JudgingFrame, rules: Sequence[Rule]) -> tuple[Verdict, ...]:
        """Run the suite of one form and kind; `rules` are those that the frame has columns for.

        Raises JudgingFailed when a rule could not be judged completely.
        """
        name = suite_name(frame.form, frame.kind)
        batches = self._source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all lines")
        suite = self._context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations_of(rules)))
        definition = self._context.validation_definitions.add(
            gx.ValidationDefinition(name=name, data=batches, suite=suite)
        )
        outcome = definition.run(
            batch_parameters={"dataframe": frame.frame},
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [ROW],
                "return_unexpected_index_query": False,
            },
            run_id=self._run,
        )
        verdicts = tuple(_verdict(result) for result in outcome.results)
        missing = {rule.rule_id for rule in rules} - {verdict.rule_id for verdict in verdicts}
        if missing:
            raise JudgingFailed(f"suite {name}: no result for {', '.join(sorted(missing))}")
        return verdicts

    def build_data_docs(self, folder: Path) -> Path:
        """Build the Data Docs of this check in `folder`, in place of those of the check before.

        They are built beside it first, so that a reader never finds half of them. Returns the page to open.
        """
        fresh, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh.mkdir(parents=True)
        self._context.add_data_docs_site(
            SITE,
            {
                "class_name": "SiteBuilder",
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(fresh)},
                "show_how_to_buttons": False,
            },
        )
        with naming(fresh):
            self._context.build_data_docs(site_names=[SITE])
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        return folder / "index.html"


def suite_name(form: str, kind: str) -> str:
    """`KN-1`, `row_identity` -> `KN-1 row_identity`."""
    return f"{form} {kind}"


def expectations_of(rules: Sequence[Rule]) -> list[Any]:
    """One expectation per rule, with the rule's meaning as its description."""
    return [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column=rule.rule_id,
            min_value=None if kinds()[rule.kind].judge == "upper" else -rule.tolerance,
            max_value=rule.tolerance,
            severity=rule.severity,
            description=f"{rule.rule_id}: {rule.meaning.vi} / {rule.meaning.en}",
        )
        for rule in rules
    ]


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
