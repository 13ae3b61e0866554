"""The tables that Python writes: schemas `raw`, `quality` and `ledger`. dbt reads them as sources."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import duckdb

from reference.fields import MONTHLY_FORMS, number_fields_of
from warehouse import written_by
from warehouse.decisions import Decision
from warehouse.stored import ledger, quality, raw
from warehouse.stored.columns import column_types

_FIGURE_TYPES = {"count": "BIGINT", "percent": "DOUBLE", "years": "DOUBLE", "decimal": "DOUBLE", "flag": "BOOLEAN"}

_SHAPES: Mapping[str, type[Any]] = {
    "raw.submissions": raw.SubmissionRow,
    "raw.arrivals": raw.ArrivalRow,
    "raw.sheets": raw.SheetRow,
    "raw.column_map": raw.MappedColumnRow,
    "raw.problems": raw.ProblemRow,
    "raw.targets": raw.TargetRow,
    "raw.official_lines": raw.OfficialLineRow,
    "raw.training_classes": raw.TrainingClassRow,
    "raw.written_by": raw.WrittenByRow,
    "raw.run_settings": raw.RunSettingsRow,
    "raw.scope": raw.ScopeRow,
    "ledger.built_submissions": ledger.BuiltSubmissionRow,
    "ledger.built_periods": ledger.BuiltPeriodRow,
    "ledger.built_sums": ledger.BuiltSumRow,
    "ledger.seen_submissions": ledger.SeenSubmissionRow,
    "ledger.made_by": ledger.MadeByRow,
    "ledger.reconciled": ledger.ReconciledRow,
    "ledger.judged": ledger.JudgedRow,
    "ledger.months_again": ledger.MonthAgainRow,
    "ledger.looked_through": ledger.LookedThroughRow,
    "ledger.recipe": ledger.RecipeRow,
    "ledger.built_nodes": ledger.BuiltNodeRow,
    "ledger.built_with": ledger.BuiltWithRow,
    "quality.rules": quality.RuleRow,
    "quality.overrides": quality.OverrideRow,
    "quality.results": quality.ResultRow,
    "quality.failures": quality.FailureRow,
    "quality.causes": quality.CauseRow,
    "quality.proposals": quality.ProposalRow,
    "quality.doubts": quality.DoubtRow,
    "quality.shadows": quality.ShadowRow,
    "quality.version_failures": quality.VersionFailureRow,
    "quality.versions": quality.VersionRow,
    "quality.judgements": quality.JudgementRow,
    "quality.decisions": Decision,
    "quality.held_back": quality.HeldBackRow,
}


def lines_table(form: str) -> str:
    """`KN-1` -> `report_lines_kn1`."""
    return "report_lines_" + form.lower().replace("-", "")


@cache
def stored_tables() -> Mapping[str, Mapping[str, str]]:
    """Table (`raw.submissions`) -> column -> SQL type, in the order of the table."""
    return {name: column_types(shape) for name, shape in _SHAPES.items()} | {
        f"raw.{lines_table(form)}": dict(_line_columns(form)) for form in MONTHLY_FORMS
    }


def _line_columns(form: str) -> Iterator[tuple[str, str]]:
    yield from column_types(raw.LineRow).items()
    yield from ((field.name, _FIGURE_TYPES[field.type]) for field in number_fields_of(form))
    yield "typed", "VARCHAR"


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas, tables and columns that are missing. Safe to call at every start: a store that an earlier
    version has made is given what it lacks."""
    known: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE database_name = 'warehouse'"
    ).fetchall():
        known.setdefault(table, set()).add(column)
    for schema in ("raw", "quality", "ledger"):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS warehouse.{schema}")
    for table, columns in stored_tables().items():
        if table not in known:
            described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            connection.execute(f"CREATE TABLE warehouse.{table} ({described})")
        else:
            for column in columns.keys() - known[table]:
                connection.execute(f"ALTER TABLE warehouse.{table} ADD COLUMN {column} {columns[column]}")
    written_by.enter(connection)
