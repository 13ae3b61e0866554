"""The four steps of a run, in order, and the run itself."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from steps.told import tell
from steps.troubles import holding_the_store
from warehouse import as_published, last_failure, run_log
from warehouse.connections import let_go, writing
from warehouse.decisions import noted, take_in_noted
from warehouse.ledger import is_broken_off, is_judged
from warehouse.settings import Settings
from warehouse.tables import create_tables

if TYPE_CHECKING:
    from expectations.process import CheckProcess
    from expectations.report import CheckReport
    from steps.ready import ReadyToPublish

Summary = dict[str, Any]
#: Called with (done, total) while a step goes on.
Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """No progress is shown."""


def load(settings: Settings, progress: Progress = silent) -> Summary:
    """Landing folder -> archive and `raw.*`."""
    from ingest.load import load as load_landing

    with holding_the_store(settings, "admissions load"):
        return tell("load", asdict(load_landing(settings, progress)), settings)


def build(settings: Settings, in_full: bool = False) -> Summary:
    """`raw.*` -> staging, intermediate and the reconciliations that the gate judges; what has changed, or `in_full`."""
    from dbt_project.build import RECONCILE
    from dbt_project.build import build as run_dbt
    from expectations.publish_rules import write_rules
    from expectations.resident import wake

    wake(settings)
    with holding_the_store(settings, "admissions build"):
        with writing(settings) as connection:
            write_rules(settings)
            take_in_noted(connection, settings.archive)
        return tell("build", asdict(run_dbt(settings, RECONCILE, in_full=in_full)), settings)


def check(settings: Settings) -> Summary:
    """Reconciliations -> results, failures, the versions that count and the months that are held back. A build that was
    broken off is gone through again before: what it has left is of two builds."""
    with holding_the_store(settings, "admissions check"):
        if _is_broken_off(settings):
            build(settings)
        report = _judged(settings)
        while report.months_again:
            # What was taken for right is held back, or the other way round: the months after it are compared anew.
            build(settings)
            report = _judged(settings)
        return tell("check", _check_summary(report), settings)


def publish(settings: Settings, in_full: bool = False, ready: "ReadyToPublish | None" = None) -> Summary:
    """What passed the gate -> marts (those that have changed, or all of them) -> the finished copy for readers.

    What came or was decided since the last build is built and checked first, and everything where code, rules, settings
    or the day are others: nothing is published that was not judged.
    While months had to wait (more came at once than fit into memory) they are built, checked and published, too.
    What is `ready` is not read again.
    """
    with holding_the_store(settings, "admissions publish"):
        if not in_full and as_published.is_as_published(settings):
            return _unchanged(settings)
        if not _is_judged(settings):
            build(settings)
            check(settings)
        published = _publish_once(settings, in_full, ready)
        while published["months_left"]:
            build(settings)
            check(settings)
            published = _publish_once(settings)
        as_published.remember(settings)
    return published


def unless_published(settings: Settings, step: Callable[[Settings], Summary]) -> Summary:
    """What the step does, where anything has changed since the last publishing."""
    return _unchanged(settings) if as_published.is_as_published(settings) else step(settings)


def run(settings: Settings, progress: Progress = silent) -> Iterator[tuple[str, Summary]]:
    """All four steps; yields each one's name and summary when it is done. Where nothing has changed since the last
    publishing, the others are not gone through."""
    with holding_the_store(settings, "admissions run"), ExitStack() as stack:
        judges: list[CheckProcess] = []

        def begin(done: int, total: int) -> None:
            if not judges:
                judges.append(stack.enter_context(judge_of(settings)))
            progress(done, total)

        yield "load", load(settings, begin)
        if as_published.is_as_published(settings):
            yield "publish", _unchanged(settings)
            return
        process = judges[0] if judges else stack.enter_context(judge_of(settings))
        yield from _build_check_publish(settings, process)


def _build_check_publish(
    settings: Settings, process: "CheckProcess", in_full: bool = False
) -> Iterator[tuple[str, Summary]]:
    from steps.ready import ReadyToPublish

    yield "build", build(settings, in_full)
    ready = ReadyToPublish(settings)
    with run_log.noting(settings, "admissions check"):
        report = process.run(meanwhile=ready.read)
    if report.months_again:
        build(settings)
        yield "check", check(settings)
    else:
        yield "check", tell("check", _check_summary(report), settings)
    yield "publish", publish(settings, in_full, ready)


def judge_of(settings: Settings) -> "CheckProcess":
    """A process that will judge. Importing Great Expectations takes seconds, so it starts before there is something to
    judge; as a context manager it leaves nothing behind where there is nothing."""
    from expectations.process import CheckProcess

    process = CheckProcess(settings)
    process.start()
    return process


def _judged(settings: Settings) -> "CheckReport":
    """By the process that stays for that, where there is one; in this one otherwise, which imports only once then."""
    from expectations.process import CheckProcess
    from expectations.resident import is_there

    if is_there(settings):
        return CheckProcess(settings).run()
    from expectations.check import check as judge

    try:
        return judge(settings)
    finally:
        # What it has laid out for itself goes with its connection.
        let_go(settings)


@contextmanager
def part_of_run(settings: Settings, run_id: str, goes_on: bool) -> Iterator[None]:
    """Around a step that runs in a process of its own, as the DAG's tasks do: nobody comes between it and the step of
    the same run that follows (when the run `goes_on`), unless that one keeps everybody waiting."""
    with holding_the_store(settings, run_id, run=run_id, goes_on=goes_on):
        yield


def _unchanged(settings: Settings) -> Summary:
    last_failure.forget(settings)
    return tell("publish", {"unchanged": True, "path": str(settings.published)}, settings)


def build_check_publish(settings: Settings, begun: "CheckProcess | None" = None, in_full: bool = False) -> None:
    for _ in judge(settings, begun, in_full):
        pass


def judge(
    settings: Settings, begun: "CheckProcess | None" = None, in_full: bool = False
) -> Iterator[tuple[str, Summary]]:
    """What follows a load, after something was decided or learnt; yields each step's name and summary. It is judged by
    the process that was begun for it, or by another one. `in_full`: dbt builds and tests everything itself."""
    with holding_the_store(settings, "admissions decide"), begun or judge_of(settings) as process:
        yield from _build_check_publish(settings, process, in_full)


def _is_broken_off(settings: Settings) -> bool:
    with writing(settings) as connection:
        create_tables(connection)
        return is_broken_off(connection)


def _is_judged(settings: Settings) -> bool:
    with writing(settings) as connection:
        create_tables(connection)
        return is_judged(connection, as_published.made_by(settings)) and not noted(connection, settings.archive)


def _publish_once(settings: Settings, in_full: bool = False, ready: "ReadyToPublish | None" = None) -> Summary:
    from dbt_project.build import MARTS, enter_built
    from dbt_project.build import build as run_dbt
    from dbt_project.table_macros import table_macros
    from steps.ready import ReadyToPublish
    from warehouse.publish import publish as publish_copy

    built = run_dbt(settings, MARTS, in_full=in_full)
    months_left = enter_built(settings)
    ready = ready or ReadyToPublish(settings)
    published = publish_copy(settings, table_macros(), ready.comments(), ready.former)
    last_failure.forget(settings)
    summary = {**asdict(built), **asdict(published), "path": str(published.path), "months_left": months_left}
    return tell("publish", summary, settings)


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
