"""Where an office judges a rule otherwise than the catalogue."""

from datetime import date

import pytest

from expectations.catalogue import rules
from expectations.overrides import BadOverride, overrides, read_overrides
from expectations.publish_rules import write_rules
from expectations.yaml_file import CatalogueError
from warehouse.connections import writing

GOOD = """
overrides:
  - rule: kn2_verification_within_class
    severity: info
    commune: "03403"
    from: 2020-07
    until: 2020-12
    by: Nguyễn Văn A
    reason: lớp do huyện cũ mở
"""


def test_an_override_says_which_rule_whose_and_for_how_long():
    (row,) = read_overrides(GOOD, rules())
    assert (row.rule_id, row.severity, row.commune_code) == ("kn2_verification_within_class", "info", "03403")
    assert (row.from_month, row.until_month) == (date(2020, 7, 1), date(2020, 12, 1))
    assert (row.decided_by, row.reason) == ("Nguyễn Văn A", "lớp do huyện cũ mở")


def test_commune_and_first_month_may_be_left_out_and_a_rule_may_be_off():
    text = GOOD.replace('    commune: "03403"\n    from: 2020-07\n', "").replace("severity: info", "severity: off")
    (row,) = read_overrides(text, rules())
    assert (row.commune_code, row.from_month, row.severity) == (None, None, "off")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("kn2_verification_within_class", "kn2_no_such_rule"), "kn2_no_such_rule"),
        (("severity: info", "severity: serious"), "serious"),
        (('"03403"', "3403"), "quotation marks"),
        (("until: 2020-12", "until: soon"), "soon"),
        (("    until: 2020-12\n", ""), "until is missing"),
        (("by: Nguyễn Văn A", "by:"), "by is missing"),
        (("reason: lớp do huyện cũ mở", "reason: ''"), "reason is missing"),
        (("from: 2020-07", "since: 2020-07"), "unknown since"),
        (("from: 2020-07", "from: 2021-07"), "never holds"),
        (("rule: kn2_verification_within_class", "rule: [kn2_verification_within_class]"), "there is no rule"),
    ],
)
def test_an_override_that_cannot_be_used_is_refused_with_what_was_found(change, says):
    assert change[0] in GOOD
    with pytest.raises(BadOverride, match="entry 1") as refused:
        read_overrides(GOOD.replace(*change), rules())
    assert says in str(refused.value)


@pytest.mark.parametrize("text", ["- rule: kn1_ages", "overrides: 3", "overrides: [kn1_ages]", "overrides: [", "no"])
def test_a_file_that_is_no_list_of_overrides_is_refused_by_name(text):
    with pytest.raises(CatalogueError, match=r"overrides\.yml"):
        read_overrides(text, rules())


def test_the_overrides_that_come_with_the_product_can_be_used_and_are_in_the_store(settings):
    write_rules(settings)
    with writing(settings) as connection:
        kept = connection.execute("SELECT count(*) FROM warehouse.quality.overrides").fetchone()
    assert kept == (len(overrides(rules())),)
