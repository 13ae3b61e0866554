"""What a step did: in a sentence, for the terminal and for the last line of a task's log; and as events."""

import logging
from typing import TYPE_CHECKING, Any

from reference.texts import say
from warehouse import events
from warehouse.settings import Settings

if TYPE_CHECKING:
    from steps.monthly import Summary

_SENTENCES = {"load": "loaded", "build": "built", "check": "checked", "publish": "published"}


def told(step: str, summary: "Summary", settings: Settings) -> str:
    """The sentence of one of the four steps of a run, from what it returned."""
    language = settings.language
    if step == "load" and not summary["found"]:
        sentence = say("nothing_new", language, landing=settings.landing)
    elif summary.get("unchanged"):
        sentence = say("nothing_changed", language, **summary)
    else:
        sentence = say(_SENTENCES[step], language, **summary)
    return f"{say(f'step_{step}', language)}: {sentence}"


def tell(step: str, summary: "Summary", settings: Settings) -> "Summary":
    """The same as events: each workbook that was read or refused, then the step with its numbers. Returns the
    summary."""
    if not events.are_wanted():
        return summary
    for each in summary.get("refusals", ()):
        told_of_it = {"file": each["path"], "submission": each["submission_id"], "reason": each["reason"]}
        sentence = each[f"message_{settings.language}"]
        events.tell("workbook_refused", logging.WARNING, **told_of_it, sentence=sentence)
    for each in summary.get("received", ()):
        events.tell(
            "workbook_read",
            file=each["path"],
            submission=each["submission_id"],
            kind=each["kind"],
            commune=each["commune_code"],
            month=each["month"],
            version=each["version"],
        )
    numbers: dict[str, Any] = {key: value for key, value in summary.items() if isinstance(value, int | float)}
    events.tell(
        "unchanged" if summary.get("unchanged") else _SENTENCES[step], **numbers, sentence=told(step, summary, settings)
    )
    return summary
