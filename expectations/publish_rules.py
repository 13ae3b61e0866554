"""The catalogue and its overrides as tables: dbt spells out the reconciliations from the rules, the gate judges by
both, readers look them up."""

from collections.abc import Sequence

from expectations.catalogue import Rule, kinds, rules
from expectations.overrides import overrides
from expectations.store.rules import replace_overrides, replace_rules
from warehouse.connections import transaction, writing
from warehouse.settings import Settings
from warehouse.stored.quality import RuleRow
from warehouse.tables import create_tables


def write_rules(settings: Settings, catalogue: Sequence[Rule] | None = None) -> int:
    """Replace quality.rules by the catalogue and quality.overrides by its overrides. Returns how many rules there are.

    Raises CatalogueError when the catalogue cannot be used, StoreBusy when another process writes.
    """
    chosen = rules() if catalogue is None else catalogue
    rows = [row_of(rule) for rule in chosen]
    decided = overrides(chosen)
    with writing(settings) as connection:
        create_tables(connection)
        with transaction(connection):
            replace_rules(connection, rows)
            replace_overrides(connection, decided)
    return len(rows)


def row_of(rule: Rule) -> RuleRow:
    """The row of quality.rules for `rule`; what does not apply is NULL, `reset_at` an empty text."""
    return RuleRow(
        rule_id=rule.rule_id,
        form=rule.form,
        kind=rule.kind,
        looks_over_all_months=kinds()[rule.kind].looks_over_all_months,
        severity=rule.severity,
        tolerance=rule.tolerance,
        relative_tolerance=rule.relative_tolerance,
        line_kind=rule.line_kind or None,
        field=rule.field or None,
        plus_fields=list(rule.plus_fields),
        minus_fields=list(rule.minus_fields),
        other_form=rule.other_form or None,
        other_field=rule.other_field or None,
        reset_at=rule.reset_at,
        low=rule.low,
        high=rule.high,
        lows=list(rule.lows),
        highs=list(rule.highs),
        rarity=rule.rarity,
        codes=list(rule.codes),
        meaning_vi=rule.meaning.vi,
        meaning_en=rule.meaning.en,
        action_vi=_without_places(rule.action.vi, "trước", "tiêu đề đó"),
        action_en=_without_places(rule.action.en, "the month before", "that header"),
    )


def _without_places(action: str, last_month: str, header: str) -> str:
    """The sentence for the catalogue, where no particular month, sheet or column is meant."""
    said = action.replace("“{sheet}” ", "").replace("{last_month}", last_month)
    return said.replace("“{header}”", header).replace("{map_command}", "admissions map")
