"""The gate: reconciliations in; results, failures, held-back months and Data Docs out.

Great Expectations judges; this module hands it the differences, puts what fails in words and keeps it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

import duckdb

from expectations.catalogue import Rule, rules
from expectations.messages import message
from expectations.report import CheckReport, RuleOutcome
from expectations.suites import Judge, Verdict
from warehouse import quality
from warehouse.connections import transaction, writing
from warehouse.quality import FailingLine, FailureRow, ResultRow
from warehouse.settings import Settings
from warehouse.tables import create_tables


def check(settings: Settings, catalogue: Sequence[Rule] | None = None) -> CheckReport:
    """Judge every reconciliation by the catalogue and keep what was found.

    Run again it finds the same failures; the results of each run are kept. Raises NothingToJudge before the
    first build, StoreBusy when another process writes, JudgingFailed when a rule could not be
    judged completely.
    """
    chosen = rules() if catalogue is None else tuple(catalogue)
    run_at = settings.current_instant()
    run_id = f"{run_at:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
    judge = Judge(run_id, run_at)
    with writing(settings) as connection:
        create_tables(connection)
        reconciled = quality.reconciled_kinds(connection)
        verdicts = _judge_all(connection, judge, chosen, reconciled)
        failures = _failures(connection, {rule.rule_id: rule for rule in chosen})
        outcomes = tuple(_outcome(rule, verdicts.get(rule.rule_id)) for rule in chosen)
        with transaction(connection):
            quality.append_results(connection, _result_rows(run_id, run_at, chosen, outcomes))
            quality.replace_failures(connection, failures)
            quality.replace_version_failures(connection)
            held_back = quality.replace_held_back(connection)
    data_docs = judge.build_data_docs(settings.reports / "data_docs")
    known = {rule.rule_id for rule in chosen}
    still_open = [failure.severity for failure in failures if failure.state == "open"]
    return CheckReport(
        run_id=run_id,
        run_at=run_at,
        outcomes=outcomes,
        open_critical=still_open.count("critical"),
        open_warning=still_open.count("warning"),
        open_info=still_open.count("info"),
        resolved=sum(failure.state == "resolved" for failure in failures),
        held_back=held_back,
        unknown_rules=tuple(sorted({each for ids in reconciled.values() for each in ids} - known)),
        data_docs=str(data_docs),
    )


def _judge_all(
    connection: duckdb.DuckDBPyConnection,
    judge: Judge,
    chosen: Sequence[Rule],
    reconciled: dict[tuple[str, str], list[str]],
) -> dict[str, Verdict]:
    """Run one suite per form and kind; mark the failing lines. A rule without lines gets no verdict."""
    quality.start_marking(connection)
    verdicts: dict[str, Verdict] = {}
    for (form, kind), present in reconciled.items():
        suite_rules = [rule for rule in chosen if (rule.form, rule.kind) == (form, kind) and rule.rule_id in present]
        if not suite_rules:
            continue
        frame = quality.reconciliation_frame(connection, form, kind, [rule.rule_id for rule in suite_rules])
        for verdict in judge.judge(frame, suite_rules):
            verdicts[verdict.rule_id] = verdict
            quality.mark_failing(connection, verdict.rule_id, verdict.failing_rows)
    return verdicts


def _outcome(rule: Rule, verdict: Verdict | None) -> RuleOutcome:
    """A rule that looked at nothing is not evaluated; it has not passed."""
    looked_at = verdict.looked_at if verdict else 0
    failed = len(verdict.failing_rows) if verdict else 0
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


def _failures(connection: duckdb.DuckDBPyConnection, by_id: dict[str, Rule]) -> list[FailureRow]:
    return [failure_of(by_id[line.rule_id], line) for line in quality.failing_lines(connection)]


def failure_of(rule: Rule, line: FailingLine) -> FailureRow:
    """The row of quality.failures for a failing line."""
    words = message(rule, line)
    return FailureRow(
        failure_id=line.failure_id,
        case_id=line.case_id,
        rule_id=line.rule_id,
        severity=rule.severity,
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
        state="open" if line.is_open else "resolved",
        first_seen_at=line.first_seen_at,
    )
