"""A small office to build from: two communes of Lai Châu, June and July 2020, two cells each, without workbooks.

Tân Phong reports both months, June in two versions; Đông Phong reports June with a total that is wrong, and not
July. Only KN-1 has lines; KN-2 and KN-3 are found, but empty.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb

from reference.communes import communes_expected
from warehouse.connections import writing
from warehouse.ledger import forget_months_of
from warehouse.settings import Settings, load_settings
from warehouse.tables import create_tables

TAN_PHONG, DONG_PHONG = "03387", "03408"
JUNE, JULY = date(2020, 6, 1), date(2020, 7, 1)
KEYS = {commune.code: commune.key for commune in communes_expected("district:105") if commune.is_valid_in(JUNE)}

Report = tuple[str, str, date, int, tuple[int | None, ...]]
#: submission, commune, month, version, (admitted of the first cell, of the second, on the total row)
REPORTS: tuple[Report, ...] = (
    ("tan-phong-june-1", TAN_PHONG, JUNE, 1, (1, 1, 3)),
    ("tan-phong-june-2", TAN_PHONG, JUNE, 2, (1, 2, 3)),
    ("tan-phong-july", TAN_PHONG, JULY, 1, (0, None, 0)),
    ("dong-phong-june", DONG_PHONG, JUNE, 1, (2, 1, 4)),
)
TARGETS = ((TAN_PHONG, 30), (DONG_PHONG, 20))


def settings_of(home: Path) -> Settings:
    return load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-08-06"}, home)


def fill(settings: Settings, reports: Sequence[Report] = REPORTS) -> None:
    """Write what the reader and the catalogue of rules would have written."""
    with writing(settings) as connection:
        create_tables(connection)
        for report in reports:
            _write_report(connection, *report)
        _write_targets(connection)
        connection.execute(
            """
            INSERT INTO warehouse.quality.rules (rule_id, form, kind, severity, tolerance, line_kind, plus_fields)
            VALUES ('kn1_column_total', 'KN-1', 'column_total', 'critical', 0, 'total', ['admitted', 'women'])"""
        )


def receive(settings: Settings, *reports: Report) -> None:
    """Write what the reader writes of reports that come later."""
    with writing(settings) as connection:
        for report in reports:
            _write_report(connection, *report)


def correct(settings: Settings, submission_id: str, cell: str, value: float, sheet: str = "Kết nạp") -> None:
    """Do what a steward's correction of a cell does."""
    _decide(settings, "correct", datetime(2020, 7, 20, 3), submission_id, sheet, cell, value)


def reopen(settings: Settings, submission_id: str, cell: str, sheet: str = "Kết nạp") -> None:
    """Do what a steward does who takes that correction back."""
    _decide(settings, "reopen", datetime(2020, 7, 21, 3), submission_id, sheet, cell, None)


def _decide(
    settings: Settings,
    decision: str,
    decided_at: datetime,
    submission_id: str,
    sheet: str,
    cell: str,
    value: float | None,
) -> None:
    failure_id = f"{submission_id} {sheet}!{cell}"
    with writing(settings) as connection:
        connection.execute(
            "INSERT INTO warehouse.quality.decisions"
            " (decision_id, failure_id, decision, decided_at, submission_id, sheet, cell, value_after)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [f"{failure_id} {decision}", failure_id, decision, decided_at, submission_id, sheet, cell, value],
        )
        forget_months_of(connection, [submission_id])


def hold_back(settings: Settings, code: str, month: date) -> None:
    """Do what the gate does to a commune-month with an open critical failure."""
    with writing(settings) as connection:
        hold_back_month(connection, KEYS[code], code, month)


def hold_back_month(connection: duckdb.DuckDBPyConnection, key: str, code: str, month: date) -> None:
    connection.execute(
        "UPDATE warehouse.quality.versions SET open_critical = 1, is_published = false"
        " WHERE commune_key = ? AND month = ?",
        [key, month],
    )
    connection.execute("INSERT INTO warehouse.quality.held_back VALUES (?, ?, ?, 1)", [key, code, month])
    connection.execute(
        """
        INSERT INTO warehouse.quality.version_failures (failure_id, rule_id, severity, submission_id, variant)
        SELECT 'critical in ' || submission_id, rules.rule_id, 'critical', submission_id, 'sent'
        FROM warehouse.quality.versions AS versions, (
            SELECT min(rule_id) AS rule_id FROM warehouse.quality.rules WHERE form LIKE 'KN-%'
        ) AS rules
        WHERE versions.commune_key = ? AND versions.month = ?
        """,
        [key, month],
    )


def leave_open(settings: Settings, code: str, month: date, *failures: str) -> None:
    """Do what the gate does to critical failures of a commune's month that nobody has settled."""
    with writing(settings) as connection:
        connection.executemany(
            "INSERT INTO warehouse.quality.failures"
            " (failure_id, case_id, severity, form, commune_key, commune_code, month, state)"
            " VALUES (?, ?, 'critical', 'KN-1', ?, ?, ?, 'open')",
            [[failure_id, f"{code}-{month:%Y-%m}", KEYS[code], code, month] for failure_id in failures],
        )


def fail(settings: Settings, submission_id: str, failure_id: str) -> None:
    """Do what the gate does to a failure in a version of a report."""
    with writing(settings) as connection:
        connection.execute(
            "INSERT INTO warehouse.quality.version_failures (failure_id, submission_id, variant) VALUES (?, ?, 'sent')",
            [failure_id, submission_id],
        )


def _write_report(
    connection: duckdb.DuckDBPyConnection,
    submission_id: str,
    code: str,
    month: date,
    version: int,
    admitted: tuple[int | None, ...],
) -> None:
    connection.execute(
        """
        INSERT INTO warehouse.raw.submissions
            (submission_id, kind, file_name, received_at, status, commune_key, commune_code, month, version)
        VALUES (?, 'report', ?, ?, 'accepted', ?, ?, ?, ?)""",
        [
            submission_id,
            f"{submission_id}.xlsx",
            # 17:30 UTC is half past midnight of the next day at the office.
            datetime(2020, month.month + 1, 4 + version, 17, 30),
            KEYS[code],
            code,
            month,
            version,
        ],
    )
    connection.execute(
        "INSERT INTO warehouse.raw.sheets SELECT ?, unnest(['KN-1', 'KN-2', 'KN-3']), unnest(['Kết nạp', 'Nguồn',"
        " 'Đảng viên']), 7, 8, 3",
        [submission_id],
    )
    connection.execute(
        "INSERT INTO warehouse.raw.column_map (submission_id, form, sheet, field, column_letter, header)"
        " VALUES (?, 'KN-1', 'Kết nạp', 'admitted', 'D', 'Tổng số')",
        [submission_id],
    )
    lines = ("cell", "Chi bộ Bản Một"), ("cell", "Chi bộ Bản Hai"), ("total", "TỔNG CỘNG")
    for number, ((kind, name), figure) in enumerate(zip(lines, admitted, strict=True), start=1):
        connection.execute(
            """
            INSERT INTO warehouse.raw.report_lines_kn1
                (submission_id, line_number, sheet, sheet_row, kind, cell_name, admitted)
            VALUES (?, ?, 'Kết nạp', ?, ?, ?, ?)""",
            [submission_id, number, number + 10, kind, name, figure],
        )


def _write_targets(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "INSERT INTO warehouse.raw.submissions (submission_id, kind, received_at, status)"
        " VALUES ('targets', 'targets', TIMESTAMP '2015-07-01 03:00:00', 'accepted')"
    )
    for number, (code, target) in enumerate(TARGETS, start=1):
        connection.execute(
            """
            INSERT INTO warehouse.raw.targets
                (submission_id, line_number, sheet, cell, commune_key, commune_code, term, period_kind, target,
                 effective_on)
            VALUES ('targets', ?, 'Chỉ tiêu', 'C9', ?, ?, '2015-2020', 'term', ?, DATE '2015-07-01')""",
            [number, KEYS[code], code, target],
        )
