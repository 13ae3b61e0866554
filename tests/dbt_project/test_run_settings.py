"""The day, the scope and its name, as tables for SQL."""

from datetime import date
from pathlib import Path

import pytest

from dbt_project.run_settings import scope_name, write_run_settings
from reference.communes import communes_expected
from tests.dbt_project import office
from warehouse.connections import writing


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ("district:105", "Thành phố Lai Châu"),
        ("province:12", "Tỉnh Lai Châu"),
        ("commune:03408", "Phường Đông Phong"),
        ("district:105, province:12", "Thành phố Lai Châu, Tỉnh Lai Châu"),
        ("country", "Cả nước"),
    ],
)
def test_the_whole_is_called_after_its_scope(scope: str, name: str) -> None:
    assert scope_name(scope) == name


def test_writing_twice_leaves_one_row_and_the_scope_once(tmp_path: Path) -> None:
    settings = office.settings_of(tmp_path)
    write_run_settings(settings)
    write_run_settings(settings)
    with writing(settings) as connection:
        assert connection.execute("SELECT today, due_day FROM warehouse.raw.run_settings").fetchall() == [
            (date(2020, 8, 6), 5)
        ]
        codes = connection.execute(
            "SELECT commune_code, is_expected FROM warehouse.raw.scope ORDER BY commune_code"
        ).fetchall()
    assert len(codes) == 11
    assert [expected for code, expected in codes if code == "03403"].count(False) == 1


def test_a_commune_is_expected_only_while_it_lies_in_the_scope() -> None:
    names = {
        month: {c.name for c in communes_expected("district:105") if c.is_valid_in(month)}
        for month in (date(2020, 6, 1), date(2020, 7, 1), date(2025, 7, 1))
    }
    assert names[date(2020, 6, 1)] - names[date(2020, 7, 1)] == {"Xã Nậm Loỏng"}
    assert names[date(2020, 7, 1)] - names[date(2020, 6, 1)] == {"Xã Sùng Phài"}
    assert names[date(2025, 7, 1)] == {"Phường Tân Phong", "Phường Đoàn Kết"}
