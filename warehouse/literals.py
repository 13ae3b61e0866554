"""Values as they stand in a statement."""


def quoted(text: str) -> str:
    """The text as a literal of SQL.

    For steps that start often: DuckDB imports pandas for parameters, which takes as long as reading a city's month.
    """
    return "'" + text.replace("'", "''") + "'"
