"""One report that cannot be explained is set aside; the others of its month are explained and kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from expectations.repairs import explain
from expectations.repairs.explain import explain_months

MONTH = date(2020, 7, 1)


@dataclass
class Rows:
    commune_key: str


@dataclass
class Work:
    case: Rows
    proposals: tuple[()] = ()
    row_slips: tuple[()] = ()


def test_a_report_that_cannot_be_explained_is_set_aside_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, list[Any]] = {}

    class Repairs:
        """The store's side, with two broken reports of one month."""

        forget_what_is_in_hand = staticmethod(lambda connection: None)
        months_with_doubts = staticmethod(lambda connection: set())
        months_with_differences = staticmethod(lambda connection, kinds: {MONTH})
        broken_cases = staticmethod(lambda connection, month, kinds: [Rows("odd"), Rows("usual")])
        keep_proposals = staticmethod(lambda connection, rows: kept.update(proposals=rows))
        keep_doubts = staticmethod(lambda connection, rows: kept.update(doubts=rows))

    def fails_for_one(rows: Rows, rules: object, seconds: float) -> Work:
        if rows.commune_key == "odd":
            raise OverflowError("cannot convert float infinity to integer")
        return Work(rows)

    monkeypatch.setattr(explain, "repairs", Repairs)
    monkeypatch.setattr(explain, "_explain", fails_for_one)
    monkeypatch.setattr(explain, "stories_of", lambda case, proposals: ("a story",))
    monkeypatch.setattr(explain, "_proposal_rows", lambda work: [f"proposal for {work.case.commune_key}"])
    monkeypatch.setattr(explain, "_doubt_rows", lambda work: [])
    found = explain_months(None, ())  # type: ignore[arg-type]
    assert {case: told.is_set_aside for case, told in found.items()} == {
        f"odd|{MONTH}": True,
        f"usual|{MONTH}": False,
    }
    assert found[f"usual|{MONTH}"].stories == ("a story",)
    assert kept == {"proposals": ["proposal for usual"], "doubts": []}
