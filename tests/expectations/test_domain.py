"""Great Expectations speaks the words of the domain."""

from typing import Any

import pandas as pd
import pytest

from expectations.catalogue import kinds, read_rules, rules
from expectations.store.judging import JudgingFrame

pytestmark = pytest.mark.pipeline

WITH_BOTH = """
rules:
  - id: kn1_militia_within_women
    form: KN-1
    kind: subset
    severity: info
    tolerance: 1
    relative_tolerance: 0.025
    field: militia
    plus_fields: [women]
    meaning: {vi: Số dân quân không lớn hơn số nữ., en: No more militia than women ($).}
"""


def rule(rule_id: str) -> Any:
    return next(each for each in rules() if each.rule_id == rule_id)


def judged(*differences: float | None) -> Any:
    """Great Expectations' result for the total rows of KN-1."""
    from expectations.suites import Judge

    judge = Judge()
    frame = pd.DataFrame(
        {"judging_row": range(len(differences)), "kn1_column_total": pd.Series(differences, dtype=float)}
    )
    judge.judge(JudgingFrame("KN-1", "column_total", frame), [rule("kn1_column_total")])
    return judge.results["kn1_column_total"]


def test_every_kind_has_a_class_of_its_own_that_says_what_it_expects() -> None:
    from expectations.domain import expectation_classes

    classes = expectation_classes()
    assert set(classes) == set(kinds())
    assert len({each.expectation_type for each in classes.values()}) == len(classes)
    assert classes["column_total"].__name__ == "ExpectColumnTotalToHold"
    assert classes["column_total"].expectation_type == "expect_column_total_to_hold"
    assert kinds()["column_total"].expects.vi in (classes["column_total"].__doc__ or "")


def test_a_rule_is_an_expectation_of_its_kind_and_is_found_again_by_its_configuration() -> None:
    from expectations.domain import expectation_classes, expectation_of

    for each in rules():
        expectation = expectation_of(each)
        assert type(expectation) is expectation_classes()[each.kind]
        assert expectation.configuration.to_domain_obj() == expectation


def test_what_is_expected_is_said_in_the_language_that_is_asked_for() -> None:
    from expectations.domain import expected

    total = rule("kn1_column_total")
    assert (expected(total, "vi"), expected(total, "en")) == (total.meaning.vi, total.meaning.en)


def test_by_how_much_a_rule_may_be_missed_belongs_to_what_it_expects() -> None:
    from expectations.domain import expected

    assert expected(rule("kn1_attainment_recomputed"), "vi").endswith("Cho phép lệch 0,5.")
    (both,) = read_rules(WITH_BOTH)
    assert expected(both, "vi") == "Số dân quân không lớn hơn số nữ. Cho phép lệch 1, cộng 2,5% của số phải có."
    assert (
        expected(both, "en")
        == "No more militia than women ($). A difference of 1 and 2.5% of the expected figure is allowed."
    )


@pytest.mark.parametrize(
    ("differences", "vi", "en"),
    [
        ((0.0, 1.0, None), "đã xem 2 dòng, 1 dòng không khớp", "2 lines looked at, 1 of which does not hold"),
        ((0.0,), "đã xem 1 dòng, dòng nào cũng khớp", "1 line looked at, all of which hold"),
        ((None,), "không có dòng nào để xem", "no line to look at"),
    ],
)
def test_what_was_found_counts_lines_and_not_values(differences: tuple[float | None, ...], vi: str, en: str) -> None:
    from expectations.domain import found

    result = judged(*differences)
    assert (found(result, "vi"), found(result, "en")) == (vi, en)


def test_a_page_of_great_expectations_own_speaks_of_rows_and_sums_and_not_of_between() -> None:
    import json

    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.render.renderer import ValidationResultsPageRenderer

    suite = ExpectationSuiteValidationResult(
        success=False,
        results=[judged(0.0, 3.0)],
        suite_name="KN-1 column_total",
        statistics={"evaluated_expectations": 1, "successful_expectations": 0, "unsuccessful_expectations": 1},
        meta={"run_id": {"run_name": "run", "run_time": "2020-08-20"}},
    )
    page = json.dumps(ValidationResultsPageRenderer().render(suite).to_json_dict(), ensure_ascii=False)
    assert rule("kn1_column_total").meaning.vi in page
    assert "đã xem 2 dòng, 1 dòng không khớp" in page
    assert "between" not in page
    assert "unexpected" not in page.lower()


def test_the_summary_that_other_tools_show_says_the_same() -> None:
    from expectations.domain import expectation_of

    expectation = expectation_of(rule("kn1_column_total"), "en")
    expectation.render()
    (content,) = expectation.rendered_content
    assert content.to_json_dict()["value"]["template"] == rule("kn1_column_total").meaning.en
    assert expectation.description == rule("kn1_column_total").meaning.en
