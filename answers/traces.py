"""From a figure to the cells of the workbooks that it was made of: what `marts.trace` answers, in a blink.

The macro takes any relation and looks through all lines of all forms; on ten years of a country that is seconds. For
the figures that pages lead from most, the key is read here first, and then only the lines of its communes and months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

#: Relations whose figures are sums over cells' months, and the forms that they are made of.
_FORMS = {
    "fct_admissions": ("KN-1",),
    "fct_candidates": ("KN-2",),
    "fct_membership": ("KN-3",),
    "mart_target_attainment": ("KN-1",),
    "mart_candidate_funnel": ("KN-1", "KN-2"),
    "mart_neighbourhood_heads": ("KN-3",),
    "mart_city_attainment": ("KN-1",),
    "mart_term_review": ("KN-1",),
    "mart_composition": ("KN-1",),
}
_FACTS = {
    "KN-1": ("marts.fct_admissions", "raw.report_lines_kn1"),
    "KN-2": ("marts.fct_candidates", "raw.report_lines_kn2"),
    "KN-3": ("marts.fct_membership", "raw.report_lines_kn3"),
}
#: Reports whose lines are looked up by their keys; more of them are joined.
_NAMED = 150
#: Reports whose cells are listed one by one; the figure of more is first told by commune.
MOST_REPORTS = 600
#: The figure that is told by commune where none is named.
MAIN = "admitted"
_EMPTY = """
    CREATE OR REPLACE TEMP TABLE traced (
        commune_code VARCHAR, month DATE, form VARCHAR, submission_id VARCHAR, file_name VARCHAR, version INTEGER,
        sheet VARCHAR, cell VARCHAR, cell_name VARCHAR, field VARCHAR, value VARCHAR, as_typed VARCHAR
    )
"""
_CELLS = """
    INSERT INTO temp.traced
    SELECT
        sent.commune_code, lines.month, $form, lines.submission_id, sent.file_name, sent.version, sheets.sheet,
        columns_of.column_letter || sheets.sheet_row, sheets.cell_name, columns_of.field,
        json_extract_string(to_json(sheets), '$.' || columns_of.field) AS value,
        coalesce(json_extract_string(sheets.typed, '$.' || columns_of.field), value)
    FROM temp.lines
    JOIN (FROM {sheets} WHERE {named}) AS sheets USING (submission_id, line_number)
    JOIN (FROM raw.column_map WHERE {named} AND form = $form AND ($figure IS NULL OR field = $figure)) AS columns_of
        ON columns_of.submission_id = lines.submission_id
    JOIN (FROM raw.submissions WHERE {named}) AS sent ON sent.submission_id = lines.submission_id
    WHERE columns_of.field NOT IN ('cell_name', 'cell_type', 'note')
        AND json_exists(to_json(sheets), '$.' || columns_of.field)
"""
_TARGET = """
    INSERT INTO temp.traced
    SELECT
        sent.commune_code, NULL, 'CT-1', targets.submission_id, sent.file_name, sent.version, targets.sheet,
        targets.cell, NULL, 'target', CAST(targets.target AS VARCHAR), CAST(targets.target AS VARCHAR)
    FROM marts.fct_targets AS targets JOIN raw.submissions AS sent USING (submission_id)
    WHERE targets.target_key = $key AND ($figure IS NULL OR $figure = 'target')
"""


@dataclass(frozen=True)
class Months:
    """Whose months a figure is made of: a cell's, a commune's, or everybody's, from one month to another."""

    first: date
    last: date
    commune_key: str | None = None
    cell_key: str | None = None

    @property
    def condition(self) -> str:
        whose = "".join(f" AND {name} = ${name}" for name in self.values if name.endswith("_key"))
        return f"month BETWEEN $first AND $last{whose}"

    @property
    def values(self) -> dict[str, object]:
        keys = {"commune_key": self.commune_key, "cell_key": self.cell_key}
        return {"first": self.first, "last": self.last, **{name: key for name, key in keys.items() if key}}


def keep_traced(connection: duckdb.DuckDBPyConnection, relation: str, key: str, figure: str | None) -> None:
    """Leaves the cells behind the row in the connection's own table `temp.traced`, with the columns of `marts.trace`.

    Raises duckdb.InvalidInputException for a relation that cannot be traced.
    """
    name = relation.removeprefix("marts.")
    connection.execute(_EMPTY)
    if name == "fct_targets":
        connection.execute(_TARGET, {"key": key, "figure": figure})
        return
    months = months_behind(connection, name, key)
    if months is None:
        sql = "INSERT INTO temp.traced FROM marts.trace($relation, $key, figure := $figure)"
        connection.execute(sql, {"relation": relation, "key": key, "figure": figure})
        return
    for form in _FORMS[name]:
        facts, sheets = _FACTS[form]
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE lines AS SELECT month, submission_id, line_number FROM {facts}"
            f" WHERE {months.condition}",
            months.values,
        )
        sent = [row[0] for row in connection.execute("SELECT DISTINCT submission_id FROM temp.lines").fetchall()]
        named = {f"s{number}": submission_id for number, submission_id in enumerate(sent[: _NAMED + 1])}
        is_named = 0 < len(sent) <= _NAMED
        condition = f"submission_id IN ({', '.join(f'${place}' for place in named)})" if is_named else "true"
        values = {"form": form, "figure": figure, **(named if is_named else {})}
        connection.execute(_CELLS.format(sheets=sheets, named=condition), values)


def by_commune(
    connection: duckdb.DuckDBPyConnection, relation: str, key: str, figure: str | None
) -> tuple[str, dict[str, object]] | None:
    """A statement (and its values) for the communes that add up to a figure of all of them, where it is made of more
    reports than are listed cell by cell; else None. A row is a commune: its `value`, and the `key` that traces it."""
    name = relation.removeprefix("marts.")
    months = months_behind(connection, name, key)
    if months is None or months.commune_key or months.cell_key:
        return None
    (reports,) = _row(
        connection,
        "SELECT count(*) FROM marts.mart_target_attainment WHERE month BETWEEN $first AND $last",
        months.values,
    )
    known = "SELECT field FROM marts.dim_indicator WHERE form = 'KN-1' AND type = 'count'"
    fields = {row[0] for row in connection.execute(known).fetchall()}
    figure = figure or MAIN
    if reports <= MOST_REPORTS or figure not in fields or _FORMS[name] != ("KN-1",):
        return None
    parts = key.split("|")
    rest = f"|{key}" if name == "mart_city_attainment" else "".join(f"|{part}" for part in parts[1:])
    sql = f"""
        SELECT
            facts.commune_key, communes.commune_code, communes.commune_name,
            count(DISTINCT facts.month) AS months, sum(facts."{figure}") AS value, facts.commune_key || $rest AS key
        FROM marts.fct_admissions AS facts JOIN marts.dim_commune AS communes USING (commune_key)
        WHERE facts.month BETWEEN $first AND $last GROUP BY ALL
    """
    return sql, {**months.values, "rest": rest}


def months_behind(connection: duckdb.DuckDBPyConnection, name: str, key: str) -> Months | None:
    """What the key of a relation says; None where only the macro can read it, or nobody."""
    if name not in _FORMS:
        return None
    whose, *rest = key.split("|")
    if name == "mart_city_attainment":
        month = _day(whose)
        return Months(month, month) if month and not rest else None
    if name.startswith("fct_"):
        month = _day(rest[0]) if len(rest) == 1 else None
        return Months(month, month, cell_key=whose) if month else None
    commune = None if whose == "city" else whose
    span = _span(connection, name, rest)
    return Months(*span, commune_key=commune) if span else None


def _span(connection: duckdb.DuckDBPyConnection, name: str, rest: Sequence[str]) -> tuple[date, date] | None:
    """The first and the last month that the rest of a key means."""
    if name == "mart_term_review":
        return _term(connection, rest[0]) if len(rest) == 1 else None
    if name != "mart_composition":
        month = _day(rest[0]) if len(rest) == 1 else None
        return (month, month) if month else None
    if len(rest) not in (2, 3):
        return None
    kind, period = rest[:2]
    month = _day(rest[2]) if len(rest) == 3 else None
    if kind == "month":
        month = _day(f"{period}-01")
        return (month, month) if month else None
    if kind == "year":
        first = _day(f"{period}-01-01")
        span = (first, date(first.year, 12, 1)) if first else None
    else:
        span = _term(connection, period)
    return (span[0], month or span[1]) if span else None


def _term(connection: duckdb.DuckDBPyConnection, term: str) -> tuple[date, date] | None:
    found = connection.execute("SELECT starts_on, ends_on FROM marts.dim_term WHERE term = $term", {"term": term})
    row = found.fetchone()
    return (row[0], row[1]) if row else None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _row(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, object]) -> tuple[Any, ...]:
    row = connection.execute(sql, values).fetchone()
    return row if row is not None else (0,)
