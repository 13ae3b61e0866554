"""The tables that Python writes: schemas `raw`, `quality` and `ledger`. dbt reads them as sources."""

import duckdb

from reference.fields import MONTHLY_FORMS, Field, number_fields_of

_SQL_TYPES = {"count": "BIGINT", "percent": "DOUBLE", "years": "DOUBLE", "decimal": "DOUBLE", "flag": "BOOLEAN"}


def lines_table(form: str) -> str:
    """`KN-1` -> `report_lines_kn1`."""
    return "report_lines_" + form.lower().replace("-", "")


def _field_columns(fields: tuple[Field, ...]) -> str:
    return "".join(f", {field.name} {_SQL_TYPES[field.type]}" for field in fields)


_TABLES = {
    # One row per file content that was ever looked at.
    "raw.submissions": """
        submission_id VARCHAR, kind VARCHAR, file_name VARCHAR, path VARCHAR, bytes BIGINT,
        modified_at TIMESTAMP, received_at TIMESTAMP, status VARCHAR, reason VARCHAR,
        message_vi VARCHAR, message_en VARCHAR,
        commune_key VARCHAR, commune_code VARCHAR, commune_name VARCHAR, month DATE, version INTEGER,
        period VARCHAR""",
    # One row per entry of the landing folder and content it had when it was found.
    "raw.arrivals": """
        path VARCHAR, arrived_at TIMESTAMP, outcome VARCHAR, submission_id VARCHAR, reason VARCHAR,
        message_vi VARCHAR, message_en VARCHAR, bytes BIGINT, modified_ns BIGINT""",
    # One row per submission and form found in it.
    "raw.sheets": """
        submission_id VARCHAR, form VARCHAR, sheet VARCHAR, header_first_row INTEGER, header_last_row INTEGER,
        line_count INTEGER""",
    # One row per submission, form and column; field is NULL where the column is not understood: may_hold_figures then
    # says whether figures stand under a header that does not say that they are something else.
    "raw.column_map": """
        submission_id VARCHAR, form VARCHAR, sheet VARCHAR, field VARCHAR, column_letter VARCHAR,
        header VARCHAR, may_hold_figures BOOLEAN""",
    "raw.problems": """
        submission_id VARCHAR, code VARCHAR, severity VARCHAR, form VARCHAR, sheet VARCHAR, cell VARCHAR,
        field VARCHAR, found VARCHAR, expected VARCHAR, message_vi VARCHAR, message_en VARCHAR""",
    # One row per submission, commune and period (a term, or a calendar year of it).
    "raw.targets": """
        submission_id VARCHAR, line_number INTEGER, sheet VARCHAR, cell VARCHAR, commune_key VARCHAR,
        commune_code VARCHAR, commune_name VARCHAR, term VARCHAR, period_kind VARCHAR, year INTEGER,
        target BIGINT, effective_on DATE""",
    # One row per submission, official form and indicator row that was recognised on its sheet; period `2024-H1`,
    # `2024-H2` or `2024`. The form is the commission's own where the submission has no commune.
    "raw.official_lines": """
        submission_id VARCHAR, line_number INTEGER, form VARCHAR, edition VARCHAR, period VARCHAR, sheet VARCHAR,
        sheet_row INTEGER, field VARCHAR, label VARCHAR, this_period DOUBLE, same_period_last_year DOUBLE,
        pct DOUBLE, typed VARCHAR""",
    # One row per submission and class on its sheet of training (form BD-1); `class_type` is a code
    # (ingest/plans/class_types.py), `class_type_text` what stands on the sheet.
    "raw.training_classes": """
        submission_id VARCHAR, line_number INTEGER, sheet VARCHAR, sheet_row INTEGER, class_type VARCHAR,
        class_type_text VARCHAR, started_on DATE, days DOUBLE, participants BIGINT, participants_women BIGINT,
        participants_ethnic_minority BIGINT, typed VARCHAR""",
    # What the last build saw: one row per accepted submission (targets have no month). What differs is built again.
    "ledger.built_submissions": """
        submission_id VARCHAR, version INTEGER, commune_key VARCHAR, month DATE""",
    # What the build under way, or the last one, saw when it began: one row per accepted submission.
    "ledger.seen_submissions": """
        submission_id VARCHAR, version INTEGER, commune_key VARCHAR, month DATE, kind VARCHAR""",
    # One row when the gate has judged that build.
    "ledger.judged": "is_judged BOOLEAN",
    # Commune-months that are judged once more: a month before them counts otherwise than their build expected.
    "ledger.months_again": "commune_key VARCHAR, month DATE",
    # One row when what earlier versions stored has been looked through (ingest/reread.py): what for.
    "ledger.looked_through": "looked_for VARCHAR",
    # One row: what the store was built with (see warehouse/ledger.py).
    "ledger.recipe": "recipe VARCHAR",
    # One row: what a build depends on besides the reports (written before every build).
    "raw.run_settings": """
        today DATE, due_day INTEGER, scope VARCHAR, scope_name VARCHAR""",
    # One row per commune and validity in scope; `is_expected` where that validity itself lies in the scope
    # (a commune that joined the city later is in scope with its past, but was not expected to report then).
    "raw.scope": """
        commune_key VARCHAR, commune_code VARCHAR, is_expected BOOLEAN""",
    # The catalogue of rules as the last build used it: one row per rule.
    "quality.rules": """
        rule_id VARCHAR, form VARCHAR, kind VARCHAR, severity VARCHAR, tolerance DOUBLE, relative_tolerance DOUBLE,
        line_kind VARCHAR, field VARCHAR, plus_fields VARCHAR[], minus_fields VARCHAR[], other_form VARCHAR,
        other_field VARCHAR, reset_at VARCHAR, low DOUBLE, high DOUBLE, lows DOUBLE[], highs DOUBLE[], rarity DOUBLE,
        codes VARCHAR[], meaning_vi VARCHAR, meaning_en VARCHAR, action_vi VARCHAR, action_en VARCHAR""",
    # One row per override of a rule's severity (expectations/overrides.yml); `off` where it is not to be judged.
    # NULL means every commune, or no first or last month.
    "quality.overrides": """
        position INTEGER, rule_id VARCHAR, commune_code VARCHAR, from_month DATE, until_month DATE, severity VARCHAR,
        decided_by VARCHAR, reason VARCHAR""",
    # One row per run and rule.
    "quality.results": """
        run_id VARCHAR, run_at TIMESTAMP, rule_id VARCHAR, form VARCHAR, kind VARCHAR, severity VARCHAR,
        looked_at BIGINT, failed BIGINT, outcome VARCHAR""",
    "quality.failures": """
        failure_id VARCHAR, case_id VARCHAR, rule_id VARCHAR, severity VARCHAR, form VARCHAR,
        commune_key VARCHAR, commune_code VARCHAR, month DATE, submission_id VARCHAR, version INTEGER,
        sheet VARCHAR, cells VARCHAR[], cell_name VARCHAR, line_number INTEGER, field VARCHAR,
        reported DOUBLE, expected DOUBLE, difference DOUBLE, message_vi VARCHAR, message_en VARCHAR,
        state VARCHAR, first_seen_at TIMESTAMP, decision VARCHAR, decided_by VARCHAR, decided_reason VARCHAR,
        cause_id VARCHAR""",
    # One row per cause: the slip that explains some of a case's unsettled failures (the first in the case is position
    # 1), and the cells it is seen in. kind is a code of expectations/causes.yml; `unexplained` where nothing does.
    # `reopen`: where a steward's value is the cause, the failures under which it is kept.
    "quality.causes": """
        cause_id VARCHAR, case_id VARCHAR, position INTEGER, commune_key VARCHAR, commune_code VARCHAR, month DATE,
        kind VARCHAR, severity VARCHAR, submission_id VARCHAR, sheet VARCHAR, cells VARCHAR[], failures VARCHAR[],
        message_vi VARCHAR, message_en VARCHAR, reopen VARCHAR[]""",
    # One row per proposed repair of a case (rank 1 = best) and cell that it changes. `settles` are the failures that go
    # with the change; `slip` is how the wrong figure may have come about, a code of expectations/causes.yml; `is_clear`
    # where no other repair of the same cells' failures is nearly as likely.
    "quality.proposals": """
        case_id VARCHAR, rank INTEGER, commune_key VARCHAR, commune_code VARCHAR, month DATE,
        submission_id VARCHAR, form VARCHAR, sheet VARCHAR, cell VARCHAR, field VARCHAR, cell_name VARCHAR,
        value_before DOUBLE, value_after DOUBLE, settles VARCHAR[], slip VARCHAR, is_clear BOOLEAN, message_vi VARCHAR,
        message_en VARCHAR""",
    # One row per figure that stands in something broken, with the values proposed for it, the likeliest first; form is
    # NULL where the whole report is in doubt. What the month after is compared with.
    "quality.doubts": """
        commune_key VARCHAR, month DATE, form VARCHAR, line_kind VARCHAR, cell_match VARCHAR, namesake INTEGER,
        field VARCHAR, value DOUBLE, proposed DOUBLE[], is_clear BOOLEAN""",
    # One row per comparison with the month before that fails with what was sent there and holds with what is proposed
    # there (expected_as_proposed), or cannot be judged as long as nothing is clear (NULL): the slip is the month
    # before's, and no failure of this one.
    "quality.shadows": """
        rule_id VARCHAR, commune_key VARCHAR, commune_code VARCHAR, month DATE, submission_id VARCHAR, sheet VARCHAR,
        cell VARCHAR, cell_name VARCHAR, field VARCHAR, reported DOUBLE, expected_as_sent DOUBLE,
        expected_as_proposed DOUBLE""",
    # One row per failure and version (as sent, or as corrected by stewards) in which it fails, whatever became of it;
    # settled_at where a steward accepted it for these values.
    "quality.version_failures": """
        failure_id VARCHAR, rule_id VARCHAR, severity VARCHAR, commune_key VARCHAR, commune_code VARCHAR, month DATE,
        submission_id VARCHAR, version INTEGER, variant VARCHAR, is_last_variant BOOLEAN, reported DOUBLE,
        expected DOUBLE, difference DOUBLE, settled_at TIMESTAMP""",
    # One row per accepted report (see warehouse/versions.py): its unsettled critical failures with the stewards' values
    # in it (0 until it is judged), whether a decision sets it aside, whether it is the newest of those that are not,
    # whether it is the one that counts, and whether the last build took it for that.
    "quality.versions": """
        submission_id VARCHAR, commune_key VARCHAR, commune_code VARCHAR, month DATE, version INTEGER,
        received_at TIMESTAMP, open_critical BIGINT, is_judged BOOLEAN, is_set_aside BOOLEAN, is_newest BOOLEAN,
        is_published BOOLEAN, was_published BOOLEAN""",
    # One row per rule, commune and month: how many lines were looked at, how many of them fail.
    "quality.judgements": """
        rule_id VARCHAR, commune_key VARCHAR, month DATE, looked_at BIGINT, failed BIGINT""",
    # One row per decision of a steward, never changed. What was decided on is kept with it: the values the failure
    # had, and for a correction the cell of the workbook that it is about.
    "quality.decisions": """
        decision_id VARCHAR, failure_id VARCHAR, case_id VARCHAR, decision VARCHAR, decided_by VARCHAR,
        decided_at TIMESTAMP, reason VARCHAR, rule_id VARCHAR, commune_key VARCHAR, commune_code VARCHAR, month DATE,
        submission_id VARCHAR, reported DOUBLE, expected DOUBLE, sheet VARCHAR, cell VARCHAR,
        value_before DOUBLE, value_after DOUBLE""",
    # One row per commune and month of which no version may be published, with what is critical in the newest.
    "quality.held_back": """
        commune_key VARCHAR, commune_code VARCHAR, month DATE, open_critical BIGINT""",
}


#: Columns that a store made by an earlier version lacks. `typed` is NULL when every figure of the line stood in its
#: cell as a plain number (or was blank), else a JSON object: field -> what a person sees in the cell.
_ADDED_LATER = (
    ("raw.submissions", "period", "VARCHAR"),
    ("raw.column_map", "may_hold_figures", "BOOLEAN"),
    *((f"raw.{lines_table(form)}", "typed", "VARCHAR") for form in MONTHLY_FORMS),
    ("raw.official_lines", "typed", "VARCHAR"),
    ("raw.training_classes", "typed", "VARCHAR"),
    *(("quality.rules", column, "DOUBLE") for column in ("relative_tolerance", "low", "high", "rarity")),
    *(("quality.rules", column, "DOUBLE[]") for column in ("lows", "highs")),
    ("quality.rules", "codes", "VARCHAR[]"),
    ("quality.causes", "reopen", "VARCHAR[]"),
    ("quality.version_failures", "is_last_variant", "BOOLEAN"),
    *(("quality.failures", column, "VARCHAR") for column in ("decision", "decided_by", "decided_reason", "cause_id")),
)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schemas and tables where they are missing. Safe to call at every start."""
    for schema in ("raw", "quality", "ledger"):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS warehouse.{schema}")
    for name, columns in _TABLES.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS warehouse.{name} ({columns})")
    for form in MONTHLY_FORMS:
        # One row per row of the sheet's table: a cell, a section or the total. `section_line` is the line
        # number of the section row above it; `sheet_row` is what a person sees in the spreadsheet program.
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS warehouse.raw.{lines_table(form)} ("
            "submission_id VARCHAR, line_number INTEGER, sheet VARCHAR, sheet_row INTEGER, kind VARCHAR,"
            " section_line INTEGER, cell_name VARCHAR, cell_type VARCHAR, note VARCHAR"
            f"{_field_columns(number_fields_of(form))}, typed VARCHAR)"
        )
    for table, column, kind in _ADDED_LATER:
        connection.execute(f"ALTER TABLE warehouse.{table} ADD COLUMN IF NOT EXISTS {column} {kind}")


def stored_columns() -> dict[tuple[str, str, str], str]:
    """(schema, table, column) -> SQL type, of every table that Python writes."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS warehouse")
        create_tables(connection)
        found = connection.execute(
            "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()"
            " WHERE database_name = 'warehouse'"
        ).fetchall()
    return {(schema, table, column): kind for schema, table, column, kind in found}
