"""A failing line of a rule, with its other values as they mostly are."""

from datetime import date, datetime

from expectations.catalogue import rules
from expectations.store.judging import FailingLine
from reference.fields import number_fields_of

ALL_RULES = {rule.rule_id: rule for rule in rules()}


def failing(rule_id: str, reported: float | None, expected: float, **changes: object) -> FailingLine:
    """The failure in cell D14 of the form's sheet in July 2020; keyword arguments are other values of it."""
    rule = ALL_RULES[rule_id]
    values: dict[str, object] = {
        "failure_id": "f",
        "case_id": "03408-2020-07",
        "rule_id": rule_id,
        "severity": rule.severity,
        "form": rule.form,
        "commune_key": "k",
        "commune_code": "03408",
        "month": date(2020, 7, 1),
        "submission_id": "s",
        "version": 1,
        "sheet": "Biểu của xã",
        "cells": ("D14",),
        "cell_name": "Chi bộ Tổ dân phố số 22",
        "line_number": 7,
        "line_kind": rule.line_kind,
        "field": rule.field or number_fields_of(rule.form)[0].name,
        "reported": reported,
        "expected": expected,
        "difference": (reported or 0) - expected,
        "state": "open",
        "first_seen_at": datetime(2020, 8, 3),
    }
    if rule.kind == "column_total":
        values["field"] = rule.plus_fields[0]
    return FailingLine(**{**values, **changes})  # type: ignore[arg-type]
