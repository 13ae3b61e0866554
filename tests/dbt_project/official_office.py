"""An office with four years of months (2021 to 2024) and a few official forms; every figure follows from a formula.

Đông Phong lacks March 2024, Tân Phong's November 2023 is held back. Đông Phong's own forms come as workbooks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from dbt_project.build import MARTS, RECONCILE, build, enter_built
from expectations.publish_rules import write_rules
from ingest.load import load
from reference.communes import Commune, communes_expected
from reference.fields import fields_of
from tests.dbt_project.office import hold_back_month
from tests.ingest.official_forms.test_sheet import official
from tests.ingest.sheets import workbook
from warehouse.connections import writing
from warehouse.ledger import forget_months_of
from warehouse.settings import Settings, load_settings
from warehouse.tables import create_tables

DONG_PHONG, TAN_PHONG, SAN_THANG = "03408", "03387", "03409"
MONTHS = tuple(date(year, month, 1) for year in range(2021, 2025) for month in range(1, 13))
MISSING, HELD_BACK = date(2024, 3, 1), date(2023, 11, 1)
COMMUNES = {c.code: c for c in communes_expected("district:105") if c.is_valid_in(MONTHS[0])}
CELLS = 2


@dataclass(frozen=True)
class Month:
    """A commune's figures of one month, of all its cells together."""

    admitted: int
    women: int
    age_31_40: int
    opening: int
    transferred_in: int
    deceased: int

    @property
    def closing(self) -> int:
        return self.opening + self.admitted + self.transferred_in - self.deceased


def months_of(code: str) -> dict[date, Month]:
    """Every month of the commune, reported or not. San Thàng admits nobody in 2022, nobody over 30 ever."""
    number = sorted(COMMUNES).index(code)
    opening = 100 + 10 * number
    found = {}
    for position, month in enumerate(MONTHS):
        admitted = 0 if code == SAN_THANG and month.year == 2022 else (position * 3 + number) % 4
        older = 0 if code == SAN_THANG else admitted // 2
        found[month] = Month(admitted, admitted // 3, older, opening, (position + number) % 2, position % 5 // 4)
        opening = found[month].closing
    return found


def settings_of(home: Path) -> Settings:
    return load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2025-01-20"}, home)


def fill(settings: Settings) -> None:
    """The months as the reader would have written them, and the rules; the official forms through the reader."""
    with writing(settings) as connection:
        create_tables(connection)
        for commune in COMMUNES.values():
            for month, figures in months_of(commune.code).items():
                if (commune.code, month) != (DONG_PHONG, MISSING):
                    _write_month(connection, commune, month, figures)
    settings.landing.mkdir(parents=True)
    for name, content in forms().items():
        (settings.landing / name).write_bytes(content)
        load(settings)


def hold_back(settings: Settings) -> None:
    """What the gate does to a month that contradicts itself."""
    with writing(settings) as connection:
        hold_back_month(connection, COMMUNES[TAN_PHONG].key, TAN_PHONG, HELD_BACK)


def built(home: Path) -> Settings:
    """The office, built once."""
    settings = settings_of(home)
    fill(settings)
    write_rules(settings)
    build_all(settings)
    return settings


def build_all(settings: Settings) -> None:
    build_unentered(settings)
    enter_built(settings)


def build_unentered(settings: Settings) -> None:
    """As a build that is killed before its last step leaves it."""
    build(settings, RECONCILE)
    build(settings, MARTS)


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        return connection.execute(sql).fetchall()


def change_nothing(_: duckdb.DuckDBPyConnection) -> None: ...


def correct_an_old_figure(connection: duckdb.DuckDBPyConnection) -> None:
    """San Thàng's May 2022."""
    connection.execute(
        "UPDATE warehouse.raw.report_lines_kn1 SET admitted = 3, age_18_30 = 3"
        f" WHERE submission_id = '{SAN_THANG} 2022-05' AND line_number = 1"
    )
    forget_months_of(connection, [f"{SAN_THANG} 2022-05"])


def correct_figures_of_two_years(connection: duckdb.DuckDBPyConnection) -> None:
    """Đông Phong's February 2023: the year's, and the last year's of the one after."""
    connection.execute(
        "UPDATE warehouse.raw.report_lines_kn1 SET admitted = 9, age_18_30 = 9"
        f" WHERE submission_id = '{DONG_PHONG} 2023-02' AND line_number = 1"
    )
    forget_months_of(connection, [f"{DONG_PHONG} 2023-02"])


def hold_a_month_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Tân Phong's October 2021."""
    hold_back_month(connection, COMMUNES[TAN_PHONG].key, TAN_PHONG, date(2021, 10, 1))


def official_rows(form: str, figures: dict[str, tuple[float, float]]) -> list[list[object]]:
    """The form's rows with (this period, last year) where given, blank elsewhere."""
    return [
        [field.header_vi, *(figures.get(field.name) or ("", "")), 100.0 if field.name in figures else ""]
        for field in fields_of(form)
    ]


def forms() -> dict[str, bytes]:
    """File name -> workbook, in the order in which they come: the second corrects form 2 and says nothing of form 1."""
    heads = ("ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG")
    ages = {"age_18_30": (4.0, 4.0), "age_31_35": (3.0, 3.0)}

    def sheet(form: str, figures: dict[str, tuple[float, float]], period: str) -> object:
        return official(form, official_rows(form, figures), period=period, heads=heads, name=form)

    balance = {"opening": (120.0, 120.0), "increase": (9.0, 9.0), "increase_admitted": (7.0, 7.0)}
    balance |= {"decrease": (1.0, 1.0), "closing": (127.0, 127.0)}
    half = "6 THÁNG ĐẦU NĂM 2024"
    first = [sheet("1-BTCTW", balance, half), sheet("2-BTCTW", {"admitted": (5.0, 5.0)}, half)]
    second = [sheet("2-BTCTW", {"admitted": (8.0, 8.0), **ages, "mean_age": (27.5, 27.5)}, half)]
    later = [sheet("1-BTCTW", {"opening": (130.0, 130.0), "closing": (131.0, 131.0)}, "6 THÁNG CUỐI NĂM 2024")]
    later += [sheet("2-BTCTW", {"admitted": (6.0, 6.0), "women": (7.0, 3.0)}, "6 THÁNG CUỐI NĂM 2024")]
    named = {"1.xlsx": first, "2.xlsx": second, "3.xlsx": later}
    return {name: workbook(sheets) for name, sheets in named.items()}  # type: ignore[arg-type]


def _write_month(connection: duckdb.DuckDBPyConnection, commune: Commune, month: date, figures: Month) -> None:
    submission = f"{commune.code} {month:%Y-%m}"
    connection.execute(
        "INSERT INTO warehouse.raw.submissions (submission_id, kind, received_at, status, commune_key, commune_code,"
        " month, version) VALUES (?, 'report', ?, 'accepted', ?, ?, ?, 1)",
        [submission, datetime(month.year, month.month, 28, 3), commune.key, commune.code, month],
    )
    connection.execute(
        "INSERT INTO warehouse.raw.sheets SELECT ?, unnest(['KN-1', 'KN-2', 'KN-3']), unnest(['Kết nạp', 'Nguồn',"
        " 'Đảng viên']), 7, 8, 3",
        [submission],
    )
    for number, share in enumerate(_shared(figures), start=1):
        values = [submission, number, number + 9, f"Chi bộ {number}"]
        connection.execute(
            "INSERT INTO warehouse.raw.report_lines_kn1 (submission_id, line_number, sheet_row, cell_name, sheet, kind,"
            " admitted, women, age_18_30, age_31_40, age_41_50, age_over_50)"
            " VALUES (?, ?, ?, ?, 'Kết nạp', 'cell', ?, ?, ?, ?, 0, 0)",
            [*values, share.admitted, share.women, share.admitted - share.age_31_40, share.age_31_40],
        )
        connection.execute(
            "INSERT INTO warehouse.raw.report_lines_kn3 (submission_id, line_number, sheet_row, cell_name, sheet, kind,"
            " opening, increase_admitted, increase_transferred_in, increase_reinstated, decrease_transferred_out,"
            " decrease_deceased, decrease_expelled, decrease_struck_off, decrease_resigned, closing)"
            " VALUES (?, ?, ?, ?, 'Đảng viên', 'cell', ?, ?, ?, 0, 0, ?, 0, 0, 0, ?)",
            [*values, share.opening, share.admitted, share.transferred_in, share.deceased, share.closing],
        )


def _shared(figures: Month) -> Iterator[Month]:
    """The month's figures over two cells: all but one member, and everything that moved, in the first."""
    yield Month(
        *(figures.admitted, figures.women, figures.age_31_40, figures.opening - 1, figures.transferred_in),
        figures.deceased,
    )
    yield Month(0, 0, 0, 1, 0, 0)
