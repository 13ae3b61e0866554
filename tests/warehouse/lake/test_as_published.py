"""What was published on an earlier day, asked again."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from warehouse.connections import writing
from warehouse.publish import publish
from warehouse.query import NotKept, NotReading, OutsideThePublishedFile, QueryFailed, drawn
from warehouse.settings import Settings

pytestmark = pytest.mark.services

SUM = "SELECT sum(number) AS sum FROM marts.numbers"


@pytest.fixture
def twice(make_settings: MakeSettings, lake: dict[str, str]) -> Settings:
    """Published on 6 and 8 September, with something else written and not published since."""
    settings = make_settings(**lake)
    for day, number in (("2020-09-06", 1), ("2020-09-08", 20)):
        settings = make_settings(**lake, TODAY=day)
        with writing(settings) as connection:
            connection.execute("CREATE SCHEMA IF NOT EXISTS warehouse.marts")
            connection.execute("CREATE TABLE IF NOT EXISTS warehouse.marts.numbers (number INTEGER)")
            connection.execute("INSERT INTO warehouse.marts.numbers VALUES (?)", [number])
        publish(settings)
    with writing(settings) as connection:
        connection.execute("INSERT INTO warehouse.marts.numbers VALUES (300)")
    return settings


def numbers_in(table: str) -> int:
    """The one number below the head of the table."""
    (found,) = re.findall(r"^│ +(\d+) │$", table, re.MULTILINE)
    return int(found)


def test_each_day_has_what_was_published_last(twice: Settings) -> None:
    assert numbers_in(drawn(twice, SUM, 80)) == 21
    assert [numbers_in(drawn(twice, SUM, 80, date(2020, 9, day))) for day in (6, 7, 8, 30)] == [1, 1, 21, 21]
    with pytest.raises(NotKept, match="2020-09-05"):
        drawn(twice, SUM, 80, date(2020, 9, 5))


def test_nothing_else_is_reached_or_changed(twice: Settings, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a\n1\n")
    day = date(2020, 9, 8)
    with pytest.raises(NotReading):
        drawn(twice, "DELETE FROM marts.numbers", 80, day)
    with pytest.raises(OutsideThePublishedFile):
        drawn(twice, f"FROM '{tmp_path / 'other.csv'}'", 80, day)
    with pytest.raises(QueryFailed):
        drawn(twice, "SELECT * FROM ducklake_expire_snapshots('warehouse', versions => [1])", 80, day)


def test_a_store_in_a_file_keeps_no_days(make_settings: MakeSettings) -> None:
    with pytest.raises(NotKept) as trouble:
        drawn(make_settings(HOME="file"), SUM, 80, date(2020, 9, 8))
    assert "marts.as_known_on" in trouble.value.sentence("en")
