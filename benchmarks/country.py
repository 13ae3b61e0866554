"""One more month of the whole country, in an empty store and after ten years.

The lines are written straight, as the reader would have: 3,321 communes of 30 cells, as many as the country has since
July 2025, but communes of the ten years before (of as many provinces as it takes), which have ten years behind
them. One month is built for real;
its rows, raw and derived, are then multiplied to the months after it, so that the store is as full as ten years of
builds would leave it; the last month comes and is built for real again.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
from xlsxwriter.utility import xl_col_to_name

from benchmarks.measure import Run, run
from dbt_project.table_macros import table_macros
from expectations.publish_rules import write_rules
from reference.communes import REFORM, SINCE_EVER, all_communes, communes_expected
from warehouse.connections import writing
from warehouse.settings import Settings, load_settings
from warehouse.tables import create_tables

FIRST_MONTH = "2015-07-01"
COMMUNES = 3321
CELLS = 30
#: What a question may take, and how often each is asked.
_TIMES = 20
_FORMS = {"kn1": "KN-1", "kn2": "KN-2", "kn3": "KN-3"}


@dataclass(frozen=True)
class Store:
    """The settings of a store, and the environment in which a process finds it."""

    settings: Settings
    environment: dict[str, str]


def compare(folder: Path, months: int = 120) -> dict[str, float]:
    """Seconds, memory and ratio of a month's build in an empty and in a full store, and what questions take there."""
    store = new_store(folder / "country")
    write_first_month(store.settings)
    empty = build_store(store)
    _multiply(store.settings, months - 1)
    _write_last_month(store.settings, months - 1)
    full = build_store(store)
    return {
        "months": months,
        "empty_wall": empty.wall,
        "empty_peak_mb": empty.peak_mb,
        "full_wall": full.wall,
        "full_peak_mb": full.peak_mb,
        "ratio_wall": full.wall / empty.wall,
        **dict(_questions(store.settings)),
    }


def new_store(home: Path) -> Store:
    """The reports of June 2025, the last month of the old communes, are due."""
    environment = {"ADMISSIONS_HOME": str(home), "ADMISSIONS_SCOPE": _scope(), "ADMISSIONS_TODAY": "2025-07-06"}
    return Store(load_settings(environment, home.parent), environment)


def _scope() -> str:
    """Provinces with about as many communes as the country has today."""
    sizes = Counter(commune.province_code for commune in all_communes() if commune.valid_to == REFORM)
    chosen: list[str] = []
    while sum(sizes[code] for code in chosen) < COMMUNES:
        chosen.append(sorted(sizes)[len(chosen)])
    return ",".join(f"province:{code}" for code in chosen)


def build_store(store: Store) -> Run:
    """Reconciliations, the gate and the marts; publishing copies the whole store and is not measured here."""
    parts = [run(["-m", "benchmarks.country_build", part], store.environment) for part in ("build", "check", "marts")]
    return Run(sum(each.wall for each in parts), sum(each.cpu for each in parts), max(each.peak_mb for each in parts))


def write_first_month(settings: Settings, number: int = COMMUNES) -> None:
    """A right month of so many communes, into an empty store."""
    write_rules(settings)
    with writing(settings) as connection:
        create_tables(connection)
        communes = [
            commune
            for commune in communes_expected(settings.scope)
            if commune.valid_from == SINCE_EVER and commune.valid_to == REFORM
        ][:number]
        connection.execute(
            """
            CREATE TEMP TABLE reports AS
            SELECT md5(commune_code) || md5(commune_code || 'x') AS submission_id, commune_code, commune_key
            FROM (SELECT unnest($codes) AS commune_code, unnest($keys) AS commune_key)
            """,
            {"codes": [commune.code for commune in communes], "keys": [commune.key for commune in communes]},
        )
        connection.execute(
            f"""
            INSERT INTO warehouse.raw.submissions BY NAME
            SELECT submission_id, 'report' AS kind, commune_code || '.xlsx' AS file_name, 'accepted' AS status,
                commune_key, commune_code, DATE '{FIRST_MONTH}' AS month, 1 AS version,
                TIMESTAMP '2015-08-03 03:00:00' AS received_at
            FROM reports
            """
        )
        connection.execute(
            "INSERT INTO warehouse.raw.sheets SELECT submission_id, unnest(['KN-1', 'KN-2', 'KN-3']),"
            " unnest(['Kết nạp', 'Nguồn', 'Đảng viên']), 7, 8, 31 FROM reports"
        )
        for table, form in _FORMS.items():
            _write_lines(connection, table, form)
        connection.execute("CHECKPOINT warehouse")


def _write_lines(connection: duckdb.DuckDBPyConnection, table: str, form: str) -> None:
    """Thirty cells and a total that agree with every rule: one admission, ten candidates, forty members a cell."""
    figures = {
        "kn1": "1 AS admitted, 1 AS women, 0 AS ethnic_minority, 0 AS religious, 1 AS youth_union, 1 AS age_18_30,"
        " 0 AS age_31_40, 0 AS age_41_50, 0 AS age_over_50, 1 AS occupation_farmer, 0 AS occupation_worker,"
        " 0 AS occupation_official, 0 AS occupation_armed_forces, 0 AS occupation_student, 0 AS occupation_other,"
        " 0 AS private_enterprise, 0 AS demobilised, 0 AS militia, 0 AS neighbourhood_head, 1 AS admitted_ytd,"
        " 1 AS admitted_ttd, 10 AS year_target",
        "kn2": "10 AS candidates, 4 AS candidates_women, 2 AS candidates_ethnic_minority, 10 AS introduced_youth_union,"
        " 0 AS introduced_womens_union, 0 AS introduced_farmers, 0 AS introduced_veterans, 0 AS introduced_trade_union,"
        " 0 AS introduced_other, 6 AS class_attended, 4 AS under_verification, 2 AS files_complete",
        "kn3": "40 AS opening, 1 AS increase_admitted, 0 AS increase_transferred_in, 0 AS increase_reinstated,"
        " 1 AS decrease_transferred_out, 0 AS decrease_deceased, 0 AS decrease_expelled, 0 AS decrease_struck_off,"
        " 0 AS decrease_resigned, 40 AS closing, 10 AS age_to_30, 10 AS age_31_40, 10 AS age_41_50, 10 AS age_51_60,"
        " 0 AS age_over_60, 41.5 AS mean_age, true AS head_is_member",
    }[table]
    names = [part.rpartition(" AS ")[2].strip() for part in figures.split(",")]
    sheet = {"kn1": "Kết nạp", "kn2": "Nguồn", "kn3": "Đảng viên"}[table]
    connection.execute(
        f"""
        INSERT INTO warehouse.raw.report_lines_{table} BY NAME
        SELECT submission_id, cells.i AS line_number, '{sheet}' AS sheet, cells.i + 9 AS sheet_row, 'cell' AS kind,
            'Chi bộ Bản ' || cells.i AS cell_name, 'Bản' AS cell_type, {figures}
        FROM reports, (SELECT unnest(range(1, {CELLS + 1})) AS i) AS cells
        """
    )
    summed = ", ".join(f"sum({name}) AS {name}" for name in names if name not in ("mean_age", "head_is_member"))
    connection.execute(
        f"""
        INSERT INTO warehouse.raw.report_lines_{table} BY NAME
        SELECT submission_id, {CELLS + 1} AS line_number, '{sheet}' AS sheet, {CELLS + 10} AS sheet_row,
            'total' AS kind, 'TỔNG CỘNG' AS cell_name, {summed}
        FROM warehouse.raw.report_lines_{table} GROUP BY submission_id
        """
    )
    letters = ", ".join(f"('{name}', '{xl_col_to_name(3 + i)}')" for i, name in enumerate(names))
    connection.execute(
        f"""
        INSERT INTO warehouse.raw.column_map (submission_id, form, sheet, field, column_letter, header)
        SELECT submission_id, '{form}', '{sheet}', columns_of.field, columns_of.letter, columns_of.field
        FROM reports, (VALUES {letters}) AS columns_of (field, letter)
        """
    )


def _multiply(settings: Settings, months: int) -> None:
    """Repeat every row of a submission or a month for the months after the first, up to `months` in all."""
    with writing(settings) as connection:
        connection.execute("SET preserve_insertion_order = false")
        tables: list[tuple[str, list[str]]] = connection.execute(
            """
            SELECT schema_name || '.' || table_name, list(column_name)
            FROM duckdb_columns()
            WHERE database_name = 'warehouse' AND (
                schema_name IN ('raw', 'ledger') OR table_name IN (
                    'judgements', 'versions', 'int_cell_months', 'int_form_fingerprints', 'int_commune_month_sums',
                    'fct_admissions', 'fct_candidates', 'fct_membership', 'fct_admission_versions',
                    'fct_commune_month_versions'
                )
            )
            GROUP BY ALL
            HAVING list_has_any(list(column_name), ['submission_id', 'month'])
            """
        ).fetchall()
        for table, columns in tables:
            new = {
                "submission_id": "md5(submission_id || i) || md5(i || submission_id)",
                "month": "CAST(month + to_months(i) AS DATE)",
                "received_at": "received_at + to_months(i)",
                "stated_at": "stated_at + to_months(i)",
                "believed_from": "believed_from + to_months(i)",
                "version_key": "md5(version_key || i)",
            }
            replaced = ", ".join(f"{sql} AS {name}" for name, sql in new.items() if name in columns)
            connection.execute(
                f"INSERT INTO warehouse.{table} SELECT shown.* REPLACE ({replaced})"
                f" FROM (SELECT unnest(range(1, {months})) AS i) AS later, warehouse.{table} AS shown"
            )
        connection.execute("CHECKPOINT warehouse")


def _write_last_month(settings: Settings, months: int) -> None:
    """The month after the last one: carried figures go on from it."""
    later = f"md5(submission_id || {months}) || md5({months} || submission_id)"
    with writing(settings) as connection:
        first = f"(SELECT submission_id FROM warehouse.raw.submissions WHERE month = DATE '{FIRST_MONTH}')"
        for table in ("sheets", "column_map", "report_lines_kn2", "report_lines_kn3"):
            connection.execute(
                f"INSERT INTO warehouse.raw.{table} SELECT * REPLACE ({later} AS submission_id)"
                f" FROM warehouse.raw.{table} WHERE submission_id IN {first}"
            )
        connection.execute(
            f"""
            INSERT INTO warehouse.raw.report_lines_kn1
            SELECT * REPLACE ({later} AS submission_id, admitted_ytd + admitted AS admitted_ytd,
                admitted_ttd + admitted AS admitted_ttd)
            FROM warehouse.raw.report_lines_kn1 WHERE submission_id IN {first}
            """
        )
        connection.execute(
            f"""
            INSERT INTO warehouse.raw.submissions
            SELECT * REPLACE ({later} AS submission_id, CAST(month + to_months({months}) AS DATE) AS month,
                received_at + to_months({months}) AS received_at)
            FROM warehouse.raw.submissions WHERE month = DATE '{FIRST_MONTH}'
            """
        )


def _questions(settings: Settings) -> Iterator[tuple[str, float]]:
    """The 95th percentile of what a commune's and a province's questions take, and the country's two histories."""
    with writing(settings) as connection:
        connection.execute("USE warehouse")
        for macro in table_macros():
            connection.execute(macro)
        communes = [
            key
            for (key,) in connection.execute(
                "SELECT DISTINCT commune_key FROM marts.fct_commune_month_versions"
                f" ORDER BY md5(commune_key) LIMIT {_TIMES}"
            ).fetchall()
        ]
        asked = {
            "commune": "FROM marts.mart_target_attainment WHERE commune_key = $1 ORDER BY month",
            "commune_cells": "FROM marts.fct_admissions WHERE commune_key = $1 AND month = DATE '2020-05-01'",
            "province": "SELECT month, sum(admitted) FROM marts.mart_target_attainment WHERE commune_key IN (SELECT"
            " commune_key FROM marts.dim_commune WHERE province_code = (SELECT province_code FROM marts.dim_commune"
            " WHERE commune_key = $1)) GROUP BY month",
        }
        for name, sql in asked.items():
            taken = sorted(_seconds(connection, sql, [key]) for key in communes)
            yield f"{name}_p95_ms", 1000 * taken[int(0.95 * len(taken)) - 1]
        for name, sql in {
            "as_known_on": "SELECT sum(admitted) FROM marts.as_known_on('2020-01-31')",
            "restated_on": "SELECT sum(admitted) FROM marts.restated_on('2025-07-05')",
        }.items():
            yield f"{name}_s", _seconds(connection, sql, None)


def _seconds(connection: duckdb.DuckDBPyConnection, sql: str, values: list[str] | None) -> float:
    began = time.perf_counter()
    connection.execute(sql, values).fetchall()
    return time.perf_counter() - began
