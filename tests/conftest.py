"""Fixtures that every folder of tests may use."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.warm.places import cold, warm, with_data_tests
from warehouse.settings import Settings, load_settings

if TYPE_CHECKING:
    from tests.postgres_server import Postgres

# A green run stays green: examples that nobody has met yet are looked for in `make soak`, without a clock.
hypothesis.settings.register_profile("the-same", derandomize=True, database=None, deadline=None)
hypothesis.settings.register_profile("new-ones", max_examples=2_000, database=None, deadline=None)
hypothesis.settings.load_profile("the-same")

MakeSettings = Callable[..., Settings]


#: Waits for servers most of its time: meanwhile another process makes what all others need.
_WAITS = "test_compose_services.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that no processor is left without work at the end."""
    slow = {item.path for item in items if any(map(item.get_closest_marker, ("pipeline", "services", "airflow")))}
    items.sort(key=lambda each: (each.path.name != _WAITS, each.path.parent.name != "steps", each.path not in slow))


@pytest.fixture(scope="session", autouse=True)
def _warm_processes() -> Iterator[None]:
    with warm():
        yield


@pytest.fixture(scope="module", autouse=True)
def _as_in_production(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module's marks ask for, before any fixture of the module builds something."""
    with ExitStack() as wanted:
        for mark, way in (("cold", cold), ("data_tests", with_data_tests)):
            if request.node.get_closest_marker(mark):
                wanted.enter_context(way())
        yield


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Settings of a home of the test's own, as of 6 September 2020; keyword arguments are ADMISSIONS_… values."""

    def make(**values: str) -> Settings:
        usual = {"TODAY": "2020-09-06", "WORKERS": "1", "LANGUAGE": "en", "WAIT_SECONDS": "0"}
        environment = {"HOME": str(tmp_path / "var")} | usual | values
        return load_settings({f"ADMISSIONS_{name}": value for name, value in environment.items()}, tmp_path)

    return make


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings()


@pytest.fixture(scope="session")
def postgres() -> Iterator["Postgres"]:
    """A real PostgreSQL server; it starts for whoever asks for it."""
    from tests.postgres_server import postgres_server

    with postgres_server() as server:
        yield server


@pytest.fixture
def lake(postgres: "Postgres", tmp_path: Path) -> dict[str, str]:
    """What makes the store of a test's settings a DuckLake, in a database and a folder of its own."""
    database = f"lake_{uuid.uuid4().hex[:12]}"
    postgres.ask("postgres", f"CREATE DATABASE {database}")
    return {
        "STORE": f"ducklake:postgres:{postgres.address(database)}",
        "STORE_DATA": str(tmp_path / "data"),
        "STORE_PASSWORD_FILE": str(postgres.folder / "password"),
    }
