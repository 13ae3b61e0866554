"""Logs as JSON lines on standard error (`ADMISSIONS_LOG=json`): a line an event, and a line for what libraries log."""

import json
import logging
import sys
import traceback

from warehouse import events
from warehouse.events import Event


def to_standard_error() -> None:
    """From now on standard error has JSON lines, also of what is logged by the standard library's logging."""
    events.send_to(_write)
    root = logging.getLogger()
    if not any(isinstance(each, _FromLogging) for each in root.handlers):
        root.handlers = [_FromLogging()]


def are_written() -> bool:
    """Whether standard error has JSON lines, and nothing else may be written there."""
    return events.go_to(_write)


def line(event: Event) -> str:
    """The event as one line: `timestamp` (UTC, ISO), `level`, `event`, then its fields."""
    told = {
        "timestamp": event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": level_name(event.level),
        "event": event.name,
        **event.fields,
    }
    return json.dumps(told, ensure_ascii=False, default=str)


def level_name(level: int) -> str:
    """As Airflow's logs have it: `info`, `warning`, `error`."""
    return logging.getLevelName(level).lower()


def _write(event: Event) -> None:
    # In one write, so that lines of several processes do not mix.
    sys.stderr.write(line(event) + "\n")
    sys.stderr.flush()


class _FromLogging(logging.Handler):
    """What is logged without our doing becomes an event, too."""

    def emit(self, record: logging.LogRecord) -> None:
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else None
        events.tell("log", record.levelno, logger=record.name, sentence=record.getMessage(), exception=trace)
