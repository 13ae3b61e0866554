"""One cell: its members, candidates and admissions month by month, under all the names and communes that it has had."""

from fastapi import APIRouter
from fastapi.responses import Response

from answers.standing import AsOf
from portal.addresses import report_address
from portal.as_of import address, as_of, switched, traced
from portal.asking import Asking
from portal.standing_columns import tenth
from portal.tables import Column, Row, TableOf
from portal.view import NotFound, View

router = APIRouter()

_CELL = """
    SELECT cells.*, communes.commune_name,
        -- Where another commune has the code now, a month in which it was this one's.
        CASE WHEN NOT communes.is_current THEN strftime(communes.valid_to - INTERVAL 1 MONTH, '%Y-%m') END AS month
    FROM marts.dim_cell AS cells JOIN marts.dim_commune AS communes USING (commune_key)
    WHERE cells.cell_key = $key
"""
#: The same cell under its other names and in other communes, the newest first.
_LINEAGE = """
    SELECT
        cells.cell_key, cells.cell_name, cells.commune_code, communes.commune_name, cells.valid_from, cells.valid_to,
        $day >= cells.valid_from AND $day < cells.valid_to AS is_of_day
    FROM marts.dim_cell AS cells JOIN marts.dim_commune AS communes USING (commune_key)
    WHERE cells.lineage_key = $lineage AND ($own IS NULL OR cells.commune_code = $own)
    ORDER BY cells.valid_from DESC, cells.cell_name
"""
_DORMANT = "SELECT * FROM marts.mart_dormant_cells WHERE cell_key = $key"
#: Months of the cell and of those that it was before.
_PUBLISHED = """
    SELECT
        facts.cell_key, facts.month, cells.commune_code, communes.commune_name, facts.admitted, facts.women,
        facts.ethnic_minority, facts.admitted_ytd, candidates.candidates, candidates.class_attended,
        candidates.files_complete, members.closing, members.mean_age, members.age_to_30, members.head_is_member,
        facts.is_corrected
    FROM (FROM marts.fct_admissions WHERE {named}) AS facts
    JOIN (FROM marts.dim_cell WHERE {named}) AS cells USING (cell_key)
    JOIN marts.dim_commune AS communes ON communes.commune_key = facts.commune_key
    LEFT JOIN (FROM marts.fct_candidates WHERE {named}) AS candidates
        ON candidates.cell_key = facts.cell_key AND candidates.month = facts.month
    LEFT JOIN (FROM marts.fct_membership WHERE {named}) AS members
        ON members.cell_key = facts.cell_key AND members.month = facts.month
"""
_KNOWN = """
    SELECT
        facts.cell_key, facts.month, cells.commune_code, communes.commune_name, facts.admitted, facts.women,
        facts.ethnic_minority, facts.admitted_ytd, facts.version, facts.is_corrected
    FROM (FROM marts.fct_admission_versions WHERE {named}) AS facts
    JOIN (FROM marts.dim_cell WHERE {named}) AS cells USING (cell_key)
    JOIN marts.dim_commune AS communes ON communes.commune_key = facts.commune_key
    WHERE
        -- The end of the day at the office, as marts.as_known_on has it.
        facts.believed_from < CAST($day AS DATE) + INTERVAL 17 HOUR
        AND coalesce(facts.believed_to >= CAST($day AS DATE) + INTERVAL 17 HOUR, true)
"""


@router.get("/cells/{cell_key}")
def cell(view: Asking, cell_key: str) -> Response:
    found = next(iter(view.rows(_CELL, key=cell_key)), None)
    if found is None:
        view.require("see_figures", view.own_commune)
        raise NotFound(cell_key, "cell_unknown")
    view.require("see_figures", found["commune_code"])
    chosen = as_of(view)
    day = chosen.on or view.settings.current_day()
    lineage = view.rows(_LINEAGE, lineage=found["lineage_key"], own=view.own_commune, day=day)
    # Named one by one: the store looks for keys that it knows, and need not go through all cells of all months.
    keys = {f"c{number}": each["cell_key"] for number, each in enumerate(lineage)}
    named = f"cell_key IN ({', '.join(f'${name}' for name in keys)})"
    table = TableOf(
        name="cell-history",
        sql=(_KNOWN if chosen.known else _PUBLISHED).format(named=named),
        columns=_columns(view, chosen),
        order="month DESC, cell_key",
        values={**keys, **({"day": chosen.known} if chosen.known else {})},
        rows_a_page=24,
        counted="" if chosen.known else f"FROM marts.fct_admissions WHERE {named}",
    )
    return view.page(
        "cell.html",
        table,
        chosen=chosen,
        cell=found,
        lineage=lineage,
        dormant=next(iter(view.rows(_DORMANT, key=cell_key)), None),
        address=address,
        kept=switched(view),
    )


def _columns(view: View, chosen: AsOf) -> list[Column]:
    def figure(name: str, title: str, relation: str = "fct_admissions") -> Column:
        def link(row: Row) -> str | None:
            key = f"{row['cell_key']}|{row['month']}"
            return traced(relation, key, name) if row[name] is not None and not chosen.known else None

        return Column(name, title, "count", link=link)

    def report(row: Row) -> str:
        return report_address(row["commune_code"], row["month"])

    columns = [
        Column("month", "figures_month", "month", link=report),
        Column("commune_name", "figures_commune", style=lambda row: "name"),
        figure("admitted", "figures_admitted"),
        figure("women", "figures_women"),
        figure("ethnic_minority", "figures_ethnic_minority"),
        figure("admitted_ytd", "figures_year_so_far"),
    ]
    if chosen.known:
        return [*columns, Column("version", "trace_version", "count")]
    ages = Column("mean_age", "cell_mean_age", "figure", shown=lambda row: tenth(view, row["mean_age"]))
    return [
        *columns,
        figure("candidates", "cell_candidates", "fct_candidates"),
        figure("class_attended", "cell_class_attended", "fct_candidates"),
        figure("files_complete", "cell_files_complete", "fct_candidates"),
        figure("closing", "cell_members", "fct_membership"),
        figure("age_to_30", "cell_to_30", "fct_membership"),
        ages,
        Column("head_is_member", "cell_head", "yes_no"),
    ]
