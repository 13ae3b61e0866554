"""What goes wrong in a step leaves it as a sentence of the catalogue, and as a note for the doctor."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reference.communes import UnknownScope
from reference.naming import NoCommuneMeant, SeveralCommunesMeant
from reference.terms import BadTerms
from reference.texts import say
from warehouse import last_failure
from warehouse.connections import NothingPublished, QueryFailed, StoreBusy, StoreDamaged
from warehouse.files import FULL
from warehouse.run_lock import holding
from warehouse.settings import BadSetting, Settings

#: What publishes in the end, step by step or at once.
_STEPS = ("admissions load", "admissions build", "admissions check", "admissions publish", "admissions run")


class StepFailed(RuntimeError):
    """A step could not do its work; the text is the sentence for the operator."""


@contextmanager
def holding_the_store(settings: Settings, what: str, *, run: str = "", goes_on: bool = False) -> Iterator[None]:
    """The store is ours over all of this; troubles leave it as sentences, and a note for the doctor."""
    try:
        with failures_in_words(settings), holding(settings, what, run=run, goes_on=goes_on):
            yield
    except Exception as error:
        # Whoever is busy publishes, and leaves a note where that fails.
        if what in _STEPS and not isinstance(error.__cause__, StoreBusy):
            last_failure.remember(settings, what, str(error) or type(error).__name__)
        raise


@contextmanager
def failures_in_words(settings: Settings) -> Iterator[None]:
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
    from answers.reports import NotTraced
    from dbt_project.build import BuildFailed
    from expectations.process import CheckStopped
    from expectations.store.judging import NothingToJudge
    from expectations.yaml_file import CatalogueError
    from ingest.monthly.learnt_columns import UnknownField
    from ingest.rebuild import ArchiveDamaged
    from ingest.reread import NoSuchColumn
    from ingest.store.intake import NotStorable
    from outbox.blank.issue import NoSuchCommune
    from outbox.filled_forms.issue import FormNotInForce, NoSuchOffice, PeriodNotCovered, SeveralOffices
    from outbox.marked.annotate import InsideArchive, NoReportToReturn, SeveralReports
    from outbox.summary.month_summary import MonthNotCovered
    from outbox.table_file import TooManyRows
    from warehouse.archived import NotArchived
    from warehouse.journal import JournalDamaged
    from warehouse.query import NotOneStatement, NotReading, OutsideThePublishedFile

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
