"""What a process that checks and whoever asks it say to each other: one line of JSON each way."""

import os
from dataclasses import dataclass

from pydantic import TypeAdapter

from expectations.report import CheckReport, NothingToJudge
from expectations.yaml_file import CatalogueError
from reference.trouble import Trouble
from warehouse.connections import StoreBusy, StoreDamaged
from warehouse.settings import Settings

#: Troubles that callers tell apart keep their type on the way from the worker.
_KNOWN_TROUBLES: tuple[type[Exception], ...] = (NothingToJudge, StoreBusy, StoreDamaged, CatalogueError)


class CheckStopped(Trouble):
    """The process that checks ended without a report; the text says what it said last."""

    text = "error_check"


@dataclass(frozen=True)
class _Failed:
    """Why there is no report. `trouble` is the name of the error's class where callers tell it apart; `errno` is an
    OSError's, whose text is the name of a file."""

    trouble: str
    text: str
    errno: int | None = None


_SETTINGS = TypeAdapter(Settings)
_ANSWER: TypeAdapter[CheckReport | _Failed] = TypeAdapter(CheckReport | _Failed)


def settings_line(settings: Settings) -> str:
    """The settings as one line of JSON, for `settings_from_line`."""
    return _SETTINGS.dump_json(settings).decode()


def settings_from_line(line: str) -> Settings:
    return _SETTINGS.validate_json(line)


def report_line(report: CheckReport) -> str:
    return _ANSWER.dump_json(report).decode()


def error_line(error: Exception) -> str:
    """What went wrong, by the name of the trouble where callers tell it apart."""
    if isinstance(error, OSError) and error.errno is not None:
        failed = _Failed("OSError", str(error.filename or ""), error.errno)
    else:
        known = next((kind.__name__ for kind in _KNOWN_TROUBLES if isinstance(error, kind)), "")
        failed = _Failed(known, str(error) or type(error).__name__)
    return _ANSWER.dump_json(failed).decode()


def report_from_line(line: str) -> CheckReport:
    """The report, or the trouble raised again."""
    answer = _ANSWER.validate_json(line)
    if isinstance(answer, CheckReport):
        return answer
    if answer.errno is not None:
        raise OSError(answer.errno, os.strerror(answer.errno), answer.text or None)
    for kind in _KNOWN_TROUBLES:
        if kind.__name__ == answer.trouble:
            raise kind(answer.text)
    raise CheckStopped(answer.text)
