"""Fixtures of the tests of the whole way."""

from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from tests.steps.lakes import MakeOffice
from warehouse.settings import Settings


@pytest.fixture
def office(make_settings: MakeSettings, tmp_path: Path) -> MakeOffice:
    def make(home: str, **values: str) -> Settings:
        usual = {"TODAY": "2016-03-06", "ARRIVAL": "modified", "WAIT_SECONDS": "600"}
        return make_settings(**usual | values | {"HOME": str(tmp_path / home)})

    return make
