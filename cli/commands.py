"""`admissions …`: one short function per command; what help says of it is in `reference/commands.csv`."""

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import steps
from cli import terminal
from reference import usage
from reference.fields import MONTHLY_FORMS, OFFICIAL_FORMS, TRAINING_FORM
from reference.figures import month_name
from reference.texts import say
from reference.usage import as_typed
from warehouse import events, json_lines
from warehouse.failure_states import STATES
from warehouse.settings import BadSetting, Settings, language_in_force, load_settings, log_in_force

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# Where nobody watches (a log, a file) lines may be long.
out = terminal.Screen(soft_wrap=True, width=None if sys.stdout.isatty() else 160)
err = terminal.Screen(stderr=True, soft_wrap=True)


@app.command()
def inspect(
    files: list[Path],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """What would be read from these workbooks; touches no store."""
    from ingest.inspect import inspect_files

    settings = load_settings()
    for found in inspect_files(files, settings):
        if as_json:
            print(json.dumps(found, ensure_ascii=False), flush=True)
        else:
            out.print(terminal.inspected(found, settings.language), markup=False, highlight=False)


@app.command()
def load(
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Landing folder -> archive and raw tables."""
    _run_step("load", as_json)


@app.command()
def build() -> None:
    """dbt: staging and the reconciliations that the gate judges."""
    _run_step("build")


@app.command()
def check() -> None:
    """The quality gate: Great Expectations judges the reconciliations."""
    _run_step("check")


@app.command()
def publish() -> None:
    """The marts of what passed the gate, and the finished copy for readers."""
    _run_step("publish")


@app.command()
def run(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Load, build, check, publish: what the DAG does, without Airflow."""
    settings = load_settings()
    with terminal.progress_of_load(err) as progress:
        for step, summary in steps.run(settings, progress):
            _print_step(step, summary, settings, as_json)


@app.command()
def status(month: str | None = None) -> None:
    """Who has reported for a month, which version, and what is open."""
    from answers import reports

    settings = load_settings()
    chosen = _month(month) or reports.last_reported_month(settings)
    lines = reports.reporting(settings, chosen) if chosen else []
    if lines:
        out.print(terminal.reporting_table(lines, settings.language))
    else:
        out.print(say("no_reports", settings.language))


@app.command()
def failures(
    commune: str | None = None,
    month: str | None = None,
    state: str | None = None,
    whole: Annotated[bool, typer.Option("--all")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """The stewards' queue: a case for each commune and month; a single one with all that is known of it."""
    from answers import cases, reports
    from cli import terminal_queue

    settings = load_settings()
    if state is not None and state not in STATES:
        wanted = ", ".join(STATES)
        raise typer.BadParameter(say("error_state", settings.language, detail=state, expected=wanted))
    if as_json:
        for line in reports.failures(settings, commune, _month(month), state):
            print(json.dumps(asdict(line), ensure_ascii=False, default=str))
        return
    found = cases.queue(settings, commune, _month(month), state)
    shown = found if whole or state else [case for case in found if case.waits]
    if commune and (names := terminal_queue.several_communes(found)):
        out.print(say("several_communes", settings.language, commune=commune, names=names), highlight=False)
    if len(found) == 1:
        _show_case(found[0].case_id)
    elif shown:
        out.print(terminal_queue.queue_table(shown, settings.language))
    else:
        out.print(say("no_failures", settings.language))
    if len(found) > max(1, len(shown)):
        out.print(say("queue_rest", settings.language, number=len(found) - len(shown)), highlight=False)


@app.command(name="case")
def show_case(
    wanted: str,
) -> None:
    """One case: its causes, the rows around the wrong cells, last month's figures, the proposed repairs."""
    _show_case(wanted)


@app.command()
def changes(
    commune: str,
    month: str,
) -> None:
    """What each version of a month's report changed, and which failures it settles and brings."""
    from answers import reports

    settings = load_settings()
    lines = reports.versions(settings, commune, _one_month(month))
    if lines:
        out.print(terminal.version_lines(lines, settings.language), markup=False, highlight=False)
    else:
        told = month_name(_one_month(month), settings.language)
        out.print(say("no_versions", settings.language, commune=commune, month=told), markup=False, highlight=False)


@app.command()
def versions(
    commune: str,
    month: str,
    use: int | None = None,
    by: str = "",
    reason: str = "",
) -> None:
    """The versions of a report: file, arrival, figures, state, which one counts and why; or another is to count."""
    from answers.versions import report_versions
    from cli import terminal_versions
    from expectations.choose_version import Choice

    settings = load_settings()
    language = settings.language
    wanted = _one_month(month)
    found = report_versions(settings, commune, wanted)
    if use is not None:
        codes = sorted({each.commune_code for each in found}) or [commune]
        if len(codes) > 1:
            raise typer.BadParameter(say("version_one_commune", language, detail=", ".join(codes)))
        done = steps.use_version(settings, Choice(codes[0], wanted, use, by, reason))
        out.print(
            say("version_used", language, case_id=done["decision"]["case_id"], version=use, by=by), highlight=False
        )
        waits = "decision_kept_busy" if done["busy"] else "decision_published"
        out.print(say(waits, language), highlight=False)
        found = report_versions(settings, commune, wanted)
    if not found:
        out.print(say("no_versions", language, commune=commune, month=month), markup=False, highlight=False)
    for table in terminal_versions.versions_tables(found, language):
        out.print(table)
    for sentence in terminal_versions.why_it_counts(found, language):
        out.print(sentence, markup=False, highlight=False)


@app.command()
def annotate(
    commune: str,
    month: str,
    path: Annotated[Path | None, typer.Option("--out")] = None,
) -> None:
    """The senders' own workbooks with what is unsettled marked in them, each with a letter to go with it."""
    settings = load_settings()
    with terminal.progress_of_load(err) as show:
        done = steps.annotate(settings, commune, _one_month(month), path, show)
    out.print(terminal.annotated(done, month, settings.language), markup=False, highlight=False)


@app.command()
def summary(
    month: str,
    folder: Annotated[Path | None, typer.Option("--out")] = None,
) -> None:
    """The month's summary for those above the commission: a Word document and a workbook, in Vietnamese."""
    from outbox.summary.write import summarise

    settings = load_settings()
    done = summarise(settings, _one_month(month), folder)
    out.print(terminal.summarised(done, month, settings.language), markup=False, highlight=False)


@app.command()
def remind(
    month: str,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    again: Annotated[bool, typer.Option("--again")] = False,
) -> None:
    """Reminders of a month: to communes that owe a report, and to those whose report was returned; nothing twice. Or
    (`today`) whatever is due on this day."""
    from cli.terminal_reminders import TODAY, print_reminders

    settings = load_settings()
    try:
        if month == TODAY:
            done = steps.remind_today(settings, dry_run)
        else:
            done = steps.remind(settings, _one_month(month), dry_run, again)
    except steps.NotAllSent as error:
        print_reminders(out, error.summary, month, settings.language)
        raise
    print_reminders(out, done, month, settings.language)


@app.command()
def templates(
    month: str,
    commune: str | None = None,
    folder: Annotated[Path | None, typer.Option("--out")] = None,
) -> None:
    """Blank workbooks to issue for a month, with each commune's known cells filled in; and a table of targets (form
    CT-1) for the commission to fill in, where the term's are not on file."""
    from outbox.blank.issue import issue, issue_targets

    settings = load_settings()
    issued = issue(settings, _one_month(month), commune, folder)
    targets = issue_targets(settings, _one_month(month), folder) if commune is None else None
    out.print(terminal.issued_workbooks(issued, targets, month, settings.language), markup=False, highlight=False)


@app.command()
def official(
    period: str,
    form: str | None = None,
    commune: str | None = None,
    path: Annotated[Path | None, typer.Option("--out")] = None,
) -> None:
    """The official forms of a half-year or year, filled from the warehouse, as a workbook."""
    from outbox.filled_forms.issue import is_period, issue_forms

    settings = load_settings()
    if not is_period(period):
        raise typer.BadParameter(say("error_period", settings.language, detail=period))
    chosen = form.upper() if form else None
    if chosen is not None and chosen not in OFFICIAL_FORMS:
        wanted = ", ".join(OFFICIAL_FORMS)
        raise typer.BadParameter(say("error_official_form", settings.language, detail=form, expected=wanted))
    issued = issue_forms(settings, period, chosen, commune, path)
    out.print(terminal.issued_forms(issued, period, settings.language), markup=False, highlight=False)


@app.command()
def overview() -> None:
    """The figures of each term as the city publishes them, what is open, and what to try next."""
    from answers import cases, reports
    from cli import terminal_queue

    settings = load_settings()
    language = settings.language
    for table in terminal.term_review_tables(reports.term_review(settings), language):
        out.print(table)
    if held := reports.held_back(settings):
        out.print(say("held_back_note", language, number=held), highlight=False)
    waiting = [case for case in cases.queue(settings) if case.waits]
    if waiting:
        out.print(terminal_queue.queue_table(waiting, language))
    month = reports.last_reported_month(settings)
    out.print(say("next_title", language), style="bold")
    first = waiting[0].case_id if waiting else None
    out.print(terminal.next_commands(month, first, settings), markup=False, highlight=False)


@app.command()
def query(
    sql: str,
    as_csv: Annotated[bool, typer.Option("--csv")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    path: Annotated[Path | None, typer.Option("--out")] = None,
    published_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
) -> None:
    """Ask the published file: one statement that reads; nothing else is opened, and nothing is changed."""
    from warehouse.query import answered, drawn

    settings = load_settings()
    day = published_on.date() if published_on else None
    if as_csv and as_json:
        raise typer.BadParameter(say("error_csv_or_json", settings.language))
    if path is not None:
        _write_answer(settings, sql, path, as_csv, as_json, day)
    elif as_csv or as_json:
        from outbox.table_file import write_csv, write_json

        with answered(settings, sql, day) as answer:
            (write_csv if as_csv else write_json)(answer, sys.stdout)
    else:
        print(drawn(settings, sql, out.width, day))


@app.command()
def decide(
    failures: list[str],
    by: str = "",
    reason: str = "",
    value: float | None = None,
    cell: str | None = None,
    proposal: int | None = None,
    rule: str | None = None,
    commune: str | None = None,
    month: str | None = None,
    later: Annotated[bool, typer.Option("--no-publish")] = False,
) -> None:
    """A steward's decision: FAILURE_ID… accept, correct, return or reopen; kept for ever.

    `admissions decide 03408-2020-05 correct --proposal 1 --by … --reason …` takes a proposed repair over.
    """
    from expectations.decide import DECISIONS, Request

    settings = load_settings()
    *ids, decision = failures
    if decision not in DECISIONS or not (ids or rule):
        raise typer.BadParameter(say("decision_unknown", settings.language, detail=decision))
    request = Request(tuple(ids), decision, by, reason, value, cell, proposal, rule, commune, _month(month))
    summary = steps.decide(settings, request, not later)
    out.print(terminal.decided(summary, settings.language), markup=False, highlight=False)


@app.command()
def rebuild(
    replace: Annotated[bool, typer.Option("--replace")] = False,
) -> None:
    """The published tables again from archive, reference data and decisions; says whether they are the same."""
    settings = load_settings()
    with terminal.progress_of_load(err) as show:
        summary = steps.rebuild(settings, replace, show)
    out.print(terminal.rebuilt(summary, settings.language), markup=False, highlight=False)
    if summary["same"] is False and not replace:
        raise typer.Exit(1)


@app.command()
def backup(folder: Path) -> None:
    """Everything that a rebuild needs into a folder, with checksums; only what has changed is copied."""
    settings = load_settings()
    with terminal.progress_of_load(err) as show:
        made = steps.backup(settings, folder, show)
    out.print(terminal.backed_up(made, settings.language), markup=False, highlight=False)
    _end_with(made["troubles"])


@app.command()
def restore(folder: Path) -> None:
    """A backup back onto an empty home."""
    settings = load_settings()
    with terminal.progress_of_load(err) as show:
        done = steps.restore(settings, folder, show)
    out.print(terminal.restored(done, settings.language), markup=False, highlight=False)


@app.command()
def verify() -> None:
    """Archive, journals, store and published file against their checksums and against each other."""
    settings = load_settings()
    with terminal.progress_of_load(err) as show:
        done = steps.verify(settings, show)
    out.print(terminal.verified(done, settings.language), markup=False, highlight=False)
    _end_with(done["troubles"])


@app.command(name="as-known-on")
def as_known_on(day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])]) -> None:
    """What the published figures were at the end of a day: later reports, corrections and decisions left out."""
    from answers.reports import known_on

    print(known_on(load_settings(), day.date(), out.width))


@app.command(name="changed-since")
def changed_since(day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])]) -> None:
    """What has changed since the report of a day, and why."""
    from answers import reports

    print(reports.changed_since(load_settings(), day.date(), out.width))


@app.command()
def trace(
    relation: str,
    key: str,
    figure: str | None = None,
) -> None:
    """From a row of a relation to the workbooks, sheets and cells that it was made of."""
    from answers.reports import traced

    print(traced(load_settings(), relation, key, figure, out.width))


@app.command(name="map")
def map_column(
    commune: str,
    form: str,
    header: str,
    field: str,
    from_month: Annotated[str, typer.Option("--from")],
    by: str = "",
) -> None:
    """Say once what a column is; remembered for the commune, or for all, and the files it touches are read again."""
    from ingest.monthly.learnt_columns import LearntColumn
    from ingest.reread import learn_column

    settings = load_settings()
    if form not in (*MONTHLY_FORMS, TRAINING_FORM):
        wanted = ", ".join((*MONTHLY_FORMS, TRAINING_FORM))
        raise typer.BadParameter(say("error_form", settings.language, detail=form, expected=wanted))
    month = _one_month(from_month)
    with terminal.progress_of_load(err) as progress:
        report = learn_column(settings, LearntColumn(commune, form, header, field, month, by), progress)
    out.print(terminal.learnt(report, field, settings.language), markup=False, highlight=False)


@app.command()
def words(
    month: str | None = None,
    whole: Annotated[bool, typer.Option("--all")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Header wordings that were not understood or only inferred, the most blocking first."""
    from cli import terminal_words

    settings = load_settings()
    found = steps.words(settings, _month(month))
    if as_json:
        for word in found:
            print(json.dumps(terminal_words.as_object(word), ensure_ascii=False))
        return
    shown = found if whole else [word for word in found if not word.is_foreign]
    if shown:
        out.print(terminal_words.words_table(shown, settings.language))
    else:
        out.print(say("words_none", settings.language))
    for sentence in terminal_words.words_notes(shown, len(found) - len(shown), settings.language):
        out.print(sentence, markup=False, highlight=False)


@app.command()
def doctor() -> None:
    """Check settings, folders, stores, the rules and versions; exit status 1 when something is wrong."""
    settings = load_settings()
    findings = steps.examine(settings)
    terminal.print_findings(out, settings, findings)
    if not all(finding.is_good for finding in findings):
        raise typer.Exit(1)


@app.command()
def portal(
    host: str | None = None,
    port: int | None = None,
) -> None:
    """Serve the portal until it is stopped."""
    from portal import serve

    settings = load_settings()
    where = (host or settings.portal_host, port or settings.portal_port)
    _complain("portal_serves", serve.greeting(settings, *where), logging.INFO)
    serve.serve(settings, *where)


@app.command()
def users(
    action: Annotated[str, typer.Argument(metavar="add|list|remove")],
    name: Annotated[str | None, typer.Argument()] = None,
    role: str | None = None,
    commune: str | None = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin")] = False,
) -> None:
    """Local accounts of the portal; a password that is made up is printed once."""
    from cli.users import add_user, list_users, remove_user

    settings = load_settings()
    actions: dict[str, Callable[..., list[str]]] = {"add": add_user, "list": list_users, "remove": remove_user}
    if action not in actions or (action != "list" and not name):
        raise typer.BadParameter(say("error_users", settings.language, detail=action))
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    for line in actions[action](settings, name or "", role, commune, password):
        out.print(line, markup=False, highlight=False)


def _complain(event: str, sentence: str, level: int = logging.ERROR) -> None:
    """On standard error: the sentence, or the event with it where logs are JSON lines."""
    if json_lines.are_written():
        events.tell(event, level, sentence=as_typed(sentence))
    else:
        err.print(sentence, markup=False, highlight=False)


def _end_with(troubles: list[str]) -> None:
    """Say what is wrong; exit status 1 where anything is."""
    for sentence in troubles:
        _complain("trouble", sentence)
    if troubles:
        raise typer.Exit(1)


def _write_answer(settings: Settings, sql: str, path: Path, as_csv: bool, as_json: bool, day: date | None) -> None:
    from outbox.marked.annotate import InsideArchive
    from outbox.table_file import WRITERS, write_file
    from warehouse.query import answered

    ending = path.suffix.lower()
    if ending not in WRITERS or as_json or (as_csv and ending != ".csv"):
        wanted = ", ".join(f"FILE{each}" for each in WRITERS)
        raise typer.BadParameter(say("error_out_ending", settings.language, detail=path.name, expected=wanted))
    if path.resolve().is_relative_to(settings.archive):
        raise InsideArchive(str(path))
    with answered(settings, sql, day) as answer:
        rows = write_file(answer, path)
    out.print(say("query_written", settings.language, number=rows, path=path), markup=False, highlight=False)


def _show_case(wanted: str) -> None:
    from answers.cases import SeveralCases, case_view
    from cli import terminal_queue

    settings = load_settings()
    try:
        found = case_view(settings, wanted)
    except SeveralCases as error:
        raise typer.BadParameter(say("case_ambiguous", settings.language, detail=error)) from error
    if found is None:
        raise typer.BadParameter(say("decision_no_failure", settings.language, detail=wanted))
    out.print(terminal_queue.case_lines(found, settings.language))


def _print_step(step: str, summary: steps.Summary, settings: Settings, as_json: bool) -> None:
    from cli import terminal_versions

    if as_json:
        print(json.dumps({"step": step, **summary}, ensure_ascii=False, default=str), flush=True)
        return
    terminal.print_summary(out, step, summary, settings)
    if step == "load":
        if (table := terminal_versions.received_table(summary["received"], settings.language)) is not None:
            out.print(table)
        for sentence in terminal_versions.received_notes(summary, settings.language):
            out.print(sentence, markup=False, highlight=False)


def _run_step(name: str, as_json: bool = False) -> None:
    settings = load_settings()
    step: Callable[..., steps.Summary] = getattr(steps, name)
    if name == "load":
        with terminal.progress_of_load(err) as progress:
            summary: dict[str, Any] = step(settings, progress)
    else:
        summary = step(settings)
    _print_step(name, summary, settings, as_json)


def _month(text: str | None) -> date | None:
    return _one_month(text) if text else None


def _one_month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise typer.BadParameter(say("error_month", load_settings().language, detail=text)) from error


def _home() -> Path | None:
    try:
        return load_settings().home
    except BadSetting:
        return None


def main() -> None:
    """The console script: an error that a person can do something about becomes one sentence, in the language set.

    Exit status 2 for wrong usage, 1 for what could not be done.
    """
    language = language_in_force()
    if log_in_force() == "json":
        # What is started from here says what it says in the same way.
        os.environ["ADMISSIONS_LOG"] = "json"
        json_lines.to_standard_error()
    try:
        sys.exit(usage.in_words(app, language)(standalone_mode=False))
    except usage.UsageError as error:
        if said := usage.wrong_usage(error, language):
            _complain("wrong_usage", said)
        sys.exit(error.exit_code)
    except typer.Abort:
        _complain("aborted", usage.words("aborted", language))
        sys.exit(1)
    except Exception as error:
        sentence = steps.sentence_for(error, language, _home())
        if sentence is not None:
            _complain("failed", sentence)
        elif json_lines.are_written():
            events.tell("failed", logging.CRITICAL, exception=traceback.format_exc())
        else:
            raise
        sys.exit(1)
