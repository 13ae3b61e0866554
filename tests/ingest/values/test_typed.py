"""What stood there as typed: from each figure that was no plain number one comes back to the text of its cell."""

from datetime import datetime
from typing import Any

import pytest

from ingest.container.workbook import Sheet
from ingest.load import load
from ingest.model import Line
from ingest.monthly.lines import read_table
from ingest.monthly.tables import find_tables
from ingest.official_forms.sheet import read_official
from ingest.plans.training import find_training, read_training
from ingest.values.flags import flag
from ingest.values.numbers import Raw, Unreadable, count, percent
from ingest.values.typed import as_typed
from tests.ingest.official_forms.test_sheet import labels_of, official
from tests.ingest.plans.test_training import AWARE, class_row
from tests.ingest.sheets import cell_row, plain_rows, sheet, workbook
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables


def first_line(form: str, **values: Raw) -> Line:
    given = sheet(form, [cell_row(form, 1, "Chi bộ A", **values)])
    (table,) = find_tables(given)
    return read_table(given, table)[0].lines[0]


@pytest.mark.parametrize(
    ("raw", "value", "text"),
    [
        (2.0, 2, None),
        (0.0, 0, None),
        (41.5, 41.5, None),
        ("", None, None),
        (None, None, None),
        ("  ", None, None),
        ("2", 2, "2"),
        ("2 ", 2, "2 "),
        ("-", 0, "-"),
        ("1.234", 1234, "1.234"),
        ("hai", Unreadable("hai"), "hai"),
        (2.5, Unreadable("2.5"), "2.5"),
        (True, True, "TRUE"),
        (1.0, True, "1"),
        (datetime(2020, 5, 6), Unreadable("06/05/2020"), "06/05/2020"),
        ("Hai người", None, "Hai người"),
        ("x" * 120, None, "x" * 120),
        ("x" * 121, None, "x" * 119 + "…"),
    ],
)
def test_only_what_is_no_plain_number_is_kept_as_typed(raw: Raw, value: object, text: str | None) -> None:
    assert as_typed(raw, value) == text


def test_a_quotient_that_is_shown_as_a_percentage_is_kept_as_it_is_shown() -> None:
    assert as_typed(1.85, 1.85, as_percent=True) == "185%"
    assert as_typed(1.0625, 1.0625, as_percent=True) == "106.25%"


def test_a_line_of_plain_numbers_and_blanks_has_nothing_typed() -> None:
    assert first_line("KN-1", women="", attainment_pct=106.25).typed == {}


def test_a_line_keeps_the_text_of_each_figure_that_was_typed_as_text() -> None:
    line = first_line("KN-1", admitted="2 ", women="-", religious="một", attainment_pct="85%")
    assert line.typed == {"admitted": "2 ", "women": "-", "religious": "một", "attainment_pct": "85%"}
    assert [line.values[field] for field in line.typed] == [2, 0, None, 85.0]


def test_yes_and_no_are_kept_as_they_were_written() -> None:
    assert first_line("KN-3", head_is_member="x").typed == {"head_is_member": "x"}
    assert first_line("KN-3", head_is_member="").typed == {}


def test_a_class_keeps_what_was_typed_for_its_day_and_its_figures() -> None:
    given = sheet("BD-1", [class_row(1, AWARE, "5-5-20", "2 ngày", 40.0, "-", "")])
    (table,) = find_training(given)
    line = read_training(given, table)[0].lines[0]
    assert line.typed == {"started_on": "5-5-20", "days": "2 ngày", "participants_women": "-"}


def test_an_indicator_of_an_official_form_keeps_what_was_typed() -> None:
    rows: list[list[Raw]] = [["I. Tổng số đảng viên mới kết nạp trong kỳ báo cáo", "1.234", 1000.0, 1.234]]
    form = read_official(official(rows=[*rows, *_others()]))[0].form
    assert form is not None
    (line, *others) = form.lines
    assert line.values["this_period"] == 1234
    assert line.typed == {"this_period": "1.234", "pct": "1.234"}
    assert {tuple(other.typed) for other in others} == {("pct",)}


def _others() -> list[list[Raw]]:
    return [[label, 4.0, 5.0, 0.8] if field else [label, "", "", ""] for label, field in labels_of("2-BTCTW")[1:]]


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        return connection.execute(sql).fetchall()


def test_what_was_typed_reaches_the_store_as_json(settings: Settings) -> None:
    rows = [cell_row("KN-1", 1, "Chi bộ A", admitted="hai"), cell_row("KN-1", 2, "Chi bộ B", admitted=2.0)]
    settings.landing.mkdir(parents=True, exist_ok=True)
    others: list[Sheet] = [sheet(form, plain_rows(form)) for form in ("KN-2", "KN-3")]
    (settings.landing / "a.xlsx").write_bytes(workbook([sheet("KN-1", rows), *others]))
    load(settings)
    assert ask(settings, "SELECT typed FROM warehouse.raw.report_lines_kn1 ORDER BY line_number") == [
        ('{"admitted":"hai"}',),
        (None,),
    ]
    assert ask(settings, "SELECT typed ->> 'admitted' FROM warehouse.raw.report_lines_kn1 WHERE line_number = 1") == [
        ("hai",)
    ]


def test_a_store_that_was_made_before_is_given_the_column(settings: Settings) -> None:
    tables = ("report_lines_kn1", "report_lines_kn2", "report_lines_kn3", "official_lines", "training_classes")
    with writing(settings) as connection:
        create_tables(connection)
        for table in tables:
            connection.execute(f"ALTER TABLE warehouse.raw.{table} DROP COLUMN typed")
        create_tables(connection)
        create_tables(connection)
        found = connection.execute("SELECT table_name FROM duckdb_columns() WHERE column_name = 'typed'").fetchall()
    assert {table for (table,) in found} == set(tables)


def test_the_parsers_and_the_texts_agree_on_what_a_blank_is() -> None:
    for raw in ("", " ", "\u00a0", None):
        assert [parse(raw) for parse in (count, percent, flag)] == [None, None, None]
        assert as_typed(raw, None) is None
