"""Values as they stand in a statement."""

from collections.abc import Iterable
from pathlib import Path


def quoted(text: str | Path) -> str:
    """The text as a literal of SQL.

    For what takes no parameters (a file to attach), and for steps that start often: DuckDB imports pandas for
    parameters, which takes as long as reading a city's month.
    """
    return "'" + str(text).replace("'", "''") + "'"


def quoted_list(texts: Iterable[str]) -> str:
    """The texts as literals, for an IN."""
    return ", ".join(map(quoted, texts))
