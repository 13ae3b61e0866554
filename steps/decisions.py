"""What a steward decides, kept for ever; the months it is about are built, judged and published again."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from steps.monthly import Summary, build_check_publish, judge_of
from steps.troubles import StepFailed, failures_in_words
from warehouse import events
from warehouse.connections import NothingPublished, StoreBusy, keeping_open
from warehouse.run_lock import holding
from warehouse.settings import Settings

if TYPE_CHECKING:
    from expectations.choose_version import Choice
    from expectations.decide import Decided, Request

_Kept = TypeVar("_Kept")
#: How long a steward waits for another run, in seconds, before the decision is kept for that run or the next one.
_DECISION_WAITS = 20


def decide(settings: Settings, request: "Request", publish_now: bool) -> Summary:
    """A steward's decision, kept for ever; the months it is about are built, judged and published again.

    While another process has the store the decision is kept all the same: that run, or the next one, takes it in.
    """
    patience = min(settings.wait_seconds, _DECISION_WAITS)
    try:
        held = holding(settings, "admissions decide", patience=patience)
        with failures_in_words(settings), held, keeping_open(settings):
            return _decide_and_publish(settings, request, publish_now)
    except StepFailed as error:
        if not isinstance(error.__cause__, StoreBusy):
            raise
        return _note_decision(settings, request, error.__cause__)


def use_version(settings: Settings, choice: "Choice") -> Summary:
    """A steward's decision which version of a month counts; what it is about is built, judged and published again.

    While another process has the store the decision is kept all the same, as others are.
    """
    from expectations.choose_version import choose_version, note_choice

    patience = min(settings.wait_seconds, _DECISION_WAITS)
    try:
        held = holding(settings, "admissions versions", patience=patience)
        with failures_in_words(settings), held, keeping_open(settings):
            with judge_of(settings) as judge:
                decision = _unless_refused(settings, lambda: choose_version(settings, choice))
                build_check_publish(settings, judge)
            return {"decision": asdict(decision), "published": True, "busy": False}
    except StepFailed as error:
        if not isinstance(error.__cause__, StoreBusy):
            raise
    with failures_in_words(settings):
        decision = _unless_refused(settings, lambda: note_choice(settings, choice))
        return {"decision": asdict(decision), "published": False, "busy": True}


def _decide_and_publish(settings: Settings, request: "Request", publish_now: bool) -> Summary:
    from expectations.decide import decide as keep

    if not publish_now:
        return _decided(_unless_refused(settings, lambda: keep(settings, request)))
    with judge_of(settings) as judge:
        kept = _unless_refused(settings, lambda: keep(settings, request))
        before = _open_now(settings, kept)
        try:
            build_check_publish(settings, judge)
        except StepFailed as error:
            if not isinstance(error.__cause__, StoreBusy):
                raise
            # The decision itself is kept, and whoever writes now or next finds its month touched.
            return _decided(kept, busy=True)
    now = _open_now(settings, kept)
    settled = {each.decision.failure_id for each in kept if each.decision.decision in ("accept", "correct")}
    return {
        **_decided(kept),
        "published": True,
        "brought": [text for failure_id, text in now.items() if failure_id not in before],
        "still_open": [text for failure_id, text in now.items() if failure_id in settled & before.keys()],
    }


def _note_decision(settings: Settings, request: "Request", busy: StoreBusy) -> Summary:
    from expectations.decide import note

    with failures_in_words(settings):
        try:
            return _decided(_unless_refused(settings, lambda: note(settings, request)), busy=True)
        except NothingPublished:
            # There is nothing yet that could be decided on.
            raise busy from None


def _unless_refused(settings: Settings, keep: Callable[[], _Kept]) -> _Kept:
    from expectations.decide import DecisionRefused

    try:
        return keep()
    except DecisionRefused as error:
        raise StepFailed(error.sentence(settings.language)) from error


def _decided(kept: tuple["Decided", ...], busy: bool = False) -> Summary:
    """What was decided, before anything of it is published."""
    for each in kept:
        decided = each.decision
        events.tell(
            "decided",
            decision=decided.decision,
            failure=decided.failure_id,
            commune=decided.commune_code,
            month=f"{decided.month:%Y-%m}",
        )
    return {
        "decisions": [asdict(each.decision) for each in kept],
        "decided_before": sorted({each.before for each in kept if each.before}),
        "brought": [],
        "still_open": [],
        "published": False,
        "busy": busy,
    }


def _open_now(settings: Settings, kept: tuple["Decided", ...]) -> dict[str, str]:
    """failure id -> sentence of what is open, as published, in the months that were decided on."""
    from expectations.store.decided_on import open_failures_of
    from warehouse.connections import reading_published

    with reading_published(settings) as connection:
        found: dict[str, str] = {}
        for commune_key, month in sorted({(each.decision.commune_key, each.decision.month) for each in kept}):
            found |= open_failures_of(connection, commune_key, month)
        return found
