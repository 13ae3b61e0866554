"""Where lines of the reconciliations stand, and so which failure each of them is.

Most lines hold, and nobody asks where they stand: it is put together for those that somebody does ask about.
"""

from reference.cell_address import on_sheet_sql

#: The id of a failure: the same while rule, commune, month and place are the same.
_FAILURE_ID = "md5(concat_ws('|', rule_id, commune_key, CAST(month AS VARCHAR), place))"
#: Stays the same when the commune sends a corrected file in which rows or columns have moved. Where no line is known,
#: the address must do.
_PLACE = """concat_ws(
    '|', line.form, coalesce(stands.line_kind, ''), coalesce(stands.cell_match, line.cell_match, ''),
    coalesce(CAST(coalesce(stands.namesake, line.namesake) AS VARCHAR), line.cell, ''), coalesce(line.field, '')
)"""
#: The cell that is judged, then those that it is held against.
_CELLS = f"""CASE
    WHEN line.other_cell IS NOT NULL THEN [line.cell, line.other_cell]
    WHEN line.cell IS NOT NULL THEN [line.cell]
    WHEN line.kind = 'column_total'
        THEN [columns_of.letters[1] || stands.sheet_row]
            || list_transform(summed.sheet_rows, lambda r: columns_of.letters[1] || r)
    WHEN line.kind = 'cross_sheet'
        THEN [
            columns_of.letters[1] || stands.sheet_row,
            {on_sheet_sql("line.other_sheet", "columns_of.letters[2] || line.other_row")}
        ]
    ELSE coalesce(list_transform(columns_of.letters, lambda l: l || stands.sheet_row), [])
END"""


def placed(lines: str) -> str:
    """SQL: the rows of `lines` (a relation with the columns of the reconciliations) with `sheet`, `line_number`,
    `line_kind`, `cell_name`, `place` and `cells` filled in, and with two columns more: the signs with which the cells'
    figures stand in the difference, as far as the sheet has the columns (`signs`), and the `failure_id`.

    What is of no monthly report has said itself where it stands. `lines` is best a table, of few rows.
    """
    return f"""(
        SELECT *, {_FAILURE_ID} AS failure_id
        FROM (
            SELECT
                line.* REPLACE (
                    coalesce(stands.sheet, line.sheet) AS sheet,
                    coalesce(stands.line_number, line.line_number) AS line_number,
                    coalesce(stands.line_kind, line.line_kind) AS line_kind,
                    coalesce(stands.cell_name, line.cell_name) AS cell_name,
                    coalesce(line.place, {_PLACE}) AS place,
                    CASE WHEN line.place IS NULL THEN {_CELLS} ELSE line.cells END AS cells
                ),
                coalesce(columns_of.signs, []) AS signs
            FROM {lines} AS line
            LEFT JOIN warehouse.intermediate.int_report_lines AS stands USING (line_id)
            LEFT JOIN warehouse.intermediate.int_summed_rows AS summed USING (line_id)
            LEFT JOIN warehouse.intermediate.int_column_layouts AS columns_as
                ON columns_as.submission_number = line.submission_number
            LEFT JOIN warehouse.intermediate.int_rule_columns AS columns_of
                ON columns_of.rule_id = line.rule_id
                AND columns_of.layout = columns_as.layout
                AND columns_of.field = line.field
        )
    )"""
