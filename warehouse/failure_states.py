"""What may have become of a failure."""

from warehouse.literals import quoted_list

#: A steward has to do with it, or the commune: the report is held back while such a failure is critical.
UNSETTLED = ("open", "returned")
STATES = ("open", "accepted", "corrected", "returned", "resolved")


def is_unsettled(state: str) -> str:
    """SQL: the state in this column is that of an unsettled failure."""
    return f"{state} IN ({quoted_list(UNSETTLED)})"
