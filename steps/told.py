"""What a step did, in a sentence: for the terminal, and for the last line of a task's log."""

from reference.texts import say
from steps.monthly import Summary
from warehouse.settings import Settings

_SENTENCES = {"load": "loaded", "build": "built", "check": "checked", "publish": "published"}


def told(step: str, summary: Summary, settings: Settings) -> str:
    """The sentence of one of the four steps of a run, from what it returned."""
    language = settings.language
    if step == "load" and not summary["found"]:
        sentence = say("nothing_new", language, landing=settings.landing)
    elif summary.get("unchanged"):
        sentence = say("nothing_changed", language, **summary)
    else:
        sentence = say(_SENTENCES[step], language, **summary)
    return f"{say(f'step_{step}', language)}: {sentence}"
