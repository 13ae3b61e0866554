"""From a figure to the cells of the workbooks that it was made of."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import duckdb
from fastapi import APIRouter
from fastapi.responses import Response

from answers.traces import MAIN, by_commune, keep_traced
from portal.addresses import report_address
from portal.as_of import traced
from portal.asking import Asking
from portal.tables import Column, Row, TableOf, fetched
from portal.view import NotAllowed, NotFound, View

router = APIRouter()

#: What this person sees of the cells, in a table of the connection's own: the page counts, sums and reads it.
_SHOWN = """
    CREATE OR REPLACE TEMP TABLE shown AS
    SELECT cells.*, communes.commune_name, coalesce({name}, cells.field) AS field_name
    FROM temp.traced AS cells
    LEFT JOIN raw.submissions AS sent USING (submission_id)
    LEFT JOIN marts.dim_commune AS communes ON communes.commune_key = sent.commune_key
    LEFT JOIN marts.dim_indicator AS indicators ON indicators.form = cells.form AND indicators.field = cells.field
    WHERE $own IS NULL OR cells.commune_code = $own
        -- The targets of all of them are in one workbook.
        OR (cells.commune_code IS NULL
            AND $key IN (SELECT target_key FROM marts.fct_targets WHERE commune_code = $own))
"""
_NAMES = """
    SELECT $whole AS part, scope_name AS name, NULL AS commune FROM raw.run_settings
    UNION ALL
    SELECT commune_key, commune_name, commune_code FROM marts.dim_commune WHERE list_contains($parts, commune_key)
    UNION ALL SELECT cell_key, cell_name, NULL FROM marts.dim_cell WHERE list_contains($parts, cell_key)
"""
#: A year or a term in a key.
_PERIOD = re.compile(r"[0-9]{4}(-[0-9]{4})?")
#: What adds something comes first.
_ORDER = """
    coalesce(TRY_CAST(value AS DOUBLE) = 0, false), month DESC, commune_code, file_name, sheet, field_name,
    TRY_CAST(regexp_extract(cell, '[0-9]+') AS INTEGER), cell
"""


@router.get("/trace")
def trace(view: Asking, relation: str = "", key: str = "", figure: str = "") -> Response:
    """404 for a relation, a key or a figure that there is not."""
    view.require("see_figures", view.own_commune)
    with view.reading() as connection:
        if of_communes := by_commune(connection, relation, key, figure) if view.own_commune is None else None:
            return _communes(view, relation, key, figure or MAIN, *of_communes)
        every, shown, total = _keep(view, connection, relation, key, figure or None)
        if not every:
            raise NotFound(key, "trace_nothing")
        if not shown:
            raise NotAllowed
        table = _table(view, figure)
        if view.form:
            return view.file(table, connection)
        return view.html(
            "trace.html",
            table=fetched(connection, table, view.asked),
            parts=_parts(view, key),
            figure=_figure(view, figure),
            cells=view.say("trace_cells", number=view.count(shown)),
            total=total,
        )


def _communes(view: View, relation: str, key: str, figure: str, sql: str, values: dict[str, object]) -> Response:
    """The figure by commune, each leading to its own cells: nobody reads the cells of a country one by one."""
    of_communes = "mart_target_attainment" if relation.endswith("mart_city_attainment") else relation
    table = TableOf(
        name="trace",
        sql=sql,
        columns=[
            Column("commune_name", "figures_commune", style=lambda row: "name", is_searched=True),
            Column("commune_code", "figures_code", is_searched=True),
            Column("months", "trace_months", "count"),
            Column("value", "trace_value", "count", link=lambda row: traced(of_communes, row["key"], figure)),
        ],
        order="value DESC NULLS LAST, commune_code, commune_key",
        values=values,
    )
    if view.form:
        return view.file(table)
    ((total,),) = (row.values() for row in view.rows(f"SELECT sum(value) FROM ({sql})", **values))
    return view.page(
        "trace.html",
        table,
        parts=_parts(view, key),
        figure=_figure(view, figure),
        cells=view.say("trace_by_commune"),
        total=total,
    )


def _keep(
    view: View, connection: duckdb.DuckDBPyConnection, relation: str, key: str, figure: str | None
) -> tuple[int, int, float | None]:
    """How many cells there are, how many of them this person sees, and what those add up to, where they do."""
    try:
        keep_traced(connection, relation, key, figure)
    except duckdb.InvalidInputException as error:
        raise NotFound(relation, "trace_no_relation") from error
    (every,) = _one(connection, "SELECT count(*) FROM temp.traced", {})
    name = "indicators.name_vi" if view.language == "vi" else "indicators.name_en"
    connection.execute(_SHOWN.format(name=name), {"own": view.own_commune, "key": key})
    shown, fields, total = _one(
        connection, "SELECT count(*), count(DISTINCT field), sum(TRY_CAST(value AS DOUBLE)) FROM temp.shown", {}
    )
    return every, shown, total if fields == 1 else None


def _table(view: View, figure: str) -> TableOf:
    return TableOf(
        name="trace",
        sql="SELECT * FROM temp.shown",
        columns=[
            Column("commune_name", "figures_commune", style=lambda row: "name", is_searched=True),
            Column("month", "figures_month", "month"),
            Column("file_name", "trace_file", is_searched=True),
            Column("version", "trace_version", "count"),
            Column("sheet", "trace_sheet"),
            Column("cell", "trace_cell", link=lambda row: _place(view, row)),
            Column("cell_name", "trace_line", is_searched=True),
            *([] if figure else [Column("field_name", "trace_field", is_searched=True)]),
            Column("value", "trace_value", style=lambda row: "number"),
            Column("as_typed", "trace_typed", style=lambda row: "number"),
        ],
        order=_ORDER,
    )


def _place(view: View, row: Row) -> str | None:
    """The cell in its report; for what is no monthly report, the workbook itself."""
    if row["commune_code"] and row["month"]:
        query = urlencode({"version": row["version"], "sheet": row["sheet"], "cell": row["cell"]})
        return f"{report_address(row['commune_code'], row['month'])}?{query}#{row['cell']}"
    return f"/files/original/{row['submission_id']}" if view.may("take_workbooks", row["commune_code"]) else None


def _parts(view: View, key: str) -> list[str]:
    """What the key names, in words: `Phường Tân Phong`, `8/2025`. What is a row's own key names nothing."""
    parts = key.split("|")
    found = view.rows(_NAMES, parts=parts, whole="city")
    names = {row["part"]: f"{row['name']} ({row['commune']})" if row["commune"] else row["name"] for row in found}
    return [words for part in parts if (words := names.get(part) or _written(view, part))]


def _written(view: View, part: str) -> str:
    """A month, a year or a term; nothing for what only programs read."""
    try:
        return view.say("trace_month", month=view.month(date.fromisoformat(part)))
    except ValueError:
        return part.replace("-", "–") if _PERIOD.fullmatch(part) else ""


def _figure(view: View, figure: str) -> str:
    """What the figure is called."""
    found = view.rows("SELECT name_vi, name_en FROM marts.dim_indicator WHERE field = $field LIMIT 1", field=figure)
    return view.told(found[0]["name_vi"], found[0]["name_en"]) if found else ""


def _one(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> tuple[Any, ...]:
    row = connection.execute(sql, values).fetchone()
    return row if row is not None else (0, 0, None)
