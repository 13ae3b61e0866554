"""The catalogue: what it holds, and what it refuses."""

import csv
from pathlib import Path

import pytest

from expectations import catalogue
from expectations.catalogue import read_rules, rules
from expectations.publish_rules import row_of, write_rules
from reference.fields import number_fields_of
from warehouse.connections import writing

GOOD = """
rules:
  - id: kn1_militia_within_women
    form: KN-1
    kind: subset
    severity: warning
    field: militia
    plus_fields: [women]
    meaning: {vi: Số dân quân không lớn hơn số nữ., en: No more militia than women.}
"""


def test_the_catalogue_holds_every_kind_for_the_forms_it_can_be_asked_of():
    kinds_of = {form: {rule.kind for rule in rules() if rule.form == form} for form in ("KN-1", "KN-2", "KN-3")}
    common = {
        *("column_total", "row_identity", "missing_sheet", "unread_value", "noticed", "outlier"),
        *("missing_cell", "unknown_cell", "repeated_cell", "left_blank"),
        *("unread_sheet", "unread_column", "missing_column"),
    }
    assert kinds_of["KN-1"] == common | {
        *("subset", "carry_forward", "percentage", "target", "unchanged", "copy", "copy_of_other_month", "late"),
        *("cell_in_two_communes", "other_communes_cells", "other_months_figures", "issued_otherwise"),
    }
    assert kinds_of["KN-2"] == common | {"subset"}
    assert kinds_of["KN-3"] == common | {"carry_forward", "cross_sheet", "range", "mean_of_bands", "missing_on_sheet"}
    assert {rule.kind for rule in rules() if rule.form == "BD-1"} == {"noticed", "unread_value"}


def test_no_kind_is_without_a_rule():
    assert {rule.kind for rule in rules()} == set(catalogue.kinds())


def test_what_a_rule_says_the_reader_notices_is_what_the_reader_says():
    with (Path(catalogue.__file__).parents[1] / "ingest" / "problems.csv").open(encoding="utf-8") as lines:
        known = {row["code"]: row["severity"] for row in csv.DictReader(lines)}
    named = {code for rule in rules() for code in rule.codes if rule.kind == "noticed"}
    assert len(named) > 5
    # What is critical is the business of unread_value.
    assert {known[code] for code in named} == {"warning"}
    assert {known[code] for rule in rules() for code in rule.codes if rule.kind == "issued_otherwise"} == {"critical"}


def test_every_partition_of_a_form_is_a_row_identity():
    partitions: dict[tuple[str, str], set[str]] = {}
    for form in ("KN-1", "KN-2", "KN-3"):
        for field in number_fields_of(form):
            if field.partition:
                partitions.setdefault((form, field.whole), set()).add(field.partition)
    assert partitions
    for (form, whole), names in partitions.items():
        for name in names:
            parts = {field.name for field in number_fields_of(form) if (field.whole, field.partition) == (whole, name)}
            assert [
                rule
                for rule in rules()
                if (rule.form, rule.kind, rule.field) == (form, "row_identity", whole)
                and set(rule.plus_fields) == parts
                and not rule.minus_fields
            ], f"{form}: no rule says that {name} adds up to {whole}"


def test_every_part_of_a_form_is_kept_within_its_whole():
    parts = [
        (form, field.name, field.subset_of)
        for form in ("KN-1", "KN-2", "KN-3")
        for field in number_fields_of(form)
        if field.subset_of
    ]
    assert parts
    for form, part, whole in parts:
        assert [
            rule
            for rule in rules()
            if (rule.form, rule.kind, rule.field, rule.plus_fields) == (form, "subset", part, (whole,))
        ], f"{form}: no rule keeps {part} within {whole}"


def test_a_column_total_without_fields_looks_at_every_count_of_its_form():
    total = next(rule for rule in rules() if rule.rule_id == "kn3_column_total")
    assert total.plus_fields == tuple(field.name for field in number_fields_of("KN-3") if field.type == "count")
    assert "mean_age" not in total.plus_fields


def test_the_balance_of_members_adds_increases_and_subtracts_decreases():
    balance = next(rule for rule in rules() if rule.rule_id == "kn3_balance")
    assert balance.field == "closing"
    assert balance.plus_fields[0] == "opening"
    assert len(balance.plus_fields) == 4
    assert len(balance.minus_fields) == 5
    assert all(name.startswith("decrease_") for name in balance.minus_fields)


def test_a_rule_of_a_known_kind_is_one_entry_and_takes_the_rest_from_its_kind():
    (rule,) = read_rules(GOOD)
    assert rule.line_kind == "cell"
    assert rule.tolerance == 0
    assert rule.action == catalogue.kinds()["subset"].action


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (("form: KN-1", "form: KN-9"), catalogue.UnknownForm, "KN-3"),
        (("field: militia", "field: milita"), catalogue.UnknownField, "milita"),
        (("[women]", "[womem]"), catalogue.UnknownField, "womem"),
        (("[women]", "[note]"), catalogue.UnknownField, "note"),
        (("kind: subset", "kind: superset"), catalogue.UnknownKind, "superset"),
        (("plus_fields", "plus_field"), catalogue.UnknownEntry, "plus_field"),
        (("    field: militia\n", ""), catalogue.MissingPart, "field"),
        (("[women]", "[women, women]"), catalogue.FieldListedTwice, "women"),
        (("[women]", "[women]\n    minus_fields: [women]"), catalogue.FieldListedTwice, "women"),
        (("[women]", "women"), catalogue.BadValue, "list"),
        ((", en: No more militia than women.", ""), catalogue.MissingText, "'en'"),
        (("Số dân quân không lớn hơn số nữ.", "''"), catalogue.MissingText, "'vi'"),
        (("severity: warning", "severity: serious"), catalogue.BadValue, "serious"),
        (("severity: warning", "severity: info\n    tolerance: -1"), catalogue.BadValue, "-1"),
        (("severity: warning", "severity: info\n    tolerance: .nan"), catalogue.BadValue, "nan"),
        (("severity: warning", "severity: info\n    relative_tolerance: -0.1"), catalogue.BadValue, "-0.1"),
        (("severity: warning", "severity: info\n    low: 9\n    high: 3"), catalogue.BadValue, "lower bound"),
        (("severity: warning", "severity: info\n    lows: [1, 2]"), catalogue.BadValue, "list of 1"),
        (("severity: warning", "severity: info\n    rarity: 2"), catalogue.BadValue, "2"),
        (("severity: warning", "severity: info\n    codes: percent_unread"), catalogue.BadValue, "percent_unread"),
        (("kind: subset", "kind: range"), catalogue.MissingPart, "low"),
        (("severity: warning", "severity: info\n    line_kind: row"), catalogue.BadValue, "row"),
        (("severity: warning", "severity: info\n    reset_at: month"), catalogue.BadValue, "month"),
        (("kn1_militia_within_women", "KN1; drop"), catalogue.BadValue, "drop"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_what_was_found(change, error, says):
    assert change[0] in GOOD
    with pytest.raises(error, match="rule") as refused:
        read_rules(GOOD.replace(*change))
    assert says in str(refused.value)


def test_two_rules_with_one_id_are_refused():
    with pytest.raises(catalogue.DuplicateRule, match="kn1_militia_within_women"):
        read_rules(GOOD, GOOD)


def test_the_rules_table_is_exactly_the_catalogue_however_often_it_is_written(settings):
    write_rules(settings)
    assert write_rules(settings) == len(rules())
    with writing(settings) as connection:
        kept = connection.execute(
            "SELECT rule_id, plus_fields, minus_fields, reset_at, tolerance, other_form FROM warehouse.quality.rules"
        ).fetchall()
    assert len(kept) == len(rules())
    by_id = {row[0]: row[1:] for row in kept}
    assert by_id["kn1_ytd_carried"] == (["admitted"], [], "year", 0.0, None)
    assert by_id["kn1_attainment_recomputed"][3] == 0.5
    assert by_id["kn3_admitted_as_kn1"] == ([], [], "", 0.0, "KN-1")


def test_what_to_do_reads_as_a_sentence_in_the_rules_table_too():
    for rule in rules():
        row = row_of(rule)
        for text in (row.meaning_vi, row.meaning_en, row.action_vi, row.action_en):
            assert "{" not in text
            assert text.endswith(".")
