"""Why a figure is another than on a day: what was reported, sent again, decided, divided or targeted since."""

import duckdb
from fastapi import APIRouter
from fastapi.responses import Response

from portal.addresses import report_address
from portal.as_of import address, day_asked, traced
from portal.asking import Asking
from portal.tables import Column, Row, TableOf, fetched
from portal.view import View

router = APIRouter()

REASONS = ("decision", "resubmission", "report", "target", "boundary")

#: A table of the connection's own: summed, counted and read, and the macro is asked once.
_KEEP = """
    CREATE OR REPLACE TEMP TABLE changed AS
    SELECT changes.*, CAST(changes.delta AS DOUBLE) AS difference, sent.version
    FROM marts.changed_since($day) AS changes LEFT JOIN raw.submissions AS sent USING (submission_id)
    WHERE $commune IS NULL OR changes.commune_code = $commune
"""
_SUMMED = """
    SELECT
        reason, count(*) AS changes,
        sum(difference) FILTER (measure = 'admitted') AS admitted, sum(difference) FILTER (measure = 'women') AS women,
        sum(difference) FILTER (measure = 'ethnic_minority') AS ethnic_minority,
        min(month) AS first_month, max(month) AS last_month
    FROM temp.changed GROUP BY reason
    ORDER BY list_position($reasons, reason)
"""
#: Figures of cells that a later version of a report has changed.
_CELLS = """
    SELECT
        changes.change_key, changes.commune_code, communes.commune_name, changes.month, changes.version, changes.sheet,
        changes.cell, changes.cell_name, changes.value_before, changes.value_after, indicators.name_vi,
        indicators.name_en, changes.field
    FROM marts.fct_resubmission_changes AS changes
    JOIN marts.fct_submissions AS sent USING (submission_id)
    JOIN marts.dim_commune AS communes ON communes.commune_key = changes.commune_key
    LEFT JOIN marts.dim_indicator AS indicators ON indicators.form = changes.form AND indicators.field = changes.field
    WHERE sent.received_at >= CAST($day AS DATE) + INTERVAL 17 HOUR
        AND ($commune IS NULL OR changes.commune_code = $commune)
    ORDER BY sent.received_at DESC, changes.form, changes.line_number, indicators.position LIMIT 100
"""


@router.get("/changes")
def changes(view: Asking) -> Response:
    """`?since=2020-05-31`, for one commune with `&commune=03408`, for one reason with `&reason=decision`."""
    commune = view.query.get("commune", "").strip() or view.own_commune
    view.require("see_figures", commune)
    day = day_asked(view, "since")
    if day is None:
        return view.page("changes.html", day=None, commune=commune, table=None)
    reason = view.query.get("reason", "").strip()
    values = {"day": day, "commune": commune}
    with view.reading() as connection:
        connection.execute(_KEEP, values)
        table = _table(view, reason if reason in REASONS else "")
        if view.form:
            return view.file(table, connection)
        answer = connection.execute(_SUMMED, {"reasons": list(REASONS)})
        names = [described[0] for described in answer.description or ()]
        summed = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        return view.html(
            "changes.html",
            day=day,
            commune=commune,
            name=_name(connection, commune),
            reason=reason,
            summed=summed,
            table=fetched(connection, table, view.asked),
            cells=view.rows(_CELLS, **values),
            address=address,
            traced=traced,
            report_address=report_address,
        )


def _table(view: View, reason: str) -> TableOf:
    def report(row: Row) -> str | None:
        if not row["version"] or not row["month"]:
            return None
        return f"{report_address(row['commune_code'], row['month'])}?version={row['version']}"

    def period(row: Row) -> str:
        return view.month(row["month"]) if row["month"] else str(row["period"] or "–").replace("-", "–")

    def sign(row: Row) -> str:
        return ("+" if row["difference"] > 0 else "−") + view.count(abs(row["difference"]))

    return TableOf(
        name="changes",
        sql="SELECT * FROM temp.changed" + (" WHERE reason = $reason" if reason else ""),
        columns=[
            Column("commune_name", "figures_commune", style=lambda row: "name", is_searched=True),
            Column("month", "figures_month", shown=period),
            Column("measure", "changes_measure", shown=lambda row: view.say(f"changes_{row['measure']}")),
            Column("difference", "changes_delta", "figure", shown=sign),
            Column("reason", "changes_reason", shown=lambda row: view.say(f"changes_{row['reason']}"), link=report),
            Column("changed_at", "changes_at", "instant"),
        ],
        order="changed_at DESC NULLS LAST, commune_code, month DESC, measure",
        values={"reason": reason} if reason else {},
    )


def _name(connection: duckdb.DuckDBPyConnection, commune: str | None) -> str:
    """The newest name of the code; that of all of them where none is asked for."""
    sql = "SELECT commune_name FROM marts.dim_commune WHERE commune_code = $commune ORDER BY valid_from DESC LIMIT 1"
    if commune is None:
        row = connection.execute("SELECT scope_name FROM raw.run_settings").fetchone()
    else:
        row = connection.execute(sql, {"commune": commune}).fetchone()
    return str(row[0]) if row else commune or ""
