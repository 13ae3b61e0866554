"""The four steps of a run, in order. The command line and the DAG call these and nothing else.

Each takes the settings and returns a small summary (plain values, for logs and XCom); each can be run again. What
cannot be done leaves a step as StepFailed, with a sentence of the catalogue for the operator.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from reference.communes import UnknownScope
from reference.naming import NoCommuneMeant, SeveralCommunesMeant
from reference.terms import BadTerms
from reference.texts import say
from warehouse import last_failure
from warehouse.connections import NothingPublished, QueryFailed, StoreBusy, StoreDamaged, writing
from warehouse.decisions import noted, take_in_noted
from warehouse.files import FULL
from warehouse.ledger import is_judged
from warehouse.publish import take_the_place
from warehouse.run_lock import holding
from warehouse.settings import BadSetting, Settings
from warehouse.tables import create_tables

if TYPE_CHECKING:
    from expectations.choose_version import Choice
    from expectations.decide import Decided, Request
    from expectations.report import CheckReport
    from outbox.annotate import Annotated

Summary = dict[str, Any]
_Kept = TypeVar("_Kept")
#: Called with (done, total) while a step goes on.
Progress = Callable[[int, int], None]


#: What publishes in the end, step by step or at once.
_STEPS = ("admissions load", "admissions build", "admissions check", "admissions publish", "admissions run")
#: How long a steward waits for another run, in seconds, before the decision is kept for that run or the next one.
_DECISION_WAITS = 20


def _silent(done: int, total: int) -> None:
    """No progress is shown."""


class StepFailed(RuntimeError):
    """A step could not do its work; the text is the sentence for the operator."""


def load(settings: Settings, progress: Progress = _silent) -> Summary:
    """Landing folder -> archive and `raw.*`."""
    from ingest.load import load as load_landing

    with _holding(settings, "admissions load"):
        return asdict(load_landing(settings, progress))


def build(settings: Settings) -> Summary:
    """`raw.*` -> staging, intermediate and the reconciliations that the gate judges."""
    from dbt_project.build import RECONCILE
    from dbt_project.build import build as run_dbt
    from expectations.publish_rules import write_rules

    with _holding(settings, "admissions build"):
        write_rules(settings)
        with writing(settings) as connection:
            take_in_noted(connection, settings.archive)
        return asdict(run_dbt(settings, RECONCILE))


def check(settings: Settings) -> Summary:
    """Reconciliations -> results, failures, the versions that count and the months that are held back."""
    with _holding(settings, "admissions check"):
        from expectations.check import check as judge

        report = judge(settings)
        while report.months_again:
            # What was taken for right is held back, or the other way round: the months after it are compared anew.
            build(settings)
            report = judge(settings)
        return _check_summary(report)


def publish(settings: Settings) -> Summary:
    """What passed the gate -> marts -> the finished copy for readers.

    What came or was decided since the last build is built and checked first: nothing is published that was not judged.
    While months had to wait (more came at once than fit into memory) they are built, checked and published, too.
    """
    with _holding(settings, "admissions publish"):
        if not _is_judged(settings):
            build(settings)
            check(settings)
        published = _publish_once(settings)
        while published["months_left"]:
            build(settings)
            check(settings)
            published = _publish_once(settings)
    return published


def _is_judged(settings: Settings) -> bool:
    with writing(settings) as connection:
        create_tables(connection)
        return is_judged(connection) and not noted(connection, settings.archive)


def _publish_once(settings: Settings) -> Summary:
    from dbt_project.build import MARTS, enter_built, manifest_of
    from dbt_project.build import build as run_dbt
    from dbt_project.dictionary import comments, entries
    from dbt_project.table_macros import table_macros
    from warehouse.publish import publish as publish_copy

    built = run_dbt(settings, MARTS)
    months_left = enter_built(settings)
    published = publish_copy(settings, table_macros(), comments(entries(manifest_of(settings))))
    last_failure.forget(settings)
    return {**asdict(built), **asdict(published), "path": str(published.path), "months_left": months_left}


def run(settings: Settings, progress: Progress = _silent) -> Iterator[tuple[str, Summary]]:
    """All four steps; yields each one's name and summary when it is done.

    Importing Great Expectations takes seconds, so the process that will judge starts while dbt builds.
    """
    from expectations.process import CheckProcess

    with _holding(settings, "admissions run"):
        yield "load", load(settings, progress)
        with CheckProcess(settings) as judge:
            judge.start()
            yield "build", build(settings)
            report = judge.run()
            if report.months_again:
                build(settings)
                yield "check", check(settings)
            else:
                yield "check", _check_summary(report)
        yield "publish", publish(settings)


@contextmanager
def part_of_run(settings: Settings, run_id: str, goes_on: bool) -> Iterator[None]:
    """Around a step that runs in a process of its own, as the DAG's tasks do: nobody comes between it and the step of
    the same run that follows (when the run `goes_on`), unless that one keeps everybody waiting."""
    with _holding(settings, run_id, run=run_id, goes_on=goes_on):
        yield


def decide(settings: Settings, request: "Request", publish_now: bool) -> Summary:
    """A steward's decision, kept for ever; the months it is about are built, judged and published again.

    While another process has the store the decision is kept all the same: that run, or the next one, takes it in.
    """
    patience = min(settings.wait_seconds, _DECISION_WAITS)
    try:
        with _failures_in_words(settings), holding(settings, "admissions decide", patience=patience):
            return _decide_and_publish(settings, request, publish_now)
    except StepFailed as error:
        if not isinstance(error.__cause__, StoreBusy):
            raise
        return _note_decision(settings, request, error.__cause__)


def _decide_and_publish(settings: Settings, request: "Request", publish_now: bool) -> Summary:
    from expectations.decide import decide as keep

    kept = _unless_refused(settings, lambda: keep(settings, request))
    before = _open_now(settings, kept)
    if not publish_now:
        return _decided(kept)
    try:
        _build_check_publish(settings)
    except StepFailed as error:
        if not isinstance(error.__cause__, StoreBusy):
            raise
        # The decision itself is kept, and whoever writes now or next finds its month touched.
        return _decided(kept, busy=True)
    now = _open_now(settings, kept)
    settled = {each.decision.failure_id for each in kept if each.decision.decision in ("accept", "correct")}
    return {
        **_decided(kept),
        "published": True,
        "brought": [text for failure_id, text in now.items() if failure_id not in before],
        "still_open": [text for failure_id, text in now.items() if failure_id in settled & before.keys()],
    }


def use_version(settings: Settings, choice: "Choice") -> Summary:
    """A steward's decision which version of a month counts; what it is about is built, judged and published again.

    While another process has the store the decision is kept all the same, as others are.
    """
    from expectations.choose_version import choose_version, note_choice

    patience = min(settings.wait_seconds, _DECISION_WAITS)
    try:
        with _failures_in_words(settings), holding(settings, "admissions versions", patience=patience):
            decision = _unless_refused(settings, lambda: choose_version(settings, choice))
            _build_check_publish(settings)
            return {"decision": asdict(decision), "published": True, "busy": False}
    except StepFailed as error:
        if not isinstance(error.__cause__, StoreBusy):
            raise
    with _failures_in_words(settings):
        decision = _unless_refused(settings, lambda: note_choice(settings, choice))
        return {"decision": asdict(decision), "published": False, "busy": True}


def _note_decision(settings: Settings, request: "Request", busy: StoreBusy) -> Summary:
    from expectations.decide import note

    with _failures_in_words(settings):
        try:
            return _decided(_unless_refused(settings, lambda: note(settings, request)), busy=True)
        except NothingPublished:
            # There is nothing yet that could be decided on.
            raise busy from None


def _unless_refused(settings: Settings, keep: Callable[[], _Kept]) -> _Kept:
    from expectations.decide import DecisionRefused

    try:
        return keep()
    except DecisionRefused as error:
        raise StepFailed(say(error.text, settings.language, detail=error.detail)) from error


def _decided(kept: tuple["Decided", ...], busy: bool = False) -> Summary:
    """What was decided, before anything of it is published."""
    return {
        "decisions": [asdict(each.decision) for each in kept],
        "decided_before": sorted({each.before for each in kept if each.before}),
        "brought": [],
        "still_open": [],
        "published": False,
        "busy": busy,
    }


def _open_now(settings: Settings, kept: tuple["Decided", ...]) -> dict[str, str]:
    """failure id -> sentence of what is open, as published, in the months that were decided on."""
    from warehouse.connections import reading_published
    from warehouse.deciding import open_failures_of

    with reading_published(settings) as connection:
        found: dict[str, str] = {}
        for commune_key, month in sorted({(each.decision.commune_key, each.decision.month) for each in kept}):
            found |= open_failures_of(connection, commune_key, month)
        return found


def rebuild(settings: Settings, replace: bool, progress: Progress = _silent) -> Summary:
    """Archive, reference data and decisions -> a store and a published file anew, compared with the present one.

    The new files are put in the place of the old ones when `replace` says so, and are removed otherwise. `same` in
    the summary is None when there is no published file to compare with.
    """
    from ingest.rebuild import read_archive
    from warehouse.compare import differing_tables

    fresh = settings.anew(f"rebuild-{os.getpid()}")
    try:
        # What is compared, and perhaps replaced, must not change meanwhile.
        with _holding(settings, "admissions rebuild"):
            workbooks = read_archive(fresh, progress)
            _build_check_publish(fresh)
            compared = settings.published.exists()
            differences = differing_tables(settings.published, fresh.published) if compared else ()
            if replace:
                take_the_place(settings, fresh)
    finally:
        shutil.rmtree(fresh.home, ignore_errors=True)
    return {
        "workbooks": workbooks,
        "same": not differences if compared else None,
        "differences": [asdict(each) for each in differences],
        "replaced": replace,
    }


def annotate(
    settings: Settings, commune: str, month: date, path: Path | None, progress: Progress = _silent
) -> "Annotated":
    """The communes' reports of a month with what is unsettled marked in them; they are opened as the reader does."""
    from ingest.prepare import sheets_as_read
    from outbox.annotate import annotate as mark

    return mark(settings, commune, month, path, sheets_as_read, progress)


def _build_check_publish(settings: Settings) -> None:
    build(settings)
    check(settings)
    publish(settings)


def _check_summary(report: "CheckReport") -> Summary:
    """The report without its rules one by one (`quality.results` has those)."""
    outcomes = [outcome.outcome for outcome in report.outcomes]
    return {
        "run_id": report.run_id,
        "rules": len(outcomes),
        "failed": outcomes.count("failed"),
        "not_evaluated": outcomes.count("not_evaluated"),
        "looked_at": report.looked_at,
        "open_failures": report.open_failures,
        "open_critical": report.open_critical,
        "held_back": report.held_back,
        "data_docs": report.data_docs,
        "set_aside": list(report.set_aside),
    }


@contextmanager
def _holding(settings: Settings, what: str, *, run: str = "", goes_on: bool = False) -> Iterator[None]:
    """The store is ours over all of this; troubles leave it as sentences, and a note for the doctor."""
    try:
        with _failures_in_words(settings), holding(settings, what, run=run, goes_on=goes_on):
            yield
    except Exception as error:
        # Whoever is busy publishes, and leaves a note where that fails.
        if what in _STEPS and not isinstance(error.__cause__, StoreBusy):
            last_failure.remember(settings, what, str(error) or type(error).__name__)
        raise


@contextmanager
def _failures_in_words(settings: Settings) -> Iterator[None]:
    try:
        yield
    except StepFailed:
        raise
    except Exception as error:
        sentence = sentence_for(error, settings.language, settings.home)
        if sentence is None:
            raise
        raise StepFailed(sentence) from error


def sentence_for(error: Exception, language: str, home: Path | None = None) -> str | None:
    """What a person can do about `error`; None for an error that nobody foresaw. `home` is what is named where a full
    disk was met in the middle of a file."""
    from dbt_project.build import BuildFailed
    from expectations.process import CheckStopped
    from expectations.yaml_file import CatalogueError
    from ingest.layouts import UnknownField
    from ingest.rebuild import ArchiveDamaged
    from ingest.reread import NoSuchColumn
    from official.issue import FormNotInForce, NoSuchOffice, PeriodNotCovered, SeveralOffices
    from outbox.annotate import InsideArchive, NoReportToReturn, SeveralReports
    from outbox.table_file import TooManyRows
    from templates.issue import NoSuchCommune
    from warehouse.archived import NotArchived
    from warehouse.intake import NotStorable
    from warehouse.journal import JournalDamaged
    from warehouse.judging import NothingToJudge
    from warehouse.month_summary import MonthNotCovered
    from warehouse.query import NotOneStatement, NotReading, OutsideThePublishedFile
    from warehouse.reports import NotTraced

    texts: tuple[tuple[type[Exception], str], ...] = (
        (UnknownScope, "error_scope"),
        (StoreBusy, "error_busy"),
        (StoreDamaged, "error_store"),
        (NothingPublished, "error_nothing_published"),
        (NotOneStatement, "error_query_one"),
        (NotReading, "error_query_reading"),
        (OutsideThePublishedFile, "error_query_outside"),
        (NotStorable, "error_not_storable"),
        (QueryFailed, "error_query"),
        (NotTraced, "error_not_traced"),
        (TooManyRows, "error_too_many_rows"),
        (BuildFailed, "error_build"),
        (NothingToJudge, "error_nothing_to_check"),
        (CatalogueError, "error_catalogue"),
        (CheckStopped, "error_check"),
        (ArchiveDamaged, "error_archive"),
        (NotArchived, "error_archive"),
        (JournalDamaged, "error_journal"),
        (NoReportToReturn, "error_no_report_to_return"),
        (SeveralReports, "error_several_reports"),
        (InsideArchive, "error_inside_archive"),
        (MonthNotCovered, "error_month_not_covered"),
        (NoSuchColumn, "error_no_such_column"),
        (UnknownField, "error_unknown_field"),
        (NoSuchCommune, "error_template_commune"),
        (NoCommuneMeant, "error_no_commune"),
        (SeveralCommunesMeant, "error_several_communes"),
        (PeriodNotCovered, "error_official_period"),
        (FormNotInForce, "error_official_edition"),
        (NoSuchOffice, "error_official_commune"),
        (SeveralOffices, "error_official_several"),
    )
    if isinstance(error, StepFailed):
        return str(error)
    if isinstance(error, BadSetting):
        return say("error_setting", language, detail=error.sentence(language))
    if isinstance(error, BadTerms):
        return say(error.text, language, **error.values)
    for kind, text in texts:
        if isinstance(error, kind):
            return say(text, language, detail=error)
    if isinstance(error, OSError) and error.errno in FULL:
        return say("error_disk_full", language, detail=error.filename or home or "–")
    if isinstance(error, OSError) and error.filename:
        return say("error_unwritable", language, detail=error.filename)
    return None
