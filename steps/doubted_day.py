"""A day that the clock has jumped to is not believed at once where something goes out that cannot be taken back."""

import json
from contextlib import suppress
from datetime import date, timedelta

from reference.texts import say
from steps.troubles import StepFailed
from warehouse.files import write_whole
from warehouse.settings import Settings

#: From one morning to the next: a machine may be off over the holidays.
_AT_MOST = timedelta(days=14)
_NOTE = "reminded_on.json"


def doubt_a_jump(settings: Settings) -> None:
    """Raises StepFailed on the first day, seen from the day of the last call, that lies further ahead than two weeks.
    The day after it is believed. A day that is set (ADMISSIONS_TODAY) is meant."""
    if settings.today is not None:
        return
    today, last, doubted = settings.current_day(), *_noted(settings)
    is_jump = last is not None and today > last + _AT_MOST
    is_confirmed = doubted is not None and doubted < today <= doubted + _AT_MOST
    if last is not None and is_jump and not is_confirmed:
        _note(settings, last, today)
        raise StepFailed(say("error_day_doubted", settings.language, day=f"{today:%d/%m/%Y}", last=f"{last:%d/%m/%Y}"))
    _note(settings, today, None)


def _noted(settings: Settings) -> tuple[date | None, date | None]:
    """The last day, and one after it that was not believed."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        values = json.loads((settings.home / _NOTE).read_bytes())
        doubted = values["doubted"]
        return date.fromisoformat(values["day"]), date.fromisoformat(doubted) if doubted else None
    return None, None


def _note(settings: Settings, day: date, doubted: date | None) -> None:
    values = {"day": day.isoformat(), "doubted": doubted.isoformat() if doubted else ""}
    write_whole(settings.home / _NOTE, json.dumps(values).encode())
