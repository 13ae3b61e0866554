"""The office whose reports are taken in: its settings, and its sentences in the logs of tasks."""

import logging
import os
from pathlib import Path

from warehouse import events
from warehouse.events import Event
from warehouse.settings import Settings, load_settings

PROJECT = Path(__file__).resolve().parents[1]

#: What a person reads in the log of a task, whichever module says it.
LOG = logging.getLogger("dags.tasks")


def office_settings(**values: str) -> Settings:
    """The settings as they hold for the project; `values` (ADMISSIONS_… by name) come before the environment."""
    return load_settings({**os.environ, **values}, PROJECT)


def log_sentence(settings: Settings, key: str, level: int = logging.INFO, **values: object) -> None:
    """A sentence of the catalogue, in the office's language. The last one of a task says what happened."""
    from reference.texts import say

    log(settings, key, say(key, settings.language, **values), level, **values)


def log(settings: Settings, event: str, sentence: str, level: int = logging.INFO, **fields: object) -> None:
    """A sentence for people, or the event with its fields where logs are JSON lines."""
    if settings.log == "json":
        # Also outside of tasks: the triggerer tells of mails that did not go out.
        events.send_to(_into_task_log)
        events.tell(event, level, sentence=sentence, **fields)
    else:
        LOG.log(level, sentence)


def events_into_task_log(settings: Settings, **of_task: str) -> None:
    """Where logs are JSON lines, events become lines of the task's log, which Airflow writes as such, with their fields
    and with those `of_task`."""
    if settings.log == "json":
        events.bind(**of_task)
        events.send_to(_into_task_log)


def _into_task_log(event: Event) -> None:
    import structlog

    structlog.get_logger(LOG.name).log(event.level, event.name, **event.fields)
