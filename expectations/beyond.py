"""How far a comparison is beyond what its rule allows: 0 where it holds, more where it does not, None (in SQL NULL)
where it is not evaluated.

Nothing else applies a tolerance. The store's lines are judged in SQL (the view `judged` has the answer for each of
them), what a repair only supposes in Python; a test holds the two together.
"""

#: Decimals that count: the noise of floating-point sums lies far below.
_DECIMALS = 9


def allowed(expected: float | None, tolerance: float, relative_tolerance: float) -> float:
    """How far a figure may be from the one that is expected, in the field's unit."""
    return tolerance + relative_tolerance * abs(expected or 0.0)


def beyond(difference: float | None, may_be: float, is_upper: bool) -> float | None:
    """How far `difference` is beyond what it `may_be`; None where there is none. `is_upper`: only an excess counts."""
    if difference is None:
        return None
    return max(0.0, round((difference if is_upper else abs(difference)) - may_be, _DECIMALS))


def allowed_sql(expected: str, rule: str) -> str:
    """SQL: the same, of an expression and a row of `judging_rules`."""
    return f"({rule}.tolerance + coalesce({rule}.relative_tolerance, 0) * coalesce(abs({expected}), 0))"


def beyond_sql(difference: str, expected: str, rule: str) -> str:
    """SQL: the same; NULL also where there is no such rule."""
    counted = f"CASE WHEN {rule}.is_upper THEN {difference} ELSE abs({difference}) END"
    past = f"round({counted} - {allowed_sql(expected, rule)}, {_DECIMALS})"
    # `greatest` takes no notice of NULL.
    return f"CASE WHEN {difference} IS NOT NULL AND {rule}.tolerance IS NOT NULL THEN greatest(0.0, {past}) END"
