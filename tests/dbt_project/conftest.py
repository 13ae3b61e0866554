"""One small store, built once: dbt takes seconds to start."""

import json
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from dbt_project.build import MARTS, RECONCILE, BuildReport, build, manifest_of
from tests.dbt_project import office
from tests.warm.places import with_data_tests
from warehouse.settings import Settings

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, BuildReport, BuildReport]:
    """The small office's store after both builds, Đông Phong's June held back between them."""
    settings = office.settings_of(tmp_path_factory.mktemp("office"))
    office.fill(settings)
    with with_data_tests():
        first = build(settings, RECONCILE)
        office.hold_back(settings, office.DONG_PHONG, office.JUNE)
        office.leave_open(settings, office.DONG_PHONG, office.JUNE, "f1", "f2")
        office.fail(settings, "tan-phong-june-1", "of the first version")
        return settings, first, build(settings, MARTS)


@pytest.fixture(scope="session")
def query(built: tuple[Settings, BuildReport, BuildReport]) -> Query:
    """Ask the built store."""
    store = built[0].store

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{store}' AS warehouse (READ_ONLY)")
            return connection.execute(sql).fetchall()

    return ask


@pytest.fixture(scope="session")
def manifest(built: tuple[Settings, BuildReport, BuildReport]) -> dict[str, Any]:
    """What dbt knows of the project."""
    read: dict[str, Any] = json.loads(manifest_of(built[0]).read_text(encoding="utf-8"))
    return read
