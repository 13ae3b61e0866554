"""Rules that contradict each other, or tell the same thing twice, are found."""

from expectations.catalogue import read_rules, rules
from expectations.consistency import inconsistencies

MEANING = "meaning: {vi: Thử., en: Trial.}"


def rule(rule_id: str, kind: str, field: str, plus: str, severity: str = "critical", rest: str = ""):
    text = (
        f"rules:\n  - id: {rule_id}\n    form: KN-2\n    kind: {kind}\n    severity: {severity}\n    field: {field}\n"
        f"    plus_fields: [{plus}]\n    {rest}\n    {MEANING}\n"
    )
    return read_rules(text)


def test_the_catalogue_contradicts_itself_nowhere_and_tells_nothing_twice():
    assert any(each.kind == "subset" for each in rules())
    assert inconsistencies(rules()) == ()


def test_a_rule_that_follows_from_two_others_is_redundant():
    # women ≤ class ≤ candidates makes women ≤ candidates.
    added = (
        *rule("a", "subset", "candidates_women", "class_attended"),
        *rule("b", "subset", "class_attended", "candidates"),
        *rule("c", "subset", "candidates_women", "candidates"),
    )
    (found,) = inconsistencies(added)
    assert (found.kind, found.name, set(found.rules)) == ("redundant", "c", {"a", "b"})


def test_a_grave_rule_is_not_made_redundant_by_warnings():
    added = (
        *rule("a", "subset", "candidates_women", "class_attended", "warning"),
        *rule("b", "subset", "class_attended", "candidates", "warning"),
        *rule("c", "subset", "candidates_women", "candidates"),
    )
    assert inconsistencies(added) == ()


def test_two_sums_that_differ_by_a_part_force_that_part_to_be_nothing():
    added = (
        *rule("a", "row_identity", "candidates", "introduced_farmers, introduced_other"),
        *rule("b", "row_identity", "candidates", "introduced_farmers"),
    )
    assert [(found.kind, found.name) for found in inconsistencies(added)] == [("contradictory", "introduced_other")]


def test_the_same_sum_under_two_ids_is_redundant_both_ways():
    added = (
        *rule("a", "row_identity", "candidates", "introduced_farmers, introduced_other"),
        *rule("b", "row_identity", "candidates", "introduced_other, introduced_farmers"),
    )
    assert [found.name for found in inconsistencies(added)] == ["a", "b"]


def test_rules_about_other_lines_do_not_meet():
    added = (
        *rule("a", "subset", "candidates_women", "candidates"),
        *rule("b", "subset", "candidates_women", "candidates", rest="line_kind: total"),
    )
    assert inconsistencies(added) == ()
