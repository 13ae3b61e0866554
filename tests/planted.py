"""The faults that samples/README.md says are in the workbooks."""

from pathlib import Path

README = Path(__file__).parents[1] / "samples" / "README.md"


def planted_faults() -> set[tuple[str, str, str, str, str, str]]:
    """Its table: commune code, month, sheet, cell, rule, state."""
    text = README.read_text(encoding="utf-8")
    table = [
        [part.strip() for part in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    header = next(row for row in table if "rule_id" in row)
    faults = [dict(zip(header, row, strict=True)) for row in table if len(row) == len(header) and row[0].isdigit()]
    columns = ("commune code", "month", "sheet", "cell", "rule_id", "state")
    states = {"open": "open", "corrected": "resolved"}
    return {tuple(states.get(fault[column], fault[column]) for column in columns) for fault in faults}
