"""The gate: reconciliations in; results, failures, held-back months and Data Docs out.

Great Expectations judges; this module hands it the differences, puts what fails in words and keeps it.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime

import duckdb

from expectations.catalogue import Rule, Text, rules
from expectations.data_docs.findings import EXAMPLES, RuleFindings
from expectations.data_docs.site import write_site
from expectations.messages import message
from expectations.publish_rules import row_of
from expectations.repairs.causes import causes_of
from expectations.repairs.explain import explain_months
from expectations.report import CheckReport, RuleOutcome
from expectations.store import judging
from expectations.store import results as quality
from expectations.store.judging import FailingLine
from expectations.suites import Judge
from warehouse import ledger, versions
from warehouse.connections import transaction, writing
from warehouse.settings import Settings
from warehouse.stored.quality import CauseRow, FailureRow, ResultRow
from warehouse.tables import create_tables

_log = logging.getLogger(__name__)


def check(settings: Settings, catalogue: Sequence[Rule] | None = None) -> CheckReport:
    """Judge every reconciliation by the catalogue and keep what was found.

    Judged are the months of the last build; what was found of the others stays. Run again it finds the same
    failures; the results of each run are kept. Raises NothingToJudge before the
    first build, StoreBusy when another process writes, JudgingFailed when a rule could not be
    judged completely.
    """
    chosen = rules() if catalogue is None else tuple(catalogue)
    run_at = settings.current_instant()
    run_id = f"{run_at:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
    judge = Judge()
    with writing(settings) as connection:
        create_tables(connection)
        judging.prepare(connection, [row_of(rule) for rule in chosen])
        with transaction(connection):
            # First what is proposed: a month is compared with what is decided or proposed for the one before.
            explained = explain_months(connection, chosen)
            judging.lay_out_lines(connection)
            reconciled = judging.reconciled_kinds(connection)
            _judge_all(connection, judge, chosen, reconciled)
            failing = tuple(judging.failing_lines(connection))
            causes = causes_of(failing, explained, chosen)
            quality.replace_failures(connection, _failures(failing, causes, chosen))
            quality.replace_causes(connection, causes)
            quality.replace_version_failures(connection)
            months_again = versions.settle(connection)
            quality.replace_judgements(connection)
            judged = quality.judged_lines(connection)
            outcomes = tuple(_outcome(rule, *judged.get(rule.rule_id, (0, 0))) for rule in chosen)
            quality.append_results(connection, _result_rows(run_id, run_at, chosen, outcomes))
            held_back = quality.replace_held_back(connection)
            counted = quality.failures_by_state(connection)
            unsettled = quality.open_failures(connection, EXAMPLES)
            if not months_again:
                ledger.enter_judged(connection)
    findings = [
        RuleFindings(rule, outcome, judge.results.get(rule.rule_id), unsettled.get(rule.rule_id))
        for rule, outcome in zip(chosen, outcomes, strict=True)
    ]
    data_docs = write_site(settings.reports / "data_docs", findings, run_at, settings.language)
    known = {rule.rule_id for rule in chosen}
    return CheckReport(
        run_id=run_id,
        run_at=run_at,
        outcomes=outcomes,
        open_critical=counted.get(("open", "critical"), 0),
        open_warning=counted.get(("open", "warning"), 0),
        open_info=counted.get(("open", "info"), 0),
        resolved=sum(number for (state, _), number in counted.items() if state == "resolved"),
        held_back=held_back,
        months_again=months_again,
        unknown_rules=tuple(sorted({each for ids in reconciled.values() for each in ids} - known)),
        data_docs=str(data_docs),
        set_aside=tuple(sorted(case for case, told in explained.items() if told.is_set_aside)),
    )


def _judge_all(
    connection: duckdb.DuckDBPyConnection,
    judge: Judge,
    chosen: Sequence[Rule],
    reconciled: dict[tuple[str, str], list[str]],
) -> None:
    """Run one suite per form and kind; mark the failing lines."""
    judging.start_marking(connection)
    for (form, kind), present in reconciled.items():
        suite_rules = [rule for rule in chosen if (rule.form, rule.kind) == (form, kind) and rule.rule_id in present]
        if not suite_rules:
            continue
        frame = judging.reconciliation_frame(connection, form, kind, [rule.rule_id for rule in suite_rules])
        for verdict in judge.judge(frame, suite_rules):
            judging.mark_failing(connection, frame, verdict.rule_id, verdict.failing_rows)
    judging.finish_marking(connection)


def _outcome(rule: Rule, looked_at: int, failed: int) -> RuleOutcome:
    """A rule that looked at nothing is not evaluated; it has not passed."""
    outcome = "not_evaluated" if looked_at == 0 else "failed" if failed else "passed"
    return RuleOutcome(rule.rule_id, rule.severity, looked_at, failed, outcome)


def _result_rows(
    run_id: str, run_at: datetime, chosen: Sequence[Rule], outcomes: Sequence[RuleOutcome]
) -> list[ResultRow]:
    return [
        ResultRow(
            run_id=run_id,
            run_at=run_at,
            rule_id=rule.rule_id,
            form=rule.form,
            kind=rule.kind,
            severity=rule.severity,
            looked_at=outcome.looked_at,
            failed=outcome.failed,
            outcome=outcome.outcome,
        )
        for rule, outcome in zip(chosen, outcomes, strict=True)
    ]


def _failures(
    lines: Sequence[FailingLine], causes: Sequence[CauseRow], chosen: Sequence[Rule]
) -> list[FailureRow]:  # fmt: skip
    by_id = {rule.rule_id: rule for rule in chosen}
    cause_of = {failure_id: cause.cause_id for cause in causes for failure_id in cause.failures}
    return [failure_of(by_id[line.rule_id], line, cause_of.get(line.failure_id)) for line in lines]


def _words(rule: Rule, line: FailingLine) -> Text:
    """The failure's sentence; what the rule asks, where the figures cannot be put in words."""
    try:
        return message(rule, line)
    except Exception:  # one line's figures must not keep all others from being judged
        _log.exception("not put in words: %s %s", rule.rule_id, line.failure_id)
        return rule.meaning


def failure_of(rule: Rule, line: FailingLine, cause_id: str | None = None) -> FailureRow:
    """The row of quality.failures for a failing line."""
    words = _words(rule, line)
    return FailureRow(
        failure_id=line.failure_id,
        case_id=line.case_id,
        rule_id=line.rule_id,
        severity=line.severity,
        form=line.form,
        commune_key=line.commune_key,
        commune_code=line.commune_code,
        month=line.month,
        submission_id=line.submission_id,
        version=line.version,
        sheet=line.sheet or None,
        cells=list(line.cells),
        cell_name=line.cell_name or None,
        line_number=line.line_number,
        field=line.field or None,
        reported=line.reported,
        expected=line.expected,
        difference=line.difference,
        message_vi=words.vi,
        message_en=words.en,
        state=line.state,
        first_seen_at=line.first_seen_at,
        decision=line.decision or None,
        decided_by=line.decided_by or None,
        decided_reason=line.decided_reason or None,
        cause_id=cause_id,
    )
