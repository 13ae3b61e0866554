"""What the tables, their columns and the rules mean."""

from fastapi import APIRouter
from fastapi.responses import Response

from portal.as_of import address
from portal.asking import Asking
from portal.tables import Column, Row, TableOf
from portal.view import View

router = APIRouter()

#: A comment of the published file is in Vietnamese, a dot, and in English.
_IN_LANGUAGE = """
    CASE WHEN contains(comment, ' · ') THEN
        CASE WHEN $language = 'vi' THEN split_part(comment, ' · ', 1)
        ELSE substr(comment, strpos(comment, ' · ') + 3) END
    ELSE comment END
"""
_RELATIONS = f"""
    SELECT
        CASE schema_name WHEN 'marts' THEN table_name ELSE schema_name || '.' || table_name END AS relation,
        {_IN_LANGUAGE} AS description, estimated_size AS rows, column_count AS columns,
        list_position(['marts', 'quality', 'raw'], schema_name) AS place
    FROM duckdb_tables() WHERE database_name = 'warehouse' AND schema_name IN ('marts', 'quality', 'raw')
"""
_COLUMNS = f"""
    SELECT
        CASE schema_name WHEN 'marts' THEN table_name ELSE schema_name || '.' || table_name END AS relation,
        column_name, data_type, {_IN_LANGUAGE} AS description, column_index,
        list_position(['marts', 'quality', 'raw'], schema_name) AS place
    FROM duckdb_columns()
    WHERE database_name = 'warehouse' AND schema_name IN ('marts', 'quality', 'raw')
        AND ($relation = '' OR relation = $relation)
"""
_RULES = """
    SELECT
        rule_id, form, kind, severity, list_position(['critical', 'warning', 'info'], severity) AS rank,
        CASE WHEN $language = 'vi' THEN meaning_vi ELSE meaning_en END AS meaning,
        CASE WHEN $language = 'vi' THEN action_vi ELSE action_en END AS action
    FROM quality.rules
"""


@router.get("/dictionary")
def relations(view: Asking) -> Response:
    """Tables; with `?table=…` or words to look for, their columns."""
    view.require("see_dictionary")
    relation = view.query.get("table", "").strip()
    if relation or view.asked.search or view.form:
        table = TableOf(
            name="dictionary",
            sql=_COLUMNS,
            columns=[
                Column("relation", "dictionary_table", link=_of_table, is_searched=True),
                Column("column_name", "dictionary_column", is_searched=True),
                Column("data_type", "dictionary_type"),
                Column("description", "dictionary_description", is_searched=True),
            ],
            order="place, relation, column_index",
            values={"language": view.language, "relation": relation},
            rows_a_page=100,
        )
        return view.page("dictionary.html", table, part="columns", relation=relation, about=_about(view, relation))
    table = TableOf(
        name="dictionary",
        sql=_RELATIONS,
        columns=[
            Column("relation", "dictionary_table", link=_of_table, is_searched=True),
            Column("description", "dictionary_description", is_searched=True),
            Column("columns", "dictionary_columns", "count"),
            Column("rows", "dictionary_rows", "count"),
        ],
        order="place, relation",
        values={"language": view.language},
        rows_a_page=None,
    )
    return view.page("dictionary.html", table, part="tables", relation="", about="")


@router.get("/dictionary/rules")
def rules(view: Asking) -> Response:
    view.require("see_dictionary")
    table = TableOf(
        name="rules",
        sql=_RULES,
        columns=[
            Column("rule_id", "dictionary_rule", is_searched=True),
            Column("form", "dictionary_form", style=lambda row: "name", is_searched=True),
            Column("severity", "dictionary_severity", shown=lambda row: view.say(f"severity_{row['severity']}")),
            Column("meaning", "dictionary_meaning", is_searched=True),
            Column("action", "dictionary_action", is_searched=True),
        ],
        order="rank, form, rule_id",
        values={"language": view.language},
    )
    return view.page("dictionary.html", table, part="rules", relation="", about="")


def _of_table(row: Row) -> str:
    return address("/dictionary", table=row["relation"])


def _about(view: View, relation: str) -> str:
    """What the table is."""
    found = view.rows(
        f"SELECT description FROM ({_RELATIONS}) WHERE relation = $relation", language=view.language, relation=relation
    )
    return found[0]["description"] or "" if found else ""
