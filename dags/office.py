"""The office whose reports are taken in: its settings, and its sentences in the logs of tasks."""

import logging
import os
from pathlib import Path

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

    LOG.log(level, say(key, settings.language, **values))
