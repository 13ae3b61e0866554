"""A store whose reports add up to what was published, and whose targets were amended on the way.

The term 2015-2020 of Lai Châu city stands in one report of each commune for its last month; the shares of the seven
communes are made up, their sums and Đông Phong's figures are the published ones. The published percentages of other
places stand in years of Tân Phong's next term, each in a year of its own.
"""

from datetime import date, datetime

import duckdb

from reference.communes import communes_expected
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables

TAN_PHONG, DONG_PHONG, NAM_LOONG = "03387", "03408", "03406"
TODAY = date(2025, 1, 6)
#: admitted, women, ethnic minority, term target
TERM = {
    "03386": (49, 33, 9, 50),
    TAN_PHONG: (101, 72, 20, 95),
    "03388": (51, 35, 12, 50),
    "03389": (74, 52, 15, 75),
    NAM_LOONG: (47, 29, 30, 45),
    DONG_PHONG: (37, 26, 8, 20),
    "03409": (66, 42, 14, 65),
}
FIRST_MONTH, LAST_MONTH = date(2015, 7, 1), date(2020, 6, 1)
#: Tân Phong: month, admitted in it, members at its beginning
NEXT_TERM = (
    (date(2021, 12, 1), 1235, None),
    (date(2022, 10, 1), 1669, None),
    (date(2023, 6, 1), 46, None),
    (date(2024, 1, 1), 58, 4704),
    (date(2024, 12, 1), 300, None),
)
NEXT_YEARS = {2021: 1200, 2022: 2000, 2023: 120, 2024: 400}
#: Đông Phong's target of the term: sheet, from when it held, when it came. In the store the last one stands first.
AMENDMENTS = (
    ("late", 20, date(2019, 1, 1), datetime(2020, 2, 10)),
    ("first", 15, date(2015, 7, 1), datetime(2015, 6, 20)),
    ("early", 18, date(2018, 1, 1), datetime(2017, 11, 20)),
)


def key_of(code: str) -> str:
    (key,) = {c.key for c in communes_expected("district:105") if c.code == code and c.is_valid_in(LAST_MONTH)}
    return key


def fill(settings: Settings) -> None:
    """Write what the reader would have written."""
    with writing(settings) as connection:
        create_tables(connection)
        for code, (admitted, women, ethnic_minority, target) in TERM.items():
            _report(connection, code, FIRST_MONTH, 0, 0, 0)
            _report(connection, code, LAST_MONTH, admitted, women, ethnic_minority)
            if code != DONG_PHONG:
                _target(connection, "first", code, "2015-2020", target, date(2015, 7, 1))
        for submission_id, target, effective_on, received_at in AMENDMENTS:
            _sheet(connection, submission_id, received_at)
            _target(connection, submission_id, DONG_PHONG, "2015-2020", target, effective_on)
        for month, admitted, members in NEXT_TERM:
            _report(connection, TAN_PHONG, month, admitted, 0, 0, members)
        _sheet(connection, "next", datetime(2020, 6, 25))
        _target(connection, "next", DONG_PHONG, "2020-2025", 20, date(2020, 7, 1))
        for year, target in NEXT_YEARS.items():
            _target(connection, "next", TAN_PHONG, "2020-2025", target, date(2020, 7, 1), year)


def _report(
    connection: duckdb.DuckDBPyConnection,
    code: str,
    month: date,
    admitted: int,
    women: int,
    ethnic_minority: int,
    opening: int | None = None,
) -> None:
    submission_id = f"{code}-{month:%Y-%m}"
    connection.execute(
        """
        INSERT INTO warehouse.raw.submissions
            (submission_id, kind, received_at, status, commune_key, commune_code, month, version)
        VALUES (?, 'report', ?, 'accepted', ?, ?, ?, 1)""",
        [submission_id, datetime(2025, 1, 5), key_of(code), code, month],
    )
    connection.execute(
        """
        INSERT INTO warehouse.raw.report_lines_kn1
            (submission_id, line_number, sheet, sheet_row, kind, cell_name, admitted, women, ethnic_minority)
        VALUES (?, 1, 'Kết nạp', 11, 'cell', 'Chi bộ Một', ?, ?, ?)""",
        [submission_id, admitted, women, ethnic_minority],
    )
    if opening is not None:
        connection.execute(
            """
            INSERT INTO warehouse.raw.report_lines_kn3
                (submission_id, line_number, sheet, sheet_row, kind, cell_name, opening)
            VALUES (?, 1, 'Đảng viên', 11, 'cell', 'Chi bộ Một', ?)""",
            [submission_id, opening],
        )


def _sheet(connection: duckdb.DuckDBPyConnection, submission_id: str, received_at: datetime) -> None:
    connection.execute(
        "INSERT INTO warehouse.raw.submissions (submission_id, kind, received_at, status)"
        " VALUES (?, 'targets', ?, 'accepted')",
        [submission_id, received_at],
    )


def _target(
    connection: duckdb.DuckDBPyConnection,
    submission_id: str,
    code: str,
    term: str,
    target: int,
    effective_on: date,
    year: int | None = None,
) -> None:
    connection.execute(
        """
        INSERT INTO warehouse.raw.targets
            (submission_id, line_number, sheet, cell, commune_key, commune_code, term, period_kind, year, target,
             effective_on)
        VALUES (?, 1, 'Chỉ tiêu', 'C9', ?, ?, ?, ?, ?, ?, ?)""",
        [submission_id, key_of(code), code, term, "year" if year else "term", year, target, effective_on],
    )
