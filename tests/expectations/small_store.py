"""Reconciliations of one commune and month, written the way the build writes them."""

from dataclasses import dataclass
from datetime import date, datetime

from reference.fields import MONTHLY_FORMS, number_fields_of

#: What is reconciled, each line with its own word on where it stands.
COMPARED = """
    CREATE OR REPLACE TABLE warehouse.intermediate.compared (
        rule_id VARCHAR, form VARCHAR, kind VARCHAR, submission_id VARCHAR, commune_key VARCHAR,
        commune_code VARCHAR, month DATE, version INTEGER, variant VARCHAR, is_newest BOOLEAN, is_effective BOOLEAN,
        is_last_variant BOOLEAN, sheet VARCHAR,
        line_number INTEGER, sheet_row INTEGER, line_kind VARCHAR, cell_name VARCHAR, field VARCHAR,
        place VARCHAR, reported DOUBLE, expected DOUBLE, difference DOUBLE, cells VARCHAR[])"""
RECONCILIATIONS = """
    CREATE OR REPLACE VIEW warehouse.intermediate.reconciliations AS
    SELECT
        compared.*, compared.rowid AS source_row, versions.submission_number, CAST(NULL AS BIGINT) AS line_id,
        CAST(NULL AS VARCHAR) AS cell_match, CAST(NULL AS INTEGER) AS namesake, CAST(NULL AS VARCHAR) AS cell,
        CAST(NULL AS VARCHAR) AS other_cell, CAST(NULL AS VARCHAR) AS other_sheet, CAST(NULL AS INTEGER) AS other_row
    FROM warehouse.intermediate.compared AS compared
    LEFT JOIN warehouse.intermediate.int_report_versions AS versions USING (submission_id, variant)"""

#: What the build leaves beside the reconciliations; here it holds no figure, so that nothing is proposed.
BESIDE = (
    "int_report_versions (submission_number INTEGER, submission_id VARCHAR, commune_key VARCHAR, month DATE,"
    " variant VARCHAR, is_effective BOOLEAN, is_in_force BOOLEAN)",
    "int_report_lines (line_id BIGINT, submission_number INTEGER, form VARCHAR, sheet VARCHAR, line_number INTEGER,"
    " sheet_row INTEGER, line_kind VARCHAR, cell_name VARCHAR, cell_match VARCHAR, namesake INTEGER)",
    "int_column_layouts (submission_number INTEGER, layout INTEGER)",
    "int_rule_columns (rule_id VARCHAR, layout INTEGER, field VARCHAR, letters VARCHAR[], signs INTEGER[])",
    "int_summed_rows (line_id BIGINT, sheet_rows INTEGER[])",
    "int_column_letters (submission_number INTEGER, form VARCHAR, field VARCHAR, column_letter VARCHAR)",
    "int_unread_figures (line_id BIGINT, field VARCHAR)",
    "int_cells (cell_key VARCHAR, commune_key VARCHAR, first_month DATE)",
    *(
        f"int_lines_{form.lower().replace('-', '')} (line_id BIGINT, submission_number INTEGER,"
        f" {', '.join(f'{field.name} DOUBLE' for field in number_fields_of(form))})"
        for form in MONTHLY_FORMS
    ),
)

#: When the submissions of the fixtures were received.
RECEIVED = {"first": datetime(2020, 8, 3, 2), "second": datetime(2020, 8, 10, 2)}


@dataclass(frozen=True)
class Reconciled:
    """One reconciliation; by default a total row that agrees with its cells."""

    rule_id: str = "kn1_column_total"
    form: str = "KN-1"
    kind: str = "column_total"
    reported: float | None = 5
    expected: float | None = 5
    submission_id: str = "first"
    commune_code: str = "03408"
    version: int = 1
    is_newest: bool = True
    variant: str = "sent"
    #: By default what is newest is in effect.
    is_effective: bool | None = None
    is_last_variant: bool = True
    sheet: str | None = "Kết nạp"
    line_number: int | None = 30
    line_kind: str | None = "total"
    cell_name: str | None = "TỔNG CỘNG"
    field: str | None = "admitted"
    cells: tuple[str, ...] = ("D38",)

    @property
    def row(self) -> list[object]:
        place = f"{self.form}|{self.line_kind}|{(self.cell_name or '').lower()}|1|{self.field}"
        difference = None
        if self.reported is not None and self.expected is not None:
            difference = self.reported - self.expected
        return [
            *(self.rule_id, self.form, self.kind, self.submission_id, f"key of {self.commune_code}"),
            *(self.commune_code, date(2020, 7, 1), self.version, self.variant, self.is_newest),
            *(self.is_newest if self.is_effective is None else self.is_effective, self.is_last_variant),
            *(self.sheet, self.line_number),
            *(self.line_number, self.line_kind, self.cell_name, self.field, place),
            *(self.reported, self.expected, difference, list(self.cells)),
        ]
