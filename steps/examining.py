"""Is everything in order? What the rooms say, together."""

import duckdb

from reference.texts import say
from reference.trouble import Trouble
from steps.words import NOT_UNDERSTOOD, words
from warehouse.doctor import Finding
from warehouse.doctor import examine as examine_home
from warehouse.settings import Settings


def examine(settings: Settings) -> list[Finding]:
    """Each finding says what is wrong and what to do."""
    from expectations.doctor import examine_catalogue

    return [*examine_home(settings), *_words(settings), *examine_catalogue(settings)]


def _words(settings: Settings) -> list[Finding]:
    """Headers that were not understood and may hold figures: nobody counts these until somebody says what they are."""
    try:
        found = words(settings)
    except (Trouble, OSError, duckdb.Error):
        # Nothing is published, or it cannot be read, which is a finding of its own.
        return []
    waiting = [
        each for each in found if each.state == NOT_UNDERSTOOD and not each.is_foreign and each.wording.may_hold_figures
    ]
    if not waiting:
        return []
    return [Finding(say("doctor_words", settings.language, number=len(waiting)), is_good=True, is_note=True)]
