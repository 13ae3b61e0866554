"""What becomes of a failure, decision by decision and version by version: its state, whether the month is held back,
which version is published, and whether it waits in the queue and stands in what goes back to the commune.

One table over the real gate: decisions as stewards give them, the check as a run does it; only the build, which lays
out what is judged, is written by hand.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from small_store import Reconciled

from answers import cases
from expectations.decide import Request, decide
from outbox.marked.annotate import EVERYBODY, goes_back
from outbox.marked.to_return import reports_of_month
from warehouse.connections import writing
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

Store = Callable[..., Settings]

#: The total of version 1 as it was sent: 12, where the rows make 14. Each rule is of another severity.
WRONG = Reconciled(reported=12, expected=14)
WARNED = replace(WRONG, rule_id="kn1_attainment_recomputed", kind="percentage", field="attainment_pct")
NOTED = replace(WRONG, rule_id="kn1_total_attainment_recomputed", kind="percentage", field="attainment_pct")
RIGHT = replace(WRONG, reported=14)
#: The rows were given otherwise meanwhile (a month before was put right): the same failure with other values.
OTHERWISE = replace(WRONG, expected=15)
#: What was sent, beside the same with a steward's value in it.
SENT = replace(WRONG, is_effective=False, is_last_variant=False)
CORRECTED = replace(RIGHT, variant="corrected")
CORRECTED_WRONGLY = replace(WRONG, variant="corrected", reported=13)
#: A second version.
BEFORE = {"is_newest": False, "is_effective": False}
WRONG_BEFORE, RIGHT_BEFORE = replace(WRONG, **BEFORE), replace(RIGHT, **BEFORE)
AFTER = {"submission_id": "second", "version": 2}
WRONG_AFTER, RIGHT_AFTER = replace(WRONG, **AFTER), replace(RIGHT, **AFTER)

#: A step: a decision (a word of the command) or what the next build lays out.
Step = str | tuple[Reconciled, ...]


@dataclass(frozen=True)
class Story:
    """Steps, and what is so at their end. `published`: the version in the figures; None: the month is held back."""

    name: str
    steps: Sequence[Step]
    state: str
    published: int | None
    in_queue: bool
    goes_back: bool

    def __str__(self) -> str:
        return self.name


HELD_BACK = None
JULY = date(2020, 7, 1)
STORIES = (
    Story("open", [(WRONG,)], "open", HELD_BACK, True, True),
    Story("accepted", [(WRONG,), "accept"], "accepted", 1, False, False),
    Story("accepted for other values", [(WRONG,), "accept", (OTHERWISE,)], "open", HELD_BACK, True, True),
    Story("accepted and reopened", [(WRONG,), "accept", "reopen"], "open", HELD_BACK, True, True),
    Story("corrected", [(WRONG,), "correct", (SENT, CORRECTED)], "corrected", 1, False, False),
    Story("corrected wrongly", [(WRONG,), "correct", (SENT, CORRECTED_WRONGLY)], "open", HELD_BACK, True, True),
    Story(
        "corrected and reopened",
        [(WRONG,), "correct", (SENT, CORRECTED), "reopen", (WRONG,)],
        "open",
        HELD_BACK,
        True,
        True,
    ),
    Story("returned", [(WRONG,), "return"], "returned", HELD_BACK, True, True),
    Story("returned and accepted", [(WRONG,), "return", "accept"], "accepted", 1, False, False),
    Story("returned and reopened", [(WRONG,), "return", "reopen"], "open", HELD_BACK, True, True),
    Story("resolved", [(WRONG,), (WRONG_BEFORE, RIGHT_AFTER)], "resolved", 2, False, False),
    Story("returned and resolved", [(WRONG,), "return", (WRONG_BEFORE, RIGHT_AFTER)], "resolved", 2, False, False),
    Story(
        "returned and sent again as wrong",
        [(WRONG,), "return", (WRONG_BEFORE, WRONG_AFTER)],
        "open",
        HELD_BACK,
        True,
        True,
    ),
    Story("wrong after a right version", [(RIGHT,), (RIGHT_BEFORE, WRONG_AFTER)], "open", 1, True, True),
    Story(
        "returned after a right version",
        [(RIGHT,), (RIGHT_BEFORE, WRONG_AFTER), "return"],
        "returned",
        1,
        True,
        True,
    ),
    Story(
        "accepted after a right version",
        [(RIGHT,), (RIGHT_BEFORE, WRONG_AFTER), "accept"],
        "accepted",
        2,
        False,
        False,
    ),
    Story("a warning", [(WARNED,)], "open", 1, True, True),
    Story("a warning, returned", [(WARNED,), "return"], "returned", 1, True, True),
    Story("a warning, accepted", [(WARNED,), "accept"], "accepted", 1, False, False),
    Story("worth a look", [(NOTED,)], "open", 1, False, False),
    Story("worth a look, returned", [(NOTED,), "return"], "returned", 1, False, False),
)


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_what_becomes_of_a_failure(reconciled: Store, story: Story) -> None:
    from expectations.check import check

    given: tuple[Reconciled, ...] = ()
    settings = reconciled()
    for step, then in zip(story.steps, (*story.steps[1:], ()), strict=True):
        if isinstance(step, str):
            decide(settings, _request(settings, step))
        else:
            given = step
        # A decision has its month built again, and what a build lays out is judged anew.
        settings = reconciled(*given)
        _complete(settings)
        if not isinstance(step, str) or not then:
            check(settings)
    assert _found(settings) == {
        "states": [story.state],
        "held back": story.published is None,
        "published": story.published,
        "in the queue": story.in_queue,
        "goes back": story.goes_back,
    }


def _request(settings: Settings, decision: str) -> Request:
    failure_id = _rows(settings, "SELECT failure_id FROM warehouse.quality.failures")[0][0]
    return Request((failure_id,), decision, "Nguyễn Văn A", "đã đối chiếu", value=14 if decision == "correct" else None)


def _complete(settings: Settings) -> None:
    """What decisions, the queue and the letter need besides: the cell that may be corrected, names, an order."""
    with writing(settings) as connection:
        connection.execute("UPDATE warehouse.raw.submissions SET file_name = submission_id, commune_name = 'Xã A'")
        for table in ("raw.column_map", "raw.report_lines_kn1"):
            connection.execute(f"DELETE FROM warehouse.{table}")
        connection.execute(
            "INSERT INTO warehouse.raw.column_map (submission_id, form, sheet, field, column_letter)"
            " SELECT submission_id, 'KN-1', 'Kết nạp', 'admitted', 'D' FROM warehouse.raw.submissions"
        )
        connection.execute(
            "INSERT INTO warehouse.raw.report_lines_kn1 (submission_id, line_number, sheet, sheet_row, kind, admitted)"
            " SELECT submission_id, 30, 'Kết nạp', 38, 'total', 12 FROM warehouse.raw.submissions"
        )
        connection.execute("CREATE SCHEMA IF NOT EXISTS warehouse.marts")
        connection.execute(
            "CREATE OR REPLACE TABLE warehouse.marts.dim_commune AS"
            " SELECT 'key of 03408' AS commune_key, '03408' AS commune_code, 'Xã A' AS commune_name"
        )
        connection.execute(
            "CREATE OR REPLACE TABLE warehouse.marts.mart_steward_queue (commune_key VARCHAR, month DATE,"
            " queue_position INTEGER, admitted_as_sent INTEGER, has_repair BOOLEAN,"
            " city_admitted INTEGER, city_admitted_with INTEGER)"
        )


def _found(settings: Settings) -> dict[str, object]:
    settings.published.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.store, settings.published)
    published = _rows(settings, "SELECT version FROM warehouse.quality.versions WHERE is_published")
    (report,) = reports_of_month(settings, JULY)
    return {
        "states": [state for (state,) in _rows(settings, "SELECT state FROM warehouse.quality.failures")],
        "held back": bool(_rows(settings, "SELECT * FROM warehouse.quality.held_back")),
        "published": published[0][0] if published else None,
        "in the queue": any(case.waits for case in cases.queue(settings)),
        "goes back": goes_back(report, EVERYBODY),
    }


def _rows(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        return connection.execute(statement).fetchall()
