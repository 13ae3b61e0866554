"""What a step has done, in words."""

from typing import Any

import pytest

from cli.terminal import decided


def decision(name: str, **correction: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("sheet", "cell", "value_before", "value_after"))
    said = {"case_id": "03408-2020-05", "rule_id": "kn1_ages", "decided_by": "A", "decision": name}
    return {**blank, **said, **correction}


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (decision("accept"), "03408-2020-05 · kn1_ages: accepted (A)"),
        (
            decision("correct", sheet="Kết nạp", cell="D12", value_before=1200.0, value_after=12.0),
            "03408-2020-05 · kn1_ages: corrected (A) · Kết nạp!D12: 1,200 → 12",
        ),
        (
            decision("correct", sheet="Kết nạp", cell="D12", value_before=None, value_after=0.0),
            "03408-2020-05 · kn1_ages: corrected (A) · Kết nạp!D12: (blank) → 0",
        ),
    ],
)
def test_each_decision_is_a_line_and_a_correction_says_of_which_cell(made: dict[str, Any], line: str) -> None:
    nothing: dict[str, Any] = {"decided_before": [], "still_open": [], "brought": []}
    summary = {"decisions": [made], **nothing, "published": False, "busy": False}
    assert decided(summary, "en").splitlines()[0] == line
