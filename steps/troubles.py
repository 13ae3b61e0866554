"""What goes wrong in a step leaves it as a sentence of the catalogue, and as a note for the doctor."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from reference.texts import say
from reference.trouble import Trouble
from steps.measuring import begin as begin_to_measure
from warehouse import events, last_failure, run_log
from warehouse.connections import StoreBusy, keeping_open
from warehouse.files import FULL
from warehouse.run_lock import holding
from warehouse.settings import Settings

#: What publishes in the end, step by step or at once.
_STEPS = ("admissions load", "admissions build", "admissions check", "admissions publish", "admissions run")


class StepFailed(Trouble):
    """A step could not do its work; the text is the sentence for the operator."""

    def sentence(self, language: str) -> str:
        return str(self)


@contextmanager
def holding_the_store(settings: Settings, what: str, *, run: str = "", goes_on: bool = False) -> Iterator[None]:
    """The store is ours over all of this; troubles leave it as sentences, and a note for the doctor."""
    begin_to_measure(settings)
    try:
        with (
            events.in_run(run),
            failures_in_words(settings),
            holding(settings, what, run=run, goes_on=goes_on),
            keeping_open(settings),
            _noting(settings, what),
        ):
            yield
    except Exception as error:
        # Whoever is busy publishes, and leaves a note where that fails.
        if what in _STEPS and not isinstance(error.__cause__, StoreBusy):
            last_failure.remember(settings, what, str(error) or type(error).__name__)
        raise


def _noting(settings: Settings, what: str) -> AbstractContextManager[None]:
    """What a run is made of is kept for the operator's page; decisions and the like are in journals of their own."""
    return run_log.noting(settings, what) if what in _STEPS else nullcontext()


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
    if isinstance(error, Trouble):
        return error.sentence(language)
    if isinstance(error, OSError) and error.errno in FULL:
        return say("error_disk_full", language, detail=error.filename or home or "–")
    if isinstance(error, OSError) and error.filename:
        return say("error_unwritable", language, detail=error.filename)
    return None
