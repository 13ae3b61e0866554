"""Settings: the environment, over .env, over the defaults."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from warehouse.settings import OFFICE_TIME, BadSetting, load_settings


def test_the_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert settings.home == tmp_path / "var"
    assert settings.landing == tmp_path / "var" / "landing"
    assert settings.published == tmp_path / "var" / "published" / "admissions.duckdb"
    assert (settings.scope, settings.due_day) == ("district:105", 5)


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ADMISSIONS_DUE_DAY=7\nADMISSIONS_SCOPE=country\n")
    settings = load_settings({"ADMISSIONS_DUE_DAY": "8"}, tmp_path)
    assert (settings.due_day, settings.scope) == (8, "country")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUE_DAY", "0"),
        ("DUE_DAY", "many"),
        ("DUE_DAY", "5²"),
        ("WORKERS", "-1"),
        ("WAIT_SECONDS", "9" * 5000),
        ("TODAY", "06/09/2020"),
        ("ARRIVAL", "never"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_value(make_settings: MakeSettings, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"ADMISSIONS_{name}='{value}'"):
        make_settings(**{name: value})


def test_arrivals_are_stamped_with_today_when_it_is_set(make_settings: MakeSettings) -> None:
    stamped = make_settings().arrived_at(datetime(2020, 9, 1))
    assert stamped.date() == date(2020, 9, 6)
    assert stamped.replace(tzinfo=UTC).astimezone(OFFICE_TIME).date() == date(2020, 9, 6)


def test_arrivals_keep_the_file_s_time_when_told_so_but_never_lie_in_the_future(make_settings: MakeSettings) -> None:
    settings = make_settings(ARRIVAL="modified")
    assert settings.arrived_at(datetime(2020, 9, 1)) == datetime(2020, 9, 1)
    assert settings.arrived_at(datetime(2031, 1, 1)).date() == date(2020, 9, 6)
