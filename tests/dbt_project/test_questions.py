"""The commission's questions, answered by the marts and by hand over the same made-up reports.

Three communes report nineteen months: with blanks, sheets that are missing, months that are missing or held back, a
cell that ends, one that begins, and a commune (Nậm Loỏng) that ends.
"""

import random
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from xlsxwriter.utility import xl_col_to_name

from dbt_project.build import MARTS, RECONCILE, build
from reference.fields import number_fields_of
from tests.dbt_project import by_hand, office
from tests.dbt_project.by_hand import Line, Office
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables

pytestmark = pytest.mark.pipeline

NAM_LOONG = "03406"
LAST = date(2020, 7, 1)
MONTHS = [by_hand.add_months(LAST, -number) for number in range(18, -1, -1)]
#: commune, cell, type, first and last month in which it is on the sheets
CELLS = [
    (office.TAN_PHONG, "Chi bộ Tổ dân phố số 1", "Tổ dân phố", MONTHS[0], LAST),
    (office.TAN_PHONG, "Chi bộ Tổ dân phố số 2", "Tổ dân phố", MONTHS[0], date(2020, 1, 1)),
    (office.TAN_PHONG, "Chi bộ Trường Mầm non", "Trường học", date(2019, 10, 1), LAST),
    (office.DONG_PHONG, "Chi bộ Bản Một", "Bản", MONTHS[0], LAST),
    (office.DONG_PHONG, "Chi bộ Bản Hai", "Bản", MONTHS[0], LAST),
    (office.DONG_PHONG, "Chi bộ Trạm Y tế", "Trạm y tế", MONTHS[0], LAST),
    (NAM_LOONG, "Chi bộ Bản Ba", "Bản", MONTHS[0], date(2020, 6, 1)),
    (NAM_LOONG, "Chi bộ Bản Bốn", "Bản", MONTHS[0], date(2020, 6, 1)),
]
HELD_BACK = [(office.DONG_PHONG, LAST), (office.DONG_PHONG, date(2019, 4, 1)), (office.TAN_PHONG, date(2019, 5, 1))]
#: What a steward has put right: commune, month, form, field, line, value. One of these months is held back.
CORRECTED = [
    (office.TAN_PHONG, date(2019, 2, 1), "KN-1", "women", 1, 1),
    (office.TAN_PHONG, date(2019, 9, 1), "KN-1", "admitted", 2, 1),
    (office.DONG_PHONG, date(2020, 1, 1), "KN-1", "admitted", 3, 0),
    (office.DONG_PHONG, date(2020, 1, 1), "KN-3", "opening", 1, 2),
    (office.DONG_PHONG, date(2019, 4, 1), "KN-1", "admitted", 1, 2),
    (NAM_LOONG, date(2019, 6, 1), "KN-2", "candidates", 1, 3),
    (NAM_LOONG, date(2019, 6, 1), "KN-3", "mean_age", 2, 41.5),
    (office.TAN_PHONG, LAST, "KN-3", "closing", 1, 5),
]
#: One with which the reports ask for everything (the last tests see to it).
SEED = 40
MISSING = [(NAM_LOONG, date(2019, 11, 1)), (office.TAN_PHONG, date(2019, 3, 1))]

ByHand = Callable[[Office], dict[tuple[Any, ...], Line]]


def figure_of(place: str, field: str) -> float | bool | None:
    """A figure as a clerk might give it: now and then none; mostly nobody admitted. A place's other figures do not
    depend on it, so that a form may gain a column."""
    chance = random.Random(f"{SEED} {place} {field}")
    if chance.random() < (0.02 if field == "admitted" else 0.08):
        return None
    if field == "admitted":
        return chance.choice([0] * 14 + [1, 2])
    if field == "mean_age":
        return round(chance.uniform(30, 65), 1)
    if field == "head_is_member":
        return chance.random() < 0.7
    return chance.choice([0, 0, 1, 2, 3])


def write_reports(settings: Settings) -> None:
    with writing(settings) as connection:
        create_tables(connection)
        for code in sorted({cell[0] for cell in CELLS}):
            for month in MONTHS:
                cells = [cell for cell in CELLS if cell[0] == code and cell[3] <= month <= cell[4]]
                if cells and (code, month) not in MISSING:
                    write_report(connection, code, month, [cell[1:3] for cell in cells])


def write_report(
    connection: duckdb.DuckDBPyConnection,
    code: str,
    month: date,
    cells: list[tuple[str, str]],
) -> None:
    submission_id = f"{code} {month}"
    connection.execute(
        """
        INSERT INTO warehouse.raw.submissions
            (submission_id, kind, file_name, received_at, status, commune_key, commune_code, month, version)
        VALUES (?, 'report', ?, ?, 'accepted', ?, ?, ?, 1)""",
        [submission_id, submission_id, datetime(2020, 8, 1), office.KEYS[code], code, month],
    )
    for form in ("KN-1", "KN-2", "KN-3"):
        # Now and then a sheet is missing.
        if random.Random(f"{SEED} {submission_id} {form}").random() < 0.06:
            continue
        fields = [field.name for field in number_fields_of(form)]
        connection.execute(
            "INSERT INTO warehouse.raw.sheets VALUES (?, ?, ?, 7, 8, ?)", [submission_id, form, form, len(cells)]
        )
        for number, (name, kind) in enumerate(cells, start=1):
            figures = [figure_of(f"{submission_id} {form} {number}", field) for field in fields]
            connection.execute(
                f"INSERT INTO warehouse.raw.report_lines_{form.lower().replace('-', '')}"
                f" (submission_id, line_number, sheet, sheet_row, kind, cell_name, cell_type, {', '.join(fields)})"
                f" VALUES (?, ?, ?, ?, 'cell', ?, ?{', ?' * len(fields)})",
                [submission_id, number, form, number + 8, name, kind, *figures],
            )


def correct(settings: Settings, code: str, month: date, form: str, field: str, line: int, value: float) -> None:
    submission_id, letter = f"{code} {month}", xl_col_to_name(3 + [f.name for f in number_fields_of(form)].index(field))
    with writing(settings) as connection:
        connection.execute(
            "INSERT INTO warehouse.raw.column_map (submission_id, form, sheet, field, column_letter, header)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [submission_id, form, form, field, letter, field],
        )
    office.correct(settings, submission_id, f"{letter}{line + 8}", value, sheet=form)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Office]:
    """The built store, and what was received as plain Python reads it."""
    settings = office.settings_of(tmp_path_factory.mktemp("questions"))
    write_reports(settings)
    for correction in CORRECTED:
        correct(settings, *correction)
    build(settings, RECONCILE)
    for code, month in HELD_BACK:
        office.hold_back(settings, code, month)
    build(settings, MARTS)
    return settings, by_hand.read_office(settings.store, settings.scope, settings.current_day(), LAST)


def rows_of(store: Path, mart: str, keys: list[str]) -> dict[tuple[Any, ...], Line]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{store}' AS warehouse (READ_ONLY)")
        result = connection.execute(f"SELECT * FROM warehouse.marts.{mart}")
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {tuple(row[key] for key in keys): row for row in rows}


@pytest.mark.parametrize(
    ("mart", "keys", "answer"),
    [
        ("mart_composition", ["commune_code", "period_kind", "period", "month"], by_hand.composition),
        ("mart_candidate_funnel", ["commune_code", "month"], by_hand.funnel),
        ("mart_dormant_cells", ["commune_code", "cell_name"], by_hand.dormant),
        ("mart_ageing_cells", ["commune_code", "cell_name"], by_hand.ageing),
        ("mart_neighbourhood_heads", ["commune_code", "month"], by_hand.heads),
        ("mart_target_attainment", ["commune_code", "month"], by_hand.effect_on_communes),
        ("mart_city_attainment", ["month"], by_hand.effect_on_city),
        ("mart_reporting_rates", ["commune_code", "month"], by_hand.reporting),
    ],
)
def test_a_mart_says_what_counting_by_hand_says(
    asked: tuple[Settings, Office], mart: str, keys: list[str], answer: ByHand
) -> None:
    built = rows_of(asked[0].store, mart, keys)
    expected = answer(asked[1])
    assert set(built) == set(expected)
    for key, row in expected.items():
        assert {name: built[key][name] for name in row} == {
            name: approximately(value) for name, value in row.items()
        }, key


def approximately(value: Any) -> Any:
    return pytest.approx(value) if isinstance(value, float) else value


def test_the_made_up_reports_ask_for_everything(asked: tuple[Settings, Office]) -> None:
    # Otherwise the comparison above could agree on nothing.
    dormant = by_hand.dormant(asked[1]).values()
    assert {row["years_without_admission"] for row in dormant} >= {0, 1}
    assert any(row["years_possible"] > row["years_without_admission"] for row in dormant)
    assert any(row["months_held_back"] for row in dormant)
    assert len({row["dries_up_at"] for row in by_hand.funnel(asked[1]).values()}) == 5
    assert {row["held_back_admitted"] for row in by_hand.effect_on_communes(asked[1]).values()} > {0}
    assert {row["months_corrected"] for row in by_hand.composition(asked[1]).values()} == {0, 1, 2, 3}
    assert {row["months_corrected"] for row in dormant} == {0, 1}
    assert {row["is_corrected"] for row in by_hand.ageing(asked[1]).values()} == {False, True}
    assert {row["months_corrected"] for row in by_hand.heads(asked[1]).values()} == {0, 1}
    for effects in (by_hand.effect_on_communes(asked[1]), by_hand.effect_on_city(asked[1])):
        assert {row["months_corrected_year"] for row in effects.values()} > {0}
    assert {row["is_year_start_corrected"] for row in by_hand.effect_on_communes(asked[1]).values()} == {False, True}
    assert sum(row["is_corrected"] for row in by_hand.reporting(asked[1]).values()) == len(CORRECTED) - 3
    assert {row["under_35"] for row in by_hand.ageing(asked[1]).values()} == {"some", "possible", "none", None}


def test_the_city_knows_which_months_are_not_in_its_ages(asked: tuple[Settings, Office]) -> None:
    ages = rows_of(asked[0].store, "mart_ageing_cells", ["commune_code", "cell_name"])
    dong_phong = ages[office.DONG_PHONG, None]
    assert (dong_phong["newer_months_held_back"], dong_phong["newer_months_not_reported"]) == (1, 0)
    # The five communes that have never reported are in neither the members nor the communes counted.
    assert ages[None, None]["newer_months_held_back"] == 1
    assert ages[None, None]["newer_months_not_reported"] > 5 * 12


def test_trend_and_changes_follow_from_the_figures_beside_them(asked: tuple[Settings, Office]) -> None:
    rows = rows_of(asked[0].store, "mart_ageing_cells", ["commune_code", "cell_name"]).values()
    compared = [row for row in rows if None not in (row["mean_age"], row["mean_age_12_months_before"])]
    assert {row["trend"] for row in compared} >= {"older", "younger"}
    for row in compared:
        change = row["mean_age"] - row["mean_age_12_months_before"]
        assert row["mean_age_change"] == pytest.approx(change)
        assert row["trend"] == ("older" if change > 0 else "younger" if change < 0 else "same")
    assert {row["trend"] for row in rows if row not in compared} == {None}
