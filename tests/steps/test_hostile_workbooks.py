"""Nothing that a commune sends breaks a data test: every run publishes, and what is odd is judged."""

from pathlib import Path

import pytest

import steps
from expectations.decide import Request
from tests.conftest import MakeSettings
from tests.hostile import first_wave, second_wave
from tests.warm.places import with_data_tests
from warehouse.connections import reading_published
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline


@pytest.fixture
def office(make_settings: MakeSettings) -> Settings:
    return make_settings(ARRIVAL="today")


def land(settings: Settings, wave: dict[str, bytes], folder: str) -> None:
    for name, content in wave.items():
        path = settings.landing / folder / Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_whatever_is_readable_is_published_or_held_back(office: Settings) -> None:
    with with_data_tests():
        land(office, first_wave(), "first")
        first = dict(steps.run(office))
        assert first["load"]["new"] > 25
        assert first["publish"]["tests"] > 300
        land(office, second_wave(), "second")
        second = dict(steps.run(office))
        assert second["load"]["new"] > 8
    with reading_published(office) as connection:
        one = connection.execute(
            "SELECT count(*), count(DISTINCT (commune_key, month)) FROM warehouse.marts.mart_reporting_rates"
            " WHERE received_at IS NOT NULL"
        ).fetchone()
        (failure,) = connection.execute(
            "SELECT failure_id FROM warehouse.quality.failures WHERE state = 'open' ORDER BY ALL LIMIT 1"
        ).fetchone() or ("",)
    assert one is not None
    assert one[0] == one[1]
    # A steward settles something, and the archive is read again: the same.
    summary = steps.decide(office, Request((failure,), "accept", "Nguyễn Văn A", "đã đối chiếu"), True)
    assert summary["published"]
    assert steps.rebuild(office, replace=False)["same"] is True
