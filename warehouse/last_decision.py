"""SQL: what stewards have decided last. Of two decisions of one moment, the one with the greater id is the later."""

#: Later decisions come later.
_ORDER = ("decided_at", "decision_id")
NEWEST_FIRST = ", ".join(f"{column} DESC" for column in _ORDER)
OLDEST_FIRST = ", ".join(_ORDER)

#: The last decision on each failure.
LAST_DECISIONS = f"""(
        FROM warehouse.quality.decisions
        QUALIFY row_number() OVER (PARTITION BY failure_id ORDER BY {NEWEST_FIRST}) = 1
    )"""


def of_last(column: str) -> str:
    """What the last decision of a group has in this column."""
    return f"arg_max({column}, ({OLDEST_FIRST}))"
